"""What does a live crawl ask for next? Lists, then the articles that the ledger leases.

Every source only *discovers* into the ledger; articles are asked for by lease, a few at a time for
each edition, so nothing is asked twice, memory does not grow, and a crawl that dies leaves its
leases to the next. Sources, by what the user asked for:

    newest      feed and news sitemap; the list of all articles where the feed has a gap
    back-fill   archive of each day that is not done, its sitemap where the archive fails
    given       the URLs
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newswire import budget, finding, ledger, listings
from newswire.extensions import Keeper
from newswire.finding import DAY, Listing, Site, Walk
from newswire.items import Article, Source
from newswire.ledger import Lease
from newswire.logs import one_line
from newswire.middlewares import Blocked, HostClosed
from newswire.page import Draft, Fetched, Page, UnreadableError

if TYPE_CHECKING:
    from newswire.wire import WireSpider

# A sitemap of 50,000 articles takes 2 s of the processor.
LIST_SECONDS = 60.0
# Articles asked for and not yet answered, of one edition: enough to keep its two connections busy.
IN_FLIGHT = 8
# A first crawl of the newest goes back so far.
FIRST_REACH = 1 * DAY
# What robots.txt forbids is asked for again when it may have changed, in seconds.
ROBOTS_PATIENCE = 30 * 86400.0
# Lists before articles: they say what there is.
LIST_PRIORITY = 10

Parse = Callable[[bytes, Site], Listing]
Answer = Iterator[Request | Draft]


@dataclass(slots=True)
class _Edition:
    """One edition of the crawl."""

    site: Site
    name: str
    in_flight: int = 0
    closed: bool = False
    days: Iterator[date] = field(default_factory=lambda: iter(()))
    bounds: tuple[date, date] | None = None


class Live:
    """The live crawl of a spider."""

    def __init__(self, spider: WireSpider, keeper: Keeper) -> None:
        self.spider = spider
        self.keeper = keeper
        self.ledger = keeper.ledger
        self.running: dict[str, _Edition] = {}

    def start(self) -> Iterator[Article | Request]:
        """Lock the editions; yield what dead crawls left over, then the first requests.

        Raises:
            CloseSpider: other crawls hold all editions.
        """
        given = self.spider.given
        for edition in given.editions:
            name = f"{edition.wire}:{edition.id}"
            if self.ledger.acquire(name):
                site = Site.of(edition, given.site)
                self.running[name] = _Edition(site, name, bounds=given.days)
            else:
                self.spider.count("locked")
                self.spider.logger.warning("%s: another crawl is at it: left alone", name)
        if not self.running:
            raise CloseSpider("already_running")
        self.spider.crawler.signals.connect(self._idle, signals.spider_idle)
        for name in self.running:
            yield from self.keeper.left_over(name)
        if given.urls:
            yield from self._given(given.urls)
            return
        for edition_run in self.running.values():
            yield from self._lists(edition_run)
            yield from self._lease(edition_run)

    def _lists(self, run: _Edition) -> Iterator[Request]:
        if run.bounds is None:
            yield self._list(run, run.site.feed, self._feed, self._feed_failed)
            yield self._list(run, run.site.news_sitemap, self._sitemap)
        else:
            run.days = iter(self.ledger.days_open(run.name, *run.bounds))
            yield from self._next_day(run)

    def _idle(self) -> None:
        """Ask for what became due meanwhile."""
        requests = [r for run in self.running.values() for r in self._lease(run)]
        for request in requests:
            assert self.spider.crawler.engine is not None
            self.spider.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    # given URLs

    def _given(self, urls: tuple[str, ...]) -> Iterator[Request]:
        for url in urls:
            run = next((r for r in self.running.values() if r.site.key(url)), None)
            key = run.site.key(url) if run else None
            if run is None or key is None:
                self.spider.count("given/no_article")
                self.spider.logger.warning("%s: no article's URL of these editions", one_line(url))
                continue
            # asked for again though it may be known: the server says whether it changed
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self.ledger.discover(
                run.name, [ledger.Found(key.id, key.canonical_url, key.day.isoformat(), now, 1)]
            )
        for run in self.running.values():
            yield from self._lease(run)

    # lists

    def _list(
        self,
        run: _Edition,
        url: str,
        callback: Callable[..., Answer],
        failed: Callable[[_Edition, str], Answer] | None = None,
        **kwargs: Any,
    ) -> Request:
        """Return the request of a list; `failed` says what to ask for in its place."""

        def errback(failure: Failure) -> Answer:
            self.spider.count("lists_failed")
            self.spider.logger.warning("%s: no list: %s", one_line(url), _reason(failure))
            if failed is not None:
                yield from failed(run, url)

        return Request(
            url,
            callback,
            errback=errback,
            priority=LIST_PRIORITY,
            cb_kwargs={"run": run, **kwargs},
            meta={"download_maxsize": listings.MAX_BYTES},
        )

    def _read(self, response: Response, run: _Edition, parse: Parse) -> Listing:
        try:
            with budget.cpu(LIST_SECONDS):
                listing = parse(response.body, run.site)
        except UnreadableError as error:
            listing = Listing(problems=(str(error),))
        self.spider.count("lists")
        for problem in listing.problems:
            self.spider.count("lists_with_problems")
            self.spider.logger.warning("%s: %s", one_line(response.url), one_line(problem))
        return listing

    def _discover(self, run: _Edition, found: Iterable[finding.Found]) -> int:
        """Tell the ledger what a list shows; return how much of it is new or changed."""
        rows = []
        for row in found:
            key = run.site.key(row.url)
            if key is None:
                continue
            changed = row.modified if isinstance(row.modified, datetime) else None
            lastmod = changed.isoformat(timespec="seconds") if changed else None
            rows.append(ledger.Found(key.id, key.canonical_url, key.day.isoformat(), lastmod))
        due = self.ledger.discover(run.name, rows)
        self.spider.count("discovered", due)
        return due

    def _feed(self, response: Response, run: _Edition) -> Answer:
        """Read the feed; where all of it is new, articles may lie between it and the last crawl."""
        known = self.ledger.newest(run.name)
        listing = self._read(response, run, listings.feed)
        due = self._discover(run, listing.found)
        yield from self._lease(run)
        if due == len(listing.found):
            yield from self._newest(run, known)

    def _feed_failed(self, run: _Edition, url: str) -> Answer:
        """Ask for the list of all articles in place of the feed."""
        yield from self._newest(run, self.ledger.newest(run.name))

    def _newest(self, run: _Edition, known: str | None) -> Iterator[Request]:
        today = datetime.now(run.site.edition.zone).date()
        oldest = date.fromisoformat(known[:10]) if known else today - FIRST_REACH
        yield self._list(run, run.site.newest, self._more, walk=Walk(oldest=oldest))

    def _more(self, response: Response, run: _Edition, walk: Walk) -> Answer:
        """Follow the list of all articles down to those that are known."""
        new, next_url = walk.step(response.url, self._read(response, run, listings.list_page))
        due = self._discover(run, new)
        yield from self._lease(run)
        if next_url and due:
            yield self._list(run, next_url, self._more, walk=walk)
        self._note_trap(response, walk)

    def _sitemap(self, response: Response, run: _Edition) -> Answer:
        """Read a sitemap: it knows what was changed."""
        self._discover(run, self._read(response, run, listings.sitemap).found)
        yield from self._lease(run)

    def _next_day(self, run: _Edition) -> Iterator[Request]:
        day = next(run.days, None)
        if day is not None:
            yield self._list(
                run, run.site.day(day), self._day, self._day_failed, day=day, walk=Walk()
            )

    def _day(self, response: Response, run: _Edition, day: date, walk: Walk) -> Answer:
        """Follow the archive of a day to its end, then go on to the next day."""
        listing = self._read(response, run, listings.list_page)
        new, next_url = walk.step(response.url, listing)
        self._discover(run, [row for row in new if row.day == day])
        yield from self._lease(run)
        if next_url:
            yield self._list(run, next_url, self._day, self._day_failed, day=day, walk=walk)
            return
        self._note_trap(response, walk)
        # a day that goes on is not done; the zone of the edition says which day it is there
        if walk.ended == "end" and day < datetime.now(run.site.edition.zone).date():
            self.ledger.day_done(run.name, day)
            self.spider.count("days_done")
        yield from self._next_day(run)

    def _day_failed(self, run: _Edition, url: str) -> Answer:
        """Ask for the day's sitemap in place of its archive; the day stays open."""
        if found := finding.day_in(url):
            yield self._list(run, run.site.day_sitemap(found), self._sitemap)
        yield from self._next_day(run)

    def _note_trap(self, response: Response, walk: Walk) -> None:
        if walk.ended in ("loop", "stale", "pages"):
            self.spider.count(f"traps/{walk.ended}")
            self.spider.logger.warning(
                "%s: the list does not end (%s after %d pages): left",
                *(one_line(response.url), walk.ended, walk.pages),
            )

    # articles

    def _lease(self, run: _Edition) -> Iterator[Request]:
        """Ask for the next articles of an edition, newest first, in a back-fill in order."""
        free = IN_FLIGHT - run.in_flight
        if free <= 0 or run.closed or self.keeper.stopping:
            return
        leases = self.ledger.lease(
            run.name, free, oldest_first=run.bounds is not None, days=run.bounds
        )
        for lease in leases:
            if request := self._article(run, lease):
                run.in_flight += 1
                yield request

    def _article(self, run: _Edition, lease: Lease) -> Request | None:
        url = run.site.here(lease.url)
        if url is None:
            self.ledger.failed(lease.key, "not on this site")
            return None
        headers = {"If-None-Match": lease.etag, "If-Modified-Since": lease.last_modified}
        return Request(
            url,
            self._page,
            errback=self._failed,
            headers={name: value for name, value in headers.items() if value},
            cb_kwargs={"run": run, "key": lease.key},
            meta={"handle_httpstatus_list": [304, 404, 410]},
        )

    def _page(self, response: Response, run: _Edition, key: str) -> Answer:
        """Make a draft of an article's page."""
        run.in_flight -= 1
        if response.status == 304:
            self.spider.count("not_modified")
            self.ledger.not_modified(key)
        elif response.status in (404, 410):
            self.spider.count("gone")
            self.ledger.gone(key)
        else:
            try:
                yield self._draft(response, run, key)
            except UnreadableError as error:
                self.spider.count(f"unreadable/{error.reason}")
                self.spider.logger.warning(
                    "%s: skipped: %s", one_line(response.url), one_line(error)
                )
                self.ledger.no_article(key, error.reason)
        yield from self._lease(run)

    def _draft(self, response: Response, run: _Edition, key: str) -> Draft:
        known = run.site.key(response.url)
        source = Source(
            "http",
            response.url,
            datetime.now(UTC).isoformat(timespec="seconds"),
            hashlib.sha256(response.body).hexdigest(),
        )
        page = Page(
            response.body,
            source,
            known.canonical_url if known else response.url,
            _header(response, "Content-Type"),
        )
        draft = self.spider.draft(page)
        draft.fetched = Fetched(key, _header(response, "ETag"), _header(response, "Last-Modified"))
        return draft

    def _failed(self, failure: Failure) -> Answer:
        """Leave a page that could not be had to a later crawl."""
        request: Request = failure.request  # type: ignore[attr-defined]
        run: _Edition = request.cb_kwargs["run"]
        run.in_flight -= 1
        if isinstance(failure.value, HostClosed):
            # its leases end with the run, and come first in the next
            run.closed = True
            return
        reason = _reason(failure)
        self.spider.count("fetch_failed")
        self.spider.logger.warning("%s: not fetched: %s", one_line(request.url), reason)
        wait = ROBOTS_PATIENCE if isinstance(failure.value, Blocked) else 0.0
        self.ledger.failed(request.cb_kwargs["key"], reason, wait)
        yield from self._lease(run)


def _reason(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    return one_line(f"{type(error).__name__}: {error}")[:200]


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
