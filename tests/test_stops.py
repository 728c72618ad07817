"""Whatever stops a crawl, of whatever kind: it ends soon, keeps what it has, and says so."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newswire.operate.outcome import STOPPED, exit_code, problems, summary
from newswire.settings import ITEM_PIPELINES
from tests.crawl import ROOT, Crawl, arguments, crawl
from tests.forked import Forked
from tests.simulated import Running
from tests.test_live import FAST, RANGE

PAGES = 400
KINDS = ("replay", "left over", "newest", "back-fill")
# what ends it -> the reason in the last line
SETTINGS = {
    "CLOSESPIDER_ITEMCOUNT=3": "CLOSESPIDER_ITEMCOUNT",
    "CLOSESPIDER_TIMEOUT=0.7": "CLOSESPIDER_TIMEOUT",
}
SIGNALS = {signal.SIGINT: "by a signal", signal.SIGTERM: "by a signal"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many saved pages, each an article."""
    folder = tmp_path_factory.mktemp("pages")
    text = (ROOT / "fixtures/sputnik/tj/mountain-library.html").read_text("utf-8")
    for number in range(PAGES):
        (folder / f"{number:03}.html").write_text(text.replace("Памир", f"Памир-{number}"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def waiting(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with articles that no feed has."""
    ledger = tmp_path_factory.mktemp("waiting") / "ledger.db"
    options = ["-a", f"replay={pages}", "-s", f"NEWSWIRE_LEDGER={ledger}"]
    done = Forked("scrapy", "crawl", "sputnik", *options).wait()
    assert done.returncode == 0, done.stderr
    return ledger


def options(kind: str, pages: Path, waiting: Path, server: Running, folder: Path) -> list[str]:
    """Return the arguments of a crawl of this kind that would take long."""
    if kind == "replay":
        return ["-a", f"replay={pages}"]
    if kind == "left over":
        ledger = shutil.copy(waiting, folder / "ledger.db")
        return ["-a", f"replay={pages}", "-s", f"NEWSWIRE_LEDGER={ledger}"]
    live = ["-a", "edition=tj", "-a", f"site={server.sites['tj']}", *FAST]
    live += ["-s", f"NEWSWIRE_LEDGER={folder / 'ledger.db'}", "-s", "DOWNLOAD_DELAY=0.1"]
    return [*live, *(RANGE if kind == "back-fill" else [])]


def check(done: Crawl, reason: str) -> None:
    last = done.log.strip().splitlines()[-1]
    assert f"stopped ({reason})" in last, done.log
    assert done.code == STOPPED
    assert "Traceback" not in done.log
    items = [json.loads(line) for line in done.feed.decode("utf-8").splitlines()]
    assert f" {len(items)} article" in last or "exported for an earlier run" in last


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_that_close_a_crawl(
    kind: str, setting: str, pages: Path, waiting: Path, simulator: Running, tmp_path: Path
) -> None:
    way = options(kind, pages, waiting, simulator, tmp_path)
    done = crawl(tmp_path / "x.jsonl", *way, "-s", setting, timeout=30)
    check(done, SETTINGS[setting])
    if "ITEMCOUNT" in setting:
        assert 3 <= len(done.items) < PAGES


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", SIGNALS)
def test_one_signal_ends_a_crawl(
    kind: str,
    number: signal.Signals,
    pages: Path,
    waiting: Path,
    simulator: Running,
    tmp_path: Path,
) -> None:
    feed = tmp_path / "x.jsonl"
    way = options(kind, pages, waiting, simulator, tmp_path)
    process = Forked("scrapy", *arguments(feed, *way))
    deadline = time.monotonic() + 30
    while process.running() and time.monotonic() < deadline:
        if feed.exists() and feed.stat().st_size:
            break
        time.sleep(0.01)
    os.kill(process.pid, number)
    done = process.wait(30)
    check(Crawl(done.returncode, done.stderr, feed.read_bytes()), SIGNALS[number])


def test_a_signal_while_the_spider_is_opened(pages: Path, tmp_path: Path) -> None:
    steps = json.dumps(ITEM_PIPELINES | {"tests.later_steps.Interrupted": 500})
    way = ["-a", f"replay={pages}", "-s", f"ITEM_PIPELINES={steps}"]
    done = crawl(tmp_path / "x.jsonl", *way, timeout=30)
    check(done, "by a signal")
    assert "Spider closed (shutdown)" in done.log


@pytest.mark.parametrize("module", ["newswire.commands", "newswire.__main__"])
def test_a_signal_before_the_crawl_is_one_line(module: str) -> None:
    code = f"""
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
import {module}
if "main" in "{module}":
    newswire.__main__.commands = lambda: os.kill(os.getpid(), signal.SIGINT)
    newswire.__main__.main(["crawl"])
os.kill(os.getpid(), signal.SIGINT)
"""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (STOPPED, "newswire: interrupted\n")


def test_a_stopped_replay_says_what_is_left(pages: Path, tmp_path: Path) -> None:
    way = ["-a", f"replay={pages}", "-s", "CLOSESPIDER_ITEMCOUNT=10"]
    done = crawl(tmp_path / "x.jsonl", *way)
    left = PAGES - len(done.items)
    assert f"stopped (CLOSESPIDER_ITEMCOUNT): {left} files of {PAGES} not read" in done.log


def test_a_stopped_back_fill_goes_on(simulator: Running, tmp_path: Path) -> None:
    way = options("back-fill", tmp_path, tmp_path, simulator, tmp_path)
    first = crawl(tmp_path / "x.jsonl", *way, "-s", "CLOSESPIDER_ITEMCOUNT=5")
    assert " left for the next run" in first.log.splitlines()[-1]
    rest = crawl(tmp_path / "x.jsonl", *way, append=True)
    assert rest.code == 0, rest.log
    whole = [item["id"] for item in rest.items]
    assert len(whole) == len(set(whole)) > len(first.items)


# --- the closing line ----------------------------------------------------------------------------


def test_sums_add_up_to_the_pages_given(fixtures_crawl: Crawl, ria_crawl: Crawl) -> None:
    for done in (fixtures_crawl, ria_crawl):
        last = done.log.strip().splitlines()[-1]
        total, *others = last.partition("] INFO: ")[2].split(", ")
        articles, pages = (int(word) for word in total.split() if word.isdigit())
        rest = [int(part.split()[0]) for part in others if " of them " not in part]
        assert articles + sum(rest) == pages


def test_pages_that_vanish_are_said() -> None:
    stats = {"newswire/given": 5, "item_scraped_count": 3, "finish_reason": "finished"}
    assert problems(stats) == ["2 pages unaccounted for"]
    stats |= {"item_dropped_count": 2, "newswire/dropped": 1, "newswire/no_article/no-body": 1}
    assert problems(stats) == []
    assert summary(stats) == (
        "3 articles of 5 pages, 1 without an article, 1 dropped by other pipelines"
    )


def test_a_killed_run_did_not_finish() -> None:
    stats = {"newswire/given": 1, "item_scraped_count": 1, "newswire/files": 3}
    assert exit_code(stats) == STOPPED
    assert summary(stats) == "1 article of 1 page, stopped (killed): 3 files of 3 not read"
