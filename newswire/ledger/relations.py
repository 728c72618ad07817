"""Has this article been here before, under its own id or another?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from newswire.items import Article, Relation


class Verdict(Enum):
    """What an article is among those known before."""

    NEW = "new"
    REPEATED = "repeated"  # same id, same text
    REPROCESSED = "reprocessed"  # the same bytes, read in another way by other rules
    VERSION = "version"  # same id, other text
    OLDER = "older"  # same id, other text, modified before the one that is current
    # other id, and the relation to it
    SAME_TEXT = Relation.SAME_TEXT.value
    NEAR = Relation.NEAR.value
    EXTENDS = Relation.EXTENDS.value
    EXCERPT = Relation.EXCERPT_OF.value


@dataclass(frozen=True, slots=True)
class Version:
    """A text that an id is known to have had; `modified` as `Article.date_modified`."""

    content_hash: str
    modified: str | None


class Match(NamedTuple):
    """An earlier article of another id that an article repeats; `cluster` is the first of all."""

    id: str
    relation: Relation
    score: float
    cluster: str


# Which articles go into the feeds: all; those that open their cluster; those and what is newer or
# longer than they are.
POLICIES = ("link", "first", "latest")


def repeats(article: Article, known: Sequence[Version]) -> bool:
    """Return True if an article is there already; `known` are the versions of its id in order.

    Only the current version counts, so a text that returns (A, B, A) is a third version; but of
    those modified before the current one every known text does.
    """
    last = current(known)
    if not last:
        return False
    late = older(article.date_modified, last.modified)
    texts = [v.content_hash for v in known] if late else [last.content_hash]
    return article.content_hash in texts


def link(article: Article, known: Sequence[Version], match: Match | None) -> Verdict:
    """Compare an article with those before it, and write into it what it repeats or corrects.

    `known` are the versions of its id from the first on, `match` is the best of the other articles.
    A text that was modified before the current one does not follow it: it gets a number, but no
    `previous`, and does not become current.
    """
    if repeats(article, known):
        return Verdict.REPEATED
    late = number(article, known)
    if match:
        relate(article, match)
        if match.relation is Relation.SAME_TEXT or not known:
            return Verdict(match.relation)
    if not known:
        return Verdict.NEW
    return Verdict.OLDER if late else Verdict.VERSION


def number(article: Article, known: Sequence[Version]) -> bool:
    """Write into an article which version it is after those known; return whether it came late."""
    last = current(known)
    late = last is not None and older(article.date_modified, last.modified)
    article.version = len(known) + 1
    article.previous = None if late or last is None else last.content_hash
    return late


def relate(article: Article, match: Match | None) -> None:
    """Write into an article what it repeats."""
    found = match[:3] if match else (None, None, None)
    article.duplicate_of, relation, article.similarity = found
    article.relation = str(relation) if relation else None


def wanted(policy: str, article: Article, *, opens: bool, follows: bool) -> bool:
    """Return True if a linked article goes into the feeds under one of the `POLICIES`.

    `opens`: it is the first of its cluster; `follows`: a version of it went into them before.
    """
    if policy == "link" or opens:
        return True
    if policy == "first" or (article.version > 1 and not article.previous):
        return False
    return article.relation == Relation.EXTENDS or (article.version > 1 and follows)


def current(known: Sequence[Version]) -> Version | None:
    """Return which of the versions of an id, in the order they came, is its text now."""
    found = None
    for version in known:
        if found is None or not older(version.modified, found.modified):
            found = version
    return found


def older(date: str | None, other: str | None) -> bool:
    """Return True if an ISO day or instant is surely before another.

    >>> older("2021-12-23T10:00:00+05:00", "2021-12-23T05:00:01Z")
    True
    >>> older("2021-12-23", "2021-12-23T05:00:01Z") or older(None, "2021-12-23")
    False
    """
    if not date or not other:
        return False
    try:
        one, two = datetime.fromisoformat(date), datetime.fromisoformat(other)
    except ValueError:
        return False
    if one.tzinfo and two.tzinfo:
        return one < two
    return one.date() < two.date()  # a day without a zone knows no better
