"""What did the server send? HTTP message -> status, headers and the decoded body."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import brotli

from newswire.errors import Reason, UnreadablePage

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

GZIP = b"\x1f\x8b"
# the codings that are undone here, and the others of IANA's registry of HTTP content codings; any
# other word in a Content-Encoding (`utf-8`, `none`, `binary`) says nothing of the bytes
CODINGS = ("gzip", "x-gzip", "deflate", "br", "zstd")
_FOREIGN = ("aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip")
# RFC 9659: a zstd content coding needs no more than 8 MiB of window (2**23)
ZSTD_WINDOW_LOG = 23

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
# and the pseudo-header in its place, of archivers that write HTTP/2 down as it is
_STATUS = re.compile(rb"(?:(?:HTTP/\d(?:\.\d)?|ICY) +|:status: *)(\d{3})(?!\d)", re.IGNORECASE)
# heads before the response (RFC 9110, 15.2 and 9.3.6)
_MAX_INTERIM = 20
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
# what a browser's sniffing takes for HTML (WHATWG MIME Sniffing 7.1), and what stands before it
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body|script"
    rb"|iframe|style|title|table|div|font|h1|br|b|a|p|article|section|main|meta|link)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
# binaries, feeds and sitemaps that servers announce as HTML
_NOT_HTML = re.compile(
    rb"%PDF-|\x89PNG|\xff\xd8\xff|GIF8|RIFF|PK\x03\x04|\x00\x00\x00.ftyp"
    rb"|(?:\xef\xbb\xbf)?(?:\s++|<[?!][^>]*>)*+"
    rb"<(?:rss|feed|rdf:rdf|urlset|sitemapindex|svg)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 4096
# Documents that say where they end; a fragment of a list does not.
_ROOT = re.compile(rb"<(html|rss|rdf:rdf|feed|urlset|sitemapindex)\b(?![^<>]*/>)", re.I)


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP response: header names in lower case, the body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def parse(block: bytes) -> Message:
    """Return the HTTP response that `block` holds, the last one where interim heads precede it.

    >>> parse(b"HTTP/1.1 103 Early Hints\\r\\n\\r\\nhttp/1.1 200 OK\\r\\n\\r\\n<p>").status
    200

    Raises:
        UnreadablePage: no status line.
    """
    head = body = block
    status = None
    for _ in range(_MAX_INTERIM):
        if not (found := _STATUS.match(body)):
            break
        status, block = found, body
        end = _BLANK_LINE.search(block)
        head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    if status is None:
        raise UnreadablePage(Reason.DAMAGED, "no HTTP status line")
    return Message(int(status[1]), fields(head.split(b"\n")[1:]), body)


def fields(lines: list[bytes]) -> dict[str, str]:
    """Return header lines as a mapping; repeated ones are joined with commas (RFC 9110 5.3)."""
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        if line[:1] in b" \t" and last:
            found[last] += " " + _text(line)
            continue
        name, colon, value = line.partition(b":")
        if colon:
            last = _text(name).lower()
            found[last] = f"{found[last]}, {_text(value)}" if last in found else _text(value)
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("latin-1").strip()


def decoded(message: Message, max_bytes: int) -> bytes:
    """Return the body without its transfer and content codings.

    Archivers store bodies that they decoded under the headers of the server: what is already
    decoded stays as it is.

    Raises:
        UnreadablePage: cut, damaged, of an unknown coding, or larger than `max_bytes`.
    """
    body = message.body
    if "chunked" in message.headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    body = undone(body, message.headers.get("content-encoding", ""), max_bytes)
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    return body


def undone(body: bytes, content_encoding: str, max_bytes: int) -> bytes:
    """Return a body without the codings that the header `content_encoding` names, last one first.

    What begins as a page or feed does is not coded any more, whatever the header says.

    Raises:
        UnreadablePage: see `inflate`.
    """
    for coding in reversed(content_encoding.lower().split(",")):
        if _begins_as_document(body):
            break
        body = inflate(body, coding.strip(), max_bytes)
    return body


def too_large(max_bytes: int) -> UnreadablePage:
    """Return the error for a page of more than `max_bytes`."""
    return UnreadablePage(Reason.TOO_LARGE, f"larger than {max_bytes} bytes (DOWNLOAD_MAXSIZE)")


def _dechunked(body: bytes) -> bytes:
    """Undo the chunked transfer coding (RFC 9112 7.1)."""
    if not _CHUNK.match(body):
        return body
    out, position = bytearray(), 0
    while chunk := _CHUNK.match(body, position):
        if not (size := int(chunk[1], 16)):
            return bytes(out)
        data = body[chunk.end() : chunk.end() + size]
        out += data
        position = chunk.end() + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
        if len(data) < size:
            break
    raise UnreadablePage(Reason.TRUNCATED, "ends before its last chunk")


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Unpacked(NamedTuple):
    """What could be unpacked, and what kept the rest from it: None where nothing did."""

    data: bytes
    error: UnreadablePage | None = None


def inflate(data: bytes, coding: str, max_bytes: int) -> bytes:
    """Undo one content coding: gzip, deflate, br or zstd; a word that is no coding changes nothing.

    No more than `max_bytes` and one are ever unpacked, whatever the data asks for.

    Raises:
        UnreadablePage: cut, damaged, of a coding that is not undone here, or larger than
            `max_bytes`.
    """
    whole = unpack(data, coding, max_bytes)
    if whole.error:
        raise whole.error
    return whole.data


def unpack(data: bytes, coding: str, max_bytes: int) -> Unpacked:
    """Return what `inflate` returns, and of damaged data what could be had."""
    if coding in _FOREIGN:
        error = UnreadablePage(Reason.ENCODING, f"content coding {coding!r} cannot be undone")
        return Unpacked(b"", error)
    if coding not in CODINGS or not data:
        return Unpacked(data)
    try:
        match coding:
            case "deflate":
                return _deflate(data, max_bytes)
            case "br":
                return _brotli(data, max_bytes)
            case "zstd":
                return _members(_unzstd, data, max_bytes)
            case _:
                # a body that is no gzip was decoded by who stored it, or never encoded
                return _members(_gunzip, data, max_bytes) if data[:2] == GZIP else Unpacked(data)
    except (zlib.error, zstd.ZstdError, brotli.error) as error:
        return Unpacked(b"", UnreadablePage(Reason.DAMAGED, f"broken {coding}: {error}"))


def _gunzip() -> _Decompressor:
    return zlib.decompressobj(31)


def _unzstd() -> _Decompressor:
    return zstd.ZstdDecompressor(
        options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG}
    )


def _deflate(data: bytes, max_bytes: int) -> Unpacked:
    try:
        return _members(zlib.decompressobj, data, max_bytes)
    except zlib.error:
        # some servers leave the zlib wrapper out (RFC 9110 8.4.1.2)
        return _members(lambda: zlib.decompressobj(-15), data, max_bytes)


def _members(make: Callable[[], _Decompressor], data: bytes, max_bytes: int) -> Unpacked:
    """Unpack a stream, and those that follow it in the same format."""
    magic, out = data[:2], bytearray()
    while data[:2] == magic:
        member = make()
        out += member.decompress(data, max_bytes + 1 - len(out))
        if len(out) > max_bytes:
            return Unpacked(bytes(out[:max_bytes]), too_large(max_bytes))
        if not member.eof:
            return Unpacked(bytes(out), _cut())
        data = member.unused_data
    return Unpacked(bytes(out))


def _brotli(data: bytes, max_bytes: int) -> Unpacked:
    decompressor = brotli.Decompressor()
    out = bytearray(decompressor.process(data, output_buffer_limit=max_bytes + 1))
    while not decompressor.is_finished():
        if len(out) > max_bytes:
            return Unpacked(bytes(out[:max_bytes]), too_large(max_bytes))
        more = decompressor.process(b"", output_buffer_limit=max_bytes + 1 - len(out))
        if not more:
            return Unpacked(bytes(out), _cut())
        out += more
    return Unpacked(bytes(out))


def _cut() -> UnreadablePage:
    return UnreadablePage(Reason.TRUNCATED, "ends in the middle of its compressed data")


def _begins_as_document(body: bytes) -> bool:
    return looks_html(body) or bool(_NOT_HTML.match(body[:_SNIFFED]))


def looks_html(body: bytes) -> bool:
    """Return True if `body` begins as an HTML page does."""
    head = body[:_SNIFFED]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\0", b"")
    return _HTML.match(head) is not None


def is_html(body: bytes, content_type: str | None) -> bool:
    """Return True if `body` is a page, trusting its first bytes before its Content-Type.

    >>> is_html(b"<!DOCTYPE html><p>", "application/pdf"), is_html(b"%PDF-1.7", "text/html")
    (True, False)
    """
    if looks_html(body):
        return True
    declared = re.split("[;,]", content_type or "")[0].strip().lower()
    return declared in ("text/html", "application/xhtml+xml") and not _NOT_HTML.match(
        body[:_SNIFFED]
    )


def document_ends(body: bytes) -> bool:
    """Return True if a page or feed that begins as a document also ends as one.

    That is all there is to see of a body whose Content-Length is too small, or that has none and
    whose connection broke. All pages known of the wire close their root element.

    >>> [document_ends(b) for b in (b"<html><p>one</html>", b"<html><p>on", b"<p>a fragment")]
    [True, False, True]
    """
    root = _ROOT.search(body[:4096])
    if root is None:
        return True
    end = b"</" + root[1].lower()
    return end in body[-4096:].lower() or end in body.lower()
