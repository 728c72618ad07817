"""Which addresses may a name lead to? Those of the public internet."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from newswire.crawl.net.part import reach_of
from newswire.text.printable import one_line

logger = logging.getLogger(__name__)

# IANA's IPv6 addresses in public use; all forms that carry an IPv4 address within, from
# `::ffff:127.0.0.1` to NAT64, lie outside or are tunnels, which no site of a wire is behind
_GLOBAL_UNICAST = ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Return True if `address` is one of the public internet, in its usual written form.

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


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only; a site that the user named may be anywhere.

    The connection goes to the very address that was checked, so a name that changes its address in
    between gains nothing. Numbers in any notation (`0x7f.1`, `2130706433`) come here as well.
    """

    def __init__(self, process: Any, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._process = process
        self._refused: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: ReactorBase) -> Self:
        """Make the resolver of a process; Scrapy gives the process here, not a crawler."""
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(crawler, reactor, size, settings.getfloat("DNS_TIMEOUT"))

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        """Return the address of a name."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        crawlers: set[Crawler] = self._process.crawlers
        sites = {site.host for c in crawlers if c.spider for site in reach_of(c.spider).sites}
        if is_public(address) or name.rstrip(".").lower() in sites:
            return address
        if name not in self._refused:
            self._refused.add(name)
            logger.warning("Blocked (address): %s is at %s", one_line(name), address)
            for crawler in crawlers:
                assert crawler.stats is not None
                crawler.stats.inc_value("newswire/blocked/address")
        raise DNSLookupError(f"{name} is at {address}, which is not public")
