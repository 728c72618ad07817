"""How long did each host take to answer? Stats `newswire/host/HOST/…`, for the report."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

PREFIX = "newswire/host/"


class HostLatency:
    """Extension that counts responses, and adds up the seconds from request to answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to `crawler`."""
        extension = cls(crawler)
        crawler.signals.connect(extension.received, signals.response_received)
        return extension

    def received(self, response: Response, request: Request) -> None:
        """Count one; the guard lets no more hosts pass than the wire has."""
        seconds = request.meta.get("download_latency")
        stats = self.crawler.stats
        if seconds is None or stats is None:
            return
        host = f"{PREFIX}{urlsplit(response.url).hostname}"
        stats.inc_value(f"{host}/responses")
        stats.inc_value(f"{host}/seconds", round(seconds, 3))
        stats.max_value(f"{host}/slowest", round(seconds, 3))
