"""newswire as an installed package: everything is in it, and its commands work from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.forked import ROOT
from tools import check_package


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    check_package.build(folder)
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed where nothing of the repository is, beside what it depends on."""
    folder = tmp_path_factory.mktemp("installed")
    [wheel] = dist.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", folder / "lib", wheel], check=True, capture_output=True)
    (folder / "work").mkdir()
    return folder


def environment_of(installed: Path) -> dict[str, str]:
    """Return an environment without what tests before leave in it: get_project_settings does."""
    others = {k: v for k, v in os.environ.items() if not k.startswith("SCRAPY")}
    return others | {"PYTHONPATH": str(installed / "lib")}


def run(installed: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = environment_of(installed)
    return subprocess.run(
        [sys.executable, installed / "lib/bin/newswire", *arguments],
        cwd=installed / "work", env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_wheel_has_all_that_git_has(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "newswire"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert set(listed) - names == set()
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/", "tools/"))]


def test_source_distribution_can_test_itself(dist: Path) -> None:
    [archive] = dist.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    wanted = {"Makefile", "constraints.txt", "scrapy.cfg", "tests/conftest.py", "docs/library.md"}
    wanted |= {"fixtures/sputnik/tj/putin-kazakhstan.txt", "newswire/rules/places.zip"}
    assert wanted <= names


@pytest.mark.parametrize("version", check_package.interpreters())
def test_every_python_of_this_machine_takes_the_code(installed: Path, version: str) -> None:
    """`python -m tools.check_package` installs and uses it there, which takes half a minute."""
    python = check_package.interpreters()[version]
    code = (
        "import pathlib, sys\n"
        "for path in pathlib.Path(sys.argv[1]).rglob('*.py'):\n"
        "    compile(path.read_text('utf-8'), path, 'exec')\n"
    )
    command = [python, "-W", "error", "-c", code, str(installed / "lib/newswire")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_commands_work_without_a_project_folder(installed: Path) -> None:
    page = str(ROOT / "fixtures/sputnik/tj/mountain-library.html")
    done = run(installed, ["crawl", "sputnik", "-a", f"replay={page}", "-O", "x.jsonl"])
    assert done.returncode == 0, done.stderr
    item = json.loads((installed / "work/x.jsonl").read_text("utf-8"))
    summary = run(installed, ["summary", "x.jsonl"])
    assert item["headline"] in summary.stdout
    plain = json.loads(run(installed, [page]).stdout)
    assert plain["body"] == item["body"]
    report = run(installed, ["report", "x.jsonl"])
    assert report.returncode == 0, report.stderr
    assert {path.name for path in (installed / "work").iterdir()} == {"x.jsonl", "report.html"}


def test_settings_of_ones_own_go_before(installed: Path, tmp_path: Path) -> None:
    """A project whose settings extend ours: its pipeline comes after ours, and its words count."""
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = mine\n")
    (tmp_path / "mine.py").write_text(
        "from newswire.settings import *\n"
        "ITEM_PIPELINES = {**ITEM_PIPELINES, 'steps.Shout': 500}\n"
        "NEWSWIRE_KEEP_STRIPPED = False\n"
    )
    (tmp_path / "steps.py").write_text(
        "class Shout:\n"
        "    def process_item(self, item):\n"
        "        item.headline = item.headline.upper()\n"
        "        return item\n"
    )
    page = str(ROOT / "fixtures/sputnik/tj/mountain-library.html")
    environment = environment_of(installed)
    command = ["-m", "newswire", "crawl", "sputnik", "-a", f"replay={page}", "-O", "x.jsonl"]
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    item = json.loads((tmp_path / "x.jsonl").read_text("utf-8"))
    assert item["headline"].isupper()
    assert item["stripped"] == []


@pytest.mark.parametrize("command", ["shell", "parse", "fetch"])
def test_one_page_is_looked_at_without_a_ledger(installed: Path, command: str) -> None:
    page = ROOT / "fixtures/sputnik/tj/mountain-library.html"
    more = {
        "shell": [str(page), "--spider", "sputnik", "-c", "next(spider.parse(response)).headline"],
        "parse": [page.as_uri(), "--spider", "sputnik", "--nolinks"],
        "fetch": [page.as_uri()],
    }
    done = run(installed, [command, "--nolog", *more[command]])
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "Горная библиотека открылась под Хорогом" in done.stdout
    assert not list((installed / "work").glob("*.db"))
