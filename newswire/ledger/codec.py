"""How is an article kept in a ledger, and how is one read that an older newswire kept?

An item is compressed JSON of some version of the contract, and its row says which. `UPGRADES` holds
one function a version, from the JSON object of that version to that of the next. A field that is
renamed, removed or means something else makes a new version; so does one that is added, so that
an older newswire refuses what it would drop.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable
from typing import Any

from newswire.items import Article

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Item = dict[str, Any]
VERSION = 3
# the first that is packed by Zstandard; those before are by zlib
_ZSTD = 3


def _from_1(item: Item) -> Item:
    """Nobody knows which rules read it."""
    if item["source"]:
        item["source"]["rules"] = None
    return item


def _from_2(item: Item) -> Item:
    """It is only packed otherwise."""
    return item


UPGRADES: dict[int, Callable[[Item], Item]] = {1: _from_1, 2: _from_2}

# level 1: half the size for 20 µs, where zlib takes 70
_packer = zstd.ZstdCompressor(level=1)


def encode(article: Article) -> bytes:
    """Return the bytes to keep, of this version."""
    return _packer.compress(article.to_json(), _packer.FLUSH_FRAME)


def decode(data: bytes, version: int) -> Article:
    """Return the article in bytes of that version."""
    text = zstd.decompress(data) if version >= _ZSTD else zlib.decompress(data)
    if version == VERSION:
        return Article.from_json(text)
    item: Item = json.loads(text.decode("utf-8", "surrogatepass"))
    for step in range(version, VERSION):
        item = UPGRADES[step](item)
    return Article.from_json(json.dumps(item).encode())
