"""`scrapy shell` on a page of the wire, or on a saved one."""

from __future__ import annotations

import argparse

from scrapy.commands.shell import Command as ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.operate.interactive import OnePage, is_fetch_error


class Command(OnePage, ScrapyCommand):
    """Scrapy's command, without the ledger of a crawl."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the shell; a page that cannot be fetched is said in one line."""
        try:
            super().run(args, opts)
        except Exception as error:
            if not args or not is_fetch_error(error):
                raise  # a fault of the user's code
            raise UsageError(f"{args[0]}: {error}", print_help=False) from None
