"""What is the headline of a page that no template knows? `h1` and `title`, without the site's name.

A dash may be part of a headline, so what stands behind one is cut only where something says that it
is the name of the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newswire.page.sources import Sources
from newswire.text.folding import loose
from newswire.wires.editions import editions

# marks between headline and site that no headline has, and those that it may have
_BAR = re.compile(r"[|¦‖]|(?<=\s)(?:::|[»·•])(?=\s)")
_DASH = re.compile(r"(?<!\s)\s+[-–—/]\s+|(?<=[^\s\d]):\s+")
_BEHIND = re.compile(r"\s?[|¦‖»·•]|\s(?:::|[-–—])\s")
_DAY = re.compile(r"^\d\d?\.\d\d?\.\d{4}, |, \d\d?\.\d\d?\.\d{4}$")
# characters of a site's name
MAX_SITE = 40


def choose(
    said: Iterable[str], sources: Sources, names: Iterable[str], url: str | None
) -> str | None:
    """Return the headline.

    Args:
        said: what the page gives as headline to machines, the surest first.
        sources: of the page.
        names: of the site, as far as the page gives them.
        url: of the page, whose host may be the site's name.
    """
    sites = _Sites(names, sources, url)
    for text in said:
        if text and not sites.has(text):
            return sites.without(text, sources.headings)
    title = sources.title
    headings = [
        text
        for text in sources.headings
        # of a title that is mostly another text, what the frame has is the site's part
        if not sites.has(text)
        and (text not in sources.framed or 2 * len(text) >= len(title) or text not in title)
    ]
    if title and not sites.has(title):
        inside = [text for text in headings if loose(text) in loose(title)]
        if inside:
            return max(inside, key=len)
    if len(headings) == 1:
        return headings[0]
    if title and not sites.has(title):
        return sites.without(title, headings)
    return headings[0] if headings else None


class _Sites:
    """What a page calls its site."""

    def __init__(self, names: Iterable[str], sources: Sources, url: str | None) -> None:
        self._names = {loose(name) for name in (*names, *sources.home) if name}
        self._names |= {loose(_DAY.sub("", name)) for name in names}
        self._host = _letters(urlsplit(url).hostname or "") if url and "[" not in url else ""

    def has(self, text: str) -> bool:
        """Return whether `text` is the name of the site, perhaps beside a day, and no more."""
        name = loose(_DAY.sub("", text.strip()))
        letters = _letters(name)
        return (
            name in self._names
            or bool(editions().by_site_name(name))
            or name in editions().agencies
            or (len(letters) >= 4 and letters in self._host)
        )

    def without(self, text: str, headings: Iterable[str]) -> str:
        """Return `text` without the name of the site before or behind it."""
        for heading in headings:
            if text.startswith(heading) and _BEHIND.match(text, len(heading)):
                return heading
        bars = _bars(text)
        if (rest := self._rest(text, bars)) is not None:
            return _longest(rest)
        if bars and 2 <= len(text[bars[-1].end() :].strip()) <= MAX_SITE:
            return text[: bars[-1].start()].strip() or text
        rest = self._rest(text, list(_DASH.finditer(text)))
        return text if rest is None else rest.strip()

    def _rest(self, text: str, marks: list[re.Match[str]]) -> str | None:
        """Return what is left of `text` without the site before the first or behind a mark."""
        for mark in reversed(marks):
            if self.has(text[mark.end() :]):
                return text[: mark.start()]
        if marks and self.has(text[: marks[0].start()]):
            return text[marks[0].end() :]
        return None


def _bars(text: str) -> list[re.Match[str]]:
    """Return the bars of a title; what closes a quotation is none."""
    found, quoted, at = [], 0, 0
    for mark in _BAR.finditer(text):
        quoted += text.count("«", at, mark.start()) - text.count("»", at, mark.start())
        at = mark.start()
        if mark[0] != "»" or quoted <= 0:
            found.append(mark)
    return found


def _longest(text: str) -> str:
    """Return the headline of `headline | section`."""
    edges = [0, *(edge for bar in _bars(text) for edge in bar.span()), len(text)]
    parts = (text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return max(parts, key=len).strip()


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
