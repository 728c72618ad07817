"""Pages of no known template: their blocks, what these show, and which of them are text."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

import newswire
from newswire.article.assemble import assemble
from newswire.boilerplate import generic
from newswire.boilerplate.html_features import guessed
from newswire.boilerplate.measured import Measured
from newswire.errors import NoArticle, Reason, RuleError
from newswire.items import Source
from newswire.page import elements
from newswire.page.markup import parse
from newswire.page.model import Draft, Facts, Page, Role
from newswire.rules import markup
from newswire.rules.weights import weights

TITLE = "Лодочники вернули старый маяк"
SENTENCES = [
    "Маяк на северном берегу погас сорок лет назад, когда порт перенесли к устью реки.",
    "Лодочники собрали деньги на новую лампу и сами починили лестницу, ведущую наверх.",
    "Первый свет увидели с трех деревень, и в каждой люди вышли к воде посмотреть на него.",
]
MENU = "".join(f'<li><a href="/{n}">Раздел номер {n}</a></li>' for n in range(12))
STORIES = "".join(
    f'<div><a href="/s{n}">Другая история под номером {n}</a></div>' for n in range(8)
)


def tree(html: str) -> etree._Element:
    return parse(html.encode())[0]


def draft(body: str) -> Draft:
    html = (
        f'<html><head><meta property="og:title" content="{TITLE}"></head><body>{body}</body></html>'
    )
    return assemble(Page(html.encode(), Source("html", "page.html", None, "0" * 64)), "sputnik")


def page(text: str, above: str = "", below: str = "") -> str:
    return (
        f'<div class="menu"><ul>{MENU}</ul></div><div class="a1"><h1>{TITLE}</h1>{above}'
        f'<div class="b2">{text}</div></div><div class="related">{STORIES}</div>{below}'
    )


PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        PARAGRAPHS,
        "<br><br>".join(SENTENCES),
        "".join(f"<div>{sentence}</div>" for sentence in SENTENCES),
        "<table>" + "".join(f"<tr><td>{sentence}</td></tr>" for sentence in SENTENCES) + "</table>",
        "".join(f"<section><p>{sentence}</p></section>" for sentence in SENTENCES),
    ],
    ids=["p", "br", "div", "table", "section"],
)
def test_a_text_is_found_whatever_its_elements(text: str) -> None:
    article = draft(page(text)).article
    assert article.body.split("\n\n") == SENTENCES
    assert (article.extractor, article.headline) == ("generic", TITLE)


def test_every_block_that_is_dropped_says_why() -> None:
    found = draft(page(PARAGRAPHS, below="<footer><p>Все права защищены</p></footer>"))
    dropped = [b for b in found.blocks if b.role is Role.FURNITURE]
    assert len(dropped) == 12 + 8 + 1
    assert {b.rule for b in dropped} <= {"page-link", "see-also", "page-frame", "below-text"}


def test_a_page_of_one_paragraph_has_a_text() -> None:
    assert draft(page(f"<p>{SENTENCES[0]}</p>")).article.body == SENTENCES[0]


def test_a_page_of_links_alone_is_no_article() -> None:
    with pytest.raises(NoArticle) as found:
        draft(f'<div class="menu"><ul>{MENU}</ul></div><div class="list">{STORIES}</div>')
    assert found.value.reason is Reason.NEWS_LIST


def test_a_list_of_stories_with_a_notice_is_no_article() -> None:
    notice = f'<div class="cookie"><p>{SENTENCES[0]}</p></div>'
    with pytest.raises(NoArticle) as found:
        draft(f'<h1>Новости</h1><div class="list">{STORIES}</div>{notice}')
    assert found.value.reason is Reason.NEWS_LIST


def test_a_question_to_the_crawler_is_no_article() -> None:
    with pytest.raises(NoArticle) as found:
        draft("<div><h2>403 Forbidden</h2><p>Access denied for this address.</p></div>")
    assert found.value.reason is Reason.CAPTCHA


def test_another_extractor_is_asked_in_doubt_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def guess(page: etree._Element) -> str:
        asked.append(page)
        return ""

    monkeypatch.setattr("newswire.page.reading.guess", guess)
    monkeypatch.setattr(generic, "DOUBT", 1.0)
    draft(page(PARAGRAPHS))
    assert not asked
    monkeypatch.setattr(generic, "DOUBT", -1.0)
    assert draft(page(PARAGRAPHS)).article.body.split("\n\n") == SENTENCES
    assert len(asked) == 1


def test_the_other_extractors_text_is_evidence() -> None:
    blocks = elements.blocks(tree(page(PARAGRAPHS)))
    rows = guessed(Measured(blocks, Facts()), "\n".join(SENTENCES))
    texts = [block.text for block in blocks]
    first = texts.index(SENTENCES[0])
    assert {"guess=inS", "guess-region=amid", "guess-around=011"} <= rows[first]
    assert {"guess=outS", "guess-region=before"} <= rows[0]


def test_blocks_know_where_they_stand() -> None:
    html = '<div class="news-text"><p>Один <b>два</b> <a href="/">три</a><br>четыре</p>пять</div>'
    blocks = elements.blocks(tree(f"<body>{html}<script>x</script></body>"))
    assert [b.text for b in blocks] == ["Один два три", "четыре", "пять"]
    mark = blocks[0].mark
    assert mark
    assert (mark.linked, mark.bold, mark.place.tag) == (3, 3, "p")
    assert {"article", "text"} <= mark.place.above
    assert mark.place.holder.signature == "div.news-text"


def test_a_menu_is_judged_as_one() -> None:
    runs = elements.runs(elements.blocks(tree(f"<nav><p>Меню</p>{MENU}</nav>{PARAGRAPHS}")))
    assert [len(run) for run in runs] == [13, 1, 1, 1]
    assert elements.joined(runs[0]).text.startswith("Меню · Раздел номер 0 · ")


@pytest.mark.parametrize("name", ["generic.toml", "generic_guess.toml"])
def test_labels_follow_in_order(name: str) -> None:
    assert set(weights(name).labels) == set(generic.FOLLOWS)


def test_a_family_without_a_reason_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "read", lambda name: {"family": [{"id": "x", "words": ["y"]}]})
    markup._table.cache_clear()
    try:
        with pytest.raises(RuleError, match="family number 1 needs an id, words and a why"):
            markup._table()
    finally:
        markup._table.cache_clear()


def test_a_copy_for_machines_and_its_facts_are_left_out() -> None:
    glued = "".join(SENTENCES)
    dump = f"<div><div>2021-11-15T04:51+0500</div><div>{glued}</div><div>+000 000</div></div>"
    found = draft(page(PARAGRAPHS, above=dump))
    assert found.article.body.split("\n\n") == SENTENCES
    assert glued not in [block.text for block in found.blocks]


def test_a_notice_above_the_headline_is_none_of_the_text() -> None:
    found = draft(
        f"<div><p>{SENTENCES[0]}</p></div>" + page("".join(f"<p>{s}</p>" for s in SENTENCES[1:]))
    )
    assert found.article.body.split("\n\n") == SENTENCES[1:]


CELLS = "".join(f"<tr><td>Причал {n}</td><td>{n}</td></tr>" for n in range(9))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"<p>{SENTENCES[0]}</p><table>{CELLS}</table><p>{SENTENCES[1]}</p>", SENTENCES[:2]),
        (
            "".join(
                f'<div class="u"><time>1{n}:30</time><h3>Час {n}</h3><p>{sentence}</p></div>'
                for n, sentence in enumerate(SENTENCES)
            ),
            SENTENCES,
        ),
        (f"{PARAGRAPHS}<p>Свет горит.</p><p>Он виден.</p><p>{SENTENCES[0]}!</p>", ["Он виден."]),
        (f"{PARAGRAPHS}<p>Горит он<br>над водой<br>и светит.</p>", ["над водой"]),
    ],
    ids=["table", "posts", "short", "verses"],
)
def test_what_is_set_as_the_text_is_text(text: str, kept: list[str]) -> None:
    body = draft(page(text)).article.body.split("\n\n")
    assert set(kept) <= set(body)


def test_prose_of_another_article_is_dropped() -> None:
    other = "".join(
        f'<article><h3><a href="/{n}">История номер {n}</a></h3><p>{SENTENCES[n]}!</p></article>'
        for n in range(3)
    )
    html = f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>{other}"
    assert draft(html).article.body.split("\n\n") == SENTENCES


def test_titles_with_a_sentence_each_are_a_list() -> None:
    items = "".join(
        f'<div><h2><a href="/{n}">Другая история под номером {n}</a></h2><p>{SENTENCES[n % 3]}</p>'
        "</div>"
        for n in range(9)
    )
    with pytest.raises(NoArticle) as caught:
        draft(f"<h1>Порт</h1>{items}")
    assert caught.value.reason == Reason.NEWS_LIST


TEASER = (
    '<div class="item"><a href="/20211223/{0}-104442015{0}.html">{1}: что известно</a>{2}</div>'
)


def teasers(number: int, more: str) -> str:
    return "".join(TEASER.format(n, TITLE, more.format(SENTENCES[n])) for n in range(number))


@pytest.mark.parametrize(
    "path", ["/", "/20211223/", "/services/20211223/more.html?id=1", "/services/widget/lenta/"]
)
@pytest.mark.parametrize("more", ["", "<div>{}</div>"])
def test_what_comes_from_the_address_of_a_list_is_one(path: str, more: str) -> None:
    with pytest.raises(NoArticle) as caught:
        newswire.extract(teasers(1, more), url=f"https://tj.sputniknews.ru{path}")
    assert caught.value.reason == Reason.NEWS_LIST


def test_a_piece_of_a_list_is_one_without_an_address() -> None:
    with pytest.raises(NoArticle) as caught:
        newswire.extract(teasers(2, "<div>{}</div>"))
    assert caught.value.reason == Reason.NEWS_LIST


def test_a_piece_of_an_article_with_links_to_others_is_none() -> None:
    link = TEASER.format(1, TITLE, "")
    text = f"{link}<p>{SENTENCES[0]}</p>{link}<p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p>"
    assert newswire.extract(f"<div>{text}</div>").body.split("\n\n") == SENTENCES


def test_a_shell_without_its_script_shows_its_text() -> None:
    html = f'<div id="root"></div><noscript><h1>{TITLE}</h1>{PARAGRAPHS}</noscript>'
    assert draft(html).article.body.split("\n\n") == SENTENCES


def test_lines_of_a_right_and_captions_are_no_text() -> None:
    text = f"{PARAGRAPHS}<figure><figcaption>{SENTENCES[0]}!</figcaption></figure>{PARAGRAPHS}"
    found = draft(page(text, below=f"<p>© 2020 Порт. {SENTENCES[1]}</p>"))
    assert not {f"{SENTENCES[0]}!", f"© 2020 Порт. {SENTENCES[1]}"} & set(
        found.article.body.split("\n\n")
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            f"{PARAGRAPHS}<ul><li>две лампы</li><li>масло</li></ul>{PARAGRAPHS}",
            ["две лампы", "масло"],
        ),
        (
            "".join(
                f"<div><i>{n}</i><div>{sentence}</div></div>"
                for n, sentence in enumerate(SENTENCES)
            ),
            SENTENCES,
        ),
        (f'<a href="/amp"><div>{PARAGRAPHS * 4}</div></a>', SENTENCES),
        (
            f'<nav><ul><li><a href="/">Порт</a><p>{"</p><p>".join(s * 2 for s in SENTENCES)}</p>',
            [SENTENCES[0] * 2],
        ),
    ],
    ids=["list", "steps", "link-around", "open-menu"],
)
def test_text_in_parts_that_mostly_hold_none(text: str, kept: list[str]) -> None:
    body = draft(page(text)).article.body.split("\n\n")
    assert set(kept) <= set(body)


def test_a_short_note_beside_other_stories_is_an_article() -> None:
    stories = "".join(
        f'<p><a href="/{n}"><b>Другая история под номером {n}</b></a><br>{SENTENCES[n % 3]}</p>'
        for n in range(7)
    )
    note = "Лампу на маяке зажгут в пятницу вечером."
    html = f"<div><h2>{TITLE}</h2><p>{note}</p></div><div>{stories}</div>"
    assert note in draft(html).article.body


DATED = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": '
    '"2021-03-04T10:00:00+03:00", "headline": "NAMED"}</script>'
)


def best_of(paragraphs: int, host: str = "", number: int = 6) -> str:
    """Return cards of a list of the best: a linked title, and what is said of it."""
    said = [f"{SENTENCES[n % 3]} {SENTENCES[(n + 1) % 3]}" for n in range(paragraphs)]
    return "".join(
        f'<div class="item"><h3><a href="{host}/m{n}">Маяк на мысе номер {n}</a></h3>'
        + "".join(f"<p>{text} Так светит маяк {n}.</p>" for text in said)
        + "</div>"
        for n in range(number)
    )


@pytest.mark.parametrize("host", ["", "https://lamps.example"])
@pytest.mark.parametrize(("above", "below"), [("", ""), (SENTENCES[0], ""), ("", SENTENCES[1])])
@pytest.mark.parametrize(("paragraphs", "dated"), [(1, True), (2, True), (2, False)])
@pytest.mark.parametrize("element", ["article", "main"])
def test_a_list_of_the_best_is_an_article(
    element: str, paragraphs: int, dated: bool, above: str, below: str, host: str
) -> None:
    parts = [
        f"<p>{above}</p>" * bool(above),
        best_of(paragraphs, host),
        f"<p>{below}</p>" * bool(below),
    ]
    html = f"<{element}><h1>{TITLE}</h1>{''.join(parts)}</{element}>"
    body = draft(DATED.replace("NAMED", TITLE) * dated + html).article.body.split("\n\n")
    cards = [line for line in body if "Так светит маяк" in line]
    titles = [line for line in body if line.startswith("Маяк на мысе")]
    assert (len(cards), len(titles)) == (6 * paragraphs, 6)
    assert {above, below} - {""} <= set(body)


@pytest.mark.parametrize("named", [TITLE, "Маяк на мысе номер 0"])
def test_teasers_are_a_list_whatever_one_of_them_says(named: str) -> None:
    with pytest.raises(NoArticle) as caught:
        draft(f"{DATED.replace('NAMED', named)}<main>{best_of(1)}</main>")
    assert caught.value.reason == Reason.NEWS_LIST


def test_cards_below_a_note_are_not_its_text() -> None:
    stories = "".join(
        f'<div class="item"><h4><a href="/{n}">Другая история номер {n}</a></h4>'
        f"<p>В гавани {n} открыли рыбный рынок, и горожане идут туда с утра.</p></div>"
        for n in range(3)
    )
    html = f"<article><h1>{TITLE}</h1>{PARAGRAPHS}<div>{stories}</div></article>"
    body = draft(DATED.replace("NAMED", TITLE) + html).article.body
    assert body.split("\n\n") == SENTENCES
