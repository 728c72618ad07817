"""`scrapy crawl`, which says what is wrong with its arguments before it starts."""

from __future__ import annotations

import argparse

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from newswire.extensions import location
from newswire.ledger import Ledger, LedgerError
from newswire.rules import RuleError
from newswire.wire import ArgumentError, WireSpider

# stats that tell of pages or items lost
LOST = ("spider_exceptions/count", "newswire/items_failed", "newswire/invalid")


class Command(CrawlCommand):
    """Scrapy's command, with arguments checked and an exit code that tells of losses."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments and run the spider."""
        assert self.crawler_process is not None
        if len(args) == 1 and args[0] in self.crawler_process.spider_loader.list():
            spider = self.crawler_process.spider_loader.load(args[0])
            try:
                if issubclass(spider, WireSpider):
                    spider.check_arguments(**opts.spargs)
                    named = self.crawler_process.settings["NEWSWIRE_LEDGER"]
                    Ledger(location(named, replay="replay" in opts.spargs)).close()
            except (ArgumentError, LedgerError, RuleError) as error:
                raise UsageError(str(error), print_help=False) from None
        super().run(args, opts)
