"""Feeds for tables and archives, read back by readers that know nothing of newswire."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import sqlite3
import sys
from dataclasses import asdict
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from lxml import etree
from moto.server import ThreadedMotoServer

from newswire.feeds.columns import columns
from newswire.feeds.files import CsvExporter, LinesExporter, SqliteExporter, XmlExporter
from newswire.feeds.storage import mend_rows
from newswire.items import Article, Dateline, Place
from tests import forked

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


# NUL, control characters, half a character, both halves of one, what ends a line elsewhere
ODD = "a\0b\x0b\x1bc\ud83dd\ud83d\ude00e\u2028f]]>&<g>\ufffe\r\nh"
ARTICLE = Article(
    id="sputnik:tj:1",
    headline=ODD,
    body="=HYPERLINK(1)",
    dateline=Dateline(raw="ДУШАНБЕ —", places=[Place("ДУШАНБЕ")], confidence=0.9),
    keywords=["+1", ODD],
)


def run(*options: str, code: int = 0, pages: str = "fixtures/sputnik/tj") -> str:
    """Crawl saved pages; return the log, the exit code checked."""
    done = forked.run("scrapy", "crawl", "sputnik", "-a", f"replay={pages}", *options)
    assert done.returncode == code, done.stderr
    return done.stderr


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines() if line]


def flat(article: dict[str, Any]) -> dict[str, Any]:
    """Return the row of an article, written down a second time."""
    found: dict[str, Any] = {}
    for name, value in article.items():
        if name in ("dateline", "source"):
            names = [column for column in columns() if column.startswith(f"{name}.")]
            found |= {column: (value or {}).get(column.partition(".")[2]) for column in names}
        else:
            found[name] = value
    return {
        k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for k, v in found.items()
    }


def from_xml(element: Any, like: Any) -> Any:
    """Return what an element holds, in the shape of `like`."""
    if element is None:
        return None
    if isinstance(like, dict):
        return {name: from_xml(element.find(name), part) for name, part in like.items()}
    if isinstance(like, list):
        assert len(element) == len(like)
        return [from_xml(child, part) for child, part in zip(element, like, strict=True)]
    return type(like)(element.text or "")


def without_moments(value: Any) -> Any:
    """Return a record of Parquet as the item has it, days and instants as text."""
    if isinstance(value, dict):
        return {
            k: without_moments(v) for k, v in value.items() if not k.endswith(("_day", "_time"))
        }
    if isinstance(value, list):
        return [without_moments(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def test_all_feeds_of_a_crawl_hold_the_same(tmp_path: Path) -> None:
    """One crawl into every kind at once, by the name of the file alone."""
    kinds = ("jsonl", "csv", "xml", "parquet", "db", "jsonl.gz", "csv.gz", "jsonl.zst")
    names = [*(f"x.{kind}" for kind in kinds), "by/%(wire)s/%(edition)s/%(date)s.jsonl"]
    run(*(part for name in names for part in ("-O", str(tmp_path / name))))
    read = {kind: (tmp_path / f"x.{kind}").read_bytes() for kind in kinds}
    items = lines(read["jsonl"])
    assert len(items) > 3
    assert lines(gzip.decompress(read["jsonl.gz"])) == items
    assert lines(zstd.decompress(read["jsonl.zst"])) == items
    assert gzip.decompress(read["csv.gz"]) == read["csv"]
    table = pq.read_table(tmp_path / "x.parquet")
    assert [without_moments(record) for record in table.to_pylist()] == items
    root = etree.fromstring(read["xml"])
    assert [from_xml(e, like) for e, like in zip(root, items, strict=True)] == items
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [flat(item) for item in items]
    # a cell that begins like a formula has an apostrophe before it
    cells = [{k: "" if v is None else str(v) for k, v in row.items()} for row in expected]
    plain = [{k: v.removeprefix("'") for k, v in row.items()} for row in rows]
    assert plain == [{k: v.removeprefix("'") for k, v in row.items()} for row in cells]
    db = sqlite3.connect(f"file:{tmp_path / 'x.db'}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    assert [dict(row) for row in db.execute("SELECT * FROM articles ORDER BY rowid")] == expected
    db.close()
    routed = {path: lines(path.read_bytes()) for path in (tmp_path / "by").rglob("*.jsonl")}
    assert sum(map(len, routed.values())) == len(items)
    for path, found in routed.items():
        days = {(item["date_published"] or "undated")[:10] for item in found}
        assert (path.parts[-3], days) == ("sputnik", {path.stem})
        assert {item["edition"] or "unknown" for item in found} == {path.parts[-2]}


def test_any_text(tmp_path: Path) -> None:
    out = BytesIO()
    LinesExporter(out, encoding="utf-8").export_item(ARTICLE)
    assert json.loads(out.getvalue())["headline"] == ODD.encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )
    out = BytesIO()
    xml = XmlExporter(out)
    xml.start_exporting()
    xml.export_item(ARTICLE)
    xml.finish_exporting()
    (article,) = etree.fromstring(out.getvalue())
    r = "\ufffd"
    assert article.findtext("headline") == f"a{r}b{r}{r}c{r}d😀e\u2028f]]>&<g>{r}\r\nh"
    assert article.find("url") is None
    out = BytesIO()
    table = CsvExporter(out)
    table.start_exporting()
    table.export_item(ARTICLE)
    table.finish_exporting()
    (row,) = csv.DictReader(out.getvalue().decode().splitlines(keepends=True))
    assert row["body"] == "'=HYPERLINK(1)"
    assert "\0" not in row["headline"]
    assert row["dateline.raw"] == "ДУШАНБЕ —"


def test_sqlite_keeps_the_highest_version(tmp_path: Path) -> None:
    path = tmp_path / "x.db"

    def put(*articles: Article) -> None:
        with path.open("ab") as file:
            exporter = SqliteExporter(file)
            exporter.start_exporting()
            for article in articles:
                exporter.export_item(article)
            exporter.finish_exporting()

    put(Article(id="a", version=2, body="Café au lait"), ARTICLE)
    put(Article(id="a", version=1, body="an older text"))
    db = sqlite3.connect(path)
    search = "SELECT body FROM articles_fts WHERE articles_fts MATCH ?"
    assert db.execute(search, ("cafe",)).fetchall() == [("Café au lait",)]
    assert db.execute(search, ("older",)).fetchall() == []
    put(Article(id="a", version=3, body="the third"))
    assert db.execute(search, ("cafe",)).fetchall() == []
    assert db.execute(search, ("third",)).fetchall() == [("the third",)]
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    db.close()


def test_half_a_row_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    good = b'id,body\r\n1,"a\r\n""b"" c"\r\n'
    for rest in (b"", b'2,"half\r\n', b'2,"half ""', b"2,half"):
        path.write_bytes(good + rest)
        mend_rows(path)
        assert path.read_bytes() == good


def test_a_feed_that_fails_does_not_silence_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.jsonl"
    log = run("-o", "/dev/full:csv", "-o", str(good), pages="fixtures", code=1)
    assert "Cannot write feed /dev/full ([Errno 28]" in log
    assert len(lines(good.read_bytes())) > 50


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ("{}/there.parquet", "such a file cannot be appended to"),
        ("{}/file/x.jsonl", "is not writable"),
        ("{}/%(replay)s.jsonl", "%(replay)s is no name of a file"),
        ("{}/%(edition)s.xml", "needs %(batch_id)d"),
        ("{}/x.parquet.gz", "cannot be compressed"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_crawl(
    tmp_path: Path, feed: str, message: str
) -> None:
    for name in ("there.parquet", "file"):
        (tmp_path / name).write_text("x")
    log = run("-o", feed.format(tmp_path), "-a", "edition=tj", code=2)
    assert message in log
    assert "Spider opened" not in log
    assert "Traceback" not in log
    shutil.rmtree(tmp_path)


def test_batches(tmp_path: Path) -> None:
    feeds = {
        f"{tmp_path}/count-%(batch_id)d.parquet": {"format": "parquet", "batch_item_count": 2},
        f"{tmp_path}/time-%(batch_id)d.xml": {"format": "xml", "batch_seconds": 1e-9},
    }
    run("-s", f"FEEDS={json.dumps(feeds)}")
    counts = [pq.read_table(path).num_rows for path in sorted(tmp_path.glob("count-*"))]
    assert counts[0] == 2
    assert set(counts) <= {1, 2}
    times = [len(etree.parse(path).getroot()) for path in tmp_path.glob("time-*")]
    assert times == [1] * sum(counts)


def test_s3(tmp_path: Path) -> None:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id="a",
            aws_secret_access_key="b",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket="news")
        named = {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION_NAME": "us-east-1"}
        settings = [f"-sAWS_{name}={value}" for name, value in named.items()]
        settings.append(f"-sAWS_ENDPOINT_URL={endpoint}")
        feeds = ("s3://news/x.jsonl", "s3://news/x.db", str(tmp_path / "x.jsonl"))
        run(*settings, *(part for feed in feeds for part in ("-O", feed)))
        stored = client.get_object(Bucket="news", Key="x.jsonl")["Body"].read()
        assert stored == (tmp_path / "x.jsonl").read_bytes()
        client.download_file("news", "x.db", str(tmp_path / "x.db"))
        db = sqlite3.connect(tmp_path / "x.db")
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (len(lines(stored)),)
        db.close()
        log = run(*settings, "-O", "s3://missing/x.jsonl", code=1)
        assert "1 feed failed" in log
    finally:
        server.stop()


def test_the_article_is_plain_data() -> None:
    assert set(flat(asdict(ARTICLE))) == set(columns())
