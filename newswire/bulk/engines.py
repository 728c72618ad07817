"""Who does the tasks? This process, children of it, or the workers of a Dask cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import NamedTuple

from newswire.bulk.child import Child, PoisonError
from newswire.bulk.folder import Manifest
from newswire.bulk.process import process
from newswire.bulk.tasks import Job, Task
from newswire.errors import NewswireError

# told of a task's counts so far
Tell = Callable[[Task, dict[str, int]], None]


class Outcome(NamedTuple):
    """What became of a task: its manifest, or why it has none."""

    task: Task
    manifest: Manifest | None
    error: str = ""


def here(job: Job, tasks: Sequence[Task], tell: Tell) -> Iterator[Outcome]:
    """Do tasks one after the other in this process, which a poison file takes with it."""
    for task in tasks:
        try:
            yield Outcome(task, process(job, task, partial(tell, task)))
        except (NewswireError, OSError, ValueError) as error:
            yield Outcome(task, None, str(error))


def children(
    job: Job, tasks: Sequence[Task], tell: Tell, *, workers: int, patience: float
) -> Iterator[Outcome]:
    """Do tasks in `workers` child processes.

    Raises:
        NodeError: they cannot do any.
    """
    mine = threading.local()
    started: list[Child] = []

    def one(task: Task) -> Outcome:
        if not hasattr(mine, "child"):
            mine.child = Child(patience)
            started.append(mine.child)
        try:
            return Outcome(task, mine.child.do(job, task, partial(tell, task)))
        except PoisonError as error:
            return Outcome(task, None, str(error))

    pool = ThreadPoolExecutor(workers, "reprocess")
    try:
        for future in as_completed([pool.submit(one, task) for task in tasks]):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in started:
            child.stop()
        pool.shutdown()
        for child in started:
            child.close()
