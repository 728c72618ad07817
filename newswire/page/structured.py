"""What does a page say of its article to machines? JSON-LD, meta elements, microdata, links.

Nothing here depends on a page template. Order of trust for dates: `article/publication.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from newswire import rules
from newswire.dateline import dates
from newswire.dateline.given import moment
from newswire.items import Evidence, Image
from newswire.page import headline, jsonld, witness
from newswire.page.model import Facts
from newswire.page.sources import Sources, collect, plain
from newswire.text.folding import loose
from newswire.wires.editions import editions
from newswire.wires.urls import absolute, article_key, original

# a name in an object in a list in an object
MAX_DEPTH = 6
# the site's own marks, which stand for a picture that an article lacks
_LOGO = re.compile(r"/i/|logo|/sharing_snippet/", re.IGNORECASE)
# the name of a rubric in addresses
_SLUG = re.compile(r"[a-z0-9_-]+")
# `Photos: Ada Brandt`
_LABEL = re.compile(r"\w+:\s+")
# `… РИА Новости, 11.06.2022` behind a description
_TAIL = re.compile(r"(?P<site>[^.…!?]{3,40}), \d{2}\.\d{2}\.\d{4}$")


class Said:
    """All that a page says to machines.

    Attributes:
        url: its address: where it was fetched, else what it says itself.
        foreign: the host of another site that it states to be from.
    """

    def __init__(self, tree: etree._Element, url: str | None, until: date | None = None) -> None:
        """Read what the page says.

        Args:
            tree: the page.
            url: where it was fetched, if anywhere.
            until: the last day that its dates can mean; by default tomorrow.
        """
        self.sources = collect(tree)
        sources = self.sources
        self._until = until
        stated = list(
            dict.fromkeys((*sources.links.get("canonical", []), *sources.named("og:url")))
        )
        self.foreign = _foreign(url, stated)
        url = original(url) if url else None
        # archive.today has the address that it keeps a copy of in a bookmark
        copies = (a for a in sources.links.get("bookmark", []) if original(a) != a)
        addresses = list(dict.fromkeys(original(address) for address in (*stated, *copies)))
        identity = jsonld.Identity(
            [u for u in (url, *(absolute(None, a) for a in addresses)) if u],
            [*sources.headings, *sources.named("og:title", "twitter:title"), sources.title],
        )
        self.graph = jsonld.read(sources.scripts, identity)
        self.url = _url(url, [*addresses, *jsonld.urls(self.graph.article)])
        self.base = self.url or next(iter(addresses), None)

    def facts(self, seen: Facts | None = None) -> Facts:
        """Return what the page says of its article.

        What the visible page shows (`seen`) is taken from there. Dates of both are kept, each under
        its evidence.
        """
        seen = seen or Facts()
        facts = Facts(url=self.url, foreign=self.foreign, hint=seen.hint, related=seen.related)
        facts.unread = self.graph.unread
        facts.stranger = bool(self.graph.article) and not self.graph.sure
        site = self.site_name
        facts.site_name = seen.site_name or site
        facts.headline = seen.headline or _headline(self, site)
        facts.description = seen.description or _description(self, site)
        _date(facts, self)
        facts.dates = seen.dates | facts.dates
        # a printed time has no zone
        facts.modified = facts.modified or seen.modified
        facts.authors = seen.authors or _authors(self, site)
        facts.section = seen.section or _section(self)
        facts.keywords = seen.keywords or _keywords(self)
        facts.images = seen.images or _images(self, self.base)
        facts.witnesses = partial(witness.read, self.sources, self.graph.article)
        return facts

    @property
    def site_name(self) -> str | None:
        """The name of the site."""
        named = self.sources.named("og:site_name")
        marked = self.sources.marked("publisher.name")
        return _first(*named) or self.text("publisher") or _first(*marked)

    def moment(self, values: Iterable[Any]) -> str | None:
        """Return the first instant of `values`, else the first day."""
        day = None
        for value in values:
            said = moment(value, language=self.sources.language, until=self._until)
            if said and len(said) > 10:
                return said
            day = day or said
        return day

    def value(self, name: str) -> Any:
        """Return what the JSON-LD of the article says under `name`."""
        return self.graph.follow(self.graph.article.get(name))

    def text(self, name: str) -> str | None:
        """Return that as a text."""
        return _text(self.value(name))


def read(tree: etree._Element, url: str | None, until: date | None = None) -> Facts:
    """Return what the page says to machines; arguments as for `Said`."""
    return Said(tree, url, until).facts()


# --- values --------------------------------------------------------------------------------------


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value), None)


def _text(value: Any, depth: int = MAX_DEPTH) -> str | None:
    """Return a JSON value's text, of a list or object the first."""
    if not depth:
        return None
    if isinstance(value, str):
        return plain(value[:10_000]) or None
    if isinstance(value, dict):
        keys = ("name", "@value", "url", "@id")
        return _first(*(_text(value.get(key), depth - 1) for key in keys))
    if isinstance(value, list):
        return _first(*(_text(each, depth - 1) for each in value[:1]))
    return None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for each in values if (text := _text(each))]


# --- facts ---------------------------------------------------------------------------------------


def _url(fetched: str | None, said: Iterable[str]) -> str | None:
    """Return the page's address on a wire: where it was fetched, else what it says itself."""
    addresses = (absolute(None, url) for url in said)
    urls = [url for url in dict.fromkeys((fetched, *addresses)) if url]
    articles = (url for url in urls if article_key(url))
    return next(articles, None) or next(filter(_is_known, urls), fetched)


# names of copies, which say nothing of whose the page is
_COPIES = re.compile(
    r"(?:.+\.)?(?:archive\.(?:org|today|ph|is|li|vn|fo|md)|translate\.goog|cdn\.ampproject\.org"
    r"|googleusercontent\.com|google\.[a-z.]+|localhost)|[0-9.]+|.*:.*"
)


def _foreign(fetched: str | None, stated: Iterable[str]) -> str | None:
    """Return the host of another site that the page states to be from, None of one of a wire.

    The page's own statement (canonical, `og:url`) counts before where it was fetched.
    """
    for urls in (stated, [fetched] if fetched else []):
        found = map(_host, urls)
        hosts = [host for host in found if host and not _COPIES.fullmatch(host)]
        if hosts:
            known = any(editions().by_host(host) for host in hosts)
            return None if known else hosts[0]
    return None


def _host(url: str) -> str | None:
    try:
        return urlsplit(absolute(None, url) or "").hostname
    except ValueError:
        return None


def _is_known(url: str) -> bool:
    return editions().by_host(_host(url) or "") is not None


def _headline(said: Said, site_name: str | None) -> str | None:
    sources = said.sources
    given = [
        said.text("headline"),
        *sources.marked("headline"),
        *map(plain, sources.named("og:title", "twitter:title")),
    ]
    names = [site_name, *sources.named("application-name", "apple-mobile-web-app-title")]
    names += [said.text("publisher"), _text(said.graph.page.get("isPartOf"))]
    url = said.url or _first(*sources.links.get("canonical", []))
    return headline.choose(filter(None, given), sources, filter(None, names), url)


def _description(said: Said, site_name: str | None) -> str | None:
    """Return the announcement, without the site's name and the day that the wire sets behind it."""
    given = [said.text("description"), *said.sources.named("description", "og:description")]
    for text in filter(None, given):
        text = plain(text)
        found = _TAIL.search(text)
        if found and (loose(found["site"]) == loose(site_name or "") or _is_site(found["site"])):
            text = text[: found.start()].rstrip()
        if text and loose(text) != loose(site_name or "") and not _is_site(text):
            return text
    return None


def _is_site(name: str) -> bool:
    return bool(editions().by_site_name(name)) or loose(name) in editions().agencies


def _date(facts: Facts, said: Said) -> None:
    """Note the dates, each kind under its evidence; `modified` where it differs."""
    sources, graph = said.sources, said.graph
    published: dict[Evidence, list[Any]] = {
        Evidence.JSON_LD: [
            *(each.get(key) for each in (graph.article, graph.page)
              for key in ("datePublished", "dateCreated")),
        ],
        Evidence.META: [
            *sources.given("published"),
            *sources.marked("datePublished", "dateCreated"),
        ],
        Evidence.UNIXTIME: list(_stamps(sources)),
        Evidence.PRINTED: list(_times(sources)),
    }  # fmt: skip
    for evidence, values in published.items():
        if instant := said.moment(values):
            facts.dates[evidence] = instant
    modified = said.moment(
        [
            graph.article.get("dateModified"),
            graph.page.get("dateModified"),
            *sources.given("modified"),
            *sources.marked("dateModified"),
        ]
    )
    if modified not in facts.dates.values() or (len(modified or "") == 10 and _differ(sources)):
        facts.modified = modified


def _differ(sources: Sources) -> bool:
    """Return whether two times of one day, without a zone, say that the text was changed."""
    first, last = sources.given("published")[:1], sources.given("modified")[:1]
    return first != last and len("".join(first)) == len("".join(last)) > len("2024-02-29")


def _stamps(sources: Sources) -> Iterator[str]:
    """Yield unix times; of marks in the page only where they agree: other stories have them too."""
    yield from sources.given("unixtime")
    if len(unix := set(sources.properties.get("data-unixtime", []))) == 1:
        yield from unix


def _times(sources: Sources) -> Iterator[str]:
    """Yield the times of `time` elements at the head of the article, that of publication first."""
    yield from (text for text, marked in sources.times if marked)
    yield from (text for text, marked in sources.times if not marked)


def _section(said: Said) -> str | None:
    """Return the rubric; on the wire `articleSection` has tags and `article:section` a genre."""
    sources = said.sources
    rubrics = [
        *map(plain, sources.given("rubric")),
        said.text("articleSection"),
        *sources.marked("articleSection"),
        *map(plain, sources.named("article:section")),
    ]
    names = (name for name in rubrics if name and not _SLUG.fullmatch(name))
    return _first(next(names, None), *rubrics)


def _authors(said: Said, site_name: str | None) -> list[str]:
    """Return the people who wrote it; the agency and its sites are not among them."""
    sources = said.sources
    for names in (
        list(_people(said.graph, said.graph.article.get("author"))),
        sources.marked("author.name", "author"),
        [*sources.named("author", "article:author"), sources.item.get("author", "")],
    ):
        named = (_without_by(plain(name), sources.language) for name in names)
        people = [_without_site(name) for name in named]
        known = loose(site_name or "")
        people = [n for n in dict.fromkeys(people) if _is_person(n) and loose(n) != known]
        if people:
            return people
    return []


def _people(graph: jsonld.Graph, value: Any) -> Iterator[str]:
    """Yield the names of an `author`; a reference is followed, an address is no name."""
    for each in value if isinstance(value, list) else [value]:
        who = graph.follow(each)
        if isinstance(who, list):
            yield from (name for one in who for name in _texts(graph.follow(one)))
        elif isinstance(who, dict):
            given = [who.get("givenName"), who.get("familyName")]
            whole = " ".join(part for part in given if isinstance(part, str))
            yield from _texts(who.get("name")) or _texts(who.get("@value")) or _texts(whole)
        elif isinstance(who, str):
            yield who


@lru_cache(maxsize=64)
def _by(language: str | None) -> re.Pattern[str]:
    """Return the words before an author in a page's language (BCP 47), in all if it names none."""
    table: Mapping[str, list[str]] = rules.read("facts.toml")["by"]
    code = re.split("[-_]", language or "")[0].lower()
    codes = {code, *dates.languages(code)} if code else set(table)
    words = {re.escape(word) for each in codes for word in table.get(each, ())}
    longest = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?P<words>{longest})(?:\s*(?P<colon>[:：])\s*|\s+)", re.IGNORECASE)


@lru_cache(maxsize=1024)  # one author has many pages
def _without_by(name: str, language: str | None) -> str:
    """Return `By Ada Brandt` and `Text: Ada Brandt` without the words before the name.

    >>> _without_by("Written by Ada", "en"), _without_by("Par Ada de Brandt", "fr-CA")
    ('Ada', 'Ada de Brandt')
    >>> _without_by("Par Lagerkvist", "fr"), _without_by("Par Fabian Lagerkvist", "sv")
    ('Par Lagerkvist', 'Par Fabian Lagerkvist')
    """
    if found := _by(language).match(name):
        rest = name[found.end() :]
        capitals = [word for word in rest.split() if not word[0].islower()]
        whole = len(capitals) > 1 and rest.startswith(capitals[0])
        if found["colon"] or " " in found["words"] or whole:
            return rest
    label = _LABEL.match(name)
    return name[label.end() :] if label else name


@lru_cache(maxsize=1024)
def _without_site(name: str) -> str:
    """Return `Wilmer Leon. Sputnik International` without the site.

    >>> _without_site("Wilmer Leon. Sputnik International"), _without_site("J. R. Lee, editor")
    ('Wilmer Leon', 'J. R. Lee, editor')
    """
    for found in re.finditer(r"[.,] ", name):
        if _is_site(name[found.end() :]):
            return name[: found.start()]
    return name


@lru_cache(maxsize=1024)
def _is_person(name: str) -> bool:
    """Return whether `name` is a name: no agency, address, number or id."""
    return (
        any(map(str.isalpha, name))
        # `p1`, `user_123`
        and (" " in name or not re.search(r"[\d_]", name))
        and not re.search(r"://|^www\.|^[#_@/]|@", name)
        and not _is_site(name)
        and not loose(name).startswith(tuple(f"{brand} " for brand in editions().agencies))
    )


def _keywords(said: Said) -> list[str]:
    sources = said.sources
    for lists in (
        _texts(said.graph.article.get("keywords")),
        sources.named("article:tag"),
        sources.named("news_keywords"),
        sources.named("keywords"),
        sources.marked("keywords"),
        sources.given("tags"),
    ):
        words = [plain(word) for text in lists for word in text.split(",")]
        if words := [word for word in dict.fromkeys(words) if word]:
            return words
    return []


def _images(said: Said, base: str | None) -> list[Image]:
    """Return the article's main picture."""
    pictures = said.value("image")
    first = said.graph.follow(pictures[0]) if isinstance(pictures, list) and pictures else pictures
    caption = url = None
    if isinstance(first, dict):
        caption = _text(first.get("caption"))
        url = _text(first.get("url") or first.get("contentUrl"))
    sources = said.sources
    for candidate in (url or _text(first), *sources.marked("image"), *sources.named("og:image")):
        if candidate and not _LOGO.search(candidate):
            return [Image(absolute(base, candidate), caption)]
    return []
