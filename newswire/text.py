"""What do these characters say? Decoding, tidying and the few linguistic facts that need no words.

Nothing here knows a language's vocabulary: sentence ends, scripts and word counts work for an
edition whose words nobody has listed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from charset_normalizer import from_bytes

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# the single-byte encodings that editions of the wire were ever saved in
LEGACY_ENCODINGS = ["cp1251", "koi8_r", "cp1252", "cp1250", "cp1254", "cp1256", "cp866"]
# more replacement characters than this share of all characters: not UTF-8 with an accident
MAX_BROKEN = 0.02


class NotTextError(ValueError):
    """The bytes are no text in any encoding that the wire uses."""


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and the name of its encoding.

    A byte-order mark decides, then UTF-8, then UTF-16 without a mark, then detection among
    `LEGACY_ENCODINGS`. Single undecodable bytes become U+FFFD.

    >>> decode("Душанбе".encode("cp1251") * 20)[1]
    'cp1251'

    Raises:
        NotTextError: binary data.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace"), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data)
    if "\0" in text and (wide := _utf16_without_bom(data)):
        return data.decode(wide, "replace"), wide
    _refuse_binary(text)
    return text, "utf-8"


def _decode_other(data: bytes) -> tuple[str, str]:
    if wide := _utf16_without_bom(data):
        return data.decode(wide, "replace"), wide
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(1, MAX_BROKEN * len(text)) and not text.isascii():
        _refuse_binary(text)
        return text, "utf-8"
    _refuse_binary(data.decode("latin-1"))
    best = from_bytes(data, cp_isolation=LEGACY_ENCODINGS).best()
    encoding = best.encoding if best else "cp1251"
    return data.decode(encoding, "replace"), encoding


def _utf16_without_bom(data: bytes) -> str | None:
    """Return the UTF-16 flavour of `data` when every other byte or so is the same high byte."""
    sample = data[:2000]
    if len(sample) < 4 or len(data) % 2:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        # high bytes of one script plus ASCII: Latin 00, Cyrillic 04, Arabic 06 …
        if sum(high.count(b) for b in (0x00, 0x04, 0x05, 0x06)) > 0.9 * len(high):
            return encoding
    return None


def _refuse_binary(text: str) -> None:
    sample = text[:4000]
    control = sum(1 for c in sample if ord(c) < 32 and c not in "\t\n\r\f\v\x1b")
    if control > 0.02 * max(len(sample), 1):
        raise NotTextError("binary data, not text")


_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"[\s\u180e\u2800\u3164]+")
# soft hyphen, zero-width blank and word joiner, byte-order mark, bidi marks and overrides
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# the zero-width joiners are letters of Persian, Hindi …; elsewhere they are noise
_STRAY_JOINER = re.compile(
    "(?<![\u0600-\u0dff\ufb50-\ufefc])[\u200c\u200d]|[\u200c\u200d]+(?=\\s|$)"
)


# Normalising sorts the marks on a letter, in quadratic time. What is neither word nor blank may be
# a mark; no letter of any language has more than 30 of them (UAX 15, stream-safe text format).
MANY_MARKS = re.compile(r"[^\w\s\0-\u02ff]{31,}")
MAX_MARKS = 30
# a line in which marks cannot cost much
_SHORT = 1000


def lines(text: str) -> list[str]:
    """Return the lines of `text`, whatever its line breaks."""
    return _LINE_BREAK.split(text)


def tidy(line: str) -> str:
    """Return `line` in NFC without invisible characters, with single blanks.

    >>> tidy(" Совмин\\u00a0 Таджи\\u00adкистана\\u200b ")
    'Совмин Таджикистана'
    """
    if line.isascii() and line.isprintable() and "  " not in line:
        return line.strip()
    line = _BLANKS.sub(" ", _CONTROL.sub(_control, _INVISIBLE.sub("", line)))
    if "\u200c" in line or "\u200d" in line:
        line = _BLANKS.sub(" ", _STRAY_JOINER.sub("", line))
    if len(line) > _SHORT:
        line = MANY_MARKS.sub(_fewer_marks, line)
    return unicodedata.normalize("NFC", line).strip()


def _fewer_marks(match: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in match[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _control(match: re.Match[str]) -> str:
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""


def fold(text: str) -> str:
    """Return `text` for comparison: case, blanks, quotes, dashes and ё do not count.

    >>> fold("«Ёлка»  —  ДА") == fold('"елка" - да')
    True
    """
    # what is kept for a page must not grow with it
    return _fold(text) if len(text) > _SHORT else _kept_fold(text)


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    text = re.sub("[«»„“”‟\"'‘’‚`´]", "", text)
    text = re.sub("[‐‑‒–—―−]", "-", text)
    return " ".join(text.split())


_kept_fold = lru_cache(maxsize=4096)(_fold)

_CLOSERS = "\"'»”’“)]}›」』】*\u200d "
_FULL_STOPS = ".…。．！？!?؟।۔։։՜՞;:؛"


def ends_sentence(text: str) -> bool:
    """Tell whether `text` ends as a sentence, or as the lead-in of a list, does.

    >>> [ends_sentence(t) for t in ("Он приехал.", "«Да!»", "Подписаться", "Список:")]
    [True, True, False, True]
    """
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and (bare[-1] in _FULL_STOPS or text.rstrip()[-1:] == ",")


# blocks of caseless scripts that write without blanks between words
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def size(text: str) -> int:
    """Return the length of `text` in characters, one of a dense script counted as three.

    >>> size("Москва"), size("莫斯科")
    (6, 9)
    """
    return len(text) + 2 * len(_DENSE.findall(text))


def word_count(text: str) -> int:
    """Return the number of words; in scripts without blanks every two characters are one.

    >>> word_count("Перейти в фотобанк"), word_count("莫斯科新闻")
    (3, 3)
    """
    dense = len(_DENSE.findall(text))
    if dense > len(text) / 2:
        return (dense + 1) // 2
    return sum(1 for word in text.split() if any(c.isalnum() for c in word))


@lru_cache(maxsize=2048)
def _letter_script(char: str) -> str:
    return unicodedata.name(char, "?").split(" ", 1)[0].split("-", 1)[0]


def script(text: str) -> str | None:
    """Return the script that most letters of `text` belong to, by its Unicode name.

    >>> script("Душанбе 2021"), script("سبوتنيك"), script("0")
    ('CYRILLIC', 'ARABIC', None)
    """
    counts: dict[str, int] = {}
    for char in text[:400]:
        if char.isalpha():
            name = _letter_script(char)
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None
