"""The report page: what it counts and shows, and that nothing of a page can act in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, sync_playwright

from newswire import rules
from newswire.items import Article, Related, Source, Stripped
from newswire.ledger import Run
from newswire.operate.report import render
from newswire.operate.report.figures import SHOWN, Figures, hosts, runs
from tests import forked
from tests.crawl import ROOT, Crawl, crawl
from tests.simulated import Running

EVIL = """<script>document.title="hacked"</script><img src=x onerror='document.title="hacked"'>"""
EVIL += """ "'></style></summary> {{ 7*7 }} javascript:alert(1) \u202e \x00 \ud83d"""


def article(number: int, **fields: object) -> Article:
    made = Article(
        id=f"sputnik:tj:{number}", wire="sputnik", edition="tj", language="ru",
        headline=f"Заголовок {number}", body="Первый абзац.\n\nВторой абзац.", content_hash="00",
        extractor="saved-text", source=Source("http", "https://example.org/", None, "00"),
    )  # fmt: skip
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def evil() -> Article:
    return article(
        666,
        edition=EVIL,
        language=EVIL,
        headline=EVIL,
        description=EVIL,
        body=f"{EVIL}\n\n{EVIL}",
        url="javascript:document.title='hacked'",
        authors=[EVIL],
        related=[Related(EVIL)],
        date_published="2021-12-23",
        relation="near",
        duplicate_of=EVIL,
        extractor=EVIL,
        stripped=[Stripped(EVIL, EVIL, 1), Stripped(EVIL, "credit", 2)],
        source=Source("text", EVIL, None, EVIL),
    )


def texts(page: str, path: str) -> list[str]:
    found = html.fromstring(page).xpath(path)
    return [re.sub(r"\s+", " ", entry.text_content()).strip() for entry in found]


@pytest.fixture(scope="module")
def report(fixtures_crawl: Crawl, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    (folder / "articles.jsonl").write_bytes(
        fixtures_crawl.feed + evil().to_json().replace(b"\xed\xa0\xbd", b"") + b"\n"
    )
    done = forked.run(
        "scrapy", "report", str(folder / "articles.jsonl"), "-o", str(folder / "report.html")
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "report.html"


def test_every_line_of_a_page_is_kept_or_dropped_in_place(
    report: Path, fixtures_crawl: Crawl
) -> None:
    page = html.fromstring(report.read_text("utf-8"))
    shown = {a.xpath(".//dd")[0].text: a for a in page.xpath("//article")}
    known = rules.boilerplate()
    for item in fixtures_crawl.items:
        entry = shown[item["id"]]
        left, right = entry.xpath(".//*[@class='text']")
        assert [q.text_content() for q in left.xpath(".//q")] == [
            line["text"] for line in item["stripped"]
        ]
        assert [s.text_content().strip() for s in left.xpath(".//small")] == [
            f"{line['rule']} {known[line['rule']].why}" for line in item["stripped"]
        ]
        assert not entry.xpath(".//p[@class='note']")  # the page was at hand
        lines = [p.text_content() for p in left.xpath("./p")]
        body = item["body"].split("\n\n")
        assert all(any(text.endswith(part) for text in lines) for part in body)
        assert [p.text_content() for p in right.xpath("./p")][-len(body) :] == body


def test_a_dropped_line_stands_where_it_stood(report: Path) -> None:
    path = "fixtures/sputnik/tj/putin-kazakhstan.txt"
    page = html.fromstring(report.read_text("utf-8"))
    (entry,) = page.xpath(f"//article[contains(., '{path}')]")
    shown = [
        line.xpath("string(.//q)") or line.xpath("string(text()[last()])")
        for line in entry.xpath(".//*[@class='text']")[0]
    ]
    saved = (ROOT / path).read_text("utf-8").splitlines()
    assert [" ".join(line.split()) for line in shown] == [
        " ".join(line.split()) for line in saved if line.strip()
    ]


def test_figures() -> None:
    found = Figures.of(
        [
            article(1, date_published="2021-12-23", stripped=[Stripped("©", "credit")] * 2),
            article(2, date_published="2021-12-24T10:00:00+05:00", relation="near", version=2),
            article(3, edition="kg", headline=None, authors=["A"]),
        ]
    )
    assert [a.id[-1] for a in found.newest] == ["2", "1", "3"]
    assert {day: dict(counts) for day, counts in found.days.items()} == {
        "2021-12-23": {"tj": 1}, "2021-12-24": {"tj": 1}, "": {"kg": 1},
    }  # fmt: skip
    assert [found.share("headline"), found.share("headline", "kg")] == [67, 0]
    assert [(r, d.lines, d.articles) for r, d in found.most_dropped] == [("credit", 2, 1)]
    assert found.relations == {"near": 1, "version_of": 1}
    many = Figures.of(article(n, date_published=f"{2000 + n}-01-01") for n in range(SHOWN + 9))
    assert [len(many.newest), many.newest[-1].date_published] == [SHOWN, "2009-01-01"]


def test_nothing_at_all_is_a_page_too() -> None:
    page = render([], [], ["nothing"])
    assert "No article." in page
    assert "Runs are in the ledger" in page


def test_an_unknown_relation_and_rule_are_text() -> None:
    page = render([article(1, relation=EVIL, stripped=[Stripped(EVIL, EVIL, 1)])], [], [EVIL])
    assert "<img" not in page
    assert "a rule that this version of newswire does not have" in page


def test_a_page_that_is_not_at_hand() -> None:
    page = render([article(1, stripped=[Stripped("Подписаться", "subscribe", 9)])], [], [])
    assert "The saved page is not at hand" in page
    assert texts(page, "//article//q") == ["Подписаться"]


def test_a_killed_run_that_was_completed_lost_nothing() -> None:
    done = {"finish_reason": "finished", "newswire/given": 2, "item_scraped_count": 2}
    rows = runs([Run("a", 3, 4, None), Run("a", 2, 3, done), Run("a", 1, 2, None)])
    assert [row.says for row in rows] == [
        "killed",
        "2 articles of 2 pages",
        "killed; a later run completed it",
    ]
    assert [row.problems for row in rows] == [["the next run resumes it"], [], []]


def test_what_went_wrong_in_a_run_is_said_once() -> None:
    stats = {"finish_reason": "finished", "newswire/given": 2, "newswire/failed": 2}
    (row,) = runs([Run("a", 1, 2, stats)])
    assert row.says == "0 articles of 2 pages, 2 failed"
    assert row.problems == ["newswire failed on 2 pages"]


def test_hosts_are_those_of_all_runs_slowest_first() -> None:
    def of(host: str, *numbers: float) -> dict[str, float]:
        names = ("responses", "seconds", "slowest")
        return {f"newswire/host/{host}/{n}": v for n, v in zip(names, numbers, strict=True)}

    fast, slow = of("a", 2, 1.0, 0.9), of("b", 1, 3.0, 3.0)
    rows = hosts([Run("x", 1, 2, fast | slow), Run("x", 0, 1, fast), Run("x", 0, 1, None)])
    assert [(r.host, r.responses, r.mean, r.slowest) for r in rows] == [
        ("b", 1, 3.0, 3.0),
        ("a", 4, 0.5, 0.9),
    ]


def test_a_crawl_in_the_ledger(simulator: Running, tmp_path: Path) -> None:
    """Articles, runs and hosts of a ledger; a host that is down is an error of its run."""
    ledger, page = tmp_path / "ledger.db", tmp_path / "report.html"
    site = simulator.sites["tj"]
    options = ["-a", "edition=tj", "-a", f"site={site}", "-s", f"NEWSWIRE_LEDGER={ledger}"]
    fast = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
    day = ["-a", "since=2021-11-11", "-a", "until=2021-11-11"]
    day += ["-s", f"NEWSWIRE_RECORD={tmp_path / 'crawl.warc.gz'}"]
    done = crawl(tmp_path / "a.jsonl", *options, *fast, *day)
    assert done.code == 0, done.log
    record = ["--pages", str(tmp_path / "crawl.warc.gz")]
    told = forked.run("scrapy", "report", "--ledger", str(ledger), *record, "-o", str(page))
    assert (told.returncode, told.stderr) == (0, "")
    text = page.read_text("utf-8")
    assert len(texts(text, "//article")) == len(done.items) > 0
    assert "The saved page is not at hand" not in text
    tables = texts(text, "//section[h2='Runs' or h2='Slowest hosts']//tr[td]")
    assert any(f"{len(done.items)} articles of" in row for row in tables)
    assert any(row.startswith("127.0.0.1") for row in tables)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["missing.jsonl"], 2, "missing.jsonl"),
        (["--ledger", "missing.db"], 2, "ledger missing.db: no such file"),
        (["{}/bad.jsonl"], 1, "bad.jsonl:2: not an article: "),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], code: int, says: str, tmp_path: Path) -> None:
    good = article(1).to_json()
    (tmp_path / "bad.jsonl").write_bytes(good + b'\n{"id": 1}\n' + good[:50] + b"\n")
    named = [argument.format(tmp_path) for argument in arguments]
    done = forked.run("scrapy", "report", *named, "-o", str(tmp_path / "r.html"))
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "r.html").exists() == (code == 1)


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        assert path, "no chromium: see the Makefile"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser, report: Path, width: int = 1280, scheme: str = "light"
) -> Iterator[Page]:
    """Open the report; nothing may be asked for, said in the console or thrown meanwhile."""
    trouble: list[str] = []
    asked: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    yield page
    assert trouble == []
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    page.close()


def test_browser_filters(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        every = page.locator("article").count()
        said = page.locator("#matches")
        assert said.inner_text() == f"25 of {every} matches, {every} articles"
        assert page.locator("article:visible").count() == 25
        page.click("#more")
        assert page.locator("article:visible").count() == 50
        page.click("#more")
        assert page.locator("article:visible").count() == every
        assert page.locator("#more").is_hidden()
        page.select_option("#edition", "tj")
        some = page.locator("article:visible")
        assert 0 < some.count() < every
        assert all('"tj"' in str(e.get_attribute("data-edition")) for e in some.all())
        page.select_option("#edition", "")
        page.fill("#search", "подписаться душанбе")
        assert 0 < page.locator("article:visible").count() < every
        page.fill("#search", "")
        # from a rule to a line that it dropped
        page.click("button[data-rule='radio-schedule']")
        line = page.locator(
            "article:visible .dropped small:visible", has_text="radio-schedule"
        ).first
        assert "programme of the site's radio player" in line.inner_text()


def test_browser_phone_sees_runs_first_and_can_reach_the_end(
    browser: Browser, tmp_path: Path
) -> None:
    many = [article(n, date_published="2021-12-23") for n in range(120)]
    done = {"finish_reason": "finished"}
    past = [Run("sputnik", n, n + 1, done | {"newswire/failed": n % 3}) for n in range(60)]
    (tmp_path / "r.html").write_text(render(many, past, []), "utf-8")
    with opened(browser, tmp_path / "r.html", 390) as page:
        assert page.evaluate("document.documentElement.scrollHeight") < 12_000
        order = [section.inner_text() for section in page.locator("section h2").all()]
        assert order.index("Runs") < order.index("Articles beside their pages")


def test_browser_hostile_article(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.fill("#search", "onerror")
        entry = page.locator("article:visible").first
        entry.locator("summary").click()
        assert "<script>" in entry.inner_text()
        assert page.title().startswith("newswire report")
        assert (
            page.locator("article img, article script, article a[href^='javascript']").count() == 0
        )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_browser_widths_and_colours(
    browser: Browser, report: Path, width: int, scheme: str, tmp_path: Path
) -> None:
    with opened(browser, report, width, scheme) as page:
        for summary in page.locator("article summary").all()[:12]:
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        back = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", back)[:3])) < 200) == (scheme == "dark")
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        assert (tmp_path / "page.png").stat().st_size > 50_000


def test_browser_right_to_left(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.select_option("#edition", "ar")
        entry = page.locator("article:visible").first
        entry.locator("summary").click()
        for text in entry.locator(".text").all():
            assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
        reason = entry.locator(".dropped small").first
        assert reason.evaluate("e => getComputedStyle(e).direction") == "ltr"
