"""What a crawl imports and loads, for the process that the tests' processes are forked from."""

import sys

import aiohttp  # noqa: F401
import scrapy.cmdline
import scrapy.commands.crawl
import scrapy.core.downloader.handlers
import scrapy.pipelines  # noqa: F401
import trafilatura  # noqa: F401

import newswire.commands.crawl
import newswire.engine_postgresql
import newswire.engine_sqlite
import newswire.exporters
import newswire.extensions
import newswire.feedexport
import newswire.language
import newswire.middlewares
import newswire.monitors
import newswire.outbox
import newswire.pipelines
import newswire.places
import newswire.progress
import newswire.recorder
import newswire.spiders.ria
import newswire.spiders.sputnik

newswire.language.identify("Глава государства рассказал о перспективах", ["ru", "tg"])
newswire.places.gazetteer()

# each crawl chooses its own
assert "twisted.internet.reactor" not in sys.modules
