"""Which formats does a feed come in, and what can each of them do? One row a format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """What a file grows by; a crash cuts off at most one of them."""

    LINE = "line"
    ROW = "row"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of feeds.

    Attributes:
        names: suffixes of a feed's name, which are also the values of its option `format`.
        exporter: path of the class that writes it.
        unit: what a file grows by; None for one that cannot be appended to.
        columns: fields are columns, parts of `dateline` and `source` their own.
        escapes: it can write any character in ASCII.
        binary: it has no encoding.
        fixed: why `fields` cannot choose among the fields, or None.
        compressible: it may end with .gz or .zst.
        module: what must be installed, with the extra `newswire[NAME]` of the first name.
    """

    names: tuple[str, ...]
    exporter: str
    unit: Unit | None = None
    columns: bool = False
    escapes: bool = False
    binary: bool = False
    fixed: str | None = None
    compressible: bool = True
    module: str | None = None


_FILES, _TRADE = "newswire.feeds.files", "newswire.feeds.trade"
_STANDARD = "its fields are those of the standard"
FORMATS = (
    Format(("jsonl", "jsonlines", "jl"), f"{_FILES}.LinesExporter", Unit.LINE, escapes=True),
    Format(("csv",), f"{_FILES}.CsvExporter", Unit.ROW, columns=True),
    Format(("xml",), f"{_FILES}.XmlExporter", escapes=True),
    # has its own compression
    Format(
        ("parquet",), f"{_FILES}.ParquetExporter", compressible=False, binary=True, module="pyarrow"
    ),
    # needs a file that it can seek in
    Format(
        ("db", "sqlite"),
        f"{_FILES}.SqliteExporter",
        Unit.TABLE,
        columns=True,
        binary=True,
        compressible=False,
    ),
    Format(("ninjs.jsonl",), f"{_TRADE}.NinjsExporter", Unit.LINE, escapes=True, fixed=_STANDARD),
    Format(
        ("superdesk.jsonl",),
        f"{_TRADE}.SuperdeskExporter",
        Unit.LINE,
        escapes=True,
        fixed=_STANDARD,
    ),
    Format(("jsonld",), f"{_TRADE}.JsonLdExporter", escapes=True, fixed=_STANDARD),
)
COMPRESSORS = {
    "gz": "scrapy.extensions.postprocessing.GzipPlugin",
    "zst": f"{_FILES}.ZstdPlugin",
}
# Scrapy looks at the last suffix: FeedFormats finds the format before these
EXPORTERS = {name: row.exporter for row in FORMATS for name in row.names} | dict.fromkeys(
    COMPRESSORS, FORMATS[0].exporter
)
_JSON = Format(("json",), "scrapy.exporters.JsonItemExporter", escapes=True)
# a format of Scrapy's own, of which nothing is known
_OTHER = Format((), "")


def of(options: object) -> Format:
    """Return the format that a feed's options name.

    >>> of({"format": "jl"}).unit, of({"format": "pickle"}).unit
    (<Unit.LINE: 'line'>, None)
    """
    name = options.get("format") if isinstance(options, dict) else None
    return next((row for row in (*FORMATS, _JSON) if name in row.names), _OTHER)
