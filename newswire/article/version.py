"""Which code and rules read a page? Two readings of the same bytes under one version are equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable

from newswire import rules

# what an article depends on: folders of this package, and libraries
FOLDERS = ("article", "boilerplate", "dateline", "page", "rules", "text", "wires")
LIBRARIES = (
    *("chardet", "chompjs", "fastjsonschema", "jdatetime", "lxml", "py3langid", "trafilatura"),
    *("w3lib", "webencodings", "xxhash"),
)
# what else the files of a `scrapy reprocess` depend on
READERS = (
    *("archive", "bulk/learn.py", "bulk/process.py", "feeds/columns.py", "feeds/parquet.py"),
    *("api.py", "items.py"),
)
_KINDS = (".py", ".toml", ".gz", ".zip", ".json")


@cache
def rules_version() -> str:
    """Return the release and a digest of the code, rules and libraries that read pages.

    Rows of the user's own (`rules.add`) count, so it is asked for once they are there.

    >>> rules_version().partition("+")[0] == metadata.version("newswire")
    True
    """
    digest = _digest(FOLDERS)
    digest.update(_own_rows())
    release, *libraries = map(_release, ("newswire", *LIBRARIES))
    digest.update(" ".join(libraries).encode())
    return f"{release}+{digest.hexdigest()[:12]}"


@cache
def code_version() -> str:
    """Return the release and a digest of the code that finds pages in files, and writes articles.

    >>> code_version().partition("+")[0] == metadata.version("newswire")
    True
    """
    return f"{_release('newswire')}+{_digest(READERS).hexdigest()[:12]}"


@cache
def selection_version() -> str:
    """Return a digest of what decides which records of an archive are pages of a wire."""
    digest = _digest(("archive", "wires", "rules/editions.toml", "rules/cms.toml"))
    digest.update(_own_rows())
    return digest.hexdigest()[:12]


def _own_rows() -> bytes:
    return json.dumps(rules.own_rows(), sort_keys=True, default=str).encode()


def _digest(parts: Iterable[str]) -> hashlib._Hash:
    """Return the digest of files of this package, and of all files in folders of it."""
    digest = hashlib.sha256()
    for part in parts:
        for file in _files(files("newswire") / part):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest


def _release(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # run from a copy of the sources
        return "0"


def _files(folder: Traversable) -> list[Traversable]:
    if folder.is_file():
        return [folder]
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found += _files(entry)
        elif entry.name.endswith(_KINDS):
            found.append(entry)
    return found
