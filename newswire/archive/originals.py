"""Where are the pages that revisit records refer to? In any archive of one replay."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import BinaryIO

from newswire.archive import warc

# opens a WARC file
Opener = Callable[[], BinaryIO]


class Originals:
    """The pages of a replay, and the revisits that still wait for theirs.

    Kept by SQLite in a file of its own, deleted on closing: archives hold millions of records.
    """

    def __init__(self, max_block: int) -> None:
        self._parts: list[tuple[str, Opener]] = []
        self._max_block = max_block
        self._open: tuple[int, BinaryIO] | None = None
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("CREATE TABLE page (key TEXT PRIMARY KEY, part, start, inner)")
        self._db.execute("CREATE TABLE waiting (part, start, inner)")
        self._db.execute("BEGIN")

    def part(self, name: str, opened: Opener) -> int:
        """Return the number of a WARC file, given its address and how to open it."""
        self._parts.append((name, opened))
        return len(self._parts) - 1

    def name(self, part: int) -> str:
        """Return the address of a WARC file."""
        return self._parts[part][0]

    def add(self, record: warc.Record, part: int) -> None:
        """Remember a record with a page."""
        names = ("warc-record-id", "warc-target-uri", "warc-date")
        place = (part, record.place.offset, record.place.inner)
        self._db.executemany(
            "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)",
            [(key, *place) for key in _keys(record, *names)],
        )

    def find(self, record: warc.Record) -> warc.Record | None:
        """Return the record that a revisit refers to."""
        names = ("warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date")
        for key in _keys(record, *names):
            query = "SELECT part, start, inner FROM page WHERE key = ?"
            if row := self._db.execute(query, (key,)).fetchone():
                return self._record(*row)
        return None

    def wait(self, record: warc.Record, part: int) -> None:
        """Remember a revisit whose original was not there yet."""
        place = (part, record.place.offset, record.place.inner)
        self._db.execute("INSERT INTO waiting VALUES (?, ?, ?)", place)

    def waiting(self) -> Iterator[tuple[int, warc.Record]]:
        """Yield the revisits that wait, each with the number of its file."""
        query = "SELECT part, start, inner FROM waiting ORDER BY rowid"
        for part, start, inner in self._db.execute(query).fetchall():
            yield part, self._record(part, start, inner)

    def _record(self, part: int, start: int, inner: int) -> warc.Record:
        if self._open is None or self._open[0] != part:
            self._shut()
            self._open = part, self._parts[part][1]()
        return warc.record_at(self._open[1], warc.Place(start, inner), self._max_block)

    def _shut(self) -> None:
        if self._open:
            self._open[1].close()
            self._open = None

    def close(self) -> None:
        """Close the files."""
        self._db.close()
        self._shut()


def _keys(record: warc.Record, id_: str, uri: str, date: str) -> list[str]:
    """Return what identifies a page: id, payload digest, address and date (ISO 28500 6.7)."""
    headers = record.headers
    keys = [headers.get(id_, ""), headers.get("warc-payload-digest", "").upper()]
    if headers.get(uri) and headers.get(date):
        keys.append(f"{headers[uri].strip('<>')} {headers[date]}")
    return [key for key in keys if key]
