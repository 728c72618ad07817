"""What does a feed or a sitemap say? RSS, RDF, Atom; sitemaps, their indexes, lists of addresses.

Pure, and lenient where the standards are broken every day: by its first bytes and its namespaces it
is known what a document is, not by its name or what it says of its encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html.entities import html5
from io import BytesIO

from lxml import etree

from newswire.archive.http import GZIP, unpack
from newswire.crawl.listings import Found, Listing, Sitemap
from newswire.crawl.site import Site
from newswire.dateline import dates
from newswire.dateline.given import moment
from newswire.errors import Reason, UnreadablePage
from newswire.text.characters import tidy
from newswire.text.decoding import decode
from newswire.wires.urls import article_key

# The limits of https://www.sitemaps.org/protocol.html, for feeds as well.
MAX_URLS = 50_000
MAX_BYTES = 50 * 2**20

# root element → its entries; sitemaps.org takes feeds for sitemaps too
_FEEDS = {"rss": "item", "RDF": "item", "feed": "entry"}
_SITEMAPS = {"urlset": "url", "sitemapindex": "sitemap"}


def feed(body: bytes, site: Site) -> Listing:
    """Return what an RSS, RDF or Atom feed lists."""
    return _Reader(site, _FEEDS).read(body)


def sitemap(body: bytes, site: Site) -> Listing:
    """Return what a sitemap, news sitemap, index or text sitemap lists, or a feed in its place."""
    return _Reader(site, _FEEDS | _SITEMAPS).read(body)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry: its name, the addresses that may be its own in order, its other fields."""

    name: str
    addresses: tuple[str, ...]
    modified: str | None = None
    published: str | None = None
    title: str = ""


@dataclass(slots=True)
class _Reader:
    """Reads one document of a site."""

    site: Site
    roots: dict[str, str]
    problems: list[str] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    sitemaps: dict[str, Sitemap] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    def read(self, body: bytes) -> Listing:
        text = _text(_unpacked(body, self.problems), self.problems)
        if text is not None:
            lines = _address_lines(text) if "urlset" in self.roots else None
            entries = map(_line, lines) if lines else _entries(text, self.roots, self.problems)
            for count, entry in enumerate(entries):
                if count == MAX_URLS:
                    self.problems.append(f"more than {MAX_URLS} entries")
                    break
                self.take(entry)
        return Listing(
            tuple(self.found.values()),
            sitemaps=tuple(self.sitemaps.values()),
            problems=tuple(self.problems),
            addresses=len(self.found) + len(self.strange),
            strange=tuple(self.strange),
        )

    def take(self, entry: _Entry) -> None:
        modified = _moment(entry.modified)
        if entry.name == "sitemap":
            for there in filter(None, map(self.site.here, entry.addresses)):
                self.sitemaps[there] = Sitemap(there, modified)
            return
        keys = (self.site.key(address) for address in entry.addresses)
        key = next(filter(None, keys), None)
        if key is None:
            if not any(map(article_key, entry.addresses)):  # nor one of a sister edition
                self.strange.extend(entry.addresses[:1])
            return
        published = _moment(entry.published)
        article = Found(
            self.site.fetched_at(key),
            key.id,
            key.day,
            published if isinstance(published, datetime) else None,
            modified,
            tidy(entry.title) or None,
        )
        self.found.setdefault(key.cms_id, article)


# --- bytes --------------------------------------------------------------------------------------


def _unpacked(body: bytes, problems: list[str]) -> bytes:
    """Return the document, of gzip (in gzip, as some servers pack a packed file again) what can be
    read of it, up to `MAX_BYTES`."""
    for _ in range(3):
        if not body.startswith(GZIP):
            break
        body, error = unpack(body, "gzip", MAX_BYTES)
        if error:
            told = {Reason.TRUNCATED: "gzip cut short", Reason.TOO_LARGE: "too large"}
            problems.append(told.get(error.reason, "broken gzip"))
    if len(body) > MAX_BYTES:
        problems.append("too large")
    return body[:MAX_BYTES]


_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


def _text(body: bytes, problems: list[str]) -> str | None:
    """Return the text, in the encoding that fits: a mark, UTF-8, what is declared, detection."""
    declared = _DECLARED.match(body)
    try:
        return decode(body, [declared[1].decode("ascii")] if declared else []).text
    except UnreadablePage:
        problems.append("not well-formed: binary data")
        return None


# --- XML ----------------------------------------------------------------------------------------

_ROOT = re.compile(r"<\?xml\b|<(?:[\w-]+:)?(?:rss|RDF|feed|urlset|sitemapindex)\b")
_PROLOGUE = re.compile(r"<\?xml\b[^>]{0,300}>")
_ENTITIES = re.compile(r"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.DOTALL)
# what XML has no use for: control characters, bare or as references; names of HTML; bare ampersands
# and signs of less
_ODD = re.compile(
    r"(?P<whole><!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&\#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])"
    r"|x0*(?:[0-8bcef]|1[0-9a-f]));)"
    r"|(?P<less><(?![\w!?/:]))"
    r"|&(?!(?:amp|lt|gt|quot|apos|\#[0-9]{1,7}|\#x[0-9a-f]{1,6});)(?P<name>[A-Za-z][A-Za-z0-9]{1,31};)?",
    re.DOTALL | re.IGNORECASE,
)


def _mended(found: re.Match[str]) -> str:
    if found["whole"]:
        return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", found["whole"])
    if found["control"]:
        return ""
    if found["less"]:
        return "&lt;"
    name = found["name"] or ""
    if name in html5:
        return html5[name].replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{name}"


def _entries(text: str, roots: dict[str, str], problems: list[str]) -> Iterator[_Entry]:
    """Yield the entries of an XML document whose root is one of `roots`.

    Errors within are stepped over; entities are neither resolved nor fetched.
    """
    begin = _ROOT.search(text)
    if begin:  # behind warnings of the server's program, and whatever else
        text = text[begin.start() :]
    text = _PROLOGUE.sub("", text, count=1)  # it may name an encoding that is not this text's
    # there is one at most: to look for a next one would take quadratic time
    declared = _ENTITIES.match(text, max(0, text.find("<!DOCTYPE")))
    if declared:
        text = text[: declared.start()] + text[declared.end() :]
        problems.append("declares entities")
    parser = etree.iterparse(
        BytesIO(_ODD.sub(_mended, text).encode("utf-8", "replace")),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    wanted, count = None, 0
    try:
        for event, element in parser:
            name = _name(element)
            if wanted is None:
                wanted = roots.get(name)
                if wanted is None:
                    known = " or ".join(sorted(roots))
                    problems.append(f"not a {known} but a {name or 'nothing'}")
                    return
            if event == "end" and name == wanted:
                count += 1
                yield _entry(element)
                _forget(element)
    except etree.XMLSyntaxError as error:
        problems.append(f"not well-formed: {error.msg}")
    else:
        # a prefix without its namespace is read by its name
        errors = [e for e in parser.error_log if e.domain_name != "NAMESPACE"]
        if errors:
            problems.append(f"not well-formed: {errors[0].message}")
    if wanted is None and not problems:
        problems.append("empty")
    elif count == 0 and wanted != "url" and not problems:
        problems.append(f"lists no {wanted}")  # only an empty sitemap says that there is nothing


def _entry(element: etree._Element) -> _Entry:
    """Return what an entry says in elements of its own namespace, and of those known by name.

    Pictures and videos have a `loc`, a `title` and a date of their own.
    """
    own: dict[str, str] = {}
    known: dict[str, str] = {}
    links: list[str] = []
    for child in element.iterdescendants():
        if not isinstance(child.tag, str):
            continue
        name = _name(child)
        if child.getparent() is element and _space(child) == _space(element):
            if text := _said(child):
                own.setdefault(name, text)
            elif name == "link":  # Atom
                links += _linked(child)
        elif name == "link" and _is_atom(child):
            links += _linked(child)
        elif _is_known(child, name) and (text := _said(child)):
            known.setdefault(name, text)
    addresses = (own.get("loc"), own.get("link"), *links, own.get("guid"), own.get("id"))
    addresses += (known.get("origLink"),)
    return _Entry(
        _name(element),
        tuple(dict.fromkeys(filter(None, addresses))),
        # Atom 0.3 has names of its own
        own.get("lastmod") or own.get("updated") or own.get("modified"),
        own.get("pubDate") or own.get("published") or own.get("issued")
        or known.get("publication_date") or known.get("date"),
        own.get("title") or known.get("title") or "",
    )  # fmt: skip


def _said(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _linked(link: etree._Element) -> list[str]:
    """Return the address of an Atom link that is the entry's own page."""
    if (link.get("rel") or "alternate") != "alternate":
        return []
    return [href] if (href := (link.get("href") or "").strip()) else []


# fields of other namespaces that say something of the article itself; a prefix that is not
# declared is all that there is of its namespace
_KNOWN = {
    "publication_date": ("sitemap-news", "news:"),
    "title": ("sitemap-news", "news:"),
    "date": ("purl.org/dc", "dc:"),
    "origLink": ("feedburner", "feedburner:"),
}


def _is_known(element: etree._Element, name: str) -> bool:
    space, prefix = _KNOWN.get(name, ("", ""))
    if not space:
        return False
    return space in _space(element) or str(element.tag).startswith(prefix)


def _is_atom(element: etree._Element) -> bool:
    return "Atom" in _space(element) or str(element.tag).startswith("atom:")


def _space(element: etree._Element) -> str:
    """Return the namespace of an element, or the prefix of one that is not declared."""
    space, _, name = str(element.tag).rpartition("}")
    return space.removeprefix("{") or name.rpartition(":")[0]


def _name(element: etree._Element) -> str:
    """Return the name of an element without namespace or prefix."""
    return re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Free an entry and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


# --- lists of addresses, moments ----------------------------------------------------------------


def _address_lines(text: str) -> list[str] | None:
    """Return the lines of a text sitemap, None for any other document."""
    if "<" in text[:1000]:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    addresses = [line for line in lines if re.match(r"https?://\S+$", line)]
    return addresses if addresses and 2 * len(addresses) > len(lines) else None


def _line(address: str) -> _Entry:
    return _Entry("url", (address,))


def _moment(text: str | None) -> datetime | date | None:
    """Return a day or an instant, None of anything else; a time of an unknown zone is a day."""
    if not text:
        return None
    iso = dates.normalise(text) or moment(text)
    if iso is None:
        return None
    return datetime.fromisoformat(iso) if len(iso) > 10 else date.fromisoformat(iso)
