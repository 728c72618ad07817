"""`scrapy crawl`, which checks its arguments first and whose exit code can be trusted."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import sys
import time
from contextlib import closing
from pathlib import Path

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newswire.crawl.spider import WireSpider
from newswire.errors import ConfigError, FeedError, LedgerError
from newswire.operate.terminal import in_one_line, interrupted_in_one_line

logger = logging.getLogger("newswire")


class Command(CrawlCommand):
    """Scrapy's command; exit code 0 means that it did all that it was asked to."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take Scrapy's options."""
        super().add_options(parser)
        in_one_line(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse a wrong argument before anything is logged, opened or asked for."""
        # what is loaded from here on lasts as long as the process, see `_loaded`
        gc.disable()
        from newswire.crawl.keeper import open_ledger
        from newswire.crawl.options import check_settings

        super().process_options(args, opts)
        assert self.settings is not None
        spiders = get_spider_loader(self.settings)
        known = ", ".join(spiders.list())
        if len(args) != 1:
            raise UsageError(f"name one spider of: {known}", print_help=False)
        if args[0] not in spiders.list():
            raise UsageError(f"unknown spider {args[0]!r} (known: {known})", print_help=False)
        spider = spiders.load(args[0])
        if not issubclass(spider, WireSpider):
            return
        try:
            check_settings(self.settings)
            given = spider.check_arguments(**opts.spargs)
            open_ledger(self.settings, replay=given.replay is not None).close()
        except (ConfigError, LedgerError) as error:
            if not sys.stderr.isatty():  # else somebody reads it
                self._alert(args[0], str(error))
            raise UsageError(str(error), print_help=False) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider, and say what it did."""
        from newswire.operate.alert import LOST, TOLD, WITHHELD
        from newswire.operate.outcome import FAILED, LEVELS, exit_code, summary

        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        crawling = asyncio.ensure_future(crawling)
        crawling.add_done_callback(_say)
        _loaded()
        self.crawler_process.start()
        interrupted_in_one_line()
        _loaded()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        if "start_time" not in stats:  # `_say` has told why it did not begin
            error = _error(crawling)
            self.exitcode = 2 if isinstance(error, FeedError) else FAILED
            self._alert(args[0], str(error))
            return
        self.exitcode = FAILED if self.crawler_process.bootstrap_failed else exit_code(stats)
        self._write_metrics(opts)
        line = summary(stats)
        logger.log(LEVELS[self.exitcode], line)
        # what failed after the engine had stopped
        if self.exitcode == FAILED and not {TOLD, WITHHELD, LOST} & stats.keys():
            self._alert(args[0], line)

    def _alert(self, spider: str, line: str) -> None:
        """Send `line` to whoever wants to hear of failed runs."""
        from newswire.operate.alert import alert

        assert self.settings is not None
        if command := self.settings["NEWSWIRE_ALERT"]:
            alert(command, spider, line)

    def _write_metrics(self, opts: argparse.Namespace) -> None:
        """Write the health of all editions of the ledger, after a live crawl that asks for it."""
        assert self.settings is not None
        path = self.settings["NEWSWIRE_METRICS"]
        if not path or "replay" in opts.spargs:
            return
        from newswire.crawl.keeper import location
        from newswire.ledger.open import open_database
        from newswire.operate.health import write_metrics
        from newswire.operate.outcome import FAILED

        try:
            where = location(self.settings["NEWSWIRE_LEDGER"], replay=False)
            with closing(open_database(where)) as database:
                write_metrics(database, Path(path), time.time())
        except (ImportError, LedgerError, OSError) as error:
            logger.error("NEWSWIRE_METRICS: %s", error)
            self.exitcode = FAILED


def _loaded() -> None:
    """Let the garbage collector leave alone what is there: it lasts as long as the process.

    Else it would be looked through for circles while it is loaded, now and then in the crawl, and
    once more at the exit: a sixth of the processor time of a start.
    """
    gc.freeze()
    gc.enable()


def _say(crawl: asyncio.Future[None]) -> None:
    """Say why a crawl did not begin: in one line, or with a traceback what nobody foresaw."""
    if error := _error(crawl):
        logger.error("%s", error, exc_info=None if isinstance(error, FeedError) else error)


def _error(crawl: asyncio.Future[None]) -> BaseException | None:
    return crawl.exception() if crawl.done() and not crawl.cancelled() else None
