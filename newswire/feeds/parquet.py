"""Which Arrow types do the fields of an article have, and how is a Parquet file written?

A day is a date, an instant a timestamp. What may be either stays the text that it is in the item,
and has two columns more: `date_published_day`, and `date_published_time` where there is a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import IO, Any, get_args, get_origin

import pyarrow
from pyarrow import parquet

from newswire.feeds.columns import Chosen, Record, typed_fields
from newswire.items import MOMENT, Article

# A row group is what a reader unpacks at once: so many articles, or so many characters of text.
ROW_GROUP, ROW_GROUP_CHARS = 1000, 2**24
_PLAIN = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
_FORMATS = {"date": pyarrow.date32(), "date-time": pyarrow.timestamp("us", tz="UTC")}


class Writer:
    """Writes articles, zstd-compressed; one row group is in memory at a time."""

    def __init__(self, file: IO[bytes], chosen: Chosen = None) -> None:
        self._chosen = chosen
        self._schema = arrow_schema(chosen)
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[Record] = []
        self._chars = 0

    def put(self, record: Record) -> None:
        """Take an article as plain data that UTF-8 can hold; a full row group is written."""
        self._rows.append(arrow_record(record, self._chosen))
        self._chars += len(record["body"]) + sum(len(b["text"]) for b in record["stripped"])
        if len(self._rows) >= ROW_GROUP or self._chars >= ROW_GROUP_CHARS:
            self._write()

    def close(self) -> None:
        """Write the last row group and the footer; the file stays open."""
        self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._rows:
            self._writer.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._chars = [], 0


def arrow_schema(chosen: Chosen = None) -> pyarrow.Schema:
    """Return the schema of articles, or of those fields of them, with structs and lists."""
    return pyarrow.schema([(name, kind) for _, name, kind in _top(chosen)])


def arrow_record(article: Record, chosen: Chosen = None) -> Record:
    """Return an article with the values that `arrow_schema` asks for.

    A date that no calendar has becomes None; the text beside it stays.
    """
    return {name: _value(article[field], kind) for field, name, kind in _top(chosen)}


def _top(chosen: Chosen) -> Iterator[tuple[str, str, pyarrow.DataType]]:
    """Yield the fields, each with its name in the feed and its type."""
    known = _types(Article)
    names = chosen or list(known)
    for field in names:
        name = names[field] if isinstance(names, dict) else field
        yield field, name, known[field]
        if _extra(Article, field).get("anyOf") is MOMENT:
            yield field, f"{name}_day", _FORMATS["date"]
            yield field, f"{name}_time", _FORMATS["date-time"]


def _types(kind: Any) -> dict[str, pyarrow.DataType]:
    return {
        name: _FORMATS.get(_extra(kind, name).get("format", ""), _type(inner))
        for name, inner in typed_fields(kind).items()
    }


def _type(kind: Any) -> pyarrow.DataType:
    if is_dataclass(kind):
        return pyarrow.struct(list(_types(kind).items()))
    if get_origin(kind) is list:
        return pyarrow.list_(_type(get_args(kind)[0]))
    return _PLAIN[kind]


def _extra(kind: Any, name: str) -> dict[str, Any]:
    field = next(field for field in fields(kind) if field.name == name)
    return dict(field.metadata.get("json_schema_extra", {}))


def _value(value: Any, kind: pyarrow.DataType) -> Any:
    if value is None:
        return None
    if pyarrow.types.is_struct(kind):
        return {part.name: _value(value[part.name], part.type) for part in kind}
    if pyarrow.types.is_list(kind):
        return [_value(part, kind.value_type) for part in value]
    if pyarrow.types.is_date(kind):
        return _day(value)
    if pyarrow.types.is_timestamp(kind):
        return _instant(value)
    return value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """Return the instant of a date-time with an offset; None for a day."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
