"""What do these characters say? Lines, tidying and the few linguistic facts that need no words.

Nothing here knows a language's vocabulary: sentence ends, scripts and word counts work for an
edition whose words nobody has listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# blanks that Unicode does not call so
_BLANKS = re.compile("[\u180e\u2800\u3164]")
# soft hyphen, zero-width blank and word joiner, byte-order mark, bidi marks and overrides
_HIDDEN = "\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
_CONTROLS = "\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
_CONTROL = re.compile(f"[{_CONTROLS}]")
# whatever `tidy` changes but for blanks and decomposed letters; what can be printed has none but
# for the last two
_UNTIDY = re.compile(f"[{_HIDDEN}{_CONTROLS}\u180e\u200c\u200d\u2800\u3164]")
# The zero-width joiners are letters of Persian, Hindi …, and one makes a single picture of two
# (Unicode technical standard 51: emoji, perhaps with its variation mark, joiner, emoji); elsewhere
# they are noise.
_PICTURE = "\u00a9\u00ae\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff"
_STRAY_JOINER = re.compile(
    "(?<![\u0600-\u0dff\ufb50-\ufefc])[\u200c\u200d]"
    f"(?!(?<=[{_PICTURE}\ufe0f\u20e3]\u200d)[{_PICTURE}])"
    "|[\u200c\u200d]+(?=\\s|$)"
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
    printable = line.isprintable() and "\u2800" not in line and "\u3164" not in line
    if printable and "  " not in line and len(line) <= _SHORT:
        return unicodedata.normalize("NFC", line).strip()
    if not printable and _UNTIDY.search(line):
        line = _without_noise(line)
    words = line.split()
    line = " ".join(words)
    if len(line) > _SHORT and max(map(len, words)) > MAX_MARKS:
        line = MANY_MARKS.sub(_fewer_marks, line)
    return unicodedata.normalize("NFC", line)


def tidy_lines(text: str) -> list[str]:
    """Return the `lines` of `text`, each as `tidy` leaves it.

    >>> tidy_lines(" Совмин\\u00a0 РТ \\n\\u2028да")
    ['Совмин РТ', '', 'да']
    """
    text = text.replace("\r\n", "\n")
    # most texts need no more than that: a look at all of one is quicker than at each of its lines
    if (
        text.replace("\n", "").isprintable()
        and "  " not in text
        and "\u2800" not in text
        and "\u3164" not in text
    ):
        found = unicodedata.normalize("NFC", text).split("\n")
        if max(map(len, found)) <= _SHORT:
            return [line.strip() for line in found]
    return [tidy(line) for line in lines(text)]


def _without_noise(line: str) -> str:
    """Return `line` without characters that are no part of the text."""
    line = _CONTROL.sub(_control, _INVISIBLE.sub("", line))
    line = " ".join(_BLANKS.sub(" ", line).split())
    return _STRAY_JOINER.sub("", line)


def _fewer_marks(match: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in match[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _control(match: re.Match[str]) -> str:
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""


_CLOSERS = "\"'»”’“)]}›」』】*\u200d "
# the sentence terminals of Unicode in the scripts that news is written in (Syriac, Devanagari,
# Burmese, Ethiopic, Khmer, Mongolian, Tibetan … besides the common ones), and what ends a lead-in
_FULL_STOPS = ".…。．｡！？!?‼⁇⁈⁉؟۔։՜՞;:؛܀܁܂।॥၊။።፧፨។៕᠃᠉།༎"


def ends_sentence(text: str) -> bool:
    """Return True if `text` ends as a sentence, or as the lead-in of a list, does.

    >>> [ends_sentence(t) for t in ("Он приехал.", "«Да!»", "Подписаться", "Список:")]
    [True, True, False, True]
    """
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and (bare[-1] in _FULL_STOPS or text.rstrip()[-1:] == ",")


# blocks of caseless scripts that write without blanks between words
DENSE = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]"
_DENSE = re.compile(DENSE)


def size(text: str) -> int:
    """Return the length of `text` in characters, one of a dense script counted as three.

    >>> size("Москва"), size("莫斯科")
    (6, 9)
    """
    return _size(text) if len(text) <= _SHORT else _size.__wrapped__(text)


@lru_cache(maxsize=512)  # asked again and again of the blocks of one page
def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE.findall(text))


def measure(text: str, most: int | None = None) -> tuple[int, int]:
    """Return the `size` of `text` and its `word_count`; more words than `most` need not be counted.

    >>> measure("Мы в эфире", 2), measure("莫斯科新闻")
    ((10, 2), (15, 3))
    """
    dense = 0 if text.isascii() else len(_DENSE.findall(text))
    words = (dense + 1) // 2 if dense > len(text) / 2 else _count(text, most)
    return len(text) + 2 * dense, words


def word_count(text: str) -> int:
    """Return the number of words; in scripts without blanks every two characters are one.

    >>> word_count("Перейти в фотобанк"), word_count("莫斯科新闻")
    (3, 3)
    """
    return _word_count(text) if len(text) <= _SHORT else _word_count.__wrapped__(text)


@lru_cache(maxsize=512)
def _word_count(text: str) -> int:
    return measure(text)[1]


def _count(text: str, most: int | None = None) -> int:
    """Return the number of what stands between blanks and has a letter or a digit."""
    parts = text.split() if most is None else text.split(None, most)[:most]
    signs = [part for part in parts if not part[0].isalnum()]
    if signs and len(parts) == most:
        return _count(text)
    return len(parts) - sum([not any(map(str.isalnum, part)) for part in signs])


@lru_cache(maxsize=2048)
def _letter_script(char: str) -> str:
    return unicodedata.name(char, "?").split(" ", 1)[0].split("-", 1)[0]


def script(text: str) -> str | None:
    """Return the script that most letters of `text` belong to, by its Unicode name.

    >>> script("Душанбе 2021"), script("سبوتنيك"), script("0")
    ('CYRILLIC', 'ARABIC', None)
    """
    return _script(text[:400])


@lru_cache(maxsize=256)  # several steps ask for the beginning of one text
def _script(text: str) -> str | None:
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else None
    # so are most texts of the wire: half of all characters are letters of this block
    encoded = text.encode("utf-16-le", "surrogatepass")
    if 4 * encoded[1::2].count(b"\x04") > len(encoded):
        return "CYRILLIC"
    counts: dict[str, int] = {}
    for char, number in Counter(text).items():
        if char.isalpha():
            name = _letter_script(char)
            counts[name] = counts.get(name, 0) + number
    return max(counts, key=lambda name: counts[name]) if counts else None
