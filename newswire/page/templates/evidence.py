"""What speaks for a text, or against it, where a template's rows leave it open?"""

from __future__ import annotations

import re

from lxml import etree

from newswire.page.templates.base import RELATED, TEXT, UNKNOWN, Part, Template
from newswire.text.characters import ends_sentence, size, tidy, word_count
from newswire.wires.urls import absolute, article_key

SHOWN = etree.XPath(
    ".//text()[not(parent::script or parent::style or parent::noscript)]", smart_strings=False
)
# what text stands in, and how many words of it no control or label of a player has
_PROSE = frozenset({"p", "blockquote", "table"})
_PROSE_WORDS = 4
# what is said in a player is for old browsers, and of an author not the article's
_NO_PROSE = frozenset({"player", "byline"})
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
# values of `data-type`; others are not the name of a kind
_KIND = re.compile(r"[a-z][a-z0-9-]{0,30}")


def is_prose_of(furniture: Part, element: etree._Element) -> bool:
    """Return True if `element` inside furniture is text; that of a player is for old browsers."""
    if furniture.rule in _NO_PROSE:
        return False
    if element.tag in _PROSE:
        return word_count(" ".join(SHOWN(element))) >= _PROSE_WORDS
    # what stands around the entries of a live page is labels, but for whole sentences
    said = tidy(element.text or "") if furniture.rule == "live-time" else ""
    return word_count(said) >= _PROSE_WORDS and ends_sentence(said)


def holds_text(template: Template, furniture: Part, element: etree._Element) -> bool:
    """Return True if text of the article stands below an element that is furniture by its name."""
    return any(
        template.sign(each).part is TEXT or is_prose_of(furniture, each)
        for each in element.iterdescendants("*")
    )


def kind_of(element: etree._Element) -> str | None:
    """Return the kind that a block says it is (`data-type`), None if that is no name."""
    kind: str = element.get("data-type", "")
    return kind if _KIND.fullmatch(kind) else None


def judge(element: etree._Element, kind: str | None, url: str | None) -> Part | None:
    """Return a part for an element of an unknown kind if the evidence is against it.

    It is other stories if all of it leads to them. The wire keeps its furniture out of the snippets
    of search engines; no text of a real page was marked so, but a mark alone proves nothing: the
    block must have no sentence, or consist of links, as well.

    Args:
        element: inside the text.
        kind: what it says it is.
        url: what its links are relative to.
    """
    aside = element.get("data-nosnippet") == "true"
    if element.tag in _HEADINGS or not (kind or aside):
        return None
    links = list(element.iter("a"))
    linked = sum(size("".join(SHOWN(link))) for link in links)
    if linked and 10 * linked >= 9 * size("".join(SHOWN(element))):
        urls = [absolute(url, link.get("href") or "") for link in links]
        if all(each and article_key(each) for each in urls):
            return RELATED
        return UNKNOWN if aside else None
    spoken = any(ends_sentence(tidy(text)) for text in SHOWN(element))
    return UNKNOWN if aside and not spoken else None
