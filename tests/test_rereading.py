"""Saved pages read again by other rules, and archives whose stories are of years ago."""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newswire import rules as tables
from newswire.article import version
from newswire.article.hashing import content_hash
from newswire.article.version import FOLDERS, LIBRARIES, rules_version
from newswire.items import Article, Source
from newswire.ledger import Ledger, codec
from newswire.ledger.care import differences, export
from newswire.ledger.relations import Verdict
from tests.crawl import crawl
from tests.test_ledger_race import rows
from tests.test_ledger_tools import COPY, FULL, OTHER, run

TJ = "sputnik:tj"
PACKAGE = Path(tables.__file__).parent.parent


def read(number: int, body: str, rules: str, page: str | None = None, **more: Any) -> Article:
    """Return what rules make of a page; `page` stands for its bytes."""
    article = Article(
        id=f"{TJ}:{number}", url=f"https://example.org/{number}", wire="sputnik", edition="tj",
        headline="A headline", body=body, content_hash=content_hash(body), extractor="saved-text",
        source=Source("warc", f"{number}", None, (page or f"{number}").encode().hex().zfill(64),
                      rules),
    )  # fmt: skip
    return replace(article, **more)


@pytest.fixture
def ledger(location: str) -> Any:
    opened = Ledger(location)
    opened.runs.begin("sputnik")
    yield opened
    opened.close()


def kept(ledger: Ledger) -> list[Article]:
    return list(export(ledger.database, "link"))


def test_a_reading_by_other_rules_is_no_version(ledger: Ledger) -> None:
    store = ledger.articles.store
    text = "One.\n\nTwo, and a share button.\n\nThree."
    assert store(read(1, text, "1")).verdict is Verdict.NEW
    ledger.articles.mark_exported()
    again = read(1, "One.\n\nTwo.\n\nThree.", "2")
    assert store(again) == (Verdict.REPROCESSED, False)
    assert (again.version, again.previous) == (1, None)
    assert kept(ledger) == [again]
    assert ledger.articles.mark_exported() == 0  # it is not written to the feeds again
    assert list(differences(ledger.database)) == [
        {
            "id": f"{TJ}:1",
            "version": 1,
            "rules": {"from": "1", "to": "2"},
            "changed": {"body": {"removed": ["Two, and a share button."], "added": ["Two."]}},
        }
    ]
    # a third time by the same rules, and then the agency's own correction
    assert store(read(1, "One.\n\nTwo.\n\nThree.", "2")).verdict is Verdict.REPEATED
    corrected = read(1, "One.\n\nTwo.\n\nFour.", "2", "other bytes")
    assert store(corrected).verdict is Verdict.VERSION
    assert (corrected.version, corrected.previous) == (2, again.content_hash)


def test_a_headline_alone_counts_too(ledger: Ledger) -> None:
    ledger.articles.store(read(1, FULL, "1"))
    other = read(1, FULL, "2", headline="Another", keywords=["new"])
    assert ledger.articles.store(other).verdict is Verdict.REPROCESSED
    (found,) = differences(ledger.database)
    assert found["changed"] == {
        "headline": {"from": "A headline", "to": "Another"},
        "keywords": {"removed": [], "added": ["new"]},
    }
    # what is not exported yet goes out as it is now
    ledger.runs.finish({})
    ledger.runs.begin("sputnik")
    assert ledger.articles.unexported(TJ) == [other]


def test_what_reads_the_same_is_repeated(ledger: Ledger) -> None:
    ledger.articles.store(read(1, FULL, "1"))
    assert ledger.articles.store(read(1, FULL, "2")).verdict is Verdict.REPEATED
    assert list(differences(ledger.database)) == []
    # it is known that these rules have read it
    assert [a.source and a.source.rules for a in kept(ledger)] == ["2"]


def test_what_was_learnt_meanwhile_is_no_version(ledger: Ledger) -> None:
    ledger.articles.store(read(1, "A form of the site. " + FULL, "1"))
    assert ledger.articles.store(read(1, FULL, "1")).verdict is Verdict.REPROCESSED
    assert [a.version for a in kept(ledger)] == [1]


def test_what_was_learnt_since_an_earlier_version_is_none(ledger: Ledger) -> None:
    """A text and its correction, both read again by the same rules that know more of the site."""
    store = ledger.articles.store
    for text, page in (("one", "A"), ("two", "B")):
        store(read(1, f"A form of the site. {FULL} {text}", "1", page))
    for text, page in (("one", "A"), ("two", "B")):
        assert store(read(1, f"{FULL} {text}", "1", page)).verdict is Verdict.REPROCESSED
    found = kept(ledger)
    assert [(a.version, a.body[-3:]) for a in found] == [(1, "one"), (2, "two")]
    assert found[1].previous == found[0].content_hash


def test_each_version_is_replaced_by_its_own_bytes(ledger: Ledger) -> None:
    """A, B, A of the agency: three versions, read by new rules as three versions."""
    store = ledger.articles.store
    for rules, end in (("1", " old"), ("2", " new")):
        verdicts = [
            store(read(1, FULL + text + end, rules, page)).verdict.value
            for text, page in ((" a", "A"), (" b", "B"), (" a", "A"))
        ]
        expected = ["new", "version", "version"] if rules == "1" else ["reprocessed"] * 2
        assert verdicts[: len(expected)] == expected
    assert verdicts[2] == "repeated"
    found = kept(ledger)
    assert [a.version for a in found] == [1, 2, 3]
    assert [a.body.removeprefix(FULL) for a in found] == [" a new", " b new", " a new"]
    assert [a.previous for a in found] == [None, found[0].content_hash, found[1].content_hash]


def test_a_text_without_address_keeps_its_id(ledger: Ledger) -> None:
    """Its id is made of the text, so other rules would give it another."""
    first = read(1, FULL, "1", url=None, id=f"{TJ}:0123456789abcdef")
    again = read(1, OTHER, "2", url=None, id=f"{TJ}:fedcba9876543210")
    assert ledger.articles.store(first).verdict is Verdict.NEW
    assert ledger.articles.store(again).verdict is Verdict.REPROCESSED
    assert again.id == first.id
    assert kept(ledger) == [again]


def test_links_follow_the_new_text(ledger: Ledger) -> None:
    store = ledger.articles.store
    store(read(1, FULL, "1"))
    assert store(read(2, OTHER, "1")).verdict is Verdict.NEW
    # furniture had hidden that it is a copy; the original is never the copy of its copy
    copy = read(2, COPY, "2")
    assert store(copy).verdict is Verdict.REPROCESSED
    assert (copy.duplicate_of, copy.relation) == (f"{TJ}:1", "near")
    original = read(1, FULL + " more", "2")
    assert store(original).verdict is Verdict.REPROCESSED
    assert original.duplicate_of is None
    # the near index has the new texts alone
    assert store(read(3, FULL + " more words", "2")).verdict is Verdict.NEAR
    assert store(read(4, OTHER + " more", "2")).verdict is Verdict.NEW


def test_a_text_that_was_forgotten_stays_so(ledger: Ledger) -> None:
    ledger.articles.store(read(1, FULL, "1"))
    ledger.articles.mark_exported()
    assert ledger.articles.prune(-1) == 1
    assert ledger.articles.store(read(1, OTHER, "2")).verdict is Verdict.REPROCESSED
    (found,) = differences(ledger.database)
    assert set(found["changed"]) == {"content_hash"}
    assert kept(ledger) == []


def test_an_archive_read_with_planted_rules(location: str, tmp_path: Path) -> None:
    """Rules that cut every headline otherwise: no false correction, and each change in the diff."""
    options = ["-a", "replay=fixtures/sputnik/tj", "-s", f"NEWSWIRE_LEDGER={location}"]
    first = crawl(tmp_path / "first.jsonl", *options)
    assert (first.code, first.items[0]["source"]["rules"]) == (0, rules_version())
    same = crawl(tmp_path / "same.jsonl", *options)
    assert "newswire/duplicates/reprocessed" not in same.stats
    # as if the ledger had been filled by an older release, with another headline
    ledger = Ledger(location)
    changed = 0
    for article in kept(ledger):
        assert article.source is not None
        article.source.rules = "0.0+old"
        article.headline = f"{article.headline} | Sputnik"
        with ledger.database.write() as db:
            changed += db.execute(
                "UPDATE article SET item = ?, rules = '0.0+old' WHERE id = ?",
                (codec.encode(article), article.id),
            ).rowcount
    ledger.close()
    again = crawl(tmp_path / "again.jsonl", *options)
    assert again.stats["newswire/duplicates/reprocessed"] == changed > 5
    assert (again.code, again.feed) == (0, b"")
    assert rows(location, "SELECT count(*) FROM article WHERE version > 1") == [(0,)]
    path = tmp_path / "diff.jsonl"
    assert run(location, "diff", "-o", str(path)) == [f"{changed} articles reprocessed"]
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert {tuple(line["changed"]) for line in lines} == {("headline",)}
    assert lines[0]["rules"] == {"from": "0.0+old", "to": rules_version()}


def test_the_version_follows_code_and_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    before, row = rules_version(), {"rule": [{"id": "own", "why": "own", "words": ["own"]}]}
    try:
        changes = ((version, "LIBRARIES", ("lxml",)), (tables, "own_rows", lambda: [row]))
        for where, name, value in changes:
            with monkeypatch.context() as patch:
                patch.setattr(where, name, value)
                rules_version.cache_clear()
                assert rules_version() != before
        rules_version.cache_clear()
        assert rules_version() == before
    finally:
        rules_version.cache_clear()


def test_the_version_names_every_library_that_reads_pages() -> None:
    found = set()
    for path in (each for folder in FOLDERS for each in (PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    assert found - sys.stdlib_module_names - {"newswire", "_typeshed"} == set(LIBRARIES)


# The clock of an archive


@pytest.fixture
def archive(location: str) -> Any:
    opened = Ledger(location, by_publication=True)
    opened.runs.begin("sputnik")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("2011-03-01", "2011-03-15T10:00:00+03:00", Verdict.NEAR),
        ("2011-03-15", "2011-03-15T10:00:00+03:00", Verdict.NEAR),
        ("2011-03-01", "2011-05-20", Verdict.NEW),  # further apart than the window
        ("2011-03-15", "2011-03-01", Verdict.NEW),  # a copy is not older than its original
        ("2011-03-15T12:00:00Z", "2011-03-15T10:00:00Z", Verdict.NEW),
        (None, "2011-03-15", Verdict.NEAR),  # of no known time: compared with all
        ("2011-03-15", None, Verdict.NEAR),
        (None, None, Verdict.NEAR),
    ],
)
def test_near_copies_of_an_archive(
    archive: Ledger, first: str | None, second: str | None, verdict: Verdict
) -> None:
    archive.articles.store(read(1, FULL, "1", date_published=first))
    copy = read(2, COPY, "1", date_published=second)
    assert archive.articles.store(copy).verdict is verdict
    # the same words are the same at any distance
    same = read(3, FULL, "1", date_published="2021-01-01")
    assert archive.articles.store(same).verdict is Verdict.SAME_TEXT


def test_weeks_of_long_ago_stay_while_they_are_read(location: str) -> None:
    now = [2e9]
    ledger = Ledger(location, lambda: now[0], days=7, by_publication=True)
    ledger.runs.begin("sputnik")
    ledger.articles.store(read(1, FULL, "1", date_published="2011-03-01"))
    ledger.prune(7)  # another crawl ends
    copy = read(2, COPY, "1", date_published="2011-03-02")
    assert ledger.articles.store(copy).verdict is Verdict.NEAR
    now[0] += 21 * 86400
    ledger.prune(7)
    late = read(3, FULL + " more", "1", date_published="2011-03-02")
    assert ledger.articles.store(late).verdict is Verdict.NEW
    assert rows(location, "SELECT count(*) FROM shingles") == [(1,)]
    ledger.close()


def feed(path: Path, *articles: Article) -> Path:
    path.write_bytes(b"".join(article.to_json() + b"\n" for article in articles))
    return path


def test_feeds_are_imported_in_order_of_publication(location: str, tmp_path: Path) -> None:
    """Whatever the order of files and lines: copies follow originals, corrections first texts."""
    copy = read(2, COPY, "1", date_published="2011-03-15")
    far = read(3, COPY + " far", "1", date_published="2011-06-15")
    undated = read(4, FULL + " undated", "1")
    first = read(1, FULL, "1", date_published="2011-03-01T10:00:00+03:00")
    second = read(1, FULL + " corrected", "1", "2", date_published="2011-03-01T07:00:00Z",
                  date_modified="2011-03-02")  # fmt: skip
    one = feed(tmp_path / "one.jsonl", undated, far, copy, second)
    two = feed(tmp_path / "two.jsonl", first)
    said = run(location, "import", str(one), str(two))
    assert said == [f"{one}: 4 articles new, 0 known", f"{two}: 1 articles new, 0 known"]
    ledger = Ledger(location)
    found = [(a.id[-1], a.version, a.relation, a.duplicate_of) for a in kept(ledger)]
    ledger.close()
    assert found == [
        ("1", 1, None, None),
        ("1", 2, None, None),
        ("2", 1, "near", f"{TJ}:1"),
        ("3", 1, None, None),
        ("4", 1, "near", f"{TJ}:1"),
    ]


def test_feeds_that_other_rules_read_are_no_corrections(location: str, tmp_path: Path) -> None:
    dated = {"date_published": "2011-03-01"}
    texts = [(1, FULL, "a"), (1, FULL + " corrected", "b"), (2, COPY, "c"), (3, OTHER, "d")]
    one = feed(tmp_path / "1.jsonl", *(read(n, t, "1", page, **dated) for n, t, page in texts))
    again = [read(n, f"{t} tail", "2", page, **dated) for n, t, page in texts[:3]]
    two = feed(tmp_path / "2.jsonl", *again, read(3, OTHER, "2", "d", **dated))
    assert run(location, "import", str(one)) == [f"{one}: 4 articles new, 0 known"]
    said = run(location, "import", str(two))
    assert said == [f"{two}: 0 articles new, 1 known, 3 reprocessed"]
    ledger = Ledger(location)
    labelled = [(d["id"][-1], d["version"], d["rules"]) for d in differences(ledger.database)]
    versions = [(a.id[-1], a.version) for a in kept(ledger)]
    ledger.close()
    rules = {"from": "1", "to": "2"}
    assert labelled == [("1", 1, rules), ("1", 2, rules), ("2", 1, rules)]
    assert versions == [("1", 1), ("1", 2), ("2", 1), ("3", 1)]
