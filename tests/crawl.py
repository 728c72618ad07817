"""Run `scrapy crawl` for real, in a process of its own, with warnings as errors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
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
    run = [sys.executable, "-W", "error", "-m", "scrapy", "crawl", spider, *options]
    return [*run, "-o" if append else "-O", f"{feed}:jsonlines"]


def crawl(
    feed: Path, *options: str, spider: str = "sputnik", append: bool = False, timeout: float = 120
) -> Crawl:
    """Run the spider with `options` into the JSON Lines file `feed`."""
    done = subprocess.run(
        command(feed, *options, spider=spider, append=append),
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Crawl(done.returncode, done.stderr, feed.read_bytes() if feed.is_file() else b"")
