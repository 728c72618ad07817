"""When do two bodies say the same?"""

from __future__ import annotations

import hashlib
import re

from newswire.text.folding import loose

# What content_hash does, as a number that a ledger keeps: hashes of another do not compare.
ALGORITHM = "1"

_WORD = re.compile(r"\w+")


def content_hash(body: str) -> str:
    """Return the hash of a body's words: case, blanks and typography do not count.

    >>> content_hash("«Ёлка» — да.") == content_hash('"Елка" - да')
    True
    """
    words = " ".join(_WORD.findall(loose(body)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]
