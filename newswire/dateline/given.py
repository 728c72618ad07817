"""Which day or instant does a date given as data mean? JSON-LD, meta, microdata, `datetime`, feeds.

Data should be ISO 8601, and is also RFC 822, a number of seconds, what `Date.toString` prints, or
a placeholder. What is read is a day, or an instant with its own offset (see `dates.py`); a zone, a
year or an order of day and month that nobody states is never made up.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jdatetime

from newswire.dateline import dates, days
from newswire.text.folding import spans

# the first page of the web; what is older is a placeholder: 0001-01-01, 1970-01-01
FIRST = date(1991, 8, 6)
# longer than any date, with the name of its zone in words
MAX_LENGTH = 100
MAX_DEPTH = 4
# digits of a count since 1970 -> its units in a second
_UNITS = {9: 1, 10: 1, 12: 1_000, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
# RFC 822, 5.1, without CST and CDT, which are also China's and Cuba's; and the wire's own
_ZONES: dict[str, int | str] = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT"), 0),
    "EST": -5,
    "EDT": -4,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "MSK": "Europe/Moscow",
}
# calendars of RFC 9557 (`[u-ca=persian]`), and the languages whose pages write their years
_CALENDARS = {"fa": "persian", "prs": "persian", "ps": "persian", "th": "buddhist"}
_JALALI, _BUDDHIST = range(1300, 1500), re.compile(r"(?<!\d)2[56]\d\d(?!\d)")
_BUDDHA = 543  # years

_OFFSET = r"(?:UTC|GMT)?\s?[+-]\s?\d{1,2}(?::?\d\d)?(?::00)?Z?"
# `2023-11-14T13:00:00 03:00`: a `+` that an address has made a blank
_TIME = rf"""
    (?P<hour> \d{{1,2}}) (?: (?P<colon> :?) (?P<minute> \d\d)
      (?: (?P=colon) (?P<second> \d\d) (?: [.,]\d+ )? )? )
    (?: \s?(?P<half> [ap])\.?m\b\.? )?
    (?: \s?(?P<zone> {_OFFSET} | [A-Z]{{1,4}}\b ) | \s(?P<eaten> \d\d:\d\d) )?
"""
_ISO = re.compile(
    rf"""
    (?P<year> \d{{4}}) (?: (?P<sep> [-/.]) (?P<month> \d{{1,2}}) (?P=sep) (?P<day> \d{{1,2}})
      | (?P<month2> \d\d) (?P<day2> \d\d) )
    (?: (?: T | ,?\s | (?<=\d{{8}}) ) {_TIME} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# as most pages write it (RFC 3339)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT[01]\d:[0-5]\d(?::[0-5]\d)?[+-](?:0\d|1[0-3]):?[0-5]\d", re.ASCII
)
# ISO 8601: week and day of it, day of the year
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?(\d)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})")
# `2023年11月14日`, `2023년 11월 14일`
_CHARACTERS = re.compile(r"(?<=\d)\s?[年月년월]\s?(?=\d)")
_CLOCK = re.compile(rf"(?<![\d:.]) (?=\d{{1,2}}:) {_TIME} (?![\d:])", re.VERBOSE | re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
# `2023. 11. 14.`
_SPACED = re.compile(r"(\d{4})\. (\d{1,2})\. (\d{1,2})\b\.?")
_YEAR_FIRST = re.compile(r"(?<![\w.:/-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_BEGINNING = re.compile(r"(?<![\w.:/-])\w")
# `(Moscow Standard Time)`, `[Europe/Moscow][u-ca=persian]`
_COMMENT = re.compile(r"\s*\([^()]*\)$")
_SUFFIX = re.compile(r"\s*\[!?([\w/+=-]+)\]$")
# `/Date(1699956000000+0300)/`
_DOTNET = re.compile(r"\\?/Date\((\d+)(?:[+-]\d{4})?\)\\?/")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_FILLERS = frozenset({"at", "of", "de", "г", "года", "st", "nd", "rd", "th"})


def moment(
    value: Any, *, language: str | None = None, zone: str | None = None, until: date | None = None
) -> str | None:
    """Return the day or the instant that a date of a page's data means; None for anything else.

    Args:
        value: a text, a number of seconds or milliseconds, or what JSON-LD makes of them: a list,
            of which the first date counts, or an object with `@value`.
        language: of the page, BCP 47; it names the months, and Jalali or Buddhist years are
            converted where it writes them.
        zone: where a time without an offset was written (IANA name), if known.
        until: the last day that can be meant; by default tomorrow.

    >>> moment(1699956000000), moment("Tue Nov 14 2023 13:00:00 GMT+0300 (Moscow Standard Time)")
    ('2023-11-14T10:00:00+00:00', '2023-11-14T13:00:00+03:00')
    >>> moment("14/11/2023"), moment("11/12/2023"), moment("1970-01-01T00:00:00Z")
    ('2023-11-14', None, None)
    >>> moment("1402-08-23", language="fa"), moment("1402-08-23", language="en")
    ('2023-11-14', None)
    """
    found = _found(value, language, zone, MAX_DEPTH)
    if found is None or not is_plausible(found, until):
        return None
    whole = isinstance(found, datetime) and found.tzinfo is not None
    return found.isoformat(timespec="seconds") if whole else found.isoformat()[:10]  # type: ignore[call-arg]


def last_day(fetched: str | None) -> date | None:
    """Return the last day that a page fetched then (ISO 8601, UTC) can speak of: the next one."""
    day = dates.day(fetched)
    return day + timedelta(days=1) if day and is_plausible(day) else None


def is_plausible(value: date | str | None, until: date | None = None) -> bool:
    """Return whether a page of the web can be of that day; `until` as for `moment`."""
    day = dates.day(value)
    if day is None or day < FIRST:
        return False
    return day <= (until or datetime.now(UTC).date() + timedelta(days=1))


def _found(value: Any, language: str | None, zone: str | None, depth: int) -> date | None:
    if not depth or isinstance(value, bool):
        return None
    if isinstance(value, dict):
        return _found(value.get("@value"), language, zone, depth - 1)
    if isinstance(value, list):
        found = (_found(each, language, zone, depth - 1) for each in value[:5])
        return next((each for each in found if each), None)
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) else ""
    if not isinstance(value, (int, str)):
        return None
    text = _plain(str(value)) if len(str(value)) <= MAX_LENGTH else ""
    return _read(text, language, zone)


# a page says the same moment in several places
@lru_cache(maxsize=256)
def _read(text: str, language: str | None, zone: str | None) -> date | None:
    try:
        if _INSTANT.fullmatch(text) and _calendar(language) is None:
            return datetime.fromisoformat(text)
        return _epoch(text) or _written(text, language, zone)
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    """Return `text` with ASCII digits and signs, and single blanks.

    >>> _plain(" ۲۰۲۳-۱۱-۱۴T۱۰:۰۰ − ")
    '2023-11-14T10:00 -'
    """
    if not text.isascii():
        text = _ascii(text)
    return " ".join(text.split()).strip("\"' ")


def _ascii(text: str) -> str:
    digits = (str(unicodedata.decimal(c, c)) for c in text.replace("\u2212", "-"))
    return "".join(c for c in digits if unicodedata.category(c) != "Cf")


def _epoch(text: str) -> datetime | None:
    """Return the instant of a count since 1970; 12 digits may be a day and a time instead."""
    if found := _DOTNET.fullmatch(text):
        text = found[1]
    number, _, rest = text.partition(".")
    unit = _UNITS.get(len(number)) if number.isdigit() and (rest or "0").isdigit() else None
    if unit is None or (len(number) == 12 and _ISO.fullmatch(number)):
        return None
    return datetime.fromtimestamp(int(number) // unit, UTC)


class _Clock(NamedTuple):
    """A time of a day; `days` more, since a day may be written to end at 24:00."""

    at: time
    zone: timezone | ZoneInfo | None
    days: int = 0
    seconds: int = 0


def _calendar(language: str | None) -> str | None:
    return _CALENDARS.get((language or "").split("-")[0].lower())


def _written(text: str, language: str | None, zone: str | None) -> date | None:
    """Return the day or the time that a text is, without a zone where none is known."""
    calendar = _calendar(language)
    named = None
    while found := _SUFFIX.search(text):
        key, _, tag = found[1].rpartition("=")
        if key == "u-ca":
            calendar = tag
        elif not key:
            named = tag
        text = text[: found.start()]
    text = _COMMENT.sub("", text)
    text = _CHARACTERS.sub("-", text).replace("日", "").replace("일", "")
    text = _SPACED.sub(r"\1-\2-\3", text)
    if calendar == "buddhist":
        text = _BUDDHIST.sub(lambda year: str(int(year[0]) - _BUDDHA), text)
    if found := _WEEK.fullmatch(text):
        return date.fromisocalendar(*map(int, found.groups()))
    if found := _ORDINAL.fullmatch(text):
        return datetime.strptime("".join(found.groups()), "%Y%j").date()  # noqa: DTZ007
    if found := _ISO.fullmatch(text):
        day = _day(int(found["year"]), *_pair(found), calendar)
    else:
        found = _CLOCK.search(text)
        rest = f"{text[: found.start()]} {text[found.end() :]}" if found else text
        day = _numbers(rest.strip(" ,")) or _words(rest, language)
    if day is None:
        return _inside(text, language)
    clock = _clock(found) if found and found["hour"] else None
    if clock is None:
        return day
    whole = datetime.combine(day, clock.at, clock.zone or _zone(named) or _zone(zone))
    whole += timedelta(days=clock.days, seconds=clock.seconds)
    return whole if whole.tzinfo else whole.date()


def _pair(found: re.Match[str]) -> tuple[int, int]:
    return int(found["month"] or found["month2"]), int(found["day"] or found["day2"])


def _day(year: int, month: int, number: int, calendar: str | None = None) -> date | None:
    if calendar == "persian" and year in _JALALI:
        converted: date = jdatetime.date(year, month, number).togregorian()
        return converted
    return dates.make_day(year, month, number)


def _numbers(text: str) -> date | None:
    """Return `14.11.2023` as a day; with other signs only where the order is plain."""
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] != "." and first <= 12 and second <= 12 and first != second:
        return None
    return _day(year, second, first) or (_day(year, first, second) if found[2] != "." else None)


def _words(text: str, language: str | None) -> date | None:
    """Return `Tue, 14 Nov 2023`, `November 14, 2023` as a day: nothing else may be there."""
    month, numbers = 0, []
    for word in _WORD.findall(text):
        if word.isdigit():
            numbers.append(word)
        elif word.lower() in _FILLERS or dates.is_weekday(word):
            continue
        elif len(named := dates.months(word, language) or dates.months(word)) == 1 and not month:
            (month,) = named
        else:
            return None
    if not month or len(numbers) != 2:
        return None
    year, number = sorted(numbers, key=len, reverse=True)
    if len(year) == 2:  # RFC 850: `14-Nov-23`
        number, year = numbers
    return _day(dates.full_year(year), month, int(number)) if len(year) in (2, 4) else None


def _inside(text: str, language: str | None) -> date | None:
    """Return the one day that stands in a text among other words: `Published: 14 November 2023`."""
    folded = spans(text)[0]
    written = (map(int, day.group(1, 3, 4)) for day in _YEAR_FIRST.finditer(folded))
    found = {dates.make_day(*day) for day in written}
    for start in _BEGINNING.finditer(folded):
        printed = days.at(folded, start.start(), language)
        if not printed or not printed.year:
            continue
        if "/" in (said := folded[start.start() : printed.end]):
            # `11/12/2023` is either of two days
            found.add(_numbers(said))
        else:
            found |= {dates.make_day(printed.year, m, printed.number) for m in printed.months}
    return found.pop() if len(found) == 1 else None


def _clock(found: re.Match[str]) -> _Clock:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    zone = _zone(f"+{found['eaten']}" if found["eaten"] else found["zone"])
    if (hour, minute, second) == (24, 0, 0):
        return _Clock(time(0), zone, days=1)
    # the 60th second, of a leap or of a counter from 1, begins the next minute
    return _Clock(time(hour, minute, second % 60), zone, seconds=60 * (second == 60))


def _zone(text: str | None) -> timezone | ZoneInfo | None:
    """Return the zone of `+03:00`, `GMT+3`, `MSK`, `Europe/Moscow`; None when it is unknown."""
    if not text:
        return None
    bare = text.upper().replace(" ", "")
    known = _ZONES.get(bare)
    if isinstance(known, int):
        return timezone(timedelta(hours=known)) if known else UTC
    if found := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?(?::00)?Z?", bare):
        span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-span if found[1] == "-" else span) if span <= timedelta(hours=14) else None
    try:
        return ZoneInfo(known or text) if known or "/" in text else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
