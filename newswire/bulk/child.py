"""Who does a task so that a poison file costs itself alone? A child process, one task at a time.

A request is a line of JSON on its standard input, an answer one on its standard output: what is
done so far, then the manifest or why there is none. It loads newswire once, and ends when nothing
is asked of it for a while, or with the thread that started it.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from newswire import rules
from newswire.api import extract
from newswire.archive.remote import is_remote
from newswire.article.version import code_version, rules_version
from newswire.bulk.folder import Folder, Manifest
from newswire.bulk.process import Tell, process
from newswire.bulk.tasks import Job, Task, as_json, from_json
from newswire.errors import NewswireError, NodeError

logger = logging.getLogger(__name__)

# seconds without a request after which a child ends
IDLE = 60.0
# seconds in which it has loaded newswire, on any machine
START = 120.0
# of the process of one task, after which it is given up
MAX_DEATHS = 8
_START = f"from {__name__} import main; main()"
# loaded before the first task, so that its time is not counted; the address says the language
_WARM = "<h1>Library</h1><p>LONDON, 23 December (Wire) — It opened today, the mayor said there.</p>"
_WARM_URL = "https://sputnikglobe.com/20211223/library-1044000001.html"
# <linux/prctl.h>
_PR_SET_PDEATHSIG = 1


class PoisonError(NewswireError):
    """A task cannot be done: it kills the process that does it, or fails."""


class _DeathError(Exception):
    """A process ended or was given up; the text says how."""


class Child:
    """A process that does tasks.

    Args:
        patience: seconds that a task may take without any page done.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        # the rules that the process was started for
        self._rules: tuple[object, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""
        self._at = ""
        self._stopped = False

    def do(self, job: Job, task: Task, tell: Tell) -> Manifest:
        """Return the manifest of a task, once it is done.

        A task whose process dies is begun again: what killed it may have been another's hunger for
        memory. A page at which it dies twice is left out, and named.

        Raises:
            PoisonError: it dies without a page to blame, or of too many; the next task may be done.
            NodeError: this machine has other rules, or cannot do any task of the job.
        """
        deaths: Counter[str] = Counter()
        while True:
            self._at = ""
            try:
                return self._once(job, task, tell)
            except _DeathError as error:
                if self._stopped:
                    raise PoisonError("stopped") from None
                deaths[self._at] += 1
                if deaths.total() >= MAX_DEATHS or (deaths[self._at] > 1 and not self._at):
                    raise PoisonError(str(error)) from None
                if deaths[self._at] > 1:
                    task = replace(task, poison=task.poison | {self._at: str(error)})

    def _once(self, job: Job, task: Task, tell: Tell) -> Manifest:
        try:
            self._ask(job, task)
            while True:
                kind, what = self._answer(self.patience)
                if kind == "at":
                    self._at = what
                elif kind == "doing":
                    tell(what)
                elif kind == "done":
                    return dict(what)
                else:
                    raise (NodeError if kind == "refused" else PoisonError)(what)
        except _DeathError:
            self.close()
            raise

    def stop(self) -> None:
        """Kill the process, and start no other; from any thread."""
        self._stopped = True
        if process := self._process:
            process.kill()

    def close(self) -> None:
        """Kill the process; the next task starts another."""
        process, self._process, self._read = self._process, None, b""
        if process:
            process.kill()
            process.communicate()

    def _ask(self, job: Job, task: Task) -> None:
        """Send a request, again if a process that was idle had just ended.

        Rules are read once in a process: another job may need another.
        """
        if (needed := (job.own_rules, job.rules, job.code)) != self._rules:
            self.close()
            self._rules = needed
        for _ in range(2):
            if self._process is None:
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-c", _START, str(os.getpid())],
                    cwd=job.folder if Path(job.folder).is_dir() else None,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            if self._stopped:
                break
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(as_json(job, task))
                self._process.stdin.flush()
                if self._answer(START)[0] == "taken":
                    return
            except (BrokenPipeError, _DeathError):
                self.close()
        self.close()
        if self._stopped:
            raise PoisonError("stopped")
        raise NodeError(f"no process of {sys.executable} answers")

    def _answer(self, patience: float) -> tuple[str, Any]:
        """Return the next line of the process, which may take `patience` seconds.

        Raises:
            _DeathError: it ended without one, or was silent too long.
        """
        process = self._process
        assert process is not None
        assert process.stdout is not None
        waited = 0
        while b"\n" not in self._read:
            # in small steps, so that a machine that slept has not waited for long
            if not select.select([process.stdout], [], [], 1.0)[0]:
                waited += 1
                if waited >= patience:
                    raise _DeathError(f"no page done in {patience:g} s: given up")
                continue
            if not (data := os.read(process.stdout.fileno(), 2**16)):
                raise _DeathError(_ended(process.wait()))
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        kind, what = json.loads(line)
        return kind, what


def _ended(code: int) -> str:
    if code >= 0:
        return f"its process ended with exit code {code}"
    try:
        return f"its process was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"its process was killed by signal {-code}"


# --- in the child --------------------------------------------------------------------------------


def main() -> None:
    """Answer requests until there are no more."""
    # nobody else may write to the pipe of the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _end_with_parent()
    # a Ctrl-C is the parent's business
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def say(kind: str, what: object) -> None:
        answers.write(json.dumps([kind, what]).encode() + b"\n")
        answers.flush()

    while select.select([sys.stdin], [], [], IDLE)[0] and (line := sys.stdin.buffer.readline()):
        job, task = from_json(line)
        refusal = _refusal(job, task)
        say("taken", None)
        say(*(("refused", refusal) if refusal else _done(job, task, say)))


def _refusal(job: Job, task: Task) -> str | None:
    """Return why this process cannot do a job; load what reading pages needs."""
    name = os.uname().nodename
    if not (Path(job.folder).is_dir() or all(map(is_remote, (job.out, *task.paths)))):
        return f"{name}: no folder {job.folder}: inputs and outputs must be the same there"
    try:
        rules.add(job.own_rules)
        extract(_WARM, url=_WARM_URL)
    except NewswireError as error:
        return f"{name}: {error}"
    mine = (rules_version(), code_version())
    if mine != (job.rules, job.code):
        return f"{name}: newswire {', '.join(mine)}, not {job.rules}, {job.code}"
    return None


def _done(job: Job, task: Task, say: Callable[[str, object], None]) -> tuple[str, object]:
    try:
        # another worker may have done it since, that was taken for dead
        done = Folder(job.out).finished(job, task)
        return "done", done or process(job, task, partial(say, "doing"), partial(say, "at"))
    except (NewswireError, OSError) as error:
        return "failed", str(error) or type(error).__name__
    except Exception as error:  # each storage has errors of its own
        logger.exception("%s", task.input)
        return "failed", f"{type(error).__name__}: {error}"


def _end_with_parent() -> None:
    """Let the kernel kill this process when its parent's thread ends, and first when memory does.

    Linux only (prctl(2), proc(5)); elsewhere it ends at the next request.
    """
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    except (OSError, AttributeError):
        pass
    if os.getppid() != int(sys.argv[1]):  # it was too late
        sys.exit()
