"""How does a test use the simulated wire? A server in a process of its own, and its truth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from newswire.simulator.truth import Truth, truth
from newswire.simulator.wire import NOW, START, WEEK, Wire

ROOT = Path(__file__).parents[1]


@dataclass
class Running:
    """A running simulator; `wire` is the same wire in this process, to ask for the truth."""

    sites: dict[str, str]
    wire: Wire
    canonical: bool

    def fetch(self, url: str, body: bytes | None = None, **headers: str) -> bytes:
        """Return the body of an answer, as sent; `if_none_match=…` becomes a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(url, body, named)
        with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
            content: bytes = response.read()
        return content

    @property
    def now(self) -> datetime:
        """The wire's clock."""
        return self._clock(None)

    def set_clock(self, now: datetime) -> datetime:
        """Set the wire's clock."""
        return self._clock({"now": now.isoformat()})

    def advance(self, by: timedelta) -> datetime:
        """Move the wire's clock; articles appear, some are corrected or withdrawn."""
        return self._clock({"advance": by.total_seconds()})

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the requests after the first `since`: edition, path, query, headers, status …"""
        log = self.fetch(f"{self._any}/_sim/log?since={since}").decode()
        return [json.loads(line) for line in log.splitlines()]

    def truth(self, edition: str, k: int) -> Truth:
        """Return what must come out of article `k` as the server shows it now."""
        base = None if self.canonical else self.sites[edition]
        return truth(self.wire.article(edition, k, self.now), base)

    def numbers(self, edition: str, first: date, last: date) -> list[int]:
        """Return the numbers of the articles of these local days that can be read now."""
        now, day, found = self.now, first, list[int]()
        while day <= last:
            found += reversed(self.wire.of_day(edition, day, now))
            day += timedelta(days=1)
        return found

    @property
    def _any(self) -> str:
        return next(iter(self.sites.values()))

    def _clock(self, order: dict[str, Any] | None) -> datetime:
        body = None if order is None else json.dumps(order).encode()
        answer = json.loads(self.fetch(f"{self._any}/_sim/clock", body))
        return datetime.fromisoformat(answer["now"])


@contextmanager
def running(
    seed: int = 1,
    *,
    ids: tuple[str, ...] = (),
    start: date = START,
    week: tuple[int, ...] = WEEK,
    now: datetime = NOW,
    canonical: bool = False,
    spread: bool = False,
    faults: str | None = None,
    redesign: bool = False,
    robots_2026: bool = False,
    modern: bool = False,
    losing: bool = False,
) -> Iterator[Running]:
    """Run a simulator of one's own, say to move its clock; arguments as those of the command."""
    wire = Wire(seed, ids=ids, start=start, week=week)
    command = [sys.executable, "-m", "newswire.simulator", "--until-eof", f"--seed={seed}"]
    command += [f"--editions={','.join(wire.editions)}", f"--start={start}"]
    command += [f"--week={','.join(map(str, week))}", f"--now={now.isoformat()}"]
    command += ["--canonical"] * canonical + ["--spread"] * spread
    command += [f"--faults={faults}"] if faults else []
    command += ["--redesign"] * redesign + ["--modern"] * modern
    command += ["--robots-2026"] * robots_2026 + ["--losing"] * losing
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process:
        try:
            yield Running(json.loads(process.stdout.readline())["sites"], wire, canonical)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def simulator() -> Iterator[Running]:
    """One simulator for all tests that leave its clock alone."""
    with running() as server:
        yield server
