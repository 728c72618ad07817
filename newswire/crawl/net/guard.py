"""What may a crawl reach, how long must it wait, and is what it got whole? Pure decisions.

`newswire.crawl.net.middlewares` applies them to every request and answer of Scrapy.
"""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

import brotli

from newswire.wires.editions import editions

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DEFAULT_PORTS = {"http": 80, "https": 443}
# what parsers of URLs may disagree on (backslashes, blanks, user names) is refused, not parsed
_NETLOC = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.I)


class Origin(NamedTuple):
    """Scheme, host and port: what may share secrets and rules."""

    scheme: str
    host: str
    port: int


def origin(url: str) -> Origin:
    """Return the origin of a web URL.

    >>> origin("https://Ru.Sputnik.KG./20180913/")
    Origin(scheme='https', host='ru.sputnik.kg', port=443)

    Raises:
        ValueError: it is none; the message is one word: `url`, `scheme` or `credentials`.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError("url") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("scheme")
    if "@" in parts.netloc:
        raise ValueError("credentials")
    if host is None or not _NETLOC.fullmatch(parts.netloc):
        raise ValueError("url")
    return Origin(parts.scheme, host.rstrip("."), port or DEFAULT_PORTS[parts.scheme])


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a crawl may go: the hosts of the wire's editions, and the sites that the user named."""

    wire: str
    sites: frozenset[Origin]

    @classmethod
    def of(cls, wire: str, sites: Iterable[str]) -> Reach:
        """Return the reach of a wire and of the root URLs in `sites`.

        Raises:
            ValueError: a site is no web URL.
        """
        return cls(wire, frozenset(map(origin, sites)))

    def refusal(self, url: str) -> str | None:
        """Return why `url` must not be asked for, in one word; None when it may.

        >>> reach = Reach.of("sputnik", ["http://127.0.0.1:8000"])
        >>> [reach.refusal(u) for u in ("http://127.0.0.1:8000/x", "https://tj.sputniknews.ru/")]
        [None, None]
        >>> [reach.refusal(u) for u in ("http://127.0.0.1:8001/", "file://tj.sputniknews.ru/etc")]
        ['host', 'scheme']
        """
        try:
            there = origin(url)
        except ValueError as error:
            return str(error)
        if there in self.sites:
            return None
        edition = editions().by_host(there.host)
        if edition is None or edition.wire != self.wire:
            return "host"
        return None if there.port == DEFAULT_PORTS[there.scheme] else "port"

    def budget(self, url: str) -> str:
        """Return the name that all hosts of one edition share, or that of a site by itself.

        Raises:
            ValueError: the URL is refused.
        """
        there = origin(url)
        if there in self.sites:
            return f"{there.host}:{there.port}"
        edition = editions().by_host(there.host)
        if edition is None:
            raise ValueError("host")
        return edition.id


# IANA's IPv6 addresses in public use; all forms that carry an IPv4 address within, from
# `::ffff:127.0.0.1` to NAT64, lie outside or are tunnels, which no site of a wire is behind
_GLOBAL_UNICAST = ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Tell whether `address` is one of the public internet, in its usual written form.

    >>> [is_public(a) for a in ("8.8.8.8", "127.0.0.1", "169.254.169.254", "::ffff:8.8.8.8", "1")]
    [True, False, False, False, False]
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in _GLOBAL_UNICAST and ip.is_global and not ip.sixtofour and not ip.teredo


# --- waiting ------------------------------------------------------------------------------------

# A host that asks for a longer pause is left for a later run.
MAX_PAUSE = 300.0
# The first pause after a refusal without Retry-After; it doubles with each refusal after it.
FIRST_PAUSE = 5.0
# Refusals in a row after which a host is left for a later run: 2.5 minutes of doubling pauses.
MAX_REFUSALS = 6
# Requests in a row without any answer after which a host is left for a later run: it is down, and
# each may have taken as long as DOWNLOAD_TIMEOUT.
MAX_SILENCE = 20
# An answer has 20 header lines; Scrapy limits the length of one, but not their number.
MAX_HEADERS = 500
# Nutch's cap; a robots.txt that asks for more would stop an edition that prints 50 stories a day.
MAX_CRAWL_DELAY = 30.0


def retry_after(value: str | None, date: str | None = None) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, None when it says nothing usable.

    Args:
        value: seconds or an HTTP date (RFC 9110 §10.2.3).
        date: the `Date` header of the same answer, which knows the server's clock; else ours.

    >>> retry_after("120"), retry_after("Mon, 01 Jan 2024 00:00:09 GMT", "Mon, 01 Jan 2024 00:00:00 GMT")
    (120.0, 9.0)
    """  # noqa: E501
    value = (value or "").strip()
    if re.fullmatch("[0-9]{1,9}", value):
        return float(value)
    until = _http_date(value)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(date or "") or datetime.now(UTC))).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def pause(refusals: int, asked: float | None) -> float | None:
    """Return the seconds to stay away from a host, None to leave it for a later run.

    Args:
        refusals: how many answers in a row were 429 or 503, this one included.
        asked: what the host asked for, see `retry_after`.

    >>> [pause(1, None), pause(4, None), pause(1, 7.0), pause(1, 86400.0), pause(7, 1.0)]
    [5.0, 40.0, 7.0, None, None]
    """
    if refusals > MAX_REFUSALS or (asked or 0) > MAX_PAUSE:
        return None
    return min(FIRST_PAUSE * 2 ** (refusals - 1), MAX_PAUSE) if asked is None else asked


# --- secrets ------------------------------------------------------------------------------------

# What may follow a redirect to another origin; keys and tokens have too many names to list those.
HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "referer", "user-agent"}
)


def harmless(header: str) -> bool:
    """Tell whether a request header may go to another origin than the one it was meant for."""
    return header.lower() in HARMLESS_HEADERS


# --- whole bodies -------------------------------------------------------------------------------

_CHUNK = 2**18
# Documents that say where they end; a fragment of a list does not.
_ROOT = re.compile(rb"<(html|rss|rdf:rdf|feed|urlset|sitemapindex)\b(?![^<>]*/>)", re.I)


def stream_ends(data: bytes, encoding: str, limit: int) -> bool:
    """Tell whether the compressed `data` comes to its proper end, checksum included.

    Args:
        data: a body as sent.
        encoding: a Content-Encoding in small letters; an unknown one has no proper end.
        limit: decompressed bytes after which the answer is True, so that a bomb costs no more;
            sizes are judged elsewhere.
    """
    check = _STREAMS.get(encoding)
    try:
        return check is not None and check(data, limit)
    except (OSError, EOFError, zlib.error, brotli.error, zstd.ZstdError):
        return False


def _reads_to_end(read: Callable[[int], bytes], limit: int) -> bool:
    size = 0
    while size <= limit and (chunk := read(_CHUNK)):
        size += len(chunk)
    return size > 0


def _deflate_ends(data: bytes, limit: int) -> bool:
    decoder = zlib.decompressobj()
    try:
        size = len(decoder.decompress(data, _CHUNK))
    except zlib.error:  # some servers send it without the zlib header
        decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        size = len(decoder.decompress(data, _CHUNK))
    while not decoder.eof and size <= limit:
        chunk = decoder.decompress(decoder.unconsumed_tail, _CHUNK)
        if not chunk:
            return decoder.eof
        size += len(chunk)
    return True


def _brotli_ends(data: bytes, limit: int) -> bool:
    decoder = brotli.Decompressor()
    size = len(decoder.process(data, output_buffer_limit=_CHUNK))
    while not decoder.is_finished() and size <= limit:
        chunk = decoder.process(b"", output_buffer_limit=_CHUNK)
        if not chunk:
            return bool(decoder.is_finished())
        size += len(chunk)
    return True


_STREAMS: dict[str, Callable[[bytes, int], bool]] = {
    "gzip": lambda data, limit: _reads_to_end(gzip.GzipFile(fileobj=BytesIO(data)).read, limit),
    "x-gzip": lambda data, limit: _reads_to_end(gzip.GzipFile(fileobj=BytesIO(data)).read, limit),
    "deflate": _deflate_ends,
    "br": _brotli_ends,
    "zstd": lambda data, limit: _reads_to_end(zstd.ZstdFile(BytesIO(data)).read, limit),
}


def document_ends(body: bytes) -> bool:
    """Tell whether a page or feed that begins as a document also ends as one.

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
