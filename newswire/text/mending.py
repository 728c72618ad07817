"""Was a text encoded twice? UTF-8 that somebody read as a code page and saved again, undone.

`â€™` was `’`, `Р°` was `а`. The round trip proves it: a line is mended if every character of it
beyond ASCII is a byte of the same code page, and these bytes are UTF-8. In a text of which other
lines prove it, so are the parts of a line from which a byte was lost on the way. What has been
encoded three times is mended twice.

A text of another script that was read as Latin (`Íîâûé ìîñò`) shows itself too: nothing that is
written in Latin has an accent on most of its letters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from newswire.text import detection

# the code pages of Windows that Notepad and old databases take UTF-8 for
_PAGES = ("cp1252", "latin-1", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257")
_END = re.compile(r"[\n\r<>]")
_UNSEEN = "\t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff"
_PHONETIC = re.compile("[\u0250-\u02af]")
# how often a text is mended
_TIMES = 3
# `â€` of `â€\x9d`: of the marks of its block only the closing quote has a byte that cp1252 lacks
_LOST = re.compile("â€(?![\u0080-\u00bf\u0152-\u02dc\u2010-\u2122])")
# accents on letters side by side, and on so many of a line's: no language has them
_ACCENTS = re.compile("[À-ÖØ-öø-ÿ]{4}")
# the same in UTF-8, where their first byte is soon found
_ACCENTS_UTF8 = re.compile(rb"\xc3[\x80-\x96\x98-\xb6\xb8-\xbf]" * 4)
_MOSTLY = 0.7
_ACCENTED = re.compile("[À-ÖØ-öø-ɏ]")
# fewer of them in a text may be play: `ÀÀÀÀH!`
_LETTERS = 20
_LINE = re.compile(r"[^\n\r<>]+")
# two characters may be chance: `É»` ends a French quotation
_PROOF = 3


def mend(text: str, encoded: bytes = b"") -> tuple[str, int]:
    """Return `text` with the lines mended that were encoded twice, and their number.

    `encoded` is the text in UTF-8, for those that have it.

    >>> mend("РџРѕСЂС‚\\nGroÃŸe FlÃ¼sse â€“ Stadt\\nCAFÉ»")
    ('Порт\\nGroße Flüsse – Stadt\\nCAFÉ»', 2)
    """
    # a page is mark-up for the most part, and its lines prove as much without their ASCII
    data = encoded or text.encode("utf-8", "surrogatepass")
    bare = _bare(data)
    lines = 0
    for _ in range(_TIMES):
        if not _proved(bare, _suspects(bare)):
            break
        text, mended = _once(text)
        lines = max(lines, mended)
        data = text.encode("utf-8", "surrogatepass")
        bare = _bare(data)
    if lines or b"\xc3" not in data or not _ACCENTS_UTF8.search(data):
        return text, lines
    return _other_script(text)


def _other_script(text: str) -> tuple[str, int]:
    """Return `text` with its lines in the script that was read as Latin, and their number."""
    found = [line for line in _LINE.finditer(text) if _is_accented(line[0])]
    lines = [bytes(map(_byte, line[0])) for line in found]
    guess = detection.guess(b"\n".join(lines))
    if guess is None or sum(len(_ACCENTED.findall(line[0])) for line in found) < _LETTERS:
        return text, 0
    out, end = [], 0
    for match, line in zip(found, lines, strict=True):
        read = line.decode(guess.encoding, "replace")
        if not _is_foreign(read):
            return text, 0
        out += [text[end : match.start()], read]
        end = match.end()
    return "".join([*out, text[end:]]), len(found)


def _byte(char: str) -> int:
    """Return the byte of which cp1252 or Latin-1 made a character."""
    return _bytes("cp1252").get(char, ord(char) if char < "\u0100" else ord("?"))


def _is_accented(line: str) -> bool:
    accented = len(_ACCENTED.findall(line))
    return accented >= _MOSTLY * sum(map(str.isalpha, line)) and bool(_ACCENTS.search(line))


def _is_foreign(line: str) -> bool:
    """Return True if no letter of a line is Latin with an accent, and no byte was lost."""
    return not _ACCENTED.search(line) and "\ufffd" not in line


def _once(text: str) -> tuple[str, int]:
    lines = list(_suspects(text))
    proved = _proved(text, lines)
    out, end, mended = [], 0, 0
    for start, stop in lines:
        # what one line proves of a code page, another one needs less for
        line = text[start:stop]
        whole = next((t for p in proved if (t := _undo(line, p, 1)) is not None), None)
        if whole is None and proved:
            whole = _in_parts(line, proved[0])
        if whole is not None and whole != line:
            out += [text[end:start], whole]
            end, mended = stop, mended + 1
    return "".join([*out, text[end:]]), mended


def _proved(text: str, lines: Iterable[tuple[int, int]]) -> list[str]:
    """Return the code pages that one of the lines proves."""
    spans = [text[start:stop] for start, stop in lines]
    return [page for page in _PAGES if any(_undo(line, page, _PROOF) for line in spans)]


def _suspects(text: str) -> Iterator[tuple[int, int]]:
    """Yield where lines, or texts of elements, begin and end that may be encoded twice."""
    end = 0
    while found := _signs(*_PAGES).search(text, end):
        start = max(text.rfind(mark, end, found.start()) for mark in "\n\r<>") + 1 or end
        after = _END.search(text, found.end())
        end = after.start() if after else len(text)
        yield start, end


def _bare(data: bytes) -> str:
    """Return UTF-8 without ASCII but for what parts lines."""
    return data.translate(None, _MARKUP).decode("utf-8", "replace")


_MARKUP = bytes(set(range(128)) - set(b"\n\r<>"))


def _undo(line: str, page: str, least: int) -> str | None:
    """Return `line` before its second encoding; None where `least` characters do not prove it."""
    if line.isascii():
        return None
    try:
        text = _encoder(page)(line).decode("utf-8")
    except UnicodeError:
        return None
    beyond = sum(char > "\x7f" for char in line)
    return text if beyond >= least and _is_text(text) else None


def _in_parts(line: str, page: str) -> str:
    """Return `line` with each part mended that is UTF-8 in the page: other bytes were lost."""
    bytes_of = _bytes(page)

    def undone(found: re.Match[str]) -> str:
        try:
            text = bytes(bytes_of[char] for char in found[0]).decode("utf-8")
        except UnicodeDecodeError:
            return found[0]
        return text if _is_text(text) else found[0]

    line = _parts(page).sub(undone, line)
    return _LOST.sub("”", line) if page == "cp1252" else line


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
def _encoder(page: str) -> Callable[[str], bytes]:
    """Return what encodes a text in a page, its free bytes included."""
    table = codecs.charmap_build("".join([*map(chr, range(128)), *_bytes(page)]))
    return lambda text: codecs.charmap_encode(text, "strict", table)[0]


@cache
def _parts(page: str) -> re.Pattern[str]:
    """Return what matches a character of UTF-8 beyond ASCII in a page."""
    more = _one_of((page,), 0x80, 0xBF)
    leads = ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4))
    return re.compile(
        "|".join(_one_of((page,), *lead) + more * n for n, lead in enumerate(leads, 1))
    )


def _one_of(pages: Iterable[str], first: int, last: int) -> str:
    found = {c for page in pages for c, n in _bytes(page).items() if first <= n <= last}
    return f"[{re.escape(''.join(sorted(found)))}]"


@cache
def _signs(*pages: str) -> re.Pattern[str]:
    """Return what matches what is UTF-8 in one of the pages."""
    two, three = _one_of(pages, 0xC2, 0xDF), _one_of(pages, 0xE0, 0xEF)
    more = _one_of(pages, 0x80, 0xBF)
    # what follows first: it is rare, and letters are what most texts are made of
    return re.compile(f"{more}(?:(?<={two}.)|(?<={three}.){more})")
