"""What must be done to a page that no template knows, before somebody guesses where its text is?

Each step makes a mark say what a reader sees: an extractor takes tables for data, a list beside
paragraphs for a menu, and captions for no text.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from lxml import etree

from newswire.page.model import Block, Role
from newswire.page.visible import Said, is_hidden, is_unseen, remove
from newswire.rules import boilerplate
from newswire.text.characters import ends_sentence, size, tidy, word_count

_EVERY = etree.XPath("//body//*")
_SAID = etree.XPath(
    ".//text()[not(ancestor::a or ancestor::head or ancestor::script or ancestor::style)]"
)
# elements that say themselves that a table holds data
_DATA = ("th", "caption", "thead", "tfoot", "colgroup")
_BLOCKS = ("p", "div", "table", "h1", "h2", "h3", "article", "section", "ul", "form")
_TABLE = ("table", "tbody", "tr", "td")
# elements and attributes by which something may be hidden
_CLOSED = frozenset({"template", "dialog", "datalist"})
_HIDING = frozenset({"hidden", "style", "aria-hidden"})
# parts of the classes of walls and prompts
_PAID = ("wall", "subscri", "paygate", "premium")
# the parts of a page around its text
_FRAME = frozenset(["nav", "header", "footer", "aside", "script", "style", "noscript", "form"])
# pictures in a row are a gallery
_GALLERY = 3
# characters in paragraphs; a notice has fewer
_LEAST = 200
# fewer words are a label
_WORDS = 4
# characters; a prompt to subscribe has few, what is sold behind it many
_PROMPT = 600


def settle(tree: etree._Element) -> list[Block]:
    """Prepare the page `tree`; return what was taken out of it that a reader sees."""
    _open_noscript(tree)
    hidden, named = _candidates(tree)
    _prune(tree, hidden)
    walls = _walls(tree, named)
    _unfold_tables(tree)
    _tell_gallery(tree)
    _gather(tree)
    return walls


def _candidates(tree: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the elements that may not be shown, and those that are named as walls are."""
    hidden, walls = [], []
    for element in _EVERY(tree):
        hides = element.tag in _CLOSED
        sells = False
        for name, value in element.items():
            if name == "class":
                unseen, sells_by_class = _classes(value)
                hides, sells = hides or unseen, sells or sells_by_class
            elif name == "id":
                sells = sells or "wall" in value
            elif name in _HIDING:
                hides = True
        if hides and (element.get("aria-hidden") == "true" or _is_unseen(element)):
            hidden.append(element)
        if sells:
            walls.append(element)
    return hidden, walls


@lru_cache(maxsize=4096)
def _classes(names: str) -> tuple[bool, bool]:
    """Return whether classes are of what is not seen, and whether they may be a wall's."""
    return is_unseen(names.split()), any(part in names for part in _PAID)


def _is_unseen(element: etree._Element) -> bool:
    """Return True if an element is not shown, whatever it says."""
    classes = (element.get("class") or "").split()
    return element.tag == "template" or is_hidden(element) or is_unseen(classes)


def _open_noscript(tree: etree._Element) -> None:
    """Show what a page has for browsers without scripts if that is most of its prose.

    Such a page is the shell of a program that would write the text. Links are a menu.
    """
    parts = list(tree.iterfind("body//noscript"))
    own = sum(map(_said, parts))
    if own > _LEAST and 2 * own > _said(tree):
        for part in parts:
            part.tag = "div"


def _said(element: etree._Element) -> int:
    """Return how many characters `element` says to a reader, links left out."""
    return sum(size(tidy(text)) for text in _SAID(element))


def _prune(tree: etree._Element, hidden: list[etree._Element]) -> None:
    """Take out what is not shown, and templates for scripts.

    What holds more prose than all the rest is the text itself, which a click unfolds. Microdata
    stay: whether a hidden text is the article's own is decided where they are read.
    """
    # most of what is hidden has no paragraph
    asked = any(next(element.iter("p"), None) is not None for element in hidden)
    prose, said = _prose(tree) if asked else Counter[etree._Element](), Said(tree)
    whole = prose[tree]
    for element in hidden:
        if not (_is_unseen(element) or said.twice(element)):
            continue
        if element.get("itemprop") == "articleBody" or element.find(".//*[@itemprop]") is not None:
            continue
        own = prose[element]
        # a click unfolds the rest of the text beside its beginning
        folded = own > 0 and _LEAST < _beside(element, prose) < own
        if element.tag == "template" or not (folded or 2 * own > whole):
            for around in element.iterancestors() if own else ():
                prose[around] -= own
            remove(element)


def _prose(tree: etree._Element) -> Counter[etree._Element]:
    """Return how many characters are in paragraphs of each element, itself included."""
    found: Counter[etree._Element] = Counter()
    for paragraph in tree.iter("p"):
        length = size("".join(paragraph.itertext()))
        found[paragraph] += length
        for around in paragraph.iterancestors():
            found[around] += length
    return found


def _beside(element: etree._Element, prose: Counter[etree._Element]) -> int:
    """Return how much prose the nearest element around `element` has besides its own."""
    others = (prose[around] - prose[element] for around in element.iterancestors())
    return next(filter(None, others), 0)


def _walls(tree: etree._Element, named: list[etree._Element]) -> list[Block]:
    """Take out prompts to subscribe.

    The name alone proves nothing: what is behind a wall has it as well. Its words must ask to
    subscribe, and be few.
    """
    rule, found = boilerplate()["paywall"], []
    for element in named:
        if tree not in element.iterancestors():  # it was hidden, or in another one
            continue
        text = tidy(" ".join(element.itertext()))
        if size(text) <= _PROMPT and rule.applies(text):
            found.append(Block(text, role=Role.FURNITURE, rule=rule.id))
            remove(element)
    return found


def _unfold_tables(tree: etree._Element) -> None:
    """Turn tables that only place the parts of a page into what their cells hold."""
    for table in list(tree.iter("table")):
        if _is_layout(table):
            for element in list(table.iter(*_TABLE)):
                if next(element.iterancestors("table"), table) is table:
                    element.tag = "div"


def _is_layout(table: etree._Element) -> bool:
    """Return True if the table says so, or if a cell holds parts of a page."""
    if table.get("role") in ("presentation", "none"):
        return True
    if table.get("role") == "table" or next(table.iter(*_DATA), None) is not None:
        return False
    cells = list(table.iter("td"))
    return any(sum(1 for _ in cell.iter(*_BLOCKS)) > 1 for cell in cells) or len(cells) == 1


def _tell_gallery(tree: etree._Element) -> None:
    """Make the captions of a page of pictures its paragraphs."""
    captions = [each for each in tree.iter("figcaption") if _says(each)]
    if not captions or _has_paragraphs(captions):
        return
    for caption in captions:
        caption.tag = "p"
        if (figure := caption.getparent()) is not None and figure.tag == "figure":
            figure.tag = "div"


def _says(element: etree._Element) -> bool:
    return word_count("".join(element.itertext())) >= _WORDS


def _has_paragraphs(captions: list[etree._Element]) -> bool:
    """Return True if the page has paragraphs; between captions of sentences, if more than these."""
    texts = {tidy("".join(each.itertext())) for each in captions}
    spoken = sum(map(ends_sentence, texts))
    if spoken < max(_GALLERY, len(texts) / 2):
        return any(map(_says, captions[0].getroottree().iter("p")))
    shared = set.intersection(*({*each.iterancestors("*")} for each in captions))
    around = next(each for each in captions[0].iterancestors("*") if each in shared)
    paragraphs = [p for p in around.iter("p") if next(p.iterancestors("figcaption"), None) is None]
    return _size(paragraphs) > sum(map(size, texts))


def _size(elements: list[etree._Element]) -> int:
    return sum(size(tidy("".join(each.itertext()))) for each in elements)


def _gather(tree: etree._Element) -> None:
    """Set an `article` around paragraphs and lists that stand in the body itself."""
    body = tree.find("body")
    if body is None or sum(1 for _ in body.iterchildren("p")) < 2:
        return
    article = etree.Element("article")
    first = next(body.iterchildren("h1", "h2", "p"))
    body.insert(body.index(first), article)
    for element in [each for each in article.itersiblings() if each.tag not in _FRAME]:
        article.append(element)
