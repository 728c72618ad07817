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

from newswire.dateline import dates, days, grammar, places
from newswire.dateline.days import Printed
from newswire.text.folding import fold_key

# Tokens of a head, names of a head's part: what is longer is a sentence.
_MOST, _WORDS, _CASELESS_WORDS = 32, 6, 4
# A city of so few letters is as often a word or an acronym: it must have many people.
_SHORT, _MANY_PEOPLE = 4, 300_000


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
    rf"(?P<domain>[^\W_]{_IN_NAME}*(?:[\d-]{_IN_NAME}*)*(?:\.[a-z\d-]{{2,20}})?\.{_TLD}(?!\w))"
    rf"|(?:[^\W\d_]\.){{1,4}}(?:-?{_IN_NAME}{{2,}})?"
    rf"|{_IN_NAME}+(?:[-']{_IN_NAME}+)*"
)
_MORE = re.compile(rf"-{_IN_NAME}+")
_BLANKS = re.compile(r"\s*")
# A name of some words before a mark or a number; prose mostly begins otherwise.
_BEGINNING = re.compile(
    rf"[\"'(\[/]{{0,3}} *(?:\d|(?:{_IN_NAME}+[. -]{{1,2}}){{0,7}}{_IN_NAME}+ *"
    rf"(?:[\d{re.escape(_MARKS)}]|$))"
)


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
        _capital(word), key in grammar.words("small"), has_case(word), key in days.first_words()
    )


def _capital(word: str) -> bool:
    """Return True if a word begins with a capital, or is in a script that has none."""
    letter = next((char for char in word if char.isalpha()), "")
    caseless = not letter.islower() or "ა" <= letter <= "ჿ"
    return caseless or any(char.isupper() for char in word)


def has_case(text: str) -> bool:
    """Return True if a letter of the text has a capital form, Georgian apart."""
    return any(char.islower() or char.isupper() for char in text if not "ა" <= char <= "ჿ")


def is_capitals(text: str) -> bool:
    """Return True if the text has letters with case and all of them are capitals."""
    return text.isupper()


# --- the walk ------------------------------------------------------------------------------------


def scan(text: str, limit: int, language: str | None, lower: bool) -> list[Token]:
    """Return the tokens of a folded text up to the first thing that belongs to no head.

    With `lower` names may be in small letters: the whole page is.
    """
    return list(_tokens(text, limit, language, lower))


def _tokens(text: str, limit: int, language: str | None, lower: bool) -> Iterator[Token]:
    agency = grammar.finder(lower)
    position, count = _skip(text, 0), 0
    if not lower and not _BEGINNING.match(text, position):
        return
    while position < min(limit, len(text)) and count < _MOST:
        token = _mark(text, position)
        if token is None:
            token = (
                _agency(text, position, agency)
                or _day(text, position, language)
                or _name(text, position, lower)
            )
        if token is None:
            return
        yield token
        position, count = _skip(text, token.end), count + 1


def _skip(text: str, start: int) -> int:
    blanks = _BLANKS.match(text, start)
    return blanks.end() if blanks else start


def _mark(text: str, start: int) -> Token | None:
    """`---` is one mark, and so are two apostrophes, which stand for a quote."""
    char = text[start]
    if char == "'" and text[start + 1 : start + 2] == "'":
        return Token('"', start, start + 2)
    if char not in _MARKS:
        return None
    end = start + 1
    while char == "-" and text[_skip(text, end) :][:1] == "-":
        end = _skip(text, end) + 1
    return Token({"।": ".", "៖": ":", "ঃ": ":", "|": "·"}.get(char, char), start, end)


def _agency(text: str, start: int, agency: re.Pattern[str]) -> Token | None:
    """`ИНТЕРФАКС-ЦЕНТР -` is one name, in `ТАСС-Сегодня в городе` the sentence follows."""
    correspondent = grammar.correspondent().match(text, start)
    match = agency.match(text, correspondent.end() if correspondent else start)
    if not match:
        return None
    start, more = match.start(), _MORE.match(text, match.end())
    alike = more and _is_closed(text, more.end()) and _case(match[0]) == _case(more[0])
    end = more.end() if more and alike else match.end()
    return Token("A", start, end)


def _case(text: str) -> tuple[bool, bool]:
    """`ИНТЕРФАКС-ЦЕНТР` is one name, `dpa-Stipendiatin` is a trainee of one."""
    return text.isupper(), text.islower()


def _day(text: str, start: int, language: str | None) -> Token | None:
    word = None if text[start].isdecimal() else _WORD.match(text, start)
    if word and not _traits(word[0]).day and text[word.end() - 1] not in "日月年":
        return None
    day = days.at(text, start, language)
    # Душанбе is a city, and Monday in Tajik
    if day is None or (word and dates.is_weekday(word[0]) and places.known(word[0])):
        return None
    symbol = "Y" if day.year else "D" if day.own else "d"
    return Token(symbol, start, day.end, day)


def _is_closed(text: str, end: int) -> bool:
    """Return True if nothing of a sentence follows: a mark, a number or the end."""
    after = text[_skip(text, end) : _skip(text, end) + 1]
    return not after or after in _MARKS or after.isdecimal()


def _name(text: str, start: int, lower: bool) -> Token | None:
    """Return the name that begins here and runs up to a mark, a day or the end."""
    position, end, words, cased = start, start, 0, False
    while words < _WORDS and (word := _word(text, position)):
        traits = _traits(word)
        if words and traits.day and days.at(text, position) is not None:
            return Token("N", start, end)
        if not (lower or traits.capital or (words and traits.small)):
            return None
        cased = cased or traits.cased
        end, words = position + len(word), words + 1
        if text[end : end + 1] != " " or text[end + 1 : end + 2] in _MARKS:
            break
        position = end + 1
    if not words or not _is_closed(text, end):
        return None
    if words > (_WORDS if cased else _CASELESS_WORDS):
        return None
    return Token("N", start, end)


def _word(text: str, start: int) -> str | None:
    """Return a word of a name, with the full stop of `St.` and `Calif.`"""
    match = _WORD.match(text, start)
    if not match:
        return None
    word = match[0]
    if text[match.end() : match.end() + 1] == "." and places.is_abbreviation(word):
        return word + "."
    return word


# --- names ---------------------------------------------------------------------------------------


def name_symbols(
    text: str, tokens: Sequence[Token], lower: bool, outlet: str | None
) -> list[Token]:
    """Return the tokens with names looked up, states joined to their city, and a byline parted
    from the city that it is glued to. A word that is no name ends the head.
    """
    found: list[Token] = []
    for token in _qualified(text, tokens):
        if token.symbol != "N":
            found.append(token)
            continue
        for part in _parts(text, token):
            symbol = (
                part.symbol
                if part.symbol == "B"
                else _symbol(text[part.start : part.end], lower, outlet)
            )
            if not symbol:
                return found
            found.append(Token(symbol, part.start, part.end))
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
    line = "".join(token.symbol for token in tokens[at : at + 3])
    end = at + 2 if line[:2] in (",N", "/N") else at + 3 if line in ("(N)", "[N]") else 0
    if not end:
        return 0
    name, printed = tokens[at + 1], text[place.start : place.end]
    if line[0] == "/":
        # `Frankfurt/Main` is one city
        return end if places.is_exception(text[place.start : name.end]) else 0
    wrapped = line[0] != ","
    return end if places.qualifies(text[name.start : name.end], printed, wrapped) else 0


def _parts(text: str, token: Token) -> list[Token]:
    """Return the name, or the byline and the city of `By Nita Bhalla NAIROBI`."""
    name = text[token.start : token.end]
    city = places.split(name)[0]
    words = city.split(" ")
    if len(words) < 3 or places.known(city):
        return [token]
    by = fold_key(words[0]) in grammar.words("by")
    for size in (3, 2, 1):
        if len(words) - size < 2:
            continue
        last = " ".join(words[-size:])
        glued = is_capitals(last) and not any(map(is_capitals, words[:-size]))
        if (by or glued) and places.known(last) and len(last) > _SHORT:
            start = token.start + len(city) - len(last)
            first = token.start + (len(words[0]) + 1 if by else 0)
            return [Token("B", first, start - 1), Token("N", start, token.end)]
    return [token]


def _symbol(printed: str, lower: bool, outlet: str | None) -> str:
    """Return the symbol of a name, empty for a word that is none."""
    found = _symbol_of(printed, lower)
    return "A" if outlet and found and fold_key(printed) == outlet else found


@functools.lru_cache(maxsize=1024)
def _symbol_of(printed: str, lower: bool) -> str:
    city, qualifiers = places.split(printed)
    key = fold_key(city)
    if not key or key in grammar.words("stop") or dates.months(city):
        return ""
    if _is_byline(city):
        return "B"
    capitals = is_capitals(city)
    known = places.known(city) and (
        not has_case(city) or len(city) > _SHORT or places.people(city) >= _MANY_PEOPLE
    )
    if not known and dates.is_weekday(city):
        return ""
    if lower:
        return "T" if known else "N"
    if not known and not qualifiers and (kind := _agency_like(city)):
        return kind
    if known:
        found = "P" if capitals else "T"
    elif places.is_region(city):
        found = "R"
    elif capitals and city.isalpha() and not qualifiers:
        found = "K" if len(city) >= 4 else "k"
        return found if len(city) <= 8 else "C"
    else:
        found = "C" if capitals else "N" if has_case(city) else "U"
    return found.lower() if qualifiers and places.qualified(printed) else found


def _is_byline(city: str) -> bool:
    """Return True for `By Nita Bhalla`."""
    first, blank, _ = city.partition(" ")
    return bool(blank) and fold_key(first) in grammar.words("by") and not places.known(city)


def _agency_like(name: str) -> str:
    """Return `w` for a domain, `a` for a name with a word for an agency or a paper."""
    match = _WORD.fullmatch(name)
    if match and match["domain"]:
        return "w"
    words = [fold_key(word) for word in re.split(r"[ -]", name)]
    several = len(words) > 1 or len(words[0]) > 6
    return "a" if several and any(map(grammar.is_agency_word, words)) else ""
