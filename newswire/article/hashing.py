"""When do two bodies say the same?"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from newswire.text import folding

# What content_hash does, as a number that a ledger keeps: hashes of another do not compare.
ALGORITHM = "1"

_WORD = re.compile(r"\w+")

# the hash of a text and its fingerprints are made one after the other
bare = lru_cache(maxsize=1)(folding.bare)


def content_hash(body: str) -> str:
    """Return the hash of a body's words: case, blanks and typography do not count.

    >>> content_hash("«Ёлка» — да.") == content_hash('"Елка" - да')
    True
    """
    words = " ".join(_WORD.findall(bare(body)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]
