"""Which city does a dateline name? An offline gazetteer, read on first use.

The table is an extract of GeoNames (CC BY 4.0, see NOTICE) that `tools/build_places.py` writes. It
stays the bytes it is, packed until something is looked up there, and is searched by bisection: a
dictionary of its names would take a second to build and 200 MB.
"""

from __future__ import annotations

import functools
import gzip
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile

from newswire import rules
from newswire.items import Place
from newswire.text.folding import fold_key, spans

# Without a hint, a second city of this share of the first one's people leaves the place open.
RIVAL = 0.2
# Its own name outranks another city's second name when it has this share of that one's people:
# Islamabad is the one in Pakistan (26 %), ROMA is not the one in Texas (0.4 %), BAKI not the one
# in Java (4 %). A capital always has its own name.
OWN_NAME = 0.05
# A city of the edition's own country wins when it has this share of the largest one's people.
AT_HOME = 0.1

# Letters of a code of a country or a state.
_CODE = 3

BLOCK = 1024  # lines that are packed together


class City(NamedTuple):
    """A row of the gazetteer; `division` is GeoNames' first-level code (`CA` in US.CA)."""

    geonames_id: int
    country: str
    division: str
    population: int
    capital: bool
    name: str


class Gazetteer:
    """The tables of `places.zip` (tools/build_places.py says how they look).

    Their blocks are unpacked when something is looked up in them.
    """

    def __init__(self) -> None:
        self._file = ZipFile(BytesIO(files("newswire.rules").joinpath("places.zip").read_bytes()))
        self._keys = self._file.read("keys").decode().splitlines()
        self._cities: dict[int, list[bytes]] = {}
        self._names: dict[int, bytes] = {}

    def names(self) -> list[str]:
        """Return every name, in the order of the table."""
        rows = b"".join(map(self._block, range(len(self._keys)))).decode().splitlines()
        return [row.split("\t")[0] for row in rows]

    def find(self, key: str) -> list[tuple[str, Sequence[City]]]:
        """Return each name as the gazetteer writes it, and its cities, for a folded name."""
        # names that are folded alike may begin at the end of one block and go on in others
        first, last = max(bisect_left(self._keys, key) - 1, 0), bisect_right(self._keys, key) - 1
        return [
            (name, [self._city(int(number)) for number in numbers.split()])
            for block in range(first, last + 1)
            for name, numbers in _rows(self._block(block), key)
        ]

    def _block(self, number: int) -> bytes:
        if number not in self._names:
            self._names[number] = self._file.read(f"names/{number}")
        return self._names[number]

    def _city(self, number: int) -> City:
        block, row = divmod(number, BLOCK)
        if block not in self._cities:
            self._cities[block] = self._file.read(f"cities/{block}").splitlines()
        fields = self._cities[block][row].decode().split("\t")
        ident, country, division, people, capital, name = fields
        return City(int(ident), country, division, int(people), bool(capital), name)


def _rows(block: bytes, key: str) -> Iterator[tuple[str, str]]:
    """Yield the rows of a block of names whose folded name is `key`."""
    low, high = 0, len(block)
    while low < high:
        middle = block.rfind(b"\n", low, (low + high) // 2) + 1 or low
        if fold_key.__wrapped__(_row(block, middle)[0]) < key:
            low = block.index(b"\n", middle) + 1
        else:
            high = middle
    while low < len(block) and fold_key((found := _row(block, low))[0]) == key:
        yield found
        low = block.index(b"\n", low) + 1


def _row(block: bytes, start: int) -> tuple[str, str]:
    name, _, numbers = block[start : block.index(b"\n", start)].decode().partition("\t")
    return name, numbers


@functools.cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer, read on the first call."""
    return Gazetteer()


class _Exceptions(NamedTuple):
    """What `places.toml` says of places by folded name, and which countries it leaves open."""

    places: Mapping[str, Place]
    disputed: frozenset[int | str]


@functools.cache
def _exceptions() -> _Exceptions:
    table = rules.read("places.toml")
    places = {
        fold_key(printed): Place(printed, row["name"], row.get("country"), row.get("geonames_id"))
        for row in table["place"]
        for printed in row["printed"]
    }
    disputed = (row.get("geonames_id") or row["division"] for row in table["disputed"])
    return _Exceptions(places, frozenset(disputed))


@functools.cache
def _qualifiers() -> Mapping[str, frozenset[str]]:
    """Return the codes of countries (`US`) and first-level divisions (`US.CA`) by folded name."""
    countries, divisions = rules.read("countries.toml"), rules.read("places.toml")["divisions"]
    found: dict[str, set[str]] = {}
    for code, names in (countries | divisions).items():
        for name in names:
            found.setdefault(_bare(name), set()).add(code)
    data = gzip.decompress(files("newswire.rules").joinpath("divisions.tsv.gz").read_bytes())
    for line in data.decode().splitlines():
        name, codes = line.split("\t")
        found.setdefault(name, set()).update(codes.split())
    return {name: frozenset(codes) for name, codes in found.items()}


def _bare(name: str) -> str:
    return fold_key(name).replace(".", "").strip()


@functools.cache
def _abbreviations() -> frozenset[str]:
    divisions = rules.read("places.toml")["divisions"]
    printed = [name for names in divisions.values() for name in names if name.endswith(".")]
    return frozenset(
        fold_key(name) for name in [*printed, *rules.read("places.toml")["abbreviated"]]
    )


def is_abbreviation(word: str) -> bool:
    """Return True if a full stop belongs to the word in a name: `St`, `Calif`."""
    return fold_key(word) + "." in _abbreviations()


@functools.lru_cache(maxsize=1024)
def _find(name: str) -> tuple[tuple[str, Sequence[City]], ...]:
    found = gazetteer().find(fold_key(name))
    for hamza in "إأآ" * (not found and "ا" in name):
        # papers drop the hamza of the first alif: `الاسكندرية`
        found = found or gazetteer().find(fold_key(name.replace("ا", hamza, 1)))
        found = found or gazetteer().find(fold_key(name.replace("الا", "ال" + hamza, 1)))
    return tuple(found)


# `KABUL, Afghanistan`, `Mumbai (Maharashtra) [India]`
_QUALIFIER = re.compile(r"\s*[,،([]\s*([^,،()\[\]]+)[)\]]?")


@functools.lru_cache(maxsize=1024)
def split(printed: str) -> tuple[str, tuple[str, ...]]:
    """Return the city and its qualifiers.

    >>> split("Mumbai (Maharashtra) [India]"), split("С.-ПЕТЕРБУРГ")
    (('Mumbai', ('Maharashtra', 'India')), ('С.-ПЕТЕРБУРГ', ()))
    """
    first = _QUALIFIER.search(printed)
    if not first or not first.start():
        return printed.strip(), ()
    qualifiers = tuple(m[1].strip() for m in _QUALIFIER.finditer(printed, first.start()))
    return printed[: first.start()].strip(), qualifiers


def is_exception(printed: str) -> bool:
    """Return True if the name stands in the table of exceptions as it is printed."""
    return fold_key(printed) in _exceptions().places


@functools.lru_cache(maxsize=1024)
def known(printed: str) -> bool:
    """Return True if the gazetteer or the table of exceptions has the city.

    >>> known("ДУШАНБЕ"), known("ЦЕНА")
    (True, False)
    """
    name, _ = split(printed)
    return fold_key(name) in _exceptions().places or bool(_find(name))


def qualified(printed: str) -> bool:
    """Return True if each qualifier of a place is a known country or division of one."""
    return all(map(_within, split(printed)[1]))


def qualifies(qualifier: str, printed: str, wrapped: bool = False) -> bool:
    """Return True if `qualifier` can say where a city is: a country or division, and none of two
    cities in a row. With `wrapped` it stands in brackets, as no second city does.

    >>> qualifies("France", "Lyon"), qualifies("Marseille", "Lyon"), qualifies("Calif.", "Nowhere")
    (True, False, True)
    """
    within = _within(qualifier)
    if not within:
        return False
    name = split(printed)[0]
    cities = {city for _, found in _find(name) for city in found}
    if any(city.country in within or _division(city) in within for city in cities):
        return True
    # `CASABLANCA (PG)`: a code must be right. `LONDON, PARIS`: a province of the name is no reason;
    # `Nowhere, Calif.` is a small town
    code = len(qualifier) <= _CODE and qualifier.isupper()
    return not code and (wrapped or not known(qualifier))


@functools.lru_cache(maxsize=1024)
def is_region(printed: str) -> bool:
    """Return True for the name of a country or of a state."""
    return bool(_within(printed))


def people(printed: str) -> int:
    """Return how many live in the largest city of the name; in one of the exceptions, very many."""
    name, _ = split(printed)
    if fold_key(name) in _exceptions().places:
        return 10**9
    return max((city.population for _, found in _find(name) for city in found), default=0)


def resolve(printed: str, *, country: str | None = None, home: str | None = None) -> Place:
    """Return the place with what the gazetteer knows of it.

    The order of evidence: a qualifier that is printed with it; the edition's own `country`; the
    agency's `home` country, if its city is the largest of that name; a city's own name before its
    other names; population. A city that stays ambiguous keeps its name and gets no id.

    >>> resolve("ДУШАНБЕ")
    Place(printed='ДУШАНБЕ', name='Душанбе', country='TJ', geonames_id=1221874)
    >>> resolve("BIRMINGHAM, Ala.").country, resolve("BIRMINGHAM").country
    ('US', 'GB')
    """
    return Place(printed, *_resolve(printed, country, home))


@functools.lru_cache(maxsize=1024)
def _resolve(
    printed: str, country: str | None, home: str | None
) -> tuple[str | None, str | None, int | None]:
    name, qualifiers = split(printed)
    exception = _exceptions().places.get(fold_key(name))
    if exception:
        return exception.name, exception.country, exception.geonames_id
    found = _find(name)
    cities = {city for _, cities in found for city in cities}
    city = _choose(cities, fold_key(name), qualifiers, country, home)
    shown = _display([shown for shown, of in found if city is None or city in of], name)
    if city is None:
        return shown, None, None
    disputed = not _exceptions().disputed.isdisjoint((city.geonames_id, _division(city)))
    return shown, None if disputed else city.country, city.geonames_id


def _display(names: Sequence[str], printed: str) -> str | None:
    """Return the name in the script of the text, nearest to what is printed but for capitals."""
    same = [name for name in names if _script(name) == _script(printed)] or list(names)
    capitals = spans(printed)[0].upper()
    return min(same, key=lambda n: (spans(n)[0].upper() != capitals, n.isupper(), n), default=None)


def _script(text: str) -> str:
    letter = next((char for char in text if char.isalpha()), "?")
    return unicodedata.name(letter, "?").split()[0]


def _choose(
    cities: set[City], key: str, qualifiers: Sequence[str], country: str | None, home: str | None
) -> City | None:
    ranked = sorted(cities, key=lambda city: (-city.population, city.geonames_id))
    for qualifier in qualifiers:
        within = _within(qualifier)
        if within:
            ranked = [c for c in ranked if c.country in within or _division(c) in within]
    if not ranked:
        return None
    most = ranked[0].population
    own = [c for c in ranked if c.country == country and c.population >= AT_HOME * most]
    if own:
        return own[0]
    if ranked[0].country == home:
        return ranked[0]
    least = OWN_NAME * most
    named = [c for c in ranked if fold_key(c.name) == key and (c.capital or c.population >= least)]
    ranked = named or ranked
    if (
        len(ranked) > 1
        and not ranked[0].capital
        and ranked[1].population > RIVAL * ranked[0].population
    ):
        return None
    return ranked[0]


def _division(city: City) -> str:
    return f"{city.country}.{city.division}"


def _within(qualifier: str) -> frozenset[str]:
    """Return the codes that a qualifier may mean: a country (`US`), its division (`US.CA`).

    A code of two letters is printed in capitals: `SP`, but not `de`.
    """
    key = _bare(qualifier)
    if len(key) <= 2 and not qualifier.isupper() and "." not in qualifier:
        return frozenset()
    return _qualifiers().get(key, frozenset())
