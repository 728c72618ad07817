"""What does the wire tell machines of its articles: feeds, sitemaps, robots.txt?"""

from __future__ import annotations

from datetime import date, timedelta

from newswire.simulator.markup import Frame, e, rfc822, summary
from newswire.simulator.timeline import DAY
from newswire.simulator.wire import Wire, days

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
    """Return the index: one sitemap for each month, newest first."""
    entries = []
    today = around.now.astimezone(around.edition.tz).date()
    first = wire.timelines[around.edition.id].start.replace(day=1)
    while first <= today:
        after = (first + 31 * DAY).replace(day=1)
        query = f"date_start={first:%Y%m%d}&amp;date_end={after - DAY:%Y%m%d}"
        entries.append(f"<sitemap><loc>{around.base}/sitemap_article.xml?{query}</loc></sitemap>")
        first = after
    return f'{XML}<sitemapindex xmlns="{SITEMAPS}">{"".join(reversed(entries))}</sitemapindex>'


def sitemap_range(wire: Wire, around: Frame, first: date, last: date) -> str:
    """Return the articles of some days; withdrawn ones are still listed, as in a stale sitemap."""
    id_ = around.edition.id
    entries = [
        f"<url><loc>{around.base}{wire.outline(id_, k, 1).path}</loc>"
        f"<lastmod>{wire.changed(id_, k, around.now).isoformat()}</lastmod></url>"
        for day in days(max(first, wire.timelines[id_].start), last)
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


# robots.txt as it was seen in April 2026: answers of `more` with a query are closed
ROBOTS_2026 = (
    "*-print.html$", "/sys_*", "/search/", "/*/?*", "/*/*?*", "/specialprojects/",
)  # fmt: skip


def robots(around: Frame, *, of_2026: bool = False) -> str:
    """Return robots.txt, that of 2026 or a milder one."""
    closed = ("/search/", "/popup/", "/id/", "/services/likes/", "/services/comments/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ROBOTS_2026 if of_2026)]
    lines += ["Allow: /*?page=*"] if of_2026 else [f"Disallow: {path}" for path in closed]
    names = ("sitemap_article_index.xml", "sitemap_news.xml")
    lines += [f"Sitemap: {around.base}/{name}" for name in names]
    return "\n".join(lines) + "\n"
