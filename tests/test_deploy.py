"""The files of deploy/, which are copied as they are: do they name what there is?"""

from __future__ import annotations

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests import forked
from tests.forked import ROOT

DEPLOY = ROOT / "deploy"


def commands(path: Path) -> list[list[str]]:
    """Return the words behind `scrapy` of each command in a file."""
    found = re.findall(r"\.venv/bin/scrapy (.+?)(?: \|\|| > |$)", path.read_text("utf-8"), re.M)
    return [shlex.split(words) for words in found]


@pytest.mark.parametrize("name", ["newswire.cron", "newswire.service", "schedule.cron"])
def test_commands(name: str) -> None:
    for words in commands(DEPLOY / name) or [[]]:
        done = forked.run("scrapy", words[0], "--help")
        assert done.returncode == 0
        assert words[1] == "sputnik"
        for option in words[2:]:
            assert not option.startswith("-") or f"{option} " in done.stdout or "-o" in option


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.cron")), ids=lambda path: path.name)
def test_cron(path: Path) -> None:
    rows = [r for r in path.read_text("utf-8").splitlines() if re.match(r"[*\d]", r)]
    assert rows
    for row in rows:
        *when, user, command = row.split(maxsplit=6)
        assert [len(when), user] == [5, "newswire"]
        assert "%" not in command  # a line's end to cron


@pytest.mark.parametrize(
    "path", [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")], ids=lambda path: path.name
)
def test_units(path: Path) -> None:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text("utf-8"))
    kind = path.suffix[1:].capitalize()
    assert set(unit.sections()) <= {"Unit", kind, "Install"}
    assert path.name in path.read_text("utf-8")  # the comment says where it goes
    if kind == "Timer":
        assert path.with_suffix(".service").is_file()
