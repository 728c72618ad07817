"""Pages of an edition whose words are in no list: words of no language in their furniture."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Any

from newswire.text.folding import loose

# letters of the wire's scripts, without those that tell two of its languages apart
_LETTERS = {
    "LATIN": "bdfgklmnprstvzaeiou",
    "CYRILLIC": "бвгдзклмнпрстваеиоу",
    "ARABIC": "بتثدرسعفقكلمن",
    "ARMENIAN": "աբգդեզթիլկհմնրստ",
    "GEORGIAN": "აბგდევზთიკლმნოპრს",
    "CJK": "田木水火土山川石竹米",
    "HIRAGANA": "あいうえおかきくけこ",
}
_WORD = re.compile(r"[^\W\d_]+")
# signs that are the same in every language
_KEPT = {"GMT", "UTC", "T", "Z", "true", "https", "http"}


def nonsense(text: str) -> str:
    """Return `text` with each word replaced by letters of its script: same case, same length."""
    return _WORD.sub(lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    if word in _KEPT:
        return word
    chooser = random.Random(word.casefold())
    return "".join(_letter(char, chooser) for char in word)


def _letter(char: str, chooser: random.Random) -> str:
    script = unicodedata.name(char).split(" ", 1)[0].split("-", 1)[0]
    letter = chooser.choice(_LETTERS.get(script, char))
    return letter.upper() if char.isupper() else letter


# the article's own words, addresses, and the agency's name, which is that of its datelines
_OURS = {
    "site-label",
    "page-url",
    "related",
    "repeated-headline",
    "repeated-caption",
    "repeated-announce",
}


def masked(lines: list[str], item: dict[str, Any]) -> list[str]:
    """Return the lines of a page with the words of its furniture made unknown."""
    stripped = {block["line"]: block for block in item["stripped"]}
    captions = {
        loose(image["caption"]): image["caption"] for image in item["images"] if image["caption"]
    }
    result = list(lines)
    for number, block in stripped.items():
        line = lines[number - 1]
        rule = block["rule"]
        if rule in _OURS or re.search(r"\d{4}-\d\d-\d\d|https?:", line) or len(line) > 400:
            continue
        if rule == "caption-line":
            at = max(line.rfind(" - "), line.rfind(" – "), 0)
            result[number - 1] = line[:at] + nonsense(line[at:])
        elif rule == "credit":
            result[number - 1] = _credit(line, captions)
        elif rule == "microdata" and (loose(line) == loose(item["headline"] or "") or "." in line):
            continue
        else:
            result[number - 1] = nonsense(line)
    return result


def _credit(line: str, captions: dict[str, str]) -> str:
    for caption in captions.values():
        if line.endswith(caption):
            return nonsense(line[: -len(caption)]) + caption
    return line
