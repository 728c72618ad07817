"""When is a feed in a local file safe? When it is synced, and ends with a whole line or row."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import stat
from pathlib import Path
from typing import IO

from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage

from newswire.errors import FeedError
from newswire.feeds import formats
from newswire.feeds.formats import Unit

logger = logging.getLogger(__name__)


class FileStorage(FileFeedStorage):
    """A feed in a local file: on the disk when it says so, whole when it is appended to.

    Attributes:
        unit: what the file grows by, None if it cannot be appended to.
        grows: what is synced stays good whatever comes after, and a later crawl may append.
    """

    def __init__(self, uri: str, *, feed_options: dict[str, object] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        options = feed_options or {}
        self.unit = None if options.get("postprocessing") else formats.of(options).unit
        self.grows = self.unit is not None

    def check(self) -> None:
        """Find out before the crawl whether the feed can be written.

        Raises:
            ValueError: it cannot: one line that names the file and says what to do.
        """
        path = Path(self.path)
        folder = path.parent
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise FeedError(f"feed {path}: the folder {folder} is not writable")
        if path.is_dir() or (path.exists() and not os.access(path, os.W_OK)):
            raise FeedError(f"feed {path}: it is not writable")
        if path.is_file() and path.stat().st_size and self.write_mode == "ab" and not self.grows:
            raise FeedError(
                f"feed {path}: it is there, and such a file cannot be appended to:"
                " overwrite it (-O) or take another name"
            )

    def open(self, spider: Spider) -> IO[bytes]:
        """Open the file; one that a killed crawl left with half a line is mended first."""
        if self.write_mode != "ab":
            return super().open(spider)
        self.check()
        file = super().open(spider)
        if self.unit in (Unit.LINE, Unit.ROW):
            self._mend_alone(file)
        return file

    def _mend_alone(self, file: IO[bytes]) -> None:
        """Mend the file, unless another crawl writes to it: then no line of it is left over."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        except OSError:  # a file system without locks
            self._mend()
            return
        else:
            self._mend()
        # held until the file is closed, or its process dead
        fcntl.flock(file, fcntl.LOCK_SH)

    def store(self, file: IO[bytes]) -> None:
        """Sync and close the file."""
        try:
            with file:
                sync(file)
        except OSError:
            self._mend()
            raise
        # a new file is safe when its folder is
        folder = os.open(Path(self.path).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _mend(self) -> None:
        if self.unit is Unit.LINE:
            mend(Path(self.path))
        elif self.unit is Unit.ROW:
            mend_rows(Path(self.path))


def sync(file: IO[bytes]) -> None:
    """Put on the disk what was written to a file; a pipe or device has none."""
    file.flush()
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
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


def mend_rows(path: Path) -> None:
    """Remove from a CSV file a last row that was cut off; its article comes again, too.

    A row ends with a newline before which the number of quotes is even.
    """
    if not path.is_file():
        return
    end = whole = 0
    quotes = False
    with path.open("r+b") as file:
        for line in file:
            end += len(line)
            quotes ^= line.count(b'"') % 2 == 1
            if not quotes and line.endswith(b"\n"):
                whole = end
        if whole < end:
            logger.warning("%s: its last row was cut off in writing: removed", path)
            file.truncate(whole)
