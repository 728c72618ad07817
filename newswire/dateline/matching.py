"""Which forms does the head of a paragraph match, and what stands in their slots?"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newswire.dateline import days, grammar, places, recognise
from newswire.dateline.days import Printed
from newswire.dateline.grammar import Form
from newswire.dateline.recognise import Token

# The longest head of the gold set has 85 characters.
LONGEST = 150
_START = 20
# so many characters show whether a head may begin
OPENING = 80
# an end of some kind, or an agency: without one no form matches, and no name is looked up
_PROMISING = re.compile(r"[-_:.(/\[\"·A]|^[NA]$")

Span = tuple[int, int]


class Match(NamedTuple):
    """A form that a head matches; the spans are of the folded text.

    Attributes:
        end: where the head ends.
        lower: the head is in small letters.
    """

    form: Form
    end: int
    places: tuple[Span, ...]
    day: Printed | None
    printed_day: Span | None
    agency: Span | None
    byline: Span | None
    lower: bool


def matches(folded: str, language: str | None, outlet: str | None) -> Iterator[Match]:
    """Yield what matches the beginning of a folded text, in the order of the forms."""
    folded = _with_dashes(folded)
    if grammar.is_dense(folded[:_START]):
        yield from _cables(folded)
    lower = folded[:_START].islower()
    tokens = recognise.scan(folded, LONGEST, language, lower, outlet)
    if not _PROMISING.search("".join([token[0] for token in tokens])):
        return
    tokens = recognise.name_symbols(folded, tokens, lower)
    symbols = "".join([token[0] for token in tokens])
    code = (language or "").split("-")[0]
    for form, match in _forms_of(symbols):
        if not form.row.languages or code in form.row.languages:
            yield _head(form, match, folded, tokens, lower)


def may_begin(folded: str) -> bool:
    """Return False where the first `OPENING` characters of a folded text are those of no head.

    >>> may_begin("МОСКВА, 3 янв - РИА"), may_begin("Первые снежинки выпали")
    (True, False)
    """
    folded = _with_dashes(folded)
    start = folded[:_START]
    return recognise.may_begin(folded) or start.islower() or grammar.is_dense(start)


def _with_dashes(folded: str) -> str:
    """Return a text in which the stroke that lengthens Arabic words stands for no dash."""
    return folded.replace(" ـ ", " - ")


@functools.lru_cache(maxsize=1024)  # heads are of few kinds
def _forms_of(symbols: str) -> list[tuple[Form, re.Match[str]]]:
    """Return the forms that the beginning of a line of symbols has, with their matches."""
    found = ((form, form.pattern.match(symbols)) for form in grammar.forms())
    return [(form, match) for form, match in found if match and match.end()]


def _head(
    form: Form, match: re.Match[str], folded: str, tokens: Sequence[Token], lower: bool
) -> Match:
    def span(slot: str) -> Span | None:
        group = form.slot(match, slot)
        return (tokens[group[0]].start, tokens[group[1] - 1].end) if group else None

    group, day = form.slot(match, "places"), form.slot(match, "date")
    named = [t for t in tokens[slice(*group)] if t.symbol.isalpha()] if group else []
    return Match(
        form,
        tokens[match.end() - 1].end,
        tuple((token.start, token.end) for token in named),
        tokens[day[0]].day if day else None,
        span("date"),
        span("agency"),
        span("byline"),
        lower,
    )


def _cables(folded: str) -> Iterator[Match]:
    masked = grammar.mask(folded)
    for form in grammar.cables():
        match = form.pattern.match(masked)
        if not match or match.end() > LONGEST:
            continue
        day, whole = form.slot(match, "date"), form.slot(match, "places")
        yield Match(
            form,
            match.end(),
            tuple(_listed(folded, *whole)) if whole else (),
            days.at(folded[: day[1]], day[0]) if day else None,
            day,
            form.slot(match, "agency"),
            form.slot(match, "byline"),
            lower=False,
        )


def _listed(folded: str, start: int, end: int) -> Iterator[Span]:
    """Yield the cities of `런던·서울`; the dot inside a name of the gazetteer parts nothing."""
    if places.known(folded[start:end]):
        yield start, end
        return
    for separator in re.compile("[·・,]").finditer(folded, start, end):
        yield start, separator.start()
        start = separator.end()
    yield start, end
