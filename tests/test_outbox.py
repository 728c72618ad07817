"""Crawls that break off: what they did not export is in the feed of the next, nothing is lost."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from newswire.settings import ITEM_PIPELINES
from tests import forked
from tests.crawl import ROOT, Crawl, crawl

STORAGES = {
    "": "newswire.feeds.storage.FileStorage",
    "file": "newswire.feeds.storage.FileStorage",
    "broken": "tests.broken_storage.BrokenStorage",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the fixtures."""
    folder = tmp_path_factory.mktemp("pages")
    for path in sorted((ROOT / "fixtures/sputnik/tj").glob("*.txt"))[:4]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def whole(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The crawl of the pages that nothing happens to."""
    return crawl(tmp_path_factory.mktemp("feed") / "feed.jsonl", "-a", f"replay={pages}")


def crawled(pages: Path, feed: Path, *options: str) -> Crawl:
    named = f"NEWSWIRE_LEDGER={feed.parent / 'ledger.db'}"
    return crawl(feed, "-a", f"replay={pages}", "-s", named, *options)


def by_hand(pages: Path, ledger: Path, *options: str, code: int = 0) -> str:
    """Crawl without the feed of `crawl`; return the log, the exit code checked."""
    named = ["-a", f"replay={pages}", "-s", f"NEWSWIRE_LEDGER={ledger}", *options]
    done = forked.run("scrapy", "crawl", "sputnik", *named)
    assert done.returncode == code, done.stderr
    return done.stderr


def test_a_full_disk_ends_the_crawl_and_the_next_has_all(
    pages: Path, whole: Crawl, tmp_path: Path
) -> None:
    log = by_hand(pages, tmp_path / "ledger.db", "-o", "/dev/full:jsonlines", code=1)
    assert "Cannot write any feed ([Errno 28]" in log
    assert "'finish_reason': 'feed_failed'" in log
    assert "newswire/outbox/exported" not in log
    assert crawled(pages, tmp_path / "feed.jsonl").feed == whole.feed


def test_one_feed_that_is_not_stored_keeps_all_for_the_next(
    pages: Path, whole: Crawl, tmp_path: Path
) -> None:
    broken = ["-s", f"FEED_STORAGES={json.dumps(STORAGES)}", "-O", "broken://host/feed.jsonl"]
    failed = crawled(pages, tmp_path / "first.jsonl", *broken)
    assert failed.feed == whole.feed
    assert failed.stats["newswire/outbox/feed_failed"] == 1
    assert "newswire/outbox/exported" not in failed.stats
    again = crawled(pages, tmp_path / "second.jsonl")
    assert again.feed == whole.feed
    assert again.stats["newswire/outbox/exported"] == len(whole.items)


def test_a_crawl_without_a_feed_leaves_all_to_the_next(
    pages: Path, whole: Crawl, tmp_path: Path
) -> None:
    by_hand(pages, tmp_path / "ledger.db")
    later = crawled(pages, tmp_path / "feed.jsonl")
    assert later.feed == whole.feed
    assert later.stats["newswire/outbox/left_over"] == len(whole.items)
    assert crawled(pages, tmp_path / "third.jsonl").feed == b""


def run_with(step: str, pages: Path, ledger: Path, code: int = 0, at: int = 500) -> str:
    """Crawl with a pipeline after ours; return the closing line."""
    steps = json.dumps(ITEM_PIPELINES | {f"tests.later_steps.{step}": at})
    feed = ["-o", f"{ledger.parent}/x.jsonl"]
    log = by_hand(pages, ledger, "-s", f"ITEM_PIPELINES={steps}", *feed, code=code)
    return log.splitlines()[-1]


@pytest.mark.parametrize("step", ["Drop", "Plain"])
def test_what_a_later_pipeline_ends_with_does_not_come_back(
    pages: Path, tmp_path: Path, step: str
) -> None:
    run_with(step, pages, tmp_path / "ledger.db")
    line = run_with(step, pages, tmp_path / "ledger.db")
    assert line.endswith("INFO: 0 articles of 4 pages, 3 unchanged, 1 without an article"), line


def test_what_a_later_pipeline_fails_on_comes_again(pages: Path, tmp_path: Path) -> None:
    line = run_with("Fail", pages, tmp_path / "ledger.db", code=1)
    assert line.endswith("1 without an article, 3 failed, newswire failed on 3 pages"), line
    line = run_with("Fail", pages, tmp_path / "ledger.db", code=1)
    ending = "1 without an article, a pipeline failed on 3 articles of an earlier run"
    assert line.endswith(ending), line
    # whichever step drops it, it is dealt with
    line = run_with("Drop", pages, tmp_path / "ledger.db", at=50)
    assert line.endswith("3 of an earlier run dropped by other pipelines"), line
    line = run_with("Drop", pages, tmp_path / "ledger.db", at=50)
    assert line.endswith("0 articles of 4 pages, 4 dropped by other pipelines"), line


def test_killed_in_the_middle(fixtures_crawl: Crawl, tmp_path: Path) -> None:
    """`kill -9` while the feed is appended to; the next crawl mends it and appends what is missing.

    What `awk '!seen[$0]++'` does to the feed gives each article once.
    """
    feed, path = tmp_path / "feed.jsonl", tmp_path / "ledger.db"
    options = ["-s", f"NEWSWIRE_LEDGER={path}", "-o", f"{feed}:jsonlines"]
    process = forked.Forked("scrapy", "crawl", "sputnik", "-a", "replay=fixtures", *options)
    # the feed is written in blocks: the first is there, the second cut somewhere
    while not feed.exists() or not feed.stat().st_size:
        assert process.running()
        time.sleep(0.005)
    process.kill()
    left = feed.read_bytes()
    assert 0 < len(left) < len(fixtures_crawl.feed)
    feed.write_bytes(left[:-10])  # as a write leaves it that did not get through
    log = by_hand(Path("fixtures"), path, *options[2:])
    assert "its last line was cut off in writing: removed" in log
    unique = dict.fromkeys(feed.read_bytes().splitlines(keepends=True))
    assert sorted(unique) == sorted(fixtures_crawl.feed.splitlines(keepends=True))


def test_a_ledger_that_cannot_be_used_is_said_first(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("a text" * 1000)
    done = crawled(pages, tmp_path / "feed.jsonl")
    assert done.code == 2
    assert done.log.splitlines()[-1].endswith("ledger.db: file is not a database")
    assert "Traceback" not in done.log


def test_a_feed_of_no_known_kind_stops_the_crawl(pages: Path, tmp_path: Path) -> None:
    done = crawled(pages, tmp_path / "feed.jsonl", "-O", "sftp://host/feed.jsonl")
    assert done.code == 2
    assert "Unknown feed storage scheme: sftp" in done.log
    assert done.feed == b""
