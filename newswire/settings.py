"""What differs from Scrapy's defaults, and why."""

BOT_NAME = "newswire"
SPIDER_MODULES = ["newswire.spiders"]
COMMANDS_MODULE = "newswire.commands"
LOG_FORMATTER = "newswire.logs.LogFormatter"
LOG_LEVEL = "INFO"

# The story in order.
ITEM_PIPELINES = {
    "newswire.pipelines.StripBoilerplate": 100,
    "newswire.pipelines.NormaliseDateline": 200,
    "newswire.pipelines.Deduplicate": 300,
    "newswire.pipelines.Validate": 400,
}

# Texts of 30 languages are to be read in the feed, not escaped.
FEED_EXPORT_ENCODING = "utf-8"

# An article is 60 kB, the largest page seen 1 MB: ten times that, for a page or a saved file.
DOWNLOAD_MAXSIZE = 10 * 2**20
# Scrapy makes that many tasks for each response: 8 halve its cost per page.
CONCURRENT_ITEMS = 8

# Both open a port that runs code.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# A page without an article is ordinary, and counted.
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"

# Keep the list of dropped blocks, each with its rule, in the item.
NEWSWIRE_KEEP_STRIPPED = True

# Record every response of a live crawl, for replay: a new NAME.warc.gz, or a folder of them.
EXTENSIONS = {"newswire.recorder.WarcRecorder": 500}
NEWSWIRE_RECORD = None
