"""Pages that nobody has written: what they say is kept, and the same number gives the same page."""

from __future__ import annotations

import pytest

from newswire import extract
from newswire.text.folding import loose
from tools import invented_pages

# numbers that no weights were fitted on
FIRST = 5000


@pytest.mark.parametrize("start", range(FIRST, FIRST + 60, 20))
def test_no_page_is_without_its_text(start: int) -> None:
    kept = wanted = 0
    for number in range(start, start + 20):
        page = invented_pages.page(number)
        body = loose(extract(page.html, url="https://news.example/story-1.html").body)
        there = sum(loose(said) in body for said in page.text)
        assert there >= 0.8 * len(page.text), number
        wanted += len(page.text)
        kept += there
    assert kept >= 0.95 * wanted


def test_the_same_number_gives_the_same_page() -> None:
    assert invented_pages.page(FIRST) == invented_pages.page(FIRST)


@pytest.mark.parametrize("shape", invented_pages.templates()["shape"])
def test_every_shape_says_what_is_its_text(shape: str) -> None:
    page = invented_pages.page(FIRST, [shape])
    assert page.text
    assert all(said for said in page.text)


def test_labels_follow_from_what_is_text() -> None:
    assert invented_pages.labelled({1, 3}, 5) == ["above", "text", "amid", "text", "below"]
    assert invented_pages.labelled(set(), 2) == ["above", "above"]
