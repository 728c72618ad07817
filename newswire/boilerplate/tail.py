"""What stands below the last paragraph: counters, prompts, lists of other stories."""

from __future__ import annotations

import re
from itertools import pairwise

from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import traits
from newswire.page.model import Block, Role
from newswire.text.characters import script, size
from newswire.text.folding import loose

# comments and likes of an article; longer numbers are years, telephones, prices
_COUNTER = re.compile(r"\d{1,3}(?: \d{1,3}){0,4}")
# nothing but these stands between a text and the heading that ends it
_LIKES = re.compile(r"0+|\d{1,3}(?: \d{1,3})+")
# clock times that make a list of news out of the lines between them
TIMES_IN_A_LIST = 3
# `To participate in the discussion`, `log in or register`, and the string that nobody translated
PROMPTS, MAX_PROMPT = 3, 80


def drop(sheet: Sheet) -> None:
    """Drop what stands below the article's last paragraph."""
    drop_known(sheet)
    _drop_news_list(sheet)
    _drop_counters(sheet)
    _drop_prompts(sheet)
    _drop_site_label(sheet)


def drop_known(sheet: Sheet) -> None:
    """Drop the lines below the last paragraph that rules know by their words."""
    _drop_sections(sheet)
    todo = sheet.open
    tail = _tail(todo)
    _drop_below_end(sheet, tail)
    above = todo[len(todo) - len(tail) - 1] if len(tail) < len(todo) else None
    if above is None or not _leads_in(above.text):
        sheet.drop_words("tail", "edge", among=tail)


def _tail(todo: list[Block]) -> list[Block]:
    """Return the blocks behind the last paragraph that no rule of the tail knows."""
    for index in range(len(todo) - 1, -1, -1):
        look = traits(todo[index].text)
        if (look.ends or look.dateline) and not look.rule_of("tail", "edge"):
            return todo[index + 1 :]
    return todo[1:]


def _leads_in(text: str) -> bool:
    """Return True if a list of the article follows."""
    return text.rstrip().endswith((":", "："))


def _drop_below_end(sheet: Sheet, tail: list[Block]) -> None:
    """Drop all below a heading that ends the article."""
    counter = sheet.rules["tail-counter"]
    for index, block in enumerate(tail):
        rule = next((r for r in traits(block.text).rules if r.zone == "tail" and r.end), None)
        if rule is None:
            continue
        sheet.drop(block, rule.id)
        for below in tail[index + 1 :]:
            if below.role is Role.PARAGRAPH:
                known = traits(below.text).rule_of("tail", "edge")
                counts = known or (counter if counter.match(below.text) else None)
                sheet.drop(below, counts.id if counts else "after-end")
        return


def _drop_sections(sheet: Sheet) -> None:
    """Drop lists of other stories and of tags above the labels of the comments.

    All of it must be there, or nothing is dropped: at the end labels glued together, above them a
    list with commas under a label, above that perhaps titles under a label.
    """
    todo = sheet.open
    start = len(todo)
    while start and traits(todo[start - 1].text).is_glued(6):
        start -= 1
    if start == len(todo) or start < 4 or not _is_tag_list(todo[start - 1].text):
        return
    start -= 2
    if not _is_heading(todo[start].text):
        return
    title = start - 1
    while title > 1 and traits(todo[title].text).is_title():
        title -= 1
    if title < start - 1 and _is_heading(todo[title].text):
        start = title
    above = todo[start - 1].text
    if traits(above).ends and not _leads_in(above):
        for block in todo[start:]:
            sheet.drop(block, "tail-sections")


def _is_heading(text: str) -> bool:
    return traits(text.rstrip(" :")).label


def _is_tag_list(text: str) -> bool:
    tags = text.split(",")
    return len(tags) > 2 and not traits(text).ends and all(size(tag) < 30 for tag in tags)


def _drop_counters(sheet: Sheet) -> None:
    """Drop bare numbers at the end, and above them their label or the row of share buttons.

    Names of networks stand in Latin on every page. Other short lines may be a list of the article.
    """
    todo = sheet.open
    end = len(todo)
    while end and _COUNTER.fullmatch(todo[end - 1].text):
        end -= 1
    above = [b.text for b in todo[max(end - 4, 0) : end]]
    # behind a colon, or as a column of a table, numbers are the article's; and there is one end
    if (above and _leads_in(above[-1])) or any(map(str.isdigit, above)):
        return
    if _has_end(sheet):
        while end < len(todo) and not _LIKES.fullmatch(todo[end].text):
            end += 1
    for block in todo[end:]:
        sheet.drop(block, "tail-counter")
    if end == len(todo):
        return
    start = end
    while start and traits(todo[start - 1].text).label:
        start -= 1
    labels = todo[start:end]
    if not start or _leads_in(todo[start - 1].text):
        return
    if len(labels) == 1 or (len(labels) > 2 and _has_foreign(labels, _script(todo[:start]))):
        for block in labels:
            sheet.drop(block, "tail-label")


def _has_foreign(labels: list[Block], native: str | None) -> bool:
    return any(script(b.text) != native for b in labels)


def _script(blocks: list[Block]) -> str | None:
    """Return the script that most of the blocks is written in."""
    return script(" ".join([b.text for b in blocks]))


def _has_end(sheet: Sheet) -> bool:
    """Return True if a heading that ends the article has been found."""
    return any(b.rule is not None and sheet.rules[b.rule].end for b in sheet.blocks)


def _drop_news_list(sheet: Sheet) -> None:
    """Drop a list of headlines with clock times, one a line or each below its time."""
    todo = sheet.open
    clock = sheet.rules["clock"]
    start = index = len(todo)
    times = []
    while index and not _ends_text(todo[index - 1].text):
        index -= 1
        text = todo[index].text
        if found := clock.match(text) or clock.match(text.split(" ", 1)[0]):
            times.append(found["time"].zfill(5))
            start = index  # what stands above the first time is not of the list
    # from below: the newest stand on top, but for a new day; a programme goes down the day
    rising = sum(a < b for a, b in pairwise(times))
    falling = sum(a > b for a, b in pairwise(times))
    listed = todo[start:]
    if len(times) >= TIMES_IN_A_LIST and rising > 2 * falling and 3 * len(times) >= len(listed):
        for block in listed:
            sheet.drop(block, "news-list")


def _ends_text(text: str) -> bool:
    look = traits(text)
    return look.ends and not look.is_title(1)


def _drop_prompts(sheet: Sheet) -> None:
    """Drop the labels at the end that a contact line or a foreign-script label gives away.

    The prompts of the CMS are not translated everywhere: below an English text one is Russian. The
    editors' address stands alone, without a full stop, above them.
    """
    todo = sheet.open
    start = len(todo)
    while start and not (look := traits(todo[start - 1].text)).ends and look.size < 200:
        start -= 1
    run = todo[start:]
    if len(run) < 2 or not start:
        return
    last = traits(run[-1].text)
    if last.words < 3 or last.size > MAX_PROMPT or script(last.text) != "CYRILLIC":
        return
    native = _script(todo[:start])
    if native == "CYRILLIC" or _has_end(sheet):
        return
    others = [b for b in run[:-1] if script(b.text) in (native, None)]
    if len(others) < len(run) - 1:
        return
    contact = next((i for i, b in enumerate(run) if "@" in b.text), None)
    for index, block in enumerate(run):
        if contact is not None and index >= contact:
            sheet.drop(block, "tail-contact")
        elif sheet.rules["tail-counter"].match(block.text):
            sheet.drop(block, "tail-counter")
        elif contact is None and index >= len(run) - PROMPTS and size(block.text) <= MAX_PROMPT:
            sheet.drop(block, "tail-prompt")


def _drop_site_label(sheet: Sheet) -> None:
    """Drop the name of the site or agency when it is the page's last line."""
    todo = sheet.open
    if len(todo) < 2:
        return
    last = traits(todo[-1].text)
    if last.of_wire or last.folded == loose(sheet.facts.site_name or "-"):
        sheet.drop(todo[-1], "site-label")
