"""Where articles are listed: examples, odd documents, walks, the simulated wire."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.crawl import syndication
from newswire.crawl.arguments import given_urls
from newswire.crawl.listings import Found, Listing, Sitemap, list_page
from newswire.crawl.net.reach import Reach
from newswire.crawl.site import Site
from newswire.crawl.syndication import feed, sitemap
from newswire.crawl.walk import SitemapWalk, Walk
from newswire.wires.editions import editions
from tests.simulated import Running, running

EDITION = editions().get("tj")
assert EDITION is not None
ROOT = EDITION.site
SITE = Site.of(EDITION)
MIRROR = Site.of(EDITION, "http://127.0.0.1:8000/")
Parser = Callable[[bytes, Site], Listing]


def path(number: int, day: str = "20211223") -> str:
    return f"/{day}/slug-{1045000000 + number}.html"


def ids(listing: Listing) -> list[int]:
    return [int(article.id.rpartition(":")[2]) - 1045000000 for article in listing.found]


def urlset(*entries: str, prologue: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    names = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    )
    return f"{prologue}<urlset {names}>{''.join(entries)}</urlset>".encode()


def entry(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


GOOD = [entry(ROOT + path(number)) for number in (1, 2)]

# --- sites --------------------------------------------------------------------------------------


def test_end_points_lie_on_the_site() -> None:
    for site, root in ((SITE, "https://tj.sputniknews.ru"), (MIRROR, "http://127.0.0.1:8000")):
        assert site.feed == f"{root}/export/rss2/archive/index.xml"
        assert site.newest[-1] == f"{root}/services/lenta/more.html"
        range_ = f"{root}/sitemap_article.xml?date_start=20210102&date_end=20210131"
        assert site.days_sitemap(date(2021, 1, 2), date(2021, 1, 31)) == range_
        assert site.day(date(2021, 1, 2)) == f"{root}/20210102/"
        assert site.sitemap == f"{root}/sitemap_article_index.xml"
        assert site.news_sitemap == f"{root}/sitemap_news.xml"


@pytest.mark.parametrize(
    ("url", "live", "mirrored"),
    [
        (path(1), True, True),
        (f"https://tj.sputniknews.ru{path(1)}?utm_source=x", True, True),
        (f"http://m.tj.sputniknews.ru/amp{path(1)}", True, True),
        (f"http://127.0.0.1:8000{path(1)}", False, True),
        (f"https://ru.sputnik.kg{path(1)}", False, False),  # of another edition
        (f"https://example.org{path(1)}", False, False),
        ("/20211223/", False, False),
        ("/services/20211223/more.html?id=1", False, False),
        ("https://[::1/20211223/x-1045000001.html", False, False),
        ("javascript:void('/20211223/x-1045000001.html')", False, False),
        ("", False, False),
    ],
)
def test_keys(url: str, live: bool, mirrored: bool) -> None:
    for site, expected in ((SITE, live), (MIRROR, mirrored)):
        key = site.key(url)
        assert (key.id if key else None) == ("sputnik:tj:1045000001" if expected else None)


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("/services/x/more.html?id=1&date=2", "/services/x/more.html?id=1&date=2"),
        ("https://tj.sputniknews.ru/20211223/", "/20211223/"),
        ("http://m.tj.sputniknews.ru/20211223/", "/20211223/"),
        ("//tj.sputniknews.ru/20211223/?page=2#x", "/20211223/?page=2"),
        ("https://ru.sputnik.kg/20211223/", None),
        ("https://example.org/20211223/", None),
        ("file:///20211223/", None),
        ("http://[::1/", None),
    ],
)
def test_addresses_stay_on_the_site(url: str, there: str | None) -> None:
    for site in (SITE, MIRROR):
        assert site.here(url) == (None if there is None else site.root + there)


# --- feeds --------------------------------------------------------------------------------------

FEED = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://x/"><channel>
<title>Sputnik</title><link>{ROOT}/</link><atom:link href="{ROOT}/feed" rel="self"/>
<item><title>Первый &amp; главный</title><link>{ROOT}{path(1)}?utm_source=rss</link>
<guid isPermaLink="true">{ROOT}{path(1)}</guid><pubDate>Thu, 23 Dec 2021 15:04:05 +0500</pubDate>
<media:content><media:title>Снимок</media:title></media:content></item>
<item><title><![CDATA[Второй <b>]]></title><link>
  <![CDATA[{ROOT}{path(2)}]]>
</link><pubDate>вчера</pubDate></item>
<item><guid>{ROOT}{path(3)}</guid></item>
<item><title>снова</title><link>http://m.tj.sputniknews.ru{path(1)}</link></item>
<item><title>не статья</title><link>{ROOT}/radio/</link></item>
<item><title>чужая</title><link>https://example.org{path(9)}</link></item>
<item></item>
</channel></rss>"""


def test_feed() -> None:
    for site in (SITE, MIRROR):
        listing = feed(FEED.encode(), site)
        first, second, third = listing.found
        assert first == Found(
            url=site.root + path(1),
            id="sputnik:tj:1045000001",
            day=date(2021, 12, 23),
            published=datetime.fromisoformat("2021-12-23T15:04:05+05:00"),
            title="Первый & главный",
        )
        assert (second.url, second.title) == (site.root + path(2), "Второй <b>")
        assert (third.url, third.title) == (site.root + path(3), None)
        assert second.published is third.published is None
        assert (listing.next_url, listing.sitemaps, listing.problems) == (None, (), ())


def test_feed_in_another_encoding() -> None:
    listing = feed(FEED.replace("utf-8", "windows-1251", 1).encode("cp1251"), SITE)
    assert listing.found[0].title == "Первый & главный"


# --- sitemaps -----------------------------------------------------------------------------------


def test_news_sitemap() -> None:
    news = (
        "<news:news><news:publication><news:name>Sputnik</news:name><news:language>ru"
        "</news:language></news:publication><news:publication_date>2021-12-23T15:04+05:00"
        "</news:publication_date><news:title>Заголовок</news:title></news:news>"
        "<image:image><image:loc>https://cdn.example/1.jpg</image:loc>"
        "<image:title>Снимок</image:title></image:image>"
        "<lastmod>2021-12-24</lastmod>"
    )
    (article,) = sitemap(urlset(entry(ROOT + path(1), news)), SITE).found
    assert article == Found(
        url=ROOT + path(1),
        id="sputnik:tj:1045000001",
        day=date(2021, 12, 23),
        published=datetime.fromisoformat("2021-12-23T15:04+05:00"),
        modified=date(2021, 12, 24),
        title="Заголовок",
    )


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("2021-12-23", date(2021, 12, 23)),
        ("2021-12-23T15:04:05+05:00", datetime.fromisoformat("2021-12-23T15:04:05+05:00")),
        ("2021-12-23T10:04:05.5Z", datetime.fromisoformat("2021-12-23T10:04:05+00:00")),
        ("2021-12-23T15:04", date(2021, 12, 23)),  # of which zone?
        ("2021-02-30", None),
        ("0000-00-00", None),
        ("20211223", date(2021, 12, 23)),
        ("1640253845", datetime.fromisoformat("2021-12-23T10:04:05+00:00")),
        ("вчера", None),
        ("", None),
    ],
)
def test_lastmod(printed: str, moment: date | None) -> None:
    (article,) = sitemap(urlset(entry(ROOT + path(1), f"<lastmod>{printed}</lastmod>")), SITE).found
    assert article.modified == moment
    assert type(article.modified) is type(moment)


def test_sitemap_index() -> None:
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{ROOT}/sitemap_article.xml?date_start=20211201&amp;date_end=20211231</loc>"
        "<lastmod>2021-12-25T00:00:00+05:00</lastmod></sitemap>"
        "<sitemap><loc>https://example.org/sitemap.xml</loc></sitemap>"
        "<sitemap><loc>file:///etc/hostname</loc></sitemap>"
        f"<sitemap><loc>{ROOT}/sitemap_1.xml.gz</loc><lastmod>2021-12-25</lastmod></sitemap>"
        f"<sitemap><loc>{ROOT}/sitemap.xml?date=20219999</loc></sitemap></sitemapindex>"
    ).encode()
    listing = sitemap(index, MIRROR)
    assert listing.found == ()
    by_day, by_change, neither = listing.sitemaps
    query = "date_start=20211201&date_end=20211231"
    assert by_day.url == f"{MIRROR.root}/sitemap_article.xml?{query}"
    assert by_day.days == (date(2021, 12, 1), date(2021, 12, 31))
    assert by_change.days is neither.days is None
    assert by_change == Sitemap(f"{MIRROR.root}/sitemap_1.xml.gz", date(2021, 12, 25))


@pytest.mark.parametrize(
    ("query", "modified", "first", "may"),
    [
        ("?date=20211223", None, 23, True),
        ("?date=20211223", None, 24, False),
        ("?date=20211223", None, 22, False),
        ("?date_start=20211201&date_end=20211231", date(2021, 12, 1), 23, True),
        ("?from=20211123&to=20211222", None, 23, False),
        ("?page=20211223&n=7", None, 23, True),
        ("?date=20219999", None, 23, True),  # no day
        ("", date(2021, 12, 23), 24, True),  # perhaps in another zone
        ("", date(2021, 12, 23), 25, False),
        ("", datetime.fromisoformat("2021-12-23T00:00+05:00"), 25, False),
        ("", None, 24, True),
    ],
)
def test_sitemaps_of_a_range(
    query: str, modified: date | datetime | None, first: int, may: bool
) -> None:
    day = date(2021, 12, first)
    assert Sitemap(f"{ROOT}/sitemap.xml{query}", modified).may_hold(day, day) is may


BAD_ENTRIES = {
    "script": entry("javascript:alert(1)"),
    "file": entry("file://tj.sputniknews.ru/20211223/x-1045000009.html"),
    "elsewhere": entry(f"https://example.org{path(9)}"),
    "no address": entry("http://[::1/20211223/"),
    "markup": entry("a <b> c"),
    "ampersand": entry(f"{ROOT}/a&b"),
    "control character": entry("\x01\x02"),
    "nothing": "<url></url>",
    "no loc": "<url><lastmod>2021-12-23</lastmod></url>",
    "comment": "<!-- <url> -->",
}


@pytest.mark.parametrize("name", BAD_ENTRIES)
def test_a_bad_entry_costs_only_itself(name: str) -> None:
    listing = sitemap(urlset(GOOD[0], BAD_ENTRIES[name], GOOD[1]), SITE)
    assert ids(listing) == [1, 2]


def test_gzip_is_seen_by_its_bytes() -> None:
    random.seed(1)
    entries = [entry(f"{ROOT}/20211223/{random.random()}-{1045000000 + n}.html") for n in range(99)]
    packed = gzip.compress(urlset(*entries), mtime=0)
    whole = sitemap(packed, SITE)
    assert (len(whole.found), whole.problems) == (99, ())
    cut = sitemap(packed[: len(packed) // 2], SITE)
    assert 30 < len(cut.found) < 70
    assert cut.problems[0] == "gzip cut short"
    broken = sitemap(b"\x1f\x8bno", SITE)
    assert (broken.found, broken.problems[0]) == ((), "broken gzip")


ENTITIES = {
    "billion laughs": (
        '<!DOCTYPE u [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        + "]>",
        "&a11;",
    ),
    "quadratic": (f'<!DOCTYPE u [<!ENTITY a "{"x" * 100_000}">]>', "&a;" * 10_000),
    "file": ('<!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/hostname">]>', f"{ROOT}/20211223/&a;"),
    "network": (
        '<!DOCTYPE u SYSTEM "http://127.0.0.1:9/u.dtd" [<!ENTITY % b SYSTEM '
        '"http://127.0.0.1:9/b"> %b;]>',
        "&c;",
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ENTITIES)
def test_entities_are_neither_resolved_nor_silent(name: str, encoding: str) -> None:
    doctype, loc = ENTITIES[name]
    prologue = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}'
    body = urlset(GOOD[0], entry(loc), GOOD[1], prologue=prologue)
    started = time.process_time()
    listing = sitemap(body.decode().encode(encoding), SITE)
    assert time.process_time() - started < 0.5
    assert set(ids(listing)) <= {1, 2}
    if encoding == "utf-8":  # the only one in use; there the good entries stay
        assert ids(listing) == [1, 2]
        assert listing.problems[0] == "declares entities"


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syndication, "MAX_URLS", 10)
    listing = sitemap(urlset(*(entry(ROOT + path(n)) for n in range(20))), SITE)
    assert ids(listing) == list(range(10))
    assert listing.problems == ("more than 10 entries",)
    monkeypatch.setattr(syndication, "MAX_BYTES", 1000)
    for body in (urlset(*GOOD, " " * 1000), gzip.compress(urlset(*GOOD, " " * 1000))):
        listing = sitemap(body, SITE)
        assert ids(listing) == [1, 2]
        assert listing.problems[0] == "too large"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not well-formed"),
        (b" \n", "not well-formed"),
        (b"<!DOCTYPE html><html><body>Access denied</body></html>", "not a"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not well-formed"),
        (b'{"error": 404}', "not well-formed"),
    ],
)
@pytest.mark.parametrize("parser", [feed, sitemap])
def test_what_is_not_understood_is_a_problem(parser: Parser, body: bytes, problem: str) -> None:
    listing = parser(body, SITE)
    assert listing.found == ()
    assert len(listing.problems) == 1
    assert listing.problems[0].startswith(problem)


@pytest.mark.parametrize(("parser", "body"), [(sitemap, urlset(*GOOD)), (feed, FEED.encode())])
def test_a_cut_document_gives_what_it_has_and_says_so(parser: Parser, body: bytes) -> None:
    whole = ids(parser(body, SITE))
    for length in range(0, len(body) - 1, 13):
        listing = parser(body[:length], SITE)
        assert ids(listing) == whole[: len(listing.found)]
        assert listing.problems, length


def test_a_feed_is_a_sitemap_and_not_the_other_way_round() -> None:
    """sitemaps.org takes feeds as sitemaps."""
    assert feed(urlset(*GOOD), SITE).problems == ("not a RDF or feed or rss but a urlset",)
    assert ids(sitemap(FEED.encode(), SITE)) == [1, 2, 3]


# --- list pages ---------------------------------------------------------------------------------

MORE = "/services/20211223/more.html?id=1045000002&amp;date=20211223T150400"
NEXT = MORE.replace("&amp;", "&")
LIST = f"""<!DOCTYPE html><html><body><nav><a href="/politics/">Политика</a></nav>
<div class="any"><a href="{path(1)}"><img src="/1.jpg"></a>
<a href="{path(1)}" title="Первый">Первый…</a></div>
<div><a href="https://tj.sputniknews.ru{path(2)}?utm_source=x"> Второй
 заголовок </a></div><a href="{path(3, "20211222")}"></a>
<a href="https://ru.sputnik.kg{path(8)}">Кыргызстан</a><a>без адреса</a><a href="">пусто</a>
<a href="/20211222/">Вчера</a>%s</body></html>"""


def test_list_page() -> None:
    for site in (SITE, MIRROR):
        listing = list_page((LIST % "").encode(), site)
        assert [(a.url, a.title) for a in listing.found] == [
            (site.root + path(1), "Первый"),
            (site.root + path(2), "Второй заголовок"),
            (site.root + path(3, "20211222"), None),
        ]
        assert listing.next_url is None


@pytest.mark.parametrize(
    ("markup", "next_url"),
    [
        (f'<div class="list-items-loaded" data-next-url="{MORE}"></div>', NEXT),
        (f'<div data-next-url="{ROOT}{MORE}"></div>', NEXT),
        ('<p data-next-url="/a/more.html"><p data-next-url="/b/more.html">', "/b/more.html"),
        (f'<div class="list-more" data-url="{MORE}">Ещё</div>', NEXT),
        (f'<a href="{MORE}">Ещё</a>', NEXT),
        ('<a href="/politics/20160101/more.html?id=1">', "/politics/20160101/more.html?id=1"),
        ('<a title="see /services/x/more.html or so">', None),
        ('<a href="/learn/more.html-guide">', None),
        ('<div data-next-url="https://example.org/services/x/more.html"></div>', None),
        ('<div data-next-url="file:///services/x/more.html"></div>', None),
        ('<div data-next-url=""></div>', None),
    ],
)  # fmt: skip
def test_next_page(markup: str, next_url: str | None) -> None:
    for site in (SITE, MIRROR):
        expected = None if next_url is None else site.root + next_url
        assert list_page((LIST % markup).encode(), site).next_url == expected
        assert list_page(markup.encode(), site).next_url == expected  # an answer of `more` alone


def test_a_next_page_elsewhere_is_a_problem() -> None:
    body = b'<div data-next-url="https://example.org/services/x/more.html"></div>'
    assert list_page(body, SITE).problems == ("the next page is on another host",)
    assert list_page(b"", SITE).problems == ("empty",)


@pytest.mark.parametrize("parser", [feed, sitemap, list_page])
@settings(deadline=None)  # the machine may be busy
@given(
    st.binary(max_size=200),
    st.integers(0, 2000),
    st.sampled_from([FEED.encode(), urlset(*GOOD), (LIST % f'<a href="{MORE}">').encode(), b""]),
)
def test_nothing_odd_raises(parser: Parser, odd: bytes, place: int, around: bytes) -> None:
    listing = parser(around[:place] + odd + around[place:], SITE)
    assert all(a.url.startswith(f"{ROOT}/") for a in listing.found)
    assert (listing.next_url or ROOT).startswith(ROOT)


# --- walks --------------------------------------------------------------------------------------


def found(number: int, day: date = date(2021, 12, 23)) -> Found:
    return Found(ROOT + path(number), f"sputnik:tj:{1045000000 + number}", day)


def walk_through(walk: Walk, next_page: Callable[[int], Listing]) -> list[str]:
    """Follow a list whose page `n` is `next_page(n)`; the URL of each page is that of the last."""
    url: str | None = f"{ROOT}/first"
    seen = list[str]()
    for number in range(100_000):
        assert url is not None
        new, url = walk.step(url, next_page(number))
        seen += [article.id for article in new]
        if url is None:
            return seen
    raise AssertionError("endless")


@pytest.mark.parametrize(
    ("page", "walk", "ended", "pages", "articles"),
    [
        # ends by itself
        (lambda n: Listing((found(n),), f"{ROOT}/{n}" if n < 4 else None), Walk(), "end", 5, 5),
        # two pages that name each other
        (lambda n: Listing((found(n),), f"{ROOT}/{n % 2}"), Walk(), "loop", 3, 3),
        # a page that names itself
        (lambda _: Listing((found(1),), f"{ROOT}/first"), Walk(), "loop", 1, 1),
        # "more" for ever, with another parameter each time and the same articles
        (lambda n: Listing((found(n % 2),), f"{ROOT}/{n}"), Walk(), "stale", 5, 2),
        # … and with none
        (lambda n: Listing((), f"{ROOT}/{n}"), Walk(patience=2), "stale", 2, 0),
        # … and with new ones, made up
        (lambda n: Listing((found(n),), f"{ROOT}/{n}"), Walk(max_pages=50), "pages", 50, 50),
        (lambda n: Listing((found(n),), f"{ROOT}/{n}"), Walk(), "pages", 2500, 2500),
        # one page without news is none
        (
            lambda n: Listing((found(n if n % 3 else 0),), f"{ROOT}/{n}" if n < 9 else None),
            Walk(),
            "end",
            10,
            7,
        ),
        # back to a day; one that is older stands beside newer ones
        (
            lambda n: Listing(
                (found(n, date(2021, 12, 23) - timedelta(n)), found(99, date(2020, 1, 1))),
                f"{ROOT}/{n}",
            ),
            Walk(oldest=date(2021, 12, 20)),
            "oldest",
            5,
            6,
        ),
    ],
)
def test_walks_end(
    page: Callable[[int], Listing], walk: Walk, ended: str, pages: int, articles: int
) -> None:
    walk = Walk(walk.oldest, walk.max_pages, walk.patience)
    seen = walk_through(walk, page)
    assert (walk.ended, walk.pages, len(seen)) == (ended, pages, articles)
    assert len(set(seen)) == len(seen)


def test_sitemaps_are_read_once() -> None:
    """An index that names itself, and one whose every answer names new ones."""
    walk = SitemapWalk(date(2021, 12, 1), date(2021, 12, 31), max_sitemaps=50)
    todo, read = [Sitemap(f"{ROOT}/0")], list[str]()
    while todo:
        url = todo.pop(0).url
        read.append(url)
        index = [Sitemap(url), Sitemap(f"{ROOT}/0"), Sitemap(f"{url}0"), Sitemap(f"{url}1")]
        index.append(Sitemap(f"{url}?date_start=20211101&date_end=20211130"))
        todo += walk.unread(Listing(sitemaps=tuple(index)), url)
    assert len(read) == len(set(read)) == 51
    assert not any("?" in url for url in read)


# --- given URLs ---------------------------------------------------------------------------------

REACH = Reach.of("sputnik", ["http://127.0.0.1:8000"])


def test_given_urls(tmp_path: Path) -> None:
    one, two = ROOT + path(1), f"http://127.0.0.1:8000/a,b{path(2)}"
    assert given_urls(f" {one}, {two},{one}", REACH) == [one, two]
    listed = tmp_path / "urls"
    listed.write_text(f"\ufeff# of today\n\n{one}\n  {two}  \n{one}\n", "utf-8")
    assert given_urls(f"@{listed}", REACH) == [one, two]


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("", "no URL there"),
        (",", "not an http or https address"),
        ("@nowhere", "cannot read the list"),
        ("tj.sputniknews.ru/x", "not an http or https address"),
        (f"{ROOT}/x,file:///etc/hostname", "file:///etc/hostname: not an http"),
        (f"https://example.org{path(1)}", "not on a host of this wire"),
    ],
)
def test_given_urls_that_cannot_be_used(argument: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        given_urls(argument, REACH)


# --- the simulated wire -------------------------------------------------------------------------

BUSY = date(2021, 12, 17)  # a Friday: 45 articles, three pages


def follow(server: Running, site: Site, url: str, walk: Walk) -> list[Found]:
    articles, there = list[Found](), url
    while there:
        new, next_url = walk.step(there, list_page(server.fetch(there), site, there))
        articles += new
        there = next_url or ""
    return articles


@pytest.mark.parametrize("edition", ["tj", "int", "ar"])
def test_all_sources_of_the_simulator_agree(simulator: Running, edition: str) -> None:
    row = editions().get(edition)
    assert row is not None
    site = Site.of(row, simulator.sites[edition])
    walk = Walk(oldest=BUSY)
    archive = [a for a in follow(simulator, site, site.day(BUSY) or "", walk) if a.day == BUSY]
    assert (walk.ended, walk.pages) == ("end", 3)
    true = {simulator.truth(edition, k).url for k in simulator.numbers(edition, BUSY, BUSY)}
    assert {a.url for a in archive} == true
    assert len(archive) == len(true)

    assert site.sitemap
    assert site.feed
    assert site.news_sitemap
    index = sitemap(simulator.fetch(site.sitemap), site)
    (of_month,) = [entry for entry in index.sitemaps if entry.may_hold(BUSY, BUSY)]
    month = sitemap(simulator.fetch(of_month.url), site)
    mapped = sitemap(simulator.fetch(site.days_sitemap(BUSY, BUSY) or ""), site)
    assert true <= {a.url for a in mapped.found}  # withdrawn ones are still listed
    assert {a.url for a in mapped.found} == {a.url for a in month.found if a.day == BUSY}
    assert all(isinstance(a.modified, datetime) for a in mapped.found)

    newest = follow(simulator, site, site.newest[-1], Walk(oldest=BUSY))
    beside = follow(simulator, site, site.newest[0], Walk(oldest=BUSY))
    assert {a.id for a in beside} >= {a.id for a in newest if a.day and a.day >= BUSY}
    fed = feed(simulator.fetch(site.feed), site)
    news = sitemap(simulator.fetch(site.news_sitemap), site)
    assert [a.id for a in fed.found] == [a.id for a in newest][:50]
    assert [a.id for a in news.found] == [a.id for a in newest][: len(news.found)]
    assert true <= {a.url for a in newest}
    assert all(a.published and a.title for a in (*fed.found, *news.found))
    assert not any(listing.problems for listing in (index, mapped, fed, news))


def test_real_hosts_in_the_links_of_a_mirror_lead_to_the_mirror() -> None:
    with running(canonical=True, ids=("tj",)) as server:
        site = Site.of(SITE.edition, server.sites["tj"])
        assert site.feed
        assert site.sitemap
        assert b"https://tj.sputniknews.ru/" in server.fetch(site.feed)
        articles = feed(server.fetch(site.feed), site).found
        assert {a.url.partition("/2021")[0] for a in articles} == {site.root}
        assert server.fetch(articles[0].url)
        assert sitemap(server.fetch(site.sitemap), site).sitemaps[0].url.startswith(site.root)
