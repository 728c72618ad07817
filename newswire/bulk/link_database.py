"""Which articles of all outputs repeat or correct which? Found week by week, in constant memory.

The same as a ledger finds that stores them in order of publication (`ledger.order`), by the same
functions; but what needs no order is found in bulk, by DuckDB: the first of each text, fingerprints
that two articles share, at most `POSTINGS` articles for one in a week. What is left for a loop over
articles one by one are the versions of an id that has several, exact comparison, and clusters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow

from newswire.bulk.link_signatures import UNDATED
from newswire.items import Article, Relation
from newswire.ledger.fingerprints import CANDIDATES, POSTINGS, compare
from newswire.ledger.near_index import WEEK, rank
from newswire.ledger.order import ORDER
from newswire.ledger.relations import Version, number, older, repeats

# what DuckDB may take before it goes to disk
MEMORY = "1GB"
# rows that wait in this process for the next step
_BATCH = 10_000

# pos: the place of an article in the order of all; first_week: the first that it is compared with
_STORIES = f"""
CREATE TABLE story AS
SELECT row_number() OVER () - 1 AS pos, *,
    CASE WHEN week = {UNDATED} THEN -{UNDATED}
         ELSE CAST(floor((moment - $seconds) / {WEEK}) AS BIGINT) END AS first_week
FROM (
    SELECT filename AS file, * EXCLUDE filename FROM read_parquet($files, filename = true)
    ORDER BY {ORDER}, file, row
)
"""  # noqa: S608
# name: the first place of an id, stands for it; number: how many articles have it
_NAMES = """
CREATE TABLE named AS
SELECT pos, min(pos) OVER ids AS name, count(*) OVER ids AS number FROM story
WINDOW ids AS (PARTITION BY id)
"""
_SEVERAL = """
SELECT name, pos, hash, date_modified FROM story JOIN named USING (pos) WHERE number > 1
ORDER BY name, pos
"""
# first: the name of the first article of that text
_KNOWN = """
CREATE TABLE known AS
SELECT pos, name, week, first_week, first, first <> name AS copy,
    first = name OR NOT week_of_first BETWEEN first_week AND week AS indexed
FROM (
    SELECT pos, name, week, first_week,
        first_value(name) OVER texts AS first, first_value(week) OVER texts AS week_of_first
    FROM story JOIN named USING (pos) LEFT JOIN numbered USING (pos)
    WHERE numbered.version IS NULL OR numbered.version > 0
    WINDOW texts AS (PARTITION BY hash ORDER BY pos)
)
ORDER BY pos
"""
_POST = f"""
INSERT INTO posting
SELECT week, key, pos, name FROM (
    SELECT known.week, known.pos, name, unnest(keys) AS key FROM known JOIN story USING (pos)
    WHERE known.week = $week AND story.week = $week AND indexed
)
QUALIFY row_number() OVER (PARTITION BY key ORDER BY pos) <= {POSTINGS}
"""  # noqa: S608
_PAIRS = f"""
WITH one AS (
    SELECT known.pos, name, known.first_week, unnest(keys) AS key FROM known JOIN story USING (pos)
    WHERE known.week = $week AND story.week = $week AND NOT copy
),
pair AS (
    SELECT one.pos, posting.pos AS other FROM one JOIN posting USING (key)
    WHERE posting.week BETWEEN $first AND $week AND posting.week >= one.first_week
        AND posting.pos < one.pos AND posting.name <> one.name
    GROUP BY one.pos, posting.pos
    QUALIFY row_number() OVER (PARTITION BY one.pos ORDER BY count(*) DESC, posting.pos)
        <= {CANDIDATES}
)
SELECT pair.pos, other, new.shingles, old.shingles, new.date_published, old.date_published
FROM pair JOIN story AS new USING (pos) JOIN story AS old ON old.pos = other
WHERE new.week = $week AND old.week BETWEEN $first AND $week
"""  # noqa: S608
_COPIES = (
    "INSERT INTO match SELECT pos, first, $relation, 1.0 FROM known WHERE week = $week AND copy"
)
# with the names of both, and the one that opened the cluster of the other
_MATCHES = """
SELECT pos, one.name, two.name, coalesce(cluster.cluster, two.name), relation, score
FROM match JOIN known AS one USING (pos) JOIN known AS two ON two.pos = other
    LEFT JOIN cluster ON cluster.name = two.name
WHERE one.week = $week
ORDER BY pos, other
"""
_LINKS = """
SELECT one.file, one.row, coalesce(numbered.version, 1), previous, two.id, relation, score
FROM story AS one LEFT JOIN numbered USING (pos) LEFT JOIN link USING (pos)
    LEFT JOIN story AS two ON two.pos = link.name
WHERE coalesce(numbered.version, 1) <> 1 OR link.pos IS NOT NULL
ORDER BY ALL
"""
_TABLES = """
CREATE TABLE numbered (pos BIGINT, version BIGINT, previous VARCHAR);
CREATE TABLE posting (week BIGINT, key BIGINT, pos BIGINT, name BIGINT);
CREATE TABLE match (pos BIGINT, other BIGINT, relation VARCHAR, score DOUBLE);
CREATE TABLE cluster (name BIGINT, cluster BIGINT);
CREATE TABLE link (pos BIGINT, name BIGINT, relation VARCHAR, score DOUBLE);
"""


class Link(NamedTuple):
    """What an article is among all: the fields of the item; of version 0 it is there already."""

    row: int
    version: int
    previous: str | None
    duplicate_of: str | None
    relation: str | None
    similarity: float | None


def links(
    signatures: Sequence[str], days: float, folder: Path, threads: int
) -> Iterator[tuple[str, list[Link]]]:
    """Yield what is to be written into the articles of each output, by the name of its signatures.

    Articles that neither repeat nor correct another are not in it, nor outputs without others.

    Args:
        signatures: files of `link_signatures`.
        days: near copies are searched among articles published in so many days before.
        folder: where DuckDB keeps what memory does not hold; for this run alone.
        threads: how many DuckDB may use.

    Raises:
        OSError: a file cannot be read or written.
    """
    try:
        with closing(duckdb.connect(folder / "link.duckdb")) as db:
            db.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {threads}")
            _enter(db, signatures, days)
            _number(db)
            db.execute(_KNOWN)
            weeks = db.execute(
                "SELECT week, min(first_week) FROM known GROUP BY week ORDER BY week"
            ).fetchall()
            for week, first in weeks:
                _link(db, week, first)
            rows = _fetched(db.cursor().execute(_LINKS))
            for file, group in groupby(rows, itemgetter(0)):
                yield file, [Link(*row[1:]) for row in group]
    except duckdb.Error as error:
        raise OSError(f"{folder}: {error}") from None


def _enter(db: duckdb.DuckDBPyConnection, signatures: Sequence[str], days: float) -> None:
    db.execute(_TABLES)
    db.execute(_STORIES, {"files": list(signatures), "seconds": days * 86400})
    db.execute(_NAMES)


def _number(db: duckdb.DuckDBPyConnection) -> None:
    """Count the versions of each id that several articles have; 0 is a text that is there."""
    rows = _fetched(db.cursor().execute(_SEVERAL))
    found = (
        numbered
        for _, group in groupby(rows, itemgetter(0))
        for numbered in _versions((pos, text, modified) for _, pos, text, modified in group)
    )
    _insert(db, "numbered", found)


def _versions(
    articles: Iterable[tuple[int, str, str | None]],
) -> Iterator[tuple[int, int, str | None]]:
    known: list[Version] = []
    for pos, text, modified in articles:
        article = Article(id="", content_hash=text, date_modified=modified)
        if repeats(article, known):
            yield pos, 0, None
            continue
        number(article, known)
        known.append(Version(text, modified))
        yield pos, article.version, article.previous


def _link(db: duckdb.DuckDBPyConnection, week: int, first: int) -> None:
    """Link the articles of a week to those of it, and of those before from `first` on."""
    db.execute("DELETE FROM match")
    db.execute(_COPIES, {"week": week, "relation": str(Relation.SAME_TEXT)})
    db.execute(_POST, {"week": week})
    pairs = _fetched(db.cursor().execute(_PAIRS, {"week": week, "first": first}))
    _insert(db, "match", _compared(pairs))
    clusters: dict[int, int] = {}
    found = []
    for (pos, name), group in groupby(
        _fetched(db.cursor().execute(_MATCHES, {"week": week})), itemgetter(0, 1)
    ):
        if match := _best(name, group, clusters):
            found.append((pos, *match[:3]))
            if pos == name:  # an id stays in the cluster of its first version
                clusters[name] = match[3]
    _insert(db, "link", found)
    _insert(db, "cluster", clusters.items())


def _compared(pairs: Iterable[Sequence[Any]]) -> Iterator[tuple[int, int, str, float]]:
    for pos, other, new, old, published, date in pairs:
        if not older(published, date) and (found := compare(new, old)):
            yield pos, other, *found


def _best(
    name: int, matches: Iterable[Sequence[Any]], clusters: dict[int, int]
) -> tuple[int, str, float, int] | None:
    """Return name, relation, score and cluster of what an article repeats; the first of equals."""
    best: tuple[int, str, float, int] | None = None
    for _, _, other, before, relation, score in matches:
        cluster = clusters.get(other, before)
        if cluster == name and relation != Relation.SAME_TEXT:
            continue  # what follows from it
        if best is None or rank(relation, score) > rank(*best[1:3]):
            best = other, relation, score, cluster
    return best


def _fetched(result: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    while rows := result.fetchmany(_BATCH):
        yield from rows


def _insert(db: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    names = [row[0] for row in db.execute(f"DESCRIBE {table}").fetchall()]
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        columns = zip(*batch, strict=True)
        db.register("batch", pyarrow.table(dict(zip(names, map(list, columns), strict=True))))
        db.execute(f"INSERT INTO {table} SELECT * FROM batch")  # noqa: S608
        db.unregister("batch")
