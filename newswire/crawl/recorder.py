"""How is a live crawl kept as it came, to be replayed?"""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from io import FileIO
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Headers, Response

logger = logging.getLogger(__name__)

_Field = tuple[str, str]
_INFO = (
    f"software: newswire (Scrapy {scrapy.__version__})\r\nformat: WARC File Format 1.1\r\n".encode()
)

# what the handlers took off the body, and what is secret
_TRANSFER = frozenset({b"transfer-encoding", b"content-length"})
_SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
# flags of Scrapy's download handlers for a body that is not all -> WARC-Truncated
_CUT = {"dataloss": "disconnect", "download_stopped": "length"}


class WarcRecorder:
    """Writes every response and its request to a WARC file, as they came from the network.

    Setting `NEWSWIRE_RECORD`: a new file `NAME.warc.gz`, or a folder where each crawl makes one of
    its own. It listens to `response_downloaded`, which Scrapy sends before any middleware has
    touched the response: bodies keep their content coding; redirects, robots.txt and answers that
    are asked for again are recorded too; no order of middlewares matters.
    """

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self.crawler = crawler
        self.path = path
        self._file: FileIO | None = None
        self._recorded = 0
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.record, signals.response_downloaded)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the recorder if the crawl asks for one.

        Raises:
            NotConfigured: it does not.
        """
        if not (setting := crawler.settings.get("NEWSWIRE_RECORD")):
            raise NotConfigured
        path = Path(setting).expanduser()
        if not path.name.lower().endswith(".warc.gz"):
            now = datetime.now(UTC)
            path /= f"newswire-{now:%Y%m%dT%H%M%S%f}-{os.getpid()}.warc.gz"
        return cls(crawler, path)

    def open(self) -> None:
        """Make the file.

        Raises:
            CloseSpider: it is there already or cannot be made.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # never append: another crawl may be writing there, or a killed one have left half a
            # record; unbuffered, so that a kill loses no whole record
            self._file = self.path.open("xb", buffering=0)
            self._write(warc_record("warcinfo", "application/warc-fields", _INFO))
        except OSError as error:
            logger.error("NEWSWIRE_RECORD=%s: %s", self.path, error.strerror or error)
            raise CloseSpider("record_failed") from None

    def record(self, response: Response, request: Request) -> None:
        """Write the two records of a response."""
        if self._file is None or not response.url.startswith(("http:", "https:")):
            return
        assert self.crawler.stats is not None
        try:
            self._write(exchange(response, request))
        except OSError as error:
            # the articles are worth more than their record
            logger.error("%s: recording ends: %s", self.path, error.strerror or error)
            self.crawler.stats.inc_value("newswire/record_failed")
            self._file.close()
            self._file = None
            return
        self._recorded += 1
        self.crawler.stats.inc_value("newswire/recorded")

    def _write(self, data: bytes) -> None:
        """Append all of `data`, or nothing."""
        assert self._file is not None
        before, rest = self._file.tell(), memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(before)
            raise

    def close(self) -> None:
        """Close the file; one without a response is removed."""
        if self._file is not None:
            self._file.close()
            if not self._recorded:
                self.path.unlink()


def exchange(response: Response, request: Request) -> bytes:
    """Return the records of a response and of its request."""
    phrase = next((s.phrase for s in HTTPStatus if s == response.status), "")
    head = _head(
        f"{response.protocol or 'HTTP/1.1'} {response.status} {phrase}",
        response.headers,
        without=_TRANSFER,
        # the handlers undid the transfer coding
        extra=[("Content-Length", str(len(response.body)))],
    )
    about = [("WARC-Target-URI", response.url.partition("#")[0]), ("WARC-Date", _now())]
    if response.ip_address:
        about.append(("WARC-IP-Address", str(response.ip_address)))
    identifier = _identifier()
    named = [("WARC-Record-ID", identifier), ("WARC-Payload-Digest", _digest(response.body))]
    named += [("WARC-Truncated", _CUT[flag]) for flag in response.flags if flag in _CUT][:1]
    answer = warc_record(
        "response", "application/http; msgtype=response", head + response.body, about + named
    )
    asked = warc_record(
        "request",
        "application/http; msgtype=request",
        _request(request),
        [*about, ("WARC-Concurrent-To", identifier)],
    )
    return answer + asked


def warc_record(kind: str, content_type: str, block: bytes, about: Iterable[_Field] = ()) -> bytes:
    """Return a WARC/1.1 record as a gzip member; id and date are made when `about` has none."""
    named = {"WARC-Type": kind, "WARC-Record-ID": _identifier(), "WARC-Date": _now()} | dict(about)
    named |= {
        "WARC-Block-Digest": _digest(block),
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return gzip.compress(f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n", 6)


def _request(request: Request) -> bytes:
    url = urlsplit(request.url)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    host = [] if "Host" in request.headers else [("Host", url.netloc.rpartition("@")[2])]
    start = f"{request.method} {target} HTTP/1.1"
    return _head(start, request.headers, without=_SECRET, extra=host) + request.body


def _head(
    start: str, headers: Headers, without: frozenset[bytes], extra: Iterable[_Field]
) -> bytes:
    """Return the start line and fields of an HTTP message."""
    lines = [start.encode()]
    lines += [f"{name}: {value}".encode() for name, value in extra]
    for name in headers:
        if name.lower() not in without:
            lines += [name + b": " + value for value in headers.getlist(name)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _identifier() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _digest(data: bytes) -> str:
    # the form that every tool knows; not a matter of security
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
