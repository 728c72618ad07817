"""What of a page does a reader see, apart from where it stands?

A script or a style sheet changes what the tags say: addresses are hidden from robots, raised
numbers lose their meaning with their marks, elements are not shown at all.
"""

from __future__ import annotations

import re
from functools import cached_property

from lxml import etree

from newswire.text.characters import tidy, word_count
from newswire.text.folding import loose

_PROTECTED = "/cdn-cgi/l/email-protection#"
_TEXT = etree.XPath("//body//text()[not(parent::script or parent::style)]", smart_strings=False)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){2,}")
_SHADOW = frozenset({"shadowrootmode", "shadowroot"})
_RAISE = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_LOWER = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
# behind these a lowered number is the lower half of a fraction
_BEHIND = frozenset("/⁄⁰¹²³⁴⁵⁶⁷⁸⁹")
# classes of Bootstrap, WordPress and Drupal for what only a screen reader is to say
_UNSEEN = frozenset(
    ["visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "element-invisible"]
)
# as far beside the page as that nothing is seen: -9999px, -100em
_OFF_SCREEN = re.compile(r"-\d{3,}(?:\.\d+)?\s*(?:px|em|rem|pt)?|-\d{3,}%")
_SIDES = ("left", "right", "top", "text-indent", "margin-left")
_NOTHING = re.compile(r"0(?:\.0+)?\s*(?:px|em|rem|pt|%)?")
# a copy for the eye repeats a sentence; a number or a word occurs twice by chance
_COPY_WORDS = 4


def settle(tree: etree._Element, source: bytes) -> None:
    """Write into the tree what a browser makes of addresses, raised numbers and shadow roots.

    `source` are the page's bytes, in which a word is found sooner than an attribute in the tree.
    """
    for element in [*tree.iter("sup", "sub")]:
        _number(element, raised=element.tag == "sup")
    # not there, as nearly always, they are missed four times as fast from the end
    protected = source.rfind(b"data-cfemail") >= 0 or source.rfind(b"/email-protection#") >= 0
    for element in [*tree.iter()] if protected else ():
        code = element.get("data-cfemail")
        if code is None and (href := element.get("href")) and href.startswith(_PROTECTED):
            code = href.removeprefix(_PROTECTED)
        if code and (address := _mail(code)):
            _set_text(element, address)
    for element in [*tree.iter("template")]:
        if not _SHADOW.isdisjoint(element.keys()):
            element.tag = "div"


def _set_text(element: etree._Element, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text


def _mail(code: str) -> str | None:
    """Return the text that Cloudflare's e-mail protection hides: each byte, XOR with the first.

    Source: the script `email-decode.min.js` that Cloudflare sets into such pages.

    >>> _mail("422302206c273a232f322e27")
    'a@b.example'
    """
    if not _HEX.fullmatch(code):
        return None
    key, *rest = bytes.fromhex(code)
    try:
        text = bytes(byte ^ key for byte in rest).decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def _number(element: etree._Element, *, raised: bool) -> None:
    """Keep a raised or lowered number apart from the number that it stands behind.

    What is no number (`3<sup>rd</sup>`, `[1]`) reads the same without its mark, and so does a
    number behind a letter (`H<sub>2</sub>O`), save that `m<sup>2</sup>` is raised as well.
    """
    said = [each for each in element.iter() if isinstance(each.tag, str)]
    text, before = "".join(element.itertext()).strip(), _before(element)
    if not any(map(str.isdigit, text)) and not (raised and text in ("n", "i")):
        return
    if not (raised or before.isdigit() or before in _BEHIND):
        return
    table = _RAISE if raised else _LOWER
    if all(ord(char) in table for char in text):
        for each in said:
            each.text = each.text and each.text.translate(table)
            if each is not element:
                each.tail = each.tail and each.tail.translate(table)
    elif before.isdigit() and text[0].isalnum():
        element.text = f"{'^' if raised else '_'}{element.text or ''}"


def _before(element: etree._Element) -> str:
    """Return the character that an element stands behind, "" at the beginning of its parent."""
    other = element.getprevious()
    if other is None:
        parent = element.getparent()
        said = "" if parent is None else parent.text or ""
    else:
        said = other.tail or "".join(other.itertext())
    return said[-1:]


# --- what is not shown ---------------------------------------------------------------------------


def is_hidden(element: etree._Element) -> bool:
    """Return True if an attribute or the style of an element keeps it from being shown.

    Style sheets are not asked, but for a few classes by name: `is_unseen`.
    """
    # `until-found`: a browser shows it when its words are searched for
    if element.get("hidden", "until-found") != "until-found":
        return True
    if element.tag == "datalist" or (element.tag == "dialog" and element.get("open") is None):
        return True
    style = element.get("style")
    if not style:
        return False
    parts = (part.partition(":") for part in style.lower().replace("!important", "").split(";"))
    rules = {name.strip(): value.strip() for name, _, value in parts}
    return (
        rules.get("display") == "none"
        or rules.get("visibility") in ("hidden", "collapse")
        or bool(_NOTHING.fullmatch(rules.get("font-size", "")))
        or any(_OFF_SCREEN.fullmatch(rules.get(side, "")) for side in _SIDES)
        or (
            rules.get("overflow") == "hidden"
            and any(_NOTHING.fullmatch(rules.get(side, "")) for side in ("height", "max-height"))
        )
    )


def is_unseen(classes: list[str]) -> bool:
    """Return True if one of an element's classes is known to be for screen readers alone."""
    return not _UNSEEN.isdisjoint(classes)


class Said:
    """All that a page says, collected when it is asked for the first time."""

    def __init__(self, tree: etree._Element) -> None:
        self._tree = tree

    @cached_property
    def text(self) -> str:
        """The text, folded for comparing."""
        return loose(tidy(" ".join(_TEXT(self._tree))))

    def twice(self, element: etree._Element) -> bool:
        """Return True if an element that screen readers pass over repeats what the page says."""
        if element.get("aria-hidden") != "true":
            return False
        text = loose(tidy(" ".join(element.itertext())))
        return word_count(text) >= _COPY_WORDS and self.text.count(text) > 1


def remove(element: etree._Element) -> None:
    """Take an element out of its tree, not the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
