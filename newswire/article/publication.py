"""When was the article published, and where was it written? Evidence of the page, then the head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from newswire import dateline
from newswire.dateline import dates, given
from newswire.dateline.house import Forms
from newswire.items import Dateline, Evidence
from newswire.page.model import Draft, Facts, Role
from newswire.wires.editions import Edition, editions

# in order of trust; the day of the main picture only where the dateline agrees
TRUST = (Evidence.JSON_LD, Evidence.META, Evidence.UNIXTIME, Evidence.URL, Evidence.PRINTED)


def settle(draft: Draft, house: Forms | None = None) -> str:
    """Take the dateline off the text and give the article its dates.

    With `house`, the forms of sites, the head is counted there, and forms that the site is known
    to print are cut.

    Returns:
        What became of the dateline: `cut`, `noted` (not sure enough to cut), `refused` (what was
        cut and what was left are not the text: it stays whole) or `none`.
    """
    article, facts = draft.article, draft.facts
    edition = editions().get(article.edition) if article.edition else None
    _weigh(facts, given.last_day(draft.source.fetched))
    article.date_modified = facts.modified
    evidence = _best(facts.dates)
    published = facts.dates[evidence] if evidence else None
    picture = facts.dates.get(Evidence.CAPTION)
    hint = picture or facts.hint
    head, outcome = _take_head(draft, edition, published or hint, house)
    article.dateline = head
    if published is None and hint and (_agrees(head) if picture else head and head.date):
        published, evidence = hint, Evidence.CAPTION
    if published is None and head is not None and head.date:
        published, evidence = head.date, Evidence.DATELINE
    article.date_published = published
    article.date_evidence = evidence.value if evidence and published else None
    return outcome


def _weigh(facts: Facts, until: date | None) -> None:
    """Take out what cannot be: placeholders, the future, what is said of another day's story."""
    if day := dates.day_of_url(facts.url):
        facts.dates.setdefault(Evidence.URL, day)
    facts.dates = {k: v for k, v in facts.dates.items() if given.is_plausible(v, until)}
    if not given.is_plausible(facts.modified, until):
        facts.modified = None
    said, own = facts.dates.get(Evidence.JSON_LD), facts.dates.get(Evidence.URL)
    if facts.stranger and said and own and _days_between(said, own) > 1:
        del facts.dates[Evidence.JSON_LD]
        facts.modified = None


def _best(found: Mapping[Evidence, str]) -> Evidence | None:
    """Return the most trusted evidence, or the most trusted instant of that day."""
    known = [kind for kind in TRUST if kind in found]
    for kind in known:
        # zones may lie between
        if len(found[kind]) > 10 and _days_between(found[kind], found[known[0]]) <= 1:
            return kind
    return known[0] if known else None


def _days_between(one: str, other: str) -> int:
    return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days)


def _agrees(head: Dateline | None) -> bool:
    """Return True if the dateline could be dated by the picture: an archive picture is older."""
    return head is None or head.date_printed is None or head.date is not None


def _take_head(
    draft: Draft, edition: Edition | None, published: str | None, house: Forms | None
) -> tuple[Dateline | None, str]:
    """Cut the dateline off the first paragraph, or off the lede where it stands there."""
    article, site = draft.article, _site(draft)
    for block in [*draft.body[:1], *(b for b in draft.blocks if b.role is Role.DESCRIPTION)]:
        head = dateline.parse(
            block.text,
            language=article.language,
            wire=article.wire,
            published=dates.local_day(published, edition.timezone if edition else None),
            country=edition.country if edition else None,
            outlet=draft.facts.site_name,
            house=house.of(site) if house else (),
        )
        if house and block in draft.body[:1]:
            house.add(site, head)
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


def _site(draft: Draft) -> str:
    """Return the host of the page, or the wire of a saved text."""
    return urlsplit(draft.facts.url or "").hostname or draft.article.wire
