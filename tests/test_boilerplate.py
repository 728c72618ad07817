"""What is furniture and what is not: examples by shape, and that prose is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.boilerplate import classify
from newswire.boilerplate.microdata import split_glued
from newswire.boilerplate.traits import is_prose
from newswire.page.model import Block, Facts, Role
from newswire.text.characters import tidy
from tests.boilerplate_cases import ALT, CASES, HEADLINE, OURS, P1, P2


def kept(*lines: str) -> list[str]:
    blocks = [Block(tidy(line), n) for n, line in enumerate(lines, 1) if line]
    classify(blocks, Facts())
    # which paragraph is the lede is asked elsewhere
    return [b.text for b in blocks if b.role in (Role.PARAGRAPH, Role.DESCRIPTION)]


@pytest.mark.parametrize(
    ("lines", "expected"), [c[1:] for c in CASES + OURS], ids=[c[0] for c in CASES + OURS]
)
def test_case(lines: list[str], expected: list[str]) -> None:
    assert kept(*lines) == expected


WORDS = st.sampled_from(
    [
        "парк",
        "дождь",
        "город",
        "школа",
        "park",
        "rain",
        "city",
        "şehir",
        "okul",
        "公園",
        "城市",
        "مدرسة",
    ]
)
SENTENCES = st.lists(WORDS, min_size=9, max_size=30).map(
    lambda words: " ".join(words).capitalize() + "."
)
FURNITURE = st.sampled_from(
    [
        "Подписаться",
        "Лента новостей",
        "0",
        "165",
        "Telegram",
        "12:30",
        "12:30 02.04.2022",
        "10 мин",
        ALT,
        "© Sputnik / А. Сомов",
        "© Sputnik / А. СомовСаженцы в парке",
        "Саженцы в парке",
        HEADLINE,
        "- Sputnik Таджикистан, 1920",
        "log in or register",
        "2024-11-01T18:20+0100",
        "Теги:",
        "Общество",
        "https://tj.sputniknews.ru/20220402/park-1046000000.html",
        "Читайте также",
        "Почему в городе запустили фонтан",
    ]
)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(st.one_of(SENTENCES, FURNITURE), max_size=25))
def test_prose_is_never_lost(lines: list[str]) -> None:
    """Whatever stands around it, a paragraph is text or lede, or a section's blurb."""
    blocks = [Block(line, n) for n, line in enumerate(lines, 1)]
    classify(blocks, Facts())
    lost = [b for b in blocks if b.role is Role.FURNITURE and is_prose(b.text)]
    assert all(b.rule in {"section-head", "microdata"} for b in lost)
    assert len([b for b in lost if b.rule == "section-head"]) <= 1


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), SENTENCES, FURNITURE), max_size=20))
def test_every_block_is_kept_or_says_its_rule(lines: list[str]) -> None:
    tidied = [tidy(line) for line in lines]
    blocks = [Block(line, n) for n, line in enumerate(tidied, 1) if line]
    before = "".join(b.text for b in blocks)
    classify(blocks, Facts())
    assert all((b.role is Role.FURNITURE) == (b.rule is not None) for b in blocks)
    after = "".join(b.text for b in blocks)
    assert "".join(after.split()) == "".join(before.split())


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_glued_paragraphs_lose_nothing_and_split_once(text: str) -> None:
    parts = split_glued(text)
    assert "".join(parts) == text
    assert [p for part in parts for p in split_glued(part)] == parts


def test_picture_without_a_credit_dates_nothing_by_itself() -> None:
    """It may be that of another story, set right below the headline."""
    day = "2022-04-02"
    for credit, expected in (
        ([], (day, {})),
        (["© Sputnik / А. СомовСаженцы в парке"], (None, {"caption": day})),
    ):
        lines = [HEADLINE, *credit, ALT, P1, P2]
        facts = Facts()
        classify([Block(tidy(line), n) for n, line in enumerate(lines, 1)], facts)
        assert (facts.hint, facts.dates) == expected
