"""What kind of page is it? Asked before its lines are judged one by one."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise

from newswire.boilerplate.sheet import Sheet, has_dateline, is_prose, is_title
from newswire.page.captions import alternative_text, is_credit
from newswire.page.model import Block

_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_MOMENT = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2}\.\d{1,2}\.(?:20)?\d\d\b")
_FRACTION = re.compile(r"(\d{1,3}) ?/ ?(\d{1,3})")
# a date line has no more characters, and no more words beside its numbers (`last update:`)
_DATE_SIZE, _DATE_WORDS = 60, 3
# a question to the crawler is no longer
_QUESTION = 250
# times that make a list out of what stands between them
_ENTRIES = 3
# credits that make a photo story out of a page with hardly any paragraph
_PHOTOS = 4


class Kind(StrEnum):
    """A kind of page; a programme of the radio is found by its hours (`head.drop_radio`)."""

    ARTICLE = "article"
    LIVE = "live"
    PHOTO = "photo"
    LIST = "list"
    CAPTCHA = "captcha"
    EMPTY = "empty"


def is_date_line(text: str) -> bool:
    """Return True if a line is a time or a day, with a month or a word such as 'updated' at most.

    >>> [is_date_line(t) for t in ("13:30, 4 марта 2021", "5 декабря, 09:26", "В 2021 году")]
    [True, True, False]
    """
    if len(text) > _DATE_SIZE or not _MOMENT.search(text):
        return False
    return sum(1 for w in text.split() if not any(map(str.isdigit, w)) and w.strip(",.()|—–-")) <= (
        _DATE_WORDS
    )


def fraction(text: str) -> tuple[int, int] | None:
    """Return the numbers of a photo's place among others (`3 / 21`)."""
    found = _FRACTION.fullmatch(text) if len(text) < 10 else None
    return (int(found[1]), int(found[2])) if found else None


def is_captcha(sheet: Sheet) -> bool:
    """Return True if the server answered with a question to the crawler."""
    first = [b.text for b in sheet.blocks[:10] if len(b.text) <= _QUESTION]
    return any(rule.applies(text) for rule in sheet.in_zone("page") for text in first)


def kind_of(sheet: Sheet) -> Kind:
    """Return the kind of a page whose hidden block has been unfolded."""
    if is_captcha(sheet):
        return Kind.CAPTCHA
    todo = sheet.open
    if not todo:
        return Kind.EMPTY
    if is_photo_story(todo):
        return Kind.PHOTO
    moments = _groups([is_date_line(b.text) for b in todo])
    if len(moments) >= _ENTRIES and not any(has_dateline(b.text) for b in todo):
        above = todo[: moments[0][0]]
        entries = [todo[a[1] : b[0]] for a, b in pairwise(moments)]
        entries.append(todo[moments[-1][1] :])
        told = [any(is_prose(b.text) for b in entry) for entry in entries]
        # a feed above an article: the last entry alone says more than its title
        feed = told[-1] and sum(told) == 1
        if not feed and not any(is_prose(b.text) for b in above) and all(map(_is_entry, entries)):
            return Kind.LIST
        if sum(told) >= _ENTRIES:
            return Kind.LIVE
    return Kind.ARTICLE


def is_photo_story(blocks: list[Block]) -> bool:
    """Return True if pictures are counted, or stand in a row with hardly a paragraph."""
    numbers = [n for b in blocks if (n := fraction(b.text))]
    if len(numbers) > 1 and all(a[0] < b[0] and a[1] == b[1] for a, b in pairwise(numbers)):
        return True
    if len(numbers) == 1 and numbers[0][0] == 1 < numbers[0][1]:
        return True
    credited = [b for b in blocks if b.text[0] in "©(C" and is_credit(b.text)]
    if len(credited) < _PHOTOS:
        return False
    prose = sum(is_prose(b.text) for b in blocks) - sum(is_prose(b.text) for b in credited)
    return 2 * prose <= len(credited)


def _groups(flags: list[bool]) -> list[tuple[int, int]]:
    """Return start and end of each run of true flags."""
    runs: list[tuple[int, int]] = []
    for index, flag in enumerate(flags):
        if flag and runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        elif flag:
            runs.append((index, index + 1))
    return runs


def _is_entry(blocks: list[Block]) -> bool:
    """Return True if what stands between two times is a title with a lede, or without.

    The picture of the next entry may stand behind it.
    """
    lines = [b.text for b in blocks if alternative_text(b.text, None) is None]
    prose = [text for text in lines if is_prose(text)]
    return len(prose) <= 1 and any(map(is_title, lines)) and len(blocks) <= 5
