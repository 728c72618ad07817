"""How large must a machine or a cluster be? `python -m benchmarks.sizing [--update]`

Measures on this machine what a page costs: in a live crawl of the simulator, with a ledger in
SQLite and in PostgreSQL, and in archives read by `newswire.reprocess`. From these it computes the
tables of docs/scaling.md; `--update` writes them there. Costs are CPU time, so a busy machine
changes little.

What a cost is multiplied with is given below: a pace, a size, a share. Nothing else is typed.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import newswire
from benchmarks.speed.pages import write
from benchmarks.speed.ways import Cost, cost
from newswire import settings
from newswire.wires.editions import editions
from tests import archives, crawl, postgres, simulated

DOC = Path(__file__).parents[1] / "docs/scaling.md"
BEGIN, END = "<!-- sizing: python -m benchmarks.sizing --update -->\n", "<!-- /sizing -->\n"
# a machine of a cluster, as docs/scaling.md says
CORES, MEMORY = 4, 8e9
# The pages of a live crawl: of few days and of more, so that its start is not counted as pages'.
FIRST, FEW, MORE = date(2021, 11, 8), 1, 14
FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False")
PAGES, FOREIGN = 400, 1500
# CC-NEWS: 20 GB a day, 25 TiB from 2016 to September 2022, 0.38 million pages a day (Common Crawl's
# listings; arXiv 2605.18337). The share of the wire's pages is a guess, on the high side.
ARCHIVES = {"a day of CC-NEWS": 20e9, "a year": 365 * 20e9, "2016 to 2022": 25 * 2**40}
PAGES_A_GB, SHARE = 0.38e6 / 20, 0.01
NETWORK = 125e6  # bytes a second: 1 Gbit/s
# articles a day: a small edition, a large one
ARTICLES = (50, 500)


@dataclass(frozen=True, slots=True)
class Live:
    """A live crawl: CPU seconds a page, to start, and of the server a page; bytes at its peak."""

    page: float
    start: float
    server: float
    memory: float


@dataclass(frozen=True, slots=True)
class Bulk:
    """Archives: CPU seconds a page of the wire, and a GB of others; bytes at the peak."""

    page: float
    foreign: float
    memory: float


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _server_spent(folder: Path) -> float:
    """Return the CPU seconds of the sessions of a PostgreSQL server that have ended (proc(5))."""
    pid = (folder / "data/postmaster.pid").read_text("ascii").split()[0]
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _crawl(server: simulated.Running, folder: Path, days: int, ledger: str) -> tuple[int, Cost]:
    """Return the articles of a back-fill, and what its process cost."""
    feed = folder / f"{days}.jsonl"
    options = [
        *("-a", "edition=tj", "-a", f"site={server.sites['tj']}", *FAST),
        *("-a", f"since={FIRST}", "-a", f"until={FIRST + timedelta(days=days - 1)}"),
        *("-s", f"NEWSWIRE_LEDGER={ledger}", "-s", "LOG_LEVEL=WARNING"),
    ]
    spent = cost(crawl.command(feed, *options))
    return feed.read_bytes().count(b"\n"), spent


def _live(server: simulated.Running, engine: postgres.Server | None) -> Live:
    points, spent = [], []
    with tempfile.TemporaryDirectory() as name:
        for days in (FEW, MORE):
            ledger = engine.new_database() if engine else f"{name}/{days}.db"
            before = _server_spent(engine.folder) if engine else 0.0
            points.append(_crawl(server, Path(name), days, ledger))
            time.sleep(0.5)  # the server notices that the session has ended
            spent.append((_server_spent(engine.folder) if engine else 0.0) - before)
    (few, cheap), (many, dear) = points
    page = (dear.seconds - cheap.seconds) / (many - few)
    server_page = (spent[1] - spent[0]) / (many - few)
    return Live(page, cheap.seconds - few * page, server_page, dear.megabytes * 2**20)


def _foreign() -> Iterator[bytes]:
    """Yield records of pages of other sites; packed they are as large as those of CC-NEWS."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(20_000)]
    for number in range(FOREIGN):
        body = " ".join(chance.choices(words, k=16_000)).encode()
        yield archives.record(f"https://harbour.example/{number}", b"<!doctype html>" + body)


def _bulk() -> Bulk:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = write(folder / "pages", "tj", FIRST, PAGES, text=False)
        ours, few, others = (folder / f"{n}.warc.gz" for n in ("ours", "few", "others"))
        records = [
            archives.record(archives.ours(n), path.read_bytes()) for n, path in enumerate(pages)
        ]
        ours.write_bytes(b"".join(records))
        few.write_bytes(b"".join(records[:20]))
        with others.open("wb") as file:
            file.writelines(_foreign())
        newswire.reprocess(few, folder / "warm", workers=0)
        spent = {}
        for path in (few, ours, others):
            before = _spent()
            done = newswire.reprocess(path, folder / "out", workers=0)
            spent[path] = _spent() - before
            assert not done.failed
        page = (spent[ours] - spent[few]) / (PAGES - 20)
        foreign = (spent[others] - spent[few] + 20 * page) / others.stat().st_size * 1e9
    return Bulk(page, foreign, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0)


def _costs(sqlite: Live, shared: Live, bulk: Bulk) -> Iterator[str]:
    yield "| cost | measured |"
    yield "|---|---|"
    yield f"| a page of a live crawl, ledger in SQLite | {sqlite.page * 1e3:.1f} ms of CPU |"
    yield f"| the same, ledger in PostgreSQL | {shared.page * 1e3:.1f} ms of CPU |"
    yield f"| … and in the server | {shared.server * 1e3:.1f} ms |"
    yield f"| the start of a crawl | {shared.start:.1f} s of CPU |"
    yield f"| memory of a crawl | {shared.memory / 1e6:.0f} MB at most |"
    yield f"| a page of the wire in an archive | {bulk.page * 1e3:.1f} ms of CPU |"
    yield f"| pages of other sites in an archive, passed over | {bulk.foreign:.1f} s of CPU a GB |"
    yield f"| memory of a process that reads archives | {bulk.memory / 1e6:.0f} MB at most |"


def _live_table(shared: Live) -> Iterator[str]:
    pace = 1 / settings.DOWNLOAD_DELAY
    yield "| editions, each at full pace | pages a day | cores | memory | PostgreSQL's | machines |"
    yield "|---|---|---|---|---|---|"
    for number in (1, 10, len(list(editions().all())), 200):
        cores = number * pace * shared.page
        memory = number * shared.memory
        machines = max(1, -(-cores // CORES), -(-memory // MEMORY))
        yield (
            f"| {number} | {number * pace * 86400:,.0f} | {cores:.2f} | {memory / 1e9:.1f} GB"
            f" | {number * pace * shared.server:.2f} cores | {machines:.0f} |"
        )


def _day_table(shared: Live) -> Iterator[str]:
    every = len(list(editions().all()))
    yield f"| all {every} editions, a run an hour | CPU a day | of one core |"
    yield "|---|---|---|"
    for articles in ARTICLES:
        # an article is a page; feed, news sitemap and robots.txt of each run are three more
        spent = every * (24 * (shared.start + 3 * shared.page) + articles * shared.page)
        yield (f"| {articles} articles a day each | {spent / 3600:.1f} h | {spent / 86400:.0%} |")
    yield ""
    yield "| a year of one edition | pages | at full pace | CPU |"
    yield "|---|---|---|---|"
    for articles in ARTICLES:
        pages = 365 * articles
        hours = pages * settings.DOWNLOAD_DELAY / 3600
        yield (
            f"| {articles} articles a day | {pages:,} | {hours:.0f} h"
            f" | {pages * shared.page / 3600:.1f} h |"
        )


def _bulk_table(bulk: Bulk) -> Iterator[str]:
    yield "| archive | size | pages of the wire | CPU | cores for a day | read at 1 Gbit/s |"
    yield "|---|---|---|---|---|---|"
    for name, size in ARCHIVES.items():
        wire = size / 1e9 * PAGES_A_GB * SHARE
        spent = size / 1e9 * bulk.foreign + wire * bulk.page
        yield (
            f"| {name} | {size / 1e12:.2f} TB | {wire:,.0f} | {spent / 3600:,.2f} h"
            f" | {spent / 86400:.2f} | {size / NETWORK / 3600:,.1f} h |"
        )


def main() -> None:
    """Measure, and print the tables or write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help=f"write them into {DOC.name}")
    update = parser.parse_args().update
    bulk = _bulk()
    with simulated.running(ids=("tj",)) as server:
        sqlite = _live(server, None)
        with postgres.running() as engine:
            shared = _live(server, engine)
    tables = (
        _costs(sqlite, shared, bulk),
        _live_table(shared),
        _day_table(shared),
        _bulk_table(bulk),
    )
    where = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [f"Measured with newswire {newswire.__version__} ({where}).", ""]
    for table in tables:
        lines += [*table, ""]
    text = "\n".join(lines)
    if not update:
        sys.stdout.write(text)
        return
    page = DOC.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    tail = rest.partition(END)[2]
    DOC.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", "utf-8")


if __name__ == "__main__":
    main()
