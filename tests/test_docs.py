"""The documentation: it builds without a warning, names what there is, and its commands work."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from scrapy.cmdline import ScrapyArgumentParser
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from newswire import settings
from newswire.crawl.arguments import NAMES
from newswire.rules import boilerplate
from tests.crawl import Crawl
from tests.forked import ROOT

DOCS = ROOT / "docs"


def test_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-d"]
    command += [str(tmp_path / "doctrees"), "-b", "html", str(DOCS), str(tmp_path / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "html/reference.html").read_text("utf-8")
    for name in vars(settings):
        assert not name.startswith("NEWSWIRE_") or name in page
    assert all(f">{rule}<" in page for rule in boilerplate())
    assert "://fonts." not in page


def test_every_stat_is_documented(fixtures_crawl: Crawl, ria_crawl: Crawl) -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    table = page[page.index("## Stats") : page.index("## Why a page")]
    known = {name.removesuffix("/…") for name in re.findall(r"`([a-z_/]+(?:/…)?)`", table)}
    for name in {*fixtures_crawl.stats, *ria_crawl.stats}:
        if name.startswith("newswire/"):
            stat = name.removeprefix("newswire/")
            assert stat in known or stat.partition("/")[0] in known, name


# --- the tutorial, literally ---------------------------------------------------------------------


def _commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of the `console` blocks, and the lines that are shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
        command, shown = "", list[str]()
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            else:
                shown.append(line)
        yield command, shown


def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    for name in ("fixtures", "scrapy.cfg"):
        (tmp_path / name).symlink_to(ROOT / name)
    bin_folder = str(Path(sys.executable).parent)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SCRAPY", "NEWSWIRE"))}
    environment |= {"PATH": f"{bin_folder}:{environment['PATH']}", "PYTHONPATH": str(ROOT)}
    ran = 0
    with ExitStack() as stack:
        for command, shown in _commands(DOCS / "tutorial.md"):
            if command.endswith("&"):
                process = subprocess.Popen(
                    ["bash", "-c", f"exec {command.rstrip('& ')}"], cwd=tmp_path, env=environment,
                    stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                stack.enter_context(process)
                stack.callback(process.terminate)
                assert process.stdout
                process.stdout.readline()  # it is ready
                continue
            done = subprocess.run(
                ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True,
                text=True, check=False, timeout=120,
            )  # fmt: skip
            said = done.stdout + done.stderr
            assert done.returncode == 0, f"{command}\n{said}"
            for line in shown:
                for part in filter(None, line.split("…")):
                    assert part.strip() in said, f"{command}\n{said}"
            ran += 1
    assert ran >= 10


# --- the commands of all pages are understood ----------------------------------------------------

_LINE = re.compile(r"^(?: {4}|\$ )?((?:scrapy|make|python -m) [^#\n]+)", re.M)
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def _all_commands() -> Iterator[tuple[str, list[str]]]:
    """Yield each command in a block of code or a table of the documentation, and its words."""
    for page in PAGES:
        text = page.read_text("utf-8")
        blocks = re.findall(r"^```(?:console|sh)?\n(.*?)^```", text, re.M | re.S)
        blocks += re.findall(r"^(?: {4}\S.*\n)+", text, re.M)
        blocks += re.findall(r"^\| `((?:scrapy|make) [^`]+)`", text, re.M)
        for found in (line for block in blocks for line in _LINE.findall(block)):
            plain = re.sub(r"\[[^]]*\]|…|\|\|.*|[;>].*", "", found)
            yield f"{page.name}: {found}", shlex.split(plain.rstrip("& "))


def _scrapy(name: str, words: list[str]) -> None:
    command = load_object(f"newswire.commands.{name}.Command")()
    command.settings = get_project_settings()
    parser = ScrapyArgumentParser(prog=name, conflict_handler="resolve")
    command.add_options(parser)
    given, rest = parser.parse_known_args(words)
    assert not [word for word in rest if word.startswith("-")]
    known = {*vars(default_settings), *vars(settings), "FEEDS"}
    assert {setting.partition("=")[0] for setting in given.set} <= known
    asked = {word.partition("=")[0] for word in getattr(given, "spargs", [])}
    assert asked <= set(NAMES)


def test_the_commands_of_all_pages_are_understood() -> None:
    """The tutorial's run; those of other pages, which need a site or root, have to parse."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    seen = set()
    for shown, words in _all_commands():
        program, name, *rest = words
        seen.add(name)
        try:
            if program == "scrapy":
                _scrapy(name, rest)
            elif program == "make":
                assert name.partition("=")[0] in targets | {"PYTHON"}
            else:
                assert find_spec(rest[0])
        except (AssertionError, ImportError, SystemExit) as error:
            pytest.fail(f"{shown}: {error!r}")
    assert {"crawl", "ledger", "report", "deploy", "schedule", "reprocess", "demo", "-m"} <= seen


def test_the_benchmarks_are_those_recorded() -> None:
    # not by name: what it imports has no types
    tables = import_module("benchmarks.speed.tables")
    recorded = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
    assert (DOCS / "benchmarks.md").read_text("utf-8") == tables.page(recorded)
    assert (DOCS / "benchmarks.svg").read_text("utf-8") == tables.plot(recorded["stages"])
    assert tables.short(recorded) in (ROOT / "README.md").read_text("utf-8")
