"""How does Scrapy keep to `guard`? Middlewares, one extension and the resolver."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from time import monotonic
from typing import Any, Self
from urllib.parse import urljoin

from scrapy import Request, Spider, exceptions, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.resolver import CachingThreadedResolver
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.misc import build_from_crawler, load_object
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from newswire.crawl.net import guard
from newswire.crawl.net.guard import Origin, Reach
from newswire.text.printable import one_line

logger = logging.getLogger(__name__)

# Seconds between requests to a host. Where the delay is 0, Scrapy 2.19 does not keep to its limits
# of connections (38 of 40 requests at once at a limit of 2 were seen), nor to a pause.
LEAST_DELAY = 0.001
# Failures of a download that leave it open whether there is a server at all.
NO_ANSWER = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadTimeoutError,
    exceptions.DownloadFailedError,
)


class Blocked(IgnoreRequest):
    """A request that the crawl must never make."""


class HostClosed(IgnoreRequest):
    """A request to a host that is to be left alone for the rest of this run: try it in a later."""


def reach_of(spider: Spider | None) -> Reach:
    """Return where a spider may go; its `sites` are root URLs that the user named."""
    assert spider is not None
    return Reach.of(spider.name, getattr(spider, "sites", ()))


class _Part:
    """What all parts share: the crawler, its counters and the reach of its spider."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.reach = Reach("", frozenset())
        crawler.signals.connect(self._opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _opened(self) -> None:
        self.reach = reach_of(self.crawler.spider)

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newswire/{name}")

    def _block(self, reason: str, url: str) -> Blocked:
        self._count(f"blocked/{reason}")
        # a password does not belong in a log
        logger.warning("Blocked (%s): %s", reason, one_line(re.sub("//[^/]*@", "//…@", url)))
        return Blocked(f"blocked: {reason}")


class Guard(_Part):
    """The first of all: whatever is asked for, however it came about, must be within reach."""

    def _opened(self) -> None:
        super()._opened()
        settings = self.crawler.settings
        contact = settings.get("NEWSWIRE_CONTACT")
        self._agent = settings["USER_AGENT"] + (f" (+{contact})" if contact else "")
        # the scheduler must know the budget as well, or a host that pauses holds up the others
        self.crawler.signals.connect(self._give_budget, signals.request_scheduled)

    def _give_budget(self, request: Request) -> None:
        if self.reach.refusal(request.url) is None:
            request.meta["download_slot"] = self.reach.budget(request.url)

    def process_request(self, request: Request) -> None:
        """Refuse what is out of reach; give all hosts of an edition one budget of connections."""
        if reason := self.reach.refusal(request.url):
            raise self._block(reason, request.url)
        self._give_budget(request)
        request.headers.setdefault("User-Agent", self._agent)


class Outgoing(_Part):
    """The last before the network, and the first to see an answer."""

    def process_request(self, request: Request) -> None:
        """Leave closed hosts alone; send nothing that might be secret along with a redirect."""
        pace = self.crawler.get_extension(Pace)
        if pace and (reason := pace.closed.get(request.meta.get("download_slot", ""))):
            self._count(f"closed/{reason}")
            raise HostClosed(f"{request.meta['download_slot']} is left alone: {reason}")
        asked = request.meta.get("redirect_urls") or [request.url]
        if guard.origin(asked[0]) != guard.origin(request.url):
            for name in list(request.headers):
                if not guard.harmless(name.decode("latin-1")):
                    del request.headers[name]

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse what came from within a private network, whatever resolved its name.

        Raises:
            DownloadFailedError: its head is no answer of a web server.
        """
        lines = sum(len(response.headers.getlist(name)) for name in response.headers)
        if lines > guard.MAX_HEADERS:
            raise exceptions.DownloadFailedError(f"{lines} header lines")
        peer = response.ip_address
        named = guard.origin(request.url) in self.reach.sites
        if peer is not None and not named and not guard.is_public(str(peer)):
            raise self._block("address", request.url)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count requests that no server answers."""
        if isinstance(exception, NO_ANSWER) and (pace := self.crawler.get_extension(Pace)):
            pace.no_answer(request)


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
        if guard.is_public(address) or name.rstrip(".").lower() in sites:
            return address
        if name not in self._refused:
            self._refused.add(name)
            logger.warning("Blocked (address): %s is at %s", one_line(name), address)
            for crawler in crawlers:
                assert crawler.stats is not None
                crawler.stats.inc_value("newswire/blocked/address")
        raise DNSLookupError(f"{name} is at {address}, which is not public")


class Robots(_Part):
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
        self._parser = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self._known: dict[Origin, RobotParser | None] = {}
        self._waiting: dict[Origin, list[Deferred[None]]] = {}

    async def process_request(self, request: Request) -> None:
        """Let pass what robots.txt allows."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        there = guard.origin(request.url)
        if there not in self._known:
            await self._learn(there, request)
        rules = self._known[there]
        if rules is None:
            self._count("closed/robots")
            raise HostClosed(f"{there.host} is left alone: its robots.txt cannot be had")
        if not rules.allowed(request.url, self._agent):
            self._count("blocked/robots")
            logger.debug("Forbidden by robots.txt: %s", one_line(request.url))
            raise Blocked("forbidden by robots.txt")

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
            logger.warning("%s: no robots.txt (%s): left alone", there.host, one_line(error))
            self._known[there] = None
        else:
            self._known[there] = rules = build_from_crawler(self._parser, self.crawler, body)
            await self.crawler.signals.send_catch_log_async(
                signals.robots_parsed, robotparser=rules, request=request
            )
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
            if guard.origin(target).host != guard.origin(url).host:
                break
            url = target
        return b""


class Pace(_Part):
    """How fast may an edition be asked? Works on Scrapy's download slots, beside AutoThrottle.

    Attributes:
        closed: budgets (see `Reach.budget`) that are left alone for the rest of the run, and why.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.closed: dict[str, str] = {}
        self._least: dict[str, float] = {}  # seconds between requests
        self._refusals: dict[str, int] = {}  # in a row
        self._silence: dict[str, int] = {}  # in a row
        connect = crawler.signals.connect
        connect(self._robots_parsed, signals.robots_parsed)
        connect(self._reached, signals.request_reached_downloader)
        # after AutoThrottle's, which is connected before this extension is made
        connect(self._downloaded, signals.response_downloaded)

    def _slot(self, request: Request) -> tuple[str, Slot]:
        assert self.crawler.engine is not None
        budget: str = request.meta["download_slot"]
        return budget, self.crawler.engine.downloader.slots[budget]

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        settings = self.crawler.settings
        agent = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        delay = robotparser.crawl_delay(agent)
        if delay:
            self._least[self.reach.budget(request.url)] = min(delay, guard.MAX_CRAWL_DELAY)

    def _reached(self, request: Request) -> None:
        self._slow_down(*self._slot(request))

    def _slow_down(self, budget: str, slot: Slot) -> None:
        slot.delay = max(slot.delay, self._least.get(budget, LEAST_DELAY))

    def _downloaded(self, response: Response, request: Request) -> None:
        """Hold the slot before it sends the next request."""
        budget, slot = self._slot(request)
        self._slow_down(budget, slot)
        self._silence.pop(budget, None)
        if response.status not in (429, 503):
            self._refusals.pop(budget, None)
            return
        now = monotonic()
        if (
            slot.lastseen <= now
        ):  # several answers to requests sent before the pause are one refusal
            self._refusals[budget] = self._refusals.get(budget, 0) + 1
        asked = guard.retry_after(header(response, "Retry-After"), header(response, "Date"))
        seconds = guard.pause(self._refusals.get(budget, 1), asked)
        self._count(f"refused/{response.status}")
        if seconds is None:
            self._close(budget, slot, str(response.status))
            return
        logger.info("%s answers %d: a pause of %.0f s", budget, response.status, seconds)
        # Scrapy sends the next request `delay` seconds after `lastseen`
        slot.lastseen = max(slot.lastseen, now + seconds)

    def no_answer(self, request: Request) -> None:
        """Take note of a request that failed; close a host that answers none."""
        assert self.crawler.engine is not None
        budget = request.meta["download_slot"]
        self._silence[budget] = self._silence.get(budget, 0) + 1
        if self._silence[budget] >= guard.MAX_SILENCE:
            # Scrapy forgets slots of which nothing is under way
            self._close(budget, self.crawler.engine.downloader.slots.get(budget), "nothing")

    def _close(self, budget: str, slot: Slot | None, reason: str) -> None:
        if budget not in self.closed:
            logger.warning("%s answers %s: left alone for the rest of this run", budget, reason)
        self.closed[budget] = reason
        while slot and slot.queue:
            _, answer = slot.queue.popleft()
            self._count(f"closed/{reason}")
            answer.errback(HostClosed(f"{budget} is left alone: {reason}"))


def header(response: Response, name: str) -> str | None:
    """Return the value of a response's header."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None


class WholeBody(HttpCompressionMiddleware):
    """Scrapy's decompression, but a body that ends too early is asked for again, then an error.

    Half a list is better than none: with `take_cut` in `Request.meta` it comes in the end.
    """

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it."""
        part = super().from_crawler(crawler)
        part.crawler = crawler
        return part

    def process_response(  # type: ignore[override]  # the argument `spider` is deprecated
        self, request: Request, response: Response
    ) -> Request | Response:
        """Decompress a body that is whole."""
        if not 200 <= response.status < 300 or request.method == "HEAD":
            return super().process_response(request, response)
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        encoding = encodings.rpartition(",")[2].strip().lower()
        limit = request.meta.get(
            "download_maxsize", self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        )
        if encoding not in ("", "identity") and not guard.stream_ends(
            response.body, encoding, limit
        ):
            return self._again(request, f"broken {encoding}")
        whole = super().process_response(request, response)
        if isinstance(whole, Response) and not guard.document_ends(whole.body):
            return self._again(request, "cut short", whole)
        return whole

    def _again(
        self, request: Request, reason: str, cut: Response | None = None
    ) -> Request | Response:
        assert self.crawler.stats is not None
        assert self.crawler.spider is not None
        self.crawler.stats.inc_value("newswire/truncated")
        again = get_retry_request(request, spider=self.crawler.spider, reason=reason)
        if again is None and cut and request.meta.get("take_cut"):
            return cut
        if again is None:
            raise exceptions.ResponseDataLossError(f"{reason}: {one_line(request.url)}")
        return again
