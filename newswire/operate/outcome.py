"""What did a run do, and did it lose anything? One line at its end, and the exit code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from newswire.crawl.keeper import TAKEN_OVER
from newswire.items import Article
from newswire.operate.terminal import plural

Stats = Mapping[str, Any]

# exit codes; 2, of the commands, is a wrong argument
DONE, FAILED, STOPPED, REPLACED = 0, 1, 3, 4
# of the line that says what a run did
LEVELS = {
    DONE: logging.INFO,
    STOPPED: logging.WARNING,
    REPLACED: logging.WARNING,
    FAILED: logging.ERROR,
}


class CountFailures:
    """Extension that counts pages on which a pipeline failed, which Scrapy only logs."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to `crawler`."""
        extension = cls(crawler)
        crawler.signals.connect(extension.item_error, signals.item_error)
        return extension

    def item_error(self, item: object) -> None:
        """Count one; what an earlier run left over is counted with it."""
        assert self.crawler.stats is not None
        if not isinstance(item, Article):
            self.crawler.stats.inc_value("newswire/failed")


# a crawl with misses and none of the answers got nothing; of lists alone no article comes
MISSES = ("newswire/unreadable/", "newswire/fetch_failed", "newswire/redirected")
ANSWERS = ("pages", "not_modified", "gone", "outbox/left_over")
# beyond what any article of a wire has
OVER_BUDGET = tuple(f"newswire/unreadable/too-{what}" for what in ("complex", "large", "long"))
FAILURES = ("already_running", "feed_failed", "ledger_failed")
# what became of the pages that gave no new article: stat, and words for it
PAGES = {
    "duplicates/repeated": "unchanged",
    "duplicates/not_exported": "held back (NEWSWIRE_DUPLICATES)",
    "no_article/": "without an article",
    "other_wire": "of another wire",
    "other_edition": "of another edition",
    "passed_over/": "passed over",
    "unreadable/": "unreadable",
    "invalid": "invalid",
    "failed": "failed",
    "left_to_others/": "left to another run",
}
# what the closing line says besides, where there was any
COUNTS = {
    "outbox/dropped": "of an earlier run dropped by other pipelines",
    "not_modified": "not modified",
    "gone": "gone",
    "fetch_failed": "not fetched",
    "redirected": "redirected elsewhere",
    "blocked/robots": "forbidden by robots.txt",
    "text_share/short": "shorter than their pages say",
    "text_share/long": "longer than their pages say",
}
DROPPED = "dropped by other pipelines"
# what fails a run: stat, what it counts, and words for it
PROBLEMS = {
    "newswire/unreadable/too-slow": (
        "page",
        "{} exceeded the time limit (may have been an article)",
    ),
    "newswire/closed/": ("request", "{} skipped: the host limited us (429, 503) or was down"),
    "newswire/given/no_article": ("given URL", "{} not of an article"),
    "newswire/given/missed": ("given article", "{} not fetched, or not an article any more"),
    "newswire/lists_unrecognised": (
        "list",
        "{} not recognised (the site's addresses may have changed)",
    ),
    "newswire/lists_empty": ("edition", "no list of {} shows an article"),
    "newswire/days_unread": ("day", "{} not read to the end (asked for again by the next run)"),
    "newswire/failed": ("page", "newswire failed on {}"),
    "newswire/outbox/failed": ("article", "a pipeline failed on {} of an earlier run"),
    "newswire/invalid": ("article", "{} failed schema validation"),
    "spider_exceptions/count": ("error", "{} in the spider"),
    "feedexport/failed_count/": ("feed", "{} failed"),
    "newswire/alarm/": ("drift alarm", "{}"),
}


def problems(stats: Stats) -> list[str]:
    """Return what went wrong in a run; none of it is ordinary, so the run did not succeed."""
    return list(_problems(stats).values())


def kinds(stats: Stats) -> set[str]:
    """Return the kinds of problems that a run had, whatever their number; alarms one by one."""
    found = set(_problems(stats))
    return found | {name for name in stats if name.startswith("newswire/alarmed/")}


def _problems(stats: Stats) -> dict[str, str]:
    """Return each kind of problem, by its stat, with its words for a person."""
    found: dict[str, str] = {}
    # of what failed before, and fails again, no crawl needs to tell once more
    missed = _sum(stats, *MISSES) - stats.get("newswire/missed_again", 0)
    if not stats.get("newswire/lists"):
        missed += stats.get("newswire/lists_failed", 0)
    if missed and not any(stats.get(f"newswire/{name}") for name in ANSWERS):
        found["nothing"] = "no page could be read"
    # a live page is asked for again, what is lost in a file stays lost
    damaged = stats.get("newswire/unreadable/damaged")
    if damaged and stats.get("newswire/files"):
        found["damaged"] = f"{plural(damaged, 'place')} damaged: what was there is lost"
    if stats.get("finish_reason") in FAILURES:
        found["finish_reason"] = f"ended early: {stats['finish_reason']}"
    for name, (noun, words) in PROBLEMS.items():
        if number := _sum(stats, name):
            found[name] = words.format(plural(number, noun))
    if (lost := _unaccounted(stats)) and not stopped(stats):
        found["unaccounted"] = f"{plural(lost, 'page')} unaccounted for"
    # an error in a signal handler (a feed on a full disk) shows in the log alone; a page that the
    # server would not give is an error in the log too, but no loss: it is asked for again
    logged = stats.get("log_count/ERROR", 0) - stats.get("retry/max_reached", 0)
    if not found and logged > 0:
        found["logged"] = plural(logged, "error") + " in the log"
    return found


def stopped(stats: Stats) -> str | None:
    """Return why a run ended before its end although nothing failed, None if it did not."""
    reason: str = stats.get("finish_reason", "killed")
    return None if reason == "finished" or reason in FAILURES else reason


def exit_code(stats: Stats) -> int:
    """Return the exit code of a run: done, failed, stopped as asked, or replaced by another run."""
    if problems(stats):
        return FAILED
    reason = stopped(stats)
    if reason == TAKEN_OVER:
        return REPLACED
    return STOPPED if reason else DONE


def summary(stats: Stats) -> str:
    """Return the line that says what a run did; its numbers add up to the pages given."""
    outcomes, again = _outcomes(stats), _left_over(stats)
    over = _sum(stats, *OVER_BUDGET)
    parts = [
        f"{plural(_exported(stats), 'article')} of {plural(_given(stats), 'page')}",
        *(f"{number} {words}" for words, number in outcomes.items() if number),
        f"{over} of them too large for an article" if over else "",
        f"{again} exported for an earlier run" if again else "",
        *(
            f"{stats[f'newswire/{name}']} {words}"
            for name, words in COUNTS.items()
            if stats.get(f"newswire/{name}")
        ),
        _left(stats),
        *problems(stats),
    ]
    return ", ".join(part for part in parts if part)


def _left(stats: Stats) -> str:
    """Return why and with what left a run was stopped; nothing for one that finished."""
    reason = stopped(stats)
    if reason is None:
        return ""
    if reason == TAKEN_OVER:
        return "another run took this one for dead and goes on in its place"
    left = []
    if files := stats.get("newswire/files", 0) - stats.get("newswire/files_read", 0):
        left.append(f"{plural(files, 'file')} of {stats['newswire/files']} not read")
    if waiting := stats.get("newswire/waiting"):
        left.append(f"{plural(waiting, 'article')} left for the next run")
    words = "by a signal" if reason == "shutdown" else reason
    if words.startswith("closespider_"):
        words = words.upper()
    return f"stopped ({words})" + (f": {', '.join(left)}" if left else "")


def _outcomes(stats: Stats) -> dict[str, int]:
    found = {words: _sum(stats, f"newswire/{name}") for name, words in PAGES.items()}
    ours = _sum(stats, "newswire/dropped", "newswire/outbox/dropped")
    found[DROPPED] = stats.get("item_dropped_count", 0) - ours
    return found


def _exported(stats: Stats) -> int:
    """Return how many articles are of pages of this run, not left over from an earlier one."""
    others = _left_over(stats) + _sum(stats, "newswire/left_to_others/unwritten")
    return max(0, int(stats.get("item_scraped_count", 0)) - others)


def _left_over(stats: Stats) -> int:
    """Return how many articles of earlier runs were exported by this one."""
    lost = _sum(stats, "newswire/outbox/dropped", "newswire/outbox/failed")
    return int(stats.get("newswire/outbox/left_over", 0)) - lost


def _given(stats: Stats) -> int:
    given: int = stats.get("newswire/given", 0)
    return given


def _unaccounted(stats: Stats) -> int:
    return max(0, _given(stats) - _exported(stats) - sum(_outcomes(stats).values()))


def _sum(stats: Stats, *prefixes: str) -> int:
    """Return the sum of stats: all below a name that ends with a slash, else that one."""
    return sum(
        int(value)
        for name, value in stats.items()
        if any(name == p or (p.endswith("/") and name.startswith(p)) for p in prefixes)
    )
