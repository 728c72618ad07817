"""Hostile pages: each is dropped with a reason or read harmlessly, and its neighbours are as ever.

The numbers are those of docs/reliability.md.
"""

from __future__ import annotations

import ast
import csv
import fcntl
import importlib
import json
import logging
import os
import pkgutil
import re
import resource
import shutil
import signal
import subprocess
import threading
import time
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from scrapy.exceptions import DropItem

import newswire
from fuzz.targets import strings
from newswire.archive.pages import Archives
from newswire.crawl.listings import list_page
from newswire.crawl.replay import Replay
from newswire.crawl.syndication import feed, sitemap
from newswire.dateline import WINDOW
from newswire.dateline.grammar import cables, forms
from newswire.errors import Reason, UnreadablePage
from newswire.feeds.columns import cell
from newswire.feeds.routing import route
from newswire.items import Article, Source
from newswire.operate.outcome import problems
from newswire.page import budget, markup
from newswire.page.model import Block, Draft, Facts, Page
from newswire.pipelines import Pipeline
from newswire.rules import boilerplate
from newswire.text.characters import MAX_MARKS, tidy
from newswire.text.printable import one_line
from tests.crawl import ROOT, Crawl, command
from tests.test_finding import SITE

GOOD = [
    *(ROOT / f"fixtures/sputnik/tj/{n}.txt" for n in ("lake-ferry", "mountain-bus", "storm-roof")),
    ROOT / "fixtures/sputnik/ar/oasis-bridge.html",
]
SENTENCE = "Президент рассказал о планах на будущий год, сообщает корреспондент 000. "
P = f"<p>{SENTENCE}</p>"
NONE = "no_article"
TEXT = '<div class="article__text">'
FAKE = "2099-01-01 00:00:00 [newswire] ERROR: forged"
LD = '<script type="application/ld+json">{}</script>'
INJECTED = {
    "@type": "NewsArticle",
    "headline": f"=1+1\n{FAKE}\x1b[31m\u202e\ud83d <script>alert(1)</script>",
    "description": "\t@SUM(1)\u2028\0",
    "articleSection": f"../../etc\r\n{FAKE}",
    "author": [{"name": "+Mira\nHolt"}, {"name": "<script>"}],
    "keywords": ["-1", "\ud83d"],
    "image": [{"url": "javascript:alert(1)", "caption": "=x"}],
    "datePublished": "2021-02-30T25:61:00Z",
}
LAUGHS = "".join(f'<!ENTITY l{n} "{(f"&l{n - 1};" if n else "ha") * 10}">' for n in range(9))


MARKS = 200_000 * "\u0301\u0323"


def nested(times: int) -> str:
    return '{"name":' * times + '"x"' + "}" * times


# name -> page, and the stat that it must end in; None for one that gives an item
HTML: dict[str, tuple[str | bytes, str | None]] = {
    "S30 deep": (300 * "<div>" + P, "unreadable/too-complex"),
    "S30 a million deep": (1_000_000 * "<div>" + P, "unreadable/too-complex"),
    "S31 as deep as can be read": (240 * "<div>" + 3 * P, None),
    "S32 p": (40_000 * P, "unreadable/too-long"),
    "S32 a": (10_000 * "<a href='/x'>слово</a> " + P, None),
    "S32 br": (TEXT + 50_000 * "слово<br>", "unreadable/too-long"),
    "S32 headlines": (40_000 * "<h1 class='article__title'>x</h1>" + P, "unreadable/too-long"),
    "S32 pictures": (
        TEXT + P + "".join(f"<img src=/{n}.jpg>" for n in range(40_000)),
        "unreadable/too-long",
    ),
    "S33 attributes": (
        f"<p {' '.join(f'a{n}' for n in range(64_000))}>{P}",
        "unreadable/too-complex",
    ),
    "S33 attributes in many tags": (
        20 * f"<p {' '.join(f'a{n}' for n in range(4_000))}>" + P,
        "unreadable/too-complex",
    ),
    "S33 long class": (f"<div class='{100_000 * 'article-'}'>{P}</div>{TEXT}{P}", None),
    "S34 unclosed": (16_000 * "<script>" + TEXT + P, "unreadable/empty"),
    "S35 JSON-LD": (LD.format(100_000 * "[") + TEXT + P, None),
    "S35 names": (
        LD.format(f'{{"@type":"NewsArticle","author":{nested(800)}}}') + TEXT + P,
        None,
    ),
    "S24 laughs": (f"<!DOCTYPE x [{LAUGHS}]>{TEXT}{P}&l8;", None),
    "S50 marks": (f"{TEXT}<p>а{MARKS} {SENTENCE}", None),
    "S51 injected": (
        LD.format(json.dumps(INJECTED).replace("</", r"<\/"))
        + f"{TEXT}<p>&lt;script&gt; \x00\x1b[2J\u202e{SENTENCE}",
        None,
    ),
    "R26 dates": (
        f"<meta property=article:published_time content=2021-02-30T25:61>{TEXT}"
        f"<p {' '.join(f'a{n}=1995' for n in range(500))}>{SENTENCE}",
        None,
    ),
    "R27 empty": ("", "unreadable/empty"),
    "R27 PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 9, "unreadable/not-text"),
    "R27 picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "unreadable/not-text"),
    "R35 denied": (
        "<h1>Access denied</h1><p>Please enable JavaScript and cookies</p>",
        "no_article",
    ),
}
SAVED: dict[str, tuple[str, str | None]] = {
    "S32 lines": (100_000 * "слово\n", "unreadable/too-long"),
    "S32 blanks": (4_000_000 * " " + SENTENCE, "unreadable/too-long"),
    "S36 dashes": (12_000 * "слово - ", None),
    "S48 \n\x1b[31mname": (SENTENCE, None),
}


def stem(name: str) -> str:
    return f"b {name}"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawl, Path]:
    """A crawl of hostile pages among good ones, one for all workers of pytest-xdist."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, ended = root / "hostile", root / "hostile.json"
    with (root / "hostile.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ended.exists():
            ended.write_text(json.dumps(crawl_hostile_pages(folder)), "utf-8")
    code, log = json.loads(ended.read_text("utf-8"))
    return Crawl(code, log, (folder / "x.jsonl").read_bytes()), folder


def crawl_hostile_pages(folder: Path) -> tuple[int, str]:
    """Crawl within fixed memory and processor time; return the exit code and the log."""
    (folder / "pages").mkdir(parents=True)
    for ending, cases in (("html", HTML), ("txt", SAVED)):
        for number, (name, (page, _)) in enumerate(cases.items()):
            data = page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")
            # equal texts are one article
            data = data.replace(b" 000.", b" %03d." % (number + 1))
            (folder / "pages" / f"{stem(name)}.{ending}").write_bytes(data)
    for at, good in zip("acez", GOOD, strict=True):
        shutil.copy(good, folder / "pages" / f"{at} {good.name}")
    feeds = [part for kind in ("csv", "xml") for part in ("-O", str(folder / f"x.{kind}"))]
    options = ["-a", f"replay={folder / 'pages'}", *feeds, "-s", "LOG_LEVEL=DEBUG"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        command(folder / "x.jsonl", *options),
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        preexec_fn=limit,
        check=False,
    )
    return done.returncode, done.stderr


def item_of(crawl: Crawl, name: str) -> dict[str, Any] | None:
    found = (i for i in crawl.items if Path(i["source"]["uri"]).stem == stem(name))
    return next(found, None)


@pytest.mark.parametrize("name", [*HTML, *SAVED])
def test_each_page_has_its_end(hostile: tuple[Crawl, Path], name: str) -> None:
    """It gives an item, or one line in the log names it, and a stat its reason."""
    crawl, _ = hostile
    _, reason = (HTML | SAVED)[name]
    assert (item_of(crawl, name) is not None) == (reason is None), crawl.log
    if reason:
        said = [line for line in crawl.log.splitlines() if f"/{one_line(stem(name))}." in line]
        assert len(said) == 1, crawl.log
        assert ("no article in it" if reason == NONE else "skipped: ") in said[0]


def test_each_reason_is_counted(hostile: tuple[Crawl, Path]) -> None:
    crawl, _ = hostile
    for wanted in {reason for _, reason in (HTML | SAVED).values() if reason}:
        counted = sum(n for stat, n in crawl.stats.items() if stat.startswith(f"newswire/{wanted}"))
        assert counted == sum(reason == wanted for _, reason in (HTML | SAVED).values()), wanted
    large = [r for _, r in (HTML | SAVED).values() if r and r.startswith("unreadable/too-")]
    assert f"{len(large)} of them too large for an article" in crawl.log.splitlines()[-1]
    assert "Traceback" not in crawl.log


def test_neighbours_are_untouched(hostile: tuple[Crawl, Path], fixtures_crawl: Crawl) -> None:
    crawl, folder = hostile
    expected = {Path(i["source"]["uri"]).name: i for i in fixtures_crawl.items}
    for at, page in zip("acez", GOOD, strict=True):
        name = f"{at} {page.name}"
        found = next(i for i in crawl.items if Path(i["source"]["uri"]).name == name)
        found["source"]["uri"] = expected[page.name]["source"]["uri"]
        assert found == expected[page.name]
    assert sorted(p.name for p in folder.iterdir()) == ["pages", "x.csv", "x.jsonl", "x.xml"]


def test_s51_no_line_of_the_log_is_forged(hostile: tuple[Crawl, Path]) -> None:
    crawl, _ = hostile
    assert not [line for line in crawl.log.splitlines() if line.startswith("2099")]
    odd = {c for c in crawl.log if unicodedata.category(c) in ("Cc", "Cs", "Cf")} - {"\n", "\t"}
    assert not odd


def test_s49_s50_s60_feeds_of_injected_fields_are_whole(hostile: tuple[Crawl, Path]) -> None:
    """Each field is one clean line, and the same in every feed."""
    crawl, folder = hostile
    item = item_of(crawl, "S51 injected")
    assert item is not None
    assert item["headline"] == f"=1+1 {FAKE}[31m\ufffd <script>alert(1)</script>"
    assert item["section"] == f"../../etc {FAKE}"
    assert item["authors"] == ["+Mira Holt", "<script>"]
    assert item["body"].startswith("<script> [2JПрезидент рассказал")
    assert [image["url"] for image in item["images"]] == [None]
    assert item["date_published"] is None
    for text in strings([i | {"source": None} for i in crawl.items]):
        assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cs")} - {"\n"}
    with (folder / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(crawl.items)
    for row in rows:
        assert not [c for c in row.values() if c.lstrip().startswith(("=", "+", "-", "@"))]
    (injected,) = [row for row in rows if row["headline"].startswith("'=1+1")]
    assert injected["description"] == f"'{item['description']}"
    articles = etree.parse(folder / "x.xml").getroot()
    assert [a.findtext("headline") or None for a in articles] == [
        i["headline"] for i in crawl.items
    ]


def test_r26_no_date_is_invented(hostile: tuple[Crawl, Path]) -> None:
    item = item_of(hostile[0], "R26 dates")
    assert item is not None
    assert (item["date_published"], item["date_evidence"]) == (None, None)


def test_s31_nothing_of_a_deep_page_is_lost(hostile: tuple[Crawl, Path]) -> None:
    item = item_of(hostile[0], "S31 as deep as can be read")
    assert item is not None
    assert item["body"].count("Президент рассказал") == 3


# --- the budget ----------------------------------------------------------------------------------


def test_s32_time_of_the_processor_is_limited() -> None:
    """Whatever takes too long is stopped where it is, even behind `except Exception`."""
    before = signal.getsignal(signal.SIGVTALRM)

    def spin() -> None:
        while True:
            with suppress(Exception):
                b"x".decode()

    with pytest.raises(UnreadablePage) as error, budget.cpu(0.05):
        spin()
    assert error.value.reason == "too-slow"
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_s32_time_is_limited_in_any_thread() -> None:
    reasons: list[str] = []

    def spin() -> None:
        try:
            with budget.cpu(0.05):
                while True:
                    with suppress(Exception):
                        b"x".decode()
        except UnreadablePage as error:
            reasons.append(error.reason)
        with budget.cpu(0.05):  # the next page is not stopped for it, nor for waiting
            time.sleep(0.1)
        reasons.append("ended")

    threads = [threading.Thread(target=spin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reasons) == ["ended", "ended", "too-slow", "too-slow"]


def test_s32_a_step_that_takes_too_long_drops_the_page() -> None:
    counted: list[str] = []

    class Slow(Pipeline):
        pure = True

        def process(self, draft: Draft) -> Draft:
            raise UnreadablePage(Reason.TOO_SLOW, "takes more than 10 s")

    crawler: Any = SimpleNamespace(stats=SimpleNamespace(inc_value=counted.append))
    draft: Any = SimpleNamespace(source=Source("text", "a.txt", None))
    with pytest.raises(DropItem, match=r"a\.txt: skipped: takes more than 10 s") as error:
        Slow(crawler).process_item(draft)
    assert error.value.log_level == "WARNING"
    assert counted == ["newswire/unreadable/too-slow", "newswire/dropped"]
    assert problems({counted[0]: 1, "newswire/pages": 1}) == [
        "1 page exceeded the time limit (may have been an article)"
    ]


def test_a_fault_of_ours_costs_one_page(caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody thought of does not end a replay: it is said, and fails the run."""
    counted: list[str] = []

    def fails(page: Page) -> Draft:
        raise KeyError("a fault")

    spider: Any = SimpleNamespace(count=counted.append, logger=logging.getLogger("spider"))
    replay: Any = SimpleNamespace(spider=spider, drafts=SimpleNamespace(of=fails))
    assert Replay.draft(replay, Page(b"x", Source("text", "a\n.txt", None))) is None
    assert counted == ["failed"]
    assert r"Failed: a\n.txt" in caplog.text
    assert problems({"newswire/failed": 1})


def test_s35_recursion_is_too_complex() -> None:
    def down() -> None:
        down()

    with pytest.raises(UnreadablePage) as error, budget.cpu():
        down()
    assert error.value.reason == "too-complex"


def test_s32_parts_and_characters_are_limited() -> None:
    budget.check([Block("x")], Facts(keywords=["y"] * (budget.MAX_PARTS - 1)))
    for blocks, facts in (
        ([Block("x")], Facts(keywords=["y"] * budget.MAX_PARTS)),
        ([Block("x" * budget.MAX_CHARS)], Facts(headline="y")),
    ):
        with pytest.raises(UnreadablePage, match="more than"):
            budget.check(blocks, facts)


def test_s50_a_letter_keeps_30_marks() -> None:
    """Normalising sorts marks in quadratic time; ordinary text has two or three on a letter."""
    assert tidy("а\u0301" * 2000) == "а\u0301" * 2000
    marks = tidy("а" + "\u0301\u0323" * 10_000 + "б")
    assert len(marks) == MAX_MARKS + 2
    assert tidy("а" + "…" * 3000) == "а" + "…" * 3000


@pytest.mark.parametrize(
    "page",
    [
        200_000 * b"<!DOCTYPE [",
        b"<!DOCTYPE [" + 500_000 * b"]] ",
        b"<urlset>" + 300 * b"<url>" * 300,
        300 * b"<div>" + b'<a href="/20211223/x-1044450001.html">x</a>',
        b"<a " + b" ".join(b"a%d" % n for n in range(64_000)) + b">",
        20_000 * b'<a href="/20211223/x-1044450001.html">x</a>',
        b"<a href='https://tj.sputniknews.ru" + 500_000 * b"/../" + b"'>",
    ],
    ids=["S24-many", "S24-end", "S30-xml", "S30-list", "S33-list", "S32-list", "S33-url"],
)
def test_lists_have_a_budget_too(page: bytes) -> None:
    """What a list page holds below the depth of the parser is not passed over in silence."""
    for parse in (feed, sitemap, list_page):
        with budget.cpu(3):
            found = parse(page, SITE)
        assert found.problems or found.found or parse is list_page


def test_s30_a_deep_list_says_so() -> None:
    assert list_page(400 * b"<div>" + b"<a href=/x>x</a>", SITE).problems == ("too-complex",)


# --- names of files, cells -----------------------------------------------------------------------


def test_s46_feeds_are_named_by_no_page() -> None:
    hostile = Article("x", wire="../x", edition="../../etc/passwd", date_published="../../../etc")
    assert route(hostile) == {"wire": "unknown", "edition": "unknown", "date": "undated"}


def test_s48_names_in_archives_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.wacz"
    path.parent.mkdir()
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + SENTENCE.encode()
    record = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
    with zipfile.ZipFile(path, "w") as wacz:
        for name in ("../../x.warc", "/etc/x.warc", "a\n\x1b[31m.warc"):
            wacz.writestr(name, record % (len(page), page))
    found = list(Archives(2**20).pages(path, "a.wacz"))
    assert [type(each) for each in found] == [Page] * 3
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.wacz", "in"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0@", "＝"])
def test_s49_no_cell_is_a_formula(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"


# --- S36: the patterns ---------------------------------------------------------------------------

# A pattern whose time is linear takes a few milliseconds for all of these; one whose time grows
# with the square takes seconds for each. So a limit between the two says which it is on any
# machine, which the quotient of two short times would not.
LENGTH, SECONDS = 20_000, 1.5
HOSTILE = (
    *(
        " ",
        "a",
        "А",
        "1",
        "/",
        "\n",
        ".",
        "-",
        "<",
        "(",
        "А ",
        "1.",
        "Sputnik / ",
        " - ",
        ", ",
        "@",
    ),
    *("a=", "<a ", "2021-12-23 ", "x@y ", "http://", "年", "/.", "12:30 ", "ДУШАНБЕ, ", "<!--"),
)
METHODS = ("fullmatch", "match", "search", "split", "sub", "subn", "findall", "finditer")
_ASKED = re.compile(rf"(\w+)\.({'|'.join(METHODS)})\(")
Pattern = tuple[str, str, str | bytes, int]


def patterns() -> Iterator[Pattern]:
    """Yield every pattern of the package: where it is, what it is asked for, itself, its flags."""
    for module in pkgutil.walk_packages(newswire.__path__, "newswire."):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of scrapyd
            loaded = importlib.import_module(module.name)
        assert loaded.__file__
        code = Path(loaded.__file__).read_text("utf-8")
        asked = _ASKED.findall(code)
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern):
                for method in {method for of, method in asked if of == name}:
                    yield f"{module.name}.{name}", method, value.pattern, value.flags
        for node in ast.walk(ast.parse(code)):
            if _is_inline(node):
                method, pattern = node.func.attr, node.args[0].value  # type: ignore[attr-defined]
                yield f"{module.name}:{node.lineno}", method, pattern, 0  # type: ignore[attr-defined]
    for rule in boilerplate().values():
        if rule.pattern:
            yield f"rule {rule.id}", "fullmatch", rule.pattern.pattern, rule.pattern.flags
    for form in (*forms(), *cables()):
        yield f"form {form.row.id}", "match", form.pattern.pattern, form.pattern.flags


def _is_inline(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in METHODS
        and isinstance(node.args[0], ast.Constant)
    )


def ask(method: str, pattern: re.Pattern[Any], text: Any) -> None:
    """Ask a pattern of a text as the code does, to the end."""
    match method:
        case "sub" | "subn":
            pattern.sub(text[:0], text)
        case "finditer":
            pattern.findall(text)
        case _:
            getattr(pattern, method)(text)


class _TooSlowError(BaseException):
    pass


def _ring(number: int, frame: FrameType | None) -> None:
    raise _TooSlowError


def test_s36_every_pattern_is_linear() -> None:
    every = list(patterns())
    assert len(every) > 130
    before = signal.signal(signal.SIGVTALRM, _ring)
    slow = []
    try:
        for where, method, source, flags in every:
            # heads are looked for in the beginning of a paragraph only
            length = WINDOW if where.startswith(("form ", "newswire.dateline.places")) else LENGTH
            pattern = re.compile(source, flags)
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                for part in HOSTILE:
                    text = (part * length)[:length] + "\x7f"
                    ask(method, pattern, text.encode() if isinstance(source, bytes) else text)
            except _TooSlowError:
                slow.append((where, method, part))
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert not slow


def test_s34_raw_pages_are_parsed_not_searched() -> None:
    """w3lib's remove_tags_with_content takes quadratic time on what is never closed."""
    code = "".join(p.read_text("utf-8") for p in (ROOT / "newswire").rglob("*.py"))
    assert not re.search(r"remove_tags|replace_tags|w3lib\.html", code)
    with pytest.raises(UnreadablePage), budget.cpu(3):
        markup.parse(markup.MAX_TAGS * b"<script>" + b"<")


def test_s60_texts_are_cleaned_once() -> None:
    odd = "a\0b\x1bc\ud83dd\u2028e\u202ef\u0085g\ufeffh"
    assert tidy(odd) == "abc\ufffdd ef gh"


def test_source_of_a_page_with_an_odd_name_can_be_written() -> None:
    assert one_line(Source("text", "a\nb\x1b\u202e\ud800", None).uri) == r"a\nb\x1b\u202e\ud800"
