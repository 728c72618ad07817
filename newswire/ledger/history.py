"""How was an edition before? What earlier runs knew and counted of each, for plans and alarms.

All of it is read by edition, a few rows at a time, however many runs there were.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from newswire.boilerplate.learnt import Sample, renewed
from newswire.ledger.database import Database
from newswire.ledger.runs import Runs

DAY = 86400.0
# Single runs of the newest are looked at for this window of days, their days for `DAYS`; runs of
# other kinds are few, and are kept for a year.
RUN_DAYS, DAYS, OTHER_DAYS = 8, 35, 366
# On average of so many lists, and of at most so many stories of a site.
SHARES, STORIES = 20, 1000


class Counted(NamedTuple):
    """What was counted of one edition, in a run or a day; `started` in seconds since 1970."""

    started: float
    counts: Mapping[str, int]


class History:
    """What a ledger knows of each edition; an edition is named `wire:edition`."""

    def __init__(self, database: Database, clock: Callable[[], float], runs: Runs) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs

    # how far the newest are known

    def begin(self, edition: str) -> tuple[str | None, bool]:
        """Return the day up to which the newest were known without a gap, and whether they are.

        They are not from here on until `note_listed`: this run discovers, and may break off.
        """
        with self._database.write(edition) as db:
            found = db.execute("SELECT listed, whole FROM edition WHERE edition = ?", (edition,))
            listed, whole = found.fetchone() or (None, 0)
            db.execute(
                "INSERT INTO edition VALUES (?, NULL, 0) ON CONFLICT (edition) DO UPDATE"
                " SET whole = 0",
                (edition,),
            )
        return listed, bool(whole)

    def note_listed(self, edition: str, day: str) -> None:
        """Remember that all of an edition up to a day has been discovered.

        While a back-fill discovers articles of that day or later ones, what is known of the feed
        does not prove that there is no gap before it.
        """
        whole = int(not self._runs.is_filled(edition, day))
        with self._database.write(edition) as db:
            db.execute(
                "INSERT INTO edition VALUES (?, ?, ?) ON CONFLICT (edition) DO UPDATE"
                " SET listed = excluded.listed, whole = excluded.whole",
                (edition, day, whole),
            )

    def share(self, edition: str, kind: str) -> float | None:
        """Return the share of a kind of list that was recognised before, 0 to 1; None if new."""
        with self._database.read() as db:
            row = db.execute(
                "SELECT share FROM edition_list WHERE edition = ? AND kind = ?", (edition, kind)
            ).fetchone()
        return float(row[0]) if row else None

    def note_share(self, edition: str, kind: str, share: float) -> None:
        """Let the share of one more list count."""
        with self._database.write(edition) as db:
            row = db.execute(
                "SELECT share, number FROM edition_list WHERE edition = ? AND kind = ?",
                (edition, kind),
            ).fetchone()
            before, number = row or (0.0, 0)
            number = min(number + 1, SHARES)
            db.execute(
                "INSERT INTO edition_list VALUES (?, ?, ?, ?) ON CONFLICT (edition, kind) DO UPDATE"
                " SET share = excluded.share, number = excluded.number",
                (edition, kind, before + (share - before) / number, number),
            )

    # which forms of datelines a site prints

    def forms(self) -> dict[str, dict[str, int]]:
        """Return how many stories of each site were counted, and which had which form."""
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as db:
            for site, form, number in db.execute("SELECT site, form, number FROM site_form"):
                found.setdefault(site, {})[form] = number
        return found

    def note_forms(self, counted: Mapping[str, Mapping[str, int]]) -> None:
        """Add what a crawl counted; of a site with many stories the old ones count less and less.

        The largest count of a site is that of its stories.
        """
        for site, counts in counted.items():
            with self._database.write(site) as db:
                known = db.execute("SELECT form, number FROM site_form WHERE site = ?", (site,))
                total = Counter(dict(known.fetchall()))
                total.update(counts)
                halves = max(total.values(), default=0) > STORIES
                db.executemany(
                    "INSERT INTO site_form VALUES (?, ?, ?) ON CONFLICT (site, form) DO UPDATE"
                    " SET number = excluded.number",
                    [(site, form, n // 2 if halves else n) for form, n in total.items()],
                )

    # which lines the pages of a site show

    def pages(self) -> dict[str, dict[int, bytes]]:
        """Return the sampled pages of each site and the keys of their lines, packed."""
        found: dict[str, dict[int, bytes]] = {}
        with self._database.read() as db:
            for site, page, lines in db.execute("SELECT site, page, lines FROM site_page"):
                found.setdefault(site, {})[page] = bytes(lines)
        return found

    def note_pages(self, seen: Sample) -> None:
        """Renew the samples of sites by the pages that a crawl saw."""
        for site, pages in seen.items():
            with self._database.write(site) as db:
                rows = db.execute("SELECT page, lines FROM site_page WHERE site = ?", (site,))
                before = {page: bytes(lines) for page, lines in rows.fetchall()}
                sample = renewed(before, pages)
                db.executemany(
                    "DELETE FROM site_page WHERE site = ? AND page = ?",
                    [(site, page) for page in before if sample.get(page) != before[page]],
                )
                db.executemany(
                    "INSERT INTO site_page VALUES (?, ?, ?)",
                    [(site, p, lines) for p, lines in sample.items() if before.get(p) != lines],
                )

    # what was counted

    def count(self, edition: str, kind: str, now: Counted) -> None:
        """Keep what this run counted of an edition; `kind` is newest, days, given or replay."""
        day = _day(now.started)
        with self._database.write(edition) as db:
            db.execute(
                "INSERT INTO edition_run VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (edition, kind, self._runs.id, now.started, json.dumps(now.counts)),
            )
            if kind != "newest":
                return
            row = db.execute(
                "SELECT counters FROM edition_day WHERE edition = ? AND day = ?", (edition, day)
            ).fetchone()
            total = Counter(json.loads(row[0]) if row else {})
            total.update(now.counts)
            db.execute(
                "INSERT INTO edition_day VALUES (?, ?, ?) ON CONFLICT (edition, day) DO UPDATE"
                " SET counters = excluded.counters",
                (edition, day, json.dumps(total)),
            )

    def runs(self, edition: str, kind: str, number: int, since: float = 0.0) -> Iterator[Counted]:
        """Yield what the last runs of that kind counted, newest first; those begun after `since`.

        Read in pages, so that who has seen enough pays for no more.
        """
        last, left = 2**62, number
        while left > 0:
            page = min(left, 50)
            with self._database.read() as db:
                rows = db.execute(
                    "SELECT run, started, counters FROM edition_run WHERE edition = ? AND kind = ?"
                    " AND run < ? AND started > ? ORDER BY run DESC LIMIT ?",
                    (edition, kind, last, since, page),
                ).fetchall()
            for last, started, counters in rows:  # noqa: B007
                yield Counted(started, json.loads(counters))
            left = left - page if len(rows) == page else 0

    def days(self, edition: str, before: float) -> list[Counted]:
        """Return the sums of the UTC days of runs of the newest that were over then, newest first.

        `started` is the beginning of the day.
        """
        with self._database.read() as db:
            rows = db.execute(
                "SELECT day, counters FROM edition_day WHERE edition = ? AND day < ? AND day >= ?"
                " ORDER BY day DESC",
                (edition, _day(before), _day(before - DAYS * DAY)),
            ).fetchall()
        return [
            Counted(
                datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp(), json.loads(counters)
            )
            for day, counters in rows
        ]

    def prune(self) -> None:
        """Forget what is no longer looked at."""
        now = self._clock()
        with self._database.write() as db:
            db.execute(
                "DELETE FROM edition_run WHERE started < ? AND (kind = 'newest' OR started < ?)",
                (now - RUN_DAYS * DAY, now - OTHER_DAYS * DAY),
            )
            db.execute("DELETE FROM edition_day WHERE day < ?", (_day(now - DAYS * DAY),))


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
