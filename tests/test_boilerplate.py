"""What is furniture and what is not: examples by shape, and that prose is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.boilerplate import classify
from newswire.boilerplate.microdata import split_glued
from newswire.boilerplate.sheet import is_prose
from newswire.page import Block, Facts, Role
from newswire.text import tidy

P1 = "В парке открыли новую аллею, рассказали в городской администрации."
P2 = "Саженцы привезли из питомника, их посадили школьники и волонтеры."
P3 = "Полив наладят к началу мая, обещает садовник Игорь Лаптев."
HEADLINE = "В городском парке появилась новая аллея"
ALT = "Саженцы в парке - Sputnik Таджикистан, 1920, 02.04.2022"


def kept(*lines: str) -> list[str]:
    blocks = [Block(tidy(line), n) for n, line in enumerate(lines, 1) if line]
    classify(blocks, Facts())
    return [b.text for b in blocks if b.role is Role.PARAGRAPH]


# name, lines of a page, what must be in the text
CASES: list[tuple[str, list[str], list[str]]] = [
    ("bare text", [P1, P2, P3], [P1, P2, P3]),
    ("short paragraphs stay", [HEADLINE, P1, "Нет.", "— Да", P2], [P1, "Нет.", "— Да", P2]),
    ("subheadings stay", [HEADLINE, P1, "Что дальше", P2], [P1, "Что дальше", P2]),
    (
        "last line without a stop stays",
        [HEADLINE, P1, P2, "Вход свободный"],
        [P1, P2, "Вход свободный"],
    ),
    (
        "list at the end stays, the counter goes",
        [HEADLINE, P1, "Победители:", "Анна Белова", "Олег Сомов", "0"],
        [P1, "Победители:", "Анна Белова", "Олег Сомов"],
    ),
    (
        "list of networks stays behind a colon",
        [
            HEADLINE,
            P1,
            "Парк ведет страницы в сетях, их адреса есть на сайте:",
            "Telegram",
            "YouTube",
        ],
        [P1, "Парк ведет страницы в сетях, их адреса есть на сайте:", "Telegram", "YouTube"],
    ),
    ("row of share buttons goes", [HEADLINE, P1, P2, "Telegram", "WhatsApp", "0"], [P1, P2]),
    ("number as a paragraph stays", [HEADLINE, P1, "1945", P2], [P1, "1945", P2]),
    (
        "address in a sentence stays",
        [HEADLINE, P1, "Записаться можно по адресу park@example.org или по телефону 55-01-99."],
        [P1, "Записаться можно по адресу park@example.org или по телефону 55-01-99."],
    ),
    (
        "words of furniture in a sentence stay",
        [HEADLINE, P1, "Посетители просят кнопку «Подписаться», пишет Sputnik Таджикистан."],
        [P1, "Посетители просят кнопку «Подписаться», пишет Sputnik Таджикистан."],
    ),
    (
        "a tweet's handle stays",
        [HEADLINE, P1, "— Parks of Dushanbe (@parks_example) April 2, 2022", P2],
        [P1, "— Parks of Dushanbe (@parks_example) April 2, 2022", P2],
    ),
    (
        "other story goes",
        [
            HEADLINE,
            ALT,
            P1,
            "Фонтан - Sputnik Таджикистан, 1920, 01.01.2020",
            "Почему в городе запустили старый фонтан",
            P2,
        ],
        [P1, P2],
    ),
    (
        "question as the other story's headline goes",
        [
            HEADLINE,
            ALT,
            P1,
            "Фонтан - Sputnik Таджикистан, 1920, 01.01.2020",
            "Кто и зачем запустил старый городской фонтан?",
            P2,
        ],
        [P1, P2],
    ),
    (
        "paragraph below a picture without credit stays",
        [HEADLINE, ALT, P1, "Фонтан - Sputnik Таджикистан, 1920, 01.01.2020", P2],
        [P1, P2],
    ),
    (
        "subheading below a picture of ours stays",
        [
            HEADLINE,
            P1,
            "© Sputnik / А. СомовСаженцы в парке",
            ALT,
            "Что будет дальше с этим парком",
            P2,
        ],
        [P1, "Что будет дальше с этим парком", P2],
    ),
    (
        "live blog keeps its times",
        [HEADLINE, P1, "14:05", P2, "14:20", P3],
        [P1, "14:05", P2, "14:20", P3],
    ),
    (
        "list of news with times goes",
        [
            HEADLINE,
            P1,
            P2,
            "14:05",
            "Дождь пройдет к вечеру",
            "13:40",
            "Мост закроют на ремонт",
            "13:10",
            "Школы откроются в понедельник",
        ],
        [P1, P2],
    ),
    (
        "heading of the feed in the middle of a text takes nothing along",
        [HEADLINE, P1, "Лента новостей", P2, P3],
        [P1, "Лента новостей", P2, P3],
    ),
    (
        "section head goes",
        [
            "- Sputnik Таджикистан, 1920",
            "Общество",
            "Новости общества и городской жизни: события, люди, репортажи.",
            HEADLINE,
            ALT,
            P1,
            P2,
        ],
        [P1, P2],
    ),
    ("picture and text without headline: no blurb is made up", [ALT, P1, P2], [P1, P2]),
    ("glued paragraphs are cut", [HEADLINE, P1 + P2], [P1, P2]),
]


@pytest.mark.parametrize(("lines", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
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
