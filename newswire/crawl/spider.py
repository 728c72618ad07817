"""What is a spider of a wire? The parent of all: it replays saved pages, or crawls live."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newswire.archive import replay as saved
from newswire.article.assemble import assemble, look
from newswire.boilerplate.learnt import Learnt
from newswire.crawl import arguments
from newswire.crawl.arguments import Arguments
from newswire.crawl.keeper import Keeper
from newswire.crawl.live import Live
from newswire.crawl.net.part import header
from newswire.crawl.options import check_ours, check_settings
from newswire.errors import ArgumentError, NoArticle, Reason, UnreadablePage
from newswire.items import Article, Source
from newswire.page import budget
from newswire.page.model import Draft, Page, PassedOver
from newswire.page.reading import GUESSED, read, states_another_site
from newswire.text.printable import one_line
from newswire.wires.urls import is_foreign

Found = Page | UnreadablePage | PassedOver


class WireSpider(Spider):
    """A wire: its subclass states `name`, and the table of editions has its rows.

    Arguments (`-a NAME=VALUE`), see DESIGN of the commands in the README:
        edition: ids of editions, with commas; all if absent. With `replay`, pages of others are
            passed over, and a single one is taken for pages that do not say theirs.
        since, until: days of a back-fill.
        url: given articles.
        site: a mirror of the one edition named; with `replay`, where its pages were fetched.
        replay: saved pages to read, no network at all: a file, a folder, a glob or `@list`.
        learn: 1 to read these twice, first to learn which lines the pages of a site have in common.

    Attributes:
        learnt: the lines of pages of sites, from the beginning of `start()`.
    """

    given: Arguments
    learnt: Learnt

    @classmethod
    def check_arguments(cls, **given: str) -> Arguments:
        """Return the checked spider arguments.

        Raises:
            ArgumentError: one is unknown, or its value cannot be used.
        """
        return arguments.parse(cls.name, given)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Take part in the settings of a crawl; the first that Scrapy does with a spider.

        Raises:
            UsageError: they are not newswire's. Scrapy would log a later error, and go on.
        """
        super().update_settings(settings)
        try:
            check_ours(settings)
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider, its arguments checked."""
        check_settings(crawler.settings)
        given = cls.check_arguments(**kwargs)
        if given.replay is not None:
            # nothing is fetched: so nothing can be, and half the time of a start is saved
            for name in ("DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES"):
                crawler.settings.set(name, {}, "cmdline")
                crawler.settings.set(f"{name}_BASE", {}, "cmdline")
        spider = super().from_crawler(crawler, *args)
        spider.given = given
        return spider

    @property
    def replay(self) -> str | None:
        """The saved pages to read, None for a live crawl."""
        return self.given.replay

    @property
    def asked(self) -> frozenset[str]:
        """The ids of the editions that the user named."""
        return frozenset(edition.id for edition in self.given.asked)

    @property
    def sites(self) -> tuple[str, ...]:
        """The root URLs that the user named, which the guard lets through."""
        return self.given.sites

    async def start(self) -> AsyncIterator[Draft | Article | Request]:
        """Yield a raw draft of each saved page, or begin the live crawl."""
        keeper = self.crawler.get_extension(Keeper)
        assert keeper is not None  # of EXTENSIONS
        self.learnt = Learnt(keeper.ledger.history.pages())
        if self.replay is None:
            self.live = Live(self, keeper)  # signals hold it weakly
            for begun in self.live.start():
                yield begun
            return
        for article in keeper.left_over(self.name):
            yield article
        max_bytes = self.settings.getint("DOWNLOAD_MAXSIZE")
        paths = saved.find(self.replay)
        self.count("files", len(paths))
        if self.given.learn:
            async for _ in self._look(paths, max_bytes):
                if keeper.stopping:
                    return
        with closing(saved.Reader(max_bytes, self._wanted)) as reader:
            for path in paths:
                for found, last in _marked(reader.pages(path)):
                    if keeper.stopping:
                        return
                    draft = self._replayed(found)
                    # before the step at which a stop may leave this generator
                    self.count("files_read", int(last))
                    if draft:
                        yield draft
            for found in reader.late():
                if keeper.stopping:
                    return
                if draft := self._replayed(found):
                    yield draft

    async def _look(self, paths: list[Path], max_bytes: int) -> AsyncIterator[None]:
        """Learn from all saved pages; yield after each, and let others work."""
        with closing(saved.Reader(max_bytes, self._wanted)) as reader:
            for found in chain(chain.from_iterable(map(reader.pages, paths)), reader.late()):
                if isinstance(found, Page):
                    with suppress(Exception):  # the second reading says what is wrong
                        look(self._from_mirror(found), self.name, self.learnt)
                        self.count("looked_at")
                await asyncio.sleep(0)
                yield
        self.learnt.learn()

    def _wanted(self, address: str) -> bool:
        """Return True for a page of a wire, or of the mirror that the user named."""
        return not is_foreign(address) or self._is_mirrored(address)

    def _replayed(self, found: Found) -> Draft | None:
        """Return the draft of a saved page; count what gives none."""
        if not isinstance(found, Page):
            self.count("given")
        else:
            where = found.source.uri
            try:
                return self.draft(found)
            except UnreadablePage as error:
                found = UnreadablePage(error.reason, str(error), where)
            except Exception:  # a fault of ours must not cost the pages after this one
                self.count("failed")
                self.logger.exception("Failed: %s", one_line(where))
                return None
        if isinstance(found, PassedOver):
            self.count(f"passed_over/{found.reason}")
        elif found.reason is Reason.FOREIGN:
            self.count(f"passed_over/{found.reason}")
            self.logger.info("%s: passed over: %s", one_line(found.uri), one_line(found))
        else:
            self.count(f"unreadable/{found.reason}")
            self.logger.warning("%s: skipped: %s", one_line(found.uri), one_line(found))
        return None

    def draft(self, page: Page) -> Draft:
        """Return the raw draft of a page, the same for live and saved ones.

        Raises:
            UnreadablePage: there is no text in it, it costs too much, or a server has sent
                something else in its place.
        """
        self.count("given")
        with budget.cpu():
            draft = read(self._from_mirror(page), self.name)
        facts = draft.facts
        if self._is_foreign(draft):
            raise UnreadablePage(Reason.FOREIGN, f"a page of {facts.foreign}, by its own words")
        said = facts.dates or facts.site_name or facts.description
        if page.source.kind == "http" and draft.article.extractor in GUESSED and not said:
            # saved pages were chosen by somebody
            raise UnreadablePage(
                Reason.NO_FACTS, "it says nothing of itself, like a denial of access"
            )
        self.count("pages")
        self.count(f"extractor/{draft.article.extractor}")
        for kind in draft.unknown:
            self.count(f"unknown_block/{kind}")
        if draft.encoding != "utf-8":
            self.count(f"encoding/{draft.encoding}")
            self.logger.info("%s: read as %s", one_line(page.source.uri), draft.encoding)
        self._count_characters(draft)
        return draft

    def _is_foreign(self, draft: Draft) -> bool:
        """Return True if a page states another site than the wire's, in no template of the wire."""
        ours = {urlsplit(site).hostname for site in (*self.sites, self.given.site or "")}
        return states_another_site(draft) and draft.facts.foreign not in ours

    def _count_characters(self, draft: Draft) -> None:
        if draft.undecodable:
            self.count("undecodable_bytes", draft.undecodable)
        if draft.mended:
            self.count("mended_lines", draft.mended)
            where = one_line(draft.source.uri)
            self.logger.info("%s: %d lines were encoded twice", where, draft.mended)

    def _is_mirrored(self, address: str) -> bool:
        site = self.given.site
        return site is not None and f"{address}/".startswith(f"{site}/")

    def _from_mirror(self, page: Page) -> Page:
        """Return a page of the mirror as one of its edition, so that both give the same item."""
        site = self.given.site
        if not site or not page.url or not self._is_mirrored(page.url):
            return page
        return replace(page, url=self.given.asked[0].site + page.url.removeprefix(site))

    def parse(self, response: Response) -> Iterator[Article]:
        """Yield the article of a page, for `scrapy parse` and `scrapy shell`; a crawl is `Live`."""
        saved_page = response.url.startswith("file:")
        source = Source("html", response.url, None, hashlib.sha256(response.body).hexdigest())
        said = header(response, "Content-Type")
        page = Page(response.body, source, None if saved_page else response.url, said)
        try:
            yield assemble(page, self.name).article
        except (NoArticle, UnreadablePage) as error:
            self.logger.warning("%s: %s", one_line(response.url), one_line(error))

    def count(self, name: str, number: int = 1) -> None:
        """Add `number` to a stat."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newswire/{name}", number)


def _marked(items: Iterator[Found]) -> Iterator[tuple[Found, bool]]:
    """Yield the items, each with whether it is the last."""
    item = next(items, None)
    for following in items:
        assert item is not None
        yield item, False
        item = following
    if item is not None:
        yield item, True
