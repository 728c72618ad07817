"""Which records does a columnar index list? Parquet files, as Common Crawl has them, by DuckDB.

Columns, <https://commoncrawl.org/columnar-index>: `url`, `warc_filename`, `warc_record_offset`,
`warc_record_length`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
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
    ours: Counter[str] = Counter()
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
    return [
        replace(
            task, index=str(_path(folder, task.name)), foreign=rows[task.name] - ours[task.name]
        )
        for task in tasks
    ]


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
    if missing := [task.input for task in tasks if task.name not in names.values()]:
        raise ArgumentError(f"index={index}: {missing[0]} is not in it, or several files that are")
    return names


def _write(folder: Folder, found: Any, names: Mapping[str, str]) -> Counter[str]:
    """Write what is to be read of each archive; return how many records that is, by task."""
    ours: Counter[str] = Counter()
    with ExitStack() as stack:
        file = None
        before = ""
        while rows := found.fetchmany(10_000):
            for name, offset, length, url in rows:
                task = names[name]
                if not task or is_foreign(url):
                    continue
                if task != before:
                    stack.close()
                    path = _path(folder, task)
                    file, before = (
                        stack.enter_context(path.open("wb" if not ours[task] else "ab")),
                        task,
                    )
                assert file is not None
                line = {"part": "", "offset": offset, "length": length, "url": url}
                file.write(json.dumps(line).encode() + b"\n")
                ours[task] += 1
    for task in set(names.values()) - set(ours) - {""}:
        _path(folder, task).write_bytes(b"")
    return ours


def _path(folder: Folder, task: str) -> Path:
    return folder.path / "_index" / f"{task}.columnar.jsonl"
