"""What does a line say of a picture? Alternative texts, credits, captions glued to them."""

from __future__ import annotations

import re

from newswire.rules import boilerplate
from newswire.text.characters import ends_sentence, script, word_count
from newswire.text.folding import loose
from newswire.wires.editions import editions

_COUNTER = re.compile(r"(?:[^\W\d]+ ?)?\d+ ?(?:[^\W\d]+|[/|–—-]) ?\d+")
# a headline of another story has some words; a subheading is often shorter
RELATED_WORDS, RELATED_SIZE = 4, 25


def alternative_text(text: str, site_name: str | None) -> re.Match[str] | None:
    """Match a picture's alternative text: `<caption> - <site name>, 1920, DD.MM.YYYY`.

    Without the number the site's name must be known: from the table of editions, or as
    `site_name` from another picture of the page.
    """
    return alternative(boilerplate()["caption-line"].match(text), site_name)


def alternative(found: re.Match[str] | None, site_name: str | None) -> re.Match[str] | None:
    """Return a match of the rule `caption-line` if it is a picture's alternative text."""
    if found is None or found["date"]:
        return found
    site = found["site"]
    if loose(site) == loose(site_name or "-") or editions().by_site_name(site):
        return found
    # `Film - director, 1979` is a line of the text; a section's picture has no caption
    return found if found["width"] == "1920" and not found["caption"] else None


def is_counter(text: str) -> bool:
    """Return True for the counter of a gallery: two numbers, and a word or a sign between them.

    >>> [is_counter(text) for text in ("1 из 12", "Фото 1/12", "В 2021 году собрали 12 тонн")]
    [True, True, False]
    """
    return bool(_COUNTER.fullmatch(text))


def is_credit(text: str) -> bool:
    """Return True if a line is a picture's credit, not a sentence that begins with the sign."""
    # what the rule begins with; it is asked for every line
    if not text.startswith(("©", "(", "CC")) or not boilerplate()["credit"].match(text):
        return False
    return " / " in text or " . " in text or not ends_sentence(text)


def split_credit(line: str, caption: str) -> tuple[str, str]:
    """Return credit and caption of a line that has them glued together.

    >>> split_credit("© Sputnik / Т. ТхайцукФлаг России и Абхазии", "Флаг России и Абхазии")
    ('© Sputnik / Т. Тхайцук', 'Флаг России и Абхазии')
    >>> split_credit("© AP Photo / Ann LeeUm navio entra no porto", "")
    ('© AP Photo / Ann Lee', 'Um navio entra no porto')
    """
    if caption:
        if loose(line).endswith(loose(caption)):
            at = len(line)
            if caption[0].isalnum() and line.endswith(caption):
                at -= len(caption)
            else:  # blanks and quotes differ between the two: count back the letters
                letters = sum(c.isalnum() for c in caption)
                while letters and at:
                    at -= 1
                    letters -= line[at].isalnum()
            while at and line[at - 1] in "«“\"'„(":
                at -= 1
            return line[:at].rstrip(), caption
        return line, caption
    start = line.rfind(" / ") + 1
    for at in range(start + 1, len(line) - 1):
        before, here, after = line[at - 1], line[at], line[at + 1]
        glued = before.islower() and here.isupper()
        shouted = before.isupper() and here.isupper() and after.islower()
        if (glued or shouted) and word_count(line[at:]) >= 3:
            return line[:at], line[at:]
    return line, ""


def clean_credit(credit: str) -> str:
    """Return agency and author, without the sign and the link to the photo bank."""
    parts = [part.strip() for part in credit.lstrip("©").split(" / ")]
    parts[0] = re.sub(r"^\([cс]\) ?", "", parts[0])
    parts[-1] = parts[-1].rstrip(" /")
    last = parts[-1]
    if len(parts) > 1 and (
        boilerplate()["photo-bank"].applies(last) or (len(parts) > 2 and _is_button(last, parts[1]))
    ):
        parts.pop()
    return " / ".join(part for part in parts if part)


def _is_button(text: str, author: str) -> bool:
    """Return True if `text` reads as a button: a few words, only the first capitalised."""
    words = text.split()
    if len(words) < 2:
        return False
    if text[0].isupper():
        return all(word[0].islower() for word in words[1:])
    return script(text) != script(author)
