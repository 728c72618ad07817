"""Which outputs are there, and which of them are finished? One folder, its manifests beside it.

NAME.jsonl, NAME.parquet    the articles of a task, whole: renamed when they are on the disk
_index/NAME.jsonl           which records of an archive may be pages of a wire: see `index`
_manifest/NAME.json         what they were made of and how; written last
_tmp/NAME.OWNER.part        not finished
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from newswire.archive.remote import Remote, is_remote, place
from newswire.article.version import selection_version
from newswire.bulk.tasks import Job, Task
from newswire.errors import FeedError
from newswire.ledger.process import identity, is_dead

FORM = 1
# seconds without a write after which a file of another machine is a dead worker's
ABANDONED = 24 * 3600

Manifest = dict[str, Any]


class Folder:
    """The folder of the outputs of one or many runs."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = place(os.fspath(path))
        self._remote = is_remote(os.fspath(path))

    def prepare(self) -> None:
        """Make the folder, and delete what dead workers left unfinished.

        Raises:
            FeedError: it cannot be written to.
        """
        try:
            for name in ("", "_index", "_manifest", "_tmp"):
                folder = self.path / name
                folder.mkdir(parents=True, exist_ok=True)
            if self._remote:
                self._try()
                return
            for path in (self.path / "_tmp").iterdir():
                if _is_abandoned(path):
                    path.unlink(missing_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(0, "not writable")
        except Exception as error:  # each storage has errors of its own
            if not (self._remote or isinstance(error, OSError)):
                raise
            said = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise FeedError(f"out={self.path}: {said}") from None

    def _try(self) -> None:
        """Write and delete an object."""
        name = f"{_owner()}.part"
        with self.part(name) as file:
            self._place(file, self.path / "_tmp" / name)
        (self.path / "_tmp" / name).unlink()

    def finished(self, job: Job, task: Task) -> Manifest | None:
        """Return the manifest of a task that was done as it would be done now."""
        manifest = self.manifest(task.name)
        asked = {
            "fingerprint": task.fingerprint,
            "rules": job.rules,
            "code": job.code,
            "options": job.options,
        }
        if manifest and all(manifest.get(name) == value for name, value in asked.items()):
            return manifest
        return None

    def manifest(self, name: str) -> Manifest | None:
        """Return the manifest of an output that is there and whole."""
        try:
            manifest = self._read(name)
            whole = bool(manifest) and self.output(manifest).stat().st_size == manifest["bytes"]
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return manifest if whole else None

    def _read(self, name: str) -> Manifest:
        """Return a manifest, whatever became of its output; an empty one if there is none."""
        try:
            manifest = json.loads((self.path / "_manifest" / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return {}
        known = isinstance(manifest, dict) and manifest.get("form") == FORM
        return manifest if known else {}

    def indexed(self, task: Task) -> Task:
        """Return an archive's task, with our own index of it if there is one that still holds."""
        manifest, path = self._read(task.name), self.index(task.name)
        index = manifest.get("index") or {}
        try:
            same = (
                index["selection"] == selection_version() and index["bytes"] == path.stat().st_size
            )
            if same and manifest["fingerprint"] == task.fingerprint:
                return replace(task, index=str(path), foreign=index["foreign"])
        except (OSError, KeyError, TypeError):
            pass
        return task

    def index(self, name: str) -> Path:
        """Return where our own index of an archive is."""
        return self.path / "_index" / f"{name}.jsonl"

    def manifests(self) -> list[Manifest]:
        """Return the manifests of all outputs that are whole, in the order of their names."""
        names = sorted(path.stem for path in (self.path / "_manifest").glob("*.json"))
        return [manifest for name in names if (manifest := self.manifest(name))]

    def output(self, manifest: Manifest) -> Path:
        """Return where the articles are that a manifest tells of."""
        return self.path / Path(manifest["output"]).name

    @contextmanager
    def part(self, name: str) -> Iterator[BinaryIO]:
        """Open an unfinished output; it is gone after an error.

        Raises:
            OSError: it cannot be written.
        """
        if self._remote:
            with tempfile.NamedTemporaryFile(prefix="newswire-") as local:
                yield cast(BinaryIO, local)
            return
        path = self.path / "_tmp" / f"{name}.{_owner()}.part"
        try:
            with path.open("w+b") as file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def whole(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file that is at `path` when it is whole and on the disk, and else not.

        Raises:
            OSError: it cannot be written.
        """
        with self.part(path.name) as file:
            yield file
            self._place(file, path)

    def _place(self, file: BinaryIO, path: Path) -> None:
        """Put a finished file in its place, at once: by renaming, or as one object."""
        file.flush()
        if isinstance(path, Remote):
            path.upload(Path(file.name))
            return
        os.fsync(file.fileno())
        Path(file.name).replace(path)
        _sync(path.parent)

    def keep_index(self, file: BinaryIO, name: str, foreign: int) -> dict[str, Any]:
        """Put a finished index in its place; return what the manifest says of it."""
        file.flush()
        number = os.fstat(file.fileno()).st_size
        self._place(file, self.index(name))
        return {"selection": selection_version(), "foreign": foreign, "bytes": number}

    def commit(self, file: BinaryIO, output: str, manifest: Manifest) -> Manifest:
        """Put a finished output in its place, then its manifest; return that, completed.

        Raises:
            OSError: no space, or no right, to do so.
        """
        before = self.manifest(Path(output).stem)
        file.flush()
        with Path(file.name).open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        manifest |= {"output": output, "bytes": os.fstat(file.fileno()).st_size, "sha256": digest}
        path = self.path / "_manifest" / f"{Path(output).stem}.json"
        # an output of a run that died here has no manifest, and not that of the run before
        path.unlink(missing_ok=True)
        if not self._remote:
            _sync(path.parent)
        self._place(file, self.path / output)
        with self.whole(path) as text:
            text.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
        if before and before["output"] != output:  # in another format
            self.output(before).unlink(missing_ok=True)
        return manifest


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _owner() -> str:
    """Return the name of this process as part of a file name: machine, pid, start."""
    machine, pid, started = identity().rsplit(" ", 2)
    return f"{_short(machine)}-{pid}-{started}"


def _short(machine: str) -> str:
    return hashlib.sha256(machine.encode()).hexdigest()[:12]


def _is_abandoned(path: Path) -> bool:
    """Return True if nobody will finish a file: its process is dead, or it is very old."""
    machine = identity().rsplit(" ", 2)[0]
    short, _, rest = path.stem.rpartition(".")[2].partition("-")
    pid, _, started = rest.partition("-")
    if short == _short(machine) and pid.isdigit():
        return is_dead(f"{machine} {pid} {started}")
    try:
        return path.stat().st_mtime < time.time() - ABANDONED
    except FileNotFoundError:  # just finished
        return False
