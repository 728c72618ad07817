"""Does memory grow with the crawl? Peak memory of back-fills of 2,000 and of 20,000 articles.

    python -m benchmarks.memory [articles …]

The wire is the simulator of the tests, on loopback; the process measured is that of `scrapy crawl`.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.crawl import crawl
from tests.simulated import running

A_DAY = 50
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
# Scrapy looks once a minute, a crawl of 2,000 is over by then
FAST += ["-s", "MEMUSAGE_CHECK_INTERVAL_SECONDS=1"]


def measure(articles: int, folder: Path) -> tuple[int, float, float]:
    """Return articles exported, peak megabytes and seconds of a back-fill."""
    first = date(2021, 1, 1)
    last = first + timedelta(days=articles // A_DAY - 1)
    now = datetime(last.year, last.month, last.day, 12, tzinfo=UTC) + timedelta(days=2)
    with running(ids=("tj",), start=first, week=(A_DAY,) * 7, now=now) as server:
        options = ["-a", "edition=tj", "-a", f"site={server.sites['tj']}", *FAST]
        options += ["-a", f"since={first}", "-a", f"until={last}"]
        options += ["-s", f"NEWSWIRE_LEDGER={folder / f'{articles}.db'}"]
        began = time.perf_counter()
        done = crawl(folder / f"{articles}.jsonl", *options, timeout=1200)
    found = re.search(r"'memusage/max': (\d+)", done.log)
    assert found is not None, done.log
    return done.feed.count(b"\n"), int(found[1]) / 2**20, time.perf_counter() - began


def main() -> None:
    """Print a row for each size."""
    sizes = [int(size) for size in sys.argv[1:]] or [2000, 20000]
    print(f"{'articles':>10} {'peak MB':>8} {'seconds':>8} {'a second':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            exported, peak, seconds = measure(size, Path(folder))
            print(f"{exported:>10} {peak:>8.0f} {seconds:>8.1f} {exported / seconds:>9.1f}")


if __name__ == "__main__":
    main()
