"""What does the ledger cost as it grows? `python -m benchmarks.ledger [LOCATION] [ARTICLES …]`

LOCATION is the URL of an empty PostgreSQL database, or `sqlite` (default) for a file of its own.
One row a size: a ledger of so many articles is loaded at once, then the next 2,000 are stored, each
in a transaction of its own; microseconds for each of them, signature included, beside a python
dictionary that finds the same candidates in memory; bytes an article in the ledger, text and index.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newswire.database import Session
from newswire.fingerprints import CANDIDATES, POSTINGS, Signature, sign
from newswire.items import Article, Source
from newswire.ledger import Ledger

EDITION = "sputnik:tj"
NEXT = 2_000
_WORDS = [hashlib.sha256(str(n).encode()).hexdigest()[: n % 9 + 3] for n in range(20_000)]


def article(number: int, chance: random.Random) -> Article:
    """A story of 300 words, no two of which are the same."""
    body = " ".join(chance.choices(_WORDS, k=300))
    return Article(
        id=f"{EDITION}:{number}",
        wire="sputnik",
        edition="tj",
        headline=body[:80],
        body=body,
        content_hash=hashlib.sha256(body.encode()).hexdigest()[:32],
        source=Source("http", f"https://example.org/{number}.html"),
    )


class Reference:
    """The same in dictionaries: texts, postings, shingles."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.postings: dict[int, list[int]] = defaultdict(list)
        self.shingles: list[bytes] = []

    def store(self, article: Article, signature: Signature) -> None:
        self.texts.setdefault(article.content_hash, article.id)
        shared: dict[int, int] = defaultdict(int)
        for key in signature.keys:
            for seq in self.postings[key]:
                shared[seq] += 1
        sorted(shared, key=lambda seq: (-shared[seq], seq))[:CANDIDATES]
        for key in signature.keys:
            if len(self.postings[key]) < POSTINGS:
                self.postings[key].append(len(self.shingles))
        self.shingles.append(signature.shingles)


class Bulk:
    """The database of a ledger, with one transaction around many stores."""

    def __init__(self, ledger: Ledger) -> None:
        self._database = ledger.database

    @contextmanager
    def once(self) -> Iterator[None]:
        inner = self._database.write
        with inner() as session:

            @contextmanager
            def write(*names: str | int) -> Iterator[Session]:
                yield session

            self._database.write = write  # type: ignore[method-assign]
            try:
                yield
            finally:
                self._database.write = inner  # type: ignore[method-assign]


def measure(location: str, size: int) -> str:
    chance, reference = random.Random(size), Reference()
    ledger = Ledger(location)
    ledger.begin("sputnik")
    bulk = Bulk(ledger)
    for start in range(0, size, 1000):
        with bulk.once():
            for number in range(start, start + 1000):
                story = article(number, chance)
                ledger.store(story)
                reference.store(story, sign(story.body))
    in_memory = stored = 0.0
    for number in range(size, size + NEXT):
        story = article(number, chance)
        began = time.perf_counter()
        reference.store(story, sign(story.body))
        between = time.perf_counter()
        ledger.store(story)
        in_memory += between - began
        stored += time.perf_counter() - between
    used = ledger.database.size() / (size + NEXT)
    ledger.close()
    memory, disk = in_memory / NEXT * 1e6, stored / NEXT * 1e6
    return f"{size:9} {memory:10.0f} {disk:10.0f} {disk / memory:6.2f} {used:9.0f}"


def main(arguments: list[str]) -> None:
    named = arguments.pop(0) if arguments and not arguments[0].isdigit() else "sqlite"
    print(" articles  memory µs  ledger µs  ratio     bytes")
    for size in map(int, arguments or ["10000", "100000"]):
        if named != "sqlite":
            print(measure(named, size), flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            print(measure(str(Path(folder, "ledger.db")), size), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
