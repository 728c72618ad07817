"""The drift alarm: what raises it, what must not, and a redesign of the simulated wire."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newswire.operate.drift import DAY, NEW_NORMAL, Counters, Floors, judge
from newswire.operate.outcome import problems
from tests.crawl import crawl
from tests.simulator.fixtures import running

FLOORS = Floors()
ORDINARY = {
    "pages": 40, "articles": 38, "no_article": 2, "no_description": 12, "no_dateline": 8,
    "no_date": 1, "guessed": 1, "blocks": 800, "rule/share": 36, "dropped/share": 40,
    "rule/rare": 1, "dropped/rare": 30, "lists": 3,
}  # fmt: skip


def days(number: int, **other: int) -> list[Counters]:
    return [Counters(1e9 - n * DAY, ORDINARY | other) for n in range(1, number + 1)]


def measures(now: dict[str, int], history: list[Counters] | None = None) -> list[str]:
    earlier = days(10) if history is None else history
    return [a.measure for a in judge(earlier, Counters(1e9, ORDINARY | now), FLOORS)]


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
    # no list answered: another line says so
    assert measures({"pages": 0, "articles": 0, "blocks": 0, "lists": 0}) == []


def test_small_and_first_runs() -> None:
    assert measures({"articles": 5, "pages": 5, "no_dateline": 5, "no_article": 0}, days(3)) == []
    assert measures({"no_dateline": 38}, []) == []
    assert measures({"guessed": 38}, []) == ["guessed"]


def test_alarmed_runs_are_no_history_until_they_last() -> None:
    bad = {"no_dateline": 38, "alarms": 1}
    some = [Counters(1e9 - n, ORDINARY | bad) for n in range(1, NEW_NORMAL)]
    assert measures({"no_dateline": 38}, some + days(10)) == ["no_dateline"]
    lasting = [*some, Counters(1e9 - NEW_NORMAL, ORDINARY | bad)]
    assert measures({"no_dateline": 38}, lasting + days(10)) == []


@given(st.lists(st.integers(0, 40), min_size=3, max_size=12), st.integers(0, 99))
def test_order_of_history_is_nothing(hits: list[int], seed: int) -> None:
    runs = [Counters(1e9 - n, ORDINARY | {"no_date": k}) for n, k in enumerate(hits, 1)]
    now = Counters(1e9, ORDINARY | {"no_date": 38})
    mixed = random.Random(seed).sample(runs, len(runs))
    assert judge(mixed, now, FLOORS) == judge(runs, now, FLOORS)


@given(st.integers(0, 60), st.floats(0, 1), st.integers(1, 30))
def test_a_run_as_ever_is_no_alarm(pages: int, share: float, runs: int) -> None:
    counts = {"pages": pages, "articles": pages, "blocks": 20 * pages, "lists": 2}
    counts |= {"no_date": int(share * pages), "rule/a": int(share * pages)}
    history = [Counters(1e9 - n * DAY, counts) for n in range(1, runs + 1)]
    assert judge(history, Counters(1e9, counts), FLOORS) == []


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
    assert "Alarm: edition tj: guessed: expected " in done.log
    assert len(done.items) == len(wanted)
