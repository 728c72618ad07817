"""Ask for URLs with the settings of the project, in a process of its own; tell what came back."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from tests.forked import Forked

# a test does not wait without reason
FAST = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back: body by URL asked for, error by URL asked for, counters, log."""

    pages: dict[str, str]
    errors: dict[str, str]
    stats: dict[str, Any]
    log: str


@dataclass(frozen=True, slots=True)
class Running:
    """A crawl under way."""

    process: Forked

    def outcome(self, timeout: float = 60) -> Outcome:
        """Wait for the end."""
        done = self.process.wait(timeout)
        assert done.returncode == 0, done.stderr
        return Outcome(**json.loads(done.stdout), log=done.stderr)


def crawl_urls(
    urls: Iterable[str],
    sites: Iterable[str] = (),
    settings: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> Running:
    """Start to ask for `urls`.

    Args:
        urls: all asked for at once, as `dont_filter` requests.
        sites: root URLs that the user named.
        settings: in place of those of the project and of `FAST`.
        names: host name → address, in place of DNS.
    """
    task = {
        "urls": list(urls),
        "sites": list(sites),
        "settings": FAST | dict(settings or {}),
        "names": dict(names or {}),
    }
    settings_module = {"SCRAPY_SETTINGS_MODULE": "newswire.settings"}
    return Running(Forked("tests.crawl_urls", json.dumps(task), environment=settings_module))


class UrlSpider(Spider):
    """Asks for URLs of the wire."""

    name = "sputnik"
    urls: list[str]
    sites: list[str]
    pages: dict[str, str]
    errors: dict[str, str]

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(
                url,
                dont_filter=True,
                callback=self.got,
                errback=self.failed,
                cb_kwargs={"asked": url},
            )

    def got(self, response: Response, asked: str) -> None:
        self.pages[asked] = response.body[:1000].decode("latin-1")

    def failed(self, failure: Failure) -> None:
        request = failure.request  # type: ignore[attr-defined]
        self.errors[request.cb_kwargs["asked"]] = f"{type(failure.value).__name__}: {failure.value}"


def main() -> None:
    task = json.loads(sys.argv[1])
    if names := task["names"]:
        socket.gethostbyname = lambda name: names[name]
    settings = Settings()
    settings.setmodule("newswire.settings", priority="project")
    settings.setdict(task["settings"], priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(UrlSpider)
    pages, errors = dict[str, str](), dict[str, str]()
    process.crawl(crawler, urls=task["urls"], sites=task["sites"], pages=pages, errors=errors)
    process.start()
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    json.dump({"pages": pages, "errors": errors, "stats": stats}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
