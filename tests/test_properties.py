"""What holds of every parser for any input: random texts, damaged archives, and past findings."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from fuzz.targets import TARGETS, message, warc
from newswire.archive import http
from newswire.crawl.arguments import Arguments, parse
from newswire.crawl.net.pace import retry_after
from newswire.crawl.net.reach import origin
from newswire.errors import ArgumentError
from newswire.feeds.columns import whole
from newswire.feeds.files import CsvExporter, LinesExporter, XmlExporter
from newswire.feeds.trade import JsonLdExporter, NinjsExporter, SuperdeskExporter
from newswire.items import Article, Image, Related
from newswire.operate.log import hide
from newswire.page.model import Page
from newswire.text.printable import one_line
from newswire.wires.urls import absolute

settings.register_profile(
    "properties",
    derandomize=True,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow],
)
some = settings.get_profile("properties")
few = settings(some, max_examples=40)

REGRESSIONS = Path(__file__).parent / "regressions"
FOUND = sorted(path for path in REGRESSIONS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: "/".join(path.parts[-2:]))
def test_past_findings(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


# --- pages ---------------------------------------------------------------------------------------

SENTENCE = "Президент рассказал о планах на будущий год, сообщает корреспондент."
LINES = st.sampled_from(
    [
        *(SENTENCE, "Саженцы в парке - Sputnik Таджикистан, 1920, 23.12.2021", "Подписаться"),
        *("ДУШАНБЕ, 23 дек — Sputnik. Снег выпал.", "© Sputnik / А. СомовСаженцы в парке", "0"),
        *("https://tj.sputniknews.ru/20211223/x-1044450001.html", "Лента новостей", "12:30"),
        *("2021-12-23T10:00+0500", "Теги:", "", " \u200d", "e\u0301", "\u202e"),
    ]
)
TEXTS = st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=14).map("\n".join)
TAGS = st.sampled_from(
    [
        *("<p>", "</p>", "<div class='article__text'>", "</div>", "<h1 class='article__title'>"),
        *("<table><tr><td>", "<figure>", "<figcaption>", "<img src='/i.jpg' alt='x'>", "<br>"),
        *("<a href='javascript:x'>", "<a href='/20211223/x-1044450001.html'>", "</a>", "<!--"),
        *("<div class='article__announce-text'>", "<div itemprop='articleBody'>", "&#xD83D;"),
        *(
            "<script type='application/ld+json'>",
            '{"@type":"NewsArticle","headline":["',
            "</script>",
        ),
        *("<meta property='og:title' content='", "<time datetime='2021-02-30'>", "<![CDATA[", "\0"),
        *("<div class='article__quote'>", "<blockquote>", "<li>", "<title>", "<base href='//x'>"),
    ]
)
PAGES = st.lists(st.one_of(TAGS, LINES, st.text(max_size=20)), max_size=30).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "cp1251", "utf-16", "utf-8-sig", "latin-1", "utf-32"])


def encoded(texts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return st.builds(lambda text, name: text.encode(name, "replace"), texts, ENCODINGS)


STORY = '{"@type":"Article","datePublished":["2021-12-23T10:00Z",1640237760],"author":{"@id":"#"}}'
PIECES = st.sampled_from([STORY, *'{}[],:;"', "'", "//", "/*", "*/", "<!--", "]]>", '{"@graph":['])


@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map("".join))
@some
def test_jsonld(script: str) -> None:
    """Nothing raises, whatever a script has instead of JSON."""
    TARGETS["jsonld"](script.encode("utf-8", "replace"))


@pytest.mark.parametrize("target", ["extract", "text", "encoding", "boilerplate", "dateline"])
@given(data=st.data())
@some
def test_pages(target: str, data: st.DataObject) -> None:
    """Nothing raises, no word of a text vanishes, no item holds what hurts its reader."""
    if target == "extract":
        page = data.draw(st.one_of(encoded(PAGES), st.binary(max_size=200)))
    else:
        page = data.draw(st.one_of(encoded(TEXTS), st.binary(max_size=200)))
    TARGETS[target](page)


FEEDS = st.sampled_from(
    [
        *("<rss><channel>", "<item>", "</item>", "<urlset>", "<url>", "</url>", "<sitemapindex>"),
        *("<loc>", "</loc>", "<link>", "</link>", "<lastmod>", "<pubDate>", "</rss>", "</urlset>"),
        *("https://tj.sputniknews.ru/20211223/x-1044450001.html", "file:///etc/passwd", "&l;"),
        *("javascript:1", "<!DOCTYPE x [<!ENTITY l 'x'>]>", "2021-12-23", "<a href='", "'>", "//"),
        *("<div data-next-url='/services/lenta/more.html?id=1'>", "\x1f\x8b", "<![CDATA[", "]]>"),
    ]
)


@given(
    st.one_of(encoded(st.lists(st.one_of(FEEDS, st.text(max_size=8)), max_size=25).map("".join)))
)
@some
def test_lists(data: bytes) -> None:
    TARGETS["listing"](data)


# --- archives ------------------------------------------------------------------------------------

BODIES = [f"<html><p>Снег {n} {'слово ' * n}</p></html>".encode() for n in range(4)]


def _record(body: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    digest = base64.b32encode(hashlib.sha1(block).digest())
    return (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Block-Digest: sha1:%b\r\n"
        b"WARC-Target-URI: https://wire.example/\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
        % (digest, len(block), block)
    )


PLAIN = b"".join(map(_record, BODIES))
PACKED = b"".join(gzip.compress(_record(body), mtime=0) for body in BODIES)


def _wacz(method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as wacz:
        wacz.writestr("archive/a.warc.gz", PACKED)
    return file.getvalue()


ARCHIVES = {
    "plain": PLAIN,
    "packed": PACKED,
    "whole": gzip.compress(PLAIN, mtime=0),
    "wacz": _wacz(zipfile.ZIP_STORED),
    "deflated": _wacz(zipfile.ZIP_DEFLATED),
}
CHANGES = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "insert", "drop"]), st.floats(0, 1), st.binary()),
    max_size=3,
)


@pytest.mark.parametrize("form", ARCHIVES)
@given(changes=CHANGES)
@example(changes=[])
@some
def test_damaged_archives(form: str, changes: list[tuple[str, float, bytes]]) -> None:
    """What is read is a page that was put in, byte for byte; the rest is said to be damaged."""
    data = bytearray(ARCHIVES[form])
    for kind, where, more in changes:
        at = int(where * max(0, len(data) - 1))
        match kind:
            case "flip" if data:
                data[at] ^= 1 << len(more) % 8
            case "cut":
                del data[at:]
            case "insert":
                data[at:at] = more
            case "drop":
                del data[at : at + len(more)]
    found = warc(bytes(data))
    read = [page.body for page in found if isinstance(page, Page)]
    if not changes:
        assert read == BODIES
    if form != "plain":  # damage to the digest's own line takes it away
        assert set(read) <= set(BODIES)


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}


@given(
    st.binary(max_size=400).map(lambda tail: b"<html>" + tail),
    st.lists(st.sampled_from(sorted(CODERS)), max_size=3),
    st.integers(0, 400),
)
@some
def test_codings_are_undone_or_refused(body: bytes, codings: list[str], cut: int) -> None:
    packed = body
    for coding in codings:
        packed = CODERS[coding](packed)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + ", ".join(codings).encode() + b"\r\n\r\n"
    assert message(head + packed) == body
    if codings and cut < len(packed):
        assert message(head + packed[:cut]) in (None, b"")  # half a body is none


@given(st.binary(max_size=300))
@some
def test_messages_of_any_bytes(data: bytes) -> None:
    message(data)
    message(b"HTTP/1.1 200 OK\r\n" + data)
    http.document_ends(data)
    for coding in ("gzip", "deflate", "br", "zstd", "x"):
        assert len(http.unpack(data, coding, 1000).data) <= 1000


# --- addresses, arguments, lines -----------------------------------------------------------------

ANY = st.text(st.characters(codec=None), max_size=40)


@given(ANY, st.one_of(st.none(), ANY))
@example("java\nscript:alert(1)", None)
@example("\x01javascript:alert(1)", "https://tj.sputniknews.ru/")
@some
def test_addresses(url: str, base: str | None) -> None:
    found = absolute(base, url)
    if found is not None:
        assert found.isprintable() or not (base or "").isprintable()
        assert not found.lower().lstrip().startswith(("javascript:", "data:", "file:"))
    retry_after(url)
    try:
        origin(url)
    except ValueError:
        return


@given(
    st.dictionaries(
        st.sampled_from(["edition", "since", "until", "url", "site", "x"]),
        st.one_of(ANY, st.sampled_from(["tj", "tj,kg", "2021-12-23", "http://127.0.0.1:8000"])),
    )
)
@some
def test_arguments_are_taken_or_refused(arguments: dict[str, str]) -> None:
    try:
        found = parse("sputnik", arguments)
    except ArgumentError:
        return
    assert isinstance(found, Arguments)
    assert "x" not in arguments


@given(ANY)
@some
def test_log_lines(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert one_line(line) == line
    assert hide(hide(text)) == hide(text)


# --- feeds ---------------------------------------------------------------------------------------

ARTICLES = st.builds(
    Article,
    id=st.just("sputnik:tj:1"),
    wire=st.just("sputnik"),
    headline=st.one_of(st.none(), ANY),
    description=ANY,
    body=ANY.filter(bool),
    keywords=st.lists(ANY, max_size=2),
    authors=st.lists(ANY, max_size=2),
    images=st.lists(st.builds(Image, caption=ANY, credit=ANY), max_size=2),
    related=st.lists(st.builds(Related, headline=ANY), max_size=2),
)


def exported(kind: Any, article: Article) -> bytes:
    out = io.BytesIO()
    exporter = kind(out, encoding="utf-8")
    exporter.start_exporting()
    exporter.export_item(article)
    exporter.finish_exporting()
    return out.getvalue()


@given(ARTICLES)
@few
def test_feeds_hold_any_text(article: Article) -> None:
    expected = whole(json.loads(json.dumps({"headline": article.headline, "body": article.body})))
    line = exported(LinesExporter, article).decode()
    assert line.count("\n") == 1
    record = json.loads(line)
    assert {name: record[name] for name in expected} == expected
    (element,) = etree.fromstring(exported(XmlExporter, article))
    assert len(element.findtext("body") or "") == len(expected["body"])
    text = exported(CsvExporter, article).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    body = expected["body"].replace("\0", "")
    assert row["body"] in (body, f"'{body}")
    assert not row["body"].lstrip().startswith(("=", "+", "-", "@"))
    for kind in (NinjsExporter, SuperdeskExporter, JsonLdExporter):
        json.loads(exported(kind, article))
    assert b"<script" not in exported(SuperdeskExporter, Article("x", body="<script>"))
