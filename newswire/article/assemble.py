"""In which order do bytes become an article? The one chain of steps.

Pipelines take the steps one by one, so that they can count between them; everybody else calls
`assemble`.
"""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress

from newswire import boilerplate
from newswire.article import identity, publication
from newswire.article.hashing import content_hash
from newswire.article.validation import problem
from newswire.article.version import rules_version
from newswire.boilerplate.learnt import Learnt
from newswire.dateline.house import Forms
from newswire.errors import NoArticle, Reason
from newswire.page import budget
from newswire.page.model import Draft, Page
from newswire.page.reading import read, states_another_site
from newswire.wires.editions import editions


def assemble(
    page: Page,
    wire: str,
    asked: Set[str] = frozenset(),
    learnt: Learnt | None = None,
    house: Forms | None = None,
) -> Draft:
    """Return the draft of `page` with its finished article, as a crawl exports it.

    What only a ledger knows (copies, versions) is left open.

    Args:
        page: as saved or fetched.
        wire: the wire that it is taken for.
        asked: ids of the editions wanted; of several or none, the page must say its own.
        learnt: which lines other pages of the site show.
        house: which forms of datelines they show.

    Raises:
        UnreadablePage: there is no text in it, or it costs too much.
        NoArticle: it has none, or one of another wire or edition.
    """
    with budget.cpu():
        draft = read(page, wire)
        strip(draft, asked, learnt)
        date(draft, house)
    finish(draft)
    return draft


def look(
    page: Page,
    wire: str,
    learnt: Learnt,
    house: Forms | None = None,
    asked: Set[str] = frozenset(),
) -> None:
    """Let `learnt` see the lines of a page, and `house` its story's head; of another site neither.

    Raises:
        UnreadablePage: as for `assemble`.
    """
    with budget.cpu():
        draft = read(page, wire)
        if states_another_site(draft):
            return
        learnt.look(draft)
        if house:
            with suppress(NoArticle):
                strip(draft, asked)
                date(draft, house)


def strip(draft: Draft, asked: Set[str] = frozenset(), learnt: Learnt | None = None) -> None:
    """Give the blocks their roles, and the article its edition, language and words.

    Raises:
        NoArticle: see `assemble`.
    """
    if learnt:
        learnt.mark(draft)
    boilerplate.choose(draft)
    if reason := boilerplate.classify(draft.blocks, draft.facts, sure=draft.sure):
        raise NoArticle(reason, f"no article in it ({reason})")
    article, facts = draft.article, draft.facts
    for name in ("headline", "description", "authors", "section", "keywords", "images", "related"):
        setattr(article, name, getattr(facts, name))
    identity.settle(draft, asked)
    edition = editions().get(article.edition) if article.edition else None
    if edition and edition.wire != article.wire:
        raise NoArticle(Reason.OTHER_WIRE, f"of the wire {edition.wire}")
    if asked and article.edition and article.edition not in asked:
        raise NoArticle(Reason.OTHER_EDITION, f"of the edition {article.edition}")


def date(draft: Draft, house: Forms | None = None) -> str:
    """Take the dateline off the text, and date the article; `house` counts the forms of sites.

    Returns:
        What became of the dateline, as `publication.settle` says it.
    """
    outcome = publication.settle(draft, house)
    draft.article.body = "\n\n".join(block.text for block in draft.body)
    return outcome


def finish(draft: Draft, *, keep_stripped: bool = True) -> None:
    """Give the article its id, its hash and, if wanted, the list of what was dropped.

    Raises:
        NoArticle: it does not match the item's schema.
    """
    article = draft.article
    article.content_hash = content_hash(article.body)
    if article.source:
        article.source.rules = rules_version()
    article.id = identity.article_id(draft)
    if keep_stripped:
        article.stripped = draft.stripped()
    if found := problem(article):
        raise NoArticle(Reason.INVALID, found)
