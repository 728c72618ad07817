"""Kill crawls at random points: `python -m benchmarks.kills [RUNS] [SEED]`, 36 and 1 by default.

Each run kills one or two crawls of a way (replay, back-fill, newest) on an engine (SQLite,
PostgreSQL), completes them, and checks every kind of feed and the ledger (see tests/kills.py). One
line a run: how many articles were stored at each kill, and how many came twice. A seed says
the points again.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests import kills, postgres, simulated


def main(runs: int = 36, seed: int = 1) -> None:
    """Kill, and print."""
    with postgres.running() as engine, simulated.running() as server:
        whole = {}
        for way in kills.WAYS:
            with tempfile.TemporaryDirectory() as folder:
                whole[way] = kills.undisturbed(way, server, Path(folder))
        number = 0
        for run in range(runs):
            way = list(kills.WAYS)[run % 3]
            with tempfile.TemporaryDirectory() as folder:
                ledger = engine.new_database() if run // 3 % 2 else f"{folder}/ledger.db"
                done = kills.run(way, server, Path(folder), ledger, seed + run, whole[way])
            number += len(done.at)
            print(
                f"seed {done.seed:4} {done.way:9} {done.engine:10} killed at"
                f" {' and '.join(map(str, done.at)):9} of {done.articles}, {done.twice} twice",
                flush=True,
            )
    print(f"{number} kills in {runs} runs: nothing lost, nothing half, nothing locked")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
