"""Which URLs are to be fetched, by whom and when? The part of a ledger that lists discover into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from newswire.ledger.database import Database, Session
from newswire.ledger.relations import older

# A page is fetched within seconds; a lease outlives the longest Retry-After that a run waits for.
LEASE_SECONDS = 3600.0
# A failed URL waits 5 minutes, then 10, 20 … up to a week: one request a week is no burden.
RETRY_SECONDS, RETRY_CAP = 300.0, 7 * 86400.0


class State(StrEnum):
    """What became of a URL."""

    DISCOVERED = "discovered"  # a list showed it: to be fetched
    LEASED = "leased"  # a run is fetching it
    STORED = "stored"  # its article is kept, or was known
    NO_ARTICLE = "no_article"  # there is none in the page
    FAILED = "failed"  # to be tried again later
    GONE = "gone"  # for good


class Found(NamedTuple):
    """An article's address as a list of the wire shows it.

    `key` is the article's id (`wire:edition:CMS id`), `published` its ISO day or instant, `lastmod`
    the ISO instant of its last change; of two that are due, that of higher `priority` goes first.
    """

    key: str
    url: str
    published: str | None = None
    lastmod: str | None = None
    priority: int = 0


class Lease(NamedTuple):
    """A URL that this run is to fetch; the validators are those of the last answer.

    `attempts` is how often it failed since it was discovered.
    """

    key: str
    url: str
    etag: str | None
    last_modified: str | None
    attempts: int = 0


class HasRun(Protocol):
    """Who knows the run of this process."""

    id: int

    def check(self, db: Session) -> None:
        """Raise TakenOver if it has been taken for dead; it stays alive until `db` has ended."""


# a back-fill is working on the day of a URL
_FILLED = (
    "EXISTS (SELECT 1 FROM backfill WHERE backfill.edition = url.edition"
    " AND url.published >= backfill.since AND url.published < backfill.until || '~')"
)


class Frontier:
    """URLs, their leases, and the days of a back-fill."""

    def __init__(self, database: Database, clock: Callable[[], float], runs: HasRun) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs

    def discover(self, edition: str, found: Iterable[Found]) -> int:
        """Take in what a list shows; return how many of it became due.

        New URLs do, and known ones with a later `lastmod`; what is gone stays gone, and what is
        leased or waits after a failure is left alone.
        """
        now, due = self._clock(), 0
        with self._database.write(edition) as db:
            for new in found:
                row = db.execute("SELECT state, lastmod FROM url WHERE key = ?", (new.key,))
                state, lastmod = row.fetchone() or (None, None)
                if state is None:
                    db.execute(
                        "INSERT INTO url (key, edition, url, published, lastmod, priority, state,"
                        " due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            *(new.key, edition, new.url, new.published or "", *new[3:]),
                            *(State.DISCOVERED, now),
                        ),
                    )
                elif state in (State.STORED, State.NO_ARTICLE) and _changed(lastmod, new.lastmod):
                    db.execute(
                        "UPDATE url SET state = ?, due = ?, url = ?, lastmod = ?, priority = ?"
                        " WHERE key = ?",
                        (State.DISCOVERED, now, new.url, new.lastmod, new.priority, new.key),
                    )
                else:
                    continue
                due += 1
        return due

    def newest(self, edition: str, *, filled: bool = True) -> str | None:
        """Return the day or instant of publication of the newest URL that is known.

        Without `filled`, of those on days that no back-fill is working on at the moment.
        """
        within = "" if filled else f" AND NOT {_FILLED}"
        with self._database.read() as db:
            row = db.execute(
                f"SELECT max(published) FROM url WHERE edition = ?{within}",  # noqa: S608
                (edition,),
            )
            found: str = row.fetchone()[0]
        return found or None

    def lease(
        self,
        edition: str,
        number: int,
        *,
        seconds: float = LEASE_SECONDS,
        oldest_first: bool = False,
        days: tuple[date, date] | None = None,
        since: date | None = None,
    ) -> list[Lease]:
        """Lease to this run at most `number` URLs that are due, newest first.

        Due are those discovered, those whose time to retry has come, and those whose lease ran out.
        `days` (both included) leaves out those published on others, or on no known day; `since`
        those of the days that a back-fill is working on, but for that day and later ones.

        Raises:
            TakenOver: this run has been taken for dead.
        """
        index, order = ("oldest", "") if oldest_first else ("newest", "DESC")
        table = f"url {self._database.use(f'url_{index}')}"
        with self._database.write() as db:
            self._runs.check(db)
            now = self._clock()
            rows: list[Any] = []
            for within, bounds in _parts(db, edition, days, since, table):
                rows += db.execute(
                    f"SELECT key, url, etag, last_modified, attempts FROM {table}"  # noqa: S608
                    f" WHERE edition = ? AND due IS NOT NULL AND due <= ?{within}"
                    f" ORDER BY priority DESC, published {order} LIMIT ?"
                    f" {self._database.skip_locked}",
                    (edition, now, *bounds, number - len(rows)),
                ).fetchall()
                if len(rows) == number:
                    break
            db.executemany(
                "UPDATE url SET state = ?, run = ?, due = ? WHERE key = ?",
                [(State.LEASED, self._runs.id, now + seconds, row[0]) for row in rows],
            )
        return [Lease(*row) for row in rows]

    def waiting(self) -> int:
        """Return how many URLs are still to be fetched, or to be tried again."""
        with self._database.read() as db:
            count: int = db.execute(
                "SELECT count(*) FROM url WHERE due IS NOT NULL OR run IS NOT NULL"
            ).fetchone()[0]
        return count

    def not_modified(self, key: str) -> None:
        """End a lease: the page is as it was (304)."""
        self._settle(key, State.STORED, None)

    def gone(self, key: str) -> None:
        """End a lease: there is no such page any more (404, 410); it is not asked for again."""
        self._settle(key, State.GONE, None)

    def no_article(self, key: str, reason: str) -> None:
        """End a lease: the page holds no article."""
        self._settle(key, State.NO_ARTICLE, reason)

    def failed(self, key: str, reason: str, retry_after: float = 0.0) -> None:
        """End a lease: to be tried again, each time after twice as long.

        `retry_after` are seconds that the server asked for.
        """
        with self._database.write() as db:
            row = db.execute(
                "SELECT attempts FROM url WHERE key = ? AND state = ? AND run = ?",
                (key, State.LEASED, self._runs.id),
            ).fetchone()
            if row:
                # beyond 2 ** 20 the cap holds
                wait = max(retry_after, min(RETRY_CAP, RETRY_SECONDS * 2 ** min(row[0], 20)))
                db.execute(
                    "UPDATE url SET state = ?, run = NULL, attempts = attempts + 1, reason = ?,"
                    " due = ? WHERE key = ? AND state = ? AND run = ?",
                    (
                        *(State.FAILED, reason, self._clock() + wait),
                        *(key, State.LEASED, self._runs.id),
                    ),
                )

    def _settle(self, key: str, state: State, reason: str | None) -> None:
        # only the lease of this run: one that ran out may have been settled by another
        with self._database.write() as db:
            db.execute(
                "UPDATE url SET state = ?, due = NULL, run = NULL, attempts = 0, reason = ?"
                " WHERE key = ? AND state = ? AND run = ?",
                (state, reason, key, State.LEASED, self._runs.id),
            )

    # Progress of a back-fill

    def day_done(self, edition: str, day: date) -> None:
        """Remember that all URLs of a day, which is over, have been discovered."""
        with self._database.write() as db:
            db.execute(
                "INSERT INTO day VALUES (?, ?) ON CONFLICT DO NOTHING", (edition, day.isoformat())
            )

    def days_open(self, edition: str, since: date, until: date) -> list[date]:
        """Return the days from `since` to `until`, both included, that are not done."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT day FROM day WHERE edition = ? AND day BETWEEN ? AND ?",
                (edition, since.isoformat(), until.isoformat()),
            )
            done = {day for (day,) in rows}
        every = (since + timedelta(n) for n in range((until - since).days + 1))
        return [day for day in every if day.isoformat() not in done]


# what follows `WHERE`, and its parameters
_Part = tuple[str, tuple[Any, ...]]


def _parts(
    db: Session, edition: str, days: tuple[date, date] | None, since: date | None, table: str
) -> Iterator[_Part]:
    """Yield the parts of the index that hold what may be leased, in the order of leasing.

    Each is one range of the index: what lies between, perhaps all of a back-fill of years, is not
    read.
    """
    # ~ is after any time of that day
    spans = [(days[0].isoformat(), f"{days[1].isoformat()}~")] if days else [("", "~")]
    if since:
        filled = db.execute(
            "SELECT since, until FROM backfill WHERE edition = ? ORDER BY until DESC", (edition,)
        ).fetchall()
        if filled:
            spans = list(_between(filled, since.isoformat()))
    if spans == [("", "~")]:
        yield "", ()
        return
    below: _Part = ("", ())
    while True:
        priority = db.execute(
            f"SELECT max(priority) FROM {table}"  # noqa: S608
            f" WHERE edition = ? AND due IS NOT NULL{below[0]}",
            (edition, *below[1]),
        ).fetchone()[0]
        if priority is None:
            return
        for first, end in spans:
            within = " AND priority = ? AND published >= ? AND published < ?"
            yield within, (priority, first, end)
        below = (" AND priority < ?", (priority,))


def _between(filled: Iterable[tuple[str, str]], since: str) -> Iterator[tuple[str, str]]:
    """Yield the spans outside of the days of back-fills, and from `since` on, the newest first.

    >>> list(_between([("2021-03-01", "2021-03-31"), ("2020-01-01", "2020-12-31")], "2021-03-20"))
    [('2021-03-20', '~'), ('2020-12-31~', '2021-03-01'), ('', '2020-01-01')]
    """
    end = "~"
    for first, last in filled:
        begin = min(f"{last}~", since)
        if begin < end:
            yield begin, end
        end = min(end, first, since)
    yield "", end


def _changed(known: str | None, now: str | None) -> bool:
    return bool(now) and (known is None or older(known, now))
