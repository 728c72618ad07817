"""Which feed does an article go to, and has it arrived? Scrapy's feeds, with what they lack.

A path may have `%(wire)s`, `%(edition)s` and `%(date)s` (day of publication): each article then
goes to the file of its own.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from importlib.util import find_spec
from logging import getLogger
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FeedExporter, FeedSlot, apply_uri_params
from scrapy.settings import BaseSettings

from newswire.errors import FeedError
from newswire.feeds import checks, formats
from newswire.feeds.formats import COMPRESSORS
from newswire.feeds.storage import FileStorage, sync
from newswire.items import Article
from newswire.page.model import Draft

logger = getLogger(__name__)

#: Signal: no feed is left that can be written; sent with `error`, what the last one failed on.
no_feed_left = object()

# Open files of a feed with %(edition)s or %(date)s; the one that waited longest is closed.
OPEN_FILES = 64

_ROUTED = re.compile(r"%\((?:wire|edition|date)\)s")
_BATCHED = re.compile(r"%\(batch_(?:id|time)\)")
_NAMED = re.compile(r"%\((\w+)\)")

Route = dict[str, str]

# The article that this task's item has become, whatever later pipelines make of it.
_at_hand: ContextVar[Article | None] = ContextVar("at_hand", default=None)


class FeedFormats:
    """Add-on that reads the suffixes of a feed: `-O x.ninjs.jsonl`, `x.csv.gz`, `x.jsonl.zst`.

    Scrapy 2.19 looks at the last suffix only.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Set format and compression of each feed by the suffixes of its name."""
        feeds = {uri: dict(options) for uri, options in settings.getdict("FEEDS").items()}
        formats = [name for name in settings.getdict("FEED_EXPORTERS") if "." in name]
        for uri, options in feeds.items():
            name = str(uri)
            last = name.rpartition(".")[2]
            if last in COMPRESSORS:
                options.setdefault("postprocessing", [COMPRESSORS[last]])
                name = name[: -len(last) - 1]
                if options.get("format", last) == last:
                    options["format"] = name.rpartition(".")[2]
            for dotted in formats:
                last = dotted.rpartition(".")[2]
                if name.endswith(f".{dotted}") and options.get("format", last) == last:
                    options["format"] = dotted
        settings.set("FEEDS", feeds, priority=settings.getpriority("FEEDS") or 0)


class Feeds(FeedExporter):
    """Scrapy's feeds, which know what has not reached them.

    Attributes:
        pending: (id, version) of articles from the moment that the ledger has them until every feed
            has taken them; what a feed cannot write stays there.
        broken: the feeds that could not be written, so that nobody knows what they hold.
        may_write: asked before each article is written; what may not be stays in `pending`.
    """

    def __init__(self, crawler: Crawler) -> None:
        try:
            super().__init__(crawler)
        except NotConfigured:
            if crawler.settings["FEEDS"]:
                # Scrapy would crawl on without any of the feeds
                raise FeedError("FEEDS: a feed cannot be written (see above)") from None
            raise
        self.pending: set[tuple[str, int]] = set()
        self.broken: set[str] = set()
        self.may_write: Callable[[], bool] = lambda: True
        self._unstored: set[FeedSlot] = set()
        self._routes: dict[tuple[str, ...], FeedSlot] = {}
        self._batches: dict[tuple[str, ...], int] = {}
        self._opened: dict[FeedSlot, float] = {}
        for uri, options in self.feeds.items():
            self._check(uri, options)
        crawler.signals.connect(self._item_dropped, signals.item_dropped)

    @property
    def _spider(self) -> Spider:
        assert self.crawler.spider is not None
        return self.crawler.spider

    # before the crawl

    def _check(self, uri: str, options: dict[str, Any]) -> None:
        """Raise ValueError, in one line, for a feed that could not be written."""
        form, name = formats.of(options), options["format"]
        if form.module and not find_spec(form.module):
            extra = form.names[0]
            raise FeedError(
                f"feed {uri}: {name} needs {form.module}: pip install 'newswire[{extra}]'"
            )
        if options.get("postprocessing") and not form.compressible:
            raise FeedError(f"feed {uri}: {name} cannot be compressed: remove the last suffix")
        checks.check_fields(uri, form, options)
        checks.check_encoding(uri, form, options)
        checks.check_exporter(uri, self.exporters[name], options)
        batched = bool(_BATCHED.search(uri))
        if options.get("batch_seconds") and not batched:
            raise FeedError(f"feed {uri}: batch_seconds needs %(batch_id)d or %(batch_time)s")
        routed = bool(_ROUTED.search(uri))
        if routed and not batched and not self._continues(uri, options):
            raise FeedError(
                f"feed {uri}: {name} cannot be appended to, so its path needs %(batch_id)d, too"
            )
        values = self._get_uri_params(self._spider, options["uri_params"])
        if routed:
            values |= dict.fromkeys(("wire", "edition", "date"), "unknown")
        for name in _NAMED.findall(uri):
            value = str(values.get(name, ""))
            if name not in values or re.search(r"[/\\\0]", value) or value in (".", ".."):
                raise FeedError(f"feed {uri}: %({name})s is no name of a file: {value!r}")
        storage = self._get_storage(apply_uri_params(uri, values), options)
        if isinstance(storage, FileStorage):
            storage.check()

    def _continues(self, uri: str, options: dict[str, Any]) -> bool:
        storage = self._get_storage(uri, options)
        return isinstance(storage, FileStorage) and storage.grows

    def open_spider(self, spider: Spider) -> None:
        """Make ready the feeds that have one file for all articles."""
        for uri in self.feeds:
            if not _ROUTED.search(uri):
                self._slot(uri, {})

    # the crawl

    def item_scraped(self, item: object, spider: Spider) -> None:
        """Write an article to its feeds; the crawl ends when none of them can be written."""
        if not self.may_write():
            return
        for uri in self.feeds:
            if uri not in self.broken and self.filters[uri].accepts(item):
                self._export(item, uri)
        if not self.broken:
            self._done(_at_hand.get())

    def _export(self, item: object, uri: str) -> None:
        slot = None
        try:
            # by what its path has: two slots must not write one file
            named = _NAMED.findall(uri)
            where = {name: value for name, value in route(item).items() if name in named}
            slot = self._slot(uri, where)
            slot.start_exporting()
            self._unstored.add(slot)
            self._opened.setdefault(slot, time.monotonic())
            assert slot.exporter
            slot.exporter.export_item(item)
            slot.itemcount += 1
        except Exception as error:  # whatever an exporter raises, the other feeds must not suffer
            self._give_up(uri, slot, error)
            return
        if self._is_full(slot):
            self._close(slot)

    def _slot(self, uri: str, where: Route) -> FeedSlot:
        """Return the open slot of a feed for a route, moved to the end of the queue."""
        key = (uri, *where.values())
        slot = self._routes.pop(key, None)
        if slot is None:
            waiting = [key for key in self._routes if where and key[0] == uri]
            if len(waiting) >= OPEN_FILES:
                self._close(self._routes[waiting[0]])
            slot = self._open(uri, where, key)
        self._routes[key] = slot
        self.slots = list(self._routes.values())
        return slot

    def _open(self, uri: str, where: Route, key: tuple[str, ...]) -> FeedSlot:
        number = self._batches[key] = self._batches.get(key, 0) + 1
        options = self.feeds[uri]
        values = self._get_uri_params(self._spider, options["uri_params"])
        values |= where | {"batch_id": number}
        if number > 1 and not _BATCHED.search(uri):
            options = options | {"overwrite": False}  # it goes on where it was closed
        return self._start_new_batch(
            batch_id=number,
            uri=apply_uri_params(uri, values),
            feed_options=options,
            spider=self._spider,
            uri_template=uri,
        )

    def _is_full(self, slot: FeedSlot) -> bool:
        options = self.feeds[slot.uri_template]
        count, seconds = options["batch_item_count"], options.get("batch_seconds")
        if count and slot.itemcount >= count:
            return True
        return bool(seconds and time.monotonic() - self._opened[slot] >= seconds)

    def _close(self, slot: FeedSlot) -> None:
        """Close one slot; the next article of its route opens another."""
        self._routes = {key: other for key, other in self._routes.items() if other is not slot}
        self.slots = list(self._routes.values())
        if isinstance(slot.storage, FileStorage) and not _BATCHED.search(slot.uri_template):
            # the same file may be opened again at once, so it cannot wait for its turn
            try:
                slot.finish_exporting()
                slot.storage.store(self._get_file(slot))
            except Exception as error:
                self._give_up(slot.uri_template, slot, error)
            else:
                self._stored(slot)
        else:
            self._schedule_slot_close(slot, self._spider)

    async def _close_slot(self, slot: FeedSlot, spider: Spider) -> None:
        failed = f"feedexport/failed_count/{type(slot.storage).__name__}"
        before = self.crawler.stats.get_value(failed, 0)
        try:
            await super()._close_slot(slot, spider)
        except Exception as error:  # of the exporter: Scrapy minds only the storage
            self._give_up(slot.uri_template, slot, error)
            return
        # Scrapy tells of a failed upload in the stat alone
        if self.crawler.stats.get_value(failed, 0) > before:
            self.broken.add(slot.uri_template)
        self._stored(slot)

    def _stored(self, slot: FeedSlot) -> None:
        self._unstored.discard(slot)
        self._opened.pop(slot, None)

    def _give_up(self, uri: str, slot: FeedSlot | None, error: Exception) -> None:
        """Close what is open of a feed that failed; without any feed left the crawl ends."""
        self.broken.add(uri)
        kind = type(slot.storage).__name__ if slot else "open"
        self.crawler.stats.inc_value(f"feedexport/failed_count/{kind}")
        for key in [key for key in self._routes if key[0] == uri]:
            other = self._routes.pop(key)
            if other is not slot:
                self._schedule_slot_close(other, self._spider)
        self.slots = list(self._routes.values())
        if slot and slot.file:
            with suppress(Exception):
                file = self._get_file(slot)
                if isinstance(slot.storage, FileStorage):
                    slot.storage.store(file)
                else:
                    file.close()
        if self.feeds.keys() - self.broken:
            logger.error("Cannot write feed %s (%s); continuing with the others", uri, error)
            return
        logger.error("Cannot write any feed (%s): ending the crawl", error)
        self.crawler.signals.send_catch_log(no_feed_left, error=error)

    # what is safe

    def passes_on(self, article: Article) -> None:
        """Note that later pipelines get `article`, which is pending until they end with it.

        They may drop it, change it, or return something else in its place.
        """
        _at_hand.set(article)

    def _item_dropped(self, item: object) -> None:
        # Scrapy names what went into the pipelines: an article that an earlier run left over, or a
        # draft; of one that was dropped before it was kept nothing is pending
        if isinstance(item, Article):
            self._done(item)
        elif isinstance(item, Draft) and item.article is _at_hand.get():
            self._done(item.article)

    def _done(self, article: Article | None) -> None:
        if article:
            self.pending.discard((article.id, article.version))

    def all_stored(self) -> bool:
        """Return True if every feed with an item was stored; ask when all are closed."""
        failed = "feedexport/failed_count/"
        stats = self.crawler.stats.get_stats()
        return not (self.broken or self._unstored or any(name.startswith(failed) for name in stats))

    def checkpoint(self) -> bool:
        """Sync the feeds; True when all that they took is safe though they are still open.

        It is in JSON Lines, CSV and SQLite files that a later crawl appends to. One that is
        overwritten must get everything again, and other formats and uploads are worth nothing
        before their end.
        """
        # a batch of such a feed that is closed will be overwritten as well
        again = any(o.get("overwrite") and "%(batch_time)" not in u for u, o in self.feeds.items())
        if self.broken or again:
            return False
        for slot in self._unstored:
            storage, file = slot.storage, slot.file
            options = self.feeds[slot.uri_template]
            if (
                not isinstance(storage, FileStorage)
                or not storage.grows
                or options.get("overwrite")
            ):
                return False
            if commit := getattr(slot.exporter, "commit", None):
                commit()
            elif file is not None and not file.closed:
                sync(file)
        return not self._pending_close_tasks


def route(item: object) -> Route:
    """Return what stands for `%(wire)s`, `%(edition)s` and `%(date)s` in the path of a feed."""
    if not isinstance(item, Article):
        return {"wire": "unknown", "edition": "unknown", "date": "undated"}
    day = (item.date_published or "")[:10]
    return {
        "wire": _name(item.wire),
        "edition": _name(item.edition or ""),
        "date": day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else "undated",
    }


def _name(text: str) -> str:
    return text if re.fullmatch(r"[\w-]+", text) else "unknown"
