"""When are two printed words the same?

Wires print one name in many ways: any dash, any blank, full-width digits, Latin letters in the
middle of a Cyrillic word (`æ` for `ӕ`), the Armenian ligature `և`. `spans` evens these out, with
offsets into the unfolded text, and leaves case alone (capitals mark a place); `fold_key` goes
further and is what tables are keyed by; `loose` compares whole lines.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from unicodedata import combining, is_normalized, normalize

_SAME = {
    "-": "‐‑‒–—―−﹘－",
    " ": "\t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    ".": "․。．",
    ",": "،，、",
    ":": "։：",
    "/": "／",
    "(": "（",
    ")": "）",
    "[": "【［〔",
    "]": "】］〕",
    "·": "•",
    "=": "＝",
    "'": "’ʼʻ‘`´ʹ′՚",
    '"': "«»“”„‟",
    # Latin letters that pages print in Ossetian, Abkhaz and Tatar words, and the older Abkhaz ԥ
    "ә": "ə",
    "Ә": "Ə",
    "ӕ": "æ",
    "Ӕ": "Æ",
    "ԥ": "ҧ",
    "Ԥ": "Ҧ",
}
_ONE = {ord(other): same for same, others in _SAME.items() for other in others}
_ONE |= {0xFF10 + n: str(n) for n in range(10)}  # full-width digits and letters
_ONE |= {0xFF21 + n: chr(ord("A") + n) for n in range(26)}
_ONE |= {0xFF41 + n: chr(ord("a") + n) for n in range(26)}
# Zero-width marks and soft hyphens are no part of a word.
_NOTHING = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff"
_OTHER = dict.fromkeys(map(ord, _NOTHING), "") | {ord("և"): "եւ"}
_UNEVEN = re.compile(f"[{_NOTHING}և]")
_ODD = re.compile(f"[{re.escape(''.join(map(chr, _ONE)))}]")

# Letters that differ between spellings of one name, or that case-folding leaves apart; the last of
# them are the marks that casefold() and stress leave behind.
_KEY = str.maketrans({"ё": "е", "ı": "i", "'": "", "-": " ", "\u0307": "", "\u0301": ""})


def spans(text: str) -> tuple[str, Sequence[int]]:
    """Return the text with look-alikes made equal, and for each of its characters (and its end)
    the offset in `text`.

    >>> folded, offsets = spans("ЦХИНВАЛ,\N{NO-BREAK SPACE}7 мая — Плиты Фатимæ")
    >>> folded
    'ЦХИНВАЛ, 7 мая - Плиты Фатимӕ'
    >>> offsets[folded.index("7")]
    9
    """
    if is_normalized("NFC", text) and not _UNEVEN.search(text):
        # most characters stay: a search is five times as fast as str.translate()
        return _ODD.sub(_same, text), range(len(text) + 1)
    out: list[str] = []
    offsets: list[int] = []
    for start, end in _clusters(text):
        same = normalize("NFC", text[start:end]).translate(_ONE | _OTHER)
        out.append(same)
        offsets.extend([start] * len(same))
    return "".join(out), [*offsets, len(text)]


def _same(match: re.Match[str]) -> str:
    return _ONE[ord(match[0])]


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return the spans of the characters, each with the marks that are combined with it."""
    spans: list[tuple[int, int]] = []
    for n, char in enumerate(text):
        if spans and combining(char):
            spans[-1] = (spans[-1][0], n + 1)
        else:
            spans.append((n, n + 1))
    return spans


@functools.lru_cache(maxsize=4096)
def fold_key(name: str) -> str:
    """Return the key under which tables hold a name.

    >>> fold_key("Ростов-на-Дону") == fold_key("РОСТОВ–НА–ДОНУ")
    True
    >>> fold_key("ԵՐԵՎԱՆ") == fold_key("Երևան"), fold_key("İSTANBUL") == fold_key("Istanbul")
    (True, True)
    """
    folded = normalize("NFKC", spans(name)[0]).casefold()
    # casefold() turns 'և' into 'եւ', where capitals have 'եվ' or the older 'եւ'
    folded = normalize("NFC", folded.translate(_KEY)).replace("եւ", "եվ")
    return " ".join(folded.split())


_QUOTES = "«»„“”‟\"'‘’‚`´"
_DASHES = "‐‑‒–—―−"
_LOOSE = dict.fromkeys(_QUOTES, "") | dict.fromkeys(_DASHES, "-")
_QUOTE, _DASH = re.compile(f"[{_QUOTES}]"), re.compile(f"[{_DASHES}]")
_TYPOGRAPHY = re.compile(f"[{''.join(_LOOSE)}]")
# a longer text is not kept in the cache, whose size must not grow with a page
_SHORT = 1000


def loose(text: str) -> str:
    """Return `text` for comparison: case, blanks, quotes, dashes and ё do not count.

    >>> loose("«Ёлка»  —  ДА") == loose('"елка" - да')
    True
    """
    # what is kept for a page must not grow with it
    return loose_once(text) if len(text) > _SHORT else _kept_loose(text)


def bare(text: str) -> str:
    """Return `text` for the comparison of its words: case, quotes and ё do not count.

    >>> bare("«Ёлка»  —  ДА")
    'елка  —  да'
    """
    text = normalize("NFKC", text).casefold().replace("ё", "е")
    for quote in set(_QUOTE.findall(text)):  # few, and each is replaced in C
        text = text.replace(quote, "")
    return text


def even(text: str) -> str:
    """Return what `loose` makes of a text that is `bare`."""
    for dash in set(_DASH.findall(text)):
        text = text.replace(dash, "-")
    return " ".join(text.split())


def loose_once(text: str) -> str:
    """Return `loose` of a text that nobody else asks for: it is not kept."""
    text = normalize("NFKC", text).casefold().replace("ё", "е")
    for char in set(_TYPOGRAPHY.findall(text)):
        text = text.replace(char, _LOOSE[char])
    # the blank is the only white space that can be printed
    if "  " in text or text[:1] == " " or text[-1:] == " " or not text.isprintable():
        return " ".join(text.split())
    return text


_kept_loose = functools.lru_cache(maxsize=4096)(loose_once)
