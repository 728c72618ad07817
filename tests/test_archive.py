"""Web archives: which pages come out, what is said of the rest, what damage costs.

Archives are written by warcio, so that the reader is not tested against itself.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tracemalloc
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newswire.archive import packed as unpacking
from newswire.archive import replay
from newswire.archive.http import zstd
from newswire.errors import Reason, UnreadablePage
from newswire.page.model import Page, PassedOver
from tests.crawl import crawl

LIMIT = 2**20
# the time of packing would be in the names of the tests
pack = partial(gzip.compress, mtime=0)
HTML = "<!DOCTYPE html><title>Снег</title><p>В горах выпал первый снег.</p>".encode()
Found = Page | UnreadablePage | PassedOver
Fields = list[tuple[str, str]]


class Maker:
    """Writes one archive."""

    def __init__(self, path: Path, packed: bool = True) -> None:
        self.path = path
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed, warc_version="WARC/1.1")
        self.starts: list[int] = []

    def add(
        self,
        body: bytes = HTML,
        fields: Fields | None = None,
        *,
        uri: str = "https://wire.example/20211223/a.html",
        status: str = "HTTP/1.1 200 OK",
        kind: str = "response",
        **warc_fields: str,
    ) -> Maker:
        if fields is None:
            fields = [("Content-Type", "text/html; charset=utf-8")]
        protocol, _, line = status.partition(" ")
        named = {name.replace("_", "-"): value for name, value in warc_fields.items()}
        named.setdefault("WARC-Date", "2021-12-23T15:04:05Z")
        # of its own making: damage is to hit the same bytes in every run
        named.setdefault("WARC-Record-ID", f"<urn:uuid:0-{len(self.starts)}>")
        self.write(
            self.writer.create_warc_record(
                uri,
                kind,
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=None
                if kind == "resource"
                else StatusAndHeaders(line, fields, protocol),
                warc_headers_dict=named,
                **({"warc_content_type": fields[0][1]} if kind == "resource" else {}),
            )
        )
        return self

    def write(self, record: Any) -> None:
        self.starts.append(self.out.tell())
        self.writer.write_record(record)

    def revisit(
        self,
        uri: str,
        *,
        digest: str = "sha1:NONE",
        to: str = "https://elsewhere.example/",
        date: str = "2001-01-01T00:00:00Z",
        **warc_fields: str,
    ) -> Maker:
        named = {name.replace("_", "-"): value for name, value in warc_fields.items()}
        named["WARC-Date"] = "2021-12-24T00:00:00Z"
        self.write(
            self.writer.create_revisit_record(uri, digest, to, date, warc_headers_dict=named)
        )
        return self

    def done(self) -> Path:
        self.path.write_bytes(self.out.getvalue())
        return self.path


@pytest.fixture
def warc(tmp_path: Path) -> Maker:
    return Maker(tmp_path / "a.warc.gz")


def found(path: Path, limit: int = LIMIT) -> list[Found]:
    return list(replay.pages(path, limit))


def chunked(body: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = [body[i : i + 20] for i in range(0, len(body), 20)]
    return b"".join(b"%x;ext=1\r\n%b\r\n" % (len(p), p) for p in parts) + end


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


TYPE = ("Content-Type", "text/html")
CHUNKED = ("Transfer-Encoding", "chunked")


def coded(coding: str) -> Fields:
    return [TYPE, ("Content-Encoding", coding)]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param(HTML, [TYPE], id="as it is"),
        pytest.param(chunked(HTML), [TYPE, CHUNKED], id="chunked"),
        pytest.param(HTML, [TYPE, CHUNKED], id="chunks already joined"),
        pytest.param(pack(HTML), coded("gzip"), id="gzip"),
        pytest.param(pack(HTML), coded("x-gzip"), id="x-gzip"),
        pytest.param(pack(HTML[:9]) + pack(HTML[9:]), coded("gzip"), id="2 gzip"),
        pytest.param(chunked(pack(HTML)), [*coded("gzip"), CHUNKED], id="chunked gzip"),
        pytest.param(HTML, coded("gzip"), id="gzip already unpacked"),
        pytest.param(zlib.compress(HTML), coded("deflate"), id="deflate"),
        pytest.param(raw_deflate(HTML), coded("deflate"), id="deflate without its wrapper"),
        pytest.param(brotli.compress(HTML), coded("br"), id="br"),
        pytest.param(HTML, coded("br"), id="br already unpacked"),
        pytest.param(zstd.compress(HTML), coded("zstd"), id="zstd"),
        pytest.param(brotli.compress(pack(HTML)), coded("gzip, br"), id="gzip in br"),
        pytest.param(HTML, coded("utf-8"), id="charset as coding"),
        pytest.param(HTML, [("Content-Type", "application/pdf")], id="HTML as PDF"),
        pytest.param(b"\xef\xbb\xbf \n<!-- x -->" + HTML, [], id="no type, mark and comment"),
        pytest.param(HTML.decode().encode("utf-16"), [], id="no type, UTF-16"),
        pytest.param("Снег".encode("cp1251"), [TYPE], id="fragment without a tag"),
    ],
)
def test_bodies(warc: Maker, body: bytes, fields: Fields) -> None:
    (page,) = found(warc.add(body, fields).done())
    plain = body if not {name for name, _ in fields} & {"Content-Encoding", CHUNKED[0]} else HTML
    assert isinstance(page, Page), page
    assert page.body == plain
    assert page.source.sha256 == hashlib.sha256(plain).hexdigest()


@pytest.mark.parametrize("packed", [True, False])
def test_where_a_page_comes_from(tmp_path: Path, packed: bool) -> None:
    maker = Maker(tmp_path / "a.warc", packed)
    maker.write(maker.writer.create_warcinfo_record("a.warc", {"software": "test"}))
    maker.add(uri="https://wire.example/1")
    cp1251 = [("content-type", "text/html; charset=windows-1251")]
    maker.add(fields=cp1251, uri="<https://wire.example/2>", WARC_Date="2021-12-23T18:04:05+03:00")
    path = maker.done()
    pages = [page for page in found(path) if isinstance(page, Page)]
    assert [(page.url, page.content_type, page.source.fetched) for page in pages] == [
        ("https://wire.example/1", "text/html; charset=utf-8", "2021-12-23T15:04:05Z"),
        ("https://wire.example/2", "text/html; charset=windows-1251", "2021-12-23T15:04:05Z"),
    ]
    assert {page.source.kind for page in pages} == {"warc"}
    for page, start in zip(pages, maker.starts[1:], strict=True):
        assert page.source.uri == f"{path.as_posix()}#{start}"
        with path.open("rb") as file:
            file.seek(start)
            record = next(iter(ArchiveIterator(file)))
            assert record.rec_headers.get_header("WARC-Target-URI").strip("<>") == page.url


def test_resource_record_is_a_page(warc: Maker) -> None:
    (page,) = found(warc.add(HTML, [TYPE], kind="resource").done())
    assert isinstance(page, Page)
    assert (page.body, page.content_type) == (HTML, "text/html")


@pytest.mark.parametrize(
    ("status", "body", "content_type", "reason"),
    [
        ("HTTP/1.1 404 Not Found", HTML, "text/html", "status"),
        ("HTTP/2 301", b"", "text/html", "status"),
        ("HTTP/1.1 200 OK", b"%PDF-1.7 ...", "text/html", "type"),
        ("HTTP/1.1 200 OK", b"\x89PNG\r\n", "image/png", "type"),
        ("HTTP/1.1 200 OK", b"", "image/png", "type"),
        ("HTTP/1.1 200 OK", b'<?xml version="1.0"?>\n<rss version="2.0">', "text/html", "type"),
        ("HTTP/1.1 200 OK", b"<!-- a --><urlset xmlns='x'>", "text/html", "type"),
        ("HTTP/1.1 200 OK", b"User-agent: *\nDisallow: /", "text/plain", "type"),
        ("HTTP/1.1 200 OK", b'{"html": "<p>"}', "application/json", "type"),
        ("HTTP/1.1 200 OK", b" " * 4000 + b"x", "text/plain", "type"),
    ],
)
def test_passed_over(warc: Maker, status: str, body: bytes, content_type: str, reason: str) -> None:
    path = warc.add(body, [("Content-Type", content_type)], status=status).add().done()
    passed, page = found(path)
    assert passed == PassedOver(Reason(reason), f"{path.as_posix()}#0")
    assert isinstance(page, Page)


BOMB = b"<html>" + bytes(30 * LIMIT)


@pytest.mark.parametrize(
    ("body", "fields", "reason"),
    [
        pytest.param(pack(BOMB, 1), coded("gzip"), "too-large", id="gzip bomb"),
        pytest.param(pack(pack(BOMB, 1)), coded("gzip,gzip"), "too-large", id="twice"),
        pytest.param(zlib.compress(BOMB, 1), coded("deflate"), "too-large", id="deflate bomb"),
        pytest.param(brotli.compress(BOMB, quality=1), coded("br"), "too-large", id="brotli bomb"),
        pytest.param(zstd.compress(BOMB), coded("zstd"), "too-large", id="zstd bomb"),
        pytest.param(BOMB, [TYPE], "too-large", id="large"),
        pytest.param(pack(HTML)[:-20], coded("gzip"), "truncated", id="cut gzip"),
        pytest.param(pack(HTML)[:-8], coded("gzip"), "truncated", id="gzip without sum"),
        pytest.param(zlib.compress(HTML)[:-9], coded("deflate"), "truncated", id="cut deflate"),
        pytest.param(brotli.compress(HTML)[:-9], coded("br"), "truncated", id="cut brotli"),
        pytest.param(zstd.compress(HTML)[:-9], coded("zstd"), "truncated", id="cut zstd"),
        pytest.param(chunked(HTML, b""), [TYPE, CHUNKED], "truncated", id="no last chunk"),
        pytest.param(chunked(HTML)[:-15], [TYPE, CHUNKED], "truncated", id="cut chunk"),
        pytest.param(pack(HTML)[:-8] + bytes(8), coded("gzip"), "damaged", id="gzip checksum"),
        pytest.param(b"\x0b\xff" * 50, coded("br"), "damaged", id="not brotli"),
        pytest.param(b"\x0b\xff" * 50, coded("zstd"), "damaged", id="not zstd"),
        pytest.param(b"\x0b\xff" * 50, coded("aes128gcm"), "encoding", id="unknown coding"),
        pytest.param(b" \n", [TYPE], "empty", id="blank"),
    ],
)
def test_unreadable(warc: Maker, body: bytes, fields: Fields, reason: str) -> None:
    path = warc.add(body, fields).add().done()
    tracemalloc.start()
    error, page = found(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(error, UnreadablePage)
    assert (error.reason, error.uri) == (reason, f"{path.as_posix()}#0")
    assert isinstance(page, Page)
    assert peak < 8 * LIMIT


def test_page_cut_by_its_crawler(warc: Maker) -> None:
    every = found(warc.add(WARC_Truncated="length").add(WARC_Segment_Number="1").done())
    assert [getattr(error, "reason", error) for error in every] == ["truncated"] * 2


def payload_digest(maker: Maker) -> str:
    """Return that of the last record."""
    record = next(iter(ArchiveIterator(io.BytesIO(maker.out.getvalue()[maker.starts[-1] :]))))
    return str(record.rec_headers.get_header("WARC-Payload-Digest"))


@pytest.mark.parametrize("form", ["packed", "plain", "packed as a whole"])
def test_revisits(tmp_path: Path, form: str) -> None:
    maker = Maker(tmp_path / "a.warc", form == "packed")
    identifier = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    first = "https://wire.example/first"
    maker.add(b"User-agent: *", [("Content-Type", "text/plain")])
    maker.add(uri=first, WARC_Record_ID=identifier)
    maker.revisit("https://m.wire.example/digest", digest=payload_digest(maker))
    maker.revisit("https://m.wire.example/id", WARC_Refers_To=identifier)
    maker.revisit("https://m.wire.example/date", to=first, date="2021-12-23T15:04:05Z")
    maker.revisit("https://m.wire.example/elsewhere")
    maker.add(uri="https://wire.example/last")
    path = maker.done()
    if form == "packed as a whole":
        path.write_bytes(pack(path.read_bytes()))
    every = found(path)
    pages = [page for page in every if isinstance(page, Page)]
    assert [(page.url or "").rpartition("/")[2] for page in pages] == [
        *("first", "digest", "id", "date", "last")
    ]
    assert {page.body for page in pages} == {HTML}
    assert pages[1].source.fetched == "2021-12-24T00:00:00Z"
    start = f"0+{maker.starts[2]}" if form == "packed as a whole" else maker.starts[2]
    assert pages[1].source.uri.endswith(f"#{start}")
    assert Counter(p.reason for p in every if isinstance(p, PassedOver)) == {
        "type": 1,
        "revisit": 1,
    }


PAGES = 12


def as_packed(maker: Maker) -> bytes:
    return maker.out.getvalue()


def as_wacz(maker: Maker, how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as wacz:
        wacz.writestr(zipfile.ZipInfo("datapackage.json"), "{}")
        wacz.writestr(zipfile.ZipInfo("archive/a.warc.gz"), maker.out.getvalue(), how)
        index = pack(b"no records here")
        wacz.writestr(zipfile.ZipInfo("indexes/index.cdx.gz"), index)
    return out.getvalue()


def distinct(number: int) -> bytes:
    words = random.Random(number).choices(HTML.decode().split(), k=900)
    return f"<!doctype html><p>{number} {' '.join(words)}</p>".encode()


@pytest.fixture(scope="module")
def archives() -> dict[str, bytes]:
    """The same pages in each form of an archive."""
    forms = {}
    for form, packed in (("packed", True), ("plain", False)):
        maker = Maker(Path("unused"), packed)
        for number in range(PAGES):
            maker.add(distinct(number), uri=f"https://wire.example/{number}")
        forms[form] = maker.out.getvalue()
        if packed:
            forms["wacz"] = as_wacz(maker)
            forms["deflated wacz"] = as_wacz(maker, zipfile.ZIP_DEFLATED)
    forms["packed as a whole"] = pack(forms["plain"])
    return forms


FORMS = ["packed", "plain", "packed as a whole", "wacz", "deflated wacz"]


@pytest.mark.parametrize("form", FORMS)
def test_forms(archives: dict[str, bytes], tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.wacz"
    path.write_bytes(archives[form])
    pages = [page for page in found(path) if isinstance(page, Page)]
    assert [page.body for page in pages] == [distinct(n) for n in range(PAGES)]
    assert len({page.source.uri for page in pages}) == PAGES


def harmed(data: bytes, trials: int) -> Iterator[tuple[bytes, int]]:
    """Yield `data` with one bit flipped, and where."""
    draw = random.Random(7)
    for _ in range(trials):
        wrong = bytearray(data)
        at = draw.randrange(len(data))
        wrong[at] ^= 1 << draw.randrange(8)
        yield bytes(wrong), at


@pytest.mark.parametrize("form", ["packed", "plain", "wacz"])
def test_a_flipped_bit_costs_one_page_at_most(
    archives: dict[str, bytes], tmp_path: Path, form: str
) -> None:
    truth = {distinct(number) for number in range(PAGES)}
    path = tmp_path / "a.wacz"
    lost = Counter[int]()
    for data, at in harmed(archives[form], 120):
        path.write_bytes(data)
        every = found(path)
        pages = [page for page in every if isinstance(page, Page)]
        assert {page.body for page in pages} <= truth, at
        assert len(pages) >= PAGES - 1, at
        lost[PAGES - len(pages)] += 1
    assert lost[1] > 60


@pytest.mark.parametrize("form", ["packed", "packed as a whole", "wacz"])
def test_damage_to_packed_pages_is_always_said(
    archives: dict[str, bytes], tmp_path: Path, form: str
) -> None:
    path = tmp_path / "a.wacz"
    truth = {distinct(number) for number in range(PAGES)}
    wrong = 0
    for data, at in harmed(archives[form], 60):
        path.write_bytes(data)
        every = found(path)
        pages = sum(isinstance(page, Page) for page in every)
        wrong += not {page.body for page in every if isinstance(page, Page)} <= truth
        errors = [e for e in every if isinstance(e, UnreadablePage)]
        assert pages == PAGES or len(errors) == 1, at
        assert all(e.reason == "damaged" and (e.uri or "").startswith(str(path)) for e in errors)
    # a file packed as a whole has one checksum at its end, and its digests may be hit as well
    assert wrong <= (4 if form == "packed as a whole" else 0)


@pytest.mark.parametrize("form", ["packed", "packed as a whole"])
def test_zlib_without_the_extra(
    archives: dict[str, bytes], tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A faster library, where it is installed, changes nothing but the time."""
    isal_zlib = pytest.importorskip("isal.isal_zlib")
    assert type(unpacking.inflater()) is type(isal_zlib.decompressobj(31))
    path = tmp_path / "a.wacz"
    for data in (archives[form], archives[form][:-500], *(d for d, _ in harmed(archives[form], 3))):
        path.write_bytes(data)
        fast = found(path)
        with monkeypatch.context() as patch:
            patch.setattr(unpacking, "inflating", zlib)
            slow = found(path)
        assert [p.body for p in fast if isinstance(p, Page)] == [
            p.body for p in slow if isinstance(p, Page)
        ]
        assert [type(each) for each in fast] == [type(each) for each in slow]


@pytest.mark.parametrize("form", FORMS[:4])
def test_a_cut_file_gives_the_pages_before_the_cut(
    archives: dict[str, bytes], tmp_path: Path, form: str
) -> None:
    path = tmp_path / "a.wacz"
    data = archives[form]
    for share in (0.03, 0.2, 0.47, 0.77, 0.95):
        path.write_bytes(data[: int(len(data) * share)])
        every = found(path)
        pages = [page.body for page in every if isinstance(page, Page)]
        assert pages == [distinct(number) for number in range(len(pages))]
        assert len(pages) >= int(PAGES * share) - 1
        assert "ends in the middle of a record" in str(every[-1])


def rewrite(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("spoil", "pages", "message"),
    [
        (rewrite(b"Content-Length: ", b"Content-Length: 1"), PAGES - 1, "longer than its"),
        (rewrite(b"Content-Length: ", b"Content-Length: 99999999"), PAGES - 1, "the middle"),
        (rewrite(b"Content-Length: ", b"Content-Length: -"), PAGES - 1, "without a Content-Length"),
        (rewrite(b"Content-Length: ", b"Content-Other: "), PAGES - 1, "without a Content-Length"),
        (rewrite(b"WARC/1.1", b"XARC/1.1"), PAGES - 1, "no record begins here"),
        (lambda data: b"\0" * 5000 + data, PAGES - 1, "no record begins here"),
        (lambda data: b"x" * 5000 + b"\n" + data, PAGES, "no record begins here"),
        (lambda data: data.replace(b"\r\n\r\n\r\nWARC", b"\r\n\r\nWARC"), PAGES, ""),
        (lambda data: data.replace(b"\r\n\r\nWARC", b"\r\n\r\n\r\n\r\nWARC"), PAGES, ""),
        (lambda data: data.rstrip(), PAGES, ""),
    ],
)
def test_wrong_framing(
    archives: dict[str, bytes],
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
    pages: int,
    message: str,
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(spoil(archives["plain"]))
    every = found(path)
    assert sum(isinstance(page, Page) for page in every) == pages
    errors = [str(e) for e in every if isinstance(e, UnreadablePage)]
    assert message in "".join(errors)
    assert bool(errors) == bool(message)


def test_a_gzip_file_in_damaged_bytes_is_no_record(warc: Maker) -> None:
    warc.out.write(pack(b"x")[:-1] + b"\0" + pack(b"no record") * 2)
    error, page = found(warc.add().done())
    assert isinstance(error, UnreadablePage)
    assert isinstance(page, Page)


def test_a_zip_file_at_the_end_makes_no_wacz(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "a.warc", packed=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archived:
        archived.writestr("a", "b")
    path = maker.add().add(out.getvalue(), [("Content-Type", "application/zip")]).done()
    page, passed = found(path)
    assert isinstance(page, Page)
    assert isinstance(passed, PassedOver)


def test_wacz_of_several_files(tmp_path: Path) -> None:
    makers = [Maker(Path("unused")), Maker(Path("unused"))]
    makers[0].add(uri="https://wire.example/0")
    makers[1].add(b"<p>other", uri="https://wire.example/1")
    makers[1].revisit("https://wire.example/2", digest=payload_digest(makers[0]))
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as wacz:
        for number in (1, 0):
            wacz.writestr(f"archive/{number}.warc.gz", makers[number].out.getvalue())
    pages = [page for page in found(path) if isinstance(page, Page)]
    assert [(p.url, p.body) for p in pages] == [
        ("https://wire.example/0", HTML),
        ("https://wire.example/1", b"<p>other"),
        ("https://wire.example/2", HTML),
    ]
    assert pages[0].source.uri == f"{path.as_posix()}!archive/0.warc.gz#0"


def test_long_archive_takes_little_memory(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "a.warc.gz")
    for number in range(300):
        maker.add(distinct(number) * 6, uri=f"https://wire.example/{number}")
    path = maker.done()
    del maker
    tracemalloc.start()
    total = sum(len(page.body) for page in replay.pages(path, LIMIT) if isinstance(page, Page))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > 20 * 2**20
    assert peak < 2**20


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("a.html.gz", pack(HTML), HTML),
        ("a.txt.gz", pack(b"text"), b"text"),
        ("a.htm", HTML, HTML),
        ("a.HTML", pack(HTML), HTML),
        ("a.html.gz", pack(BOMB, 1), "too-large"),
        ("a.html.gz", pack(HTML)[:-10], "truncated"),
        ("a.html.gz", pack(HTML)[:-8] + bytes(8), "damaged"),
        ("a.html.gz", pack(b""), "empty"),
        ("a.warc.gz", b"", "empty"),
        ("a.warc.gz", b"no archive", "damaged"),
        ("a.wacz", b"PK\x05\x06" + bytes(18), "damaged"),
    ],
)
def test_files(tmp_path: Path, name: str, content: bytes, outcome: bytes | str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert [*replay.find(str(tmp_path))] == [path]
    (one,) = found(path)
    if isinstance(one, Page):
        kind = "text" if ".txt" in name else "html"
        assert (one.body, one.source.kind) == (outcome, kind)
    else:
        assert isinstance(one, UnreadablePage)
        assert one.reason == outcome
        assert (one.uri or "").startswith(path.as_posix())


def test_missing_archive(tmp_path: Path) -> None:
    (error,) = found(tmp_path / "none.warc")
    assert isinstance(error, UnreadablePage)
    assert error.reason == "unreadable"


def test_crawl_of_an_archive(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "a.warc.gz")
    uri = "https://tj.sputniknews.ru/20211223/sneg-1.html"
    maker.add(uri=uri)
    maker.add(status="HTTP/1.1 404 Not Found", uri=uri)
    maker.add(pack(HTML)[:-9], coded("gzip"), uri=uri)
    maker.add(uri=uri)
    data = bytearray(maker.out.getvalue())
    data[-30] ^= 1
    maker.path.write_bytes(data)
    done = crawl(tmp_path / "feed.jsonl", "-a", f"replay={tmp_path}")
    assert done.code == 1
    assert {
        name: done.stats.get(f"newswire/{name}") for name in ("pages", "passed_over/status")
    } == {
        "pages": 1,
        "passed_over/status": 1,
    }
    said = [line.partition("skipped: ")[2] for line in done.log.splitlines() if "skipped: " in line]
    assert said[0] == "ends in the middle of its compressed data"
    assert said[1].startswith("damaged gzip member")
    for line, start in zip(said, maker.starts[2:], strict=True):
        assert f"{maker.path.as_posix()}#{start}: skipped: {line}" in done.log
