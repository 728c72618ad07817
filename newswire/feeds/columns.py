"""How does an article become a row? Its columns, CSV cells and XML elements.

All are derived from the fields of `Article`, so that a new field is in every feed.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from xml.sax.saxutils import escape

from newswire.items import Article

Record = dict[str, Any]
# the option `fields` of a feed: names, perhaps with other names for them in the feed
Chosen = Sequence[str] | Mapping[str, str] | None

# a spreadsheet takes a cell that begins so, perhaps behind blanks, for a formula, and runs it; the
# wide forms are those of East Asian keyboards
FORMULA = tuple("=+-@＝＋－＠")
# dataclasses that stand once in an article become columns of their own: dateline.date
PARTS = ("dateline", "source")
# what XML 1.0 cannot hold in any form
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


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
    for name, kind in typed_fields(Article).items():
        if name in PARTS:
            found |= {f"{name}.{part}": _flat(inner) for part, inner in typed_fields(kind).items()}
        else:
            found[name] = _flat(kind)
    return found


def chosen(fields: Chosen) -> dict[str, str]:
    """Return the columns that `fields` names, each with its heading; all of them for None.

    `dateline` stands for all its parts, `dateline.date` for one.

    >>> chosen({"id": "number", "source": "from"})["source.uri"], list(chosen(["url", "id"]))
    ('from.uri', ['url', 'id'])
    """
    if not fields:
        return {name: name for name in columns()}
    headings = fields if isinstance(fields, Mapping) else dict(zip(fields, fields, strict=True))
    found: dict[str, str] = {}
    for name, heading in headings.items():
        for column in columns():
            if column == name or column.startswith(f"{name}."):
                found[column] = heading + column[len(name) :]
    return found


def row(article: Record, names: Iterable[str]) -> Record:
    """Return the named columns of an article; None is an absent value, `[]` an empty list."""
    found: Record = {}
    for name in names:
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


def typed_fields(kind: Any) -> dict[str, Any]:
    """Return the fields of a dataclass, each with the type of a value that is there."""
    hints = get_type_hints(kind)
    return {field.name: _present(hints[field.name]) for field in fields(kind)}


def _present(kind: Any) -> Any:
    """Return the type of a value that is there: `str` of `str | None`."""
    if get_origin(kind) in (types.UnionType, Union):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _flat(kind: Any) -> type:
    return str if get_origin(kind) is list else kind
