"""How far is a list to be followed? Walks that end by themselves. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from newswire.crawl.listings import Found, Listing, Sitemap

# A day of the busiest edition has 30 pages, a year of an edition about 2000.
MAX_PAGES = 2500
# Pages in a row without an article that the walk did not have, or of a day without one of that day.
PATIENCE = 3
# Sitemaps read for one range of days: those of its months, and ten years of others.
MAX_SITEMAPS = 150


@dataclass(slots=True)
class Walk:
    """A walk along one list, page by page, which ends by itself.

    Attributes:
        oldest: a page whose new articles are all of days before this one is the last.
        max_pages, patience: see `MAX_PAGES`, `PATIENCE`.
        pages: how many pages were seen.
        ended: why the walk is over: `end` of the list, `oldest` day reached, `broken` (the last
            page lists nothing, or cannot be read to its end: there may be more), or a trap: `loop`
            (a page again), `stale` (nothing new on `patience` pages), `pages` (too many).
    """

    oldest: date | None = None
    max_pages: int = MAX_PAGES
    patience: int = PATIENCE
    pages: int = 0
    ended: str | None = None
    _ids: set[str] = field(default_factory=set)
    _urls: set[str] = field(default_factory=set)
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
        if self.oldest and new and all(a.day and a.day < self.oldest for a in new):
            return "oldest"
        if self._stale >= self.patience:
            return "stale"
        return "pages" if self.pages >= self.max_pages else None


@dataclass(slots=True)
class SitemapWalk:
    """A walk through an index of sitemaps and those below it, each read once.

    Attributes:
        first, last: the days whose articles are looked for; sitemaps of others are left.
    """

    first: date
    last: date
    max_sitemaps: int = MAX_SITEMAPS
    _known: set[str] = field(default_factory=set)

    def unread(self, listing: Listing, url: str) -> list[Sitemap]:
        """Return the sitemaps of the index at `url` that the walk was not told of before."""
        self._known.add(url)
        new = [
            entry
            for entry in listing.sitemaps
            if entry.url not in self._known and entry.may_hold(self.first, self.last)
        ]
        new = new[: max(0, self.max_sitemaps + 1 - len(self._known))]
        self._known.update(entry.url for entry in new)
        return new
