"""What does an edition's site answer to a request?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from newswire.simulator import feeds, pages
from newswire.simulator.http import Request, Response, error, redirect, text, xml
from newswire.simulator.markup import Frame
from newswire.simulator.wire import Wire

MOBILE_UNTIL = "2021-01-01"  # the mobile sites went away with the template of 2021


class Visit(NamedTuple):
    """A request to a site: which edition, by which of its hosts, at which path."""

    edition: str
    host: str | None  # None: the edition's present one
    path: str
    query: dict[str, str]
    root: str  # the site as the client reaches it
    around: Frame


class Site:
    """Routes of all editions.

    `canonical` sets the real hosts into the pages' absolute links, `robots_2026` closes the answers
    of `more` to crawlers, `modern` shows the articles that are not of 2014-2020 as in 2026.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        canonical: bool = False,
        robots_2026: bool = False,
        modern: bool = False,
    ) -> None:
        self.wire, self.canonical = wire, canonical
        self.robots_2026, self.modern = robots_2026, modern
        self.routes: list[tuple[re.Pattern[str], Callable[..., Response]]] = [
            (re.compile(pattern), answer)
            for pattern, answer in (
                (r"/", self._home),
                (r"/robots\.txt", self._robots),
                (r"/sitemap_article_index\.xml", self._index),
                (r"/sitemap_article\.xml", self._sitemap),
                (r"/sitemap_news\.xml", lambda v: xml(feeds.sitemap_news(self.wire, v.around))),
                (r"/export/rss2/(\w+)/index\.xml", self._rss),
                (r"/(\d{8})/", self._day),
                (r"/services/(\d{8})/more\.html", self._day_more),
                (r"/services/(\w+)/more\.html", self._rubric_more),
                (r"/services/archive/widget/more\.html", self._widget),
                (r"/radio/", lambda visit: text(pages.radio_page(visit.around))),
                (r"/(?:tags|docs|search|popup)/.*", self._plain),
                (r"/(\w+)/", self._rubric),
            )
        ]

    def base(self, edition: str, root: str) -> str:
        """Return the root of absolute links in the pages of an edition."""
        return f"https://{self.wire.editions[edition].host}" if self.canonical else root

    def answer(
        self, request: Request, edition: str, roots: Mapping[str, str], now: datetime
    ) -> Response:
        """Answer a request to the site of `edition`; clients reach the editions at `roots`.

        Another host of the wire is meant when the Host header names it, or a path that begins
        with `/_host/<host>/`, for clients that cannot choose the header.
        """
        host: str | None = request.headers.get("host", "").split(":")[0].rstrip(".")
        path = request.path
        if prefixed := re.fullmatch(r"/_host/([^/]+)(/.*)", path):
            host, path = prefixed.groups()
        for id_, row in self.wire.editions.items():
            if host in (row.host, *row.old_hosts):
                edition, host = id_, host if host != row.host else None
                break
        else:
            host = None
        root = roots[edition]
        around = pages.frame(self.wire, edition, self.base(edition, root), now)
        visit = Visit(edition, host, path, request.query, root, around)
        if (found := self._article(visit)) is not None:
            return found
        if host:
            return redirect(root + path)
        for pattern, answer in self.routes:
            if match := pattern.fullmatch(path):
                return answer(visit, *match.groups())
        return error(404)

    def _article(self, visit: Visit) -> Response | None:
        edition, now = visit.edition, visit.around.now
        form = "amp" if visit.path.startswith("/amp/") else "page"
        path = visit.path.removeprefix("/amp")
        k = self.wire.find(edition, path)
        if k is None:
            return None
        if self.wire.published(edition, k) > now:
            return error(404)
        version = self.wire.version(edition, k, now)
        outline = self.wire.outline(edition, k, version)
        if self.wire.gone(edition, k, now):
            return error(410 if outline.id % 2 else 404)
        if (visit.host or "").startswith("m.") and f"{outline.published:%Y-%m-%d}" < MOBILE_UNTIL:
            form = "mobile"
        elif visit.host or path != outline.path:
            return redirect(visit.root + outline.path)
        elif self.modern and form == "page" and not outline.old:
            form = "modern"
        response = text(pages.render(self.wire.article(edition, k, now), visit.around, form))
        response.changed = self.wire.changed(edition, k, now)
        response.etag = f"{outline.id}-{version}-{form}"
        return response

    def _home(self, visit: Visit) -> Response:
        numbers = list(islice(self.wire.latest(visit.edition, visit.around.now), 30))
        listed = pages.outlines(self.wire, visit.edition, numbers, visit.around.now)
        return text(pages.home_page(visit.around, listed))

    def _plain(self, visit: Visit) -> Response:
        return text(pages.plain_page(visit.around, visit.path.split("/")[1]))

    def _rss(self, visit: Visit, rubric: str) -> Response:
        numbers = self._numbers(visit, rubric if rubric != "archive" else None)
        if numbers is None:
            return error(404)
        body = feeds.rss(self.wire, visit.around, list(islice(numbers, 50)))
        response = text(body, "application/rss+xml; charset=utf-8")
        response.validators = False
        return response

    def _robots(self, visit: Visit) -> Response:
        return text(feeds.robots(visit.around, of_2026=self.robots_2026), "text/plain")

    def _index(self, visit: Visit) -> Response:
        return xml(feeds.sitemap_index(self.wire, visit.around))

    def _sitemap(self, visit: Visit) -> Response:
        first, last = (_day(visit.query.get(name, "")) for name in ("date_start", "date_end"))
        if first is None or last is None:
            return error(404)
        return xml(feeds.sitemap_range(self.wire, visit.around, first, last))

    def _widget(self, visit: Visit) -> Response:
        """Answer with the news beside every page, which goes on to the beginning of the wire."""
        numbers = self.wire.latest(visit.edition, visit.around.now, self._before(visit))
        shown = list(islice(numbers, pages.PAGE_SIZE))
        listed = pages.outlines(self.wire, visit.edition, shown, visit.around.now)
        return text(pages.widget_items(listed, visit.path))

    def _day(self, visit: Visit, printed: str) -> Response:
        day = _day(printed)
        if day is None:
            return error(404)
        numbers = self.wire.of_day(visit.edition, day, visit.around.now)
        inner = self._list(visit, iter(numbers), f"/services/{printed}/more.html")
        return text(pages.list_page(visit.around, f"{day:%d.%m.%Y}", inner))

    def _day_more(self, visit: Visit, printed: str) -> Response:
        day = _day(printed)
        if day is None:
            return error(404)
        before = self._before(visit)
        numbers = self.wire.of_day(visit.edition, day, visit.around.now)
        rest = (k for k in numbers if before is None or k < before)
        return text(self._list(visit, rest, visit.path))

    def _rubric(self, visit: Visit, rubric: str) -> Response:
        numbers = self._numbers(visit, rubric)
        if numbers is None:
            return error(404)
        name = dict(visit.around.edition.sections)[rubric]
        inner = self._list(visit, numbers, f"/services/{rubric}/more.html")
        return text(pages.list_page(visit.around, name, inner))

    def _rubric_more(self, visit: Visit, rubric: str) -> Response:
        numbers = self._numbers(visit, rubric if rubric != "lenta" else None, self._before(visit))
        return error(404) if numbers is None else text(self._list(visit, numbers, visit.path))

    def _numbers(
        self, visit: Visit, rubric: str | None, before: int | None = None
    ) -> Iterator[int] | None:
        """Return readable articles, newest first, of one rubric or of all; None: no such rubric."""
        numbers = self.wire.latest(visit.edition, visit.around.now, before)
        if rubric is None:
            return numbers
        if rubric not in dict(visit.around.edition.sections):
            return None
        outline = self.wire.outline
        return (k for k in numbers if outline(visit.edition, k, 1).section[0] == rubric)

    def _before(self, visit: Visit) -> int | None:
        """Return the article number below which a list goes on: by `id`, else by `date`."""
        timeline = self.wire.timelines[visit.edition]
        found = self.wire.find(visit.edition, f"/00000000/{visit.query.get('id', '')}.html")
        if found is not None or "date" not in visit.query:
            return found
        try:
            moment = datetime.strptime(visit.query["date"], "%Y%m%dT%H%M%S")  # noqa: DTZ007
        except ValueError:
            return None
        return timeline.count(moment.replace(tzinfo=timeline.zone))

    def _list(self, visit: Visit, numbers: Iterator[int], more: str) -> str:
        """Return one page of a list, with the address of the next one if there is any."""
        shown = list(islice(numbers, pages.PAGE_SIZE))
        if not shown:
            return ""
        listed = pages.outlines(self.wire, visit.edition, shown, visit.around.now)
        next_url = None
        if next(numbers, None) is not None:
            last = listed[-1]
            next_url = f"{more}?id={last.id}&date={last.published:%Y%m%dT%H%M%S}"
        return pages.items(listed, next_url)


def _day(printed: str) -> date | None:
    try:
        return date(int(printed[:4]), int(printed[4:6]), int(printed[6:8]))
    except ValueError:
        return None
