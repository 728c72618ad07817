"""A ledger in an SQLite file, for the processes of one machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from newswire.errors import LedgerError
from newswire.ledger import migrations, tables_sqlite
from newswire.ledger.database import BUSY_SECONDS

_PRIVATE = ("", ":memory:")
# An article changes 40 pages, most of them of the near index and each elsewhere: small ones cost
# less to write, and those that several change are written back once. In bytes.
_PAGE, _LOG = 1024, 16 * 2**20
# rows deleted at once: other writers wait for each batch a tenth of a second
_BATCH = 10_000


class SQLite:
    """See `database.Database`; all writers exclude each other, whatever the names."""

    skip_locked = ""
    for_share = ""  # writers exclude each other

    def __init__(self, location: str, *, any_algorithm: bool = False) -> None:
        """Open, and make if need be, the file at a path or `sqlite:///` URL.

        "" is a temporary one, which SQLite keeps in memory as long as it is small.

        Raises:
            LedgerError: it cannot be opened, or is not a ledger that can be used.
        """
        self.location = location
        self.path = _path(location)
        self.lasting = self.path not in _PRIVATE
        if not Path(self.path).parent.is_dir():
            raise LedgerError(f"ledger {location}: no such folder")
        with self._errors():
            self._db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                if self.lasting:
                    self._db.execute(f"PRAGMA page_size = {_PAGE}")  # of a new file
                    # readers and one writer at once; the log is synced at checkpoints: a kill loses
                    # nothing, a power cut the last articles, which are then crawled again
                    self._use_log()
                    self._db.execute("PRAGMA synchronous = NORMAL")
                    (page,) = self._db.execute("PRAGMA page_size").fetchone()
                    self._db.execute(f"PRAGMA wal_autocheckpoint = {_LOG // page}")
                else:
                    # a transaction can be undone, and that is all
                    self._db.execute("PRAGMA journal_mode = MEMORY")
                    self._db.execute("PRAGMA synchronous = OFF")
                with self.write() as db:
                    found = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
                    tables, steps = tables_sqlite.TABLES, tables_sqlite.STEPS
                    migrations.prepare(
                        db, found, tables, steps, location, any_algorithm=any_algorithm
                    )
            except BaseException:
                self._db.close()
                raise

    def _use_log(self) -> None:
        # SQLite does not wait by itself while another process makes the same file
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def write(self, *names: str | int) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction, alone among writers from its beginning."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled it back already
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for queries."""
        with self._errors():
            yield self._db

    def use(self, index: str) -> str:
        """Name the index: without statistics SQLite may take another."""
        return f"INDEXED BY {index}"

    def one_of(self, values: Sequence[int]) -> tuple[str, list[Any]]:
        """Return a list of parameters."""
        return f"IN ({','.join('?' * len(values))})", list(values)

    def open_weeks(self, weeks: Collection[int]) -> None:
        """Do nothing: the week leads the order of the table, which keeps a week together."""

    def drop_weeks(self, weeks: Collection[int]) -> None:
        """Delete them, in batches that other writers do not wait long for."""
        for week in weeks:
            for table, columns in (("posting", "week, key, seq"), ("shingles", "seq")):
                deleted = _BATCH
                while deleted == _BATCH:
                    with self.write() as db:
                        deleted = db.execute(
                            f"DELETE FROM {table} WHERE ({columns}) IN"  # noqa: S608
                            f" (SELECT {columns} FROM {table} WHERE week = ? LIMIT ?)",
                            (week, _BATCH),
                        ).rowcount

    def size(self) -> int:
        """Return the bytes of the file, without its log."""
        with self.read() as db:
            pages, page = (db.execute(f"PRAGMA page_{n}").fetchone()[0] for n in ("count", "size"))
        return int(pages * page)

    def now(self) -> float:
        """Return the time by the clock of the one machine."""
        return time.time()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerError(f"ledger {self.location}: {error}") from error


def _path(location: str) -> str:
    """Return the path in a location, as SQLAlchemy reads it: `sqlite:///relative`, `////absolute`.

    Raises:
        LedgerError: the URL is of another kind.
    """
    scheme, found, rest = location.partition("://")
    if not found:
        return location
    if scheme != "sqlite" or (rest and not rest.startswith("/")):
        # what it is instead may hold a password
        raise LedgerError(f"ledger {scheme}://…: neither a path, sqlite:///PATH nor postgresql://…")
    return rest[1:]
