"""What differs from Scrapy's defaults, and why."""

import os

from scrapy.settings import default_settings

from newswire.feeds.formats import EXPORTERS

# numpy multiplies no matrices here: threads for it take 40 ms of each start
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BOT_NAME = "newswire"
SPIDER_MODULES = ["newswire.spiders"]
COMMANDS_MODULE = "newswire.commands"
LOG_FORMATTER = "newswire.operate.log.LogFormatter"
LOG_LEVEL = "INFO"

# The story in order.
ITEM_PIPELINES = {
    "newswire.pipelines.StripBoilerplate": 100,
    "newswire.pipelines.NormaliseDateline": 200,
    "newswire.pipelines.Validate": 300,
    "newswire.operate.drift_alarm.DriftAlarm": 350,
    "newswire.pipelines.Deduplicate": 400,
}

EXTENSIONS = {
    "newswire.operate.outcome.CountFailures": 100,
    "newswire.operate.alert.Alerts": -1,  # before the keeper, which ends the run in the ledger
    "newswire.crawl.keeper.Keeper": 0,
    "newswire.crawl.net.pace.Pace": 100,
    "newswire.operate.latency.HostLatency": 500,
    "newswire.operate.progress.Progress": 500,
    "newswire.crawl.recorder.WarcRecorder": 500,
    "newswire.feeds.routing.Feeds": 0,
    "scrapy.extensions.feedexport.FeedExporter": None,  # newswire.feeds.routing.Feeds is one
}
FEED_EXPORTERS = EXPORTERS
ADDONS = {"newswire.feeds.routing.FeedFormats": 100}
FEED_STORAGES = dict.fromkeys(("", "file"), "newswire.feeds.storage.FileStorage")

# What lasts between crawls: a path, sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/DATABASE for
# crawlers on several machines. None: newswire.db for a live crawl, nothing that outlives it for a
# replay.
# The variable of the same name keeps a password out of files and process lists.
NEWSWIRE_LEDGER = os.environ.get("NEWSWIRE_LEDGER") or None
# Seconds without a sign of life after which a run is dead and others take over its editions and
# pages, by the clock of the ledger's server; at least 180. On the same machine a killed one is seen
# at once.
NEWSWIRE_DEAD_AFTER = 900
# Days for which the ledger keeps the text of an exported article, and looks for its copies.
NEWSWIRE_LEDGER_DAYS = 28
# Of articles that repeat each other, export all, linked ("link"); only the first ("first"); or
# that, its corrections and what is longer ("latest"). The ledger keeps all of them.
NEWSWIRE_DUPLICATES = "link"

# The drift alarm: how far a share may rise above its history (0 to 1), and the largest share of
# pages without an article, or read without a template, whatever the history.
NEWSWIRE_ALARM_SHARE = 0.2
NEWSWIRE_ALARM_ABSOLUTE = 0.5

# A command that is told of a run that failed or alarms: it gets the closing line on its standard
# input, as `mail -s newswire me@example.org` does. The same problems of the same editions are told
# once a day.
NEWSWIRE_ALERT = None

# A file for node_exporter's textfile collector, rewritten after each live crawl with the health of
# all editions in the ledger.
NEWSWIRE_METRICS = None

# Files of your own with rules, editions, agencies and systems, beside those of newswire/rules/: a
# list, or names with commas.
NEWSWIRE_RULES = None

# Texts of 30 languages are to be read in the feed, not escaped.
FEED_EXPORT_ENCODING = "utf-8"

# An article is 60 kB, the largest page seen 1 MB: ten times that, for a page or a saved file.
DOWNLOAD_MAXSIZE = 10 * 2**20
# Scrapy makes that many tasks for each response: 8 halve its cost per page.
CONCURRENT_ITEMS = 8

# Both open a port that runs code. To load the second alone takes a tenth of a second, also where
# EXTENSIONS disables it.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if name != "scrapy.extensions.remote_control.RemoteControl"
}

# Scrapy reads the source of a callback again for each answer that it is bound to.
WARN_ON_GENERATOR_RETURN_VALUE = False

# A page without an article is ordinary, and counted.
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"

# Keep the list of dropped blocks, each with its rule, in the item.
NEWSWIRE_KEEP_STRIPPED = True

# --- what a live crawl may reach and read; none of it concerns a replay ---------------------------

# The product name that robots.txt is read for; servers see the contact behind it.
USER_AGENT = "newswire"
ROBOTSTXT_USER_AGENT = "newswire"
# A web or mail address where the owner of a site can reach whoever runs the crawl.
NEWSWIRE_CONTACT = None

DOWNLOADER_MIDDLEWARES = {
    "newswire.crawl.net.guard.Guard": 10,
    # in place of Scrapy's: see what each says of it
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newswire.crawl.net.robots.Robots": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newswire.crawl.net.whole_body.WholeBody": 590,
    "newswire.crawl.net.guard.Outgoing": 950,
}
TWISTED_DNS_RESOLVER = "newswire.crawl.net.resolver.PublicResolver"
# A link to file://some-edition/etc/passwd reads the file; a wire needs none of these.
# Runs that share a ledger, on whatever machines, keep the pace of a host together.
DOWNLOAD_HANDLERS = {
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
    "http": "newswire.crawl.net.turns.PacedHandler",
    "https": "newswire.crawl.net.turns.PacedHandler",
}
# Off by default in Scrapy: anyone on the way could write the news.
DOWNLOAD_VERIFY_CERTIFICATES = True
# A proxy would resolve names behind the back of the resolver above.
HTTPPROXY_ENABLED = False

ROBOTSTXT_OBEY = True
# One edition answers as many requests as it can serve one after another: AutoThrottle makes the
# pause between two as long as an answer takes, and never less than half a second.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1
AUTOTHROTTLE_MAX_DELAY = 30
DOWNLOAD_DELAY = 0.5
# Crawl-delay and Retry-After are least times, which a random part would undercut.
DOWNLOAD_DELAY_JITTER = 0
# The budget of one edition, whatever the number of its hosts; 40 editions side by side.
CONCURRENT_REQUESTS_PER_DOMAIN = 2
CONCURRENT_REQUESTS = 40
# Three more tries, each after the pause that the host asked for or a doubling one.
RETRY_TIMES = 3
# A page comes within a second; 180 s times four tries would hold an edition for 12 minutes.
DOWNLOAD_TIMEOUT = 30
# http → https → new host → new path, and one to spare.
REDIRECT_MAX_TIMES = 5
# No page of the wire needs it, and a page could send the crawl anywhere within reach.
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
# The ledger leases each URL once; a filter would keep every request of a year in memory.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# Other hosts need not know which page led there.
REFERRER_POLICY = "same-origin"

# Record every response of a live crawl, for replay: a new NAME.warc.gz, or a folder of them.
NEWSWIRE_RECORD = None
