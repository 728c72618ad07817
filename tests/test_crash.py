"""Crashes and full disks: nothing lost, nothing half, nothing locked.

`python -m benchmarks.kills` kills at length.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import forked
from tests.crawl import ROOT, arguments, crawl
from tests.forked import Forked
from tests.kills import WAYS, Scene, run, undisturbed
from tests.postgres import Server
from tests.simulated import Running


@pytest.fixture(scope="module")
def wanted(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    return {way: undisturbed(way, simulator, tmp_path_factory.mktemp("whole")) for way in WAYS}


@pytest.mark.parametrize(
    ("way", "engine", "seed"),
    [("replay", "sqlite", 1), ("back-fill", "postgresql", 2), ("newest", "sqlite", 3)],
)
def test_killed_at_random(
    way: str, engine: str, seed: int, simulator: Running, wanted: dict[str, set[str]],
    tmp_path: Path, request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """`kill -9`, then a crawl to the end: every article in every kind of feed, none of it cut."""
    ledger = str(tmp_path / "ledger.db")
    if engine == "postgresql":
        ledger = request.getfixturevalue("postgres").new_database()
    run(way, simulator, tmp_path, ledger, seed, wanted[way])


def test_terminated(simulator: Running, wanted: dict[str, set[str]], tmp_path: Path) -> None:
    """SIGTERM ends a crawl in good order (so ends one of scrapyd), a second one at once."""
    scene = Scene("back-fill", simulator, tmp_path, str(tmp_path / "ledger.db"))
    first = scene.start()
    scene.wait_for(first, 5)
    for _ in range(2):
        first.process.terminate()
    first.wait()
    assert scene.start().wait().returncode == 0
    scene.check_ledger()
    assert {name for name, _ in scene.read()["jsonl"]} == wanted["back-fill"]


def limited(kilobytes: int, *options: str) -> subprocess.CompletedProcess[str]:
    """Crawl with a limit on the size of any file, which fails as a full disk does."""
    command = f'ulimit -f {kilobytes}; trap "" XFSZ; exec "$@"'
    return subprocess.run(
        ["bash", "-c", command, "-", sys.executable, "-m", "scrapy", "crawl", "sputnik", *options],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("full", "feed"),
    [("ledger", "articles.jsonl"), ("feed", "articles.db")],
)
def test_a_full_disk(
    full: str, feed: str, wanted: dict[str, set[str]], postgres: Server, tmp_path: Path
) -> None:
    """The run fails and says so; the next, with room again, has everything, and nothing half."""
    ledger = str(tmp_path / "ledger.db") if full == "ledger" else postgres.new_database()
    options = ["-a", "replay=fixtures", "-s", f"NEWSWIRE_LEDGER={ledger}"]
    options += ["-o", str(tmp_path / feed)]
    failed = limited(200 if full == "ledger" else 60, *options)
    assert failed.returncode == 1, failed.stderr
    errors = [line for line in failed.stderr.splitlines() if "] ERROR: " in line]
    says = f"ledger {ledger}: " if full == "ledger" else "Cannot write any feed"
    assert any(says in line for line in errors), errors
    again = Forked("scrapy", "crawl", "sputnik", *options).wait()
    assert again.returncode == 0, again.stderr
    if feed.endswith(".db"):
        with closing(sqlite3.connect(tmp_path / feed)) as db:
            found = {name for (name,) in db.execute("SELECT id FROM articles")}
    else:
        lines = (tmp_path / feed).read_text("utf-8").splitlines()
        found = {json.loads(line)["id"] for line in lines}
    assert found == wanted["replay"]


def test_a_server_that_goes_in_the_middle(
    simulator: Running, wanted: dict[str, set[str]], postgres: Server, tmp_path: Path
) -> None:
    """The ledger's server is gone: the crawl ends and says why; the next one completes it."""
    scene = Scene("back-fill", simulator, tmp_path, postgres.new_database())
    first = scene.start()
    scene.wait_for(first, 5)
    postgres.stop()
    try:
        done = first.wait()
    finally:
        postgres.start()
    assert done.returncode == 1
    assert "ledger postgresql://" in done.stderr
    assert "ended early: ledger_failed" in done.stderr.splitlines()[-1]
    assert scene.start().wait().returncode == 0
    scene.check_ledger()
    assert {name for name, _ in scene.read()["csv"]} == wanted["back-fill"]


def test_two_crawls_into_one_file(simulator: Running, tmp_path: Path) -> None:
    """Whole lines of both; each has a ledger of its own, so that neither leaves the other out."""
    feed = tmp_path / "articles.jsonl"
    way = arguments(feed, "-a", "replay=fixtures/sputnik", append=True)
    crawls = [Forked("scrapy", *way) for _ in range(2)]
    assert [c.wait().returncode for c in crawls] == [0, 0]
    alone = crawl(tmp_path / "alone.jsonl", "-a", "replay=fixtures/sputnik")
    lines = feed.read_bytes().splitlines(keepends=True)
    assert sorted(lines) == sorted(2 * alone.feed.splitlines(keepends=True))


def test_the_heart_beats(tmp_path: Path) -> None:
    """While a crawl goes on, what its growing feed has safely is marked as exported."""
    ledger = f"NEWSWIRE_LEDGER={tmp_path / 'ledger.db'}"
    for number, way in enumerate(("-o", "-O")):
        replay = ["-a", "replay=fixtures/sputnik", "-s", f"{ledger}{number}"]
        done = forked.run(
            "tests.beating", "crawl", "sputnik", *replay, way, str(tmp_path / "a.jsonl")
        )
        assert done.returncode == 0, done.stderr
        assert "Unhandled error" not in done.stderr
        marked = int(re.findall(r"beats marked (\d+)", done.stdout)[0])
        # a file that is overwritten is nothing that a later crawl could append to
        assert (marked > 0) == (way == "-o")
