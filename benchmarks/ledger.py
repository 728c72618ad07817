"""What does the ledger cost as it grows? `python -m benchmarks.ledger [ARTICLES …]`

One row a size: microseconds an article for the whole life of it (discover, lease, store, mark) over
the last thousand, beside the in-memory ledger in the same run, and bytes an article in the file,
with its text and after it was pruned (then vacuumed, as pages that are free are used again).
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from newswire.items import Article, Source
from newswire.ledger import Found, Ledger
from newswire.page import Fetched

EDITION = "sputnik:tj"
BATCH = 100
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


def fill(ledger: Ledger, size: int, chance: random.Random) -> float:
    """Put `size` articles in; return the microseconds for each of the last thousand."""
    spent = 0.0
    for start in range(0, size, BATCH):
        articles = [article(n, chance) for n in range(start, start + BATCH)]
        found = [Found(a.id, f"https://example.org/20211223/{a.id}.html") for a in articles]
        began = time.perf_counter()
        ledger.discover(EDITION, found)
        leases = ledger.lease(EDITION, BATCH)
        for lease, story in zip(leases, articles, strict=True):
            ledger.store(story, Fetched(lease.key, '"0123456789abcdef"'))
        ledger.mark_exported()
        if start >= size - 1000:
            spent += time.perf_counter() - began
    return spent / min(size, 1000) * 1e6


def vacuumed(path: Path) -> int:
    db = sqlite3.connect(path)
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path.stat().st_size


def measure(size: int) -> str:
    memory = Ledger(":memory:")
    memory.begin("sputnik")
    in_memory = fill(memory, size, random.Random(size))
    memory.close()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ledger.db")
        ledger = Ledger(str(path))
        ledger.begin("sputnik")
        on_disk = fill(ledger, size, random.Random(size))
        ledger.close()
        kept = vacuumed(path) / size
        ledger = Ledger(str(path))
        ledger.prune(-1)
        ledger.close()
        marks = vacuumed(path) / size
    ratio = on_disk / in_memory
    return f"{size:9} {in_memory:9.0f} {on_disk:9.0f} {ratio:6.2f} {kept:9.0f} {marks:9.0f}"


def main(sizes: list[int]) -> None:
    print(" articles  memory µs   disk µs  ratio  bytes+text     marks")
    for size in sizes:
        print(measure(size), flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000])
