"""What does the visible page say of the article beside its text? Pictures, times, other stories."""

from __future__ import annotations

import re

from lxml import etree

from newswire.dateline import dates
from newswire.dateline.given import moment
from newswire.items import Evidence, Image, Related
from newswire.page.captions import RELATED_WORDS, alternative_text, clean_credit
from newswire.page.model import Facts
from newswire.page.templates.base import Kind
from newswire.text.characters import size, tidy, word_count
from newswire.text.folding import loose
from newswire.wires.urls import absolute, article_key

_CLEAR = re.compile(r"\bclear\.gif")


class Seen:
    """Writes into `facts` what the walk meets; `url` is what the page's links are relative to."""

    def __init__(self, facts: Facts, url: str | None) -> None:
        self._facts, self._url = facts, url
        self._stories: dict[str, str] = {}
        self._shown: set[str | None] = set()

    def stories(self) -> list[Related]:
        """Return the other stories that the page leads to."""
        return [Related(title, url) for url, title in self._stories.items()]

    def picture(self, element: etree._Element, *, in_head: bool) -> None:
        """Note a picture of the article; that of its head may give the day."""
        url = _source(element)
        if url is None:
            return
        caption = tidy(element.get("alt") or element.get("title") or "")
        day = None
        if alt := alternative_text(caption, self._facts.site_name):
            self._facts.site_name = self._facts.site_name or alt["site"]
            caption = alt["caption"]
            day = next(iter(dates.printed_days(alt["date"] or "")), None)
        image = Image(absolute(self._url, url), caption or None, None, day)
        images = self._facts.images
        if day and not images and in_head:
            self._facts.dates.setdefault(Evidence.CAPTION, day)
        if image.url not in self._shown:
            self._shown.add(image.url)
            images.append(image)

    def caption(self, text: str) -> None:
        """Give the last picture a caption that says more than its alternative text."""
        images = self._facts.images
        if images and (
            images[-1].caption is None or loose(text).startswith(loose(images[-1].caption))
        ):
            images[-1].caption = text

    def credit(self, text: str) -> None:
        """Give the last picture its credit."""
        images = self._facts.images
        if images and images[-1].credit is None:
            images[-1].credit = clean_credit(text.rstrip(" |")) or None

    def instant(self, element: etree._Element, kind: str) -> None:
        """Note the machine-readable time of a date."""
        said = self._facts.dates
        for each in element.iter():
            stamp, day = each.get("data-unixtime"), each.get("datetime")
            if stamp and (instant := moment(stamp)):
                if kind is Kind.DATE:
                    said.setdefault(Evidence.UNIXTIME, instant)
                return
            if day and (day := moment(day)):
                if kind is Kind.MODIFIED:
                    self._facts.modified = day
                else:
                    said.setdefault(Evidence.PRINTED, day)
                return

    def printed(self, text: str) -> None:
        """Note the times that a line prints."""
        if found := dates.printed(text):
            # a time with its zone says more than the day alone
            if len(found.published) > len(self._facts.dates.get(Evidence.PRINTED, "")):
                self._facts.dates[Evidence.PRINTED] = found.published
            self._facts.modified = self._facts.modified or found.modified

    def story(self, href: str | None, title: str) -> None:
        """Note another story; of two links to it the one with the longer text counts."""
        if not title or not href or href.startswith("#"):
            return
        url = absolute(self._url, href.split("#")[0])
        if url and (word_count(title) >= RELATED_WORDS or article_key(url)):
            self._stories[url] = max(title, self._stories.get(url, ""), key=size)


def _source(image: etree._Element) -> str | None:
    """Return the address of a picture, None for a placeholder."""
    for name in ("data-src", "data-original", "src"):
        url: str | None = image.get(name)
        if url and not _is_placeholder(url):
            return url.strip()
    return None


def _is_placeholder(url: str) -> bool:
    """Return True for the address of a placeholder, or of an icon of the site."""
    if url.startswith("data:") or "/i/" in url:
        return True
    return "clear.gif" in url and bool(_CLEAR.search(url))
