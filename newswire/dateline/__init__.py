"""Does a paragraph begin with a dateline, and what does it say?

A head is recognised whole or not touched at all: every form of `rules/datelines.toml` accounts for
each character of it, and agencies come from a registry, never from a wildcard.

Cyrillic, with the year from the page's own date, here on both sides of New Year:

>>> text = "ДУШАНБЕ, 31 дек — Sputnik. Столица готовится к празднику."
>>> head = parse(text, language="ru", published="2022-01-01")
>>> head.raw, head.date, head.agency
('ДУШАНБЕ, 31 дек — Sputnik.', '2021-12-31', 'Sputnik')
>>> head.places
[Place(printed='ДУШАНБЕ', name='Душанбе', country='TJ', geonames_id=1221874)]
>>> cut(text, head)
'Столица готовится к празднику.'

Latin, with two cities and no date:

>>> head = parse("VIENNA/GENEVA (Reuters) - Talks went on for a second day.")
>>> [place.name for place in head.places], head.date
(['Vienna', 'Geneva'], None)

Armenian, Arabic and Chinese:

>>> parse("ԵՐԵՎԱՆ, 7 մարտի – Sputnik. Այսօր տեղի կունենա հավաք։").places[0].name
'Երևան'
>>> parse("موسكو - سبوتنيك. بدأت اليوم أعمال المؤتمر الدولي.").places[0].country
'RU'
>>> head = parse("新华社北京3月8日电（记者李明）会议今天开幕。", published="2024-03-08")
>>> head.date, head.places[0].printed, head.byline
('2024-03-08', '北京', '李明')

No dateline, however alike:

>>> parse("4 октября в Душанбе откроется выставка, сообщает Sputnik.") is None
True
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from newswire.dateline import dates, grammar, places
from newswire.dateline.dates import Day
from newswire.items import Dateline
from newswire.text.folding import fold_key, spans

# From this confidence on a head is cut from the text; below, it is only noted.
CUT = 0.75
# The longest head of the gold set has 85 characters.
LONGEST = 150
WINDOW = LONGEST + 50

# A head in small letters (a data set, a text-transform) must have everything else right.
_LOWER_CASE = 0.90
# `Имя Фамилия (ТАСС) - `: without a day, an unknown name in small letters may be a person.
_UNKNOWN_NAME = 0.70


def parse(
    paragraph: str,
    *,
    language: str | None = None,
    wire: str | None = None,
    published: Day = None,
    country: str | None = None,
) -> Dateline | None:
    """Return the dateline at the head of a story's first paragraph, None when there is none.

    `language` (BCP 47) chooses the names of months; without it all are asked. `published` is the
    page's own day, or an ISO date or date-time in the edition's zone: it gives the year, and is
    never overridden. `country` (ISO 3166-1 alpha-2) is the edition's home, and `wire` (an agency's
    name) the publisher: they settle which of several cities of one name is meant.
    """
    head = paragraph[:WINDOW]
    folded, offsets = spans(head)
    masked = grammar.mask(folded)
    for form in grammar.candidates(masked):
        if form.languages and (language or "").split("-")[0] not in form.languages:
            continue
        match = form.pattern.match(masked)
        if match and match.end() <= LONGEST:
            reading = _Reading(form, match, head, folded, offsets)
            dateline = reading.dateline(language, published, country, wire)
            if dateline:
                return dateline
    return None


def cut(paragraph: str, dateline: Dateline) -> str:
    """Return the paragraph without its dateline, or all of it when the dateline is too unsure.

    >>> text = "МОСКВА, 3 янв - РИА Новости. Снег."
    >>> cut(text, parse(text))
    'Снег.'
    """
    if dateline.confidence < CUT or not paragraph.startswith(dateline.raw):
        return paragraph
    return paragraph[len(dateline.raw) :].lstrip()


@dataclass(slots=True)
class _Reading:
    """A match of a form, still to be judged."""

    form: grammar.Form
    match: re.Match[str]
    head: str
    folded: str
    offsets: Sequence[int]

    def dateline(
        self, language: str | None, published: Day, country: str | None, wire: str | None
    ) -> Dateline | None:
        """Return what the match says, None when a slot holds something else than it should."""
        day, agency, byline = self._text("date"), self._text("agency"), self._text("byline")
        lower = self.folded[: self.match.end()].islower()
        names = self._places()
        if (
            (lower and not (day and agency))
            or not _are_places(names, lower)
            or (agency and not (lower or grammar.spelled(spans(agency)[0])))
            or (byline and not (lower or _is_name(byline)))
        ):
            return None
        confidence = self._confidence(names, lower, bool(day))
        found = read_day(day, language, published) if day else ""
        if found is None or not confidence:
            return None
        entry = grammar.agency(agency or wire or "")
        if agency and entry is None:
            return None
        home = entry.country if entry else None
        return Dateline(
            raw=self.head[: self.offsets[self.match.end()]].rstrip(),
            places=[places.resolve(name, country=country, home=home) for name in names],
            date=found or None,
            date_printed=day,
            agency=agency,
            byline=byline,
            confidence=confidence,
            rule=self.form.id,
        )

    def _span(self, slot: str) -> tuple[int, int] | None:
        """Return where the slot stands in the folded text; a form may have it more than once."""
        for name in self.match.re.groupindex:
            if name.rstrip("123456789") == slot and self.match[name]:
                return self.match.span(name)
        return None

    def _text(self, slot: str) -> str | None:
        """Return what is printed in the slot."""
        span = self._span(slot)
        return self._printed(*span) if span else None

    def _printed(self, start: int, end: int) -> str:
        """Return the original text of a span; `raw` keeps its blanks, a name has ordinary ones."""
        text = self.head[self.offsets[start] : self.offsets[end]]
        return _TYPOGRAPHIC_BLANK.sub(" ", text).strip()

    def _places(self) -> list[str]:
        """Return the places as printed: `BEIRUT/THE HAGUE` are two, `Frankfurt/Main` is one."""
        span = self._span("places")
        if not span:
            return []
        whole = self._printed(*span)
        if places.is_exception(whole):
            return [whole]
        start, end = span
        found = []
        for separator in _SEPARATOR.finditer(self.match.string, start, end):
            found.append(self._printed(start, separator.start()))
            start = separator.end()
        found.append(self._printed(start, end))
        return [_without_stop(name) for name in found]

    def _confidence(self, names: list[str], lower: bool, dated: bool) -> float:
        """Return the form's confidence, less for an unlikely place, 0 for an impossible one."""
        known = all(map(places.known, names))
        if self.form.known and not all(map(places.qualified, names)):
            return 0.0
        if known:
            return _LOWER_CASE if lower else self.form.confidence
        if self.form.known or lower:
            return 0.0
        small = any(char.islower() for name in names for char in places.split(name)[0])
        return _UNKNOWN_NAME if small and not dated else self.form.confidence


_TYPOGRAPHIC_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_SEPARATOR = re.compile(" ?[/;] ?| - ")


def _without_stop(name: str) -> str:
    """Return `ТОШКЕНТ` for `ТОШКЕНТ.`, but `SANTA FE, N.M.` as it is."""
    return name[:-1] if re.fullmatch(r"[^,.()]{4,}\.", name) else name


def _capital(word: str) -> bool:
    """Tell whether a word begins with a capital, or is in a script that has none."""
    letter = next((char for char in word if char.isalpha()), "")
    caseless = not letter.islower() or "ა" <= letter <= "ჿ"
    return caseless or any(char.isupper() for char in word)


def _is_name(text: str) -> bool:
    """Tell whether every word begins with a capital, small words (`de`, `на`) apart."""
    parts = [part for part in re.split(r"[\s,]+", text) if part]
    return any(map(_capital, parts)) and all(
        _capital(part) or fold_key(part) in grammar.words("small") for part in parts
    )


def _are_places(names: Sequence[str], lower: bool) -> bool:
    for name in names:
        city, _ = places.split(name)
        key = fold_key(city)
        if not key or key in grammar.words("stop") or dates.months(city):
            return False
        # Душанбе is a city, and Monday in Tajik
        if dates.is_weekday(city) and not places.known(city):
            return False
        if not (lower or _is_name(city)):
            return False
    return True


# --- the day -------------------------------------------------------------------------------------

_NUMERIC = re.compile(r"(\d\d?)[./](\d\d?)\.?(\d{4})?|(\d{4})-(\d\d)-(\d\d)")
_CJK = re.compile(r"(?:(\d{4})年)?(?:([\d一二三四五六七八九十]+)月)?([\d一二三四五六七八九十]+)日")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d\d?)(?:st|nd|rd|th|er|[ºª])?(?!\d)")
_WORD = re.compile(r"[^\W\d_][^\s\d.,:/-]*")


def read_day(text: str, language: str | None, published: Day) -> str | None:
    """Return the ISO day that a printed day means: empty when its year is open, None when it is no
    day at all.

    >>> read_day("23 дек", "ru", "2021-12-23"), read_day("23 дек", "ru", None)
    ('2021-12-23', '')
    >>> read_day("29th April, 2020", "en", None), read_day("31 фев", "ru", "2021-03-01")
    ('2020-04-29', None)
    """
    folded = spans(text)[0]
    year, months, number = _parts(folded, language)
    real = [month for month in months if dates.make_day(2024, month, number)]
    if not real:
        return None
    if year:
        days = {dates.make_day(year, month, number) for month in real}
        return _only(days) or None
    return _only({dates.resolve_year(number, month, published) for month in real})


def _only(days: set[date | None]) -> str:
    found = [day for day in days if day]
    return found[0].isoformat() if len(found) == 1 else ""


def _parts(text: str, language: str | None) -> tuple[int | None, Sequence[int], int]:
    """Return the year if it is printed, the months that may be meant, and the day of the month."""
    if match := _NUMERIC.fullmatch(text):
        year, month, number = match[3] or match[4], match[2] or match[5], match[1] or match[6]
        return int(year) if year else None, [int(month)], int(number)
    if match := _CJK.fullmatch(text):
        months = [_han_number(match[2])] if match[2] else range(1, 13)
        return int(match[1]) if match[1] else None, months, _han_number(match[3])
    return _named_parts(text, language)


def _named_parts(text: str, language: str | None) -> tuple[int | None, Sequence[int], int]:
    year = _YEAR.search(text)
    rest = _YEAR.sub("", text)
    # Vietnamese months are numbers: `7 tháng 11`
    numbered = re.search(r"(?:tháng|thg) \d\d?", rest, re.IGNORECASE)
    number = _DAY.search(rest.replace(numbered[0], "") if numbered else rest)
    words = _WORD.findall(_DAY.sub(" ", rest))
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    for name in [numbered[0]] if numbered else [*pairs, *reversed(words)]:
        if months := dates.months(name, language):
            others = set(words) - set(name.split())
            plain = all(dates.is_weekday(w) or w.lower() in grammar.words("date") for w in others)
            if number and plain:
                return int(year[0]) if year else None, sorted(months), int(number[1])
    return None, [], 0


def _han_number(text: str) -> int:
    """Return the value of `5`, `13`, `十三` or `二十一`."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digits = "〇一二三四五六七八九"
    return (digits.find(tens) if tens else 1) * 10 * bool(ten) + (digits.find(ones) if ones else 0)
