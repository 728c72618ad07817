"""`scrapy crawl`, which checks its arguments first and whose exit code can be trusted."""

from __future__ import annotations

import argparse
import asyncio
import logging

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from newswire.crawl.keeper import open_ledger
from newswire.crawl.spider import WireSpider, check_settings
from newswire.errors import ArgumentError, FeedError, LedgerError, RuleError
from newswire.operate.outcome import problems, summary

logger = logging.getLogger("newswire")


class Command(CrawlCommand):
    """Scrapy's command; exit code 0 means that nothing was lost."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments, run the spider, say what it did."""
        assert self.crawler_process is not None
        spiders = self.crawler_process.spider_loader
        if len(args) != 1 or args[0] not in spiders.list():
            known = ", ".join(spiders.list())
            raise UsageError(f"name one spider of: {known}", print_help=False)
        spider = spiders.load(args[0])
        try:
            if issubclass(spider, WireSpider):
                settings = self.crawler_process.settings
                check_settings(settings)
                given = spider.check_arguments(**opts.spargs)
                open_ledger(settings, replay=given.replay is not None).close()
        except (ArgumentError, LedgerError, RuleError) as error:
            raise UsageError(str(error), print_help=False) from None
        crawler = self._create_crawler(args[0])
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        asyncio.ensure_future(crawling).add_done_callback(_say)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        if self.crawler_process.bootstrap_failed or problems(stats):
            self.exitcode = 1
        logger.log(logging.ERROR if self.exitcode else logging.INFO, summary(stats))


def _say(crawl: asyncio.Future[None]) -> None:
    """Say why a crawl did not begin: in one line, or with a traceback what nobody foresaw."""
    error = None if crawl.cancelled() else crawl.exception()
    if error:
        logger.error("%s", error, exc_info=None if isinstance(error, FeedError) else error)
