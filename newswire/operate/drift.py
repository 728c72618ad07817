"""Do the pages still read as they did? The drift alarm, learnt from the runs in the ledger.

Like is compared with like: an edition with itself, a crawl of the newest with such crawls, a
back-fill with back-fills, a replay with replays into the same ledger.
"""

from __future__ import annotations

import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import time
from typing import Any, NamedTuple

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newswire.crawl.keeper import Keeper
from newswire.errors import LedgerError
from newswire.ledger import Run
from newswire.page import witness
from newswire.page.model import Draft
from newswire.page.reading import GUESSED
from newswire.pipelines import Pipeline
from newswire.wires.urls import article_key

logger = logging.getLogger(__name__)

PREFIX = "newswire/edition/"
RUNS = 200  # of the ledger that are read; 20 of them are compared
RECENT = 20
LEAST_RUNS, LEAST_PAGES = 3, 10
# One false alarm in 30,000 comparisons, were all pages independent; their dependence is learnt.
SIGMAS = 4.0
# After so many alarmed runs in a row their level is the normal one.
NEW_NORMAL = 10
DAY, LEAST_DAYS, LEAST_DAILY = 86400.0, 7, 10
# measure -> what it is a share of
SHARES = {
    "no_article": "pages",
    "guessed": "articles",
    "no_headline": "articles",
    "no_description": "articles",
    "no_dateline": "articles",
    "no_date": "articles",
    # shorter or longer than the page says, of those that say it
    "text_share": "witnessed",
}
# these are broken without any history too
ABSOLUTE = ("no_article", "guessed", "text_share")


class Counters(NamedTuple):
    """What a run counted of one edition; `started` in seconds since 1970."""

    started: float
    counts: Mapping[str, int]


class Floors(NamedTuple):
    """Below these no alarm: `share` (0 to 1) off the history, `absolute` share without one."""

    share: float = 0.2
    absolute: float = 0.5


@dataclass(frozen=True, slots=True)
class Alarm:
    """A measure that is not as it was; `expected` and `seen` are words for the log."""

    measure: str
    expected: str
    seen: str


def judge(
    history: Sequence[Counters], now: Counters, floors: Floors, *, absolute: bool = True
) -> list[Alarm]:
    """Return what is out of order in a run, given earlier runs of the same kind in any order.

    `absolute` applies a floor where there is no history.
    """
    runs = sorted(history, key=lambda run: (-run.started, sorted(run.counts.items())))
    good = _good(runs)
    alarms = [
        alarm
        for measure, whole in SHARES.items()
        if (alarm := _share(measure, whole, good, now, floors, absolute=absolute))
    ]
    return [*alarms, *_rules(good, now, floors), *_count(runs, now)]


def _good(runs: list[Counters]) -> list[Counters]:
    """Return the recent runs that read a page, without those that raised an alarm."""
    read = [run for run in runs if run.counts.get("pages")]
    if len(read) >= NEW_NORMAL and all(r.counts.get("alarms") for r in read[:NEW_NORMAL]):
        return read[:NEW_NORMAL]
    return [run for run in read if not run.counts.get("alarms")][:RECENT]


def _expected(
    runs: list[Counters], part: str, whole: str, sample: int, clusters: str
) -> tuple[float, float] | None:
    """Return share and standard error of `part` in `sample` new clusters; None if unknown.

    Beta-binomial: the dependence of what one run reads is estimated by moments. The pages, not the
    blocks, are what is drawn: the blocks of one page are alike.
    """
    drawn = [(min(r.counts.get(part, 0), n), n, pages) for r in runs
             if (n := r.counts.get(whole)) and (pages := r.counts.get(clusters))]  # fmt: skip
    pages = sum(n for _, _, n in drawn)
    if len(drawn) < LEAST_RUNS or pages < 2 * LEAST_PAGES:
        return None
    hits, total = sum(k for k, _, _ in drawn), sum(n for _, n, _ in drawn)
    share = (hits + 0.5) / (total + 1)
    variance = share * (1 - share)
    chi = sum(n * (k / of - share) ** 2 / variance for k, of, n in drawn) / (len(drawn) - 1)
    rho = min(max(0.0, (chi - 1) / max(pages / len(drawn) - 1, 1)), 1.0)
    return share, math.sqrt(variance * ((1 + (sample - 1) * rho) / sample + 1 / pages))


def _share(
    measure: str, whole: str, runs: list[Counters], now: Counters, floors: Floors, *, absolute: bool
) -> Alarm | None:
    sample = now.counts.get(whole, 0)
    if sample < LEAST_PAGES:
        return None
    seen = now.counts.get(measure, 0) / sample
    known = _expected(runs, measure, whole, sample, whole)
    if known is None:
        if absolute and measure in ABSOLUTE and seen > floors.absolute:
            return Alarm(measure, f"at most {floors.absolute:.0%}", f"{seen:.0%} of {sample}")
        return None
    share, error = known
    if seen - share > max(floors.share, SIGMAS * error):
        return Alarm(measure, f"{share:.0%}", f"{seen:.0%} of {sample}")
    return None


def _rules(runs: list[Counters], now: Counters, floors: Floors) -> Iterable[Alarm]:
    """Yield rules that drop far more than they did, and, in one alarm, those that stopped."""
    articles, blocks = now.counts.get("articles", 0), now.counts.get("blocks", 0)
    if articles < LEAST_PAGES or not blocks:
        return
    known = {name for run in (*runs, now) for name in run.counts if name.startswith("rule/")}
    stopped = []
    for name in sorted(known):
        rule = name.removeprefix("rule/")
        seen = now.counts.get(f"dropped/{rule}", 0) / blocks
        dropped = _expected(runs, f"dropped/{rule}", "blocks", articles, "articles")
        if dropped and seen - dropped[0] > max(floors.share, SIGMAS * dropped[1]):
            yield Alarm(f"dropped/{rule}", f"{dropped[0]:.0%} of blocks", f"{seen:.0%}")
        hits = _expected(runs, name, "articles", articles, "articles")
        if hits and not now.counts.get(name) and hits[0] > SIGMAS * hits[1]:
            stopped.append(f"{rule} {hits[0]:.0%}")
    if stopped:
        yield Alarm("rules_stopped", f"pages with {', '.join(stopped)}", f"none of {articles}")


def _count(runs: list[Counters], now: Counters) -> Iterable[Alarm]:
    """Yield an alarm when lists answer and the articles of 24 hours are far below all days."""
    if not now.counts.get("lists"):
        return
    days: defaultdict[int, int] = defaultdict(int)
    for run in (*runs, now):
        if run.counts.get("lists"):
            # windows back from now: nights and the pace of cron do not matter
            days[int((now.started - run.started) // DAY)] += run.counts.get("articles", 0)
    seen = days.pop(0, 0)
    usual = median(days.values()) if len(days) >= LEAST_DAYS else 0
    if usual >= LEAST_DAILY and seen < min(usual / 5, min(days.values()) / 2):
        yield Alarm("articles", f"{usual:.0f} in 24 hours", str(seen))


def read(runs: Iterable[Run], kind: str) -> dict[str, list[Counters]]:
    """Return, by edition, what the runs of that kind counted."""
    found: dict[str, list[Counters]] = {}
    for run in runs:
        stats: Mapping[str, Any] = run.stats or {}
        if stats.get("newswire/kind") != kind:
            continue
        counted: dict[str, dict[str, int]] = {}
        for name, value in stats.items():
            if name.startswith(PREFIX):
                edition, _, counter = name.removeprefix(PREFIX).partition("/")
                counted.setdefault(edition, {})[counter] = value
        for edition, counts in counted.items():
            found.setdefault(edition, []).append(Counters(run.started, counts))
    return found


class DriftAlarm(Pipeline):
    """Count each edition's pages, and at the end of a crawl compare them with the ledger's runs.

    A step before that which keeps articles: a repeated article is read as well as a new one, and
    one that a dead crawl left over was read by another.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._editions: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._started = time()
        connect = crawler.signals.connect
        connect(self._dropped, signals.item_dropped)
        connect(self._answered, signals.response_received)
        connect(self._closed, signals.spider_closed)

    def process(self, draft: Draft) -> Draft:
        """Count a whole article."""
        article = draft.article
        if article.edition is None:
            return draft
        counts = self._editions[article.edition]
        counts.update(("pages", "articles"))
        missing = {
            "guessed": article.extractor in GUESSED,
            "no_headline": not article.headline,
            "no_description": not article.description,
            "no_dateline": not article.dateline,
            "no_date": not article.date_published,
        }
        if share := witness.share(draft):
            counts["witnessed"] += 1
            missing["text_share"] = share.is_far
        counts.update(name for name, is_so in missing.items() if is_so)
        rules = Counter(block.rule for block in draft.blocks if block.rule)
        counts["blocks"] += len(draft.blocks)
        counts.update(f"rule/{rule}" for rule in rules)
        counts.update({f"dropped/{rule}": number for rule, number in rules.items()})
        return draft

    def _dropped(self, item: object) -> None:
        if isinstance(item, Draft) and not item.article.content_hash:
            key = article_key(item.facts.url) if item.facts.url else None
            # what other steps drop, say for its edition, has one already
            if key and not item.article.edition:
                self._editions[key.edition.id].update(("pages", "no_article"))

    def _answered(self, response: Response) -> None:
        about = response.request.cb_kwargs if response.request else {}
        if response.status == 200 and "run" in about and "key" not in about:
            self._editions[about["run"].site.edition.id]["lists"] += 1

    def _closed(self) -> None:
        stats, keeper = self.crawler.stats, self.crawler.get_extension(Keeper)
        assert stats is not None
        assert keeper is not None  # of EXTENSIONS
        kind = self._kind()
        stats.set_value("newswire/kind", kind)
        try:
            history = read(keeper.ledger.runs(self.spider.name, RUNS), kind)
        except LedgerError as error:
            logger.error("No drift alarm: %s", error)
            history = {}
        share = self.crawler.settings.getfloat("NEWSWIRE_ALARM_SHARE")
        absolute = self.crawler.settings.getfloat("NEWSWIRE_ALARM_ABSOLUTE")
        floors = Floors(share, absolute)
        for edition, counts in sorted(self._editions.items()):
            now = Counters(self._started, dict(counts))
            alarms = judge(history.get(edition, []), now, floors, absolute=kind != "replay")
            for alarm in alarms:
                logger.error(
                    "Alarm: edition %s: %s: expected %s, seen %s: look at its pages and rules",
                    *(edition, alarm.measure, alarm.expected, alarm.seen),
                )
                self.count(f"alarm/{alarm.measure}")
            for name, number in (counts + Counter(alarms=len(alarms))).items():
                stats.set_value(f"{PREFIX}{edition}/{name}", number)

    def _kind(self) -> str:
        given = getattr(self.spider, "given", None)
        if given is None or given.replay is not None:
            return "replay"
        return "days" if given.days else "given" if given.urls else "newest"
