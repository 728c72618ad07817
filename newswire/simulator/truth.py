"""Which clean fields must come out of an article of the simulated wire?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from newswire.simulator.model import Article, Dateline


@dataclass(frozen=True, slots=True)
class Truth:
    """The expected item, as plain values; field names are those of the item where it has them.

    `dateline` has raw, places (as printed), date, date_printed, agency, byline. `date_published`
    and `date_modified` have the offset that the page prints, UTC on a page of the old template;
    an article without a correction repeats its date there, as the wire does. `keywords` are the
    tags in the spelling of the tag list (the microdata has them in small letters, the section
    first). `body` has every paragraph, subheading, quote, list item and table cell in reading
    order; how lists and tables are joined is left to the reader, `kinds` tells where they occur.
    """

    id: str
    url: str
    edition: str
    language: str
    headline: str
    description: str | None
    dateline: dict[str, str | list[str] | None] | None
    date_published: str
    date_modified: str
    authors: list[str]
    section: str
    keywords: list[str]
    body: list[str]
    images: list[dict[str, str]]
    related: list[dict[str, str]]
    version: int
    kind: str
    kinds: list[str]
    old: bool


def truth(article: Article, base: str | None = None) -> Truth:
    """Return what must come out of `article`.

    `base` is the site root that stands in the page's canonical link (no slash at the end);
    without it the edition's real host.
    """
    edition, outline = article.edition, article.outline
    base = base or f"https://{edition.host}"
    dates = [outline.published, article.modified]
    if outline.old:
        dates = [moment.astimezone(UTC) for moment in dates]
    return Truth(
        id=f"sputnik:{edition.id}:{outline.id}",
        url=base + outline.path,
        edition=edition.id,
        language=edition.language,
        headline=outline.headline,
        description=article.description,
        dateline=_head(article.dateline) if article.dateline else None,
        date_published=dates[0].isoformat(),
        date_modified=dates[1].isoformat(),
        authors=[article.author] if article.author else [],
        section=outline.section[1],
        keywords=list(article.tags),
        body=[line for block in article.blocks for line in block.lines()],
        images=[
            {"url": p.url, "caption": p.caption, "credit": p.credit, "date": p.day.isoformat()}
            for p in article.own_pictures()
        ],
        related=[
            {"headline": block.related.headline, "url": base + block.related.path}
            for block in article.blocks
            if block.related is not None
        ],
        version=article.version,
        kind=article.kind,
        kinds=sorted({block.kind for block in article.blocks}),
        old=outline.old,
    )


def _head(head: Dateline) -> dict[str, str | list[str] | None]:
    return {
        "raw": head.raw,
        "places": [head.place],
        "date": head.day.isoformat() if head.day else None,
        "date_printed": head.day_printed,
        "agency": head.agency,
        "byline": head.byline,
    }
