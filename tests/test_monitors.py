"""The drift alarm: what raises it, what must not, in which window; a redesign of the wire."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.ledger import Counted, Ledger
from newswire.ledger.history import DAY
from newswire.operate.drift import NEW_NORMAL, Alarm, Floors, Window, judge, windows
from newswire.operate.drift_alarm import look
from newswire.operate.outcome import problems
from tests.crawl import crawl
from tests.simulated import running

FLOORS = Floors()
ORDINARY = {
    "pages": 40, "articles": 38, "no_article": 2, "no_description": 12, "no_dateline": 8,
    "no_date": 1, "guessed": 1, "blocks": 800, "rule/share": 36, "dropped/share": 40,
    "rule/rare": 1, "dropped/rare": 30, "lists": 3,
}  # fmt: skip


def days(number: int, **other: int) -> list[Counted]:
    return [Counted(1e9 - n * DAY, ORDINARY | other) for n in range(1, number + 1)]


def measures(now: dict[str, int], history: list[Counted] | None = None) -> list[str]:
    earlier = days(10) if history is None else history
    return [a.measure for a in judge(earlier, [Window(1e9, ORDINARY | now)], FLOORS)]


def test_each_measure() -> None:
    assert measures({}) == []
    for name in ("no_description", "no_dateline", "no_date", "guessed", "no_headline"):
        assert measures({name: 38}) == [name]
    few = {"pages": 40, "no_article": 30, "articles": 10, "no_description": 3, "no_dateline": 2}
    assert measures(few) == ["no_article"]
    assert measures({"rule/share": 0, "dropped/share": 0}) == ["rules_stopped"]
    assert measures({"rule/rare": 0, "dropped/rare": 0}) == []
    assert measures({"dropped/share": 600}) == ["dropped/share"]
    assert measures({"pages": 0, "articles": 0, "blocks": 0}) == ["articles"]
    assert measures({"pages": 0, "articles": 0, "blocks": 0, "lists": 0}) == ["lists"]


def test_small_and_first_runs() -> None:
    assert measures({"articles": 5, "pages": 5, "no_dateline": 5, "no_article": 0}, days(3)) == []
    assert measures({"no_dateline": 38}, []) == []
    assert measures({"guessed": 38}, []) == ["guessed"]
    # a slow decline, which every day's history excuses, ends at the floor
    assert measures({"guessed": 20}, days(10, guessed=11)) == ["guessed"]
    assert measures({"guessed": 20}, days(10, guessed=19)) == []


def test_an_alarm_says_what_was_and_what_is() -> None:
    (alarm,) = judge(days(10), [Window(1e9, ORDINARY | {"no_dateline": 38}, "in 3 hours")], FLOORS)
    assert alarm == Alarm("no_dateline", "21% of 380", "100% of 38 articles in 3 hours")


def test_alarmed_days_are_no_history_until_they_last() -> None:
    bad = {"no_dateline": 38, "alarms": 1}
    some = [Counted(1e9 - n, ORDINARY | bad) for n in range(1, NEW_NORMAL)]
    assert measures({"no_dateline": 38}, some + days(10)) == ["no_dateline"]
    lasting = [*some, Counted(1e9 - NEW_NORMAL, ORDINARY | bad)]
    assert measures({"no_dateline": 38}, lasting + days(10)) == []


@given(st.lists(st.integers(0, 40), min_size=3, max_size=12), st.integers(0, 99))
def test_order_of_history_is_nothing(hits: list[int], seed: int) -> None:
    units = [Counted(1e9 - n, ORDINARY | {"no_date": k}) for n, k in enumerate(hits, 1)]
    now = [Window(1e9, ORDINARY | {"no_date": 38})]
    mixed = random.Random(seed).sample(units, len(units))
    assert judge(mixed, now, FLOORS) == judge(units, now, FLOORS)


@given(st.integers(0, 60), st.floats(0, 1), st.integers(1, 30))
def test_a_day_as_ever_is_no_alarm(pages: int, share: float, number: int) -> None:
    counts = {"pages": pages, "articles": pages, "blocks": 20 * pages, "lists": 2}
    counts |= {"no_date": int(share * pages), "rule/a": int(share * pages)}
    history = [Counted(1e9 - n * DAY, counts) for n in range(1, number + 1)]
    assert judge(history, [Window(1e9, counts)], FLOORS) == []


def test_windows_read_no_more_than_they_need() -> None:
    def runs() -> Iterator[Counted]:
        for n in range(1, 1000):
            assert n <= 24
            yield Counted(1e9 - n * 3600, {"pages": 6, "lists": 1})

    short, day = windows(Counted(1e9, {"pages": 6, "lists": 1}), runs())
    assert (short.counts["pages"], short.words) == (24, "in 3 hours")
    assert (day.counts["pages"], day.counts["lists"], day.started) == (144, 24, 1e9 - DAY)
    # an edition of three articles a day is judged by what it wrote in a week
    quiet = [Counted(1e9 - n * DAY / 3, {"pages": 1}) for n in range(1, 100)]
    assert windows(Counted(1e9, {"pages": 1}), quiet)[0].counts["pages"] == 20


# Histories of a month, as cron makes them: an edition that writes 120 articles a day, none at night


class Simulated:
    """A ledger that is crawled every so many minutes."""

    def __init__(self, minutes: int) -> None:
        self.now = 1_640_000_000.0  # 2021-12-20 11:33 UTC
        self.minutes = minutes
        self.ledger = Ledger(":memory:", lambda: self.now)
        self.chance = random.Random(1)
        self.ledger.runs.begin("sputnik")
        self.number = 0

    def hours(self, hours: float, broken: Callable[[str], bool] = lambda _: False,
              editions: tuple[str, ...] = ("sputnik:tj", "sputnik:kg"),
              quiet: bool = False) -> dict[str, list[tuple[float, Alarm]]]:  # fmt: skip
        """Crawl for so long; return, by edition, after how many hours which alarms came."""
        began, found = self.now, {edition: list[tuple[float, Alarm]]() for edition in editions}
        while self.now - began < hours * 3600:
            self.now += self.minutes * 60
            self.number += 1
            self.ledger.runs.id = self.number
            for edition in editions:
                counts = self._counts(quiet=quiet, broken=broken(edition))
                now = Counted(self.now, counts)
                alarms = look(self.ledger, edition, "newest", now, FLOORS)
                hours_on = (self.now - began) / 3600
                found[edition] += [(hours_on, alarm) for alarm in alarms]
                counts["alarms"] = len(alarms)
                self.ledger.history.count(edition, "newest", now)
        return found

    def _counts(self, *, quiet: bool, broken: bool) -> dict[str, int]:
        mean = 0.0
        for minute in range(0, self.minutes, 10):
            awake = 6 <= ((self.now - minute * 60) / 3600) % 24 < 22
            mean += 1.25 * awake * (not quiet)  # 120 in 16 hours of ten minutes
        pages = round(max(0.0, self.chance.gauss(mean, mean**0.5)))
        spoilt = [self.chance.random() < (1.0 if broken else 0.1) for _ in range(pages)]
        return {
            "pages": pages, "articles": pages, "blocks": 20 * pages, "lists": 2,
            "no_dateline": sum(spoilt), "rule/share": pages, "dropped/share": pages,
        }  # fmt: skip


@pytest.mark.parametrize("minutes", [10, 60, 1440])
def test_histories(minutes: int) -> None:
    """What cron makes of an ordinary month, and then of a broken edition and of all broken."""
    wire = Simulated(minutes)
    month = wire.hours(24 * (30 if minutes > 10 else 9))
    assert month == {"sputnik:tj": [], "sputnik:kg": []}
    # one edition: within hours, and not the other
    one = wire.hours(48, broken=lambda edition: edition == "sputnik:tj")
    assert one["sputnik:kg"] == []
    first, alarm = one["sputnik:tj"][0]
    # until twenty pages of the day's 120 have come, or the next run
    assert first <= max(15, minutes / 60)
    assert alarm.measure == "no_dateline"
    assert alarm.before.startswith(("9%", "10%", "11%"))
    # mended, it is silent again within a few pages
    mended = wire.hours(48)
    assert [hour for hour, _ in mended["sputnik:tj"] if hour > max(15, minutes / 60)] == []
    every = wire.hours(48, broken=lambda _: True)
    assert {e: alarms[0][1].measure for e, alarms in every.items()} == {
        "sputnik:tj": "no_dateline",
        "sputnik:kg": "no_dateline",
    }
    wire.ledger.close()


def test_a_night_without_news_is_none_and_a_day_is_one() -> None:
    wire = Simulated(60)
    assert wire.hours(24 * 9)["sputnik:tj"] == []
    silent = wire.hours(30, quiet=True)
    first, alarm = silent["sputnik:tj"][0]
    assert (alarm.measure, first > 12) == ("articles", True)
    wire.ledger.close()


def test_a_new_edition_has_no_history() -> None:
    wire = Simulated(60)
    wire.hours(24 * 5)
    new = wire.hours(48, editions=("sputnik:tj", "sputnik:am"), broken=lambda e: e == "sputnik:am")
    assert new == {"sputnik:tj": [], "sputnik:am": []}
    # what no edition may be is said at once
    broken = Counted(wire.now, {"pages": 12, "articles": 12, "guessed": 12, "lists": 1})
    (alarm,) = look(wire.ledger, "sputnik:by", "newest", broken, FLOORS)
    assert (alarm.measure, alarm.before) == ("guessed", "at most 50%")
    wire.ledger.close()


def test_exit_code() -> None:
    assert problems({"newswire/alarm/no_date": 1}) == ["1 drift alarm"]


def test_redesign(tmp_path: Path) -> None:
    """Ordinary days raise nothing, the first run after a redesign does, and nothing is lost."""
    first = date(2021, 11, 8)
    options = ["-s", f"NEWSWIRE_LEDGER={tmp_path / 'l.db'}", "-a", "edition=tj"]
    options += ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]

    def day(site: str, start: int, end: int) -> list[str]:
        since, until = (first + timedelta(n) for n in (start, end))
        return [*options, "-a", f"site={site}", "-a", f"since={since}", "-a", f"until={until}"]

    with running(ids=("tj",)) as server:
        for span in ((0, 1), (2, 3), (4, 4), (5, 6)):
            done = crawl(tmp_path / "a.jsonl", *day(server.sites["tj"], *span))
            assert done.code == 0, done.log
            assert "newswire/alarm/" not in done.log
    with running(ids=("tj",), redesign=True) as server:
        done = crawl(tmp_path / "b.jsonl", *day(server.sites["tj"], 7, 8))
        wanted = server.numbers("tj", first + timedelta(7), first + timedelta(8))
    assert done.code == 1, done.log
    assert done.stats["newswire/alarm/guessed"] == 1, done.log
    line = r"Alarm: edition sputnik:tj: guessed: before \d% of \d+, now 100% of 21 articles: look"
    assert re.search(line, done.log), done.log
    assert len(done.items) == len(wanted)
