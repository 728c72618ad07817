"""In which encoding are these bytes? The order of browsers, held against the bytes themselves.

A byte-order mark decides (WHATWG Encoding, 6), then UTF-8 that shows itself as such, then what
transport and page declare, then detection. A declaration loses to bytes that are clearly something
else; servers and editors state some by default.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import webencodings

from newswire.errors import Reason, UnreadablePage
from newswire.text import detection
from newswire.text.mending import mend

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# A declared encoding is taken if the bytes look like it nearly as much as like another one. Of
# siblings that differ in a few letters the right one is 2 to 5 % ahead in a text of 300 letters.
_NEARLY = 0.97
# fewer bytes beyond ASCII than this prove nothing against a declaration
_FEW = 4
# of the first characters of a text, so many may be controls, of no language, and damaged
_SAMPLE, _CONTROLS, _UNUSED, _DAMAGED = 4000, 0.02, 0.05, 0.4
# what ends a word or an element in every encoding that ASCII is part of
_SEGMENTS = re.compile(rb"([\n\r<>]+)")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:+-]{1,40})""", re.IGNORECASE)
_NO_BYTE = re.compile("[\x80\uf8f0-\uf8f3]")
# so many characters beyond UTF-8 in a line without any of it: it is written otherwise
_FOREIGN = 4


class Decoded(NamedTuple):
    """A text, and how it was read.

    Attributes:
        encoding: Python's name of it.
        replaced: bytes that are none of the encoding, each now U+FFFD.
        mended: lines that had been encoded twice.
    """

    text: str
    encoding: str
    replaced: int = 0
    mended: int = 0


def decode(data: bytes, declared: Iterable[str] | None = None) -> Decoded:
    """Return the text of `data`, as `declared` labels and the bytes themselves say.

    Args:
        data: a saved text or page.
        declared: labels of encodings, the most trusted first; unknown ones do not count. None for
            a saved text, which has no place for any; only such a one may be UTF-7.

    >>> decode("Душанбе".encode("cp1251") * 20).encoding
    'cp1251'
    >>> decode(b"caf\\xe9 \\x96 na\\xefve", ["iso-8859-1"])[:2]
    ('café – naïve', 'cp1252')

    Raises:
        UnreadablePage: binary data.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _read(data[len(bom) :], encoding)
    if wide := detection.utf16(data):
        return _read(data, wide)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_binary(data.decode("latin-1"))
        return _mostly_utf8(data) or _read(data, _other(data, declared or ()))
    _refuse_binary(text)
    if text.isascii() and (narrow := detection.seven_bit(data, utf7=declared is None)):
        return _read(data, narrow)
    return _mended(text, "utf-8", encoded=data)


def codec(label: str) -> str | None:
    """Return Python's name of the encoding that browsers read for `label`, None if they know none.

    >>> codec("Latin1"), codec("gb2312"), codec("x-sjis"), codec("utf-99")
    ('cp1252', 'gb18030', 'cp932', None)
    """
    found = webencodings.lookup(label)
    if found is None or found.name in ("replacement", "x-user-defined"):
        return None
    name: str = found.codec_info.name
    # who can read a declaration of UTF-16 in ASCII, has no UTF-16 before him (WHATWG HTML, 13.2.3)
    if name.startswith("utf-16"):
        return "utf-8"
    return "gb18030" if name == "gbk" else name


def _other(data: bytes, declared: Iterable[str]) -> str:
    """Return the encoding of `data`, which is no UTF-8."""
    found = detection.guess(data)
    beyond = sum(byte > 127 for byte in data)
    for said in declared:
        name = codec(said)
        if name is None or name == "utf-8" or not detection.fits(data, name):
            continue
        if _is_binary(data[: 4 * _SAMPLE].decode(name, "replace")):
            continue
        if found is None or beyond < _FEW:
            return name
        if detection.likeness(data, name) >= _NEARLY * found.confidence:
            return name
    # browsers fall back on the last
    return found.encoding if found else "cp1252"


def _mostly_utf8(data: bytes) -> Decoded | None:
    """Return the text of UTF-8 in which bytes are damaged, or some lines written otherwise."""
    lenient = data.decode("utf-8", "replace")
    valid = len(lenient) - len(lenient.encode("ascii", "ignore")) - lenient.count("\ufffd")
    if valid <= lenient.count("\ufffd"):
        return None
    parts = _SEGMENTS.split(data)
    foreign = [n for n, part in enumerate(parts) if _is_foreign(part)]
    if foreign and (found := detection.guess(b"\n".join(parts[n] for n in foreign))):
        for n in foreign:
            parts[n] = parts[n].decode(found.encoding, "replace").encode("utf-8")
    text = b"".join(parts).decode("utf-8", "replace")
    return _mended(text, "utf-8", text.count("\ufffd") - data.count("\ufffd".encode()))


def _is_foreign(part: bytes) -> bool:
    """Return True if a line has letters beyond ASCII, and none of them in UTF-8."""
    if part.isascii():
        return False
    text = part.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return lost >= _FOREIGN and len(text) - len(text.encode("ascii", "ignore")) == lost


def label(content_type: str | None) -> str | None:
    """Return what a Content-Type says of the encoding, as it says it.

    >>> label('text/html; Charset="windows-1251"; x=1')
    'windows-1251'
    """
    found = _CHARSET.search(content_type or "")
    return found[1] if found else None


def _read(data: bytes, encoding: str) -> Decoded:
    # no text has the private characters that stand for bytes without a meaning in this one
    text = data.decode(encoding, "replace")
    if encoding == "cp932":
        text = _NO_BYTE.sub("\ufffd", text)
    _refuse_binary(text)
    return _mended(text, encoding, text.count("\ufffd"))


def _mended(text: str, encoding: str, replaced: int = 0, encoded: bytes = b"") -> Decoded:
    mended, lines = mend(text, encoded)
    return Decoded(mended, encoding, replaced, lines)


def _refuse_binary(text: str) -> None:
    """Raise UnreadablePage if `text` is what an encoding makes of other data than text."""
    if _is_binary(text):
        raise UnreadablePage(Reason.NOT_TEXT, "binary data, not text")


def _is_binary(text: str) -> bool:
    """Return True if `text` is what an encoding makes of other data, or of another encoding.

    That has controls, and in wide encodings characters that no language has.
    """
    sample = text[:_SAMPLE]
    plain = sample
    for blank in "\n\r\t\xa0":
        plain = plain.replace(blank, " ")
    if plain.isprintable() and "\ufffd" not in plain:
        return False
    # a text has few different characters, and nearly all of them can be printed
    strange = {c: sample.count(c) for c in set(sample) if not c.isprintable()}
    control = sum(n for c, n in strange.items() if c < " " and c not in "\t\n\r\f\v\x1b")
    unused = sum(n for c, n in strange.items() if unicodedata.category(c) in ("Cn", "Co", "Cs"))
    damaged = sample.count("\ufffd")
    return (
        control > _CONTROLS * len(sample)
        or unused > 1 + _UNUSED * len(sample)
        or damaged > 1 + _DAMAGED * len(sample)
    )
