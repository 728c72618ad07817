"""Provisional: fingerprints and shingles of a text."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import numpy

ALGORITHM = "0"
POSTINGS = 16
CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Signature:
    """Keys, and sorted uint32 shingles (LE)."""

    keys: tuple[int, ...]
    shingles: bytes


def sign(body: str) -> Signature:
    """Sign."""
    words = re.findall(r"\w+", body.casefold())
    hashes = sorted(
        {zlib.crc32(" ".join(words[n : n + 5]).encode()) for n in range(len(words) - 4)}
    )
    return Signature(
        tuple(h for h in hashes if h % 8 == 0)[:40], numpy.array(hashes, "<u4").tobytes()
    )


def compare(new: bytes, old: bytes) -> tuple[str, float] | None:
    """Compare."""
    one, two = numpy.frombuffer(new, "<u4"), numpy.frombuffer(old, "<u4")
    if not len(one) or not len(two):
        return None
    both = len(numpy.intersect1d(one, two, assume_unique=True))
    jaccard = both / (len(one) + len(two) - both)
    if jaccard >= 0.7:
        return "near", jaccard
    if both / len(two) >= 0.8:
        return "extends", both / len(two)
    if both / len(one) >= 0.8:
        return "excerpt_of", both / len(one)
    return None
