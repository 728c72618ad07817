"""Of which edition is a page, in which language, and what is its id?"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from urllib.parse import urlsplit

from newswire import dateline
from newswire.article.hashing import bare
from newswire.items import Place
from newswire.page.model import Draft
from newswire.text.folding import even, loose
from newswire.text.language import identify
from newswire.wires.editions import Edition, editions
from newswire.wires.urls import article_key, canonical_url


def settle(draft: Draft, asked: Set[str] = frozenset()) -> None:
    """Give the draft's article its edition, language and URL.

    `asked` are the editions that the user named: the only one of them is taken for a page that does
    not say its own. Evidence in order: the URL, the site's name in captions, what was asked, the
    place of the dateline, the language. What stays open is None.
    """
    article = draft.article
    text = "\n".join(b.text for b in draft.body)
    key = article_key(draft.facts.url) if draft.facts.url else None
    article.url = canonical_url(draft.facts.url) if draft.facts.url else None
    edition = key.edition if key else _edition(draft, text, asked)
    if edition is None:
        spoken = [tag for e in editions().all(article.wire) for tag in e.languages]
        article.language = identify(text, spoken)
        return
    article.edition = edition.id
    article.language = identify(text, edition.languages) or edition.language


def _edition(draft: Draft, text: str, asked: Set[str]) -> Edition | None:
    wire = draft.article.wire
    if draft.facts.site_name and (named := editions().by_site_name(draft.facts.site_name)):
        return _spoken(named, text)
    if draft.facts.url and (home := editions().by_host(urlsplit(draft.facts.url).hostname or "")):
        return home
    if draft.facts.foreign:
        return None
    if len(asked) == 1:
        return editions().get(next(iter(asked)))
    every = editions().all(wire)
    places = _places(draft)
    here = [e for p in places for e in editions().by_city(p.printed) if e.wire == wire]
    here = here or [e for p in places for e in every if p.country and p.country == e.country]
    if here:
        return _spoken(here, text)
    language = identify(text, [tag for e in every for tag in e.languages])
    # an edition of which no page was seen claims none by its language
    speakers = [e for e in every if language in e.languages and "site" not in e.unverified]
    named = [e for e in speakers if any(loose(name) in loose(text) for name in e.site_names)]
    return (named or speakers)[0] if len(named or speakers) == 1 else None


def _places(draft: Draft) -> list[Place]:
    head = dateline.parse(draft.body[0].text) if draft.body else None
    return head.places if head else []


def _spoken(found: list[Edition], text: str) -> Edition:
    """Return the edition of `found` that speaks the language of the text."""
    if len(found) == 1:
        return found[0]
    language = identify(text, [tag for e in found for tag in e.languages])
    return next((e for e in found if language in e.languages), found[0])


def article_id(draft: Draft) -> str:
    """Return `wire:edition:CMS id`; without a CMS id, a hash of the URL or of headline and text."""
    article = draft.article
    if draft.facts.url and (key := article_key(draft.facts.url)):
        return key.id
    # two stories may share a text ("See the video"), so the headline belongs to it
    content = article.url or f"{loose(article.headline or '')}\n{even(bare(article.body))}"
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{article.wire}:{article.edition or ''}:{digest}"
