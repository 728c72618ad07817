"""Replay of saved texts: what is found, what is said of what cannot be read; it repeats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newswire import settings
from newswire.text.decoding import decode
from tests.crawl import ROOT, Crawl, crawl
from tests.mask import masked, nonsense

PIPELINES = settings.ITEM_PIPELINES
SEED = ROOT / "fixtures/sputnik/tj/putin-kazakhstan.txt"


def test_seed(fixtures_crawl: Crawl) -> None:
    """The page that the project began with."""
    item = next(i for i in fixtures_crawl.items if i["source"]["uri"].endswith(SEED.name))
    body = item["body"].split("\n\n")
    assert item["headline"] == "Путин раскрыл уникального союзника России в Центральной Азии"
    assert item["description"].startswith("Глава государства рассказал о перспективах")
    assert [place["name"] for place in item["dateline"]["places"]] == ["Душанбе"]
    assert (item["dateline"]["date"], item["dateline"]["agency"]) == ("2021-12-23", "Sputnik")
    assert (item["date_published"], item["edition"], item["language"]) == ("2021-12-23", "tj", "ru")
    assert len(body) == 12
    assert body[0].startswith("Президент России Владимир Путин во время")
    assert body[-1].endswith("на 55 вопросов от представителей СМИ.")
    assert [image["credit"] for image in item["images"]] == ["Sputnik / Рамиль Ситдиков"]
    assert [r["headline"][:37] for r in item["related"]] == [
        "Лавров: для России самое главное - об"
    ]
    for furniture in ("Подписаться", "Лента новостей", "фотобанк"):
        assert furniture not in item["body"]
    assert "0" not in body


def test_replay_is_reproducible(fixtures_crawl: Crawl, tmp_path: Path) -> None:
    again = crawl(tmp_path / "again.jsonl", "-a", "replay=fixtures")
    assert again.feed == fixtures_crawl.feed


def test_exported_body_replays_to_itself(fixtures_crawl: Crawl, tmp_path: Path) -> None:
    folder = tmp_path / "bodies"
    folder.mkdir()
    bodies = {}
    for number, item in enumerate(fixtures_crawl.items):
        name = f"{number:03}.txt"
        (folder / name).write_text(item["body"], "utf-8")
        bodies[name] = item["body"]
    again = crawl(tmp_path / "again.jsonl", "-a", f"replay={folder}")
    assert {Path(i["source"]["uri"]).name: i["body"] for i in again.items} == bodies


def test_unknown_words_change_nothing(fixtures_crawl: Crawl, tmp_path: Path) -> None:
    """An edition whose words are in no list comes out as clean."""
    folder = tmp_path / "masked"
    folder.mkdir()
    bodies, changed = {}, 0
    texts = [item for item in fixtures_crawl.items if item["source"]["kind"] == "text"]
    for number, item in enumerate(texts):
        page = decode((ROOT / item["source"]["uri"]).read_bytes())[0].splitlines()
        unknown = masked(page, item)
        changed += unknown != page
        name = f"{number:03}.txt"
        (folder / name).write_text("\n".join(unknown), "utf-8")
        bodies[name] = (item["source"]["uri"], item["body"])
    again = {
        Path(i["source"]["uri"]).name: i["body"]
        for i in crawl(tmp_path / "m.jsonl", "-a", f"replay={folder}").items
    }
    assert changed > 30
    # nothing is lost; what only its words tell from a sentence is left in, a few lines in all
    lost = [part for name, (_, body) in bodies.items() for part in _missing(body, again[name])]
    assert lost == []
    left_in = [part for name, (_, body) in bodies.items() for part in _missing(again[name], body)]
    assert len(left_in) <= 3


def _missing(body: str, other: str) -> list[str]:
    return [part for part in body.split("\n\n") if part not in other.split("\n\n")]


def test_mask_makes_words_unknown() -> None:
    assert nonsense("Лента новостей") != "Лента новостей"
    assert nonsense("0 12:30 23.12.2021 GMT") == "0 12:30 23.12.2021 GMT"
    assert nonsense("Sputnik") == nonsense("Sputnik")


@pytest.fixture(scope="module")
def odd_pages(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """A folder of pages that make trouble, named by an @list with one path too many."""
    folder = tmp_path_factory.mktemp("odd pages")
    text = SEED.read_text("utf-8")
    (folder / "cp1251.txt").write_bytes(text.encode("cp1251", "replace"))
    (folder / "utf16.txt").write_bytes(text.replace("уникальным", "особым").encode("utf-16"))
    (folder / "broken.txt").write_bytes(text.encode().replace("Токаев".encode(), b"\0\xd0\xff", 1))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n\xc2\xa0\n")
    (folder / "photo.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "huge.txt").write_bytes(text.encode() * 400)
    (folder / "new\nline.txt").write_bytes(b"")
    (folder / "notes.md").write_text("not a page", "utf-8")
    (folder / "dir.txt").mkdir()
    (folder / ".hidden.txt").write_text(text, "utf-8")
    paths = [*sorted(map(str, folder.glob("[a-z]*.txt"))), str(folder / "missing.txt")]
    listed = folder / "list"
    listed.write_text("# a comment\n\n" + "\n".join(p for p in paths if "\n" not in p), "utf-8")
    return crawl(
        folder / "feed.jsonl",
        *("-a", f"replay=@{listed}", "-s", "DOWNLOAD_MAXSIZE=1000000"),
    )


@pytest.mark.parametrize(
    ("stat", "count"),
    [
        ("newswire/unreadable/empty", 2),
        ("newswire/unreadable/not-text", 1),
        ("newswire/unreadable/too-large", 1),
        ("newswire/unreadable/unreadable", 2),
        ("newswire/encoding/cp1251", 1),
        ("newswire/encoding/utf-16-le", 1),
        ("item_scraped_count", 3),
    ],
)
def test_trouble_is_counted(odd_pages: Crawl, stat: str, count: int) -> None:
    assert odd_pages.stats.get(stat) == count, odd_pages.log


@pytest.mark.parametrize("name", ["empty", "blank", "photo", "huge", "missing"])
def test_trouble_is_one_line_that_names_the_file(odd_pages: Crawl, name: str) -> None:
    lines = [line for line in odd_pages.log.splitlines() if f"{name}.txt" in line]
    assert len(lines) == 1
    assert "skipped: " in lines[0]


def test_trouble_leaves_the_neighbours_alone(odd_pages: Crawl) -> None:
    assert odd_pages.code == 0
    assert {len(item["body"].split("\n\n")) for item in odd_pages.items} == {12}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-a", "replay=no/such/folder"], "replay=no/such/folder: no such file or folder"),
        (["-a", "replay=docs/*.nothing"], "replay=docs/*.nothing: no saved page there"),
        (["-a", "replay=@no-list"], "replay=@no-list: cannot read the list"),
        (["-a", "replay=fixtures", "-a", "edition=tj,xx"], "unknown edition 'xx' (known: "),
        (
            ["-a", "replay=fixtures", "-a", "editoin=tj"],
            "unknown argument 'editoin' (did you mean edition?)",
        ),
    ],
)
def test_bad_arguments_stop_before_the_first_page(
    tmp_path: Path, options: list[str], message: str
) -> None:
    done = crawl(tmp_path / "feed.jsonl", *options)
    assert done.code == 2
    assert message in done.log.splitlines()[-1]
    assert "Traceback" not in done.log
    assert done.feed == b""


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("fixtures/sputnik/tj/putin-kazakhstan.txt", 1),
        ("fixtures/sputnik/t*/*.txt", None),
        ("fixtures/**/putin-*.txt", 1),
    ],
)
def test_paths(spec: str, found: int | None) -> None:
    from newswire.archive import replay

    paths = replay.find(spec)
    assert [*paths] == sorted(paths)
    assert len(paths) == (found or len(list(ROOT.glob(spec))))


def test_edition_chooses(fixtures_crawl: Crawl, tmp_path: Path) -> None:
    chosen = crawl(tmp_path / "feed.jsonl", "-a", "replay=fixtures", "-a", "edition=tj,br")
    ours = [i["source"]["uri"] for i in fixtures_crawl.items if i["edition"] in ("tj", "br", None)]
    assert [i["source"]["uri"] for i in chosen.items] == ours
    assert chosen.stats["newswire/other_edition"] == len(fixtures_crawl.items) - len(ours)


def test_the_only_edition_asked_for_is_that_of_a_page_that_does_not_say(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("В горах выпал первый снег. Дороги открыты, сообщили спасатели.", "utf-8")
    asked = crawl(tmp_path / "feed.jsonl", "-a", f"replay={page}", "-a", "edition=kg")
    assert [i["edition"] for i in asked.items] == ["kg"]
    silent = crawl(tmp_path / "feed.jsonl", "-a", f"replay={page}")
    assert [(i["edition"], i["language"]) for i in silent.items] == [(None, "ru")]


def test_a_run_that_reads_nothing_fails(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(b"")
    done = crawl(tmp_path / "feed.jsonl", "-a", f"replay={page}")
    assert done.code == 1
    assert "0 articles of 1 page, 1 unreadable, no page could be read" in done.log


def test_a_failing_pipeline_fails_the_run_and_leaves_the_other_pages(tmp_path: Path) -> None:
    options = ["-s", "ITEM_PIPELINES=" + json.dumps({"tests.broken.FailsOnSeed": 50} | PIPELINES)]
    done = crawl(tmp_path / "feed.jsonl", "-a", "replay=fixtures/sputnik/tj", *options)
    assert done.code == 1
    assert "newswire failed on 1 page" in done.log.splitlines()[-1]
    assert len(done.items) == len(list(SEED.parent.glob("*.json"))) - 2


def test_a_feed_that_cannot_be_written_fails_the_run(tmp_path: Path) -> None:
    done = crawl(Path("/dev/full"), "-a", f"replay={SEED}")
    assert done.code == 1
    assert "ended early: feed_failed" in done.log.splitlines()[-1]


def test_stripped_can_be_left_out(tmp_path: Path) -> None:
    options = ["-a", f"replay={SEED}", "-s", "NEWSWIRE_KEEP_STRIPPED=False"]
    assert [item["stripped"] for item in crawl(tmp_path / "feed.jsonl", *options).items] == [[]]


def test_repeats_are_linked_or_counted(tmp_path: Path) -> None:
    """The same article twice is exported once; the same text elsewhere is linked to the first."""
    folder = tmp_path / "pages"
    folder.mkdir()
    text = SEED.read_text("utf-8")
    url = "https://tj.sputniknews.ru/20211223/slug-1044450001.html"
    corrected = text.replace("55 вопросов", "56 вопросов")
    other = text.replace("Sputnik Таджикистан", "Sputnik Кыргызстан").replace("ДУШАНБЕ", "БИШКЕК")
    for number, page in enumerate(
        [f"{url}\n{text}", f"{url}\n{text}", f"{url}\n{corrected}", other, f"{url}\n{text}"]
    ):
        (folder / f"{number}.txt").write_text(page, "utf-8")
    done = crawl(tmp_path / "feed.jsonl", "-a", f"replay={folder}")
    rows: list[tuple[Any, ...]] = [
        (
            i["id"].rsplit(":", 1)[0],
            i["version"],
            i["previous"] is None,
            i["relation"],
            i["duplicate_of"],
        )
        for i in done.items
    ]
    first = "sputnik:tj:1044450001"
    assert rows == [
        ("sputnik:tj", 1, True, None, None),
        ("sputnik:tj", 2, False, None, None),
        ("sputnik:kg", 1, True, "same_text", first),
        ("sputnik:tj", 3, False, None, None),
    ]
    assert done.stats["newswire/duplicates/repeated"] == 1


def test_feed_holds_the_words_unescaped(fixtures_crawl: Crawl) -> None:
    line = next(
        ln for ln in fixtures_crawl.feed.decode().splitlines() if "Сиднев" in ln or "Ситдиков" in ln
    )
    assert json.loads(line)["edition"] == "tj"
    assert "\\u04" not in line
