"""Who is dead, by whose clock? A run that was taken over ends by itself and does nothing twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from newswire.crawl.keeper import LEAST_DEAD_AFTER, Keeper
from newswire.crawl.options import check_settings
from newswire.errors import ArgumentError, TakenOver
from newswire.ledger import Found, Ledger
from newswire.operate.outcome import REPLACED, exit_code, summary
from tests.crawl import arguments, crawl
from tests.forked import Forked
from tests.ledger_worker import EDITION, article
from tests.postgres import Server
from tests.simulated import Running
from tests.test_ledger_race import spawn
from tests.test_live import FAST, FIRST

AHEAD = 16 * 60.0
LAST = FIRST + timedelta(days=2)


def acquire_with_a_clock_ahead(location: str, own: bool, out: Connection) -> None:
    now = time.time
    time.time = lambda: now() + AHEAD
    ledger = Ledger(location, time.time if own else None)
    ledger.runs.begin("sputnik")
    out.send(ledger.runs.acquire(EDITION))


def test_life_and_death_go_by_the_clock_of_the_server(postgres: Server) -> None:
    """A machine whose clock is 16 minutes ahead takes no lock of a live run."""
    location = postgres.new_database()
    holder = Ledger(location)
    holder.runs.begin("sputnik")
    assert holder.runs.acquire(EDITION)
    took = []
    for own in (False, True):  # by its own clock it would
        process, receiver = spawn(acquire_with_a_clock_ahead, location, own)
        took.append(receiver.recv())
        process.join()
        receiver.close()
    assert took == [False, True]
    holder.close()


def test_a_run_that_was_taken_over_claims_nothing(location: str) -> None:
    now = [1_000_000.0]
    slow, heir = (Ledger(location, lambda: now[0]) for _ in range(2))
    slow.runs.begin("sputnik", seconds=300.0)
    slow.runs.acquire(EDITION)
    slow.frontier.discover(EDITION, [Found(f"{EDITION}:{n}", "https://example.org") for n in "12"])
    assert len(slow.frontier.lease(EDITION, 1)) == 1
    keeper = Keeper.__new__(Keeper)
    stats = MemoryStatsCollector(get_crawler(settings_dict={}))
    keeper.ledger, keeper.stopping, keeper.crawler = slow, "closing", Mock(stats=stats)
    assert keeper._may_export()
    now[0] += 301
    slow.articles.store(article(1))  # late, but nobody had noticed
    heir.runs.begin("sputnik")
    assert heir.runs.acquire(EDITION)
    assert slow.runs.is_over()
    assert not keeper._may_export()
    assert stats.get_value("newswire/left_to_others/unwritten") == 1
    with pytest.raises(TakenOver):
        slow.frontier.lease(EDITION, 1)
    with pytest.raises(TakenOver):
        slow.articles.store(article(2))
    assert len(heir.frontier.lease(EDITION, 9)) == 2
    assert [a.id for a in heir.articles.unexported(EDITION)] == [f"{EDITION}:1"]
    assert slow.articles.mark_exported() == 0
    slow.runs.finish({})
    assert not heir.runs.is_over()
    for ledger in (slow, heir):
        ledger.close()


def stop_between_two_articles(process: Forked, location: str, enough: Callable[[], bool]) -> None:
    """SIGSTOP, where the ledger waits for nothing of it and has seen all that it wrote."""
    busy = (
        "SELECT (SELECT count(*) FROM newswire.article WHERE exported IS NULL) + (SELECT count(*)"
        " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND state <> 'idle')"
    )
    deadline = time.monotonic() + 60
    with psycopg.connect(location, autocommit=True) as server:
        while time.monotonic() < deadline:
            if enough():
                os.kill(process.pid, signal.SIGSTOP)
                if server.execute(busy).fetchone() == (0,):
                    return
                os.kill(process.pid, signal.SIGCONT)
            time.sleep(0.02)
    pytest.fail("it was never between two articles")


def wait_until_dead(location: str) -> None:
    late = "SELECT alive < extract(epoch FROM clock_timestamp()) FROM newswire.run"
    with psycopg.connect(location, autocommit=True) as server:
        while server.execute(late).fetchone() != (True,):
            time.sleep(0.05)


def test_a_worker_that_sleeps_past_its_time_exports_nothing_twice(
    postgres: Server, simulator: Running, tmp_path: Path
) -> None:
    location = postgres.new_database()
    live = ["-a", "edition=tj", "-a", f"site={simulator.sites['tj']}", *FAST]
    live += ["-a", f"since={FIRST}", "-a", f"until={LAST}"]
    live += ["-s", f"NEWSWIRE_LEDGER={location}"]
    feed = tmp_path / "sleeper.jsonl"
    slow = ["-s", "DOWNLOAD_DELAY=0.05", "-s", "NEWSWIRE_DEAD_AFTER=1"]
    named = arguments(feed, *live, *slow, append=True)
    sleeper = Forked("tests.beating", *named)
    stop_between_two_articles(
        sleeper, location, lambda: feed.exists() and feed.read_bytes().count(b"\n") >= 3
    )
    written = feed.read_bytes()
    wait_until_dead(location)
    heir = crawl(tmp_path / "heir.jsonl", *live)
    assert heir.code == 0, heir.log
    os.kill(sleeper.pid, signal.SIGCONT)
    done = sleeper.wait(60)
    assert done.returncode == REPLACED, done.stderr
    assert "another run took this one for dead" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert feed.read_bytes() == written
    ids = [line.split(b'"id": "')[1].split(b'"')[0].decode() for line in written.splitlines()]
    ids += [item["id"] for item in heir.items]
    numbers = simulator.numbers("tj", FIRST, LAST)
    assert sorted(ids) == sorted(simulator.truth("tj", k).id for k in numbers)


def test_the_last_line_of_a_run_that_was_taken_over() -> None:
    stats = {
        "newswire/given": 5, "item_scraped_count": 4, "finish_reason": "taken_for_dead",
        "newswire/left_to_others/unwritten": 1, "newswire/left_to_others/page": 1,
        "item_dropped_count": 1, "newswire/dropped": 1,
    }  # fmt: skip
    assert exit_code(stats) == REPLACED
    assert summary(stats) == (
        "3 articles of 5 pages, 2 left to another run,"
        " another run took this one for dead and goes on in its place"
    )


@pytest.mark.parametrize(
    ("value", "message"), [("0", "at least 180 seconds"), ("179", "at least"), ("soon", "a number")]
)
def test_a_time_too_short_to_tell_who_is_dead_is_refused(value: str, message: str) -> None:
    settings = get_project_settings()
    settings.set("NEWSWIRE_DEAD_AFTER", LEAST_DEAD_AFTER)
    check_settings(settings)
    settings.set("NEWSWIRE_DEAD_AFTER", value)
    with pytest.raises(ArgumentError, match=message):
        check_settings(settings)
