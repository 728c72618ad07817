"""Archives read by an index: only the bytes of the wire's records, and the same articles."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newswire.archive import warc
from newswire.bulk import reprocess, tasks
from newswire.bulk.folder import Folder
from newswire.errors import ArgumentError
from newswire.wires.editions import editions
from newswire.wires.urls import hosts_pattern, is_foreign
from tests.archives import archive, digest, ours, page, record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of three articles, one in a copy that another site keeps, and an empty page."""
    path = archive(tmp_path / "a.warc.gz", 0)
    with path.open("ab") as file:
        file.write(record(f"https://web.archive.org/web/2023/{ours(7)}", page(7)))
        file.write(record(ours(8), b""))
        file.write(record("https://harbour.example/last", page(9)))
    return path


def never(*given: object) -> None:
    raise AssertionError


def read(path: Path, out: Path, **more: Any) -> tuple[dict[str, str], dict[str, int]]:
    done = reprocess(path, out, workers=0, **more)
    assert done.failed == []
    return digest(out), dict(done.counts)


def only_by_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "records", never)


def lines(out: Path) -> list[dict[str, Any]]:
    [index] = (out / "_index").glob("*.jsonl")
    return [json.loads(line) for line in index.read_bytes().splitlines()]


def test_the_second_reading_touches_only_our_records(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = read(path, out)
    entries = lines(out)
    assert [entry["url"] for entry in entries][:3] == [ours(0), ours(1), ours(2)]
    assert len(entries) == 5
    for rules in ("other rules", "other rules again"):
        with monkeypatch.context() as patch:
            patch.setattr(tasks, "rules_version", lambda rules=rules: rules)
            only_by_index(patch)
            assert read(path, out) == first
            assert lines(out) == entries
    # another choice of records: all are read again
    with monkeypatch.context() as patch:
        patch.setattr("newswire.bulk.folder.selection_version", lambda: "other hosts")
        patch.setattr(tasks, "rules_version", lambda: "and other rules")
        only_by_index(patch)
        with pytest.raises(AssertionError):
            read(path, out)
    # the archive has changed
    path.write_bytes(archive(tmp_path / "b", 20).read_bytes())
    assert read(path, out)[1] == {"passed_over/foreign": 3}


@pytest.mark.parametrize("damage", [True, False])
def test_archives_without_an_index_of_ours(tmp_path: Path, damage: bool) -> None:
    """What is damaged is read again as a whole, and a gzip member of many records too."""
    path = archive(tmp_path / "a.warc.gz", 0)
    data = path.read_bytes()
    harmed = data[: len(data) - 300] if damage else gzip.compress(gzip.decompress(data))
    path.write_bytes(harmed)
    reprocess(path, tmp_path / "out", workers=0)
    assert list((tmp_path / "out/_index").iterdir()) == []
    [manifest] = Folder(tmp_path / "out").manifests()
    assert manifest["index"] is None
    assert manifest["articles"] == (2 if damage else 3)


def entries(path: Path) -> list[dict[str, str]]:
    """Return what an indexer writes down of an archive, foreign records too."""
    with path.open("rb") as file:
        found = [r for r in warc.records(file, 10**7) if isinstance(r, warc.Record)]
    return [
        {
            "url": each.headers["warc-target-uri"],
            "mime": "text/html",
            "status": "200",
            "digest": "AAAA",
            "length": str((each.end or 0) - each.place.offset),
            "offset": str(each.place.offset),
            "filename": path.name,
        }
        for each in reversed(found)  # an index is not in the order of the file
    ]


def as_cdxj(path: Path) -> bytes:
    rows = [f"com,example)/ 20231114100000 {json.dumps(each)}\n" for each in entries(path)]
    return ("!meta 0 {}\n" + "".join(rows)).encode()


def as_cdx(path: Path) -> bytes:
    rows = (
        f"com,example)/ 20231114100000 {e['url']} text/html 200 AAAA - - {e['length']}"
        f" {e['offset']} {e['filename']}\n"
        for e in [*entries(path), {**entries(path)[0], "filename": "another.warc.gz"}]
    )
    return (" CDX N b a m s k r M S V g\n" + "".join(rows)).encode()


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.cdxj", as_cdxj), ("a.warc.gz.cdx", as_cdx), ("a.cdx.gz", as_cdx), ("a.wacz", as_cdxj)],
)
def test_an_index_of_others(
    path: Path,
    tmp_path: Path,
    name: str,
    write: Callable[[Path], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if name.endswith("wacz"):
        wacz = tmp_path / name
        with zipfile.ZipFile(wacz, "w") as file:
            file.writestr("archive/a.warc.gz", path.read_bytes())
            file.writestr("indexes/index.cdx.gz", gzip.compress(write(path)))
        path = wacz
    whole, counts = read(path, tmp_path / "whole")
    index = write(path) if path.suffix != ".wacz" else b""
    if index:
        packed = name.endswith("cdx.gz")
        (tmp_path / name).write_bytes(gzip.compress(index) if packed else index)
    only_by_index(monkeypatch)
    assert read(path, tmp_path / "out", index="cdx") == (whole, counts)
    assert list((tmp_path / "out/_index").iterdir()) == []


def test_a_columnar_index(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = archive(tmp_path / "b.warc.gz", 40)
    empty = tmp_path / "c.warc.gz"
    empty.write_bytes(record("https://harbour.example/", page(1)))
    rows = [each for one in (path, other, empty) for each in entries(one)]
    table = {
        "url": [each["url"] for each in rows],
        "warc_filename": [f"crawl-data/2023/{each['filename']}" for each in rows],
        "warc_record_offset": [int(each["offset"]) for each in rows],
        "warc_record_length": [int(each["length"]) for each in rows],
    }
    index = tmp_path / "index.parquet"
    pq.write_table(pa.table(table), index)
    whole = reprocess(tmp_path / "*.warc.gz", tmp_path / "whole", workers=0)
    only_by_index(monkeypatch)
    done = reprocess(tmp_path / "*.warc.gz", tmp_path / "out", workers=0, index=str(index))
    assert digest(tmp_path / "out") == digest(tmp_path / "whole")
    assert (done.counts, done.articles) == (whole.counts, whole.articles)
    with pytest.raises(ArgumentError, match=r"d\.warc\.gz is not in it"):
        reprocess(archive(tmp_path / "d.warc.gz", 60), tmp_path / "out", index=str(index))
    with pytest.raises(ArgumentError, match="no such file"):
        reprocess(path, tmp_path / "out", index=str(tmp_path / "nowhere.parquet"))
    with pytest.raises(ArgumentError, match=r"index="):
        reprocess(path, tmp_path / "out", index=str(path))


def test_the_pattern_of_hosts_finds_all_that_is_ours() -> None:
    import duckdb

    hosts = [host for e in editions().all() for host in (e.host, *e.hosts)]
    urls = [
        *(f"https://{host}/20231114/x-1044000001.html" for host in hosts),
        *(f"http://www.{host}:80/" for host in hosts),
        *(f"https://web.archive.org/web/2023/https://{host}/x" for host in hosts),
        *(f"https://translate.google.com/translate?u=https%3A%2F%2F{host}%2Fx" for host in hosts),
        "http://localhost:8000/x", "http://127.0.0.1/x", "http://[::1]/x", "urn:x", "",
        "https://M.SPUTNIK.KG./x", "https://ru-sputnik-kg.translate.goog/a.html",
        "dns:sputnik.kg", "//localhost/x",
    ]  # fmt: skip
    ours = [url for url in urls if not is_foreign(url)]
    assert len(ours) > len(hosts) * 3
    found = duckdb.execute(
        "SELECT url FROM (SELECT unnest(?) AS url) WHERE regexp_matches(url, ?)",
        [ours, hosts_pattern()],
    ).fetchall()
    assert sorted(url for (url,) in found) == sorted(ours)
    theirs = ["https://harbour.example/sputnik", "https://a.b/c?d=e"]
    assert duckdb.execute(
        "SELECT count(*) FROM (SELECT unnest(?) AS url) WHERE regexp_matches(url, ?)",
        [theirs, hosts_pattern()],
    ).fetchall() == [(0,)]
