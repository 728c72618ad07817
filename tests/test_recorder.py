"""Recording: real crawls of a loopback server, read back by warcio and by the replay."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import brotli
import pytest
from scrapy import Request
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from newswire.archive import replay
from newswire.crawl.recorder import exchange
from newswire.page.model import Page, PassedOver
from tests import forked
from tests.crawl import Crawl, crawl
from tests.forked import Forked

HTML = "<!DOCTYPE html><title>Снег</title><p>В горах выпал первый снег.</p>".encode()
CP1251 = HTML.decode().encode("cp1251")
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/plain": (200, {"Content-Type": "text/html; charset=utf-8"}, HTML),
    "/gzip": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(HTML)),
    "/br": (200, {"Content-Type": "text/html", "Content-Encoding": "br"}, brotli.compress(HTML)),
    "/cp1251": (200, {"Content-Type": "text/html; charset=windows-1251"}, CP1251),
    "/old": (301, {"Location": "/plain"}, b""),
    "/gone": (404, {"Content-Type": "text/html"}, HTML),
    "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /secret\n"),
    "/image.png": (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n" * 9),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/chunked":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (HTML[:30], HTML[30:], b""):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            return
        status, fields, body = ANSWERS.get(self.path, ANSWERS["/plain"])
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def command(server: Server, path: Path, *paths: str, **settings: Any) -> list[str]:
    named = json.dumps({"NEWSWIRE_RECORD": str(path)} | settings)
    urls = [server.url + path for path in paths]
    return ["tests.recorded", named, *urls]


def run(server: Server, path: Path, *paths: str, **settings: Any) -> tuple[dict[str, str], str]:
    """Return the digests of the bodies that the spider saw, by path, and the log."""
    done = forked.run(*command(server, path, *paths, **settings))
    seen = (line.split(" ") for line in done.stdout.splitlines())
    return {url.removeprefix(server.url): digest for digest, url in seen}, done.stderr


def checked(path: Path) -> list[Any]:
    """Return the records as warcio reads them, each with its body; its checker has no complaint.

    warcio 1.8.1 fails on any body in br where the package brotli is there.
    """
    with pytest.raises(SystemExit) as status:
        warcio(["check", str(path)])
    assert status.value.code == 0
    with path.open("rb") as file:
        return [(record, record.content_stream().read()) for record in ArchiveIterator(file)]


def test_what_was_seen_is_what_replays(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "new" / "crawl.warc.gz"
    seen, log = run(server, path, *ANSWERS, "/chunked")
    assert "ERROR: " not in log
    every = list(replay.pages(path, 2**20))
    pages = {(p.url or "").removeprefix(server.url): p for p in every if isinstance(p, Page)}
    assert {"/plain", "/gzip", "/br", "/cp1251", "/chunked"} == pages.keys()
    assert {name: page.source.sha256 for name, page in pages.items()} == {
        name: seen[name] for name in pages
    }
    assert pages["/cp1251"].content_type == "text/html; charset=windows-1251"
    assert pages["/gzip"].body == HTML
    passed = sorted(p.reason for p in every if isinstance(p, PassedOver))
    # robots.txt is asked for twice: by the middleware and by the spider
    assert passed == ["status", "status", "type", "type", "type"]
    assert len(every) == len(server.asked)


def test_records(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    run(server, path, "/gzip?a=1#part", "/gzip", "/old")
    (info, text), *records = checked(path)
    assert (info.rec_type, b"newswire" in text) == ("warcinfo", True)
    answers = [r for r, _ in records if r.rec_type == "response"]
    requests = [r for r, _ in records if r.rec_type == "request"]
    targets = [r.rec_headers.get_header("WARC-Target-URI") for r in answers]
    asked = ["/robots.txt", "/gzip?a=1", "/gzip", "/old", "/plain"]
    assert targets == [server.url + target for target in asked]
    for answer, request in zip(answers, requests, strict=True):
        identifier = answer.rec_headers.get_header("WARC-Record-ID")
        assert request.rec_headers.get_header("WARC-Concurrent-To") == identifier
        assert request.http_headers.get_header("Authorization") is None
        assert request.http_headers.get_header("Cookie") is None
        assert request.http_headers.get_header("Host") == server.url.removeprefix("http://")
        assert answer.rec_headers.get_header("WARC-IP-Address") == "127.0.0.1"
        assert [v for n, v in answer.http_headers.headers if n == "Set-Cookie"] == ["a=1", "b=2"]
    kept = next(a for a in answers if a.rec_headers.get_header("WARC-Target-URI").endswith("/gzip"))
    assert kept.http_headers.get_header("Content-Encoding") == "gzip"
    assert int(kept.http_headers.get_header("Content-Length")) == len(ANSWERS["/gzip"][2])


def test_fields_agree_with_the_body_that_is_kept(tmp_path: Path) -> None:
    """Some download handlers undo the chunks and leave the field."""
    request = Request("http://wire.example/a?b=1", method="POST", body=b"c=2")
    fields = {"Transfer-Encoding": "chunked", "Content-Length": "9999", "Content-Type": "text/html"}
    response = Response(request.url, headers=fields, body=HTML, flags=["dataloss"])
    path = tmp_path / "a.warc.gz"
    path.write_bytes(exchange(response, request))
    (answer, body), (asked, form) = checked(path)
    assert (body, form) == (HTML, b"c=2")
    assert asked.http_headers.statusline == "/a?b=1 HTTP/1.1"
    assert sorted(answer.http_headers.headers) == [
        ("Content-Length", str(len(HTML))),
        ("Content-Type", "text/html"),
    ]
    assert answer.rec_headers.get_header("WARC-Truncated") == "disconnect"


def test_a_killed_crawl_keeps_what_it_fetched(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    seen, _ = run(server, path, "/gzip", "/old", "/plain", "/kill", "/cp1251")
    assert seen.keys() == {"/gzip", "/plain"}
    pages = [p.url for p in replay.pages(path, 2**20) if isinstance(p, Page)]
    assert pages == [server.url + name for name in ("/gzip", "/plain", "/plain", "/kill")]
    assert len(checked(path)) == 1 + 2 * 6


def test_a_file_that_is_there_is_left_alone(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"precious")
    seen, log = run(server, path, "/plain")
    assert f"NEWSWIRE_RECORD={path}: File exists" in log
    assert "Traceback" not in log
    assert (path.read_bytes(), seen, server.asked) == (b"precious", {}, [])


def test_crawls_at_once_share_a_folder(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    crawls = [Forked(*command(server, folder, "/plain", "/gzip")) for _ in range(2)]
    assert [crawl.wait(60).returncode for crawl in crawls] == [0, 0]
    files = replay.find(str(folder))
    assert len(files) == 2
    for file in files:
        assert len(checked(file)) == 1 + 2 * 3


def test_a_full_disk_ends_the_recording_and_not_the_crawl(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    names = [f"/page-{number}" for number in range(12)]
    seen, log = run(server, path, *names, FILE_SIZE_LIMIT=9000)
    assert seen.keys() == set(names)
    assert log.count("recording ends") == 1
    assert "'newswire/record_failed': 1" in log
    pages = list(replay.pages(path, 2**20))
    assert 0 < sum(isinstance(page, Page) for page in pages) < len(names)
    assert len(checked(path)) == 1 + 2 * len(pages)
    digest = hashlib.sha256(HTML).hexdigest()
    assert {page.source.sha256 for page in pages if isinstance(page, Page)} == {digest}


def test_the_project_records_when_it_is_asked_to(fixtures_crawl: Crawl, tmp_path: Path) -> None:
    """A replay fetches nothing: its record is removed."""
    saved = "fixtures/sputnik/tj/putin-kazakhstan.txt"
    options = ["-a", f"replay={saved}", "-s", f"NEWSWIRE_RECORD={tmp_path / 'new'}"]
    done = crawl(tmp_path / "feed.jsonl", *options)
    assert done.code == 0
    assert "newswire.crawl.recorder.WarcRecorder" in done.log
    assert list((tmp_path / "new").iterdir()) == []
    assert "newswire.crawl.recorder.WarcRecorder" not in fixtures_crawl.log
