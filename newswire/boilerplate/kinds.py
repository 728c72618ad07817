"""What kind of page is it? Asked before its lines are judged one by one."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from itertools import pairwise

from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import fraction, traits
from newswire.page.captions import alternative_text, is_credit
from newswire.page.model import Block
from newswire.rules import Rule, boilerplate

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


def is_captcha(sheet: Sheet) -> bool:
    """Return True if the server answered with a question to the crawler."""
    first = [b.text for b in sheet.blocks[:10] if len(b.text) <= _QUESTION]
    return any(rule.applies(text) for rule in _page_rules() for text in first)


@cache
def _page_rules() -> list[Rule]:
    return [rule for rule in boilerplate().values() if rule.zone == "page"]


def kind_of(sheet: Sheet) -> Kind:
    """Return the kind of a page whose hidden block has been unfolded."""
    if is_captcha(sheet):
        return Kind.CAPTCHA
    todo = sheet.open
    if not todo:
        return Kind.EMPTY
    if is_photo_story(todo):
        return Kind.PHOTO
    moments = _groups([traits(b.text).moment for b in todo])
    if len(moments) >= _ENTRIES and not any(traits(b.text).dateline for b in todo):
        above = todo[: moments[0][0]]
        entries = [todo[a[1] : b[0]] for a, b in pairwise(moments)]
        entries.append(todo[moments[-1][1] :])
        told = [any(traits(b.text).prose for b in entry) for entry in entries]
        # a feed above an article: the last entry alone says more than its title
        feed = told[-1] and sum(told) == 1
        begun = any(traits(b.text).prose for b in above)
        if not feed and not begun and all(map(_is_entry, entries)):
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
    credited = [b for b in blocks if is_credit(b.text)]
    if len(credited) < _PHOTOS:
        return False
    prose = sum(traits(b.text).prose for b in blocks) - sum(traits(b.text).prose for b in credited)
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
    prose = [text for text in lines if traits(text).prose]
    return len(prose) <= 1 and any(traits(text).is_title() for text in lines) and len(blocks) <= 5
