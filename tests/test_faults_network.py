"""What is let in, and what is lost, when the network misbehaves: docs/reliability.md, by number."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import importlib
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import brotli
import pytest
import trustme

from newswire.frontier import Found
from newswire.guard import MAX_SILENCE
from newswire.ledger import Ledger
from tests.crawl import Crawl
from tests.crawl_urls import crawl_urls
from tests.fault_server import ARTICLE, EDITION, GONE, FaultyWire
from tests.odd_server import OddServer, Reset, Route, answer, odd_server, page
from tests.simulator.http import Request

zstd = importlib.import_module(
    "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
)
DENIED = (
    b"<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Access denied</h1>"
    b"<p>You have no permission to access this resource on this server. Please enable cookies and "
    b"load the page again.</p><p>Your address has been logged. If you believe that this is wrong, "
    b"write to the owner of the site, and tell the number below.</p></body></html>"
)


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


# --- one day of the wire, each of whose pages has another fault ---------------------------------


@dataclass(frozen=True)
class Place:
    """What a fault is made of: the right page and its path, a host inside, another article."""

    page: bytes
    path: str
    inside: str
    other: str


def to(url: str) -> bytes:
    return answer(status=302, location=url)


def chunked(*parts: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def played(*parts: bytes, every: float = 0, end: type[Exception] | None = None) -> Route:
    """Return a route that sends one part after another; the last one for ever unless it `end`s."""

    async def play() -> AsyncIterator[bytes]:
        for part in parts[:-1]:
            yield part
            await asyncio.sleep(every)
        if end:
            raise end
        while True:
            yield parts[-1]
            await asyncio.sleep(every)

    return lambda request, before: play()


@cache
def bomb(*packers: str) -> bytes:
    """Return 100 MB of blanks, packed."""
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda data: gzip.compress(data, 1, mtime=0),
        "br": lambda data: bytes(brotli.compress(data, quality=1)),
        "zstd": lambda data: bytes(zstd.compress(data)),
    }
    body = b"<html><body>" + b" " * 100 * 10**6 + b"</body></html>"
    for packer in packers:
        body = pack[packer](body)
    return answer(body, content_encoding=", ".join(packers))


def russian(page: bytes, header: str) -> bytes:
    """Return a page in windows-1251 that says so itself, with another header."""
    text = page.decode().replace('charset="utf-8"', 'charset="windows-1251"')
    body = text.encode("cp1251", "xmlcharrefreplace")
    return answer(body).replace(b"text/html", b"text/html; charset=" + header.encode())


def once(first: bytes) -> Callable[[Place], Route]:
    return lambda at: lambda request, before: answer(at.page) if before else first


def inner(scheme: str) -> Callable[[Place], Route]:
    return lambda at: to(at.inside.replace("http://", scheme))


# what stays out of the feed as long as the fault lasts, and must come when it is over
LATER: dict[str, Callable[[Place], Route]] = {
    "S01 redirect inside": lambda at: to(f"{at.inside}/"),
    "S04 error, then redirect inside": lambda at: lambda request, before: (
        to(f"{at.inside}/") if before else answer(status=503, retry_after="0")
    ),
    "S06 redirect to file": lambda at: to("file:///etc/hostname"),
    "S06 redirect to data": lambda at: to("data:text/html,<p>let in</p>"),
    "S06 redirect to ftp": inner("ftp://"),
    "S07 redirect to javascript": lambda at: to("javascript:1"),
    "S08 file of the site": lambda at: to(f"file://{at.inside[7:]}/etc/hostname"),
    "S10 user name": inner("http://tj.sputniknews.ru@"),
    "S10 number": lambda at: to(f"http://2130706433:{at.inside.rpartition(':')[2]}/"),
    "S20 gzip bomb": lambda at: bomb("gzip"),
    "S20 gzip in gzip bomb": lambda at: bomb("gzip", "gzip"),
    "S20 br bomb": lambda at: bomb("br"),
    "S20 zstd bomb": lambda at: bomb("zstd"),
    "S22 endless": lambda at: played(chunked(b"<html>"), b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "S26 slow body": lambda at: played(answer(b"<html>", length=9999), b" ", every=0.2),
    "S26 slow head": lambda at: played(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every=0.2),
    "S26 silence": lambda at: None,
    "S27 redirect to itself": lambda at: to(at.path),
    "S27 growing address": lambda at: lambda request, before: to(f"{at.path}?{'x' * before}=1"),
    "S37 long header": lambda at: answer(at.page, x="y" * 40_000),
    "S38 many headers": lambda at: answer(at.page, **{f"X{n}": "y" for n in range(20_000)}),
    "R13 too few bytes": lambda at: answer(at.page, length=len(at.page) + 9),
    "R13 cut chunk": lambda at: chunked(at.page)[:-99],
    "R13 no last chunk": lambda at: chunked(at.page),
    "R13 no number of a chunk": lambda at: chunked(at.page) + b"zz\r\n",
    "R13 reset": lambda at: played(answer(at.page)[:500], b"", end=Reset),
    "R13 no answer": lambda at: b"",
    "R13 garbage": lambda at: b"\x16\x03\x01 what is this\r\n\r\n",
    "R13 HTTP/0.9": lambda at: at.page,
    "R13 two lengths": lambda at: answer(at.page, content_length=f"{len(at.page) + 1}"),
    "R13 negative length": lambda at: answer(at.page, length=-5),
    "R14 length too small": lambda at: answer(at.page, length=len(at.page) // 2),
    "R15 no length, cut": lambda at: answer(at.page[: len(at.page) // 2], length=-1),
    "R16 cut gzip": lambda at: answer(gzip.compress(at.page)[:-99], content_encoding="gzip"),
    "R16 cut page in gzip": lambda at: answer(
        gzip.compress(at.page[: len(at.page) // 2]), content_encoding="gzip"
    ),
    "R17 no gzip": lambda at: answer(at.page, content_encoding="gzip"),
    "R17 nothing in it": lambda at: answer(b"\x1f\x8b", content_encoding="gzip"),
    "R18 bad checksum": lambda at: answer(
        gzip.compress(at.page)[:-8] + b"12345678", content_encoding="gzip"
    ),
    "R18 unknown coding": lambda at: answer(at.page, content_encoding="rot13"),
    "R19 error": lambda at: answer(status=500),
    "R19 not found": lambda at: answer(status=404),
    "R19 not modified": lambda at: answer(status=304),
    "R19 part": lambda at: answer(at.page[: len(at.page) // 2], status=206),
    "R28 another article": lambda at: to(at.other),
    "R28 front page": lambda at: to("/"),
    "R35 denied": lambda at: answer(DENIED),
    "R35 denied by status": lambda at: answer(DENIED, status=403),
    "R35 captcha": lambda at: answer(
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><p>Verify that "
        b"you are human.</p><form><input name='q'></form><a href='%b'>back</a></body></html>"
        % at.path.encode()
    ),
    "R35 empty": lambda at: answer(),
    "R35 no page": lambda at: answer(b"%PDF-1.7\n\x00\x01\x02\xff" + bytes(range(256)) * 40),
}
# what is odd, and yet all there
WHOLE: dict[str, Callable[[Place], Route]] = {
    "S05 refresh": lambda at: answer(
        at.page.replace(
            b"<head>", b"<head><meta http-equiv=refresh content='0;%b'>" % at.inside.encode()
        )
    ),
    "S11 canonical address elsewhere": lambda at: answer(
        at.page.replace(b"<head>", b"<head><base href='%b/'>" % at.inside.encode())
    ),
    "S44 cookie": lambda at: answer(at.page, set_cookie="s=1", etag='"a\\r\\nX-In: 1"'),
    "R12 busy": once(answer(status=429, retry_after="1")),
    "R13 reset once": lambda at: lambda request, before: (
        answer(at.page) if before else b"HTTP/1.1 200 OK\r\nContent-"
    ),
    "R15 no length": lambda at: answer(at.page, length=-1),
    "R21 cp1251, header utf-8": lambda at: russian(at.page, "utf-8"),
    "R21 cp1251, header latin-1": lambda at: russian(at.page, "iso-8859-1"),
}


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

        self.faulty = wire.crawl(DOWNLOAD_TIMEOUT=2, COOKIES_ENABLED=True)
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
            f"{self.wire.root}/{day}?x=1&#13;&#10;X-In: 1", "http://[::1/", f"//{self.inside[7:]}/{day}",
        ]  # fmt: skip
        return "".join(f"<item><link>{link}</link></item>" for link in links).encode() + b"<item>"

    def items(self, crawl: Crawl) -> dict[str, str]:
        return {item["id"]: item["body"] for item in crawl.items}


@pytest.fixture(scope="module")
def day(server: OddServer, tmp_path_factory: pytest.TempPathFactory) -> Day:
    return Day(server, tmp_path_factory.mktemp("day"))


def letters(text: str) -> str:
    return "".join(text.split())


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
    assert {item["url"].split("/2")[0] for item in day.mended.items} == {day.wire.root}


def test_bombs_do_not_fill_the_memory(day: Day) -> None:
    """S20-S22: a page of 100 MB would show, four at once still more."""
    assert day.wire.rss < 260


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
    assert "as the host asks for rest" in done.log.splitlines()[-1]
    assert len(done.items) == len(day.faulty.items)
    assert len(asked) <= (0 if case == "S14 robots" else 8)


# --- lists --------------------------------------------------------------------------------------

FIRST = date(2021, 11, 1)
XML = b'<?xml version="1.0"?>'
LOL = b'<!DOCTYPE x [<!ENTITY a "lollollol">' + b"".join(
    b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


class Archive:
    """A back-fill of days each of whose lists has another fault, and again without."""

    def __init__(self, server: OddServer, folder: Path) -> None:
        self.server = server
        self.inside = server.host({}, default=answer(page("let in")))
        self.wire = wire = FaultyWire(server, folder, FIRST, (25,) * 7)
        wire.articles = GONE  # what matters is that they are asked for
        names = [f"{FIRST + timedelta(n):%Y%m%d}" for n in range(9)]
        first, more = [f"/{n}/" for n in names], [f"/services/{n}/more.html" for n in names]
        sitemap = "/sitemap_article_index.xml"

        def odd_sitemap(request: Request, before: int) -> bytes:
            name = request.query["date"]
            body = wire.page(sitemap, date=name)
            if name == names[5]:
                entity = f'<!ENTITY x SYSTEM "{self.inside}/x"><!ENTITY y SYSTEM "file:///etc/x">'
                dtd = f'<!DOCTYPE u SYSTEM "{self.inside}/dtd" [{entity}]>'.encode()
                body = body.replace(b"<urlset", dtd + b"<urlset", 1)
                body = body.replace(b"<url>", b"<url><loc>&x;&y;</loc></url><url>", 1)
            elif name == names[6]:
                body = body.replace(b"<urlset", LOL + b"]><urlset", 1)
                body = body.replace(b"<url>", b"<url><loc>&j;</loc></url><url>", 1)
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
            **{path: answer(status=500) for path in first[5:8]},
            sitemap: odd_sitemap,
        }
        days = ["-a", f"since={FIRST}", "-a", f"until={FIRST + timedelta(8)}"]
        self.faulty = wire.crawl(*days, RETRY_TIMES=0)
        self.asked = set(wire.asked())
        wire.faults.clear()
        self.mended = wire.crawl(*days)
        self.numbers = [
            [wire.wire.outline(EDITION, k, 1).path for k in wire.wire.of_day(EDITION, d, wire.now)]
            for d in (FIRST + timedelta(n) for n in range(9))
        ]


@pytest.fixture(scope="module")
def archive(server: OddServer, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(server, tmp_path_factory.mktemp("archive"))


@pytest.mark.parametrize(
    ("number", "case"),
    enumerate(
        [
            "R35 denied", "R35 denied later on", "R15 fragment cut", "S29 more and more",
            "S20 bomb", "S25 foreign entities", "S24 billion laughs", "S09 R29 odd and cut sitemap",
            "right",
        ]
    ),
)  # fmt: skip
def test_articles_of_a_bad_list_are_found_elsewhere(
    archive: Archive, number: int, case: str
) -> None:
    assert archive.asked >= set(archive.numbers[number])


def test_only_days_that_were_read_to_their_end_are_done(archive: Archive) -> None:
    assert archive.faulty.stats["newswire/days_done"] == 1
    assert archive.mended.stats["newswire/days_done"] == 8
    assert archive.mended.code == 0
    assert archive.server.asked(archive.inside) == []
    for said in ("declares entities", "cut short", "not well-formed", "the list does not end"):
        assert said in archive.faulty.log


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
    wire.crawl()
    new = {wire.path(t) for t in wire.truths() if t.date_published > "2021-12-15"}
    assert not new <= set(wire.asked())
    wire.faults.clear()
    wire.crawl()
    assert new <= set(wire.asked())
    assert seen <= set(wire.asked())
    lists = len(server.asked(wire.root))
    wire.crawl()
    assert more not in server.asked(wire.root)[lists:]  # there is no gap any more


# --- the rest -----------------------------------------------------------------------------------


def test_a_host_that_is_down_is_given_up(server: OddServer, tmp_path: Path) -> None:
    """R13, R19: a month of days costs a few requests, not hours of time-outs."""
    wire = FaultyWire(server, tmp_path, FIRST, (1,) * 7)
    robots = wire.answer
    dead = server.host(
        {"/robots.txt": robots}, default=lambda request, before: played(b"", end=Reset)(request, 0)
    )  # fmt: skip
    wire.root = dead
    done = wire.crawl("-a", "since=2021-11-01", "-a", "until=2021-11-30", RETRY_TIMES=3)
    assert done.code == 1
    assert "as the host asks for rest" in done.log.splitlines()[-1]
    assert len(server.asked(dead)) <= MAX_SILENCE + 10


def test_certificates(
    server: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    outcome = crawl_urls(
        urls, [good, *bad], {"RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 3}
    ).outcome()
    assert list(outcome.pages) == [f"{good}/"]
    assert set(outcome.errors) == set(urls[1:])


def test_a_password_for_all_hosts_is_refused(server: OddServer, tmp_path: Path) -> None:
    """S43."""
    wire = FaultyWire(server, tmp_path, FIRST, (1,) * 7)
    done = wire.crawl(HTTPAUTH_USER="me")
    assert done.code != 0
    assert "HTTPAUTH_DOMAIN must be set" in done.log
    assert server.asked(wire.root) == []


def test_a_clock_that_was_ahead_loses_nothing(tmp_path: Path) -> None:
    """R33: what a run years ahead had found, or could not get, does not wait for years."""
    now = 2e9
    ledger = Ledger(str(tmp_path / "ledger.db"), lambda: now)
    ledger.begin("sputnik")
    ledger.discover("e", [Found(f"k{n}", f"u{n}") for n in range(3)])
    assert len(ledger.lease("e", 1)) == 1
    ledger.failed("k0", "status 500")
    ledger.finish({})
    now = 1.7e9
    ledger.begin("sputnik")
    assert ledger.acquire("e")
    assert {lease.key for lease in ledger.lease("e", 9)} == {"k0", "k1", "k2"}
    ledger.close()


def test_articles_have_addresses_of_the_wire(day: Day) -> None:
    assert all(ARTICLE.fullmatch(day.wire.path(truth)) for truth in day.truths)
