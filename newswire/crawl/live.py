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

from newswire import ledger
from newswire.crawl import finding, listings
from newswire.crawl.finding import DAY, Listing, Site, Walk
from newswire.crawl.keeper import Keeper
from newswire.crawl.net.part import HostClosed, header
from newswire.errors import UnreadablePage
from newswire.items import Article, Source
from newswire.ledger import Lease
from newswire.page import budget
from newswire.page.model import Draft, Fetched, Page
from newswire.text.printable import one_line
from newswire.wires.urls import ArticleKey

if TYPE_CHECKING:
    from newswire.crawl.spider import WireSpider

# A sitemap of 50,000 articles takes 2 s of the processor.
LIST_SECONDS = 60.0
# Articles asked for and not yet answered, of one edition: enough to keep its two connections busy.
IN_FLIGHT = 8
# A first crawl of the newest goes back so far.
FIRST_REACH = 1 * DAY
# So many runs are looked at for the last that listed the newest of an edition without a gap.
RUNS = 500
# Statuses that say what became of a page, where the crawl has had it once. Of one that it never had
# only 410 is an end: 404 may be a fault of the site, and 304 is one.
KNOWN, UNKNOWN = [304, 404, 410], [410]
# Lists before articles: they say what there is.
LIST_PRIORITY = 10

Parse = Callable[[bytes, Site], Listing]
Answer = Iterator[Request | Draft]


@dataclass(slots=True)
class _Edition:
    """One edition of the crawl.

    Attributes:
        since: articles of this day and later may not have been listed yet.
        caught_up: the last run listed all up to its own time, so that a feed which shows a known
            article has no gap before it.
    """

    site: Site
    name: str
    in_flight: int = 0
    closed: bool = False
    days: Iterator[date] = field(default_factory=lambda: iter(()))
    bounds: tuple[date, date] | None = None
    since: date = date.max
    caught_up: bool = False

    @property
    def today(self) -> date:
        """The day that it is in the edition's zone."""
        return datetime.now(self.site.edition.zone).date()


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
            self.spider.count(f"begun/{name}")
            yield from self.keeper.left_over(name)
        if given.urls:
            yield from self._given(given.urls)
            return
        for edition_run in self.running.values():
            yield from self._lists(edition_run)
            yield from self._lease(edition_run)

    def _lists(self, run: _Edition) -> Iterator[Request]:
        if run.bounds is None:
            run.since, run.caught_up = self._reach(run)
            yield self._list(run, run.site.feed, self._feed, self._newest)
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
            now = datetime.now(UTC).isoformat()
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
            if isinstance(failure.value, HostClosed):
                run.closed = True
            elif failed is not None:
                yield from failed(run, url)

        return Request(
            url,
            callback,
            errback=errback,
            priority=LIST_PRIORITY,
            cb_kwargs={"run": run, **kwargs},
            meta={"download_maxsize": listings.MAX_BYTES, "take_cut": True},
        )

    def _read(self, response: Response, run: _Edition, parse: Parse) -> Listing:
        try:
            with budget.cpu(LIST_SECONDS):
                listing = parse(response.body, run.site)
        except UnreadablePage as error:
            listing = Listing(problems=(str(error),))
        failed = listing.problems and not listing.found and not listing.next_url
        self.spider.count("lists_failed" if failed else "lists")
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
            if changed and changed > datetime.now(UTC) + DAY:
                changed = None  # no later change would ever be seen
            lastmod = changed.isoformat(timespec="seconds") if changed else None
            rows.append(ledger.Found(key.id, key.canonical_url, key.day.isoformat(), lastmod))
        due = self.ledger.discover(run.name, rows)
        self.spider.count("discovered", due)
        return due

    def _feed(self, response: Response, run: _Edition) -> Answer:
        """Read the feed; where all of it is new, articles may lie between it and the last crawl."""
        listing = self._read(response, run, listings.feed)
        due = self._discover(run, listing.found)
        yield from self._lease(run)
        if run.caught_up and due < len(listing.found):
            self._note_listed(run)
        else:
            yield from self._newest(run)

    def _newest(self, run: _Edition, url: str = "") -> Answer:
        """Ask for the list of all articles, where the feed has a gap or cannot be had."""
        yield self._list(run, run.site.newest, self._more, walk=Walk(oldest=run.since))

    def _more(self, response: Response, run: _Edition, walk: Walk) -> Answer:
        """Follow the list of all articles down to the day since which some may be unknown."""
        new, next_url = walk.step(response.url, self._read(response, run, listings.list_page))
        self._discover(run, new)
        yield from self._lease(run)
        if next_url:
            yield self._list(run, next_url, self._more, walk=walk)
        elif walk.ended in ("oldest", "end"):
            self._note_listed(run)
        self._note_trap(response, walk)

    def _reach(self, run: _Edition) -> tuple[date, bool]:
        """Return `since` and `caught_up` of an edition, from what past runs left in the ledger."""
        caught_up = True
        for past in self.ledger.runs(self.spider.name, RUNS):
            stats = past.stats or {}
            if listed := stats.get(f"newswire/listed/{run.name}"):
                return date.fromisoformat(listed), caught_up
            # one that died, or that discovered without coming to the end of its lists
            if past.ended is not None and (not stats or f"newswire/begun/{run.name}" in stats):
                caught_up = False
        first, known = run.today - FIRST_REACH, self.ledger.newest(run.name)
        return min(first, date.fromisoformat(known[:10])) if known else first, False

    def _note_listed(self, run: _Edition) -> None:
        """Remember the day up to which the newest are known without a gap."""
        if newest := self.ledger.newest(run.name):
            assert self.spider.crawler.stats is not None
            # an address may name a day to come
            listed = min(newest[:10], run.today.isoformat())
            self.spider.crawler.stats.set_value(f"newswire/listed/{run.name}", listed)

    def _sitemap(self, response: Response, run: _Edition, empty: date | None = None) -> Answer:
        """Read a sitemap: it knows what was changed, and whether a day is `empty` indeed."""
        listing = self._read(response, run, listings.sitemap)
        self._discover(run, listing.found)
        yield from self._lease(run)
        if empty and not listing.found and not listing.problems:
            self._note_day(run, empty)

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
        if walk.ended == "end":
            self._note_day(run, day)
        else:
            listed = listing.found or listing.problems or walk.pages > 1
            empty = None if listed else day
            yield self._list(run, run.site.day_sitemap(day), self._sitemap, empty=empty)
        yield from self._next_day(run)

    def _note_day(self, run: _Edition, day: date) -> None:
        if day < run.today:  # one that goes on is not done
            self.ledger.day_done(run.name, day)
            self.spider.count("days_done")

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
            meta={
                "handle_httpstatus_list": KNOWN if any(headers.values()) else UNKNOWN,
                "again": lease.attempts > 0,
            },
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
        elif not (there := run.site.key(response.url)) or there.id != key:
            self._missed(response, "redirected", f"not {key}: asked for later")
            if there:  # it is an article of its own
                found = ledger.Found(there.id, there.canonical_url, there.day.isoformat())
                self.ledger.discover(run.name, [found])
        else:
            try:
                yield self._draft(response, key, there)
            except UnreadablePage as error:
                self._missed(response, f"unreadable/{error.reason}", f"skipped: {error}")
        yield from self._lease(run)

    def _draft(self, response: Response, key: str, there: ArticleKey) -> Draft:
        source = Source(
            "http",
            response.url,
            datetime.now(UTC).isoformat(timespec="seconds"),
            hashlib.sha256(response.body).hexdigest(),
        )
        page = Page(response.body, source, there.canonical_url, header(response, "Content-Type"))
        draft = self.spider.draft(page)
        draft.fetched = Fetched(key, header(response, "ETag"), header(response, "Last-Modified"))
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
        self._missed(request, "fetch_failed", f"not fetched: {_reason(failure)}")
        yield from self._lease(run)

    def _missed(self, at: Request | Response, stat: str, why: str) -> None:
        self.spider.count(stat)
        if at.meta["again"]:
            self.spider.count("missed_again")
        self.spider.logger.warning("%s: %s", one_line(at.url), one_line(why))
        self.ledger.failed(at.cb_kwargs["key"], why)


def _reason(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    return one_line(f"{type(error).__name__}: {error}")[:200]
