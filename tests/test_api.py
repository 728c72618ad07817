"""The library: what it gives equals what a crawl exports, without Scrapy."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import newswire
from newswire import api, settings
from newswire.article.assemble import assemble
from newswire.errors import ArgumentError, ConfigError, ReplayError
from tests.crawl import ROOT, Crawl, crawl

TEXT = "Совет города собрался в пятницу вечером и решил построить новый мост."
PAGE = f"<h1>В Душанбе построят мост</h1><div itemprop='articleBody'><p>{TEXT}</p></div>"
URL = "https://tj.sputniknews.ru/20211223/most-1044450001.html"
OF_A_LEDGER = ("duplicate_of", "relation", "similarity", "version", "previous")


def _items(path: Path) -> list[dict[str, Any]]:
    return [asdict(x) for x in newswire.read(path) if isinstance(x, newswire.Article)]


@pytest.fixture
def _in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("_in_project")
def test_fixtures_give_what_the_crawl_gives(fixtures_crawl: Crawl) -> None:
    """A copy of an article is another matter: only the ledger of the crawl knows it."""
    ours = [asdict(x) for x in newswire.read("fixtures") if isinstance(x, newswire.Article)]
    assert len(ours) > 50
    assert ours == fixtures_crawl.items


@pytest.mark.skipif(not (ROOT / "../shared/data/text").exists(), reason="no shared texts")
def test_real_texts_give_what_the_crawl_gives(tmp_path: Path) -> None:
    folder = (ROOT / "../shared/data/text").resolve()
    done = crawl(tmp_path / "feed.jsonl", "-a", f"replay={folder}")
    ours = {item["source"]["uri"]: item for item in _items(folder)}
    assert len(done.items) > 20
    for item in done.items:
        mine = ours[item["source"]["uri"]]
        assert {k: v for k, v in mine.items() if k not in OF_A_LEDGER} == {
            k: v for k, v in item.items() if k not in OF_A_LEDGER
        }


def test_library_documentation_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "docs/library.md"), module_relative=False)
    assert (failed, tried > 5) == (0, True)


@pytest.mark.parametrize("page", [PAGE, PAGE.encode("cp1251")])
def test_url_gives_edition_id_and_day(page: str | bytes) -> None:
    article = newswire.extract(page, url=URL, content_type="text/html; charset=windows-1251")
    assert (article.id, article.edition, article.date_published, article.body) == (
        "sputnik:tj:1044450001",
        "tj",
        "2021-12-23",
        TEXT,
    )


def test_saved_text_is_read_as_text() -> None:
    text = f"В Душанбе построят мост\nПодписаться\n{TEXT}\n"
    article = newswire.extract(text, edition="tj", content_type="text/plain")
    assert (article.extractor, article.headline, article.body) == (
        "saved-text",
        "В Душанбе построят мост",
        TEXT,
    )
    assert [block.rule for block in article.stripped] == ["subscribe"]


def test_wire_comes_from_the_url() -> None:
    assert newswire.extract(PAGE, url="https://ria.ru/20211223/most-1765000001.html").wire == "ria"


def test_pages_without_an_article_say_why() -> None:
    with pytest.raises(newswire.UnreadablePage) as unreadable:
        newswire.extract(b"\0\1\2\3" * 100)
    assert unreadable.value.reason is newswire.Reason.NOT_TEXT
    with pytest.raises(newswire.NoArticle) as other:
        newswire.extract(PAGE, url=URL, edition="kg")
    assert other.value.reason is newswire.Reason.OTHER_EDITION
    assert isinstance(other.value, newswire.NewswireError)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"edition": "xx"}, "unknown edition 'xx'"),
        ({"wire": "tass"}, "unknown wire 'tass' (known: sputnik, ria"),
    ],
)
def test_unknown_names_are_refused(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError) as error:
        newswire.extract(PAGE, **arguments)
    assert message in str(error.value)
    with pytest.raises(ConfigError):
        newswire.read(ROOT / "fixtures", **arguments)  # type: ignore[arg-type]


def test_path_that_names_nothing_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ReplayError):
        newswire.read(tmp_path / "nothing")


def test_a_fault_costs_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (tmp_path / f"{number}.html").write_text(PAGE.replace("мост", f"мост {number}"), "utf-8")

    def faulty(page: Any, *rest: Any) -> Any:
        if page.source.uri.endswith("1.html"):
            raise RuntimeError("broken")
        return assemble(page, *rest)

    monkeypatch.setattr(api, "assemble", faulty)
    kinds = [getattr(found, "reason", None) for found in newswire.read(tmp_path)]
    assert kinds == [None, newswire.Reason.FAILED, None]


def test_size_limit_is_that_of_a_crawl() -> None:
    assert api.MAX_BYTES == settings.DOWNLOAD_MAXSIZE


def test_names_load_when_they_are_used() -> None:
    code = """
import sys, newswire
assert [m for m in sys.modules if m.startswith("newswire.")] == []
from newswire import dateline
assert "newswire.api" not in sys.modules
assert set(newswire.__all__) <= set(dir(newswire))
for name in newswire.__all__:
    assert getattr(newswire, name), name
assert not {"scrapy", "twisted"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    with pytest.raises(AttributeError):
        _ = newswire.nothing


# --- python -m newswire --------------------------------------------------------------------------


def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "newswire", *map(str, arguments)]
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)


def test_shell_prints_json_lines_and_says_what_was_skipped() -> None:
    done = run("fixtures/sputnik/tj/putin-kazakhstan.txt", "fixtures/sputnik/int/empty.txt")
    [item] = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert item["id"].startswith("sputnik:tj:")
    assert done.stderr == b"fixtures/sputnik/int/empty.txt: skipped: empty file\n"
    assert done.returncode == 1


def test_shell_refuses_in_one_line() -> None:
    done = run("nothing-of-this-name")
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
