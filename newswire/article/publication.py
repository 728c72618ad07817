"""When was the article published, and where was it written? Evidence of the page, then the head."""

from __future__ import annotations

from newswire import dateline
from newswire.dateline import dates
from newswire.items import Dateline
from newswire.page.model import Draft, Role
from newswire.wires.editions import Edition, editions

# in order of trust; the day of the main picture only where the dateline agrees
TRUST = ("json-ld", "meta", "unixtime", "url", "printed")


def settle(draft: Draft) -> str:
    """Take the dateline off the text and give the article its dates.

    Returns:
        What became of the dateline: `cut`, `noted` (not sure enough to cut), `refused` (what was
        cut and what was left are not the text: it stays whole) or `none`.
    """
    article, facts = draft.article, draft.facts
    edition = editions().get(article.edition) if article.edition else None
    if day := dates.day_of_url(facts.url):
        facts.dates.setdefault("url", day)
    article.date_modified = facts.modified
    evidence = next((kind for kind in TRUST if kind in facts.dates), None)
    published = facts.dates[evidence] if evidence else None
    picture = facts.dates.get("caption")
    hint = picture or facts.dates.get("hint")
    head, outcome = _take_head(draft, edition, published or hint)
    article.dateline = head
    if published is None and hint and (_agrees(head) if picture else head and head.date):
        published, evidence = hint, "caption"
    if published is None and head is not None and head.date:
        published, evidence = head.date, "dateline"
    article.date_published = published
    article.date_evidence = evidence if published else None
    return outcome


def _agrees(head: Dateline | None) -> bool:
    """Tell whether the dateline could be dated by the picture: an archive picture is older."""
    return head is None or head.date_printed is None or head.date is not None


def _take_head(
    draft: Draft, edition: Edition | None, published: str | None
) -> tuple[Dateline | None, str]:
    """Cut the dateline off the first paragraph, or off the lede where it stands there."""
    article = draft.article
    for block in [*draft.body[:1], *(b for b in draft.blocks if b.role is Role.DESCRIPTION)]:
        head = dateline.parse(
            block.text,
            language=article.language,
            wire=article.wire,
            published=dates.local_day(published, edition.timezone if edition else None),
            country=edition.country if edition else None,
        )
        if head is None:
            continue
        rest = dateline.cut(block.text, head)
        if rest == block.text:
            return head, "noted" if head.confidence < dateline.CUT else "refused"
        if block.role is Role.DESCRIPTION:
            article.description = rest
        elif rest:
            block.text = rest
        else:
            block.role = Role.DATELINE
        return head, "cut"
    return None, "none"
