"""What does a crawl ask an edition for, list by list? The newest, days, or given articles.

    newest      feed and news sitemap; a list of all articles where the feed has a gap; the sitemap
                of those days where no such list leads over it
    back-fill   the list of each day that is not done; the day's sitemap where that cannot be read
                to its end
    given       the URLs

A plan only knows what to ask for next: `crawl.live` asks, reads and tells the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from scrapy import Request
from scrapy.http import Response

from newswire import ledger
from newswire.crawl.desk import Answer, Desk, Run, Why
from newswire.crawl.listings import FALLEN, Listing
from newswire.crawl.site import DAY
from newswire.crawl.walk import MAX_PAGES, SitemapWalk, Walk
from newswire.wires.editions import Edition
from newswire.wires.urls import ArticleKey

# A first crawl of the newest goes back so far.
FIRST_REACH = 1 * DAY
# Pages of a list of all articles whose addresses name no day.
UNDATED_PAGES = 20

# --- days by their sitemaps ---------------------------------------------------------------------


@dataclass(slots=True)
class Mapped:
    """The articles of some days by their sitemaps: that of the range, else those of the index.

    Attributes:
        then: what comes after, told the ids of these days' articles, and whether those are all.
    """

    desk: Desk
    run: Run
    first: date
    last: date
    then: Callable[[set[str], bool], Answer]
    ids: set[str] = field(default_factory=set)
    whole: bool = True
    shown: bool = False  # a sitemap listed articles, of whatever day
    waiting: int = 0
    walk: SitemapWalk = field(init=False)

    def __post_init__(self) -> None:
        self.walk = SitemapWalk(self.first, self.last)

    def begin(self) -> Answer:
        """Ask for the sitemap of the range."""
        if url := self.run.site.days_sitemap(self.first, self.last):
            yield self.desk.ask(self.run, url, self._range, lambda why: self._index())
        else:
            yield from self._index()

    def _range(self, response: Response) -> Answer:
        listing = self.desk.read(response, "sitemap")
        if listing.addresses and not listing.found:
            self.desk.recognised(self.run, response.url, "days", listing)
        near = (self.first - DAY, self.last + DAY)
        asked = all(a.told and near[0] <= a.told <= near[1] for a in listing.found)
        yield from self._take(listing)
        if listing.sitemaps or listing.problems or listing.strange or not asked:
            yield from self._index()  # it is not what was asked for, or not all of it
        else:
            yield from self.then(self.ids, True)

    def _index(self) -> Answer:
        if url := self.run.site.sitemap:
            self.waiting = 1
            yield self.desk.ask(self.run, url, self._nested, self._lost)
        else:
            yield from self.then(self.ids, False)

    def _nested(self, response: Response) -> Answer:
        self.waiting -= 1
        listing = self.desk.read(response, "sitemap")
        self.whole = self.whole and not listing.problems and not listing.strange
        yield from self._take(listing)
        for entry in self.walk.unread(listing, response.url):
            self.waiting += 1
            yield self.desk.ask(self.run, entry.url, self._nested, self._lost)
        yield from self._end()

    def _lost(self, why: Why) -> Answer:
        self.waiting -= 1
        self.whole = False
        yield from self._end()

    def _end(self) -> Answer:
        if self.waiting == 0:
            # an index that lists no article proves nothing
            yield from self.then(self.ids, self.whole and self.shown)

    def _take(self, listing: Listing) -> Answer:
        wanted = [a for a in listing.found if a.told and self.first <= a.told <= self.last]
        self.shown = self.shown or bool(listing.found)
        self.ids.update(article.id for article in wanted)
        self.desk.discover(self.run, wanted)
        yield from self.desk.lease(self.run)


# --- the newest ---------------------------------------------------------------------------------


class Newest:
    """The newest of an edition since the last run."""

    def __init__(self, desk: Desk, run: Run) -> None:
        self.desk = desk
        self.run = run
        listed, self.caught_up = desk.reach(run)
        first = run.today - FIRST_REACH
        if listed is None and (known := desk.ledger.frontier.newest(run.name, filled=False)):
            listed = min(first, date.fromisoformat(known[:10]))
        #: articles of this day and later may not have been listed yet
        self.since = run.since = listed or first
        self.lists = iter(run.site.newest)
        self.shown = False  # by any list

    def begin(self) -> Answer:
        """Ask for the feed and the news sitemap."""
        site = self.run.site
        if site.feed:
            yield self.desk.ask(self.run, site.feed, self._feed, lambda why: self._next_list())
        else:
            yield from self._next_list()
        if site.news_sitemap:
            yield self.desk.ask(self.run, site.news_sitemap, self._news, _nothing)

    def _feed(self, response: Response) -> Answer:
        """Read the feed; where all of it is new, articles may lie between it and the last crawl."""
        listing = self._take(response, "feed")
        due = self.desk.discover(self.run, listing.found)
        yield from self.desk.lease(self.run)
        filled = self.desk.ledger.runs.is_filled(self.run.name, self.since.isoformat())
        if self.caught_up and due < len(listing.found) and not filled:
            self.desk.note_listed(self.run)
        else:
            yield from self._next_list()

    def _news(self, response: Response) -> Answer:
        listing = self._take(response, "sitemap")
        self.desk.discover(self.run, listing.found)
        yield from self.desk.lease(self.run)

    def _take(self, response: Response, kind: str) -> Listing:
        listing = self.desk.read(response, kind)
        self.shown = self.shown or bool(listing.found)
        self.desk.recognised(self.run, response.url, kind, listing)
        return listing

    def _next_list(self) -> Answer:
        """Ask for a list of all articles; when all are tried, for the sitemap of the days."""
        if url := next(self.lists, None):
            # without days in the addresses nothing says how far back a page lies
            dated = self.run.site.cms.dated
            walk = Walk(self.since, MAX_PAGES if dated else UNDATED_PAGES)
            yield self.desk.ask(
                self.run, url, self._more, lambda why: self._next_list(), optional=True, walk=walk
            )
        else:
            yield from self._by_days()

    def _more(self, response: Response, walk: Walk) -> Answer:
        """Follow the list of all articles down to the day since which some may be unknown."""
        listing = self.desk.read(response, "list")
        self.shown = self.shown or bool(listing.found)
        if not walk.pages and listing.found:
            self.desk.recognised(self.run, response.url, "newest", listing)
        new, next_url = walk.step(response.url, listing)
        self.desk.discover(self.run, new)
        yield from self.desk.lease(self.run)
        if next_url:
            yield self.desk.ask(
                self.run, next_url, self._more, lambda why: self._by_days(), walk=walk
            )
            return
        self.desk.trapped(response, walk)
        reached = any(article.day and article.day < self.since for article in new)
        if walk.ended == "oldest" or (walk.ended == "end" and (reached or walk.pages > 1)):
            self.desk.note_listed(self.run)
        elif walk.pages == 1:  # the beginning of a list that says not where it goes on, or no list
            if not listing.found:
                self.desk.recognised(self.run, response.url, "newest", listing)
            yield from self._next_list()
        else:
            yield from self._by_days()

    def _by_days(self) -> Answer:
        yield from Mapped(self.desk, self.run, self.since, self.run.today, self._mapped).begin()

    def _mapped(self, ids: set[str], whole: bool) -> Answer:
        if ids and whole:
            self.desk.note_listed(self.run)
        elif not (ids or self.shown or self.run.closed):
            self.desk.shows_nothing(self.run)
        yield from ()


def _nothing(why: Why) -> Answer:
    yield from ()


# --- days ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _DayRead:
    """A day of a back-fill, as far as its list was read.

    Attributes:
        first: address and content of the first page.
        ids: the articles of the day that the list shows.
        why: what kept it from being read to its end.
    """

    day: date
    walk: Walk = field(default_factory=Walk)
    first: tuple[str, Listing] | None = None
    ids: set[str] = field(default_factory=set)
    why: Why | None = None


# what will be the same tomorrow: the sitemap stands in for such a list
_FOR_GOOD = (Why.ABSENT, Why.FORBIDDEN)


class Backfill:
    """The articles of each day of a range that is not done, one day after another."""

    def __init__(self, desk: Desk, run: Run) -> None:
        assert run.bounds is not None
        self.desk = desk
        self.run = run
        self.days = iter(desk.ledger.frontier.days_open(run.name, *run.bounds))

    def begin(self) -> Answer:
        """Ask for the list of the next day."""
        day = next(self.days, None)
        if day is None:
            return
        read = _DayRead(day)
        if url := self.run.site.day(day):
            yield self._ask(url, read)
        else:
            read.why = Why.ABSENT
            yield from self._by_sitemap(read)

    def _ask(self, url: str, read: _DayRead) -> Request:
        def failed(why: Why) -> Answer:
            read.why = why
            yield from self._by_sitemap(read)

        return self.desk.ask(self.run, url, self._page, failed, day=read.day, read=read)

    def _page(self, response: Response, day: date, read: _DayRead) -> Answer:
        """Follow the list of a day to its end."""
        listing = self.desk.read(response, "list")
        # articles of other days stand beside every list
        of_day = tuple(
            replace(article, day=day) for article in listing.found if article.day in (day, None)
        )
        read.first = read.first or (response.url, replace(listing, found=of_day))
        new, next_url = read.walk.step(response.url, replace(listing, found=of_day))
        read.ids.update(article.id for article in new)
        self.desk.discover(self.run, new)
        yield from self.desk.lease(self.run)
        earlier = read.ids and all(a.day and a.day < day for a in listing.found)
        if next_url and not (listing.found and earlier):
            yield self._ask(next_url, read)
            return
        self.desk.trapped(response, read.walk)
        if read.walk.ended == "end" or (listing.found and earlier and not listing.problems):
            doubtful = read.walk.pages == 1 and len(listing.strange) > len(of_day)
            read.why = Why.EMPTY if doubtful else None
        else:
            empty = read.walk.pages == 1 and not listing.problems
            read.why = Why.EMPTY if empty else Why.FAILED
        if read.why:
            yield from self._by_sitemap(read)
        else:
            self._done(day)
            yield from self.begin()

    def _by_sitemap(self, read: _DayRead) -> Answer:
        def then(ids: set[str], whole: bool) -> Answer:
            shown = len(read.ids) >= FALLEN * len(ids)
            if read.why is Why.EMPTY and read.first and not (whole and shown):
                self.desk.recognised(self.run, read.first[0], "day", read.first[1])
            if not whole and read.day < self.run.today:
                self.desk.count("days_unread")
            elif read.ids <= ids and (read.why in _FOR_GOOD or (read.why is Why.EMPTY and shown)):
                self._done(read.day)
            yield from self.begin()

        yield from Mapped(self.desk, self.run, read.day, read.day, then).begin()

    def _done(self, day: date) -> None:
        if day < self.run.today:  # one that goes on is not done
            self.desk.ledger.frontier.day_done(self.run.name, day)
            self.desk.count("days_done")


# --- given articles -----------------------------------------------------------------------------


class Given:
    """Articles that the user named."""

    def __init__(self, desk: Desk, run: Run, keys: Iterable[ArticleKey]) -> None:
        self.desk = desk
        self.run = run
        self.keys = list(keys)

    def begin(self) -> Answer:
        """Ask for them again though they may be known: the server says whether they changed."""
        now = datetime.now(UTC).isoformat()
        run = self.run
        found = [
            ledger.Found(key.id, key.canonical_url, published(key.edition, key.day), now, 1)
            for key in self.keys
        ]
        self.desk.ledger.frontier.discover(run.name, found)
        yield from self.desk.lease(run)


def published(edition: Edition, day: date | None, at: datetime | None = None) -> str:
    """Return when an article was published, for the ledger's order: ISO day or local instant.

    Args:
        edition: whose it is.
        day: the day in its address, which comes first; None: that of `at`, else today.
        at: what a list says; that may be the time of a correction.
    """
    local = at.astimezone(edition.zone) if at else None
    if local and day in (None, local.date()):
        return local.isoformat(timespec="seconds")
    return (day or datetime.now(edition.zone).date()).isoformat()
