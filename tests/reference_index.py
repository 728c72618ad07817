"""The plainest index of near copies: dictionaries in memory. The ledger must say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from newswire.article.hashing import content_hash
from newswire.ledger.fingerprints import CANDIDATES, POSTINGS, compare, sign


class Link(NamedTuple):
    relation: str
    duplicate_of: str
    score: float


class ReferenceIndex:
    """First seen wins; of those that share most keys the one most alike is linked."""

    def __init__(self) -> None:
        self.postings: defaultdict[int, list[int]] = defaultdict(list)
        self.texts: dict[str, str] = {}
        self.seen: list[tuple[str, bytes]] = []

    def store(self, name: str, body: str) -> Link | None:
        signature, digest = sign(body), content_hash(body)
        first = self.texts.setdefault(digest, name)
        shared: Counter[int] = Counter()
        for key in signature.keys:
            for seq in self.postings[key]:
                shared[seq] += 1
        best: Link | None = None
        order = sorted(shared, key=lambda seq: (-shared[seq], seq))[:CANDIDATES]
        for seq in sorted(order):
            other, shingles = self.seen[seq]
            found = compare(signature.shingles, shingles)
            if found and other != name and (best is None or found[1] > best.score):
                best = Link(found[0], other, found[1])
        for key in signature.keys:
            if len(self.postings[key]) < POSTINGS:
                self.postings[key].append(len(self.seen))
        self.seen.append((name, signature.shingles))
        if first != name:
            return Link("same_text", first, 1.0)
        return best
