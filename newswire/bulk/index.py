"""Which records of an archive need reading? What an index lists, ours or another's.

Ours is written beside the outputs by the first reading of an archive, `_index/NAME.jsonl`, a line a
record that may hold a page of a wire:

    {"part": "", "offset": 1234, "length": 5678, "url": "https://…", "date": "2023-11-14T10:00:00Z"}

`part` is the WARC file in a WACZ. Archives with damages have none, nor those in which a gzip member
holds several records. It is used as long as neither the archive nor the choice of records changed.
Others are CDX (<https://iipc.github.io/warc-specifications/specifications/cdx-format/cdx-2015/>)
and CDXJ, beside an archive or within a WACZ.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from newswire.archive.http import GZIP
from newswire.archive.packed import ERRORS, source
from newswire.archive.pages import Found
from newswire.archive.warc import Record, Span
from newswire.errors import Reason, ReplayError, UnreadablePage
from newswire.page.model import PassedOver
from newswire.wires.urls import is_foreign

# besides the name of the archive, with or without its own endings
_ENDINGS = (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")
_IN_WACZ = "indexes/"
# the letters of a CDX legend: original URL, offset, length, file name
_LETTERS = {"a": "url", "V": "offset", "S": "length", "g": "filename"}


class Chosen(NamedTuple):
    """What is to be read: spans by WARC file in a WACZ (else ""), and how many were passed over."""

    spans: dict[str, list[Span]]
    foreign: int


class Writer:
    """Writes our own index of one archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        #: whether every record can be found by it
        self.whole = True
        #: records that were passed over by their header
        self.foreign = 0

    def add(self, part: str, record: Record) -> None:
        """Take a record that may hold a page."""
        if record.end is None:
            self.whole = False
            return
        line = {
            "part": part,
            "offset": record.place.offset,
            "length": record.end - record.place.offset,
            "url": record.headers.get("warc-target-uri", "").strip("<>"),
            "date": record.headers.get("warc-date", ""),
        }
        self._file.write(json.dumps(line).encode() + b"\n")

    def passed(self, page: Found) -> None:
        """Take what was found in a record: where something is damaged, all are read each time."""
        if isinstance(page, PassedOver):
            self.foreign += page.reason is Reason.FOREIGN
        elif isinstance(page, UnreadablePage):
            self.whole &= page.reason not in (Reason.DAMAGED, Reason.UNREADABLE)


def own(path: Path, foreign: int) -> Chosen:
    """Return what our own index lists; `foreign` is what its manifest says was passed over.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no index.
    """
    found: dict[str, list[Span]] = {}
    with path.open("rb") as file:
        for line in file:
            entry = json.loads(line)
            found.setdefault(entry["part"], []).append(Span(entry["offset"], entry["length"]))
    return Chosen(found, foreign)


def beside(path: Path) -> list[Path]:
    """Return the CDX and CDXJ files beside an archive; the archive itself if it is a WACZ."""
    if path.suffix.lower() == ".wacz":
        return [path]
    names = dict.fromkeys((path.name, path.name.removesuffix(".gz")))
    names |= dict.fromkeys([path.name.removesuffix(".gz").removesuffix(".warc")])
    near = [path.with_name(name + ending) for name in names for ending in _ENDINGS]
    return [each for each in near if each.is_file()][:1]


def others(path: Path) -> Chosen:
    """Return what the CDX or CDXJ beside an archive, or within a WACZ, lists.

    Raises:
        ReplayError: there is none, or it cannot be read.
    """
    if not (indexes := beside(path)):
        raise ReplayError("no CDX or CDXJ beside it")
    found: dict[str, dict[Span, None]] = {}
    foreign = 0
    for entry in _entries(indexes[0], path):
        if is_foreign(entry.get("url")):
            foreign += 1
            continue
        try:
            span = Span(int(entry["offset"]), int(entry["length"]))
        except (KeyError, ValueError):
            raise ReplayError(f"{indexes[0]}: a line without offset or length") from None
        found.setdefault(entry["filename"], {})[span] = None
    return Chosen({n: sorted(s, key=lambda x: x.offset) for n, s in found.items()}, foreign)


def _entries(index: Path, archive: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of an index that are of an archive, by the names that CDXJ has for fields.

    Of one that lists several archives, those whose `filename` it is. In a WACZ `filename` becomes
    the name of the member.
    """
    try:
        if index != archive:
            with index.open("rb") as file:
                for entry in _lines(file):
                    if entry.get("filename") is None or _base(entry["filename"]) == archive.name:
                        yield entry | {"filename": ""}
            return
        with zipfile.ZipFile(source(archive)) as wacz:
            members = {_base(name): name for name in wacz.namelist()}
            for name in sorted(wacz.namelist()):
                if name.startswith(_IN_WACZ) and name.lower().endswith(_ENDINGS):
                    with wacz.open(name) as member:
                        for entry in _lines(member):
                            inner = members.get(_base(entry.get("filename", "")), "")
                            yield entry | {"filename": inner}
    except (OSError, ValueError, zipfile.BadZipFile, *ERRORS) as error:
        raise ReplayError(f"{index}: not a CDX or CDXJ index: {error}") from None


def _base(name: str) -> str:
    return PurePosixPath(name).name


def _lines(file: Any) -> Iterator[dict[str, Any]]:
    """Yield the lines of an index, packed or not; `file` can peek."""
    with ExitStack() as stack:
        if file.peek(2)[:2] == GZIP:
            file = stack.enter_context(gzip.GzipFile(fileobj=file))
        legend: list[str] = []
        for line in file:
            if line.lstrip().startswith(b"CDX "):
                legend = line.decode("utf-8", "replace").split()[1:]
            elif not legend and not line.startswith(b"!") and (start := line.find(b"{")) >= 0:
                yield json.loads(line[start:])
            elif len(words := line.decode("utf-8", "replace").split()) == len(legend):
                named = zip(legend, words, strict=True)
                yield {_LETTERS[letter]: word for letter, word in named if letter in _LETTERS}
