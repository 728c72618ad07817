"""What lasts between crawls: transitions, leases, locks, the outbox; and after `kill -9`."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from newswire.boilerplate.learnt import PAGES, renewed
from newswire.errors import LedgerError
from newswire.feeds.storage import mend
from newswire.items import Article, Dateline, Image, Place, Related, Source, Stripped
from newswire.ledger import RUN_SECONDS, Found, Ledger
from newswire.ledger.frontier import LEASE_SECONDS, RETRY_CAP
from newswire.ledger.relations import Verdict
from newswire.ledger.runs import last_runs, runs_with
from newswire.page.model import Fetched
from tests.crawl import ROOT
from tests.ledger_worker import EDITION, article

KEY = f"{EDITION}:1"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_ledger(location: str, clock: Clock) -> Iterator[Callable[[], Ledger]]:
    """Open the same ledger again and again, as runs that follow each other or are there at once."""
    opened = []

    def one() -> Ledger:
        ledger = Ledger(location, clock)
        ledger.runs.begin("sputnik")
        opened.append(ledger)
        return ledger

    yield one
    for ledger in opened:
        ledger.close()


def found(number: int, lastmod: str | None = None, **more: Any) -> Found:
    url = f"https://example.org/{number}.html"
    return Found(f"{EDITION}:{number}", url, lastmod=lastmod, **more)


def keys(ledger: Ledger, number: int = 100, **more: Any) -> list[str]:
    leases = ledger.frontier.lease(EDITION, number, **more)
    return [lease.key.rpartition(":")[2] for lease in leases]


OUTCOMES: dict[str, Callable[[Ledger], object]] = {
    "none": lambda ledger: None,
    "stored": lambda ledger: ledger.articles.store(article(1), Fetched(KEY, '"tag"', "a date")),
    "not_modified": lambda ledger: ledger.frontier.not_modified(KEY),
    "gone": lambda ledger: ledger.frontier.gone(KEY),
    "no_article": lambda ledger: ledger.frontier.no_article(KEY, "empty"),
    "failed": lambda ledger: ledger.frontier.failed(KEY, "503"),
    "asked to wait": lambda ledger: ledger.frontier.failed(KEY, "503", retry_after=5000),
}
EARLIER, LATER = "2021-12-23T10:00:00+05:00", "2021-12-23T05:00:01Z"


@pytest.mark.parametrize(
    ("outcome", "seconds", "lastmod", "due"),
    [
        ("none", 0, None, False),  # leased
        ("none", LEASE_SECONDS - 1, LATER, False),
        ("none", LEASE_SECONDS, None, True),  # the lease ran out
        ("stored", 1e9, None, False),
        ("stored", 0, EARLIER, False),
        ("stored", 0, "not a date", False),
        ("stored", 0, LATER, True),
        ("not_modified", 1e9, EARLIER, False),
        ("not_modified", 0, LATER, True),
        ("gone", 1e9, LATER, False),
        ("no_article", 1e9, EARLIER, False),
        ("no_article", 0, LATER, True),
        ("failed", 299, LATER, False),
        ("failed", 300, None, True),
        ("asked to wait", 4999, None, False),
        ("asked to wait", 5000, None, True),
    ],
)
def test_transitions(
    open_ledger: Callable[[], Ledger],
    clock: Clock,
    outcome: str,
    seconds: float,
    lastmod: str | None,
    due: bool,
) -> None:
    """After an outcome, some time and another look at the lists, is the URL to be fetched?"""
    ledger = open_ledger()
    assert ledger.frontier.discover(EDITION, [found(1, EARLIER)]) == 1
    assert keys(ledger) == ["1"]
    OUTCOMES[outcome](ledger)
    clock.now += seconds
    ledger.frontier.discover(EDITION, [found(1, lastmod)])
    assert keys(ledger) == (["1"] if due else [])


def test_failures_wait_longer_and_longer(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    ledger = open_ledger()
    ledger.frontier.discover(EDITION, [found(1)])
    assert keys(ledger) == ["1"]
    for wait in [300, 600, 1200, *[300 * 2**n for n in range(3, 11)], *[RETRY_CAP] * 60]:
        ledger.frontier.failed(KEY, "timeout")
        clock.now += wait - 1
        assert keys(ledger) == []
        clock.now += 1
        assert keys(ledger) == ["1"]
    ledger.articles.store(article(1), Fetched(KEY))
    ledger.frontier.discover(EDITION, [found(1, LATER)])
    assert keys(ledger) == ["1"]
    ledger.frontier.failed(KEY, "timeout")
    clock.now += 300
    assert keys(ledger) == ["1"]


def test_validators_come_back(open_ledger: Callable[[], Ledger]) -> None:
    ledger = open_ledger()
    ledger.frontier.discover(EDITION, [found(1)])
    assert ledger.frontier.lease(EDITION, 1)[0][2:4] == (None, None)
    ledger.articles.store(article(1), Fetched(KEY, '"tag"', "a date"))
    ledger.frontier.discover(EDITION, [found(1, LATER)])
    assert ledger.frontier.lease(EDITION, 1)[0][2:4] == ('"tag"', "a date")
    ledger.frontier.not_modified(KEY)
    ledger.frontier.discover(EDITION, [found(1, "2022-01-01")])
    assert ledger.frontier.lease(EDITION, 1)[0][2:4] == ('"tag"', "a date")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "5 3 2 1 4"),
        ({"oldest_first": True}, "5 4 1 2 3"),
        ({"days": (date(2021, 12, 2), date(2021, 12, 3))}, "3 2"),
        ({"days": (date(2021, 12, 1), date(2021, 12, 2)), "oldest_first": True}, "1 2"),
    ],
)
def test_order_of_leases(
    open_ledger: Callable[[], Ledger], options: dict[str, Any], expected: str
) -> None:
    ledger = open_ledger()
    days = {1: "2021-12-01", 2: "2021-12-02T23:59:59+05:00", 3: "2021-12-03T00:00+05:00", 4: None}
    ledger.frontier.discover(EDITION, [found(n, published=day) for n, day in days.items()])
    ledger.frontier.discover(EDITION, [found(5, published="2020-01-01", priority=1)])
    ledger.frontier.discover("sputnik:kg", [Found("sputnik:kg:1", "https://example.org/kg")])
    assert keys(ledger, **options) == expected.split()


def test_outcome_of_a_lease_that_ran_out_changes_nothing(
    open_ledger: Callable[[], Ledger], clock: Clock
) -> None:
    slow, quick = open_ledger(), open_ledger()
    slow.frontier.discover(EDITION, [found(1)])
    assert keys(slow) == ["1"]
    clock.now += LEASE_SECONDS
    assert keys(quick) == ["1"]
    slow.frontier.gone(KEY)
    slow.frontier.failed(KEY, "timeout", retry_after=9999)
    quick.frontier.failed(KEY, "500")
    slow.frontier.no_article(KEY, "empty")
    clock.now += 300
    assert keys(quick) == ["1"]


# Texts of one id in the order they arrive: text, date_modified -> verdict, version, previous text.
@pytest.mark.parametrize(
    "story",
    [
        [("a", None, "new", 1, ""), ("a", None, "repeated", 1, "")],
        [("a", None, "new", 1, ""), ("b", None, "version", 2, "a"), ("a", None, "version", 3, "b")],
        [("a", EARLIER, "new", 1, ""), ("b", LATER, "version", 2, "a")],
        [
            ("a", LATER, "new", 1, ""),
            ("b", EARLIER, "older", 2, ""),
            ("a", LATER, "repeated", 1, ""),
            ("b", EARLIER, "repeated", 1, ""),
            ("c", LATER, "version", 3, "a"),
            ("a", EARLIER, "repeated", 1, ""),
        ],
        [("a", LATER, "new", 1, ""), ("b", "2021-12-22", "older", 2, "")],
        [("a", LATER, "new", 1, ""), ("b", "nonsense", "version", 2, "a")],
    ],
)
def test_versions(
    open_ledger: Callable[[], Ledger], story: list[tuple[str, str | None, str, int, str]]
) -> None:
    for text, modified, verdict, version, previous in story:
        ledger, kept = open_ledger(), article(1, text, modified)
        assert ledger.articles.store(kept).verdict.value == verdict
        assert kept.version == version
        assert kept.previous == (article(1, previous).content_hash if previous else None)


def test_same_text_links_to_the_first(open_ledger: Callable[[], Ledger]) -> None:
    ledger = open_ledger()
    copies = [article(n, "the same") for n in (3, 1, 2)]
    verdicts = [ledger.articles.store(copy).verdict for copy in copies]
    assert verdicts == [Verdict.NEW, Verdict.SAME_TEXT, Verdict.SAME_TEXT]
    assert [c.duplicate_of for c in copies] == [None, *[f"{EDITION}:3"] * 2]


def test_runs_with_a_counter(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    for stats in ({"newswire/alert/told": 1}, {"newswire/alert/withheld": 1}):
        open_ledger().runs.finish(stats)
    ledger = open_ledger()

    def found(scope: str, since: float) -> list[dict[str, int] | None]:
        runs = runs_with(ledger.database, "newswire/alert/told", scope, since)
        return [run.stats for run in runs]

    assert found("sputnik", clock() - 1) == [{"newswire/alert/told": 1}]
    assert found("sputnik", clock() + 1) == found("ria", clock() - 1) == []


def test_only_what_is_over_is_left_over(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    """Articles of a live run are its own; those of one that ended or died are taken over once."""
    ended, dead = open_ledger(), open_ledger()
    ended.articles.store(article(1))
    ended.articles.store(article(2))
    assert ended.articles.mark_exported({(f"{EDITION}:2", 1)}) == 1
    dead.articles.store(article(3))
    other = article(4)
    other.id = "sputnik:tj2:4"
    dead.articles.store(other)
    ended.runs.finish({})
    clock.now += 1
    live = open_ledger()
    assert [a.id for a in live.articles.unexported(EDITION)] == [f"{EDITION}:2"]
    clock.now += RUN_SECONDS
    assert dead.runs.heartbeat()  # late, but nobody had noticed
    assert [a.id for a in live.articles.unexported(EDITION)] == []
    clock.now += RUN_SECONDS + 1
    heir = open_ledger()
    assert [a.id for a in heir.articles.unexported(EDITION, 1)] == [f"{EDITION}:2"]
    assert [a.id for a in heir.articles.unexported(EDITION, 1)] == [f"{EDITION}:3"]
    assert heir.articles.unexported(EDITION) == []
    assert [a.id for a in heir.articles.unexported("sputnik")] == ["sputnik:tj2:4"]
    assert not dead.runs.heartbeat()  # too late now
    assert (dead.articles.mark_exported(), heir.articles.mark_exported()) == (0, 3)


def test_texts_are_pruned_after_export_only(
    open_ledger: Callable[[], Ledger], clock: Clock, tmp_path: Path
) -> None:
    ledger = open_ledger()
    ledger.articles.store(article(1))
    ledger.articles.mark_exported()
    ledger.articles.store(article(2))
    clock.now += 7 * 86400 + 1
    prune = ledger.articles.prune
    assert (prune(8), prune(7), prune(0)) == (0, 1, 0)
    assert ledger.articles.store(article(1)).verdict is Verdict.REPEATED
    ledger.runs.finish({})
    assert open_ledger().articles.unexported(EDITION) == [article(2)]


def test_back_fill_resumes(open_ledger: Callable[[], Ledger]) -> None:
    since, until = date(2021, 12, 30), date(2022, 1, 2)
    open_ledger().frontier.day_done(EDITION, date(2021, 12, 31))
    ledger = open_ledger()
    ledger.frontier.day_done(EDITION, date(2021, 12, 31))
    ledger.frontier.day_done("sputnik:kg", since)
    assert [day.day for day in ledger.frontier.days_open(EDITION, since, until)] == [30, 1, 2]
    assert ledger.frontier.days_open(EDITION, until, since) == []


def test_runs_are_remembered(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    for number in range(3):
        ledger = open_ledger()
        clock.now += 60
        if number < 2:
            ledger.runs.finish({"items": number})
    found = last_runs(ledger.database, 2)
    runs = [(run.stats, run.ended and run.ended - run.started) for run in found]
    assert runs == [(None, None), ({"items": 1}, 60)]


def test_what_sites_print_is_remembered_and_fades(open_ledger: Callable[[], Ledger]) -> None:
    counts = {"a.example": {"stories": 600, "place-colon": 200}}
    open_ledger().history.note_forms(counts)
    assert open_ledger().history.forms() == counts
    open_ledger().history.note_forms(counts)
    assert open_ledger().history.forms() == counts  # of 1,200 stories the half


def test_lines_of_pages_are_remembered_for_a_sample_of_pages(
    open_ledger: Callable[[], Ledger],
) -> None:
    first = {page - 100: bytes([page % 256] * 8) for page in range(PAGES)}
    open_ledger().history.note_pages({"a.example": first, "b.example": {2**63 - 1: b""}})
    assert open_ledger().history.pages() == {"a.example": first, "b.example": {2**63 - 1: b""}}
    seen = dict.fromkeys((-1, 2**40, -(2**40)), b"\x01" * 8)  # one of them known
    open_ledger().history.note_pages({"a.example": seen})
    found = open_ledger().history.pages()["a.example"]
    assert seen.items() <= found.items()
    assert len(found) == PAGES
    assert len(found.items() & first.items()) == PAGES - len(seen)


def test_a_sample_of_pages_is_renewed_by_and_by() -> None:
    sample = first = dict.fromkeys(range(PAGES), b"")
    for run in range(1, 61):
        seen = {1000 * run + page: b"" for page in range(20)}
        sample = renewed(sample, seen)
        assert renewed(sample, seen) == sample  # the same pages again change nothing
    assert len(sample) == PAGES
    assert len(sample.keys() & first.keys()) < 10


def test_shares_of_lists_are_averaged(open_ledger: Callable[[], Ledger]) -> None:
    history = open_ledger().history
    assert history.share(EDITION, "feed") is None
    for share in (1.0, 0.5):
        history.note_share(EDITION, "feed", share)
    assert open_ledger().history.share(EDITION, "feed") == 0.75
    for _ in range(100):
        history.note_share(EDITION, "feed", 0.0)
    assert (history.share(EDITION, "feed") or 1) < 0.01


def test_the_newest_are_known_until_a_run_breaks_off(open_ledger: Callable[[], Ledger]) -> None:
    assert open_ledger().history.begin(EDITION) == (None, False)
    first = open_ledger().history
    first.begin(EDITION)
    first.note_listed(EDITION, "2021-12-23")
    assert open_ledger().history.begin(EDITION) == ("2021-12-23", True)
    assert open_ledger().history.begin(EDITION) == ("2021-12-23", False)


def test_an_edition_is_held_once(open_ledger: Callable[[], Ledger], clock: Clock) -> None:
    first, second = open_ledger(), open_ledger()
    assert first.runs.acquire(EDITION)
    assert first.runs.acquire(EDITION)
    assert not second.runs.acquire(EDITION)
    assert second.runs.acquire("sputnik:kg")
    clock.now += RUN_SECONDS - 1
    assert first.runs.heartbeat()
    assert second.runs.heartbeat()
    clock.now += RUN_SECONDS - 1
    assert not second.runs.acquire(EDITION)
    first.runs.finish({})
    assert second.runs.acquire(EDITION)
    clock.now += RUN_SECONDS + 1
    third = open_ledger()
    assert third.runs.acquire(EDITION)
    assert not second.runs.heartbeat()
    clock.now += RUN_SECONDS + 1
    assert third.runs.acquire("sputnik:kg")  # late, but nobody had noticed
    assert third.runs.heartbeat()


@pytest.mark.parametrize("text", ["plain", 'quotes " \\ and\nlines', "\ud83d lone", "Ёлка"])
def test_articles_survive_as_json(text: str) -> None:
    whole = article(1, text="x")
    whole.headline = text
    whole.dateline = Dateline(text, [Place(text, geonames_id=1)], "2021-12-23")
    whole.images, whole.related = [Image(text)], [Related(text)]
    whole.stripped, whole.source = [Stripped(text, "rule", 3)], Source("text", text)
    bare = Article(id=text)
    assert [Article.from_json(a.to_json()) for a in (whole, bare)] == [whole, bare]


@pytest.mark.parametrize("location", ["{}/a.db", "sqlite:///{}/a.db"])
def test_locations(tmp_path: Path, location: str) -> None:
    Ledger(location.format(tmp_path)).close()
    assert (tmp_path / "a.db").is_file()


def _alter(statement: str) -> Callable[[Path], object]:
    def alter(path: Path) -> None:
        Ledger(str(path)).close()
        with sqlite3.connect(path) as db:
            db.execute(statement)
        db.close()

    return alter


@pytest.mark.parametrize(
    ("make", "location", "message"),
    [
        (
            _alter("UPDATE meta SET value = '0' WHERE name = 'schema'"),
            "{}",
            "of schema version 0: it is too old",
        ),
        (_alter("UPDATE meta SET value = '9' WHERE name = 'text'"), "{}", "of text version 9"),
        (_alter("DROP TABLE meta"), "{}", "exists but is not a newswire ledger"),
        (lambda path: path.write_bytes(b"text" * 1000), "{}", "file is not a database"),
        (lambda path: path.mkdir(), "{}", "unable to open database file"),
        (lambda path: None, "{}/no/ledger.db", "no such folder"),
        (lambda path: None, "mysql://me:secret@host/news", "ledger mysql://…: neither a path"),
        (lambda path: None, "postgresql://me:secret@host/news?x=y", "://…: not a URL"),
        (lambda path: None, "postgresql://me:secret@127.0.0.1:1/news", "//me@127.0.0.1:1/news: "),
    ],
)
def test_what_is_no_ledger_is_refused(
    tmp_path: Path, make: Callable[[Path], object], location: str, message: str
) -> None:
    path = tmp_path / "ledger.db"
    make(path)
    with pytest.raises(LedgerError) as refused:
        Ledger(location.format(path))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("left", "mended"),
    [
        (b"", b""),
        (b'{"a": 1}\n', b'{"a": 1}\n'),
        (b'{"a": 1}\n{"b": 2}', b'{"a": 1}\n{"b": 2}\n'),
        (b'{"a": 1}\n{"b": "\xd0', b'{"a": 1}\n'),
        (b'{"b": "', b""),
        (b'{"a": 1}\n{"b": "' + b"x" * 200_000, b'{"a": 1}\n'),
    ],
)
def test_cut_lines_are_mended(tmp_path: Path, left: bytes, mended: bytes) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(left)
    mend(path)
    assert path.read_bytes() == mended


# Real processes


@contextmanager
def worker(location: str, deed: str, argument: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", "-m", "tests.ledger_worker", location, deed]
    with subprocess.Popen(
        [*command, str(argument)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def lines(process: subprocess.Popen[str], number: int = -1) -> list[str]:
    assert process.stdout is not None
    if number < 0:
        return process.stdout.read().split()
    return [process.stdout.readline().strip() for _ in range(number)]


def test_processes_never_lease_the_same(location: str) -> None:
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    ledger.frontier.discover(EDITION, [found(n) for n in range(2000)])
    ledger.close()
    with worker(location, "lease", 7) as one, worker(location, "lease", 3) as two:
        leased = [lines(one), lines(two)]
    assert sorted(leased[0] + leased[1]) == sorted(f"{EDITION}:{n}" for n in range(2000))


def test_lock_of_a_killed_process_is_free(location: str) -> None:
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    with worker(location, "hold", EDITION) as holder:
        assert lines(holder, 1) == ["1"]
        assert not ledger.runs.acquire(EDITION)
    assert holder.returncode == -9
    assert ledger.runs.acquire(EDITION)
    ledger.close()


class Leases(RuleBasedStateMachine):
    """The ledger against a model: each URL is in one state, and is leased to one run at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.ledger = Ledger(":memory:", self.clock)
        self.ledger.runs.begin("sputnik")
        self.due: dict[int, float | None] = {}  # None: nothing to do
        self.state: dict[int, str] = {}
        self.lastmod: dict[int, int] = {}
        self.attempts: dict[int, int] = {}

    def leased(self) -> list[int]:
        return [n for n, state in self.state.items() if state == "leased"]

    @rule(numbers=st.sets(st.integers(0, 5)), day=st.integers(1, 9))
    def discover(self, numbers: set[int], day: int) -> None:
        fresh = 0
        for n in numbers:
            changed = self.state.get(n) in ("stored", "no_article") and day > self.lastmod[n]
            if n not in self.state or changed:
                self.state[n], self.due[n], self.lastmod[n] = "discovered", self.clock.now, day
                fresh += 1
        entries = [found(n, f"2021-12-0{day}") for n in sorted(numbers)]
        assert self.ledger.frontier.discover(EDITION, entries) == fresh

    @rule(number=st.integers(0, 4))
    def lease(self, number: int) -> None:
        due = [n for n, at in self.due.items() if at is not None and at <= self.clock.now]
        got = [int(n) for n in keys(self.ledger, number)]
        assert len(got) == len(set(got)) == min(number, len(due))
        assert set(got) <= set(due)
        for n in got:
            self.state[n], self.due[n] = "leased", self.clock.now + LEASE_SECONDS

    @precondition(lambda self: bool(self.leased()))
    @rule(data=st.data(), outcome=st.sampled_from(["stored", "gone", "no_article", "failed"]))
    def settle(self, data: st.DataObject, outcome: str) -> None:
        n = data.draw(st.sampled_from(self.leased()))
        key = f"{EDITION}:{n}"
        if outcome == "stored":
            self.ledger.articles.store(article(n), Fetched(key))
        elif outcome == "gone":
            self.ledger.frontier.gone(key)
        elif outcome == "no_article":
            self.ledger.frontier.no_article(key, "empty")
        else:
            self.ledger.frontier.failed(key, "timeout")
            wait = min(300 * 2 ** self.attempts.get(n, 0), RETRY_CAP)
            self.attempts[n] = self.attempts.get(n, 0) + 1
            self.state[n], self.due[n] = "failed", self.clock.now + wait
            return
        self.state[n], self.due[n], self.attempts[n] = outcome, None, 0

    @rule(seconds=st.sampled_from([1, 299, 300, 3600, 7 * 86400]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule()
    def next_run(self) -> None:
        self.ledger.runs.finish({})
        self.ledger.runs.begin("sputnik")
        for n in self.leased():
            self.state[n], self.due[n] = "discovered", self.clock.now

    @invariant()
    def known_texts_repeat(self) -> None:
        for n in range(6):
            if self.state.get(n) == "stored":
                assert self.ledger.articles.store(article(n)).verdict is Verdict.REPEATED

    def teardown(self) -> None:
        self.ledger.close()


TestLeases = Leases.TestCase
TestLeases.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, derandomize=True, database=None
)


def test_a_new_file_has_small_pages_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as db:
        db.execute("PRAGMA page_size = 4096")
        db.execute("PRAGMA journal_mode = WAL")
    for path, page in ((tmp_path / "new.db", 1024), (old, 4096)):
        with closing(Ledger(str(path))) as ledger, ledger.database.read() as db:
            assert db.execute("PRAGMA page_size").fetchone() == (page,)
            (pages,) = db.execute("PRAGMA wal_autocheckpoint").fetchone()
            assert pages * page == 16 * 2**20
