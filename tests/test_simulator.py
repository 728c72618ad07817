"""The simulated wire itself: deterministic, true to its own truth, and walkable to the end."""

from __future__ import annotations

import gzip
import importlib
import time
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from urllib.error import HTTPError
from xml.etree import ElementTree

import pytest
from parsel import Selector

from newswire.simulator import NOW, Wire, truth
from newswire.simulator.pages import frame, render
from newswire.simulator.saved_text import as_saved_text
from tests.simulated import Running, running

WIRE = Wire(1)
BUSY = date(2021, 12, 17)  # a Friday: 45 articles
SAMPLE = [(id_, k) for id_ in WIRE.editions for k in (*range(3000, 3040), *range(17000, 17040))]


def page(edition: str, k: int, form: str = "page") -> str:
    row = WIRE.editions[edition]
    around = frame(WIRE, edition, f"https://{row.host}", NOW)
    return render(WIRE.article(edition, k), around, form)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_same_seed_same_wire() -> None:
    again, other = Wire(1), Wire(2)
    for edition, k in SAMPLE[::7]:
        article = WIRE.article(edition, k)
        assert again.article(edition, k) == article
        assert other.article(edition, k).outline.headline != article.outline.headline


def test_numbers_times_and_ids_grow_together() -> None:
    for edition in WIRE.editions:
        newest = WIRE.count(edition, NOW)
        listed = [WIRE.outline(edition, k, 1) for k in range(newest - 200, newest)]
        keys = [(o.published, o.id) for o in listed]
        assert keys == sorted(set(keys))
        assert listed[-1].published <= NOW < WIRE.published(edition, newest)
        assert len({o.headline for o in listed}) > 190


def test_day_of_an_article_is_the_local_one() -> None:
    for edition, k in SAMPLE:
        timeline = WIRE.timelines[edition]
        assert k in timeline.of_day(timeline.published(k).date())


@pytest.mark.parametrize("form", ["page", "amp", "mobile"])
@pytest.mark.parametrize("edition", WIRE.editions)
def test_page_holds_its_truth(edition: str, form: str) -> None:
    seen = set[str]()
    for k in (k for id_, k in SAMPLE if id_ == edition):
        tree = Selector(page(edition, k, form))
        for element in tree.xpath("//script | //*[contains(@class, 'article__meta')]"):
            element.drop()
        text, true = flat("".join(tree.xpath("//text()").getall())), truth(WIRE.article(edition, k))
        position = 0
        for line in true.body:
            assert flat(line) in text[position:]
            position = text.index(flat(line), position)
        assert true.headline in text
        assert true.dateline is None or f"{true.dateline['raw']} {flat(true.body[0])}" in text
        assert tree.xpath("//link[@rel='canonical']/@href").get() == true.url
        seen.update(true.kinds, {true.kind, f"v{min(true.version, 2)}", f"old {true.old}"})
    assert {"article", "live", "photo", "related", "quote", "v2", "old False"} <= seen
    assert ("old True" in seen) == (edition in ("int", "ar"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("//*[contains(@class, 'article__meta')]//*[@itemprop='datePublished']", "date_published"),
        ("//*[contains(@class, 'article__meta')]//*[@itemprop='dateModified']", "date_modified"),
    ],
)
def test_microdata_times(query: str, field: str) -> None:
    for edition, k in SAMPLE[::5]:
        article = WIRE.article(edition, k)
        if not article.outline.old:
            printed = Selector(page(edition, k)).xpath(f"string({query})").get("")
            moment = datetime.strptime(printed, "%Y-%m-%dT%H:%M%z")
            assert moment.isoformat() == getattr(truth(article), field)


def test_saved_text_has_the_shape_of_a_naive_scrape() -> None:
    article = next(
        a
        for a in (WIRE.article("tj", k) for k in range(500))
        if a.dateline and a.description and {"related"} <= {b.kind for b in a.blocks}
    )
    true, around = truth(article), frame(WIRE, "tj", "https://tj.sputniknews.ru", NOW)
    lines = as_saved_text(article, around).split("\n")
    head = article.outline.picture
    assert lines[:2] == [true.headline, ""]
    assert lines[2].startswith(head.credit)
    assert lines[2].endswith(head.caption)
    assert lines[3] == f"{head.caption} - Sputnik Таджикистан, 1920, {head.day:%d.%m.%Y}"
    assert lines[4:6] == ["Подписаться", true.description]
    assert true.dateline is not None
    assert lines[6] == f"{true.dateline['raw']} {true.body[0]}"
    assert lines[-3:] == ["Лента новостей", "0", ""]
    assert true.related[0]["headline"] in lines
    assert all(line in lines for line in true.body[1:])


def test_articles_are_no_near_duplicates() -> None:
    for edition in WIRE.editions:
        shingles = []
        for k in range(9000, 9060):
            words = " ".join(truth(WIRE.article(edition, k)).body).split()
            shingles.append({tuple(words[i : i + 3]) for i in range(len(words) - 2)})
        nearest = max(len(a & b) / len(a | b) for a, b in combinations(shingles, 2))
        assert nearest < 0.35


def test_correction_changes_the_body_and_keeps_the_address() -> None:
    k = next(k for k in range(1000) if WIRE.version("kg", k, NOW) > 1)
    first, last = (
        truth(WIRE.article("kg", k, moment)) for moment in (WIRE.published("kg", k), NOW)
    )
    assert (first.version, first.date_modified) == (1, first.date_published)
    assert last.version > 1
    assert last.date_modified > first.date_modified
    assert (last.id, last.url, last.body[0]) == (first.id, first.url, first.body[0])
    assert last.body != first.body


def walk(server: Running, edition: str, path: str, limit: int = 100) -> list[str]:
    """Follow a list to its end; return the addresses of its articles."""
    found: list[str] = []
    for _ in range(limit):
        tree = Selector(body=server.fetch(server.sites[edition] + path))
        found += tree.css("a.list__title::attr(href)").getall()
        following = tree.css(".list-items-loaded::attr(data-next-url)").get()
        if following is None:
            return found
        path = following
    raise AssertionError(f"no end of {path}")


@pytest.mark.parametrize("edition", ["tj", "int", "ar", "fr"])
def test_day_archive_is_walked_completely(simulator: Running, edition: str) -> None:
    expected = [
        WIRE.outline(edition, k, 1).path for k in reversed(simulator.numbers(edition, BUSY, BUSY))
    ]
    assert len(expected) > 40
    assert walk(simulator, edition, f"/{BUSY:%Y%m%d}/") == expected
    first = f"/services/{BUSY:%Y%m%d}/more.html?id=0&date={BUSY:%Y%m%d}T235959"
    assert walk(simulator, edition, first) == expected
    assert walk(simulator, edition, "/20211222/") == []  # a Wednesday: no news


def test_rubric_and_newest_lists(simulator: Running) -> None:
    newest = walk(simulator, "tj", "/services/lenta/more.html?id=0&date=20180103T120000")
    assert newest == [
        WIRE.outline("tj", k, 1).path
        for k in WIRE.latest("tj", NOW)
        if k < WIRE.count("tj", datetime(2018, 1, 3, 7, tzinfo=UTC))
    ]
    tree = Selector(body=simulator.fetch(simulator.sites["tj"] + "/society/"))
    assert len(tree.css("a.list__title")) == 20
    assert tree.css(".list-items-loaded::attr(data-next-url)")


def test_feeds_and_sitemaps(simulator: Running) -> None:
    base = simulator.sites["uz"]
    rss = ElementTree.fromstring(simulator.fetch(f"{base}/export/rss2/archive/index.xml"))
    assert len(rss.findall(".//item")) == 50
    k = next(WIRE.latest("uz", NOW))
    assert rss.findtext(".//item/link") == base + WIRE.outline("uz", k, 1).path
    index = ElementTree.fromstring(simulator.fetch(f"{base}/sitemap_article_index.xml"))
    months = [loc.text for loc in index.findall(".//{*}loc")]
    assert months[0] == f"{base}/sitemap_article.xml?date_start=20211201&date_end=20211231"
    assert months[-1] == f"{base}/sitemap_article.xml?date_start=20180101&date_end=20180131"
    day = ElementTree.fromstring(
        simulator.fetch(
            f"{base}/sitemap_article.xml?date_start={BUSY:%Y%m%d}&date_end={BUSY:%Y%m%d}"
        )
    )
    assert len(day.findall(".//{*}loc")) == 45
    news = ElementTree.fromstring(simulator.fetch(f"{base}/sitemap_news.xml"))
    assert news.findtext(".//{*}loc", "") == rss.findtext(".//item/link")
    assert b"Sitemap: " in simulator.fetch(f"{base}/robots.txt")


def test_old_addresses_lead_to_the_canonical_page(simulator: Running) -> None:
    k = next(k for k in WIRE.latest("tj", NOW) if "-" in WIRE.outline("tj", k, 1).path)
    path, base = WIRE.outline("tj", k, 1).path, simulator.sites["tj"]
    content = simulator.fetch(base + path)
    assert len(WIRE.old_paths("tj", k)) >= 4
    for old in [*WIRE.old_paths("tj", k), f"/_host/sputnik-tj.com{path}"]:
        assert simulator.fetch(base + old) == content
    assert simulator.fetch(simulator.sites["fr"] + path, host="tj.sputniknews.ru") == content
    mobile = f"{base}/_host/m.tj.sputniknews.ru{WIRE.outline('tj', 300, 1).path}"
    assert b"b-counters" in simulator.fetch(mobile)


@pytest.mark.parametrize("path", ["/20211223/no-such-1.html", "/19990101x/", "/20211399/"])
def test_unknown_addresses(simulator: Running, path: str) -> None:
    with pytest.raises(HTTPError, match="404") as caught:
        simulator.fetch(simulator.sites["tj"] + path)
    caught.value.close()


def test_withdrawn_articles(simulator: Running) -> None:
    gone = [k for k in range(1000) if WIRE.gone("tj", k, NOW)]
    assert 3 < len(gone) < 30
    statuses = set()
    for k in gone:
        with pytest.raises(HTTPError) as caught:
            simulator.fetch(simulator.sites["tj"] + WIRE.outline("tj", k, 1).path)
        statuses.add(caught.value.code)
        caught.value.close()
    assert statuses == {404, 410}


def test_conditional_requests(simulator: Running) -> None:
    k = next(WIRE.latest("tj", NOW))
    url = simulator.sites["tj"] + WIRE.outline("tj", k, 1).path
    changed = WIRE.changed("tj", k, NOW).astimezone(UTC)
    etag = f'W/"{WIRE.outline("tj", k, 1).id}-1-page"'
    later = (changed + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for known in ({"if_none_match": etag}, {"if_modified_since": later}):
        with pytest.raises(HTTPError, match="304") as caught:
            simulator.fetch(url, None, **known)
        caught.value.close()
    assert simulator.fetch(url, if_none_match='W/"other"', if_modified_since=later)


@pytest.mark.parametrize(
    ("name", "unpack"),
    [("gzip", gzip.decompress), ("br", "brotli"), ("zstd", "backports.zstd")],
)
def test_content_encoding(simulator: Running, name: str, unpack: object) -> None:
    url = simulator.sites["ar"] + WIRE.outline("ar", 17000, 1).path
    if isinstance(unpack, str):
        unpack = pytest.importorskip(unpack).decompress
    assert callable(unpack)
    assert unpack(simulator.fetch(url, accept_encoding=name)) == simulator.fetch(url)


def test_clock_and_log() -> None:
    begun = time.monotonic()
    with running(ids=("kg", "fr"), start=date(2021, 12, 1), spread=True) as server:
        assert time.monotonic() - begun < 1
        assert len({site.rpartition(":")[0] for site in server.sites.values()}) == 2
        feed = server.sites["kg"] + "/export/rss2/archive/index.xml"
        before = server.fetch(feed, user_agent="test")
        assert server.fetch(feed) == before
        assert server.advance(timedelta(days=1)) == NOW + timedelta(days=1)
        assert server.fetch(feed) != before
        assert server.set_clock(NOW) == server.now == NOW
        assert server.fetch(feed) == before
        log = server.requests(since=0)
        assert [entry["path"] for entry in log] == ["/export/rss2/archive/index.xml"] * 4
        assert log[0]["headers"]["user-agent"] == "test"
        assert {entry["status"] for entry in log} == {200}
        assert len(server.requests(since=3)) == 1


def test_canonical_hosts_in_links() -> None:
    with running(ids=("tj",), start=date(2021, 12, 1), canonical=True) as server:
        k = next(server.wire.latest("tj", NOW))
        content = server.fetch(server.sites["tj"] + server.wire.outline("tj", k, 1).path)
        assert server.truth("tj", k).url.encode() in content
        assert server.truth("tj", k).url.startswith("https://tj.sputniknews.ru/2021")


async def teapot(request: object, writer: object) -> bool:
    """A fault of the kind that later tests bring: an answer that no server would give."""
    getattr(writer, "write")(b"HTTP/1.1 418 Short and stout\r\nContent-Length: 1\r\n\r\nx")  # noqa: B009
    return True


FAULTS = {"/2021*/": teapot}


def test_faults_answer_instead_of_the_site() -> None:
    with running(ids=("tj",), faults="tests.test_simulator:FAULTS") as server:
        with pytest.raises(HTTPError, match="418") as caught:
            server.fetch(server.sites["tj"] + "/20211223/")
        caught.value.close()
        assert server.fetch(server.sites["tj"] + "/20201223/")
        assert [entry["status"] for entry in server.requests()] == [None, 200]


def test_words_of_all_languages_load() -> None:
    grammar = importlib.import_module("newswire.simulator.grammar")
    with pytest.raises(ValueError, match=r"words/xx\.toml: greeting: unknown symbol 'nobody'"):
        grammar.Language(
            "xx", {"labels": {}, "dates": {"short": []}, "grammar": {"greeting": ["{nobody}"]}}
        )
