"""When do two bodies say the same?"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from newswire.text.folding import bare

# What content_hash does, as a number that a ledger keeps: hashes of another do not compare.
ALGORITHM = "1"

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=1)  # the hash of a text and its fingerprints are made one after the other
def words(body: str) -> tuple[str, list[str]]:
    """Return a body for comparison, see `folding.bare`, and its words, which are not to change."""
    text = bare(body)
    return text, _WORD.findall(text)


def content_hash(body: str) -> str:
    """Return the hash of a body's words: case, blanks and typography do not count.

    >>> content_hash("«Ёлка» — да.") == content_hash('"Елка" - да')
    True
    """
    return hashlib.sha256(" ".join(words(body)[1]).encode("utf-8", "replace")).hexdigest()[:32]
