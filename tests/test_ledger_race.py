"""Four processes at once on one ledger: none loses a story, none keeps one twice; nor do kills."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psycopg

from newswire.ledger import Ledger
from newswire.ledger.open import open_database
from tests.ledger_worker import EDITION, article

STORIES, WORKERS, KILLS = 240, 4, 16
# children are forked from a server that has imported everything
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.test_ledger_race"])


def story(number: int, worker: int) -> Any:
    """Return a story as a worker meets it: under its own id, or another edition's, or reworded."""
    chance = random.Random(number)
    words = [f"w{chance.randrange(5000)}" for _ in range(120)]
    form = number % 3
    if form == 2:
        words[40 + worker] = f"corrected{worker}"
    copy = article(number, " ".join(words))
    if form:
        copy.id = f"sputnik:e{worker}:{number}"
    return copy


def tell_all(location: str, worker: int, start: Barrier, out: Connection) -> None:
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    start.wait()
    out.send([ledger.articles.store(story(n, worker)).verdict.value for n in range(STORIES)])
    ledger.close()


def store_on(location: str, first: int, out: Connection) -> None:
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    for number in range(first, first + 1000):
        ledger.articles.store(story(number, 0))
        out.send(number)


def spawn(target: Any, *arguments: object) -> tuple[Any, Connection]:
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=target, args=(*arguments, sender))
    process.start()
    sender.close()
    return process, receiver


def left(location: str) -> list[Any]:
    ledger, articles = Ledger(location), []
    ledger.runs.begin("sputnik")
    while batch := ledger.articles.unexported("sputnik", 1000):
        articles += batch
    ledger.close()
    return articles


def rows(location: str, query: str) -> list[Any]:
    database = open_database(location)
    with database.read() as db:
        found = db.execute(query).fetchall()
    database.close()
    return found


def test_each_story_is_kept_first_once(location: str) -> None:
    Ledger(location).close()
    start = _context.Barrier(WORKERS)
    started = [spawn(tell_all, location, worker, start) for worker in range(WORKERS)]
    verdicts = [receiver.recv() for _, receiver in started]
    for process, receiver in started:
        process.join()
        receiver.close()
    other = ("repeated", "same_text", "near")
    for number, met in enumerate(zip(*verdicts, strict=True)):
        assert Counter(met) == {"new": 1, other[number % 3]: WORKERS - 1}, number
    clusters = rows(location, "SELECT id, coalesce(cluster, id) FROM article")
    stories: dict[str, set[str]] = {}
    for name, cluster in clusters:
        stories.setdefault(name.rpartition(":")[2], set()).add(cluster)
    assert [len(found) for found in stories.values()] == [1] * STORIES
    kept = sum(1 if n % 3 == 0 else WORKERS for n in range(STORIES))
    assert len(left(location)) == len(clusters) == kept


def test_kills_lose_nothing(location: str) -> None:
    """`kill -9` in the middle of storing, with four at it at once."""
    Ledger(location).close()
    chance, said = random.Random(5), []
    firsts = iter(range(0, 10**6, 1000))
    working = [spawn(store_on, location, next(firsts)) for _ in range(WORKERS)]
    for kill in range(KILLS + WORKERS):
        process, receiver = working.pop(0)
        said += [receiver.recv() for _ in range(chance.randrange(1, 30))]
        process.kill()
        process.join()
        try:
            while True:  # what it still said before it died
                said.append(receiver.recv())
        except EOFError:
            receiver.close()
        if kill < KILLS:
            working.append(spawn(store_on, location, next(firsts)))
    assert len(said) > 10 * KILLS
    articles = left(location)
    kept = [int(a.id.rpartition(":")[2]) for a in articles]
    assert len(kept) == len(set(kept))
    assert set(said) <= set(kept)
    # at most the one that was in hand at each kill is there without a word
    assert len(kept) <= len(said) + KILLS + WORKERS
    for a in articles[:50]:
        assert a.body == story(int(a.id.rpartition(":")[2]), 0).body
    lost = "SELECT count(*) FROM posting LEFT JOIN article USING (seq) WHERE article.seq IS NULL"
    assert rows(location, lost) == [(0,)]
    assert rows(location, "SELECT count(DISTINCT seq) FROM posting") == [(len(kept),)]
    whole(location)


def whole(location: str) -> None:
    if location.startswith("postgresql:"):
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        with psycopg.connect(location, autocommit=True) as server:
            # the server sees a moment later that the client is gone
            deadline = time.monotonic() + 30
            while server.execute(locks).fetchone() != (0,):
                assert time.monotonic() < deadline
                time.sleep(0.01)
        return
    with sqlite3.connect(Path(location)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()


def test_two_that_make_the_tables_at_once(location: str) -> None:
    start = _context.Barrier(WORKERS)
    started = [spawn(make, location, start) for _ in range(WORKERS)]
    assert [receiver.recv() for _, receiver in started] == [1] * WORKERS
    for process, receiver in started:
        process.join()
        receiver.close()
    assert rows(location, f"SELECT count(*) FROM lock WHERE edition = '{EDITION}'") == [(0,)]


def make(location: str, start: Barrier, out: Connection) -> None:
    start.wait()
    Ledger(location).close()
    out.send(1)
