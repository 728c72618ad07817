"""What a ledger needs of a database, its tables, and which engine a location names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from newswire.article import hashing
from newswire.errors import LedgerError
from newswire.ledger import fingerprints

# A transaction takes a millisecond; who waits for a minute waits for a process that hangs.
BUSY_SECONDS = 60.0
# What must be equal for a ledger to be used; only the algorithms can be mended by a reindex.
ALGORITHMS = {"text": hashing.ALGORITHM, "near": fingerprints.ALGORITHM}
VERSIONS = {"schema": "2"} | ALGORITHMS

# In the words of SQLite; engines put their own in the place of the types.
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- published: '' when not known; due: when it may be leased next, null when there is nothing to do;
-- run: who leased it
CREATE TABLE url (
    key TEXT PRIMARY KEY, edition TEXT NOT NULL, url TEXT NOT NULL, published TEXT NOT NULL,
    lastmod TEXT, priority INTEGER NOT NULL, state TEXT NOT NULL, due REAL, run INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT, etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE INDEX url_newest ON url (edition, priority DESC, published DESC) WHERE due IS NOT NULL;
CREATE INDEX url_oldest ON url (edition, priority DESC, published) WHERE due IS NOT NULL;
CREATE INDEX url_leased ON url (run) WHERE run IS NOT NULL;
-- relation to the article `related`, version_of among them; cluster: id of its first article, null
-- for that itself; exported: safely in the feeds, or held back from them by NEWSWIRE_DUPLICATES;
-- item: the article as compressed JSON, null once it was exported and is old
CREATE TABLE article (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, version INTEGER NOT NULL,
    content_hash BLOB NOT NULL, modified TEXT, stored REAL NOT NULL, run INTEGER NOT NULL,
    relation TEXT, related TEXT, score REAL, cluster TEXT,
    held INTEGER NOT NULL DEFAULT 0, exported REAL, item BLOB
);
CREATE UNIQUE INDEX article_version ON article (id, version);
CREATE INDEX article_text ON article (content_hash, seq);
CREATE INDEX article_outbox ON article (run) WHERE item IS NOT NULL AND exported IS NULL;
CREATE INDEX article_old ON article (exported) WHERE item IS NOT NULL;
-- the near index: fingerprints and shingles of the articles that were stored in a week
CREATE TABLE posting (
    week INTEGER, key INTEGER, seq INTEGER, PRIMARY KEY (week, key, seq)
) WITHOUT ROWID;
CREATE TABLE shingles (
    seq INTEGER PRIMARY KEY, week INTEGER NOT NULL, shingles BLOB NOT NULL
);
CREATE INDEX shingles_week ON shingles (week);
CREATE TABLE day (edition TEXT, day TEXT, PRIMARY KEY (edition, day)) WITHOUT ROWID;
CREATE TABLE lock (edition TEXT PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
    run INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, process TEXT NOT NULL,
    started REAL NOT NULL, alive REAL NOT NULL, ended REAL, stats TEXT
);
"""


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
    """

    location: str
    lasting: bool
    skip_locked: str

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
        """Return what stands behind a table's name to say which index it is read by."""

    def one_of(self, values: Sequence[int]) -> tuple[str, list[Any]]:
        """Return the SQL behind a column that must equal one of the numbers, and parameters."""

    def open_weeks(self, weeks: Collection[int]) -> None:
        """Make the parts of the near index for these weeks; never inside a transaction."""

    def drop_weeks(self, first: int) -> None:
        """Take the weeks before `first` out of the near index; never inside a transaction."""

    def size(self) -> int:
        """Return the bytes it takes on disk."""


def check(db: Session, tables: set[str], location: str, *, any_algorithm: bool) -> bool:
    """Tell whether the tables are to be made; `tables` are those found.

    Raises:
        LedgerError: they are of another version, or of something else.
    """
    if not tables:
        return True
    if not tables >= {"meta", "url", "article", "run"}:
        raise LedgerError(f"ledger {location}: a database of something else")
    for name, found in db.execute("SELECT name, value FROM meta ORDER BY name DESC"):
        if found == VERSIONS.get(name) or (any_algorithm and name in ALGORITHMS):
            continue
        mend = "; run `scrapy ledger reindex`" if name in ALGORITHMS else ""
        raise LedgerError(
            f"ledger {location}: of {name} version {found}, which this newswire"
            f" cannot use (it has {VERSIONS.get(name, 'none')}){mend}"
        )
    return False


def create(db: Session, schema: str) -> None:
    """Make the tables."""
    for statement in schema.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.executemany("INSERT INTO meta VALUES (?, ?)", VERSIONS.items())
