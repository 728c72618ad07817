"""Which article of which edition is a URL?

Hosts of the editions move every few years and the shape of the URLs with them, but the number that
the content management system gave an article stays. So an article is known by its edition and that
number; the numbers of two editions may be equal. The shapes are data of the system: `wires.cms`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from w3lib.url import canonicalize_url

from newswire.wires.editions import Edition, editions

# sitemaps.org: "This value must be less than 2,048 characters"
MAX_URL = 2_048
DEFAULT_PORTS = {"http": 80, "https": 443}
# a name (w3lib has made it ASCII) or an IPv6 address, perhaps with trailing dots
_HOSTNAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.*|[0-9a-f:.]*:[0-9a-f:.]*")
# addresses that are in the form of w3lib already: its work costs as much as all the rest
_CANONICAL = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:/(?!\.)[A-Za-z0-9._-]*)+")
# addresses that are whole, and have nothing that joining would change
_WHOLE = re.compile(r"https?://[a-z0-9.-]+/[A-Za-z0-9/._:~-]*")
# copies that an AMP cache or a search engine keeps: /c/s/host/path and /amp/s/host/path
_AMP_CACHE = re.compile(
    r"https?://(?:(?:[^/?#]+\.)?cdn\.ampproject\.org/[a-z]|(?:www\.)?google\.[a-z.]+/amp)/(?:s/)?"
)
# copies that archives and proxies keep: `/web/<time>/<address>` of the Wayback Machine and of pywb,
# `/<time>/<address>` of archive.today, `/<address>` and `?u=<address>` of others
_WRAPPED = re.compile(
    r"https?://[^/?#]+/(?:[^?#]*?/)?(?:proxy_u/[^/]+/)?(https?:/|https?/)/?(?=[^/?#]+\.)"
)
_CARRIERS = re.compile(
    r"https?://(?:translate\.google\.[a-z.]+|translate\.yandex\.[a-z.]+|[a-z]+\.microsofttranslator\.com"
    r"|webcache\.googleusercontent\.com|yandexwebcache\.net|12ft\.io)/"
)
_CARRIED = re.compile(r"[?&](?:u|url|a|q|proxy)=([^&]+)")
# hosts that say nothing of whose a page is; and the Voice of Russia, the wire's predecessor
_NOBODYS = re.compile(r"localhost|[0-9.]+|.*:.*|(?:.+\.)?ruvr\.ru")
# as archives write their own addresses in pages that they keep
_RELATIVE = re.compile(r"/(?:[\w-]+/){1,3}(?=https?://)")
# one in the other
_MAX_COPIES = 5
_MAYBE_COPY = re.compile(
    r".http|\.goog/|%3A|[?&](?:u|url|q)=|/amp/|/proxy_u/|ampproject", re.IGNORECASE
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
        cms_id: number or name in the content management system; unique in the edition only.
        day: the day in the URL, None where the system's URLs have none.
        canonical_url: the URL on the host of now, without what does not identify the page.
    """

    edition: Edition
    cms_id: str
    day: date | None
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
    found = home.system.address(_path(parts).rstrip("/"))
    if found is None:
        return None
    return ArticleKey(home, found.id, found.day, home.site + found.path)


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
            if not _CANONICAL.fullmatch(url):
                url = canonicalize_url(url)
            parts = urlsplit(url)
            host = parts.hostname or ""
            if parts.scheme not in ("http", "https") or not _HOSTNAME.fullmatch(host):
                return None
            _ = parts.port  # ValueError when it is none
            original = _unwrapped(url, host)
            if original is None:
                return parts
            url = original
    except ValueError:
        return None


def _unwrapped(url: str, host: str) -> str | None:
    """Return the address in that of a copy, None for an address that is no copy's.

    >>> _unwrapped("https://web.archive.org/web/2023id_/http://sputnik.kg/a.html", "")
    'http://sputnik.kg/a.html'
    >>> host = "ru-sputnik-kg.translate.goog"
    >>> _unwrapped(f"https://{host}/a.html?_x_tr_sl=ru", host)
    'https://ru.sputnik.kg/a.html'
    """
    if copy := _AMP_CACHE.match(url):
        return f"https://{url[copy.end() :]}"
    if copy := _WRAPPED.match(url):
        return f"{copy[1].split(':')[0].split('/')[0]}://{url[copy.end() :]}"
    if host.endswith(".translate.goog"):
        # each dot is a hyphen there, each hyphen two
        name = host.removesuffix(".translate.goog").replace("--", "\0").replace("-", ".")
        path = url.split(host, 1)[1].partition("?")[0]
        return f"https://{name.replace(chr(0), '-')}{path}"
    if _CARRIERS.match(url) and (carried := _CARRIED.search(url)):
        # `cache:<id>:<address> <words>`
        address = re.split(r"[+ ]", unquote(carried[1]))[0]
        address = re.sub(r"^cache:(?:[\w-]+:(?!//))?", "", address)
        return address if "://" in address else f"https://{address}"
    return None


def original(url: str) -> str:
    """Return the address of the page that is kept under the address of a copy, others as they are.

    >>> original("/web/20230101000000/https://sputnik.kg/a.html"), original("https://sputnik.kg/")
    ('https://sputnik.kg/a.html', 'https://sputnik.kg/')
    """
    for _ in range(_MAX_COPIES):
        if len(url) > MAX_URL or not (found := _MAYBE_COPY.search(url)):
            break
        try:
            inner = _unwrapped(url, urlsplit(url).hostname or "")
        except ValueError:
            break
        if inner is None and url.startswith("/") and found[0].endswith("http"):
            inner = _RELATIVE.sub("", url) if _RELATIVE.match(url) else None
        if inner is None:
            break
        url = inner
    return url


def is_foreign(url: str | None) -> bool:
    """Return True if `url` is the address of a page on a host that is no wire's.

    >>> is_foreign("https://news.example/a"), is_foreign("https://sputnik.kg/a"), is_foreign(None)
    (True, False, False)
    """
    if not url or len(url) > MAX_URL:
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if editions().by_host(host) or _NOBODYS.fullmatch(host):
        return False
    # most addresses of an archive are told by their host alone
    if not _MAYBE_COPY.search(url):
        return bool(host) and url[:4].lower() == "http"
    parts = _split(url)
    return parts is not None and _home(parts, None) is None


def hosts_pattern() -> str:
    """Return a pattern, for any engine, of all addresses up to `MAX_URL` that are not foreign.

    It matches some of others too: ask `is_foreign` of what it finds.
    """
    hosts = [host for e in editions().all() for host in (e.host, *e.hosts)]
    # translators write each dot as a hyphen, each hyphen as two
    names = [host.replace("-", "--?").replace(".", "[.-]") for host in [*hosts, "ruvr.ru"]]
    # addresses without a host, or of one that says nothing, and what is no address
    return rf"(?i)^[^/]*$|^[^:]*:?//(?:localhost|[0-9.]+|\[)|{'|'.join(names)}"


def _home(parts: SplitResult, mirrored: Edition | None) -> Edition | None:
    if parts.port in (None, 80, 443) and (own := editions().by_host(parts.hostname or "")):
        return own
    return mirrored


def _path(parts: SplitResult) -> str:
    """Return the path on a host of a wire, without repeated slashes and AMP."""
    return re.sub(r"^(?:/amp)+(?=/|$)", "", re.sub("/+", "/", parts.path)) or "/"


def _root(parts: SplitResult) -> str:
    login, at, _ = parts.netloc.rpartition("@")
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{login}{at}{host}{port}"


def absolute(base: str | None, url: str) -> str | None:
    """Return a web address of a page as a whole one; None for `javascript:` and others.

    Without `base` a relative one stays so. Control, bidi and other invisible characters are left
    out.

    >>> absolute("https://tj.sputniknews.ru/", "/i/1.jpg"), absolute(None, "JavaScript:alert(1)")
    ('https://tj.sputniknews.ru/i/1.jpg', None)
    """
    if len(url) > MAX_URL:
        return None
    if _WHOLE.fullmatch(url):
        return url
    try:
        whole = urljoin(base or "", _printable(url.strip()))
        return whole if urlsplit(whole).scheme in ("", "http", "https") else None
    except ValueError:
        return None


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(filter(str.isprintable, text))
