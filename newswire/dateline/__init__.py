"""Does a paragraph begin with a dateline, and what does it say?

A head is recognised whole or not touched at all: its parts are found one by one (`recognise`), and
a form of `rules/datelines.toml` must account for all of them. An agency comes from the registry, or
has the shape of one where the place is known as well.

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
from collections.abc import Collection

from newswire.dateline import dates, days, given, grammar, places
from newswire.dateline.dates import Day
from newswire.dateline.days import read_day
from newswire.dateline.matching import LONGEST, OPENING, Match, Span, matches, may_begin
from newswire.items import Dateline
from newswire.text.folding import fold_key, spans

__all__ = ["CUT", "WINDOW", "cut", "parse", "read_day"]

# From this confidence on a head is cut from the text; below, it is only noted.
CUT = 0.75
WINDOW = LONGEST + 50

# A head in small letters (a data set, a text-transform) must have everything else right.
_LOWER_CASE = 0.90
# A form that is only noted, on a site that is known to print it.
_HOUSE_FORM = 0.80
# A cable whose place the gazetteer lacks may have a picture's label there.
_UNKNOWN_NAME = 0.60
# A year that no page's date confirms: `Berlin, November 9, 1989. A crowd` heads a chronicle too.
_CHRONICLE = 0.70
# A country in brackets and no agency: `Porto (Portugal) - Flights daily` is an offer.
_OFFER = 0.70
# How far a printed year may put the day from the page's own, in days.
_NEAR = 31

# What follows begins as a sentence does and goes on.
_BODY = re.compile(r"[ -]*[\"'(\[]{0,3}(?P<first>[^\W_]+)(?=.{14})", re.DOTALL)
# What no story begins with: a result (`INTER 1-2`), a list (`; LYON - `), the second dash of a
# definition (`the capital - is`), the few words of a notice or a film.
_NO_STORY = re.compile(
    r".{0,40}?\d ?[-:] ?\d|.{0,120}?(?:[;.] *[^\W\d_]{2,20}(?:,? [^\W\d_]{2,20})?(?:: | - ))"
    r"|[^.!?]{3,40} - [^\W\d_A-ZА-Я]|.{0,34}?[^\W\d_]{4}[.!?](?:\s|$)",
    re.DOTALL,
)
_TYPOGRAPHIC_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")


def parse(
    paragraph: str,
    *,
    language: str | None = None,
    wire: str | None = None,
    published: Day = None,
    country: str | None = None,
    outlet: str | None = None,
    house: Collection[str] = (),
) -> Dateline | None:
    """Return the dateline at the head of a story's first paragraph, None when there is none.

    `language` (BCP 47) chooses the names of months; without it, or where an agency stands with the
    day, all are asked. `published` is the page's own day, or an ISO date or date-time in the
    edition's zone: it gives the year, and is never overridden. `country` (ISO 3166-1 alpha-2) is
    the edition's home, and `wire` (an agency's name) the publisher: they settle which of several
    cities of one name is meant. `outlet`, the name of the site, may stand for the agency. `house`
    are ids of forms that the site is known to print (`house.Forms` counts them): they are cut where
    other sites' are only noted.
    """
    if not may_begin(spans(paragraph[:OPENING])[0]):
        return None
    head = paragraph[:WINDOW]
    folded, offsets = spans(head)

    def printed(span: Span) -> str:
        """Return the original text; `raw` keeps its blanks, a part has ordinary ones."""
        return _TYPOGRAPHIC_BLANK.sub(" ", head[offsets[span[0]] : offsets[span[1]]]).strip()

    for match in matches(folded, language, outlet and fold_key(outlet)):
        agency = printed(match.agency) if match.agency else None
        names = list(dict.fromkeys(map(printed, match.places)))
        if not (_is_whole(match, names) and _goes_on(match, folded)):
            continue
        if match.form.bare and match.day and not _is_today(match.day, published):
            continue
        entry = grammar.agency(agency or wire or "")
        home = entry.country if entry else None
        return Dateline(
            raw=head[: offsets[match.end]].rstrip(),
            places=[places.resolve(name, country=country, home=home) for name in names],
            date=(match.day.day(published) or None) if match.day else None,
            date_printed=printed(match.printed_day) if match.printed_day else None,
            agency=agency,
            byline=printed(match.byline) if match.byline else None,
            confidence=min(
                _confidence(match, names, house),
                _sure_of_year(match, folded, published),
                _OFFER if match.form.bare and _is_wrapped(match, folded) else 1,
            ),
            rule=match.form.row.id,
        )
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


def _is_whole(match: Match, names: list[str]) -> bool:
    """Return True if a head in small letters has all parts, and knows its cities."""
    whole = match.day and match.agency and names and all(map(places.known, names))
    return not match.lower or bool(whole)


def _goes_on(match: Match, folded: str) -> bool:
    """Return True if what follows can be the story that a head stands before."""
    rest, loose = folded[match.end :], not (match.day or match.lower)
    if match.form.body or loose:
        body = _BODY.match(rest)
        if (match.form.body and body is None) or (body and body["first"].islower()):
            return False
    if not match.form.bare:
        return True
    # `MANCHESTER (BRITAIN), Sept. 29, 2020 -- A girl walks`: a picture's caption
    caption = match.day and _is_wrapped(match, folded)
    return not (caption or _NO_STORY.match(rest))


def _is_wrapped(match: Match, folded: str) -> bool:
    """Return True for a place with its country in brackets: `Porto (Portugal)`."""
    return any("(" in folded[start:end] for start, end in match.places)


def _is_today(day: days.Printed, published: Day) -> bool:
    """Return False for a day that is not the page's: of a chronicle, or of an event to come."""
    if day.year:
        known = dates.day(published) is not None or day.year >= given.FIRST.year
        return known and days.same(day, published, _NEAR)
    return dates.day(published) is None or not day.months or bool(day.day(published))


def _sure_of_year(match: Match, folded: str, published: Day) -> float:
    """Return less than 1 where a year and a full stop stand, and no page's date confirms them."""
    year = match.form.bare and match.day and match.day.year
    open_ = year and folded[match.end - 1] == "." and dates.day(published) is None
    return _CHRONICLE if open_ else 1.0


def _confidence(match: Match, names: list[str], house: Collection[str]) -> float:
    row = match.form.row
    if match.lower:
        return _LOWER_CASE
    if row.known and not all(map(places.known, names)):
        return _UNKNOWN_NAME
    return _HOUSE_FORM if row.house and row.id in house else row.confidence
