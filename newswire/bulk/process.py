"""How is one task done? Files in, one output and its manifest out; no engine is known here."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import BinaryIO

from newswire.api import Skipped, judge, wire_of
from newswire.archive import replay
from newswire.archive.pages import Found
from newswire.archive.remote import place
from newswire.bulk import learn
from newswire.bulk.folder import FORM, Folder, Manifest
from newswire.bulk.index import Chosen, Writer, others, own
from newswire.bulk.link import sign
from newswire.bulk.tasks import CDX, Job, Task, all_rules
from newswire.errors import Reason
from newswire.feeds.columns import whole
from newswire.items import Article, plain
from newswire.page.model import Page, PassedOver
from newswire.wires.editions import editions
from newswire.wires.urls import is_foreign

# what was lost without any rule saying that it is no article
LOST = frozenset(
    {
        *(Reason.DAMAGED, Reason.UNREADABLE, Reason.FORMAT),
        *(Reason.TOO_SLOW, Reason.INVALID, Reason.FAILED),
    }
)
# a manifest names so many of them
NAMED = 100
# seconds between two reports
_PAUSE = 0.5
_OFFSET = re.compile(r"#(\d+)(?:\+\d+)?$")

# told of pages and articles so far, and of about how many bytes of the input were read
Tell = Callable[[dict[str, int]], None]


def process(
    job: Job,
    task: Task,
    tell: Tell = lambda counts: None,
    at: Callable[[str], None] = lambda uri: None,
) -> Manifest:
    """Do a task, and return the manifest of its output.

    The output follows from the files, rules, code and options alone. Revisits are read where their
    page is in the same task, and counted where it is not.

    Args:
        job: what it has in common with others.
        task: what to read.
        tell: told of the counts now and then.
        at: told the address of each page before it is read.

    Raises:
        OSError: the output cannot be written.
    """
    start = time.process_time()
    folder, output = Folder(job.out), f"{task.name}.{job.format}"
    with folder.part(output) as file, folder.part(f"{task.name}.index") as listed:
        done, index, chosen = _Done(task), Writer(listed), _chosen(job, task)
        pages = _pages(task, job.max_bytes, chosen, index)
        if job.sample:
            _learn(job, task, pages, done, file, tell, at)
        else:
            with _sink(job.format, file) as put:
                for found in _found(job, task, pages, at):
                    if isinstance(found, Article):
                        put(found)
                    done.count(found, tell)
        if chosen and chosen.foreign:
            done.counts[Reason.FOREIGN.stat] += chosen.foreign
        manifest: Manifest = {
            "form": FORM,
            "input": task.input,
            "files": len(task.paths),
            "fingerprint": task.fingerprint,
            "rules": job.rules,
            "code": job.code,
            "options": job.options,
            "articles": done.articles,
            "counts": dict(sorted(done.counts.items())),
            "lost": done.lost,
            "index": None,
            "cpu_seconds": round(time.process_time() - start, 3),
        }
        if task.archive and job.index is None and index.whole:
            foreign = chosen.foreign if chosen else index.foreign
            manifest["index"] = folder.keep_index(listed, task.name, foreign)
        manifest = folder.commit(file, output, manifest)
        if job.sign:
            sign(folder, manifest)
        return manifest


def _chosen(job: Job, task: Task) -> Chosen | None:
    """Return which records are to be read, None for all."""
    if task.index:
        return own(place(task.index), task.foreign)
    return others(place(task.paths[0])) if task.archive and job.index == CDX else None


def _found(
    job: Job, task: Task, pages: Iterable[Found], at: Callable[[str], None]
) -> Iterator[Article | Skipped | PassedOver]:
    wire, wanted = _wanted(job)
    known = learn.common(job.learnt) if job.learnt else (None, None)
    rules = all_rules(job.rules, job.learnt)
    for page in pages:
        if isinstance(page, PassedOver):  # most of an archive
            yield page
            continue
        uri = _uri(page)
        if uri in task.poison:
            yield Skipped(uri, Reason.FAILED, task.poison[uri])
            continue
        at(uri)
        article = judge(page, wire, wanted, *known)
        if job.learnt and isinstance(article, Article) and article.source:
            article.source.rules = rules
        yield article


def _learn(
    job: Job,
    task: Task,
    pages: Iterable[Found],
    done: _Done,
    file: BinaryIO,
    tell: Tell,
    at: Callable[[str], None],
) -> None:
    """Look at a sample of the pages; what is wrong with one is said by the second pass."""
    wire, wanted = _wanted(job)
    sample = learn.Sample(job.sample)
    for page in pages:
        uri = _uri(page)
        if isinstance(page, Page) and uri not in task.poison:
            at(uri)
            with suppress(Exception):
                sample.look(page, wire, wanted)
        done.page(uri, tell)
    sample.write(file)


def _wanted(job: Job) -> tuple[str, frozenset[str]]:
    asked = editions().named(job.edition or "", job.wire)
    return job.wire or wire_of(asked), frozenset(e.id for e in asked)


def _uri(page: Found) -> str:
    return page.source.uri if isinstance(page, Page) else page.uri or ""


def _pages(task: Task, max_bytes: int, chosen: Chosen | None, index: Writer) -> Iterator[Found]:
    reader = replay.Reader(max_bytes, lambda address: not is_foreign(address), index.add)
    with closing(reader):
        for path in (place(name, sparse=chosen is not None) for name in task.paths):
            for page in reader.pages(path, chosen.spans if chosen else None):
                index.passed(page)
                yield page
        yield from reader.late()


class _Done:
    """What was done of a task so far."""

    def __init__(self, task: Task) -> None:
        self.articles = 0
        self.counts: Counter[str] = Counter()
        self.lost: list[str] = []
        self._task = task
        self._pages = 0
        self._due = time.monotonic() + _PAUSE

    def count(self, found: Article | Skipped | PassedOver, tell: Tell) -> None:
        """Count a page, and tell of it now and then."""
        if isinstance(found, Article):
            self.articles += 1
            uri = found.source.uri if found.source else ""
        else:
            self.counts[found.reason.stat] += 1
            uri = found.uri
        if isinstance(found, Skipped) and found.reason in LOST and len(self.lost) < NAMED:
            self.lost.append(f"{found.uri}: {found.message}")
        self.page(uri, tell)

    def page(self, uri: str, tell: Tell) -> None:
        """Count a page of whatever kind, and tell of it now and then."""
        self._pages += 1
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _PAUSE
            tell({"pages": self._pages, "articles": self.articles, "bytes": self._bytes(uri)})

    def _bytes(self, uri: str) -> int:
        """Return about how many bytes of the input were read."""
        if place := _OFFSET.search(uri):
            return int(place[1])
        return self._task.size * min(self._pages, len(self._task.paths)) // len(self._task.paths)


@contextmanager
def _sink(form: str, file: BinaryIO) -> Iterator[Callable[[Article], object]]:
    """Give what writes an article into an output, as a feed of a crawl has it."""
    if form == "jsonl":
        yield lambda article: file.write(
            whole(json.dumps(plain(article), ensure_ascii=False)).encode() + b"\n"
        )
        return
    from newswire.feeds.parquet import Writer

    writer = Writer(file)
    yield lambda article: writer.put(whole(plain(article)))
    writer.close()
