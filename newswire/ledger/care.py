"""What can be done to a ledger between crawls: measure, export, import, merge, forget, reindex."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newswire.article.hashing import content_hash
from newswire.article.validation import problem
from newswire.errors import LedgerError
from newswire.feeds.columns import Record
from newswire.feeds.reading import records
from newswire.items import Article, Dateline, Relation
from newswire.ledger import Ledger, codec
from newswire.ledger.database import Database, Session
from newswire.ledger.fingerprints import sign
from newswire.ledger.frontier import State
from newswire.ledger.migrations import ALGORITHMS
from newswire.ledger.near_index import WEEK, NearIndex
from newswire.ledger.open import open_database
from newswire.ledger.order import in_order
from newswire.ledger.relations import Verdict, Version, current
from newswire.ledger.rereading import unpack

PAGE = 500  # rows read or written at once, so that memory does not grow with the ledger


def sizes(database: Database) -> Iterator[tuple[str, str]]:
    """Yield what is in a ledger, as names and values."""
    with database.read() as db:
        states = db.execute("SELECT state, count(*) FROM url GROUP BY state ORDER BY state")
        for state, number in states.fetchall():
            yield f"URLs {state}", str(number)
        row = db.execute(
            "SELECT count(DISTINCT id), count(*), count(DISTINCT coalesce(cluster, id)),"
            " coalesce(sum(held), 0), count(item), min(stored), max(stored),"
            " coalesce(sum(CASE WHEN exported IS NULL AND item IS NOT NULL THEN 1 ELSE 0 END), 0)"
            " FROM article"
        ).fetchone()
    names = ("articles", "versions", "clusters", "held back", "texts kept")
    yield from zip(names, map(str, row[:5]), strict=True)
    yield "unexported", str(row[7])
    for name, seconds in (("oldest", row[5]), ("newest", row[6])):
        if seconds is not None:
            yield name, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    yield "bytes", str(database.size())


def export(database: Database, policy: str) -> Iterator[Article]:
    """Yield the articles whose text is kept, in the order they were stored.

    "link": every version; "first": the first version of each cluster's first article; "latest": the
    current version of those, and of the articles that extend another.
    """
    kept = {
        "link": "item IS NOT NULL",
        "first": "item IS NOT NULL AND cluster IS NULL AND version = 1",
        "latest": f"item IS NOT NULL AND (cluster IS NULL OR relation = '{Relation.EXTENDS}')",
    }[policy]
    select = "SELECT seq, id, version, item, form FROM article"
    for _, name, version, item, form in _pages(database, select, kept, "seq"):
        if policy != "latest" or version == _current_version(database, name):
            yield codec.decode(item, form)


def differences(database: Database) -> Iterator[dict[str, Any]]:
    """Yield what other rules changed in articles, in the order they were read again."""
    select = "SELECT at, seq, old_rules, new_rules, changed, run FROM reprocessed ORDER BY at, seq"
    with database.read() as db:
        rows = db.execute(select).fetchall()
    for _, seq, old, new, changed, _ in rows:
        with database.read() as db:
            row = db.execute("SELECT id, version FROM article WHERE seq = ?", (seq,)).fetchone()
        if row:
            yield {
                "id": row[0],
                "version": row[1],
                "rules": {"from": old, "to": new},
                "changed": unpack(changed),
            }


def _current_version(database: Database, name: str) -> int:
    with database.read() as db:
        rows = db.execute(
            "SELECT version, modified FROM article WHERE id = ? ORDER BY version", (name,)
        ).fetchall()
    # its number stands for the text
    found = current([Version(str(version), modified) for version, modified in rows])
    assert found is not None
    return int(found.content_hash)


def read_feed(path: Path, problems: list[str]) -> Iterator[Article]:
    """Yield the articles of a feed; lines that hold none are named in `problems`.

    Raises:
        FeedError: feeds of that format do not hold all of an article.
        OSError: the file cannot be read.
    """
    return (article for _, article in numbered(path, problems))


def numbered(path: Path, problems: list[str]) -> Iterator[tuple[int, Article]]:
    """Yield the articles of a feed as `read_feed`, each with its line or row from 1."""
    for number, found in records(path):
        try:
            article = Article.from_json(found if isinstance(found, bytes) else _line(found))
            wrong = problem(article)
        except KeyError as error:
            wrong = f"it lacks {error}"
        except (ValueError, TypeError, AttributeError) as error:
            wrong = str(error).partition("\n")[0] or type(error).__name__
        if wrong:
            problems.append(f"{path}:{number}: not an article: {wrong}")
        else:
            yield number, article


def _line(record: Record) -> bytes:
    """Return a row of a feed as the line that it would be."""
    whole = asdict(Article(id="")) | record
    if whole["dateline"]:
        whole["dateline"] = asdict(Dateline(raw="")) | whole["dateline"]
    return json.dumps(whole).encode()


def import_articles(
    ledger: Ledger, paths: Sequence[Path], problems: list[str]
) -> list[Counter[str]]:
    """Make the articles of feeds known, as if exported, all together in order of publication.

    Returns how many of each path are `new`, were `known` before, and were `reprocessed`: read
    before, from the same bytes, in another way. Lines that are no article are named in `problems`.

    Raises:
        FeedError: feeds of that format do not hold all of an article.
        OSError: a file cannot be read.
    """
    counts = [Counter[str]() for _ in paths]
    names = {Verdict.REPEATED: "known", Verdict.REPROCESSED: "reprocessed"}
    every = ((n, article) for n, path in enumerate(paths) for article in read_feed(path, problems))
    for done, (number, article) in enumerate(in_order(every), 1):
        # the ledger counts versions and finds links by itself
        article.version, article.previous = 1, None
        article.duplicate_of = article.relation = article.similarity = None
        article.content_hash = content_hash(article.body)
        counts[number][names.get(ledger.articles.store(article).verdict, "new")] += 1
        if done % PAGE == 0:
            ledger.articles.mark_exported()
    ledger.articles.mark_exported()
    return counts


def merge(ledger: Ledger, other: Database) -> tuple[int, int]:
    """Take over what another ledger has and this one has not; return (URLs, versions) taken.

    Links between an article of the one and one of the other are not searched for.
    """
    database, urls, versions = ledger.database, 0, 0
    names = "key, edition, url, published, lastmod, priority, state, due, attempts, reason, etag,"
    columns = [name.strip() for name in f"{names} last_modified".split(",")]
    new = f"INSERT INTO url ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    select = f"SELECT {', '.join(columns)} FROM url"  # noqa: S608
    for batch in _batches(_pages(other, select, "key <> ''", "key")):
        with database.write() as db:
            for row in batch:
                if row[6] == State.LEASED:  # the run of the other is none of this
                    row = (*row[:6], State.DISCOVERED, ledger.now(), *row[8:])
                urls += db.execute(f"{new} ON CONFLICT DO NOTHING", row).rowcount
    for row in _pages(other, "SELECT seq, id FROM article", "version = 1", "seq"):
        versions += ledger.articles.take_over(row[1], _versions(other, row[1]))
    with other.read() as source:
        days = source.execute("SELECT edition, day FROM day").fetchall()
    with database.write() as db:
        db.executemany("INSERT INTO day VALUES (?, ?) ON CONFLICT DO NOTHING", days)
    return urls, versions


def _versions(database: Database, name: str) -> list[dict[str, Any]]:
    columns = (
        *("content_hash", "modified", "stored", "relation", "related", "score", "cluster"),
        *("held", "exported", "item", "form", "published", "sha256", "rules", "unnamed", "week"),
    )
    with database.read() as db:
        rows = db.execute(
            f"SELECT {', '.join(columns)} FROM article WHERE id = ? ORDER BY version",  # noqa: S608
            (name,),
        ).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def forget(ledger: Ledger, name: str) -> int:
    """Forget an article by id or URL, or those of a `wire:edition`; return how many ids.

    The URLs become due, so that they are fetched and exported again.
    """
    database = ledger.database
    if "://" in name:
        keys, articles = "url = ?", "id IN (SELECT key FROM url WHERE url = ?)"
        bounds: tuple[str, ...] = (name,)
    elif name.count(":") == 1:
        keys, articles = "key >= ? AND key < ?", "id >= ? AND id < ?"
        bounds = (f"{name}:", f"{name};")  # ; is next after :
    else:
        keys, articles, bounds = "key = ?", "id = ?", (name,)
    near, found = NearIndex(database, 0), set()
    with database.write(name) as db:
        urls = db.execute(f"SELECT key FROM url WHERE {keys}", bounds)  # noqa: S608
        found |= {key for (key,) in urls}
        while rows := db.execute(
            f"SELECT seq, id, item, form FROM article WHERE {articles} LIMIT ?",  # noqa: S608
            (*bounds, PAGE),
        ).fetchall():
            for seq, key, item, form in rows:
                found.add(key)
                near.remove(db, seq, sign(codec.decode(item, form).body) if item else None)
                db.execute("DELETE FROM reprocessed WHERE seq = ?", (seq,))
                db.execute("DELETE FROM article WHERE seq = ?", (seq,))
        db.execute(
            f"UPDATE url SET state = ?, due = ?, run = NULL, attempts = 0, etag = NULL,"  # noqa: S608
            f" last_modified = NULL WHERE {keys}",
            (State.DISCOVERED, ledger.now(), *bounds),
        )
    return len(found)


def reindex(location: str, days: float) -> tuple[int, int]:
    """Hash and index the kept texts anew; return how many, and how many have no text any more.

    A text that is not kept keeps its old hash, so that the same article would come as a version.
    Until the end the ledger is of the old algorithm, so an interrupted one is repeated.
    """
    database, done = open_database(location, any_algorithm=True), 0
    near, now = NearIndex(database, days), time.time()
    with database.write() as db:
        db.execute("UPDATE meta SET value = 'reindex' WHERE name = 'near'")
        db.execute("DELETE FROM posting")
        db.execute("DELETE FROM shingles")
    select = "SELECT seq, id, week, item, form FROM article"
    for batch in _batches(_pages(database, select, "item IS NOT NULL", "seq")):
        near.prepare(week for _, _, week, *_ in batch if near.holds(week, now))
        with database.write() as db:
            for seq, name, week, item, form in batch:
                _renew(db, seq, article := codec.decode(item, form))
                if near.holds(week, now):
                    signature = sign(article.body)
                    _, full = near.best(db, name, signature, week * WEEK, ())
                    near.add(db, seq, signature, week, full)
                done += 1
    with database.write() as db:
        db.executemany(
            "UPDATE meta SET value = ? WHERE name = ?",
            [(value, name) for name, value in ALGORITHMS.items()],
        )
        without = db.execute("SELECT count(*) FROM article WHERE item IS NULL").fetchone()[0]
    database.close()
    return done, int(without)


def _renew(db: Session, seq: int, article: Article) -> None:
    article.content_hash = content_hash(article.body)
    db.execute(
        "UPDATE article SET content_hash = ?, item = ?, form = ? WHERE seq = ?",
        (bytes.fromhex(article.content_hash), codec.encode(article), codec.VERSION, seq),
    )


def _pages(database: Database, select: str, where: str, order: str) -> Iterator[Any]:
    """Yield the rows of a table in the order of its first column, a page at a time."""
    last: Any = None
    while True:
        after = "" if last is None else f" AND {order} > ?"
        with database.read() as db:
            rows = db.execute(
                f"{select} WHERE {where}{after} ORDER BY {order} LIMIT ?",
                (PAGE,) if last is None else (last, PAGE),
            ).fetchall()
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == PAGE:
            yield batch
            batch = []
    if batch:
        yield batch


__all__ = ["LedgerError", "export", "forget", "import_articles", "merge", "reindex", "sizes"]
