"""Ledgers of earlier versions are brought up to date, whole or not; later ones are refused."""

from __future__ import annotations

import json
import multiprocessing
import zlib
from datetime import date

import pytest

from newswire.errors import LedgerError
from newswire.items import Article, Source
from newswire.ledger import Ledger, codec, migrations
from newswire.ledger.open import open_database
from newswire.ledger.relations import Verdict
from newswire.ledger.runs import last_runs
from tests.crawl import crawl
from tests.old_ledgers import COPY, DAY, EDITION, FOLDER, FULL, NOON, load, story
from tests.test_ledger_race import rows, spawn

_context = multiprocessing.get_context("forkserver")
FIELDS = """
    id url wire edition language headline description dateline date_published date_modified
    date_evidence authors section keywords body images related extractor duplicate_of relation
    similarity version previous content_hash stripped source
    source.kind source.uri source.fetched source.sha256 source.rules
"""
OLD = sorted({int(path.name.split(".")[0].removeprefix("schema")) for path in FOLDER.iterdir()})


def test_there_is_a_file_of_each_older_version() -> None:
    assert list(range(2, migrations.SCHEMA + 1)) == OLD


@pytest.fixture
def old(location: str) -> str:
    """A ledger of version 2 on either engine."""
    load(2, location)
    return location


@pytest.mark.parametrize("version", OLD)
def test_all_that_an_old_ledger_knows_is_there(location: str, version: int) -> None:
    load(version, location)
    ledger = Ledger(location, lambda: NOON + 2000)
    ledger.runs.begin("sputnik")
    assert ledger.runs.acquire(EDITION)  # the run that was killed is dead
    states = rows(location, "SELECT key, state FROM url ORDER BY key")
    assert [state for _, state in states] == [
        *("discovered", "failed", "no_article", "gone", "stored", "stored", "stored", "stored")
    ]
    left = ledger.articles.unexported(EDITION)
    assert [(a.id, a.version) for a in left] == [(f"{EDITION}:8", 2), (f"{EDITION}:6", 1)]
    expected = story(8, FULL + " and a correction")
    expected.version, expected.previous = 2, story(8, FULL).content_hash
    assert left[0] == expected
    # texts, versions and near copies are known
    assert ledger.articles.store(story(7, COPY)).verdict is Verdict.REPEATED
    again = story(9, COPY.replace("other", "another"))
    assert ledger.articles.store(again).verdict is Verdict.NEAR
    assert ledger.frontier.days_open(EDITION, date(2021, 11, 13), date(2021, 11, 14)) == [
        date(2021, 11, 14)
    ]
    # and so is what the runs counted, and how far the newest are known
    assert len(last_runs(ledger.database, 99)) == 11
    days = ledger.history.days(EDITION, NOON)
    assert [day.started for day in days] == [NOON - DAY / 2 - n * DAY for n in range(1, 10)]
    assert days[0].counts["rule/share"] == 40
    listed = ledger.history.begin(EDITION)
    assert listed == ("2021-11-21", False)  # the killed run may have left a gap
    ledger.close()


def test_a_crawl_goes_on_with_it(old: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    feed = tmp_path_factory.mktemp("feed") / "feed.jsonl"
    named = f"NEWSWIRE_LEDGER={old}"
    done = crawl(feed, "-a", "replay=fixtures/sputnik/tj/putin-kazakhstan.txt", "-s", named)
    assert done.code == 0, done.log
    assert [item["id"] for item in done.items[:2]] == [f"{EDITION}:8", f"{EDITION}:6"]
    assert done.items[0]["source"]["rules"] is None


def test_new_and_migrated_tables_are_the_same(old: str, request: pytest.FixtureRequest) -> None:
    database = open_database(old)
    fresh = ":memory:"
    if old.startswith("postgresql:"):
        fresh = request.getfixturevalue("postgres").new_database()
        query = (
            "SELECT table_name, column_name, data_type, column_default, is_nullable"
            " FROM information_schema.columns WHERE table_schema = 'newswire'"
            " AND NOT table_name ~ '_[0-9]+$' ORDER BY table_name, column_name"
        )
        indexes = (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'newswire'"
            " AND NOT tablename ~ '_[0-9]+$' ORDER BY indexname"
        )
    else:
        query = (
            'SELECT m.name, p.name, p.type, p.dflt_value, p."notnull", p.pk FROM sqlite_master m,'
            " pragma_table_info(m.name) p ORDER BY m.name, p.name"
        )
        indexes = "SELECT sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
    other = open_database(fresh)
    for statement in (query, indexes):
        with database.read() as one, other.read() as two:
            assert one.execute(statement).fetchall() == two.execute(statement).fetchall()
    database.close()
    other.close()


def test_a_step_that_breaks_off_leaves_the_old_ledger(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(db: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setitem(migrations._FILL, 2, fail)
        with pytest.raises(ZeroDivisionError):
            open_database(old)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "SCHEMA", 2)
        patch.setattr(migrations, "VERSIONS", migrations.VERSIONS | {"schema": "2"})
        before = rows(old, "SELECT value FROM meta WHERE name = 'schema'")
    assert before == [("2",)]
    assert rows(old, "SELECT value FROM meta WHERE name = 'schema'") == [(str(migrations.SCHEMA),)]


def opened(location: str, out: object) -> None:
    Ledger(location).close()
    out.send(1)  # type: ignore[attr-defined]


def test_four_that_open_it_at_once(old: str) -> None:
    started = [spawn(opened, old) for _ in range(4)]
    assert [receiver.recv() for _, receiver in started] == [1] * 4
    for process, receiver in started:
        process.join()
        receiver.close()
    assert rows(old, "SELECT count(*) FROM edition_day") == [(9,)]


@pytest.mark.parametrize(("name", "value"), [("schema", "99"), ("item", "99"), ("form", "1")])
def test_a_ledger_of_a_later_newswire_is_refused(location: str, name: str, value: str) -> None:
    database = open_database(location)
    with database.write() as db:
        db.execute("DELETE FROM meta WHERE name = ?", (name,))
        db.execute("INSERT INTO meta VALUES (?, ?)", (name, value))
    database.close()
    with pytest.raises(LedgerError) as refused:
        Ledger(location)
    message = str(refused.value)
    assert f"of {name} version {value}: a later newswire made it: update this one" in message
    assert "\n" not in message
    assert "secret" not in message


# Items


def test_every_version_of_an_item_has_an_upgrade() -> None:
    assert list(codec.UPGRADES) == list(range(1, codec.VERSION))


def test_an_item_of_before_is_upgraded() -> None:
    article = story(1, FULL)
    item = json.loads(article.to_json())
    del item["source"]["rules"]
    data = zlib.compress(json.dumps(item).encode())
    assert codec.decode(data, 1) == article
    assert codec.decode(zlib.compress(article.to_json(), 1), 2) == article
    assert codec.decode(codec.encode(article), codec.VERSION) == article
    bare = Article(id="\ud83d lone")
    assert codec.decode(codec.encode(bare), codec.VERSION) == bare


def test_a_renamed_field_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the next change of the contract would be made: what is kept today is read by it."""
    kept = codec.encode(story(1, FULL))

    def renamed(item: codec.Item) -> codec.Item:
        return item | {"section": f"was {item['section']}"}

    monkeypatch.setattr(codec, "VERSION", codec.VERSION + 1)
    monkeypatch.setitem(codec.UPGRADES, codec.VERSION - 1, renamed)
    assert codec.decode(kept, codec.VERSION - 1).section == "was News"
    assert codec.decode(codec.encode(story(1, FULL)), codec.VERSION).section == "News"


def test_another_shape_of_items_needs_another_version() -> None:
    """Who adds, renames or removes a field gives `codec.VERSION` the next number, with an upgrade.

    Then this list is brought up to date.
    """
    assert codec.VERSION == 3
    assert FIELDS.split() == [
        *Article.__slots__,
        *(f"source.{name}" for name in Source.__slots__),
    ]
