"""`scrapy shell` on a page of the wire, or on a saved one."""

from __future__ import annotations

import argparse

from scrapy.commands.shell import Command as ScrapyCommand

from newswire.operate.interactive import for_one_page


class Command(ScrapyCommand):
    """Scrapy's command, without the ledger of a crawl."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options."""
        super().process_options(args, opts)
        assert self.settings is not None
        for_one_page(self.settings)
