"""Which pages does a web archive hold? WARC and WACZ -> pages."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from newswire.archive import warc
from newswire.archive.http import decoded, is_html, parse, too_large
from newswire.errors import Reason, UnreadablePage
from newswire.items import Source
from newswire.page.model import Page, PassedOver

# an HTTP head: servers and browsers stop at 8 to 256 KiB
_MAX_HTTP_HEAD = 2**18
# APPNOTE.TXT 4.3.7: magic, flags, method, size, lengths of name and extra field
_LOCAL_HEADER = struct.Struct("<4s2xHH4x4x4xIHH")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WARC_NAME = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)

# the address of a WARC file, and how to open it
_Part = tuple[str, Callable[[], BinaryIO]]
Found = Page | UnreadablePage | PassedOver


def pages(path: Path, uri: str, max_bytes: int) -> Iterator[Found]:
    """Yield the pages of the archive at `path`, in its order, each once its record is read.

    A page is a response with status 200 whose body is HTML, whatever its Content-Type; a `revisit`
    record is the page that it refers to, when that stands before it in the same archive. Other
    responses are passed over, each with the reason; what is damaged is an error, and reading goes
    on after it. `uri` names the archive, `uri#offset` a record in it, and `uri!name#offset` a
    record of the WARC file `name` in a WACZ.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        parts = _parts(path, uri)
    # NotImplementedError is what zipfile raises for a compression or version that it does not know
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError):
        # no ZIP file; or one with a damaged list, where records can still be found
        parts = [(uri, lambda: path.open("rb"))]
    with closing(_Originals(parts, max_bytes)) as originals:
        for number, (name, opened) in enumerate(parts):
            try:
                with opened() as file:
                    for record in warc.records(file, max_bytes + _MAX_HTTP_HEAD):
                        where = f"{name}#{record.place}"
                        if found := _found(record, where, originals, number, max_bytes):
                            yield found
            except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
                message = f"damaged ZIP member ({error or 'cut'})"
                yield UnreadablePage(Reason.DAMAGED, message, name)


def _parts(path: Path, uri: str) -> list[_Part]:
    """Return the WARC files of a WACZ (<https://specs.webrecorder.net/wacz/1.1.1/>).

    Raises:
        zipfile.BadZipFile: no ZIP file, or no WARC file in its list.
    """
    with path.open("rb") as file:
        # the end of a WARC file may be an archived ZIP file
        if file.read(2) != b"PK":
            raise zipfile.BadZipFile
    with zipfile.ZipFile(path) as wacz:
        members = [m for m in wacz.infolist() if _WARC_NAME.search(m.filename)]
    if not members:
        raise zipfile.BadZipFile
    return [
        (f"{uri}!{member.filename}", _opener(path, member))
        for member in sorted(members, key=lambda m: m.filename)
    ]


def _opener(path: Path, member: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    """Return what opens a file in a ZIP, checked against the header that stands before it."""
    with path.open("rb") as file:
        file.seek(member.header_offset)
        head = file.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size:
        raise zipfile.BadZipFile
    magic, flags, method, size, name, extra = _LOCAL_HEADER.unpack(head)
    encrypted = (flags | member.flag_bits) & 1
    known = magic == b"PK\3\4" and not encrypted and method in _METHODS
    # a size may follow the file, or stand in the extra field (ZIP64)
    if not known or method != member.compress_type or size not in (0, 2**32 - 1, member.file_size):
        raise zipfile.BadZipFile
    if method == zipfile.ZIP_DEFLATED:
        return lambda: cast(BinaryIO, zipfile.ZipFile(path).open(member))
    start = member.header_offset + _LOCAL_HEADER.size + name + extra
    return lambda: cast(BinaryIO, io.BufferedReader(_Stored(path, start, member.file_size), 2**16))


class _Stored(io.RawIOBase):
    """A file in a ZIP as it is stored.

    That of `zipfile` reads from the beginning again to go back, and fails as a whole when one byte
    is wrong.
    """

    def __init__(self, path: Path, start: int, size: int) -> None:
        self._file = path.open("rb")
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _found(
    record: warc.Record | warc.Damage,
    where: str,
    originals: _Originals,
    part: int,
    max_bytes: int,
) -> Found | None:
    """Return what a record holds, None for those that are no responses."""
    if isinstance(record, warc.Damage):
        return UnreadablePage(Reason.DAMAGED, record.message, where)
    if record.type not in warc.READ:
        return None
    try:
        if record.type == "revisit":
            if not (original := originals.find(record)):
                return PassedOver(Reason.REVISIT, where)
            return _page(original, record, where, max_bytes)
        found = _page(record, record, where, max_bytes)
    except UnreadablePage as error:
        return UnreadablePage(error.reason, str(error), where)
    if isinstance(found, Page):
        originals.add(record, part)
    return found


def _page(record: warc.Record, seen: warc.Record, where: str, max_bytes: int) -> Page | PassedOver:
    """Return the page in the block of `record`, as `seen` says where and when.

    Raises:
        UnreadablePage: an HTML page that cannot be used whole.
    """
    if record.type == "resource":
        content_type, body = record.headers.get("content-type"), record.block
    else:
        message = parse(record.block)
        if message.status != 200:
            return PassedOver(Reason.STATUS, where)
        content_type = message.headers.get("content-type")
        body = message.body
        if record.whole:
            try:
                body = decoded(message, max_bytes)
            except UnreadablePage:
                if is_html(b"", content_type):
                    raise
                return PassedOver(Reason.TYPE, where)
    if not is_html(body, content_type):
        return PassedOver(Reason.TYPE, where)
    _refuse_partial(record, body, max_bytes)
    digest = hashlib.sha256(body).hexdigest()
    source = Source("warc", where, _instant(seen.headers.get("warc-date", "")), digest)
    return Page(body, source, _address(seen), content_type)


def _refuse_partial(record: warc.Record, body: bytes, max_bytes: int) -> None:
    if not record.whole or len(body) > max_bytes:
        raise too_large(max_bytes)
    if reason := record.headers.get("warc-truncated"):
        raise UnreadablePage(Reason.TRUNCATED, f"cut when it was archived ({reason})")
    if "warc-segment-number" in record.headers:
        raise UnreadablePage(Reason.TRUNCATED, "archived in segments")
    if not body.strip():
        raise UnreadablePage(Reason.EMPTY, "empty page")


def _address(record: warc.Record) -> str | None:
    # WARC/1.0 writers took the angle brackets of its grammar as part of the value
    return record.headers.get("warc-target-uri", "").strip("<>") or None


def _instant(date: str) -> str | None:
    """Return a WARC-Date as RFC 3339 in UTC.

    >>> _instant("2021-12-23T15:04:05.25Z"), _instant("20211223150405"), _instant("once")
    ('2021-12-23T15:04:05.250000Z', '2021-12-23T15:04:05Z', None)
    """
    if re.fullmatch(r"\d{14}", date):  # from the older ARC format
        date = f"{date[:8]}T{date[8:]}Z"
    try:
        instant = datetime.fromisoformat(date)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Originals:
    """Where the pages stand that revisit records refer to.

    Kept by SQLite in a file of its own, deleted on closing: archives hold millions of records.
    """

    def __init__(self, parts: list[_Part], max_bytes: int) -> None:
        self._parts = parts
        self._max_block = max_bytes + _MAX_HTTP_HEAD
        self._files: dict[int, BinaryIO] = {}
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE page (key TEXT PRIMARY KEY, part, start, inner)")
        self._db.execute("BEGIN")

    def add(self, record: warc.Record, part: int) -> None:
        """Remember a record with a page."""
        names = ("warc-record-id", "warc-target-uri", "warc-date")
        place = (part, record.place.offset, record.place.inner)
        keys = _keys(record, *names)
        self._db.executemany(
            "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)", [(key, *place) for key in keys]
        )

    def find(self, record: warc.Record) -> warc.Record | None:
        """Return the record that a revisit refers to."""
        names = ("warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date")
        for key in _keys(record, *names):
            query = "SELECT part, start, inner FROM page WHERE key = ?"
            if row := self._db.execute(query, (key,)).fetchone():
                part, start, inner = row
                if part not in self._files:
                    self._files[part] = self._parts[part][1]()
                return warc.record_at(self._files[part], warc.Place(start, inner), self._max_block)
        return None

    def close(self) -> None:
        """Close the files."""
        self._db.close()
        for file in self._files.values():
            file.close()


def _keys(record: warc.Record, id_: str, uri: str, date: str) -> list[str]:
    """Return what a page can be told by: id, payload digest, address and date (ISO 28500 6.7)."""
    headers = record.headers
    keys = [headers.get(id_, ""), headers.get("warc-payload-digest", "").upper()]
    if headers.get(uri) and headers.get(date):
        keys.append(f"{headers[uri].strip('<>')} {headers[date]}")
    return [key for key in keys if key]
