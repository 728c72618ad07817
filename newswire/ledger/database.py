"""What does a ledger need of a database?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

# A transaction takes a millisecond; who waits for a minute waits for a process that hangs.
BUSY_SECONDS = 60.0


class Rows(Protocol):
    """What a statement found or did."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""


class Session(Protocol):
    """The connection, for the statements of one transaction; parameters are written `?`."""

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Rows:
        """Run a statement."""

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> object:
        """Run a statement once for each row of parameters."""


class Database(Protocol):
    """An open database with the tables of a ledger.

    Attributes:
        location: its name for messages, without a password.
        lasting: it outlives the process.
        skip_locked: what a SELECT ends with that takes rows for an update, without waiting for
            those that another takes.
        for_share: what a SELECT ends with whose rows must stay as they are until the transaction
            ends.
    """

    location: str
    lasting: bool
    skip_locked: str
    for_share: str

    def close(self) -> None:
        """Close the connection."""

    def write(self, *names: str | int) -> AbstractContextManager[Session]:
        """Begin a transaction that no other of one of these names runs beside.

        Every statement in it sees what those before it have committed, so what it checks first
        stays true until it writes.

        Raises:
            LedgerError: the database failed; nothing was written.
        """

    def read(self) -> AbstractContextManager[Session]:
        """Give the connection for single queries."""

    def use(self, index: str) -> str:
        """Return what follows a table's name to say which index it is read by."""

    def one_of(self, values: Sequence[int]) -> tuple[str, list[Any]]:
        """Return the SQL behind a column that must equal one of the numbers, and parameters."""

    def open_weeks(self, weeks: Collection[int]) -> None:
        """Make the parts of the near index for these weeks; never inside a transaction."""

    def drop_weeks(self, weeks: Collection[int]) -> None:
        """Take these weeks out of the near index; never inside a transaction."""

    def size(self) -> int:
        """Return the bytes it takes on disk."""

    def now(self) -> float:
        """Return the time in seconds since 1970 by the one clock that all its users share."""
