"""Which records does a columnar index list? Parquet files, as Common Crawl has them, by DuckDB.

Columns, <https://commoncrawl.org/columnar-index>: `url`, `warc_filename`, `warc_record_offset`,
`warc_record_length`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any

from newswire.bulk.folder import Folder
from newswire.bulk.tasks import Task
from newswire.errors import ArgumentError
from newswire.wires.urls import MAX_URL, hosts_pattern, is_foreign


def chosen(index: str, folder: Folder, tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks with what a columnar index lists for each, written into the folder.

    Args:
        index: a Parquet file, or a glob of them.
        folder: of the outputs.
        tasks: archives of WARC, known by their file name.

    Raises:
        ArgumentError: DuckDB is missing, the index cannot be read or does not have an archive.
    """
    try:
        import duckdb
    except ImportError:
        raise ArgumentError(f"index={index} needs DuckDB: pip install 'newswire[link]'") from None
    rows: Counter[str] = Counter()
    with duckdb.connect() as db:
        try:
            listed = db.execute(
                "SELECT warc_filename, count(*) FROM read_parquet(?) GROUP BY 1", [index]
            ).fetchall()
            names = _names(index, [str(name) for name, _ in listed], tasks)
            for name, number in listed:
                rows[names[str(name)]] += number
            found = db.execute(
                "SELECT warc_filename, warc_record_offset, warc_record_length, url"
                " FROM read_parquet(?) WHERE regexp_matches(url, ?) OR length(url) > ?"
                " ORDER BY 1, 2",
                [index, hosts_pattern(), MAX_URL],
            )
            ours = _write(folder, found, names)
        except duckdb.Error as error:
            raise ArgumentError(f"index={index}: {str(error).splitlines()[0]}") from None
    foreign = {task.name: rows[task.name] - ours[task.name] for task in tasks}
    return [
        replace(task, index=str(_index(folder, task.name)), foreign=foreign[task.name])
        for task in tasks
    ]


def _index(folder: Folder, task: str) -> Path:
    return folder.index(f"{task}.columnar")


def _names(index: str, listed: Sequence[str], tasks: Sequence[Task]) -> dict[str, str]:
    """Return file name in the index -> name of the task, empty for none of them."""
    by_base: dict[str, list[Task]] = {}
    for task in tasks:
        by_base.setdefault(PurePosixPath(task.paths[0]).name, []).append(task)
    names = {}
    for name in listed:
        near = by_base.get(PurePosixPath(name).name, [])
        near = [task for task in near if task.paths[0].endswith(name)] or near
        names[name] = near[0].name if len(near) == 1 else ""
    known = Counter(names.values())
    if strange := [task.input for task in tasks if known[task.name] != 1]:
        raise ArgumentError(f"index={index}: {strange[0]} is not in it, or under several names")
    return names


def _write(folder: Folder, found: Any, names: Mapping[str, str]) -> Counter[str]:
    """Write what is to be read of each archive; return how many records that is, by task."""
    ours: Counter[str] = Counter()
    rows = iter(found.fetchone, None)
    for name, records in groupby(rows, key=itemgetter(0)):
        if not (task := names[name]):
            continue
        with folder.whole(_index(folder, task)) as file:
            for _, offset, length, url in records:
                if not is_foreign(url):
                    line = {"part": "", "offset": offset, "length": length, "url": url}
                    file.write(json.dumps(line).encode() + b"\n")
                    ours[task] += 1
    for task in set(names.values()) - set(ours) - {""}:
        with folder.whole(_index(folder, task)):
            pass
    return ours
