"""What a page says to machines: which of it is the page's own, and how it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html

from newswire.article import publication
from newswire.items import Article, Evidence, Source
from newswire.page import jsonld, reading
from newswire.page.model import Draft, Facts, Page
from newswire.page.structured import read

URL = "https://tj.sputniknews.ru/20240229/most-1044420155.html"
TITLE = "The bridge of Sarband opens again"
OWN: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2024-02-29T12:00:00+05:00",
    "author": {"@type": "Person", "name": "Farrukh Nazarov"},
}
OTHER: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": "Apricots bloom early in the valley",
    "url": "https://tj.sputniknews.ru/20220301/abrikos-1044420001.html",
    "datePublished": "2022-03-01T08:00:00+05:00",
    "author": "Another One",
}


def script(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def facts(head: str = "", body: str = f"<h1>{TITLE}</h1>", url: str | None = URL) -> Facts:
    page = f"<html lang='en'><head>{head}</head><body>{body}<p>Text.</p></body></html>"
    return read(html.fromstring(page), url)


def dated(found: Facts) -> tuple[str | None, str | None]:
    """Return the day or instant that the article gets, and what gave it."""
    article = Article("", source=Source("html", ""))
    publication.settle(Draft(Source("html", ""), [], found, article))
    return article.date_published, article.date_evidence


# --- which object is the page's ----------------------------------------------------------------

LIST = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]}
WHO = {"@type": "Person", "@id": "#who", "name": "Farrukh Nazarov"}


@pytest.mark.parametrize(
    "graph",
    [
        [LIST, OWN],
        [OTHER, OWN],
        [{k: v for k, v in OTHER.items() if k != "url"}, OWN],
        {"@graph": [{"@type": "WebPage", "hasPart": [OTHER]}, {"mentions": OTHER}, OWN]},
        {"@graph": [{"@type": "WebPage", "url": URL, "mainEntity": OWN}, OTHER]},
        {
            "@graph": [
                OTHER,
                {"@type": "WebPage", "mainEntity": {"@id": "#a"}},
                OWN | {"@id": "#a"},
            ]
        },
        {"@graph": [{**OWN, "author": {"@id": "#who"}}, WHO]},
        {"@graph": [{**OWN, "author": [{"@id": "#who"}]}, WHO, OTHER]},
        # a title like the page's, before that of the page
        [{**OTHER, "url": None, "headline": f"{TITLE}: what the keepers say"}, OWN],
        # another headline, the page's address
        [OTHER, {**OWN, "headline": "Traffic", "mainEntityOfPage": {"@id": f"{URL}?utm_source=x"}}],
        [OTHER, {**OWN, "headline": "Traffic", "@id": f"{URL}#article"}],
        [
            OTHER,
            {"@type": "WebPage", "@id": "#page", "url": URL},
            {**OWN, "headline": "Traffic", "mainEntityOfPage": {"@id": "#page"}},
        ],
        [OTHER, {**OWN, "@type": ["NEWSARTICLE", "http://schema.org/Thing"]}],
        [{"@type": "Review", "headline": "5 of 5", "datePublished": "2023-01-01"}, OWN],
        # the title cut, or with the site's name
        [OTHER, {**OWN, "headline": f"{TITLE[:25]}…"}],
        [OTHER, {**OWN, "headline": f"{TITLE} - Harbour Daily"}],
    ],
)
def test_own_object(graph: Any) -> None:
    found = facts(script(graph))
    assert found.dates[Evidence.JSON_LD] == "2024-02-29T12:00:00+05:00"
    assert found.authors == ["Farrukh Nazarov"]


@pytest.mark.parametrize(
    "graph",
    [
        LIST,
        OTHER,
        {"@type": "WebPage", "mentions": [{k: v for k, v in OTHER.items() if k != "url"}]},
        {"@type": "BreadcrumbList", "name": TITLE, "datePublished": "2022-03-01"},
    ],
)
def test_only_other_stories(graph: Any) -> None:
    found = facts(script(graph))
    assert (found.headline, found.authors, found.dates) == (TITLE, [], {})
    assert found.url == URL


def test_address_of_a_saved_page_is_that_of_its_own_object() -> None:
    found = facts(script([OTHER, {**OWN, "url": URL}]), url=None)
    assert found.url == URL


def test_page_object_dates_a_page_without_an_article_object() -> None:
    found = facts(script({"@type": "WebPage", "url": URL, "datePublished": "2024-02-29"}))
    assert found.dates == {Evidence.JSON_LD: "2024-02-29"}


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        # of whom it speaks is not said, and the address gives another day
        ({k: v for k, v in OTHER.items() if k != "url"}, ("2024-02-29", "url")),
        ({**OWN, "headline": "Bridge"}, ("2024-02-29T12:00:00+05:00", "json-ld")),
        (
            {**OWN, "datePublished": "2024-03-05T01:00Z"},
            ("2024-03-05T01:00:00+00:00", "json-ld"),
        ),
    ],
)
def test_day_of_the_address_outranks_a_stranger(graph: Any, expected: tuple[str, str]) -> None:
    assert dated(facts(script(graph))) == expected


# --- JSON-LD that is not quite JSON --------------------------------------------------------------

SAID = json.dumps(OWN)


@pytest.mark.parametrize(
    "text",
    [
        f"\n//<![CDATA[\n{SAID}\n//]]>\n",
        f"/* <![CDATA[ */{SAID}/* ]]> */",
        f"<![CDATA[{SAID}]]>",
        f"<!--{SAID}-->",
        f"\ufeff\u00a0{SAID}",
        f"{SAID};",
        SAID[:-1] + ",}",
        SAID.replace("{", "{ // note: https://schema.org\n", 1),
        f"{json.dumps(OTHER)}\n{SAID}",
        SAID.replace("opens", "opens\n\t"),
        SAID.replace('"', "&quot;"),
        SAID + "}",
        SAID.replace("Sarband", r"Sar\band\-\x"),
        SAID.replace('"headline"', '"schema:headline"').replace(
            '"date', '"https://schema.org/date'
        ),
    ],
)
def test_wrapped(text: str) -> None:
    found = facts(f'<script type="Application/LD+JSON">{text}</script>')
    assert (found.dates, found.unread) == ({Evidence.JSON_LD: "2024-02-29T12:00:00+05:00"}, 0)


@pytest.mark.parametrize("text", ["{not json", '{"a": "b', "null is not here", "[" * 5000])
def test_unread_is_counted(text: str) -> None:
    assert facts(f'<script type="application/ld+json">{text}</script>').unread == 1
    assert facts('<script type="application/ld+json"> </script>').unread == 0


@pytest.mark.parametrize(
    "broken",
    [
        SAID.replace(", ", " ", 1),
        SAID[:-1],
        SAID.replace("Sarband", 'the "old" Sarband'),
    ],
)
def test_dates_of_broken_json(broken: str) -> None:
    found = facts(f'<script type="application/ld+json">{broken}</script>')
    assert found.dates == {Evidence.JSON_LD: "2024-02-29T12:00:00+05:00"}
    two = broken + json.dumps(OTHER)[:-2]
    assert not facts(f'<script type="application/ld+json">{two}</script>').dates


def test_graph_that_refers_to_itself() -> None:
    loop = {**OWN, "@id": "#a", "author": {"@id": "#b", "name": {"@id": "#b"}}}
    assert facts(script([loop, {"@id": "#b", "author": {"@id": "#a"}}])).authors == []
    assert len(jsonld._nodes([[[{"a": [{}] * 2000}]]])) == jsonld.MAX_OBJECTS


# --- names, titles, words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Farrukh Nazarov", ["Farrukh Nazarov"]),
        ([{"name": "A. Bek"}, "C. Dod"], ["A. Bek", "C. Dod"]),
        ({"givenName": "Ada", "familyName": "Bek"}, ["Ada Bek"]),
        ({"name": ["A. Bek", "C. Dod"]}, ["A. Bek", "C. Dod"]),
        ("A. Bek &amp; son", ["A. Bek & son"]),
        ({"@id": "#nobody"}, []),
        ({"@id": "https://example.org/people/7"}, []),
        ({"url": "https://example.org/people/7"}, []),
        ("https://www.facebook.com/a.bek", []),
        ("@abek", []),
        ("1047", []),
        ("user_1047", []),
        ("p1", []),
        ("By A. Bek", ["A. Bek"]),
        ("Text: A. Bek", ["A. Bek"]),
        ("Di Maio", ["Di Maio"]),
        ([[{"name": "A. Bek"}]], ["A. Bek"]),
        ("desk@example.org", []),
        ("Sputnik Таджикистан", []),
        ("A. Bek. Sputnik International", ["A. Bek"]),
        (None, []),
    ],
)
def test_authors_are_names(author: Any, expected: list[str]) -> None:
    assert facts(script({**OWN, "author": author})).authors == expected


@pytest.mark.parametrize(
    ("language", "author", "expected"),
    [
        ("en", "Written by Ada Brandt", "Ada Brandt"),
        ("en", "Text by Ada", "Ada"),
        ("en-GB", "by Ada von Brandt", "Ada von Brandt"),
        ("en", "By: Ada", "Ada"),
        ("fr", "Par Ada Brandt", "Ada Brandt"),
        ("nl-BE", "Door Ada Brandt", "Ada Brandt"),
        ("pt_BR", "Por Ada Brandt", "Ada Brandt"),
        ("sv", "Av Ada Brandt", "Ada Brandt"),
        ("nb-NO", "Av Ada Brandt", "Ada Brandt"),
        ("da", "Af Ada Brandt", "Ada Brandt"),
        ("it", "A cura di Ada Brandt", "Ada Brandt"),
        ("ru", "Автор Ада Брандт", "Ада Брандт"),
        ("uk", "Автор: Ада", "Ада"),
        ("ar", "بقلم سامي نور", "سامي نور"),
        ("", "Автор Ада Брандт", "Ада Брандт"),
        # names
        ("sv", "Par Lagerkvist", "Par Lagerkvist"),
        ("sv", "Par Fabian Lagerkvist", "Par Fabian Lagerkvist"),
        ("fr", "Par Lagerkvist", "Par Lagerkvist"),
        ("nl", "Door Smith", "Door Smith"),
        ("en", "Door van Smith", "Door van Smith"),
        ("de", "Von Ardenne Manfred", "Von Ardenne Manfred"),
        ("it", "Di Maio Luigi", "Di Maio Luigi"),
        ("fr", "Parveen Ada Brandt", "Parveen Ada Brandt"),
    ],
)
def test_words_before_an_author(language: str, author: str, expected: str) -> None:
    head = f'<meta name="author" content="{author}">'
    page = f"<html lang='{language}'><head>{head}</head><body><h1>{TITLE}</h1></body></html>"
    assert read(html.fromstring(page), URL).authors == [expected]


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title></title>", "<svg><title>Menu</title></svg><h1>A bridge</h1>", "A bridge"),
        ("", "<svg><title>Logo</title></svg>", None),
        ("<title>Harbour Daily</title>", "<h1>A bridge opens</h1>", "A bridge opens"),
        (
            "<title>A bridge opens - Harbour Daily</title>",
            '<h1><a href="/">Harbour Daily</a></h1><h2>A bridge opens</h2>',
            "A bridge opens",
        ),
        (
            "<title>A bridge - at last - opens</title>",
            "<h1>News</h1><h1>Weather</h1>",
            "A bridge - at last - opens",
        ),
        ("<title>A bridge opens | Harbour Daily</title>", "", "A bridge opens"),
        ("<title>«Harbour» raises fares | Sea Post</title>", "", "«Harbour» raises fares"),
        ("<title>«Harbour» raises its fares</title>", "", "«Harbour» raises its fares"),
        ("<title>« Harbour » raises fares | Sea Post</title>", "", "« Harbour » raises fares"),
        ("<title>El Col·legi demana més | Harbour Daily</title>", "", "El Col·legi demana més"),
        (
            "<title>A bridge opens at last | Harbour Daily</title>",
            "<header><h1>Harbour Daily</h1></header>",
            "A bridge opens at last",
        ),
        (
            "<title>A bridge opens | The Harbour Daily</title>",
            "<header><h1>A bridge opens</h1></header>",
            "A bridge opens",
        ),
        (
            '<title>A bridge - opens - Harbour Daily</title>'
            '<meta property="og:site_name" content="Harbour Daily">',
            "",
            "A bridge - opens",
        ),
        ("<title>Harbour Daily: A bridge</title>", '<a href="/">Harbour Daily</a>', "A bridge"),
        ("", "<h1>A <span>br</span>idge<br>opens&nbsp;<em>again</em></h1>", "A bridge opens again"),
        ("", "<h1><span hidden>Now:</span> A bridge <button>Share</button></h1>", "A bridge"),
        ("", "<aside><h1>Most read</h1></aside><h1>A bridge opens</h1>", "A bridge opens"),
        (
            "<title>A bridge opens again | Town | Harbour Daily</title>",
            '<a href="/">Harbour Daily</a>',
            "A bridge opens again",
        ),
        ('<meta property="og:title" content=""><title>T</title>', "<h1>A bridge</h1>", "A bridge"),
        (
            '<meta property="og:title" content="A bridge - Harbour Daily">',
            "<h1>A bridge</h1>",
            "A bridge",
        ),
        (script({**OWN, "headline": "A &amp;quot;bridge&amp;quot; &#8211; <b>open</b>"}), "",
         'A "bridge" – open'),
    ],
)  # fmt: skip
def test_headline(head: str, body: str, expected: str | None) -> None:
    assert facts(head, body, url=None).headline == expected


def test_headline_whose_site_is_the_host() -> None:
    found = facts("<title>A bridge opens - Harbour Daily</title>", "",
                  "https://www.harbourdaily.example/1")  # fmt: skip
    assert found.headline == "A bridge opens"


def test_rubric_in_its_own_case() -> None:
    genre = '<meta property="article:section" content="Новости">'
    tags = '<div itemscope><i itemprop="articleSection">мосты</i></div>'
    named = '<meta name="analytics:rubric" content="Экономика">'
    assert facts(genre + named, tags).section == "Экономика"
    pushed = "<script>dataLayer.push({'page_rubric' : 'Экономика', 'x': 1,});</script>"
    assert facts(genre + pushed, tags).section == "Экономика"
    item = '<div class="endless__item " data-analytics-rubric="Экономика"></div>'
    assert facts(genre, tags + item).section == "Экономика"
    slug = '<meta name="analytics:rubric" content="economy">'
    assert facts(slug + script({**OWN, "articleSection": "Economy"})).section == "Economy"
    assert facts(slug).section == "economy"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Мост открыли,... РИА Новости, 11.06.2022", "Мост открыли,..."),
        ("Мост открыли. Sputnik Таджикистан, 11.06.2022", "Мост открыли."),
        ("Мост открыли в Душанбе, 11.06.2022", "Мост открыли в Душанбе, 11.06.2022"),
        ("РИА Новости", None),
    ],
)
def test_description_without_site_and_day(said: str, expected: str | None) -> None:
    assert facts(f'<meta name="description" content="{said}">').description == expected


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "element",
    [
        '<meta name="DC.Date.Issued" content="{}">',
        '<META PROPERTY="Article:Published_Time" CONTENT="{}">',
        '<meta itemprop="DatePublished" content="{}">',
        '<meta http-equiv="date" content="{}">',
        '<meta name="dc:date" content="{}">',
        '<meta name="citation_publication_date" content="{}">',
        '<meta name="nrkno:published" content="{}">',
        '<meta name="paper:first_publish_date" content="{}">',
        '<meta name="article.release_date" content="{}">',
        '<meta name="page.articleDate" content="{}">',
        '<meta name="pub_date" content="{}"><meta name="video:release_date" content="2020-01-01">',
        '<meta name="event-date" content="2020-01-01"><meta name="news-date" content="{}">',
        '<meta name="parsely-pub-date" content="{}">',
        '<meta name="last-modified" content="2024-03-03"><meta name="date" content="{}">',
        '<meta name="date" content="1970-01-01"><meta name="created" content="{}">',
    ],
)
def test_meta_names(element: str) -> None:
    found = facts(element.format("2024-02-29T07:00:00Z"))
    assert found.dates == {Evidence.META: "2024-02-29T07:00:00+00:00"}


def test_last_change_is_not_publication() -> None:
    found = facts('<meta name="dcterms.modified" content="2024-02-29T07:00:00Z">')
    assert (found.dates, found.modified) == ({}, "2024-02-29T07:00:00+00:00")
    found = facts('<meta name="article_update_date" content="2024-02-29T07:00:00Z">')
    assert (found.dates, found.modified) == ({}, "2024-02-29T07:00:00+00:00")


@pytest.mark.parametrize(
    "name",
    [
        *("expires.date", "copyright.date", "build.date", "trial:date", "recipe:date"),
        *("game:release_date", "podcast:release_date", "video:release_date", "permit:issued"),
        *("cache:updated", "app:update", "price.changed", "terms:last_revised"),
    ],
)
def test_a_day_of_something_else_is_no_day_of_the_article(name: str) -> None:
    found = facts(f'<meta property="{name}" content="2024-02-29T07:00:00Z">')
    assert (found.dates, found.modified) == ({}, None)


@pytest.mark.parametrize("name", ["paper:modified", "paper.last_modified", "dcterms:updated"])
def test_names_of_the_last_change(name: str) -> None:
    found = facts(f'<meta property="{name}" content="2024-02-29T07:00:00Z">')
    assert (found.dates, found.modified) == ({}, "2024-02-29T07:00:00+00:00")


def test_change_on_the_day_of_publication() -> None:
    """A time without a zone is a day, but two times differ."""
    times = '<meta property="article:published_time" content="20240229T1200">{}'
    changed = '<meta property="article:modified_time" content="20240229T12{}">'
    assert facts(times.format(changed.format("30"))).modified == "2024-02-29"
    assert facts(times.format(changed.format("00"))).modified is None


@pytest.mark.parametrize(
    "body",
    [
        "<article><h1>T</h1>{}</article>",
        "<article><header><h1>T</h1></header><div>{}</div></article>",
        '<article><h1>T</h1><time class="updated" datetime="2024-03-02">2 March</time>{}</article>',
        '<main><h1>T</h1><p>{}</p><aside><time datetime="2020-01-01"></time></aside></main>',
        '<main><h1>T</h1>{}<ul><li><time datetime="2020-01-01"></time></li></ul></main>',
        "<article><h2>T</h2>{}</article>",
        '<article><h1>T</h1><p id="disqus"><time datetime="2024-03-02"></time></p>{}</article>',
        "<article><h1>T</h1><time>2024-02-29T12:00:00+05:00</time></article>",
    ],
)
def test_time_elements(body: str) -> None:
    found = facts(body=body.format('<time datetime="2024-02-29T12:00:00+05:00">29 Feb</time>'))
    assert found.dates == {Evidence.PRINTED: "2024-02-29T12:00:00+05:00"}


def test_time_of_the_microformat() -> None:
    stamp = '<abbr class="published" title="2024-02-29T12:00:00+05:00">today</abbr>'
    found = facts(body=f'<article><h1>T</h1>{stamp}<abbr title="metre">m</abbr></article>')
    assert found.dates == {Evidence.PRINTED: "2024-02-29T12:00:00+05:00"}


def test_times_of_readers_date_nothing() -> None:
    note = '<div class="comment"><time datetime="2024-03-02">2 March</time><p>Fine!</p></div>'
    assert facts(body=f"<article><h1>T</h1><p>A bridge.</p>{note}</article>").dates == {}


PROSE = "The council of the town opened the bridge on Thursday, a year later than planned."


@pytest.mark.parametrize(
    "body",
    [
        *(
            f'<main><header><h1>T</h1></header><div class="content {name}">{{}}</div></main>'
            for name in (
                *("no-sidebar", "has-related", "with-comments", "without-sidebar", "hasSidebar"),
                *("comments-open", "comments-closed", "unrelated", "commentary-page"),
            )
        ),
        # layout classes of what holds the text, in paragraphs or not
        f'<main><h1>T</h1><div class="sidebar-right">{{}}<p>{PROSE}</p></div></main>',
        f'<main><h1>T</h1><div id="related-layout">{{}}<br>{PROSE}</div></main>',
        '<main><div class="comments-on-page"><h1>T</h1></div><div>{}</div></main>',
    ],
)
def test_classes_of_layout_hide_no_time(body: str) -> None:
    found = facts(body=body.format('<time datetime="2024-02-29T12:00:00+05:00">29 Feb</time>'))
    assert found.dates == {Evidence.PRINTED: "2024-02-29T12:00:00+05:00"}


@pytest.mark.parametrize(
    "name",
    [
        *("comments", "comment-body", "article-comments", "c-comment", "postComments"),
        *("related", "related-posts", "relatedStories", "recommended", "sidebar", "sidebar-right"),
        *("most-read", "mostRead", "teaser-list", "replies"),
    ],
)
def test_classes_of_others_hide_their_times(name: str) -> None:
    other = f'<div class="x {name}"><time datetime="2024-03-02"></time><p>{PROSE}</p></div>'
    assert facts(body=f"<article><h1>T</h1><p>{PROSE}</p>{other}</article>").dates == {}


def test_times_of_a_list_of_stories_date_nothing() -> None:
    cards = "".join(f'<article><time datetime="2024-02-0{n}"></time></article>' for n in (1, 2))
    assert facts(body=f"<h1>T</h1><div>{cards}</div>").dates == {}


def test_instant_beats_a_day_of_higher_trust() -> None:
    stamp = '<meta name="analytics:p_ts" content="1709190009">'
    days = '<meta property="article:published_time" content="20240229T1200">'
    assert dated(facts(days + stamp)) == ("2024-02-29T07:00:09+00:00", "unixtime")
    assert dated(facts(days)) == ("2024-02-29", "meta")
    item = '<div class="endless__item" data-pts="1709190009"></div>'
    assert dated(facts(days, item)) == ("2024-02-29T07:00:09+00:00", "unixtime")
    # that of another day is another story's
    stray = '<i data-unixtime="1709590009"></i>'
    assert dated(facts(days, stray)) == ("2024-02-29", "meta")


def test_second_story_of_an_endless_page_says_nothing() -> None:
    story = (
        '<div class="endless__item" data-pts="{}"><h1>{}</h1><div itemscope '
        'itemtype="https://schema.org/Article"><i itemprop="headline">{}</i>'
        '<i itemprop="datePublished">{}</i></div></div>'
    )
    first = story.format(1709190009, TITLE, TITLE, "2024-02-29T12:00")
    second = story.format(1709990009, "Other", "Other", "2024-03-09T12:00+0500")
    source = f"<html><body>{first}{second}</body></html>".encode()
    draft = reading.read(Page(source, Source("html", "p.html"), URL), "sputnik")
    assert draft.facts.dates == {
        Evidence.META: "2024-02-29",
        Evidence.UNIXTIME: "2024-02-29T07:00:09+00:00",
    }


def test_microdata_of_the_page_before_that_of_cards() -> None:
    card = (
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        '<i itemprop="headline">{}</i><time itemprop="datePublished" datetime="{}"></time></div>'
    )
    body = card.format("Other", "2022-03-01T08:00Z") + card.format(TITLE, "2024-02-29T12:00Z")
    found = facts(body=f"<h1>{TITLE}</h1>{body}")
    assert found.dates[Evidence.META] == "2024-02-29T12:00:00+00:00"


def test_calendar_of_the_page() -> None:
    page = "<html lang='fa'><head>{}</head><body><h1>پل</h1></body></html>"
    said = page.format(script({**OWN, "datePublished": "1402-12-10T10:30:00+03:30"}))
    assert read(html.fromstring(said), None).dates == {
        Evidence.JSON_LD: "2024-02-29T10:30:00+03:30"
    }
