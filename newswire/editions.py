"""Which editions does a wire have, and which article of which edition is a URL?

Hosts of the editions move every few years and the shape of the URLs with them, but the number that
the content management system gave an article stays. So an article is known by its edition and that
number; the numbers of two editions may be equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache, lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from w3lib.url import canonicalize_url

from newswire.budget import MAX_URL
from newswire.rules import RuleError, read
from newswire.text import fold

TABLE = "editions.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition of a wire: a row of `rules/editions.toml`, which says what each field means."""

    wire: str
    id: str
    site: str
    languages: tuple[str, ...]
    script: str
    timezone: str
    site_names: tuple[str, ...]
    agencies: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    country: str | None = None
    cities: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    note: str | None = None

    @property
    def host(self) -> str:
        """The host of the edition now."""
        return self.site.removeprefix("https://")

    @property
    def language(self) -> str:
        """The main language, BCP 47."""
        return self.languages[0]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, with its changes over the years."""
        return ZoneInfo(self.timezone)

    @property
    def rtl(self) -> bool:
        """Whether the main language is written from right to left."""
        return self.script in {"Arab", "Hebr", "Syrc", "Thaa"}


class Editions:
    """The table of editions, with its indexes."""

    def __init__(self, rows: Iterable[Edition]) -> None:
        self._rows = {edition.id: edition for edition in rows}
        self._hosts = {h: e for e in self._rows.values() for h in (e.host, *e.hosts)}
        self._names = _index(self._rows.values(), lambda e: map(fold, e.site_names))
        self._cities = _index(self._rows.values(), lambda e: map(_fold_city, e.cities))
        #: folded names of the agencies of all editions
        self.agencies = frozenset(fold(a) for e in self._rows.values() for a in e.agencies)

    def get(self, edition_id: str) -> Edition | None:
        """Return the edition of this id."""
        return self._rows.get(edition_id)

    def all(self, wire: str | None = None) -> list[Edition]:
        """Return the editions of `wire`, or of all wires, in the order of the table."""
        return [e for e in self._rows.values() if wire in (None, e.wire)]

    def by_host(self, host: str) -> Edition | None:
        """Return the edition that `host` serves or served, in any case, with `www.`, `m.`, `.`.

        >>> editions().by_host("M.Ru.Sputnik.KG.").id
        'kg'
        """
        host = host.lower().rstrip(".")
        bare = host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
        return self._hosts.get(host) or self._hosts.get(bare)

    def by_site_name(self, text: str) -> list[Edition]:
        """Return the editions whose captions end with the name `text`.

        Two editions of a country may share a name.

        >>> [e.id for e in editions().by_site_name("SPUTNIK Беларусь")]
        ['by', 'by-be']
        """
        return self._names.get(fold(text), [])

    def by_city(self, name: str, language: str | None = None) -> list[Edition]:
        """Return the editions whose datelines name the city, only those in `language` if given.

        >>> [e.id for e in editions().by_city("Бишкек", "ky")]
        ['kg-ky']
        """
        return [e for e in self._cities.get(_fold_city(name), []) if _speaks(e, language)]

    def by_language(self, tag: str) -> list[Edition]:
        """Return the editions in the language `tag`; without a script it means all scripts.

        >>> [e.id for e in editions().by_language("sr")]
        ['rs', 'rs-cyrl']
        """
        return [e for e in self._rows.values() if _speaks(e, tag)]


def _index(
    rows: Iterable[Edition], names: Callable[[Edition], Iterable[str]]
) -> dict[str, list[Edition]]:
    index: dict[str, list[Edition]] = {}
    for edition in rows:
        for name in names(edition):
            index.setdefault(name, []).append(edition)
    return index


def _speaks(edition: Edition, tag: str | None) -> bool:
    """Tell whether `tag` is a language of the edition, or its beginning (RFC 4647 §3.3.1)."""
    return tag is None or any(f"{own}-".startswith(f"{tag}-") for own in edition.languages)


def _fold_city(name: str) -> str:
    # look-alikes that editions print for one another, and the Armenian ligature և, capitals ԵՎ
    return fold(name).replace("ə", "ә").replace("æ", "ӕ").replace("ҧ", "ԥ").replace("եւ", "եվ")


# --- the loader ---------------------------------------------------------------------------------

_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"
# what a text, or each text of a list, must look like
_SHAPES = {
    "wire": r"[a-z]+",
    "id": r"[a-z]+(?:-[a-z]+)*",
    "site": f"https://{_HOST}",
    "hosts": _HOST,
    "languages": r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?",
    "script": r"[A-Z][a-z]{3}",
    "country": r"[A-Z]{2}",
}
_FIELDS = {field.name: field for field in fields(Edition)}


@cache
def editions() -> Editions:
    """Return the table of all editions.

    Raises:
        RuleError: a row cannot be used.
    """
    return build(read(TABLE), TABLE)


def build(data: Mapping[str, Any], name: str) -> Editions:
    """Return the checked editions of the parsed file `name`.

    Raises:
        RuleError: a row is incomplete, doubled or has a value of the wrong kind.
    """
    if unknown := set(data) - {"edition"}:
        raise RuleError(f"{name}: unknown table {min(unknown)!r}")
    table = data.get("edition", [])
    if not isinstance(table, list) or not all(isinstance(row, Mapping) for row in table):
        raise RuleError(f"{name}: an edition is no table; begin its row with [[edition]]")
    rows: dict[str, Edition] = {}
    owners: dict[str, str] = {}
    for number, row in enumerate(table, 1):
        where = f"{name}: edition {row.get('id', f'number {number}')!r}"
        edition = _edition(row, where)
        if edition.id in rows:
            raise RuleError(f"{where} is there twice")
        rows[edition.id] = edition
        for host in (edition.host, *edition.hosts):
            if host in owners:
                raise RuleError(f"{where}: host {host!r} is also that of {owners[host]!r}")
            owners[host] = edition.id
    return Editions(rows.values())


def _edition(row: Mapping[str, Any], where: str) -> Edition:
    if unknown := set(row) - set(_FIELDS):
        raise RuleError(f"{where} has an unknown key {min(unknown)!r}")
    required = {name for name, field in _FIELDS.items() if field.default is MISSING}
    if missing := required - set(row):
        raise RuleError(f"{where} lacks {min(missing)!r}")
    values = {key: _value(key, value, where) for key, value in row.items()}
    if strange := set(row.get("unverified", [])) - set(row):
        raise RuleError(f"{where}: unverified {min(strange)!r} is no key of the row")
    try:
        ZoneInfo(row["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RuleError(f"{where}: unknown time zone {row['timezone']!r}") from None
    return Edition(**values)


def _value(key: str, value: Any, where: str) -> Any:
    is_list = str(_FIELDS[key].type).startswith("tuple")
    texts = value if is_list else [value]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RuleError(f"{where}: {key} must be a {'list of texts' if is_list else 'text'}")
    for text in texts or [""]:
        if not re.fullmatch(_SHAPES.get(key, r"\S(?:.*\S)?"), text):
            raise RuleError(f"{where}: bad {key} {text!r}")
    return tuple(texts) if is_list else value


# --- the identity of a URL ----------------------------------------------------------------------

# the shapes of article paths that the system has used, newest last; all but the rubric is the same
# on every edition
_ARTICLE = re.compile(
    r"""
    (?! /(?:authors|docs|export|popup|search|services|tags|trend)/ )
    (?P<rubric> (?:/[^/]+){0,3}? )
    / (?P<day> 20[0-9]{6} )
    (?: (?P<fused> [0-9]{5,12} ) (?: -[^/]* )?          # /rubric/YYYYMMDD<id>-slug/
      | / (?P<folder> [0-9]{5,12} ) / [^/]+ \.html      # /rubric/YYYYMMDD/<id>/slug.html
      | / (?:[^/]*-)? (?P<name> [0-9]{5,12} ) (?P<print> -print )? \.html
                                                        # /YYYYMMDD/slug-<id>.html, rubric or not
    )
    """,
    re.VERBOSE,
)
# a name (w3lib has made it ASCII) or an IPv6 address, perhaps with trailing dots
_HOSTNAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.*|[0-9a-f:.]*:[0-9a-f:.]*")
# copies that an AMP cache or a search engine keeps: /c/s/host/path and /amp/s/host/path
_AMP_CACHE = re.compile(
    r"https?://(?:(?:[^/?#]+\.)?cdn\.ampproject\.org/[a-z]|(?:www\.)?google\.[a-z.]+/amp)/(?:s/)?"
)
# names of campaigns, clicks and readers; a shorter list than that of courlan, which drops `ref`,
# `uid` and `source` as well, and so would fold pages that differ
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|ga|mc|amp)_|_ga$|_gl$|_openstat$|usqp$|igshid$|ysclid$|msclkid$|"
    r"(?:fb|g|d|y|tw)clid$|[gw]braid$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ArticleKey:
    """What a URL says of the article behind it.

    Attributes:
        edition: the edition of the host.
        cms_id: number in the content management system; unique in the edition only.
        day: the day in the URL.
        canonical_url: the URL on the host of now, without what does not identify the page.
    """

    edition: Edition
    cms_id: str
    day: date
    canonical_url: str

    @property
    def id(self) -> str:
        """The id of the exported article."""
        return f"{self.edition.wire}:{self.edition.id}:{self.cms_id}"


def article_key(url: str, edition: Edition | None = None) -> ArticleKey | None:
    """Return the key of the article that `url` leads to, None when it leads to none.

    Args:
        url: any text.
        edition: taken for a host that no row of the table names; give it only for a URL on a
            mirror of the edition.

    >>> key = article_key("http://m.ru.sputnik.kg./amp/20180913/slug-1041000001.html?utm_source=x")
    >>> key.id, key.canonical_url
    ('sputnik:kg:1041000001', 'https://ru.sputnik.kg/20180913/slug-1041000001.html')
    """
    # what is kept must not grow with a hostile page
    return _article_key(url, edition) if len(url) <= MAX_URL else None


@lru_cache(maxsize=1024)
def _article_key(url: str, edition: Edition | None) -> ArticleKey | None:
    parts = _split(url)
    home = _home(parts, edition) if parts else None
    if parts is None or home is None:
        return None
    path = _path(parts)
    match = _ARTICLE.fullmatch(path.rstrip("/"))
    if match is None:
        return None
    try:
        day = date.fromisoformat(match["day"])
    except ValueError:
        return None
    cms_id = match["fused"] or match["folder"] or match["name"]
    return ArticleKey(home, cms_id, day, home.site + _article_path(match))


def canonical_url(url: str, edition: Edition | None = None) -> str:
    """Return one URL for all that differ only in what does not identify a page.

    A host of a wire becomes that of now, with https and without AMP; on other hosts scheme and
    path stay. What is no web URL comes back as it is. Arguments as for `article_key`.

    >>> canonical_url("HTTP://www.sputniknews.com:80/politics/?utm_source=x&page=2#top")
    'https://sputnikglobe.com/politics/?page=2'
    """
    if key := article_key(url, edition):
        return key.canonical_url
    parts = _split(url)
    if parts is None:
        return url.strip()
    pairs = (
        pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair.split("=")[0])
    )
    query = "&".join(pairs)
    home = _home(parts, edition)
    root, path = (home.site, _path(parts)) if home else (_root(parts), parts.path)
    return f"{root}{path}?{query}" if query else root + path


def _split(url: str) -> SplitResult | None:
    """Return the parts of a web URL, percent-encoding and query in one order; None for others."""
    url = url.strip()
    if url.startswith("//"):
        url = f"https:{url}"
    try:
        while True:
            url = canonicalize_url(url)
            parts = urlsplit(url)
            host = parts.hostname or ""
            if parts.scheme not in ("http", "https") or not _HOSTNAME.fullmatch(host):
                return None
            _ = parts.port  # ValueError when it is none
            copy = _AMP_CACHE.match(url)
            if copy is None:
                return parts
            url = f"https://{url[copy.end() :]}"
    except ValueError:
        return None


def _home(parts: SplitResult, mirrored: Edition | None) -> Edition | None:
    if parts.port in (None, 80, 443) and (own := editions().by_host(parts.hostname or "")):
        return own
    return mirrored


def _path(parts: SplitResult) -> str:
    """Return the path on a host of a wire, without repeated slashes and AMP."""
    return re.sub(r"^(?:/amp)+(?=/|$)", "", re.sub("/+", "/", parts.path)) or "/"


def _article_path(match: re.Match[str]) -> str:
    if match["fused"]:
        return match[0] + "/"
    return match[0].replace("-print.html", ".html") if match["print"] else match[0]


def _root(parts: SplitResult) -> str:
    login, at, _ = parts.netloc.rpartition("@")
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{login}{at}{host}{port}"
