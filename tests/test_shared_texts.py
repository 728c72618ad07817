"""Real saved texts, where they are at hand: no sentence of an article is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswire.boilerplate.traits import is_prose
from newswire.text.characters import tidy
from newswire.text.decoding import decode
from tests.crawl import ROOT, Crawl, crawl

TEXTS = ROOT.parent / "shared" / "data" / "text"
pytestmark = pytest.mark.skipif(not TEXTS.is_dir(), reason="real saved texts are not at hand")

# sentences that are no part of an article: blurb of the section, hidden block, reservations
NO_ARTICLE_TEXT = {"section-head", "microdata", "disclaimer", "e-mail", "repeated-announce"}


@pytest.fixture(scope="module")
def pages() -> list[Path]:
    found = [*TEXTS.glob("*/pages_*.txt"), *TEXTS.glob("*/falkonkg_*.txt")]
    return sorted(found)


@pytest.fixture(scope="module")
def texts_crawl(pages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "list").write_text("\n".join(map(str, pages)), "utf-8")
    return crawl(folder / "feed.jsonl", "-a", f"replay=@{folder / 'list'}")


# excerpts that end inside the radio programme, or before the text
RADIO = {
    "pages_2019-04-06_1040281558.txt",
    "pages_2021-04-21_1032268921.txt",
    "pages_2025-12-29_1059756504.txt",
    "pages_2016-05-25_1025670835.txt",
}


def test_every_page_with_an_article_gives_an_item(pages: list[Path], texts_crawl: Crawl) -> None:
    exported = {item["source"]["uri"] for item in texts_crawl.items}
    assert {page.name for page in pages if page.as_posix() not in exported} == RADIO
    assert texts_crawl.code == 0


def test_no_sentence_is_lost(texts_crawl: Crawl) -> None:
    for item in texts_crawl.items:
        lost = [
            block
            for block in item["stripped"]
            if is_prose(block["text"]) and block["rule"] not in NO_ARTICLE_TEXT
        ]
        assert lost == [], item["source"]["uri"]


def test_every_line_is_accounted_for(texts_crawl: Crawl) -> None:
    for item in texts_crawl.items:
        parts = [
            item["headline"] or "",
            item["description"] or "",
            (item["dateline"] or {}).get("raw", ""),
            item["body"],
            *(block["text"] for block in item["stripped"]),
        ]
        kept = _letters("".join(parts))
        text = decode(Path(item["source"]["uri"]).read_bytes())[0]
        for line in text.splitlines():
            assert all(_letters(word) in kept for word in tidy(line).split()), line


def test_prose_between_paragraphs_is_never_furniture(texts_crawl: Crawl) -> None:
    """Inside the text only pictures and other stories go."""
    inside = {"caption-line", "credit", "repeated-caption", "related", "microdata"}
    for item in texts_crawl.items:
        text = decode(Path(item["source"]["uri"]).read_bytes())[0].splitlines()
        body = item["body"].split("\n\n")
        numbers = [n for n, line in enumerate(text, 1) if tidy(line) in body]
        for block in item["stripped"]:
            if numbers and numbers[0] < block["line"] < numbers[-1]:
                assert block["rule"] in inside, block


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
