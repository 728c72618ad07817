"""HTML pages: which template speaks, what it tells, what no page may do; the real ones by gold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import dropwhile
from pathlib import Path

import pytest

from newswire import boilerplate
from newswire.article.assemble import assemble
from newswire.errors import UnreadablePage
from newswire.items import Evidence, Source
from newswire.page.markup import MAX_ATTRIBUTES, MAX_TAGS, parse
from newswire.page.model import Draft, Page
from newswire.page.reading import read
from newswire.page.templates import TEMPLATES
from tests.crawl import ROOT

DATA = ROOT.parent / "shared" / "data"
REAL = DATA / "html"
needs_real_pages = pytest.mark.skipif(not REAL.exists(), reason="real pages are not at hand")


def draft(html: str | bytes, wire: str = "sputnik", url: str | None = None) -> Draft:
    body = html.encode() if isinstance(html, str) else html
    found = read(Page(body, Source("html", "page.html"), url), wire)
    boilerplate.choose(found)
    boilerplate.classify(found.blocks, found.facts, sure=found.sure)
    return found


def body(found: Draft) -> list[str]:
    return [block.text for block in found.body]


P = "<p>Совет города собрался в пятницу вечером, решение огласят позже.</p>"
TEXT = re.sub("<[^>]+>", "", P)


@pytest.mark.parametrize(
    ("page", "extractor"),
    [
        (f'<div class="article__text">{P}</div>', "sputnik-article"),
        (f'<div class="article__body m-wide">{P}</div>', "sputnik-article"),
        (f'<i class="article__x"></i><div data-type="text">{P}</div>', "sputnik-article"),
        (f'<div class="b-article__text">{P}</div>', "sputnik-b-article"),
        (f'<i class="b-article"></i><div itemprop="articleBody">{P}</div>', "sputnik-b-article"),
        (f'<div class="article_full_text article_tab_content">{P}</div>', "ria-2012"),
        (f'<img src="//ruvr.ru/i"><div class="article-text">{P}</div>', "ruvr-2012"),
        (f'<div itemprop="articleBody">{P}</div>', "microdata"),
        (f'<main class="article__new">{P}</main>', "generic"),
        (f"{'<i></i>' * 5000}{P}", "generic"),
    ],
)
def test_every_page_has_an_extractor(page: str, extractor: str) -> None:
    found = draft(f"<html><body>{page}</body></html>")
    assert (found.article.extractor, body(found)) == (extractor, [TEXT])


def test_every_template_is_hit_by_a_page() -> None:
    items = (json.loads(p.read_text("utf-8")) for p in (ROOT / "fixtures").rglob("*.json"))
    made = {item["extractor"] for item in items if item}
    # the predecessor's pages are real ones
    assert {template.name for template in TEMPLATES} - made == {"ruvr-2012"}


SENTENCES = [
    "Сад разбили на крыше старого склада три года назад.",
    "Землю поднимали ведрами, и на это ушло две весны.",
    "Первый урожай занял шесть ящиков, их раздали соседям.",
    "Осенью высадят еще сорок яблонь, если крыша выдержит.",
]


@pytest.mark.parametrize(
    "known",
    [
        # a lede in a template's class, the text in a class that nobody knows
        f'<div class="b-article__lead">{SENTENCES[0]}</div>',
        # a hidden summary in the microdata
        f'<div itemprop="articleBody">{SENTENCES[1]}</div>',
        # all of the text, its paragraphs glued
        f'<div itemprop="articleBody">{" ".join(SENTENCES)}</div>',
    ],
)
@pytest.mark.parametrize("tag", ["p", "div"])
def test_a_longer_text_that_readers_see_wins(known: str, tag: str) -> None:
    text = "".join(f"<{tag}>{sentence}</{tag}>" for sentence in SENTENCES)
    found = draft(f'<body><h1>Сад на крыше</h1>{known}<div class="zz">{text}</div></body>')
    assert found.article.extractor == "generic"
    assert body(found)[-4:] == SENTENCES


def test_microdata_that_the_rest_of_the_page_does_not_repeat_are_the_text() -> None:
    rest = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    found = draft(f'<body><div itemprop="articleBody">{P}</div>{rest}</body>')
    assert (found.article.extractor, body(found)) == ("microdata", [TEXT])


@pytest.mark.parametrize(
    "block",
    [
        '<h2 class="article__title-h2">{}</h2>',
        '<div class="article__body-x"><h1 class="article__title-h1">{}</h1></div>',
        "<figure><blockquote>{}</blockquote></figure>",
        '<figure class="table"><table><tr><td>{}</td></tr></table></figure>',
        '<figure class="media"><table><tr><td>{}</td></tr></table></figure>',
        '<div data-type="audio"><i>00:10</i><div class="article__text">{}</div></div>',
        '<div data-type="video"><div class="article__text">{}</div></div>',
        '<div class="banner"><blockquote>{}</blockquote></div>',
        '<div class="share-price">{}</div>',
        '<div class="media-text">{}</div>',
        '<div class="comments-of-experts">{}</div>',
        '<div class="chat-log">{}</div>',
        '<div class="tag-line">{}</div>',
        '<form action="/poll">{}</form>',
    ],
)
def test_blocks_inside_the_text_are_text(block: str) -> None:
    said = "В саду уже сорок яблонь, и все прижились."
    found = draft(
        '<h1 class="article__title">Сад на крыше</h1><div class="article__body">'
        f"{P}{block.format(said)}<p>{SENTENCES[3]}</p></div>"
    )
    assert body(found) == [TEXT, said, SENTENCES[3]]
    assert all(line.text == "00:10" for line in found.stripped())


def test_a_tag_in_mid_sentence_leaves_no_hole() -> None:
    found = draft('<div class="article__text">Сорок <span class="tag">яблонь</span> зацвели.</div>')
    assert body(found) == ["Сорок яблонь зацвели."]


@pytest.mark.parametrize(
    "block",
    [
        '<div class="banner"><p>Реклама</p></div>',
        '<div class="share__list">Поделиться ссылкой на эту новость</div>',
        '<div data-type="audio"><p>Обновите программу, чтобы слушать эту запись</p></div>',
        '<div class="article__notice"><p>Примечание к тексту из пяти слов.</p></div>',
    ],
)
def test_furniture_inside_the_text_is_dropped_with_its_rule(block: str) -> None:
    found = draft(f'<div class="article__body">{P}{block}</div>')
    assert (body(found), len(found.stripped())) == ([TEXT], 1)


OTHER_URL = "https://tj.sputniknews.ru/20211220/most-1044400001.html"
CARD = f'<a href="{OTHER_URL}">Мост откроют весной, когда сойдет лед</a>'


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        (
            '<div data-type="expert"><div><p>Землю поднимали ведрами две весны.</p></div></div>',
            None,
        ),
        ('<div data-type="expert">Ада Брандт, садовница</div>', None),
        ('<div data-type="vrez"><p>Землю поднимали ведрами две весны.</p></div>', None),
        ('<div data-nosnippet="true"><p>Землю поднимали ведрами две весны.</p></div>', None),
        ('<h3 data-nosnippet="true">Что дальше</h3>', None),
        ('<div data-type="promo" data-nosnippet="true">Наш сад в сети</div>', "unknown-block"),
        ('<div data-nosnippet="true"><a href="/x/">Все сады города.</a></div>', "unknown-block"),
        (f'<div data-type="promo"><div>{CARD}</div></div>', "related"),
        (f'<div data-nosnippet="true">{CARD}</div>', "related"),
        ('<div data-type="media-embed"><p>Смотреть в приложении</p></div>', "embed"),
        ('<div data-type="live-video"><p>Включить звук</p></div>', "player"),
    ],
)
def test_block_of_unknown_kind_keeps_its_text_without_evidence(
    block: str, rule: str | None
) -> None:
    found = draft(f'<div class="article__body">{P}{block}<p>{SENTENCES[3]}</p></div>')
    said = [re.sub("<[^>]+>", "", block)] if rule is None else []
    assert body(found) == [TEXT, *said, SENTENCES[3]]
    assert [line.rule for line in found.stripped()] == ([rule] if rule else [])
    assert [story.url for story in found.facts.related] == [OTHER_URL] * (rule == "related")
    named = [kind for kind in ("expert", "promo") if f'data-type="{kind}"' in block]
    assert sorted(found.unknown) == named


@pytest.mark.parametrize("title", ['h1 class="article__title-big"', 'div class="article__title"'])
def test_next_article_of_an_endless_page_is_left(title: str) -> None:
    tag = title.split()[0]
    found = draft(
        f'<h1 class="article__title">Сад</h1><div class="article__body">{P}</div>'
        f'<{title}>Мост</{tag}><div class="article__body"><p>{SENTENCES[0]}</p></div>'
    )
    assert body(found) == [TEXT]


def test_furniture_inside_a_paragraph_does_not_part_it() -> None:
    found = draft(
        '<img src="//ruvr.ru/i"><div class="article-text"><p>Паром '
        '<a class="article-commented-link">0</a>ушел в море '
        "с утра, когда ветер стих и волны улеглись.</p></div>"
    )
    assert body(found) == ["Паром ушел в море с утра, когда ветер стих и волны улеглись."]
    assert [(s.rule, s.text) for s in found.stripped()] == [("head-counter", "0")]


# --- facts ---------------------------------------------------------------------------------------

UNIX = "2021-12-23T05:36:00+00:00"
URL = "https://tj.sputniknews.ru/20211223/a-1044420155.html"
META = '<meta property="article:published_time" content="2021-12-23T10:36:00+05:00">'
LD = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("head", "dates"),
    [
        (META, {"meta": "2021-12-23T10:36:00+05:00"}),
        (
            LD.format('[{"@graph":[{"@type":["X","NewsArticle"],"datePublished":"2021-12-23"}]}]'),
            {"json-ld": "2021-12-23"},
        ),
        (LD.format("{" * 9) + META, {"meta": "2021-12-23T10:36:00+05:00"}),
        (LD.format("[" * 100_000) + META, {"meta": "2021-12-23T10:36:00+05:00"}),
        ('<meta name="analytics:p_ts" content="1640237760">', {"unixtime": UNIX}),
        ('<body><a data-unixtime="1640237760">x</a>', {"unixtime": UNIX}),
        ('<body><a data-unixtime="1640237760">x</a><a data-unixtime="1640237761">y</a>', {}),
        (
            '<meta property="article:published_time" content="20120105T0003+0400Z">',
            {"meta": "2012-01-05T00:03:00+04:00"},
        ),
        ('<meta itemprop="datePublished" content="soon">', {}),
    ],
)
def test_dates(head: str, dates: dict[str, str]) -> None:
    assert draft(f"<html><head>{head}</head><body>{P}</body></html>").facts.dates == dates


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f'<link rel="canonical" href="{URL}">', URL),
        (f'<meta property="og:url" content="{URL}">', URL),
        (
            f'<link rel="canonical" href="//x.example/"><meta property="og:url" content="{URL}">',
            URL,
        ),
        ('<link rel="canonical" href="https://other.example/20211223/a-1044420155.html">', None),
        ('<link rel="canonical" href="http://[broken/">', None),
    ],
)
def test_url_is_one_of_a_wire(head: str, url: str | None) -> None:
    assert draft(f"<html><head>{head}</head><body>{P}</body></html>").facts.url == url


def test_fetched_url_is_trusted_before_the_page() -> None:
    page = f'<head><link rel="canonical" href="{URL}"></head><body>{P}</body>'
    fetched = "https://tj.sputniknews.ru/20211224/b-1044420156.html"
    assert draft(page, url=fetched).facts.url == fetched


def test_lone_surrogate_in_json_ld_is_replaced() -> None:
    ld = LD.format(r'{"@type":"NewsArticle","headline":"A \ud83d B"}')
    assert draft(f"<head>{ld}</head><body>{P}</body>").facts.headline == "A \ufffd B"


@pytest.mark.parametrize(
    ("said", "authors"),
    [
        ('{"@type":"Person","name":"Mira Holt"}', ["Mira Holt"]),
        ('[{"name":"Mira Holt"},{"name":"Sputnik"}]', ["Mira Holt"]),
        ('{"@type":"Organization","name":"Sputnik Таджикистан"}', []),
        ('"https://example.org/people/1"', []),
    ],
)
def test_authors_are_people(said: str, authors: list[str]) -> None:
    ld = LD.format(f'{{"@type":"NewsArticle","author":{said}}}')
    assert draft(f"<head>{ld}</head><body>{P}</body>").facts.authors == authors


# --- bytes ---------------------------------------------------------------------------------------

MANY = range(2 * MAX_ATTRIBUTES)


@pytest.mark.parametrize(
    ("encoding", "meta", "header", "read_as"),
    [
        ("cp1251", "windows-1251", "utf-8", "cp1251"),
        ("cp1251", "windows-1251", None, "cp1251"),
        ("cp1251", None, "windows-1251", "cp1251"),
        ("cp1251", None, "iso-8859-1", "cp1251"),
        ("cp1251", None, "no-such-charset", "cp1251"),
        ("utf-8", None, "windows-1251", "utf-8"),
        ("utf-8", "windows-1251", None, "utf-8"),
        ("utf-16", None, None, "utf-16-le"),
    ],
)
def test_encoding(encoding: str, meta: str | None, header: str | None, read_as: str) -> None:
    head = f'<meta charset="{meta}">' if meta else ""
    page = f"<html><head>{head}</head><body>{3 * P}</body></html>".encode(encoding)
    tree, used = parse(page, header)
    assert (used.encoding, tree.findtext(".//p")) == (read_as, TEXT)


def test_damaged_bytes_do_not_change_the_encoding() -> None:
    page = f"<html><body>{3 * P}</body></html>".encode()
    assert parse(page[:100] + b"\xff" + page[100:], "windows-1251")[1].encoding == "utf-8"


def test_nul_is_removed() -> None:
    assert parse(f"<p>a\0b</p>{P}".encode())[0].findtext(".//p") == "ab"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"<html><body>" + 400 * b"<div>" + b"<p>deep</p>", "too-complex"),
        ((MAX_TAGS + 1) * b"<p>", "too-complex"),
        (b"<p " + b" ".join(b"a%d" % i for i in range(2 * MAX_ATTRIBUTES)) + b">x", "too-complex"),
        (
            b"<p " + b" ".join(b'a%d=">"' % i for i in range(2 * MAX_ATTRIBUTES)) + b">x",
            "too-complex",
        ),
        (b'<a="' * 90_000 + b"='" * 90_000, "too-complex"),
        (b"<!-- nothing -->", "empty"),
        (b"<html><body><script>1</script></body></html>", "empty"),
        (bytes(range(32)) * 100, "not-text"),
    ],
    ids=["deep", "many", "names", "hidden-names", "quotes", "no-element", "no-text", "binary"],
)
def test_hostile_page_has_one_reason(page: bytes, reason: str) -> None:
    with pytest.raises(UnreadablePage) as error:
        read(Page(page, Source("html", "page.html")), "sputnik")
    assert error.value.reason == reason


def test_comparisons_in_a_script_are_no_attack() -> None:
    script = f"<script>for(i=0;i<n;i++){{{'a[i]=b(i);' * (MAX_ATTRIBUTES // 4)}}}</script>"
    assert body(draft(f'{script}<div class="article__text">{P}</div>')) == [TEXT]


def test_long_value_of_an_attribute_is_no_attack() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 10 * MAX_ATTRIBUTES}">'
    assert body(draft(f'<div class="article__text">{picture}{P}</div>')) == [TEXT]


# --- real pages ----------------------------------------------------------------------------------


def _item(path: Path, wire: str) -> Draft:
    source = Source("html", path.name, None, "0" * 64)
    return assemble(Page(path.read_bytes(), source), wire)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace("\u00ad", "").lower())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _words(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


def _f1(got: str, gold: str) -> float:
    """Word-4-gram F1."""
    ours, theirs = _shingles(got), _shingles(gold)
    shared = sum((ours & theirs).values())
    return 2 * shared / (sum(ours.values()) + sum(theirs.values()))


def _text(found: Draft) -> str:
    """Headline and text with its dateline, as the gold has them."""
    head = found.article.dateline
    return "\n".join([found.facts.headline or "", head.raw if head else "", *body(found)])


def _gold(page: Path) -> list[str]:
    reference = DATA / "text" / page.parent.name / f"{page.stem}.ref.txt"
    lines = (re.sub("<[^>]+>", "", line).strip() for line in reference.read_text().splitlines())
    return [line for line in lines if line]


def _without_other_stories(gold: Iterable[str], lede: str) -> list[str]:
    """Leave out what the annotators took along below the headline and the item holds elsewhere.

    Titles of other stories (`…Справка`, `видео: …`), which end no sentence, and the lede.
    """
    headline, *rest = gold
    text = dropwhile(lambda line: line[-1] not in ".!?", rest)
    return [headline, *(line for line in text if _words(line) != _words(lede))]


@needs_real_pages
def test_ria_2012_against_gold() -> None:
    scores, whole = {}, {}
    for page in sorted((REAL / "www.ria.ru").glob("*.html")):
        found = _item(page, "ria")
        assert found.article.extractor == "ria-2012"
        assert found.facts.description
        assert found.facts.dates[Evidence.META].endswith("+04:00")
        gold = _gold(page)
        whole[page.stem] = _f1(_text(found), "\n".join(gold))
        scores[page.stem] = _f1(
            _text(found), "\n".join(_without_other_stories(gold, found.facts.description))
        )
    assert sum(scores.values()) / len(scores) >= 0.97, scores
    assert sum(whole.values()) / len(whole) >= 0.937, whole


@needs_real_pages
def test_ruvr_2012_against_gold() -> None:
    scores = {}
    for page in sorted((REAL / "rus.ruvr.ru").glob("*.html")):
        found = _item(page, "ria")
        assert found.article.extractor == "ruvr-2012"
        gold = _without_other_stories(_gold(page), found.facts.description or "")
        scores[page.stem] = _f1(_text(found), "\n".join(gold))
    assert sum(scores.values()) / len(scores) >= 0.95, scores


@needs_real_pages
@pytest.mark.parametrize(
    ("host", "paragraphs", "furniture"),
    [
        ("sputniknews.com", 9, ("radio@", "Subscribe", "Reddit", "Tags", "Get short")),
        ("arabic.sputniknews.com", 9, ("REUTERS", "تابعنا", "مصر تحظر تصدير", "انسخ", "423")),
    ],
)
def test_b_article_against_a_simple_path(
    host: str, paragraphs: int, furniture: tuple[str, ...]
) -> None:
    (page,) = (REAL / host).glob("*.html")
    found = _item(page, "sputnik")
    tree, _ = parse(page.read_bytes())
    marked = tree.xpath("//*[@itemprop='articleBody']//p[not(ancestor::*[@class='b-inject'])]")
    gold = [text for p in marked if _words(text := "".join(p.itertext()))]
    # the line that asks for letters to the editors closes the English page
    gold = [text for text in gold if "@" not in text]
    (lede,) = tree.xpath("//*[@itemprop='description' and not(self::meta)]")
    assert len(gold) == len(body(found)) == paragraphs
    assert _f1("\n".join(body(found)), "\n".join(gold)) >= 0.99
    assert found.facts.description == "".join(lede.itertext()).strip()
    shown = "\n".join([found.facts.description or "", *body(found)])
    assert not [words for words in furniture if words in shown]
    assert found.article.date_evidence == "meta"
