"""Every page in fixtures/ gives the item in the .json beside it, `null` for a page with no article.

To add one: put the page there, run `pytest tests/test_fixtures.py --update`, read the new .json
line by line, commit both. The run that wrote a file fails, so that nobody mistakes it for a check.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from newswire.archive.kinds import NAMES
from newswire.article.version import rules_version
from tests.crawl import ROOT, Crawl
from tools.build_schema import COPIES, article_schema

FIXTURES = ROOT / "fixtures"
PAGES = sorted(p for p in FIXTURES.rglob("*") if p.suffix in NAMES)
RIA = [p for p in PAGES if p.is_relative_to(FIXTURES / "ria")]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_fixture(
    page: Path, fixtures_crawl: Crawl, ria_crawl: Crawl, request: pytest.FixtureRequest
) -> None:
    uri = page.relative_to(ROOT).as_posix()
    items = (ria_crawl if page in RIA else fixtures_crawl).items
    got = next((item for item in items if item["source"]["uri"] == uri), None)
    if got:
        assert got["source"].pop("rules") == rules_version()
    beside = page.with_suffix(".json")
    if request.config.getoption("--update"):
        written = json.dumps(got, ensure_ascii=False, indent=2) + "\n"
        if not beside.exists() or beside.read_text("utf-8") != written:
            beside.write_text(written, "utf-8")
            pytest.fail(f"wrote {beside.relative_to(ROOT)}: read it line by line")
    expected: dict[str, Any] | None = json.loads(beside.read_text("utf-8"))
    assert got == expected


def test_every_expected_item_has_a_page() -> None:
    assert {p.with_suffix("") for p in PAGES} == {
        p.with_suffix("") for p in FIXTURES.rglob("*.json")
    }


def test_crawl_ends_well(fixtures_crawl: Crawl) -> None:
    assert fixtures_crawl.code == 0
    assert "log_count/ERROR" not in fixtures_crawl.stats
    assert "Traceback" not in fixtures_crawl.log


def test_every_page_is_accounted_for(fixtures_crawl: Crawl) -> None:
    """Exported, dropped with a reason, or unreadable: nothing gets lost on the way."""
    stats = fixtures_crawl.stats
    without = sum(
        count
        for name, count in stats.items()
        if name.startswith(("newswire/no_article/", "newswire/unreadable/"))
    )
    assert stats["newswire/other_wire"] == len(RIA)
    assert stats["item_scraped_count"] + without + len(RIA) == len(PAGES)


def test_items_are_valid(fixtures_crawl: Crawl) -> None:
    validator = Draft202012Validator(article_schema(), format_checker=FormatChecker())
    for item in fixtures_crawl.items:
        validator.validate(item)


def test_items_keep_the_order_of_the_contract(fixtures_crawl: Crawl) -> None:
    order = list(article_schema()["properties"])
    assert all(list(item) == order for item in fixtures_crawl.items)


def test_schema_is_current() -> None:
    for copy in COPIES:
        assert json.loads(copy.read_text("utf-8")) == article_schema(), "run: make schema"


def test_nothing_of_a_page_disappears(fixtures_crawl: Crawl) -> None:
    """Each line of a saved text is in the item: in its text, or in `stripped` with the rule."""
    for item in fixtures_crawl.items:
        if item["source"]["kind"] != "text":
            continue
        page = ROOT / item["source"]["uri"]
        kept = _letters(
            " ".join(
                [
                    item["headline"] or "",
                    item["description"] or "",
                    (item["dateline"] or {}).get("raw", ""),
                    item["body"],
                    *(block["text"] for block in item["stripped"]),
                ]
            )
        )
        for line in _decoded(page).splitlines():
            for word in line.split():
                assert _letters(word) in kept, (page.name, word)


def _decoded(page: Path) -> str:
    from newswire.text.characters import tidy
    from newswire.text.decoding import decode

    return "\n".join(tidy(line) for line in decode(page.read_bytes())[0].splitlines())


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
