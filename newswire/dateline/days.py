"""Which day does a head print, in whatever language, order and calendar?

Words come from `months.toml` and from `day_words`; this module knows only where the number, the
month and the year may be.
"""

from __future__ import annotations

import functools
import re
from datetime import date
from typing import NamedTuple

from newswire.dateline import dates, day_words
from newswire.dateline.dates import Day
from newswire.text.folding import fold_key, spans


class Printed(NamedTuple):
    """A day as it is printed.

    Attributes:
        end: where it ends in the text.
        months: the months (1-12) that the name may mean; empty for another calendar than the
            Gregorian one.
        year: None when it is not printed.
        own: the month's name is one of the page's language.
        alone: the number stands without its month.
    """

    end: int
    number: int
    months: frozenset[int]
    year: int | None = None
    own: bool = True
    alone: bool = False

    def day(self, published: Day) -> str:
        """Return the ISO day, empty when the year is open or the calendar another one."""
        page = None if self.year else _page_day(published)
        days = {
            dates.make_day(self.year, month, self.number)
            if self.year
            else dates.resolve_year(self.number, month, page)
            for month in self.months
        } - {None}
        found = days.pop() if len(days) == 1 else None
        return found.isoformat() if found else ""


@functools.lru_cache(maxsize=64)
def _page_day(published: Day) -> date | None:
    return dates.day(published)


_NUMERIC = re.compile(
    r"(?P<number>\d\d?)(?P<mark>[./])(?P<month>\d\d?)"
    r"(?:(?P=mark)(?P<year>(?:19|20)?\d\d)?)?(?![\d:])"
    r"|(?P<year2>(?:19|20)\d\d)-(?P<month2>\d\d)-(?P<number2>\d\d)(?!\d)"
)
_ALONE = re.compile(r"(?<=, )(\d\d?)(?= ?\()")
_ALL_MONTHS = frozenset(range(1, 13))
_HAN = re.compile(r"(?:(\d{4})年)?(?:([\d一二三四五六七八九十]+)月)?([\d一二三四五六七八九十]+)日")
# a number, and what a language may write behind it: `22nd`, `1er`, `5.`, `22-юми`, `15ª`
_NUMBER = re.compile(r"(\d\d?)(?!\d)(?:[ºª]|-?[^\W\d_]{1,4}(?=[\s.,]))?(?!:\d)")
_PLAIN_DAY = re.compile(r"(\d\d?)[ -]([^\s\d.,:;/()\[\]\"·|&_=!?।\-]{1,16})(?=\.? ?[-/(])")
_PLAIN_MONTH = re.compile(
    r"([^\s\d.,:;/()\[\]\"·|&_=!?।\-]{1,16})\.? (\d\d?)(?= ?(?:[-(]|/(?!\d)))"
)
_PLAIN = re.compile(r"(\d\d?)(?!\d)")
_JOIN = re.compile(r"[ .-]{0,3}")
_WORD = re.compile(r"[^\s\d.,:;/()\[\]\"·|&_=!?।\-]{1,16}")
_YEAR = re.compile(r"\d{4}(?!\d)")
_LEAD = re.compile(r"[,./]? *")
# `4 - 6 (كونا)`: the fourth of June in Arabic
_DASHED = re.compile(r"(\d\d?) ?- ?(\d\d?)(?= ?\()")
_GAP = re.compile(r"[.,]{0,2} +")


def at(text: str, start: int, language: str | None = None) -> Printed | None:
    """Return the day that begins at `start` of a folded text, None when none does.

    Names of months are asked in the page's `language` (BCP 47) first, then in all of them.

    >>> at("23 дек - Sputnik", 0, "ru")
    Printed(end=6, number=23, months=frozenset({12}), year=None, own=True, alone=False)
    >>> at("am 5. März 2020 in", 3, "ru")
    Printed(end=15, number=5, months=frozenset({3}), year=2020, own=False, alone=False)
    """
    found = _with_equal(text, _at(text, start, language), language)
    if found is None or not (found.months or _in_other_calendar(found)):
        return None
    if found.months and not any(
        dates.make_day(found.year or 2024, month, found.number) for month in found.months
    ):
        return None
    return _with_weekday(text, found)


def _with_equal(text: str, found: Printed | None, language: str | None) -> Printed | None:
    """`12 رجب 1446 هـ الموافق 12 يناير 2025 م`: the day in two calendars is one."""
    if found is None or found.months or not _in_other_calendar(found):
        return found
    equals = day_words.patterns().equals.match(text, found.end)
    same = _at(text, equals.end(), language) if equals else None
    if not same or not same.months:
        return found
    era = day_words.patterns().era.match(text, same.end)
    return same._replace(end=era.end()) if era else same


def _with_weekday(text: str, found: Printed) -> Printed:
    """`2021. május 5., szerda`."""
    if not text.startswith((",", ".,"), found.end):
        return found
    lead = _GAP.match(text, found.end)
    word = _WORD.match(text, lead.end()) if lead else None
    return found._replace(end=word.end()) if word and dates.is_weekday(word[0]) else found


def read_day(text: str, language: str | None, published: Day) -> str | None:
    """Return the ISO day that a printed day means: empty when its year is open, None when it is no
    day at all.

    >>> read_day("23 дек", "ru", "2021-12-23"), read_day("23 дек", "ru", None)
    ('2021-12-23', '')
    >>> read_day("29th April, 2020", "en", None), read_day("31 фев", "ru", "2021-03-01")
    ('2020-04-29', None)
    """
    folded = spans(text)[0]
    found = at(folded, 0, language)
    return found.day(published) if found and found.end == len(folded) else None


def same(printed: Printed, published: Day, within: int) -> bool:
    """Return True unless the printed year puts the day further than `within` days from the page's.

    `Berlin, November 9, 1989.` on a page of 2019 heads a chronicle.
    """
    page = _page_day(published)
    day = printed.day(published)
    if not (page and day and printed.year):
        return True
    return abs((date.fromisoformat(day) - page).days) <= within


def _in_other_calendar(found: Printed) -> bool:
    return not found.months and 1 <= found.number <= 32


def _at(text: str, start: int, language: str | None) -> Printed | None:
    char = text[start : start + 1]
    if char.isdecimal():
        return (
            (_dashed(text, start) if (language or "").startswith("ar") else None)
            or _plain(text, start, language)
            or _numeric(text, start)
            or _number_first(text, start, language)
            or _year_first(text, start, language)
            or _alone(text, start)
        )
    word = _WORD.match(text, start)
    if not word:
        return None
    if han := _HAN.match(text, start):
        return _han(han)
    if plain := _PLAIN_MONTH.match(text, start):
        months = dates.months(plain[1], language)
        if months:
            return Printed(plain.end(), int(plain[2]), months)
    if (key := fold_key(word[0])) in day_words.numbers():
        month = _month(text, _skip_blank(text, word.end()), language)
        return (
            Printed(month[0], day_words.numbers()[key], month[1], None, month[2]) if month else None
        )
    if before := day_words.patterns().before.match(text, start):
        return _number_first(text, before.end(), language)
    if dates.is_weekday(word[0]):
        lead = _GAP.match(text, word.end())
        if lead and (found := _at(text, lead.end(), language)):
            return found
    return _month_first(text, start, language)


def _plain(text: str, start: int, language: str | None) -> Printed | None:
    """`23 дек`: most days of most wires, found at a glance."""
    match = _PLAIN_DAY.match(text, start)
    months = dates.months(match[2], language) if match else None
    if not match or not months:
        return None
    return Printed(_with_stop(text, match.end(), match[2]), int(match[1]), months)


def _numeric(text: str, start: int) -> Printed | None:
    match = _NUMERIC.match(text, start)
    if not match:
        han = _HAN.match(text, start)
        return _han(han) if han else None
    year, month = match["year"] or match["year2"], int(match["month"] or match["month2"])
    # `1.50` is a number: a day needs its second full stop
    if match["mark"] == "." and match[0].count(".") < 2:
        return None
    number = int(match["number"] or match["number2"])
    # `4/5` may be a mark, so only an agency makes it a day
    own = match["mark"] != "/" or len(year or "") > 2
    full = dates.full_year(year) if year else None
    return Printed(match.end(), number, frozenset({month}), full, own)


def _dashed(text: str, start: int) -> Printed | None:
    match = _DASHED.match(text, start)
    if not match:
        return None
    return Printed(match.end(), int(match[1]), frozenset({int(match[2])}), own=False)


def _alone(text: str, start: int) -> Printed | None:
    """`MADRID, 14 (EUROPA PRESS)`: the month is the page's."""
    match = _ALONE.match(text, start)
    return Printed(match.end(), int(match[1]), _ALL_MONTHS, alone=True) if match else None


def _number_first(text: str, start: int, language: str | None) -> Printed | None:
    """`23 дек`, `30-авг.`, `22-юми август`, `3 de mayo de 2020`, `23 tháng 12`."""
    for pattern in (_PLAIN, _NUMBER):
        number = pattern.match(text, start)
        join = _JOIN.match(text, number.end()) if number else None
        if not number or not join:
            continue
        name = _month(text, _behind_of(text, join.end()), language)
        if name:
            end, months, own = name
            end, year = _year(text, end)
            return Printed(end, int(number[1]), months, year, own)
    return None


def _month_first(text: str, start: int, language: str | None) -> Printed | None:
    """`Nov. 3`, `жьҭаара 28`, `lapkričio 5 d.`, `December, 22nd`."""
    name = _month(text, start, language)
    if not name:
        return None
    end, months, own = name
    lead = _LEAD.match(text, end)
    number = _NUMBER.match(text, lead.end()) if lead else None
    if not number:
        return None
    behind = day_words.patterns().behind.match(text, number.end())
    end, year = _year(text, behind.end() if behind else number.end())
    return Printed(end, int(number[1]), months, year, own)


def _year_first(text: str, start: int, language: str | None) -> Printed | None:
    """`2021. november 5.`, `2021 m. lapkričio 5 d.`."""
    match = _YEAR.match(text, start)
    if not match or not 1900 <= int(match[0]) < 2100:
        return None
    end = _year_word(text, match.end())
    lead = _GAP.match(text, end)
    found = _month_first(text, lead.end(), language) if lead else None
    return Printed(found.end, found.number, found.months, int(match[0])) if found else None


def _behind_of(text: str, start: int) -> int:
    """Return where the month begins behind `de`, `of` or `d'`."""
    match = day_words.patterns().of.match(text, start)
    return match.end() if match else start


def _month(text: str, start: int, language: str | None) -> tuple[int, frozenset[int], bool] | None:
    """Return where a month's name ends, which it may be, and whether the language has it."""
    first = _WORD.match(text, start)
    if not first:
        return None
    if numbered := day_words.patterns().numbered.match(text, start):
        return numbered.end(), frozenset({int(numbered[1])}), True
    ends = [first.end()]
    if text[first.end() : first.end() + 1] == "." and (more := _WORD.match(text, first.end() + 1)):
        ends = [first.end(), more.end()]  # `ม.ค.`
    # `арван нэгдүгээр сар`, `كانون الثاني`
    while len(ends) < 3 and text[ends[-1] : ends[-1] + 1] == " ":
        more = _WORD.match(text, ends[-1] + 1)
        if not more:
            break
        ends.append(more.end())
    for end in reversed(ends):
        name = text[start:end]
        own = dates.months(name, language)
        months = own or dates.months(name)
        if months or fold_key(name) in day_words.other_months():
            end = _behind_second_name(text, _with_stop(text, end, name), months)
            return end, months, bool(own) or not months
    return None


def _behind_second_name(text: str, end: int, months: frozenset[int]) -> int:
    """`4 مارس آذار`: agencies print both Arabic names of a month."""
    second = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    again = second and months and dates.months(second[0]) & months
    return second.end() if second and again else end


def _with_stop(text: str, end: int, name: str) -> int:
    """Return the end of a month's name with the full stop of an abbreviation."""
    return end + 1 if text[end : end + 1] == "." and _is_short(fold_key(name)) else end


@functools.lru_cache(maxsize=1024)
def _is_short(key: str) -> bool:
    """Return True if some language has a longer name that begins like this one."""
    return any(name != key and name.startswith(key) for name in dates.names_of_months())


def _year(text: str, start: int) -> tuple[int, int | None]:
    """Return where a day ends with its year, and the year, if one is printed behind it."""
    lead = _LEAD.match(text, start)
    begin = _behind_of(text, lead.end()) if lead else start
    match = _YEAR.match(text, begin)
    if not match or begin == start or not 1900 <= int(match[0]) < 2100:
        return start, None
    return _year_word(text, match.end()), int(match[0])


def _year_word(text: str, start: int) -> int:
    match = day_words.patterns().year.match(text, start)
    return match.end() if match else start


def _han(match: re.Match[str]) -> Printed:
    months = [_han_number(match[2])] if match[2] else range(1, 13)
    year = int(match[1]) if match[1] else None
    return Printed(match.end(), _han_number(match[3]), frozenset(months), year)


def _han_number(text: str) -> int:
    """Return the value of `5`, `13`, `十三` or `二十一`."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digits = "〇一二三四五六七八九"
    return (digits.find(tens) if tens else 1) * 10 * bool(ten) + (digits.find(ones) if ones else 0)


def _skip_blank(text: str, start: int) -> int:
    return start + text.startswith(" ", start)
