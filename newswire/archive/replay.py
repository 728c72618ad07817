"""Which saved pages does a path name, and what is in them?"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import overload

from newswire.archive import mhtml
from newswire.archive.http import inflate, too_large
from newswire.archive.kinds import BESIDE, HEAD, NAMES, REFUSED, kind, kind_by, named
from newswire.archive.packed import ERRORS, opened, packing
from newswire.archive.pages import Archives, Found, Seen, Spans, Wanted
from newswire.archive.remote import Remote, is_remote, place
from newswire.errors import ConfigError, Reason, ReplayError, UnreadablePage
from newswire.items import Source
from newswire.page.model import Page


class Paths(Sequence[Path]):
    """Paths, each once, in order, held as their names: in a tenth of the memory."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, at: int) -> Path: ...

    @overload
    def __getitem__(self, at: slice) -> Paths: ...

    def __getitem__(self, at: int | slice) -> Path | Paths:
        return Paths(self._names[at]) if isinstance(at, slice) else place(self._names[at])


def find(spec: str) -> Paths:
    """Return the saved pages that `spec` names, in a fixed order.

    `spec` is a file, a folder (with all below it), a glob pattern, or `@file` with one of these a
    line (blank lines and `#` comments are skipped). A file named by itself is taken whatever it
    is; from a folder come those whose name or content is of a kind that is read, or refused. A path
    listed in `@file` that does not exist stays in the answer, so that the crawl can say so and go
    on.

    Raises:
        ReplayError: nothing there.
    """
    if not spec.strip():
        raise ReplayError("an empty path: name a file, a folder, a glob or @list")
    found = Paths(_find(spec))
    if not found:
        raise ReplayError(f"{spec}: no saved page there (looked for {', '.join(sorted(NAMES))})")
    return found


def _find(spec: str) -> Iterator[str]:
    if spec.startswith("@"):
        try:
            listed = Path(spec[1:]).read_text("utf-8-sig").splitlines()
        except (OSError, ValueError) as error:
            raise ReplayError(f"{spec}: cannot read the list: {error}") from None
        for line in listed:
            entry = line.strip()
            if entry and not entry.startswith("#"):
                yield from _expand(entry) or [str(place(entry))]
        return
    if not (paths := _expand(spec)) and not glob.has_magic(spec):
        raise ReplayError(f"{spec}: no such file or folder, or no saved page in it")
    yield from paths


def _expand(spec: str) -> list[str]:
    if is_remote(spec):
        return _stored(spec)
    path = Path(spec).expanduser()
    if path.is_dir():
        return _below(path)
    if os.path.lexists(path):
        return [str(path)]
    matches = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    return [name for m in matches for name in (_below(m) if m.is_dir() else [str(m)])]


def _stored(spec: str) -> list[str]:
    """Return the saved pages of an object storage that a name, a folder or a glob means.

    Raises:
        ReplayError: it cannot be reached.
    """
    try:
        there = Remote(spec)
        if there.is_file():
            return [spec]
        found = [place(str(each)) for each in there.files()]
    except ConfigError:
        raise
    except Exception as error:  # each storage has errors of its own
        raise ReplayError(f"{spec}: {str(error) or type(error).__name__}") from None
    return [str(path) for path in found if named(path)]


def _below(folder: Path) -> list[str]:
    """Return the saved pages below `folder`, sorted; hidden files and folders are left out."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            os.path.join(base, name)  # noqa: PTH118  a Path takes five times the memory
            for name in sorted(names)
            if not name.startswith(".") and _is_read(Path(base, name))
        ]
    return sorted(found)


def _is_read(path: Path) -> bool:
    return named(path) is not None or (path.is_file() and kind(path) not in (None, *BESIDE))


class Reader:
    """Reads the saved pages of one replay, file by file."""

    def __init__(
        self,
        max_bytes: int,
        wanted: Wanted = lambda address: True,
        seen: Seen = lambda part, record: None,
    ) -> None:
        """Args are as for `Archives`."""
        self._max_bytes = max_bytes
        self._archives = Archives(max_bytes, wanted, seen)

    def pages(self, path: Path, spans: Spans | None = None) -> Iterator[Found]:
        """Yield the saved pages in the file at `path`: one, or those of an archive as it is read.

        What cannot be used is yielded as an error with its address: a file missing or empty, a page
        damaged or too large, an archive of a kind that is not read here. With `spans` only those
        parts of an archive are read.
        """
        uri = _uri(path)
        try:
            what, body = _read(path, self._max_bytes)
            if what == "warc":
                yield from self._archives.pages(path, uri, spans)
            else:
                yield _page(what, body, uri)
        except OSError as error:
            yield UnreadablePage(Reason.UNREADABLE, error.strerror or str(error), uri)
        except UnreadablePage as error:
            yield UnreadablePage(error.reason, str(error), uri)

    def late(self) -> Iterator[Found]:
        """Yield what could be read only once all files were."""
        return self._archives.late()

    def close(self) -> None:
        """Close the files."""
        self._archives.close()


def pages(path: Path, max_bytes: int) -> Iterator[Found]:
    """Yield the saved pages in the file at `path`, as `Reader` does for a replay of it alone."""
    with closing(Reader(max_bytes)) as reader:
        yield from reader.pages(path)
        yield from reader.late()


def _page(what: str, body: bytes, uri: str) -> Page:
    url = content_type = None
    digest = hashlib.sha256(body).hexdigest()
    if what == "mhtml":
        body, url, content_type = mhtml.read(body)
        what = "html"
    return Page(body, Source(what, uri, None, digest), url, content_type)


def _read(path: Path, max_bytes: int) -> tuple[str, bytes]:
    """Return the kind of a file, and what is in it; of a web archive, nothing.

    Raises:
        OSError: it cannot be read.
        UnreadablePage: there is nothing in it that can be used.
    """
    if not path.is_file() and path.exists():
        raise UnreadablePage(Reason.UNREADABLE, "not a regular file")
    if (told := named(path)) == "warc":
        if not path.stat().st_size:
            raise UnreadablePage(Reason.EMPTY, "empty file")
        return told, b""
    try:
        with opened(path) as file:
            head = file.read(min(HEAD, max_bytes + 1))
            what = kind_by(head, told) or "text"
            if what == "warc":
                return what, b""
            if what in REFUSED:
                raise UnreadablePage(Reason.FORMAT, REFUSED[what])
            body = head + file.read(max_bytes + 1 - len(head))
    except ERRORS as error:
        raise UnreadablePage(Reason.DAMAGED, f"damaged file ({error or 'cut'})") from None
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    if packing(body) == "gzip":
        body = inflate(body, "gzip", max_bytes)
    if not body.strip():
        raise UnreadablePage(Reason.EMPTY, "empty file")
    return what, body


def _uri(path: Path) -> str:
    # a file name may hold bytes that are no UTF-8, which no feed can write
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
