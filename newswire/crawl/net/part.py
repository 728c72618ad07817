"""What do the parts of `net` share? The reach of a spider, its counters, two refusals."""

from __future__ import annotations

import logging
import re
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newswire.crawl.net.reach import Reach
from newswire.text.printable import one_line

logger = logging.getLogger(__name__)


class Blocked(IgnoreRequest):
    """A request that the crawl must never make."""


class Forbidden(Blocked):
    """A request that robots.txt forbids."""


class HostClosed(IgnoreRequest):
    """Raised for a request to a host that is closed for this run; retry in a later one."""


def reach_of(spider: Spider | None) -> Reach:
    """Return where a spider may go; its `sites` are root URLs that the user named."""
    assert spider is not None
    return Reach.of(spider.name, getattr(spider, "sites", ()))


class Part:
    """What all parts share: the crawler, its counters and the reach of its spider."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.reach = Reach("", frozenset())
        crawler.signals.connect(self._opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the part of `crawler`."""
        return cls(crawler)

    def _opened(self) -> None:
        self.reach = reach_of(self.crawler.spider)

    def count(self, name: str) -> None:
        """Add one to a stat."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newswire/{name}")

    def block(self, reason: str, url: str) -> Blocked:
        """Count and log a request that must not be made; return the error to raise."""
        self.count(f"blocked/{reason}")
        # a password does not belong in a log
        logger.warning("Blocked (%s): %s", reason, one_line(re.sub("//[^/]*@", "//…@", url)))
        return Blocked(f"blocked: {reason}")


def header(response: Response, name: str) -> str | None:
    """Return the value of a response's header."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
