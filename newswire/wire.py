"""How does a spider find pages or replay saved ones? The parent of every wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, ClassVar, Self

from scrapy import Spider
from scrapy.crawler import Crawler

from newswire import replay as saved
from newswire.editions import editions
from newswire.extract import extract
from newswire.logs import one_line
from newswire.page import Draft, Page, PassedOver, UnreadableError


class ArgumentError(ValueError):
    """A spider argument is wrong; said before the first page."""


class WireSpider(Spider):
    """A wire: its subclass states `name`, and the table of editions has its rows.

    Arguments (`-a NAME=VALUE`):
        replay: saved pages to read, no network at all: a file, a folder, a glob or `@list`.
        edition: ids of editions, with commas; with `replay`, pages of others are passed over, and
            a single one is taken for pages that do not say theirs.
    """

    asked: frozenset[str]
    replay: str | None = None
    arguments: ClassVar[frozenset[str]] = frozenset({"replay", "edition"})

    @classmethod
    def check_arguments(cls, **arguments: str) -> None:
        """Check the spider arguments.

        Raises:
            ArgumentError: one is unknown, or its value cannot be used.
        """
        if unknown := sorted(set(arguments) - cls.arguments):
            known = ", ".join(sorted(cls.arguments))
            raise ArgumentError(f"unknown argument {unknown[0]!r} (known: {known})")
        cls._editions(arguments.get("edition", ""))
        if not arguments.get("replay"):
            raise ArgumentError("replay=PATH is needed: saved pages to read")
        try:
            saved.find(arguments["replay"])
        except saved.ReplayError as error:
            raise ArgumentError(str(error)) from None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider, its arguments checked."""
        cls.check_arguments(**kwargs)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.asked = cls._editions(kwargs.get("edition", ""))
        return spider

    @classmethod
    def _editions(cls, names: str) -> frozenset[str]:
        asked = frozenset(name.strip() for name in names.split(",") if name.strip())
        known = [edition.id for edition in editions().all(cls.name)]
        if unknown := sorted(asked - set(known)):
            raise ArgumentError(f"unknown edition {unknown[0]!r} (known: {', '.join(known)})")
        return asked

    async def start(self) -> AsyncIterator[Draft]:
        """Yield a raw draft of each saved page."""
        max_bytes = self.settings.getint("DOWNLOAD_MAXSIZE")
        assert self.replay is not None
        for path in saved.find(self.replay):
            for found in saved.pages(path, max_bytes):
                if draft := self._replayed(found):
                    yield draft

    def _replayed(self, found: Page | UnreadableError | PassedOver) -> Draft | None:
        """Return the draft of a saved page; count what gives none."""
        if isinstance(found, Page):
            try:
                return self.draft(found)
            except UnreadableError as error:
                found = UnreadableError(error.reason, str(error), found.source.uri)
        if isinstance(found, PassedOver):
            self._count(f"passed_over/{found.reason}")
        else:
            self._count(f"unreadable/{found.reason}")
            self.logger.warning("%s: skipped: %s", one_line(found.uri), one_line(found))
        return None

    def draft(self, page: Page) -> Draft:
        """Return the raw draft of a page, the same for live and saved ones.

        Raises:
            UnreadableError: there is no text in it.
        """
        draft, encoding = extract(page, self.name)
        self._count("pages")
        self._count(f"extractor/{draft.article.extractor}")
        if encoding != "utf-8":
            self._count(f"encoding/{encoding}")
            self.logger.info("%s: read as %s", one_line(page.source.uri), encoding)
        return draft

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newswire/{name}")
