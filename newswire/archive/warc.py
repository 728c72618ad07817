"""Which records does a WARC file hold? A reader that says what is damaged and goes on after it.

Format: ISO 28500:2017, <https://iipc.github.io/warc-specifications/specifications/warc-format/
warc-1.1/>. Plain, one gzip member a record (the usual form) or gzip as a whole.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from newswire.archive.http import GZIP, fields
from newswire.archive.packed import INFLATE_ERRORS, inflater

# of records of these types the block is read, that of others is passed over
READ = frozenset({"response", "resource", "revisit", "conversion"})

# asked of a record's headers: whether its block is wanted
Wants = Callable[[dict[str, str]], bool]

_CHUNK = 2**16
_MAX_HEAD = 2**16
_MEMBER = GZIP + b"\x08"
_VERSION = b"WARC/"
# drafts of the standard and its two editions, which differ in nothing that matters here
_KNOWN = re.compile(rb"WARC/(?:0\.\d+|1\.\d+)\s*")
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins: offset in the file, and in what is unpacked from there on."""

    offset: int
    inner: int = 0

    def __str__(self) -> str:
        return f"{self.offset}+{self.inner}" if self.inner else str(self.offset)


@dataclass(frozen=True, slots=True)
class Record:
    """A record; header names in lower case.

    Attributes:
        block: what follows the header; empty for types that are not in `READ`, and if not wanted.
        whole: the block is all of it, not cut at the limit of the reader.
        end: offset in the file where it ends; None if that is within a gzip member.
    """

    place: Place
    headers: dict[str, str]
    block: bytes
    whole: bool
    end: int | None = None

    @property
    def type(self) -> str:
        """Its WARC-Type, in lower case."""
        return self.headers.get("warc-type", "").lower()


@dataclass(frozen=True, slots=True)
class Span:
    """Where an index says that a record is: bytes of the file."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where no record could be read."""

    place: Place
    message: str


class _DamageError(ValueError):
    """The bytes are not those of a whole record."""


class _DigestError(_DamageError):
    """They are, but not those that were written."""


def _all(headers: dict[str, str]) -> bool:
    return True


def records(file: BinaryIO, max_block: int, wants: Wants = _all) -> Iterator[Record | Damage]:
    """Yield the records of a seekable file, and its damages; blocks are cut at `max_block` bytes.

    After a damage it goes on where the next record begins: at a gzip member from which on members
    follow one another, or in a plain file at the next line that begins as a record does. A record
    is yielded once the checksum of its gzip member is right, or where it has none of its own the
    digest of its block, if it states one. The block of one that nobody `wants` is passed over.
    """
    packed = _is_packed(file)
    stream = _Stream(file, 0, packed)
    while True:
        place = stream.place
        try:
            if not stream.skip_blank_lines():
                return
            place = stream.place
            record = _record(stream, max_block, wants)
        except _DamageError as error:
            yield Damage(place, str(error))
            if isinstance(error, _DigestError) and not packed:
                continue  # where it ends is known
            if (offset := _next_start(file, place.offset + 1, packed)) is None:
                return
            stream = _Stream(file, offset, packed)
        else:
            yield record


def records_at(
    file: BinaryIO, spans: Iterable[Span], max_block: int, wants: Wants = _all
) -> Iterator[Record | Damage]:
    """Yield the records that an index lists, as `records` does; no other byte is read."""
    for span in spans:
        file.seek(span.offset)
        try:
            part = io.BytesIO(file.read(span.length))
            record = _record(_Stream(part, 0, _is_packed(part)), max_block, wants)
        except _DamageError as error:
            yield Damage(Place(span.offset), f"{error}, or the index is not of this file")
        else:
            yield replace(record, place=Place(span.offset), end=span.offset + span.length)


def record_at(file: BinaryIO, place: Place, max_block: int) -> Record:
    """Return the record at a place that `records` gave for this file."""
    stream = _Stream(file, place.offset, _is_packed(file))
    stream.skip(place.inner)
    return _record(stream, max_block)


def _is_packed(file: BinaryIO) -> bool:
    # not by its name: browsers unpack on download; damage may have hit the first bytes
    file.seek(0)
    head = file.read(_CHUNK)
    return head.startswith(GZIP) or _VERSION not in head


def _record(stream: _Stream, max_block: int, wants: Wants = _all) -> Record:
    place = stream.place
    version, _, rest = stream.head().partition(b"\n")
    if not _KNOWN.fullmatch(version):
        raise _DamageError("no record begins here")
    headers = fields(rest.split(b"\n"))
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise _DamageError("record without a Content-Length")
    size = int(length)
    read = headers.get("warc-type", "").lower() in READ and wants(headers)
    kept = min(size, max_block) if read else 0
    block = stream.take(kept)
    stream.skip(size - kept)
    stream.finish_record()
    if kept == size and not stream.between_members and not _digest_agrees(headers, block):
        raise _DigestError("its block is not the one that its digest was made of")
    after = stream.place
    end = None if after.inner or place.inner else after.offset
    return Record(place, headers, block, kept == size or not kept, end)


def _digest_agrees(headers: dict[str, str], block: bytes) -> bool:
    """Return True if `block` has the stated digest; one in a form not known here is taken as right.

    >>> _digest_agrees({"warc-block-digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"}, b"")
    True
    """
    algorithm, _, stated = headers.get("warc-block-digest", "").partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if algorithm not in ("md5", "sha1", "sha256", "sha512"):
        return True
    digest = hashlib.new(algorithm, block, usedforsecurity=False).digest()
    forms = (digest.hex().upper(), base64.b32encode(digest).decode().rstrip("="))
    stated = stated.strip().upper().rstrip("=")
    return stated in forms or len(stated) not in map(len, forms)


class _Stream:
    """The unpacked bytes of an archive, with the place of each."""

    def __init__(self, file: BinaryIO, offset: int, packed: bool) -> None:
        file.seek(offset)
        self.packed = packed
        self._file = file
        self._read = offset  # bytes of the file that were read
        self._raw = b""  # those not yet unpacked
        self._member: Any = None
        self._buffer = bytearray()  # unpacked
        self._start = Place(offset)  # of the member that the buffer began in
        self._taken = 0  # unpacked bytes taken since there

    @property
    def place(self) -> Place:
        """Where the next byte is."""
        if not self.packed:
            return Place(self._start.offset + self._taken)
        if not self._buffer and self._member is None:
            return Place(self._read - len(self._raw))
        return Place(self._start.offset, self._taken)

    @property
    def between_members(self) -> bool:
        """A gzip member has just ended, its checksum was right."""
        return self.packed and self._member is None

    def _more(self) -> bool:
        """Unpack some more bytes; False at the end of the file."""
        if not self.packed:
            data = self._file.read(_CHUNK)
            self._buffer += data
            return bool(data)
        if not self._raw:
            self._raw = self._file.read(_CHUNK)
            self._read += len(self._raw)
        if self._member is None:
            if not self._raw:
                return False
            if not GZIP.startswith(self._raw[:2]):
                raise _DamageError("no record begins here")
            if not self._buffer:
                self._start = Place(self._read - len(self._raw))
                self._taken = 0
            self._member = inflater()
        try:
            found = self._member.decompress(self._raw, _CHUNK)
        except INFLATE_ERRORS as error:
            raise _DamageError(f"damaged gzip member ({error})") from None
        # of the last bytes of a file more may come than was asked for
        if not (self._raw or found or self._member.eof):
            raise _DamageError("the file ends in the middle of a record")
        self._buffer += found
        if self._member.eof:
            self._raw, self._member = self._member.unused_data, None
        else:
            self._raw = self._member.unconsumed_tail
        return True

    def _need_more(self) -> None:
        if not self._more():
            raise _DamageError("the file ends in the middle of a record")

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        while len(self._buffer) < size:
            self._need_more()
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._taken += size
        return data

    def skip(self, size: int) -> None:
        """Pass over `size` bytes."""
        while size > len(self._buffer):
            size -= len(self._buffer)
            self._taken += len(self._buffer)
            self._buffer.clear()
            self._need_more()
        self.take(size)

    def head(self) -> bytes:
        """Return the lines up to the next blank one, which is passed over."""
        while not (end := _HEAD_END.search(self._buffer)):
            if len(self._buffer) > _MAX_HEAD:
                raise _DamageError("no record begins here")
            self._need_more()
        return self.take(end.end())[: end.start() - end.end()]

    def skip_blank_lines(self) -> bool:
        """Pass over line ends; tell whether anything follows."""
        while True:
            rest = self._buffer.lstrip(b"\r\n")
            self.take(len(self._buffer) - len(rest))
            if rest:
                return True
            if not self._more():
                return False

    def finish_record(self) -> None:
        """Pass over the line ends after a block and the checksum of the gzip member.

        Some writers leave line ends out or put more, but anything else means that the length of the
        block was wrong.
        """
        ends = False
        while True:
            rest = self._buffer.lstrip(b"\r\n")
            ends = ends or len(rest) < len(self._buffer)
            self.take(len(self._buffer) - len(rest))
            if rest or self.between_members or not self._more():
                break
        if rest and not ends and not rest.startswith(_VERSION):
            raise _DamageError("its block is longer than its Content-Length says")


def _next_start(file: BinaryIO, offset: int, packed: bool) -> int | None:
    """Return where, from `offset` on, the next record begins that is known from other bytes."""
    mark, lead = (_MEMBER, 0) if packed else (b"\n" + _VERSION, 1)
    while (at := _find(file, mark, offset)) is not None:
        if not packed:
            return at + lead
        end = _chain(file, at)
        if end is None:
            return at
        offset = max(end, at + 1)
    return None


def _find(file: BinaryIO, mark: bytes, offset: int) -> int | None:
    file.seek(offset)
    window = b""
    while chunk := file.read(2**20):
        window += chunk
        if (at := window.find(mark)) >= 0:
            return offset + at
        keep = len(mark) - 1
        offset += max(0, len(window) - keep)
        window = window[-keep:]
    return None


def _chain(file: BinaryIO, start: int) -> int | None:
    """Return None if the records of a file go on at `start`, else where to look further.

    An archive that is stored in a record looks the same, but ends amid the bytes of that record;
    members of the file follow one another to its end, or to one that is damaged.
    """
    file.seek(0)
    # the list of a damaged WACZ follows its last member
    ends = (b"", b"PK") if file.read(2) == b"PK" else (b"",)
    offset = start
    while True:
        try:
            opens, length = _member(file, offset)
        except INFLATE_ERRORS:
            # a damaged member after whole ones; what begins with damage is none
            return None if offset > start else start + 1
        if not opens:
            return max(offset, start + 1)
        if length is None:  # the last one is cut
            return None
        offset += length
        file.seek(offset)
        follows = file.read(len(_MEMBER))
        if follows[:2] in ends:
            return None
        if follows != _MEMBER:
            return offset


def _member(file: BinaryIO, offset: int) -> tuple[bool, int | None]:
    """Return whether a record opens the gzip member at `offset`, and its length if it is whole."""
    file.seek(offset)
    member, begun, length = inflater(), b"", 0
    while raw := file.read(_CHUNK):
        length += len(raw)
        while raw:
            out = member.decompress(raw, _CHUNK)
            begun = begun or out[: len(_VERSION)]
            if begun and begun != _VERSION:
                return False, None
            if member.eof:
                return True, length - len(member.unused_data)
            raw = member.unconsumed_tail
    return bool(begun), None
