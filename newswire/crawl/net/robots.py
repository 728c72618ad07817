"""What does robots.txt allow, and how often? RFC 9309, and two rules older than it."""

from __future__ import annotations

import codecs
import logging
import re
from urllib.parse import urljoin

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from newswire.crawl.net.pace import Pace
from newswire.crawl.net.part import Forbidden, HostClosed, Part, header
from newswire.crawl.net.reach import Origin, origin
from newswire.text.printable import one_line

logger = logging.getLogger(__name__)

# Nutch's cap; a robots.txt that asks for more would stop an edition that prints 50 stories a day.
MAX_CRAWL_DELAY = 30.0
_AGENT = re.compile(r"[ \t]*user[- ]?agent\b", re.IGNORECASE)
# seconds as people write them: `2.5`, `2,5`, `3s`, `500 ms`, `1 min`
_DELAY = re.compile(
    r"[ \t]*crawl[-_ ]?delay[ \t]*[:=]?[ \t]*(?P<whole>[0-9]{1,6})(?:[.,](?P<part>[0-9]{1,6}))?"
    r"[ \t]*(?P<unit>ms|s|m)?[a-z]*[ \t.;]*(?:\#.*)?",
    re.IGNORECASE,
)
# requests a time: `1/5`, `1/5s`, `30/m`, `1 / 10 sec 0600-0845`
_RATE = re.compile(
    r"[ \t]*request[-_ ]?rate[ \t]*[:=]?[ \t]*(?P<number>[0-9]{1,6})[ \t]*r?[ \t]*/[ \t]*"
    r"(?P<every>[0-9]{0,6})[ \t]*(?P<unit>[smhd]?)\b.*",
    re.IGNORECASE,
)
_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Rules:
    """The rules of one robots.txt."""

    def __init__(self, body: bytes) -> None:
        wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = body.decode("utf-16" if wide else "utf-8-sig", "ignore")
        lines = [_plain(line) for line in text.splitlines()]
        first = next((n for n, line in enumerate(lines) if _AGENT.match(line)), len(lines))
        self._groups = Protego.parse("\n".join(lines))
        # a delay before any group is meant for all
        self._before = Protego.parse("\n".join(["User-agent: *", *lines[:first]]))

    def allowed(self, url: str, agent: str) -> bool:
        """Return True if `agent` may ask for `url`."""
        allowed: bool = self._groups.can_fetch(url, agent)
        return allowed

    def delay(self, agent: str) -> float:
        """Return the seconds that `agent` is to leave between two requests, at most 30.

        It is the longest of Crawl-delay and Request-rate, at whatever hours the latter holds.

        >>> [Rules(b"User-agent: *\\n" + line).delay("newswire")
        ...  for line in (b"Crawl-delay: 2,5", b"Crawl-delay: 3s", b"Request-rate: 10/1m", b"")]
        [2.5, 3.0, 6.0, 0.0]
        """
        delays = [0.0]
        for rules in (self._groups, self._before):
            delays.append(rules.crawl_delay(agent) or 0.0)
            if rate := rules.request_rate(agent):
                delays.append(rate.seconds / rate.requests)
        return min(max(delays), MAX_CRAWL_DELAY)


def _plain(line: str) -> str:
    """Return a line whose delay is written as Protego reads it; others as they are."""
    if found := _DELAY.fullmatch(line):
        number = float(f"{found['whole']}.{found['part'] or 0}")
        return f"Crawl-delay: {number * _UNITS[(found['unit'] or '').lower()]:.6f}"
    if found := _RATE.fullmatch(line):
        seconds = int(found["every"] or 1) * _UNITS[found["unit"].lower()]
        return f"Request-rate: {found['number']}/{seconds:.0f}"
    return line


class Robots(Part):
    """robots.txt (RFC 9309), asked for once for each origin, and obeyed by all who wait for it.

    Scrapy's own lets requests pass that wait for the same robots.txt (2.14 to 2.19), follows it to
    other hosts, and takes one that cannot be had for permission.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        super().__init__(crawler)
        self._agent: str = (
            crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        )
        self._known: dict[Origin, Rules | None] = {}
        self._waiting: dict[Origin, list[Deferred[None]]] = {}

    async def process_request(self, request: Request) -> None:
        """Let pass what robots.txt allows."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        there = origin(request.url)
        if there not in self._known:
            await self._learn(there, request)
        rules = self._known[there]
        if rules is None:
            self.count("closed/robots")
            raise HostClosed(f"skipping {there.host} for this run: could not fetch its robots.txt")
        if not rules.allowed(request.url, self._agent):
            self.count("blocked/robots")
            logger.debug("Forbidden by robots.txt: %s", one_line(request.url))
            raise Forbidden("forbidden by robots.txt")

    async def _learn(self, there: Origin, request: Request) -> None:
        if there in self._waiting:
            turn: Deferred[None] = Deferred()
            self._waiting[there].append(turn)
            await maybe_deferred_to_future(turn)
            return
        self._waiting[there] = []
        try:
            body = await self._fetch(request)
        except Exception as error:  # a crawl without robots.txt goes no further, whatever failed
            logger.warning(
                "%s: could not fetch robots.txt (%s): skipped for this run",
                there.host,
                one_line(error),
            )
            self._known[there] = None
        else:
            self._known[there] = rules = Rules(body)
            delay, pace = rules.delay(self._agent), self.crawler.get_extension(Pace)
            if delay and pace:
                pace.keep(request.url, delay)
        for turn in self._waiting.pop(there):
            turn.callback(None)

    async def _fetch(self, request: Request) -> bytes:
        """Return the robots.txt that holds for `request`, empty where there is none.

        Raises:
            OSError: the server fails (5xx, 429).
        """
        assert self.crawler.engine is not None
        url = urljoin(request.url, "/robots.txt")
        for _ in range(6):  # RFC 9309 §2.3.1.2: at least five redirects
            meta = {"dont_obey_robotstxt": True, "dont_redirect": True}
            response = await self.crawler.engine.download_async(
                Request(url, callback=NO_CALLBACK, meta=meta, priority=1000, dont_filter=True)
            )
            if response.status == 200:
                return response.body
            if response.status >= 500 or response.status == 429:
                raise OSError(f"status {response.status}")
            target = urljoin(url, header(response, "Location") or "")
            if not 300 <= response.status < 400 or self.reach.refusal(target):
                break
            if origin(target).host != origin(url).host:
                break
            url = target
        return b""
