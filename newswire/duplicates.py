"""Has this article been here before, under its own id or another?"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import Enum

from newswire.items import Article
from newswire.text import fold

_WORD = re.compile(r"\w+")


def content_hash(body: str) -> str:
    """Return the hash of a body's words: case, blanks and typography do not count.

    >>> content_hash("«Ёлка» — да.") == content_hash('"Елка" - да')
    True
    """
    words = " ".join(_WORD.findall(fold(body)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


class Verdict(Enum):
    """What an article is among those seen before."""

    NEW = "new"
    REPEATED = "repeated"  # same id, same text
    VERSION = "version"  # same id, other text
    SAME_TEXT = "same_text"  # other id, same text


@dataclass(slots=True)
class Seen:
    """The articles of one crawl: exact comparison by id and by text."""

    _latest: dict[str, tuple[int, str]] = field(default_factory=dict)
    _first: dict[str, str] = field(default_factory=dict)

    def look_up(self, article: Article) -> Verdict:
        """Compare the article with those before it, link it to them and remember it."""
        version, latest = self._latest.get(article.id, (0, ""))
        if latest == article.content_hash:
            return Verdict.REPEATED
        self._latest[article.id] = (version + 1, article.content_hash)
        first = self._first.setdefault(article.content_hash, article.id)
        if version:
            article.version, article.previous = version + 1, latest
        if first != article.id:
            article.duplicate_of, article.relation, article.similarity = first, "same_text", 1.0
            return Verdict.SAME_TEXT
        return Verdict.VERSION if version else Verdict.NEW
