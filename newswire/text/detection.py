"""Which encoding do bytes look like that do not say theirs, or say it wrongly?"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

# What a page or saved text may be in: the encodings of the web (WHATWG Encoding, 4.2) that are not
# Unicode, with what the Windows code pages lack of Mac OS.
_CANDIDATES = (
    *("gb18030", "big5", "euc-jp", "shift_jis", "iso-2022-jp", "euc-kr"),
    *("ibm866", "koi8-r", "koi8-u", "macintosh", "mac-cyrillic", "cp874"),
    *(f"windows-{number}" for number in range(1250, 1259)),
    *(f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
)
# what holds the letters of a narrower encoding, and more: browsers read it in its place
_WIDER = {"big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949"}
_WIDER |= dict.fromkeys(("gb2312", "gbk", "hz"), "gb18030")
# the detector's names for kin that no browser reads
_WIDER |= dict.fromkeys(("shift_jis_2004", "shift_jisx0213"), "cp932")
_WIDER |= dict.fromkeys(("euc_jis_2004", "euc_jisx0213"), "euc_jp")
# no more of the characters beyond ASCII than this are damaged
MAX_BROKEN = 0.05
# one damaged byte is never too many
_ONE = 3
# looked at; a page of the wire has 300 kB
_SAMPLE = 2**19
# what a page says itself, which the detector would believe
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=", re.IGNORECASE)
_UTF7 = re.compile(rb"\+[A-Za-z0-9+/]{3,}(?=-|[^A-Za-z0-9+/])")


class Guess(NamedTuple):
    """An encoding by its Python name, and how sure the detector is: 0 to 1."""

    encoding: str
    confidence: float


def broken(text: str) -> int:
    """Return how many characters of `text` stand for bytes that are none of its encoding.

    >>> broken("caf\\ufffd \\x85")
    2
    """
    return text.count("\ufffd") + len(_CONTROLS.findall(text))


# C1 controls, which no text has: a Windows code page was read as one of ISO 8859
_CONTROLS = re.compile("[\x80-\x9f]")


def fits(data: bytes, encoding: str) -> bool:
    """Return True if no more than some bytes of `data` cannot be of `encoding`."""
    text = data.decode(encoding, "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return broken(text) <= max(_ONE, MAX_BROKEN * beyond)


def guess(data: bytes) -> Guess | None:
    """Return what `data` looks like most, damaged bytes aside; None when it looks like nothing.

    >>> guess("В Душанбе открылась новая библиотека.".encode("koi8-r")).encoding
    'koi8-r'
    """
    data = data[:_SAMPLE]
    best = _ask(data)
    # the detector knows whole encodings only: of the others each is asked for without its damage
    for name in _CANDIDATES:
        if (repaired := _repaired(data, name)) is None:
            continue
        found = _ask(repaired)
        if (
            found
            and found.encoding == _name(name)
            and (not best or found.confidence > best.confidence)
        ):
            best = found
    return best


def likeness(data: bytes, encoding: str) -> float:
    """Return how much `data` looks like a text in `encoding`, as `Guess.confidence` does."""
    data = data[:_SAMPLE]
    repaired = _repaired(data, encoding)
    return next((g.confidence for g in _ranked(repaired or data) if g.encoding == encoding), 0.0)


def _repaired(data: bytes, encoding: str) -> bytes | None:
    """Return `data` without the bytes that are none of `encoding`; None if none or many are."""
    text = data.decode(encoding, "replace")
    if "\ufffd" not in text or not fits(data, encoding):
        return None
    return text.replace("\ufffd", "").encode(encoding, "ignore")


def _ask(data: bytes) -> Guess | None:
    return next(iter(_ranked(data)), None)


def _ranked(data: bytes) -> list[Guess]:
    import chardet  # few pages need it

    found = chardet.detect_all(
        _DECLARED.sub(b" ", data),
        ignore_threshold=True,
        max_bytes=_SAMPLE,
        include_encodings=_CANDIDATES,
        no_match_encoding="windows-1252",
        empty_input_encoding="windows-1252",
    )
    return [Guess(_name(one["encoding"]), one["confidence"]) for one in found if one["encoding"]]


def _name(label: str) -> str:
    name = codecs.lookup(label).name
    return _WIDER.get(name, name)


def seven_bit(data: bytes, *, utf7: bool) -> str | None:
    """Return the encoding of bytes below 128 that are not ASCII, None for ASCII.

    ISO-2022-JP shows itself by its escapes; UTF-7, which no browser reads, is a guess.

    >>> seven_bit("灯台".encode("iso2022_jp"), utf7=False)
    'iso2022_jp'
    """
    if b"\x1b$" in data and fits(data, "iso2022_jp"):
        return "iso2022_jp"
    if utf7 and len(_UTF7.findall(data)) > 1:
        import chardet

        found = chardet.detect(
            data,
            max_bytes=_SAMPLE,
            include_encodings=["utf-7", "ascii"],
            no_match_encoding="ascii",
            empty_input_encoding="ascii",
        )
        return "utf-7" if found["encoding"] == "utf-7" and _decodes(data, "utf-7") else None
    return None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def utf16(data: bytes) -> str | None:
    """Return the flavour of UTF-16 that `data` is in without saying so, None for other bytes.

    High bytes tell the script, so they are fewer than the low ones; those of blanks are zero.

    >>> utf16("Новая библиотека.\\n".encode("utf-16-be")), utf16(b"Library\\n")
    ('utf-16-be', None)
    """
    sample = data[: 4000 - len(data[:4000]) % 2]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2], sample[1::2]
    encoding, high = ("utf-16-be", even) if _narrower(even, odd) else ("utf-16-le", odd)
    if b"\0" not in high:
        return None
    text = sample.decode(encoding, "replace")
    strange = sum(unicodedata.category(c)[0] == "C" and not c.isspace() for c in text)
    # half a character may stand at the end, and format characters within
    return encoding if strange <= 1 + 0.02 * len(text) else None


def _narrower(one: bytes, other: bytes) -> bool:
    """Return True if `one` has fewer different bytes than `other`; of equals the one with zeros."""
    return (len(set(one)), -one.count(0)) < (len(set(other)), -other.count(0))
