"""How is a packed file unpacked as it is read? By its first bytes, not by its name."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from newswire.archive.http import GZIP, zstd

inflating: Any = zlib
with suppress(ImportError):  # an extra: half the time
    from isal import isal_zlib as inflating

_ZSTD = b"\x28\xb5\x2f\xfd"
# the frame that holds the dictionary of a .warc.zst
# (<https://iipc.github.io/warc-specifications/specifications/warc-zstd/>)
_DICTIONARY = b"\x5d\x2a\x4d\x18"
MAX_DICTIONARY = 2**24
# what inflates a gzip member, and what that raises for damaged data
INFLATE_ERRORS: tuple[type[Exception], ...] = (zlib.error, inflating.error)
# what unpacking raises for damaged data
ERRORS = (zlib.error, zstd.ZstdError, lzma.LZMAError, EOFError)


def inflater() -> Any:
    """Return an object that unpacks one gzip member as `zlib.decompressobj(31)` does."""
    return inflating.decompressobj(31)


def packing(head: bytes) -> str | None:
    """Return how a file is packed that begins with `head`, None if it is not."""
    for name, magics in (
        ("gzip", (GZIP,)),
        ("zstd", (_ZSTD, _DICTIONARY)),
        ("bzip2", (b"BZh",)),
        ("xz", (b"\xfd7zXZ\0",)),
    ):
        if head.startswith(magics):
            return name
    return None


def source(path: Path) -> Any:
    """Return what libraries open: the path, or the file where it is one of an object storage."""
    return path if isinstance(path, Path) else path.open("rb")


def opened(path: Path) -> BinaryIO:
    """Return a seekable file of the unpacked bytes of `path`; a gzip file as it is."""
    with ExitStack() as opening:
        file = opening.enter_context(path.open("rb"))
        head = file.read(8)
        how = packing(head)
        if how in (None, "gzip"):
            file.seek(0)
            opening.pop_all()
            return cast(BinaryIO, file)
        if how == "zstd":
            words = None
            if head.startswith(_DICTIONARY):
                size = struct.unpack("<I", head[4:])[0]
                data = file.read(min(size, MAX_DICTIONARY))
                if data.startswith(_ZSTD):
                    data = zstd.decompress(data)
                words = zstd.ZstdDict(data)
            return cast(BinaryIO, zstd.ZstdFile(source(path), zstd_dict=words))
    if how == "bzip2":
        return cast(BinaryIO, bz2.open(source(path)))
    return cast(BinaryIO, lzma.open(source(path)))
