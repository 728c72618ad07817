"""What is let in, and what is lost, when the network misbehaves: docs/reliability.md, by number."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import sqlite3
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import trustme
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpauth import HttpAuthMiddleware
from scrapy.settings import Settings

from newswire.crawl.net.pace import MAX_SILENCE
from newswire.ledger import Ledger
from newswire.ledger.frontier import Found
from newswire.operate.outcome import problems
from newswire.simulator.http import Request
from tests.crawl import Crawl
from tests.crawl_urls import crawl_urls
from tests.fault_cases import DENIED, LATER, WHOLE, Place, bomb, played
from tests.fault_server import EDITION, GONE, FaultyWire
from tests.odd_server import OddServer, Reset, answer, odd_server, page


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


# --- one day of the wire, each of whose pages has another fault ---------------------------------


class Day:
    """The crawls of that day, one after another on one ledger."""

    def __init__(self, server: OddServer, folder: Path) -> None:
        self.inside = server.host({}, default=answer(page("let in")))
        self.server = server
        self.wire = wire = FaultyWire(server, folder, date(2021, 12, 22), (56,) * 7)
        self.truths = wire.truths()
        self.cases = dict(zip([*LATER, *WHOLE], self.truths[1:], strict=False))
        assert len(self.cases) == len(LATER) + len(WHOLE)
        self.neighbours = [t for t in self.truths if t not in self.cases.values()]
        other = wire.path(self.neighbours[-1])
        for name, make in (LATER | WHOLE).items():
            path = wire.path(self.cases[name])
            wire.faults[path] = make(Place(wire.page(path), path, self.inside, other))
        feed = "/export/rss2/archive/index.xml"
        wire.faults[feed] = answer(wire.page(feed).replace(b"<item>", self._odd_items(), 1))

        self.faulty = wire.crawl(DOWNLOAD_TIMEOUT=2)
        wire.faults.clear()
        wire.a_week_passes()
        wire.faults["/robots.txt"] = answer(status=503, retry_after="0")
        self.no_robots, self.asked_without = self._next()
        wire.faults.clear()
        wire.articles = answer(status=429, retry_after="86400")
        self.busy, self.asked_while_busy = self._next()
        wire.articles = None
        self.mended, _ = self._next()

    def _next(self) -> tuple[Crawl, list[str]]:
        before = len([entry for entry in self.server.log if entry.root == self.wire.root])
        return self.wire.crawl(), self.wire.asked(before)

    def _odd_items(self) -> bytes:
        """Return items of a feed that lead elsewhere: S09, S45."""
        day = f"{self.truths[0].url.split('/')[3]}/no-story-1044999999.html"
        host = self.wire.root.removeprefix("http://")
        links = [
            f"{self.inside}/{day}", f"file://{host}/etc/hostname", "file:///etc/hostname",
            f"data:text/html,/{day}", "javascript:1", f"http://{host}@{self.inside[7:]}/{day}",
            f"{self.wire.root}/{day}?x=1&#13;&#10;X-In: 1", "http://[::1/", f"{self.inside[5:]}/x",
        ]  # fmt: skip
        return "".join(f"<item><link>{link}</link></item>" for link in links).encode() + b"<item>"

    def items(self, crawl: Crawl) -> dict[str, str]:
        return {item["id"]: item["body"] for item in crawl.items}


@pytest.fixture(scope="module")
def day(server: OddServer, tmp_path_factory: pytest.TempPathFactory) -> Day:
    return Day(server, tmp_path_factory.mktemp("day"))


def letters(text: str) -> str:
    return re.sub(r"[\s|]", "", text)  # cells of tables are joined


@pytest.mark.parametrize("case", LATER)
def test_case(day: Day, case: str) -> None:
    """Nothing false comes out, and what is right comes when the fault is over."""
    truth = day.cases[case]
    assert truth.id not in day.items(day.faulty)
    assert letters(day.items(day.mended)[truth.id]) == letters("".join(truth.body))


@pytest.mark.parametrize("case", WHOLE)
def test_whole(day: Day, case: str) -> None:
    truth = day.cases[case]
    assert letters(day.items(day.faulty)[truth.id]) == letters("".join(truth.body))


def test_neighbours_are_whole_and_each_article_comes_once(day: Day) -> None:
    found = day.items(day.faulty)
    for truth in day.neighbours:
        assert letters(found[truth.id]) == letters("".join(truth.body)), truth.url
    ids = [item["id"] for item in day.mended.items]
    assert sorted(ids) == sorted(truth.id for truth in day.truths)


def test_the_line_at_the_end_says_what_is_missing(day: Day) -> None:
    assert day.faulty.code == 0, day.faulty.log
    last = day.faulty.log.splitlines()[-1]
    assert "not fetched" in last
    assert "2 redirected elsewhere" in last
    assert day.faulty.stats["newswire/unreadable/no-facts"] == 2


def test_nothing_leads_inside(day: Day) -> None:
    """S01-S10, S44, S45: the other origin sees nothing, no file is read, no header got in."""
    assert day.server.asked(day.inside) == []
    sent = [e.request.headers for e in day.server.log if e.root == day.wire.root]
    assert not {"x-in", "cookie"} & {name for headers in sent for name in headers}
    stats = day.faulty.stats
    assert {"newswire/blocked/host", "newswire/blocked/credentials"} <= set(stats)
    assert "let in" not in day.faulty.feed.decode()
    home = f"https://{day.wire.wire.editions[EDITION].host}/"
    assert all(item["url"].startswith(home) for item in day.mended.items)


def test_bombs_do_not_fill_the_memory(day: Day) -> None:
    """S20-S23: a page of 64 MB would show, four at once still more."""
    assert 0 < day.wire.memory < 300


def test_no_port_is_open(day: Day) -> None:
    """S53."""
    assert day.wire.ports == set()
    assert len(day.wire.asked()) > 100  # when it was looked at


@pytest.mark.parametrize("case", ["S14 robots", "R12 busy for a day"])
def test_a_host_that_asks_for_rest_is_left_alone_and_nothing_forgotten(day: Day, case: str) -> None:
    done, asked = {
        "S14 robots": (day.no_robots, day.asked_without),
        "R12 busy for a day": (day.busy, day.asked_while_busy),
    }[case]
    assert done.code == 1
    assert "the host limited us" in done.log.splitlines()[-1]
    assert len(done.items) == len(day.faulty.items)
    assert len(asked) <= (0 if case == "S14 robots" else 8)


# --- lists --------------------------------------------------------------------------------------

FIRST, DAYS = date(2021, 11, 1), 10
XML = b'<?xml version="1.0"?>'
LOL = b'<!DOCTYPE x [<!ENTITY a "lollollol">' + b"".join(
    b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


SAID = [
    "declares entities", "cut short", "not well-formed", "the list does not end",
    "more than 50000 entries",
]  # fmt: skip


class Archive:
    """A back-fill of days each of whose lists has another fault, and again without."""

    def __init__(self, server: OddServer, folder: Path) -> None:
        self.server = server
        self.inside = server.host({}, default=answer(page("let in")))
        self.wire = wire = FaultyWire(server, folder, FIRST, (25,) * 7)
        wire.articles = GONE  # what matters is that they are asked for
        names = [f"{FIRST + timedelta(n):%Y%m%d}" for n in range(DAYS)]
        first, more = [f"/{n}/" for n in names], [f"/services/{n}/more.html" for n in names]
        sitemap = "/sitemap_article.xml"

        def odd_sitemap(request: Request, before: int) -> bytes:
            name = request.query["date_start"]
            body = wire.page(sitemap, **request.query)
            if request.query["date_end"] != name:  # of a month
                return answer(status=500)
            if name == names[5]:
                entity = f'<!ENTITY x SYSTEM "{self.inside}/x"><!ENTITY y SYSTEM "file:///etc/x">'
                dtd = f'<!DOCTYPE u SYSTEM "{self.inside}/dtd" [{entity}]>'.encode()
                body = body.replace(b"<urlset", dtd + b"<urlset", 1)
                body = body.replace(b"<url>", b"<url><loc>&x;&y;</loc></url><url>", 1)
            elif name == names[6]:
                body = body.replace(b"<urlset", LOL + b"]><urlset", 1)
                body = body.replace(b"<url>", b"<url><loc>&j;</loc></url><url>", 1)
            elif name == names[8]:
                many = b"<urlset>%b</urlset>" % (b"<url><loc>/x</loc></url>" * 300_000)
                return answer(gzip.compress(many, 1))
            elif name == names[7]:
                odd = (f"{self.inside}/x", "javascript:1", f"file://{wire.root[7:]}/etc", "\x01&")
                locs = "".join(f"<url><loc>{loc}</loc></url>" for loc in odd).encode()
                body = body.replace(b"<url>", locs + b"<url>", 1)
                return answer(body.removesuffix(b"</urlset>") + b"<url><loc>htt", length=-1)
            return answer(body)

        def trap(request: Request, before: int) -> bytes:
            body = wire.page(first[3])
            return answer(body.replace(b"more.html?", b"more.html?n=%d&amp;" % before))

        fragment = wire.page(more[2], date=f"{names[2]}T120000")
        wire.faults |= {
            first[0]: answer(DENIED),
            more[1]: answer(DENIED),
            more[2]: answer(fragment[: len(fragment) // 2], length=-1),
            first[3]: trap,
            more[3]: trap,
            first[4]: bomb("gzip"),
            **{path: answer(status=500) for path in first[5:9]},
            sitemap: odd_sitemap,
        }
        days = ["-a", f"since={FIRST}", "-a", f"until={FIRST + timedelta(DAYS - 1)}"]
        self.faulty = wire.crawl(*days, RETRY_TIMES=0)
        self.asked = set(wire.asked())
        wire.faults.clear()
        self.mended = wire.crawl(*days)


@pytest.fixture(scope="module")
def archive(server: OddServer, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(server, tmp_path_factory.mktemp("archive"))


@pytest.mark.parametrize(
    ("number", "case"),
    list(enumerate(
        [
            "R35 denied", "R35 denied later on", "R15 fragment cut", "S29 more and more",
            "S20 bomb", "S25 foreign entities", "S24 billion laughs", "S09 R29 odd and cut sitemap",
            "S23 many addresses",
            "right",
        ]
    )),
)  # fmt: skip
def test_articles_of_a_bad_list_are_found_elsewhere(
    archive: Archive, number: int, case: str
) -> None:
    day = FIRST + timedelta(number)
    assert (archive.asked >= archive.wire.paths(day)) is (case != "S23 many addresses")


def test_only_days_that_were_read_to_their_end_are_done(archive: Archive) -> None:
    assert archive.faulty.stats["newswire/days_done"] == 1
    assert archive.mended.stats["newswire/days_done"] == DAYS - 1
    assert archive.mended.code == 0
    assert archive.server.asked(archive.inside) == []
    assert [said for said in SAID if said not in archive.faulty.log] == []


def test_a_gap_is_closed_by_a_later_crawl(server: OddServer, tmp_path: Path) -> None:
    """After days of rest, the list that leads over the gap breaks: the next crawl takes it up."""
    wire = FaultyWire(server, tmp_path, date(2021, 12, 1), (12,) * 7)
    wire.now -= timedelta(days=9)
    wire.articles = GONE
    assert wire.crawl().code == 0
    seen = set(wire.asked())
    wire.now += timedelta(days=9)
    more = "/services/lenta/more.html"
    right = wire.answer
    wire.faults[more] = lambda request, before: (
        answer(DENIED) if "id" in request.query else right(request)
    )
    wire.faults["/services/archive/widget/more.html"] = answer(DENIED)
    wire.faults["/sitemap_article.xml"] = answer(DENIED)
    wire.crawl()
    new = wire.paths(date(2021, 12, 15), 9)
    assert not new <= set(wire.asked())
    wire.faults.clear()
    wire.crawl()
    assert new <= set(wire.asked())
    assert seen <= set(wire.asked())


# --- the rest -----------------------------------------------------------------------------------


def test_a_host_that_is_down_is_given_up(server: OddServer, tmp_path: Path) -> None:
    """R13, R19: a month of days costs a few requests, not hours of time-outs."""
    wire = FaultyWire(server, tmp_path, FIRST, (1,) * 7)
    robots = wire.answer
    dead = server.host({"/robots.txt": robots}, default=played(b"", end=Reset))
    wire.root = dead
    done = wire.crawl("-a", "since=2021-11-01", "-a", "until=2021-11-30", RETRY_TIMES=3)
    assert done.code == 1
    assert "the host limited us" in done.log.splitlines()[-1]
    assert len(server.asked(dead)) <= MAX_SILENCE + 10


def test_certificates(server: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S61, R20: self-signed by an unknown hand, of another name, run out; and no TLS at all."""
    trusted, unknown = trustme.CA(), trustme.CA()
    trusted.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    yesterday = dt.datetime.now(dt.UTC) - timedelta(days=1)

    def host(make: Callable[[str], trustme.LeafCert]) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        make(f"127.0.0.{server.number + 1}").configure_cert(context)
        return server.host({"/": answer(page())}, context)

    good = host(trusted.issue_cert)
    bad = [
        host(unknown.issue_cert),
        host(lambda _: trusted.issue_cert("127.0.0.1", "tj.sputniknews.ru")),
        host(lambda name: trusted.issue_cert(name, not_after=yesterday)),
        server.host({"/": answer(page())}).replace("http:", "https:"),
    ]
    urls = [f"{site}/" for site in (good, *bad)]
    outcome = crawl_urls(urls, [good, *bad], {"RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 2}).outcome()
    assert list(outcome.pages) == [f"{good}/"]
    assert set(outcome.errors) == set(urls[1:])


def test_a_password_for_all_hosts_is_refused() -> None:
    """S43."""
    settings = Settings({"HTTPAUTH_USER": "me"})
    settings.setmodule("newswire.settings", priority="project")
    with pytest.raises(ValueError, match="HTTPAUTH_DOMAIN must be set"):
        HttpAuthMiddleware.from_crawler(Crawler(Spider, settings))


@pytest.mark.parametrize(
    ("stats", "fails"),
    [
        ({"lists": 3, "fetch_failed": 2}, True),
        ({"lists": 3, "unreadable/no-facts": 2}, True),
        ({"lists": 3, "fetch_failed": 2, "missed_again": 2}, False),
        ({"lists": 3, "redirected": 2, "pages": 1}, False),
        ({"lists": 3, "fetch_failed": 2, "not_modified": 1}, False),
        ({"lists": 1, "lists_failed": 1}, False),
        ({"lists_failed": 2}, True),
    ],
)
def test_a_run_that_got_nothing_fails(stats: dict[str, int], fails: bool) -> None:
    found = problems({f"newswire/{name}": number for name, number in stats.items()})
    assert (found == ["no page could be read"]) is fails


def test_a_clock_that_was_ahead_loses_nothing(tmp_path: Path) -> None:
    """R33: what a run years ahead had found, or could not get, does not wait for years."""
    now = 2e9
    ledger = Ledger(str(tmp_path / "ledger.db"), lambda: now)
    ledger.runs.begin("sputnik")
    ledger.frontier.discover("e", [Found(f"k{n}", f"u{n}") for n in range(3)])
    assert len(ledger.frontier.lease("e", 1)) == 1
    ledger.frontier.failed("k0", "status 500")
    ledger.runs.finish({})
    now = 1.7e9
    ledger.runs.begin("sputnik")
    assert ledger.runs.acquire("e")
    assert {lease.key for lease in ledger.frontier.lease("e", 9)} == {"k0", "k1", "k2"}
    ledger.close()


def test_a_pause_that_a_host_asks_for_holds_for_all_runs(server: OddServer, tmp_path: Path) -> None:
    wire = FaultyWire(server, tmp_path, date(2021, 12, 13), (1,) * 7)
    wire.articles = answer(status=503, retry_after="200")
    begun = time.time()
    wire.crawl("-a", f"url={wire.truths()[0].url}", RETRY_ENABLED=False)
    with sqlite3.connect(tmp_path / "ledger.db") as db:
        [(free,)] = db.execute("SELECT free FROM turn").fetchall()
    db.close()
    assert begun + 200 < free < time.time() + 201
