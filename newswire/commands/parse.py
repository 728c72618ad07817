"""`scrapy parse` on a page of the wire, or on a saved one."""

from __future__ import annotations

import argparse
import warnings
from urllib.parse import urlsplit

from scrapy.commands.parse import Command as ScrapyCommand
from scrapy.exceptions import ScrapyDeprecationWarning, UsageError
from scrapy.spiderloader import get_spider_loader

from newswire.operate.interactive import OnePage


class Command(OnePage, ScrapyCommand):
    """Scrapy's command, without the ledger of a crawl."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options, and find the wire of the address."""
        super().process_options(args, opts)
        assert self.settings is not None
        if args and not opts.spider:
            opts.spider = _wire(args[0])
        known = get_spider_loader(self.settings).list()
        if opts.spider not in known:
            raise UsageError(
                f"name the wire of the page: --spider {' or '.join(known)}", print_help=False
            )
        # Scrapy's own callback around that of the spider returns one
        warnings.filterwarnings(
            "ignore", ".*returned a Deferred", category=ScrapyDeprecationWarning
        )


def _wire(address: str) -> str | None:
    """Return the wire whose edition has this address, if any."""
    from newswire.wires.editions import editions

    edition = editions().by_host(urlsplit(address).hostname or "")
    return edition.wire if edition else None
