"""When may a host be asked next? One answer for all runs that share a ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from newswire.ledger.database import Database

# No turn lies further ahead than the longest pause, nor than so many delays: one that does was
# given by a clock that has been set back since.
AHEAD, AHEAD_DELAYS = 900.0, 10


class Turn(NamedTuple):
    """A request may be made in `seconds`; the next turn begins at `until`, seconds since 1970."""

    seconds: float
    until: float


class Turns:
    """The turns of hosts; editions share one, whatever the number of their hosts."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def take(self, host: str, delay: float, missed: Turn | None = None) -> Turn:
        """Take the next turn of a host; the one after it begins `delay` seconds later.

        Turns are given in the order they are asked for, so no run waits for ever. `missed` is one
        that passed unused: where nobody has the turn after it, it is given anew.
        """
        with self._database.write() as db:
            now = self._clock()
            (until,) = db.execute(
                "INSERT INTO turn VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET free = ? +"
                " CASE WHEN turn.free BETWEEN ? AND ? AND turn.free <> ? THEN turn.free ELSE ? END"
                " RETURNING free",
                (
                    *(host, now + delay, delay),
                    *(now, now + max(AHEAD, AHEAD_DELAYS * delay)),
                    *(missed.until if missed else -1.0, now),
                ),
            ).fetchone()
        return Turn(until - delay - now, until)

    def hold(self, host: str, seconds: float) -> None:
        """Give no turn of a host for so long, since it asks for rest."""
        with self._database.write() as db:
            free = self._clock() + seconds
            db.execute(
                "INSERT INTO turn VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET free ="
                " CASE WHEN turn.free > excluded.free THEN turn.free ELSE excluded.free END",
                (host, free),
            )
