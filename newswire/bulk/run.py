"""What has a run done so far? The counts of all workers, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from newswire.bulk.engines import Outcome
from newswire.bulk.folder import Folder, Manifest
from newswire.bulk.process import LOST
from newswire.bulk.tasks import Job, Task


@dataclass(slots=True)
class Progress:
    """What a run has done so far.

    Attributes:
        files: tasks given, `size` bytes in all.
        finished: tasks done, in this run or before.
        known: of these, done before.
        pages: read in this run.
        articles: in the outputs.
        bytes: read of the input, in this run or before.
        counts: pages without an article, by stat.
        lost: what is damaged or could not be read, each a line with address and reason; not all of
            a file that has many.
        failed: tasks without an output, each a line with file and reason.
    """

    files: int = 0
    size: int = 0
    finished: int = 0
    known: int = 0
    pages: int = 0
    articles: int = 0
    bytes: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def losses(self) -> int:
        """How many pages or parts of archives are lost."""
        return sum(self.counts[reason.stat] for reason in LOST)


class Run:
    """Adds up what is done.

    Args:
        folder: of the outputs.
        tasks: all of them.
        tell: told of the progress now and then, from any thread.
    """

    def __init__(
        self, folder: Folder, tasks: Sequence[Task], tell: Callable[[Progress], None]
    ) -> None:
        self.progress = Progress(len(tasks), sum(task.size for task in tasks))
        self._folder = folder
        self._tell = tell
        # of finished tasks, and of those that are being done
        self._finished = {"pages": 0, "articles": 0, "bytes": 0}
        self._open: dict[str, dict[str, int]] = {}
        tell(self.progress)

    def known(self, job: Job, task: Task) -> bool:
        """Count a task that is done already; return False if it is not."""
        if not (manifest := self._folder.finished(job, task)):
            return False
        self.progress.known += 1
        self._add(task, manifest, 0)
        self._show()
        return True

    def doing(self, task: Task, counts: dict[str, int]) -> None:
        """Take what was done of a task so far."""
        self._open[task.name] = counts
        self._show()

    def follow(self, outcomes: Iterator[Outcome]) -> None:
        """Take what becomes of the tasks."""
        for task, manifest, error in outcomes:
            self._open.pop(task.name, None)
            if manifest:
                pages = manifest["articles"] + sum(manifest["counts"].values())
                self._add(task, manifest, pages)
            else:
                self._finished["bytes"] += task.size
                self.progress.failed.append(f"{task.input}: {error}")
            self._show()

    def _add(self, task: Task, manifest: Manifest, pages: int) -> None:
        self.progress.finished += 1
        self.progress.counts.update(manifest["counts"])
        self.progress.lost += manifest["lost"]
        numbers = {"pages": pages, "articles": manifest["articles"], "bytes": task.size}
        for name, number in numbers.items():
            self._finished[name] += number

    def _show(self) -> None:
        doing = list(self._open.values())
        for name, number in self._finished.items():
            setattr(self.progress, name, number + sum(counts[name] for counts in doing))
        self._tell(self.progress)
