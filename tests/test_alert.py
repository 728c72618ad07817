"""A person hears of a run that failed: of a redesign that looks like a denial, and once a day."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newswire.operate.alert import AGAIN
from newswire.operate.outcome import kinds
from tests import forked
from tests.fault_server import FaultyWire
from tests.odd_server import OddServer, answer, odd_server

# it says nothing of itself
BARE = answer("<html><body><p>Одну минуту, страница сейчас откроется.</p></body></html>".encode())


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


class Inbox:
    """What a command got on its standard input, a line a message."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "inbox"
        self.command = shlex.join(["tee", "-a", str(self._path)])

    @property
    def lines(self) -> list[str]:
        return self._path.read_text("utf-8").splitlines() if self._path.exists() else []


def test_pages_that_look_like_denials(server: OddServer, tmp_path: Path) -> None:
    wire = FaultyWire(server, tmp_path, date(2021, 12, 13), (2,) * 7)
    inbox = Inbox(tmp_path)
    tell = ["-s", f"NEWSWIRE_ALERT={inbox.command}"]
    wire.articles = BARE
    first = wire.crawl(*tell)
    assert first.code == 1
    assert "Alarm: edition sputnik:tj: no_article: before at most 50%, now 100% of" in first.log
    assert len(inbox.lines) == 1
    assert "no page could be read, 1 drift alarm" in inbox.lines[0]
    # the same again is an error, but no news
    wire.a_week_passes()
    again = wire.crawl(*tell)
    assert again.code == 1
    assert "NEWSWIRE_ALERT: not sent, reported within the last 24 hours" in again.log
    assert len(inbox.lines) == 1
    # a day later it is told again
    with sqlite3.connect(tmp_path / "ledger.db") as db:
        db.execute("UPDATE run SET started = started - ?", (AGAIN,))
    db.close()
    wire.a_week_passes()
    assert wire.crawl(*tell).code == 1
    assert len(inbox.lines) == 2
    # another problem is told at once
    wire.faults["/robots.txt"] = answer(status=503, retry_after="0")
    # and what nobody got is told by the next run
    assert "NEWSWIRE_ALERT failed" in wire.crawl("-s", "NEWSWIRE_ALERT=false").log
    assert wire.crawl(*tell).code == 1
    assert len(inbox.lines) == 3
    # and no text was lost
    wire.faults.clear()
    wire.articles = None
    wire.a_week_passes()
    mended = wire.crawl(*tell)
    assert {item["id"] for item in mended.items} == {truth.id for truth in wire.truths()}
    assert len(inbox.lines) == 3


def test_a_run_that_is_refused_is_told(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    (tmp_path / "ledger.db").write_text("a text" * 1000)
    options = ["-s", f"NEWSWIRE_LEDGER={tmp_path / 'ledger.db'}"]
    options += ["-s", f"NEWSWIRE_ALERT={inbox.command}", "-a", "edition=tj"]
    done = forked.run("scrapy", "crawl", "sputnik", *options)
    assert done.returncode == 2
    assert len(inbox.lines) == 1
    assert "ledger.db" in inbox.lines[0]


def test_alarms_are_told_one_by_one() -> None:
    tj, kg = ({f"newswire/alarmed/sputnik:{e}/guessed": 1} for e in ("tj", "kg"))
    every = {"newswire/alarm/guessed": 1}
    assert kinds(every | tj) != kinds(every | kg)
    assert kinds(every | tj) < kinds(every | tj | kg)
    # their number is nothing new
    assert kinds({"newswire/failed": 3}) == kinds({"newswire/failed": 4}) == {"newswire/failed"}
