"""The wire's pages of 2026, as the simulator shows them: each form gives the article's own text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newswire.article.assemble import assemble
from newswire.items import Source
from newswire.page.model import Draft, Page
from newswire.simulator import NOW, Wire, truth
from newswire.simulator.model import Article
from newswire.simulator.pages import frame, render
from newswire.simulator.template_2026 import FORMS
from tests.crawl import crawl
from tests.simulated import running

WIRE = Wire(1)
KINDS = {"online": ("live",), "gallery": ("photo",), "story": ("article", "photo", "video")}


def articles(edition: str, form: str) -> Iterator[Article]:
    for k in range(17000, 17040):
        article = WIRE.article(edition, k)
        if article.kind in KINDS.get(form, ("article",)) and not article.outline.old:
            yield article


def page(article: Article, form: str) -> Draft:
    edition = article.edition
    around = frame(WIRE, edition.id, f"https://{edition.host}", NOW)
    body = render(article, around, f"modern/{form}").encode()
    return assemble(Page(body, Source("html", "page.html", None, "0" * 64)), "sputnik")


def words(text: str) -> str:
    return " ".join(text.replace(" | ", " ").split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("edition", WIRE.editions)
def test_text_is_the_truth(edition: str, form: str) -> None:
    for article in articles(edition, form):
        got, true = page(article, form).article, truth(article)
        assert words(got.body) == words(" ".join(true.body))
        if not {"list", "table"} & set(true.kinds):
            assert [words(text) for text in got.body.split("\n\n")] == list(map(words, true.body))
        assert (got.headline, got.description) == (true.headline, true.description)
        head = got.dateline and got.dateline.raw
        assert head == (true.dateline and true.dateline["raw"])
        if form not in ("tilda", "biography"):  # they name no author
            assert got.authors == true.authors


def test_what_a_machine_wrote_is_dropped_with_its_rule() -> None:
    found = [
        line
        for article in articles("tj", "story")
        for line in page(article, "story").stripped()
        if line.rule == "machine-summary"
    ]
    labels = WIRE.editions["tj"].lang.labels
    assert found
    assert all(line.text.startswith(labels["retold"]) for line in found)


@pytest.mark.parametrize("form", FORMS)
def test_the_story_below_is_found(form: str) -> None:
    below = next(iter(frame(WIRE, "ar", "https://sarabic.ae", NOW).latest))
    for article in articles("ar", form):
        host = article.edition.host
        assert page(article, form).others == [f"https://{host}{below.path}"]


def test_live_crawl_is_the_truth(tmp_path: Path) -> None:
    """A day's pages give the day's articles, and each tells the ledger of the story below it."""
    day = date(2021, 11, 12)
    with running(ids=("tj",), start=date(2021, 11, 1), modern=True) as server:
        site = server.sites["tj"]
        done = crawl(
            *(tmp_path / "live.jsonl", "-a", "edition=tj", "-a", f"site={site}"),
            *("-a", f"since={day}", "-a", f"until={day}", "-s", "DOWNLOAD_DELAY=0"),
            *("-s", "AUTOTHROTTLE_ENABLED=False", "-s", "NEWSWIRE_LEDGER=:memory:"),
        )
        truths = [server.truth("tj", k) for k in server.numbers("tj", day, day)]
    bodies = {item["id"]: words(item["body"]) for item in done.items}
    assert bodies == {t.id: words(" ".join(t.body)) for t in truths}, done.log
    assert done.stats["newswire/rule/machine-summary"] > 0
    assert done.stats["newswire/discovered"] == len(truths) + 1
    assert not [name for name in done.stats if "unknown_block" in name]


# --- nesting and names that neither the simulator nor a saved page has --------------------------

HEAD = '<div class="article__header"><h1 class="article__title">Маяк включили</h1></div>'
SHOT = (
    '<img src="https://cdnn21.img.ria.ru/images/{}.jpg" alt="{} - РИА Новости, 1920, 12.05.2026">'
)
VARIANTS = {
    "live page with a list's title and a lead": (
        HEAD + '<div class="article__body"><div class="online__article"><div class="online__lead">'
        'Сегодня на мысе включают старый маяк.</div><h3 class="online__title">Хроника дня</h3>'
        '<div class="online__item"><div class="online__item-top"><span class="online__item-time">'
        "12:30</span></div>Лампу зажгли впервые за год.</div></div></div>",
        ["Сегодня на мысе включают старый маяк.", "Лампу зажгли впервые за год."],
    ),
    "gallery behind a text, captions below the pictures": (
        HEAD + '<div class="article__body"><div data-type="text">Смотрите снимки маяка.</div>'
        '<div data-type="photolenta"><div class="article__photo-item"><i>1 из 2</i>'
        + SHOT.format(1, "Башня")
        + '<div class="media__copyright">© РИА Новости / И. Петров</div>'
        '<div class="media__description">Башня на мысе.</div></div>'
        '<div class="article__photo-item"><i>2 из 2</i>'
        + SHOT.format(2, "Лампа")
        + '<div class="media__description">Лампа весит три пуда.</div></div></div></div>',
        ["Смотрите снимки маяка.", "Башня на мысе.", "Лампа весит три пуда."],
    ),
    "gallery whose captions are alternative texts": (
        HEAD
        + '<div class="article__body"><div data-type="photolenta">'
        + SHOT.format(1, "Башня на мысе стоит с прошлого века")
        + SHOT.format(2, "Смотритель протирает стекла лампы")
        + "</div></div>",
        ["Башня на мысе стоит с прошлого века", "Смотритель протирает стекла лампы"],
    ),
    "long read of another colour": (
        '<div class="article__body"><div class="black-longread__block" data-type="header">'
        '<div class="black-longread__header-media"><img src="https://cdnn21.img.ria.ru/images/3.jpg">'
        '<div class="black-longread__media-copyright">© РИА Новости / И. Петров</div></div>'
        '<h1 class="black-longread__header-title">Маяк включили</h1>'
        '<div class="black-longread__header-subtitle">Кто чинит маяк</div>'
        '<div class="black-longread__header-author">Мария Лодкина</div></div>'
        '<div class="black-longread__block" data-type="text">'
        '<div class="black-longread__text-body"><p>Маяк стоит здесь с 1850 года.</p></div></div>'
        '<div class="black-longread__block" data-type="h3">'
        '<div class="black-longread__width"><h3>Лестница</h3></div></div>'
        '<div class="black-longread__block" data-type="media-image">'
        '<img data-src="https://cdnn21.img.ria.ru/images/4.jpg">'
        '<div class="black-longread__media-description">Лестница маяка</div></div></div>',
        ["Маяк стоит здесь с 1850 года.", "Лестница"],
    ),
    "biography in records of their own": (
        '<div class="tag-biography"><h1 class="tag-biography__title">Маяк включили</h1>'
        '<div class="t-rec"><div class="t-title">Детство</div>'
        '<div class="t-descr">Родилась на мысе.</div>'
        '<div class="t-descr">Училась в городе.</div></div>'
        '<div class="t-rec"><div class="t-title">Работа</div>'
        '<div class="t-text">Пришла на маяк в 1970 году.</div><a class="t-btn">Далее</a>'
        "</div></div>",
        [
            *("Детство", "Родилась на мысе.", "Училась в городе."),
            *("Работа", "Пришла на маяк в 1970 году."),
        ],
    ),
    "records of a page builder inside the body": (
        '<div class="article__body"><div class="t-rec"><div class="t-title">Маяк включили</div>'
        '<div class="t-descr">Кто чинит маяк</div></div><div class="t-rec">'
        '<div class="t-text">Маяк стоит здесь с 1850 года.</div></div>'
        '<div class="t-rec"><div class="t-title">Лестница</div></div></div>',
        ["Маяк стоит здесь с 1850 года.", "Лестница"],
    ),
    "records of a page builder alone": (
        '<div class="endless__item"><div class="t-records"><div class="t-rec">'
        '<div class="t-title">Маяк включили</div><div class="t-descr">Кто чинит маяк</div></div>'
        '<div class="t-rec"><div class="t-text">Маяк стоит здесь.<br><br>Сто ступеней.</div></div>'
        '<div class="t-rec"><div class="t-title">Лестница</div></div></div></div>',
        ["Маяк стоит здесь.", "Сто ступеней.", "Лестница"],
    ),
    "another story set into a text of 2017": (
        '<div class="b-article"><h1 class="b-article__title">Маяк включили</h1>'
        '<div class="b-article__body"><p>Маяк стоит здесь с 1850 года.</p>'
        '<div class="b-inject b-inject__type-article"><div class="b-inject__article">'
        '<div class="b-media-copyright">© РИА Новости / И. Петров</div>'
        '<a href="https://ria.ru/society/20171020/1507200001.html?inj=1">Буй покрасили к лету</a>'
        "</div></div><p>Сто ступеней ведут наверх.</p></div></div>",
        ["Маяк стоит здесь с 1850 года.", "Сто ступеней ведут наверх."],
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_families_of_names_carry_to_other_pages(name: str) -> None:
    html, texts = VARIANTS[name]
    source = Source("html", "page.html", None, "0" * 64)
    found = assemble(Page(f"<body>{html}</body>".encode(), source), "ria")
    assert found.article.body.split("\n\n") == texts
    assert found.article.headline == "Маяк включили"
    assert "Буй" not in found.article.body
    assert all(line.rule for line in found.stripped())
