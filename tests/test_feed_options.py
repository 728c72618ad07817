"""What a Scrapy user sets for a feed works for every format, and what is in a feed can be found."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree

from newswire.feeds.files import ParquetExporter, SqliteExporter
from newswire.items import Article, Dateline, Image, Source
from tests.test_tables import lines, run

FIELDS = ["headline", "id", "dateline"]
WORDS = {
    "cn": "茶叶博物馆的灯塔，议会和渔民",
    "jp": "港の灯台で漁師とウズベキスタンの大使が話した。",
    "th": "รัฐบาลไทยประกาศแผนใหม่",
    "ru": "В Душанбе открылась выставка",
}


def write(feeds: dict[Path, dict[str, Any]], *options: str, code: int = 0) -> str:
    named = {str(path): settings for path, settings in feeds.items()}
    return run("-s", f"FEEDS={json.dumps(named)}", *options, code=code)


def test_fields_are_chosen_in_every_format(tmp_path: Path) -> None:
    kinds = ("jsonl", "csv", "xml", "parquet", "db")
    feeds = {tmp_path / f"x.{kind}": {"format": kind, "fields": FIELDS} for kind in kinds}
    write(feeds | {tmp_path / "all.jsonl": {"format": "jsonl"}})
    whole = lines((tmp_path / "all.jsonl").read_bytes())
    items = [{name: item[name] for name in FIELDS} for item in whole]
    assert lines((tmp_path / "x.jsonl").read_bytes()) == items
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    parts = ["raw", "places", "date", "date_printed", "agency", "byline", "confidence", "rule"]
    assert header == ["headline", "id", *(f"dateline.{part}" for part in parts)]
    assert [row[1] for row in rows] == [item["id"] for item in items]
    articles = etree.parse(tmp_path / "x.xml").getroot()
    assert {child.tag for article in articles for child in article} == set(FIELDS)
    assert pq.read_table(tmp_path / "x.parquet").column_names == FIELDS
    db = sqlite3.connect(tmp_path / "x.db")
    columns = [row[1] for row in db.execute("PRAGMA table_info(articles)")]
    assert columns[:3] == ["id", "version", "headline"]
    assert "body" not in columns
    assert db.execute("SELECT count(*) FROM articles_fts").fetchone() == (len(items),)
    db.close()


def test_fields_get_other_names(tmp_path: Path) -> None:
    names = {"id": "number", "dateline": "head", "date_published": "when"}
    kinds = ("jsonl", "csv", "xml", "parquet")
    write({tmp_path / f"x.{kind}": {"format": kind, "fields": names} for kind in kinds})
    items = lines((tmp_path / "x.jsonl").read_bytes())
    assert all(set(item) == {"number", "head", "when"} for item in items)
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert {"number", "head.date", "when"} < set(next(csv.reader(file)))
    assert etree.parse(tmp_path / "x.xml").getroot()[0][0].tag == "number"
    names_of = pq.read_table(tmp_path / "x.parquet").column_names
    assert names_of == ["number", "head", "when", "when_day", "when_time"]


def test_setting_for_all_feeds(tmp_path: Path) -> None:
    run("-s", "FEED_EXPORT_FIELDS=id,url", "-O", f"{tmp_path}/x.csv")
    assert (tmp_path / "x.csv").read_text("utf-8").startswith("id,url\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "csv", "fields": ["headlin"]}, "no field 'headlin' (did you mean 'headline'?)"),
        ({"format": "jsonl", "fields": ["dateline.date"]}, "no field 'dateline.date'"),
        ({"format": "jsonld", "fields": ["id"]}, "its fields are those of the standard"),
        ({"format": "db", "fields": {"id": "number"}}, "give 'fields' as a list"),
        ({"format": "csv", "encoding": "utf-88"}, "unknown encoding 'utf-88'"),
        ({"format": "jsonl", "encoding": "utf-16"}, "encoding 'utf-16' does not fit lines"),
        ({"format": "xml", "encoding": "utf-16"}, "encoding 'utf-16' does not fit lines"),
        ({"format": "csv", "encoding": "latin-1"}, "encoding 'latin-1' lacks characters"),
        ({"format": "marshal"}, "marshal cannot hold an article"),
    ],
)
def test_options_that_cannot_be_kept_are_refused(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    log = write({tmp_path / "x": options}, "-a", "edition=tj", code=2)
    assert message in log
    assert "Spider opened" not in log
    assert "Traceback" not in log


def test_an_encoding_that_lacks_characters_loses_none(tmp_path: Path) -> None:
    kinds = ("jsonl", "json", "jsonld", "ninjs.jsonl", "superdesk.jsonl", "xml", "parquet")
    feeds = {
        tmp_path / f"{encoding}.{kind}": {"format": kind, "encoding": encoding}
        for encoding in ("latin-1", "utf-8")
        for kind in kinds
    }
    write(feeds)
    for kind in kinds:
        ours, whole = (tmp_path / f"{encoding}.{kind}" for encoding in ("latin-1", "utf-8"))
        if kind == "xml":
            texts = [list(etree.parse(path).getroot().itertext()) for path in (ours, whole)]
        elif kind == "parquet":
            texts = [pq.read_table(path).to_pylist() for path in (ours, whole)]
        elif kind.endswith("jsonl"):
            texts = [lines(path.read_bytes()) for path in (ours, whole)]
        else:
            texts = [json.loads(path.read_bytes()) for path in (ours, whole)]
        assert texts[0] == texts[1], kind
        assert texts[0], kind


def test_mark_for_excel_is_for_csv_alone_and_once(tmp_path: Path) -> None:
    for _ in range(2):
        options = [f"{tmp_path}/x.{kind}" for kind in ("csv", "jsonl", "xml")]
        run("-s", "FEED_EXPORT_ENCODING=utf-8-sig", "-o", options[0], "-o", options[1])
    run("-s", "FEED_EXPORT_ENCODING=utf-8-sig", "-O", options[2])
    mark = b"\xef\xbb\xbf"
    table, text = ((tmp_path / name).read_bytes() for name in ("x.csv", "x.jsonl"))
    assert (table.startswith(mark), table.count(mark)) == (True, 1)
    assert mark not in text
    assert mark not in (tmp_path / "x.xml").read_bytes()


# --- days and instants ---------------------------------------------------------------------------


def test_parquet_has_days_and_instants(tmp_path: Path) -> None:
    day = Article(
        id="a",
        date_published="2021-12-23",
        dateline=Dateline(raw="ДУШАНБЕ —", date="2021-12-23"),
        images=[Image(date="2021-12-22")],
        source=Source("http", "https://a.example/", "2026-11-25T10:00:00+00:00", "0"),
    )
    instant = Article(id="b", date_published="2021-12-23T01:30:00+05:00")
    path = tmp_path / "x.parquet"
    with path.open("wb") as file:
        exporter = ParquetExporter(file)
        exporter.start_exporting()
        for article in (day, instant):
            exporter.export_item(article)
        exporter.finish_exporting()
    table = pq.read_table(path)
    assert table.schema.field("date_published_day").type == pa.date32()
    assert table.schema.field("date_published_time").type == pa.timestamp("us", tz="UTC")
    first, second = table.to_pylist()
    assert (first["date_published_day"], first["date_published_time"]) == (date(2021, 12, 23), None)
    # the day on the page, the instant in UTC
    assert second["date_published_day"] == date(2021, 12, 23)
    assert second["date_published_time"] == datetime(2021, 12, 22, 20, 30, tzinfo=UTC)
    assert first["dateline"]["date"] == date(2021, 12, 23)
    assert first["images"][0]["date"] == date(2021, 12, 22)
    assert first["source"]["fetched"] == datetime(2026, 11, 25, 10, tzinfo=UTC)


# --- search --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "wire.db"
    with path.open("ab") as file:
        exporter = SqliteExporter(file)
        exporter.start_exporting()
        for name, text in WORDS.items():
            exporter.export_item(Article(id=name, headline=text, body=f"{text} 2021"))
        exporter.finish_exporting()
    return path


@pytest.mark.parametrize(
    ("word", "found"),
    [
        *((word, "cn") for word in ("灯塔", "茶", "博物馆", "议会", "渔民", "茶叶博物馆")),
        *((word, "jp") for word in ("灯台", "漁師", "ウズベキスタン")),
        *((word, "th") for word in ("รัฐบาล", "ไทย", "แผนใหม่")),
        *((word, "ru") for word in ("выставка", "ДУШАНБЕ")),
    ],
)
def test_words_are_found_with_and_without_blanks_between(
    table: Path, word: str, found: str
) -> None:
    db = sqlite3.connect(table)
    search = (
        "SELECT id FROM articles JOIN articles_fts ON articles_fts.rowid = articles.rowid"
        " WHERE articles_fts MATCH ?"
    )
    assert db.execute(search, [f'"{word}"']).fetchall() == [(found,)]
    db.close()


def test_a_new_version_replaces_the_words(table: Path) -> None:
    with table.open("ab") as file:
        exporter = SqliteExporter(file)
        exporter.start_exporting()
        exporter.export_item(Article(id="new", version=1, body="莫斯科新闻"))
        exporter.export_item(Article(id="new", version=2, body="北京新闻"))
        exporter.finish_exporting()
    db = sqlite3.connect(table)
    counts = [
        db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", [word])
        for word in ("莫斯科", "北京")
    ]
    assert [count.fetchone()[0] for count in counts] == [0, 1]
    db.execute("DELETE FROM articles WHERE id = 'new'")
    db.close()


def test_datasette_offers_and_does_the_search(table: Path) -> None:
    """Datasette itself, without its server: the page with the search box, and what it finds."""
    path = f"/wire/articles?_search={quote('灯塔')}"
    command = [sys.executable, "-m", "datasette", str(table), "--get", path]
    page = subprocess.run(command, capture_output=True, check=True).stdout
    html = etree.HTML(page.decode("utf-8"))
    assert html.xpath("//input[@type='search' and @name='_search']/@value") == ["灯塔"]
    assert html.xpath("//td[contains(@class, 'col-id')]//text()")[0].strip() == "cn"
