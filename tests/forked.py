"""Run `python -m …` in a process forked from one that has imported what a crawl needs.

It is a process of its own, with its own pid, exit code and log, that can be killed as any other;
only the second of imports is saved, which the suite would pay two hundred times. Tests of the
command line itself, of a terminal and of limits start a new interpreter.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.preload"])


class Forked:
    """A process of `python -W error -m module arguments` in the root of the project."""

    def __init__(
        self, module: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self.arguments = [module, *arguments]
        self._folder = tempfile.TemporaryDirectory(prefix="forked-")
        folder = Path(self._folder.name)
        self._written = [folder / "stdout", folder / "stderr"]
        names = [str(path) for path in self._written]
        self.process = _context.Process(
            target=_run, args=(self.arguments, {**os.environ, **(environment or {})}, names)
        )
        self.process.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process.pid is not None
        return self.process.pid

    def running(self) -> bool:
        """Return True if it has not ended yet."""
        return self.process.is_alive()

    def kill(self) -> subprocess.CompletedProcess[str]:
        """`kill -9`, and wait for the end."""
        self.process.kill()
        return self.wait()

    def wait(self, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Return what it wrote, at its end.

        Raises:
            subprocess.TimeoutExpired: after `timeout` seconds; it is killed then.
        """
        self.process.join(timeout)
        if late := self.running():
            self.process.kill()
            self.process.join()
        out, err = (p.read_text("utf-8") if p.exists() else "" for p in self._written)
        self._folder.cleanup()
        if late:
            raise subprocess.TimeoutExpired(self.arguments, timeout, out, err)
        assert self.process.exitcode is not None
        return subprocess.CompletedProcess(self.arguments, self.process.exitcode, out, err)


def run(
    module: str,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run a module to its end."""
    return Forked(module, *arguments, environment=environment).wait(timeout)


def _run(arguments: list[str], environment: Mapping[str, str], written: list[str]) -> None:
    for number, path in enumerate(written, 1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
