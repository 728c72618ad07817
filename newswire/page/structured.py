"""What does a page say of its article to machines? JSON-LD, meta elements, microdata, links.

Nothing here depends on a page template. Order of trust for dates: `article/publication.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from newswire.dateline import dates
from newswire.items import Image
from newswire.page.model import Facts
from newswire.text.characters import tidy
from newswire.text.folding import loose
from newswire.wires.editions import editions
from newswire.wires.urls import MAX_URL, article_key

# objects that a page nests; the graph of a page of the wire has ten
MAX_OBJECTS = 500
# a name in an object in a list in an object
MAX_DEPTH = 6
_ARTICLES = re.compile(r"(?:\w*Article|\w*Posting|Report\w*|\w*Review)")
_MARKED = etree.XPath("//body//*[@itemprop or @data-unixtime]")
# `20120105T0003+0400Z`, as ria.ru wrote it in 2012
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)([+-]\d{4})Z?")
# the site's own marks, which stand for a picture that an article lacks
_LOGO = re.compile(r"/i/|logo|/sharing_snippet/", re.IGNORECASE)
# what may contradict an article's own `h1`: `<headline> - Sputnik International`
_SITE_IN_TITLE = re.compile(r"(?<!\s)\s++[-–—|:]\s+[^-–—|:]{2,40}$")

Values = dict[str, list[str]]


def read(tree: etree._Element, url: str | None) -> Facts:
    """Return what the page says; `url` is where it was fetched, if anywhere."""
    meta, links, scripts = _head(tree)
    properties, graph = _properties(tree), _article(scripts)
    facts = Facts(site_name=_site_name(meta, properties, graph))
    facts.url = _url(url, [*links.get("canonical", []), *_all(meta, "og:url"), *_urls(graph)])
    base = facts.url or next(iter(links.get("canonical", [])), None)
    facts.headline = _headline(tree, meta, properties, graph)
    facts.description = _first(
        _text(graph.get("description")), *_all(meta, "description", "og:description")
    )
    _date(facts, meta, properties, graph)
    facts.authors = _authors(meta, properties, graph)
    facts.section = _first(
        _text(graph.get("articleSection")),
        *_all(properties, "articleSection"),
        *_all(meta, "article:section"),
    )
    facts.keywords = _keywords(meta, properties, graph)
    facts.images = _images(meta, properties, graph, base)
    return facts


def merge(visible: Facts, said: Facts) -> Facts:
    """Return what the visible page shows, and for machines only what it does not show.

    Dates of both kinds are kept, each under its evidence.
    """
    values = {f.name: getattr(visible, f.name) or getattr(said, f.name) for f in fields(Facts)}
    values["dates"] = visible.dates | said.dates
    # a printed time has no zone
    values["modified"] = said.modified or visible.modified
    return Facts(**values)


# --- sources -------------------------------------------------------------------------------------


def _head(tree: etree._Element) -> tuple[Values, Values, list[str]]:
    """Return meta contents by `property`, `name` and `itemprop`, links by `rel`, JSON-LD texts."""
    meta: Values = {}
    links: Values = {}
    scripts: list[str] = []
    for element in tree.iter("meta", "link", "script"):
        if content := element.get("content"):
            for key in ("property", "name", "itemprop"):
                if name := element.get(key):
                    meta.setdefault(name.strip(), []).append(tidy(content))
        elif (rel := element.get("rel")) and (href := element.get("href")):
            links.setdefault(rel.strip().lower(), []).append(href.strip())
        elif "ld+json" in element.get("type", "") and element.text:
            scripts.append(element.text)
    return meta, links, scripts


def _properties(tree: etree._Element) -> Values:
    """Return the microdata of the article, that of nested objects as `author.name`.

    And the unix times of the page, under `data-unixtime`.
    """
    found: Values = {}
    for element in _MARKED(tree):
        if stamp := element.get("data-unixtime"):
            found.setdefault("data-unixtime", []).append(stamp)
        name = element.get("itemprop")
        if name in (None, "articleBody") or element.get("itemscope") is not None:
            continue
        owner = element.getparent()
        while owner is not None and owner.get("itemscope") is None:
            owner = owner.getparent()
        if owner is not None and owner.get("itemprop"):
            name = f"{owner.get('itemprop')}.{name}"
        value = element.get("content") or element.get("datetime") or "".join(element.itertext())
        if value := tidy(value[:1000]):
            found.setdefault(name, []).append(value)
    return found


def _article(scripts: list[str]) -> dict[str, Any]:
    """Return the article's object of the JSON-LD graph, empty without one."""
    for source in scripts:
        try:
            data = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        for each in _objects(data):
            kind = each.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(k, str) and _ARTICLES.fullmatch(k) for k in kinds):
                return each
    return {}


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON value, outer ones first, at most `MAX_OBJECTS`."""
    todo, seen = [data], 0
    while todo and seen < MAX_OBJECTS:
        value = todo.pop(0)
        seen += 1
        if isinstance(value, dict):
            yield value
            todo += value.values()
        elif isinstance(value, list):
            todo += value


# --- values --------------------------------------------------------------------------------------


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value), None)


def _all(found: Values, *names: str) -> list[str]:
    return [value for name in names for value in found.get(name, [])]


def _text(value: Any, depth: int = MAX_DEPTH) -> str | None:
    """Return a JSON value's text, of a list or object the first."""
    if not depth:
        return None
    if isinstance(value, str):
        return tidy(value) or None
    if isinstance(value, dict):
        return _first(*(_text(value.get(key), depth - 1) for key in ("name", "url", "@id")))
    if isinstance(value, list):
        return _first(*(_text(each, depth - 1) for each in value[:1]))
    return None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for each in values if (text := _text(each))]


def _urls(graph: dict[str, Any]) -> list[str]:
    return [url for key in ("mainEntityOfPage", "url", "@id") if (url := _text(graph.get(key)))]


def _url(fetched: str | None, said: Iterable[str]) -> str | None:
    """Return the page's address on a wire: where it was fetched, else what it says itself."""
    addresses = (absolute(None, url) for url in said)
    urls = [url for url in dict.fromkeys((fetched, *addresses)) if url]
    articles = (url for url in urls if article_key(url))
    return next(articles, None) or next(filter(_is_known, urls), fetched)


def _is_known(url: str) -> bool:
    try:
        return editions().by_host(urlsplit(url).hostname or "") is not None
    except ValueError:
        return False


def _site_name(meta: Values, properties: Values, graph: dict[str, Any]) -> str | None:
    return _first(
        *_all(meta, "og:site_name"),
        _text(graph.get("publisher")),
        *_all(properties, "publisher.name"),
    )


def _headline(
    tree: etree._Element, meta: Values, properties: Values, graph: dict[str, Any]
) -> str | None:
    if said := _first(
        _text(graph.get("headline")),
        *_all(properties, "headline"),
        *_all(meta, "og:title", "twitter:title"),
    ):
        return said
    title = tidy(tree.findtext(".//title") or "")
    return _SITE_IN_TITLE.sub("", title) or None


def _date(facts: Facts, meta: Values, properties: Values, graph: dict[str, Any]) -> None:
    """Note the dates, each kind under its evidence; `modified` where it differs."""
    published = {
        "json-ld": _texts(graph.get("datePublished")),
        "meta": [
            *_all(meta, "article:published_time", "datePublished", "pubdate"),
            *_all(properties, "datePublished", "dateCreated"),
        ],
    }
    for evidence, texts in published.items():
        if instant := _best(texts):
            facts.dates[evidence] = instant
    # several are those of other stories as well
    unix = set(properties.get("data-unixtime", []))
    stamps = _all(meta, "analytics:p_ts") + (list(unix) if len(unix) == 1 else [])
    if instant := _first(*map(dates.from_unix, stamps)):
        facts.dates["unixtime"] = instant
    modified = _best(
        [
            *_texts(graph.get("dateModified")),
            *_all(meta, "article:modified_time", "dateModified", "lastmod"),
            *_all(properties, "dateModified"),
        ]
    )
    if modified not in facts.dates.values():
        facts.modified = modified


def _best(texts: Iterable[str]) -> str | None:
    """Return the first instant of `texts`, else the first day."""
    values = [value for text in texts if (value := dates.normalise(_COMPACT.sub(_iso, text)))]
    return _first(*(value for value in values if len(value) > 10), *values)


def _iso(found: re.Match[str]) -> str:
    year, month, day, hour, minute, zone = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}{zone}"


def _authors(meta: Values, properties: Values, graph: dict[str, Any]) -> list[str]:
    """Return the people who wrote it; the agency and its sites are none."""
    for names in (
        _texts(graph.get("author")),
        _all(properties, "author.name", "author"),
        _all(meta, "author", "article:author"),
    ):
        # `Wilmer Leon. Sputnik International`
        people = [re.split(r"[.,] (?=Sputnik|РИА)", name)[0] for name in names]
        if people := [name for name in dict.fromkeys(people) if _is_person(name)]:
            return people
    return []


def _is_person(name: str) -> bool:
    return not (
        editions().by_site_name(name)
        or loose(name) in editions().agencies
        or "://" in name
        or loose(name).startswith(("sputnik", "риа "))
    )


def _keywords(meta: Values, properties: Values, graph: dict[str, Any]) -> list[str]:
    for lists in (
        _texts(graph.get("keywords")),
        _all(meta, "article:tag"),
        _all(meta, "news_keywords"),
        _all(meta, "keywords"),
        _all(properties, "keywords"),
    ):
        words = [word.strip() for text in lists for word in text.split(",")]
        if words := [word for word in dict.fromkeys(words) if word]:
            return words
    return []


def _images(
    meta: Values, properties: Values, graph: dict[str, Any], base: str | None
) -> list[Image]:
    """Return the article's main picture."""
    pictures = graph.get("image")
    first = pictures[0] if isinstance(pictures, list) and pictures else pictures
    caption = _text(first.get("caption")) if isinstance(first, dict) else None
    url = _text(first.get("url") or first.get("contentUrl")) if isinstance(first, dict) else None
    for candidate in (url or _text(first), *_all(properties, "image"), *_all(meta, "og:image")):
        if candidate and not _LOGO.search(candidate):
            return [Image(absolute(base, candidate), caption)]
    return []


def absolute(base: str | None, url: str) -> str | None:
    """Return a web address of a page as a whole one; None for `javascript:` and others.

    Without `base` a relative one stays so. Control, bidi and other invisible characters are left
    out.

    >>> absolute("https://tj.sputniknews.ru/", "/i/1.jpg"), absolute(None, "JavaScript:alert(1)")
    ('https://tj.sputniknews.ru/i/1.jpg', None)
    """
    if len(url) > MAX_URL:
        return None
    try:
        whole = urljoin(base or "", "".join(filter(str.isprintable, url.strip())))
        return whole if urlsplit(whole).scheme in ("", "http", "https") else None
    except ValueError:
        return None
