"""`scrapy view` on a page of the wire, or on a saved one."""

from __future__ import annotations

from scrapy.commands.view import Command as ScrapyCommand

from newswire.operate.interactive import OnePage


class Command(OnePage, ScrapyCommand):
    """Scrapy's command, without the ledger of a crawl."""
