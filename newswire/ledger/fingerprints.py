"""How much of a text stands in another? Keys to find candidates by, and sets to compare exactly.

What is computed here is kept in ledgers, so it is frozen: whoever changes it gives `ALGORITHM` the
next number, and `scrapy ledger reindex` brings a ledger along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import xxhash

from newswire.article import hashing
from newswire.items import Relation
from newswire.text import folding

ALGORITHM = "1"
# A key that so many articles have is a template's or furniture's, and finds nothing more.
POSTINGS = 16
# Of the articles that share keys so many, those that share most, are compared.
CANDIDATES = 5

# Winnowing (Schleimer, Wilkerson, Aiken 2003) of grams of 8 words: of any 24 in a row one is a
# key. A flash stands in the beginning of the story that grows from it: there it is one of any 6.
GRAM, WINDOW, LEAD_WINDOW, LEAD = 8, 24, 6, 64
SHINGLE = 5
# In a script without blanks a character counts as a word, and a word has about one and a half.
GRAM_OF_CHARACTERS, SHINGLE_OF_CHARACTERS = 12, 8
# The first sentences are keys too: they find a flash that was set into another story.
SENTENCES, SENTENCE_WORDS = 3, 6
# A novel is compared by its first part, and found by its smallest keys.
WORDS, KEYS = 20_000, 1_000

# Exact Jaccard and containment of the sets of shingles from which on two texts are linked.
NEAR, CONTAINED = 0.7, 0.8
# A template of another day differs in its figures: in three of them at least (each is in five
# shingles), and in little else. One or two are a correction.
FIGURES, FIGURE_SHARE = 13, 0.75

# Thai, Lao, Burmese, Khmer, kana, Han
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_CHARACTER = re.compile(rf"[{_UNSPACED}]")
_PLANE = 0x10000  # characters of the basic multilingual plane
# what ends a sentence is no part of a word; one class in front is searched for at once
_END = re.compile(r"[.!?…؟۔।。！？\n](?:(?<=[。！？\n])|\s+)")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a text is found and compared by.

    Attributes:
        keys: signed 64-bit numbers, ascending, each once, at most 1,000; none for a text of less
            than a gram, which only its exact hash finds.
        shingles: the set of its shingles: unsigned 32-bit little-endian numbers, ascending. The
            lowest bit of each tells whether there is a figure in it.
    """

    keys: tuple[int, ...]
    shingles: bytes


def sign(body: str) -> Signature:
    """Return the signature of a body (paragraphs with blank lines between, no dateline).

    Case, blanks, punctuation and typography do not count, as in `content_hash`.
    """
    text = hashing.bare(body)
    words, gram, shingle = spaced(text), GRAM, SHINGLE
    if _CHARACTER.search(text):
        parts = _WORD.findall(text)[:WORDS]
        words = " ".join(parts)
        if 2 * sum(map(bool, map(_CHARACTER.match, parts))) > len(parts):
            gram, shingle = GRAM_OF_CHARACTERS, SHINGLE_OF_CHARACTERS
    elif words.count(" ") >= WORDS:
        words = " ".join(words.split(" ", WORDS)[:WORDS])
    if words.count(" ") < gram - 1:
        return Signature((), b"")
    runs = _Runs(words)
    grams = np.array([*map(xxhash.xxh3_64_intdigest, runs.of(gram))], "<u8")
    keys = {*_winnow(grams, WINDOW), *_winnow(grams[:LEAD], LEAD_WINDOW), *_sentences(body, words)}
    smallest = np.array(sorted(keys)[:KEYS], "<u8").view("<i8")
    hashes = np.array([*map(xxhash.xxh32_intdigest, runs.of(shingle))], "<u4")
    shingles = np.sort(hashes & ~np.uint32(1) | _slide(np.maximum, runs.figures(), shingle))
    once = np.concatenate(([True], shingles[1:] != shingles[:-1]))
    return Signature(tuple(np.sort(smallest).tolist()), shingles[once].tobytes())


def compare(new: bytes, old: bytes) -> tuple[Relation, float] | None:
    """Compare the shingles of a new text with those of an older one.

    Returns what the new one is to the older: `near` with their Jaccard index, `extends` or
    `excerpt_of` with the share of the shorter one that stands in the longer; or None.
    """
    one, two = np.frombuffer(new, "<u4"), np.frombuffer(old, "<u4")
    smaller = min(one, two, key=len)
    if not len(smaller):
        return None
    common = np.intersect1d(one, two, assume_unique=True)
    jaccard = len(common) / (len(one) + len(two) - len(common))
    contained = len(common) / len(smaller)
    if jaccard < NEAR and contained < CONTAINED:
        return None
    if _other_figures(np.setdiff1d(smaller, common, assume_unique=True)):
        return None
    if jaccard >= NEAR:
        return Relation.NEAR, jaccard
    return (Relation.EXTENDS if smaller is two else Relation.EXCERPT_OF), contained


def _other_figures(differing: np.ndarray) -> bool:
    return bool(
        len(differing) >= FIGURES and (differing & 1).sum() >= FIGURE_SHARE * len(differing)
    )


def spaced(text: str) -> str:
    """Return the words of a text (`\\w+`) with a blank between two.

    >>> spaced("елка — да.")
    'елка да'
    """
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    if letters.max(initial=0) >= _PLANE:
        return " ".join(re.findall(r"\w+", text))
    within = _of_words()[letters]
    kept = within.copy()
    kept[1:] |= within[:-1]  # one blank behind each word
    found: bytes = np.where(within, letters, np.uint32(ord(" ")))[kept].tobytes()
    return found.decode("utf-32-le").rstrip(" ")


@cache
def _of_words() -> np.ndarray:
    """Return for each character of the plane whether words are made of it."""
    found = np.zeros(_PLANE, bool)
    every = np.arange(_PLANE, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for run in re.finditer(r"\w+", every):
        found[run.start() : run.end()] = True
    return found


class _Runs:
    """The words of a text in one buffer, of which runs of any length are slices."""

    def __init__(self, words: str) -> None:
        self._text = words
        self._data = words.encode("utf-8", "replace")
        blanks = np.flatnonzero(np.frombuffer(self._data, "u1") == ord(" "))
        self._starts = [0, *(blanks + 1).tolist()]
        self._ends = [*blanks.tolist(), len(self._data)]

    def of(self, number: int) -> Iterator[bytes]:
        """Yield each run of so many words; a text of fewer words is one run."""
        ends = self._ends[number - 1 :] or self._ends[-1:]
        return map(self._data.__getitem__, map(slice, self._starts, ends))

    def figures(self) -> np.ndarray:
        """Return 1 for each word with a figure in it, else 0."""
        text = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), "<u4")
        figures = (text >= ord("0")) & (text <= ord("9"))
        # the first others are Arabic
        for other in set(text[text >= 0x660].tolist()):
            if chr(other).isdecimal():
                figures |= text == other
        starts = np.flatnonzero(text == ord(" ")) + 1
        return np.logical_or.reduceat(figures, [0, *starts.tolist()]).astype("<u4")


def _winnow(grams: np.ndarray, window: int) -> list[int]:
    found: list[int] = _slide(np.minimum, grams, window).tolist()
    return found


def _slide(better: np.ufunc, values: np.ndarray, window: int) -> np.ndarray:
    """Return the minimum or maximum of each `window` values in a row, or of all if they are fewer.

    Two runs that overlap or touch make a longer one, so a few steps do.
    """
    window, size = min(window, len(values)), 1
    while size < window:
        step = min(size, window - size)
        values = better(values[:-step], values[step:])
        size += step
    return values


def _sentences(body: str, every: str) -> list[int]:
    """Return the keys of the first long sentences; `every` are the words of the body."""
    # the beginning holds three sentences, whatever the size of the rest
    part, start, found = body[:5000], 0, list[int]()
    for end in chain(_END.finditer(part), (None,)):
        words = every  # of a body that is one sentence
        if end or start or len(body) > len(part):
            words = " ".join(
                _WORD.findall(folding.bare(part[start : end.start() if end else None]))
            )
        if words.count(" ") >= SENTENCE_WORDS - 1:
            found.append(xxhash.xxh3_64_intdigest(words.encode("utf-8", "replace"), seed=1))
        if len(found) == SENTENCES or not end:
            break
        start = end.end()
    return found
