"""Prints how well newswire reads labelled material, and fails under the floors.

    python -m benchmarks.quality [SECTION …] [--verbose]

Each section of `SECTIONS` gives rows of figures; `floors.toml` beside this package says what they
must be at least or at most. Material that is not at hand (`../shared`) is left out. To add a
section: write a function as `Section` below, name it in `SECTIONS`, give it floors.
"""

from __future__ import annotations

import argparse
import operator
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from benchmarks.quality import datelines, fixtures, learnt, pages, texts

# row (a set, a kind, a language) -> figure -> number
Table = dict[str, dict[str, float]]
# prints what `verbose` asks for, returns None where its material is not at hand
Section = Callable[[bool], Table | None]

SECTIONS: dict[str, Section] = {
    "fixtures": fixtures.measure,
    "texts": texts.measure,
    "datelines": datelines.measure,
    "pages": pages.measure,
    "learnt": learnt.measure,
}
FLOORS = Path(__file__).parents[1] / "floors.toml"
RELATIONS = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


def failures(section: str, table: Table, floors: dict[str, dict[str, str]]) -> list[str]:
    """Return a line for each floor (`>= 0.9`) that the table of `section` breaks."""
    broken = []
    for row, figures in floors.items():
        for figure, floor in figures.items():
            relation, bound = floor.split()
            got = table.get(row, {}).get(figure)
            if got is None:
                broken.append(f"{section}: no figure {figure!r} in row {row!r}")
            elif not RELATIONS[relation](got, float(bound)):
                broken.append(f"{section}, {row}: {figure} is {_number(got)}, wanted {floor}")
    return broken


def show(section: str, table: Table) -> None:
    """Print a table: a line for each row, a column for each figure."""
    columns = list(dict.fromkeys(figure for figures in table.values() for figure in figures))
    width = max(map(len, [section, *table]))
    print(section.ljust(width), *(c.rjust(max(len(c), 6)) for c in columns))
    for row, figures in table.items():
        cells = (_number(figures.get(c)).rjust(max(len(c), 6)) for c in columns)
        print(row.ljust(width), *cells)
    print()


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--verbose", action="store_true", help="the worst pages and the mistakes")
    parser.add_argument("--brief", action="store_true", help="no tables")
    args = parser.parse_args()
    if unknown := set(args.sections) - set(SECTIONS):
        parser.error(f"no section {sorted(unknown)[0]!r}: there are {', '.join(SECTIONS)}")
    floors = tomllib.loads(FLOORS.read_text("utf-8"))
    broken: list[str] = []
    for section in args.sections or SECTIONS:
        start = time.perf_counter()
        table = SECTIONS[section](args.verbose)
        if table is None:
            print(f"{section}: left out, its material is not at hand\n")
            continue
        if not args.brief:
            show(f"{section} ({time.perf_counter() - start:.1f} s)", table)
        broken += failures(section, table, floors.get(section, {}))
    print(*broken or ["every floor is kept"], sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
