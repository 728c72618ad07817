"""Which parts does the head of a paragraph have? Each is found and validated by itself.

`scan` walks over the folded text from its beginning and makes a token of each part: a day, an
agency of the registry, a name, a mark. It stops at the first thing that is none, such as a word of
the sentence that follows. `name_symbols` then asks the gazetteer what the names are. The line of
symbols (`P,D-A.`) is what the forms of `grammar` are matched against.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newswire.dateline import dates, day_words, days, grammar, places
from newswire.dateline.days import Printed
from newswire.text.folding import fold_key

# Tokens of a head, names of a head's part: what is longer is a sentence.
_MOST, _WORDS, _CASELESS_WORDS = 32, 6, 4
_WHOLE = re.compile(r"[ND].*A(?:,N)?(?:[.:]|[)/][.]?-)$")
# A city of so few letters is as often a word or an acronym: it must have many people.
_SHORT, _MANY_PEOPLE = 4, 300_000
# Letters of an acronym, at most.
_ACRONYM = 8


class Token(NamedTuple):
    """A part of a head: its symbol (`grammar` lists them; `N` before names are looked up)."""

    symbol: str
    start: int
    end: int
    day: Printed | None = None


# --- characters ----------------------------------------------------------------------------------

_MARKS = ',;:/()[]"=&·_.-।៖ঃ|'
_IN_NAME = r"[^\s\d,;:/()\[\]\"!?=|&+%#@*<>·_…।॥៖.\-]"
_TLD = r"(?:[a-z]{2,4}|[A-Z]{2,4})"
_WORD = re.compile(
    rf"(?P<domain>[^\W_]{_IN_NAME}*(?:[\d-]{_IN_NAME}*)*(?:\.[A-Za-z\d-]{{2,20}})?\.{_TLD}(?!\w))"
    rf"|(?:[^\W\d_]\.){{1,4}}(?:-?{_IN_NAME}{{2,}})?"
    rf"|{_IN_NAME}+(?:[-']{_IN_NAME}+)*"
)
_MORE = re.compile(rf"-{_IN_NAME}+")
_DOMAIN = re.compile(rf"\.{_TLD}(?!\w)")
# A name of some words before a mark or a number; prose mostly begins otherwise.
_PART = rf"(?![a-zß-öø-ÿа-џա-ֆ]{{6}}){_IN_NAME}+"
_BEGINNING = re.compile(
    rf"[\"'(\[/]{{0,3}} *(?:\d|(?:{_PART}[. -]{{1,2}}){{0,7}}{_PART} *"
    rf"(?:[\d{re.escape(_MARKS)}]|$))"
)


# the last characters of a day in Chinese and Japanese
_HAN_DAY = frozenset("日月年")


class _Traits(NamedTuple):
    """What a word is: it may begin a name, stand inside one, has case, may begin a day."""

    capital: bool
    small: bool
    cased: bool
    day: bool


@functools.lru_cache(maxsize=4096)
def _traits(word: str) -> _Traits:
    key = fold_key(word).strip(" .")
    return _Traits(
        _capital(word),
        key in grammar.words("small"),
        has_case(word),
        key in day_words.first_words(),
    )


def _capital(word: str) -> bool:
    """Return True if a word begins with a capital, or is in a script that has none."""
    letter = next((char for char in word if char.isalpha()), "")
    caseless = not letter.islower() or "ა" <= letter <= "ჿ"
    return caseless or any(char.isupper() for char in word)


def has_case(text: str) -> bool:
    """Return True if a letter of the text has a capital form, Georgian apart."""
    return any(char.islower() or char.isupper() for char in text if not "ა" <= char <= "ჿ")


# --- the walk ------------------------------------------------------------------------------------


def may_begin(text: str) -> bool:
    """Return False for a folded text with capitals that begins as no head does.

    One that is cut off may begin a head if what is there does.
    """
    return _BEGINNING.match(text, _skip(text, 0)) is not None


def scan(
    text: str, limit: int, language: str | None, lower: bool, outlet: str | None = None
) -> list[Token]:
    """Return the tokens of a folded text up to the first thing that belongs to no head.

    With `lower` names may be in small letters: the whole page is. `outlet` is the folded name of
    the site, which may stand for the agency.
    """
    position, found = _skip(text, 0), list[Token]()
    size, named = min(limit, len(text)), False
    while position < size and len(found) < _MOST:
        if text[position] in _SYMBOLS or text.startswith("''", position):
            token: Token | None = _mark(text, position)
        else:
            token = (
                _agency(text, position, lower)
                or (_outlet(text, position, outlet) if outlet else None)
                or _day(text, position, language)
                or _name(text, position, lower)
            )
        if token is None:
            break
        found.append(token)
        position = token.end
        while text.startswith(" ", position):
            position += 1
        named = named or token.symbol == "A"
        if named and token.symbol in ".:-" and _is_whole(found, text[position : position + 1]):
            break
    return found


def _is_whole(found: Sequence[Token], after: str) -> bool:
    """Return True where the head is over: `N,D-A.` and `N(A)-`, no mark behind them."""
    return after not in _SYMBOLS and bool(_WHOLE.search("".join(t.symbol for t in found)))


def _skip(text: str, start: int) -> int:
    """Return where the next character stands that is no blank; folding has made all blanks one."""
    while text.startswith(" ", start):
        start += 1
    return start


# how a mark is written in a form
_SYMBOLS = {mark: mark for mark in _MARKS} | {"।": ".", "៖": ":", "ঃ": ":", "|": "·"}


def _mark(text: str, start: int) -> Token:
    """`---` is one mark, and so are two apostrophes, which stand for a quote."""
    char = text[start]
    if char == "'":
        return Token('"', start, start + 2)
    end = start + 1
    while char == "-" and text.startswith("-", _skip(text, end)):
        end = _skip(text, end) + 1
    return Token(_SYMBOLS[char], start, end)


def _agency(text: str, start: int, lower: bool) -> Token | None:
    """`ИНТЕРФАКС-ЦЕНТР -` and `EINPresswire.com` are one name each, in `ТАСС-Сегодня в городе` the
    sentence follows.
    """
    if (span := grammar.agency_at(text, start, lower)) is None:
        return None
    start, end = span
    if text.startswith("-", end) and (more := _MORE.match(text, end)):
        alike = _case(text[start:end]) == _case(more[0])
        end = more.end() if alike and _is_closed(text, more.end()) else end
    if ending := _DOMAIN.match(text, end):
        end = ending.end()
    return Token("A", start, end)


def _outlet(text: str, start: int, outlet: str) -> Token | None:
    end = start + len(outlet)
    same = fold_key(text[start:end]) == outlet and _is_closed(text, end)
    return Token("A", start, end) if same and not places.known(outlet) else None


def _case(text: str) -> tuple[bool, bool]:
    """`ИНТЕРФАКС-ЦЕНТР` is one name, `dpa-Stipendiatin` is a trainee of one."""
    return text.isupper(), text.islower()


def _day(text: str, start: int, language: str | None) -> Token | None:
    if not text[start].isdecimal():
        match = _WORD.match(text, start)
        word = match[0] if match else ""
        if not _traits(word).day and word[-1:] not in _HAN_DAY:
            return None
        # Душанбе is a city, and Monday in Tajik
        if dates.is_weekday(word) and places.known(word):
            return None
    day = days.at(text, start, language)
    if day is None:
        return None
    if day.alone:
        return Token("b", start, day.end, day)
    symbol = "Y" if day.year else "D" if day.own else "d"
    return Token(symbol, start, day.end, day)


def _is_closed(text: str, end: int) -> bool:
    """Return True if nothing of a sentence follows: a mark, a number or the end."""
    at = _skip(text, end)
    return at == len(text) or text[at] in _SYMBOLS or text[at].isdecimal()


def _name(text: str, start: int, lower: bool) -> Token | None:
    """Return the name that begins here and runs up to a mark, a day or the end."""
    position, end, words, cased = start, start, 0, False
    while words < _WORDS and (word := _word(text, position)):
        traits = _traits(word)
        # `La Paz, 6 de agosto`: Paz shortens a weekday in Turkish
        day = words and traits.day and days.at(text, position) is not None
        if day and not places.known(text[start : position + len(word)]):
            return Token("N", start, end)
        small = traits.small if words else fold_key(word) in grammar.words("by")
        if not (
            lower or traits.capital or small or _is_suffix(text, position, position + len(word))
        ):
            return None
        cased = cased or traits.cased
        end, words = position + len(word), words + 1
        if not text.startswith(" ", end) or text[end + 1 : end + 2] in _SYMBOLS:
            break
        position = end + 1
    if not words or not _is_closed(text, end):
        return None
    if words > (_WORDS if cased else _CASELESS_WORDS):
        return None
    return Token("N", start, end)


def _is_suffix(text: str, start: int, end: int) -> bool:
    """Return True for the service that an agency names in small letters: `(dpa/tmn)`."""
    return text.startswith("/", start - 1) and text.startswith(")", end) and end - start <= _SHORT


@functools.lru_cache(maxsize=256)
def _is_glued(word: str) -> bool:
    """Return True for a city and its agency in one word: `دمشق-سانا`."""
    city, _, agency = word.partition("-")
    return grammar.agency(agency) is not None and places.known(city)


def _word(text: str, start: int) -> str | None:
    """Return a word of a name, with the full stop of `St.` and `Calif.`"""
    match = _WORD.match(text, start)
    if not match:
        return None
    word = match[0]
    if "-" in word and _is_glued(word):
        return word.partition("-")[0]
    if text.startswith(".", match.end()) and places.is_abbreviation(word):
        return word + "."
    return word


# --- names ---------------------------------------------------------------------------------------


def name_symbols(text: str, tokens: Sequence[Token], lower: bool) -> list[Token]:
    """Return the tokens with names looked up, states joined to their city, and a byline parted
    from the city that it is glued to. A word that is no name ends the head.
    """
    found: list[Token] = []
    for token in _qualified(text, tokens):
        if token.symbol != "N":
            found.append(token)
            continue
        for symbol, start, end in _parts(text[token.start : token.end], lower):
            if not symbol:
                return found
            found.append(Token(symbol, token.start + start, token.start + end))
    return found


def _qualified(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """Join `SANTA FE` `,` `N.M.` and `Mumbai` `[` `India` `]` to one name each."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        while token.symbol == "N" and (end := _qualifier(text, tokens, position, token)):
            token = token._replace(end=tokens[end - 1].end)
            position = end
        yield token


def _qualifier(text: str, tokens: Sequence[Token], at: int, place: Token) -> int:
    """Return the index behind the qualifier that begins at `at`, 0 where none does."""
    if at + 1 >= len(tokens) or tokens[at + 1].symbol != "N":
        return 0
    line = "".join([token.symbol for token in tokens[at : at + 3]])
    end = at + 2 if line[:2] in (",N", "/N") else at + 3 if line in ("(N)", "[N]") else 0
    if not end:
        return 0
    name, printed = tokens[at + 1], text[place.start : place.end]
    if line[0] == "/":
        # `Frankfurt/Main` is one city
        return end if places.is_exception(text[place.start : name.end]) else 0
    wrapped = line[0] != ","
    return end if places.qualifies(text[name.start : name.end], printed, wrapped) else 0


@functools.lru_cache(maxsize=1024)
def _parts(name: str, lower: bool) -> tuple[tuple[str, int, int], ...]:
    """Return symbol, start and end of a name, or of the byline and the city of `By Nita Bhalla
    NAIROBI`; the symbol of a word that is no name is empty.
    """
    whole = ((_symbol(name, lower), 0, len(name)),)
    city = places.split(name)[0]
    words = city.split(" ")
    if len(words) < 3 or places.known(city):
        return whole
    if joined := _joined(name, words, lower):
        return joined
    by = fold_key(words[0]) in grammar.words("by")
    for size in (3, 2, 1):
        if len(words) - size < 2:
            continue
        last = " ".join(words[-size:])
        glued = last.isupper() and not any(word.isupper() for word in words[:-size])
        if (by or glued) and places.known(last) and len(last) > _SHORT:
            start, first = len(city) - len(last), len(words[0]) + 1 if by else 0
            return ("B", first, start - 1), (_symbol(name[start:], lower), start, len(name))
    return whole


def _joined(name: str, words: list[str], lower: bool) -> tuple[tuple[str, int, int], ...]:
    """Return the two cities of `NEW YORK and CHICAGO` and what joins them, or nothing."""
    for number, word in enumerate(words[1:-1], 1):
        if fold_key(word) not in grammar.words("joins"):
            continue
        first, second = " ".join(words[:number]), " ".join(words[number + 1 :])
        if places.known(first) and places.known(second):
            start, end = len(first) + 1, len(first) + len(word) + 1
            return (
                (_symbol(first, lower), 0, len(first)),
                ("&", start, end),
                (_symbol(name[end + 1 :], lower), end + 1, len(name)),
            )
    return ()


def _symbol(printed: str, lower: bool) -> str:
    """Return the symbol of a name, empty for a word that is none."""
    city, qualifiers = places.split(printed)
    key = fold_key(city)
    if not key or key in grammar.words("stop") or dates.months(city):
        return ""
    if _is_byline(city):
        return "B"
    known = places.known(city) and (
        not has_case(city)
        or len(city) > _SHORT
        or places.people(city) >= _MANY_PEOPLE
        or bool(qualifiers and places.qualified(printed))
    )
    if not known and dates.is_weekday(city):
        return ""
    if lower:
        return "T" if known else "N"
    if not known and not qualifiers and (kind := _agency_like(city)):
        return kind
    found = _known(city) if known else "R" if places.is_region(city) else _unknown(city)
    if not qualifiers or not places.qualified(printed):
        return found
    return "c" if found in "Kk" else found.lower()


def _known(city: str) -> str:
    return "P" if city.isupper() else "T"


def _unknown(name: str) -> str:
    if not name.isupper():
        return "N" if has_case(name) else "U"
    if name.isalpha() and len(name) <= _ACRONYM:
        return "K" if len(name) >= 4 else "k"
    return "C"


def _is_byline(city: str) -> bool:
    """Return True for `By Nita Bhalla`."""
    first, blank, _ = city.partition(" ")
    return bool(blank) and fold_key(first) in grammar.words("by") and not places.known(city)


def _agency_like(name: str) -> str:
    """Return `w` for a domain, `a` for a name with a word for an agency or a paper."""
    last = _WORD.fullmatch(name.rpartition(" ")[2])
    if last and last["domain"]:
        return "w"
    words = [fold_key(word) for word in re.split(r"[ -]", name)]
    several = len(words) > 1 or len(words[0]) > 6
    return "a" if several and any(map(grammar.is_agency_word, words)) else ""
