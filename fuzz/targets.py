"""What must hold of each parser, whatever bytes it is given. Shared by fuzzer and tests.

A target takes bytes, and raises (mostly AssertionError) when the parser broke its promise. What it
returns tells the tests that it got somewhere.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newswire import boilerplate, dateline
from newswire.archive import http as payload
from newswire.archive import packed as kinds
from newswire.archive import pages as archive
from newswire.archive import replay
from newswire.article.assemble import assemble
from newswire.crawl.listings import list_page
from newswire.crawl.site import Site
from newswire.crawl.syndication import feed, sitemap
from newswire.dateline import dates, given
from newswire.errors import NoArticle, UnreadablePage
from newswire.items import Article, Source
from newswire.ledger.fingerprints import sign
from newswire.page import jsonld
from newswire.page.model import Block, Facts, Page, PassedOver, Role
from newswire.text.characters import MANY_MARKS, lines, tidy
from newswire.text.decoding import decode
from newswire.wires.editions import editions

MAX_BYTES = 2**20


def article(page: Page) -> Article | None:
    """Return what a crawl makes of a page; None for what is no article."""
    try:
        return assemble(page, "sputnik").article
    except (UnreadablePage, NoArticle):
        return None


def check_article(found: Article) -> None:
    """Assert that an article holds nothing that can hurt who reads it."""
    record = asdict(found)
    json.dumps(record, ensure_ascii=False).encode("utf-8")
    for text in strings(record):
        odd = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
        assert not odd, (odd, text)
    for url in [found.url, *(i.url for i in found.images), *(r.url for r in found.related)]:
        assert url is None or urlsplit(url).scheme in ("", "http", "https"), url
    assert "\n" not in (found.headline or ""), found.headline
    for day in (found.date_published, found.date_modified):
        assert day is None or dates.normalise(day), day
    sign(found.body)


def strings(value: Any) -> Iterator[str]:
    """Yield the texts in JSON-like data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def _source(kind: str) -> Source:
    return Source(kind, f"fuzz.{kind}", None, "0" * 64)


def extract(data: bytes) -> object:
    """Read an HTML page, to the article."""
    found = article(Page(data, _source("html")))
    if found:
        check_article(found)
    return found


def text(data: bytes) -> object:
    """Read a saved text, to the article; no word of it may vanish."""
    found = article(Page(data, _source("text")))
    if not found:
        return None
    check_article(found)
    head = found.dateline.raw if found.dateline else None
    said = [found.headline, found.description, head, found.body]
    said += [block.text for block in found.stripped]
    kept = _letters(" ".join(filter(None, said)))
    for line in lines(decode(data)[0]):
        # glued sentences are parted, so only letters stay together
        for word in re.findall(r"[^\W_]+", tidy(line)):
            assert word in kept, (word, line)
    return found


def _letters(said: str) -> str:
    return "".join(c for c in said if c.isalnum())


def boilerplate_(data: bytes) -> object:
    """Tell the article from the rest: every block is kept or names its rule, and none is lost."""
    if not data:
        return None
    tidied = [tidy(line) for line in lines(data[1:].decode("utf-8", "replace"))]
    blocks = [Block(line, n) for n, line in enumerate(tidied, 1) if line]
    before = "".join(b.text for b in blocks)
    boilerplate.classify(blocks, Facts(), sure=bool(data[0] & 1))
    assert all((b.role is Role.FURNITURE) == (b.rule is not None) for b in blocks)
    assert "".join("".join(b.text for b in blocks).split()) == "".join(before.split())
    return blocks


def jsonld_(data: bytes) -> object:
    """Read what a page says in JSON-LD: objects of any shape, and their dates."""
    script = data.decode("utf-8", "replace")
    graph = jsonld.read([script], jsonld.Identity(["https://sputnikglobe.com/"], ["A title"]))
    for value in (graph.article.get("datePublished"), graph.page.get("datePublished")):
        day = given.moment(value)
        assert day is None or dates.day(day)
    return graph


def dateline_(data: bytes) -> object:
    """Read the head of a story, and dates."""
    said = data.decode("utf-8", "replace")
    found = dateline.parse(said, published="2021-12-23")
    if found:
        assert said.startswith(found.raw)
        assert found.raw.strip()
        assert said.endswith(dateline.cut(said, found))
        assert found.date is None or dates.normalise(found.date)
    for day in (dates.normalise(said), dates.day_of_url(said), given.moment(said)):
        assert day is None or dates.day(day)
    dates.printed(said)
    return found


def warc(data: bytes) -> list[archive.Found]:
    """Read a web archive, WARC or WACZ, plain or packed; what is found has its place."""
    with tempfile.NamedTemporaryFile(suffix=".warc") as file:
        file.write(data)
        file.flush()
        with closing(archive.Archives(MAX_BYTES)) as archives:
            found = [*archives.pages(Path(file.name), "fuzz.warc"), *archives.late()]
    for each in found:
        if isinstance(each, Page):
            assert len(each.body) <= MAX_BYTES
            assert each.source.uri.startswith("fuzz.warc")
        else:
            assert isinstance(each, PassedOver) or each.uri
    return found


def saved(data: bytes) -> list[archive.Found]:
    """Read a file whose name tells nothing: of any kind, packed or not."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        found = list(replay.pages(Path(file.name), MAX_BYTES))
    assert found or not data or data.startswith((b"WARC/", b"PK")) or kinds.packing(data)
    for each in found:
        if isinstance(each, Page):
            assert len(each.body) <= MAX_BYTES
    return found


def message(data: bytes) -> bytes | None:
    """Decode an HTTP message."""
    try:
        body = payload.decoded(payload.parse(data), MAX_BYTES)
    except UnreadablePage:
        return None
    assert len(body) <= MAX_BYTES
    payload.is_html(body, "text/html")
    return body


def listing(data: bytes) -> object:
    """Read a feed, a sitemap, a list page; all that is found lies on the site."""
    edition = editions().get("tj")
    assert edition is not None
    site = Site.of(edition)
    found = [parse(data, site) for parse in (feed, sitemap, list_page)]
    for each in found:
        urls = [row.url for row in each.found] + [row.url for row in each.sitemaps]
        urls += [each.next_url] if each.next_url else []
        assert all(url.startswith(site.root + "/") for url in urls), urls
    return found


def encoding(data: bytes) -> object:
    """Decode bytes of an unknown encoding."""
    # what stands before the first line end, is declared
    label, _, rest = data[:40].partition(b"\n")
    try:
        said, name, replaced, _ = decode(data)
        decode(data, [label.decode("latin-1"), "windows-1251"] if rest else [])
    except UnreadablePage:
        return None
    assert name
    assert replaced <= len(data)
    for line in lines(said):
        # of more marks on a letter than any language has, some are cut off each time
        assert MANY_MARKS.search(line) or tidy(tidy(line)) == tidy(line)
    return said


TARGETS: dict[str, Callable[[bytes], object]] = {
    "extract": extract,
    "boilerplate": boilerplate_,
    "dateline": dateline_,
    "jsonld": jsonld_,
    "warc": warc,
    "saved": saved,
    "text": text,
    "message": message,
    "listing": listing,
    "encoding": encoding,
}
