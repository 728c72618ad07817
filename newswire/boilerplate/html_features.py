"""What does each block of an HTML page show? Features for the decoder, no words of a language.

`size=3` is the class of a number (`_SIZES` …), `own:comment` a name of the element that the block
stands in, `near:` of one of the two around it, `in:` of any. They come in parts, sets that recur
from block to block and from page to page, so that each is made and weighed once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from newswire.boilerplate.looks import look
from newswire.boilerplate.measured import Measured
from newswire.page.model import Recurs
from newswire.page.places import Place
from newswire.text.folding import loose

# bounds of classes: characters; shares of a whole; numbers of blocks
_SIZES = (12, 25, 50, 90, 150, 250, 400, 700, 1200)
_LONG = 90
_LINKED = (0.01, 0.25, 0.6, 0.9)
_SHARES = (0.001, 0.1, 0.3, 0.6, 0.95)
_LEFT = (0.001, 0.05, 0.3, 0.7, 0.999)
_NEAR_SIZES = (25, 60, 120, 250)
_WORDS_SHARED = (0.1, 0.3, 0.6)
_PARTS = 8  # of the page, from its head to its end
_AROUND = 5  # blocks
_NOTHING = frozenset[str]()
_Parts = tuple[frozenset[str], ...]
# of features that are of one kind; no page has as many
_kept = lru_cache(maxsize=4096)


class Shown(NamedTuple):
    """The features of a block, in sets that have none in common.

    Attributes:
        size, looks: what its text looks like.
        elements, repeated, tagged: what the elements around it say.
        share, home, order: where it stands: to the most prose, in the page, to the headline.
        before, behind, beyond, amid: what stands around it.
        common: with the headline, the description, other blocks.
        recurs: what other pages of the site have as well.
        guess: what another extractor took for text, if it was asked.
    """

    size: frozenset[str]
    looks: frozenset[str]
    elements: frozenset[str]
    repeated: frozenset[str]
    tagged: frozenset[str]
    share: frozenset[str]
    home: frozenset[str]
    order: frozenset[str]
    before: frozenset[str]
    behind: frozenset[str]
    beyond: frozenset[str]
    amid: frozenset[str]
    common: frozenset[str]
    recurs: frozenset[str]
    guess: frozenset[str]


def features(page: Measured) -> list[Shown]:
    """Return the features of each block."""
    columns = zip(_shapes(page), _marks(page), _standings(page), _neighbours(page), strict=True)
    return [
        Shown._make(
            (*shape, *mark, *standing, *around, _common(page, i), _recurs(page, i), _NOTHING)
        )
        for i, (shape, mark, standing, around) in enumerate(columns)
    ]


def guessed(page: Measured, guess: str) -> list[frozenset[str]]:
    """Return what the text of a page, as another extractor reads it, says of each block."""
    lines = set(map(loose, guess.split("\n")))
    taken = [text in lines and size > 20 for text, size in zip(page.loose, page.sizes, strict=True)]
    numbers = [i for i, is_taken in enumerate(taken) if is_taken]
    first, last = (numbers[0], numbers[-1]) if numbers else (len(taken), -1)
    padded = [False, *taken, False]
    found = []
    for i, text in enumerate(page.loose):
        region = "before" if i < first else "after" if i > last else "amid"
        around = "".join(str(int(each)) for each in padded[i : i + 3])
        found.append(
            frozenset(
                {
                    f"guess={'in' if text in lines else 'out'}{_long(page, i)}",
                    f"guess-region={region}",
                    f"guess-around={around}",
                }
            )
        )
    return found


def _long(page: Measured, i: int) -> str:
    return "L" if page.sizes[i] >= _LONG else "S"


# --- what its text looks like --------------------------------------------------------------------


def _shapes(page: Measured) -> Iterable[_Parts]:
    every = zip(page.texts, page.sizes, page.ends, page.linked, strict=True)
    return [
        (
            _sized(bisect_right(_SIZES, size), "e" if ends else "o", bisect_right(_LINKED, linked)),
            look(text),
        )
        for text, size, ends, linked in every
    ]


@_kept
def _sized(size: int, end: str, link: int) -> frozenset[str]:
    return frozenset(
        {
            f"size={size}",
            f"size-end={size}{end}",
            f"link={link}",
            f"link-size={link}{min(size, 5)}",
            f"end={end}",
        }
    )


# --- what the elements around it say -------------------------------------------------------------


def _marks(page: Measured) -> Iterable[_Parts]:
    known: dict[Place, _Parts] = {}
    found = []
    every = zip(page.texts, page.marks, page.ends, page.sizes, strict=True)
    for text, mark, ends, size in every:
        place = mark.place
        if place not in known:
            known[place] = _of_place(place), _repeated(*page.repeated[place.signature])
        is_bold = mark.bold > 0.8 * len(text)
        found.append((*known[place], _tagged(place.tag, ends, size >= _LONG, is_bold)))
    return found


def _of_place(place: Place) -> frozenset[str]:
    around, near = place.parent, _NOTHING
    for _ in range(2):
        if around is not None:
            near |= around.names
            around = around.parent
    return _named(place.names, near, place.above)


@_kept
def _named(own: frozenset[str], near: frozenset[str], above: frozenset[str]) -> frozenset[str]:
    every = (map("own:".__add__, own), map("near:".__add__, near), map("in:".__add__, above))
    return _NOTHING.union(*every)


@_kept
def _repeated(number: int, linked: int, size: int) -> frozenset[str]:
    return frozenset({f"sig={number}", f"siglink={linked}", f"sigsize={size}"})


@_kept
def _tagged(tag: str, ends: bool, long: bool, bold: bool) -> frozenset[str]:
    end = f"{'e' if ends else 'o'}{'L' if long else 'S'}"
    found = frozenset({f"tag={tag}", f"tag-end={tag}{end}"})
    return found | {"bold"} if bold else found


# --- where it stands: in the page, to the headline, to the most prose ----------------------------


def _standings(page: Measured) -> Iterable[_Parts]:
    number, shares, left = len(page.texts), page.shares, page.left
    behind = range(page.head + 1 if page.head is not None else 0, number)
    first_prose = next((i for i in behind if page.prose[i]), number)
    home = _Home(page.home)
    found = []
    for i, (mark, holder) in enumerate(zip(page.marks, page.holders, strict=True)):
        place, end = mark.place, "e" if page.ends[i] else "o"
        share = bisect_right(_SHARES, max(shares.get(place, 0.0), shares.get(holder, 0.0)))
        size = min(bisect_right(_SIZES, page.sizes[i]), 5)
        found.append(
            (
                _shared(share, end, size, bisect_right(_LINKED, page.linked[i])),
                _at_home(*home.distance(holder), end, _long(page, i)),
                _ordered(
                    home.article_of(place),
                    i * _PARTS // number,
                    _behind_headline(i, page.head),
                    _to_first_prose(i - first_prose),
                    bisect_right(_LEFT, left[i]),
                ),
            )
        )
    return found


class _Home:
    """The element that the first run of much prose flows in, if there is one."""

    def __init__(self, place: Place | None) -> None:
        self.article = place.article if place else None
        self._steps: dict[Place, int] = {}  # up to each element around it
        while place is not None:
            self._steps[place] = len(self._steps)
            place = place.parent
        self._known: dict[Place, tuple[int, int]] = {}

    def distance(self, place: Place) -> tuple[int, int]:
        """Return the steps up from `place`, and from home, to the element that holds both."""
        if place not in self._known:
            up, around = 0, place
            while around not in self._steps and around.parent is not None:
                up, around = up + 1, around.parent
            self._known[place] = (min(up, 3), min(self._steps.get(around, 9), 3))
        return self._known[place]

    def article_of(self, place: Place) -> str:
        """Return whose article `place` stands in."""
        if place.article is None:
            return "none"
        return "home" if place.article is self.article else "other"


@_kept
def _shared(share: int, end: str, size: int, link: int) -> frozenset[str]:
    named = {f"share={share}", f"share-size={share}{end}{size}", f"share-link={share}{link}"}
    return frozenset(named)


@_kept
def _at_home(up: int, out: int, end: str, long: str) -> frozenset[str]:
    return frozenset({f"home={up}-{out}", f"home-end={up}-{out}{end}{long}"})


@_kept
def _ordered(article: str, part: int, headline: str, first_prose: str, left: int) -> frozenset[str]:
    return frozenset(
        {
            f"article={article}",
            f"pos={part}",
            f"h1={headline}",
            f"fp={first_prose}",
            f"prose-left={left}",
        }
    )


def _behind_headline(i: int, head: int | None) -> str:
    if head is None:
        return "none"
    steps = i - head
    if steps < 0:
        return "before"
    return ("at", "1", "few", "few", "few", "few")[steps] if steps < 6 else "after"


def _to_first_prose(steps: int) -> str:
    names = ("far-before", "before", "at", "after", "far-after")
    return names[bisect_right((-5, 0, 1, 30), steps)]


# --- what it has in common with the headline, the description, other pages -----------------------


def _common(page: Measured, i: int) -> frozenset[str]:
    text, headline, found = page.loose[i], page.headline, set()
    if headline and text == headline:
        found.add("is-headline")
    elif (len(text) > 10 and text in headline) or (len(headline) > 15 and headline in text):
        found.add("part-headline")
    elif headline and len(words := text.split()) >= 4:
        common = len(page.headline_words.intersection(words))
        share = common / min(len(page.headline_words), len(words))
        found.add(f"headline-words={bisect_right(_WORDS_SHARED, share)}")
    if description := page.description:
        if text.rstrip(".… ") == description:
            found.add("is-description")
        elif len(description) > 30 and text.startswith(description):
            found.add("begins-description")
        elif len(text) > 40 and text in description:
            found.add("in-description")
    if page.copies[text] > 1:
        found.add("copy" + _long(page, i))
    return frozenset(found)


def _recurs(page: Measured, i: int) -> frozenset[str]:
    recurs = page.blocks[i].recurs
    # what flows with the text, like a subheading, says it only if nearly all pages have it
    if recurs is Recurs.MOST or (recurs and not page.flows(i)):
        return frozenset({f"recurs={recurs.name.lower()}"})
    return _NOTHING


# --- what stands before and behind it ------------------------------------------------------------


def _neighbours(page: Measured) -> Iterable[_Parts]:
    every = zip(page.sizes, page.ends, page.linked, strict=True)
    kinds = [
        f"{bisect_right(_NEAR_SIZES, size)}{'e' if ends else 'o'}{bisect_right((0.25, 0.6), link)}"
        for size, ends, link in every
    ]
    padded = ["none", "none", *kinds, "none", "none"]
    places = [mark.place for mark in page.marks]
    prose = [*map(bool, page.prose)]
    found = []
    for i in range(len(kinds)):
        before = sum(prose[max(0, i - _AROUND) : i])
        behind = sum(prose[i + 1 : i + 1 + _AROUND])
        found.append(
            (
                _beside("p", padded[i + 1], *_compared(page, places, i, i - 1)),
                _beside("n", padded[i + 3], *_compared(page, places, i, i + 1)),
                _beyond(padded[i], padded[i + 4]),
                _amid(before, behind, page.ends[i]),
            )
        )
    return found


def _compared(
    page: Measured, places: list[Place], i: int, other: int
) -> tuple[()] | tuple[bool, str]:
    """Return whether the element of a neighbour is of one kind with the block's, and which it is.

    Nothing if there is no neighbour.
    """
    if not 0 <= other < len(places):
        return ()
    place, there = places[i], places[other]
    same = there is place or (there.parent is place.parent and there.tag == place.tag)
    return same, f"{there.tag}{'e' if page.ends[other] else 'o'}"


@_kept
def _beside(name: str, kind: str, same: bool = False, tag: str | None = None) -> frozenset[str]:
    found = {f"{name}:{kind}"}
    return frozenset(found | {f"{name}-same={same}", f"{name}:{tag}"} if tag else found)


@_kept
def _beyond(before: str, behind: str) -> frozenset[str]:
    return frozenset({f"pp:{before}", f"nn:{behind}"})


@_kept
def _amid(before: int, behind: int, ends: bool) -> frozenset[str]:
    return frozenset(
        {
            f"prose-before={before}",
            f"prose-behind={behind}",
            f"prose-around={min(before, 2)}{min(behind, 2)}{'e' if ends else 'o'}",
        }
    )
