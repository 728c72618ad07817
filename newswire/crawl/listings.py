"""What does a feed, a sitemap or a list page say? Pure parsers.

What is an article is read off its URL (`editions.article_key`), never off a class, so a new
template of the lists changes nothing here. Feeds and sitemaps are parsed with lxml: what Scrapy has
for sitemaps drops the news fields, and feedparser would be a dependency for three fields.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import urlsplit

from lxml import etree

from newswire.archive.http import document_ends
from newswire.crawl.finding import Found, Listing, Site, Sitemap
from newswire.errors import UnreadablePage
from newswire.page import markup
from newswire.text.characters import tidy

# The limits of https://www.sitemaps.org/protocol.html, for feeds as well.
MAX_URLS = 50_000
MAX_BYTES = 50 * 2**20

# --- feeds and sitemaps -------------------------------------------------------------------------

# an entry: names without namespace → text
_Entry = dict[str, str]
_ENTRIES = {
    "rss": {"item"},
    "RDF": {"item"},
    "urlset": {"url"},
    "sitemapindex": {"sitemap"},
}


def feed(body: bytes, site: Site) -> Listing:
    """Return what an RSS feed lists."""
    return _xml_listing(body, site, {"rss", "RDF"})


def sitemap(body: bytes, site: Site) -> Listing:
    """Return what a sitemap, news sitemap or sitemap index lists; gzip is seen by its bytes."""
    return _xml_listing(body, site, {"urlset", "sitemapindex"})


_ENTITIES = re.compile(rb"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.DOTALL)


def _xml_listing(body: bytes, site: Site, roots: set[str]) -> Listing:
    problems: list[str] = []
    found: dict[str, Found] = {}
    sitemaps: dict[str, Sitemap] = {}
    for entry in _entries(_unpacked(body, problems), roots, problems):
        url = entry.get("loc") or entry.get("link") or entry.get("guid") or ""
        modified = _moment(entry.get("lastmod"))
        if entry["_"] == "sitemap":
            if there := site.here(url):
                sitemaps[there] = Sitemap(there, modified)
        elif key := site.key(url):
            published = _moment(entry.get("publication_date") or entry.get("pubDate"))
            found.setdefault(
                key.cms_id,
                Found(
                    site.root + urlsplit(key.canonical_url).path,
                    key.id,
                    key.day,
                    published if isinstance(published, datetime) else None,
                    modified,
                    tidy(entry.get("title", "")) or None,
                    entry.get("language"),
                ),
            )
    return Listing(
        tuple(found.values()), sitemaps=tuple(sitemaps.values()), problems=tuple(problems)
    )


def _unpacked(body: bytes, problems: list[str]) -> bytes:
    """Return the document, of a gzip file what can be read of it, up to `MAX_BYTES`."""
    if body.startswith(b"\x1f\x8b"):
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = decoder.decompress(body, MAX_BYTES)
        except zlib.error:
            problems.append("broken gzip")
            return b""
        if not decoder.eof:
            problems.append("gzip cut short" if not decoder.unconsumed_tail else "too large")
    if len(body) > MAX_BYTES:
        problems.append("too large")
    return body[:MAX_BYTES]


def _entries(body: bytes, roots: set[str], problems: list[str]) -> Iterator[_Entry]:
    """Yield the entries of a document whose root is one of `roots`; `_` is the entry's own name.

    Errors within are stepped over; entities are neither resolved nor fetched.
    """
    # there is one at most: to look for a next one would take quadratic time
    declared = _ENTITIES.match(body, max(0, body.find(b"<!DOCTYPE")))
    if declared:
        body = body[: declared.start()] + body[declared.end() :]
        problems.append("declares entities")
    parser = etree.iterparse(
        BytesIO(body),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    wanted: set[str] | None = None
    count = 0
    try:
        for event, element in parser:
            name = _name(element)
            if wanted is None:
                wanted = _ENTRIES[name] if name in roots else set()
                if not wanted:
                    problems.append(f"not a {' or '.join(sorted(roots))} but a {name or 'nothing'}")
                    return
            if event == "start" or name not in wanted:
                continue
            if (count := count + 1) > MAX_URLS:
                problems.append(f"more than {MAX_URLS} entries")
                return
            yield {"_": name, **_fields(element)}
            _forget(element)
    except etree.XMLSyntaxError as error:
        problems.append(f"not well-formed: {error.msg}")
    else:
        if parser.error_log:
            problems.append(f"not well-formed: {parser.error_log[0].message}")
    if wanted is None and not problems:
        problems.append("empty")


def _fields(element: etree._Element) -> _Entry:
    """Return the texts below an entry by name, of equal names the first that is not empty."""
    fields: _Entry = {}
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and (text := (child.text or "").strip()):
            fields.setdefault(_name(child), text)
    return fields


def _forget(element: etree._Element) -> None:
    """Free an entry and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _moment(text: str | None) -> datetime | date | None:
    """Return a W3C date or instant, or an RFC 822 instant; one without offset is none."""
    if not text:
        return None
    for parse in (_day_of, datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError):
            continue
        return moment if not isinstance(moment, datetime) or moment.tzinfo else None
    return None


def _day_of(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


# --- list pages ---------------------------------------------------------------------------------

# where a list goes on: /services/<rubric or day>/more.html?id=…&date=…, before 2018 without
# /services and with the day behind the rubric; the path says it, whichever attribute holds it
_MORE = re.compile(r"(?:https?://[^/?#]+)?(?:/[^/?#]+){1,3}/more\.html(?:\?[^#]*)?")


def list_page(body: bytes, site: Site) -> Listing:
    """Return what a list page or an answer of a `more` end point lists.

    The next page is `data-next-url`; failing that, any attribute that is the address of a `more`
    end point, as buttons have it. Links of side columns are found as well: who wants a range of
    days looks at `Found.day`.
    """
    try:
        tree, _ = markup.parse(body)
    except UnreadablePage as error:
        return Listing(problems=(error.reason,))
    found: dict[str, Found] = {}
    for link in tree.iter("a"):
        if key := site.key(link.get("href") or ""):
            title = tidy(link.get("title") or "".join(link.itertext())) or None
            known = found.get(key.cms_id)
            if known is None or (title and not known.title):  # a picture links first, without text
                url = site.root + urlsplit(key.canonical_url).path
                found[key.cms_id] = Found(url, key.id, key.day, title=title)
    problems = []
    if not document_ends(body) or _is_cut(body):
        problems.append("cut short")
    next_url = _next_url(tree)
    there = site.here(next_url) if next_url else None
    if next_url and there is None:
        problems.append("the next page is on another host")
    return Listing(tuple(found.values()), there, problems=tuple(problems))


def _is_cut(body: bytes) -> bool:
    """Tell whether a fragment, which has no root to close, leaves elements open."""
    return not re.search(rb"<html\b", body, re.I) and body.count(b"<div") > body.count(b"</div")


def _next_url(tree: etree._Element) -> str | None:
    if named := tree.xpath("//@data-next-url"):
        return str(named[-1])
    more = [str(value) for value in tree.xpath("//@*[contains(., '/more.html')]")]
    return next((value for value in reversed(more) if _MORE.fullmatch(value)), None)
