"""Which blocks are set as the text is? A page makes the parts of one text alike.

The decoder weighs each block by itself and by its neighbours; here the element that the text
flows in is asked, so that a table, an advertisement or a date amid the text does not end it.
"""

from __future__ import annotations

from itertools import pairwise

from newswire.boilerplate.sheet import reads
from newswire.page import elements
from newswire.page.model import Block
from newswire.page.places import Mark, Place
from newswire.text.characters import ends_sentence

_ITEMS, _CELLS = {"li", "dt", "dd"}, {"td", "th"}
_Kind = tuple[object, ...]


def completed(blocks: list[Block], is_text: list[bool], may: list[bool]) -> list[bool]:
    """Return which blocks are of the text, those that are set as its paragraphs are among them.

    Args:
        blocks: of a page, in reading order, each with its mark.
        is_text: what is known to be text.
        may: what can be text.
    """
    found = is_text.copy()
    marks = [_mark(block) for block in blocks]
    linked = [2 * m.linked > len(b.text) for b, m in zip(blocks, marks, strict=True)]
    led = _led(marks, linked)
    may = [
        one and not link and (text or m.place.holder not in led)
        for one, link, text, m in zip(may, linked, is_text, marks, strict=True)
    ]
    prose = [each and reads(block.text) for each, block in zip(may, blocks, strict=True)]
    _beside(marks, prose, found)
    _alike(blocks, marks, prose, found, may)
    _lines(marks, found, may)
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


def _beside(marks: list[Mark], prose: list[bool], found: list[bool]) -> None:
    """Add prose beside the text in elements of the same kind: what begins anew has others."""
    down = list(pairwise(range(len(marks))))
    for beside, i in [*down, *((b, a) for a, b in reversed(down))]:
        if found[beside] and not found[i] and prose[i] and prose[beside]:
            found[i] = elements.kind(marks[i].place) == elements.kind(marks[beside].place)


def _alike(
    blocks: list[Block], marks: list[Mark], prose: list[bool], found: list[bool], may: list[bool]
) -> None:
    """Add prose of the element that the text flows in; and between, its sentences and lists."""
    kinds = [_kinds(mark.place) for mark in marks]
    text = zip(kinds, found, prose, strict=True)
    known = {name for names, *both in text if all(both) for name in names}
    alike = [each and not known.isdisjoint(names) for each, names in zip(may, kinds, strict=True)]
    for i, is_prose in enumerate(prose):
        found[i] = found[i] or (alike[i] and is_prose)
    inside = [i for i, is_text in enumerate(found) if is_text]
    flows = {marks[i].place.holder for i in inside if prose[i]}
    for i in range(inside[0], inside[-1]) if inside else ():
        is_sentence = alike[i] and ends_sentence(blocks[i].text)
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
