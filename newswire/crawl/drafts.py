"""What is the raw draft of a page? The same for live and saved ones, counted and logged."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from scrapy.http import Response

from newswire.crawl.arguments import Arguments
from newswire.crawl.net.part import header
from newswire.errors import Reason, UnreadablePage
from newswire.items import Source
from newswire.page import budget
from newswire.page.model import Draft, Page
from newswire.page.reading import GUESSED, read, states_another_site
from newswire.text.printable import one_line


class Wire(Protocol):
    """What drafts need of the spider."""

    name: str
    given: Arguments

    @property
    def logger(self) -> logging.LoggerAdapter[logging.Logger]:
        """The spider's log."""

    def count(self, name: str, number: int = 1) -> None:
        """Add to a stat."""


class Drafts:
    """The drafts of the pages of one crawl."""

    def __init__(self, spider: Wire) -> None:
        self.spider = spider

    def of(self, page: Page) -> Draft:
        """Return the raw draft of a page.

        Raises:
            UnreadablePage: there is no text in it, it costs too much, or a server has sent
                something else in its place.
        """
        count = self.spider.count
        count("given")
        with budget.cpu():
            draft = read(self.from_mirror(page), self.spider.name)
        facts = draft.facts
        if self._is_foreign(draft):
            raise UnreadablePage(Reason.FOREIGN, f"a page of {facts.foreign}, by its own words")
        said = facts.dates or facts.site_name or facts.description
        if page.source.kind == "http" and draft.article.extractor in GUESSED and not said:
            # saved pages were chosen by somebody
            raise UnreadablePage(
                Reason.NO_FACTS, "it says nothing of itself, like a denial of access"
            )
        count("pages")
        count(f"extractor/{draft.article.extractor}")
        for kind in draft.unknown:
            count(f"unknown_block/{kind}")
        if draft.encoding != "utf-8":
            count(f"encoding/{draft.encoding}")
            self.spider.logger.info("%s: read as %s", one_line(page.source.uri), draft.encoding)
        self._count_characters(draft)
        return draft

    def _is_foreign(self, draft: Draft) -> bool:
        """Return True if a page states another site than the wire's, in no template of the wire."""
        if not states_another_site(draft):
            return False
        given = self.spider.given
        ours = {urlsplit(site).hostname for site in (*given.sites, given.site or "")}
        return draft.facts.foreign not in ours

    def _count_characters(self, draft: Draft) -> None:
        if draft.undecodable:
            self.spider.count("undecodable_bytes", draft.undecodable)
        if draft.mended:
            self.spider.count("mended_lines", draft.mended)
            where = one_line(draft.source.uri)
            self.spider.logger.info("%s: %d lines were encoded twice", where, draft.mended)

    def is_mirrored(self, address: str) -> bool:
        """Return True for an address on the mirror that the user named."""
        site = self.spider.given.site
        return site is not None and f"{address}/".startswith(f"{site}/")

    def from_mirror(self, page: Page) -> Page:
        """Return a page of the mirror as one of its edition, so that both give the same item."""
        given = self.spider.given
        if not given.site or not page.url or not self.is_mirrored(page.url):
            return page
        return replace(page, url=given.asked[0].site + page.url.removeprefix(given.site))


def page_of(response: Response) -> Page:
    """Return the page that `scrapy shell` or `scrapy parse` fetched, or read from a file."""
    saved = response.url.startswith("file:")
    source = Source("html", response.url, None, hashlib.sha256(response.body).hexdigest())
    url = None if saved else response.url
    return Page(response.body, source, url, header(response, "Content-Type"))
