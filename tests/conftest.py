from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crawl import Crawl, crawl
from tests.postgres import location as location
from tests.postgres import postgres as postgres
from tests.simulated import simulator as simulator

Once = Callable[[str, Callable[[Path], Crawl]], Crawl]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="write the expected .json beside each fixture; fails when one was rewritten",
    )


# what they change is for processes of their own, never for those of the tests
collect_ignore = ["beating.py", "poison"]
# these wait for services and other processes: begun first, they end beside the rest
LONG = (
    *("test_scrapyd", "test_crash", "test_docs", "test_package", "test_faults_network"),
    *("test_reprocess_dask", "test_reprocess", "test_takeover"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Once:
    """Make something for all workers of the run: the first that asks makes it, the others wait."""

    def made(name: str, make: Callable[[Path], Crawl]) -> Crawl:
        folder = tmp_path_factory.getbasetemp()
        folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
        path = folder / f"{name}-{testrun_uid}"
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                path.write_bytes(pickle.dumps(make(path.with_suffix(".jsonl"))))
        found: Crawl = pickle.loads(path.read_bytes())
        return found

    return made


@pytest.fixture(scope="session")
def fixtures_crawl(once: Once) -> Crawl:
    """The crawl of `make demo`."""
    return once("fixtures", lambda feed: crawl(feed, "-a", "replay=fixtures"))


@pytest.fixture(scope="session")
def ria_crawl(once: Once) -> Crawl:
    """The crawl of the pages of the other wire."""
    return once("ria", lambda feed: crawl(feed, "-a", "replay=fixtures/ria", spider="ria"))
