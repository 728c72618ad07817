"""Live crawls of the wire simulator: newest, days, given articles; again, and after a kill."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from newswire.simulator.http import Request
from tests.crawl import Crawl, arguments, crawl
from tests.forked import Forked
from tests.simulated import Running, running

# no pauses: the server is ours; the pauses themselves are tested in test_guard.py
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
FIRST, LAST = date(2021, 11, 8), date(2021, 11, 14)
RANGE = ["-a", f"since={FIRST}", "-a", f"until={LAST}"]


class Wire:
    """A simulator, a ledger and a feed, for crawls one after another."""

    def __init__(self, server: Running, folder: Path, edition: str = "tj") -> None:
        self.server = server
        self.feed = folder / "articles.jsonl"
        self.edition = edition
        self.options = [
            *("-a", f"edition={edition}", "-a", f"site={server.sites[edition]}"),
            *("-s", f"NEWSWIRE_LEDGER={folder / 'ledger.db'}", *FAST),
        ]
        self.asked = len(server.requests())

    def crawl(self, *options: str) -> Crawl:
        """Crawl on into the same feed."""
        return crawl(self.feed, *self.options, *options, append=True)

    def articles_asked(self) -> Counter[str]:
        """Return how often each article was asked for since the last call."""
        log = self.server.requests(self.asked)
        self.asked += len(log)
        return Counter(
            r["path"] for r in log if r["edition"] == self.edition and r["path"].endswith(".html")
            and "/services/" not in r["path"]
        )  # fmt: skip

    def ids(self, first: date, last: date) -> list[str]:
        """Return the ids of the articles of these days."""
        numbers = self.server.numbers(self.edition, first, last)
        return [self.server.truth(self.edition, k).id for k in numbers]


@pytest.fixture
def wire(simulator: Running, tmp_path: Path) -> Wire:
    return Wire(simulator, tmp_path)


def test_newest(wire: Wire) -> None:
    done = wire.crawl()
    assert done.code == 0, done.log
    assert len(done.items) >= 50
    newest = wire.ids(wire.server.now.date() - timedelta(days=1), wire.server.now.date())
    assert {item["id"] for item in done.items} >= set(newest)
    assert max(wire.articles_asked().values()) == 1


def test_back_fill(wire: Wire) -> None:
    """A range of days comes whole and in order; the second run has nothing left to do."""
    done = wire.crawl(*RANGE)
    assert done.code == 0, done.log
    assert sorted(item["id"] for item in done.items) == sorted(wire.ids(FIRST, LAST))
    days = [item["url"].split("/")[3] for item in done.items]
    late = sum(a > b for a, b in pairwise(days))
    assert late <= len(days) // 20  # two connections: neighbours may overtake each other
    assert max(wire.articles_asked().values()) == 1
    again = wire.crawl(*RANGE)
    assert again.code == 0, again.log
    assert len(again.items) == len(done.items)
    assert not wire.articles_asked()


def test_given_articles(wire: Wire) -> None:
    site = wire.server.sites["tj"]
    numbers = wire.server.numbers("tj", FIRST, FIRST)[:3]
    truths = [wire.server.truth("tj", k) for k in numbers]
    urls = [t.url for t in truths] + [f"{site}/politics/"]
    done = wire.crawl("-a", f"url={','.join(urls)}")
    assert sorted(item["id"] for item in done.items) == sorted(t.id for t in truths)
    assert "/politics/: no article's URL of these editions" in done.log
    again = wire.crawl("-a", f"url={truths[0].url}")
    assert again.stats["newswire/not_modified"] == 1
    assert len(again.items) == len(truths)


def test_incremental(tmp_path: Path) -> None:
    """Later runs ask only for what is new, or was changed as the news sitemap says."""
    with running(ids=("tj",), start=date(2021, 12, 1)) as server:
        wire = Wire(server, tmp_path)
        first = wire.crawl()
        wire.articles_asked()
        server.advance(timedelta(days=3))
        second = wire.crawl()
        asked = wire.articles_asked()
    before = {item["id"]: item["version"] for item in first.items}
    added = second.items[len(first.items) :]
    new = [item for item in added if item["id"] not in before]
    corrected = [item for item in added if item["id"] in before]
    assert len(new) >= 5
    assert all(item["version"] == 2 and item["previous"] for item in corrected)
    settled = ("duplicates/repeated", "not_modified", "gone")
    others = sum(second.stats.get(f"newswire/{name}", 0) for name in settled)
    assert sum(asked.values()) == len(added) + others
    assert max(asked.values()) == 1


def test_killed_crawl_goes_on_without_loss(wire: Wire) -> None:
    """kill -9 in the middle of a back-fill: the next run completes it, and asks little twice."""
    wanted = set(wire.ids(FIRST, LAST))
    slow = ["-s", "DOWNLOAD_DELAY=0.02"]
    for lines in (3, 20):
        named = arguments(wire.feed, *wire.options, *slow, *RANGE, append=True)
        process = Forked("scrapy", *named)
        deadline = time.monotonic() + 60
        while process.running() and time.monotonic() < deadline:
            if wire.feed.exists() and wire.feed.read_bytes().count(b"\n") >= lines:
                break
            if len(wire.server.requests(wire.asked)) > 8 + lines:
                break
            time.sleep(0.02)
        process.kill()
    done = wire.crawl(*RANGE)
    assert done.code == 0, done.log
    assert {item["id"] for item in done.items} == wanted
    # of each kill at most what was in flight is asked for again
    again = [path for path, times in wire.articles_asked().items() if times > 1]
    assert len(again) <= 2 * 8


def test_one_crawl_of_an_edition_at_a_time(wire: Wire) -> None:
    slow = ["-s", "DOWNLOAD_DELAY=0.5"]
    first = Forked("scrapy", *arguments(wire.feed, *wire.options, *slow, append=True))
    try:
        deadline = time.monotonic() + 30
        while not wire.articles_asked() and time.monotonic() < deadline:
            time.sleep(0.1)
        second = crawl(wire.feed.with_name("second.jsonl"), *wire.options)
    finally:
        first.process.terminate()
        first.wait(60)
    assert second.code == 1
    assert "sputnik:tj: skipped: another crawl is working on it" in second.log
    assert "ended early: already_running" in second.log.splitlines()[-1]
    assert second.items == []


async def _broken(request: Request, writer: asyncio.StreamWriter) -> bool:
    """Answer that the server is broken."""
    writer.write(b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    return True


async def _endless(request: Request, writer: asyncio.StreamWriter) -> bool:
    """Answer with a list page whose next page is always another, and never has an article."""
    number = len(request.query) + 1
    body = f'<div data-next-url="/services/20211108/more.html?id={"1" * number}"></div>'.encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    return True


NO_FEED = {"/export/*": _broken, "/sitemap_news.xml": _broken}
NO_ARCHIVE = {"/20211108/": _broken}
TRAP = {"/20211108/": _endless, "/services/20211108/more.html": _endless}


@pytest.mark.parametrize(
    ("faults", "options", "said"),
    [
        ("NO_FEED", [], "no list: status 500"),
        ("NO_ARCHIVE", ["-a", "since=2021-11-08", "-a", "until=2021-11-09"], "no list: status 500"),
        ("TRAP", ["-a", "since=2021-11-08", "-a", "until=2021-11-09"], "the list does not end"),
    ],
)
def test_one_source_stands_in_for_another(
    tmp_path: Path, faults: str, options: list[str], said: str
) -> None:
    with running(
        ids=("tj",), start=date(2021, 11, 1), faults=f"tests.test_live:{faults}"
    ) as server:
        wire = Wire(server, tmp_path)
        done = wire.crawl(*options, "-s", "RETRY_TIMES=0")
        ids = wire.ids(date(2021, 11, 8), date(2021, 11, 9))
    assert said in done.log
    assert done.code == 0, done.log
    exported = {item["id"] for item in done.items}
    if faults == "NO_FEED":
        assert done.stats["newswire/lists"] >= 1
    elif faults == "NO_ARCHIVE":
        assert exported == set(ids)
    else:
        assert sum(n for name, n in done.stats.items() if name.startswith("newswire/traps/")) == 1
        assert exported == set(ids)


def test_wire_that_does_not_answer_fails_the_run(tmp_path: Path) -> None:
    options = ["-a", "edition=tj", "-a", "site=http://127.0.0.1:9", *FAST, "-s", "RETRY_TIMES=0"]
    done = crawl(tmp_path / "f.jsonl", *options, "-s", f"NEWSWIRE_LEDGER={tmp_path / 'l.db'}")
    assert done.code == 1
    assert "no page could be read" in done.log.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-a", "since=2021-13-01"], "since=2021-13-01: no day or month; write 2021-12-31"),
        (["-a", "since=2021-12-02", "-a", "until=2021-12-01"], "is before since="),
        (["-a", "until=2021-12-01"], "until needs since"),
        (["-a", "site=http://127.0.0.1:1"], "name it with edition="),
        (["-a", "edition=tj", "-a", "site=file:///etc"], "not an http or https address"),
        (
            ["-a", "url=https://example.org/20211223/a-1044450001.html"],
            "not on a host of this wire",
        ),
        (["-a", "url=@no-such-list"], "cannot read the list"),
        (["-a", "replay=fixtures", "-a", "since=2021-12-01"], "since does not go with it"),
    ],
)
def test_bad_arguments(tmp_path: Path, options: list[str], message: str) -> None:
    done = crawl(tmp_path / "feed.jsonl", *options)
    assert done.code == 2
    assert message in done.log.splitlines()[-1]
