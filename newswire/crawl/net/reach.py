"""Which URLs may a crawl ask for? The hosts of its wire, and the sites that the user named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from newswire.wires.editions import editions
from newswire.wires.urls import DEFAULT_PORTS

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
