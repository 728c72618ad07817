"""Which lists does a crawl follow, which days are done, what is said of lists it cannot read?"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from newswire.simulator.http import Request
from newswire.simulator.site import Site
from tests.crawl import Crawl
from tests.fault_server import FaultyWire
from tests.odd_server import OddServer, answer, odd_server

DAY = date(2021, 12, 20)
OF_DAY = ["-a", f"since={DAY}", "-a", f"until={DAY}"]
FIRST = f"/{DAY:%Y%m%d}/"
MORE = f"/services/{DAY:%Y%m%d}/more.html"
FEED = "/export/rss2/archive/index.xml"
RANGE, INDEX = "/sitemap_article.xml", "/sitemap_article_index.xml"
# the path of an article, which a change of the site replaces
OLD, NEW = rb"/20[0-9]{6}/[^\"<]*?(\d+)\.html", rb"/entry/story-of-number-\1"
ABSENT, EMPTY = answer(status=404), answer(b"<html><body><p>nothing</p></body></html>")


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


@pytest.fixture
def wire(server: OddServer, tmp_path: Path) -> FaultyWire:
    return FaultyWire(server, tmp_path, date(2021, 12, 13), (4,) * 7)


def wanted(wire: FaultyWire, first: date = DAY, days: int = 1) -> set[str]:
    return wire.paths(first, days)


def lists_asked(wire: FaultyWire) -> list[str]:
    """Return the paths of all that was asked for besides articles."""
    articles = set(wire.asked())
    return [path for path in wire.server.asked(wire.root) if path not in articles]


# --- back-fill ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_news_beside_a_list_is_not_its_continuation(wire: FaultyWire, number: int) -> None:
    """A widget that is empty, and one that shows articles already, of that very day as well."""
    widget = "/services/archive/widget/more.html"
    shown = wire.page(widget, id="0") if number == 3 else b""
    beside = (
        b'<div id="beside" data-next-url="%b?id=0&amp;date=0">%b</div>'
        b'<div data-url="/services/tags/widget/more.html?id=0&amp;date=0"></div>'
    ) % (widget.encode(), shown)
    wire.faults[FIRST] = answer(wire.page(FIRST).replace(b"</body>", beside + b"</body>"))
    done = wire.crawl(*OF_DAY)
    assert done.code == 0, done.log
    assert set(wire.asked()) == wanted(wire)
    assert done.stats["newswire/days_done"] == 1
    assert len(lists_asked(wire)) <= 4


def test_a_day_is_found_in_the_sitemaps_of_months(wire: FaultyWire) -> None:
    """No list and no sitemap of the day: the index leads to that of the month, and to no other."""

    def month(request: Request, before: int) -> bytes:
        query = request.query
        whole = query["date_start"] != query["date_end"]
        return answer(wire.page(RANGE, **query)) if whole else ABSENT

    wire.faults |= {FIRST: EMPTY, RANGE: month}
    done = wire.crawl(*OF_DAY)
    assert set(wire.asked()) == wanted(wire)
    assert [path for path in lists_asked(wire) if path == RANGE] == [RANGE] * 2
    assert "newswire/days_done" not in done.stats  # its list shows other than what is there


@pytest.mark.parametrize("sitemap", ["index", "empty index", "feed", "page", "absent"])
def test_a_day_is_not_done_without_proof(wire: FaultyWire, sitemap: str) -> None:
    """A list that shows nothing, and in place of sitemaps something that lists no article."""
    others = {
        "index": answer(wire.page(INDEX)),
        "empty index": answer(b"<sitemapindex></sitemapindex>"),
        "feed": answer(b"<rss><channel></channel></rss>"),
        "page": EMPTY,
        "absent": ABSENT,
    }
    wire.faults |= {FIRST: EMPTY, RANGE: others[sitemap], INDEX: others[sitemap]}
    done = wire.crawl(*OF_DAY)
    assert done.code == 1, done.log
    assert "1 day not read to the end" in done.log.splitlines()[-1]
    assert "newswire/days_done" not in done.stats


def test_an_empty_day_is_done(wire: FaultyWire) -> None:
    wire.faults |= {FIRST: EMPTY, RANGE: answer(b"<urlset></urlset>")}
    done = wire.crawl(*OF_DAY)
    assert (done.code, done.stats["newswire/days_done"]) == (0, 1), done.log


def test_a_list_of_a_day_that_is_not_recognised_is_said(wire: FaultyWire) -> None:
    """Its articles come by the sitemap, and those of other days beside it do not hide it."""
    page = wire.page(FIRST)
    beside = wire.page("/services/archive/widget/more.html", id="0")
    beside = beside[: beside.find(b"/20211220/") + 40].rpartition(b"<div")[0]  # hardly one of them
    new = re.sub(OLD, NEW, page)
    wire.faults[FIRST] = answer(new.replace(b"</body>", beside + b"</body>"))
    done = wire.crawl(*OF_DAY)
    assert wanted(wire) <= set(wire.asked())
    assert "/entry/story-of-number-" in done.log
    assert done.code == 1
    assert "1 list not recognised" in done.log.splitlines()[-1]
    assert "newswire/days_done" not in done.stats


@pytest.mark.parametrize("sitemap", ["renamed", "absent"])
def test_days_of_another_shape_are_said(wire: FaultyWire, sitemap: str) -> None:
    """The site has changed its addresses everywhere: no day is done, and the log shows one."""
    day = f"{DAY:%Y%m%d}"
    mapped = re.sub(OLD, NEW, wire.page(RANGE, date_start=day, date_end=day))
    wire.faults |= {
        FIRST: answer(re.sub(OLD, NEW, wire.page(FIRST))),
        RANGE: answer(mapped) if sitemap == "renamed" else ABSENT,
        INDEX: ABSENT,
    }
    done = wire.crawl(*OF_DAY)
    assert done.code == 1
    assert re.search("addresses is recognised as an article's, such as .*/entry/story", done.log)
    assert "1 day not read to the end" in done.log.splitlines()[-1]
    assert wire.asked() == []


def test_back_fill_under_the_robots_txt_of_2026(wire: FaultyWire) -> None:
    """A month of days, the answers of `more` closed: complete, done, and one line about it."""
    wire.wire = type(wire.wire)(1, ids=("tj",), start=date(2021, 11, 20), week=(25, *(2,) * 6))
    wire.site = Site(wire.wire, robots_2026=True)
    wire.articles = answer(status=410)  # what matters is that they are asked for
    first, days = date(2021, 11, 20), 30
    last = first + timedelta(days - 1)
    done = wire.crawl("-a", f"since={first}", "-a", f"until={last}")
    assert done.code == 0, done.log
    assert set(wire.asked()) >= wanted(wire, first, days)
    assert done.stats["newswire/days_done"] == days
    assert done.log.count("robots.txt forbids lists such as") == 1
    assert "WARNING:" not in re.sub(".*robots.txt forbids.*", "", done.log)
    assert not [path for path in lists_asked(wire) if "more.html" in path]


# --- the newest ---------------------------------------------------------------------------------


def test_the_newest_come_by_whatever_list_is_there(wire: FaultyWire) -> None:
    """No feed; a list of all articles that is not there, one without a continuation, the third."""
    wire.faults |= {
        FEED: ABSENT,
        "/sitemap_news.xml": ABSENT,
        "/services/archive/widget/more.html": ABSENT,
        "/services/widget/lenta/": answer(wire.page("/services/lenta/more.html")),
    }
    wire.articles = answer(status=410)
    done = wire.crawl()
    assert done.code == 0, done.log
    assert set(wire.asked()) >= wanted(wire, date(2021, 12, 22), 2)
    assert _listed_whole(wire)
    assert "no list: status 404" not in _warnings(done, "widget")


def test_a_gap_is_closed_by_sitemaps_where_lists_are_forbidden(wire: FaultyWire) -> None:
    wire.site = Site(wire.wire, robots_2026=True)
    feed = wire.page(FEED)
    items = feed.split(b"<item>")
    wire.faults[FEED] = answer(b"<item>".join([*items[:2], items[-1]]))  # the newest and the oldest
    wire.faults["/sitemap_news.xml"] = ABSENT
    wire.articles = answer(status=410)
    done = wire.crawl()
    assert set(wire.asked()) >= wanted(wire, date(2021, 12, 22), 2)
    assert done.log.count("robots.txt forbids lists such as") == 1
    assert _listed_whole(wire)


def _listed_whole(wire: FaultyWire) -> bool:
    """Return True if the ledger knows the newest without a gap."""
    with closing(sqlite3.connect(wire.folder / "ledger.db")) as db:
        return db.execute("SELECT whole FROM edition").fetchall() == [(1,)]


def _warnings(done: Crawl, word: str) -> str:
    return "\n".join(line for line in done.log.splitlines() if "WARNING" in line and word in line)


def test_lists_of_another_shape_fail_the_run(wire: FaultyWire) -> None:
    """Every list answers 200 with addresses of a new shape: said with an example, exit code 1."""

    right = wire.answer

    def moved(request: Request, before: int) -> bytes:
        if request.path == "/robots.txt":
            return right(request)
        return answer(re.sub(OLD, NEW, wire.page(request.path, **request.query)))

    wire.root = wire.server.host({}, default=moved)
    done = wire.crawl()
    assert done.code == 1
    said = r"none of \d+ addresses is recognised as an article's, such as http://\S+/entry/story"
    assert re.search(said, done.log)
    assert "not recognised (the site's addresses may have changed)" in done.log.splitlines()[-1]


def test_a_site_that_shows_nothing_fails_the_run(wire: FaultyWire) -> None:
    """Every address answers 200 with a page of a few words."""
    right = wire.answer

    def closed(request: Request, before: int) -> bytes:
        return right(request) if request.path == "/robots.txt" else EMPTY

    wire.root = wire.server.host({}, default=closed)
    done = wire.crawl()
    assert done.code == 1
    assert "sputnik:tj: no list shows any article" in done.log
    assert done.log.endswith("0 articles of 0 pages, no list of 1 edition shows an article\n")


def test_a_site_that_forbids_everything_fails_the_run(wire: FaultyWire) -> None:
    wire.faults["/robots.txt"] = answer(b"User-agent: *\nDisallow: /\n")
    done = wire.crawl()
    assert done.code == 1
    assert re.search(r"0 articles of 0 pages, \d+ forbidden by robots\.txt, no list of 1", done.log)


def test_a_share_that_fell_is_said(wire: FaultyWire) -> None:
    """Of a feed that was recognised whole, two of five are: as after a change of the site."""
    wire.articles = answer(status=410)
    assert wire.crawl().code == 0
    feed = wire.page(FEED)
    head, *items = feed.split(b"<item>")
    old = 2 * len(items) // 5
    mixed = [*items[:old], *(re.sub(OLD, NEW, item) for item in items[old:])]
    wire.faults[FEED] = answer(b"<item>".join([head, *mixed]))
    done = wire.crawl()
    assert done.code == 1
    assert re.search(r"\(100% before, \d\d% now\), such as http", done.log)


# --- given articles, bursts ---------------------------------------------------------------------


def test_what_was_asked_for_and_did_not_come_fails_the_run(wire: FaultyWire) -> None:
    paths = sorted(wanted(wire))
    urls = [wire.root + path for path in paths[:3]]
    wire.faults[paths[1]] = answer(status=404)
    wire.faults[paths[2]] = answer(status=410)
    done = wire.crawl("-a", f"url={','.join(urls)}")
    assert done.code == 1
    assert "2 given articles not fetched" in done.log.splitlines()[-1]
    assert len(done.items) == 1
    again = wire.crawl("-a", f"url={urls[0]}")
    assert again.code == 0, again.log


def test_a_burst_of_429_is_waited_out(wire: FaultyWire) -> None:
    """A host that refuses five times in a row, more often than RETRY_TIMES."""
    right = wire.answer
    busy = {"left": 5}

    def refusing(request: Request, before: int) -> bytes:
        if request.path.startswith(FIRST) and busy["left"]:
            busy["left"] -= 1
            return answer(status=429, retry_after="0")
        return right(request)

    wire.root = wire.server.host({}, default=refusing)
    done = wire.crawl(*OF_DAY, RETRY_TIMES=1)
    assert done.code == 0, done.log
    assert len(done.items) == len(wanted(wire))
    assert done.stats["newswire/days_done"] == 1
