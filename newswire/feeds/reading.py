"""How is a feed of ours read again? Lines, CSV, Parquet and SQLite, packed or not."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from typing import IO, Any, cast, get_origin, get_type_hints

from newswire.errors import FeedError
from newswire.feeds import formats
from newswire.feeds.columns import FORMULA, Record, columns, typed_fields
from newswire.feeds.formats import Unit
from newswire.items import MOMENT, Article

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# a body and its dropped blocks lie in one cell
_LONGEST_CELL = 2**27
_OF_SCRAPY = ("json", "marshal", "pickle")
_OPEN: dict[str, Any] = {".gz": gzip.open, ".zst": zstd.open}


def records(path: Path) -> Iterator[tuple[int, bytes | Record]]:
    """Yield what a feed holds, each with its number from 1: a line as it is, a row as a record.

    The name of the file says its format, as when it was written; any other name is one of JSON
    Lines.

    Raises:
        FeedError: it is a format that does not hold all of an article.
        OSError: the file cannot be read; also where its content is not what its name says.
    """
    packed = path.suffix.lower() in _OPEN
    name = path.stem if packed else path.name
    form = next((f for f in _longest_first() if name.lower().endswith(f".{f.names[0]}")), None)
    form = form or formats.of({"format": Path(name).suffix[1:].lower()})
    if not form.names and Path(name).suffix[1:].lower() in _OF_SCRAPY:
        raise FeedError(f"{path}: not read again: name a .jsonl, .csv, .parquet or .db feed")
    if form.fixed or form.names == ("xml",):
        raise FeedError(
            f"{path}: {form.names[0]} does not hold all of an article: name a .jsonl, .csv,"
            " .parquet or .db feed"
        )
    if form.names == ("parquet",):
        rows: Iterable[bytes | Record] = _parquet(path)
    elif form.unit is Unit.TABLE:
        rows = _table(path)
    else:
        rows = (_rows if form.unit is Unit.ROW else _lines)(path, packed)
    yield from enumerate(rows, 1)


def _longest_first() -> list[formats.Format]:
    return sorted(formats.FORMATS, key=lambda form: -len(form.names[0]))


def _open(path: Path, packed: bool) -> IO[bytes]:
    opener = _OPEN[path.suffix.lower()] if packed else open
    return cast("IO[bytes]", opener(path, "rb"))


def _lines(path: Path, packed: bool) -> Iterator[bytes]:
    try:
        with _open(path, packed) as file:
            for line in file:
                # appended to by other tools, a file may have a mark in its middle
                yield line.removeprefix(b"\xef\xbb\xbf")
    except (EOFError, zstd.ZstdError) as error:
        raise OSError(f"{path}: {error}") from None


def _rows(path: Path, packed: bool) -> Iterator[Record]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with _open(path, packed) as file:
            text = (line.decode("utf-8-sig" if n == 0 else "utf-8") for n, line in enumerate(file))
            for row in csv.DictReader(text):
                yield _unflattened({name: _bare(cell) for name, cell in row.items() if cell})
    except (csv.Error, UnicodeDecodeError, EOFError, zstd.ZstdError) as error:
        raise OSError(f"{path}: not a CSV feed: {error}") from None
    finally:
        csv.field_size_limit(before)


def _bare(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    guarded = cell[:1] == "'" and cell[1:].lstrip().startswith((*FORMULA, "\t", "\r", "\n"))
    return cell[1:] if guarded or cell[:2] in ("'\t", "'\r", "'\n") else cell


def _table(path: Path) -> Iterator[Record]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            for row in db.execute("SELECT * FROM articles ORDER BY rowid"):
                yield _unflattened({n: row[n] for n in row.keys() if row[n] is not None})  # noqa: SIM118
    except sqlite3.Error as error:
        raise OSError(f"{path}: {error}") from None


def _unflattened(row: Record) -> Record:
    """Return the record of a row; what is not in it is absent, as in a new article."""
    record: Record = {}
    kinds, lists = columns(), _lists()
    for name, value in row.items():
        if name not in kinds:
            continue
        head, _, part = name.partition(".")
        value = json.loads(value) if name in lists else kinds[name](value)
        if part:
            record.setdefault(head, {})[part] = value
        else:
            record[head] = value
    return record


@cache
def _lists() -> frozenset[str]:
    found = set()
    for name, kind in typed_fields(Article).items():
        if get_origin(kind) is list:
            found.add(name)
        elif name in ("dateline", "source"):
            parts = get_type_hints(kind).items()
            found |= {f"{name}.{part}" for part, inner in parts if get_origin(inner) is list}
    return frozenset(found)


def _parquet(path: Path) -> Iterator[Record]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise FeedError(f"{path}: Parquet needs pyarrow: pip install 'newswire[parquet]'") from None
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=100):
                for record in batch.to_pylist():
                    yield {n: _text(v) for n, v in record.items() if n not in _moments()}
    except pyarrow.ArrowInvalid as error:
        raise OSError(f"{path}: {error}") from None


@cache
def _moments() -> frozenset[str]:
    """Return the columns that a Parquet feed has besides the fields of an article."""
    from dataclasses import fields

    return frozenset(
        f"{field.name}_{part}"
        for field in fields(Article)
        if field.metadata.get("json_schema_extra", {}).get("anyOf") is MOMENT
        for part in ("day", "time")
    )


def _text(value: Any) -> Any:
    """Return days and instants as the text that an item has."""
    if isinstance(value, dict):
        return {name: _text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_text(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
