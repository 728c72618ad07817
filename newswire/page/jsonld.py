"""Which of a page's JSON-LD objects is the article's own, and what does it say?

JSON-LD 1.1, schema.org. Most pages carry several objects, some those of other stories, and not all
of it is JSON: what a search engine would read all the same is read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import chompjs

from newswire.text.folding import loose
from newswire.wires.urls import MAX_URL, article_key, canonical_url

# objects that a page nests; the graph of a page of the wire has ten
MAX_OBJECTS = 500
# characters of a script; one of the wire has 2,000
MAX_SCRIPT = 2_000_000
# schema.org: Article and the types below it; pages write them in any case, with or without address
_ARTICLE = re.compile(r"(?:https?://schema\.org/|schema:)?(?:\w*article|\w*posting|report)")
_PAGE = re.compile(r"(?:https?://schema\.org/|schema:)?(?:web|item)page")
# keys that lead from the page to its own things; below all others (`mentions`, `hasPart`,
# `itemListElement`, `review` …) are other stories
_OWN_KEYS = frozenset({"@graph", "@included", "mainentity", "mainentityofpage", "subjectof"})
# share of a title's words that two titles of one story have in common
SAME_TITLE = 0.55
# characters of a title that no other story has in its own by chance
_LONG_TITLE = 12
# a key with its vocabulary before it
_PREFIX = re.compile(r'"(?:schema:|https?://schema\.org/)(?=\w+"\s*:)')
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
# a backslash before what JSON escapes so
_ESCAPE = re.compile(r"""\\(?=[^"\\/bfnrtu'])""")
# what can be read of a script that is no JSON
_PIECE = re.compile(r'"(@type|datePublished|dateCreated|dateModified)"\s*:\s*"([^"\\]{1,100})"')
_AUTHOR = re.compile(
    r'"author"\s*:\s*\[?\s*\{[^{}\[\]]{0,300}?"name"\s*:\s*"([^"\\]{1,100})"\s*[,}]'
)
_BEGIN = re.compile(r"[\[{]")
_SUFFIX = re.compile(r"[?#].*$|/amp/?$|/+$|(?<=/)index\.html?$")
_FRONT = re.compile(r"^https?://(?:(?:www|m|amp)\.)?|(?<=/)amp/")

_DECODER = json.JSONDecoder(strict=False)

Object = Mapping[str, Any]


class Identity:
    """By what a page's own object is known: its addresses, and the titles that it shows.

    Attributes:
        titles: each once.
        addresses: what the addresses have in common with others of the page.
        hosts: of the addresses.
    """

    def __init__(self, urls: Iterable[str] = (), titles: Iterable[str] = ()) -> None:
        known = dict.fromkeys(urls)
        self.titles = dict.fromkeys(titles)
        self.addresses = {_address(url) for url in known} - {""}
        self.hosts = {_host(url) for url in known}


@dataclass(slots=True)
class Graph:
    """What a page says in JSON-LD.

    Attributes:
        article: the object of its article, empty without one.
        page: the object of the page itself.
        unread: scripts that are no JSON, however kindly read.
        sure: address or title say that `article` is the page's; else only its place does.
    """

    article: Object = field(default_factory=dict)
    page: Object = field(default_factory=dict)
    unread: int = 0
    sure: bool = False
    _ids: dict[str, Object] = field(default_factory=dict)

    def follow(self, value: Any) -> Any:
        """Return the object that a reference (`{"@id": …}`) means, any other value as it is."""
        if isinstance(value, dict) and (name := value.get("@id")) and isinstance(name, str):
            known = self._ids.get(name)
            return {**known, **value} if known else value
        return value


class _Node(NamedTuple):
    data: Object
    own: bool  # where a page's own objects stand


def read(scripts: Iterable[str], identity: Identity) -> Graph:
    """Return what the JSON-LD `scripts` of a page say of it."""
    graph = Graph()
    nodes: list[_Node] = []
    for script in scripts:
        documents = list(documents_of(script))
        if not documents and script.strip():
            graph.unread += 1
            documents = [found] if (found := _in_pieces(script)) else []
        nodes += _nodes(documents)
    for data, _ in nodes:
        name = data.get("@id")
        if isinstance(name, str) and len(data) > len(graph._ids.get(name, ())):
            graph._ids[name] = data
    pages = [n.data for n in nodes if n.own and _is(n.data, _PAGE)]
    graph.page = next((p for p in pages if not _is_other(p, identity)), {})
    articles = [n for n in nodes if _is(n.data, _ARTICLE)]
    # an article that the page names as its own is so wherever it stands
    named = graph.follow(graph.page.get("mainEntity"))
    ranked = sorted(
        ((_rank(graph, n, identity, named), n.data) for n in articles), key=lambda x: -x[0]
    )
    if ranked and ranked[0][0] > 0:
        graph.article = graph.follow(ranked[0][1])
        graph.sure = ranked[0][0] >= _SURE
    return graph


_SURE = 2


def _rank(graph: Graph, node: _Node, identity: Identity, named: Any) -> float:
    """Return how surely an article is the page's own: 0 not at all, from `_SURE` on by a sign."""
    likeness = _title_likeness(node.data, identity.titles)
    if _has_url(node.data, identity, graph):
        return 4 + likeness
    if likeness >= SAME_TITLE:
        return 2.1 + likeness
    if isinstance(named, dict) and node.data.get("@id") == named.get("@id") is not None:
        return _SURE
    return int(node.own and not _is_other(node.data, identity))


# --- identity ------------------------------------------------------------------------------------


def _is(data: Object, kinds: re.Pattern[str]) -> bool:
    kind = data.get("@type")
    if not kind:
        return False
    names = kind if isinstance(kind, list) else [kind]
    return any(isinstance(n, str) and kinds.fullmatch(n.strip().lower()) for n in names)


def urls(data: Object, graph: Graph | None = None) -> list[str]:
    """Return the addresses that an object gives for its page; `graph` knows what it refers to."""
    found = []
    for key in ("mainEntityOfPage", "url", "@id"):
        value = data.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        value = graph.follow(value) if graph else value
        if isinstance(value, dict):
            value = value.get("url") or value.get("@id")
        if isinstance(value, str) and "/" in value:
            found.append(value.strip())
    return found


@lru_cache(maxsize=64)  # those of one page are compared again and again
def _address(url: str) -> str:
    """Return what two addresses of one page have in common."""
    if len(url) > MAX_URL:
        return ""
    if key := article_key(url):
        return key.id
    return _FRONT.sub("", _SUFFIX.sub("", _SUFFIX.sub("", canonical_url(url))), count=1).lower()


def _has_url(data: Object, identity: Identity, graph: Graph | None = None) -> bool:
    return any(_address(url) in identity.addresses for url in urls(data, graph))


def _is_other(data: Object, identity: Identity) -> bool:
    """Return whether an object gives the address of another page of the same site, or wire."""
    if not identity.hosts or _has_url(data, identity):
        return False
    return any(
        article_key(url) or (_host(url) in identity.hosts and urlsplit(url).path.strip("/"))
        for url in filter(_is_web, urls(data))
    )


def _is_web(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and len(url) <= MAX_URL
    except ValueError:
        return False


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.") if _is_web(url) else ""


def _title_likeness(data: Object, titles: Collection[str]) -> float:
    said = [data.get(key) for key in ("headline", "name", "alternativeHeadline")]
    found = (likeness(s, title) for s in said if isinstance(s, str) for title in titles)
    return max(found, default=0.0)


def likeness(one: str, other: str) -> float:
    """Return how much two titles are those of one story, 0 to 1: of the words of the shorter one.

    One may be cut, or have the site's name: from `SAME_TITLE` on they are of one story.

    >>> likeness("Lighthouse to shine again", "Lighthouse to shine again - Harbour Daily")
    0.95
    >>> likeness("Ferries are late", "Lighthouse to shine again")
    0.0
    """
    folded = [loose(unescape(title[:500])) for title in (one, other)]
    short, long = sorted(folded, key=len)
    if not short or short == long:
        return float(bool(short))
    if len(short) >= _LONG_TITLE and short in long:
        return 0.95
    first, second = (set(re.findall(r"\w+", text)) for text in folded)
    return 0.9 * len(first & second) / max(min(len(first), len(second)), 3)


# --- objects -------------------------------------------------------------------------------------


def _nodes(documents: Iterable[Any]) -> list[_Node]:
    """Return the objects of JSON documents, outer ones first, at most `MAX_OBJECTS`."""
    todo = [(document, True) for document in documents]
    found: list[_Node] = []
    at = 0
    while at < len(todo) and len(found) < MAX_OBJECTS:
        value, own = todo[at]
        at += 1
        if isinstance(value, dict):
            found.append(_Node(value, own))
            todo += [(v, own and k.lower() in _OWN_KEYS) for k, v in value.items()]
        elif isinstance(value, list):
            todo += [(each, own) for each in value[:MAX_OBJECTS]]
    return found


def documents_of(script: str) -> Iterator[Any]:
    """Yield the JSON objects and lists of a script: as it is, else as a browser's eye reads it.

    Comments and CDATA marks around it, a stop or a comma too many, marks that HTML escapes and
    several objects in a row are read over.

    >>> list(documents_of('<!-- {"a": [1, 2,],} --> {"b": "x"};'))
    [{'a': [1, 2]}, {'b': 'x'}]
    """
    text = script[:MAX_SCRIPT]
    if "]]>" in text or "CDATA" in text:
        text = _CDATA.sub(" ", text)
    text = text.strip("\ufeff \t\r\n\xa0")
    text = _PREFIX.sub('"', text)
    try:
        yield _DECODER.decode(text)
        return
    except (ValueError, RecursionError):
        pass
    if '"' not in text:
        text = unescape(text)
    # a comment in front stops the parser
    if start := _BEGIN.search(text):
        text = text[start.start() :]
        yield from objects_of(text) or objects_of(_ESCAPE.sub("", text))


def _in_pieces(script: str) -> dict[str, Any]:
    """Return the dates and the author of an article in a script that is no JSON as a whole.

    A comma is missing, a quote is not escaped, the end is cut off. With the dates of two stories
    in it nothing is sure.
    """
    text = script[:MAX_SCRIPT]
    pieces = _PIECE.findall(text)
    found: dict[str, Any] = {"@type": [value for key, value in pieces if key == "@type"]}
    if text.count('"datePublished"') != 1 or not _is(found, _ARTICLE):
        return {}
    author = _AUTHOR.search(text)
    found = dict(pieces) | found
    return found | {"author": author[1]} if author else found


def objects_of(script: str) -> list[Any]:
    """Return the objects and lists that stand in a script as JavaScript writes them."""
    try:
        found: Iterable[Any] = chompjs.parse_js_objects(script, loader_kwargs={"strict": False})
        return list(islice(found, MAX_OBJECTS))
    except (ValueError, RecursionError):
        return []
