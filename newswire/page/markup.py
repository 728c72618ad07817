"""How do the bytes of an HTML page become one tree, whatever is wrong with them?"""

from __future__ import annotations

import codecs
import math
import re

from lxml import etree
from w3lib.encoding import html_body_declared_encoding, resolve_encoding

from newswire.errors import Reason, UnreadablePage
from newswire.text.decoding import BOMS, decode

# A page of the wire has 3,000 tags. The parser's time grows with the square of one tag's
# attributes: 10,000 in one tag, or 1,000 in a hundred, cost 0.2 s.
MAX_TAGS = 100_000
MAX_ATTRIBUTES = 10_000
# bytes; shorter tags cannot cost much, however many there are
_LONG_TAG = 400
# a tag, only behind `=` does a quote hide the `>`; it never fails to match, or time would be square
_TAG = re.compile(rb"""<[a-zA-Z][^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?+[^>=]*+)*+""")
_VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_NAME = re.compile(rb"[^\s/=]+")
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
# every byte is a letter in them, so that they fit any page; servers send them by default
_FIT_ALL = {"cp1252", "iso8859-1", "ascii"}


def parse(body: bytes, charset: str | None = None) -> tuple[etree._Element, str]:
    """Return the tree of a page, without comments, and the encoding that it was read in.

    `charset` is what the server's header says; it loses to bytes that are another encoding.

    Raises:
        UnreadablePage: no text, no element, or more of it than a page can have.
    """
    encoding = _encoding(body, charset)
    data = body.removeprefix(codecs.BOM_UTF8)
    if encoding != "utf-8" or not _fits(data, encoding) or b"\0" in data:
        text = body.decode(encoding, "replace").lstrip("\ufeff").replace("\0", "")
        data = text.encode("utf-8", "replace")
    if data.count(b"<") > MAX_TAGS:
        raise UnreadablePage(Reason.TOO_COMPLEX, f"more than {MAX_TAGS} tags")
    if _attributes(data) > MAX_ATTRIBUTES:
        raise UnreadablePage(Reason.TOO_COMPLEX, f"tags with more than {MAX_ATTRIBUTES} attributes")
    try:
        tree = etree.fromstring(data, parser=_PARSER)
    except etree.XMLSyntaxError:
        tree = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in _PARSER.error_log):
        # the parser leaves out what lies deeper than 256 elements
        raise UnreadablePage(Reason.TOO_COMPLEX, "elements nested too deep, or one too long")
    if tree is None:
        raise UnreadablePage(Reason.EMPTY, "no element in it")
    return tree, encoding


def _attributes(data: bytes) -> float:
    """Return how many attributes of one tag would cost as much as those of all long tags."""
    # `a<b` in a script looks like a tag as well, a long one without many names
    long = (tag for tag in _TAG.findall(data) if len(tag) > _LONG_TAG)
    return math.hypot(*(len(_NAME.findall(_VALUE.sub(b"=", tag))) for tag in long))


def _encoding(body: bytes, charset: str | None) -> str:
    """Return the encoding: a mark, the bytes themselves if UTF-8, header, meta, detection."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return encoding
    if _is_utf8(body):
        return "utf-8"
    for declared in (charset, html_body_declared_encoding(body)):
        name = resolve_encoding(declared) if declared else None
        if name and codecs.lookup(name).name not in _FIT_ALL and _fits(body, name):
            return name
    return decode(body)[1]


def _is_utf8(body: bytes) -> bool:
    """Tell whether `body` is UTF-8, perhaps with some bytes damaged."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        return 10 * broken < sum(not char.isascii() for char in text)
    return "\0" not in text[:1000]


def _fits(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
