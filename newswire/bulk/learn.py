"""What do the pages of each site have in common? A first pass, whose result the second reads by.

Its tasks are those of the second pass, done by the same engines into a folder of their own; each
looks at a sample of its pages. All samples together are one file, named by its digest, which is
among the options of the second pass: so its outputs depend on nothing but the inputs.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

import xxhash

from newswire.archive.remote import place
from newswire.article.assemble import look
from newswire.boilerplate.learnt import PAGES, Learnt, merge
from newswire.bulk.folder import Folder, Manifest
from newswire.bulk.tasks import Job
from newswire.dateline.house import STORIES, Forms
from newswire.page.model import Page

FORM = 1
# of the outputs of the first pass, and their folder in that of the second
LEARNT, FOLDER = "learnt", "_learnt"
# at least so many pages of a site from each task
LEAST = 16

# site -> number of a page -> what is known of it
Lines = dict[str, dict[int, bytes]]
Heads = dict[str, dict[int, str]]


class Common(NamedTuple):
    """What a second pass knows of sites: lines that pages show, and forms of datelines."""

    learnt: Learnt
    house: Forms


class Sample:
    """The sample of the pages of one task: of each host those whose addresses hash lowest.

    Of `n` pages about `number` * (1 + ln(n / number)) are read for it, and the rest not at all.

    Args:
        number: how many pages of a host.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        # host -> the largest first: hash with its sign turned
        self._kept: dict[str, list[int]] = {}
        self._pages: dict[tuple[str, int], tuple[Lines, Heads]] = {}

    def look(self, page: Page, wire: str, asked: frozenset[str]) -> None:
        """Look at a page, if it belongs to the sample so far.

        Raises:
            UnreadablePage: as for `assemble`.
        """
        host = _host(page.url)
        key = xxhash.xxh3_64_intdigest((page.url or page.source.sha256).encode("utf-8", "replace"))
        kept = self._kept.setdefault(host, [])
        if (host, key) in self._pages or (len(kept) == self._number and key > -kept[0]):
            return
        learnt, house = Learnt(), Forms()
        look(page, wire, learnt, house, asked)
        lines = {site: dict(pages) for site, pages in learnt.seen().items()}
        heads = {site: {key: form} for site, form in house.heads().items()}
        self._pages[host, key] = lines, heads
        if len(kept) < self._number:
            heapq.heappush(kept, -key)
        else:
            del self._pages[host, -heapq.heappushpop(kept, -key)]

    def write(self, file: BinaryIO) -> None:
        """Write what was learnt."""
        lines: Lines = {}
        heads: Heads = {}
        for own_lines, own_heads in self._pages.values():
            _add(lines, heads, own_lines, own_heads)
        file.write(_dump(lines, heads))


def first_job(job: Job, tasks: int) -> Job:
    """Return the job of the first pass over so many tasks.

    They look at twice the pages that are kept of a site, all together; rounded, so that one task
    more seldom makes all be done again.
    """
    number = max(LEAST, min(PAGES, 2 * PAGES // max(1, tasks)))
    sample = 1 << (number - 1).bit_length()
    out = str(place(job.out) / FOLDER)
    return replace(job, out=out, format=LEARNT, sample=sample, sign=False)


def second_job(job: Job, first: Folder, manifests: Iterable[Manifest]) -> Job:
    """Return the job of the second pass, after writing what all tasks of the first have learnt.

    Raises:
        OSError: it cannot be read or written.
    """
    lines: Lines = {}
    heads: Heads = {}
    for manifest in manifests:
        _add(lines, heads, *_load(first.output(manifest).read_bytes()))
    data = _dump(lines, heads)
    path = first.path / f"{hashlib.sha256(data).hexdigest()[:16]}.json"
    for old in first.path.glob("*.json"):
        if old != path:
            old.unlink()
    if not path.is_file():
        with first.whole(path) as file:
            file.write(data)
    return replace(job, learnt=str(path))


@lru_cache(1)
def common(path: str) -> Common:
    """Return what a file of the first pass says.

    Raises:
        OSError: it cannot be read.
    """
    lines, heads = _load(place(path).read_bytes())
    counts = {
        site: Counter({STORIES: len(pages)}) + Counter(filter(None, pages.values()))
        for site, pages in heads.items()
    }
    return Common(Learnt(lines), Forms(counts, fixed=True))


def _add(lines: Lines, heads: Heads, more: Lines, others: Heads) -> None:
    """Add a sample to another, in any order."""
    for site, pages in more.items():
        merge(lines.setdefault(site, {}), pages)
    for site, stories in others.items():
        kept = heads.setdefault(site, {})
        kept |= {key: min(form, kept.get(key, form)) for key, form in stories.items()}
        for key in sorted(kept)[PAGES:]:
            del kept[key]


def _dump(lines: Lines, heads: Heads) -> bytes:
    packed = {
        site: {str(page): base64.b64encode(data).decode() for page, data in sorted(pages.items())}
        for site, pages in lines.items()
    }
    whole: dict[str, Any] = {"form": FORM, "lines": packed, "heads": heads}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=0).encode() + b"\n"


def _load(data: bytes) -> tuple[Lines, Heads]:
    whole = json.loads(data)
    lines = {
        site: {int(page): base64.b64decode(packed) for page, packed in pages.items()}
        for site, pages in whole["lines"].items()
    }
    heads = {
        site: {int(key): form for key, form in forms.items()}
        for site, forms in whole["heads"].items()
    }
    return lines, heads


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
