"""What does the ledger cost as it grows? `python -m benchmarks.ledger [LOCATION] [ARTICLES …]`

LOCATION is the URL of an empty PostgreSQL database, or `sqlite` (default) for a file of its own.
One row a size: a ledger is filled with so many articles, then the next 2,000 are stored, each
in a transaction of its own; microseconds of processor time for each, signature included, beside a
python dictionary that finds the same candidates in memory; bytes an article in the ledger, with
indexes, and so many without its packed text.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from newswire.items import Article, Source
from newswire.ledger import Ledger, codec
from newswire.ledger.fingerprints import CANDIDATES, POSTINGS, Signature, sign
from newswire.ledger.near_index import WEEK

EDITION = "sputnik:tj"
NEXT = 2_000
# rows in a transaction of the load: its log stays small
PORTION = 50_000
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


def load(location: str, ledger: Ledger, size: int, reference: Reference) -> None:
    """Fill an empty ledger and the reference with articles of as many keys as a story has.

    Straight into the tables and in their order, which takes minutes where storing takes hours.
    """
    stories = [article(n, random.Random(n)) for n in range(50)]
    number = round(sum(len(sign(story.body).keys) for story in stories) / 50)
    numbers = np.random.default_rng(size)
    keys = numbers.integers(-(2**63), 2**63, number * size)
    seqs = np.repeat(np.arange(1, size + 1), number)
    order = np.argsort(keys, kind="stable")
    week = int(time.time() // WEEK)
    item = codec.encode(stories[0])
    shingles = sign(stories[0].body).shingles
    now = time.time()
    copy(
        location,
        ledger,
        "article (seq, id, version, content_hash, stored, run, held, item, form)",
        (
            (n, f"{EDITION}:old{n}", 1, numbers.bytes(16), now, 1, 0, item, codec.VERSION)
            for n in range(1, size + 1)
        ),
    )
    ledger.database.open_weeks([week])
    copy(location, ledger, "posting", ((week, int(keys[n]), int(seqs[n])) for n in order))
    copy(
        location,
        ledger,
        "shingles (seq, week, shingles)",
        ((n, week, shingles) for n in range(1, size + 1)),
    )
    for key, seq in zip(keys.tolist(), seqs.tolist(), strict=True):
        reference.postings[key].append(seq)
    reference.shingles = [shingles] * (size + 1)


def copy(location: str, ledger: Ledger, table: str, rows: Iterable[Sequence[object]]) -> None:
    name = table.partition(" ")[0]
    if not location.startswith("postgresql:"):
        for some in batched(rows, PORTION):
            with ledger.database.write() as db:
                values = ", ".join("?" * len(some[0]))
                db.executemany(f"INSERT INTO {table} VALUES ({values})", some)
        return
    import psycopg

    with psycopg.connect(location) as db:
        db.execute("SET search_path TO newswire")
        with db.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as out:
            for row in rows:
                out.write_row(row)
        if name == "article":
            db.execute(f"SELECT setval('article_seq_seq', (SELECT max(seq) FROM {name}))")
    with psycopg.connect(location, autocommit=True) as db:
        db.execute(f"ANALYZE newswire.{name}")


def batched(rows: Iterable[Sequence[object]], number: int) -> Iterator[list[Sequence[object]]]:
    """Yield the rows in lists of so many; `itertools` has it from Python 3.12 on."""
    rows = iter(rows)
    while some := list(islice(rows, number)):
        yield some


def measure(location: str, size: int) -> str:
    chance, reference = random.Random(size), Reference()
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    load(location, ledger, size, reference)
    in_memory = stored = 0.0
    for number in range(size, size + NEXT):
        story = article(number, chance)
        began = time.process_time()
        reference.store(story, sign(story.body))
        between = time.process_time()
        ledger.articles.store(story)
        in_memory += between - began
        stored += time.process_time() - between
    with ledger.database.read() as db:
        (text,) = db.execute("SELECT sum(length(item)) FROM article").fetchone()
    used = ledger.database.size() / (size + NEXT)
    bare = used - int(text) / (size + NEXT)
    ledger.close()
    memory, disk = in_memory / NEXT * 1e6, stored / NEXT * 1e6
    return f"{size:9} {memory:10.0f} {disk:10.0f} {disk / memory:6.2f} {used:9.0f} {bare:9.0f}"


def main(arguments: list[str]) -> None:
    named = arguments.pop(0) if arguments and not arguments[0].isdigit() else "sqlite"
    print(" articles  memory µs  ledger µs  ratio     bytes   no text")
    for size in map(int, arguments or ["10000", "100000"]):
        if named != "sqlite":
            print(measure(named, size), flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            print(measure(str(Path(folder, "ledger.db")), size), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
