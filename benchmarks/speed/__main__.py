"""Time newswire beside its peers, and write what was found: `make bench`.

    python -m benchmarks.speed [--rounds 7] [--pages 10000] [--quick] [--check]

Writes docs/benchmarks.md with its plot, and the ratios into recorded.json. `--check` compares with
these instead (`make bench-check`), and names what got slower by more than 15 %.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.speed import pages, tables, ways
from benchmarks.speed.worker import RUNNERS

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "build/peers"
RECORDED = Path(__file__).with_name("recorded.json")
SLOWER = 1.15


class Worker:
    """A process that reads the pages of a set with one tool."""

    def __init__(self, name: str, listed: Path, wire: str) -> None:
        python = PEERS / "bin/python" if RUNNERS[name][0] else Path(sys.executable)
        script = Path(__file__).with_name("worker.py")
        self.process = subprocess.Popen(
            [str(python), str(script), name, str(listed), wire], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def round(self) -> float:
        """Return the seconds of one round over all pages."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def stop(self) -> None:
        """End it."""
        self.process.communicate()


def extraction(folder: Path, rounds: int) -> Iterator[tables.Set]:
    """Yield for each set of pages the milliseconds a page of each tool, one figure a round."""
    for name, (wire, files) in pages.sets(folder).items():
        listed = folder / "listed"
        listed.write_text("\n".join(map(str, files)))
        names = [n for n, (peer, _) in RUNNERS.items() if PEERS.exists() or not peer]
        times: dict[str, list[float]] = {n: [] for n in names}
        with ExitStack() as stack:
            workers = {n: Worker(n, listed, wire) for n in names}
            for worker in workers.values():
                stack.callback(worker.stop)
                worker.round()  # it warms up
            for number in range(rounds):
                at = number % len(names)  # in turns: a machine that slows down slows all
                for tool in names[at:] + names[:at]:
                    times[tool].append(1000 * workers[tool].round() / len(files))
        size = statistics.mean(path.stat().st_size for path in files)
        yield tables.Set(name, len(files), size, times)
        print(f"{name}: {statistics.median(times['newswire']):.2f} ms a page", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", type=int, default=10_000, help="of the whole ways")
    parser.add_argument("--quick", action="store_true", help="extraction alone")
    parser.add_argument("--check", action="store_true", help="compare with the recorded ratios")
    options = parser.parse_args(arguments)
    ways.pin()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = tables.Found(
            made=datetime.now(UTC).strftime("%Y-%m-%d"),
            machine=f"{platform.machine()}, Python {platform.python_version()}",
            sets=list(extraction(folder, options.rounds)),
        )
        if not (options.quick or options.check):
            found.start_up = ways.start_up(folder)
            found.pages = options.pages
            found.replays = ways.replays(folder, options.pages, PEERS)
            found.live = ways.live(folder)
            sizes = (options.pages // 10, options.pages, 10 * options.pages)
            found.growth = ways.growth(folder, sizes)
    ratios = found.ratios()
    if options.check:
        before = json.loads(RECORDED.read_text("utf-8"))
        slower = {n: (was, ratios[n]) for n, was in before.items() if n in ratios}
        slower = {n: (was, now) for n, (was, now) in slower.items() if was > SLOWER * now}
        for name, (was, now) in slower.items():
            print(f"slower: {name}: {was:.2f} times as fast before, now {now:.2f}")
        return int(bool(slower))
    RECORDED.write_text(json.dumps(ratios, indent=1, sort_keys=True) + "\n", "utf-8")
    (ROOT / "docs/benchmarks.md").write_text(tables.page(found), "utf-8")
    (ROOT / "docs/benchmarks.svg").write_text(tables.plot(found), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
