"""Two runs of one edition: the newest beside a back-fill, each page once, one pace for the host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from newswire.ledger import Found, Ledger
from newswire.ledger.turns import AHEAD
from tests.crawl import arguments, crawl
from tests.forked import Forked
from tests.ledger_worker import EDITION
from tests.postgres import Server
from tests.simulated import Running
from tests.test_ledger import Clock
from tests.test_live import FAST, FIRST

DAYS = (date(2021, 12, 1), date(2021, 12, 9))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runs(location: str, clock: Clock) -> Iterator[Callable[[], Ledger]]:
    """Begin one more run on the same ledger."""
    opened = []

    def one() -> Ledger:
        ledger = Ledger(location, clock)
        ledger.runs.begin("sputnik")
        opened.append(ledger)
        return ledger

    yield one
    for ledger in opened:
        ledger.close()


def leased(ledger: Ledger, **options: date | tuple[date, date] | None) -> str:
    leases = ledger.frontier.lease(EDITION, 9, **options)  # type: ignore[arg-type]
    return " ".join(lease.key.rpartition(":")[2] for lease in leases)


def test_the_newest_are_crawled_beside_a_back_fill(runs: Callable[[], Ledger]) -> None:
    newest, filling, late = runs(), runs(), runs()
    assert newest.runs.acquire(EDITION)
    assert filling.runs.acquire(EDITION, DAYS)
    assert not late.runs.acquire(EDITION)
    assert not late.runs.acquire(EDITION, (date(2020, 1, 1), date(2020, 1, 2)))
    days = ("2021-11-30", "2021-12-01", "2021-12-07T10:00+05:00", "2021-12-08", "2021-12-10")
    found = [Found(f"{EDITION}:{n}", f"https://example.org/{n}", day) for n, day in enumerate(days)]
    filling.frontier.discover(EDITION, found[1:4])
    # a crawl of the newest does not go back to what the back-fill has found
    assert newest.frontier.newest(EDITION, filled=False) is None
    newest.frontier.discover(EDITION, found)
    assert newest.frontier.newest(EDITION, filled=False) == "2021-12-10"
    assert newest.frontier.newest("sputnik:kg", filled=False) is None
    # the back-fill has 1 and 2 to itself; of 3 both know
    assert leased(newest, since=date(2021, 12, 8)) == "4 3 0"
    assert leased(filling, days=DAYS) == "2 1"
    filling.runs.finish({})
    assert late.runs.acquire(EDITION, DAYS)
    late.runs.finish({})
    assert leased(newest, since=date(2021, 12, 8)) == "2 1"


@pytest.mark.parametrize("since", [date(2021, 11, 20), date(2021, 12, 5), date(2021, 12, 20)])
def test_the_order_of_leases_beside_a_back_fill(runs: Callable[[], Ledger], since: date) -> None:
    newest, filling = runs(), runs()
    assert filling.runs.acquire(EDITION, DAYS)
    days = ["", *(str(DAYS[0] + timedelta(n)) for n in range(-20, 20))]
    found = [
        Found(
            f"{EDITION}:{n}", f"https://example.org/{n}", f"{day}{'T10:00' * (n % 2)}", None, n % 3
        )
        for n, day in enumerate(days)
    ]
    newest.frontier.discover(EDITION, found)
    first, last = map(str, DAYS)
    wanted = [
        f.key
        for f in sorted(found, key=lambda f: (f.priority, f.published), reverse=True)
        if (f.published or "") >= str(since) or not first <= (f.published or "") < f"{last}~"
    ]
    leases = [newest.frontier.lease(EDITION, number, since=since) for number in (1, 2, 9, 50, 1)]
    assert [lease.key for some in leases for lease in some] == wanted
    rest = sorted({f.key for f in found} - {*wanted}, key=lambda key: int(key.rpartition(":")[2]))
    own = [lease.key for lease in filling.frontier.lease(EDITION, 50, days=DAYS, oldest_first=True)]
    assert sorted(own, key=lambda key: int(key.rpartition(":")[2])) == rest


def test_the_feed_proves_nothing_beside_a_back_fill(runs: Callable[[], Ledger]) -> None:
    """What the newest know may be what the back-fill has found, with a gap before it."""
    newest, filling = runs(), runs()
    assert filling.runs.acquire(EDITION, DAYS)
    assert newest.runs.is_filled(EDITION, "2021-12-09")
    assert not newest.runs.is_filled(EDITION, "2021-12-10")
    newest.history.begin(EDITION)
    newest.history.note_listed(EDITION, "2021-12-09")
    assert runs().history.begin(EDITION) == ("2021-12-09", False)
    newest.history.note_listed(EDITION, "2021-12-10")
    assert runs().history.begin(EDITION) == ("2021-12-10", True)


def test_turns_of_a_host(runs: Callable[[], Ledger], clock: Clock) -> None:
    one, two = runs().turns, runs().turns
    assert [t.take("tj", 0.5).seconds for t in (one, two, one)] == [0.0, 0.5, 1.0]
    assert one.take("kg", 0.5).seconds == 0.0
    clock.now += 1.5
    missed = two.take("tj", 2.0)
    clock.now += 1.0
    assert two.take("tj", 2.0, missed).seconds == 0.0  # nobody waits behind it
    missed = one.take("tj", 2.0)
    assert missed.seconds == 2.0
    assert two.take("tj", 2.0).seconds == 4.0
    clock.now += 2.5
    assert one.take("tj", 2.0, missed).seconds == 3.5  # it goes to the end
    two.hold("tj", 100.0)
    two.hold("tj", 1.0)
    assert one.take("tj", 2.0).seconds == 100.0


def test_a_clock_set_back_does_not_stop_the_turns(runs: Callable[[], Ledger], clock: Clock) -> None:
    turns = runs().turns
    turns.take("tj", 0.5)
    clock.now -= AHEAD * 2
    assert turns.take("tj", 0.5).seconds == 0.0


def free_from(location: str, host: str, hold: float | None = None) -> float:
    """Return from when on a host is free, held for so long first."""
    ledger = Ledger(location)
    if hold is not None:
        ledger.turns.hold(host, hold)
    with ledger.database.read() as db:
        row = db.execute("SELECT free FROM turn WHERE host = ?", (host,)).fetchone()
    ledger.close()
    return float(row[0])


def test_a_live_run_and_a_back_fill_share_pages_and_pace(
    postgres: Server, simulator: Running, tmp_path: Path
) -> None:
    """Nothing is asked twice, and both together ask no more often than one may."""
    delay, until = 0.1, FIRST + timedelta(days=2)
    live = ["-a", "edition=tj", "-a", f"site={simulator.sites['tj']}", *FAST]
    location = postgres.new_database()
    live += ["-s", f"NEWSWIRE_LEDGER={location}", "-s", f"DOWNLOAD_DELAY={delay}"]
    begun = free_from(location, simulator.sites["tj"].removeprefix("http://"), 0.0)
    days = ["-a", f"since={FIRST}", "-a", f"until={until}"]
    before = len(simulator.requests())
    filling = Forked("scrapy", *arguments(tmp_path / "days.jsonl", *live, *days))
    newest = crawl(tmp_path / "newest.jsonl", *live)
    filled = filling.wait()
    assert newest.code == 0, newest.log
    assert filled.returncode == 0, filled.stderr
    log = simulator.requests(before)
    asked = Counter((r["path"], str(r["query"])) for r in log if r["path"].endswith(".html"))
    assert max(asked.values()) == 1
    filled_ids = [line.split('"id": "')[1].split('"')[0] for line in
            (tmp_path / "days.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    wanted = [simulator.truth("tj", k).id for k in simulator.numbers("tj", FIRST, until)]
    assert sorted(filled_ids) == sorted(wanted)
    today = simulator.now.date()
    late = simulator.numbers("tj", today - timedelta(days=1), today)
    assert not {i["id"] for i in newest.items} & set(wanted)
    assert {i["id"] for i in newest.items} >= {simulator.truth("tj", k).id for k in late}
    assert len(newest.items) == len({i["id"] for i in newest.items} - set(filled_ids))
    # each request took a turn, and each turn begins a delay after the one before it
    end = free_from(location, simulator.sites["tj"].removeprefix("http://"))
    assert end - begun >= len(log) * delay - 1e-3
    assert log[-1]["time"] - log[0]["time"] >= (len(log) - 1) * delay - 0.5
