"""Rules, editions and agencies of the user's own, beside those of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked
from tests.crawl import ROOT, Crawl, command

OWN = """
[[rule]]
id = "app-advert"
why = "invitation to install an app"
zone = "tail"
words = ["Install our app."]

[[agency]]
name = "Harbour Wire"
country = "GB"
printed = ["Harbour Wire"]

[[edition]]
wire = "sputnik"
id = "quay"
site = "https://quay.example"
languages = ["en"]
script = "Latn"
timezone = "Europe/London"
country = "GB"
site_names = ["Quay News"]
agencies = ["Harbour Wire"]
"""
PAGE = """<h1>Lighthouse to shine again</h1><div itemprop="articleBody">
<p>LONDON, 23 December (Harbour Wire) — The lamp of the old lighthouse was lit on Friday.</p>
<p>It had been dark for two years, the keeper said.</p><p>Install our app</p></div>
<link rel="canonical" href="https://quay.example/20211223/lighthouse-1044450001.html">"""


def read(folder: Path, own: str) -> Crawl:
    (folder / "own.toml").write_text(own, "utf-8")
    (folder / "page.html").write_text(PAGE, "utf-8")
    options = ["-a", f"replay={folder / 'page.html'}", "-s", f"NEWSWIRE_RULES={folder}/own.toml"]
    # a new interpreter: the process that others are forked from has read the tables
    done = subprocess.run(
        command(folder / "x.jsonl", *options), cwd=ROOT, capture_output=True, text=True, check=False
    )
    feed = folder / "x.jsonl"
    return Crawl(done.returncode, done.stderr, feed.read_bytes() if feed.is_file() else b"")


def test_rows_of_ones_own_count_as_ours(tmp_path: Path) -> None:
    done = read(tmp_path, OWN)
    assert done.code == 0, done.log
    [item] = done.items
    assert item["id"] == "sputnik:quay:1044450001"
    assert item["dateline"]["agency"] == "Harbour Wire"
    assert item["body"].startswith("The lamp of the old lighthouse")
    assert item["body"].endswith("the keeper said.")
    assert [(s["text"], s["rule"]) for s in item["stripped"]][-1] == (
        "Install our app",
        "app-advert",
    )


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("[[rule", "own.toml: "),
        ("[[rul]]\n", "own.toml: unknown table 'rul' (known: rule, edition, agency, cms)"),
        ('[[rule]]\nid = "a"\nwhy = "x"\nzone = "top"\n', "own.toml: rule 'a': zone 'top'"),
    ],
)
def test_what_cannot_be_used_stops_the_start(tmp_path: Path, own: str, message: str) -> None:
    done = read(tmp_path, own)
    assert done.code == 2
    assert message in done.log
    assert "boilerplate.toml" not in done.log
    assert len(done.log.splitlines()) == 1
    assert not done.feed


FAULTS = {
    '[rule]\nid = "a"\n': "own.toml: begin each rule with a line [[rule]]",
    '[[rule]]\nid = "subscribe"\nwhy = "x"\n': (
        "own.toml: rule 'subscribe': its id is used already"
    ),
    '[[edition]]\nid = "mine"\n': "own.toml: edition 'mine' lacks 'agencies'",
    '[[cms]]\nid = "mine"\n': "own.toml: cms 'mine' lacks 'article'",
    '[[agency]]\nname = "Mine"\n': "own.toml: Mine: needs 'printed' (list)",
    '[[agency]]\nname = "Mine"\nprinted = ["ТАСС"]\n': (
        "own.toml: Mine: another agency has 'ТАСС'"
    ),
}


def test_the_file_of_a_broken_row_is_named(tmp_path: Path) -> None:
    """All in one new interpreter, of which each case is a child."""
    code = (
        "import os, sys\n"
        "from newswire import rules\n"
        "from newswire.dateline import grammar\n"
        "from newswire.wires import cms, editions\n"
        "for name in sys.argv[1:]:\n"
        "    if not os.fork():\n"
        "        os.chdir(name)\n"
        "        try:\n"
        "            rules.add(['own.toml'])\n"
        "            rules.boilerplate(), cms.systems(), editions.editions(), grammar.agencies()\n"
        "        except rules.RuleError as error:\n"
        "            print(error, flush=True)\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
    )
    folders = [tmp_path / str(number) for number, _ in enumerate(FAULTS)]
    for folder, own in zip(folders, FAULTS, strict=True):
        folder.mkdir()
        (folder / "own.toml").write_text(own, "utf-8")
    command = [sys.executable, "-c", code, *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == list(FAULTS.values())


def test_rules_that_come_late_are_refused() -> None:
    code = (
        "from newswire import rules\n"
        "from newswire.errors import RuleError\n"
        "rules.boilerplate()\n"
        "import tempfile\n"
        "file = tempfile.NamedTemporaryFile()\n"
        "try:\n"
        "    rules.add([file.name])\n"
        "except RuleError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "add rules before the first page is read" in done.stdout


def test_other_files_are_named(tmp_path: Path) -> None:
    setting = f"NEWSWIRE_RULES={tmp_path / 'missing.toml'}"
    done = forked.run("scrapy", "crawl", "sputnik", "-a", "replay=fixtures", "-s", setting)
    assert done.returncode == 2
    assert "missing.toml" in done.stderr
