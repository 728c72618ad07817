"""What goes on beside the crawl: the ledger is opened, kept alive, and told how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro

from newswire.errors import LedgerError, TakenOver
from newswire.feeds.routing import Feeds, no_feed_left
from newswire.items import Article
from newswire.ledger import Kept, Ledger
from newswire.ledger.relations import POLICIES
from newswire.page.model import Draft, Fetched

logger = logging.getLogger(__name__)

# A run says so often that it is alive, and at least three times before it would be taken for dead.
HEARTBEAT_SECONDS = 60.0
# No run may be taken for dead sooner: a single list may take a minute of the processor.
LEAST_DEAD_AFTER = 180.0
# The reason for which a run ends whose work another has taken over.
TAKEN_OVER = "taken_for_dead"


def location(named: str | None, *, replay: bool) -> str:
    """Return where the ledger is: as named, else a file for a live crawl.

    "" for a replay: SQLite's temporary database, which goes to disk as it grows.
    """
    return named or ("" if replay else "newswire.db")


def open_ledger(
    settings: BaseSettings, *, replay: bool, by_publication: bool | None = None
) -> Ledger:
    """Open the ledger that the settings name; of a replay the time of publication counts.

    Raises:
        LedgerError: it cannot be used, or `NEWSWIRE_DUPLICATES` is not one of the policies.
    """
    policy = settings["NEWSWIRE_DUPLICATES"]
    if policy not in POLICIES:
        raise LedgerError(f"NEWSWIRE_DUPLICATES is {policy!r}, not one of: {', '.join(POLICIES)}")
    return Ledger(
        location(settings["NEWSWIRE_LEDGER"], replay=replay),
        days=settings.getfloat("NEWSWIRE_LEDGER_DAYS"),
        policy=policy,
        by_publication=replay if by_publication is None else by_publication,
    )


class Keeper:
    """The ledger of a crawl, and what the crawl owes it.

    It begins and ends the run, says that it is alive, marks what is safely in the feeds, and ends
    the lease of a page that a step drops or fails on. A crawl without a feed marks nothing and
    takes nothing over: its articles wait in the ledger for the first crawl that has one.

    Attributes:
        stopping: why the crawl is to end, and `start()` to yield no more; else None.
    """

    def __init__(self, crawler: Crawler, ledger: Ledger) -> None:
        self.crawler = crawler
        self.ledger = ledger
        self.stopping: str | None = None
        self._heart = create_looping_call(self._beat)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the ledger of a spider of a wire.

        Raises:
            LedgerError: it cannot be used.
        """
        replay = getattr(crawler.spider, "replay", NotConfigured)
        if replay is NotConfigured:  # a shell, or a spider of another kind
            raise NotConfigured
        given = getattr(crawler.spider, "given", None)
        ledger = open_ledger(
            crawler.settings,
            replay=replay is not None,
            by_publication=replay is not None or bool(given and given.days),
        )
        keeper = cls(crawler, ledger)
        keeper.ledger.runs.begin(crawler.spidercls.name, keeper.dead_after)
        keeper._begin_before_stopping()
        connect = crawler.signals.connect
        connect(keeper._opened, signals.spider_opened)
        connect(keeper._idle, signals.spider_idle)
        connect(keeper._dropped, signals.item_dropped)
        connect(keeper._failed, signals.item_error)
        connect(keeper._feeds_closed, signals.feed_exporter_closed)
        connect(keeper._no_feed_left, no_feed_left)
        connect(keeper._closed, signals.engine_stopped)
        return keeper

    @property
    def dead_after(self) -> float:
        """Seconds without a sign of life after which others take this run for dead."""
        return float(self.crawler.settings.getfloat("NEWSWIRE_DEAD_AFTER"))

    @property
    def feeds(self) -> Feeds | None:
        """The feeds of the crawl, if it has any."""
        return self.crawler.get_extension(Feeds)

    def store(self, article: Article, fetched: Fetched | None) -> Kept:
        """Keep an article, as `Articles.store`; a ledger that fails ends the crawl.

        Raises:
            TakenOver: another run reads the page; this one ends.
        """
        try:
            kept = self.ledger.articles.store(article, fetched)
        except TakenOver:
            self.give_way()
            raise
        except LedgerError:
            self.stop("ledger_failed")
            raise
        if self.feeds and kept.wanted:
            self.feeds.pending.add((article.id, article.version))
        return kept

    def left_over(self, scope: str) -> Iterator[Article]:
        """Yield, for the feeds, what dead crawls of a wire or edition left unexported."""
        feeds = self.feeds
        while feeds and not self.stopping and (articles := self.ledger.articles.unexported(scope)):
            feeds.pending.update((a.id, a.version) for a in articles)
            for article in articles:
                if self.stopping:
                    return
                self._count("outbox/left_over")
                yield article

    def give_way(self) -> None:
        """End the crawl, since another goes on in its place."""
        if not self.stopping:
            logger.warning("Ledger: another run took this one for dead and goes on in its place")
            self.stop(TAKEN_OVER)

    def _may_export(self) -> bool:
        """Return True unless another run has taken over what this one kept, and exports it.

        Asked before each article is written, however long ago it was kept: in between the process
        may have been stopped.
        """
        try:
            if not (self.ledger.database.lasting and self.ledger.runs.is_over()):
                return True
            self.give_way()
        except LedgerError as error:
            logger.error("%s", error)
            self.stop("ledger_failed")
        self._count("left_to_others/unwritten")
        return False

    def stop(self, reason: str) -> None:
        """End the crawl: what is being fetched is finished, nothing else begun."""
        if not self.stopping:
            self.stopping = reason
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def _drain_before_closing(self) -> None:
        """Let the engine close only when no item is on its way through the pipelines.

        Scrapy 2.19 waits for ever if it is closed while an item of `start()` is, and goes on to
        take items from `start()`. Whoever closes (a signal, CLOSESPIDER_…, a feed) ends up here.
        """
        engine = self.crawler.engine
        close = engine.close_spider_async

        async def drain_and_close(*, reason: str = "cancelled") -> None:
            self.stopping = self.stopping or reason
            engine.pause()  # nothing new is fetched meanwhile
            while engine.scraper.slot and engine.scraper.slot.itemproc_size:
                await asyncio.sleep(0.01)
            engine.unpause()
            if engine.spider:  # else another has closed it meanwhile
                await close(reason=reason)

        engine.close_spider_async = drain_and_close  # type: ignore[method-assign]

    def _begin_before_stopping(self) -> None:
        """Let a signal stop the crawl only when the engine runs.

        Scrapy 2.19 has nothing to stop while the spider is opened, and ends the process with the
        feeds open.
        """
        crawler, stop = self.crawler, self.crawler.stop_async

        async def begin_and_stop() -> None:
            while crawler.crawling and not (crawler.engine.running or self.stopping):
                await asyncio.sleep(0.01)
            await stop()

        crawler.stop_async = begin_and_stop  # type: ignore[method-assign]

    def _idle(self) -> None:
        if self.stopping:
            raise CloseSpider(self.stopping)

    def _opened(self) -> None:
        self._drain_before_closing()
        if self.feeds:
            self.feeds.may_write = self._may_export
        self._heart.start(min(HEARTBEAT_SECONDS, self.dead_after / 3), now=False)

    def _beat(self) -> None:
        try:
            if not self.ledger.runs.heartbeat():
                self.give_way()
            elif self.feeds and self.feeds.checkpoint():
                self._mark(self.feeds)
        except LedgerError as error:
            logger.error("%s", error)
            self.stop("ledger_failed")
        except OSError as error:
            logger.error("Cannot sync a feed (%s): ending the crawl", error)
            self.stop("feed_failed")

    def _dropped(self, item: Any, exception: BaseException) -> None:
        if isinstance(item, Article):  # left over by an earlier run
            self._count("outbox/dropped")
        if isinstance(item, Draft) and item.fetched:
            # of a repeated article the lease has ended well, and stays so
            self.ledger.frontier.no_article(item.fetched.key, str(exception))

    def _failed(self, item: Any, failure: Any) -> None:
        if isinstance(item, Article):
            self._count("outbox/failed")
        # after a failure of the ledger itself the lease ends with the run
        if isinstance(item, Draft) and item.fetched and not failure.check(LedgerError):
            self.ledger.frontier.failed(item.fetched.key, repr(failure.value))

    def _no_feed_left(self) -> None:
        self.stop("feed_failed")

    def _feeds_closed(self) -> None:
        if self.feeds and self.feeds.all_stored():
            self._mark(self.feeds)
        elif self.feeds:
            self._count("outbox/feed_failed")
            logger.error("A feed was not stored: the next crawl exports its articles again")

    def _mark(self, feeds: Feeds) -> None:
        self._count("outbox/exported", self.ledger.articles.mark_exported(feeds.pending))

    def _closed(self) -> None:
        if self._heart.running:
            self._heart.stop()
        try:
            if self.stopping and getattr(self.crawler.spider, "replay", None) is None:
                self._count("waiting", self.ledger.frontier.waiting())
            self.ledger.prune(self.crawler.settings.getfloat("NEWSWIRE_LEDGER_DAYS"))
            self.ledger.runs.finish(self.crawler.stats.get_stats())
        except LedgerError as error:
            logger.error("%s", error)
        finally:
            self.ledger.close()

    def _count(self, name: str, number: int = 1) -> None:
        if number:
            self.crawler.stats.inc_value(f"newswire/{name}", number)
