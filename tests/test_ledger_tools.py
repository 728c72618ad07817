"""`scrapy ledger`, in processes of its own, on a ledger of either engine; and policies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from newswire.article.hashing import content_hash
from newswire.errors import LedgerError
from newswire.items import Article, Source
from newswire.ledger import Found, Ledger
from newswire.ledger.open import open_database
from newswire.ledger.relations import Verdict
from newswire.page.model import Fetched
from tests import forked
from tests.crawl import crawl
from tests.ledger_worker import EDITION, article
from tests.postgres import Server

WORDS = [f"word{n}" for n in range(160)]
FULL, COPY = " ".join(WORDS), " ".join([*WORDS[:80], "other", *WORDS[81:]])
PART, OTHER = " ".join(WORDS[:90]), " ".join(f"else{n}" for n in range(160))


def told(number: int, text: str, edition: str = "tj") -> Article:
    made = article(number, text)
    made.id, made.edition, made.content_hash = (
        f"sputnik:{edition}:{number}",
        edition,
        content_hash(text),
    )
    made.extractor, made.source = "saved-text", Source("text", f"{number}.txt", sha256="0")
    return made


@pytest.fixture
def filled(location: str) -> str:
    """A ledger of a story, its correction, its copy, a longer one, and another story."""
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    ledger.frontier.discover(EDITION, [Found(f"{EDITION}:1", "https://example.org/1.html")])
    ledger.frontier.lease(EDITION, 1)
    ledger.articles.store(told(1, PART), Fetched(f"{EDITION}:1"))
    for number, text in ((1, PART + " more"), (2, FULL), (3, COPY), (4, OTHER)):
        ledger.articles.store(told(number, text))
    ledger.runs.finish({})
    ledger.close()
    return location


def run(location: str, *arguments: str, code: int = 0) -> list[str]:
    done = forked.run("scrapy", "ledger", *arguments, "--ledger", location)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return (done.stdout + done.stderr).splitlines()


def exported(location: str, path: Path, *options: str) -> list[tuple[str, int]]:
    run(location, "export", "-o", str(path), *options)
    articles = map(json.loads, path.read_text("utf-8").splitlines())
    return [(a["id"].rpartition(":")[2], a["version"]) for a in articles]


def test_size_and_export(filled: str, tmp_path: Path) -> None:
    words = [line.split() for line in run(filled, "size")]
    found = {" ".join(name): value for *name, value in words}
    assert (found["URLs stored"], found["articles"], found["versions"]) == ("1", "4", "5")
    assert (found["clusters"], found["unexported"], found["texts kept"]) == ("2", "5", "5")
    path = tmp_path / "out.jsonl"
    everything = [("1", 1), ("1", 2), ("2", 1), ("3", 1), ("4", 1)]
    assert exported(filled, path) == everything
    assert exported(filled, path, "--duplicates=first") == [("1", 1), ("4", 1)]
    assert exported(filled, path, "--duplicates=latest") == [("1", 2), ("2", 1), ("4", 1)]


def test_what_was_exported_before_is_known(filled: str, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    exported(filled, path)
    with path.open("a") as feed:
        feed.write('{"id": 1}\nno json\n')
    new = str(tmp_path / "new.db")
    Ledger(new).close()
    said = run(new, "import", str(path), code=1)
    assert said[0] == f"{path}: 5 articles new, 0 known"
    assert said[1].startswith(f"{path}:6: not an article")
    assert said[2].startswith(f"{path}:7: not an article")
    assert said[3] == "2 bad lines"
    ledger = Ledger(new)
    ledger.runs.begin("sputnik")
    assert ledger.articles.unexported("sputnik") == []
    assert ledger.articles.store(told(2, FULL)).verdict is Verdict.REPEATED
    ledger.close()


def test_merge_and_forget(filled: str, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    ledger = Ledger(other)
    ledger.runs.begin("sputnik")
    ledger.articles.store(told(5, OTHER + " of the other"))
    ledger.runs.finish({})
    ledger.close()
    assert run(other, "merge", filled) == ["1 URLs and 5 articles taken over"]
    assert run(other, "merge", filled) == ["0 URLs and 0 articles taken over"]
    ledger = Ledger(other)
    ledger.runs.begin("sputnik")
    assert len(ledger.articles.unexported("sputnik")) == 6
    assert ledger.frontier.lease(EDITION, 9) == []
    ledger.runs.finish({})
    ledger.close()
    assert run(other, "forget", "https://example.org/1.html") == ["1 forgotten"]
    ledger = Ledger(other)
    ledger.runs.begin("sputnik")
    assert [lease.key for lease in ledger.frontier.lease(EDITION, 9)] == [f"{EDITION}:1"]
    # its copies are of the cluster that it opens
    assert ledger.articles.store(told(1, PART)).verdict is Verdict.NEW
    ledger.close()
    assert run(other, "forget", EDITION) == ["5 forgotten"]
    assert run(other, "forget", "sputnik:kg", code=2)[-1].endswith("nothing known of sputnik:kg")


def test_reindex_mends_another_algorithm(filled: str) -> None:
    database = open_database(filled)
    with database.write() as db:
        db.execute("UPDATE meta SET value = 'old' WHERE name = 'near'")
        db.execute("DELETE FROM posting")
        db.execute("DELETE FROM shingles")
        db.execute("UPDATE article SET content_hash = ?", (b"old",))
    database.close()
    with pytest.raises(LedgerError, match=r"of near version old.*run `scrapy ledger reindex`"):
        Ledger(filled)
    assert run(filled, "reindex") == ["5 texts indexed; 0 have no text any more"]
    ledger = Ledger(filled)
    ledger.runs.begin("sputnik")
    assert ledger.articles.store(told(4, OTHER)).verdict is Verdict.REPEATED
    assert ledger.articles.store(told(6, FULL + " end")).verdict is Verdict.NEAR
    ledger.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "ledger: name one of: size"),
        (["shrink"], "ledger: name one of: size"),
        (["size"], "no/ledger.db: no such file"),
        (["merge"], "usage: scrapy ledger size"),
        (["export"], "-o FILE goes with export"),
    ],
)
def test_unknown_things_are_said(arguments: list[str], message: str) -> None:
    assert message in run("no/ledger.db", *arguments, code=2)[-1]


# the policy -> the articles that go into the feeds, in order of arrival
@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("link", "1.1 2.1 3.1 2.2 4.1 1.2"),
        ("first", "1.1"),
        ("latest", "1.1 3.1 1.2"),
    ],
)
def test_policies(location: str, policy: str, expected: str) -> None:
    ledger, wanted = Ledger(location, policy=policy), []
    ledger.runs.begin("sputnik")
    story = [
        (1, PART),
        (2, PART),
        (3, FULL),
        (2, PART + " more"),
        (4, PART[:500]),
        (1, PART + " x"),
    ]
    for number, text in story:
        made = told(number, text)
        if ledger.articles.store(made).wanted:
            wanted.append(f"{number}.{made.version}")
    ledger.runs.finish({})
    assert wanted == expected.split()
    ledger.runs.begin("sputnik")
    left = ledger.articles.unexported("sputnik")
    assert [f"{a.id.rpartition(':')[2]}.{a.version}" for a in left] == wanted
    ledger.close()


def test_a_version_stays_in_its_cluster(location: str) -> None:
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    texts = {1: FULL, 2: COPY, 3: COPY}
    verdicts = [ledger.articles.store(told(n, text)).verdict.value for n, text in texts.items()]
    assert verdicts == ["new", "near", "same_text"]
    corrected = told(1, FULL + " corrected")
    assert ledger.articles.store(corrected).verdict is Verdict.VERSION
    assert corrected.duplicate_of is None
    again = told(2, COPY + " corrected")
    assert ledger.articles.store(again).verdict is Verdict.VERSION
    assert (again.duplicate_of, again.relation) == (f"{EDITION}:1", "near")
    ledger.close()


def test_the_near_index_forgets(location: str) -> None:
    now = [1_000_000.0]
    ledger = Ledger(location, lambda: now[0], days=7)
    ledger.runs.begin("sputnik")
    ledger.articles.store(told(1, FULL))
    ledger.articles.store(told(4, OTHER))
    now[0] += 7 * 86400
    ledger.prune(7)
    assert ledger.articles.store(told(5, OTHER + " more")).verdict is Verdict.NEAR
    now[0] += 7 * 86400
    assert ledger.articles.store(told(2, COPY)).verdict is Verdict.NEW
    now[0] += 14 * 86400
    ledger.prune(7)
    with ledger.database.read() as db:
        assert db.execute("SELECT count(*) FROM posting").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM shingles").fetchone() == (0,)
    if location.startswith("postgresql:"):
        with ledger.database.read() as db:
            partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'posting'::regclass"
            assert db.execute(partitions).fetchone() == (0,)
    assert ledger.articles.store(told(6, FULL)).verdict is Verdict.SAME_TEXT
    assert ledger.articles.store(told(3, COPY + " more")).verdict is Verdict.NEAR
    ledger.close()


def test_crawls_share_a_server(postgres: Server, tmp_path: Path) -> None:
    named = f"NEWSWIRE_LEDGER={postgres.new_database()}"
    options = ["-a", "replay=fixtures/sputnik/tj", "-s", named]
    first = crawl(tmp_path / "first.jsonl", *options)
    assert (first.code, len(first.items) > 5) == (0, True)
    second = crawl(tmp_path / "second.jsonl", *options)
    assert (second.code, second.feed) == (0, b"")
    assert "secret" not in first.log + second.log


@pytest.fixture
def lonely() -> Iterator[Server]:
    """A server of this test alone."""
    from tests.postgres import running

    with running() as server:
        yield server


def test_a_server_that_goes_is_said_in_one_line(lonely: Server) -> None:
    url = lonely.new_database()
    ledger = Ledger(url)
    ledger.runs.begin("sputnik")
    ledger.articles.store(told(1, FULL))
    lonely.stop()
    lonely.start()
    with pytest.raises(LedgerError) as failed:
        ledger.articles.store(told(2, FULL))
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)
    ledger.close()
    heir = Ledger(url)
    heir.runs.begin("sputnik")
    with psycopg.connect(url) as server:
        # the run of this process that lost its connection is alive, until its heart stops
        server.execute("UPDATE newswire.run SET alive = 0 WHERE run = 1")
    assert [a.id for a in heir.articles.unexported("sputnik")] == [f"{EDITION}:1"]
    heir.close()


def test_another_policy_is_refused(tmp_path: Path) -> None:
    done = crawl(tmp_path / "feed", "-a", "replay=fixtures", "-s", "NEWSWIRE_DUPLICATES=all")
    assert done.code == 2
    assert "NEWSWIRE_DUPLICATES is 'all', not one of: link, first, latest" in done.log
