"""How are requests read and answers written? A small HTTP/1.1 that leaves room for wrong ones."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from newswire.simulator.markup import http_date


@dataclass(frozen=True, slots=True)
class Request:
    """A request; header names are in small letters, `path` is still percent-encoded."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Response:
    """An answer before it is encoded for a client."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    changed: datetime | None = None  # gives Last-Modified
    etag: str | None = None  # without it, one is made from the body
    validators: bool = True  # or neither of them


def text(body: str, kind: str = "text/html; charset=utf-8") -> Response:
    """Return a page."""
    return Response(body.encode(), type=kind)


def xml(body: str) -> Response:
    """Return an XML document."""
    return text(body, "application/xml; charset=utf-8")


def data(value: Any) -> Response:
    """Return a JSON document."""
    return text(json.dumps(value), "application/json")


def redirect(url: str) -> Response:
    """Return a permanent redirect."""
    return Response(status=301, headers={"Location": url})


def error(status: int) -> Response:
    """Return an error page."""
    phrase = HTTPStatus(status).phrase
    return Response(f"<html><body><h1>{status} {phrase}</h1></body></html>".encode(), status)


def _brotli(body: bytes) -> bytes:
    packed: bytes = importlib.import_module("brotli").compress(body, quality=3)
    return packed


def _zstd(body: bytes) -> bytes:
    packed: bytes = importlib.import_module("backports.zstd").compress(body)
    return packed


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 3, mtime=0)


def _installed(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


# In the order of preference; brotli and zstd are offered where they are installed
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    **({"br": _brotli} if _installed("brotli") else {}),
    **({"zstd": _zstd} if _installed("backports.zstd") else {}),
    "gzip": _gzip,
}


async def read(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request of a connection; None when the client has closed it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    url = urlsplit(target)
    return Request(method, url.path, dict(parse_qsl(url.query)), headers, body)


def finish(request: Request, response: Response) -> Response:
    """Answer 304 where the client's copy still holds, and compress as the client asks."""
    headers = response.headers
    if response.status == 200 and response.validators:
        digest = hashlib.sha1(response.body, usedforsecurity=False).hexdigest()[:16]
        etag = headers["ETag"] = f'W/"{response.etag or digest}"'
        if response.changed:
            headers["Last-Modified"] = http_date(response.changed)
        if _fresh(request, etag, response.changed):
            return Response(b"", 304, headers=headers)
    accepted = {
        part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")
    }
    encoding = next((name for name in ENCODINGS if name in accepted), None)
    if encoding and len(response.body) > 500:
        response.body = ENCODINGS[encoding](response.body)
        headers["Content-Encoding"] = encoding
    headers["Vary"] = "Accept-Encoding"
    return response


def _fresh(request: Request, etag: str, changed: datetime | None) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:  # RFC 9110 13.1.3: then If-Modified-Since does not count
        return etag in (entry.strip() for entry in known.split(","))
    since = request.headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    return parsedate_to_datetime(since) >= changed


def raw(request: Request, response: Response) -> bytes:
    """Return the bytes of an answer."""
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    if response.status != 304:
        lines += [f"Content-Type: {response.type}", f"Content-Length: {len(response.body)}"]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if request.method == "HEAD" else head + response.body
