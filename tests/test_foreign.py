"""Pages of other sites: passed over, in a replay and in a crawl; copies of ours are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.crawl import crawl
from tests.fault_server import FaultyWire
from tests.odd_server import answer, odd_server

OURS = "https://tj.sputniknews.ru/20231114/mayak-1044000001.html"
THEIRS = "https://harbour-times.example/lamp"
TEXT = (
    "<article><h1>Lamp of the north pier</h1><p>The keeper lit the lamp again on Tuesday evening, "
    "for the first time since the storm tore its roof away eleven nights before.</p><p>Fishermen "
    "steered by the church tower until then, and said that nobody of theirs had been lost.</p>"
    "</article>"
)
FOREIGN = {
    "canonical": f'<link rel="canonical" href="{THEIRS}">',
    "og": f'<meta property="og:url" content="{THEIRS}">',
    "record": "",
    "both": f'<link rel=canonical href="{THEIRS}"><meta property="og:url" content="{THEIRS}?x=1">',
    "fetched-from-us": f'<link rel="canonical" href="{THEIRS}">',
}
KEPT = {
    "says-nothing": "",
    "ours": f'<link rel="canonical" href="{OURS}">',
    "one-of-them-ours": f'<link rel="canonical" href="{THEIRS}"><meta property="og:url" '
    f'content="{OURS.replace("0001", "0002")}">',
    "a-copy": '<link rel="canonical" href="https://web.archive.org/web/2023/https://x.example/l">',
    "relative": '<link rel="canonical" href="/lamp.html">',
}
RECORDS = {"record": THEIRS, "fetched-from-us": OURS}


def page(head: str, name: str) -> str:
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Lamp</title>{head}"
        f'<meta name="description" content="The lamp {name}"></head><body>{TEXT}</body></html>'
    )


def record(url: str, body: str) -> str:
    message = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}"
    return (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2023-11-14T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(message.encode())}\r\n\r\n"
        f"{message}\r\n\r\n"
    )


def test_replay(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    for name, head in (FOREIGN | KEPT).items():
        body = page(head, name).replace("eleven", name)  # no two are copies
        if name in RECORDS:
            (saved / f"{name}.warc").write_bytes(record(RECORDS[name], body).encode())
        else:
            (saved / f"{name}.html").write_text(body)
    done = crawl(tmp_path / "x.jsonl", "-a", f"replay={saved}")
    assert {Path(item["source"]["uri"].split("#")[0]).stem for item in done.items} == set(KEPT)
    assert done.stats["newswire/passed_over/foreign"] == len(FOREIGN)
    assert f"{len(FOREIGN)} passed over" in done.log.splitlines()[-1]
    assert "a page of harbour-times.example" in done.log


def test_live(tmp_path: Path) -> None:
    """In place of an article the page of another site: it stays due."""
    with odd_server() as server:
        wire = FaultyWire(server, tmp_path, date(2021, 12, 20), (3,) * 7)
        truths = wire.truths()
        wire.faults[wire.path(truths[0])] = answer(page(FOREIGN["canonical"], "x").encode())
        done = wire.crawl()
        assert {item["id"] for item in done.items} == {truth.id for truth in truths[1:]}
        assert done.stats["newswire/unreadable/foreign"] == 1
        wire.faults.clear()
        wire.a_week_passes()
        assert truths[0].id in {item["id"] for item in wire.crawl().items}
