"""Which saved pages does a path name, and what is in them?"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from newswire.archive import pages as archive
from newswire.archive.http import GZIP, inflate, too_large
from newswire.errors import Reason, ReplayError, UnreadablePage
from newswire.items import Source
from newswire.page.model import Page, PassedOver

# by file name ending, each also with .gz; what else lies in a folder is passed over
KINDS = {".txt": "text", ".html": "html", ".htm": "html", ".warc": "warc", ".wacz": "warc"}


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
            if not name.startswith(".") and _kind(Path(name))
        ]
    return sorted(found, key=lambda path: path.as_posix())


def _kind(path: Path) -> str | None:
    if path.suffix.lower() == ".gz":
        path = path.with_suffix("")
    return KINDS.get(path.suffix.lower())


def pages(path: Path, max_bytes: int) -> Iterator[Page | UnreadablePage | PassedOver]:
    """Yield the saved pages in the file at `path`: one, or those of an archive as it is read.

    What cannot be used is yielded as an error with its address: a file missing or empty, a page
    damaged or larger than `max_bytes`.
    """
    uri = _uri(path)
    kind = _kind(path) or "text"
    try:
        if path.exists() and not path.is_file():
            raise UnreadablePage(Reason.UNREADABLE, "not a regular file")
        if not path.stat().st_size:
            raise UnreadablePage(Reason.EMPTY, "empty file")
        if kind == "warc":
            yield from archive.pages(path, uri, max_bytes)
            return
        body = _read(path, max_bytes)
    except OSError as error:
        yield UnreadablePage(Reason.UNREADABLE, error.strerror or str(error), uri)
    except UnreadablePage as error:
        yield UnreadablePage(error.reason, str(error), uri)
    else:
        yield Page(body, Source(kind, uri, None, hashlib.sha256(body).hexdigest()))


def _read(path: Path, max_bytes: int) -> bytes:
    with path.open("rb") as file:
        body = file.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    if body.startswith(GZIP):
        body = inflate(body, "gzip", max_bytes)
    if not body.strip():
        raise UnreadablePage(Reason.EMPTY, "empty file")
    return body


def _uri(path: Path) -> str:
    # a file name may hold bytes that are no UTF-8, which no feed can write
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
