"""The workers of a Dask cluster do the tasks, each in a child process of its own.

Dask ships the code that it runs by design: whoever reaches its scheduler or a worker runs anything
there. A cluster belongs on loopback or behind TLS (`docs/reprocess.md`).
"""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

from newswire.bulk.child import Child, PoisonError
from newswire.bulk.engines import Outcome, Tell
from newswire.bulk.folder import Folder, Manifest
from newswire.bulk.tasks import Job, Task
from newswire.errors import ArgumentError, NodeError

# the name of a cluster that is started for the run, on this machine
LOCAL = "local"

_mine = threading.local()


def by_dask(
    job: Job, tasks: Sequence[Task], tell: Tell, *, scheduler: str, workers: int, patience: float
) -> Iterator[Outcome]:
    """Do tasks on the workers of a cluster; one that dies is replaced by another.

    Args:
        job: what the tasks have in common.
        tasks: what to do.
        tell: told of the counts of all workers.
        scheduler: its address, or `local` for a cluster of `workers` processes on loopback.
        workers: see there.
        patience: as for `Child`.

    Raises:
        ArgumentError: Dask is not installed.
        NodeError: the scheduler cannot be reached or went away; the workers cannot do any task.
    """
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        raise ArgumentError("--scheduler needs Dask: pip install 'newswire[dask]'") from None
    by_name, topic = {task.name: task for task in tasks}, f"newswire-{uuid4()}"

    def told(event: tuple[float, dict[str, Any]]) -> None:
        counts = dict(event[1])
        tell(by_name[counts.pop("task")], counts)

    with ExitStack() as stack:
        at: Any = scheduler
        try:
            if scheduler == LOCAL:
                with _deaf():
                    at = stack.enter_context(
                        LocalCluster(
                            n_workers=workers, threads_per_worker=1, host="127.0.0.1",
                            dashboard_address=None, silence_logs=logging.CRITICAL,
                        )
                    )  # fmt: skip
            client = stack.enter_context(Client(at))
        except (OSError, RuntimeError, ValueError) as error:
            raise NodeError(f"scheduler {scheduler}: {error}") from None
        client.subscribe_topic(topic, told)
        futures = {
            # of one group: the scheduler keeps them until a worker is free
            client.submit(_do, job, task, patience, topic, key=(topic, number)): task
            for number, task in enumerate(tasks)
        }
        for future in as_completed(futures):
            yield _outcome(job, futures[future], future, scheduler)


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are started ignore Ctrl-C, which is this one's business."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _outcome(job: Job, task: Task, future: Any, scheduler: str) -> Outcome:
    from distributed import KilledWorker

    try:
        manifest, error = future.result()
    except KilledWorker:
        return Outcome(task, None, "the workers that did it were killed")
    except (CancelledError, OSError):  # a worker raises none
        raise NodeError(
            f"scheduler {scheduler}: gone; run the same command again to continue"
        ) from None
    if manifest and not Folder(job.out).manifest(task.name):
        error = f"done, but not in {job.out}: is that folder the same on all machines?"
        return Outcome(task, None, error)
    return Outcome(task, manifest, error)


def _do(job: Job, task: Task, patience: float, topic: str) -> tuple[Manifest | None, str]:
    """Do a task in a child of a worker's thread."""
    from distributed import get_worker

    if not hasattr(_mine, "child"):
        _mine.child = Child(patience)
        atexit.register(_mine.child.close)
    _mine.child.patience = patience
    worker = get_worker()
    try:
        found = _mine.child.do(
            job, task, lambda counts: worker.log_event(topic, {"task": task.name, **counts})
        )
    except PoisonError as error:
        return None, str(error)
    return found, ""
