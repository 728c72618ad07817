"""Archives read by a Dask cluster: workers die, sleep and meet poison, and nothing is lost."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import dask
import pytest

from newswire.bulk import reprocess
from newswire.errors import NodeError
from tests import forked
from tests.archives import archive, digest
from tests.dask_cluster import Cluster, parent_of


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.close()


@contextmanager
def dies_with(cluster: Cluster) -> Iterator[None]:
    """Close the cluster after an error, so that nobody waits for it."""
    try:
        yield
    except BaseException:
        cluster.close()
        raise


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _written(path: Path) -> int | None:
    """Return when a file was written, None while there is none."""
    with suppress(FileNotFoundError):
        return path.stat().st_mtime_ns
    return None


def test_workers_that_die_or_sleep(cluster: Cluster, tmp_path: Path) -> None:
    """Of three workers one is killed, one is paused until it is taken for dead, then goes on."""
    saved = tmp_path / "saved"
    saved.mkdir()
    names = ("waits1", "waits2", "a", "b", "c", "segfault")
    for number, name in enumerate(names):
        archive(saved / f"{name}.warc.gz", number * 10)
    reprocess(saved, tmp_path / "whole", workers=0)
    whole, out = digest(tmp_path / "whole"), tmp_path / "out"
    for _ in range(2):
        cluster.add()
    cluster.wait()
    with ThreadPoolExecutor() as pool, dies_with(cluster):
        run = pool.submit(reprocess, saved, out, scheduler=cluster.address)
        pids = [saved / f"waits{n}.warc.pid" for n in (1, 2)]
        until(lambda: all(path.exists() and path.read_text() for path in pids))
        children = [int(path.read_text()) for path in pids]
        first, second = map(parent_of, children)
        cluster.add()
        os.kill(first, signal.SIGKILL)
        for pid in (children[1], second):
            os.kill(pid, signal.SIGSTOP)
        done = run.result(60)
    assert done.failed == [f"{saved}/segfault.warc.gz: its process was killed by SIGSEGV"]
    assert (done.finished, done.articles) == (5, 15)
    assert not alive(children[0])  # with the worker that started it
    expected = {name: value for name, value in whole.items() if "segfault" not in name}
    assert digest(out) == expected
    # the one that slept does it again, and changes nothing
    (saved / "waits2.warc.go").touch()
    [manifest] = (out / "_manifest").glob("waits2*.json")
    before = _written(manifest)
    for pid in (children[1], second):
        os.kill(pid, signal.SIGCONT)
    # its manifest is the last that it writes
    until(lambda: _written(manifest) not in (None, before))
    assert digest(out) == expected
    # what is finished is done, also for the cluster
    (saved / "segfault.warc.gz").unlink()
    again = reprocess(saved, out, scheduler=cluster.address)
    assert (again.known, again.finished, again.failed) == (5, 5, [])


def test_a_scheduler_that_dies(cluster: Cluster, tmp_path: Path) -> None:
    saved, out = tmp_path / "saved", tmp_path / "out"
    saved.mkdir()
    for number, name in enumerate(("a", "waits")):
        archive(saved / f"{name}.warc.gz", number * 10)
    cluster.add()
    arguments = ("reprocess", str(saved), "--out", str(out), "--scheduler", cluster.address)
    waits = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    run = forked.Forked("scrapy", *arguments, environment=waits)
    until(lambda: (saved / "waits.warc.pid").exists())
    cluster.scheduler.kill()
    done = run.wait()
    assert done.returncode == 1
    assert f"scheduler {cluster.address}: gone" in done.stderr
    assert re.search(r"[01] files? of 2.*stopped: [12] files? left", done.stdout)
    done_before = list(out.glob("_manifest/*.json"))
    # nobody answers there any more; what is done stays, the rest is done without
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(NodeError, match=cluster.address),
    ):
        reprocess(saved, out, scheduler=cluster.address)
    again = reprocess(saved, out, workers=0)
    assert (again.known, again.finished, again.articles) == (len(done_before), 2, 6)
