"""What is a page template? Its parts, as data.

A template says what the *families* of its classes mean, and its `data-type` and `itemprop` values;
how they are nested does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from lxml import etree

from newswire.page.visible import is_unseen


class Kind:
    """What the texts of a part are; no Enum, for the reason that `Role` is none."""

    OUTSIDE: Final = "outside"
    HEADLINE: Final = "headline"
    TITLE: Final = "title"
    LEDE: Final = "lede"
    TEXT: Final = "text"
    PICTURE: Final = "picture"
    GALLERY: Final = "gallery"
    CREDIT: Final = "credit"
    DATE: Final = "date"
    MODIFIED: Final = "modified"
    AUTHOR: Final = "author"
    SECTION: Final = "section"
    TAGS: Final = "tags"
    LABELS: Final = "labels"
    STORIES: Final = "stories"
    FURNITURE: Final = "furniture"


class Part(NamedTuple):
    """A part of a page, and the rule that drops its texts where they are not the article's."""

    kind: str
    rule: str = ""


class Sign(NamedTuple):
    """What a template makes of an element by its marks.

    Attributes:
        part: the part that it opens, if it opens one.
        inside: the part that it opens in the text.
        own: one of the template's own classes, no word or family, says `inside`.
        headline: one of them says that it is a headline.
    """

    part: Part | None
    inside: Part | None
    own: bool
    headline: bool


# no block at all
SKIP = Part(Kind.OUTSIDE)
# what a browser does not show
HIDDEN = Part(Kind.FURNITURE, "hidden")
# a block in the text that no row knows, with evidence that it is none
UNKNOWN = Part(Kind.FURNITURE, "unknown-block")
HEADLINE = Part(Kind.HEADLINE, "repeated-headline")
# the headline of a page that has none yet, else a subheading
TITLE = Part(Kind.TITLE)
LEDE = Part(Kind.LEDE)
TEXT = Part(Kind.TEXT)
PICTURE = Part(Kind.PICTURE, "caption-line")
# pictures one below the other: their captions are the text
GALLERY = Part(Kind.GALLERY, "caption-line")
CREDIT = Part(Kind.CREDIT, "credit")
DATE = Part(Kind.DATE, "printed-date")
MODIFIED = Part(Kind.MODIFIED, "printed-date")
AUTHOR = Part(Kind.AUTHOR, "byline")
SECTION = Part(Kind.SECTION, "section-head")
TAGS = Part(Kind.TAGS, "tags")
RELATED = Part(Kind.STORIES, "related")
SEE_ALSO = Part(Kind.STORIES, "see-also")


def drop(rule: str, *, holds_text: bool = False) -> Part:
    """Return a part that is furniture by the rule of that id.

    It is one block with all below it; with `holds_text`, parts of the article may open inside it.
    """
    return Part(Kind.LABELS if holds_text else Kind.FURNITURE, rule)


# the parts whose texts may be the article's
_HOLDERS = frozenset([Kind.TITLE, Kind.LEDE, Kind.TEXT, Kind.PICTURE, Kind.GALLERY, Kind.LABELS])
_TYPES = etree.XPath("//@data-type", smart_strings=False)
_PROPERTIES = etree.XPath("//@itemprop", smart_strings=False)
# combinations of marks: some hundred on the pages of a template, none of so many characters
MAX_CACHED = 5000
MAX_NAMES = 1000


@dataclass(frozen=True)
class Template:
    """A generation of page templates.

    Attributes:
        name: `Article.extractor` of its pages.
        marks: one of them stands in the source of each of its pages.
        classes: family of classes (`x` is also `x-y`, `x_y` …, and `*x` any `yx` as well) -> part;
            the one that reaches furthest counts, of several classes the last. Inside the text a
            word (`share`) is not `share-x`.
        types: value of `data-type` -> part; before classes. Of several words (`media-video`) the
            last that is known counts.
        properties: value of `itemprop` -> part; behind classes.
        tags: name of an element -> part; last.
        endless: a page of it may have other stories below its own.
        hidden: its text may stand in an element that is not shown, as microdata do.
        sure: its parts leave nothing to guess, so that no rule of position is applied to its text.
    """

    name: str
    marks: tuple[bytes, ...]
    classes: Mapping[str, Part] = field(default_factory=dict)
    types: Mapping[str, Part] = field(default_factory=dict)
    properties: Mapping[str, Part] = field(default_factory=dict)
    tags: Mapping[str, Part] = field(default_factory=dict)
    endless: bool = False
    hidden: bool = False
    sure: bool = True

    def made(self, source: bytes) -> bool:
        """Return True if a page of these bytes may be one of the template's."""
        # most marks are not there, and that is seen four times as fast from the end
        return any(source.rfind(mark) >= 0 for mark in self.marks)

    @cached_property
    def _ends(self) -> list[tuple[re.Pattern[str], str]]:
        """The families that begin with `*`, as patterns that match a whole name."""
        keys = [key for key in self.classes if key.startswith("*")]
        return [(re.compile(rf"(?:.*{re.escape(key[1:])})(?=[-_]|$)"), key) for key in keys]

    @cached_property
    def _starts(self) -> tuple[str, ...]:
        """The other families: few names of a page begin with one."""
        return tuple(key for key in self.classes if not key.startswith("*"))

    def may_hold_text(self, tree: etree._Element, classes: Set[str]) -> bool:
        """Return False if a page has no element that the template knows text in.

        `classes` are the values of all `class` attributes of the page.
        """
        parts: Iterable[Part | None] = chain(
            (self._recall(names, None, None, None).part for names in classes),
            map(self._of_type, set(_TYPES(tree)) if self.types else ()),
            map(self.properties.get, set(_PROPERTIES(tree)) if self.properties else ()),
            self.tags.values(),
        )
        return any(part is not None and part.kind in _HOLDERS for part in parts)

    @cached_property
    def _known(self) -> dict[str | tuple[str | None, ...] | None, Sign]:
        return {}

    @cached_property
    def sign(self) -> Callable[[etree._Element], Sign]:
        """What tells the sign of an element, wherever it stands."""
        types, properties, tags = self.types, self.properties, self.tags
        known, recall = self._known, self._recall

        def sign(element: etree._Element) -> Sign:
            names = element.get("class")
            kind = element.get("data-type") if types else None
            prop = element.get("itemprop") if properties else None
            tag = element.tag if tags else None
            # most elements have no more than classes
            if kind or prop or tag:
                return recall(names, kind, prop, tag)
            return known.get(names) or recall(names, None, None, None)

        return sign

    def _recall(
        self, names: str | None, kind: str | None, prop: str | None, tag: str | None
    ) -> Sign:
        key = (names, kind, prop, tag) if kind or prop or tag else names
        found = self._known.get(key)
        if found is None:
            marks = (names or "", kind or "", prop or "", tag or "")
            found = self._learn(*marks)
            if sum(map(len, marks)) <= MAX_NAMES:
                if len(self._known) > MAX_CACHED:
                    self._known.clear()
                self._known[key] = found
        return found

    def _learn(self, names: str, kind: str, prop: str, tag: str) -> Sign:
        known = self._of_classes(names, in_text=False) if len(names) <= MAX_NAMES else None
        # within the text fewer names say something
        in_text = known and self._of_classes(names, in_text=True)
        outside, inside = (
            self._of_type(kind) or found or self.properties.get(prop) or self.tags.get(tag)
            for found in (known, in_text)
        )
        own = inside is not None and self._names(names, inside)
        return Sign(outside, inside, own, self._names(names, HEADLINE))

    def _of_type(self, said: str) -> Part | None:
        words = (said, *reversed(said.split("-"))) if said else ()
        return next((part for word in words if (part := self.types.get(word))), None)

    def _names(self, names: str, part: Part) -> bool:
        """Return True if one of the template's own classes, no word or family, says `part`."""
        for name in names.split():
            if self.classes.get(name) == part and not name.isalnum():
                return True
            for ends, key in self._ends:
                if (m := ends.match(name)) and m.end() == len(name) and self.classes[key] == part:
                    return True
        return False

    def _of_classes(self, names: str, *, in_text: bool) -> Part | None:
        """Return the part of the last name that has one: modifiers stand behind."""
        if is_unseen(names.split()):
            return HIDDEN
        for name in reversed(names.split()):
            # how far into the name a family reaches, and its key
            families = []
            if name.startswith(self._starts):
                families = [(len(key), key) for key in _beginnings(name) if key in self.classes]
            families += [(m.end(), key) for ends, key in self._ends if (m := ends.match(name))]
            if in_text:
                # `share-price`, `comments-of-experts` may be anything
                families = [
                    (end, key)
                    for end, key in families
                    if not key.isalnum() or name[end : end + 1] in ("", "_")
                ]
            if families:
                return self.classes[max(families)[1]]
        return None


def _beginnings(name: str) -> Iterator[str]:
    yield name
    for found in re.finditer(r"(?<=[a-z0-9])[-_]", name):
        yield name[: found.start()]
        yield name[: found.end()]
        if name[found.end() : found.end() + 1] == "_":
            yield name[: found.end() + 1]
