from __future__ import annotations

import pytest

from tests.crawl import Crawl, crawl
from tests.postgres import location as location
from tests.postgres import postgres as postgres
from tests.simulated import simulator as simulator


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
def fixtures_crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The crawl of `make demo`."""
    return crawl(tmp_path_factory.mktemp("feed") / "fixtures.jsonl", "-a", "replay=fixtures")


@pytest.fixture(scope="session")
def ria_crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The crawl of the pages of the other wire."""
    feed = tmp_path_factory.mktemp("feed") / "ria.jsonl"
    return crawl(feed, "-a", "replay=fixtures/ria", spider="ria")
