"""Feeds and sitemaps as the web has them: what breaks the rules, and is read all the same."""

from __future__ import annotations

import gzip
from datetime import date, datetime

import pytest

from newswire.crawl.listings import Listing, list_page, unrecognised
from newswire.crawl.site import Site
from newswire.crawl.syndication import feed, sitemap
from newswire.wires.editions import editions

EDITION = editions().get("kg")
assert EDITION is not None
SITE = Site.of(EDITION)
ROOT = EDITION.site
SM = "http://www.sitemaps.org/schemas/sitemap/0.9"
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
VIDEO = 'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'


def at(number: int) -> str:
    return f"{ROOT}/20220107/parom-{1061000000 + number}.html"


def numbers(listing: Listing) -> list[int]:
    return [int(article.id.rpartition(":")[2]) - 1061000000 for article in listing.found]


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', more: str = "") -> str:
    return f"{head}<rss version='2.0' {more}><channel>{''.join(items)}</channel></rss>"


def item(number: int, inner: str = "") -> str:
    return f"<item>{inner}<link>{at(number)}</link></item>"


def urlset(*entries: str, more: str = "") -> bytes:
    return f'<urlset xmlns="{SM}" {more}>{"".join(entries)}</urlset>'.encode()


def url(number: int, before: str = "", behind: str = "") -> str:
    return f"<url>{before}<loc>{at(number)}</loc>{behind}</url>"


# --- names and their namespaces -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "inner"),
    [
        (IMAGE, "<image:image><image:loc>https://cdn.example/1.jpg</image:loc></image:image>"),
        ("", "<image:image><image:loc>https://cdn.example/1.jpg</image:loc></image:image>"),
        (VIDEO, "<video:video><video:player_loc>https://v.example/1</video:player_loc>"
                "<video:loc>https://v.example/2</video:loc></video:video>"),
        (f'xmlns:x="{SM}x"', f"<x:loc>{at(9)}</x:loc>"),
    ],
)  # fmt: skip
def test_addresses_of_pictures_are_not_the_articles(declared: str, inner: str) -> None:
    found = sitemap(urlset(url(1, before=inner), url(2, behind=inner), more=declared), SITE)
    assert (numbers(found), found.problems) == ([1, 2], ())


def test_dates_and_titles_of_pictures_are_not_the_articles() -> None:
    video = (
        "<video:video><video:publication_date>2015-05-05T00:00:00Z</video:publication_date>"
        "<video:title>Ролик</video:title></video:video>"
    )
    news = (
        "<news:news><news:publication_date>2022-01-07T09:30:00+06:00</news:publication_date>"
        "<news:title>Паром пошел</news:title></news:news>"
    )
    body = urlset(url(1, before=video, behind=news), url(2, behind=video), more=f"{VIDEO} {NEWS}")
    first, second = sitemap(body, SITE).found
    assert first.published == datetime.fromisoformat("2022-01-07T09:30:00+06:00")
    assert first.title == "Паром пошел"
    assert (second.published, second.title) == (None, None)
    group = "<media:group><media:title>Снимок</media:title><media:content url='x'/></media:group>"
    fed = feed(rss(item(3, f"{group}<title>Паром</title>"), more=MEDIA).encode(), SITE)
    assert fed.found[0].title == "Паром"


def test_atom_and_rdf() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/>'
        f'<entry><link rel="edit" href="{at(8)}"/><link rel="alternate" href="{at(1)}"/>'
        "<published>2022-01-07T09:30:00+06:00</published><updated>2022-01-08T00:00:00Z</updated>"
        f"</entry><entry><id>{at(2)}</id></entry></feed>"
    )
    first, second = feed(atom.encode(), SITE).found
    assert first.published == datetime.fromisoformat("2022-01-07T09:30:00+06:00")
    assert first.modified == datetime.fromisoformat("2022-01-08T00:00:00+00:00")
    assert second.id.endswith("2")
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<item><link>{at(3)}</link><dc:date>2022-01-07</dc:date></item></rdf:RDF>"
    )
    assert numbers(feed(rdf.encode(), SITE)) == [3]
    burnt = (
        "<item><feedburner:origLink>%s</feedburner:origLink><link>https://p.example/1</link></item>"
    )
    assert numbers(feed(rss(burnt % at(4)).encode(), SITE)) == [4]


# --- bytes and characters -------------------------------------------------------------------------

TEXT = "<title>Паром «Надежда» — снова на линии</title>"


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "utf-16", "none-such"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
def test_the_encoding_is_seen(declared: str, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    body = rss(*(item(n, TEXT) for n in range(5)), head=head).encode(encoding)
    found = feed(body, SITE)
    assert numbers(found) == [0, 1, 2, 3, 4]
    assert {article.title for article in found.found} == {"Паром «Надежда» — снова на линии"}
    assert found.problems == ()


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        ("Паром&nbsp;&mdash; снова", "Паром — снова"),
        ("Гром & молния", "Гром & молния"),
        ("R&D, a&b;", "R&D, a&b;"),
        ("&laquo;Паром&raquo; &amp; к&ouml;", "«Паром» & кö"),
        ("<![CDATA[Гром & молния &nbsp;]]>", "Гром & молния &nbsp;"),
        ("Па\x08ром&#11;&#x1F; идет", "Паром идет"),
        ("Паром&#8212;идет", "Паром—идет"),
    ],
)
def test_what_is_no_xml_costs_no_article(inner: str, title: str) -> None:
    found = feed(rss(item(1, f"<title>{inner}</title>"), item(2)).encode(), SITE)
    assert (numbers(found), found.problems) == ([1, 2], ())
    assert found.found[0].title == title


@pytest.mark.parametrize(
    "before",
    [
        "\n\n  ",
        "\ufeff\n",
        "<br />\n<b>Warning</b>: mysql_connect(): too many in <b>/srv/x.php</b> on line <b>3</b>\n",
        "Notice: Undefined index: page in /srv/x.php on line 7\n",
        "<!-- cached at 12:00 -->\n",
    ],
)
def test_what_stands_before_the_document_is_left(before: str) -> None:
    assert numbers(feed((before + rss(item(1), item(2))).encode(), SITE)) == [1, 2]
    assert numbers(sitemap(before.encode() + urlset(url(1), url(2)), SITE)) == [1, 2]


def test_gzip_of_several_members_and_gzip_in_gzip() -> None:
    body = urlset(*(url(n) for n in range(50)))
    middle = len(body) // 2
    for packed in (
        gzip.compress(body[:middle]) + gzip.compress(body[middle:]),
        gzip.compress(gzip.compress(body)),
        gzip.compress(body) + b"\0\0\0\0",
    ):
        found = sitemap(packed, SITE)
        assert (len(found.found), found.problems) == (50, ())


@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_sitemap_of_lines(mark: str, end: str) -> None:
    body = mark + end.join([at(1), f"  {at(2)}", "", f"{ROOT}/about/", at(3)]) + end
    found = sitemap(body.encode(), SITE)
    assert (numbers(found), found.problems) == ([1, 2, 3], ())
    assert found.strange == (f"{ROOT}/about/",)
    assert sitemap(b"not found\n", SITE).problems
    assert sitemap(b"https://tj.sputniknews.ru/20220107/x-1061000009.html", SITE).strange == ()


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("Fri, 07 Jan 2022 09:30:00 +0600", "2022-01-07T09:30:00+06:00"),
        ("Fri, 07 Jan 2022 09:30:00 +06:00", "2022-01-07T09:30:00+06:00"),
        ("07 Jan 2022 03:30 GMT", "2022-01-07T03:30:00+00:00"),
        ("2022-01-07T09:30:00+06:00", "2022-01-07T09:30:00+06:00"),
        ("когда-то", None),
    ],
)
def test_dates(printed: str, moment: str | None) -> None:
    (found,) = feed(rss(item(1, f"<pubDate>{printed}</pubDate>")).encode(), SITE).found
    assert found.published == (datetime.fromisoformat(moment) if moment else None)


def test_only_an_empty_sitemap_says_that_there_is_nothing() -> None:
    assert sitemap(urlset(), SITE).problems == ()
    assert sitemap(b"<sitemapindex></sitemapindex>", SITE).problems == ("lists no sitemap",)
    assert feed(rss().encode(), SITE).problems == ("lists no item",)


# --- what is recognised ---------------------------------------------------------------------------


def test_addresses_that_are_not_recognised_are_told() -> None:
    body = urlset(url(1), *(f"<url><loc>{ROOT}/n/{n}</loc></url>" for n in range(3)))
    found = sitemap(body, SITE)
    assert (found.addresses, found.strange[0]) == (4, f"{ROOT}/n/0")
    assert unrecognised(found) == (
        f"1 of 4 addresses is recognised as an article's, such as {ROOT}/n/0"
    )


@pytest.mark.parametrize(
    ("found", "strange", "before", "said"),
    [
        (0, 1, None, True),
        (0, 0, 1.0, False),  # an empty list
        (9, 1, None, False),
        (4, 6, None, True),
        (4, 6, 0.4, False),  # as always
        (40, 10, 1.0, False),
        (20, 30, 1.0, True),
    ],
)
def test_shares(found: int, strange: int, before: float | None, said: bool) -> None:
    listed = sitemap(
        urlset(*map(url, range(found)), *(f"<url><loc>/n/{n}</loc></url>" for n in range(strange))),
        SITE,
    )
    assert bool(unrecognised(listed, before)) is said


def test_links_of_a_page_that_look_like_stories() -> None:
    links = (
        "/about/", "/politics/", "/20220107/", "/tags/some_long_tag_name/", "/x/1", "https://t.me/a",
        "/story/the-ferry-sails-again", "/n/1061000001", "/docs/terms_of_use_2022.html",
        "/services/politics/more.html?id=1",
    )  # fmt: skip
    body = "".join(f'<a href="{link}">Ссылка</a>' for link in links)
    found = list_page(f"<html><body>{body}</body></html>".encode(), SITE)
    assert found.strange == (f"{ROOT}/story/the-ferry-sails-again", f"{ROOT}/n/1061000001")
    assert found.addresses == len(links) - 1


# --- where a list goes on -------------------------------------------------------------------------

OWN = "/services/20220107/more.html?id=1061000002&date=20220107T090000"
DAY_PAGE = f"{ROOT}/20220107/"
LINKS = f'<a href="{at(1)}">a</a><a href="{at(2)}">b</a>'
WIDGET = "/services/archive/widget/more.html"


@pytest.mark.parametrize(
    ("markup", "goes_on"),
    [
        (f'<i data-next-url="{OWN}"></i>', OWN),
        (f'<i data-url="{OWN}"></i><i data-url="{WIDGET}?id=0&date=0"></i>', OWN),
        (f'<i data-next-url="{WIDGET}?id=0&date=0"></i>', None),
        (f'<i data-next-url="{WIDGET}?id=0&date=0"></i><i data-url="{OWN}"></i>', OWN),
        (f'<i data-url="{WIDGET}?id=1061000777&date=20260101T000000"></i>', None),
        ('<a href="/services/20220106/more.html?id=7">the day before</a>', None),
        ('<i data-url="/services/tags/widget/more.html"></i>', None),
        # of another name, but behind an article of this page
        ('<i data-url="/services/days/more.html?id=1061000002"></i>',
         "/services/days/more.html?id=1061000002"),
        ('<a rel="next" href="?page=2">2</a>', "/20220107/?page=2"),
        ('<link rel="next" href="/20220106/">', None),
        ('<a href="/20220107/?page=2">2</a><a href="/20220107/?page=9">9</a>', "/20220107/?page=2"),
    ],
)  # fmt: skip
def test_a_list_goes_on_in_its_own_pages(markup: str, goes_on: str | None) -> None:
    body = f"<html><body>{LINKS}{markup}</body></html>".encode()
    found = list_page(body, SITE, DAY_PAGE)
    assert found.next_url == (ROOT + goes_on if goes_on else None)


def test_news_beside_the_page_goes_on_behind_its_last_entry() -> None:
    entries = "".join(
        f'<div data-next="{WIDGET}?id={1061000000 + n}"><a href="{at(n)}">x</a></div>'
        for n in (13, 12, 11)
    )
    there = f"{ROOT}{WIDGET}?id=0"
    assert list_page(entries.encode(), SITE, there).next_url == f"{ROOT}{WIDGET}?id=1061000011"
    # it is no continuation of the list of another day
    other = entries.replace("/20220107/", "/20220109/")
    assert list_page((LINKS + other).encode(), SITE, DAY_PAGE).next_url is None


def test_days_of_sitemaps() -> None:
    entry = f"{ROOT}/sitemap_article.xml?date_start=20220101&amp;date_end=20220131"
    body = f"<sitemapindex><sitemap><loc>{entry}</loc></sitemap></sitemapindex>".encode()
    (found,) = sitemap(body, SITE).sitemaps
    assert found.days == (date(2022, 1, 1), date(2022, 1, 31))


def test_dates_are_read_as_everywhere() -> None:
    """`pubDate` is RFC 822, and also what other programs make of it."""
    for said in ("1641528000", "пт, 07 янв 2022 10:00:00 +0600", "Fri, 07 Jan 2022 04:00:00 UT"):
        (found,) = feed(rss(item(1, f"<pubDate>{said}</pubDate>")).encode(), SITE).found
        assert found.published is not None
        assert found.published.timestamp() == 1641528000


def test_atom_before_it_was_a_standard() -> None:
    entry = f"<entry><link href='{at(1)}'/><issued>2022-01-07T10:00:00Z</issued></entry>"
    body = f"<feed version='0.3' xmlns='http://purl.org/atom/ns#'>{entry}</feed>"
    (found,) = feed(body.encode(), SITE).found
    assert found.published == datetime.fromisoformat("2022-01-07T10:00:00+00:00")


def test_bare_sign_of_less_in_a_title() -> None:
    listing = feed(rss(item(1, "<title>5 < 6 & 7</title>"), item(2)).encode(), SITE)
    assert (numbers(listing), listing.found[0].title) == ([1, 2], "5 < 6 & 7")
