"""Archives and saved files in the forms that other programs write: known by content."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections import Counter
from pathlib import Path

import pytest

import newswire
from newswire.archive import kinds, replay, warc
from newswire.archive.http import parse, zstd
from newswire.errors import Reason, UnreadablePage
from newswire.page.model import Page, PassedOver
from newswire.page.origin import saved_from
from newswire.wires.urls import article_key, is_foreign
from tests.crawl import crawl
from tests.test_archive import HTML, LIMIT, Maker, found, pack

STORY = "https://tj.sputniknews.ru/20211223/sneg-1044450001.html"
LINES = "ДУШАНБЕ, 23 дек — Sputnik. Первый снег выпал в горах над городом, дороги открыты.\n" * 3
PAGE = (
    f"<!DOCTYPE html><html><head><title>Снег</title></head><body><h1>Снег в горах</h1>"
    f"<div itemprop='articleBody'><p>{LINES}</p></div></body></html>"
)


def record(
    block: bytes, version: str = "WARC/1.1", kind: str = "response", end: str = "\r\n"
) -> bytes:
    head = [
        *(version, f"WARC-Type: {kind}", f"WARC-Target-URI: {STORY}"),
        *("WARC-Date: 2021-12-23T15:04:05Z", f"Content-Length: {len(block)}"),
        *(("Content-Type: text/html",) if kind in ("resource", "conversion") else ()),
    ]
    return "\r\n".join([*head, "", ""]).encode() + block


RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML


@pytest.mark.parametrize(
    "head",
    [
        b"http/1.1 200 ok\r\n",
        b"HTTP/2 200\r\n",
        b":status: 200\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n",
    ],
)
def test_heads(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(head + b"Content-Type: text/html\r\n\r\n" + HTML) + b"\r\n\r\n")
    (page,) = found(path)
    assert isinstance(page, Page)
    assert page.body == HTML


def test_heads_without_end_are_no_response() -> None:
    assert parse(b"HTTP/1.1 100 Continue\r\n\r\n" * 99).status == 100


@pytest.mark.parametrize("version", ["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"])
@pytest.mark.parametrize("kind", ["response", "Response", "RESPONSE"])
@pytest.mark.parametrize("gap", [b"\r\n\r\n", b"\n", b""])
def test_editions_of_the_format(tmp_path: Path, version: str, kind: str, gap: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes((record(RESPONSE, version, kind) + gap) * 3)
    assert [isinstance(page, Page) for page in found(path)] == [True] * 3


def test_conversions_are_pages_or_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(
        record(HTML, kind="conversion")
        + record("Снег выпал.".encode(), kind="conversion").replace(b"text/html", b"text/plain")
    )
    page, text = found(path)
    assert isinstance(page, Page)
    assert isinstance(text, PassedOver)
    assert text.reason is Reason.TYPE


@pytest.mark.parametrize("words", [None, b"WARC-Type: response\r\nContent-Type: text/html" * 30])
def test_zstd_archive(tmp_path: Path, words: bytes | None) -> None:
    # a dictionary stands before the records, in a frame that others skip
    plain = record(RESPONSE) + b"\r\n\r\n"
    known = zstd.ZstdDict(words, is_raw=True) if words else None
    data = b"".join(zstd.compress(plain, zstd_dict=known) for _ in range(3))
    if words:
        trained = zstd.train_dict([plain, words] * 50, 1000)
        data = b"".join(zstd.compress(plain, zstd_dict=trained) for _ in range(3))
        frame = zstd.compress(trained.dict_content)
        data = b"\x5d\x2a\x4d\x18" + len(frame).to_bytes(4, "little") + frame + data
    path = tmp_path / "a.warc.zst"
    path.write_bytes(data)
    assert [isinstance(page, Page) for page in found(path)] == [True] * 3
    path.write_bytes(data[:-9])
    assert [getattr(page, "reason", None) for page in found(path)][-1] == Reason.DAMAGED


def test_revisit_finds_its_page_in_another_file(tmp_path: Path) -> None:
    date = "2021-12-23T15:04:05Z"
    original, late = Maker(tmp_path / "b.warc.gz"), Maker(tmp_path / "a.warc.gz")
    late.revisit("https://tj.sputniknews.ru/a", to=STORY, date=date)
    late.revisit("https://tj.sputniknews.ru/b")
    original.add(uri=STORY)
    original.revisit("https://tj.sputniknews.ru/c", to=STORY, date=date)
    late.done(), original.done()
    reader = replay.Reader(LIMIT)
    every = [page for path in replay.find(str(tmp_path)) for page in reader.pages(path)]
    every += reader.late()
    reader.close()
    pages = [page.url for page in every if isinstance(page, Page)]
    assert pages == [STORY, "https://tj.sputniknews.ru/c", "https://tj.sputniknews.ru/a"]
    assert [p.reason for p in every if isinstance(p, PassedOver)] == [Reason.REVISIT]


@pytest.mark.parametrize("nested", [1, 4])
def test_recovery_is_not_fed_by_an_archive_in_a_record(tmp_path: Path, nested: int) -> None:
    inner = Maker(tmp_path / "inner.warc.gz")
    for number in range(nested):
        inner.add(b"<p>planted", uri=f"https://tj.sputniknews.ru/{number}")
    outer = Maker(tmp_path / "a.warc", packed=False)
    outer.add(inner.out.getvalue(), [("Content-Type", "application/gzip")])
    first = outer.out.getvalue()
    # stored as it is, as packers store what they cannot make smaller
    stored = gzip.compress(first, 0, mtime=0)
    path = tmp_path / "a.warc.gz"
    last = pack(record(RESPONSE) + b"\r\n\r\n")
    for at in (3, 30, len(stored) - 6):
        data = bytearray(stored)
        data[at] ^= 0x41
        path.write_bytes(bytes(data) + last)
        bodies = [page.body for page in found(path) if isinstance(page, Page)]
        assert b"<p>planted" not in bodies
        assert bodies == [HTML]


def test_block_that_is_not_wanted_is_not_read(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "a.warc.gz")
    maker.add(uri="https://news.example/1").add(uri=STORY)
    with maker.done().open("rb") as file:
        blocks = [
            bool(each.block)
            for each in warc.records(
                file, LIMIT, lambda headers: "news.example" not in str(headers)
            )
            if isinstance(each, warc.Record)
        ]
    assert blocks == [False, True]


def test_foreign_pages_are_passed_over_and_counted(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "a.warc.gz")
    maker.add(PAGE.encode(), uri=STORY)
    maker.add(PAGE.encode(), uri="https://news.example/20211223/sneg-1044450002.html")
    maker.add(PAGE.encode(), uri=f"https://web.archive.org/web/2021/https://news.example/{1}")
    maker.done()
    for name, said in {
        "canonical": '<link rel="canonical" href="https://news.example/a">',
        "og": '<meta property="og:url" content="https://news.example/a">',
        "nothing": "",
    }.items():
        (tmp_path / f"{name}.html").write_text(PAGE.replace("<head>", f"<head>{said}"), "utf-8")
    done = crawl(tmp_path / "feed.jsonl", "-a", f"replay={tmp_path}", "-a", "edition=kg,tj")
    assert done.stats["newswire/passed_over/foreign"] == 4
    assert "4 passed over" in done.log
    assert done.code == 0
    skipped = [each for each in newswire.read(tmp_path) if not isinstance(each, newswire.Article)]
    assert Counter(each.reason for each in skipped) == {Reason.FOREIGN: 4}


def test_only_a_page_that_says_nothing_is_of_the_edition_asked_for() -> None:
    assert newswire.extract(PAGE, edition="kg").edition == "kg"
    said = PAGE.replace("<head>", '<head><link rel="canonical" href="https://sputnik.kz/a/">')
    with pytest.raises(newswire.NoArticle) as error:
        newswire.extract(said, edition="kg")
    assert error.value.reason == Reason.OTHER_EDITION
    said = PAGE.replace("<head>", '<head><link rel="canonical" href="https://news.example/a">')
    assert newswire.extract(said, edition="kg").edition is None


@pytest.mark.parametrize(
    "name", ["a.xhtml", "a.shtml", "a", "a.php?id=1", "a.HTM", "a.snapshot", "a.txt", "a.asp.gz"]
)
@pytest.mark.parametrize("by_itself", [True, False])
def test_pages_by_their_content(tmp_path: Path, name: str, by_itself: bool) -> None:
    data = PAGE.encode()
    (tmp_path / name).write_bytes(pack(data) if name.endswith(".gz") else data)
    (tmp_path / "notes.json").write_text('{"a": 1}')
    (tmp_path / "code.js").write_text("document.write('<html>')")
    paths = replay.find(str(tmp_path / name if by_itself else tmp_path))
    (page,) = (page for path in paths for page in replay.pages(path, LIMIT))
    assert isinstance(page, Page)
    assert (page.source.kind, page.body) == ("html", data)


@pytest.mark.parametrize("pack_", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_packed_pages(tmp_path: Path, pack_: object) -> None:
    assert callable(pack_)
    path = tmp_path / "a.html.x"
    path.write_bytes(pack_(PAGE.encode()))
    (page,) = found(path)
    assert isinstance(page, Page)
    assert page.body == PAGE.encode()
    path.write_bytes(pack_(PAGE.encode())[:-20])
    (error,) = found(path)
    assert isinstance(error, UnreadablePage)


@pytest.mark.parametrize("coding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a"])
def test_mhtml(tmp_path: Path, coding: str, name: str) -> None:
    from email.encoders import encode_base64, encode_quopri
    from email.mime.image import MIMEImage
    from email.mime.multipart import MIMEMultipart
    from email.mime.nonmultipart import MIMENonMultipart

    whole = MIMEMultipart("related")
    whole["Snapshot-Content-Location"] = STORY
    whole.attach(MIMEImage(b"GIF89a", "gif"))
    part = MIMENonMultipart("text", "html", charset="windows-1251")
    part.set_payload(PAGE.encode("cp1251"))
    if coding == "8bit":
        part["Content-Transfer-Encoding"] = coding
        part.set_payload(PAGE.encode("cp1251").decode("ascii", "surrogateescape"))
    else:
        {"base64": encode_base64, "quoted-printable": encode_quopri}[coding](part)
    whole.attach(part)
    path = tmp_path / name
    path.write_bytes(b"From: <Saved by Blink>\r\n" + whole.as_bytes())
    (article,) = newswire.read(path)
    assert isinstance(article, newswire.Article)
    assert (article.id, article.headline) == ("sputnik:tj:1044450001", "Снег в горах")
    path.write_bytes(b"Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\n\r\n--x--")
    (error,) = found(path)
    assert isinstance(error, UnreadablePage)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.arc", b"filedesc://a.arc 0.0.0.0 20211223150405 text/plain 76\n1 0 A\n", "ARC"),
        ("a.har", b'{"log": {"version": "1.2", "entries": []}}', "HAR"),
        ("a.cdx", b" CDX N b a m s k r M S V g\ncom,a)/ 20211223150405 https://a.com/", "CDX"),
        ("a.cdxj", b'com,a)/ 20211223150405 {"url": "https://a.com/"}', "CDX"),
    ],
)
def test_other_archives_are_refused_by_name(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    for one in (name, "unnamed", f"{name}.gz"):
        path = tmp_path / one
        path.write_bytes(pack(data) if one.endswith(".gz") else data)
        assert [*replay.find(str(tmp_path))] == [path]
        (error,) = found(path)
        assert isinstance(error, UnreadablePage)
        assert (error.reason, says in str(error)) == (Reason.FORMAT, True)
        path.unlink()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"title": "Snow", "body": "Snow fell in the hills on Monday."}', "JSON"),
        (b'\xef\xbb\xbf[\n {"title": "Snow"}]', "JSON"),
        (b"<?xml version='1.0'?>\n<!-- x --><rss version='2.0'><channel></channel></rss>", "XML"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>", "XML"),
        (b"<?xml version='1.0'?><archive><a>Snow fell in the hills.</a></archive>", "XML"),
    ],
)
def test_other_data_is_no_text(tmp_path: Path, data: bytes, says: str) -> None:
    """By its name it is refused; in a folder it is passed over unless it is named as a page."""
    (tmp_path / "page.txt").write_bytes(data)
    (tmp_path / "data").write_bytes(data)
    assert [*replay.find(str(tmp_path))] == [tmp_path / "page.txt"]
    for name in ("page.txt", "data"):
        (error,) = found(tmp_path / name)
        assert isinstance(error, UnreadablePage)
        assert (error.reason, says in str(error)) == (Reason.FORMAT, True)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("page", b"<?xml version='1.0'?>\n<!DOCTYPE html>\n<html><body></body></html>", "html"),
        ("page.html", b"<?xml version='1.0'?><title>Snow</title><h1>Snow fell</h1>", "html"),
        ("page.html", b"<?xml version='1.0'?>\n<section><p>Snow fell.</p></section>", "html"),
        ("page.txt", b'{"title": "Snow"} was all that the sign said.\nIt fell on.', "text"),
        ("page.html", b'{"ad": 1}<html><body><h1>Snow fell</h1></body></html>', "html"),
        ("page.txt", b'{"title": "Snow", "body": "' + b"Snow fell. " * 1000, "json"),
        ("page.txt", b'{"title": "Snow"}\n{"title": "Rain"}\n', "json"),
        ("page.txt", b'{"a": ' + 4000 * b"[", "json"),
        ("page.txt", b'{"a": ' + 4088 * b" " + b"fa" + b"lse}", "json"),
    ],
)
def test_a_page_that_begins_as_data_is_a_page(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert kinds.kind(tmp_path / name) == kind


@pytest.mark.parametrize(
    "copy",
    [
        f"https://web.archive.org/web/20211224000000/{STORY}",
        f"https://web.archive.org/web/20211224000000id_/{STORY}",
        f"http://web.archive.org/web/2021*/{STORY}",
        f"https://archive.ph/20211224101112/{STORY}",
        f"https://archive.today/2021.12.24-101112/{STORY}",
        f"https://arquivo.pt/wayback/20211224101112mp_/{STORY}",
        f"https://translate.google.com/translate?sl=ru&tl=en&u={STORY}",
        "https://tj-sputniknews-ru.translate.goog/20211223/sneg-1044450001.html?_x_tr_sl=ru",
        f"https://webcache.googleusercontent.com/search?q=cache:AbC-1:{STORY}+&cd=1",
        f"https://12ft.io/{STORY}",
        f"https://web.archive.org/web/2021/https://translate.google.com/translate?u={STORY}",
    ],
)
def test_address_of_a_copy(copy: str) -> None:
    key = article_key(copy)
    assert key is not None
    assert (key.id, key.canonical_url) == ("sputnik:tj:1044450001", STORY)
    assert not is_foreign(copy)
    assert is_foreign(copy.replace("sputniknews", "news").replace(".ru", ".example"))


@pytest.mark.parametrize(
    "said",
    [
        f'<link rel="canonical" href="/web/20221224000000/{STORY}">',
        f'<link rel="canonical" href="https://web.archive.org/web/20221224000000/{STORY}">',
        f'<link rel="bookmark" href="http://archive.today/20221224101010/{STORY}">',
    ],
)
def test_the_time_of_a_copy_is_not_that_of_the_article(said: str) -> None:
    article = newswire.extract(PAGE.replace("<head>", f"<head>{said}"))
    assert (article.id, article.date_published) == ("sputnik:tj:1044450001", "2021-12-23")
    copy = f"https://web.archive.org/web/20221224000000/{STORY}"
    article = newswire.extract(PAGE, url=copy)
    assert (article.url, article.date_published) == (STORY, "2021-12-23")


@pytest.mark.parametrize(
    "comment",
    [
        f"<!-- saved from url=(0058){STORY} -->",
        f"<!--\n Page saved with SingleFile \n url: {STORY} \n saved date: Thu -->",
        f"<!-- Mirrored from {STORY.removeprefix('https://')} by HTTrack Website Copier/3.x -->",
    ],
)
def test_address_in_a_saved_page(tmp_path: Path, comment: str) -> None:
    assert saved_from(comment.encode()) == STORY
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace("<html>", f"\n{comment}\n<html>"), "utf-8")
    (article,) = newswire.read(path)
    assert isinstance(article, newswire.Article)
    assert (article.id, article.date_published) == ("sputnik:tj:1044450001", "2021-12-23")


def test_wacz_of_zstd_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wacz:
        wacz.writestr("archive/a.warc.zst", zstd.compress(record(RESPONSE)))
    path.write_bytes(buffer.getvalue())
    assert all(isinstance(each, UnreadablePage) for each in found(path))
    assert found(path)


@pytest.mark.parametrize(
    "text",
    [
        "អភិបាលក្រុងបាននិយាយកាលពីថ្ងៃច័ន្ទថាស្ពានថ្មីនឹងបើកមុនពេលកំណត់មួយខែ។",
        "ເຈົ້າເມືອງກ່າວໃນວັນຈັນວ່າຂົວໃໝ່ຈະເປີດໄວກວ່າທີ່ສັນຍາໄວ້ໜຶ່ງເດືອນ.",
        "မြို့တော်ဝန်က တနင်္လာနေ့တွင် တံတားသစ်ကို တစ်လစောဖွင့်မည်ဟု ပြောသည်။",
    ],
)
def test_scripts_without_blanks_are_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "story.txt").write_text(f"{text[:12]}\n\n{text}\n\n{text[12:]}", "utf-8")
    (article,) = newswire.read(tmp_path)
    assert isinstance(article, newswire.Article)
    assert (article.edition, text in article.body) == (None, True)
