"""What a crawl may reach and read: the decisions, and real crawls against odd servers."""

from __future__ import annotations

import gzip
import importlib
import ssl
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import brotli
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from newswire.archive.http import document_ends, undone
from newswire.crawl.net.pace import MAX_REFUSALS, pause, retry_after
from newswire.crawl.net.reach import Reach, origin
from newswire.crawl.net.resolver import is_public
from newswire.crawl.net.robots import Rules
from newswire.errors import Reason, UnreadablePage
from newswire.settings import DOWNLOADER_MIDDLEWARES
from tests.crawl_urls import Outcome, crawl_urls
from tests.odd_server import OddServer, answer, odd_server, page
from tests.simulated import Running

SITE = "http://127.0.0.1:8000"
REACH = Reach.of("sputnik", [SITE, "http://[::1]:8000/"])


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


# --- decisions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"{SITE}/20211223/slug-1045000000.html", None),
        ("http://[::1]:8000/", None),
        ("https://tj.sputniknews.ru/", None),
        ("http://TJ.Sputniknews.RU:80/", None),
        ("https://tj.sputniknews.ru:443/x?y#z", None),
        ("https://m.ru.sputnik.kg./robots.txt", None),  # an older host, mobile, dot behind
        ("https://sputniknews.com/", None),
        ("https://127.0.0.1:8000/", "host"),
        ("http://127.0.0.1:8001/", "host"),
        ("http://127.0.0.1/", "host"),
        ("http://127.0.0.2:8000/", "host"),
        ("http://localhost:8000/", "host"),
        ("http://2130706433:8000/", "host"),
        ("http://0x7f.1:8000/", "host"),
        ("http://017700000001:8000/", "host"),
        ("http://[::ffff:127.0.0.1]:8000/", "host"),
        ("http://169.254.169.254/latest/meta-data/", "host"),
        ("https://evil-tj.sputniknews.ru/", "host"),
        ("https://tj.sputniknews.ru.evil.example/", "host"),
        ("https://example.org/#@tj.sputniknews.ru/", "host"),
        ("https://tj.sputniknews.ru:22/", "port"),
        ("https://tj.sputniknews.ru:80/", "port"),
        ("http://tj.sputniknews.ru:443/", "port"),
        ("https://user:pass@tj.sputniknews.ru/", "credentials"),
        ("https://tj.sputniknews.ru@127.0.0.1:8000/", "credentials"),
        ("https://@tj.sputniknews.ru/", "credentials"),
        ("https://tj.sputniknews.ru:99999/", "url"),
        ("https://tj.sputniknews.ru:x/", "url"),
        ("https://tj.sputniknews.ru\\.evil.example/", "url"),
        ("https://tj sputniknews.ru/", "url"),
        ("https:///x", "url"),
        ("http://[::1/", "url"),
        ("file://tj.sputniknews.ru/etc/hostname", "scheme"),
        ("file:///etc/hostname", "scheme"),
        ("ftp://tj.sputniknews.ru/", "scheme"),
        ("data:text/html,x", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("s3://bucket/key", "scheme"),
        ("//tj.sputniknews.ru/", "scheme"),
        ("", "scheme"),
    ],
)
def test_reach(url: str, reason: str | None) -> None:
    assert REACH.refusal(url) == reason


def test_another_wire_is_out_of_reach() -> None:
    assert Reach.of("other", []).refusal("https://tj.sputniknews.ru/") == "host"


def test_one_budget_an_edition_and_a_site() -> None:
    hosts = ("https://sputnikglobe.com/", "http://sputniknews.com/x", "https://m.sputniknews.com/")
    assert {REACH.budget(url) for url in hosts} == {"int"}
    assert REACH.budget(f"{SITE}/x") == "127.0.0.1:8000"
    with pytest.raises(ValueError, match="host"):
        REACH.budget("https://example.org/")


def test_origin_does_not_depend_on_writing() -> None:
    assert origin("HTTP://Example.org.:80/x") == origin("http://example.org")
    assert origin("https://example.org") != origin("http://example.org")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4001:800::200e", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),  # carrier-grade NAT
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.0.2.1", False),  # documentation
        ("192.168.1.1", False),
        ("198.18.0.1", False),  # benchmarks
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", False),
        ("64:ff9b::7f00:1", False),  # NAT64
        ("2001:0:53aa:64c:0:0:7f00:1", False),  # Teredo
        ("2002:7f00:1::", False),  # 6to4
        ("fc00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("2130706433", False),
        ("0x7f.1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("999999999", 999999999),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Mon, 01 Jan 2024 03:01:00 +0300", 60),
        ("Mon, 01 Jan 2024 00:01:00 -0000", 60),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("9" * 400, None),
        ("Mon, 99 Jan 2024 00:01:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, format_datetime(NOW, usegmt=True)) == seconds


def test_retry_after_goes_by_our_clock_where_the_server_tells_none() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after(until) == pytest.approx(60, abs=5)
    assert retry_after(until, "yesterday") == pytest.approx(60, abs=5)


def test_pauses_double_until_the_host_is_given_up() -> None:
    pauses = [pause(number, None) for number in range(1, MAX_REFUSALS + 2)]
    assert pauses == [5, 10, 20, 40, 80, 160, None]
    assert [pause(2, 0), pause(2, 300), pause(2, 301), pause(MAX_REFUSALS + 1, 1)] == [
        0, 300, None, None,
    ]  # fmt: skip


zstd = importlib.import_module(
    "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
)
BODY = page("слово " * 5000)
RAW = zlib.compressobj(wbits=-15)
STREAMS = {
    "gzip": gzip.compress(BODY, mtime=0),
    "x-gzip": gzip.compress(BODY[:9], mtime=0) + gzip.compress(BODY[9:], mtime=0),
    "deflate": zlib.compress(BODY),
    "raw deflate": RAW.compress(BODY) + RAW.flush(),
    "br": brotli.compress(BODY),
    "zstd": zstd.compress(BODY),
}


def refusal(data: bytes, coding: str, limit: int) -> Reason | None:
    """Return why a coded body cannot be had, None when it comes whole."""
    try:
        assert undone(data, coding, limit) == BODY
    except UnreadablePage as error:
        return error.reason
    return None


@pytest.mark.parametrize("name", STREAMS)
def test_only_a_whole_stream_is_taken(name: str) -> None:
    data, coding = STREAMS[name], name.removeprefix("raw ")
    assert refusal(data, coding, 10**7) is None
    first = len(gzip.compress(BODY[:9], mtime=0))  # behind which x-gzip may end
    for length in {*range(2, len(data) - 1, 7), len(data) - 1} - {first, first + 1}:
        assert refusal(data[:length], coding, 10**7), length


@pytest.mark.parametrize(
    "coding",
    ["", "identity", "none", "utf-8", "UTF-8", "windows-1251", "binary", "8bit", "chunked", "rot13",
     "text/html", "gzip", "br", "compress", "utf-8, none"],
)  # fmt: skip
def test_a_plain_page_is_taken_whatever_its_coding_is_said_to_be(coding: str) -> None:
    assert refusal(BODY, coding, 10**7) is None


def test_words_that_are_no_coding_do_not_hide_one() -> None:
    for codings in ("gzip, utf-8", "none,gzip", "utf-8, GZIP , identity"):
        assert refusal(STREAMS["gzip"], codings, 10**7) is None
    twice = brotli.compress(STREAMS["gzip"])
    assert refusal(twice, "gzip, br", 10**7) is None
    assert refusal(b"\x1f\x9d\x90", "compress", 10**7) is Reason.ENCODING


def test_damage_is_seen_and_a_bomb_is_not_unpacked() -> None:
    data = STREAMS["gzip"]
    assert refusal(data[:-8] + b"\0\0\0\0" + data[-4:], "gzip", 10**7) is Reason.DAMAGED
    bombs = {
        "gzip": gzip.compress(bytes(10**7), 1),
        "deflate": zlib.compress(bytes(10**7), 1),
        "br": brotli.compress(bytes(10**7), quality=1),
        "zstd": zstd.compress(bytes(10**7)),
    }
    for coding, bomb in bombs.items():
        half = bomb[: len(bomb) // 2]
        assert refusal(half, coding, 10**6) is Reason.TOO_LARGE  # the end was not looked for
        assert refusal(half, coding, 10**8) is Reason.TRUNCATED


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        (page(), True),
        (page() + b"<!-- cached -->" + b" " * 9000, True),
        (page().upper(), True),
        (page()[:-1], True),  # only a bracket is missing
        (page()[:-8], False),
        (b"<html><script>var a", False),
        (b"<div class='list__item'><a href='/x'>one</a>", True),  # an answer of `more`
        (b"", True),
        (b"User-agent: *", True),
        (b"<?xml version='1.0'?><rss><channel></channel></rss>", True),
        (b"<?xml version='1.0'?><rss><channel><item>", False),
        (b"<urlset xmlns='x'/>", True),
        (b"<urlset xmlns='x'><url>", False),
        (b"<sitemapindex><sitemap></sitemap></sitemapindex>", True),
    ],
)
def test_documents_end(body: bytes, ends: bool) -> None:
    assert document_ends(body) is ends


# --- crawls -------------------------------------------------------------------------------------


def test_nothing_leads_outside(server: OddServer) -> None:
    inside = server.host({"/": answer(page("secret"))})
    out = answer(status=302, location=f"{inside}/")
    site = server.host(
        {
            "/": answer(page()),
            "/moved": answer(status=301, location="/"),
            "/out": out,
            "/later-out": lambda _, before: out if before else answer(status=503, retry_after="0"),
            "/refresh": answer(page() + f"<meta http-equiv=refresh content='0;{inside}'>".encode()),
            "/file": answer(status=302, location="file:///etc/hostname"),
            "/loop": answer(status=302, location="/loop"),
        }
    )
    host = site.removeprefix("http://")
    blocked = {
        f"{inside}/": "host",
        f"{site}/out": "host",
        f"{site}/later-out": "host",
        f"file://{host}/etc/hostname": "scheme",
        "file:///etc/hostname": "scheme",
        "ftp://tj.sputniknews.ru/": "scheme",
        "data:,x": "scheme",
        "https://tj.sputniknews.ru:8443/": "port",
        f"http://me:hidden@{host}/": "credentials",
    }
    fine = [f"{site}/", f"{site}/moved", f"{site}/refresh"]
    odd = [f"{site}/file", f"{site}/loop"]
    outcome = crawl_urls([*blocked, *fine, *odd], [site]).outcome()
    assert set(outcome.pages) == set(fine)
    assert server.asked(inside) == []
    for url, reason in blocked.items():
        assert outcome.errors[url] == f"Blocked: blocked: {reason}"
    assert set(outcome.errors) == {*blocked, *odd}
    counts = {reason: list(blocked.values()).count(reason) for reason in blocked.values()}
    for reason, count in counts.items():
        assert outcome.stats[f"newswire/blocked/{reason}"] == count
        assert outcome.log.count(f"Blocked ({reason})") == count
    assert "hidden" not in outcome.log
    assert server.asked(site).count("/loop") == 6


UNGUARDED = {
    **DOWNLOADER_MIDDLEWARES,
    "newswire.crawl.net.guard.Guard": None,
    "newswire.crawl.net.robots.Robots": None,
}
NAMES = {"tj.sputniknews.ru": "127.0.0.1", "ru.sputnik.kg": "169.254.169.254"}


def test_names_of_private_addresses_are_not_connected_to(server: OddServer) -> None:
    outcome = crawl_urls(
        ["http://tj.sputniknews.ru/", "https://ru.sputnik.kg/"],
        settings={"RETRY_TIMES": 1},
        names=NAMES,
    ).outcome()
    assert outcome.stats["newswire/blocked/address"] == 2
    assert "Blocked (address): tj.sputniknews.ru is at 127.0.0.1" in outcome.log
    assert outcome.stats.get("downloader/response_count", 0) == 0
    assert set(outcome.errors) == {"http://tj.sputniknews.ru/", "https://ru.sputnik.kg/"}


def test_addresses_in_any_notation_are_not_connected_to(server: OddServer) -> None:
    """Without the check of URLs, the resolver alone."""
    site = server.host({"/": answer(page())})
    address, port = site.removeprefix("http://").split(":")
    number = int(ip_address(address))
    last = number & 0xFFFFFF
    forms = [address, f"{number}", f"0x{number:x}", f"0{number:o}", f"127.{last}", f"0x7f.{last}"]
    outcome = crawl_urls(
        [f"http://{form}:{port}/" for form in forms],
        settings={"DOWNLOADER_MIDDLEWARES": UNGUARDED, "RETRY_TIMES": 0},
    ).outcome()
    assert server.asked(site) == []
    assert len(outcome.errors) == len(forms)
    assert outcome.stats["newswire/blocked/address"] == len(forms)


def test_answers_from_private_addresses_are_dropped_whatever_resolved_them(
    server: OddServer,
) -> None:
    site = server.host({"/": answer(page()), "/empty": answer()})
    outcome = crawl_urls(
        [f"{site}/", f"{site}/empty"],
        settings={
            "DOWNLOADER_MIDDLEWARES": UNGUARDED,
            "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
        },
    ).outcome()
    assert sorted(server.asked(site)) == ["/", "/empty"]
    assert outcome.pages == {}
    assert outcome.stats["newswire/blocked/address"] == 2


def test_a_named_site_may_be_anywhere(server: OddServer) -> None:
    address, port = server.host({"/": answer(page())}).removeprefix("http://").split(":")
    site = f"http://mirror.test:{port}"
    outcome = crawl_urls([f"{site}/"], [site], names={"mirror.test": address}).outcome()
    assert list(outcome.pages) == [f"{site}/"]


RULES = answer(b"User-agent: *\nDisallow: /closed/\n")


def test_robots(server: OddServer) -> None:
    """Concurrent first requests, robots.txt elsewhere, broken, silent, and slow ones."""
    closed = {f"/closed/{number}": answer(page()) for number in range(40)}
    pages = {"/open": answer(page()), "/closed/0": answer(page())}
    elsewhere = server.host({"/robots.txt": RULES})
    obeyed = server.host({**pages, **closed, "/robots.txt": RULES})
    moved = server.host({**pages, "/robots.txt": answer(status=301, location="/r"), "/r": RULES})
    foreign = server.host(
        {**pages, "/robots.txt": answer(status=302, location=f"{elsewhere}/robots.txt")}
    )
    flaky = server.host(
        {
            **pages,
            "/robots.txt": lambda _, before: (
                RULES if before else answer(status=503, retry_after="0")
            ),
        }
    )
    absent = server.host(pages)
    forbidden = server.host({**pages, "/robots.txt": answer(status=403)})
    broken = server.host({**pages, "/robots.txt": answer(status=500)})
    refused = server.host({**pages, "/robots.txt": answer(status=429, retry_after="0")})
    silent = server.host({**pages, "/robots.txt": None})
    late = server.host({**pages, "/robots.txt": answer(b"# x\n" * 250_000 + RULES[-38:])})
    rooms = [obeyed, moved, foreign, flaky, absent, forbidden, broken, refused, silent, late]
    outcome = crawl_urls(
        [*(f"{obeyed}{path}" for path in closed), *(f"{room}{p}" for room in rooms for p in pages)],
        [*rooms, elsewhere],
        {"CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_TIMEOUT": 1, "RETRY_TIMES": 1},
    ).outcome()

    asked = {room: set(server.asked(room)) - {"/robots.txt", "/r"} for room in rooms}
    assert [asked[room] for room in (obeyed, moved, flaky, late)] == [{"/open"}] * 4
    assert [asked[room] for room in (foreign, absent, forbidden)] == [{"/open", "/closed/0"}] * 3
    assert [asked[room] for room in (broken, refused, silent)] == [set()] * 3
    assert server.asked(elsewhere) == []
    assert server.asked(obeyed).count("/robots.txt") == 1
    assert outcome.errors[f"{obeyed}/closed/7"] == "Forbidden: forbidden by robots.txt"
    for room in (broken, refused, silent):
        assert outcome.errors[f"{room}/open"].startswith("HostClosed: ")
    assert outcome.stats["newswire/blocked/robots"] == 40 + 1 + 3
    assert outcome.stats["newswire/closed/robots"] == 6


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 1.5", 1.5),
        ("User-agent: *\ncrawl-delay:2,5", 2.5),
        ("User-agent: *\nCrawl-delay: 3s # please", 3),
        ("User-agent: *\nCrawl-delay: 4 sec.", 4),
        ("User-agent: *\nCrawl delay 500 ms", 0.5),
        ("User-agent: *\nCrawl-delay: 1m", 30),  # no more than that
        ("User-agent: *\nRequest-rate: 1/5", 5),
        ("User-agent: *\nRequest-rate: 10/1m 0600-0845", 6),
        ("User-agent: *\nRequest-rate: 12 / m", 5),
        ("User-agent: *\nRequest-rate: 1/2\nCrawl-delay: 7", 7),
        ("Crawl-delay: 2\n\nUser-agent: *\nDisallow: /x", 2),  # before any group
        ("\ufeffUser-agent: newswire\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 9", 3),
        ("User-agent: other\nCrawl-delay: 3", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nRequest-rate: 0/5", 0),
        ("", 0),
    ],
)
def test_delays_of_robots(lines: str, seconds: float) -> None:
    for encoding in ("utf-8", "utf-16"):
        body = lines.removeprefix("\ufeff" * (encoding == "utf-16")).encode(encoding)
        assert Rules(body).delay("newswire") == seconds


def _gaps(server: OddServer, root: str) -> list[float]:
    times = [entry.time for entry in server.log if entry.root == root]
    return [later - earlier for earlier, later in pairwise(times)]


def test_pace(server: OddServer) -> None:
    """Crawl-delay, Retry-After in both forms, and hosts that are given up."""
    robots = answer(b"User-agent: newswire\nCrawl-delay: 0.7\n\nUser-agent: *\nCrawl-delay: 29\n")
    paths = [f"/{number}" for number in range(4)]
    pages = {path: answer(page()) for path in paths}
    slow = server.host({**pages, "/robots.txt": robots})

    def busy(first: bytes) -> str:
        return server.host({**pages, "/0": lambda _, before: answer(page()) if before else first})

    seconds = busy(answer(status=429, retry_after="1"))
    until = format_datetime(NOW + timedelta(seconds=1), usegmt=True)
    dated = busy(answer(status=503, retry_after=until, date=format_datetime(NOW, usegmt=True)))
    tomorrow = server.host(dict.fromkeys(paths, answer(status=429, retry_after="86400")))
    always = server.host(dict.fromkeys(paths, answer(status=503, retry_after="0")))
    free = server.host(pages)
    rooms = [slow, seconds, dated, tomorrow, always, free]
    outcome = crawl_urls(
        [f"{room}{path}" for path in paths for room in rooms],
        rooms,
        {
            "AUTOTHROTTLE_ENABLED": True,  # it sets delays too, and must not undercut
            "AUTOTHROTTLE_START_DELAY": 0.01,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "CONCURRENT_REQUESTS": 8,  # fewer than wait for the hosts that pause
        },
    ).outcome()

    done = {f"{room}{path}" for room in (slow, seconds, dated, free) for path in paths}
    assert set(outcome.pages) == done
    gaps = _gaps(server, slow)[1:]  # the first is behind robots.txt itself, which sets the delay
    assert len(gaps) == 3
    assert min(gaps) > 0.5, gaps  # as seen by a server that may be late itself
    assert sum(gaps) > 2.0, gaps
    for room in (seconds, dated):  # the whole host waits once, not only the refused request
        waits = [gap for gap in _gaps(server, room) if gap > 0.9]
        assert len(waits) == 1, _gaps(server, room)
        assert len(server.asked(room)) == 1 + 4 + 1
    for room in (seconds, dated):  # which holds up no other host
        resumed = max(entry.time for entry in server.log if entry.root == room)
        assert max(entry.time for entry in server.log if entry.root == free) < resumed
    assert len(server.asked(tomorrow)) == 2
    assert len(server.asked(always)) == 1 + MAX_REFUSALS + 1
    for room in (tomorrow, always):
        assert all(outcome.errors[f"{room}{path}"].startswith("H") for path in paths)
        assert f"{room.removeprefix('http://')} answered " in outcome.log


@pytest.mark.parametrize("delay", [0, 0.01])
def test_a_host_has_one_budget_of_connections(delay: float) -> None:
    with odd_server() as server:
        server.delay = 0.05
        pages = {f"/{number}": answer(page()) for number in range(20)}
        sites = [server.host(pages), server.host(pages)]
        outcome = crawl_urls(
            [f"{site}{path}" for path in pages for site in sites], sites, {"DOWNLOAD_DELAY": delay}
        ).outcome()
        assert len(outcome.pages) == 40
        assert [server.busiest[site] for site in sites] == [2, 2]


def test_cut_pages_are_asked_again_and_never_taken(server: OddServer) -> None:
    text = page("text " * 200)
    whole = {
        "/plain": answer(text),
        "/fragment": answer(b"<div><a href='/x'>y</a>"),
        "/no-length": answer(text, length=-1),
        "/empty": answer(),
        "/no-gzip": answer(text, content_encoding="gzip"),
        "/no-coding": answer(text, content_encoding="utf-8"),
        **{
            f"/{encoding.replace(' ', '-')}": answer(
                data if encoding != "x-gzip" else STREAMS["gzip"],
                content_encoding=encoding.removeprefix("raw "),
            )
            for encoding, data in STREAMS.items()
        },
    }
    packed = gzip.compress(text, mtime=0)
    cut = {
        "/too-long": answer(text, length=len(text) + 10),
        "/too-short": answer(text, length=len(text) // 2),
        "/no-length-cut": answer(text[:-20], length=-1),
        "/bad-checksum": answer(packed[:-8] + b"1234" + packed[-4:], content_encoding="gzip"),
        "/other-coding": answer(b"\x1f\x9d\x90", content_encoding="compress"),
        "/bomb": answer(gzip.compress(bytes(3 * 10**6), mtime=0), content_encoding="gzip"),
        **{
            f"/cut-{encoding}": answer(STREAMS[encoding][:-5], content_encoding=encoding)
            for encoding in ("gzip", "deflate", "br", "zstd")
        },
    }
    once = lambda _, before: answer(text if before else text[:-20], length=-1)  # noqa: E731
    site = server.host({**whole, **cut, "/once": once})
    outcome = crawl_urls(
        [site + path for path in (*whole, *cut, "/once")],
        [site],
        {"RETRY_TIMES": 1, "DOWNLOAD_MAXSIZE": 10**6},
    ).outcome()
    assert {url.removeprefix(site) for url in outcome.pages} == {*whole, "/once"}
    assert {url.removeprefix(site) for url in outcome.errors} == set(cut)
    for path in {*cut, "/once"} - {"/bomb"}:
        assert server.asked(site).count(path) == 2, path
    assert outcome.errors[f"{site}/cut-gzip"].startswith("ResponseDataLossError: broken gzip")
    assert outcome.errors[f"{site}/too-short"].startswith("ResponseDataLossError: cut short")
    assert outcome.stats["newswire/truncated"] == 2 * (len(cut) - 2) + 1


def test_secrets_stay_with_their_host(server: OddServer) -> None:
    other = server.host({"/": answer(page())})
    site = server.host(
        {
            "/": answer(page()),
            "/on": answer(status=302, location="/", set_cookie="track=1"),
            "/away": answer(status=302, location=f"{other}/"),
        }
    )
    secrets = {"Authorization": "Basic eDp5", "X-Api-Key": "k", "Cookie": "s=1", "X-Tok": "t"}
    outcome = crawl_urls(
        [f"{site}/on", f"{site}/away"],
        [site, other],
        {
            "DEFAULT_REQUEST_HEADERS": secrets | {"Accept-Language": "ru"},
            "NEWSWIRE_CONTACT": "mailto:a@b.example",
        },
    ).outcome()
    assert len(outcome.pages) == 2
    sent = {e.root + e.path: e.request.headers for e in server.log if e.path != "/robots.txt"}
    names = {name.lower() for name in secrets}
    assert names <= set(sent[f"{site}/"])
    assert sent[f"{site}/"]["cookie"] == "s=1"  # none is kept
    assert not (names | {"referer"}) & set(sent[f"{other}/"])
    assert sent[f"{other}/"]["accept-language"] == "ru"
    agents = {e.request.headers["user-agent"] for e in server.log if e.root in (site, other)}
    assert agents == {"newswire (+mailto:a@b.example)"}


def _certificate(folder: Path) -> ssl.SSLContext:
    """Return the side of a server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_certificates_are_verified(server: OddServer, tmp_path: Path) -> None:
    site = server.host({"/": answer(page())}, _certificate(tmp_path))
    trusting = {"DOWNLOAD_VERIFY_CERTIFICATES": False, "RETRY_TIMES": 0}
    careful, careless = (
        crawl_urls([f"{site}/"], [site], settings) for settings in ({"RETRY_TIMES": 0}, trusting)
    )
    assert list(careless.outcome().pages) == [f"{site}/"]  # so the server works
    outcome = careful.outcome()
    assert outcome.pages == {}
    assert "HostClosed" in outcome.errors[f"{site}/"]
    assert "certificate" in outcome.log


def test_the_simulated_wire_is_within_reach(simulator: Running) -> None:
    site, other = simulator.sites["tj"], simulator.sites["kg"]
    truths = [simulator.truth("tj", k) for k in range(3000, 3005)]
    before = len(simulator.requests())
    old = f"{site}/_host/m.tj.sputniknews.ru/{truths[0].url.split('/', 3)[3]}"
    outcome: Outcome = crawl_urls(
        [*(truth.url for truth in truths), f"{site}/search/?q=x", f"{other}/", old], [site]
    ).outcome()
    assert {truth.url for truth in truths} <= set(outcome.pages)
    assert outcome.errors[f"{site}/search/?q=x"] == "Forbidden: forbidden by robots.txt"
    assert outcome.errors[f"{other}/"] == "Blocked: blocked: host"
    asked = simulator.requests(before)
    assert {entry["edition"] for entry in asked} == {"tj"}
    assert {entry["headers"]["user-agent"] for entry in asked} == {"newswire"}
    assert {entry["headers"]["accept-encoding"] for entry in asked} == {"gzip, deflate, br, zstd"}
