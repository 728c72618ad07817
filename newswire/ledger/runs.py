"""Which crawls are there, which are dead, and who holds which edition?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from newswire.errors import TakenOver
from newswire.ledger import process
from newswire.ledger.database import Database, Session
from newswire.ledger.frontier import RETRY_CAP, State

# A run that gives no sign of life for so long is dead, unless told otherwise (NEWSWIRE_DEAD_AFTER);
# on the same machine its pid tells at once.
RUN_SECONDS = 900.0
# Runs are remembered for so many days, those that left something to export until it is exported.
RUN_DAYS = 100.0


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl: `started` and `ended` in seconds since 1970, its counters once it ended well."""

    scope: str
    started: float
    ended: float | None
    stats: dict[str, Any] | None


class Runs:
    """The runs of a ledger, and the one of this process.

    Attributes:
        id: the number of this process's run; 0 before it began.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._seconds = RUN_SECONDS
        self.id = 0

    def begin(self, scope: str, seconds: float = RUN_SECONDS) -> None:
        """Begin the run of this process; it is dead `seconds` after its last `heartbeat`."""
        self._seconds = seconds
        now = self._clock()
        with self._database.write() as db:
            (self.id,) = db.execute(
                "INSERT INTO run (scope, process, started, alive) VALUES (?, ?, ?, ?)"
                " RETURNING run",
                (scope, process.identity(), now, now + seconds),
            ).fetchone()

    def acquire(self, edition: str, days: tuple[date, date] | None = None) -> bool:
        """Lock an edition for this run; False when another live run holds it.

        A back-fill, of `days` (both included), has a lock of its own, so that beside it the newest
        are crawled.

        What dead runs had leased is due at once, and what would wait for a time that only a clock
        ahead of this one can have set.
        """
        with self._database.write("runs") as db:
            self.bury(db)
            now = self._clock()
            db.execute(
                "UPDATE url SET due = ? WHERE edition = ? AND due > ? AND (state = ? OR due > ?)",
                (now, edition, now, State.DISCOVERED, now + RETRY_CAP),
            )
            table = "backfill" if days else "lock"
            row = (edition, self.id, *(day.isoformat() for day in days or ()))
            db.execute(
                f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING",  # noqa: S608
                row,
            )
            holder = db.execute(f"SELECT run FROM {table} WHERE edition = ?", (edition,)).fetchone()  # noqa: S608
            return bool(holder[0] == self.id)

    def is_filled(self, edition: str, day: str) -> bool:
        """Return True while a back-fill of an edition works on this day (ISO) or a later one."""
        with self._database.read() as db:
            row = db.execute(
                "SELECT 1 FROM backfill WHERE edition = ? AND until >= ?", (edition, day)
            ).fetchone()
        return row is not None

    def heartbeat(self) -> bool:
        """Say that this run is alive; False when it was taken for dead and must stop."""
        with self._database.write() as db:
            alive = db.execute(
                "UPDATE run SET alive = ? WHERE run = ? AND ended IS NULL",
                (self._clock() + self._seconds, self.id),
            )
            return alive.rowcount == 1

    def check(self, db: Session) -> None:
        """Raise TakenOver if this run has been taken for dead; it stays alive until `db` has ended.

        Called in each transaction that claims something for it.
        """
        row = db.execute(
            f"SELECT ended FROM run WHERE run = ? {self._database.for_share}",  # noqa: S608
            (self.id,),
        ).fetchone()
        if row and row[0] is not None:
            raise TakenOver("another run took this one for dead and goes on in its place")

    def is_over(self) -> bool:
        """Return True if this run has ended, or has been taken for dead."""
        with self._database.read() as db:
            row = db.execute("SELECT ended FROM run WHERE run = ?", (self.id,)).fetchone()
        return bool(row) and row[0] is not None

    def finish(self, stats: Mapping[str, Any]) -> None:
        """End this run: its locks and leases are free, its counters kept."""
        counters = json.dumps(stats, default=str, ensure_ascii=False)
        with self._database.write("runs") as db:
            self._end(db, self.id)
            db.execute("UPDATE run SET stats = ? WHERE run = ?", (counters, self.id))

    def bury(self, db: Session) -> None:
        """End the runs that are dead: for ever, even if one of them wakes up."""
        running = db.execute("SELECT run, process, alive FROM run WHERE ended IS NULL").fetchall()
        now = self._clock()
        for run, name, alive in running:
            if run != self.id and (alive < now or process.is_dead(name)):
                self._end(db, run)

    def _end(self, db: Session, run: int) -> None:
        now = self._clock()
        # first, so that it waits for what the run does at this moment (see `check`)
        db.execute("UPDATE run SET ended = coalesce(ended, ?) WHERE run = ?", (now, run))
        db.execute(
            "UPDATE url SET state = ?, run = NULL, due = ? WHERE run = ? AND state = ?",
            (State.DISCOVERED, now, run, State.LEASED),
        )
        for table in ("lock", "backfill"):
            db.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608

    def prune(self) -> None:
        """Forget runs that ended long ago."""
        with self._database.write() as db:
            db.execute(
                "DELETE FROM run WHERE ended < ? AND run NOT IN"
                " (SELECT run FROM article WHERE item IS NOT NULL AND exported IS NULL)",
                (self._clock() - RUN_DAYS * 86400,),
            )


def last_runs(database: Database, number: int) -> list[Run]:
    """Return the last runs of all crawls, newest first."""
    with database.read() as db:
        rows = db.execute(
            "SELECT scope, started, ended, stats FROM run ORDER BY run DESC LIMIT ?", (number,)
        ).fetchall()
    return [_run(*row) for row in rows]


def runs_with(database: Database, stat: str, scope: str, since: float) -> list[Run]:
    """Return the runs of a scope that began after `since` and whose counters name `stat`.

    Of the last 10,000 runs, for the sake of a large table.
    """
    with database.read() as db:
        rows = db.execute(
            "SELECT scope, started, ended, stats FROM run"
            " WHERE run > (SELECT coalesce(max(run), 0) - 10000 FROM run)"
            " AND scope = ? AND started > ? AND stats LIKE ?",
            (scope, since, f"%{stat}%"),
        ).fetchall()
    return [_run(*row) for row in rows]


def _run(scope: str, started: float, ended: float | None, stats: str | None) -> Run:
    return Run(scope, started, ended, json.loads(stats) if stats else None)
