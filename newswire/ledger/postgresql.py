"""A ledger in a PostgreSQL database, for crawlers on several machines."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from newswire.errors import LedgerError
from newswire.ledger import migrations, tables_postgresql
from newswire.ledger.database import BUSY_SECONDS, Rows

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
except ImportError as _error:
    raise LedgerError(
        "a ledger in PostgreSQL needs psycopg: pip install 'newswire[postgresql]'"
    ) from _error

# Names are locked by their hash in this range: the server's table of locks has room for 64 a
# connection by default (6,400), and articles of 30 names each rarely meet in one by chance.
BUCKETS = 4096
_CLASS = zlib.crc32(b"newswire") >> 1  # the first of the lock's two numbers, as int4
_LOCK = "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int4[]) AS bucket"

# Fresh tables have no statistics: the planner would compile for 25 ms what takes 0.3, and read
# whole tables. C is the order of bytes, as in SQLite.
_SETTINGS = (
    "SET jit = off",
    "SET enable_seqscan = off",
    "SET enable_bitmapscan = off",
    f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'",
    f"SET idle_in_transaction_session_timeout = '{BUSY_SECONDS:.0f}s'",
    "SET client_min_messages = warning",
    "SET search_path = newswire",
)
_WEEKLY = ("posting", "shingles")  # have a partition a week


class _Session:
    """A connection that takes `?` for a parameter."""

    def __init__(self, db: psycopg.Connection[Any]) -> None:
        self._db = db

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Rows:
        return self._db.execute(_translate(statement), [_clean(p) for p in parameters])

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> object:
        rows = [[_clean(p) for p in row] for row in parameters]
        if rows:
            self._db.cursor().executemany(_translate(statement), rows)
        return None


class PostgreSQL:
    """See `newswire.ledger.database.Database`; the tables are in the schema `newswire`."""

    lasting = True
    skip_locked = "FOR UPDATE SKIP LOCKED"
    for_share = "FOR SHARE"

    def __init__(self, location: str, *, any_algorithm: bool = False) -> None:
        """Open the database at a `postgresql://` URL, and make the tables if need be.

        Raises:
            LedgerError: it cannot be reached, or is not a ledger that can be used.
        """
        self.location = _without_password(location)
        with self._errors():
            self._db = psycopg.connect(location, autocommit=True)
            self._session = _Session(self._db)
            try:
                for setting in _SETTINGS:
                    self._db.execute(setting)
                self._prepare(any_algorithm=any_algorithm)
            except BaseException:
                self._db.close()
                raise

    def _prepare(self, *, any_algorithm: bool) -> None:
        with self.write("schema") as db:
            rows = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'newswire'")
            found = {name for (name,) in rows}
            if not db.execute("SELECT to_regnamespace('newswire')").fetchone()[0]:
                db.execute("CREATE SCHEMA newswire")
            tables, steps = tables_postgresql.TABLES, tables_postgresql.STEPS
            migrations.prepare(db, found, tables, steps, self.location, any_algorithm=any_algorithm)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    @contextmanager
    def write(self, *names: str | int) -> Iterator[_Session]:
        """Give the connection for one transaction, once it holds the locks of the names.

        They are taken in one order, so that no two wait for each other; and in a statement of
        their own, so that the next sees what their last holders committed.
        """
        with self._errors(), self._db.transaction():
            if names:
                buckets = {zlib.crc32(str(name).encode("utf-8", "replace")) for name in names}
                self._db.execute(_LOCK, [_CLASS, sorted({b % BUCKETS for b in buckets})])
            yield self._session

    @contextmanager
    def read(self) -> Iterator[_Session]:
        """Give the connection for queries."""
        with self._errors():
            yield self._session

    def use(self, index: str) -> str:
        """Say nothing: the planner finds the index."""
        return ""

    def one_of(self, values: Sequence[int]) -> tuple[str, list[Any]]:
        """Return one array, so that the statement is the same for any number."""
        return "= ANY (?::int8[])", [list(values)]

    def open_weeks(self, weeks: Collection[int]) -> None:
        """Add partitions; attaching one does not wait for crawls that read and write the others."""
        with self.write("weeks") as db:
            there = _partitions(db)
            for table in _WEEKLY:
                for week in sorted(set(weeks) - there[table]):
                    name = f'"{table}_{week}"'
                    db.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)")
                    db.execute(
                        f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES IN ({week})"
                    )

    def drop_weeks(self, weeks: Collection[int]) -> None:
        """Drop partitions; crawls wait for each as for a short transaction."""
        for table in _WEEKLY:
            for week in weeks:
                with self.write("weeks") as db:  # another may have dropped it
                    db.execute(f'DROP TABLE IF EXISTS "{table}_{week}"')

    def size(self) -> int:
        """Return the bytes of the tables with their indexes."""
        with self.read() as db:
            row = db.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                " WHERE relnamespace = 'newswire'::regnamespace AND relkind = 'r'"
            ).fetchone()
        return int(row[0])

    def now(self) -> float:
        """Return the time by the server's clock, whatever those of the crawlers say.

        It goes on within a transaction, as `now()` in SQL does not.
        """
        with self.read() as db:
            return float(db.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()[0])

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            # libpq names host and user, never the password
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise LedgerError(f"ledger {self.location}: {lines[0]}") from error


def _partitions(db: _Session) -> dict[str, set[int]]:
    """Return the weeks that there is a partition of, by table."""
    rows = db.execute(
        "SELECT inhparent::regclass::text, inhrelid::regclass::text FROM pg_inherits"
        " WHERE inhparent = ANY (?::regclass[])",
        ([f"newswire.{table}" for table in _WEEKLY],),
    )
    found: dict[str, set[int]] = {table: set() for table in _WEEKLY}
    for table, name in rows:
        found[table].add(int(name.strip('"').rpartition("_")[2]))
    return found


@cache
def _translate(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()


def _clean(value: Any) -> Any:
    # PostgreSQL has no NUL in a text
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _without_password(location: str) -> str:
    """Return the URL as it may be shown.

    Raises:
        LedgerError: it is none.
    """
    try:
        parts = conninfo_to_dict(location)
    except psycopg.Error:
        # the message may quote a part of the password
        raise LedgerError(
            "ledger postgresql://…: not a URL postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from None
    user = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{user}{parts.get('host', '')}{port}/{parts.get('dbname', '')}"
