"""Small archives for `reprocess`: pages of the wire among those of other sites."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

POISON = Path(__file__).parent / "poison"


def page(number: int, line: str = "") -> bytes:
    """Return an article of the wire whose text no other has."""
    town = (
        hashlib.sha256(str(number).encode())
        .hexdigest()[:10]
        .translate(str.maketrans("0123456789abcdef", "бвгджзклмнпрстфх"))
    )
    return (
        f"<!doctype html><html lang=ru><head><title>Мост {number}</title></head><body>"
        f"<h1>В городе {town.title()} открыли мост</h1><div itemprop='articleBody'>"
        f"<p>ДУШАНБЕ, 14 ноя — Sputnik. Мост через реку у города {town.title()} открыли утром.</p>"
        f"<p>Его строили {number} дней, рассказал мастер {town[:5].title()}.</p>{line}"
        "</div></body></html>"
    ).encode()


def record(url: str, body: bytes, *, packed: bool = True, kind: str = "response") -> bytes:
    """Return a WARC record of a page."""
    message = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2023-11-14T10:00:00Z\r\nWARC-Record-ID: <urn:test:{url}>\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(message)}\r\n\r\n"
    )
    whole = head.encode() + message + b"\r\n\r\n"
    return gzip.compress(whole, 6, mtime=0) if packed else whole


def ours(number: int) -> str:
    """Return the address of an article of the wire."""
    return f"https://tj.sputniknews.ru/20231114/most-{1044000000 + number}.html"


def archive(path: Path, first: int, number: int = 3, line: str = "") -> Path:
    """Write an archive of articles `first`, `first` + 1 …, each after a page of another site."""
    with path.open("wb") as file:
        for each in range(first, first + number):
            file.write(record(f"https://harbour.example/{each}", page(each) * 3))
            file.write(record(ours(each), page(each, line)))
    return path


def digest(out: Path) -> dict[str, str]:
    """Return the outputs of a folder, and their digests."""
    files = sorted(path for path in out.iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
