"""How are saved pages replayed? File by file, without a network; a stop leaves the rest unread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path
from typing import Protocol

from scrapy.settings import BaseSettings

from newswire.archive import replay as saved
from newswire.article.assemble import look
from newswire.boilerplate.learnt import Learnt
from newswire.crawl import drafts
from newswire.crawl.keeper import Keeper
from newswire.errors import Reason, UnreadablePage
from newswire.items import Article
from newswire.page.model import Draft, Page, PassedOver
from newswire.text.printable import one_line
from newswire.wires.urls import is_foreign

Found = Page | UnreadablePage | PassedOver


class Wire(drafts.Wire, Protocol):
    """What a replay needs of its spider."""

    settings: BaseSettings
    learnt: Learnt


class Replay:
    """The replay of a spider.

    Attributes:
        spider: whose replay it is.
        drafts: of its pages.
        keeper: knows whether the crawl is to stop.
    """

    def __init__(self, spider: Wire, keeper: Keeper) -> None:
        self.spider = spider
        self.drafts = drafts.Drafts(spider)
        self.keeper = keeper

    async def start(self, spec: str) -> AsyncIterator[Draft | Article]:
        """Yield what dead crawls left over, then a raw draft of each page that `spec` names."""
        for article in self.keeper.left_over(self.spider.name):
            yield article
        max_bytes = self.spider.settings.getint("DOWNLOAD_MAXSIZE")
        paths = saved.find(spec)
        self.spider.count("files", len(paths))
        if self.spider.given.learn:
            async for _ in self._look(paths, max_bytes):
                if self.keeper.stopping:
                    return
        with closing(saved.Reader(max_bytes, self._wanted)) as reader:
            for path in paths:
                for found, last in _marked(reader.pages(path)):
                    if self.keeper.stopping:
                        return
                    draft = self.draft(found)
                    # before the step at which a stop may leave this generator
                    self.spider.count("files_read", int(last))
                    if draft:
                        yield draft
            for found in reader.late():
                if self.keeper.stopping:
                    return
                if draft := self.draft(found):
                    yield draft

    async def _look(self, paths: Sequence[Path], max_bytes: int) -> AsyncIterator[None]:
        """Learn from all saved pages; yield after each, and let others work."""
        spider = self.spider
        with closing(saved.Reader(max_bytes, self._wanted)) as reader:
            for found in chain(chain.from_iterable(map(reader.pages, paths)), reader.late()):
                if isinstance(found, Page):
                    with suppress(Exception):  # the second reading says what is wrong
                        look(self.drafts.from_mirror(found), spider.name, spider.learnt)
                        spider.count("looked_at")
                await asyncio.sleep(0)
                yield
        spider.learnt.learn()

    def _wanted(self, address: str) -> bool:
        """Return True for a page of a wire, or of the mirror that the user named."""
        return not is_foreign(address) or self.drafts.is_mirrored(address)

    def draft(self, found: Found) -> Draft | None:
        """Return the draft of a saved page; count what gives none."""
        spider = self.spider
        if not isinstance(found, Page):
            spider.count("given")
        else:
            where = found.source.uri
            try:
                return self.drafts.of(found)
            except UnreadablePage as error:
                found = UnreadablePage(error.reason, str(error), where)
            except Exception:  # a fault of ours must not cost the pages after this one
                spider.count("failed")
                spider.logger.exception("Failed: %s", one_line(where))
                return None
        if isinstance(found, PassedOver):
            spider.count(f"passed_over/{found.reason}")
        elif found.reason is Reason.FOREIGN:
            spider.count(f"passed_over/{found.reason}")
            spider.logger.info("%s: passed over: %s", one_line(found.uri), one_line(found))
        else:
            spider.count(f"unreadable/{found.reason}")
            spider.logger.warning("%s: skipped: %s", one_line(found.uri), one_line(found))
        return None


def _marked(items: Iterator[Found]) -> Iterator[tuple[Found, bool]]:
    """Yield the items, each with whether it is the last."""
    item = next(items, None)
    for following in items:
        assert item is not None
        yield item, False
        item = following
    if item is not None:
        yield item, True
