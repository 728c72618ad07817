"""Was a text encoded twice? UTF-8 that somebody read as a code page and saved again, undone.

`â€™` was `’`, `Р°` was `а`. The round trip proves it: a line is mended if every character of it
beyond ASCII is a byte of the same code page, and these bytes are UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

# the code pages of Windows that Notepad and old databases take UTF-8 for
_PAGES = ("cp1252", "latin-1", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257")
_END = re.compile(r"[\n\r<>]")
_UNSEEN = "\t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff"
_PHONETIC = re.compile("[\u0250-\u02af]")
# two characters may be chance: `É»` ends a French quotation
_PROOF = 3


def mend(text: str, encoded: bytes = b"") -> tuple[str, int]:
    """Return `text` with the lines mended that were encoded twice, and their number.

    `encoded` is the text in UTF-8, for those that have it.

    >>> mend("РџРѕСЂС‚\\nGroÃŸe FlÃ¼sse â€“ Stadt\\nCAFÉ»")
    ('Порт\\nGroße Flüsse – Stadt\\nCAFÉ»', 2)
    """
    if text.isascii():
        return text, 0
    # a page is mark-up for the most part, and most texts have no such characters side by side
    rest = (encoded or text.encode("utf-8", "surrogatepass")).translate(None, _MARKUP)
    if not _signs(*_PAGES).search(rest.decode("utf-8", "replace")):
        return text, 0
    lines = list(_suspects(text))
    proved = [page for page in _PAGES if any(_undo(text[a:b], page, _PROOF) for a, b in lines)]
    out, end, mended = [], 0, 0
    for start, stop in lines:
        # what one line proves of a code page, another one needs less for
        whole = next((t for p in proved if (t := _undo(text[start:stop], p, 1)) is not None), None)
        if whole is not None:
            out += [text[end:start], whole]
            end, mended = stop, mended + 1
    return "".join([*out, text[end:]]), mended


def _suspects(text: str) -> Iterator[tuple[int, int]]:
    """Yield where lines, or texts of elements, begin and end that may be encoded twice."""
    end = 0
    while found := _signs(*_PAGES).search(text, end):
        start = max(text.rfind(mark, end, found.start()) for mark in "\n\r<>") + 1 or end
        after = _END.search(text, found.end())
        end = after.start() if after else len(text)
        yield start, end


# ASCII but for what stands between words and elements
_MARKUP = bytes(set(range(128)) - set(b" <\n"))


def _undo(line: str, page: str, least: int) -> str | None:
    """Return `line` before its second encoding; None where `least` characters do not prove it."""
    if line.isascii():
        return None
    bytes_of = _bytes(page)
    try:
        data = bytes(bytes_of[char] if char > "\x7f" else ord(char) for char in line)
        text = data.decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
    beyond = sum(char > "\x7f" for char in line)
    return text if beyond >= least and _is_text(text) else None


def _is_text(text: str) -> bool:
    # letters of phonetics are what chance makes of a capital and a quote
    return not _PHONETIC.search(text) and all(c.isprintable() or c in _UNSEEN for c in text)


@cache
def _bytes(page: str) -> dict[str, int]:
    """Return the upper bytes of a code page by character.

    One that it leaves free is the control of that number, as in browsers.
    """
    return {bytes([n]).decode(page, "ignore") or chr(n): n for n in range(128, 256)}


@cache
def _signs(*pages: str) -> re.Pattern[str]:
    """Return what matches what is UTF-8 in one of the pages."""

    def one_of(first: int, last: int) -> str:
        found = {c for p in pages for c, n in _bytes(p).items() if first <= n <= last}
        return f"[{re.escape(''.join(sorted(found)))}]"

    two, three, more = one_of(0xC2, 0xDF), one_of(0xE0, 0xEF), one_of(0x80, 0xBF)
    # what follows first: it is rare, and letters are what most texts are made of
    return re.compile(f"{more}(?:(?<={two}.)|(?<={three}.){more})")
