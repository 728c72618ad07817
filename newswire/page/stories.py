"""Which part of a page is the article of its address, where others have been appended to it?

An endless page sets the next stories below its own, and a saved one may have any of them for its
address. Each begins with a headline of its own; the elements around it that hold nothing of
another story are its branch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from newswire.page.templates import Template
from newswire.page.templates.base import Kind
from newswire.page.visible import is_hidden, remove
from newswire.text.characters import tidy, word_count
from newswire.text.folding import loose
from newswire.wires.urls import absolute, article_key

# the elements that a template may call a headline
_TITLES = ("h1", "h2", "h3", "div")
_SAID = etree.XPath(
    "//head//link[@rel='canonical']/@href | //head//meta[@property='og:url']/@content"
)
_NAMED = etree.XPath("//head//title//text() | //head//meta[@property='og:title']/@content")
# where an element that holds a story has its address, or its number
_ADDRESSES = ("data-full-url", "data-url", "itemid")
_LINKS = etree.XPath(
    ".//*[@itemprop='mainEntityOfPage' or @itemprop='url'] | .//h1//a[@href] | .//a[.//h1]"
)
# a story of a page that no template knows: schema.org's types, and HTML's own element
_STORIES = etree.XPath("//body//article | //body//*[contains(@itemtype, 'Article')]")
# classes of the elements that hold one story each, in all generations
_HOLDERS = frozenset({"article", "b-article", "endless__item"})
# fewer words are a label, not a text
_WORDS = 4


@dataclass
class _Story:
    """Headlines with no text between them, and what of its text is known by position."""

    titles: list[etree._Element]
    texts: list[etree._Element] = field(default_factory=list)
    branches: list[etree._Element] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def named(self) -> set[str]:
        return {loose(tidy("".join(title.itertext()))) for title in self.titles}


def keep_own(tree: etree._Element, known: list[Template], url: str | None) -> list[str]:
    """Take the stories out of `tree` that are not the page's own; return their addresses.

    Args:
        tree: the page; a page with one story stays as it is.
        known: the templates that may have made it.
        url: where it was fetched, if anywhere.
    """
    endless = [template for template in known if template.endless]
    stories = _by_headlines(tree, _Marks(endless)) if endless else []
    if not known:
        stories = _by_elements(tree)
    alike = not known and len(stories) < 2
    if alike:
        stories = _by_repetition(tree)
    if len(stories) < 2:
        return []
    _set_branches(stories)
    addresses = [address for address in (url, *_SAID(tree)) if address]
    for story in stories:
        story.urls = [
            whole
            for said in _said_addresses(story)
            if (whole := absolute(next(iter(addresses), None), said))
        ]
    own = _own(stories, addresses, _NAMED(tree))
    if own is None and not alike:
        own = _first(stories, sure=bool(known))
    if own is None:
        return []
    others = [story for story in stories if story is not own]
    borders = {element for story in stories for element in story.branches}
    for story in others:
        _take_out(story, borders)
    found = dict.fromkeys(address for story in others for address in story.urls[:1])
    return [address for address in found if address not in own.urls]


# --- where stories begin -------------------------------------------------------------------------


class _Marks:
    """What the templates that may have made a page call its elements."""

    def __init__(self, known: list[Template]) -> None:
        self._known = known
        # element -> outermost element around it that is text; False where no text can be
        self._outer: dict[etree._Element, etree._Element | bool | None] = {}

    def titles(self, tree: etree._Element) -> list[etree._Element]:
        """Return the elements that a story may begin with, in order."""
        found = [
            element
            for element in tree.iter(*_TITLES)
            if (element.tag == "h1" or "title" in (element.get("class") or ""))
            and (self.is_own(element) or self._is_plain(element))
        ]
        # of the titles that may be subheadings only the first begins a story
        may_be = [each for each in found if self._kind(each) is Kind.TITLE]
        whole = set(found).difference(may_be[1:])
        return [
            each
            for each in found
            if each in whole and not _is_in(each, whole) and not is_hidden(each)
        ]

    def is_own(self, element: etree._Element) -> bool:
        """Return True if a template's own name for a headline is on the element."""
        return any(template.sign(element).headline for template in self._known)

    def _is_plain(self, element: etree._Element) -> bool:
        if element.tag != "h1":
            return False
        return self._kind(element) in (None, Kind.HEADLINE, Kind.TITLE)

    def outermost(self, element: etree._Element) -> etree._Element | None:
        """Return the outermost element around one that is text; ask in document order."""
        parent = element.getparent()
        outer = None if parent is None else self._outer.get(parent)
        if outer is not False:
            match self._kind(element):
                case Kind.OUTSIDE | Kind.FURNITURE | Kind.STORIES:
                    outer = False
                case Kind.TEXT if outer is None:
                    outer = element
        self._outer[element] = outer
        return None if isinstance(outer, bool) else outer

    def _kind(self, element: etree._Element) -> str | None:
        if is_hidden(element):
            return Kind.FURNITURE
        parts = (template.sign(element).part for template in self._known)
        return next((part.kind for part in parts if part is not None), None)


def _by_headlines(tree: etree._Element, marks: _Marks) -> list[_Story]:
    """Return the stories of a page of the wire; one or none unless there are several headlines."""
    titles = set(marks.titles(tree))
    if len(titles) < 2:
        return []
    stories: list[_Story] = []
    pending: list[etree._Element] = []
    running: etree._Element | None = None  # the outermost element of the text that has begun
    for element in tree.iter(etree.Element):
        outer = marks.outermost(element)
        if element in titles:
            inside = running is not None and _is_in(element, {running})
            if not inside or (marks.is_own(element) and _is_held(element, running)):
                pending.append(element)
        elif outer is not None and element.text and not element.text.isspace():
            running = outer
            if pending:
                stories.append(_Story(pending))
                pending = []
            if stories:
                stories[-1].texts.append(element)
    # a story of which the page shows no more than the head
    if stories and (heads := [title for title in pending if marks.is_own(title)]):
        stories.append(_Story(heads))
    return stories


def _is_in(element: etree._Element, outer: set[etree._Element]) -> bool:
    return any(each in outer for each in element.iterancestors())


def _is_held(element: etree._Element, outer: etree._Element | None) -> bool:
    """Return True if an element inside the running text holds a story of its own."""
    for each in element.iterancestors():
        if each is outer:
            return False
        if not _HOLDERS.isdisjoint((each.get("class") or "").split()):
            return True
    return False


def _by_elements(tree: etree._Element) -> list[_Story]:
    """Return the stories of a page that says itself, element by element, what is an article.

    Each must have a headline of the first order, or entries of a live page were stories too.
    """
    found = set(_STORIES(tree))
    stories = []
    for element in _STORIES(tree):
        if not found.isdisjoint(element.iterancestors()):
            continue
        titles = element.xpath(".//h1 | .//h2[contains(@itemprop, 'headline')]")
        texts = [p for p in element.iter("p") if word_count("".join(p.itertext())) >= _WORDS]
        if titles and texts:
            stories.append(_Story(titles[:1], texts, [element]))
    return stories


def _by_repetition(tree: etree._Element) -> list[_Story]:
    """Return the stories of a page that sets each in an element of the same tag and classes.

    So do the parts of one text: these are stories only if the page's address or title is of one.
    """
    # below a headline of the first order those of the second are subheadings
    head = "h2" if next(tree.iter("h1"), None) is None else "h1"
    stories: list[_Story] = []
    for element in tree.iter(head, "p"):
        if element.tag == head:
            stories.append(_Story([element]))
        elif stories and word_count("".join(element.itertext())) >= _WORDS:
            stories[-1].texts.append(element)
    stories = [story for story in stories if story.texts]
    if len(stories) < 2:
        return []
    _set_branches(stories)
    branches = [story.branches[0] for story in stories]
    whole = all(
        _is_in(text, {branch})
        for story, branch in zip(stories, branches, strict=True)
        for text in story.texts
    )
    same = len({(branch.tag, branch.get("class")) for branch in branches}) == 1
    return stories if whole and same else []


# --- whose page it is ----------------------------------------------------------------------------


def _set_branches(stories: list[_Story]) -> None:
    """Find the largest elements around each headline with nothing of another story in them."""
    owners: dict[etree._Element, set[int]] = {}
    for number, story in enumerate(stories):
        for element in (*story.titles, *story.texts):
            for each in (element, *element.iterancestors()):
                owners.setdefault(each, set()).add(number)
    for story in stories:
        if story.branches:
            continue
        for title in story.titles:
            branch = title
            for each in title.iterancestors():
                if len(owners[each]) > 1 or each.tag == "body":
                    break
                branch = each
            if branch not in story.branches:
                story.branches.append(branch)


def _said_addresses(story: _Story) -> Iterator[str]:
    for branch in story.branches:
        for name in _ADDRESSES:
            for element in branch.xpath(f"descendant-or-self::*[@{name}]"):
                yield element.get(name)
        for element in _LINKS(branch):
            yield element.get("href") or element.get("content") or "".join(element.itertext())


def _own(stories: list[_Story], addresses: list[str], named: list[str]) -> _Story | None:
    """Return the story of the page's address, else of its title."""
    wanted = {key.cms_id for address in addresses if (key := article_key(address))}
    for story in stories:
        keys = (article_key(address) for address in story.urls[:1])
        if any(key and key.cms_id in wanted for key in keys):
            return story
    # a title begins with the headline: a subheading may stand in its middle
    titles = [loose(title) for title in named]
    for story in stories:
        if any(name and title.startswith(name) for name in story.named() for title in titles):
            return story
    return None


def _first(stories: list[_Story], *, sure: bool) -> _Story | None:
    """Return the first story; it may be a card of another one unless a template is `sure`.

    A card is shorter than half of the page's longest text.
    """
    sizes = [sum(word_count("".join(text.itertext())) for text in s.texts) for s in stories]
    return stories[0] if sure or 2 * sizes[0] >= max(sizes) else None


def _take_out(story: _Story, borders: set[etree._Element]) -> None:
    """Remove a story: its branches, and behind a bare headline what follows it."""
    for branch in story.branches:
        inside = set(branch.iter())
        if not any(text in inside for text in story.texts):
            for element in list(branch.itersiblings()):
                if borders & set(element.iter()):
                    break
                if element.tag != "script":
                    remove(element)
        remove(branch)
