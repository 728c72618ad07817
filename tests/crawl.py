"""Run `scrapy crawl` for real, in a process of its own, with warnings as errors."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked
from tests.forked import ROOT as ROOT

_STAT = re.compile(
    r"^[ {]'(newswire/[^']+|item_scraped_count|log_count/ERROR)': (\d+)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl left behind."""

    code: int
    log: str
    feed: bytes

    @property
    def items(self) -> list[dict[str, Any]]:
        """The exported items, in the order of the feed."""
        return [json.loads(line) for line in self.feed.decode("utf-8").splitlines()]

    @property
    def stats(self) -> dict[str, int]:
        """The counters of the project."""
        return {name: int(value) for name, value in _STAT.findall(self.log)}


def command(feed: Path, *options: str, spider: str = "sputnik", append: bool = False) -> list[str]:
    """Return the command line of a crawl into the JSON Lines file `feed`."""
    run = [sys.executable, "-W", "error", "-m", "scrapy"]
    return [*run, *arguments(feed, *options, spider=spider, append=append)]


def arguments(
    feed: Path, *options: str, spider: str = "sputnik", append: bool = False
) -> list[str]:
    """Return the arguments of `scrapy` for a crawl into the JSON Lines file `feed`."""
    return ["crawl", spider, *options, "-o" if append else "-O", f"{feed}:jsonlines"]


def crawl(
    feed: Path, *options: str, spider: str = "sputnik", append: bool = False, timeout: float = 120
) -> Crawl:
    """Run the spider with `options` into the JSON Lines file `feed`."""
    named = arguments(feed, *options, spider=spider, append=append)
    done = forked.run("scrapy", *named, timeout=timeout)
    return Crawl(done.returncode, done.stderr, feed.read_bytes() if feed.is_file() else b"")
