"""What newswire wrote it reads again, or says in one line why not."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from newswire.errors import FeedError
from newswire.ledger.care import read_feed
from tests import forked
from tests.crawl import ROOT
from tests.test_tables import lines, run

KINDS = ("jsonl", "csv", "parquet", "db", "jsonl.gz", "jsonl.zst", "csv.zst")


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    kinds = (*KINDS, "xml", "ninjs.jsonl", "jsonld")
    run(*(part for kind in kinds for part in ("-O", f"{folder}/x.{kind}")), pages="fixtures")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_articles_come_back_as_they_were(feeds: Path, kind: str) -> None:
    problems: list[str] = []
    found = [json.loads(article.to_json()) for article in read_feed(feeds / f"x.{kind}", problems)]
    expected = lines((feeds / "x.jsonl").read_bytes())
    assert problems == []
    if kind == "csv" or kind.startswith("csv."):
        # an empty cell may be an empty text or an absent one
        expected = [{k: v if v != "" else None for k, v in item.items()} for item in expected]
        found = [{k: v if v != "" else None for k, v in item.items()} for item in found]
    assert found == expected


@pytest.mark.parametrize("kind", ["xml", "ninjs.jsonl", "jsonld"])
def test_feeds_that_lack_something_are_refused(feeds: Path, kind: str) -> None:
    with pytest.raises(FeedError, match="does not hold all of an article"):
        list(read_feed(feeds / f"x.{kind}", []))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.csv", b"\xff\xfe\0"),
        ("x.db", b"no database"),
        ("x.parquet", b"no parquet"),
        ("x.jsonl.gz", gzip.compress(b"{}" * 1000, mtime=0)[:20]),
        ("x.jsonl.zst", b"no zstd"),
    ],
)
def test_other_content_is_said_in_one_line(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    done = forked.run("scrapy", "summary", str(tmp_path / name))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr


def test_foreign_lines_are_left_out_and_said(feeds: Path, tmp_path: Path) -> None:
    whole = (feeds / "x.jsonl").read_bytes().splitlines(keepends=True)
    mark = b"\xef\xbb\xbf"
    (tmp_path / "x.jsonl").write_bytes(
        mark + whole[0] + b'{"a": 1}\n[1, 2]\nnull\nno json\n' + mark + whole[1]
    )
    done = forked.run("scrapy", "summary", str(tmp_path / "x.jsonl"))
    assert done.returncode == 1
    assert "2 articles; blocks dropped by rule:" in done.stdout
    assert "4 lines left out, the first: " in done.stderr
    assert "x.jsonl:2: not an article: it lacks 'dateline'" in done.stderr


def test_summary_for_any_terminal_and_pipe(feeds: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "summary", str(feeds / "x.jsonl")]
    head = subprocess.run(
        ["sh", "-c", f"PYTHONIOENCODING=latin-1 {' '.join(command)} | head -n 2"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    assert head.stderr == b""
    assert head.stdout.startswith(b"edition ")
    assert head.stdout.count(b"\n") == 2
