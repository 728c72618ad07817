"""How are archives read again, all of them? One file, one task, one output, on many processes.

Nothing here knows Scrapy. `tasks` says what there is to do, `folder` what is done, `process` does
one task, `child` does it in a process of its own, `engines` spreads them, `run` adds up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from newswire.api import MAX_BYTES
from newswire.bulk import columnar, engines
from newswire.bulk import learn as learning
from newswire.bulk import tasks as planning
from newswire.bulk.cluster import by_dask
from newswire.bulk.folder import Folder
from newswire.bulk.link import check_libraries
from newswire.bulk.run import Progress, Run
from newswire.bulk.tasks import CDX, Job, Task
from newswire.errors import ArgumentError, FeedError

# seconds that a file may take without any page done
PATIENCE = 300.0


def reprocess(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    form: str = "jsonl",
    edition: str | None = None,
    wire: str | None = None,
    learn: bool = False,
    sign: bool = False,
    max_bytes: int = MAX_BYTES,
    index: str | None = None,
    patience: float = PATIENCE,
    own_rules: Iterable[str] = (),
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Read saved pages into a folder of outputs, a file for each archive; return what was done.

    What was finished under the same rules, code and options is not done again; what has changed is.

    Args:
        inputs: archives (WARC, WACZ), saved pages, folders, globs or `@list`; also of an object
            storage (`s3://…`).
        out: a folder, made if need be, or a place in an object storage.
        workers: processes, by default as many as processors; 0 reads in this one, unguarded.
        scheduler: of a Dask cluster whose workers do it and see the same folders, `tcp://…` or
            `tls://…`; `local` starts one of `workers` processes on this machine.
        form: of the outputs, `jsonl` or `parquet`.
        edition: as for `newswire.read`.
        wire: as for `newswire.read`.
        learn: look at a sample of all pages first, for what the pages of each site have in common.
        sign: write what `newswire.link` finds articles by too, while workers have them at hand.
        max_bytes: a larger page is skipped.
        index: `cdx` reads only what the CDX or CDXJ beside each archive, or within a WACZ, lists;
            the path or glob of a columnar index in Parquet, what that lists. By default all records
            are read once, and later only those of our own index, which the first reading writes.
        patience: seconds after which a file none of whose pages gets done is given up.
        own_rules: files with rows of your own, as in NEWSWIRE_RULES.
        tell: called now and then, always with the same object in each pass.

    Raises:
        ConfigError: an argument cannot be used.
        NodeError: the workers cannot do the job, or the scheduler went away.
    """
    if workers is not None and workers < 0:
        raise ArgumentError(f"workers={workers}: give 0 or more")
    if not patience > 0:
        raise ArgumentError(f"patience={patience:g}: give seconds above 0")
    given = [inputs] if isinstance(inputs, str | os.PathLike) else inputs
    job = planning.job(
        out, form=form, edition=edition, wire=wire, max_bytes=max_bytes, index=index,
        own_rules=own_rules,
    )  # fmt: skip
    if sign:
        check_libraries()
        job = replace(job, sign=True)
    tasks = planning.tasks(given, index)
    Folder(out).prepare()
    do = partial(_done, tasks=tasks, tell=tell, workers=workers, scheduler=scheduler,
                 patience=patience)  # fmt: skip
    if learn:
        first = learning.first_job(job, len(tasks))
        samples = Folder(first.out)
        samples.prepare()
        do(first)
        manifests = (samples.finished(first, task) for task in tasks)
        try:
            job = learning.second_job(job, samples, filter(None, manifests))
        except OSError as error:
            raise FeedError(f"{samples.path}: {error}") from None
    return do(job)


def _done(
    job: Job,
    *,
    tasks: Sequence[Task],
    tell: Callable[[Progress], None],
    workers: int | None,
    scheduler: str | None,
    patience: float,
) -> Progress:
    """Do what is not done of a job; return what is."""
    run = Run(Folder(job.out), tasks, tell)
    open_ = [task for task in tasks if not run.known(job, task)]
    if not open_:
        return run.progress
    open_ = _indexed(job, open_)
    number = workers or os.cpu_count() or 1
    if scheduler:
        outcomes = by_dask(
            job, open_, run.doing, scheduler=scheduler, workers=number, patience=patience
        )
    elif workers == 0:
        outcomes = engines.here(job, open_, run.doing)
    else:
        outcomes = engines.children(job, open_, run.doing, workers=number, patience=patience)
    run.follow(outcomes)
    return run.progress


def _indexed(job: Job, tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks with the index that each is to be read by."""
    out = Folder(job.out)
    if job.index is None:
        # a first pass has read all records too
        folders = (out, Folder(str(out.path / learning.FOLDER)))
        return [_by_own(task, folders) for task in tasks]
    if job.index == CDX:
        return list(tasks)
    archives = columnar.chosen(job.index, out, [task for task in tasks if task.archive])
    return [*archives, *(task for task in tasks if not task.archive)]


def _by_own(task: Task, folders: Sequence[Folder]) -> Task:
    """Return a task with the first index of ours that holds, if there is one."""
    found = (folder.indexed(task) for folder in folders)
    return next((each for each in found if each.index), task)
