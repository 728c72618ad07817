"""When is an article safely in its feeds? Feeds that say so, and local files that are synced."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import IO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FeedExporter, FileFeedStorage
from scrapy.utils.defer import deferred_from_coro

from newswire.items import Article

logger = logging.getLogger(__name__)

LINES = ("jsonlines", "jsonl", "jl")


def stop(crawler: Crawler, reason: str) -> None:
    """Close the spider of a crawl, once it runs."""
    deferred_from_coro(crawler.engine.close_spider_async(reason=reason))


class FileStorage(FileFeedStorage):
    """A feed in a local file: on the disk when it says so, whole lines when it is appended to."""

    def __init__(self, uri: str, *, feed_options: dict[str, object] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self.by_line = (feed_options or {}).get("format") in LINES

    def open(self, spider: Spider) -> IO[bytes]:
        """Open the file; one that a killed crawl left with half a line is mended first."""
        if self.by_line and self.write_mode == "ab":
            mend(Path(self.path))
        return super().open(spider)

    def store(self, file: IO[bytes]) -> None:
        """Sync and close the file."""
        try:
            with file:
                sync(file)
        except OSError:
            if self.by_line:
                mend(Path(self.path))
            raise
        # a new file is safe when its folder is
        folder = os.open(Path(self.path).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def sync(file: IO[bytes]) -> None:
    """Put on the disk what was written to a file."""
    file.flush()
    os.fsync(file.fileno())


def mend(path: Path) -> None:
    """End the last line of a JSON Lines file: with a newline if it is whole, else without it.

    The article of half a line was not marked as exported, so it comes again.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        start, tail = end, b""
        while start and b"\n" not in tail:
            start = max(0, start - 2**16)
            file.seek(start)
            tail = file.read(end - start)
        tail = tail.rpartition(b"\n")[2]
        if not tail:
            return
        try:
            json.loads(tail)
        except ValueError:
            logger.warning("%s: its last line was cut off in writing: removed", path)
            file.truncate(end - len(tail))
        else:
            file.write(b"\n")


class Feeds(FeedExporter):
    """Scrapy's feeds, which know what has not reached them: `pending` (id, version).

    Kept there from before it is stored until every feed has taken it, so what fails stays there.
    """

    def __init__(self, crawler: Crawler) -> None:
        try:
            super().__init__(crawler)
        except NotConfigured:
            if crawler.settings["FEEDS"]:
                # Scrapy would crawl on without any of the feeds
                raise ValueError("FEEDS: a feed cannot be written (see above)") from None
            raise
        self.pending: set[tuple[str, int]] = set()
        self._open: set[object] = set()
        crawler.signals.connect(self._slot_closed, signals.feed_slot_closed)
        crawler.signals.connect(self._item_dropped, signals.item_dropped)

    def item_scraped(self, item: object, spider: Spider) -> None:
        """Write an article to its feeds; a full disk ends the crawl."""
        try:
            super().item_scraped(item, spider)
        except OSError as error:
            logger.error("Feed: %s", error)
            stop(self.crawler, "feed_failed")
            raise
        self._open.update(slot for slot in self.slots if slot.itemcount)
        self._done(item)

    def _item_dropped(self, item: object) -> None:
        # by a step after ours: it is not wanted
        self._done(item)

    def _done(self, item: object) -> None:
        if isinstance(item, Article):
            self.pending.discard((item.id, item.version))

    def _slot_closed(self, slot: object) -> None:
        self._open.discard(slot)

    def all_stored(self) -> bool:
        """Tell, after all are closed, whether every feed with an item was stored."""
        failed = "feedexport/failed_count/"
        stats = self.crawler.stats.get_stats()
        return not self._open and not any(name.startswith(failed) for name in stats)

    def checkpoint(self) -> bool:
        """Sync the feeds; True when all that they took is safe though they are still open.

        It is in a JSON Lines file that a later crawl appends to. One that is overwritten must get
        everything again, and other formats and uploads are worth nothing before their end.
        """
        for slot in self.slots:
            storage, file = slot.storage, slot.file
            if not isinstance(storage, FileStorage) or not storage.by_line:
                return False
            if storage.write_mode == "wb" or "postprocessing" in slot.feed_options:
                return False
            if file is not None and not file.closed:
                sync(file)
        return not self._pending_close_tasks
