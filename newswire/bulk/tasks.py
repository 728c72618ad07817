"""What is there to do? Inputs -> tasks: an archive each, or the single pages of a folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from glob import glob
from pathlib import Path, PurePath
from typing import Any

from newswire import rules
from newswire.archive import replay
from newswire.archive.kinds import kind, named
from newswire.archive.remote import is_remote, place
from newswire.article.version import code_version, rules_version
from newswire.bulk.index import beside
from newswire.errors import ArgumentError
from newswire.wires.editions import editions

FORMATS = ("jsonl", "parquet")
# bytes of a name, to which others are added
_LONGEST = 120
# the index beside an archive, or within it
CDX = "cdx"

# of a file: its name, its size, when it was written or a mark of what is in it
Stat = tuple[str, int, int | str]


@dataclass(frozen=True, slots=True)
class Job:
    """What all tasks of one run have in common.

    Attributes:
        out: the folder of the outputs.
        folder: where relative paths begin.
        format: of the outputs, one of `FORMATS`.
        edition: ids of the editions wanted, with commas.
        wire: the wire whose pages are wanted; None for that of `edition`, else Sputnik.
        max_bytes: a larger page is skipped.
        index: which records of archives are read: those that the CDX beside each lists (`cdx`), or
            a columnar index (its path); None for all.
        own_rules: files with rows of the user's own.
        rules: version of the rules, which every worker must have.
        code: version of what reads files, likewise.
        learnt: file of what a first pass has learnt (see `learn`).
        sample: of a first pass, how many pages of a site a task looks at.
        sign: write what `link` finds articles by, too.
    """

    out: str
    folder: str
    format: str
    edition: str | None
    wire: str | None
    max_bytes: int
    index: str | None
    own_rules: tuple[str, ...]
    rules: str
    code: str
    learnt: str | None = None
    sample: int = 0
    sign: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """What an output depends on besides its input, rules and code."""
        names = ("format", "edition", "wire", "max_bytes", "index", "sample")
        # its name is the digest of what is in it
        learnt = self.learnt and Path(self.learnt).name
        return {name: getattr(self, name) for name in names} | {"learnt": learnt}


@dataclass(frozen=True, slots=True)
class Task:
    """What gives one output.

    Attributes:
        name: of the output, without its suffix.
        input: the archive, or the folder of the pages, as it was named.
        paths: the files that it reads, in order.
        size: bytes of all of them.
        fingerprint: changes whenever a file does.
        archive: it is one of WARC or WACZ.
        index: the file that lists what is to be read, as `index.own` reads it; None for all.
        foreign: how many records that file left out.
        poison: addresses of pages that killed the process that read them -> how.
    """

    name: str
    input: str
    paths: tuple[str, ...]
    size: int
    fingerprint: str
    archive: bool = False
    index: str | None = None
    foreign: int = 0
    poison: dict[str, str] = field(default_factory=dict)


def job(
    out: str | os.PathLike[str],
    *,
    form: str,
    edition: str | None,
    wire: str | None,
    max_bytes: int,
    index: str | None = None,
    own_rules: Iterable[str] = (),
) -> Job:
    """Return a checked job.

    Raises:
        ArgumentError: no such format, wire or edition.
        RuleError: a file of rules cannot be used.
    """
    own_rules = tuple(own_rules)
    rules.add(own_rules)
    if form not in FORMATS:
        raise ArgumentError(f"format={form}: name one of {', '.join(FORMATS)}")
    if form == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise ArgumentError(
                "format=parquet needs pyarrow: pip install 'newswire[parquet]'"
            ) from None
    if index not in (None, CDX) and not glob(index):
        raise ArgumentError(
            f"index={index}: no such file (or `cdx`, for those beside the archives)"
        )
    editions().named(edition or "", wire)
    return Job(
        os.fspath(out), str(Path.cwd()), form, edition, wire, max_bytes, index, own_rules,
        rules_version(), code_version(),
    )  # fmt: skip


def all_rules(rules: str, learnt: str | None) -> str:
    """Return the version of rules that articles name: what was learnt is one of them."""
    return f"{rules}+{Path(learnt).stem[:8]}" if learnt else rules


def tasks(inputs: Iterable[str | os.PathLike[str]], index: str | None = None) -> list[Task]:
    """Return the tasks of `inputs` (files, folders, globs, `@list`), in order, none twice.

    `index` is as in `Job`: a task changes with what it reads.

    Raises:
        ReplayError: an input names no saved page.
    """
    found: dict[str, Task] = {}
    listed = _stats(sorted(map(Path, glob(index)))) if index not in (None, CDX) else []
    for each in inputs:
        spec = os.fspath(each)
        for task in _tasks(spec, replay.find(spec), None if index == CDX else listed):
            found.setdefault(task.name, task)
    return list(found.values())


def _tasks(spec: str, paths: Iterable[Path], index: list[Stat] | None) -> Iterator[Task]:
    """Yield a task for each archive, and one for the single pages of each folder.

    `index` are the files of a columnar index; None for what is beside each archive.

    Pages that were not found below a folder are those of the `spec` alone: the same folder asked
    for as a whole has another output.
    """
    whole = (place(spec) if is_remote(spec) else Path(spec).expanduser()).is_dir()
    pages: dict[Path, list[Path]] = {}
    for path in paths:
        if (named(path) or (path.is_file() and kind(path))) == "warc":
            indexes = _stats(beside(path)) if index is None else index
            yield replace(_task(path, [path], "", indexes), archive=True)
        else:
            pages.setdefault(path.parent, []).append(path)
    for folder, members in pages.items():
        yield _task(folder, members, "" if whole else spec)


def _task(what: Path, paths: list[Path], among: str, indexes: Sequence[Stat] = ()) -> Task:
    stats = [_stat(path) for path in paths]
    absolute = str(what) if is_remote(str(what)) else str(what.absolute().resolve())
    digest = hashlib.sha256(os.fsencode(absolute) + b"\0" + os.fsencode(among)).hexdigest()
    name = f"{_printable(PurePath(absolute).name or 'root')}-{digest[:8]}"
    files = [[path.name, *stat] for path, stat in zip(paths, stats, strict=True)]
    files += map(list, indexes)
    fingerprint = hashlib.sha256(json.dumps(files).encode()).hexdigest()
    size = sum(stat[0] for stat in stats)
    return Task(name, str(what), tuple(map(str, paths)), size, fingerprint)


def _stats(paths: Iterable[Path]) -> list[Stat]:
    return [(str(path), *_stat(path)) for path in paths]


def _stat(path: Path) -> tuple[int, int | str]:
    """Return the size of a file, and when it was written or a mark of what is in it."""
    try:
        stat = path.stat()
    except OSError:  # it says so when it is read
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _printable(name: str) -> str:
    """Return a name that any file system and shell takes.

    >>> _printable("CC-NEWS 2021*.warc.gz"), _printable("_manifest")
    ('CC-NEWS_2021_.warc.gz', 'manifest')
    """
    kept = "".join(c if c.isalnum() or c in ".-_" else "_" for c in name).lstrip("_.")
    return kept.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore") or "input"


def as_json(job: Job, task: Task) -> bytes:
    """Return a job and a task on one line, for another process."""
    return json.dumps([asdict(job), asdict(task)]).encode() + b"\n"


def from_json(line: bytes) -> tuple[Job, Task]:
    """Return what `as_json` wrote."""
    job, task = json.loads(line)
    job["own_rules"], task["paths"] = tuple(job["own_rules"]), tuple(task["paths"])
    return Job(**job), Task(**task)
