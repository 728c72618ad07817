"""One article, four ways in: live, saved HTML, recorded WARC, saved text. The items are equal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newswire.simulator import pages
from newswire.simulator.saved_text import as_saved_text
from newswire.simulator.truth import Truth
from newswire.text.characters import ends_sentence
from tests.crawl import Crawl, crawl
from tests.simulated import Running, running

FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
# template of 2021 in Russian; template of 2014-2020 in English; right to left
WEEKS = {"tj": date(2021, 11, 8), "int": date(2020, 11, 9), "ar": date(2021, 11, 8)}

Items = dict[str, dict[str, Any]]
SAME = ["url", "language", "headline", "description", "date_published", "section", "authors"]


class Ways:
    """The articles of three days of an edition, as each way gives them, by id."""

    def __init__(self, server: Running, edition: str, folder: Path) -> None:
        first = WEEKS[edition]
        last = first + timedelta(days=2)
        numbers = server.numbers(edition, first, last)
        self.truths = {t.id: t for t in (server.truth(edition, k) for k in numbers)}
        site = server.sites[edition]
        options = ["-a", f"edition={edition}", "-a", f"site={site}", *FAST]
        options += ["-a", f"since={first}", "-a", f"until={last}"]
        archive = folder / "crawl.warc.gz"
        options += ["-s", "NEWSWIRE_LEDGER=:memory:", "-s", f"NEWSWIRE_RECORD={archive}"]
        self.live = crawl(folder / "live.jsonl", *options)
        home = f"https://{server.wire.editions[edition].host}"
        frame = pages.frame(server.wire, edition, home, server.now)
        for number, k in enumerate(numbers):
            article = server.wire.article(edition, k, server.now)
            _save(folder / "html" / f"{number:03}.html", pages.render(article, frame))
            text = as_saved_text(article, frame)
            _save(folder / "text" / f"{article.outline.id}.txt", text)
        self.html = self._replay(folder, "html")
        self.warc = self._replay(folder, archive.name)
        self.text = self._replay(folder, "text")

    def _replay(self, folder: Path, name: str) -> Crawl:
        return crawl(folder / f"{name}.jsonl", "-a", f"replay={folder / name}")


def _save(file: Path, page: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(page, "utf-8")


@pytest.fixture(scope="module", params=sorted(WEEKS))
def ways(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ways]:
    with running(ids=(request.param,), start=date(2020, 11, 1), canonical=True) as server:
        yield Ways(server, request.param, tmp_path_factory.mktemp(request.param))


def by_id(done: Crawl) -> Items:
    """Return the items without what must differ: where the bytes came from."""
    return {i["id"]: {k: v for k, v in i.items() if k != "source"} for i in done.items}


def test_live_is_the_truth(ways: Ways) -> None:
    items = by_id(ways.live)
    assert items.keys() == ways.truths.keys(), ways.live.log
    for name, truth in ways.truths.items():
        item = items[name]
        expected = _expected(truth)
        if item["section"] is None:  # some pages have it only among their keywords
            expected["section"] = None
            assert truth.section in item["keywords"]
        assert _fields(item) == expected
        assert _letters(item["body"]) == _letters("".join(truth.body))
        if not {"list", "table"} & set(truth.kinds):
            assert item["body"].split("\n\n") == truth.body


def test_html_and_warc_replay_are_equal_to_live(ways: Ways) -> None:
    live = by_id(ways.live)
    assert by_id(ways.html) == live
    assert by_id(ways.warc) == live


def test_saved_text_replay_is_equal_to_live(ways: Ways) -> None:
    texts = {Path(i["source"]["uri"]).stem: i for i in ways.text.items}
    for name, item in by_id(ways.live).items():
        if ways.truths[name].kind in ("live", "photo"):
            # times of a live blog are lines like any other, texts of photos captions like others
            continue
        text = texts[name.rsplit(":", 1)[1]]
        assert text["headline"] == item["headline"]
        assert _head(text) == _head(item)
        assert text["edition"] == item["edition"]
        if text["dateline"] and text["dateline"]["date"]:  # else an archive picture gives the day
            assert text["date_published"][:10] == item["date_published"][:10]
        lede = "" if item["description"] == text["description"] else item["description"] or ""
        # a subheading below a picture reads as another story's title: rarely one is dropped
        assert _letters(lede + _sentences(item)) == _letters(_sentences(text))
        assert len(text["body"]) > 0.97 * len(item["body"])


def _sentences(item: dict[str, Any]) -> str:
    """Return the paragraphs of a body that end as sentences do."""
    return "\n".join(part for part in item["body"].split("\n\n") if ends_sentence(part))


def _fields(item: dict[str, Any]) -> dict[str, Any]:
    pictures = [(i["caption"], i["credit"]) for i in item["images"]]
    related = [r["headline"] for r in item["related"]]
    head = item["dateline"] and item["dateline"]["raw"]
    return {name: item[name] for name in SAME} | {
        "dateline": head, "images": pictures, "related": related
    }  # fmt: skip


def _expected(truth: Truth) -> dict[str, Any]:
    pictures = [(i["caption"], i["credit"].removeprefix("© ")) for i in truth.images]
    related = [r["headline"] for r in truth.related]
    head = truth.dateline and truth.dateline["raw"]
    return {name: getattr(truth, name) for name in SAME} | {
        "dateline": head, "images": pictures, "related": related
    }  # fmt: skip


def _head(item: dict[str, Any]) -> tuple[Any, ...] | None:
    head = item["dateline"]
    return head and (head["raw"], head["places"], head["agency"], head["byline"])


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def test_a_mirror_and_its_recording_give_what_the_site_gives(tmp_path: Path) -> None:
    """The pages of the mirror name it as their address, and it is no host of the wire."""
    with running(ids=("tj",), start=date(2021, 11, 8)) as server:
        site, day = server.sites["tj"], date(2021, 11, 9)
        given = ["-a", "edition=tj", "-a", f"site={site}"]
        record = ["-s", f"NEWSWIRE_RECORD={tmp_path / 'crawl.warc.gz'}"]
        options = [*given, "-a", f"since={day}", "-a", f"until={day}", *FAST, *record]
        live = crawl(tmp_path / "live.jsonl", *options, "-s", "NEWSWIRE_LEDGER=:memory:")
        numbers = server.numbers("tj", day, day)
        ids = {server.truth("tj", number).id for number in numbers}
    assert {item["id"] for item in live.items} == ids
    warc = crawl(tmp_path / "warc.jsonl", "-a", f"replay={tmp_path / 'crawl.warc.gz'}", *given)
    assert {item["id"] for item in warc.items} == ids
    assert all(item["url"].startswith("https://tj.") for item in [*live.items, *warc.items])
