"""When is a feed in a local file safe? When it is synced, and ends with a whole line."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path
from typing import IO

from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage

logger = logging.getLogger(__name__)

LINES = ("jsonlines", "jsonl", "jl")


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
