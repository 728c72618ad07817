"""The table of editions, and the identity of the articles behind URLs."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.errors import RuleError
from newswire.wires.editions import Edition, build, editions
from newswire.wires.urls import article_key, canonical_url

SHARED = Path(__file__).parents[2] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not here")

# --- shapes of article URLs: URL, id of the item, day, canonical URL --------------------------

SHAPES = [
    (
        "https://sputnikglobe.com/20240305/an-invented-story-1117000001.html",
        "sputnik:int:1117000001",
        "2024-03-05",
        "https://sputnikglobe.com/20240305/an-invented-story-1117000001.html",
    ),
    (  # 2014-2020: day and number in one word
        "https://sputniknews.com/radio_some_show/201905061079000002-an-invented--show/",
        "sputnik:int:1079000002",
        "2019-05-06",
        "https://sputnikglobe.com/radio_some_show/201905061079000002-an-invented--show/",
    ),
    (
        "http://m.sputniknews-uz.com/world/20201014/15100003/Yangi-sarlavha.html",
        "sputnik:uz:15100003",
        "2020-10-14",
        "https://sputniknews.uz/world/20201014/15100003/Yangi-sarlavha.html",
    ),
    (
        "https://m.ru.sputnik.kg/society/20151004/1018900004.html",
        "sputnik:kg:1018900004",
        "2015-10-04",
        "https://ru.sputnik.kg/society/20151004/1018900004.html",
    ),
    (
        "https://tj.sputniknews.ru/20151028/1017200005.html",
        "sputnik:tj:1017200005",
        "2015-10-28",
        "https://tj.sputniknews.ru/20151028/1017200005.html",
    ),
    (
        "https://ru.sputnik.kg./20190815/zagolovok-2019-1045400006.html",
        "sputnik:kg:1045400006",
        "2019-08-15",
        "https://ru.sputnik.kg/20190815/zagolovok-2019-1045400006.html",
    ),
    (
        "https://br.sputniknews.com/noticias/2020112816500007-uma-historia-inventada-/",
        "sputnik:br:16500007",
        "2020-11-28",
        "https://noticiabrasil.net.br/noticias/2020112816500007-uma-historia-inventada-/",
    ),
    (
        "https://sputnik-ossetia.com/amp/20151017/732000.html",
        "sputnik:ossetia:732000",
        "2015-10-17",
        "https://sputnik-ossetia.com/20151017/732000.html",
    ),
    (
        "https://arabic.sputniknews.com/amp/world/202003171044000008-خبر-مخترع/",
        "sputnik:ar:1044000008",
        "2020-03-17",
        "https://sarabic.ae/world/202003171044000008-%D8%AE%D8%A8%D8%B1-%D9%85%D8%AE%D8%AA%D8%B1%D8%B9/",
    ),
    (
        "https://fr.sputniknews.com/20241102/une-histoire--1068900009.html",
        "sputnik:fr:1068900009",
        "2024-11-02",
        "https://fr.sputniknews.africa/20241102/une-histoire--1068900009.html",
    ),
    (
        "http://www.ria.ru/world/20120106/533000010-print.html",
        "ria:ria:533000010",
        "2012-01-06",
        "https://ria.ru/world/20120106/533000010.html",
    ),
    (
        "https://ria.ru/20200215/1564600011.html?share-block=1564600012#top",
        "ria:ria:1564600011",
        "2020-02-15",
        "https://ria.ru/20200215/1564600011.html",
    ),
]


@pytest.mark.parametrize(("url", "item", "day", "canonical"), SHAPES)
def test_shape(url: str, item: str, day: str, canonical: str) -> None:
    key = article_key(url)
    assert key is not None
    assert (key.id, key.day, key.canonical_url) == (item, date.fromisoformat(day), canonical)
    assert canonical_url(url) == canonical


# --- one article under many URLs ----------------------------------------------------------------

ONE_URL = """\
https://tj.sputniknews.ru/20211223/novost-№-1044450001.html
http://tj.sputniknews.ru/20211223/novost-№-1044450001.html
//tj.sputniknews.ru/20211223/novost-№-1044450001.html
  https://tj.sputniknews.ru/20211223/novost-№-1044450001.html
HTTPS://TJ.SputnikNews.RU/20211223/novost-№-1044450001.html
https://tj.sputniknews.ru:443/20211223/novost-№-1044450001.html
http://tj.sputniknews.ru:80/20211223/novost-№-1044450001.html
https://tj.sputniknews.ru./20211223/novost-№-1044450001.html
https://www.tj.sputniknews.ru/20211223/novost-№-1044450001.html
https://m.tj.sputniknews.ru/20211223/novost-№-1044450001.html
https://m.tj.sputniknews.ru./amp/20211223/novost-№-1044450001.html
https://amp.tj.sputniknews.ru/20211223/novost-№-1044450001.html
https://ru.sputnik-tj.com/20211223/novost-№-1044450001.html
https://m.ru.sputnik-tj.com/20211223/novost-№-1044450001.html
https://tj.sputniknews.ru/amp/20211223/novost-№-1044450001.html
https://tj.sputniknews.ru/20211223/novost-№-1044450001.html/
https://tj.sputniknews.ru//20211223//novost-№-1044450001.html
https://tj.sputniknews.ru/20211222/../20211223/novost-№-1044450001.html
https://tj.sputniknews.ru/20211223/novost-%E2%84%96-1044450001.html
https://tj.sputniknews.ru/20211223/novost-%e2%84%96-1044450001.html
https://tj.sputniknews.ru/2021%31223/%6Eovost-№%2D1044450001%2Ehtml
https://tj.sputniknews.ru/20211223/novost-№-1044450001-print.html
https://tj.sputniknews.ru/20211223/novost-№-1044450001.html?utm_source=tg&utm_medium=post
https://tj.sputniknews.ru/20211223/novost-№-1044450001.html?from=main&chat_room_id=1044450001
https://tj.sputniknews.ru/20211223/novost-№-1044450001.html?
https://tj.sputniknews.ru/20211223/novost-№-1044450001.html#comments
https://tj-sputniknews-ru.cdn.ampproject.org/c/s/tj.sputniknews.ru/amp/20211223/novost-№-1044450001.html?usqp=mq331
https://www.google.com/amp/s/tj.sputniknews.ru/amp/20211223/novost-№-1044450001.html
""".splitlines()
OTHER_SHAPES = """\
https://tj.sputniknews.ru/20211223/1044450001.html
https://tj.sputniknews.ru/20211223/novyy-zagolovok-1044450001.html
https://tj.sputniknews.ru/country/20211223/1044450001.html
https://tj.sputniknews.ru/country/20211223/1044450001/zagolovok.html
https://m.tj.sputniknews.ru/amp/country/20211223/1044450001/zagolovok.html
https://tj.sputniknews.ru/country/202112231044450001-zagolovok/
https://tj.sputniknews.ru/country/202112231044450001-zagolovok
https://tj.sputniknews.ru/country/202112231044450001/
""".splitlines()


@pytest.mark.parametrize("url", ONE_URL)
def test_variants_have_one_url(url: str) -> None:
    assert canonical_url(url) == (
        "https://tj.sputniknews.ru/20211223/novost-%E2%84%96-1044450001.html"
    )


@pytest.mark.parametrize("url", ONE_URL + OTHER_SHAPES)
def test_variants_have_one_id(url: str) -> None:
    key = article_key(url)
    assert key is not None
    assert (key.id, key.day) == ("sputnik:tj:1044450001", date(2021, 12, 23))


APART = """\
https://tj.sputniknews.ru/20211223/novost-1044450001.html
https://tj.sputniknews.ru/20211223/novost-1044450002.html
https://sputnikglobe.com/20211223/novost-1044450001.html
https://sarabic.ae/20211223/novost-1044450001.html
https://ru.sputnik.kg/20211223/1044450001.html
https://sputnik.kg/20211223/1044450001.html
https://uz.sputniknews.ru/20211223/novost-1044450001.html
https://sputnik.tj/20211223/novost-1044450001.html
https://lat.sputnikportal.rs/20211223/1044450001.html
https://sputnikportal.rs/20211223/1044450001.html
https://ria.ru/20211223/1044450001.html
""".splitlines()


def test_other_articles_stay_apart() -> None:
    keys = [article_key(url) for url in APART]
    assert None not in keys
    assert len({key.id for key in keys if key}) == len(APART)


# URL -> what `canonical_url` makes of it; none has a key
NO_ARTICLE = {
    "https://m.tj.sputniknews.ru": "https://tj.sputniknews.ru/",
    "http://tj.sputniknews.ru/amp": "https://tj.sputniknews.ru/",
    "https://tj.sputniknews.ru/20211223/": "https://tj.sputniknews.ru/20211223/",
    "https://tj.sputniknews.ru/world/20211223/": "https://tj.sputniknews.ru/world/20211223/",
    "https://tj.sputniknews.ru/20211223/?page=2&utm_campaign=x&id=1": (
        "https://tj.sputniknews.ru/20211223/?id=1&page=2"
    ),
    "https://tj.sputniknews.ru/20211345/novost-1044450001.html": (
        "https://tj.sputniknews.ru/20211345/novost-1044450001.html"
    ),
    "https://tj.sputniknews.ru/20211223/novost.html": (
        "https://tj.sputniknews.ru/20211223/novost.html"
    ),
    "https://tj.sputniknews.ru/services/20211223/more.html?id=1044450001&date=20211223T1": (
        "https://tj.sputniknews.ru/services/20211223/more.html?date=20211223T1&id=1044450001"
    ),
    "https://tj.sputniknews.ru/services/article/infinity/1044450001.html": (
        "https://tj.sputniknews.ru/services/article/infinity/1044450001.html"
    ),
    "https://tj.sputniknews.ru/trend/202112231044450001-vybory/": (
        "https://tj.sputniknews.ru/trend/202112231044450001-vybory/"
    ),
    "https://tj.sputniknews.ru/sharing_snippet/1044450001.png": (
        "https://tj.sputniknews.ru/sharing_snippet/1044450001.png"
    ),
    "https://cdn1.img.sputniknews.com/img/1/2/1044450001_0.jpg": (
        "https://cdn1.img.sputniknews.com/img/1/2/1044450001_0.jpg"
    ),
    "https://sputniknews.com.example.org/20211223/1044450001.html": (
        "https://sputniknews.com.example.org/20211223/1044450001.html"
    ),
    "https://tj.sputniknews.ru@example.org/20211223/1044450001.html": (
        "https://tj.sputniknews.ru@example.org/20211223/1044450001.html"
    ),
    "https://tj.sputniknews.ru:8443/20211223/1044450001.html": (
        "https://tj.sputniknews.ru:8443/20211223/1044450001.html"
    ),
    "HTTP://www.Example.org.:80/a%2fb//c?b=2&a=1&fbclid=3&ref=4#d": (
        "http://www.example.org/a%2Fb//c?a=1&b=2&ref=4"
    ),
    "https://[2001:DB8::1]:8000/x": "https://[2001:db8::1]:8000/x",
    "ftp://tj.sputniknews.ru/20211223/1044450001.html": (
        "ftp://tj.sputniknews.ru/20211223/1044450001.html"
    ),
    "/20211223/1044450001.html": "/20211223/1044450001.html",
    " https://[::1 ": "https://[::1",
    "https://tj.sputniknews.ru:99999/": "https://tj.sputniknews.ru:99999/",
    "https://Россия.рф./x": "https://xn--h1alffa9f.xn--p1ai/x",
    "https://\xa0../x": "https://\xa0../x",
    "https://./20211223/1044450001.html": "https://./20211223/1044450001.html",
    "https://\ud800.ru/": "https://\ud800.ru/",
    "mailto:a@example.org": "mailto:a@example.org",
    "": "",
}


@pytest.mark.parametrize(("url", "canonical"), NO_ARTICLE.items())
def test_no_article(url: str, canonical: str) -> None:
    assert article_key(url) is None
    assert canonical_url(url) == canonical


def test_mirror() -> None:
    tj = editions().get("tj")
    mirror = "http://127.0.0.1:8000/20211223/novost-1044450001.html"
    home = "https://tj.sputniknews.ru/20211223/novost-1044450001.html"
    assert article_key(mirror, tj) == article_key(home)
    assert canonical_url(mirror, tj) == home
    assert article_key(mirror) is None
    # a host of the table is no mirror
    other = article_key("https://sputnik.az/20211223/xeber-1044450001.html", tj)
    assert other is not None
    assert other.id == "sputnik:az:1044450001"


HOSTS = [host for e in editions().all() for host in (e.host, *e.hosts)]
# pieces that URLs are made of, so that most of what is drawn comes near a real one
CHARACTERS = list("/?&=#;%:@+~'[]|-. \t\x85\u0660\ud800é")
WORDS = (
    "// /../ /. %2F %41 %ff utm_a=1 a=2 b .html -print /amp /world /tags /20211223 /20219999 "
    "/20200229 20200229 1044450001"
)
PIECES = st.sampled_from(CHARACTERS + WORDS.split())
URLS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["https://", "http://", "//", "HTTP://", "https://www.google.com/amp/s/", ""]),
    st.sampled_from(["", "m.", "www.", "x@", "a.cdn.ampproject.org/c/s/"]),
    st.sampled_from([*HOSTS[:9], "example.org", "[::1]", "SPUTNIK.KG.", "sputnik.az:443"]),
    st.lists(PIECES, max_size=9).map("".join),
)


@settings(derandomize=True)
@given(st.one_of(st.text(), URLS))
def test_any_text_has_a_stable_url(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert article_key(once) == article_key(url)


@settings(derandomize=True)
@given(st.text())
def test_lookups_take_any_text(text: str) -> None:
    table = editions()
    assert table.by_host(text) is None or text.lower().rstrip(".").endswith(tuple(HOSTS))
    for found in (*table.by_site_name(text), *table.by_city(text), *table.by_language(text)):
        assert found in table.all()


# --- the table ------------------------------------------------------------------------------------


def of(found: Edition | list[Edition] | None) -> list[str]:
    return [e.id for e in (found if isinstance(found, list) else [found]) if e]


LOOKUPS: list[tuple[str, tuple[str, ...], str]] = [
    ("by_host", ("sputnikglobe.com",), "int"),
    ("by_host", ("SPUTNIKNEWS.COM.",), "int"),
    ("by_host", ("m.tj.sputniknews.ru",), "tj"),
    ("by_host", ("am.sputniknews.ru",), "am-ru"),
    ("by_host", ("amp.sputnik.md",), "md"),
    ("by_host", ("www.ria.ru",), "ria"),
    ("by_host", ("sputniknews.ru",), ""),
    ("by_host", ("img.sputniknews.com",), ""),
    ("by_host", ("",), ""),
    ("by_site_name", ("Sputnik  Таджикистан",), "tj"),
    ("by_site_name", ("SPUTNIK КАЗАХСТАН",), "kz"),
    ("by_site_name", ("سبوتنيك عربي",), "ar"),
    ("by_site_name", ("Sputnik Беларусь",), "by by-be"),
    ("by_site_name", ("Sputnik Кыргызстан",), "kg kg-ky"),
    ("by_site_name", ("Sputnik",), ""),
    ("by_city", ("ДУШАНБЕ",), "tj tj-tg"),
    ("by_city", ("Душанбе", "ru"), "tj"),
    ("by_city", ("ТОШКЕНТ", "uz"), "uz"),
    ("by_city", ("ՙ",), ""),
    ("by_city", ("Երևան", "hy"), "am"),
    ("by_city", ("AҞӘА".replace("A", "А").replace("ә", "ə"), "ab"), "abkhazia-ab"),
    ("by_city", ("МОСКВА", "ru"), "ria"),
    ("by_language", ("uz",), "uz uz-latn"),
    ("by_language", ("uz-Latn",), "uz-latn"),
    ("by_language", ("sr-Cyrl",), "rs-cyrl"),
    ("by_language", ("et",), "ee"),
    ("by_language", ("zh",), "cn"),
    ("by_language", ("s",), ""),
    ("by_language", ("xx",), ""),
]


@pytest.mark.parametrize(("method", "args", "expected"), LOOKUPS)
def test_lookup(method: str, args: tuple[str, ...], expected: str) -> None:
    found = of(getattr(editions(), method)(*args))
    # beside whatever wires are added
    ours = {e.id for wire in ("sputnik", "ria") for e in editions().all(wire)}
    assert [name for name in found if name in ours] == expected.split()


def test_rows() -> None:
    tj, ar = editions().get("tj"), editions().get("ar")
    assert tj is not None
    assert ar is not None
    assert editions().get("xx") is None
    assert (tj.host, tj.language, tj.rtl, ar.rtl) == ("tj.sputniknews.ru", "ru", False, True)
    assert {e.wire for e in editions().all()} >= {"sputnik", "ria"}
    assert of(editions().all("ria")) == ["ria"]
    assert [e.id for e in editions().all("sputnik") if e.rtl] == ["ar", "fa", "prs"]


@pytest.mark.parametrize(
    ("edition", "utc", "hours"),
    [
        ("kz", "2024-02-29T17:59", 6),
        ("kz", "2024-02-29T18:00", 5),
        ("ria", "2014-10-25T21:59", 4),
        ("ria", "2014-10-25T22:00", 3),
        ("abkhazia", "2012-01-06T00:00", 4),
        ("by", "2011-01-15T00:00", 2),
        ("by", "2021-01-15T00:00", 3),
        ("tr", "2016-01-15T00:00", 2),
        ("tr", "2017-01-15T00:00", 3),
        ("tj", "2021-12-23T00:00", 5),
        ("kg", "2021-12-23T00:00", 6),
        ("md", "2021-07-01T00:00", 3),
        ("int", "2020-07-01T00:00", 0),
    ],
)
def test_zone_changes(edition: str, utc: str, hours: int) -> None:
    row = editions().get(edition)
    assert row is not None
    instant = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instant.astimezone(row.zone).utcoffset() == timedelta(hours=hours)


ROW = {
    "wire": "sputnik",
    "id": "xx",
    "site": "https://xx.example.org",
    "languages": ["ru"],
    "script": "Cyrl",
    "timezone": "Asia/Dushanbe",
    "site_names": ["Sputnik"],
    "agencies": ["Sputnik"],
}
OTHER = {**ROW, "id": "yy", "site": "https://yy.example.org"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{**ROW, "color": "red"}], "edition 'xx' has an unknown key 'color'"),
        ([{k: v for k, v in ROW.items() if k != "script"}], "edition 'xx' lacks 'script'"),
        ([{k: v for k, v in ROW.items() if k != "id"}], "edition 'number 1' lacks 'id'"),
        ([ROW, {**OTHER, "id": "xx"}], "edition 'xx': its id is used already"),
        (
            [ROW, {**OTHER, "hosts": ["xx.example.org"]}],
            "edition 'yy': host 'xx.example.org' is also that of 'xx'",
        ),
        ([{**ROW, "hosts": ["xx.example.org"]}], "host 'xx.example.org' is also that of 'xx'"),
        ([{**ROW, "timezone": "Asia/Nowhere"}], "unknown time zone 'Asia/Nowhere'"),
        ([{**ROW, "timezone": "Asia"}], "unknown time zone 'Asia'"),
        ([{**ROW, "timezone": "../etc/passwd"}], "unknown time zone '../etc/passwd'"),
        ([{**ROW, "languages": ["ru", "russian"]}], "bad languages 'russian'"),
        ([{**ROW, "languages": "ru"}], "languages must be a list of texts"),
        ([{**ROW, "languages": []}], "bad languages ''"),
        ([{**ROW, "script": "cyrl"}], "bad script 'cyrl'"),
        ([{**ROW, "country": "tjk"}], "bad country 'tjk'"),
        ([{**ROW, "country": 7}], "country must be a text"),
        ([{**ROW, "site": "http://xx.example.org"}], "bad site 'http://xx.example.org'"),
        ([{**ROW, "hosts": ["xx.example.org/ru"]}], "bad hosts 'xx.example.org/ru'"),
        ([{**ROW, "site_names": [" "]}], "bad site_names ' '"),
        ([{**ROW, "unverified": ["cities"]}], "unverified 'cities' is no key of the row"),
    ],
)
def test_broken_row(rows: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(RuleError) as error:
        build({"edition": rows}, "other.toml")
    assert str(error.value).startswith("other.toml: edition '")
    assert str(error.value).endswith(reason)


def test_unknown_table() -> None:
    with pytest.raises(RuleError, match=r"^other\.toml: unknown table 'editions'$"):
        build(tomllib.loads("[[editions]]"), "other.toml")
    with pytest.raises(RuleError, match=r"^other\.toml: an edition is no table"):
        build(tomllib.loads('[edition]\nid = "xx"'), "other.toml")
    assert of(build({"edition": [ROW, OTHER]}, "other.toml").all()) == ["xx", "yy"]


# --- the wire's own material --------------------------------------------------------------------


@needs_shared
def test_every_known_host_has_its_edition() -> None:
    with (SHARED / "editions.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    seen = set()
    for row in rows:
        places = f"{row['domain_latest_seen']} {row['older_or_parallel_domains']}"
        languages = re.findall(r"\b[a-z]{2,3}(?:-[A-Z]\w+)?", row["language"])
        kind = row["edition"].split()[0]
        for host in re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", places):
            edition = editions().by_host(host)
            if kind == "PREDECESSOR" or (kind == "SIBLING" and "RIA" not in row["edition"]):
                assert edition is None, f"{host} is another agency's"
            else:
                assert edition is not None, host
                assert edition.language in languages, host
                seen.add(edition.id)
    # those that other lists name
    ours = {e.id for e in editions().all() if e.wire in ("sputnik", "ria")}
    assert ours - seen == {"africa", "et", "kz", "az-ru", "am-ru"}


@needs_shared
def test_pages_of_the_wire() -> None:
    with (SHARED / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    named = [
        (row["path_or_url"], name)
        for row in rows
        if (name := re.search(r"pages_(\d{4}-\d\d-\d\d)_(\d{5,})\.txt$", row["file"]))
        and editions().by_host(row["edition_domain"])
    ]
    assert len(named) > 20
    for url, name in named:
        key = article_key(url)
        assert key is not None, url
        # the name of one file has the day before the number
        assert (str(key.day), key.cms_id) == (name[1], name[2].removeprefix("20201127"))


@needs_shared
@pytest.mark.parametrize(
    "page",
    [
        "html/sputniknews.com/htmldate_1592175395.html",
        "html/arabic.sputniknews.com/htmldate_1550981615.html",
    ],
)
def test_page_and_its_amp_twin(page: str) -> None:
    html = (SHARED / page).read_text("utf-8")
    links = re.findall(r'<link rel="(?:canonical|amphtml)" href="([^"]+)"', html)
    keys = {article_key(link) for link in links}
    assert len(links) == 2
    assert len(keys) == 1
    key = keys.pop()
    assert key is not None
    assert f'data-article="{key.cms_id}"' in html
