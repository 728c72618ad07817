"""Where does a page speak to machines? Meta elements, links, scripts, microdata, marks of the CMS.

All is only collected here, names in lower case; `structured.py` makes facts of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import unescape
from itertools import dropwhile, takewhile
from operator import itemgetter

from lxml import etree

from newswire import rules
from newswire.page import jsonld
from newswire.page.visible import is_hidden, is_unseen
from newswire.rules.markup import families
from newswire.text.characters import tidy

Values = dict[str, list[str]]

# characters of a value that are read; no fact is longer, but for the text itself
MAX_VALUE = 1000
MAX_TITLES = 20
# attributes: three times as fast as the elements that have them
_MARKED = etree.XPath("//body//@itemprop | //body//@data-unixtime")
# the whole organisation of the wire stands in a page five times over
_READ = frozenset(
    {"articleSection", "author", "author.name", "dateCreated", "dateModified", "datePublished"}
    | {"headline", "image", "keywords", "publisher.name"}
)
_PARTS = frozenset(name.rpartition(".")[2] for name in _READ)
_HOME = ("/", "./")
# where the times of other stories stand
_ASIDE = frozenset({"a", "aside", "nav", "footer", "li", "blockquote", "article"})
_CHANGED = re.compile(r"modif|updat")
_PUBLISHED = re.compile(r"publi|posted|created|entry-date")
# what names of elements around the times of other stories and of readers begin with; behind it a
# state is a page's: `comments-open`
_OTHERS = re.compile(
    r"(?:comments?|commentlist|disqus|repl(?:y|ies)|related|recommend(?:ed|ations?)?|sidebars?"
    r"|teasers?|most-?read)(?!-(?:open|closed|on|off|enabled|disabled)$)(?:-|$)"
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# families of names that say whose the comments are: `article-comments`, `entryRelated`
_OWN = frozenset({"article", "text", "main"})
# the first text behind the headline, or in a page without one, that is as long as prose
_PROSE = etree.XPath(
    "(following::text() | descendant::text()[not(ancestor::h1 or ancestor::head)])"
    "[string-length(normalize-space()) > 40]"
    "[not(ancestor::a or ancestor::aside or ancestor::nav or ancestor::footer or ancestor::figure"
    " or ancestor::script or ancestor::style or ancestor::noscript)][1]/.."
)
_SILENT = frozenset({"svg", "script", "style", "noscript", "button", "template"})
# where no headline of the article stands
_BESIDE = frozenset({"aside", "nav", "footer"})
_PUSHED = re.compile(r"\bdataLayer\s*(?:\.\s*push\s*\(|=)\s*(?=[\[{])")
# marks of style; any other tag that a reader sees is what the text is about
_TAG = re.compile(
    r"</?(?:a|b|big|br|em|font|i|mark|nobr|p|small|span|strong|sub|sup|u|wbr)\b[^<>]{0,200}>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
# an entity that was escaped, and escaped again on the way
_ESCAPED = 3


@dataclass(frozen=True, slots=True)
class _Places:
    """A row of `rules/facts.toml`, which says what its columns are."""

    id: str
    why: str
    meta: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@cache
def _places() -> dict[str, _Places]:
    return {row.id: row for row in rules.rows("facts.toml", "fact", _Places)}


# characters of a name in `meta`, of a class or an id
_NAME = 50


@cache
def _words(fact: str) -> re.Pattern[str] | None:
    """Return what a name in `meta` is whose words are those of a fact: `dc:date`,
    `nrkno:published`, `citation_publication_date`.
    """
    row = _places()[fact]
    if not row.core:
        return None
    core, weak = "|".join(row.core), "|".join((*row.core, *row.weak))
    every = f"(?:{weak}|{'|'.join(row.beside)}|[-_.: ])*"
    return re.compile(rf"(?:[\w-]+[:.])?{every}(?:{core}){every}|{every}(?:{weak}){every}")


@lru_cache(maxsize=4096)  # the names are the same on all pages of a site
def _rank(name: str, fact: str) -> int | None:
    """Return how many places in `meta` are surer than `name` for a fact, None if it is no place.

    Names that no row has, but whose words say the fact, come last.
    """
    row = _places()[fact]
    if name in row.meta:
        return row.meta.index(name)
    words = _words(fact)
    return len(row.meta) if words is not None and words.fullmatch(name) else None


@cache
def _item_marks() -> frozenset[str]:
    """Return the attributes by which an item of an endless page is known."""
    return frozenset(f"data-{name}" for row in _places().values() for name in row.item)


@dataclass(slots=True)
class Sources:
    """What a page says to machines.

    Attributes:
        meta: contents by `property`, `name`, `itemprop` and `http-equiv`.
        links: addresses by `rel`.
        scripts: texts of JSON-LD.
        properties: microdata of the article, that of nested objects as `author.name`; unix times
            are under `data-unixtime`.
        item: attributes of the page's own item of an endless page, without `data-`.
        layer: what the page tells its counters in `dataLayer`.
        title: of the document.
        headings: texts of `h1` that do not lead home.
        framed: those of them that stand in the frame of the page: they may be the site's name.
        home: texts of links to the site's front page.
        copies: texts of the article for machines (`articleBody`), its paragraphs perhaps glued.
        times: `datetime`s at the head of the article, and whether each is marked as that of
            publication.
        language: of the document, BCP 47.
    """

    meta: Values = field(default_factory=dict)
    links: Values = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    properties: Values = field(default_factory=dict)
    item: dict[str, str] = field(default_factory=dict)
    layer: dict[str, str] = field(default_factory=dict)
    title: str = ""
    headings: list[str] = field(default_factory=list)
    framed: list[str] = field(default_factory=list)
    home: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    times: list[tuple[str, bool]] = field(default_factory=list)
    language: str | None = None

    def named(self, *names: str) -> list[str]:
        """Return the contents of meta elements, in the order of their names."""
        return [value for name in names for value in self.meta.get(name, [])]

    def given(self, fact: str) -> list[str]:
        """Return what the places of `rules/facts.toml` give for `fact`, in their order."""
        places = _places()[fact]
        known = [
            (rank, name)
            for name in self.meta
            if len(name) <= _NAME and (rank := _rank(name, fact)) is not None
        ]
        known.sort(key=itemgetter(0))
        marks = [self.item.get(name, "") for name in places.item]
        marks += [self.layer.get(name, "") for name in places.layer]
        return [*self.named(*(name for _, name in known)), *filter(None, marks)]

    def marked(self, *names: str) -> list[str]:
        """Return the microdata of these properties."""
        return [value for name in names for value in self.properties.get(name, [])]


def collect(tree: etree._Element) -> Sources:
    """Return what the page `tree` says to machines."""
    found = Sources(title=_title(tree))
    root = tree.getroottree().getroot()
    found.language = (root.get("lang") or "").strip() or None
    _head(tree, found)
    _titles(tree, found)
    for element in tree.iter("div"):
        if not _item_marks().isdisjoint(element.keys()):
            marks = element.items()
            found.item = {n[5:]: tidy(v) for n, v in marks if n.startswith("data-")}
            break
    _properties(tree, found)
    return found


def _title(tree: etree._Element) -> str:
    """Return the title, the first that no drawing has (HTML standard, 3.1.5)."""
    for element in tree.iter("title"):
        if next(element.iterancestors("svg"), None) is None:
            return plain("".join(element.itertext())[:MAX_VALUE])
    return ""


def plain(text: str) -> str:
    """Return a title or a name as a reader would see it: entities and tags are read, once more.

    >>> plain("Keeper: &quot;Lamp &amp;amp; glass&quot; &#8211; <b>hope</b>")
    'Keeper: "Lamp & glass" – hope'
    """
    for _ in range(_ESCAPED):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    return tidy(_TAG.sub(" ", text) if "<" in text else text)


def _head(tree: etree._Element, found: Sources) -> None:
    """Collect meta elements, links and scripts, wherever a broken page has them."""
    for element in tree.iter("meta", "link", "script"):
        if content := element.get("content"):
            content = tidy(content)
            for key in ("property", "name", "itemprop", "http-equiv"):
                if names := element.get(key):
                    for name in names.lower().split():
                        found.meta.setdefault(name, []).append(content)
        elif (rel := element.get("rel")) and (href := element.get("href")):
            for name in rel.lower().split():
                found.links.setdefault(name, []).append(href.strip())
        elif "ld+json" in element.get("type", "").lower():
            found.scripts.append(element.text or "")
        elif element.tag == "script" and (text := element.text) and "dataLayer" in text:
            _layer(text, found.layer)


def _layer(script: str, layer: dict[str, str]) -> None:
    for start in _PUSHED.finditer(script):
        for each in jsonld.objects_of(script[start.end() :])[:1]:
            for pushed in each if isinstance(each, list) else [each]:
                if isinstance(pushed, dict):
                    for name, value in pushed.items():
                        if isinstance(value, (str, int, float)):
                            layer.setdefault(name, plain(str(value)[:MAX_VALUE]))


def _properties(tree: etree._Element, found: Sources) -> None:
    """Collect the microdata of the article."""
    scopes: dict[etree._Element, Values] = {}
    owners: dict[etree._Element, etree._Element | None] = {}
    for mark in _MARKED(tree):
        if mark.attrname != "itemprop":
            if mark:
                found.properties.setdefault(mark.attrname, []).append(str(mark))
            continue
        name = str(mark)
        if name == "articleBody":
            _copy(mark.getparent(), found)
        if name not in _PARTS or (element := mark.getparent()).get("itemscope") is not None:
            continue
        around, into = element.getparent(), found.properties
        if around not in owners:
            owners[around] = _owner(around)
        owner = owners[around]
        if owner is not None and owner.get("itemprop"):
            name = f"{owner.get('itemprop')}.{name}"
        elif owner is not None and "rticle" in owner.get("itemtype", ""):
            into = scopes.setdefault(owner, {})
        if name not in _READ:
            continue
        value = element.get("content") or element.get("datetime") or "".join(element.itertext())
        if value := plain(value[:MAX_VALUE]):
            into.setdefault(name, []).append(value)
    for name, values in _own(list(scopes.values()), found).items():
        found.properties[name] = values + found.properties.get(name, [])


def _owner(element: etree._Element | None) -> etree._Element | None:
    """Return the object of microdata around what stands in `element`, that included."""
    while element is not None and element.get("itemscope") is None:
        element = element.getparent()
    return element


def _own(scopes: list[Values], found: Sources) -> Values:
    """Return the microdata of the page's article; others are on cards of other stories."""
    titles = [*found.headings, *found.named("og:title"), found.title]
    for scope in scopes:
        pairs = ((said, title) for said in scope.get("headline", []) for title in titles)
        if any(jsonld.likeness(*pair) >= jsonld.SAME_TITLE for pair in pairs):
            return scope
    return scopes[0] if scopes else {}


def _copy(element: etree._Element, found: Sources) -> None:
    """Note a text that stands alone, without marks: that of a page's own body has furniture."""
    if len(element) == 0 and element.text:
        found.copies.append(element.text)


def _titles(tree: etree._Element, found: Sources) -> None:
    first = None
    for element in tree.iter("h1"):
        within = {up.tag for up in element.iterancestors("*")}
        if within & _BESIDE:
            continue
        around = (*element.iterancestors("a", "svg", "noscript"), *element.iter("a"))
        if any(each.tag != "a" or each.get("href") in _HOME for each in around):
            continue
        if (text := plain(shown(element))) and len(found.headings) < MAX_TITLES:
            found.headings.append(text)
            if "header" in within and not within & {"article", "main"}:
                found.framed.append(text)
            first = element if first is None else first
    _times(tree if first is None else first, found)
    for link in tree.iter("a"):
        if link.get("href") in _HOME and len(found.home) < MAX_TITLES:
            text = tidy(shown(link)) or tidy(link.get("title") or "")
            found.home += [text] if text else []


def _times(head: etree._Element, found: Sources) -> None:
    """Collect the times that stand nearest to the headline, or those of a page's only article."""
    around = head.iterancestors("*")
    if head.tag != "h1":
        articles = list(head.iter("article"))[:2]
        around = iter(articles if len(articles) == 1 else ())
    holders: set[etree._Element] = set()

    def is_aside(element: etree._Element) -> bool:
        if element.tag in _ASIDE:
            return True
        if not _is_of_others(element):
            return False
        holders.update(() if holders else _holders(head))
        return element not in holders

    for part in around:
        times = [
            each for each in part.iter("time", "abbr") if each.tag == "time" or _is_stamp(each)
        ]
        own = [each for each in times if not any(is_aside(up) for up in _between(each, part))]
        for each in own[:MAX_TITLES]:
            words = f"{each.get('class', '')} {each.get('itemprop', '')}".lower()
            # `entry-date published updated`: both, until the text is changed
            if not _CHANGED.search(words) or "published" in words.split():
                marked = each.get("pubdate") is not None or bool(_PUBLISHED.search(words))
                # without an attribute the text is the value (HTML standard, 4.5.14)
                value = each.get("datetime" if each.tag == "time" else "title")
                found.times.append((value or shown(each), marked))
        if own or part.tag in ("article", "main"):
            return


def _is_stamp(element: etree._Element) -> bool:
    """Return True for a time of the microformat hAtom, `<abbr class="published" title="2023…">`."""
    return "published" in (element.get("class") or "").split() and bool(element.get("title"))


def _holders(head: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements that hold the headline or the beginning of the text."""
    for part in (head, *_PROSE(head)):
        yield from (part, *part.iterancestors("*"))


def _is_of_others(element: etree._Element) -> bool:
    """Return True if a class or the id of an element is for comments or for other stories."""
    names = f"{element.get('class', '')} {element.get('id', '')}".split()
    return any(map(_names_others, names))


@lru_cache(maxsize=4096)
def _names_others(name: str) -> bool:
    words = map(str.lower, _WORD.findall(name[:_NAME]))
    rest = dropwhile(lambda word: len(word) == 1 or families(word) & _OWN, words)
    return bool(_OTHERS.match("-".join(rest)))


def _between(element: etree._Element, part: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements around `element` inside `part`."""
    return takewhile(lambda each: each is not part, element.iterancestors("*"))


def _is_silent(element: etree._Element) -> bool:
    if element.tag in _SILENT or not isinstance(element.tag, str):
        return True
    return is_hidden(element) or is_unseen((element.get("class") or "").split())


def shown(element: etree._Element) -> str:
    """Return the text of `element` that a reader sees, a line break as a blank."""
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            parts.append(each.tail or "" if each is not element else "")
        elif each is not element and _is_silent(each):
            walk.skip_subtree()
        else:
            parts += [" " if each.tag == "br" else "", each.text or ""]
    return "".join(parts)[:MAX_VALUE]
