"""Which blocks does a page of no known template have, and where does each stand?

One walk over all that a page shows. Nothing is judged here, and nothing left out but what is no
text.
"""

from __future__ import annotations

from statistics import median_low

from lxml import etree

from newswire.page import budget
from newswire.page.model import Block
from newswire.page.places import Mark, Place
from newswire.page.templates.reading import INLINE, SILENT
from newswire.text.characters import size, tidy
from newswire.text.folding import loose

_MENUS = frozenset({"<nav", "<footer"})
# blocks that may be such a copy, characters of a paragraph in it, share of it that they are
GLUED_AT_MOST, _PART, COPIED = 3, 40, 0.6
# between the texts of a run
BETWEEN = " · "
# longest title of another page in a list of links
MAX_LINK = 150
# characters of a link that holds a text
_TEXT = 1000
_IN_LINE = INLINE | {"img", "amp-img", "picture", "source"}


def blocks(tree: etree._Element) -> list[Block]:
    """Return all blocks of the page `tree`, in reading order, each with its mark.

    Raises:
        UnreadablePage: more blocks than `budget` allows for.
    """
    body = tree.find("body")
    walk = _Walk()
    walk.element(body if body is not None else tree, None)
    return walk.blocks


class _Element:
    """An element that is open, and its place, which is made for the first block in it."""

    __slots__ = ("_element", "_known", "_parent")

    def __init__(self, element: etree._Element, parent: _Element | None) -> None:
        self._element = element
        self._parent = parent
        self._known: Place | None = None

    @property
    def place(self) -> Place:
        if self._known is None:
            self._known = Place(self._element, self._parent.place if self._parent else None)
        return self._known


class _Walk:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._texts: list[str] = []
        self._linked = self._bold = 0
        self._links = self._bolds = 0  # elements of the kind that are open

    def element(self, element: etree._Element, parent: _Element | None) -> None:
        """Read an element that stands on lines of its own."""
        here = _Element(element, parent)
        self._inside(element, here)
        if self._texts:
            self._flush(here)

    def _inside(self, element: etree._Element, here: _Element) -> None:
        """Read what stands in `element`, which is `here` or flows in it."""
        texts = self._texts
        if (text := element.text) and (texts or not text.isspace()):
            self._say(text)
        for child in element:
            tag = child.tag
            if tag in _IN_LINE:
                self._inline(child, tag, here)
            elif tag not in SILENT:
                if texts:
                    self._flush(here)
                if tag != "br":
                    self.element(child, here)
            if (text := child.tail) and (texts or not text.isspace()):
                self._say(text)

    def _inline(self, element: etree._Element, tag: str, here: _Element) -> None:
        link, bold = tag == "a" and not _holds_text(element), tag in ("b", "strong")
        self._links += link
        self._bolds += bold
        self._inside(element, here)
        self._links -= link
        self._bolds -= bold

    def _say(self, text: str) -> None:
        self._texts.append(text)
        if self._links or self._bolds:
            length = len(text.strip())
            self._linked += length if self._links else 0
            self._bold += length if self._bolds else 0

    def _flush(self, here: _Element) -> None:
        text = tidy("".join(self._texts))
        if text[:1].isalnum() or any(map(str.isalnum, text)):
            mark = Mark(here.place, self._linked, self._bold)
            self.blocks.append(Block(text, mark=mark))
            budget.check_parts(len(self.blocks))
        self._texts.clear()
        self._linked = self._bold = 0


def _holds_text(link: etree._Element) -> bool:
    """Return True if a link is set around a text: no title of another page is as long."""
    return len(link) > 0 and size("".join(link.itertext())) > _TEXT


def runs(blocks: list[Block]) -> list[list[Block]]:
    """Return the blocks in runs that are judged as one: a menu, a foot, links in a row.

    Another block is a run of its own.
    """
    found: list[list[Block]] = []
    before: object = None
    for block in blocks:
        assert block.mark is not None
        kind = _kind(block.mark, block.text)
        if kind is not None and kind == before:
            found[-1].append(block)
        else:
            found.append([block])
        before = kind
    return found


def joined(run: list[Block]) -> Block:
    """Return a run as one block, which stands where the first one does."""
    first, marks = run[0], [block.mark for block in run if block.mark]
    if len(run) == 1:
        return first
    linked, bold = sum(mark.linked for mark in marks), sum(mark.bold for mark in marks)
    text = BETWEEN.join(block.text for block in run)
    recurs = median_low(block.recurs for block in run)
    return Block(text, mark=Mark(marks[0].place, linked, bold), recurs=recurs)


def _kind(mark: Mark, text: str) -> Place | str | None:
    """Return what a block forms a run with: those of the same menu or foot, other links."""
    length = len(text)
    if not mark.linked and length > MAX_LINK and "<nav" in mark.place.above:
        return None  # of a menu that is not closed
    if not _MENUS.isdisjoint(mark.place.above):
        place = mark.place
        while _MENUS.isdisjoint(place.names) and place.parent is not None:
            place = place.parent
        return place
    return "links" if length <= MAX_LINK and mark.linked >= 0.9 * length else None


def kind(place: Place) -> tuple[str, str | None]:
    """Return what the parts that a template repeats have in common: two levels of signatures."""
    return place.signature, place.parent.signature if place.parent else None


def without_glued(blocks: list[Block]) -> list[Block]:
    """Return the blocks of a page without a copy for machines: its paragraphs glued into one.

    What stands around the copy, and not around the paragraphs, goes with it.
    """
    texts = [loose(block.text) for block in blocks]
    longest = sorted(range(len(blocks)), key=lambda i: -len(texts[i]))[:GLUED_AT_MOST]
    gone: set[Place] = set()
    for i in longest:
        parts = [
            (texts[j], block.mark.place)
            for j, block in enumerate(blocks)
            if block.mark and _PART <= len(texts[j]) < len(texts[i]) and texts[j] in texts[i]
        ]
        # of a quotation pulled out twice one is in the other
        every = {text for text, _ in parts}
        known = {text for text in every if not any(text in other for other in every - {text})}
        mark = blocks[i].mark
        if mark is None or len(known) < 2 or sum(map(len, known)) < COPIED * len(texts[i]):
            continue
        around = {each for _, place in parts for each in place.chain()}
        chain = mark.place.chain()
        gone |= {place for place in chain if place not in around}
    return [b for b in blocks if b.mark and gone.isdisjoint(b.mark.place.chain())]
