"""Which engine does the location of a ledger name?"""

from __future__ import annotations

from newswire.ledger.database import Database


def open_database(location: str, *, any_algorithm: bool = False) -> Database:
    """Open a database, make the tables if there are none, and bring older ones up to date.

    `location` is a path, `sqlite:///PATH`, `postgresql://…`, or nothing for one that ends with
    the process. `any_algorithm` opens one that is to be reindexed.

    Raises:
        LedgerError: it cannot be opened, or is not a ledger that can be used.
    """
    scheme, found, _ = location.partition("://")
    if found and scheme in ("postgresql", "postgres"):
        from newswire.ledger.postgresql import PostgreSQL

        return PostgreSQL(location, any_algorithm=any_algorithm)
    from newswire.ledger.sqlite import SQLite

    return SQLite(location, any_algorithm=any_algorithm)
