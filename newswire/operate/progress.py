"""How far is the crawl? A line at the foot of a terminal; nothing where there is none."""

from __future__ import annotations

import io
import logging
import sys
from datetime import date
from typing import Self, TextIO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request
from scrapy.utils.asyncio import create_looping_call
from tqdm import tqdm  # type: ignore[import-untyped]

SECONDS = 0.5


class _Above(io.TextIOBase):
    """Writes what is logged above the bar."""

    def write(self, text: str) -> int:
        with tqdm.external_write_mode(file=sys.stderr):
            return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class Progress:
    """A bar of pages and their rate, of days with the time left in a back-fill."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._handlers: list[logging.StreamHandler[TextIO]] = []
        self._days: dict[tuple[str, date], None] = {}
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
        given = getattr(spider, "given", None)
        self._bounds = given.days if given else None
        total = None
        if given and self._bounds:
            first, last = self._bounds
            total = ((last - first).days + 1) * len(given.editions)
        unit = "days" if self._bounds else "pages"
        self._bar = tqdm(
            total=total, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True, leave=False
        )
        # not tqdm's own redirection, which forgets the level of the handler
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(_Above())
                self._handlers.append(handler)
        self._tick.start(SECONDS, now=True)

    def _answered(self, request: Request) -> None:
        if day := request.cb_kwargs.get("day"):
            self._days[request.cb_kwargs["run"].name, day] = None

    def _show(self) -> None:
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats()
        pages = stats.get("newswire/pages", 0)
        words = [
            f"{pages} pages" if self._bounds else "",
            f"{stats.get('item_scraped_count', 0)} articles",
            f"{stats.get('item_dropped_count', 0)} dropped",
            f"at {next(reversed(self._days))[1]}" if self._days else "",
        ]
        self._bar.set_postfix_str(", ".join(filter(None, words)), refresh=False)
        # a day that was begun is not done: the one before it is
        done = max(len(self._days) - 1, 0) if self._bounds else pages
        self._bar.update(done - self._bar.n)
        self._bar.refresh()

    def _closed(self) -> None:
        if self._tick.running:
            self._tick.stop()
        self._show()
        self._bar.close()
        for handler in self._handlers:
            handler.setStream(sys.stderr)
