"""What of a page is the article that a reader sees: hidden text, raised numbers, other stories."""

from __future__ import annotations

import pytest
from lxml import etree

from newswire import boilerplate
from newswire.items import Source
from newswire.page import visible
from newswire.page.model import Draft, Page
from newswire.page.reading import read
from newswire.text.characters import tidy

SAID = [
    "Мельница на холме снова мелет зерно после долгого ремонта.",
    "Жернова привезли из соседней долины на двух телегах.",
    "Муку первого помола раздали школам и больнице города.",
]
OTHER = "Пароход до островов весной ходить не будет, его чинят."
HEADLINE, SECOND = "Мельница", "Пароход"
BODY = "".join(f"<p>{text}</p>" for text in SAID)


def draft(html: str, url: str | None = None) -> Draft:
    found = read(Page(html.encode(), Source("html", "page.html"), url), "sputnik")
    boilerplate.classify(found.blocks, found.facts, sure=found.sure)
    return found


def body(found: Draft) -> list[str]:
    return [block.text for block in found.body]


def shown(html: str) -> str:
    tree = etree.HTML(f"<body>{html}</body>")
    visible.settle(tree, html.encode())
    return "".join(tree.itertext())


# --- what a browser makes of it ------------------------------------------------------------------


def _protected(text: str, key: int) -> str:
    return bytes([key, *(byte ^ key for byte in text.encode())]).hex()


@pytest.mark.parametrize("text", ["mill@hill.example", "о@мука.example", "not an address"])
@pytest.mark.parametrize(
    "mark",
    [
        '<a href="/cdn-cgi/l/email-protection#1f" data-cfemail="{}">[email&#160;protected]</a>',
        '<a href="/cdn-cgi/l/email-protection#{}">[email <i>protected</i>]</a>',
        '<span class="__cf_email__" data-cfemail="{}">[email&#160;protected]</span>',
    ],
)
def test_protected_addresses_are_read(text: str, mark: str) -> None:
    assert shown(f"<p>An {mark.format(_protected(text, 0x5C))}.</p>") == f"An {text}."


@pytest.mark.parametrize("code", ["", "5c", "zz11", "5cff", "5c5d5"])
def test_what_is_no_protected_address_stays(code: str) -> None:
    assert shown(f'<p><a data-cfemail="{code}">[email]</a></p>') == "[email]"


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("10<sup>9</sup>", "10⁹"),
        ("10<sup>-4</sup>", "10⁻⁴"),
        ("10<sup><i>12</i></sup>", "10¹²"),
        ("2<sup>x3</sup>", "2^x3"),
        ("7<sup>1</sup>/<sub>3</sub>", "7¹/₃"),
        ("101<sub>2</sub>", "101₂"),
        ("мощность 4 м<sup>3</sup>", "мощность 4 м³"),
        ("в 1987<sup><a>2</a></sup> году", "в 1987² году"),
        ("CO<sub>2</sub>", "CO2"),
        ("21<sup>st</sup>", "21st"),
        ("сказано<sup>[4]</sup>", "сказано[4]"),
    ],
)
def test_marks_do_not_change_a_number(marked: str, text: str) -> None:
    assert shown(f"<p>{marked}</p>") == text


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_a_shadow_root_is_shown(mode: str) -> None:
    inner = f'<template shadowrootmode="{mode}"><p>{SAID[1]}</p></template>'
    found = draft(f'<div class="article__body"><p>{SAID[0]}</p><div>{inner}</div></div>')
    assert body(found) == SAID[:2]


@pytest.mark.parametrize("text", ["👩‍🌾", "👩🏽‍🌾 и 👨‍👩‍👦", "🏴‍☠️", "🏳️‍🌈", "می‌رود"])
def test_joined_signs_stay_whole(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.parametrize("text", ["ме‍льница", "👩‍ мельница", "mill\u200c wheel"])
def test_stray_joiners_go(text: str) -> None:
    assert tidy(text) == text.replace("\u200d", "").replace("\u200c", "")


# --- what is not shown ---------------------------------------------------------------------------

HIDING = [
    "hidden",
    'style="display:none"',
    'style="color:red; DISPLAY : none !important"',
    'style="visibility:hidden"',
    'style="font-size:0px"',
    'style="position:absolute; left:-5000px"',
    'style="text-indent:-9999em"',
    'style="height:0;overflow:hidden"',
    'class="note sr-only"',
    'class="screen-reader-text"',
]


@pytest.mark.parametrize("how", HIDING)
@pytest.mark.parametrize("tag", ["p", "div", "span"])
def test_hidden_text_is_not_the_article(how: str, tag: str) -> None:
    hidden = f"<{tag} {how}>Скидка на фонари только сегодня, заходите.</{tag}>"
    page = '<h1 class="article__title">{}</h1><div class="article__body">{}</div>'
    found = draft(page.format(HEADLINE, BODY + hidden))
    assert body(found) == SAID
    assert [line.rule for line in found.stripped()] == ["hidden"]
    generic = f"<article><h1>{HEADLINE}</h1>{BODY}{hidden}</article>"
    assert "Скидка" not in " ".join(body(draft(f"<body>{generic}</body>")))


@pytest.mark.parametrize(
    "how",
    [
        "",
        'hidden="until-found"',
        'style="display:block"',
        'style="left:-10px"',
        'style="font-size:0.9em"',
        'style="overflow:hidden;height:40px"',
        'aria-hidden="true"',
        'class="hidden-gem"',
    ],
)
def test_what_is_shown_is_kept(how: str) -> None:
    found = draft(f'<div class="article__body"><p>{SAID[0]}</p><p {how}>{SAID[1]}</p></div>')
    assert body(found) == SAID[:2]


def test_a_copy_for_the_eye_is_left_out() -> None:
    copy = f'<aside aria-hidden="true">{SAID[1]}</aside>'
    assert body(draft(f'<div class="article__body">{copy}{BODY}</div>')) == SAID


@pytest.mark.parametrize(
    "page",
    [
        '<div class="article__body">{first}<div style="display:none">{rest}</div></div>',
        '<div class="article__body" style="display:none">{first}{rest}</div>',
        "<article>{first}<div hidden>{rest}</div></article>",
    ],
)
def test_a_text_that_a_click_unfolds_is_kept(page: str) -> None:
    first, rest = f"<p>{SAID[0]}</p>", "".join(f"<p>{text}</p>" for text in SAID[1:])
    assert body(draft(f"<body>{page.format(first=first, rest=rest)}</body>")) == SAID


# --- other stories -------------------------------------------------------------------------------

HOST = "https://tj.sputniknews.ru"
OWN, NEXT = f"{HOST}/20211223/a-1044420155.html", f"{HOST}/20211223/b-1044420156.html"

# each of `title`, `text` and `url`
NESTINGS = {
    "flat": '<h1 class="article__title">{title}</h1><div class="article__body">{text}</div>',
    "header": (
        '<div class="article"><div class="article__header"><h1 class="article__title">{title}</h1>'
        '</div><div class="article__body">{text}</div></div>'
    ),
    "header-without-holder": (
        '<div class="article__header"><div><h2 class="article__title">{title}</h2></div></div>'
        '<div class="article__body">{text}</div>'
    ),
    "no-class": (
        '<section><header><h1>{title}</h1></header><div class="article__text">{text}</div>'
        "</section>"
    ),
    "endless": (
        '<div class="endless__item" data-url="{url}"><div><div class="article"><div '
        'class="article__announce-text">{title}!</div><div class="article__title">{title}</div>'
        '<div class="article__body">{text}</div></div></div></div>'
    ),
    "longread": (
        '<div class="article__body m-longread"><div class="white-longread__block" '
        'data-type="header"><h1 class="white-longread__header-title">{title}</h1></div>'
        '<div class="white-longread__block" data-type="text">{text}</div></div>'
    ),
    "b-article": (
        '<div class="b-article"><div class="b-article__header"><h1 '
        'class="b-article__header-title">{title}</h1></div><div class="b-article__text">{text}'
        "</div></div>"
    ),
    "microdata": (
        '<div itemscope itemtype="https://schema.org/NewsArticle"><div><h1 itemprop="headline">'
        '{title}</h1></div><link itemprop="url" href="{url}"><div itemprop="articleBody">{text}'
        "</div></div>"
    ),
    "generic": "<article><header><h1>{title}</h1></header>{text}</article>",
}
# stories of a page that only its title tells apart from the parts of one text
ALIKE = {
    "articles": "<article><h2>{title}</h2>{text}</article>",
    "divs": '<div class="post"><div><h1>{title}</h1></div>{text}</div>',
}
# a sentence at the foot of so small a page may stay: what counts here is the other story
RIGHTS = "Все права защищены, перепечатка со ссылкой."
TAIL = f'<div class="footer"><p>{RIGHTS}</p></div>'


def endless(nesting: str, wrap: str = "{}") -> str:
    form = NESTINGS[nesting]
    own = form.format(title=HEADLINE, text=BODY, url=OWN)
    other = form.format(title=SECOND, text=f"<p>{OTHER}</p>", url=NEXT)
    return f"<body>{own}{wrap.format(other)}{TAIL}</body>"


@pytest.mark.parametrize("wrap", ["{}", "<div><div>{}</div></div>", "<section>{}</section>"])
@pytest.mark.parametrize("nesting", NESTINGS)
def test_the_story_below_is_another(nesting: str, wrap: str) -> None:
    found = draft(endless(nesting, wrap))
    assert [line for line in body(found) if line != RIGHTS] == SAID
    assert SECOND not in (found.facts.headline or "")
    assert SECOND not in str(found.facts)


@pytest.mark.parametrize("nesting", ["endless", "microdata"])
def test_its_address_is_found(nesting: str) -> None:
    assert draft(endless(nesting), OWN).others == [NEXT]


@pytest.mark.parametrize("nesting", ["endless", "microdata"])
def test_the_page_is_that_of_its_address(nesting: str) -> None:
    """Saved after scrolling, a page has the address of the story that was read last."""
    found = draft(endless(nesting), NEXT)
    assert (body(found), found.facts.headline, found.others) == ([OTHER], SECOND, [OWN])


@pytest.mark.parametrize("nesting", NESTINGS)
def test_the_title_tells_whose_page_it_is(nesting: str) -> None:
    found = draft(f"<head><title>{SECOND} - Sputnik</title></head>{endless(nesting)}")
    said = [line for line in body(found) if line != RIGHTS]
    assert (said, found.facts.headline) == ([OTHER], SECOND)


@pytest.mark.parametrize("form", ["articles", "divs"])
def test_a_repeated_element_holds_another_story_if_the_title_says_so(form: str) -> None:
    own = ALIKE[form].format(title=HEADLINE, text=BODY)
    other = ALIKE[form].format(title=SECOND, text=f"<p>{OTHER}</p>")
    page = f"<head><title>{{}} - Газета</title></head><body><main>{own}{other}</main></body>"
    assert OTHER not in body(draft(page.format(HEADLINE)))
    assert SAID[0] not in body(draft(page.format(SECOND)))
    kept = body(draft(page.format("Новости города за неделю")))
    assert {*SAID, OTHER} <= set(kept)


def test_a_story_inside_the_text_of_another() -> None:
    inner = NESTINGS["header"].format(title=SECOND, text=f"<p>{OTHER}</p>")
    page = '<h1 class="article__title">{}</h1><div class="article__body">{}{}</div>'
    assert body(draft(page.format(HEADLINE, BODY, inner))) == SAID


@pytest.mark.parametrize(
    "page",
    [
        # headings of the first order between the parts of one text
        '<h1 class="article__title">{h}</h1><div class="article__body">{a}<h1>{s}</h1>{b}</div>',
        "<article><h1>{h}</h1>{a}<h1>{s}</h1>{b}</article>",
        "<main><article><h2>{h}</h2>{a}</article><article><h2>{s}</h2>{b}</article></main>",
        # the site's name above the headline
        '<header><h1>Газета</h1></header><h1 class="article__title">{h}</h1>'
        '<div class="article__body">{a}{b}</div>',
        # two titles of one story
        '<div class="article__title">{h}</div><h1 class="article__second-title">{s}</h1>'
        '<div class="article__body">{a}{b}</div>',
        # a heading below the story, with no text of its own
        '<h1 class="article__title">{h}</h1><div class="article__body">{a}{b}</div>'
        "<section><h1>Читайте также</h1><a>Ещё одна новость о мельницах и мельниках</a></section>",
    ],
)
def test_one_story_is_not_cut(page: str) -> None:
    a, b = f"<p>{SAID[0]}</p>", "".join(f"<p>{text}</p>" for text in SAID[1:])
    found = draft(f"<body>{page.format(h=HEADLINE, s=SECOND, a=a, b=b)}</body>")
    assert set(SAID) <= set(body(found))
    assert found.others == []
