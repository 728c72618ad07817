"""How is the SQLite file of a ledger opened, checked and written?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newswire.duplicates import ALGORITHM

MEMORY = ":memory:"
# what must be equal for a file to be used
VERSIONS = {"schema": "1", "text": ALGORITHM}
# A transaction takes a millisecond; who waits for a minute waits for a process that hangs.
BUSY_SECONDS = 60.0

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- due: when it may be leased next, null when there is nothing to do; run: who leased it
CREATE TABLE url (
    key TEXT PRIMARY KEY, edition TEXT NOT NULL, url TEXT NOT NULL, published TEXT, lastmod TEXT,
    priority INTEGER NOT NULL, state TEXT NOT NULL, due REAL, run INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT, etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE INDEX url_newest ON url (edition, priority DESC, published DESC) WHERE due IS NOT NULL;
CREATE INDEX url_oldest ON url (edition, priority DESC, published) WHERE due IS NOT NULL;
CREATE INDEX url_leased ON url (run) WHERE run IS NOT NULL;
-- item: the article as compressed JSON, null once it was exported and is old
CREATE TABLE article (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, content_hash BLOB NOT NULL,
    modified TEXT, run INTEGER NOT NULL, exported REAL, item BLOB
);
CREATE UNIQUE INDEX article_version ON article (id, version);
CREATE INDEX article_text ON article (content_hash);
CREATE INDEX article_item ON article (exported) WHERE item IS NOT NULL;
CREATE TABLE day (edition TEXT, day TEXT, PRIMARY KEY (edition, day)) WITHOUT ROWID;
CREATE TABLE lock (edition TEXT PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
    run INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, process TEXT NOT NULL,
    started REAL NOT NULL, alive REAL NOT NULL, ended REAL, stats TEXT
);
"""


class LedgerError(Exception):
    """The ledger cannot be used: one line that names it and says why."""


class Database:
    """An open SQLite file with the tables of a ledger."""

    def __init__(self, location: str) -> None:
        """Open, and make if need be, the file at a path, a `sqlite:///` URL or `:memory:`.

        Raises:
            LedgerError: it cannot be opened, or is not a ledger of this version.
        """
        self.location = location
        self.path = _path(location)
        if not Path(self.path).parent.is_dir():
            raise LedgerError(f"ledger {location}: no such folder")
        with self._errors():
            self._db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                # readers and one writer at once; the log is synced at checkpoints: a kill loses
                # nothing, a power cut the last seconds, which are then crawled again
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                with self.write() as db:
                    self._check(db)
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
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
        """Give the connection for one query."""
        with self._errors():
            yield self._db

    def _check(self, db: sqlite3.Connection) -> None:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if not tables:
            for statement in _SCHEMA.split(";\n"):
                db.execute(statement)
            db.executemany("INSERT INTO meta VALUES (?, ?)", VERSIONS.items())
            return
        if not tables >= {"meta", "url", "article", "run"}:
            raise LedgerError(f"ledger {self.location}: a database of something else")
        for name, found in db.execute("SELECT name, value FROM meta ORDER BY name"):
            if found != VERSIONS.get(name):
                raise LedgerError(
                    f"ledger {self.location}: of {name} version {found}, which this newswire"
                    f" cannot use (it has {VERSIONS.get(name, 'none')})"
                )

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
        raise LedgerError(f"ledger {location}: neither a path nor sqlite:///PATH")
    return rest[1:] or MEMORY
