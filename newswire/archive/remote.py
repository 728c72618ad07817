"""How is a file of an object storage read and written? As a `Path`, by fsspec: `s3://bucket/name`.

Only what archives and outputs need of `pathlib` is here. An object is whole or not there; its
folder is a part of its name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import cache
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any, BinaryIO, cast

from newswire.errors import ArgumentError

# bytes asked for at once where a file is read from its beginning to its end
_BLOCK = 2**23


def is_remote(name: str) -> bool:
    """Return True if `name` is the address of an object, not a path of this machine.

    >>> is_remote("s3://bucket/a.warc.gz"), is_remote("/archives/a.warc.gz")
    (True, False)
    """
    return "://" in name


def place(name: str, *, sparse: bool = False) -> Path:
    """Return the file that `name` is the path or address of.

    Args:
        name: a path, or an address that fsspec knows.
        sparse: little of it will be read: nothing is fetched that is not asked for.

    Raises:
        ArgumentError: fsspec, or what it needs for this kind of address, is not installed.
    """
    return cast(Path, Remote(name, sparse=sparse)) if is_remote(name) else Path(name)


@contextmanager
def local(path: Path) -> Iterator[Path]:
    """Give a file of this machine: the file itself, or a copy under its name while it is used.

    Raises:
        OSError: it cannot be read, or there is no space.
    """
    if not isinstance(path, Remote):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="newswire-") as folder:
        yield path.download(Path(folder))


class Remote:
    """A file, or a folder, of an object storage; arguments as for `place`."""

    def __init__(self, name: str, *, sparse: bool = False) -> None:
        self._scheme, _, rest = name.partition("://")
        self._path = PurePosixPath(rest)
        self._sparse = sparse
        self._fs = _system(self._scheme)

    def __str__(self) -> str:
        return f"{self._scheme}://{self._path}"

    def __truediv__(self, name: str) -> Remote:
        return self._of(self._path / name)

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self._path.name

    @property
    def stem(self) -> str:
        """The last part without its last ending."""
        return self._path.stem

    @property
    def suffix(self) -> str:
        """The last ending."""
        return self._path.suffix

    @property
    def parent(self) -> Remote:
        """The folder."""
        return self._of(self._path.parent)

    def with_name(self, name: str) -> Remote:
        """Return another file of the folder."""
        return self._of(self._path.with_name(name))

    def with_suffix(self, suffix: str) -> Remote:
        """Return the file with another last ending."""
        return self._of(self._path.with_suffix(suffix))

    def as_posix(self) -> str:
        """Return its address."""
        return str(self)

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open it for reading."""
        how = {"cache_type": "none"} if self._sparse else {"cache_type": "readahead"}
        return cast(BinaryIO, self._fs.open(str(self._path), mode, block_size=_BLOCK, **how))

    def read_bytes(self) -> bytes:
        """Return what is in it."""
        return bytes(self._fs.cat_file(str(self._path)))

    def exists(self) -> bool:
        """Return True if it is there."""
        return bool(self._fs.exists(str(self._path)))

    def is_file(self) -> bool:
        """Return True if it is an object."""
        return bool(self._fs.isfile(str(self._path)))

    def is_dir(self) -> bool:
        """Return True if objects have names that begin with its."""
        return bool(self._fs.isdir(str(self._path)))

    def stat(self) -> Any:
        """Return its size in bytes, and a mark that changes with what is in it.

        Raises:
            FileNotFoundError: it is not there.
        """
        info = self._fs.info(str(self._path))
        mark = info.get("ETag") or info.get("LastModified") or info.get("mtime")
        return SimpleNamespace(st_size=info["size"], st_mtime_ns=str(mark))

    def files(self) -> Iterator[Remote]:
        """Yield all files below a folder, or that match it as a glob, sorted by name."""
        name = str(self._path)
        found = self._fs.glob(name) if any(c in name for c in "*?[") else self._fs.find(name)
        for each in sorted(found):
            yield self._of(PurePosixPath(each))

    def glob(self, pattern: str) -> Iterator[Remote]:
        """Yield the files of a folder whose names match."""
        yield from (each for each in self._inside() if fnmatch(each.name, pattern))

    def iterdir(self) -> Iterator[Remote]:
        """Yield the files of a folder."""
        yield from self._inside()

    def mkdir(self, *, parents: bool = False, exist_ok: bool = False) -> None:
        """Do nothing: a folder is there when a file is."""

    def unlink(self, *, missing_ok: bool = False) -> None:
        """Delete it."""
        try:
            self._fs.rm_file(str(self._path))
        except FileNotFoundError:
            if not missing_ok:
                raise

    def download(self, folder: Path) -> Path:
        """Copy it into a folder of this machine; return where it is."""
        to = folder / self.name
        self._fs.get_file(str(self._path), str(to))
        return to

    def upload(self, local: Path) -> None:
        """Put a file of this machine there, whole or not at all."""
        self._fs.put_file(str(local), str(self._path))

    def _inside(self) -> Iterator[Remote]:
        self._fs.invalidate_cache()
        try:
            names = self._fs.ls(str(self._path), detail=False)
        except FileNotFoundError:
            return
        yield from (self._of(PurePosixPath(name)) for name in sorted(names))

    def _of(self, path: PurePosixPath) -> Remote:
        return Remote(f"{self._scheme}://{path}", sparse=self._sparse)


@cache
def _system(scheme: str) -> Any:
    try:
        import fsspec

        # what others write is seen
        return fsspec.filesystem(scheme, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        hint = "pip install 'newswire[s3]'" if scheme == "s3" else str(error)
        raise ArgumentError(f"{scheme}://: {hint}") from None
