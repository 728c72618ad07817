"""Where does a block of a page stand? The elements around it, and what they say by their marks."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from newswire.rules.markup import families

# elements whose names say something of what stands in them
_SAYING_NAMES = (
    "article main aside nav header footer form figure figcaption table ul ol li blockquote dl "
    "section h1 h2 h3 h4 h5 h6 p td pre address details center"
)
_SAYING = frozenset(_SAYING_NAMES.split())
_PROPERTIES = frozenset(
    {"articleBody", "description", "headline", "author", "datePublished", "name", "caption", "text"}
)
# landmark roles of WAI-ARIA 1.2 -> family of names, or element of the same meaning
_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "contentinfo": "frame",
    "banner": "frame",
    "complementary": "side",
    "search": "form",
    "dialog": "form",
    "alert": "form",
    "main": "<main",
    "article": "<article",
}
_NOTHING = frozenset[str]()
_ATTRIBUTES = frozenset({"itemprop", "itemtype", "aria-hidden", "role"})
HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
# what a text flows through: these stand in the element that holds the text
_FLOW = frozenset(
    ["p", "li", "ul", "ol", "blockquote", "dl", "dd", "dt", "h2", "h3", "h4", "h5", "h6"]
)
_ARTICLE = frozenset({"<article", "type:article"})


class Place:
    """An element of a page that blocks stand in.

    Attributes:
        tag: name of the element.
        parent: the element around it; None for the outermost.
        names: what the element says of itself: families of its classes (`rules/markup.toml`), its
            `<tag`, `prop:` and `type:` of microdata, `hidden!`.
        above: names of it and of all elements around it.
        holder: the element that the text flows in: around paragraphs, lists and subheadings.
        article: the innermost article that it stands in, itself included.
        signature: tag and classes; the same for the parts that a template repeats.
    """

    __slots__ = ("above", "article", "holder", "names", "parent", "signature", "tag")

    def __init__(self, element: etree._Element, parent: Place | None) -> None:
        self.tag: str = element.tag
        self.parent = parent
        classes = ident = ""
        said = _NOTHING
        for name, value in element.items():
            if name == "class":
                classes = value
            elif name == "id":
                ident = value
            elif name in _ATTRIBUTES:
                said |= _attributed(name, value)
        self.signature = f"{self.tag}.{classes}"
        names = _named(self.tag, f"{classes} {ident}")
        self.names = names | said if said else names
        self.above: frozenset[str] = _joined(parent.above, self.names) if parent else self.names
        self.holder: Place = parent.holder if parent and self.tag in _FLOW else self
        self.article: Place | None = parent.article if parent else None
        if not _ARTICLE.isdisjoint(self.names):
            self.article = self

    def chain(self) -> list[Place]:
        """Return it and all elements around it, from the inside."""
        found: list[Place] = []
        place: Place | None = self
        while place is not None:
            found.append(place)
            place = place.parent
        return found

    def of(self, name: str) -> Place | None:
        """Return the innermost element around it, itself included, that has this name."""
        place: Place | None = self
        while place is not None and name not in place.names:
            place = place.parent
        return place

    def is_fact_of(self, scopes: Set[Place | None]) -> bool:
        """Return True if it stands in a property of one of these objects of microdata."""
        place: Place | None = self
        while place is not None:
            if place.parent in scopes and any(name.startswith("prop:") for name in place.names):
                return True
            place = place.parent
        return False


class Mark(NamedTuple):
    """Where a block of an HTML page stands, and how it is set.

    `linked` and `bold` count the characters of its text in links and in bold.
    """

    place: Place
    linked: int
    bold: int


@lru_cache(maxsize=8192)
def _named(tag: str, names: str) -> frozenset[str]:
    """Return what an element's name says, and its classes and id."""
    return families(names) | {f"<{tag}"} if tag in _SAYING else families(names)


def _attributed(name: str, value: str) -> set[str]:
    """Return what another attribute says."""
    if name == "itemprop":
        return {f"prop:{value if value in _PROPERTIES else 'other'}"} if value else set()
    if name == "itemtype":
        return {"type:article"} if value.endswith(("Article", "Posting")) else set()
    if name == "aria-hidden":
        return {"hidden!"} if value == "true" else set()
    return {_ROLES[value]} if value in _ROLES else set()


@lru_cache(maxsize=8192)  # elements of one kind share their names
def _joined(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return some | others
