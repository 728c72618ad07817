"""Crawls that are killed at a random point, and whether the next one completes what they left.

Used by `tests/test_crash.py` with a few seeds, and by `python -m benchmarks.kills` with many.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
from backports import zstd
from lxml import etree

from tests.forked import Forked
from tests.simulated import Running

Key = tuple[str, int]
# of the simulated wire: a few days, so that a kill falls among some fifty articles
WAYS = {
    "replay": ["-a", "replay=fixtures"],
    "back-fill": ["-a", "since=2021-11-11", "-a", "until=2021-11-13"],
    "newest": [],
}
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
# files that a crawl continues, and kinds of files that each crawl writes anew
GROWING = ("articles.jsonl", "articles.csv", "articles.db")
WHOLE = ("xml", "parquet", "jsonl.gz", "csv.zst")


@dataclass(slots=True)
class Killed:
    """What the kills of one seed were, for the record."""

    way: str
    engine: str
    seed: int
    at: list[int] = field(default_factory=list)
    articles: int = 0
    twice: int = 0


class Scene:
    """A ledger, and one feed of each kind."""

    def __init__(self, way: str, server: Running, folder: Path, ledger: str) -> None:
        self.folder, self.ledger, self.runs = folder, ledger, 0
        site = ["-a", "edition=tj", "-a", f"site={server.sites['tj']}", *FAST]
        self._options = [*WAYS[way], *([] if way == "replay" else site)]

    def start(self) -> Forked:
        """Start the next crawl."""
        self.runs += 1
        names = [*GROWING, *(f"run{self.runs}.{kind}" for kind in WHOLE)]
        feeds = [part for name in names for part in ("-o", str(self.folder / name))]
        ledger = ["-s", f"NEWSWIRE_LEDGER={self.ledger}"]
        return Forked("scrapy", "crawl", "sputnik", *self._options, *ledger, *feeds)

    @contextmanager
    def _rows(self) -> Iterator[Callable[[str], list[Any]]]:
        """Give a function that asks the ledger, past the program."""
        if self.ledger.startswith("postgresql:"):
            with psycopg.connect(self.ledger, autocommit=True) as server:
                server.execute("SET search_path = newswire")
                yield lambda query: server.execute(query.encode()).fetchall()
        else:
            with closing(sqlite3.connect(self.ledger, timeout=30)) as file:
                yield lambda query: file.execute(query).fetchall()

    def stored(self) -> int:
        """Return how many articles the ledger has; 0 before it is there."""
        with suppress(sqlite3.OperationalError, psycopg.errors.UndefinedTable), self._rows() as ask:
            return int(ask("SELECT count(*) FROM article")[0][0])
        return 0

    def wait_for(self, crawl: Forked, stored: int) -> None:
        """Wait until that many articles are stored, or the crawl has ended."""
        while crawl.running() and self.stored() < stored:
            time.sleep(0.02)

    def kill(self, at: int, pause: float) -> int:
        """Crawl until `at` articles are stored and `pause` seconds more; return how many are."""
        crawl = self.start()
        self.wait_for(crawl, at)
        time.sleep(pause)
        crawl.kill()
        return self.stored()

    def check_ledger(self) -> None:
        """See that nothing is locked, leased, left to be exported or broken."""
        with self._rows() as ask:
            assert ask("SELECT edition FROM lock") == []
            assert ask("SELECT key FROM url WHERE state = 'leased'") == []
            assert ask("SELECT run FROM run WHERE ended IS NULL") == []
            waiting = "SELECT id FROM article WHERE exported IS NULL AND held = 0"
            assert ask(waiting) == []
            if not self.ledger.startswith("postgresql:"):
                assert ask("PRAGMA integrity_check") == [("ok",)]

    def read(self) -> dict[str, list[Key]]:
        """Return the articles in the feeds of each kind, read by other programs than ours."""
        growing = [self.folder / name for name in GROWING]
        lines = growing[0].read_bytes()
        assert lines.endswith(b"\n")
        with closing(sqlite3.connect(growing[2])) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            rows = db.execute("SELECT id, version FROM articles").fetchall()
        found: dict[str, list[Key]] = {
            "jsonl": _lines(lines),
            "csv": _table(growing[1].read_bytes()),
            "db": [(name, int(version)) for name, version in rows],
        }
        for kind in WHOLE:
            found[kind] = []
            for run in range(1, self.runs + 1):
                path = self.folder / f"run{run}.{kind}"
                if not path.exists():
                    continue
                try:
                    found[kind] += READERS[kind](path.read_bytes())
                except Exception:
                    assert run < self.runs, path  # half a file, as a crawl leaves that was killed
        return found


def _lines(data: bytes) -> list[Key]:
    return [(a["id"], a["version"]) for a in map(json.loads, data.decode("utf-8").splitlines())]


def _table(data: bytes) -> list[Key]:
    rows = list(csv.DictReader(StringIO(data.decode("utf-8"), newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows)
    return [(row["id"], int(row["version"])) for row in rows]


def _tree(data: bytes) -> list[Key]:
    root = etree.fromstring(data)
    return [(a.findtext("id"), int(a.findtext("version"))) for a in root]


def _columns(data: bytes) -> list[Key]:
    table = pq.read_table(BytesIO(data), columns=["id", "version"])
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


READERS: dict[str, Callable[[bytes], list[Key]]] = {
    "xml": _tree,
    "parquet": _columns,
    "jsonl.gz": lambda data: _lines(gzip.decompress(data)),
    "csv.zst": lambda data: _table(zstd.decompress(data)),
}


def run(
    way: str, server: Running, folder: Path, ledger: str, seed: int, wanted: set[str]
) -> Killed:
    """Kill one or two crawls at points that the seed says, then crawl to the end and check all.

    `wanted` are the ids that a crawl finds that nobody kills.
    """
    choose = random.Random(f"{way} {seed}")
    scene = Scene(way, server, folder, ledger)
    record = Killed(way, ledger.partition(":")[0] if "://" in ledger else "sqlite", seed)
    for _ in range(choose.randint(1, 2)):
        at, pause = choose.randint(0, len(wanted)), choose.choice((0, 0, 0.02, 0.1))
        record.at.append(scene.kill(at, pause))
    done = scene.start().wait()
    assert done.returncode == 0, done.stderr
    scene.check_ledger()
    for kind, keys in scene.read().items():
        assert {name for name, _ in keys} == wanted, (kind, seed)
        assert {version for _, version in keys} <= {1}, (kind, seed)
        if kind == "db":
            assert len(keys) == len(set(keys)), seed
        record.twice = max(record.twice, len(keys) - len(set(keys)))
    record.articles = len(wanted)
    return record


def undisturbed(way: str, server: Running, folder: Path) -> set[str]:
    """Return the ids that a crawl finds that nobody kills."""
    scene = Scene(way, server, folder, str(folder / "undisturbed.db"))
    done = scene.start().wait()
    assert done.returncode == 0, done.stderr
    return {name for name, _ in scene.read()["jsonl"]}


__all__ = ["WAYS", "Killed", "Scene", "run", "undisturbed"]
