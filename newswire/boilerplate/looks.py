"""What does a line look like, whatever its words say? Features that need nothing but the line."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import islice

from newswire.page.elements import BETWEEN
from newswire.text.characters import size

# bound of a size, in characters; of a number of texts in a run
_SHORT = 50
_RUNS = (1, 3, 8)
# what is kept of a site must not grow with its pages
_KEPT, _LONGEST = 4096, 200
_SENTENCE = re.compile(r"[.!?…。！？؟।][\"'»”’)]*\s+[\"'«“„(—–-]*\s*\w")
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ADDRESS = re.compile(r"https?://|www\.|@\w")


def look(text: str) -> frozenset[str]:
    """Return how many sentences, commas and texts a line has, how it begins, which signs it has.

    Menus and feet are the same on each page of a site: what was seen of a short line is kept.

    >>> sorted(look("12:30, 4 May 2021"))
    ['clock', 'commas=1', 'digits-short', 'first=d', 'run=0', 'sentences=0', 'stamp', 'year']
    """
    return _kept(text) if len(text) <= _LONGEST else _look(text)


def _look(text: str) -> frozenset[str]:
    sentences = sum(1 for _ in islice(_SENTENCE.finditer(text), 3))
    commas = min(3, text.count(",") + text.count("،") + text.count("、"))
    run = bisect_right(_RUNS, text.count(BETWEEN))
    return _named(sentences, commas, run, _first(text[0]), tuple(_signs(text)))


_kept = lru_cache(maxsize=_KEPT)(_look)


@lru_cache(maxsize=_KEPT)  # lines are few kinds, and one set of each is a quick key
def _named(
    sentences: int, commas: int, run: int, first: str, signs: tuple[str, ...]
) -> frozenset[str]:
    named = {f"sentences={sentences}", f"commas={commas}", f"run={run}", f"first={first}"}
    return frozenset(named.union(signs))


def _signs(text: str) -> list[str]:
    found = []
    is_short = size(text) < _SHORT
    if _DIGIT.search(text):
        clock, year = _CLOCK.search(text), _YEAR.search(text)
        if clock:
            found.append("clock")
        if year:
            found.append("year")
        if clock and year and is_short:
            found.append("stamp")
        if is_short:
            found.append("digits-short")
    elif is_short and not text.isascii() and any(map(str.isdigit, text)):  # `²`
        found.append("digits-short")
    if "©" in text:
        found.append("copyright")
    if ("@" in text or "www." in text or "://" in text) and _ADDRESS.search(text):
        found.append("url")
    if "|" in text or ">" in text or "»" in text[-2:]:
        found.append("bars")
    if text.isupper():
        found.append("caps")
    if text.endswith((":", "：")):
        found.append("colon")
    if text.endswith(("...", "…")):
        found.append("dots")
    return found


def _first(char: str) -> str:
    """Return the class of a text's first character."""
    if char.isupper():
        return "U"
    if char.islower():
        return "l"
    if char.isdigit():
        return "d"
    return "q" if char in "\"'«“„—–-" else "x"
