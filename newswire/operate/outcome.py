"""What did a run do, and did it lose anything? One line at its end, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

Stats = Mapping[str, Any]


class CountFailures:
    """Extension that counts items on which a pipeline failed, which Scrapy only logs."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to `crawler`."""
        extension = cls(crawler)
        crawler.signals.connect(extension.item_error, signals.item_error)
        return extension

    def item_error(self) -> None:
        """Count one."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("newswire/failed")


# a crawl with misses and none of the answers got nothing; of lists alone no article comes
MISSES = ("newswire/unreadable/", "newswire/fetch_failed", "newswire/redirected")
ANSWERS = ("pages", "not_modified", "gone", "outbox/left_over")
# beyond what any article of a wire has
OVER_BUDGET = tuple(f"newswire/unreadable/too-{what}" for what in ("complex", "large", "long"))
FAILURES = ("already_running", "feed_failed", "ledger_failed", "taken_for_dead")
# what the closing line says of a run, where there was any
COUNTS = {
    "outbox/left_over": "left over from a dead run",
    "not_modified": "not modified",
    "gone": "gone",
    "fetch_failed": "not fetched",
    "redirected": "redirected elsewhere",
    "duplicates/repeated": "the same again",
}


def problems(stats: Stats) -> list[str]:
    """Return what went wrong in a run; none of it is ordinary, so the run did not succeed."""
    found = []
    # of what failed before, and fails again, no crawl needs to tell once more
    missed = _sum(stats, *MISSES) - stats.get("newswire/missed_again", 0)
    if not stats.get("newswire/lists"):
        missed += stats.get("newswire/lists_failed", 0)
    if missed and not any(stats.get(f"newswire/{name}") for name in ANSWERS):
        found.append("no page could be read")
    if slow := stats.get("newswire/unreadable/too-slow"):
        found.append(f"{slow} pages took too long: they may be articles")
    if closed := _sum(stats, "newswire/closed/"):
        found.append(f"{closed} requests given up, as the host asks for rest or is down")
    if stats.get("finish_reason") in FAILURES:
        found.append(f"ended early: {stats['finish_reason']}")
    if failed := stats.get("newswire/failed"):
        found.append(f"{failed} pages failed in a pipeline")
    if invalid := stats.get("newswire/invalid"):
        found.append(f"{invalid} articles were not whole")
    if errors := stats.get("spider_exceptions/count"):
        found.append(f"{errors} errors in the spider")
    if feeds := _sum(stats, "feedexport/failed_count/"):
        found.append(f"{feeds} feeds failed")
    if alarms := _sum(stats, "newswire/alarm/"):
        found.append(f"{alarms} drift alarms")
    # an error in a signal handler (a feed on a full disk) shows in the log alone; a page that the
    # server would not give is an error in the log too, but no loss: it is asked for again
    logged = stats.get("log_count/ERROR", 0) - stats.get("retry/max_reached", 0)
    if not found and logged > 0:
        found.append(f"{logged} errors in the log")
    return found


def summary(stats: Stats) -> str:
    """Return the line that says what a run did."""
    without = _sum(stats, "newswire/no_article/")
    unreadable = _sum(stats, "newswire/unreadable/")
    over = _sum(stats, *OVER_BUDGET)
    parts = [
        f"{stats.get('item_scraped_count', 0)} articles of {stats.get('newswire/pages', 0)} pages",
        f"{without} without an article" if without else "",
        f"{unreadable} unreadable" if unreadable else "",
        f"{over} of them too large for an article" if over else "",
        *(
            f"{stats[f'newswire/{name}']} {words}"
            for name, words in COUNTS.items()
            if stats.get(f"newswire/{name}")
        ),
        *problems(stats),
    ]
    return ", ".join(part for part in parts if part)


def _sum(stats: Stats, *prefixes: str) -> int:
    return sum(int(value) for name, value in stats.items() if name.startswith(prefixes))
