"""Archives and outputs on object storage: a server of S3 on loopback."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from fsspec import get_filesystem_class
from moto.server import ThreadedMotoServer

import newswire
from newswire.archive.remote import Remote, _system
from newswire.bulk import reprocess, tasks
from newswire.bulk.folder import Folder
from newswire.errors import ArgumentError, FeedError, ReplayError
from tests import forked
from tests.archives import archive, digest, ours, page, record


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a bucket `news`; the environment tells where it is, to children too."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    given = {
        "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="news")
    yield client
    client.close()
    _system.cache_clear()
    get_filesystem_class("s3").clear_instance_cache()
    server.stop()


def put(bucket: Any, path: Path, key: str) -> None:
    bucket.upload_file(str(path), "news", key)


def stored(bucket: Any, prefix: str) -> dict[str, bytes]:
    found = bucket.list_objects_v2(Bucket="news", Prefix=prefix).get("Contents", [])
    keys = [each["Key"] for each in found]
    return {
        key.removeprefix(prefix): bucket.get_object(Bucket="news", Key=key)["Body"].read()
        for key in keys
    }


def outputs(bucket: Any) -> dict[str, bytes]:
    return {k: v for k, v in stored(bucket, "out/").items() if "/" not in k}


def test_archives_and_outputs(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    archive(saved / "a.warc.gz", 0)
    with zipfile.ZipFile(saved / "b.wacz", "w") as wacz:
        wacz.writestr("archive/b.warc", record(ours(30), page(30), packed=False))
    (saved / "page.html").write_bytes(page(40))
    for path in saved.iterdir():
        put(bucket, path, f"in/{path.name}")
    bucket.put_object(Bucket="news", Key="in/image.png", Body=b"no page")
    whole = reprocess(saved, tmp_path / "whole", workers=0)
    there = "s3://news/out"
    done = reprocess("s3://news/in", there, workers=1)
    assert (done.articles, done.counts, done.failed) == (5, whole.counts, [])
    items = {
        json.loads(line)["id"] for data in outputs(bucket).values() for line in data.splitlines()
    }
    assert items == {a.id for a in newswire.read(saved) if isinstance(a, newswire.Article)}
    manifests = Folder(there).manifests()
    assert [m["articles"] for m in manifests] == [3, 1, 1]
    assert manifests[0]["input"] == "s3://news/in/a.warc.gz"
    first = outputs(bucket)
    # finished
    again = reprocess("s3://news/in", there, workers=0)
    assert (again.known, again.articles) == (3, 5)
    assert {k for k in stored(bucket, "out/") if k.startswith("_tmp")} == set()
    # other rules: only the bytes of our records are asked for
    asked: list[int] = []
    fetch = Remote.open

    def counted(self: Remote, mode: str = "rb") -> Any:
        file: Any = fetch(self, mode)
        inner = file.cache.fetcher

        def fetched(start: int, end: int) -> Any:
            asked.append(end - start)
            return inner(start, end)

        file.cache.fetcher = fetched
        return file

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "rules_version", lambda: "other rules")
        patch.setattr(Remote, "open", counted)
        third = reprocess("s3://news/in/a.warc.gz", there, workers=0)
    entries = [
        json.loads(line)
        for name, data in stored(bucket, "out/_index/").items()
        if name.startswith("a.warc")
        for line in data.splitlines()
    ]
    assert third.articles == 3
    assert sorted(asked)[-3:] == sorted(entry["length"] for entry in entries)
    assert outputs(bucket) == first
    # an object that has changed
    put(bucket, archive(tmp_path / "c.warc.gz", 50, 1), "in/a.warc.gz")
    changed = reprocess("s3://news/in/*.warc.gz", there, workers=0)
    assert (changed.known, changed.articles) == (0, 1)


def test_a_list_of_objects(bucket: Any, tmp_path: Path) -> None:
    put(bucket, archive(tmp_path / "a.warc.gz", 0), "in/a.warc.gz")
    listed = tmp_path / "list"
    listed.write_text("s3://news/in/a.warc.gz\ns3://news/in/gone.warc.gz\n")
    done = forked.run(
        *("scrapy", "reprocess", f"@{listed}", "--out", str(tmp_path / "out"), "--workers", "0"),
        environment=dict(os.environ),
    )
    assert done.returncode == 1
    assert "s3://news/in/gone.warc.gz" in done.stderr
    assert "3 articles in 2 files of 2" in done.stdout
    assert len(digest(tmp_path / "out")) == 2


def test_what_is_not_there(bucket: Any, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page(1))
    with pytest.raises(ReplayError, match="s3://news/nothing"):
        reprocess("s3://news/nothing", tmp_path / "out")
    with pytest.raises(FeedError, match="out=s3://missing/out"):
        reprocess(tmp_path / "page.html", "s3://missing/out")
    with pytest.raises(ArgumentError, match="nosuch://"):
        reprocess("nosuch://bucket/a.warc.gz", tmp_path / "out")
    done = forked.run(
        *("scrapy", "reprocess", str(tmp_path), "--out", "s3://news/other", "--link"),
        *("--workers", "0"),
        environment=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    assert "s3://news/other/linked: 1 article" in done.stdout


def test_links_in_the_bucket(bucket: Any, tmp_path: Path) -> None:
    """As on a disk: signatures, copies, and nothing done twice."""
    archive(tmp_path / "1.warc.gz", 10)
    copied = ours(10).replace("tj.sputniknews.ru", "ru.sputnik.kg")
    (tmp_path / "2.warc.gz").write_bytes(record(copied, page(10)))
    every = [str(path) for path in sorted(tmp_path.glob("*.gz"))]
    for out in ("s3://news/links", str(tmp_path / "out")):
        reprocess(every, out, workers=0, sign=True)
        done = newswire.link(out, workers=1)
        assert (done.articles, done.counts) == (4, {"same_text": 1})
        assert newswire.link(out, workers=1) == done
    expected = {path.name: path.read_bytes() for path in (tmp_path / "out" / "linked").iterdir()}
    assert stored(bucket, "links/linked/") == expected
    assert len(stored(bucket, "links/_links/")) == 3
