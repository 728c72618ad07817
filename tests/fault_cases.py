"""Answers that are wrong in one way each, by the numbers of docs/reliability.md."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import re
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cache

import brotli

from newswire.simulator.http import Request
from tests.odd_server import Reset, Route, answer

zstd = importlib.import_module(
    "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
)
DENIED = (
    b"<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Access denied</h1>"
    b"<p>You have no permission to access this resource on this server. Please enable cookies and "
    b"load the page again.</p><p>Your address has been logged. If you believe that this is wrong, "
    b"write to the owner of the site, and tell the number below.</p></body></html>"
)


@dataclass(frozen=True)
class Place:
    """What a fault is made of: the right page and its path, a host inside, another article."""

    page: bytes
    path: str
    inside: str
    other: str


def to(url: str) -> bytes:
    return answer(status=302, location=url)


def chunked(*parts: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def played(
    *parts: bytes, every: float = 0, end: type[Exception] | None = None
) -> Callable[[Request, int], AsyncIterator[bytes]]:
    """Return a route that sends one part after another; the last one for ever unless it `end`s."""

    async def play() -> AsyncIterator[bytes]:
        for part in parts[:-1]:
            yield part
            await asyncio.sleep(every)
        if end:
            raise end
        while True:
            yield parts[-1]
            await asyncio.sleep(every)

    return lambda request, before: play()


@cache
def bomb(*packers: str) -> bytes:
    """Return 64 MB of blanks, packed."""
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda data: gzip.compress(data, 1, mtime=0),
        "br": lambda data: bytes(brotli.compress(data, quality=1)),
        "zstd": lambda data: bytes(zstd.compress(data)),
    }
    body = b"<html><body>" + b" " * 64 * 10**6 + b"</body></html>"
    for packer in packers:
        body = pack[packer](body)
    return answer(body, content_encoding=", ".join(packers))


def russian(page: bytes, header: str) -> bytes:
    """Return a page in windows-1251 that says so itself, with another header."""
    text = page.decode().replace('charset="utf-8"', 'charset="windows-1251"')
    body = text.encode("cp1251", "xmlcharrefreplace")
    return answer(body).replace(b"text/html", b"text/html; charset=" + header.encode())


def once(first: bytes) -> Callable[[Place], Route]:
    return lambda at: lambda request, before: answer(at.page) if before else first


def inner(scheme: str) -> Callable[[Place], Route]:
    return lambda at: to(at.inside.replace("http://", scheme))


# what stays out of the feed as long as the fault lasts, and must come when it is over
LATER: dict[str, Callable[[Place], Route]] = {
    "S01 redirect inside": lambda at: to(f"{at.inside}/"),
    "S04 error, then redirect inside": lambda at: (
        lambda request, before: (
            to(f"{at.inside}/") if before else answer(status=503, retry_after="0")
        )
    ),
    "S06 redirect to file": lambda at: to("file:///etc/hostname"),
    "S06 redirect to data": lambda at: to("data:text/html,<p>let in</p>"),
    "S06 redirect to ftp": inner("ftp://"),
    "S07 redirect to javascript": lambda at: to("javascript:1"),
    "S08 file of the site": lambda at: to(f"file://{at.inside[7:]}/etc/hostname"),
    "S10 user name": inner("http://tj.sputniknews.ru@"),
    "S10 number": lambda at: to(f"http://2130706433:{at.inside.rpartition(':')[2]}/"),
    "S20 gzip bomb": lambda at: bomb("gzip"),
    "S20 gzip in gzip bomb": lambda at: bomb("gzip", "gzip"),
    "S20 br bomb": lambda at: bomb("br"),
    "S20 zstd bomb": lambda at: bomb("zstd"),
    "S22 endless": lambda at: played(chunked(b"<html>"), b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "S26 slow body": lambda at: played(answer(b"<html>", length=9999), b" ", every=0.2),
    "S26 slow head": lambda at: played(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every=0.2),
    "S26 silence": lambda at: None,
    "S27 redirect to itself": lambda at: to(at.path),
    "S27 growing address": lambda at: lambda request, before: to(f"{at.path}?{'x' * before}=1"),
    "S37 long header": lambda at: answer(at.page, x="y" * 40_000),
    "S38 many headers": lambda at: answer(at.page, x="y\r\nX: y" * 20_000),
    "R13 too few bytes": lambda at: answer(at.page, length=len(at.page) + 9),
    "R13 cut chunk": lambda at: chunked(at.page)[:-99],
    "R13 no last chunk": lambda at: chunked(at.page),
    "R13 no number of a chunk": lambda at: chunked(at.page) + b"zz\r\n",
    "R13 reset": lambda at: played(answer(at.page)[:500], b"", end=Reset),
    "R13 no answer": lambda at: b"",
    "R13 garbage": lambda at: b"\x16\x03\x01 what is this\r\n\r\n",
    "R13 HTTP/0.9": lambda at: at.page,
    "R13 two lengths": lambda at: answer(at.page, content_length=f"{len(at.page) + 1}"),
    "R13 negative length": lambda at: answer(at.page, length=-5),
    "R14 length too small": lambda at: answer(at.page, length=len(at.page) // 2),
    "R15 no length, cut": lambda at: answer(at.page[: len(at.page) // 2], length=-1),
    "R16 cut gzip": lambda at: answer(gzip.compress(at.page)[:-99], content_encoding="gzip"),
    "R16 cut page in gzip": lambda at: answer(
        gzip.compress(at.page[: len(at.page) // 2]), content_encoding="gzip"
    ),
    "R17 nothing in it": lambda at: answer(b"\x1f\x8b", content_encoding="gzip"),
    "R18 bad checksum": lambda at: answer(
        gzip.compress(at.page)[:-8] + b"12345678", content_encoding="gzip"
    ),
    "R18 foreign coding": lambda at: answer(b"\x1f\x9d\x90", content_encoding="compress"),
    "R19 error": lambda at: answer(status=500),
    "R19 not found": lambda at: answer(status=404),
    "R19 not modified": lambda at: answer(status=304),
    "R19 part": lambda at: answer(at.page[: len(at.page) // 2], status=206),
    "R28 another article": lambda at: to(at.other),
    "R28 front page": lambda at: to("/"),
    "R35 denied": lambda at: answer(DENIED),
    "R35 denied by status": lambda at: answer(DENIED, status=403),
    "R35 captcha": lambda at: answer(
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><p>Verify that "
        b"you are human.</p><form><input name='q'></form><a href='%b'>back</a></body></html>"
        % at.path.encode()
    ),
    "R35 empty": lambda at: answer(),
    "R35 no page": lambda at: answer(b"%PDF-1.7\n\x00\x01\x02\xff" + bytes(range(256)) * 40),
}
# what is odd, and yet all there
WHOLE: dict[str, Callable[[Place], Route]] = {
    "R17 no gzip": lambda at: answer(at.page, content_encoding="gzip"),
    "R18 no coding": lambda at: answer(at.page, content_encoding="utf-8"),
    "S05 refresh": lambda at: answer(
        at.page.replace(
            b"<head>", b"<head><meta http-equiv=refresh content='0;%b'>" % at.inside.encode()
        )
    ),
    "S09 base elsewhere": lambda at: answer(
        at.page.replace(b"<head>", b"<head><base href='%b/'>" % at.inside.encode())
    ),
    "S09 canonical address elsewhere": lambda at: answer(
        re.sub(rb'(l" (?:href|content)=")http[^"]*', rb"\1%b" % at.inside.encode(), at.page)
    ),
    "S44 cookie": lambda at: answer(at.page, set_cookie="s=1", etag='"a\\r\\nX-In: 1"'),
    "R12 busy": once(answer(status=429, retry_after="1")),
    "R13 reset once": lambda at: (
        lambda request, before: answer(at.page) if before else b"HTTP/1.1 200 OK\r\nContent-"
    ),
    "R15 no length": lambda at: answer(at.page, length=-1),
    "R21 cp1251, header utf-8": lambda at: russian(at.page, "utf-8"),
    "R21 cp1251, header latin-1": lambda at: russian(at.page, "iso-8859-1"),
}
