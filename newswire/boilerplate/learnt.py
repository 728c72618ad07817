"""Which lines stand on other pages of a site as well? Evidence that they are none of the article.

A site's pages are sampled, and of each the lines are kept as numbers: a hash of the text and of
where it stands, which is the kind of its element, or whether a saved text's prose has begun above
it (a headline that other pages name in their lists is no furniture). What counts is how many
*other articles* show a line: not the page itself, nor a copy or version of it, and of several
copies one. The sample has the pages with the smallest ids, so that it does not depend on their
order, and of a large site it stays small.
"""

from __future__ import annotations

import re
import struct
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

import xxhash

from newswire.boilerplate.traits import is_prose
from newswire.page import elements
from newswire.page.model import Block, Draft, Recurs
from newswire.page.places import Mark
from newswire.text.characters import ends_sentence, script
from newswire.text.folding import loose
from newswire.wires.urls import article_key, canonical_url

# pages of a site that are remembered, and lines of a page
PAGES, LINES = 256, 400
# sites that are kept prepared, some 20 MB each at the most
SITES = 8
# A line that so many other articles show is evidence; more so if nearly all do. A sentence may be
# a standing one of the articles: in a saved text it counts only if nearly all end with it.
LEAST = 2
MANY, NEARLY_ALL = 10, 0.8
# two pages with more of their prose in common (Dice 1945) are one article
COPY = 0.5
# a sentence's kind of element is furniture if so much of it recurs, on so many other pages
KIND_SHARE, KIND_PAGES = 0.8, 3
_LETTERS = 2
_NUMBER = re.compile(r"\d+")
# the lowest bits of a key
_PROSE, _SENTENCE = 1, 2
_ZONES = (0, 1)  # of a saved text: above its first prose, and from there on

# What it is worth, as a logarithm of odds, by what recurs among labelled pages of a site or script
# (one added to each count): of lines that are no sentence, 7,429 of 11,398 that are no text and 4
# of 259 that are, 2,683 and none on nearly all; of sentences, by their kind of element, 1,039 of
# 1,322 and none of 645.
WEIGHTS = {"recurs=kind": 6.2, "recurs=some": 3.5, "recurs=most": 4.1}

# site -> id of a page -> keys of its lines, packed
Sample = Mapping[str, Mapping[int, bytes]]


class Learnt:
    """The lines of the pages of sites: those known before, and those that are seen now.

    Only what is known is evidence, so that the order of pages changes nothing.
    """

    def __init__(self, past: Sample | None = None) -> None:
        self._past = {site: dict(pages) for site, pages in (past or {}).items()}
        self._now: dict[str, dict[int, bytes]] = {}
        self._known: dict[str, Known] = {}
        self._last: tuple[Draft, _Lines] | None = None

    def look(self, draft: Draft) -> None:
        """Remember the lines of a page as it was read, before its text is found.

        One that a template has read teaches nothing: it has told the parts apart.
        """
        if is_open(draft):
            name, page, lines = self._lines(draft)
            merge(self._now.setdefault(name, {}), {page: pack(lines)})

    def mark(self, draft: Draft) -> None:
        """Say of each block of such a page whether it recurs, by what is known."""
        if not is_open(draft):
            return
        name, page, lines = self._lines(draft)
        found = self._site(name).recurrence(page, lines)
        for block, recurs in zip(draft.blocks, found, strict=True):
            block.recurs = recurs

    def _lines(self, draft: Draft) -> _Lines:
        """Return what a page is known by; the last one is looked at and marked in one go."""
        if not self._last or self._last[0] is not draft:
            lines = keys(draft.blocks)
            self._last = draft, _Lines(site(draft), page_id(draft, lines), lines)
        return self._last[1]

    def _site(self, name: str) -> Known:
        """Return what is known of a site, prepared; the sites that were asked for last are kept."""
        known = self._known.pop(name, None) or Known(self._past.get(name, {}))
        self._known[name] = known
        if len(self._known) > SITES:
            del self._known[next(iter(self._known))]
        return known

    def learn(self) -> None:
        """Let what was seen so far be known."""
        for name, pages in self._now.items():
            merge(self._past.setdefault(name, {}), pages)
        self._known.clear()

    def seen(self) -> Sample:
        """Return the sample of what was seen now."""
        return self._now


class _Lines(NamedTuple):
    """The site, the id and the keys of the lines of a page."""

    site: str
    page: int
    lines: list[int | None]


def merge(pages: dict[int, bytes], others: Mapping[int, bytes]) -> None:
    """Add pages to a site's sample, in any order; of two states of a page the same one stays."""
    for page, lines in others.items():
        pages[page] = min(pages.get(page, lines), lines)
    for page in sorted(pages)[PAGES:] if len(pages) > PAGES else ():
        del pages[page]


def renewed(sample: Mapping[int, bytes], seen: Mapping[int, bytes]) -> dict[int, bytes]:
    """Return a site's sample with the pages that a run has seen, as they are now.

    For each of them an old one goes, another at each run, so that a redesign is soon in it.

    >>> renewed({1: b"a", 2: b"b"}, {2: b"c"})
    {2: b'c', 1: b'a'}
    """
    salt = struct.pack(f"<{len(seen)}q", *sorted(seen))
    old = sample.keys() - seen.keys()
    ranked = sorted(old, key=lambda page: xxhash.xxh3_64_intdigest(salt + struct.pack("<q", page)))
    return dict(seen) | {page: sample[page] for page in ranked[: max(0, PAGES - len(seen))]}


class Known:
    """The sampled pages of one site."""

    def __init__(self, pages: Mapping[int, bytes]) -> None:
        self._pages = {page: frozenset(_unpack(pages[page])) for page in sorted(pages)}
        self._prose = {page: _prose(lines) for page, lines in self._pages.items()}

    @cached_property
    def _showing(self) -> dict[int, set[int]]:
        """The pages that show each line, of those on several."""
        found: dict[int, set[int]] = defaultdict(set)
        for page, lines in self._pages.items():
            for line in lines:
                found[line].add(page)
        return {line: shown for line, shown in found.items() if len(shown) > 1}

    @cached_property
    def _copies(self) -> dict[int, set[int]]:
        """Those pages that each is a copy or version of."""
        return {page: self._like(prose) for page, prose in self._prose.items()}

    @cached_property
    def _copied(self) -> set[int]:
        """Those pages of which there are copies."""
        return {page for page, copies in self._copies.items() if len(copies) > 1}

    @cached_property
    def _kinds(self) -> dict[int, list[tuple[int, float]]]:
        """The pages with each kind of element, and which share of its lines recurs there."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for page, lines in self._pages.items():
            own = self._copies[page]
            every = Counter(line >> 32 for line in lines)
            recurring = Counter(line >> 32 for line in lines if self._others(line, own) >= LEAST)
            for kind, number in every.items():
                found[kind].append((page, recurring[kind] / number))
        return found

    def recurrence(self, page: int, lines: list[int | None]) -> list[Recurs]:
        """Return for each line of a page how often other articles of the site show it.

        A sentence counts only as part of what recurs, or below the text.
        """
        own = {page} | self._like(_prose(frozenset(filter(None, lines))))
        if len(self._pages) - len(own & self._pages.keys()) < LEAST:
            return [Recurs.NO] * len(lines)
        found = [self._recurs(line, own) if line else Recurs.NO for line in lines]
        below = True
        for index, line in reversed(list(enumerate(lines))):
            if line and line & _SENTENCE and line >> 32 in _ZONES:
                below = below and found[index] is Recurs.MOST
                found[index] = Recurs.MOST if below else Recurs.NO
        return found

    def _recurs(self, line: int, own: set[int]) -> Recurs:
        kind, sentence = line >> 32, line & _SENTENCE
        if sentence and kind not in _ZONES:
            return Recurs.KIND if self._is_furniture(kind, own) else Recurs.NO
        others = self._others(line, own)
        if others >= max(MANY, NEARLY_ALL * len(self._pages)):
            return Recurs.MOST
        return Recurs.SOME if others >= LEAST and not sentence else Recurs.NO

    def _others(self, line: int, own: set[int]) -> int:
        """Return how many different articles show a line, those of `own` apart."""
        shown = self._showing.get(line, set()) - own
        number = len(shown - self._copied)
        counted: set[int] = set()
        for page in sorted(shown & self._copied):
            if page not in counted:
                number += 1
                counted |= self._copies[page]
        return number

    def _is_furniture(self, kind: int, own: set[int]) -> bool:
        shares = [share for page, share in self._kinds.get(kind, ()) if page not in own]
        return len(shares) >= KIND_PAGES and sum(shares) >= KIND_SHARE * len(shares)

    def _like(self, prose: frozenset[int]) -> set[int]:
        """Return the pages that have most of this prose."""
        return {
            page
            for page, other in self._prose.items()
            if 2 * len(prose & other) > COPY * (len(prose) + len(other))
        }


def is_open(draft: Draft) -> bool:
    """Return True if the text of a page is yet to be found: no template has told its parts."""
    return draft.guess is not None or any(block.line for block in draft.blocks[:1])


def site(draft: Draft) -> str:
    """Return the host of a page; a saved text has none: those of a wire and script are one site."""
    if host := urlsplit(draft.facts.url or "").hostname:
        return host
    written = script("\n".join(block.text for block in draft.blocks[:50]))
    return f"{draft.article.wire}:{(written or '').lower()}"


def page_id(draft: Draft, lines: list[int | None]) -> int:
    """Return a number for the article of a page: by its address, else by its lines."""
    name = _name(draft.facts.url) if draft.facts.url else None
    return _signed(
        xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace") if name else pack(lines))
    )


def _name(url: str) -> str | None:
    """Return what names the article at an address; the root of a site, as some say, names none."""
    if key := article_key(url):
        return key.id
    canonical = canonical_url(url)
    parts = urlsplit(canonical)
    return canonical if parts.path.strip("/") or parts.query else None


def keys(blocks: list[Block]) -> list[int | None]:
    """Return the key of each block; None of those without a word."""
    found: list[int | None] = []
    begun = False
    for block in blocks:
        prose = is_prose(block.text)
        begun = begun or prose
        if not _has_letters(block.text) or len(found) >= LINES:
            found.append(None)
            continue
        where = _where(block.mark) if block.mark else _ZONES[begun]
        text = _hash(loose(block.text)) & ~(_PROSE | _SENTENCE)
        sentence = _SENTENCE * ends_sentence(block.text)
        found.append(where << 32 | text | sentence | prose)
    return found


def _has_letters(text: str) -> bool:
    begins = len(text) >= _LETTERS and text[:_LETTERS].isalpha()  # most do
    return begins or sum(map(str.isalpha, text[:200])) >= _LETTERS


def pack(lines: list[int | None]) -> bytes:
    """Return the keys of a page as bytes: each once, ascending, 64 bits little-endian."""
    every = sorted(set(filter(None, lines)))
    return struct.pack(f"<{len(every)}Q", *every)


def _unpack(packed: bytes) -> Iterator[int]:
    return (line for (line,) in struct.iter_unpack("<Q", packed))


def _prose(lines: frozenset[int]) -> frozenset[int]:
    """Return the lines that tell a text from another: its prose, all of a text without any."""
    return frozenset(line for line in lines if line & _PROSE) or lines


def _where(mark: Mark) -> int:
    """Return the kind of element that a block stands in as a number; those of saved texts apart."""
    kind = _NUMBER.sub("0", "\n".join(filter(None, elements.kind(mark.place))))
    return max(_hash(kind), len(_ZONES))


def _hash(text: str) -> int:
    return xxhash.xxh32_intdigest(text.encode("utf-8", "replace"))


def _signed(number: int) -> int:
    """Return a 64-bit number as databases keep it."""
    return number - 2**64 if number >= 2**63 else number
