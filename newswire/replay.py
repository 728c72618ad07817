"""Which saved pages does a path name, and what is in them?"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from newswire.items import Source
from newswire.page import Page, UnreadableError

# by file name ending; what else lies in a folder is passed over
KINDS = {".txt": "text", ".html": "html", ".htm": "html"}


class ReplayError(ValueError):
    """The path of a replay names nothing that can be read: said before the crawl starts."""


def find(spec: str) -> list[Path]:
    """Return the saved pages that `spec` names, in a fixed order.

    `spec` is a file, a folder (with all below it), a glob pattern, or `@file` with one of these a
    line (blank lines and `#` comments are skipped). A file named by itself is taken whatever its
    ending; from a folder or glob come the kinds of `KINDS`. A path listed in `@file` that does not
    exist stays in the answer, so that the crawl can say so and go on.

    Raises:
        ReplayError: nothing there.
    """
    found = list(dict.fromkeys(_find(spec)))
    if not found:
        raise ReplayError(
            f"replay={spec}: no saved page there (looked for {', '.join(sorted(KINDS))})"
        )
    return found


def _find(spec: str) -> Iterator[Path]:
    if spec.startswith("@"):
        try:
            listed = Path(spec[1:]).read_text("utf-8-sig").splitlines()
        except (OSError, ValueError) as error:
            raise ReplayError(f"replay={spec}: cannot read the list: {error}") from None
        for line in listed:
            entry = line.strip()
            if entry and not entry.startswith("#"):
                yield from _expand(entry) or [Path(entry)]
        return
    if not (paths := _expand(spec)) and not glob.has_magic(spec):
        raise ReplayError(f"replay={spec}: no such file or folder, or no saved page in it")
    yield from paths


def _expand(spec: str) -> list[Path]:
    path = Path(spec).expanduser()
    if path.is_dir():
        return _below(path)
    if os.path.lexists(path):
        return [path]
    matches = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    return [p for m in matches for p in (_below(m) if m.is_dir() else [m])]


def _below(folder: Path) -> list[Path]:
    """Return the saved pages below `folder`, sorted; hidden files and folders are left out."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(base, name)
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() in KINDS
        ]
    return sorted(found, key=lambda path: path.as_posix())


def read(path: Path, max_bytes: int) -> Page:
    """Return the saved page at `path`.

    Raises:
        UnreadableError: missing, not a file, not to be read, empty or larger than `max_bytes`.
    """
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError("unreadable", "not a regular file")
        with path.open("rb") as file:
            body = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableError("unreadable", error.strerror or str(error)) from None
    if len(body) > max_bytes:
        raise UnreadableError("too-large", f"larger than {max_bytes} bytes (DOWNLOAD_MAXSIZE)")
    if not body.strip():
        raise UnreadableError("empty", "empty file")
    kind = KINDS.get(path.suffix.lower(), "text")
    digest = hashlib.sha256(body).hexdigest()
    return Page(body, Source(kind, _uri(path), None, digest))


def _uri(path: Path) -> str:
    # a file name may hold bytes that are no UTF-8, which no feed can write
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
