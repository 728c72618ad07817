"""How does an article become a row? CSV cells, XML elements, Arrow types and SQLite columns.

All are derived from the fields of `Article`, so that a new field is in every feed.
"""

from __future__ import annotations

import json
import re
import sqlite3
import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from xml.sax.saxutils import escape

from newswire.items import Article

Record = dict[str, Any]

# a spreadsheet takes a cell that begins so, perhaps behind blanks, for a formula, and runs it; the
# wide forms are those of East Asian keyboards
FORMULA = tuple("=+-@＝＋－＠")
# dataclasses that stand once in an article become columns of their own: dateline.date
PARTS = ("dateline", "source")
# what XML 1.0 cannot hold in any form
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SQL = {str: "TEXT", int: "INTEGER", float: "REAL"}


def whole(value: Any) -> Any:
    """Return JSON-like data in which U+FFFD stands for each lone surrogate: UTF-8 has none."""
    if isinstance(value, str):
        if not _SURROGATE.search(value):
            return value
        # two halves that belong together become one character
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: whole(part) for key, part in value.items()}
    if isinstance(value, list):
        return [whole(part) for part in value]
    return value


@cache
def columns() -> dict[str, type]:
    """Return the columns of a flat table, in order, each with str, int or float.

    `dateline.date` is the date of the dateline; lists are JSON.
    """
    found: dict[str, type] = {}
    for name, kind in _fields(Article).items():
        if name in PARTS:
            found |= {f"{name}.{part}": _flat(inner) for part, inner in _fields(kind).items()}
        else:
            found[name] = _flat(kind)
    return found


def row(article: Record) -> Record:
    """Return an article as a row of a flat table; None is an absent value, `[]` an empty list."""
    found: Record = {}
    for name in columns():
        head, _, part = name.partition(".")
        value = (article[head] or {}).get(part) if part else article[head]
        if isinstance(value, list):
            value = json.dumps(value, ensure_ascii=False)
        found[name] = value
    return found


def cell(value: Any) -> str:
    """Return a CSV cell that no spreadsheet runs; NUL, which many readers refuse, is left out."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    value = value.replace("\0", "")
    runs = value.startswith(("\t", "\r", "\n")) or value.lstrip().startswith(FORMULA)
    return f"'{value}" if runs else value


def xml(name: str, value: Any) -> str:
    """Return an XML element; absent values have none, parts of a list are elements `item`."""
    if value is None:
        return ""
    if isinstance(value, dict):
        inner = "".join(xml(key, part) for key, part in value.items())
    elif isinstance(value, list):
        inner = "".join(xml("item", part) for part in value)
    else:
        # a parser would read a bare \r as \n
        inner = escape(_NOT_XML.sub("\ufffd", str(value)), {"\r": "&#13;"})
    return f"<{name}>{inner}</{name}>"


def arrow_schema() -> Any:
    """Return the `pyarrow.Schema` of articles, with structs and lists of structs.

    Raises:
        ImportError: pyarrow is not installed.
    """
    import pyarrow

    def arrow(kind: Any) -> Any:
        if is_dataclass(kind):
            return pyarrow.struct([(n, arrow(inner)) for n, inner in _fields(kind).items()])
        if get_origin(kind) is list:
            return pyarrow.list_(arrow(get_args(kind)[0]))
        plain = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
        return plain[kind]

    return pyarrow.schema([(name, arrow(kind)) for name, kind in _fields(Article).items()])


class Table:
    """The table `articles` of an SQLite file, with a full-text index; one row an id.

    A higher version replaces a lower one, a lower one never a higher.
    """

    def __init__(self, path: str) -> None:
        """Open, and make if need be, the table in the file at `path`.

        Raises:
            sqlite3.Error: it is no SQLite file, or has another table of that name.
        """
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        try:
            self._db.executescript(_sql_schema())
            self._db.execute(f"SELECT {', '.join(map(_quoted, columns()))} FROM articles LIMIT 0")  # noqa: S608
        except BaseException:
            self._db.close()
            raise
        names = [_quoted(name) for name in columns()]
        news = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        self._upsert = (
            f"INSERT INTO articles ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
            f" ON CONFLICT (id) DO UPDATE SET {news} WHERE excluded.version >= articles.version"
        )

    def put(self, article: Record) -> None:
        """Insert an article, or replace it by this version; it is there for others at `commit`."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(self._upsert, list(row(article).values()))

    def commit(self) -> None:
        """Put on the disk what was put in."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Commit and close."""
        try:
            self.commit()
        finally:
            self._db.close()


def _sql_schema() -> str:
    indexed = ("headline", "description", "body")
    texts = ", ".join(indexed)
    lines = ["id TEXT PRIMARY KEY"]
    lines += [f"{_quoted(name)} {_SQL[kind]}" for name, kind in columns().items() if name != "id"]
    new, old = (", ".join(f"{side}.{name}" for name in indexed) for side in ("new", "old"))
    insert = f"INSERT INTO articles_fts (rowid, {texts}) VALUES (new.rowid, {new});"  # noqa: S608
    delete = (
        f"INSERT INTO articles_fts (articles_fts, rowid, {texts})"  # noqa: S608
        f" VALUES ('delete', old.rowid, {old});"
    )
    events = {"INSERT": insert, "DELETE": delete, "UPDATE": f"{delete} {insert}"}
    triggers = "\n".join(
        f"CREATE TRIGGER IF NOT EXISTS articles_{event.lower()} AFTER {event} ON articles"
        f" BEGIN {steps} END;"
        for event, steps in events.items()
    )
    return f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS articles ({", ".join(lines)});
CREATE INDEX IF NOT EXISTS articles_date ON articles (date_published);
CREATE VIRTUAL TABLE IF NOT EXISTS articles_fts USING fts5 (
    {texts}, content = 'articles', tokenize = 'unicode61 remove_diacritics 2'
);
{triggers}
COMMIT;
"""


def _quoted(name: str) -> str:
    return f'"{name}"' if "." in name else name


def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: _present(hints[field.name]) for field in fields(kind)}


def _present(kind: Any) -> Any:
    """Return the type of a value that is there: `str` of `str | None`."""
    if get_origin(kind) in (types.UnionType, Union):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _flat(kind: Any) -> type:
    return str if get_origin(kind) is list else kind
