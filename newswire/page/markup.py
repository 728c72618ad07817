"""How do the bytes of an HTML page become one tree, whatever is wrong with them?"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator

from lxml import etree

from newswire.errors import Reason, UnreadablePage
from newswire.text.decoding import Decoded, decode

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
_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
)
# labels of an encoding in elements, wherever the page has them: browsers heed late ones as well
_DECLARED = re.compile(
    rb"""<!--.*?(?:-->|\Z) | <script\b.*?(?:</script|\Z)
    | <(?:meta\b[^<>]{0,1000}?charset | \?xml\b[^<>]{0,1000}?encoding)
      \s*=\s*["']?\s*([\w.:+-]{1,40})""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def parse(body: bytes, charset: str | None = None) -> tuple[etree._Element, Decoded]:
    """Return the tree of a page, without comments, and how its bytes were read.

    `charset` is what the server's header says; it loses to bytes that are another encoding.

    Raises:
        UnreadablePage: no text, no element, or more of it than a page can have.
    """
    read = decode(body, _declared(body, charset))
    data = body.removeprefix(codecs.BOM_UTF8)
    if read[1:] != ("utf-8", 0, 0) or b"\0" in data:
        data = read.text.lstrip("\ufeff").replace("\0", "").encode("utf-8", "replace")
    if len(data) > 3 * MAX_TAGS and data.count(b"<") > MAX_TAGS:  # the shortest is `<b>`
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
    return tree, read


def _declared(body: bytes, charset: str | None) -> Iterator[str]:
    """Yield the labels of the transport and of the page, in the order of trust."""
    if charset:
        yield charset
    yield from (label.decode() for label in _DECLARED.findall(body) if label)


def _attributes(data: bytes) -> float:
    """Return how many attributes of one tag would cost as much as those of all long tags."""
    # each needs a letter, and a sign before it
    if len(data) < 2 * MAX_ATTRIBUTES:
        return 0
    if len(data) < 10 * MAX_ATTRIBUTES:  # a larger page has more of them beside its tags
        signs = len(data) - len(data.translate(None, b" \t\n\r\f\v/="))
        if signs < MAX_ATTRIBUTES:
            return 0
    # `a<b` in a script looks like a tag as well, a long one without many names
    long = (tag for tag in _TAG.findall(data) if len(tag) > _LONG_TAG)
    return math.hypot(*(len(_NAME.findall(_VALUE.sub(b"=", tag))) for tag in long))
