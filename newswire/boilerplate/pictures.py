"""Which lines belong to pictures: captions, credits, and the pictures of other stories."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import Traits, traits
from newswire.dateline import dates
from newswire.items import Evidence, Image, Related
from newswire.page.captions import (
    RELATED_SIZE,
    RELATED_WORDS,
    alternative,
    clean_credit,
    is_credit,
    split_credit,
)
from newswire.page.model import Block, Role
from newswire.text.folding import loose
from newswire.wires.editions import editions


@dataclass(slots=True)
class _Line:
    """An open block, and what it is for a picture."""

    block: Block
    look: Traits
    credit: bool
    alt: re.Match[str] | None
    caption: str

    @property
    def text(self) -> str:
        return self.block.text

    @property
    def plain(self) -> bool:
        return not self.credit and self.alt is None


def drop(sheet: Sheet) -> None:
    """Drop captions and credits; note pictures and the other stories that the text shows."""
    todo = sheet.open
    lines = [_line(block, sheet.facts.site_name) for block in todo]
    for line, following in pairwise(lines):
        if following.caption and line.look.folded.endswith(loose(following.caption)):
            line.credit |= sheet.rules["credit"].match(line.text) is not None
    numbered = any(line.alt is not None for line in lines)
    sheet.captions |= {loose(line.caption) for line in lines if line.caption}
    start = sheet.body_start([line.block for line in lines if line.plain])
    plain = [line for line in lines if line.plain]
    first_prose = plain[start].block if start < len(plain) else None
    in_head = True
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.block is first_prose:
            in_head = False
        if line.credit:
            index = _with_credit(sheet, lines, index, in_head, numbered)
        elif line.alt is not None:
            index = _without_credit(sheet, lines, index, in_head)
        else:
            index += 1


def _line(block: Block, site_name: str | None) -> _Line:
    look = traits(block.text)
    alt = look.caption_line and alternative(look.caption_line, site_name)
    return _Line(block, look, is_credit(block.text), alt, alt["caption"] if alt else "")


def learn_site_name(sheet: Sheet) -> None:
    """Find the site's name on the page: in a numbered caption, or behind a caption that repeats."""
    todo = sheet.open
    for index, block in enumerate(todo):
        found = traits(block.text).caption_line
        if found is None:
            continue
        beside = todo[max(index - 2, 0) : index] + todo[index + 1 : index + 2]
        near = [traits(b.text).folded for b in beside]
        caption = loose(found["caption"])
        repeats = len(caption) > 3 and any(text.endswith(caption) for text in near)
        if found["date"] or repeats or editions().by_site_name(found["site"]):
            sheet.facts.site_name = sheet.facts.site_name or found["site"]
            return


def _with_credit(
    sheet: Sheet, lines: list[_Line], index: int, in_head: bool, numbered: bool
) -> int:
    """Take the picture whose credit is line `index`; return the index behind it.

    Orders seen: credit+caption, alternative text; credit, caption, alternative text; and as a
    browser copies them: caption, credit, headline of the other story.
    """
    credit = lines[index]
    after = index + 1
    alt: _Line | None = None
    if after < len(lines) and lines[after].alt:
        alt, after = lines[after], after + 1
    elif (
        after + 1 < len(lines)
        and lines[after].plain
        and lines[after].look.folded == loose(lines[after + 1].caption)
    ):
        sheet.drop(lines[after].block, "repeated-caption")
        alt, after = lines[after + 1], after + 2
    # where pictures have alternative texts, those of other stories have no credit
    if alt is None and not numbered and (end := _browser_copy(sheet, lines, index, in_head)):
        return end
    sheet.drop(credit.block, "credit")
    text, caption = split_credit(credit.text, alt.caption if alt else "")
    if alt:
        sheet.drop(alt.block, "caption-line")
        after = _repeated(sheet, lines, after, alt.caption)
    elif caption:
        after = _repeated(sheet, lines, after, caption)
    _add_image(sheet, caption, clean_credit(text), alt.alt if alt else None, in_head)
    return after


def _without_credit(sheet: Sheet, lines: list[_Line], index: int, in_head: bool) -> int:
    """Take the alternative text at `index`: a picture of ours, or of a story set into the text."""
    line = lines[index]
    assert line.alt is not None
    sheet.drop(line.block, "caption-line")
    after = _repeated(sheet, lines, index + 1, line.caption)
    first = all(image.caption is None for image in sheet.facts.images)
    ours = (in_head and first) or after > index + 1
    following = lines[after] if after < len(lines) else None
    if (
        not ours
        and following is not None
        and _is_related(following)
        and not _belongs_below(lines, after, in_head)
    ):
        _add_related(sheet, following.block)
        return after + 1
    if line.caption:
        # without a credit it may still be another story's: its day alone dates nothing
        _add_image(sheet, line.caption, None, line.alt, in_head, sure=after > index + 1)
    return after


def _belongs_below(lines: list[_Line], index: int, in_head: bool) -> bool:
    """Return True if line `index` goes with what follows: a question before its answer, a lede."""
    below = lines[index + 1].text if index + 1 < len(lines) else ""
    return below.startswith(("—", "–", "- ")) or (in_head and traits(below).dateline)


def _browser_copy(sheet: Sheet, lines: list[_Line], index: int, in_head: bool) -> int | None:
    """Take a story set into the text as a browser copies it: caption, credit, headline."""
    above = lines[index - 1] if index else None
    following = lines[index + 1] if index + 1 < len(lines) else None
    if above is None or not _is_open(above) or not above.plain:
        return None
    same = following is not None and above.look.folded == following.look.folded
    look = above.look
    if look.ends or look.words < 3 or (in_head and not same):
        return None
    # all three lines, or it is a line of the text above a picture of ours
    if following is None or not _is_related(following) or set(above.text) & set('"«»“”„:'):
        return None
    sheet.drop(above.block, "repeated-caption" if same else "caption-line")
    sheet.drop(lines[index].block, "credit")
    _add_related(sheet, following.block)
    return index + 2


def _is_open(line: _Line) -> bool:
    return line.block.role is Role.PARAGRAPH


def _is_related(line: _Line) -> bool:
    """Return True if the line can be another story's headline, not a short subheading."""
    look = line.look
    return (
        line.plain
        and look.is_title(RELATED_WORDS)
        and look.size >= RELATED_SIZE
        and line.text[0] not in "-–—•"
    )


def _add_related(sheet: Sheet, block: Block) -> None:
    sheet.drop(block, "related")
    sheet.facts.related.append(Related(block.text))


def _repeated(sheet: Sheet, lines: list[_Line], index: int, caption: str) -> int:
    """Drop the lines at `index` that repeat `caption`; return the index behind them."""
    while index < len(lines) and caption and lines[index].look.folded == loose(caption):
        sheet.drop(lines[index].block, "repeated-caption")
        index += 1
    return index


def _add_image(
    sheet: Sheet,
    caption: str | None,
    credit: str | None,
    alt: re.Match[str] | None,
    in_head: bool,
    *,
    sure: bool = True,
) -> None:
    day = next(iter(dates.printed_days(alt["date"] or "")), None) if alt else None
    # above the main picture, which has a credit, may be the section's
    before = (i.credit if credit else i.caption for i in sheet.facts.images)
    if in_head and day and not any(before):
        if sure:
            sheet.facts.dates.setdefault(Evidence.CAPTION, day)
        else:
            sheet.facts.hint = sheet.facts.hint or day
    images = sheet.facts.images
    # the hidden block gave the address of the main picture
    hidden = in_head and len(images) == 1 and images[0] == Image(images[0].url)
    url = images.pop().url if hidden else None
    images.append(Image(url, caption or None, credit or None, day))
