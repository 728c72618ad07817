"""A Dask scheduler and its workers, processes of their own on loopback, as a cluster has them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from distributed import Client

from tests.archives import POISON
from tests.crawl import ROOT

# seconds without a sign of life after which a scheduler takes a worker for dead
TTL = 3


class Cluster:
    """A scheduler without workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start(
            *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
            *("--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(self._file)),
        )
        while not self._file.exists():
            assert self.scheduler.poll() is None, (folder / "log").read_text()
            time.sleep(0.02)
        self.address: str = json.loads(self._file.read_text())["address"]

    def add(self) -> None:
        """Start a worker."""
        self.workers.append(
            self._start(
                *("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard"),
                *("--host", "127.0.0.1", "--local-directory", str(self._folder)),
            )
        )

    def wait(self) -> None:
        """Wait until the scheduler knows all workers."""
        with Client(self.address) as client:
            client.wait_for_workers(len(self.workers), timeout=60)

    def close(self) -> None:
        """Kill what still runs."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=os.environ | {
                    "PYTHONPATH": str(POISON),
                    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": f"{TTL}s",
                    "DASK_DISTRIBUTED__ADMIN__LOG_LENGTH": "100",
                },
            )  # fmt: skip


def parent_of(pid: int) -> int:
    """Return the process that started a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
