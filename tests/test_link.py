"""Links between all outputs of a reprocess: those that one ledger finds in them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from newswire.bulk import link as bulk_link
from newswire.bulk import reprocess
from newswire.bulk.link import LINKED, OWN, Linked, link
from newswire.errors import ArgumentError, FeedError
from newswire.items import Article, plain
from newswire.ledger import Ledger
from newswire.ledger.care import export, import_articles, read_feed
from newswire.ledger.open import open_database
from tests import forked
from tests.archives import archive as archive_of
from tests.archives import ours, page, record
from tests.crawl import ROOT
from tests.link_archive import archive, outputs
from tests.test_ledger_tools import COPY, FULL, OTHER, run
from tests.test_rereading import read


def in_ledger(paths: list[Path], folder: Path, days: float = 28) -> list[Article]:
    """Return what a ledger makes of outputs."""
    ledger = Ledger(str(folder / "ledger.db"), days=days, by_publication=True)
    ledger.runs.begin("ledger")
    import_articles(ledger, paths, [])
    found = list(export(ledger.database, "link"))
    ledger.close()
    return found


def copies(out: Path) -> list[Article]:
    problems: list[str] = []
    found = [a for path in sorted((out / LINKED).iterdir()) for a in read_feed(path, problems)]
    assert problems == []
    return found


def items(articles: list[Article]) -> list[str]:
    return sorted(json.dumps(plain(article)) for article in articles)


@pytest.mark.parametrize(("form", "days"), [("jsonl", 28), ("parquet", 10)])
def test_the_same_links_as_one_ledger_of_all(form: str, days: float, tmp_path: Path) -> None:
    """Copies, near copies, versions and pages saved twice, over editions, files and weeks."""
    made, out = list(archive(500, 5, 60)), tmp_path / "out"
    paths = outputs(made, out, 4, form=form)
    before = [path.read_bytes() for path in paths]
    done = link(out, days=days, workers=1)
    found = copies(out)
    assert items(found) == items(in_ledger(paths, tmp_path, days))
    assert [path.read_bytes() for path in paths] == before
    counts = Counter(a.relation for a in found if a.relation)
    counts["version"], counts["repeated"] = sum(a.version > 1 for a in found), 500 - len(found)
    assert (done.articles, done.counts) == (len(found), counts)
    assert len(counts) == 6
    assert min(counts.values()) > 5


def test_a_correction_stays_in_its_cluster(tmp_path: Path) -> None:
    """A copy that is corrected into a copy of another story: as the ledger has it."""
    texts = (
        (1, FULL, "a"), (2, OTHER, "b"), (3, COPY, "c"), (3, OTHER + " as well", "d"),
        (2, OTHER + " as well, they say", "e"), (4, FULL + " at last", "f"),
    )  # fmt: skip
    made = [
        read(number, text, "1", page, date_published=f"2021-03-{day:02}")
        for day, (number, text, page) in enumerate(texts, 1)
    ]
    paths = outputs(made, tmp_path / "out", 2)
    link(tmp_path / "out", workers=1)
    found = copies(tmp_path / "out")
    assert items(found) == items(in_ledger(paths, tmp_path))
    links = [(a.id[-1], a.version, a.duplicate_of and a.duplicate_of[-1]) for a in found]
    assert sorted(links, key=str) == [
        ("1", 1, None), ("2", 1, None), ("2", 2, "3"), ("3", 1, "1"), ("3", 2, "2"), ("4", 1, "1"),
    ]  # fmt: skip


def test_processes_and_files_change_nothing(tmp_path: Path) -> None:
    made, every = list(archive(60, 7, 30)), []
    for number, workers in ((1, 1), (3, 2)):
        out = tmp_path / str(number)
        outputs(made, out, number, seed=number)
        link(out, workers=workers)
        every.append(items(copies(out)))
    assert every[0] == every[1]


def state(out: Path) -> dict[str, int]:
    return {str(p.relative_to(out)): p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    made, out = list(archive(60, 7, 30)), tmp_path / "out"
    paths = outputs(made, out, 3)
    done, before = link(out, workers=1), state(out)
    assert link(out, workers=1) == done
    assert state(out) == before
    # another output comes in the place of one: signatures of the others are not made again
    outputs(made[:20], out, 1)
    again, now = link(out, workers=1), state(out)
    signatures = {name for name in now if name.endswith(".parquet")}
    assert len(signatures) == 3
    assert len([name for name in signatures if before.get(name) == now[name]]) == 2
    assert items(copies(out)) == items(in_ledger(paths, tmp_path))
    # a copy that was lost is made again, one that nobody wants is not there
    (out / LINKED / "000.jsonl").unlink()
    (out / LINKED / "other.jsonl").write_bytes(b"")
    assert link(out, workers=1) == again
    assert sorted(p.name for p in (out / LINKED).iterdir()) == [p.name for p in paths]
    assert not list((out / OWN).glob("*.part"))


def test_who_reads_an_archive_signs_it(tmp_path: Path) -> None:
    archive_of(tmp_path / "1.warc.gz", 10)
    out = tmp_path / "out"
    reprocess(tmp_path / "1.warc.gz", out, workers=0, sign=True)
    (signed,) = (out / OWN).iterdir()
    before = signed.stat().st_mtime_ns
    assert link(out, workers=1) == Linked(3)
    assert signed.stat().st_mtime_ns == before


def test_outputs_of_other_rules_are_refused(tmp_path: Path) -> None:
    outputs(list(archive(20, 7, 30)), tmp_path, 2)
    path = tmp_path / "_manifest" / "001.json"
    path.write_text(path.read_text("utf-8").replace('"rules": "1"', '"rules": "2"'), "utf-8")
    with pytest.raises(ArgumentError, match=r"several rules \(1 and 2\): reprocess all"):
        link(tmp_path)
    assert not (tmp_path / LINKED).exists()


def test_an_output_that_was_changed_is_named(tmp_path: Path) -> None:
    (path,) = outputs([read(1, FULL, "1"), read(2, COPY, "1")], tmp_path, 1)
    text = path.read_bytes()
    path.write_bytes(text.replace(b'"dateline"', b'"datelime"', 1))
    with pytest.raises(FeedError, match=r"000.jsonl:1: not an article: .*: delete the file and"):
        link(tmp_path, workers=1)
    assert not list((tmp_path / LINKED).iterdir())
    path.write_bytes(text)
    assert link(tmp_path, workers=1) == Linked(2, Counter(near=1))


def test_without_duckdb_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs([read(1, FULL, "1")], tmp_path, 1)
    monkeypatch.setattr(bulk_link, "find_spec", lambda name: None)
    with pytest.raises(ArgumentError, match=r"links need duckdb: pip install 'newswire\[link\]'"):
        link(tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert link(tmp_path) == Linked()


SHARE = "<p>Отправить мост друзьям</p>"
RULE = """
[[rule]]
id = "bridge-button"
why = "a button below the story"
zone = "tail"
words = ["Отправить мост друзьям"]
"""


def test_archives_read_by_other_rules(tmp_path: Path) -> None:
    """Links of the command are the ledger's; what other rules changed is labelled as theirs."""
    saved, ledger = tmp_path / "saved", str(tmp_path / "ledger.db")
    saved.mkdir()
    archive_of(saved / "1.warc.gz", 10, line=SHARE)
    again = page(11, f"<p>Мост уже закрыли.</p>{SHARE}")
    copied = ours(10).replace("tj.sputniknews.ru", "ru.sputnik.kg")
    records = [(ours(11), again), (ours(12), page(12, SHARE)), (copied, page(10, SHARE))]
    (saved / "2.warc.gz").write_bytes(b"".join(record(*each) for each in records))

    one, two = tmp_path / "one", tmp_path / "two"
    done = forked.run("scrapy", "reprocess", str(saved), "--out", str(one), "--link", "--workers=0")
    assert done.returncode == 0, done.stderr
    said = (
        f"{one / LINKED}: 5 articles, 1 same_text, 1 later version, 1 more left out, there already"
    )
    assert done.stdout.splitlines()[-1] == said
    outputs = sorted(map(str, one.glob("*.jsonl")))
    run(ledger, "import", *outputs)
    assert exported(ledger) == items(copies(one))
    assert ("sputnik:tj:1044000010", 1, "sputnik:kg:1044000010") in links(copies(one))

    (tmp_path / "own.toml").write_text(RULE, "utf-8")
    own = ["-s", f"NEWSWIRE_RULES={tmp_path}/own.toml", "--link", "--workers=0"]
    # a new interpreter: the process that others are forked from has read the tables
    arguments = [sys.executable, "-m", "scrapy", "reprocess", str(saved), "--out", str(two), *own]
    subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)
    outputs = sorted(map(str, two.glob("*.jsonl")))
    said_of_each = run(ledger, "import", *outputs)
    assert [line.partition(": ")[2] for line in said_of_each] == [
        "0 articles new, 0 known, 3 reprocessed", "0 articles new, 1 known, 2 reprocessed",
    ]  # fmt: skip
    assert exported(ledger) == items(copies(two))
    assert links(copies(two)) == links(copies(one))
    run(ledger, "diff", "-o", str(tmp_path / "diff.jsonl"))
    labelled = [json.loads(x) for x in (tmp_path / "diff.jsonl").read_text("utf-8").splitlines()]
    assert len(labelled) == 5
    assert {x["rules"]["to"] for x in labelled} == {a.source.rules for a in copies(two) if a.source}
    for found in labelled:
        assert found["changed"]["body"] == {"removed": ["Отправить мост друзьям"], "added": []}


def exported(location: str) -> list[str]:
    database = open_database(location)
    found = items(list(export(database, "link")))
    database.close()
    return found


def links(articles: list[Article]) -> set[tuple[str, int, str | None]]:
    return {(article.id, article.version, article.duplicate_of) for article in articles}
