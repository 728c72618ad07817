"""Time newswire beside its peers, and write what was found: `make bench`.

    python -m benchmarks.speed [--quick] [--out FOLDER] [--check]

Writes benchmarks.md with its plot, and all figures into benchmarks.json: into docs/ (and the lines
that matter into the README), after a quick run into build/bench/. Each stage is kept in build/ once
it is measured, so that a run that was stopped goes on where it was; a stage that fails is named on
the page, and the others go on. `--check` compares with the recorded ratios instead (`make
bench-check`), and names what got slower by more than 15 %.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.quality import texts
from benchmarks.speed import extraction, figures, pages, tables, ways
from benchmarks.speed.extraction import PEERS, ROOT
from benchmarks.speed.ways import PEERS_WAY, WAYS

RECORDED = ROOT / "docs/benchmarks.json"
BUILD = ROOT / "build/bench"
SLOWER = 1.15


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        rounds: over each set of pages.
        pages: of a set.
        articles: of a whole way.
        days: of the live crawl, with 20 articles each.
        growth: numbers of saved texts.
        ledger: numbers of articles in a ledger.
    """

    rounds: int
    pages: int
    articles: int
    days: int
    growth: tuple[int, ...] = ()
    ledger: tuple[int, ...] = ()


FULL = Sizes(5, 20, 10_000, 30, (1_000, 10_000, 100_000), (10_000, 100_000, 1_000_000))
QUICK = Sizes(2, 6, 1_000, 5, (1_000, 5_000), (10_000,))
CHECK = Sizes(3, 20, 2_000, 5)
# ways that are compared with the peers' one
CHECKED = [w for w in WAYS if w == PEERS_WAY or w.endswith(("scrapy crawl", "newswire.read"))]

Stage = tuple[str, Callable[[], Any]]


def stages(folder: Path, sizes: Sizes, *, check: bool) -> Iterator[Stage]:
    """Yield the name and the work of each stage, whose result is plain data."""
    found = pages.sets(folder, sizes.pages)
    warm = [path for one in found.values() for path in one.warm]
    for name, one in found.items():
        yield f"pages: {name}", partial(extraction.measure, one.timed, warm, folder, sizes.rounds)
    inputs = ways.Inputs(folder, sizes.articles)
    for name in CHECKED if check else WAYS:
        yield f"way: {name}", lambda name=name: ways.way(name, inputs)
    if check:
        return
    yield "two processes", lambda: ways.processes(inputs)
    yield "start-up", lambda: ways.start_up(folder, sizes.rounds)
    yield "live", lambda: ways.live(folder, sizes.days)
    yield "quality", lambda: texts.measure(False)
    for number in sizes.growth:
        yield f"growth: {number}", lambda number=number: ways.growth(folder, number)
    for number in sizes.ledger:
        yield f"ledger: {number}", lambda number=number: ways.ledger(number)


def measure(sizes: Sizes, *, check: bool = False) -> dict[str, Any]:
    """Return what was found; take over the stages that a stopped run has measured."""
    begun = BUILD / "begun.json"
    # of another code or other sizes nothing is taken over
    made_of = {"sizes": json.loads(json.dumps(asdict(sizes))), "code": _code()}
    found: dict[str, Any] = {"sizes": made_of["sizes"], "stages": {}, "failed": {}}
    if begun.exists() and not check:
        kept = json.loads(begun.read_text("utf-8"))
        found["stages"] = kept["stages"] if kept["of"] == made_of else {}
    done = found["stages"]
    with tempfile.TemporaryDirectory() as name:
        for stage, work in stages(Path(name), sizes, check=check):
            if stage in done:
                print(f"{stage}: measured before", flush=True)
                continue
            start = time.monotonic()
            try:
                done[stage] = work()
            except Exception as error:  # the rest is worth having without it
                found["failed"][stage] = str(error)
                print(f"{stage}: {error}", file=sys.stderr, flush=True)
                continue
            print(f"{stage}: measured in {time.monotonic() - start:.0f} s", flush=True)
            if not check:
                begun.write_text(json.dumps({"of": made_of, "stages": done}), "utf-8")
    begun.unlink(missing_ok=True)
    return found | {
        "made": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}",
        "load": round(os.getloadavg()[2], 1),
        "versions": _versions(),
    }


def _code() -> str:
    """Return a digest of what is measured, and of what measures it."""
    digest = hashlib.sha256()
    for folder in ("newswire", "benchmarks/speed"):
        for path in sorted((ROOT / folder).rglob("*.[pt]*")):
            if "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    ours = {name: version(name) for name in ("newswire", "Scrapy", "lxml", "parsel")}
    if not PEERS.exists():
        return ours
    names = [line.partition("==")[0].strip() for line in _peers()]
    script = (
        "import sys, importlib.metadata as m\n"
        "known = {d.name.lower(): d.version for d in m.distributions()}\n"
        "[print(n, known.get(n.lower(), 'not-installed')) for n in sys.argv[1:]]"
    )
    command = [str(PEERS / "bin/python"), "-c", script, *names]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return ours | {n: v for n, v in (line.split() for line in said.splitlines()) if n not in ours}


def _tell_readme(lines: str) -> None:
    """Set the lines between the two marks in the README."""
    path = ROOT / "README.md"
    before, mark, rest = path.read_text("utf-8").partition("<!-- speed -->\n")
    _, end, after = rest.partition("<!-- end of speed -->")
    if mark and end:
        path.write_text(f"{before}{mark}{lines}\n{end}{after}", "utf-8")


def _peers() -> list[str]:
    return Path(__file__).with_name("peers.txt").read_text("utf-8").split()


def compare(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """Return a line for each ratio that is worse by more than 15 % than it was."""
    slower = {n: (was, now[n]) for n, was in before.items() if n in now and was > SLOWER * now[n]}
    return [
        f"slower: {name}: {was:.2f} times as fast as it before, now {is_now:.2f}"
        for name, (was, is_now) in slower.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer pages: some minutes")
    parser.add_argument("--out", type=Path, help="folder for the page, the plot and the figures")
    parser.add_argument("--check", action="store_true", help="compare with the recorded ratios")
    options = parser.parse_args(arguments)
    if options.check and not RECORDED.exists():
        parser.error(f"nothing recorded in {RECORDED}: run make bench first")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    BUILD.mkdir(parents=True, exist_ok=True)
    if options.check:
        found = measure(CHECK, check=True)
        recorded = json.loads(RECORDED.read_text("utf-8"))
        lines = compare(recorded["ratios"], figures.ratios(found["stages"]))
        print(*lines or ["nothing is slower"], sep="\n")
        return int(bool(lines or found["failed"]))
    found = measure(QUICK if options.quick else FULL)
    found["ratios"] = figures.ratios(found["stages"])
    out = options.out or (BUILD if options.quick else ROOT / "docs")
    out.mkdir(parents=True, exist_ok=True)
    (out / "benchmarks.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (out / "benchmarks.md").write_text(tables.page(found), "utf-8")
    (out / "benchmarks.svg").write_text(tables.plot(found["stages"]), "utf-8")
    if out.resolve() == ROOT / "docs":
        _tell_readme(tables.short(found))
    print(f"written: {out / 'benchmarks.md'}")
    return int(bool(found["failed"]))


if __name__ == "__main__":
    sys.exit(main())
