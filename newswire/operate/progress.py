"""How far is the crawl? A line at the foot of a terminal, and nothing elsewhere."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterable
from datetime import date
from typing import Self, TextIO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request
from scrapy.utils.asyncio import create_looping_call

from newswire.crawl.keeper import Keeper
from newswire.wires.editions import Edition

SECONDS = 0.5


class _Above(io.TextIOBase):
    """Writes what is logged above the bar."""

    def write(self, text: str) -> int:
        from tqdm import tqdm  # type: ignore[import-untyped]

        with tqdm.external_write_mode(file=sys.stderr):
            return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class Progress:
    """A bar of pages or files and their rate; of days, with the time left, in a back-fill.

    Days that earlier runs completed count as done, but not for the rate.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._handlers: list[logging.StreamHandler[TextIO]] = []
        self._days: dict[tuple[str, date], None] = {}
        self._before = 0
        self._tick = create_looping_call(self._show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to `crawler`, unless stderr is no terminal."""
        if not sys.stderr.isatty():
            raise NotConfigured
        progress = cls(crawler)
        connect = crawler.signals.connect
        connect(progress._opened, signals.spider_opened)
        connect(progress._answered, signals.response_received)
        connect(progress._closed, signals.spider_closed)
        return progress

    def _opened(self, spider: Spider) -> None:
        from tqdm import tqdm

        given = getattr(spider, "given", None)
        self._bounds = given.days if given else None
        self._replay = bool(given and given.replay)
        total = None
        if given and self._bounds:
            first, last = self._bounds
            total = ((last - first).days + 1) * len(given.editions)
            self._before = total - self._open_days(given.editions, first, last)
        unit = "days" if self._bounds else "files" if self._replay else "pages"
        self._bar = tqdm(
            total=total, initial=self._before, unit=f" {unit}", file=sys.stderr,
            dynamic_ncols=True, leave=False,
        )  # fmt: skip
        # not tqdm's own redirection, which forgets the level of the handler
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(_Above())
                self._handlers.append(handler)
        self._tick.start(SECONDS, now=True)

    def _open_days(self, editions: Iterable[Edition], first: date, last: date) -> int:
        """Return how many days of the editions are not complete yet."""
        keeper = self.crawler.get_extension(Keeper)
        assert keeper is not None  # of EXTENSIONS
        names = (f"{edition.wire}:{edition.id}" for edition in editions)
        return sum(len(keeper.ledger.frontier.days_open(n, first, last)) for n in names)

    def _answered(self, request: Request) -> None:
        if day := request.cb_kwargs.get("day"):
            self._days[request.cb_kwargs["run"].name, day] = None

    def _show(self) -> None:
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats()
        pages = stats.get("newswire/pages", 0)
        words = [
            f"{self._before} days done before" if self._before else "",
            f"{pages} pages" if self._bounds or self._replay else "",
            f"{stats.get('item_scraped_count', 0)} articles",
            f"{stats.get('item_dropped_count', 0)} dropped",
            f"at {next(reversed(self._days))[1]}" if self._days else "",
        ]
        self._bar.set_postfix_str(", ".join(filter(None, words)), refresh=False)
        # a day that was begun is not done: the one before it is
        done = max(len(self._days) - 1, 0) if self._bounds else pages
        if self._replay:
            done, self._bar.total = stats.get("newswire/files_read", 0), stats.get("newswire/files")
        self._bar.update(self._before + done - self._bar.n)
        self._bar.refresh()

    def _closed(self) -> None:
        if self._tick.running:
            self._tick.stop()
        self._show()
        self._bar.close()
        for handler in self._handlers:
            handler.setStream(sys.stderr)
