"""Lines that pages of a site have in common: evidence against them, and none against an article."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

import newswire
from newswire.boilerplate import learnt
from newswire.errors import ArgumentError
from newswire.items import Article, Source
from newswire.page.model import Block, Page, Recurs
from newswire.page.reading import read as raw
from newswire.spiders.sputnik import SputnikSpider
from tests.crawl import crawl

_WORDS = """
    аллея берег вагон город дерево завод камень лестница мост набережная огонь парк река станция
    театр улица школа ярмарка музей площадь рынок библиотека гавань колодец
"""
WORDS = _WORDS.split()
LABEL = "Картина дня"
SHORT = "Подробности уточняются."
SUBHEADING = "Откуда взялись гости и что они привезли"
OTHER_LABEL = "Подробнее о проекте"
STANDING = "Строительство новой дороги началось прошлой осенью и закончится через два года."


def sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=9)).capitalize() + " открыли в этом году."


def headline(number: int) -> str:
    dice = random.Random(number)
    return f"Жители {dice.choice(WORDS)} {dice.choice(WORDS)} встретили гостей {number}"


def story(
    number: int,
    *,
    top: Sequence[str] = (),
    inside: Sequence[str] = (),
    below: Sequence[str] = (),
) -> list[str]:
    dice = random.Random(number)
    first = f"ДУШАНБЕ, 4 мар — Sputnik. {sentence(dice)}"
    texts = [first, *(sentence(dice) for _ in range(3))]
    return [*top, headline(number), *texts[:2], *inside, *texts[2:], *below]


def read(folder: Path, pages: Sequence[Sequence[str]], *, learn: bool = True) -> list[Article]:
    folder.mkdir(exist_ok=True)
    for number, lines in enumerate(pages):
        (folder / f"{number:03}.txt").write_text("\n".join(lines), "utf-8")
    return [a for a in newswire.read(folder, learn=learn) if isinstance(a, Article)]


def html(number: int, *, subheading: str = "", more: str = "") -> str:
    dice = random.Random(number)
    texts = [f"<p>{sentence(dice)}</p>" for _ in range(4)]
    text = "".join([*texts[:2], subheading, *texts[2:]])
    boxes = random.Random(-7)
    box = "".join(f"<div class='x{n}'><span>{sentence(boxes)}</span></div>" for n in range(4))
    return (
        f"<html><body><h1>{headline(number)}</h1><div class='q7'>{text}{more}</div>"
        f"<div class='z1'>{box}</div></body></html>"
    )


def save_html(folder: Path, pages: Sequence[str]) -> None:
    folder.mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        (folder / f"{number:03}.html").write_text(page, "utf-8")


def marked(pages: Sequence[str], kind: str) -> list[list[Block]]:
    """Return the blocks of pages, marked by what they teach of one another."""
    known = learnt.Learnt()
    given = [Page(p.encode(), Source(kind, "page", None, "0" * 64)) for p in pages]
    for page in given:
        known.look(raw(page, "sputnik"))
    known.learn()
    drafts = [raw(page, "sputnik") for page in given]
    for draft in drafts:
        known.mark(draft)
    return [draft.blocks for draft in drafts]


def rules(article: Article, text: str) -> list[str | None]:
    return [s.rule for s in article.stripped if s.text == text]


def test_a_line_of_other_articles_goes_and_says_so(tmp_path: Path) -> None:
    pages = [story(n, below=[LABEL]) for n in range(4)]
    assert all(a.body.endswith(LABEL) for a in read(tmp_path, pages, learn=False))
    for article in read(tmp_path, pages):
        assert LABEL not in article.body
        assert rules(article, LABEL) == ["repeated-on-site"]


def test_two_pages_prove_nothing(tmp_path: Path) -> None:
    pages = [story(n, below=[LABEL]) for n in range(2)]
    assert all(a.body.endswith(LABEL) for a in read(tmp_path, pages))


def test_copies_and_versions_of_a_page_prove_nothing_against_it(tmp_path: Path) -> None:
    """A page does not count against itself, whatever stands in its other copies."""
    page = story(1, below=[LABEL])
    versions = [[*page[:-1], sentence(random.Random(n)), LABEL] for n in range(20, 24)]
    pages = [page, page, *versions, *(story(n) for n in range(2, 8))]
    found = [a for a in read(tmp_path, pages) if a.headline == headline(1)]
    assert len(found) == len(versions) + 2
    assert all(a.body.endswith(LABEL) for a in found)


def test_copies_of_another_article_count_once() -> None:
    versions = [[*story(2, inside=[f"И так {n} раз."]), LABEL] for n in range(5)]
    pages = [story(1, below=[LABEL]), *versions]
    every = marked(["\n".join(lines) for lines in pages], "text")
    assert {blocks[-1].recurs for blocks in every} == {Recurs.NO}
    pages.append(story(3, below=[LABEL]))
    every = marked(["\n".join(lines) for lines in pages], "text")
    assert {blocks[-1].recurs for blocks in every} == {Recurs.SOME}


def test_the_order_of_pages_changes_nothing(tmp_path: Path) -> None:
    pages = [story(n, below=[LABEL] if n % 2 else [OTHER_LABEL]) for n in range(8)]
    forth = {a.headline: a for a in read(tmp_path / "forth", pages)}
    back = {a.headline: a for a in read(tmp_path / "back", pages[::-1])}
    assert forth.keys() == back.keys()
    assert all(forth[name].stripped == back[name].stripped for name in forth)
    assert all(forth[name].body == back[name].body for name in forth)


def test_a_standing_sentence_among_paragraphs_stays(tmp_path: Path) -> None:
    pages = [story(n, inside=[STANDING]) for n in range(2 * learnt.MANY)]
    assert all(STANDING in a.body for a in read(tmp_path, pages))


def test_a_short_sentence_that_ends_several_articles_stays(tmp_path: Path) -> None:
    pages = [story(n, below=[SHORT]) for n in range(6)]
    assert all(a.body.endswith(SHORT) for a in read(tmp_path, pages))
    every = marked(["\n".join(lines) for lines in pages], "text")
    assert {blocks[-1].recurs for blocks in every} == {Recurs.NO}


def test_a_sentence_below_the_text_goes_if_nearly_all_articles_end_with_it(tmp_path: Path) -> None:
    some = [story(n, below=[STANDING]) for n in range(learnt.MANY + 1)]
    others = [story(n) for n in range(100, 103)]  # 11 of 14 are fewer than four in five
    assert all(STANDING in a.body for a in read(tmp_path / "some", [*some, *others])[: len(some)])
    for article in read(tmp_path / "all", some):
        assert rules(article, STANDING) == ["repeated-on-site"]


def test_a_headline_that_other_pages_name_stays_one(tmp_path: Path) -> None:
    """Lists of other stories below a text name the headlines of all of them."""
    titles = [headline(n) for n in range(6)]
    pages = [story(n, below=titles[:n] + titles[n + 1 :]) for n in range(6)]
    assert [a.headline for a in read(tmp_path, pages)] == titles
    for lines, blocks in zip(pages, marked(["\n".join(p) for p in pages], "text"), strict=True):
        assert blocks[0].recurs is Recurs.NO, lines[0]
        assert {b.recurs for b in blocks[5:]} == {Recurs.SOME}


def test_paragraphs_in_elements_whose_text_recurs_are_none_of_the_article(tmp_path: Path) -> None:
    save_html(tmp_path, [html(n) for n in range(6)])
    boxes = random.Random(-7)
    teaser = sentence(boxes)
    for article in newswire.read(tmp_path, learn=True):
        assert isinstance(article, Article)
        assert teaser not in article.body
        assert article.body.count("\n\n") == 3


def test_subheadings_that_several_articles_have_stay(tmp_path: Path) -> None:
    save_html(tmp_path, [html(n, subheading=f"<h3>{SUBHEADING}</h3>") for n in range(6)])
    for article in newswire.read(tmp_path, learn=True):
        assert isinstance(article, Article)
        assert f"\n\n{SUBHEADING}\n\n" in article.body


def test_paragraphs_of_articles_that_are_there_twice_stay(tmp_path: Path) -> None:
    """Saved twice each, all that an article's element holds recurs."""
    pages = [html(n // 2, more=f"<p>{sentence(random.Random(n))}</p>") for n in range(12)]
    save_html(tmp_path, pages)
    for blocks in marked(pages, "html"):
        assert {b.recurs for b in blocks[1:6]} == {Recurs.NO}
        assert {b.recurs for b in blocks[6:]} == {Recurs.KIND}
    for number, article in enumerate(newswire.read(tmp_path, learn=True)):
        assert isinstance(article, Article)
        dice = random.Random(number // 2)
        assert all(sentence(dice) in article.body for _ in range(4))


def test_a_site_s_sample_is_small_and_the_same_in_any_order() -> None:
    many = {page * 7919 % 10007: bytes(8) for page in range(3 * learnt.PAGES)}
    one: dict[int, bytes] = {}
    other: dict[int, bytes] = {}
    for page in many:
        learnt.merge(one, {page: many[page]})
    for page in reversed(many):
        learnt.merge(other, {page: many[page]})
    assert one == other
    assert sorted(one) == sorted(many)[: learnt.PAGES]
    states = [b"\1" * 8, b"\0" * 8]
    assert len({tuple(_merged(order).items()) for order in (states, states[::-1])}) == 1


def _merged(states: list[bytes]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for lines in states:
        learnt.merge(found, {1: lines})
    return found


def test_a_replay_learns_first_if_asked_and_a_ledger_remembers(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    library = read(pages, [story(n, below=[LABEL]) for n in range(4)])
    options = ("-a", f"replay={pages}", "-s", f"NEWSWIRE_LEDGER={tmp_path / 'ledger.db'}")
    first = crawl(tmp_path / "first.jsonl", *options)
    assert all(item["body"].endswith(LABEL) for item in first.items)
    asked = crawl(tmp_path / "asked.jsonl", "-a", f"replay={pages}", "-a", "learn=1")
    assert [item["body"] for item in asked.items] == [a.body for a in library]
    assert asked.stats["newswire/looked_at"] == 4
    assert asked.stats["newswire/rule/repeated-on-site"] == 4
    # other pages of the site, by the ledger of the first crawl alone: not by one another
    more = tmp_path / "more"
    read(more, [story(8, below=[LABEL]), *(story(n, below=[OTHER_LABEL]) for n in (9, 10, 11))])
    later = crawl(tmp_path / "later.jsonl", "-a", f"replay={more}", *options[2:])
    assert LABEL not in later.items[0]["body"]
    assert all(item["body"].endswith(OTHER_LABEL) for item in later.items[1:])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"learn": "1"}, "learn goes with replay"),
        ({"learn": "yes", "replay": "fixtures"}, "learn=yes: write 1"),
    ],
)
def test_the_argument_is_checked(given: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        SputnikSpider.check_arguments(**given)


def test_memory_is_that_of_a_few_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learnt, "SITES", 2)
    every = learnt.Learnt()
    made = [every._site(name) for name in ("a", "b", "a", "c")]
    assert list(every._known) == ["a", "c"]
    assert made[0] is made[2]
