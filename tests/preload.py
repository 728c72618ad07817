"""What a crawl imports and loads, for the process that the tests' processes are forked from."""

import gc
import sys
from importlib import import_module
from pathlib import Path

from newswire.archive import replay
from newswire.article.assemble import assemble
from newswire.dateline import places
from newswire.ledger import fingerprints
from newswire.page.model import Page
from newswire.text import language

MODULES = """
    aiohttp.web chardet tqdm trafilatura twisted.web.client twisted.internet.asyncioreactor
    scrapy.cmdline scrapy.commands.crawl scrapy.core.engine scrapy.core.scheduler scrapy.squeues
    scrapy.core.downloader.contextfactory scrapy.core.downloader.handlers.http11
    scrapy.downloadermiddlewares.redirect scrapy.downloadermiddlewares.retry
    scrapy.extensions.throttle
    scrapy.extensions.memusage scrapy.extensions.closespider scrapy.pipelines
    newswire.commands.crawl newswire.ledger.postgresql newswire.ledger.sqlite newswire.feeds.files
    newswire.crawl.keeper newswire.crawl.live newswire.crawl.options newswire.crawl.replay
    newswire.crawl.net.guard newswire.crawl.net.robots
    newswire.crawl.net.resolver newswire.crawl.net.whole_body newswire.crawl.recorder
    newswire.feeds.routing newswire.operate.alert newswire.operate.drift_alarm
    newswire.operate.health newswire.operate.latency newswire.operate.progress newswire.pipelines
    newswire.spiders.ria newswire.spiders.sputnik
"""
PAGES = ("tj/putin-kazakhstan.txt", "tj/mountain-library.html")


def warm() -> None:
    """Read a page of each kind, which compiles patterns and reads data files."""
    for path in PAGES:
        for page in replay.pages(Path(__file__).parent.parent / "fixtures/sputnik" / path, 10**7):
            assert isinstance(page, Page)
            fingerprints.sign(assemble(page, "sputnik").article.body)
    language.identify("Глава государства рассказал о перспективах", ["ru", "tg"])
    places.gazetteer()


for name in MODULES.split():
    import_module(name)
warm()
# each crawl chooses its own
assert "twisted.internet.reactor" not in sys.modules
# children collect what is theirs alone, and the memory of the rest stays shared
gc.collect()
gc.freeze()
