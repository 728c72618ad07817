"""Where does an edition list its articles, and which addresses are its own? No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from newswire.wires.cms import Cms
from newswire.wires.editions import Edition, editions
from newswire.wires.urls import DEFAULT_PORTS, ArticleKey, article_key

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Site:
    """An edition and where to reach it: its own root URL, or that of a mirror.

    Addresses of lists are None where the content management system is not known to have them.

    Attributes:
        root: scheme, host and port, no slash behind.
    """

    edition: Edition
    root: str

    @classmethod
    def of(cls, edition: Edition, mirror: str | None = None) -> Site:
        """Return the site of an edition, or a mirror of it."""
        return cls(edition, (mirror or edition.site).rstrip("/"))

    @property
    def cms(self) -> Cms:
        """The content management system of the site."""
        return self.edition.system

    @property
    def feed(self) -> str | None:
        """The feed of all sections."""
        return self._at(self.cms.feed)

    @property
    def newest(self) -> tuple[str, ...]:
        """First pages of lists of all articles, newest first: one of them is there."""
        return tuple(self.root + path for path in self.cms.newest)

    @property
    def news_sitemap(self) -> str | None:
        """The sitemap of the last days."""
        return self._at(self.cms.news_sitemap)

    @property
    def sitemap(self) -> str | None:
        """The index of all sitemaps."""
        return self._at(self.cms.sitemap)

    def day(self, day: date) -> str | None:
        """Return the first page of the list of a local day."""
        return self._at(self.cms.day, day=_Day(day))

    def days_sitemap(self, first: date, last: date) -> str | None:
        """Return the sitemap of the days from `first` to `last`, both included."""
        return self._at(self.cms.days_sitemap, first=_Day(first), last=_Day(last))

    def _at(self, path: str | None, **days: _Day) -> str | None:
        return self.root + path.format(**days) if path else None

    def key(self, url: str) -> ArticleKey | None:
        """Return the key of an article of this edition, None for all else."""
        if not self.cms.hint.search(url):  # most links of a page are none, and a key is dear
            return None
        url, mirrored = self._joined(url)
        key = article_key(url, self.edition if mirrored else None)
        return key if key and key.edition is self.edition else None

    def fetched_at(self, key: ArticleKey) -> str:
        """Return where to fetch an article: its canonical path on this site."""
        return self.root + urlsplit(key.canonical_url).path

    def here(self, url: str) -> str | None:
        """Return `url`, of any host of the edition, on this site; None when it leads elsewhere."""
        url, mirrored = self._joined(url)
        parts = urlsplit(url)
        own = mirrored or editions().by_host(parts.hostname or "") is self.edition
        if not own or parts.scheme not in DEFAULT_PORTS:
            return None
        return self.root + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _joined(self, url: str) -> tuple[str, bool]:
        """Return the absolute URL, and whether it is on this very site; no URL becomes empty."""
        try:
            url = urljoin(f"{self.root}/", url.strip())
            return url, urlsplit(url).netloc == urlsplit(self.root).netloc
        except ValueError:
            return "", False


class _Day:
    """A day in the address of a list: YYYYMMDD, or as the place says (`{day:%Y/%m/%d}`)."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __format__(self, form: str) -> str:
        return f"{self.day:{form or '%Y%m%d'}}"
