"""What do Scrapy's shell, fetch, view and parse need here? One page, no ledger, plain errors."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.operate.terminal import in_one_line, interrupted_as_ever

# parts of a crawl that open a ledger, write feeds and are watched
_OF_A_CRAWL = (
    "newswire.crawl.keeper.Keeper",
    "newswire.crawl.net.pace.Pace",
    "newswire.crawl.recorder.WarcRecorder",
    "newswire.feeds.routing.Feeds",
    "newswire.operate.progress.Progress",
)
# The user names the address, which may be a file or a mirror: Scrapy's own way to fetch will do.
_FETCHING: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES": {},
    "DOWNLOAD_HANDLERS": {},
    "ITEM_PIPELINES": {},
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
    "RETRY_ENABLED": False,
}
# what says of a page that it could not be fetched, with a traceback
_TELLING = ("scrapy.core.scraper", "scrapy.downloadermiddlewares.robotstxt")


class FetchErrors(logging.Filter):
    """Filter of log records: what could not be fetched is one line, with the cause.

    Attributes:
        seen: there was one.
    """

    seen = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record of a page that could not be fetched; let all pass."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None and is_fetch_error(error):
            self.seen = True
            said = record.getMessage()
            record.msg = said if str(error) in said else f"{said}: {error}"
            record.args = record.exc_info = record.exc_text = None
        return True


def is_fetch_error(error: BaseException) -> bool:
    """Return True if `error` says that a page could not be fetched, not that a program failed."""
    return type(error).__module__ == "scrapy.exceptions" or isinstance(error, OSError)


class OnePage(ScrapyCommand):
    """A command of Scrapy's, on a page of the wire or a saved one; without the ledger of a crawl.

    The exit code is 1 if the page could not be fetched.
    """

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take Scrapy's options."""
        super().add_options(parser)
        in_one_line(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options, and let the command read the page that the user names."""
        super().process_options(args, opts)
        assert self.settings is not None
        interrupted_as_ever()
        if args and _is_file(args[0]):
            self.settings.set("ROBOTSTXT_OBEY", False, priority="cmdline")
        for name, value in _FETCHING.items():
            self.settings.set(name, value, priority="cmdline")
        extensions: dict[str, Any] = self.settings.getdict("EXTENSIONS")
        extensions.update(dict.fromkeys(_OF_A_CRAWL))
        self.settings.set("EXTENSIONS", extensions, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what Scrapy's command does."""
        errors = FetchErrors()
        for name in _TELLING:
            logging.getLogger(name).addFilter(errors)
        super().run(args, opts)  # type: ignore[safe-super]
        self.exitcode = self.exitcode or int(errors.seen)


def _is_file(address: str) -> bool:
    """Return True if `address` is that of a file; raise UsageError if there is none."""
    if address.startswith("file:"):
        path = Path(unquote(urlsplit(address).path))
    elif address.startswith(("/", "./", "../")):
        path = Path(address)
    else:
        return False
    if not path.is_file():
        raise UsageError(f"{address}: no such file", print_help=False)
    return True
