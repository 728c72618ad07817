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
_BAR = re.compile(r"[|¦‖»·•]|(?<=\s)::(?=\s)")
_DASH = re.compile(r"\s+[-–—/]\s+|(?<=[^\s\d]):\s+")
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
        for marks in (_BAR, _DASH):
            found = list(marks.finditer(text))
            for mark in reversed(found):
                if self.has(text[mark.end() :]):
                    return (
                        _longest(text[: mark.start()])
                        if marks is _BAR
                        else text[: mark.start()].strip()
                    )
            for mark in found[:1]:
                if self.has(text[: mark.start()]):
                    rest = text[mark.end() :].strip()
                    return _longest(rest) if marks is _BAR else rest
            if marks is _BAR and found and 2 <= len(text[found[-1].end() :].strip()) <= MAX_SITE:
                return text[: found[-1].start()].strip() or text
        return text


def _longest(text: str) -> str:
    """Return the headline of `headline | section`."""
    return max(_BAR.split(text), key=len).strip()


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
