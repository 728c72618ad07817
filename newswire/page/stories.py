"""Which part of a page is the article of its address, where others have been appended to it?

An endless page sets the next stories below its own, and a saved one may have any of them for its
address. Each begins with a headline of its own; the elements around it that hold nothing of
another story are its branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from newswire.page.templates import TEMPLATES, Template
from newswire.page.templates.base import Kind
from newswire.page.visible import remove
from newswire.text.characters import tidy, word_count
from newswire.text.folding import loose
from newswire.wires.urls import absolute, article_key

_TITLES = etree.XPath("//body//h1 | //body//*[contains(@class, 'title')]")
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


def keep_own(tree: etree._Element, source: bytes, url: str | None) -> list[str]:
    """Take the stories out of `tree` that are not the page's own; return their addresses.

    Args:
        tree: the page; a page with one story stays as it is.
        source: its bytes, which say what templates may have made it.
        url: where it was fetched, if anywhere.
    """
    known = [template for template in TEMPLATES if template.made(source)]
    stories = _by_headlines(tree, known) if known else _by_elements(tree)
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
    own = _own(stories, addresses, " ".join(map(str, _NAMED(tree))), sure=bool(known))
    if own is None:
        return []
    others = [story for story in stories if story is not own]
    borders = {element for story in stories for element in story.branches}
    for story in others:
        _take_out(story, borders)
    found = dict.fromkeys(address for story in others for address in story.urls[:1])
    return [address for address in found if address not in own.urls]


# --- where stories begin -------------------------------------------------------------------------


def _by_headlines(tree: etree._Element, known: list[Template]) -> list[_Story]:
    """Return the stories of a page of the wire; one or none unless there are several headlines."""

    def kind(element: etree._Element) -> Kind | None:
        parts = (template.part(element) for template in known)
        return next((part.kind for part in parts if part is not None), None)

    def is_own(element: etree._Element) -> bool:
        """Return True if the template's own name for a headline is on the element."""
        parts = ((template, template.part(element)) for template in known)
        return any(
            part is not None and part.kind is Kind.HEADLINE and template.names(element, part)
            for template, part in parts
        )

    titles = [
        element
        for element in _TITLES(tree)
        if is_own(element) or (element.tag == "h1" and kind(element) in (None, Kind.HEADLINE))
    ]
    whole = set(titles)
    titles = [each for each in titles if whole.isdisjoint(each.iterancestors())]
    if len(titles) < 2:
        return []
    marks = set(titles)
    stories: list[_Story] = []
    pending: list[etree._Element] = []
    running: etree._Element | None = None  # the outermost element of the text that has begun
    for element in tree.iter(etree.Element):
        if element in marks:
            inside = running is not None and running in set(element.iterancestors())
            if not inside or (is_own(element) and _is_held(element, running)):
                pending.append(element)
        elif element.text and not element.text.isspace():
            if (outer := _outermost(element, kind)) is None:
                continue
            running = outer
            if pending:
                stories.append(_Story(pending))
                pending = []
            if stories:
                stories[-1].texts.append(element)
    # a story of which the page shows no more than the head
    if stories and (heads := [title for title in pending if is_own(title)]):
        stories.append(_Story(heads))
    return stories


def _outermost(
    element: etree._Element, kind: Callable[[etree._Element], Kind | None]
) -> etree._Element | None:
    """Return the outermost element around a text that the template calls text."""
    found = None
    for each in (element, *element.iterancestors()):
        match kind(each):
            case Kind.TEXT:
                found = each
            case Kind.OUTSIDE | Kind.FURNITURE | Kind.STORIES:
                return None
    return found


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


def _own(stories: list[_Story], addresses: list[str], named: str, *, sure: bool) -> _Story | None:
    """Return the story of the page's address, else of its title, else the first.

    Of a page that no template knows the first may be a card of another story: without an address
    or a title None, unless it is about as long as the longest.
    """
    wanted = {key.cms_id for address in addresses if (key := article_key(address))}
    for story in stories:
        keys = (article_key(address) for address in story.urls[:1])
        if any(key and key.cms_id in wanted for key in keys):
            return story
    title = loose(named)
    for story in stories:
        if any(name and name in title for name in story.named()):
            return story
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
