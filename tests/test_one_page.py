"""Scrapy's commands for one page, which say in one line what they cannot read; and scripts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newswire.spiders.sputnik import SputnikSpider
from tests import forked
from tests.forked import ROOT

PAGE = ROOT / "fixtures/sputnik/tj/mountain-library.html"
COMMANDS = {
    "fetch": ["fetch"],
    "parse": ["parse", "--spider", "sputnik"],
    "shell": ["shell", "-c", "response"],
    "view": ["view"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_such_file(command: str) -> None:
    done = forked.run("scrapy", *COMMANDS[command], "file:///nowhere/at%20all.html")
    assert done.returncode == 2
    assert done.stderr == "__main__.py: file:///nowhere/at%20all.html: no such file\n"


@pytest.mark.parametrize("command", ["fetch", "parse", "shell"])
def test_nobody_answers(command: str) -> None:
    options = ["--loglevel", "ERROR", "http://127.0.0.1:1/"]
    done = forked.run("scrapy", *COMMANDS[command], *options)
    assert done.returncode == (2 if command == "shell" else 1)
    assert "http://127.0.0.1:1/" in done.stderr.splitlines()[-1]
    assert "Connection was refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_saved_page_is_read_without_a_warning() -> None:
    done = forked.run("scrapy", "parse", "--spider", "sputnik", PAGE.as_uri(), "--nocolour")
    assert done.returncode == 0
    assert "'headline': 'Горная библиотека" in done.stdout
    assert "WARNING" not in done.stderr


def test_the_wire_of_a_saved_page_is_asked_for() -> None:
    done = forked.run("scrapy", "parse", PAGE.as_uri())
    line = "__main__.py: name the wire of the page: --spider ria or sputnik\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_a_fault_of_the_users_code_is_told_in_full() -> None:
    done = forked.run("scrapy", "shell", "--nolog", "-c", "1 / 0", str(PAGE))
    assert done.returncode == 1
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_the_script_of_the_documentation(tmp_path: Path) -> None:
    text = (ROOT / "docs/library.md").read_text("utf-8")
    code = re.search(r"## A crawl from a script.*?```python\n(.*?)```", text, re.DOTALL)
    assert code
    shutil.copy(PAGE, tmp_path / "saved.html")
    (tmp_path / "script.py").write_text(code[1], "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "script.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "1 article of 1 page\n"), done.stderr
    assert (tmp_path / "articles.jsonl").stat().st_size


def test_a_script_without_our_settings_is_told_at_once() -> None:
    with pytest.raises(UsageError, match="these are not newswire's settings: let the settings"):
        Crawler(SputnikSpider, Settings())
