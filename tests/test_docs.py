"""The documentation: it builds without a warning, names what there is, and its commands work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from newswire import settings
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
