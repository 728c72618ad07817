"""Do the pages still read as they did? What is judged, of which window, against which history.

Like is compared with like: an edition with itself, a crawl of the newest with such crawls, a
back-fill with back-fills, a replay with replays into the same ledger. Of the newest a window of
time is judged, however many runs are in it: 24 hours, and the shortest that holds a few pages, so
that a break is said within hours; their history are the days before. Other kinds are judged run by
run.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from newswire.ledger.history import DAY, Counted

# A window is as long as this at most, and the short one holds so many pages if there are any.
LONGEST, RECENT_PAGES = 7 * DAY, 20
LEAST_UNITS, LEAST_PAGES = 3, 10
# How rarely an ordinary window is taken for a break: of 50 editions, 8 measures and 10 independent
# windows a day, once in eight months.
FALSE_ALARMS = 1e-6
# After so many alarmed days (of other kinds: runs) in a row their level is the normal one.
NEW_NORMAL = 7
LEAST_DAYS, LEAST_DAILY = 7, 10
# Runs of a kind that are compared, other than the newest.
RUNS = 28
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


class Floors(NamedTuple):
    """Below these no alarm: `share` (0 to 1) above the history, `absolute` share whatever it is."""

    share: float = 0.2
    absolute: float = 0.5


@dataclass(frozen=True, slots=True)
class Alarm:
    """A measure that is not as it was; `before` and `now` are words for the log."""

    measure: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Window:
    """What is judged: the sums of the runs since `started`; `words` say how long that is."""

    started: float
    counts: Mapping[str, int]
    words: str = ""


def windows(now: Counted, earlier: Iterable[Counted]) -> list[Window]:
    """Return the windows of a run of the newest, the shorter first; `earlier` come newest first.

    Of `earlier` no more is read than is needed.
    """
    recent, day = Counter(now.counts), Counter(now.counts)
    begun = oldest = now.started
    for run in earlier:
        age = now.started - run.started
        full = recent["pages"] >= RECENT_PAGES
        if age >= (DAY if full else LONGEST):
            break
        if not full:
            recent.update(run.counts)
            begun = run.started
        if age < DAY:
            day.update(run.counts)
            oldest = run.started
    short = Window(begun, recent, _words(now.started - begun))
    return [short, Window(min(oldest, now.started - DAY), day, "in 24 hours")]


def _words(seconds: float) -> str:
    hours = math.ceil(seconds / 3600)
    return ("in this run", "in an hour")[hours] if hours < 2 else f"in {hours} hours"


def judge(
    history: Iterable[Counted],
    seen: Sequence[Window],
    floors: Floors,
    *,
    absolute: bool = True,
    daily: bool = True,
) -> list[Alarm]:
    """Return what is out of order in windows, each measure once; the shorter windows come first.

    `history` are units of the same kind (days, or runs) before them, in any order. `absolute`
    applies that floor. `daily`: the last window is of 24 hours and the history of days, so that
    numbers can be compared too.
    """
    units = sorted(history, key=lambda unit: (-unit.started, sorted(unit.counts.items())))
    good = _good(units)
    found: dict[str, Alarm] = {}
    for window in seen:
        for measure, whole in SHARES.items():
            if _over(good, measure, whole, seen[0], floors):
                continue
            alarm = _share(measure, whole, good, window, floors, absolute=absolute)
            if alarm:
                found.setdefault(measure, alarm)
        for alarm in _rules(good, window, floors):
            found.setdefault(alarm.measure, alarm)
    if daily:
        found |= {alarm.measure: alarm for alarm in _numbers(good, seen[-1])}
    return list(found.values())


def _good(units: list[Counted]) -> list[Counted]:
    """Return the units to compare with: those without an alarm, or alarmed ones that lasted."""
    begun = [unit for unit in units if unit.counts.get("pages") or unit.counts.get("lists")]
    if len(begun) >= NEW_NORMAL and all(u.counts.get("alarms") for u in begun[:NEW_NORMAL]):
        return begun[:NEW_NORMAL]
    return [unit for unit in begun if not unit.counts.get("alarms")]


def _over(units: list[Counted], part: str, whole: str, recent: Window, floors: Floors) -> bool:
    """Return True if the newest pages are as ever: what was broken earlier is mended."""
    sample = recent.counts.get(whole, 0)
    known = _expected(units, part, whole, whole)
    if sample < LEAST_PAGES or known is None:
        return False
    return recent.counts.get(part, 0) / sample - known.share <= floors.share / 2


class _Expected(NamedTuple):
    """The share of a part in the history, and how alike the pages of one unit are (0 to 1)."""

    share: float
    alike: float
    pages: int

    def at_least(self, hits: int, sample: int) -> float:
        """Return the chance of so many hits or more among `sample` new pages."""
        return _tail(hits, sample, self.share, self.alike)

    def at_most(self, hits: int, sample: int) -> float:
        """Return the chance of so few."""
        return _tail(sample - hits, sample, 1 - self.share, self.alike)


def _expected(units: list[Counted], part: str, whole: str, clusters: str) -> _Expected | None:
    """Return what `part` is as a share of `whole`; None if too little is known.

    The dependence of what one unit reads is estimated by moments. The pages, not the blocks, are
    what is drawn: the blocks of one page are alike.
    """
    drawn = [(min(u.counts.get(part, 0), n), n, pages) for u in units
             if (n := u.counts.get(whole)) and (pages := u.counts.get(clusters))]  # fmt: skip
    pages = sum(n for _, _, n in drawn)
    if len(drawn) < LEAST_UNITS or pages < 2 * LEAST_PAGES:
        return None
    hits, total = sum(k for k, _, _ in drawn), sum(n for _, n, _ in drawn)
    share = (hits + 0.5) / (total + 1)
    variance = share * (1 - share)
    chi = sum(n * (k / of - share) ** 2 / variance for k, of, n in drawn) / (len(drawn) - 1)
    alike = max(0.0, (chi - 1) / max(pages / len(drawn) - 1, 1))
    # the history is a sample too
    return _Expected(share, min(alike + 1 / pages, 0.99), pages)


def _tail(hits: int, sample: int, share: float, alike: float) -> float:
    """Return P(X >= hits) of a beta-binomial X; `alike` is its intra-class correlation."""
    if sample > 1000:
        hits, sample = math.ceil(hits * 1000 / sample), 1000
    one = share * (1 / alike - 1)
    two = (1 - share) * (1 / alike - 1)

    def chance(k: int) -> float:
        return math.exp(
            math.lgamma(sample + 1) - math.lgamma(k + 1) - math.lgamma(sample - k + 1)
            + math.lgamma(k + one) + math.lgamma(sample - k + two) - math.lgamma(sample + one + two)
            + math.lgamma(one + two) - math.lgamma(one) - math.lgamma(two)
        )  # fmt: skip

    return math.fsum(chance(k) for k in range(hits, sample + 1))


def _share(
    measure: str, whole: str, units: list[Counted], window: Window, floors: Floors, *,
    absolute: bool,
) -> Alarm | None:  # fmt: skip
    sample, hits = window.counts.get(whole, 0), window.counts.get(measure, 0)
    if sample < LEAST_PAGES:
        return None
    seen, now = hits / sample, f"{hits / sample:.0%} of {sample} {whole} {window.words}".rstrip()
    known = _expected(units, measure, whole, whole)
    ordinary = known.share if known else 0.0
    if seen - ordinary <= floors.share:
        return None
    before = f"{known.share:.0%} of {known.pages}" if known else f"at most {floors.absolute:.0%}"
    if absolute and measure in ABSOLUTE and seen > floors.absolute:
        return Alarm(measure, before, now)
    if known and known.at_least(hits, sample) < FALSE_ALARMS:
        return Alarm(measure, before, now)
    return None


def _rules(units: list[Counted], window: Window, floors: Floors) -> Iterable[Alarm]:
    """Yield rules that drop far more than they did, and, in one alarm, those that stopped."""
    counts = window.counts
    articles, blocks = counts.get("articles", 0), counts.get("blocks", 0)
    if articles < LEAST_PAGES or not blocks:
        return
    every = (*(unit.counts for unit in units), counts)
    stopped = []
    for name in sorted({name for each in every for name in each if name.startswith("rule/")}):
        rule = name.removeprefix("rule/")
        seen = counts.get(f"dropped/{rule}", 0) / blocks
        dropped = _expected(units, f"dropped/{rule}", "blocks", "articles")
        if dropped and seen - dropped.share > floors.share:
            hits = round(min(seen, 1.0) * articles)
            if dropped.at_least(hits, articles) < FALSE_ALARMS:
                now = f"{seen:.0%} {window.words}".rstrip()
                yield Alarm(f"dropped/{rule}", f"{dropped.share:.0%} of blocks", now)
        known = _expected(units, name, "articles", "articles")
        if known and not counts.get(name) and known.at_most(0, articles) < FALSE_ALARMS:
            stopped.append(f"{rule} {known.share:.0%}")
    if stopped:
        now = f"none of {articles} {window.words}".rstrip()
        yield Alarm("rules_stopped", f"pages with {', '.join(stopped)}", now)


def _numbers(days: list[Counted], window: Window) -> Iterable[Alarm]:
    """Yield an alarm when a day's lists do not answer, or its articles are far below all days."""
    listed = [day.counts for day in days if day.counts.get("lists")]
    if len(listed) < LEAST_DAYS:
        return
    if not window.counts.get("lists"):
        usual = median(counts["lists"] for counts in listed)
        yield Alarm("lists", f"{usual:.0f} lists a day", "none answered in 24 hours")
        return
    numbers = [counts.get("articles", 0) for counts in listed]
    usual, seen = median(numbers), window.counts.get("articles", 0)
    if usual >= LEAST_DAILY and seen < min(usual / 5, min(numbers) / 2):
        yield Alarm("articles", f"{usual:.0f} articles a day", f"{seen} in 24 hours")
