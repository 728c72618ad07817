"""How does a live crawl ask? It carries out plans: lists, then the articles that the ledger leases.

Every list only *discovers* into the ledger; articles are asked for by lease, a few at a time for
each edition, so nothing is asked twice, memory does not grow, and a crawl that dies leaves its
leases to the next. Which lists, `crawl.plans` says.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Protocol

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newswire import ledger
from newswire.crawl import drafts, listings, plans, syndication
from newswire.crawl.arguments import Arguments
from newswire.crawl.desk import Answer, Plan, Run, Why, reason
from newswire.crawl.keeper import Keeper
from newswire.crawl.listings import Found, Listing
from newswire.crawl.net.part import HostClosed, header
from newswire.crawl.site import DAY, Site
from newswire.crawl.walk import Walk
from newswire.errors import TakenOver, UnreadablePage
from newswire.items import Article, Source
from newswire.ledger import Lease
from newswire.page import budget
from newswire.page.model import Draft, Fetched, Page
from newswire.text.printable import one_line
from newswire.wires.urls import ArticleKey

# A sitemap of 50,000 articles takes 3 s of the processor.
LIST_SECONDS = 60.0
# Articles asked for and not yet answered, of one edition: enough to keep its two connections busy.
IN_FLIGHT = 8
# Statuses that say what became of a page, where the crawl has had it once. Of one that it never had
# only 410 is an end: 404 may be a fault of the site, and 304 is one.
KNOWN, UNKNOWN = [304, 404, 410], [410]
# Lists before articles: they say what there is.
LIST_PRIORITY = 10


class Wire(drafts.Wire, Protocol):
    """What a live crawl needs of its spider."""

    crawler: Crawler


class Live:
    """The live crawl of a spider: the desk of its plans."""

    def __init__(self, spider: Wire, keeper: Keeper) -> None:
        self.spider = spider
        self.drafts = drafts.Drafts(spider)
        self.keeper = keeper
        self.ledger = keeper.ledger
        self.running: dict[str, Run] = {}
        self._known: dict[str, tuple[str | None, bool]] = {}
        self._forbidden: set[str] = set()  # runs that said so
        self._given: set[str] = set()  # keys that are to be leased
        self._due: set[str] = set()  # and that have not come

    def start(self) -> Iterator[Article | Request | Draft]:
        """Lock the editions; yield what dead crawls left over, then the first requests.

        Raises:
            CloseSpider: other crawls hold all editions.
        """
        given = self.spider.given
        for edition in given.editions:
            name = f"{edition.wire}:{edition.id}"
            if self.ledger.runs.acquire(name, given.days):
                self.running[name] = Run(Site.of(edition, given.site), name, given.days)
            else:
                self.spider.count("locked")
                self.spider.logger.warning("%s: skipped: another crawl is working on it", name)
        if not self.running:
            raise CloseSpider("already_running")
        connect = self.spider.crawler.signals.connect
        connect(self._idle, signals.spider_idle)
        for name in self.running:
            self.spider.count(f"begun/{name}")
            self._known[name] = self.ledger.history.begin(name)
            yield from self.keeper.left_over(name)
        begun = list(self._plans(given))
        if given.urls:
            connect(self._scraped, signals.item_scraped)
            connect(self._dropped, signals.item_dropped)
            connect(self._closed, signals.spider_closed)
        for run, plan in begun:
            yield from plan.begin()
            if not given.urls:
                yield from self.lease(run)

    def _plans(self, given: Arguments) -> Iterator[tuple[Run, Plan]]:
        if given.urls:
            for name, keys in self._keys(given.urls).items():
                yield self.running[name], plans.Given(self, self.running[name], keys)
            return
        for run in self.running.values():
            yield run, plans.Newest(self, run) if run.bounds is None else plans.Backfill(self, run)

    def _idle(self) -> None:
        """Ask for what became due meanwhile."""
        requests = [r for run in self.running.values() for r in self.lease(run)]
        for request in requests:
            assert self.spider.crawler.engine is not None
            self.spider.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    # given articles: each of them is had, or the run says that it is not

    def _keys(self, urls: tuple[str, ...]) -> dict[str, list[ArticleKey]]:
        """Return the keys of given URLs by run; log those that are not of an article."""
        found: dict[str, list[ArticleKey]] = {}
        for url in urls:
            keys = ((name, run.site.key(url)) for name, run in self.running.items())
            name, key = next(((n, k) for n, k in keys if k), ("", None))
            if key is None:
                self.spider.count("given/no_article")
                self.spider.logger.warning("%s: no article's URL of these editions", one_line(url))
            else:
                found.setdefault(name, []).append(key)
                self._given.add(key.id)
        self._due = set(self._given)
        return found

    def _scraped(self, item: Article) -> None:
        self._due.discard(item.id)

    def _dropped(self, item: Draft) -> None:
        if item.article.content_hash:  # an article, though unchanged or held back
            self._due.discard(item.article.id)

    def _closed(self) -> None:
        if self._due:
            self.spider.count("given/missed", len(self._due))

    # what the plans need

    def count(self, name: str, number: int = 1) -> None:
        """Add to a stat."""
        self.spider.count(name, number)

    def ask(
        self,
        run: Run,
        url: str,
        callback: Callable[..., Answer],
        failed: Callable[[Why], Answer],
        *,
        optional: bool = False,
        **kwargs: Any,
    ) -> Request:
        """Return the request of a list; `failed` says what to ask for in its place."""

        def errback(failure: Failure) -> Answer:
            why = Why.of(failure.value)
            if why is Why.FORBIDDEN:
                self._say_forbidden(run, url)
            else:
                self.spider.count("lists_failed")
                level = logging.INFO if optional and why is Why.ABSENT else logging.WARNING
                self.spider.logger.log(
                    level, "%s: no list: %s", one_line(url), reason(failure.value)
                )
            if isinstance(failure.value, HostClosed):
                run.closed = True
            else:
                yield from failed(why)

        def answered(response: Response, run: Run, **kwargs: Any) -> Answer:
            yield from callback(response, **kwargs)

        return Request(
            url,
            answered,
            errback=errback,
            priority=LIST_PRIORITY,
            cb_kwargs={"run": run, **kwargs},
            meta={"download_maxsize": syndication.MAX_BYTES, "take_cut": True},
        )

    def _say_forbidden(self, run: Run, url: str) -> None:
        self.spider.count("lists_forbidden")
        if run.name not in self._forbidden:
            self._forbidden.add(run.name)
            self.spider.logger.warning(
                "%s: robots.txt forbids lists such as %s: others, and sitemaps, are read instead",
                *(run.name, one_line(url)),
            )

    def read(self, response: Response, kind: str) -> Listing:
        """Return what a list says; `kind` is feed, sitemap or list."""
        site = self._run(response).site
        try:
            with budget.cpu(LIST_SECONDS):
                if kind == "list":
                    listing = listings.list_page(response.body, site, response.url)
                else:
                    parse = syndication.feed if kind == "feed" else syndication.sitemap
                    listing = parse(response.body, site)
        except UnreadablePage as error:
            listing = Listing(problems=(str(error),))
        failed = listing.problems and not listing.found and not listing.next_url
        self.spider.count("lists_failed" if failed else "lists")
        for problem in listing.problems:
            self.spider.count("lists_with_problems")
            self.spider.logger.warning("%s: %s", one_line(response.url), one_line(problem))
        return listing

    def _run(self, response: Response) -> Run:
        run: Run = response.cb_kwargs["run"]
        return run

    def recognised(self, run: Run, url: str, kind: str, listing: Listing) -> None:
        """Say it where the articles of a list are not recognised; remember the share of those."""
        before = self.ledger.history.share(run.name, kind)
        if why := listings.unrecognised(listing, before):
            self.spider.count("lists_unrecognised")
            self.spider.logger.error("%s: %s", one_line(url), one_line(why))
        elif listing.share:
            self.ledger.history.note_share(run.name, kind, listing.share)

    def shows_nothing(self, run: Run) -> None:
        """Say that no list of an edition shows any article."""
        self.spider.count("lists_empty")
        self.spider.logger.error("%s: no list shows any article (see the lines above)", run.name)

    def discover(self, run: Run, found: Iterable[Found]) -> int:
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
            at = plans.published(key.edition, row.day, row.published)
            rows.append(ledger.Found(key.id, key.canonical_url, at, lastmod))
        due = self.ledger.frontier.discover(run.name, rows)
        self.spider.count("discovered", due)
        return due

    def reach(self, run: Run) -> tuple[date | None, bool]:
        """Return the day up to which the newest are known, and whether all runs since know it."""
        listed, whole = self._known[run.name]
        return (date.fromisoformat(listed) if listed else None), whole

    def note_listed(self, run: Run) -> None:
        """Remember the day up to which the newest are known without a gap."""
        if newest := self.ledger.frontier.newest(run.name):
            # an address may name a day to come
            listed = min(newest[:10], run.today.isoformat())
            self.ledger.history.note_listed(run.name, listed)

    def trapped(self, response: Response, walk: Walk) -> None:
        """Say that a list does not end."""
        if walk.ended in ("loop", "stale", "pages"):
            self.spider.count(f"traps/{walk.ended}")
            self.spider.logger.warning(
                "%s: the list does not end (%s after %d pages): left",
                *(one_line(response.url), walk.ended, walk.pages),
            )

    # articles

    def lease(self, run: Run) -> Iterator[Request]:
        """Ask for the next articles of an edition, newest first, in a back-fill in order."""
        free = IN_FLIGHT - run.in_flight
        if free <= 0 or run.closed or self.keeper.stopping:
            return
        if self.spider.given.urls and not self._given:
            return  # what else is due was not asked for
        try:
            leases = self.ledger.frontier.lease(
                run.name,
                free,
                oldest_first=run.bounds is not None,
                days=run.bounds,
                since=run.since,
            )
        except TakenOver:
            self.keeper.give_way()
            return
        for lease in leases:
            self._given.discard(lease.key)
            if request := self._article(run, lease):
                run.in_flight += 1
                yield request

    def _article(self, run: Run, lease: Lease) -> Request | None:
        url = run.site.here(lease.url)
        if url is None:
            self.ledger.frontier.failed(lease.key, "not on this site")
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

    def _page(self, response: Response, run: Run, key: str) -> Answer:
        """Make a draft of an article's page."""
        run.in_flight -= 1
        if response.status == 304:
            self.spider.count("not_modified")
            self._due.discard(key)
            self.ledger.frontier.not_modified(key)
        elif response.status in (404, 410):
            self.spider.count("gone")
            self.ledger.frontier.gone(key)
        elif not (there := run.site.key(response.url)) or there.id != key:
            self._missed(response, "redirected", f"not {key}: asked for later")
            if there:  # it is an article of its own
                self._tell(run, [there])
        else:
            try:
                draft = self._draft(response, key, there)
                # an endless page has others below its own
                below = (run.site.key(url) for url in draft.others)
                self._tell(run, [there for there in below if there])
                yield draft
            except UnreadablePage as error:
                self.spider.count(f"unread/{run.name}")
                self._missed(response, f"unreadable/{error.reason}", f"skipped: {error}")
        yield from self.lease(run)

    def _tell(self, run: Run, keys: Iterable[ArticleKey]) -> None:
        """Tell the ledger of articles that another one led to."""
        found = [
            ledger.Found(key.id, key.canonical_url, plans.published(key.edition, key.day))
            for key in keys
        ]
        if found:
            self.spider.count("discovered", self.ledger.frontier.discover(run.name, found))

    def _draft(self, response: Response, key: str, there: ArticleKey) -> Draft:
        source = Source(
            "http",
            response.url,
            datetime.now(UTC).isoformat(timespec="seconds"),
            hashlib.sha256(response.body).hexdigest(),
        )
        page = Page(response.body, source, there.canonical_url, header(response, "Content-Type"))
        draft = self.drafts.of(page)
        draft.fetched = Fetched(key, header(response, "ETag"), header(response, "Last-Modified"))
        return draft

    def _failed(self, failure: Failure) -> Answer:
        """Leave a page that could not be had to a later crawl."""
        request: Request = failure.request  # type: ignore[attr-defined]
        run: Run = request.cb_kwargs["run"]
        run.in_flight -= 1
        if isinstance(failure.value, HostClosed):
            # its leases end with the run, and come first in the next
            run.closed = True
            return
        self._missed(request, "fetch_failed", f"not fetched: {reason(failure.value)}")
        yield from self.lease(run)

    def _missed(self, at: Request | Response, stat: str, why: str) -> None:
        self.spider.count(stat)
        if at.meta["again"]:
            self.spider.count("missed_again")
        self.spider.logger.warning("%s: %s", one_line(at.url), one_line(why))
        self.ledger.frontier.failed(at.cb_kwargs["key"], why)
