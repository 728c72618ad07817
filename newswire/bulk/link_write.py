"""How do links get into the articles of an output? Into a copy of it, which is whole or not there.

The output itself stays as it was read: with more archives, or another number of days, another text
may be the first. An article that is there already is not in the copy, as a ledger keeps it once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from newswire.archive.remote import local
from newswire.bulk.folder import Folder
from newswire.bulk.link_database import Link

_FIELDS = ("duplicate_of", "relation", "similarity", "version", "previous")


def write_linked(folder: Folder, output: Path, to: Path, links: Sequence[Link]) -> Counter[str]:
    """Write the articles of an output (JSON Lines or Parquet) of `folder` to `to`, with links.

    Returns how many there are of each relation, `version` and `repeated`.

    Raises:
        OSError: it cannot be read or written.
    """
    write = _write_parquet if output.suffix == ".parquet" else _write_lines
    with folder.whole(to) as file, local(output) as readable:
        write(readable, file, {link.row: link for link in links})
    counts = Counter(link.relation for link in links if link.relation)
    counts["version"] = sum(link.version > 1 for link in links)
    counts["repeated"] = sum(not link.version for link in links)
    return counts


def _write_lines(output: Path, copy: BinaryIO, links: Mapping[int, Link]) -> None:
    with output.open("rb") as file:
        for row, line in enumerate(file, 1):
            link = links.get(row)
            if link is None:
                copy.write(line)
            elif link.version:
                item = json.loads(line.decode("utf-8", "surrogatepass")) | _values(link)
                text = json.dumps(item, ensure_ascii=False) + "\n"
                copy.write(text.encode("utf-8", "surrogatepass"))


def _write_parquet(output: Path, file: BinaryIO, links: Mapping[int, Link]) -> None:
    import pyarrow
    from pyarrow import parquet

    with (
        parquet.ParquetFile(output) as articles,
        parquet.ParquetWriter(file, articles.schema_arrow, compression="zstd") as copy,
    ):
        for first, batch in _batches(articles):
            columns = {name: batch.column(name).to_pylist() for name in _FIELDS}
            keep = [True] * batch.num_rows
            for row in range(first, first + batch.num_rows):
                if link := links.get(row):
                    keep[row - first] = link.version > 0
                    for name, value in _values(link).items():
                        columns[name][row - first] = value
            for name, values in columns.items():
                at = batch.schema.get_field_index(name)
                field = batch.schema.field(at)
                batch = batch.set_column(at, field, pyarrow.array(values, field.type))
            copy.write_batch(batch.filter(pyarrow.array(keep)))


def _batches(articles: Any) -> Iterator[tuple[int, Any]]:
    """Yield the number of the first row, from 1, and the rows, a thousand at a time."""
    row = 1
    for batch in articles.iter_batches(batch_size=1_000):
        yield row, batch
        row += batch.num_rows


def _values(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in _FIELDS}
