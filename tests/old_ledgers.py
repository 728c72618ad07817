"""Small ledgers as text, one of each engine and version of the tables, to try migrations on.

`python -m tests.old_ledgers` writes those of this version to `tests/ledgers/`. Those of older
versions were written by the code of their time, and stay as they are.
"""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg

from newswire.article.hashing import content_hash
from newswire.items import Article, Dateline, Image, Place, Related, Source, Stripped
from newswire.ledger import Counted, Found, Ledger
from newswire.ledger.migrations import VERSIONS
from newswire.page.model import Fetched
from tests.postgres import programs, running

FOLDER = Path(__file__).with_name("ledgers")
EDITION = "sputnik:tj"
# Monday 22 November 2021, noon
NOON, DAY = 1637582400.0, 86400.0
WORDS = [f"word{n}" for n in range(160)]
FULL, COPY = " ".join(WORDS), " ".join([*WORDS[:80], "other", *WORDS[81:]])


def story(number: int, body: str) -> Article:
    """Return an article with something in every field."""
    return Article(
        id=f"{EDITION}:{number}", url=f"https://example.org/{number}.html", wire="sputnik",
        edition="tj", language="ru", headline=f"Headline {number}", description="Lede",
        dateline=Dateline("DUSHANBE, 22 Nov — ", [Place("DUSHANBE", "Dushanbe", "TJ", 1221874)],
                          "2021-11-22", confidence=1.0, rule="city-date"),
        date_published="2021-11-22T10:00:00+05:00", date_evidence="json-ld", authors=["A. Author"],
        section="News", keywords=["one", "two"], body=body,
        images=[Image("https://example.org/1.jpg", "Caption", "Credit", "2021-11-22")],
        related=[Related("Other", "https://example.org/2.html")], extractor="sputnik-article",
        content_hash=content_hash(body), stripped=[Stripped("Share", "share", 3)],
        source=Source("http", f"https://example.org/{number}.html", "2021-11-22T05:01:00+00:00",
                      f"{number:064x}"),
    )  # fmt: skip


def counters(pages: int, broken: int = 0) -> dict[str, int]:
    """Return what the drift alarm counts of an edition."""
    return {
        "pages": pages, "articles": pages, "blocks": 20 * pages, "lists": 2, "no_dateline": broken,
        "rule/share": pages, "dropped/share": pages,
    }  # fmt: skip


def fill(location: str) -> None:
    """Make a ledger of nine ordinary days, of URLs in every state, and of a run that was killed."""
    clock = [NOON - 9 * DAY]
    for day in range(9):
        ledger = Ledger(location, lambda: clock[0])
        ledger.runs.begin("sputnik")
        ledger.runs.acquire(EDITION)
        ledger.history.begin(EDITION)
        listed = date(2021, 11, 13 + day).isoformat()
        ledger.history.note_listed(EDITION, listed)
        ledger.history.count(EDITION, "newest", Counted(clock[0], counters(40, 4)))
        ledger.runs.finish({"newswire/pages": 40, "item_scraped_count": 40})
        ledger.close()
        clock[0] += DAY
    ledger = Ledger(location, lambda: clock[0])
    ledger.runs.begin("sputnik")
    ledger.runs.acquire(EDITION)
    ledger.history.begin(EDITION)
    url = "https://example.org/{}.html"
    days = {n: f"2021-11-{13 + n}" for n in range(1, 9)}
    ledger.frontier.discover(
        EDITION, [Found(f"{EDITION}:{n}", url.format(n), day, day) for n, day in days.items()]
    )
    ledger.frontier.lease(EDITION, 7)
    ledger.articles.store(story(8, FULL), Fetched(f"{EDITION}:8", '"tag"', "a date"))
    ledger.articles.store(story(7, COPY), Fetched(f"{EDITION}:7"))
    ledger.articles.mark_exported()
    ledger.articles.store(story(8, FULL + " and a correction"))
    ledger.articles.store(story(6, "Quite another story. " * 20), Fetched(f"{EDITION}:6"))
    ledger.frontier.not_modified(f"{EDITION}:5")
    ledger.frontier.gone(f"{EDITION}:4")
    ledger.frontier.no_article(f"{EDITION}:3", "news list")
    ledger.frontier.failed(f"{EDITION}:2", "503")
    ledger.frontier.day_done(EDITION, date(2021, 11, 13))
    # what was exported long ago has no text any more
    with ledger.database.write() as db:
        db.execute("UPDATE article SET item = NULL WHERE id = ?", (f"{EDITION}:7",))
        db.execute("UPDATE run SET process = 'another machine 1 2'")
    ledger.close()  # killed here


def sqlite_text(location: str) -> str:
    """Return a database of SQLite as SQL."""
    with closing(sqlite3.connect(location)) as db:
        return "\n".join(db.iterdump()) + "\n"


def postgresql_text(location: str) -> str:
    """Return the tables of PostgreSQL as SQL, without what depends on its release."""
    command = [str(programs() / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", location]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    passed = ("--", "\\", "SET ", "SELECT pg_catalog.set_config")
    return "".join(
        line for line in text.splitlines(True) if line.strip() and not line.startswith(passed)
    )


def load(version: int, location: str) -> None:
    """Make the database at an empty location that the file of a version and engine holds."""
    if location.startswith("postgresql:"):
        with psycopg.connect(location, autocommit=True) as server:
            server.execute((FOLDER / f"schema{version}.postgresql.sql").read_bytes())
    else:
        with closing(sqlite3.connect(location)) as db:
            db.executescript((FOLDER / f"schema{version}.sqlite.sql").read_text("utf-8"))


def main() -> None:
    """Write the files of this version."""
    name = f"schema{VERSIONS['schema']}"
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "ledger.db"))
        fill(path)
        (FOLDER / f"{name}.sqlite.sql").write_text(sqlite_text(path), "utf-8")
    with running() as server:
        location = server.new_database()
        fill(location)
        (FOLDER / f"{name}.postgresql.sql").write_text(postgresql_text(location), "utf-8")


if __name__ == "__main__":
    main()
