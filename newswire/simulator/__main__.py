"""Serve the simulated wire: `python -m newswire.simulator --seed 1`.

Prints one line of JSON when it is ready: `{"sites": {"tj": "http://127.0.0.1:40001", …}}`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import json
import os
import signal
import threading
from collections.abc import Mapping
from datetime import date, datetime

from newswire.simulator.editions import editions
from newswire.simulator.server import Fault, Simulator
from newswire.simulator.wire import NOW, START, WEEK, Wire


def main() -> None:
    """Read the command line and serve until a signal or the end of the parent."""
    parser = argparse.ArgumentParser(prog="python -m newswire.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="of the first edition; 0: free ports")
    parser.add_argument("--spread", action="store_true", help="an address for each edition")
    parser.add_argument("--editions", default=",".join(editions()), help="ids, comma-separated")
    parser.add_argument("--start", type=date.fromisoformat, default=START, help="first day")
    parser.add_argument("--week", default=",".join(map(str, WEEK)), help="articles a weekday")
    parser.add_argument("--now", type=datetime.fromisoformat, default=NOW, help="with offset")
    parser.add_argument("--canonical", action="store_true", help="real hosts in the pages' links")
    parser.add_argument("--faults", help="module:TABLE of path patterns and coroutines")
    parser.add_argument("--redesign", action="store_true", help="new names of classes and marks")
    parser.add_argument("--robots-2026", action="store_true", help="robots.txt as seen in 2026")
    parser.add_argument("--modern", action="store_true", help="articles' pages as in 2026")
    parser.add_argument("--losing", action="store_true", help="a third of the text looks like ads")
    parser.add_argument("--until-eof", action="store_true", help="end when stdin is closed")
    options = parser.parse_args()
    wire = Wire(
        options.seed,
        ids=tuple(options.editions.split(",")),
        start=options.start,
        week=tuple(int(count) for count in options.week.split(",")),
    )
    simulator = Simulator(
        wire,
        now=options.now,
        canonical=options.canonical,
        faults=_faults(options.faults),
        redesign=options.redesign,
        robots_2026=options.robots_2026,
        modern=options.modern,
        losing=options.losing,
    )
    asyncio.run(_serve(simulator, options))


def _faults(name: str | None) -> Mapping[str, Fault]:
    if not name:
        return {}
    module, _, table = name.partition(":")
    faults: Mapping[str, Fault] = getattr(importlib.import_module(module), table)
    return faults


async def _serve(simulator: Simulator, options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with simulator.serve(options.address, options.port, spread=options.spread):
        print(json.dumps({"sites": simulator.sites}), flush=True)
        if options.until_eof:
            watch = threading.Thread(target=_watch, args=(loop, ended), daemon=True)
            watch.start()
        await ended.wait()


def _watch(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """End the server when stdin is closed: a killed parent leaves none behind."""
    while os.read(0, 4096):
        pass
    with contextlib.suppress(RuntimeError):  # the loop has ended already
        loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    main()
