"""How many datelines of labelled first paragraphs are found, and is anything else ever cut?

A set is a TSV file with the columns kind (pos, neg), text, language, source, agency, body_offset,
published, and form where it has one. One threshold (`dateline.CUT`) holds for all of them.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newswire.dateline import CUT, parse
from newswire.items import Dateline

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = ("datelines.tsv", "datelines2.tsv")
BENCH = ("aeb", "daniel_ru", "fundus_eval")
RELEASES = {"PR Newswire", "PRNewswire", "Business Wire", "GlobeNewswire", "press release", "ots"}


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled paragraph, and what was read at its head."""

    labels: dict[str, str]
    head: Dateline | None

    def again(self) -> Row:
        """Return the row read again."""
        return Row(self.labels, _parse(self.labels))

    @property
    def positive(self) -> bool:
        return self.labels["kind"] == "pos"

    @property
    def cut(self) -> bool:
        return self.head is not None and self.head.confidence >= CUT

    @property
    def exact(self) -> bool:
        """The text is left as it is labelled; sets differ in whose the blank is."""
        assert self.head is not None
        offset, text = int(self.labels["body_offset"]), self.labels["text"]
        return text[len(self.head.raw) :].lstrip() == text[offset:].lstrip()


def read(path: Path) -> list[Row]:
    """Return the rows of a set, each with its head parsed as on a page of its day."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Row(row, _parse(row)) for row in rows]


def _parse(row: dict[str, str]) -> Dateline | None:
    day = row["published"] or ""
    published = day if len(day) == len("2021-12-23") else None
    return parse(row["text"], language=row["language"], published=published)


def figures(rows: Iterable[Row]) -> dict[str, float]:
    """Return the figures of some rows: shares of found and exact, numbers of the rest."""
    rows = list(rows)
    heads = [row for row in rows if row.positive]
    found = [row for row in heads if row.cut]
    table: dict[str, float] = {"heads": len(heads)}
    if heads:
        table["found"] = len(found) / len(heads)
        table["noted"] = sum(row.head is not None and not row.cut for row in heads)
    if found:
        table["exact"] = sum(row.exact for row in found) / len(found)
    others = [row for row in rows if not row.positive]
    return table | {"others": len(others), "false": sum(row.cut for row in others)}


def groups(rows: list[Row], label: str) -> dict[str, dict[str, float]]:
    """Return the figures by `form`, `language` or `source`."""
    names = sorted({row.labels.get(label) or "-" for row in rows})
    return {
        name: figures(row for row in rows if (row.labels.get(label) or "-") == name)
        for name in names
    }


def mistakes(rows: Iterable[Row]) -> Iterator[str]:
    """Yield a line for each head that is not found or not exact, and each false cut."""
    for row in rows:
        text = row.labels["text"][:90]
        if not row.positive and row.cut:
            yield f"false   {text}"
        elif row.positive and not row.cut:
            yield f"{'noted ' if row.head else 'missed'}  {text}"
        elif row.positive and not row.exact:
            yield f"inexact {text}"


def later_paragraphs(folder: Path) -> dict[str, float]:
    """Return how often something is cut behind the first paragraph of general news pages."""
    number, cuts = 0, 0
    for name in BENCH:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for page in map(json.loads, file):
                for text in _behind_first(page["gold"][0]):
                    head = parse(text, language=page["lang"], published=page["date"] or None)
                    number += 1
                    cuts += head is not None and head.confidence >= CUT
    return {"paragraphs": number, "false": cuts, "false in 10,000": 10_000 * cuts / number}


def _behind_first(paragraphs: list[str]) -> list[str]:
    """Leave out the first paragraph, and the headlines before it: they end without a mark."""
    texts = [text.rstrip() for text in paragraphs if text.strip()]
    return list(itertools.dropwhile(lambda text: text[-1] not in '.!?…:"»”', texts))[1:]


def measure(verbose: bool) -> dict[str, dict[str, float]] | None:
    """Return the figures of the sets in `../shared`, None without them."""
    if not all((DATA / name).exists() for name in SETS):
        return None
    sets = {name: read(DATA / name) for name in SETS}
    table = {name: figures(rows) for name, rows in sets.items()}
    for name, rows in sets.items():
        of = f"{name.removesuffix('.tsv')}: "
        heads = [row for row in rows if row.positive]
        releases = [row for row in heads if row.labels["source"] in RELEASES]
        wires = [r for r in heads if r.labels["agency"] and r not in releases]
        table[of + "press releases"] = figures(releases)
        table[of + "with an agency"] = figures(wires)
        table[of + "without one"] = figures(r for r in heads if not r.labels["agency"])
        if verbose:
            print(f"{name}:", *mistakes(rows), sep="\n")
    table["later paragraphs of bench"] = later_paragraphs(DATA / "bench")
    return table
