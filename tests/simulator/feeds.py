"""What does the wire tell machines of its articles: feeds, sitemaps, robots.txt?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from tests.simulator.markup import Frame, e, rfc822, summary
from tests.simulator.timeline import DAY
from tests.simulator.wire import Wire, days

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def rss(wire: Wire, around: Frame, numbers: list[int]) -> str:
    """Return an RSS 2.0 feed."""
    edition, base, entries = around.edition, around.base, []
    for k in numbers:
        article = wire.article(edition.id, k, around.now)
        o = article.outline
        entries.append(
            f"<item><title>{e(o.headline)}</title><link>{base}{o.path}</link>"
            f'<guid isPermaLink="true">{base}{o.path}</guid>'
            f"<pubDate>{rfc822(o.published)}</pubDate>"
            f"<description>{e(summary(article))}</description><category>{e(o.section[1])}"
            f'</category><enclosure url="{o.picture.url}" type="image/jpeg" length="0"/></item>'
        )
    return (
        f'{XML}<rss version="2.0"><channel><title>{e(edition.site)}</title><link>{base}/</link>'
        f"<description>{e(edition.site)}</description><language>{edition.language}</language>"
        f"<lastBuildDate>{rfc822(around.now)}</lastBuildDate>{''.join(entries)}</channel></rss>"
    )


def sitemap_index(wire: Wire, around: Frame) -> str:
    """Return the index: one sitemap for each day that has articles, oldest first."""
    edition = around.edition
    today = around.now.astimezone(edition.tz).date()
    entries = []
    for day in days(wire.timelines[edition.id].start, today):
        # an article is corrected or withdrawn within four days at most
        until = min(around.now, datetime.combine(day + 5 * DAY, datetime.min.time(), edition.tz))
        if changed := _day_changed(wire, edition.id, day, until):
            entries.append(
                f"<sitemap><loc>{around.base}/sitemap_article_index.xml?date={day:%Y%m%d}</loc>"
                f"<lastmod>{changed.isoformat()}</lastmod></sitemap>"
            )
    return f'{XML}<sitemapindex xmlns="{SITEMAPS}">{"".join(entries)}</sitemapindex>'


@lru_cache(maxsize=16384)
def _day_changed(wire: Wire, edition: str, day: date, now: datetime) -> datetime | None:
    numbers = wire.timelines[edition].of_day(day)
    changes = [wire.changed(edition, k, now) for k in numbers if wire.published(edition, k) <= now]
    return max(changes, default=None)


def sitemap_day(wire: Wire, around: Frame, day: date) -> str:
    """Return the articles of a day; withdrawn ones are still listed, as in a stale sitemap."""
    id_ = around.edition.id
    entries = [
        f"<url><loc>{around.base}{wire.outline(id_, k, 1).path}</loc>"
        f"<lastmod>{wire.changed(id_, k, around.now).isoformat()}</lastmod></url>"
        for k in wire.timelines[id_].of_day(day)
        if wire.published(id_, k) <= around.now
    ]
    return f'{XML}<urlset xmlns="{SITEMAPS}">{"".join(entries)}</urlset>'


def sitemap_news(wire: Wire, around: Frame) -> str:
    """Return the news sitemap: the readable articles of the last two days."""
    edition, entries = around.edition, []
    for k in wire.latest(edition.id, around.now):
        o = wire.outline(edition.id, k, wire.version(edition.id, k, around.now))
        if around.now - o.published > timedelta(days=2):
            break
        entries.append(
            f"<url><loc>{around.base}{o.path}</loc><news:news><news:publication>"
            f"<news:name>{e(edition.site)}</news:name>"
            f"<news:language>{edition.language[:2]}</news:language></news:publication>"
            f"<news:publication_date>{o.published.isoformat()}</news:publication_date>"
            f"<news:title>{e(o.headline)}</news:title></news:news></url>"
        )
    return f'{XML}<urlset xmlns="{SITEMAPS}" xmlns:news="{NEWS}">{"".join(entries)}</urlset>'


def robots(around: Frame) -> str:
    """Return robots.txt."""
    closed = ("/search/", "/popup/", "/id/", "/services/likes/", "/services/comments/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += [f"Sitemap: {around.base}/{name}" for name in ("sitemap.xml", "sitemap_news.xml")]
    return "\n".join(lines) + "\n"
