"""How fast may an edition be asked, and when must it be left in peace?"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response

from newswire.crawl.keeper import Keeper
from newswire.crawl.net.part import HostClosed, Part, header
from newswire.errors import LedgerError

logger = logging.getLogger(__name__)

# Seconds between requests to a host. Where the delay is 0, Scrapy 2.19 does not keep to its limits
# of connections (38 of 40 requests at once at a limit of 2 were seen), nor to a pause.
LEAST_DELAY = 0.001
# A host that asks for a longer pause is left for a later run.
MAX_PAUSE = 300.0
# The first pause after a refusal without Retry-After; it doubles with each refusal after it.
FIRST_PAUSE = 5.0
# Refusals in a row after which a host is left for a later run: 2.5 minutes of doubling pauses.
MAX_REFUSALS = 6
# Requests in a row without any answer after which a host is left for a later run: it is down, and
# each may have taken as long as DOWNLOAD_TIMEOUT.
MAX_SILENCE = 20


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


def sharing(crawler: Crawler) -> Keeper | None:
    """Return the keeper of a ledger that other runs may use, too."""
    keeper = crawler.get_extension(Keeper)
    return keeper if keeper and keeper.ledger.database.lasting else None


def hold(crawler: Crawler, host: str, seconds: float) -> None:
    """Let all runs leave a host alone, since it asks for rest."""
    if keeper := sharing(crawler):
        try:
            keeper.ledger.turns.hold(host, seconds)
        except LedgerError as error:
            logger.error("%s", error)
            keeper.stop("ledger_failed")


class Pace(Part):
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
        connect(self._reached, signals.request_reached_downloader)
        # after AutoThrottle's, which is connected before this extension is made
        connect(self._downloaded, signals.response_downloaded)

    def _slot(self, request: Request) -> tuple[str, Slot]:
        assert self.crawler.engine is not None
        budget: str = request.meta["download_slot"]
        return budget, self.crawler.engine.downloader.slots[budget]

    def keep(self, url: str, delay: float) -> None:
        """Leave at least `delay` seconds between requests to the edition or site of `url`."""
        self._least[self.reach.budget(url)] = delay

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
        # how long a burst of refusals is waited out is for this to say, not for RETRY_TIMES
        request.meta["max_retry_times"] = max(
            MAX_REFUSALS, self.crawler.settings.getint("RETRY_TIMES")
        )
        now = monotonic()
        # several answers to requests sent before the pause are one refusal
        if slot.lastseen <= now:
            self._refusals[budget] = self._refusals.get(budget, 0) + 1
        asked = retry_after(header(response, "Retry-After"), header(response, "Date"))
        seconds = pause(self._refusals.get(budget, 1), asked)
        self.count(f"refused/{response.status}")
        if seconds is None:
            self._close(budget, slot, str(response.status))
            return
        logger.info("%s answers %d: a pause of %.0f s", budget, response.status, seconds)
        # Scrapy sends the next request `delay` seconds after `lastseen`
        slot.lastseen = max(slot.lastseen, now + seconds)
        hold(self.crawler, budget, seconds)

    def no_answer(self, request: Request) -> None:
        """Take note of a request that failed; close a host that answers none."""
        assert self.crawler.engine is not None
        budget = request.meta["download_slot"]
        self._silence[budget] = self._silence.get(budget, 0) + 1
        if self._silence[budget] >= MAX_SILENCE:
            # Scrapy forgets slots of which nothing is under way
            self._close(budget, self.crawler.engine.downloader.slots.get(budget), "nothing")

    def _close(self, budget: str, slot: Slot | None, reason: str) -> None:
        if budget not in self.closed:
            logger.warning("%s answered %s: skipped for the rest of this run", budget, reason)
        self.closed[budget] = reason
        while slot and slot.queue:
            _, answer = slot.queue.popleft()
            self.count(f"closed/{reason}")
            answer.errback(HostClosed(f"{budget} is skipped for this run: {reason}"))
