"""The wire's pages of 2026, as the simulator shows them: each form gives the article's own text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newswire.article.assemble import assemble
from newswire.items import Source
from newswire.page.model import Draft, Page
from tests.crawl import crawl
from tests.simulator import NOW, Wire, truth
from tests.simulator.fixtures import running
from tests.simulator.model import Article
from tests.simulator.pages import frame, render
from tests.simulator.template_2026 import FORMS

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
