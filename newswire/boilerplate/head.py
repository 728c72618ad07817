"""What stands above the text: radio player, section head, headline, labels, dates, lede."""

from __future__ import annotations

import re

from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import Traits, traits
from newswire.dateline import dates
from newswire.items import Evidence
from newswire.page.captions import alternative_text, is_credit
from newswire.page.model import Block, Role
from newswire.text.folding import loose

# speeds of a player: `1`, `• 0,8`, `1.5x`
_SPEED = re.compile(r"(?:[•·] )?[0-3](?:[.,]\d{1,2})?[x×]?")
SPEEDS = 3
# the player prints 24 hours, twice; a live blog has a paragraph between its times
HOURS_IN_A_ROW = 6
# lines between two durations of the programme: title, subtitle, time
PROGRAMME_LINES = 5
# the site's name and its language switch may stand above the player
LINES_ABOVE_RADIO = 6
# longer than any label
MIN_LEDE = 26
# a headline of one word or with a full stop is known by the picture below it, a paragraph is longer
MAX_STANDING = 80
# a lede with the day behind it, and perhaps the site
_DATED = re.compile(
    r"(?P<lede>.{20,}?)(?:\.\.\.)? (?P<day>\d{2}\.\d{2}\.\d{4})(?:, [^.,]{3,40})?", re.DOTALL
)
# `4 марта 2021`, `4. Dezember 2018`
_SPELLED = re.compile(r"\b(?P<day>\d{1,2})\.? (?P<month>[^\W\d_]{3,12})\.?,? (?P<year>20\d\d)\b")
# may stand between the lede and the text
BELOW_LEDE = {"subscribe", "updated", "short-url", "share"}
# more lines in a row than labels stand there are a list of the text
LABELS = 2


def drop_radio(sheet: Sheet) -> None:
    """Drop the programme of the radio player, down to its list of frequencies."""
    todo = sheet.open
    clock, duration = sheet.rules["clock"], sheet.rules["duration"]
    hours = [b.text[0].isdigit() and clock.match(b.text) is not None for b in todo]
    if sum(hours) < HOURS_IN_A_ROW:
        return
    full = [is_hour and ":00" in b.text for is_hour, b in zip(hours, todo, strict=True)]
    first = _run_of(full, HOURS_IN_A_ROW)
    above = todo[:first]
    if first is None or len(above) > LINES_ABOVE_RADIO or any(traits(b.text).prose for b in above):
        return
    last = first
    while last + 1 < len(todo) and hours[last + 1]:
        last += 1
    for index in range(last + 1, len(todo)):
        if index > last + PROGRAMME_LINES:
            break
        if duration.match(todo[index].text) and hours[index - 1]:
            last = index
    below = _below_radio(sheet, todo, last)
    for block in above + todo[first : last + 1] + below:
        sheet.drop(block, "radio-schedule")


def drop_player(sheet: Sheet) -> None:
    """Drop the controls of a sound player: its time at the start, and the speeds to choose from."""
    todo = sheet.open
    for index, block in enumerate(todo):
        if block.text not in {"00:00", "0:00"}:
            continue
        end = index + 1
        while end < len(todo) and _SPEED.fullmatch(todo[end].text):
            end += 1
        speeds = [b.text for b in todo[index + 1 : end]]
        if len(speeds) >= SPEEDS and any("." in text or "," in text for text in speeds):
            for control in todo[index:end]:
                sheet.drop(control, "player")


def _run_of(flags: list[bool], least: int) -> int | None:
    """Return where the first run of `least` true flags begins."""
    length = 0
    for index, flag in enumerate(flags):
        length = length + 1 if flag else 0
        if length == least:
            return index - least + 1
    return None


def _below_radio(sheet: Sheet, todo: list[Block], last: int) -> list[Block]:
    """Return the player's labels and frequencies below its programme.

    The two days' names stand glued together (`ВчераСегодня`), then an on-air label, then cities
    glued to frequencies. A programme that was cut off leaves titles and nothing else.
    """
    rest = todo[last + 1 :]
    if not any(traits(b.text).prose or _is_picture(sheet, b) for b in rest):
        return rest if all(not traits(b.text).is_title() or len(rest) < 4 for b in rest) else []
    taken = 0
    if rest and (traits(rest[0].text).is_glued() or _is_one_word(rest[0].text)):
        taken = 1
        if len(rest) > 1 and traits(rest[1].text).label:
            taken = 2
    for index in range(taken, len(rest)):
        if not sheet.rules["frequency"].match(rest[index].text):
            break
        taken = index + 1
    return rest[:taken]


def _is_one_word(text: str) -> bool:
    """Return True if `text` is one word of a script without capitals, where glue cannot be seen."""
    look = traits(text)
    return look.label and look.words == 1 and not any(c.islower() or c.isupper() for c in text)


def drop_section_head(sheet: Sheet) -> None:
    """Drop the picture, name and blurb of the section that stand above the headline.

    The picture has no credit and stands first; a headline must follow.
    """
    todo = sheet.open
    if len(todo) < 3 or alternative_text(todo[0].text, sheet.facts.site_name) is None:
        return
    name, second, third = todo[1], todo[2], todo[3] if len(todo) > 3 else None
    look = traits(name.text)
    if not look.is_title(1) or look.words > 6:
        return
    if (
        third
        and traits(second.text).prose
        and (
            (traits(third.text).is_title(2) and _heads_a_page(sheet, todo[0], todo[3:]))
            or not any(traits(b.text).prose for b in todo[3:])
        )
    ):
        drops = [todo[0], name, second]
    elif third and traits(second.text).is_title() and _is_picture(sheet, third):
        drops = [todo[0], name]
    else:
        return
    sheet.facts.section = sheet.facts.section or name.text
    for block in drops:
        sheet.drop(block, "section-head")


def _heads_a_page(sheet: Sheet, picture: Block, rest: list[Block]) -> bool:
    """Return True if `rest` begins with a headline, not with a subheading of the text.

    The section's picture often has no caption; else something that stands below headlines follows.
    """
    alt = alternative_text(picture.text, sheet.facts.site_name)
    following = rest[1] if len(rest) > 1 else None
    return (alt is not None and not alt["caption"]) or (
        following is not None
        and (
            _is_picture(sheet, following)
            or traits(following.text).label
            or traits(following.text).folded == traits(rest[0].text).folded
            or printed_date(sheet, following.text) is not None
        )
    )


def _is_picture(sheet: Sheet, block: Block) -> bool:
    return is_credit(block.text) or alternative_text(block.text, sheet.facts.site_name) is not None


def find_headline(sheet: Sheet) -> None:
    """Find the headline: the first open line, where the page shows that it is one.

    A saved text may begin with its first paragraph; then there is none.
    """
    todo = sheet.open
    if not todo:
        return
    first = todo[0]
    title = first.text
    alt = alternative_text(title, sheet.facts.site_name)
    if alt and alt["caption"] and not alt["width"]:  # the page's <title>: headline - site name
        title = alt["caption"]
        if len(todo) > 1 and traits(todo[1].text).folded == loose(title):
            sheet.drop(first, "repeated-headline")
            first = todo[1]
    elif alt or is_credit(title):
        return
    known = sheet.facts.headline
    if known:
        if loose(title) != loose(known):
            return
    elif traits(title).dateline or not _heads(sheet, todo, traits(title)):
        return
    first.role = Role.HEADLINE
    sheet.facts.headline = known or title


def _heads(sheet: Sheet, todo: list[Block], title: Traits) -> bool:
    """Return True if the page shows that its first open line is a headline."""
    apart = title.is_title(2) and _is_set_apart(sheet, todo)
    return apart or _stands_on_picture(sheet, todo)


def _stands_on_picture(sheet: Sheet, todo: list[Block]) -> bool:
    """Return True if a picture or a date line follows at once, as below no paragraph."""
    return (
        len(todo) > 1
        and traits(todo[0].text).size <= MAX_STANDING
        and (_is_picture(sheet, todo[1]) or printed_date(sheet, todo[1].text) is not None)
    )


def _is_set_apart(sheet: Sheet, todo: list[Block]) -> bool:
    """Return True if the page treats its first open line otherwise than a paragraph."""
    first, rest = todo[0], todo[1:]
    if not rest:
        return False
    if any(b.rule for b in sheet.blocks):
        return True
    rules = sheet.rules
    if any(
        traits(b.text).folded == traits(first.text).folded
        or _is_picture(sheet, b)
        or printed_date(sheet, b.text)
        or traits(b.text).label
        or traits(b.text).dateline
        for b in rest[:5]
    ):
        return True
    if rules["tail-counter"].match(rest[-1].text):
        return True
    gaps = sum(b.gap for b in rest)
    if rest[0].gap and gaps < len(rest):
        return True
    return traits(first.text).size >= MIN_LEDE and traits(rest[0].text).prose


def drop_labels(sheet: Sheet) -> None:
    """Drop labels, dates, counters and repeated headlines above the text.

    They stand between headline, pictures and date; below a line of the text none is taken but the
    button to subscribe.
    """
    todo = sheet.open
    head = todo[: sheet.body_start(todo)]
    headline = loose(sheet.facts.headline or "")
    anchored = has_date = False
    for block in head:
        text, look = block.text, traits(block.text)
        rule = look.rule_of("head", "edge", "any")
        if _repeats(look.folded, headline):
            sheet.drop(block, "repeated-headline")
        elif printed := printed_date(sheet, text):
            sheet.facts.dates.setdefault(Evidence.PRINTED, printed.published)
            sheet.facts.modified = sheet.facts.modified or printed.modified
            sheet.drop(block, "printed-date")
            has_date = True
        elif rule and (not anchored or rule.id in BELOW_LEDE):
            sheet.drop(block, rule.id)
        elif has_date and not anchored and sheet.rules["tail-counter"].match(text):
            sheet.drop(block, "head-counter")
        elif not (rule or look.label):
            anchored = True
    _drop_unknown_labels(sheet, head, todo)


def _drop_unknown_labels(sheet: Sheet, head: list[Block], todo: list[Block]) -> None:
    """Drop the labels that no rule knows: above the first line of the text, one or two in a row.

    Behind a known button to subscribe the text begins.
    """
    if not (sheet.facts.headline or sheet.facts.images) or len(head) == len(todo):
        return
    buttons = [i for i, b in enumerate(sheet.blocks) if b.rule == "subscribe"]
    known = sheet.blocks[: buttons[0]] if buttons else sheet.blocks
    run: list[Block] = []
    for block in head:
        if block.role is not Role.PARAGRAPH:
            continue
        if not traits(block.text).label or not any(b is block for b in known):
            break
        run.append(block)
    if len(run) <= LABELS:
        for block in run:
            sheet.drop(block, "head-label")


def printed_date(sheet: Sheet, text: str) -> dates.Printed | None:
    """Return the dates of a date line; a button's label may be glued to it."""
    found = sheet.rules["printed-date"].match(text)
    return dates.printed((found["stamp"] or found["day"]).strip()) if found else None


def is_dated(text: str) -> bool:
    """Return True if a day, and perhaps the site, stands behind a lede."""
    return _DATED.fullmatch(text) is not None


def lede(sheet: Sheet, text: str) -> str:
    """Return a lede without the day behind it, which is noted (`… . 23.11.2025, Sputnik`)."""
    if found := _DATED.fullmatch(text):
        note_date(sheet, found["day"])
        return found["lede"]
    return text


def note_date(sheet: Sheet, text: str) -> None:
    """Take the day of a date line."""
    if day := day_of(text):
        sheet.facts.dates.setdefault(Evidence.PRINTED, day)


def day_of(text: str) -> str | None:
    """Return the day of a date line in any form: in figures, or with the month's name.

    >>> day_of("13:30, 4 марта 2021"), day_of("Updated: 04.03.2021"), day_of("5 декабря, 09:26")
    ('2021-03-04', '2021-03-04', None)
    """
    day = next(iter(dates.printed_days(text)), None)
    if day is None and (found := _SPELLED.search(text)):
        # a name that means two months in different languages dates nothing
        numbers = dates.months(found["month"])
        made = len(numbers) == 1 and dates.make_day(
            int(found["year"]), next(iter(numbers)), int(found["day"])
        )
        day = made.isoformat() if made else None
    return day


def _repeats(text: str, headline: str) -> bool:
    """Return True if `text` is the headline, or a long piece from one of its ends."""
    if text == headline:
        return True
    return 3 * len(text) > len(headline) and (headline.startswith(text) or headline.endswith(text))


def forget_repeated_description(sheet: Sheet) -> None:
    """Take no announcement for a lede that is the text's own beginning, whole or cut."""
    if sheet.facts.description is None:
        return
    known = loose(sheet.facts.description.rstrip(".… "))
    beginning = " ".join(filter(None, [traits(b.text).folded for b in sheet.open[:3]]))
    if known in beginning and not any(b.role is Role.DESCRIPTION for b in sheet.blocks):
        sheet.facts.description = None


def find_description(sheet: Sheet) -> None:
    """Find the lede that the page sets apart from the text.

    It is what stands between the headline and a paragraph with a dateline, or a line without a
    full stop above the first paragraph.
    """
    forget_repeated_description(sheet)
    todo = sheet.open
    if len(todo) < 2:
        return
    start = sheet.body_start(todo)
    first, second = traits(todo[0].text), traits(todo[1].text)
    if (
        (sheet.facts.headline and _button_between(sheet, todo[0], todo[1]))
        or (start == 0 and second.dateline and not first.dateline)
        or (start == 1 and (second.dateline or _is_open_lede(sheet, first)))
    ):
        todo[0].role = Role.DESCRIPTION
        # what readers see; another announcement was for machines, and this line stands nowhere else
        sheet.facts.description = todo[0].text


def _button_between(sheet: Sheet, first: Block, second: Block) -> bool:
    """Return True if a button of the page's head stands between two open blocks."""
    places = [i for i, b in enumerate(sheet.blocks) if b is first or b is second]
    between = sheet.blocks[places[0] + 1 : places[1]]
    return any(b.rule in {"subscribe", "head-label", "badge"} for b in between)


def _is_open_lede(sheet: Sheet, look: Traits) -> bool:
    has_head = bool(sheet.facts.headline or sheet.facts.images)
    return has_head and look.size >= MIN_LEDE and not look.ends
