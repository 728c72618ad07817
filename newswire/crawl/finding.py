"""Where does an edition list its articles, and how far is a list to be followed? No I/O.

Sources: feed (the newest 50 or so), day archive (complete, in order), sitemaps, lists of sections.
`newswire.crawl.listings` reads what they answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from newswire.crawl.net.reach import Reach
from newswire.wires.editions import Edition, editions
from newswire.wires.urls import DEFAULT_PORTS, ArticleKey, article_key

DAY = timedelta(days=1)
# every article's path names its day
_DATED = re.compile("/20[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Site:
    """An edition and where to reach it: its own root URL, or that of a mirror.

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
    def feed(self) -> str:
        """The RSS feed of all sections."""
        return f"{self.root}/export/rss2/archive/index.xml"

    @property
    def newest(self) -> str:
        """The first page of the list of all articles, newest first, for want of a feed."""
        return f"{self.root}/services/lenta/more.html"

    @property
    def sitemap(self) -> str:
        """The index of the sitemaps, one a day."""
        return f"{self.root}/sitemap_article_index.xml"

    @property
    def news_sitemap(self) -> str:
        """The sitemap of the last two days, with titles and instants."""
        return f"{self.root}/sitemap_news.xml"

    def day(self, day: date) -> str:
        """Return the first page of the archive of a local day."""
        return f"{self.root}/{day:%Y%m%d}/"

    def day_sitemap(self, day: date) -> str:
        """Return the sitemap of a day, for want of its archive."""
        return f"{self.sitemap}?date={day:%Y%m%d}"

    def section(self, rubric: str) -> str:
        """Return the first page of a section's list, newest first."""
        return f"{self.root}/services/{rubric}/more.html"

    def key(self, url: str) -> ArticleKey | None:
        """Return the key of an article of this edition, None for all else."""
        if not _DATED.search(url):  # most links of a page are none, and a key is dear
            return None
        url, mirrored = self._joined(url)
        key = article_key(url, self.edition if mirrored else None)
        return key if key and key.edition is self.edition else None

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


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a source lists.

    Attributes:
        url: where to fetch it: the canonical path on the site that is crawled.
        id: as the exported article will have it, `sputnik:tj:1045000000`.
        day: the day in its URL.
        published: what a feed or news sitemap says. On some editions that is the time of the last
            correction, so `day` decides what lies within a range of days.
        modified: `lastmod` of a sitemap.
        title: if the source gives one.
        language: BCP 47, of a news sitemap.
    """

    url: str
    id: str
    day: date
    published: datetime | None = None
    modified: datetime | date | None = None
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap that an index names."""

    url: str
    modified: datetime | date | None = None

    @property
    def day(self) -> date | None:
        """The day whose articles it lists, when its URL says so (`?date=YYYYMMDD`)."""
        match = re.search(r"[?&]date=(20[0-9]{6})(?:&|$)", self.url)
        try:
            return date.fromisoformat(match[1]) if match else None
        except ValueError:
            return None

    def may_hold(self, since: date | None, until: date | None) -> bool:
        """Tell whether articles of the days `since` to `until` can be in it.

        A sitemap without a day in its URL holds nothing newer than its `lastmod`, give or take a
        day of time zone.
        """
        day = self.day
        if day is not None:
            return in_range(day, since, until)
        if since is None or self.modified is None:
            return True
        changed = self.modified
        return (changed.date() if isinstance(changed, datetime) else changed) >= since - DAY


@dataclass(frozen=True, slots=True)
class Listing:
    """What one page of a source lists, in its order, each article once.

    Attributes:
        next_url: where the list goes on, on the same site.
        sitemaps: of a sitemap index.
        problems: what could not be read, for the log; a source that lists nothing and has
            problems has failed.
    """

    found: tuple[Found, ...] = ()
    next_url: str | None = None
    sitemaps: tuple[Sitemap, ...] = ()
    problems: tuple[str, ...] = ()


# --- walks --------------------------------------------------------------------------------------

# A day of the busiest edition has 30 pages, a year of an edition about 2000.
MAX_PAGES = 2500
# Pages in a row without an article that the walk did not have.
PATIENCE = 3
# One a day since 2014, and as many again.
MAX_SITEMAPS = 10_000


@dataclass(slots=True)
class Walk:
    """A walk along one list, page by page, which ends by itself.

    Attributes:
        oldest: a page whose new articles are all of days before this one is the last.
        max_pages, patience, max_sitemaps: see `MAX_PAGES`, `PATIENCE`, `MAX_SITEMAPS`.
        pages: how many pages were seen.
        ended: why the walk is over: `end` of the list, `oldest` day reached, `broken` (the last
            page lists nothing, or cannot be read to its end: there may be more), or a trap: `loop`
            (a page again), `stale` (nothing new on `patience` pages), `pages` (too many).
    """

    oldest: date | None = None
    max_pages: int = MAX_PAGES
    patience: int = PATIENCE
    max_sitemaps: int = MAX_SITEMAPS
    pages: int = 0
    ended: str | None = None
    _ids: set[str] = field(default_factory=set)
    _urls: set[str] = field(default_factory=set)
    _sitemaps: set[str] = field(default_factory=set)
    _stale: int = 0

    def step(self, url: str, listing: Listing) -> tuple[list[Found], str | None]:
        """Return the articles of a page that the walk did not have, and the next page if any."""
        self.pages += 1
        self._urls.add(url)
        new = [article for article in listing.found if article.id not in self._ids]
        self._ids.update(article.id for article in new)
        self._stale = 0 if new else self._stale + 1
        self.ended = self._end(new, listing)
        return new, None if self.ended else listing.next_url

    def _end(self, new: list[Found], listing: Listing) -> str | None:
        if listing.next_url is None:
            return "end" if listing.found and not listing.problems else "broken"
        if listing.next_url in self._urls:
            return "loop"
        if self.oldest and new and all(article.day < self.oldest for article in new):
            return "oldest"
        if self._stale >= self.patience:
            return "stale"
        return "pages" if self.pages >= self.max_pages else None

    def unread(self, listing: Listing, url: str) -> list[Sitemap]:
        """Return the sitemaps of the index at `url` that the walk was not told of before."""
        self._sitemaps.add(url)
        new = [entry for entry in listing.sitemaps if entry.url not in self._sitemaps]
        new = new[: max(0, self.max_sitemaps + 1 - len(self._sitemaps))]
        self._sitemaps.update(entry.url for entry in new)
        return new


def day_in(url: str) -> date | None:
    """Return the day whose archive, or a later page of it, is at `url`.

    >>> day_in("https://tj.sputniknews.ru/services/20211223/more.html?id=1&date=20211223T120000")
    datetime.date(2021, 12, 23)
    """
    match = re.search("/(20[0-9]{6})/", url)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def days(since: date, until: date, *, newest_first: bool = False) -> Iterator[date]:
    """Yield the days from `since` to `until`, both included.

    >>> [f"{day:%d}" for day in days(date(2020, 2, 28), date(2020, 3, 1), newest_first=True)]
    ['01', '29', '28']
    """
    for number in range((until - since).days + 1):
        yield until - number * DAY if newest_first else since + number * DAY


def in_range(day: date, since: date | None, until: date | None) -> bool:
    """Tell whether `day` is one of `since` to `until`, both included; an open end is None."""
    return (since is None or since <= day) and (until is None or day <= until)


# --- given URLs ---------------------------------------------------------------------------------


def given_urls(argument: str, reach: Reach) -> list[str]:
    """Return the URLs of `url=…`: comma-separated, or `@file` with one a line and `#` comments.

    Raises:
        ValueError: the file cannot be read, nothing is there, or a URL is out of reach.
    """
    if argument.startswith("@"):
        try:
            entries = Path(argument[1:]).read_text("utf-8-sig").splitlines()
        except (OSError, ValueError) as error:
            raise ValueError(f"url={argument}: cannot read the list: {error}") from None
        entries = [entry for entry in entries if not entry.lstrip().startswith("#")]
    else:
        entries = re.split(r",(?=\s*[a-z]+:)", argument)
    urls = list(dict.fromkeys(entry.strip() for entry in entries if entry.strip()))
    if not urls:
        raise ValueError(f"url={argument}: no URL there")
    for url in urls:
        if reason := reach.refusal(url):
            raise ValueError(f"url={url}: refused ({reason})")
    return urls
