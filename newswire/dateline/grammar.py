"""What does a dateline look like? The forms of `rules/datelines.toml`, compiled once.

A form is a regular expression with slots in capitals; this module says what the slots are. All
patterns work on folded text (`newswire.text.folding.spans`) and are bounded, so that a head costs
the same time whatever follows it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newswire import rules
from newswire.errors import RuleError
from newswire.text.folding import fold_key, spans

FORMS, AGENCIES = "datelines.toml", "agencies.toml"


@dataclass(frozen=True, slots=True)
class Agency:
    """An entry of the registry. `country` is its home, ISO 3166-1 alpha-2."""

    name: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of dateline.

    With `known`, each of its places must be in the gazetteer; `languages` restricts it to pages in
    them, empty to none.
    """

    id: str
    pattern: re.Pattern[str]
    confidence: float
    example: str
    known: bool
    agency: bool
    languages: frozenset[str]


# --- characters ----------------------------------------------------------------------------------


def _letters(wanted: Iterable[int]) -> str:
    """Return code points as the inside of a character class."""
    ranges: list[list[int]] = []
    for code in wanted:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" if a < b else chr(a) for a, b in ranges)


# Latin, Greek, Cyrillic, Armenian, and the Latin and Greek extensions: the scripts that have case
# (Georgian letters are lower case to Unicode and caseless to a reader).
_CASED = (*range(0x41, 0x590), *range(0x1E00, 0x2000))
_UPPER = _letters(code for code in _CASED if chr(code).isupper())
_LOWER = _letters(code for code in _CASED if chr(code).islower())
# Stands for each character of an agency's name while the forms are tried.
_MASK = "\x1a"
# A character of a name: no blank, digit or mark that parts the slots of a form.
_NAME = rf"[^\s\d,;:/()\[\]\"!?=|&+%#@*<>·{_MASK}\-]"
_WORD = rf"[^\s\d.,;:/()\[\]\"!?=|&+%#@*<>·{_MASK}\-]"
_HAN = "[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3·・]"
_HAN_DIGITS = "一二三四五六七八九十"

# --- slots ---------------------------------------------------------------------------------------

_QUALIFIER = rf"(?: ?[(\[]{_NAME}{{2,24}}(?: {_NAME}{{1,24}}){{0,2}}[)\]])"
_CITY = rf"{_NAME}{{1,24}}+(?:[ -]{_NAME}{{1,24}}+){{0,4}}"
# a mark ends a qualifier: in `CITY, Month Name 5` the month is none
_PLACE = rf"{_CITY}{_QUALIFIER}{{0,2}}(?:, {_CITY}{_QUALIFIER}?(?= *[,.:(/;\[\-])){{0,2}}"
_CAPITALS = rf"[{_UPPER}][{_UPPER}.']{{1,24}}(?:[ -][{_UPPER}.']{{1,24}}){{0,3}}"

_MONTH = rf"(?:(?i:tháng|thg) \d\d?|{_WORD}{{2,16}}(?: {_WORD}{{4,8}})?)"
_DAY = r"\d\d?(?:st|nd|rd|th|er|[ºª.])?+"
_YEAR = r"(?:19|20)\d\d(?: ?(?:года|(?:г|թ|ж|й)\.?)(?!\w))?"
_WEEKDAY = rf"(?:{_WORD}{{2,12}}[.,]{{1,2}} )?"
_NAMED = rf"{_DAY}[ -]{{0,2}}(?:de |of )?{_MONTH}\.?"
# Lithuanian adds a `d.` to the day
_NAMED_FIRST = rf"{_MONTH}\.?,? {_DAY}(?: d\.)?"
# Antara writes `5/11`, the day first
_NUMERIC = r"\d\d?\.\d\d?\.(?:(?:19|20)\d\d)?|\d\d?/\d\d?"
_ISO = r"(?:19|20)\d\d-\d\d-\d\d"

_INITIALS = r"(?:[^\W\d_]\. ?){0,2}"
_PERSON = rf"{_INITIALS}{_WORD}{{1,24}}(?:[ -]{_INITIALS}{_WORD}{{1,24}}){{0,5}}"
_BODY = rf" *(?=[\"'(\[]{{0,2}}[^\W_{_LOWER}])(?=.{{20}})"

_SLOTS = {
    "PLACES": rf"(?P<places>{_PLACE}(?:(?: ?[/;] ?| - ){_PLACE}){{0,3}})",
    "CAPS": rf"(?P<places>{_CAPITALS}(?:, {_CITY}){{0,2}})",
    "FULLDATE": rf"(?P<date>{_NAMED},? {_YEAR}|{_NAMED_FIRST},? {_YEAR}|{_ISO})",
    "CJKDATE": r"(?P<date>(?:(?:19|20)\d\d年)?(?:(?:\d\d?|[HANDIGITS]{1,3})月)?"
    r"(?:\d\d?|[HANDIGITS]{1,3})日)".replace("HANDIGITS", _HAN_DIGITS),
    "DATE": rf"(?P<date>{_WEEKDAY}(?:{_NAMED}(?:,? (?:de )?{_YEAR})?"
    rf"|{_NAMED_FIRST}(?:,? {_YEAR})?|{_NUMERIC}|{_ISO}))",
    "BYLINE": rf"(?P<byline>{_PERSON}(?:, {_PERSON}){{0,4}})",
    "AGENCY": f"(?P<agency>{_MASK}+)",
    "DASH": "-{1,3}",
    "STOP": r"(?:[.:]|\Z)",
    "BODY": _BODY,
    "END": r"\Z",
    "HAN": _HAN,
    "UPPER": f"[{_UPPER}]",
}
_SLOT = re.compile("|".join(sorted(_SLOTS, key=len, reverse=True)))


def _expand(form: str) -> str:
    """Return the regular expression of a form: blanks may be absent, a slot's second group gets a
    number, since names of groups are unique.
    """
    seen: dict[str, int] = {}

    def slot(match: re.Match[str]) -> str:
        pattern = _SLOTS[match[0]]
        name = re.match(r"\(\?P<(\w+)>", pattern)
        if not name:
            return pattern
        seen[name[1]] = seen.get(name[1], 0) + 1
        number = "" if seen[name[1]] == 1 else str(seen[name[1]])
        return pattern.replace(f"(?P<{name[1]}>", f"(?P<{name[1]}{number}>", 1)

    return " *" + _SLOT.sub(slot, form.replace(" ", " *"))


# --- agencies ------------------------------------------------------------------------------------


@functools.cache
def agencies() -> Mapping[str, Agency]:
    """Return the registry by name as printed, folded but for case."""
    registry: dict[str, Agency] = {}
    for row in _rows(AGENCIES, "agency", {"name": str, "printed": list}, {"country": str}):
        agency = Agency(row["name"], row.get("country"))
        for printed in row["printed"]:
            if registry.setdefault(spans(printed)[0], agency) is not agency:
                raise RuleError(f"{AGENCIES}: {row['name']}: another agency has {printed!r}")
    return registry


@functools.cache
def _agency_keys() -> Mapping[str, Agency]:
    keys = {fold_key(printed).strip('"'): agency for printed, agency in agencies().items()}
    return keys | {fold_key(agency.name): agency for agency in agencies().values()}


def agency(printed: str) -> Agency | None:
    """Return the registry's entry for a name as printed, or for its own name.

    >>> agency("РИА Новости").name, agency("reuters").country, agency("Gazeta")
    ('RIA Novosti', 'GB', None)
    """
    return _agency_keys().get(fold_key(printed).strip('"'))


def spelled(printed: str) -> bool:
    """Tell whether a folded name has the capitals that the registry gives it, or only capitals.

    "Report" is an agency, "report" a word.
    """
    return printed in agencies() or printed.strip('"') in agencies() or printed.isupper()


def _alternation(names: Iterable[str]) -> str:
    """Return an alternation, longest name first, that tries only names with the right initial."""
    groups: dict[str, list[str]] = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        groups.setdefault(name[0], []).append(re.escape(name[1:]).replace(r"\ ", " +"))
    return "|".join(f"{re.escape(a)}(?:{'|'.join(rest)})" for a, rest in groups.items())


@functools.cache
def _agency_finders(lower: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return a search for names behind a mark that parts them from what stands before, and one for
    names in scripts without blanks. With `lower`, names in small letters are asked for too.
    """
    names = agencies()
    cases = {case for n in names for case in (n, n.upper(), *[n.lower()] * lower)}
    dense = {name for name in cases if _DENSE.search(name[-1])}
    spaced = rf'(?:^|[-/(,.=\[日])\s*(?:Корр\. *)?("?(?:{_alternation(cases - dense)})(?!\w)"?)'
    return re.compile(spaced), re.compile(f"({_alternation(dense)})")


_DENSE = re.compile(_HAN)


def mask(folded: str) -> str:
    """Return the text with each agency of the registry masked, so that a form need not know them.

    The text itself comes back when it names none; its length never changes.
    """
    spaced, dense = _agency_finders(folded[:_START].islower())
    masked = spaced.sub(_mask, folded)
    return dense.sub(_mask, masked) if _DENSE.search(folded) else masked


def _mask(match: re.Match[str]) -> str:
    start, end = (place - match.start() for place in match.span(1))
    return match[0][:start] + _MASK * (end - start) + match[0][end:]


# --- forms ---------------------------------------------------------------------------------------


def _rows(
    file: str, table: str, needed: Mapping[str, type], optional: Mapping[str, type]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table, each with the keys it must have and no others."""
    for number, row in enumerate(rules.read(file).get(table, []), 1):
        name = row.get("id") or row.get("name") or f"{table} {number}"
        for key, kind in needed.items():
            if not isinstance(row.get(key), kind):
                raise RuleError(f"{file}: {name}: needs {key!r} ({kind.__name__})")
        for key in row.keys() & optional.keys():
            if not isinstance(row[key], optional[key]):
                raise RuleError(f"{file}: {name}: {key!r} is no {optional[key].__name__}")
        if unknown := set(row) - set(needed) - set(optional):
            raise RuleError(f"{file}: {name}: unknown key {sorted(unknown)[0]!r}")
        yield row


@functools.cache
def forms() -> tuple[Form, ...]:
    """Return the forms in the order in which they are tried.

    Raises:
        RuleError: an entry is broken.
    """
    needed = {"id": str, "form": str, "confidence": float, "why": str, "example": str}
    found: dict[str, Form] = {}
    for row in _rows(FORMS, "form", needed, {"known": bool, "languages": list}):
        try:
            pattern = re.compile(_expand(row["form"]))
        except re.error as error:
            raise RuleError(f"{FORMS}: {row['id']}: {error}") from error
        if row["id"] in found:
            raise RuleError(f"{FORMS}: {row['id']}: used twice")
        if not 0 < row["confidence"] <= 1:
            raise RuleError(f"{FORMS}: {row['id']}: confidence {row['confidence']} is no share")
        found[row["id"]] = Form(
            id=row["id"],
            pattern=pattern,
            confidence=row["confidence"],
            example=row["example"],
            known=row.get("known", False),
            agency="AGENCY" in row["form"],
            languages=frozenset(row.get("languages", [])),
        )
    return tuple(found.values())


@functools.cache
def words(table: str) -> frozenset[str]:
    """Return a list of words of `datelines.toml`, folded."""
    return frozenset(fold_key(word) for word in rules.read(FORMS).get(table, []))


# --- the cheap look before --------------------------------------------------------------------


# Without an agency a head starts with capitals, or has its day near the start, or is all there is.
_SHAPE = re.compile(
    rf"[\s\"'(]{{0,3}}(?:\[|[{_UPPER}]\.?[ -]?[{_UPPER}]|[^-]{{0,60}}?\d[^-]{{0,24}}[-.])"
)
SHORT = 60
_START = 20


def candidates(masked: str) -> Sequence[Form]:
    """Return the forms that are worth trying on a masked head; of prose, mostly none."""
    if _MASK in masked:
        return forms()
    if len(masked) < SHORT or _SHAPE.match(masked):
        return _forms_without_agency()
    return ()


@functools.cache
def _forms_without_agency() -> tuple[Form, ...]:
    return tuple(form for form in forms() if not form.agency)
