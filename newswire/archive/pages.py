"""Which pages does a web archive hold? WARC and WACZ -> pages."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from newswire.archive import warc
from newswire.archive.http import decoded, is_html, parse, too_large
from newswire.archive.originals import Opener, Originals
from newswire.archive.packed import ERRORS, opened, source
from newswire.errors import Reason, UnreadablePage
from newswire.items import Source
from newswire.page.model import Page, PassedOver

# an HTTP head: servers and browsers stop at 8 to 256 KiB
_MAX_HTTP_HEAD = 2**18
# APPNOTE.TXT 4.3.7: magic, flags, method, size, lengths of name and extra field
_LOCAL_HEADER = struct.Struct("<4s2xHH4x4x4xIHH")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WARC_NAME = re.compile(r"\.warc(\.gz)?$", re.IGNORECASE)

# asked of an address
Wanted = Callable[[str], bool]

# the address of a WARC file, and how to open it
_Part = tuple[str, Opener]
Found = Page | UnreadablePage | PassedOver
# told in which WARC file of a WACZ (else "") a wanted record is
Seen = Callable[[str, warc.Record], None]
# by WARC file of a WACZ (else "")
Spans = Mapping[str, Iterable[warc.Span]]


class Archives:
    """The archives of one replay: a revisit finds its page in any of them.

    Args:
        max_bytes: a larger page is not read.
        wanted: asked of the address of a page; one that is not is passed over unread.
        seen: told of the records that may hold a page, or a revisit of one.
    """

    def __init__(
        self,
        max_bytes: int,
        wanted: Wanted = lambda address: True,
        seen: Seen = lambda part, record: None,
    ) -> None:
        self._max_bytes = max_bytes
        self._max_block = max_bytes + _MAX_HTTP_HEAD
        # asked before and after a record is read
        self._wanted = lru_cache(maxsize=4)(wanted)
        self._seen = seen
        self._originals = Originals(self._max_block)

    def pages(self, path: Path, uri: str, spans: Spans | None = None) -> Iterator[Found]:
        """Yield the pages of the archive at `path`, in its order, each once its record is read.

        A page is a response with status 200 whose body is HTML, whatever its Content-Type; a
        `revisit` record is the page that it refers to, if that was read before. Other responses are
        passed over, each with the reason; what is damaged is an error, and reading goes on after
        it. `uri` names the archive, `uri#offset` a record in it, and `uri!name#offset` a record of
        the WARC file `name` in a WACZ. With `spans` nothing else is read than what they list.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            parts = _parts(path, uri)
        # NotImplementedError is what zipfile raises for a compression that it does not know
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError):
            # no ZIP file; or one with a damaged list, where records can still be found
            parts = [(uri, lambda: opened(path))]
        for name, how in parts:
            number = self._originals.part(name, how)
            try:
                with how() as file:
                    part = name[len(uri) + 1 :]
                    for record in self._records(file, part, spans):
                        if found := self._found(record, f"{name}#{record.place}", number, part):
                            yield found
            except (zipfile.BadZipFile, NotImplementedError, *ERRORS) as error:
                yield UnreadablePage(Reason.DAMAGED, f"damaged archive ({error or 'cut'})", name)

    def _records(
        self, file: BinaryIO, part: str, spans: Spans | None
    ) -> Iterator[warc.Record | warc.Damage]:
        if spans is None:
            return warc.records(file, self._max_block, self._wants)
        return warc.records_at(file, spans.get(part, ()), self._max_block, self._wants)

    def late(self) -> Iterator[Found]:
        """Yield the revisits whose page was not read before them, once all archives are read."""
        for part, record in self._originals.waiting():
            where = f"{self._originals.name(part)}#{record.place}"
            yield self._revisited(record, where) or PassedOver(Reason.REVISIT, where)

    def close(self) -> None:
        """Close the files."""
        self._originals.close()

    def _wants(self, headers: dict[str, str]) -> bool:
        address = _address(headers)
        return address is None or self._wanted(address)

    def _found(
        self, record: warc.Record | warc.Damage, where: str, number: int, part: str
    ) -> Found | None:
        """Return what a record holds, None for those that are no responses."""
        if isinstance(record, warc.Damage):
            return UnreadablePage(Reason.DAMAGED, record.message, where)
        if record.type not in warc.READ:
            return None
        if not self._wants(record.headers):
            return PassedOver(Reason.FOREIGN, where)
        self._seen(part, record)
        if record.type == "revisit":
            if not (found := self._revisited(record, where)):
                self._originals.wait(record, number)
            return found
        try:
            found = _page(record, record, where, self._max_bytes)
        except UnreadablePage as error:
            return UnreadablePage(error.reason, str(error), where)
        if isinstance(found, Page):
            self._originals.add(record, number)
        return found

    def _revisited(self, record: warc.Record, where: str) -> Found | None:
        if not (original := self._originals.find(record)):
            return None
        try:
            return _page(original, record, where, self._max_bytes)
        except UnreadablePage as error:
            return UnreadablePage(error.reason, str(error), where)


def _parts(path: Path, uri: str) -> list[_Part]:
    """Return the WARC files of a WACZ (<https://specs.webrecorder.net/wacz/1.1.1/>).

    Raises:
        zipfile.BadZipFile: no ZIP file, or no WARC file in its list.
    """
    with path.open("rb") as file:
        # the end of a WARC file may be an archived ZIP file
        if file.read(2) != b"PK":
            raise zipfile.BadZipFile
    with zipfile.ZipFile(source(path)) as wacz:
        members = [m for m in wacz.infolist() if _WARC_NAME.search(m.filename)]
    if not members:
        raise zipfile.BadZipFile
    return [
        (f"{uri}!{member.filename}", _opener(path, member))
        for member in sorted(members, key=lambda m: m.filename)
    ]


def _opener(path: Path, member: zipfile.ZipInfo) -> Opener:
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
        return lambda: cast(BinaryIO, zipfile.ZipFile(source(path)).open(member))
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


def _page(record: warc.Record, seen: warc.Record, where: str, max_bytes: int) -> Page | PassedOver:
    """Return the page in the block of `record`, as `seen` says where and when.

    Raises:
        UnreadablePage: an HTML page that cannot be used whole.
    """
    if record.type in ("resource", "conversion"):
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
    return Page(body, source, _address(seen.headers), content_type)


def _refuse_partial(record: warc.Record, body: bytes, max_bytes: int) -> None:
    if not record.whole or len(body) > max_bytes:
        raise too_large(max_bytes)
    if reason := record.headers.get("warc-truncated"):
        raise UnreadablePage(Reason.TRUNCATED, f"cut when it was archived ({reason})")
    if "warc-segment-number" in record.headers:
        raise UnreadablePage(Reason.TRUNCATED, "archived in segments")
    if not body.strip():
        raise UnreadablePage(Reason.EMPTY, "empty page")


def _address(headers: dict[str, str]) -> str | None:
    # WARC/1.0 writers took the angle brackets of its grammar as part of the value
    return headers.get("warc-target-uri", "").strip("<>") or None


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
