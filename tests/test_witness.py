"""The page's own word on how long its text is, against what was kept of it."""

from __future__ import annotations

import json
from itertools import count, islice
from pathlib import Path

import pytest
from lxml import html

from newswire.article.assemble import assemble
from newswire.items import Article, Source
from newswire.operate import report
from newswire.operate.outcome import summary
from newswire.page import witness
from newswire.page.model import Page, Witness
from newswire.page.structured import read
from newswire.simulator import pages
from newswire.simulator.server import OTHER, TEXT
from newswire.simulator.wire import NOW, Wire
from tests.crawl import Crawl, crawl
from tests.simulated import running

P = [
    "The bridge over the river opened on Thursday, two weeks before its day.",
    "Its keepers, who had worked through the winter, were the first to cross.",
    "Lorries may follow in April, when the second lane is dry, the office said.",
    "A ferry that had run beside it since the flood makes its last trip tonight.",
]


def page(*, lost: int = 0, head: str = "", inside: str = "") -> Page:
    """Return a page of the wire whose first paragraphs, `lost` of them, look like banners."""
    banner, paragraph = ("banner", "banner__content"), ("text", "article__text")
    kinds = [banner] * lost + [paragraph] * (len(P) - lost)
    blocks = "".join(
        f'<div class="article__block" data-type="{kind}"><div class="{inner}">{text}</div></div>'
        for (kind, inner), text in zip(kinds, P, strict=True)
    )
    source = (
        f'<html><head><title>Bridge</title>{head}</head><body><div class="article">{inside}'
        f'<h1 class="article__title">Bridge</h1><div class="article__body">{blocks}</div></div>'
    )
    return Page(source.encode(), Source("html", "bridge.html", sha256="0" * 64))


def judged(page: Page) -> witness.Share | None:
    return witness.share(assemble(page, "sputnik"))


WHOLE = "".join(P)
WORDS = len(WHOLE.replace(".", ". ").split())
LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge", %s}</script>'
)
WITNESSES = {
    "dataLayer": f"<script>dataLayer.push({{'article_length' : '{len(WHOLE)}'}});</script>",
    "dataLayer, a list": f"<script>var dataLayer = [{{article_length: {len(WHOLE)}}}]</script>",
    "wordCount": LD % f'"wordCount": {WORDS}',
    "wordCount, a text": LD % f'"wordCount": "{WORDS}"',
    "articleBody": LD % f'"articleBody": {json.dumps(" ".join(P))}',
}


@pytest.mark.parametrize("head", WITNESSES.values(), ids=WITNESSES)
def test_lost_paragraphs_are_seen(head: str) -> None:
    for lost, verdict in ((0, "whole"), (1, "short"), (3, "short")):
        share = judged(page(lost=lost, head=head))
        assert share is not None
        assert (share.verdict, share.value == pytest.approx(1 - lost / len(P), abs=0.05)) == (
            verdict,
            True,
        )


@pytest.mark.parametrize(
    "inside",
    [
        f'<div class="article__meta"><div itemprop="articleBody">{WHOLE}</div></div>',
        f'<div class="endless__item" data-text-length="{len(WHOLE)}"></div>',
    ],
)
def test_marks_in_the_page(inside: str) -> None:
    whole, short = judged(page(inside=inside)), judged(page(lost=2, inside=inside))
    assert whole is not None
    assert short is not None
    assert (whole.value, short.verdict) == (1.0, "short")


def test_text_that_is_none_is_seen() -> None:
    head = f"<script>dataLayer.push({{'article_length': '{len(WHOLE) * 3 // 4}'}})</script>"
    share = judged(page(head=head))
    assert share is not None
    assert (
        str(share)
        == f"133% of the {len(WHOLE) * 3 // 4} characters that the page says (its own count)"
    )


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<script>dataLayer.push({'article_length': ''})</script>",
        "<script>dataLayer.push({'article_length': '12 kB'})</script>",
        "<script>dataLayer.push({'article_length': '99999999999'})</script>",
        "<script>function gtag(){dataLayer.push(arguments);}</script>",
        "<script>dataLayer.push({</script>",
        # of pictures and videos
        "<script>dataLayer.push({'article_length': '40'})</script>",
        LD % '"wordCount": 0, "articleBody": "The bridge over the river opened…"',
        LD % '"wordCount": {"a": 1}, "articleBody": ["x"]',
    ],
)
def test_nothing_is_said(head: str) -> None:
    assert judged(page(head=head)) is None


def test_one_witness_that_agrees_is_enough() -> None:
    """A count may be that of a long page's beginning, or of all that its frame has."""
    head = WITNESSES["dataLayer"] + LD % '"wordCount": 4000'
    share = judged(page(head=head))
    assert share is not None
    assert share.witness == Witness("its own count", len(WHOLE), "characters")


def test_visible_text_is_no_witness() -> None:
    """With furniture inside it, the marked body says nothing of the text's length."""
    body = f'<div itemprop="articleBody"><p>{P[0]}</p><p>{P[1]}</p><aside>Ads</aside></div>'
    assert read(html.fromstring(f"<body>{body}</body>"), None).witnesses() == []


# --- a template that begins to lose paragraphs ----------------------------------------------------

DAYS = ["-a", "since=2021-11-08", "-a", "until=2021-11-09", "-a", "edition=tj"]
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, tuple[Crawl, Path]]:
    """Crawls of two days of one wire: as it is, and with every third paragraph lost (True)."""
    found = {}
    for losing in (False, True):
        folder = tmp_path_factory.mktemp("witness")
        with running(ids=("tj",), modern=True, losing=losing) as server:
            options = [
                "-s",
                f"NEWSWIRE_LEDGER={folder / 'l.db'}",
                "-s",
                f"NEWSWIRE_RECORD={folder}",
            ]
            options += ["-a", f"site={server.sites['tj']}"]
            found[losing] = crawl(folder / "a.jsonl", *DAYS, *FAST, *options), folder
    return found


def test_crawl_says_what_is_lost(wires: dict[bool, tuple[Crawl, Path]]) -> None:
    (whole, _), (losing, _) = wires[False], wires[True]
    sizes = {item["id"]: len(item["body"]) for item in whole.items}
    lost = {i["id"] for i in losing.items if len(i["body"]) < 0.9 * sizes[i["id"]]}
    said = [line for line in losing.log.splitlines() if " characters that the page says (" in line]
    named = {i["id"] for i in losing.items if any(f"{i['source']['uri']}:" in li for li in said)}
    assert len(lost) > 10
    assert named == lost, losing.log
    assert losing.stats["newswire/text_share/short"] == len(lost)
    assert f"{len(lost)} shorter than their pages say" in summary(losing.stats)


def test_alarm(wires: dict[bool, tuple[Crawl, Path]]) -> None:
    (whole, _), (losing, _) = wires[False], wires[True]
    assert (whole.code, losing.code) == (0, 1)
    assert "newswire/text_share/short" not in whole.stats
    assert "newswire/text_share/long" not in whole.stats
    assert losing.stats["newswire/alarm/text_share"] == 1, losing.log
    assert "Alarm: edition sputnik:tj: text_share: before " in losing.log


@pytest.mark.parametrize("losing", [False, True])
def test_report_says_it(wires: dict[bool, tuple[Crawl, Path]], losing: bool) -> None:
    done, folder = wires[losing]
    articles = [Article.from_json(json.dumps(item).encode()) for item in done.items]
    archives = list(folder.glob("*.warc.gz"))
    shown = report.render(articles, [], ["test"], archives=archives)
    assert ("characters that the page says (" in shown) is losing
    assert ("text and page disagree" in shown) is losing


@pytest.mark.parametrize("edition", Wire(1).editions)
@pytest.mark.parametrize("form", ["page", "modern"])
def test_whole_pages_of_every_edition_are_as_long_as_they_say(edition: str, form: str) -> None:
    """And of those that lose a third of their blocks nearly all are named."""
    wire = Wire(1)
    around = pages.frame(wire, edition, f"https://{wire.editions[edition].host}", NOW)
    named = lost = 0
    for number in islice(wire.latest(edition, NOW), 12):
        article = wire.article(edition, number)
        source = pages.render(article, around, form).encode()
        url = around.base + article.outline.path
        whole = assemble(Page(source, Source("html", "x", sha256="0" * 64), url), "sputnik")
        share = witness.share(whole)
        assert share is None or share.verdict == "whole", (url, share)
        every = count(1)
        short = TEXT.sub(lambda m: m[0] if next(every) % 3 else OTHER, source)  # noqa: B023
        some = assemble(Page(short, Source("html", "x", sha256="0" * 64), url), "sputnik")
        if len(some.article.body) < 0.9 * len(whole.article.body) and share:
            lost += 1
            named += (witness.share(some) or share).verdict == "short"
    assert lost > 2
    assert named >= 0.9 * lost
