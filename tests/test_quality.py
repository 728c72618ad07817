"""The scorer and the floors of `make quality`."""

from __future__ import annotations

import pytest

from benchmarks.quality.__main__ import failures
from benchmarks.quality.scoring import score, summary

LINES = [
    "A bridge opens over the river",
    "Subscribe",
    "RIVERTON, May 3 - Wire. The new bridge over the river was opened on Monday morning.",
    "It is three hundred metres long and has two lanes for bicycles.",
]
GOLD = {
    "headline": 1,
    "body": [3, 4],
    "head_cut": "RIVERTON, May 3 - Wire.",
    "place": "RIVERTON",
    "roles": "HfBB",
}
FIRST = "The new bridge over the river was opened on Monday morning."
ITEM = {
    "headline": LINES[0],
    "body": f"{FIRST}\n\n{LINES[3]}",
    "dateline": {"raw": "RIVERTON, May 3"},
}


def test_a_right_item_is_exact() -> None:
    found = score("page", LINES, GOLD, ITEM, "wire")
    assert (found.exact, found.lost, found.leaked) == (True, [], [])
    assert all(found.hits.values())


def test_a_line_left_in_and_a_lost_paragraph_are_named() -> None:
    found = score("page", LINES, GOLD, ITEM | {"body": f"Subscribe\n\n{FIRST}"}, "wire")
    assert (found.exact, found.lost, found.leaked) == (False, [4], [2])


def test_no_item_loses_every_paragraph() -> None:
    found = score("page", LINES, GOLD, None, "wire")
    assert (found.lost, found.hits["headline"]) == ([3, 4], False)


def test_a_page_without_an_article_must_give_none() -> None:
    gold = {"no_article": True, "body": [], "roles": "xfxx"}
    right, wrong = (score("page", LINES, gold, item, "wire") for item in (None, ITEM))
    assert summary([right, wrong]) == {"pages": 2, "no-article": 0.5}


@pytest.mark.parametrize(
    ("floor", "broken"),
    [(">= 0.9", False), (">= 0.96", True), ("<= 0.9", True), ("== 0.95", False)],
)
def test_floors(floor: str, broken: bool) -> None:
    found = failures("texts", {"wire": {"F1": 0.95}}, {"wire": {"F1": floor}})
    assert bool(found) is broken


def test_a_floor_without_a_figure_is_a_failure() -> None:
    assert failures("texts", {}, {"wire": {"F1": ">= 0.9"}})
