"""In which order did articles come, where only they themselves can say it? By publication.

Import and `bulk.link` follow this order, so that both link the same articles to each other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

from newswire.items import Article
from newswire.ledger import codec


class Place(NamedTuple):
    """What an article is ordered by, first of all its moment; instants in seconds since 1970."""

    moment: float | None
    id: str
    version: int
    modified: float | None
    fetched: float | None


# the same in SQL; what is equal in all of it stays in the order it was given in
ORDER = "moment NULLS LAST, id, version, modified NULLS FIRST, fetched NULLS FIRST"


def place(article: Article) -> Place:
    """Return the place of an article: those without a date of publication come last."""
    fetched = article.source.fetched if article.source else None
    return Place(
        seconds(article.date_published),
        article.id,
        article.version,
        seconds(article.date_modified),
        seconds(fetched),
    )


def seconds(date: str | None) -> float | None:
    """Return when an ISO day (from 0:00 UTC on) or instant was, in seconds since 1970.

    >>> seconds("2021-12-23"), seconds("2021-12-23T05:00:00+05:00"), seconds("soon")
    (1640217600.0, 1640217600.0, None)
    """
    try:
        moment = datetime.fromisoformat(date or "")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def in_order(articles: Iterable[tuple[int, Article]]) -> Iterator[tuple[int, Article]]:
    """Yield articles, each with its number, by publication; they wait on disk, not in memory."""
    columns = ", ".join(Place._fields)
    with closing(sqlite3.connect("", isolation_level=None)) as db:
        db.execute(f"CREATE TABLE article ({columns}, number, item)")
        db.executemany(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((*place(article), number, codec.encode(article)) for number, article in articles),
        )
        for number, item in db.execute(f"SELECT number, item FROM article ORDER BY {ORDER}, rowid"):  # noqa: S608
            yield number, codec.decode(item, codec.VERSION)
