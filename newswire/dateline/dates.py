"""Which day, or which instant, does a page mean? Never a made-up midnight, year or zone.

A value is either an instant, `2021-12-23T10:36:00+05:00` (RFC 3339 with seconds and offset), or a
day, `2021-12-23`. A time without a zone is no instant, so only its day is kept.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from newswire import rules
from newswire.text.folding import fold_key

Day = date | datetime | str | None

# A dateline is written on the page's day, up to three days before it (weekend, corrected text), or
# on the next day (east of the page's zone): all 147 dated heads of a hand-made gold set.
EARLIEST, LATEST = -3, 1

# Editions whose second language is Russian fall back to it, all to English; never to a union of
# languages, where `listopad` would be October (hr) and November (cs).
_RUSSIAN_SECOND = frozenset(
    ["ab", "az", "be", "et", "hy", "ka", "kk", "ky", "lt", "lv", "os", "ro", "tg", "tk", "uk", "uz"]
)


# --- words ---------------------------------------------------------------------------------------

# letters of a month's shortened name, at least
_SHORTEST = 3


@functools.cache
def _calendar() -> dict[str, tuple[dict[str, int], frozenset[str]]]:
    """Return month numbers by folded name, and folded weekdays, for each language."""
    return {
        language: (
            {name: n for n, names in enumerate(table["months"], 1) for name in names},
            frozenset(table["weekdays"]),
        )
        for language, table in rules.read("months.toml").items()
    }


def all_languages() -> list[str]:
    """Return the languages (ISO 639) whose months are known."""
    return list(_calendar())


@functools.cache
def names_of_months() -> frozenset[str]:
    """Return the folded names of months of all languages."""
    return frozenset(name for months, _ in _calendar().values() for name in months)


@functools.cache
def names_of_weekdays() -> frozenset[str]:
    """Return the folded names of weekdays of all languages."""
    return frozenset(name for _, weekdays in _calendar().values() for name in weekdays)


def month_names(language: str) -> list[list[str]]:
    """Return the twelve lists of folded names that a language has for its months."""
    table = _calendar()[language][0]
    return [[name for name, number in table.items() if number == n] for n in range(1, 13)]


def languages(language: str | None) -> Iterator[str]:
    """Return the languages whose month names a page of `language` (BCP 47) may print, in order.

    >>> list(languages("tg-Cyrl")), list(languages("ru"))
    (['tg', 'ru', 'en'], ['ru', 'en'])
    """
    first = (language or "").replace("_", "-").split("-")[0].lower()
    chain = [first, *(["ru"] if first in _RUSSIAN_SECOND else []), "en"]
    return (name for name in dict.fromkeys(chain) if name in _calendar())


@functools.lru_cache(maxsize=1024)
def months(name: str, language: str | None = None) -> frozenset[int]:
    """Return the numbers (1-12) of the months that `name` may mean; empty when it is no month.

    Without a language all are asked, and a name such as `listopad` means two months. With one, a
    shortened name will do: each paper has its own.

    >>> sorted(months("дек", "ru")), sorted(months("ЦӘЫББРА", "ab")), sorted(months("listopad"))
    ([12], [9], [10, 11])
    """
    key = fold_key(name).strip(" .")
    if language:
        for code in languages(language):
            if number := _calendar()[code][0].get(key) or _shortened(key, code):
                return frozenset({number})
        return frozenset()
    return frozenset(table[key] for table, _ in _calendar().values() if key in table)


def _shortened(key: str, code: str) -> int | None:
    """Return the one month of a language that a folded word shortens, as in `fév.` and `sett.`"""
    if len(key) < _SHORTEST:
        return None
    numbers = {n for name, n in _calendar()[code][0].items() if name.startswith(key)}
    return numbers.pop() if len(numbers) == 1 else None


@functools.lru_cache(maxsize=1024)
def is_weekday(name: str) -> bool:
    """Return True if `name` is a weekday in any language of the table."""
    return fold_key(name).strip(" .") in names_of_weekdays()


# --- days ----------------------------------------------------------------------------------------


def day(value: Day) -> date | None:
    """Return the calendar day of `value` as it is written there, None when it is no date."""
    if isinstance(value, datetime):
        return value.date()
    return _day_of(value) if isinstance(value, str) else value


@functools.lru_cache(maxsize=256)  # the few of one page are asked for again and again
def _day_of(text: str) -> date | None:
    return date.fromisoformat(text.strip()[:10]) if normalise(text) else None


def make_day(year: int, month: int, number: int) -> date | None:
    """Return the day, None if it does not exist (2021-02-30)."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def full_year(digits: str) -> int:
    """Return the year of four digits, or of two digits, which RFC 2822 (4.3) parts at 50.

    >>> full_year("25"), full_year("98"), full_year("1998")
    (2025, 1998, 1998)
    """
    year = int(digits)
    return year if len(digits) != 2 else year + (2000 if year < 50 else 1900)


def resolve_year(number: int, month: int, published: Day) -> date | None:
    """Return the day `number`.`month` of the year that brings it nearest to the page's own date.

    None when that is out of reach (`EARLIEST` to `LATEST` days), or without a page date.

    >>> resolve_year(31, 12, "2022-01-01"), resolve_year(1, 1, "2021-12-31")
    (datetime.date(2021, 12, 31), datetime.date(2022, 1, 1))
    >>> resolve_year(29, 2, "2024-03-01"), resolve_year(29, 2, "2023-03-01")
    (datetime.date(2024, 2, 29), None)
    """
    page = day(published)
    if page is None:
        return None
    for year in (page.year, page.year - 1, page.year + 1):
        found = make_day(year, month, number)
        if found and EARLIEST <= (found - page).days <= LATEST:
            return found
    return None


# The day archive and the article: `/20211223/`, and `/202004281079127690-slug/` with the article id
# behind the eight digits (SPUTNIK.md: generation B); other sites: `/2021/12/23/`.
_URL_DAY = re.compile(r"/((?:19|20)\d\d)(/?)(\d\d)\2(\d\d)(?=\d*(?:[/?#.-]|$))")


def day_of_url(url: str | None) -> str | None:
    """Return the day that stands in the path of a URL.

    >>> day_of_url("https://tj.sputniknews.ru/20211223/putin-1044420155.html")
    '2021-12-23'
    >>> day_of_url("https://sputniknews.com/radio/202004281079127690-some-slug/")
    '2020-04-28'
    >>> day_of_url("https://sputniknews.com/radio/20201399-slug/") is None
    True
    """
    for match in _URL_DAY.finditer(url or ""):
        if found := make_day(int(match[1]), int(match[3]), int(match[4])):
            return found.isoformat()
    return None


# --- instants ------------------------------------------------------------------------------------

_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)


def normalise(text: str | None, zone: str | None = None) -> str | None:
    """Return an ISO date or date-time, as pages print them, in the form of this module.

    `zone` (IANA name) is where a time without an offset was printed, if the caller knows.

    >>> normalise("2024-11-01T18:20+0100"), normalise("2020-04-28T22:57:38.000Z")
    ('2024-11-01T18:20:00+01:00', '2020-04-28T22:57:38+00:00')
    >>> normalise("2019-11-18T21:17"), normalise("2019-11-18T21:17", "Asia/Dushanbe")
    ('2019-11-18', '2019-11-18T21:17:00+05:00')
    >>> normalise("2021-02-30") is None
    True
    """
    match = _ISO.fullmatch((text or "").strip())
    if not match:
        return None
    offset = (match["zone"] or "").upper()
    if offset and offset != "Z" and len(offset) == 3:
        offset += ":00"
    try:
        found = datetime.fromisoformat(f"{match['day']}T{match['time'] or '00:00'}{offset}")
    except ValueError:
        return None
    return _iso(found, zone if match["time"] else None)


def _iso(found: datetime, zone: str | None) -> str:
    """Return an instant when the zone is known, else the day."""
    if found.tzinfo is None and zone:
        found = found.replace(tzinfo=ZoneInfo(zone))
    return found.isoformat(timespec="seconds") if found.tzinfo else found.date().isoformat()


def local_day(value: str | None, zone: str | None) -> str | None:
    """Return the calendar day of an instant in `zone` (IANA name), or a day as it is.

    >>> local_day("2021-12-22T21:30:00+00:00", "Asia/Dushanbe")
    '2021-12-23'
    >>> local_day("2021-12-22", "Asia/Dushanbe")
    '2021-12-22'
    """
    iso = normalise(value)
    if iso is None or len(iso) == 10 or zone is None:
        return iso and iso[:10]
    return datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)).date().isoformat()


# --- printed date lines --------------------------------------------------------------------------


class Printed(NamedTuple):
    """The date line of a page: both values in the form of this module."""

    published: str
    modified: str | None


_UTC = r"(?:GMT|UTC)"
_DAY = r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>(?:19|20)\d\d)(?!\d|\.\d)"
_TIME = rf"(?:(?P<u1>{_UTC})\s*)?(?P<time>\d\d?:\d\d)\s*(?P<u2>{_UTC})?,?\s+"
_STAMP = re.compile(rf"(?<![\d.:])(?:{_TIME})?{_DAY}(?:\s*(?P<u3>{_UTC})\b)?")
# `(updated 11:14 GMT 29.04.2020)`: in any language, a word or two and a colon or none
_UPDATED = re.compile(r"\(\s*[^\W\d][^\d()]{0,40}?(?P<stamp>[^()]{10,30})\)")


def printed(text: str, zone: str | None = None) -> Printed | None:
    """Return what a printed date line says; None when the text is anything else.

    A time becomes an instant only when GMT stands with it, or when `zone` (IANA name) says where
    it was printed.

    >>> printed("22:57  GMT 28.04.2020 (updated 11:14  GMT 29.04.2020)")
    Printed(published='2020-04-28T22:57:00+00:00', modified='2020-04-29T11:14:00+00:00')
    >>> printed("13:04 07.11.2025 (обновлено: 13:10 07.11.2025)", "Asia/Tashkent").modified
    '2025-11-07T13:10:00+05:00'
    >>> printed("13:04 07.11.2025"), printed("99.99.2025"), printed("07.11.2025, Sputnik")
    (Printed(published='2025-11-07', modified=None), None, None)
    """
    line = text.strip()
    first = _STAMP.match(line)
    published = first and _stamp(first, zone)
    if not first or not published:
        return None
    rest = line[first.end() :].strip()
    update = _UPDATED.fullmatch(rest)
    second = _STAMP.search(update["stamp"]) if update else None
    if rest and not second:
        return None
    return Printed(published, _stamp(second, zone) if second else None)


def printed_days(text: str) -> list[str]:
    """Return each valid day that is printed as `DD.MM.YYYY` in the text (captions, microdata).

    >>> printed_days("Саммит - Sputnik Таджикистан, 1920, 23.12.2021")
    ['2021-12-23']
    """
    found = (_stamp(match, None) for match in _STAMP.finditer(text))
    return [stamp[:10] for stamp in found if stamp]


def _stamp(match: re.Match[str], zone: str | None) -> str | None:
    found = make_day(int(match["year"]), int(match["month"]), int(match["day"]))
    if found is None:
        return None
    if not match["time"]:
        return found.isoformat()
    utc = match["u1"] or match["u2"] or match["u3"]
    hour, minute = map(int, match["time"].split(":"))
    if hour > 23 or minute > 59:
        return found.isoformat()
    at = datetime(found.year, found.month, found.day, hour, minute)  # noqa: DTZ001
    return _iso(at.replace(tzinfo=UTC) if utc else at, zone)
