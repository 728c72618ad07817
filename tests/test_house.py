"""Forms that a site repeats: noted at first, cut once the site is known to print them."""

from __future__ import annotations

from pathlib import Path

from newswire.dateline import CUT, cut, parse
from newswire.dateline.house import LEAST, Forms
from tests.crawl import Crawl, crawl

CITIES = ["Казань", "Душанбе", "Ташкент", "Минск", "Ереван", "Бишкек"]
BODY = "В городе открылась большая выставка, которую ждали больше трёх лет."


def test_a_form_counts_once_a_site_repeats_it() -> None:
    forms = Forms()
    text = f"Казань: {BODY}"
    for number in range(LEAST):
        head = parse(text, house=forms.of("a.example"))
        assert head is not None
        assert cut(text, head) == text, number
        forms.add("a.example", head)
    head = parse(text, house=forms.of("a.example"))
    assert head is not None
    assert (head.rule, cut(text, head)) == ("place-colon", BODY)
    assert not forms.of("b.example")


def test_a_rare_form_is_no_form_of_the_site() -> None:
    forms = Forms()
    for number in range(100):
        forms.add("a.example", parse(f"Казань: {BODY}") if number % 10 == 0 else None)
    assert not forms.of("a.example")


def test_counts_of_past_crawls_go_on() -> None:
    first = Forms()
    for _ in range(LEAST):
        first.add("a.example", parse(f"Казань: {BODY}"))
    first.add("b.example", None)
    assert first.counted() == {"a.example": {"stories": LEAST, "place-colon": LEAST}}
    second = Forms(first.counted())
    assert second.of("a.example") == {"place-colon"}
    assert second.counted() == {}


def test_what_stands_apart_is_never_a_site_s_form() -> None:
    head = parse(
        "Jan 16, 2012 -- The museum opened a new wing for the public.", house=["date-dash"]
    )
    assert head is not None
    assert head.confidence < CUT


def _crawl(folder: Path, number: int, ledger: Path) -> Crawl:
    pages = folder / str(number)
    pages.mkdir()
    for city in CITIES:
        more = f"Организаторы рассказали о планах номер {number} и о людях города {city}."
        text = f"{city}, день {number}: выставка открылась для всех\n\n{city}: {BODY}\n\n{more}\n"
        (pages / f"{city}.txt").write_text(text, "utf-8")
    options = ("-a", f"replay={pages}", "-s", f"NEWSWIRE_LEDGER={ledger}")
    return crawl(folder / f"{number}.jsonl", *options)


def test_the_ledger_remembers_a_site_s_forms(tmp_path: Path) -> None:
    first, second = (_crawl(tmp_path, number, tmp_path / "ledger.db") for number in (1, 2))
    assert first.stats["newswire/dateline/noted"] == LEAST
    assert second.stats["newswire/dateline/cut"] == len(CITIES)
    assert all(item["body"].startswith(BODY) for item in second.items)
