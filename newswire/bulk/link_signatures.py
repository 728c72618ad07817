"""By what are the articles of one output found among those of all others? Its signature file.

A Parquet file of one row an article, `row` being its number in the output from 1: what it is
ordered by (`ledger.order`), what versions and copies are known by, and its fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow
from pyarrow import parquet

from newswire.archive.remote import local
from newswire.bulk.folder import Folder
from newswire.errors import FeedError
from newswire.items import Article
from newswire.ledger import fingerprints
from newswire.ledger.care import numbered
from newswire.ledger.near_index import week
from newswire.ledger.order import place

# the week of articles without a date: they come after all others, and are compared with all
UNDATED = 2**31 - 1
SCHEMA = pyarrow.schema(
    [
        ("row", pyarrow.int64()),
        ("moment", pyarrow.float64()),
        ("id", pyarrow.string()),
        ("version", pyarrow.int64()),
        ("modified", pyarrow.float64()),
        ("fetched", pyarrow.float64()),
        ("week", pyarrow.int64()),
        ("date_published", pyarrow.string()),
        ("date_modified", pyarrow.string()),
        ("hash", pyarrow.string()),
        ("keys", pyarrow.list_(pyarrow.int64())),
        ("shingles", pyarrow.binary()),
    ]
)
# articles of which the signatures are written at once: two megabytes
_GROUP = 1_000


def sign_output(folder: Folder, output: Path, to: Path) -> None:
    """Write the signatures of an output of `folder` to `to`.

    Raises:
        FeedError: something in the output is no article.
        OSError: it cannot be read, or its signatures cannot be written.
    """
    problems: list[str] = []
    with folder.whole(to) as file, local(output) as readable:
        write(file, numbered(readable, problems))
        if problems:
            raise FeedError(f"{problems[0]}: delete the file and reprocess its input again")


def write(to: BinaryIO, articles: Iterable[tuple[int, Article]]) -> None:
    """Write the signatures of articles, each with its row."""
    rows = (_signed(row, article) for row, article in articles)
    with parquet.ParquetWriter(to, SCHEMA) as file:
        while group := list(islice(rows, _GROUP)):
            file.write_table(pyarrow.Table.from_pylist(group, SCHEMA))


def _signed(row: int, article: Article) -> dict[str, Any]:
    signature = fingerprints.sign(article.body)
    where = place(article)
    return where._asdict() | {
        "row": row,
        "week": UNDATED if where.moment is None else week(where.moment),
        "date_published": article.date_published,
        "date_modified": article.date_modified,
        "hash": article.content_hash,
        "keys": signature.keys,
        "shingles": signature.shingles,
    }
