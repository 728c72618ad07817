"""What does a dateline look like? The forms of `rules/datelines.toml`, compiled once.

A *form* says in which order the parts of a head stand and what parts them: it is matched against
the line of symbols that `recognise` makes of a head, one symbol a part (`P,D-A.`), so it knows
neither names nor months. A *cable* is a form of scripts without blanks, matched against the text.
Both are bounded: a head costs the same time whatever follows it.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newswire import rules
from newswire.errors import RuleError
from newswire.text.folding import fold_key, spans

FORMS, AGENCIES = "datelines.toml", "agencies.toml"


@dataclass(frozen=True, slots=True)
class Agency:
    """An entry of the registry. `country` is its home, ISO 3166-1 alpha-2."""

    name: str
    printed: tuple[str, ...]
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Agencies and papers of a country, each of which is its own name."""

    id: str
    printed: tuple[str, ...]
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the tables `form` and `cable`, as `datelines.toml` describes it."""

    id: str
    form: str
    confidence: float
    why: str
    example: str
    languages: tuple[str, ...] = ()
    known: bool = False
    house: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is compiled.

    Attributes:
        pattern: matched against the symbols; for a cable, against the text.
        body: what follows must begin as a sentence does.
        slots: numbers of groups for each slot; a form may have one more than once.
        bare: nothing that is surely an agency stands in it, so the day and what follows are looked
            at more closely.
    """

    row: Row
    pattern: re.Pattern[str]
    body: bool
    bare: bool
    slots: Mapping[str, tuple[int, ...]]

    def slot(self, match: re.Match[str], name: str) -> tuple[int, int] | None:
        """Return the span of a slot in a match of the pattern, None where it is empty."""
        for group in self.slots.get(name, ()):
            if match[group]:
                return match.span(group)
        return None


# --- the line of symbols -------------------------------------------------------------------------

# Names as `recognise` tells them apart; small letters have a known state or country behind them.
#   P p  known city in capitals         T t  known city, not all capitals, or a script without case
#   C c  unknown, all capitals          N n  unknown
#   U u  unknown, of a script without case
#   K k  unknown, one word of capitals: four letters and more, or fewer
#   R r  a country or a state           a    has a word for an agency       w   a domain
#   B    a byline glued to the city     A    an agency of the registry
# Days: D, Y with its year, d with a month of another language than the page's, b without its month.
_AGENCY = '"?(?:[aCKkNURPTw][/-])?A(?:[/-]A|/[aCKkNURPTw]){0,2}"?'


def _some(place: str) -> str:
    return f"(?P<places>{place}(?:[/;&·-]{place}){{0,5}})"


_SLOTS = {
    "PLACES": _some("[PTCKkNURptcnru]"),
    "SURE": _some("[PTCKkURptcru]"),
    "KNOWN": _some("[PTRptr]"),
    "CITY": _some("[PTpt]"),
    "CAPITALS": _some("[Pp]"),
    "LED": "(?P<places>[PTpt](?:[/][PTCKkNptcn]){0,6})",
    "QUALIFIED": _some("[pt]"),
    "STATED": _some("[ptcn]"),
    "NAME": "(?P<places>[PTRptcn])",
    "UNKNOWN": _some("[CKcn]"),
    "DATE": "(?P<date>[DYd])",
    "FULLDATE": "(?P<date>Y)",
    "NUMBER": "(?P<date>b)",
    "AGENCY": f"(?P<agency>{_AGENCY})",
    "SHAPED": '(?P<agency>"?(?:[CKkNRPT]/)?[aw](?:/[aCKkNRPTw])?"?)',
    "DOMAIN": "(?P<agency>w)",
    "ACRONYM": "(?P<agency>[Kaw](?:/[aCKkN])?)",
    "LETTERS": "(?P<agency>[Kkaw](?:/[aCKkN])?)",
    "OUTLET": '(?P<agency>"?[NUa]"?)',
    "REGION": "[NTRPUCKk]",
    "BYLINE": "(?P<byline>[BNUCKkTPRa](?:,[BNUCKkTPRa]){0,4})",
    "GLUED": "(?:(?P<byline>B|[NC](?=/))/?)",
    "DASH": "[-_]",
    "STOP": "(?:[.:]|$)",
    "END": "$",
    "BODY": "",
}

# --- cables --------------------------------------------------------------------------------------

# Stands for each character of an agency's name while the cables are tried.
_MASK = "\x1a"
HAN = "[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3·・]"
_DIGITS = "一二三四五六七八九十"
_CABLE_SLOTS = {
    "PLACES": f"(?P<places>{HAN}{{2,12}}?(?:,{HAN}{{2,8}}?)?)",
    "CJKDATE": rf"(?P<date>(?:(?:19|20)\d\d年)?(?:(?:\d\d?|[{_DIGITS}]{{1,3}})月)?"
    rf"(?:\d\d?|[{_DIGITS}]{{1,3}})日)",
    "AGENCY": f"(?P<agency>{_MASK}+)",
    "BYLINE": r"(?P<byline>[^=\d\]]{2,60}?)",
    "HAN": HAN,
}

_AGENCIES = re.compile("AGENCY|SHAPED|DOMAIN|ACRONYM|LETTERS")


def _expand(form: str, slots: Mapping[str, str]) -> str:
    """Return the regular expression of a form: a slot's second group gets a number, since names of
    groups are unique.
    """
    seen: Counter[str] = Counter()

    def numbered(match: re.Match[str]) -> str:
        seen[match[1]] += 1
        return f"(?P<{match[1]}{seen[match[1]] if seen[match[1]] > 1 else ''}>"

    names = "|".join(sorted(slots, key=len, reverse=True))
    expanded = re.sub(names, lambda match: slots[match[0]], form)
    return re.sub(r"\(\?P<([a-z]+)\d?>", numbered, expanded)


# --- tables --------------------------------------------------------------------------------------


@functools.cache
def forms() -> tuple[Form, ...]:
    """Return the forms of symbols in the order in which they are tried.

    Raises:
        RuleError: an entry is broken.
    """
    return tuple(
        _form(row, _expand(row.form.replace(" ", ""), _SLOTS), not _AGENCIES.search(row.form))
        for row in _rows("form")
    )


@functools.cache
def cables() -> tuple[Form, ...]:
    """Return the forms of Chinese, Japanese and Korean text; a blank of a row may be absent.

    Raises:
        RuleError: an entry is broken.
    """
    labels = "|".join(rules.read(FORMS)["words"]["labels"])
    slots = _CABLE_SLOTS | {"PLACES": f"(?!{labels}){_CABLE_SLOTS['PLACES']}"}
    rows = _rows("cable")
    patterns = (" *" + _expand(row.form.replace(" ", " *"), slots) for row in rows)
    return tuple(_form(row, pattern, False) for row, pattern in zip(rows, patterns, strict=True))


def _form(row: Row, pattern: str, bare: bool) -> Form:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise RuleError(f"{FORMS}: {row.id}: {error}") from error
    slots: dict[str, tuple[int, ...]] = {}
    for name, group in compiled.groupindex.items():
        slot = name.rstrip("123456789")
        slots[slot] = (*slots.get(slot, ()), group)
    return Form(row, compiled, "BODY" in row.form, bare, slots)


def _rows(table: str) -> Sequence[Row]:
    found = rules.rows(FORMS, table, Row)
    for row in found:
        if not 0 < row.confidence <= 1:
            raise RuleError(f"{FORMS}: {row.id}: confidence {row.confidence} is no share")
    return found


@functools.cache
def words(table: str) -> frozenset[str]:
    """Return a list of words of `datelines.toml`, folded."""
    return frozenset(fold_key(word) for word in rules.read(FORMS)["words"][table])


@functools.cache
def is_agency_word(word: str) -> bool:
    """Return True if a folded word names an agency or a paper in its language: `news`, `нюсь`."""
    return word in words("agency") or word.endswith(tuple(words("agency_endings")))


# --- agencies ------------------------------------------------------------------------------------


@functools.cache
def agencies() -> Mapping[str, Agency]:
    """Return the registry by name as printed, folded but for case.

    Raises:
        RuleError: an entry is broken.
    """
    registry: dict[str, Agency] = {}
    every = list(rules.rows(AGENCIES, "agency", Agency))
    for group in rules.rows(AGENCIES, "group", Group):
        every += [Agency(printed, (printed,), group.country) for printed in group.printed]
    for agency in every:
        for printed in agency.printed:
            if registry.setdefault(spans(printed)[0], agency) is not agency:
                raise RuleError(
                    f"{_file_of(agency)}: {agency.name}: another agency has {printed!r}"
                )
    return registry


def _file_of(agency: Agency) -> str:
    files = {row["name"]: rules.file_of(row, AGENCIES) for row in rules.read(AGENCIES)["agency"]}
    return files.get(agency.name, AGENCIES)


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


@functools.cache
def _names(lower: bool, dense: bool) -> Mapping[str, str]:
    """Return alternations of the names by their initials, the longest name first."""
    cases = {case for n in agencies() for case in (n, n.upper(), *[n.lower()] * lower)}
    groups: dict[str, list[str]] = {}
    for name in sorted(cases, key=lambda name: (-len(name), name)):
        if is_dense(name[-1]) is dense:
            groups.setdefault(name[0], []).append(re.escape(name[1:]).replace(r"\ ", " +"))
    return {a: f"{re.escape(a)}(?:{'|'.join(rest)})" for a, rest in groups.items()}


@functools.cache
def _named(initial: str, lower: bool) -> re.Pattern[str] | None:
    """Return a pattern for the agencies of an initial; for all of them it would take 20 ms."""
    spaced, dense = (_names(lower, dense).get(initial) for dense in (False, True))
    either = [f"(?:{spaced})(?!\\w)"] * bool(spaced) + [dense] * bool(dense)
    return re.compile("|".join(filter(None, either))) if either else None


@functools.cache
def _correspondents() -> re.Pattern[str]:
    words = "|".join(map(re.escape, rules.read(FORMS)["words"]["correspondent"]))
    return re.compile(f"(?:{words}) *")


def agency_at(text: str, start: int, lower: bool) -> tuple[int, int] | None:
    """Return the span of an agency's name that begins at `start`, or there behind a word such as
    `Корр.`; with `lower`, in small letters too.
    """
    behind = _correspondents().match(text, start)
    for at in (behind.end(), start) if behind else (start,):
        pattern = _named(text[at], lower) if at < len(text) else None
        if pattern and (match := pattern.match(text, at)):
            return match.span()
    return None


@functools.cache
def _masked() -> tuple[re.Pattern[str], re.Pattern[str]]:
    spaced, dense = ("|".join(_names(False, dense).values()) for dense in (False, True))
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)"), re.compile(dense)


def mask(folded: str) -> str:
    """Return the text with each agency of the registry masked, so that a cable need not know them;
    its length never changes.
    """
    spaced, dense = _masked()
    return dense.sub(_mask, spaced.sub(_mask, folded))


def _mask(match: re.Match[str]) -> str:
    return _MASK * len(match[0])


_DENSE = re.compile(HAN)


def is_dense(text: str) -> bool:
    """Return True if a character of a script without blanks stands in the text."""
    return bool(_DENSE.search(text))
