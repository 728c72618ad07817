"""Which blocks are set as the text is? A page makes the parts of one text alike.

The decoder weighs each block by itself and by its neighbours; here the element that the text
flows in is asked, so that a table, an advertisement or a date amid the text does not end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from newswire.boilerplate.measured import Measured
from newswire.boilerplate.sheet import reads
from newswire.page import elements
from newswire.page.model import Block
from newswire.page.places import Mark, Place

_ITEMS, _CELLS = {"li", "dt", "dd"}, {"td", "th"}
# cards of one kind, and how many times the prose beside them theirs is, where they are the text
_LEAST, _MADE_OF = 3, 2.0
_Kind = tuple[object, ...]


class Card(NamedTuple):
    """An element with the title of another page, and prose below it; blocks by their index."""

    place: Place
    title: int
    prose: list[int]


def cards(blocks: Sequence[Block], titles: list[bool], least: int) -> list[list[Card]]:
    """Return the cards of a page of which at least `least` are alike in one element.

    Args:
        blocks: of a page, in reading order, each with its mark.
        titles: which of them are titles of other pages.
        least: of fewer that are alike none is a card.
    """
    found: dict[Place, Card] = {}
    title: int | None = None
    around: set[Place] = set()
    for i, (block, is_title) in enumerate(zip(blocks, titles, strict=True)):
        if is_title:
            title, around = i, set()
        elif title is not None and block.mark and reads(block.text):
            around = around or {*_mark(blocks[title]).place.chain()}
            place = next(place for place in block.mark.place.chain() if place in around)
            found.setdefault(place, Card(place, title, [])).prose.append(i)
    alike: dict[_Kind, list[Card]] = {}
    for card in found.values():
        alike.setdefault((card.place.signature, card.place.parent), []).append(card)
    return [group for group in alike.values() if len(group) >= least]


def completed(page: Measured, is_text: list[bool], may: list[bool], *, article: bool) -> list[bool]:
    """Return which blocks are of the text, those that are set as its paragraphs are among them.

    Args:
        page: its blocks.
        is_text: what is known to be text.
        may: what can be text.
        article: the page calls itself one.
    """
    found = is_text.copy()
    linked = [2 * m.linked > len(text) for m, text in zip(page.marks, page.texts, strict=True)]
    led = _led(page.marks, linked)
    _cards(page, linked, found, may, article=article)
    may = [
        one and not link and (text or m.place.holder not in led)
        for one, link, text, m in zip(may, linked, found, page.marks, strict=True)
    ]
    prose = [each and reads for each, reads in zip(may, page.reads, strict=True)]
    _beside(page.marks, prose, found)
    _alike(page, prose, found, may)
    _lines(page.marks, found, may)
    return found


def _mark(block: Block) -> Mark:
    assert block.mark is not None
    return block.mark


def _led(marks: list[Mark], linked: list[bool]) -> set[Place]:
    """Return the elements that begin with a link: cards of other stories."""
    first: dict[Place, bool] = {}
    for mark, is_link in zip(marks, linked, strict=True):
        first.setdefault(mark.place.holder, is_link)
    return {place for place, is_link in first.items() if is_link}


def _cards(
    page: Measured, linked: list[bool], found: list[bool], may: list[bool], *, article: bool
) -> None:
    """Add the cards that a text is made of, like a list of the best, and prose between them.

    They stand in the element of the text, and it has far less prose beside them. Cards of one
    paragraph are teasers where the page does not call itself an article.
    """
    groups = cards(page.blocks, linked, _LEAST)
    if not groups:
        return
    marks = page.marks
    prose = {i for i, reads in enumerate(page.reads) if reads and not linked[i]}
    known = {i for i in prose if found[i]}
    for group in groups:
        inside = {i for card in group for i in card.prose if may[i]}
        beside = known - inside
        home = _homes(marks[min(beside or known)]) if known else set()
        if len(inside) <= len(group) and not article:
            continue
        at_home = known & inside or not home.isdisjoint(group[0].place.chain())
        if not at_home or _size(page, inside) <= _MADE_OF * _size(page, beside):
            continue
        around = group[0].place.parent
        holder = around.holder if around else None
        between = {i for i in prose if marks[i].place.holder is holder}
        for i in inside | between | {card.title for card in group}:
            found[i] = found[i] or may[i]


def _homes(mark: Mark) -> set[Place]:
    """Return the element that a text flows in, and its article."""
    article = mark.place.article
    return {mark.place.holder, article} if article else {mark.place.holder}


def _size(page: Measured, some: Iterable[int]) -> int:
    return sum(page.sizes[i] for i in some)


def _beside(marks: list[Mark], prose: list[bool], found: list[bool]) -> None:
    """Add prose beside the text in elements of the same kind: what begins anew has others."""
    down = list(pairwise(range(len(marks))))
    for beside, i in [*down, *((b, a) for a, b in reversed(down))]:
        if found[beside] and not found[i] and prose[i] and prose[beside]:
            found[i] = elements.kind(marks[i].place) == elements.kind(marks[beside].place)


def _alike(page: Measured, prose: list[bool], found: list[bool], may: list[bool]) -> None:
    """Add prose of the element that the text flows in; and between, its sentences and lists."""
    marks = page.marks
    known = {
        name
        for mark, both in zip(marks, zip(found, prose, strict=True), strict=True)
        if all(both)
        for name in _kinds(mark.place)
    }
    alike = [
        each and not known.isdisjoint(_kinds(mark.place))
        for each, mark in zip(may, marks, strict=True)
    ]
    for i, is_prose in enumerate(prose):
        found[i] = found[i] or (alike[i] and is_prose)
    inside = [i for i, is_text in enumerate(found) if is_text]
    flows = {marks[i].place.holder for i in inside if prose[i]}
    for i in range(inside[0], inside[-1]) if inside else ():
        is_sentence = alike[i] and page.ends[i]
        is_item = may[i] and not marks[i].linked and _list(marks[i].place) in flows
        found[i] = found[i] or is_sentence or is_item


def _kinds(place: Place) -> list[_Kind]:
    """Return what the paragraphs of one text have in common.

    These are element and classes, and the element that they flow in; or the element around each, of
    the same kind in one place.
    """
    kinds: list[_Kind] = [(place.signature, place.holder)]
    if around := place.parent:
        kinds.append((place.signature, around.signature, around.parent))
    return kinds


def _list(place: Place) -> Place | None:
    """Return the element that a list or table flows in whose item or cell this is."""
    if place.tag in _ITEMS:
        return place.holder
    table = place.of("<table") if place.tag in _CELLS else None
    return table.parent.holder if table and table.parent else None


def _lines(marks: list[Mark], found: list[bool], may: list[bool]) -> None:
    """Add the other lines of paragraphs of which some are text."""
    places = (m.place for m, is_text in zip(marks, found, strict=True) if is_text)
    inside = {place for place in places if place.tag == "p"}
    for i, mark in enumerate(marks):
        found[i] = found[i] or (mark.place in inside and may[i] and not mark.linked)
