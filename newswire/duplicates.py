"""Has this article been here before, under its own id or another?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from newswire.items import Article
from newswire.text import fold

# What content_hash does, as a number that a ledger keeps: hashes of another do not compare.
ALGORITHM = "1"

_WORD = re.compile(r"\w+")


def content_hash(body: str) -> str:
    """Return the hash of a body's words: case, blanks and typography do not count.

    >>> content_hash("«Ёлка» — да.") == content_hash('"Елка" - да')
    True
    """
    words = " ".join(_WORD.findall(fold(body)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


class Verdict(Enum):
    """What an article is among those known before."""

    NEW = "new"
    REPEATED = "repeated"  # same id, same text
    VERSION = "version"  # same id, other text
    OLDER = "older"  # same id, other text, modified before the one that is current
    SAME_TEXT = "same_text"  # other id, same text


@dataclass(frozen=True, slots=True)
class Version:
    """A text that an id is known to have had; `modified` as `Article.date_modified`."""

    content_hash: str
    modified: str | None


def link(article: Article, known: Sequence[Version], first: str | None) -> Verdict:
    """Compare an article with those before it, and write into it what it repeats or corrects.

    `known` are the versions of its id from the first on, `first` is the id that had its text first.
    Only the current version counts, so a text that returns (A, B, A) is a third version. One that
    was modified before the current one does not follow it: it gets a number, but no `previous`,
    and does not become current.
    """
    current = _current(known)
    if current:
        late = older(article.date_modified, current.modified)
        repeated = [v.content_hash for v in known] if late else [current.content_hash]
        if article.content_hash in repeated:
            return Verdict.REPEATED
        article.version = len(known) + 1
        article.previous = None if late else current.content_hash
    if first not in (None, article.id):
        article.duplicate_of, article.relation, article.similarity = first, "same_text", 1.0
        return Verdict.SAME_TEXT
    if not current:
        return Verdict.NEW
    return Verdict.OLDER if late else Verdict.VERSION


def _current(known: Sequence[Version]) -> Version | None:
    current = None
    for version in known:
        if current is None or not older(version.modified, current.modified):
            current = version
    return current


def older(date: str | None, other: str | None) -> bool:
    """Tell whether an ISO day or instant is surely before another.

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
