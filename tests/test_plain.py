"""Pages that no template knows, made plain before somebody guesses where their text is."""

from __future__ import annotations

import pytest
from lxml import etree

from newswire.article.assemble import assemble
from newswire.items import Source
from newswire.page import plain
from newswire.page.model import Draft, Page

SAID = [
    "Мельница на холме снова мелет зерно после долгого ремонта.",
    "Жернова привезли из соседней долины на двух телегах в сентябре.",
    "Муку первого помола раздали школам и больнице города в пятницу.",
    "Зимой крылья уберут под навес, чтобы их не обломил лёд и ветер.",
]
P = [f"<p>{text}</p>" for text in SAID]
BODY = "".join(P)


def draft(inner: str) -> Draft:
    page = f"<html><head><title>Мельница снова мелет</title></head><body>{inner}</body></html>"
    source = Source("html", "page.html", None, "0" * 64)
    return assemble(Page(page.encode(), source), "sputnik")


def test_list_beside_paragraphs_of_the_body() -> None:
    items = "<ul><li>два новых жернова из песчаника</li><li>шестьдесят локтей полотна</li></ul>"
    body = draft(f"<nav><a>Главная</a></nav><h1>Мельница</h1>{P[0]}{P[1]}{items}{P[2]}{P[3]}")
    text = body.article.body
    assert all(said in text for said in (*SAID, "два новых жернова", "локтей полотна"))
    assert text.index(SAID[1]) < text.index("жернова из песчаника") < text.index(SAID[2])


@pytest.mark.parametrize(
    "table",
    [
        '<table><tr><td><a href="/">Главная</a> <a href="/x">Город</a></td></tr>'
        "<tr><td>{}</td></tr></table>",
        '<table role="presentation"><tr><td>{}</td></tr></table>',
        "<table><tbody><tr><td><table><tr><td>{}</td></tr></table></td></tr></tbody></table>",
    ],
)
def test_table_that_places_the_text(table: str) -> None:
    body = draft(table.format(f"<h1>Мельница</h1>{BODY}")).article.body
    assert [line for line in body.split("\n\n") if line in SAID] == SAID
    assert "|" not in body


def test_table_of_data_stays_one() -> None:
    table = "<table><tr><th>Месяц</th><th>Мешков</th></tr><tr><td>Май</td><td>40</td></tr></table>"
    body = draft(f"<article><h1>Мельница</h1>{P[0]}{P[1]}{table}{P[2]}</article>").article.body
    assert "Мешков" in body
    assert "Май" in body


@pytest.mark.parametrize(
    ("mark", "prompt"),
    [
        ('class="paywall"', "Чтобы читать дальше, нужна подписка за рубль в месяц."),
        ('class="story-paywall__box"', "Subscribe now to read on for one crown a month."),
        ('id="regwall"', "Abonnieren Sie uns, um diesen Text weiter zu lesen."),
        ('class="subscribe-box"', "<b>Подпишитесь</b> на наше письмо, чтобы ничего не пропустить."),
    ],
)
def test_prompt_to_subscribe_is_dropped_with_its_rule(mark: str, prompt: str) -> None:
    found = draft(
        f"<article><h1>Мельница</h1>{P[0]}{P[1]}<div {mark}><p>{prompt}</p></div></article>"
    )
    assert [line for line in found.article.body.split("\n\n") if line in SAID] == SAID[:2]
    assert [line.rule for line in found.stripped() if line.rule == "paywall"] == ["paywall"]
    assert "мес" not in found.article.body


def test_text_behind_a_wall_is_kept() -> None:
    body = draft(
        f'<article><h1>Мельница</h1>{P[0]}<div class="paywall">{P[1]}{P[2]}</div></article>'
    )
    assert [line for line in body.article.body.split("\n\n") if line in SAID] == SAID[:3]


def test_captions_of_a_page_of_pictures_are_its_text() -> None:
    shots = "".join(
        f'<figure><img src="/{n}.jpg"><figcaption>{text}</figcaption></figure>'
        for n, text in enumerate(SAID)
    )
    body = draft(f"<article><h1>Мельница</h1><div>{shots}</div></article>").article.body
    assert [line for line in body.split("\n\n") if line in SAID] == SAID


def test_template_for_a_script_is_no_text() -> None:
    mark = (
        '<template type="amp-mustache"><p>{{title}} читают {{count}} человек сейчас.</p></template>'
    )
    assert "{{" not in draft(f"<article><h1>Мельница</h1>{mark}{BODY}</article>").article.body


def test_what_the_article_s_element_holds_stays() -> None:
    """A list without full stops, and the paragraph below it, whose words quotations repeat."""
    rows = "".join(f"<li><span>жёрнов номер {n} из старой каменоломни</span></li>" for n in "абв")
    last = "Мельница на холме снова мелет зерно, сказал мельник, если дует ветер с гор."
    quotes = (
        "<aside class='quote'><p>Мельница на холме снова мелет зерно, сказал мельник</p></aside>"
        "<blockquote>Мельница на холме снова мелет зерно</blockquote>"
    )
    inner = f"<h1>Мельница</h1>{P[0]}{P[1]}<ul>{rows}</ul><p>{last}</p>{quotes}{P[2]}"
    page = f"<nav><a href='/'>Главная</a></nav><article>{inner}</article><footer>Все права</footer>"
    body = draft(page).article.body
    assert last in body
    assert "жёрнов номер б" in body
    assert body.split("\n\n")[-1] in P[2]


def shots(number: int) -> str:
    return "".join(
        f'<figure><img src="/{n}.jpg">'
        f"<figcaption>{SAID[n % 4][:-1]} — вид {n}.</figcaption></figure>"
        for n in range(number)
    )


def test_captions_of_pictures_below_an_introduction_are_text() -> None:
    body = draft(f"<article><h1>Мельница</h1>{P[0]}{shots(8)}</article>").article.body
    assert len(body.split("\n\n")) == 9


def test_captions_between_more_paragraphs_are_none() -> None:
    text = "".join(f"<p>{said} {SAID[n - 1]} {SAID[n - 2]}</p>" for n, said in enumerate(SAID))
    body = draft(f"<article><h1>Мельница</h1>{text}{shots(4)}{text}</article>").article.body
    assert "вид" not in body


@pytest.mark.parametrize("mark", ["{}<br><br>", "<div>{}</div>", "<p>{}</p>"])
def test_what_a_shell_says_without_scripts_is_read(mark: str) -> None:
    text = "".join(map(mark.format, SAID))
    menu = "".join(f'<a href="/{n}">Раздел о мельницах номер {n}</a>' for n in range(20))
    shell = f'<nav>{menu}</nav><div id="app"></div><noscript><div>{text}</div></noscript>'
    assert draft(shell).article.body.split("\n\n") == SAID


def test_a_note_for_browsers_without_scripts_is_no_text() -> None:
    note = "<noscript><div>Включите скрипты, чтобы увидеть мельницу в движении.</div></noscript>"
    body = draft(f"<article><h1>Мельница</h1>{BODY}{BODY}</article>{note * 5}").article.body
    assert "Включите" not in body


LONG = "".join(f"<p>{said} {other}</p>" for said in SAID for other in SAID[:2])


@pytest.mark.parametrize("wrap", ["{}", "<div>{}</div>", "<div><section>{}</section></div>"])
def test_the_folded_rest_of_a_text_is_kept_at_any_depth(wrap: str) -> None:
    beginning = "".join(f"<p>{said} Так было.</p>" for said in SAID)
    rest = wrap.format(f'<div style="display:none">{LONG}</div>')
    others = "".join(
        f'<div class="comment"><p>{said} {SAID[n - 1]}, пишет читатель {k}.</p></div>'
        for k in range(4)
        for n, said in enumerate(SAID)
    )
    html = f"<article><h1>Мельница</h1><div>{beginning}</div>{rest}</article><div>{others}</div>"
    body = draft(html).article.body
    assert all(f"{said} {other}" in body for said in SAID for other in SAID[:2])


def test_the_prose_of_a_page_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0

    def size(text: str) -> int:
        nonlocal counted
        counted += 1
        return len(text)

    monkeypatch.setattr(plain, "size", size)
    note = '<p style="display:none">Примечание мельника.</p>'
    page = f"<body>{(P[0] + note) * 100}</body>"
    plain.settle(etree.HTML(page))
    assert counted <= 400
