"""The feeds for tables and archives: safe JSON Lines, CSV, XML, Parquet and SQLite.

Each takes any text: what a format cannot hold is replaced, and the article is not lost.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from itemadapter import ItemAdapter
from scrapy.exporters import BaseItemExporter, JsonLinesItemExporter
from scrapy.extensions.postprocessing import PostProcessingManager
from scrapy.utils.python import to_bytes

from newswire.feeds.columns import Chosen, Record, cell, chosen, row, whole, xml
from newswire.items import Article, plain

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Others see the articles of an SQLite feed in portions of so many.
PORTION = 100


class LinesExporter(JsonLinesItemExporter):
    """Writes JSON Lines as Scrapy does, and also text that UTF-8 cannot hold.

    A line goes to the file in one piece, so that crawls may append to the same one.
    """

    def export_item(self, item: Any) -> None:
        """Write an article."""
        if isinstance(item, Article) and not self.fields_to_export:
            line = json.dumps(plain(item), ensure_ascii=self.encoder.ensure_ascii)
        else:
            line = self.encoder.encode(dict(self.get_serialized_fields(item)))
        self.file.write(to_bytes(whole(line) + "\n", self.encoding))
        self.file.flush()


class ArticleExporter(BaseItemExporter):
    """What the exporters below have in common: the file, and the article as plain data."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.file = file
        self.encoding = self.encoding or "utf-8"

    @property
    def chosen(self) -> Chosen:
        """The option `fields`: names, perhaps with other names for them; None for all."""
        fields = self.fields_to_export
        return fields if fields is None or isinstance(fields, Mapping) else list(fields)

    def record(self, item: Any) -> Record:
        """Return an article as plain data that UTF-8 can hold."""
        own = isinstance(item, Article)
        record: Record = whole(plain(item) if own else ItemAdapter(item).asdict())
        return record


class CsvExporter(ArticleExporter):
    """Writes CSV (RFC 4180) with the columns of `columns.chosen`; a header if the file is new."""

    def start_exporting(self) -> None:
        """Write the header, unless the file has one."""
        fresh = _is_new(self.file)
        self._text = io.TextIOWrapper(
            self.file, encoding=self.encoding, errors="replace", newline="", write_through=True
        )
        self._csv = csv.writer(self._text)
        self._columns = chosen(self.chosen)
        if fresh:
            self._csv.writerow(self._columns.values())

    def export_item(self, item: Any) -> None:
        """Write an article."""
        self._csv.writerow(map(cell, row(self.record(item), self._columns).values()))

    def finish_exporting(self) -> None:
        """Leave the file open for the storage."""
        self._text.detach()


class XmlExporter(ArticleExporter):
    """Writes one XML document, `<articles>` with an `<article>` each."""

    def start_exporting(self) -> None:
        """Open the document."""
        self._write(f'<?xml version="1.0" encoding="{self.encoding}"?>\n<articles>\n')

    def export_item(self, item: Any) -> None:
        """Write an article."""
        record = self.record(item)
        if names := self.chosen:
            headings = names if isinstance(names, Mapping) else dict(zip(names, names, strict=True))
            record = {heading: record[name] for name, heading in headings.items()}
        self._write(xml("article", record) + "\n")

    def finish_exporting(self) -> None:
        """Close the document."""
        self._write("</articles>\n")

    def _write(self, text: str) -> None:
        self.file.write(text.encode(self.encoding or "utf-8", "xmlcharrefreplace"))


class ParquetExporter(ArticleExporter):
    """Writes Parquet with nested types: see `parquet.Writer`."""

    def start_exporting(self) -> None:
        """Open the file."""
        from newswire.feeds.parquet import Writer

        self._writer = Writer(self.file, self.chosen)

    def export_item(self, item: Any) -> None:
        """Take an article; a full row group is written."""
        self._writer.put(self.record(item))

    def finish_exporting(self) -> None:
        """Write the last row group and the footer."""
        self._writer.close()


class SqliteExporter(ArticleExporter):
    """Writes the table `articles` of an SQLite file: see `table.Table`.

    It writes to the name of the file that the storage opened, which must be on a disk.
    """

    def start_exporting(self) -> None:
        """Open the table."""
        from newswire.feeds.table import Table

        path = self.file.name
        if not (isinstance(path, str) and Path(path).is_file()):
            raise OSError(f"{path}: an SQLite feed must be a file")
        try:
            self._table = Table(path, self.chosen)
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from error
        self._put = 0

    def export_item(self, item: Any) -> None:
        """Insert or replace an article."""
        try:
            self._table.put(self.record(item))
            self._put += 1
            if self._put % PORTION == 0:
                self._table.commit()
        except sqlite3.Error as error:
            raise OSError(f"{self.file.name}: {error}") from error

    def commit(self) -> None:
        """Put on the disk what was taken so far."""
        try:
            self._table.commit()
        except sqlite3.Error as error:
            raise OSError(f"{self.file.name}: {error}") from error

    def finish_exporting(self) -> None:
        """Commit and close the table."""
        try:
            self._table.close()
        except sqlite3.Error as error:
            raise OSError(f"{self.file.name}: {error}") from error


class ZstdPlugin:
    """Compresses a feed with Zstandard, as Scrapy's GzipPlugin does with gzip."""

    def __init__(self, file: Any, feed_options: dict[str, Any]) -> None:
        self._file = zstd.ZstdFile(file, "w")

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        return self._file.write(data)

    def close(self) -> None:
        """Write the end; the file below stays open."""
        self._file.close()


def _is_new(file: IO[bytes]) -> bool:
    # a compressed feed is never appended to; gzip has written its header already
    if isinstance(file, PostProcessingManager):
        return True
    try:
        return file.tell() == 0
    except OSError:  # a pipe
        return True
