"""What does a feed, a sitemap or a list page say? Pure parsers.

What is an article is read off its URL (`wires.urls.article_key`), never off a class, so a new
template of the lists changes nothing here. Feeds and sitemaps: `crawl.syndication`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from lxml import etree

from newswire.archive.http import document_ends
from newswire.crawl.site import DAY, Site
from newswire.errors import UnreadablePage
from newswire.page import markup
from newswire.text.characters import tidy


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a source lists.

    Attributes:
        url: where to fetch it: the canonical path on the site that is crawled.
        id: as the exported article will have it, `sputnik:tj:1045000000`.
        day: the day in its URL, if any.
        published: what a feed or news sitemap says. On some editions that is the time of the last
            correction, so `day` decides what lies within a range of days.
        modified: `lastmod` of a sitemap.
        title: if the source gives one.
    """

    url: str
    id: str
    day: date | None
    published: datetime | None = None
    modified: datetime | date | None = None
    title: str | None = None

    @property
    def told(self) -> date | None:
        """The day in the URL, else that which the source gives, if any."""
        given = self.day or self.published or self.modified
        return given.date() if isinstance(given, datetime) else given


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap that an index names."""

    url: str
    modified: datetime | date | None = None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day whose articles it lists, when the query of its URL says so."""
        values = [value for _, value in parse_qsl(urlsplit(self.url).query)]
        try:
            days = [date.fromisoformat(v) for v in values if re.fullmatch("20[0-9]{6}", v)]
        except ValueError:
            return None
        return (min(days), max(days)) if days else None

    def may_hold(self, first: date, last: date) -> bool:
        """Return True if articles of the days `first` to `last` can be in it.

        A sitemap without a day in its URL holds nothing newer than its `lastmod`, give or take a
        day of time zone.
        """
        if days := self.days:
            return days[0] <= last and first <= days[1]
        if self.modified is None:
            return True
        changed = self.modified
        return (changed.date() if isinstance(changed, datetime) else changed) >= first - DAY


@dataclass(frozen=True, slots=True)
class Listing:
    """What one page of a source lists, in its order, each article once.

    Attributes:
        next_url: where the list goes on, on the same site.
        sitemaps: of a sitemap index.
        problems: what could not be read, for the log; a source that lists nothing and has
            problems has failed.
        addresses: how many addresses there are that might be articles': all of a feed or sitemap,
            all of the own site on a page.
        strange: those of them that are not recognised and look like articles', the likeliest first.
    """

    found: tuple[Found, ...] = ()
    next_url: str | None = None
    sitemaps: tuple[Sitemap, ...] = ()
    problems: tuple[str, ...] = ()
    addresses: int = 0
    strange: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """The share of the addresses that is recognised, 0 to 1; None where there are none."""
        return len(self.found) / self.addresses if self.addresses else None


# a share that is smaller than this part of what it was has fallen far
FALLEN = 0.5


def unrecognised(listing: Listing, before: float | None = None) -> str | None:
    """Return what to say of a list whose articles are not recognised, None of one that is fine.

    Nothing is recognised, or far less than `before`, the share of an earlier run; without one, more
    looks like articles than is recognised.

    >>> unrecognised(Listing(addresses=2, strange=("/a/one-two-three", "/b")))
    "none of 2 addresses is recognised as an article's, such as /a/one-two-three"
    """
    share = listing.share
    if share is None or not listing.strange:
        return None
    if share and before is None and len(listing.strange) <= len(listing.found):
        return None
    if share and before is not None and share >= FALLEN * before:
        return None
    number = len(listing.found) or "none"
    are = (
        "are recognised as articles'"
        if len(listing.found) > 1
        else ("is recognised as an article's")
    )
    earlier = f" ({before:.0%} before, {share:.0%} now)" if share and before is not None else ""
    return f"{number} of {listing.addresses} addresses {are}{earlier}, such as {listing.strange[0]}"


# --- list pages ---------------------------------------------------------------------------------


def list_page(body: bytes, site: Site, url: str | None = None) -> Listing:
    """Return what a list page or an answer of a `more` end point lists.

    Links of side columns are found as well: who wants a range of days looks at `Found.day`.

    Args:
        body: the page as sent.
        site: whose it is.
        url: its address, which says which of the next pages named in it is its own.
    """
    try:
        tree, _ = markup.parse(body)
    except UnreadablePage as error:
        return Listing(problems=(error.reason,))
    found: dict[str, Found] = {}
    others: dict[str, int] = {}  # address → length of its longest text
    for link in tree.iter("a"):
        href = link.get("href") or ""
        title = tidy(link.get("title") or "".join(link.itertext())) or None
        if key := site.key(href):
            known = found.get(key.cms_id)
            if known is None or (title and not known.title):  # a picture links first, without text
                found[key.cms_id] = Found(site.fetched_at(key), key.id, key.day, title=title)
        elif there := site.here(href):
            others[there] = max(others.get(there, 0), len(title or ""))
    problems = []
    if not document_ends(body) or _is_cut(body):
        problems.append("cut short")
    named = _next_url(tree, site, url, found.values())
    there = site.here(named) if named else None
    if named and there is None:
        problems.append("the next page is on another host")
    others_by_text = sorted(others, key=lambda address: -others[address])
    strange = [address for address in others_by_text if _like_an_article(address, site)]
    return Listing(
        tuple(found.values()),
        there,
        problems=tuple(problems),
        addresses=len(found) + len(others),
        strange=tuple(strange or others_by_text[:1]),
    )


def _is_cut(body: bytes) -> bool:
    """Return True if a fragment, which has no root to close, leaves elements open."""
    return not re.search(rb"<html\b", body, re.I) and body.count(b"<div") > body.count(b"</div")


def _like_an_article(address: str, site: Site) -> bool:
    """Return True if the last part of a path has three words or a long number, as stories' have."""
    path = unquote(urlsplit(address).path)
    if path.split("/")[1] in site.cms.other or (site.cms.more and site.cms.more.fullmatch(path)):
        return False
    last = re.sub(r"\.\w{2,5}$", "", path.rstrip("/").rpartition("/")[2])
    words = [word for word in re.split(r"[-_.+]", last) if word]
    # a day has eight digits, in one piece or in three
    number = re.search("[0-9]{5,}", last) and not re.fullmatch("20[0-9]{6}", last)
    return (len(words) >= 3 and not all(w.isdigit() for w in words)) or bool(number)


def _next_url(
    tree: etree._Element, site: Site, url: str | None, found: Iterable[Found]
) -> str | None:
    """Return the address of the next page of the list at `url`, the last one named.

    A page names those of other lists as well: the news beside every page goes on for ever.
    """
    named = list(_continuations(tree, site, url or f"{site.root}/"))
    if url is None:
        told_of = [address for address, told in named if told] or [address for address, _ in named]
        return told_of[-1] if told_of else None
    words = _words(url, site)
    numbers = set(filter(str.isdigit, words))  # a day
    own = [a for a, _ in named if numbers <= (there := _words(a, site)) and words & there]
    own = [a for a in own if _page_number(a) in (None, (_page_number(url) or 1) + 1)]
    if own:
        return own[-1]
    # of another name: it goes on behind an article of this list, or nothing speaks against it
    listed = {a.id.rpartition(":")[2] for a in found if not numbers or _of_day(a, numbers)}
    last = {address.partition("?")[0]: (address, told) for address, told in named}
    for address, told in reversed(last.values()):
        behind = dict(parse_qsl(urlsplit(address).query)).get("id")
        if behind in listed or (told and behind is None and not numbers):
            return address
    return None


def _page_number(address: str) -> int | None:
    number = dict(parse_qsl(urlsplit(address).query)).get("page", "")
    return int(number) if re.fullmatch("[0-9]{1,6}", number) else None


def _of_day(article: Found, numbers: set[str]) -> bool:
    day = f"{article.day:%Y%m%d}" if article.day else ""
    return day in numbers or {day[:4], day[4:6], day[6:]} <= numbers


def _continuations(tree: etree._Element, site: Site, base: str) -> Iterator[tuple[str, bool]]:
    """Yield the addresses in a page where a list goes on, and whether its mark-up says `next`."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        told, values = True, [element.get("data-next-url")]
        if not values[0] and "next" in (element.get("rel") or "").split():
            values = [element.get("href")]
        if not values[0]:
            told, values = (
                False,
                [str(v) for v in element.attrib.values() if _is_more(str(v), site)],
            )
        for value in filter(None, values):
            try:
                yield urljoin(base, value), told
            except ValueError:
                continue


def _is_more(value: str, site: Site) -> bool:
    if site.cms.more is None or len(value) > 2000:
        return False
    path = re.sub("^(?:https?:)?//[^/?#]+", "", value)
    return site.cms.more.fullmatch(path) is not None


def _words(address: str, site: Site) -> set[str]:
    """Return the words of a list's path that name the list."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return set()
    return set(path.split("/")) - set(site.cms.other) - {"", "more.html"}
