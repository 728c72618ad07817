"""What the decoder makes of pages whose words no rule knows; and which kind a page is."""

from __future__ import annotations

import pytest

from newswire.boilerplate import classify
from newswire.boilerplate.kinds import Kind, kind_of
from newswire.boilerplate.sheet import Sheet
from newswire.errors import Reason
from newswire.items import Evidence
from newswire.page.model import Block, Facts, Role
from newswire.page.reading import _lines
from newswire.rules import boilerplate

LEDE = "Двести саженцев привезли из питомника для городского парка"
P1 = "ДУШАНБЕ, 4 мар — Sputnik. В парке открыли аллею, рассказали в городской администрации."
P2 = "Саженцы привезли из питомника, их посадили школьники и волонтеры из соседнего района."
P3 = "Полив наладят к началу мая, обещает садовник Игорь Лаптев, а ограду поставят осенью."
HEADLINE = "В городском парке появилась новая аллея"
OTHER = "Жители Гулистона просят вернуть паром через водохранилище до весны"


def read(*lines: str) -> tuple[list[Block], Facts, Reason | None]:
    blocks, facts = _lines("\n".join(lines)), Facts()
    return blocks, facts, classify(blocks, facts)


def text_of(blocks: list[Block]) -> list[str]:
    return [b.text for b in blocks if b.role is Role.PARAGRAPH]


def test_a_section_without_a_picture_stands_above_the_headline() -> None:
    blurb = "Новости общества и городской жизни: события, люди, репортажи и прогнозы на завтра."
    blocks, facts, _ = read("Общество", blurb, "", HEADLINE, "", HEADLINE, P1, P2, P3)
    assert (facts.headline, facts.section) == (HEADLINE, "Общество")
    assert text_of(blocks) == [P1, P2, P3]


def test_what_a_publishers_line_sets_apart_is_the_lede() -> None:
    blocks, facts, _ = read(HEADLINE, "", LEDE, "Gorodokum", "", P1, "", P2, "", P3)
    assert (facts.headline, facts.description) == (HEADLINE, LEDE)
    assert text_of(blocks) == [P1, P2, P3]


@pytest.mark.parametrize("stamp", ["10:45", "5 декабря, 09:26"])
def test_another_story_with_its_time_goes(stamp: str) -> None:
    alt = "Паром у причала - Sputnik Таджикистан, 1920, 05.12.2022"
    blocks, facts, _ = read(HEADLINE, P1, P2, alt, stamp, OTHER, P3, P2.upper())
    assert [r.headline for r in facts.related] == [OTHER]
    assert facts.images == []
    assert text_of(blocks)[:3] == [P1, P2, P3]


def test_a_photo_storys_captions_are_its_text() -> None:
    captions = ["Сборщики несут корзины.", "Старый сорт зовут медовым.", "Машина едет в город."]
    lines = [line for n, c in enumerate(captions, 1) for line in (f"{n} / 3", c)]
    blocks, _, _ = read(HEADLINE, "", P2, "", *lines)
    assert text_of(blocks) == [P2, *captions]
    assert {b.rule for b in blocks if b.rule} == {"page-part"}


def test_a_list_of_stories_is_no_article() -> None:
    entries = [(f"1{n}:05 0{n}.12.2018", f"{OTHER} {n}", f"{LEDE} в день {n}.") for n in (4, 3, 2)]
    assert read(*(line for entry in entries for line in entry))[2] is Reason.NEWS_LIST


def test_a_text_cut_off_in_the_hidden_block_is_kept() -> None:
    instant = "2026-01-02T15:23+0300"
    cut = f"{P2} {P3} В следующем году здесь построят фонтан, который"
    blocks, _, reason = read(HEADLINE, "", "Sputnik", "", instant, instant, "", cut)
    assert (reason, text_of(blocks)) == (None, [cut])


def test_a_page_saved_as_one_line_loses_the_caption_only() -> None:
    line = f"{HEADLINE} {LEDE}Аллея - Sputnik Таджикистан, 1920, 04.03.2021{P1}"
    blocks, facts, _ = read(f"{line}{P2}Сад у моста - Sputnik Таджикистан, 1920, 03.03.2021{P3}")
    assert text_of(blocks) == [P1, P2, P3]
    assert facts.dates == {Evidence.CAPTION: "2021-03-04"}


@pytest.mark.parametrize(
    ("line", "day"),
    [("13:30, 4 марта 2021", "2021-03-04"), ("Yangilandi: 13:30 04.03.2021", "2021-03-04")],
)
def test_dates_in_other_forms(line: str, day: str) -> None:
    blocks, facts, _ = read(HEADLINE, line, P1, P2, P3)
    assert facts.dates == {"printed": day}
    assert text_of(blocks) == [P1, P2, P3]


def test_the_day_behind_a_lede_dates_the_page() -> None:
    _, facts, _ = read(HEADLINE, "", HEADLINE, "", f"{LEDE}. 23.11.2025", "", P2, "", P3)
    assert (facts.description, facts.dates) == (f"{LEDE}.", {"printed": "2025-11-23"})


def test_every_dropped_line_names_a_rule_with_a_reason() -> None:
    blocks, _, _ = read("Общество", HEADLINE, "", "Gorodokum", P1, P2, OTHER, P3, "Zzz", "0")
    assert all(boilerplate()[b.rule].why for b in blocks if b.rule)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([], Kind.EMPTY),
        (["Please confirm: are you a human?"], Kind.CAPTCHA),
        ([HEADLINE, P1, P2], Kind.ARTICLE),
        (["1/25", LEDE], Kind.PHOTO),
        ([HEADLINE, "12:40", P2, "12:20", P3, "12:00", P2], Kind.LIVE),
        (
            ["12:40 01.02.2020", OTHER, "12:20 31.01.2020", OTHER, "9:00 30.01.2020", OTHER],
            Kind.LIST,
        ),
    ],
)
def test_kinds(lines: list[str], kind: Kind) -> None:
    assert kind_of(Sheet(_lines("\n".join(lines)), Facts(), boilerplate())) is kind


def test_a_player_of_sound_goes_a_table_of_numbers_stays() -> None:
    speeds = ["00:00", "1", "• 0,8", "• 1", "• 1,5", "• 2"]
    blocks, _, _ = read(HEADLINE, "", P1, *speeds, P2, P3)
    assert [b.rule for b in blocks if b.text in speeds] == ["player"] * len(speeds)
    blocks, _, _ = read(HEADLINE, "", P1, "Результаты забега:", "3", "1", "2", P2, P3)
    assert {"3", "1", "2"} <= set(text_of(blocks))


def test_one_sentence_below_a_headline_is_the_text_and_no_lede() -> None:
    blocks, facts, reason = read(
        HEADLINE, "", "Новую аллею покажут горожанам уже в пятницу вечером.", "Парки"
    )
    assert (facts.description, reason) == (None, None)
    assert text_of(blocks)[0] == "Новую аллею покажут горожанам уже в пятницу вечером."


@pytest.mark.parametrize(
    "lines",
    [
        ["Парки", "", HEADLINE, "", "Новую аллею покажут в пятницу.", "", "Город и люди"],
        [HEADLINE, "© Sputnik / Игорь Лаптев", "Новую аллею покажут горожанам в пятницу.", "О нас"],
        ["Новую аллею покажут."],
    ],
    ids=["label", "credit", "alone"],
)
def test_a_page_of_one_sentence_has_a_text(lines: list[str]) -> None:
    blocks, _, reason = read(*lines)
    assert reason is None
    assert any("Новую аллею" in line for line in text_of(blocks))


def test_an_article_below_a_feed_is_no_list() -> None:
    feed = [line for n in range(3) for line in (f"1{n}:45", f"{OTHER} {n}")]
    blocks, _, reason = read(*feed, "18:30", HEADLINE, P2)
    assert reason is None
    assert P2 in text_of(blocks)


def test_a_paragraph_between_dates_and_other_stories_makes_no_list() -> None:
    alt = "Паром у причала - Sputnik Таджикистан, 1920, 05.12.2022"
    stories = [f"{OTHER} {n}" for n in range(4)]
    blocks, _, reason = read("04.03.2021", HEADLINE, "18:30 05.03.2021", P2, alt, "10:45", *stories)
    assert reason is None
    assert any(b.text == P2 and b.role is not Role.FURNITURE for b in blocks)
