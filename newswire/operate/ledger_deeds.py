"""What does `scrapy ledger` do? One function a deed, around `newswire.ledger.care`."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from newswire.errors import LedgerError
from newswire.ledger import Ledger, care
from newswire.ledger.open import open_database
from newswire.operate.health import Status, healths
from newswire.operate.terminal import plural


def _size(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    database = open_database(where)
    for name, value in care.sizes(database):
        print(f"{name:16} {value:>20}")
    database.close()
    return 0


def _health(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    """Say how each edition is, as a Nagios plugin does: the worst is the exit code."""
    with closing(open_database(where)) as database:
        found = list(healths(database, time.time()))
    states = [one.status(opts.hours) for one in found]
    worst = max(states, default=Status.WARNING)
    well = states.count(Status.OK)
    print(f"{worst.name}: {well} of {plural(len(found), 'edition')} well")
    for one in sorted(found, key=lambda one: -one.status(opts.hours)):
        print(one.line(opts.hours))
    return int(worst)


def _export(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    database, number = open_database(where), 0
    with opts.output.open("wb") as file:
        for article in care.export(database, opts.duplicates):
            file.write(article.to_json() + b"\n")
            number += 1
    database.close()
    print(f"{number} articles exported")
    return 0


def _diff(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    database, number = open_database(where), 0
    with opts.output.open("wb") as file:
        for found in care.differences(database):
            line = json.dumps(found, ensure_ascii=False)
            file.write(line.encode("utf-8", "surrogatepass") + b"\n")
            number += 1
    database.close()
    print(f"{number} articles reprocessed")
    return 0


def _import(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    problems: list[str] = []
    with _run(where, days, by_publication=True) as ledger:
        counts = care.import_articles(ledger, list(map(Path, given)), problems)
    for path, found in zip(given, counts, strict=True):
        again = f", {found['reprocessed']} reprocessed" if found["reprocessed"] else ""
        print(f"{path}: {found['new']} articles new, {found['known']} known{again}")
    if problems:
        print(*problems, plural(len(problems), "bad line"), sep="\n", file=sys.stderr)
        return 1
    return 0


def _merge(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    if "://" not in given[0] and not Path(given[0]).is_file():
        raise LedgerError(f"ledger {given[0]}: no such file")
    other = open_database(given[0])
    with _run(where, days) as ledger:
        urls, versions = care.merge(ledger, other)
    other.close()
    print(f"{urls} URLs and {versions} articles taken over")
    return 0


def _forget(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    with _run(where, days) as ledger:
        number = care.forget(ledger, given[0])
    if not number:
        raise LedgerError(f"ledger: nothing known of {given[0]}")
    print(f"{number} forgotten")
    return 0


def _reindex(where: str, days: float, given: Sequence[str], opts: Namespace) -> int:
    done, without = care.reindex(where, days)
    print(f"{done} texts indexed; {without} have no text any more")
    return 0


@contextmanager
def _run(where: str, days: float, *, by_publication: bool = False) -> Iterator[Ledger]:
    """Open a ledger for a run of its own; what it leaves unexported, a crawl may take over."""
    ledger = Ledger(where, days=days, by_publication=by_publication)
    try:
        # it shows no sign of life in between, and may take hours
        ledger.runs.begin("ledger", seconds=86400.0)
        yield ledger
        ledger.runs.finish({})
    finally:
        ledger.close()


class Deed(NamedTuple):
    """One of the deeds.

    Attributes:
        do: does it, with the ledger's path or URL, `NEWSWIRE_LEDGER_DAYS`, the names and the
            options given; returns the exit code.
        least, most: how many names it takes.
    """

    do: Callable[[str, float, Sequence[str], Namespace], int]
    least: int = 0
    most: float = 0


DEEDS = {
    "size": Deed(_size),
    "health": Deed(_health),
    "export": Deed(_export),
    "diff": Deed(_diff),
    "import": Deed(_import, 1, float("inf")),
    "merge": Deed(_merge, 1, 1),
    "forget": Deed(_forget, 1, 1),
    "reindex": Deed(_reindex),
}
