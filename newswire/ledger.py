"""What lasts between crawls: URLs and their leases, articles, locks, progress, runs.

The ledger is the outbox: an article's marks and the article itself are written in one transaction,
feeds are projections of it, and what a dead run left unexported goes into the feed of the next.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from newswire import process
from newswire.database import LedgerError, Session, open_database
from newswire.duplicates import Match, Verdict, Version, link, older, repeats, wanted
from newswire.fingerprints import Signature, sign
from newswire.items import Article
from newswire.near_index import NearIndex
from newswire.page import Fetched

__all__ = ["Found", "Kept", "Lease", "Ledger", "LedgerError", "Run"]

# A run that gives no sign of life for so long is dead; on the same machine its pid tells at once.
RUN_SECONDS = 900.0
# A page is fetched within seconds; a lease outlives the longest Retry-After that a run waits for.
LEASE_SECONDS = 3600.0
# A failed URL waits 5 minutes, then 10, 20 … up to a week: one request a week is no burden.
RETRY_SECONDS, RETRY_CAP = 300.0, 7 * 86400.0


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
    """A URL that this run is to fetch; the validators are those of the last answer."""

    key: str
    url: str
    etag: str | None
    last_modified: str | None


class Kept(NamedTuple):
    """What became of an article: how it is linked, and whether it is to go into the feeds."""

    verdict: Verdict
    wanted: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an article stands among those known; `match` also when it has versions."""

    verdict: Verdict
    match: Match | None = None
    cluster: str | None = None
    follows: bool = False
    index: bool = True  # its text is not in the near index yet
    full: frozenset[int] = frozenset()  # keys that have postings enough


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl: `started` and `ended` in seconds since 1970, its counters once it ended well."""

    scope: str
    started: float
    ended: float | None
    stats: dict[str, Any] | None


class Ledger:
    """The ledger of one process; an edition is named `wire:edition` throughout.

    A crawl calls `begin`, `acquire` for each edition, `heartbeat` now and then, `finish`. Every
    method is one transaction, and any may raise `LedgerError` (disk full, locked for a minute,
    server gone).
    """

    def __init__(
        self,
        location: str,
        clock: Callable[[], float] = time.time,
        *,
        days: float = 28.0,
        policy: str = "link",
    ) -> None:
        """Open the ledger at a path or URL (see `open_database`); make it if need be.

        Articles are compared with those of the last `days`; `policy` is one of the `POLICIES`.

        Raises:
            LedgerError: it cannot be opened, or is of another version.
        """
        self._database = open_database(location)
        self._near = NearIndex(self._database, days)
        self._clock = clock
        self._policy = policy
        # what ends with the process needs no outbox
        self._keep_items = self._database.lasting
        self._run = 0

    def close(self) -> None:
        """Close it; a run that has not ended is then dead once its process is."""
        self._database.close()

    # URLs

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
                        " due) VALUES (?, ?, ?, ?, ?, ?, 'discovered', ?)",
                        (new.key, edition, new.url, new.published or "", *new[3:], now),
                    )
                elif state in ("stored", "no_article") and _changed(lastmod, new.lastmod):
                    db.execute(
                        "UPDATE url SET state = 'discovered', due = ?, url = ?, lastmod = ?,"
                        " priority = ? WHERE key = ?",
                        (now, new.url, new.lastmod, new.priority, new.key),
                    )
                else:
                    continue
                due += 1
        return due

    def newest(self, edition: str) -> str | None:
        """Return the day or instant of publication of the newest URL that is known."""
        with self._database.read() as db:
            row = db.execute("SELECT max(published) FROM url WHERE edition = ?", (edition,))
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
    ) -> list[Lease]:
        """Lease to this run at most `number` URLs that are due, newest first.

        Due are those discovered, those whose time to retry has come, and those whose lease ran out.
        `days` (both included) leaves out those published on others, or on no known day.
        """
        index, order = ("oldest", "") if oldest_first else ("newest", "DESC")
        # ~ is after any time of that day
        bounds = (days[0].isoformat(), f"{days[1].isoformat()}~") if days else ()
        within = "AND published >= ? AND published < ?" if days else ""
        with self._database.write() as db:
            rows = db.execute(
                "SELECT key, url, etag, last_modified FROM url"  # noqa: S608
                f" {self._database.use(f'url_{index}')}"
                f" WHERE edition = ? AND due IS NOT NULL AND due <= ? {within}"
                f" ORDER BY priority DESC, published {order} LIMIT ? {self._database.skip_locked}",
                (edition, self._clock(), *bounds, number),
            ).fetchall()
            db.executemany(
                "UPDATE url SET state = 'leased', run = ?, due = ? WHERE key = ?",
                [(self._run, self._clock() + seconds, row[0]) for row in rows],
            )
        return [Lease(*row) for row in rows]

    def not_modified(self, key: str) -> None:
        """End a lease: the page is as it was (304)."""
        self._settle(key, "stored", None)

    def gone(self, key: str) -> None:
        """End a lease: there is no such page any more (404, 410); it is not asked for again."""
        self._settle(key, "gone", None)

    def no_article(self, key: str, reason: str) -> None:
        """End a lease: the page holds no article."""
        self._settle(key, "no_article", reason)

    def failed(self, key: str, reason: str, retry_after: float = 0.0) -> None:
        """End a lease: to be tried again, each time after twice as long.

        `retry_after` are seconds that the server asked for.
        """
        with self._database.write() as db:
            row = db.execute(
                "SELECT attempts FROM url WHERE key = ? AND state = 'leased' AND run = ?",
                (key, self._run),
            ).fetchone()
            if row:
                # beyond 2 ** 20 the cap holds
                wait = max(retry_after, min(RETRY_CAP, RETRY_SECONDS * 2 ** min(row[0], 20)))
                db.execute(
                    "UPDATE url SET state = 'failed', run = NULL, attempts = attempts + 1,"
                    " reason = ?, due = ? WHERE key = ? AND state = 'leased' AND run = ?",
                    (reason, self._clock() + wait, key, self._run),
                )

    def _settle(self, key: str, state: str, reason: str | None) -> None:
        # only the lease of this run: one that ran out may have been settled by another
        with self._database.write() as db:
            db.execute(
                "UPDATE url SET state = ?, due = NULL, run = NULL, attempts = 0, reason = ?"
                " WHERE key = ? AND state = 'leased' AND run = ?",
                (state, reason, key, self._run),
            )

    # Articles

    def look_up(self, article: Article) -> Verdict:
        """Compare an article with those known and link it, without keeping it."""
        signature = sign(article.body)
        with self._database.read() as db:
            return self._judge(db, article, signature, self._clock()).verdict

    def store(self, article: Article, fetched: Fetched | None = None) -> Kept:
        """Compare an article with those known, link it, and keep it: all or nothing.

        A repeated one is not kept. `fetched` ends the lease of the page that it came from.
        """
        signature, now, keep = sign(article.body), self._clock(), False
        names = (article.id, article.content_hash)
        with self._database.write(*names, *signature.keys) as db:
            place = self._judge(db, article, signature, now)
            if place.verdict is not Verdict.REPEATED:
                opens = article.version == 1 and not place.match
                keep = wanted(self._policy, article, opens=opens, follows=place.follows)
                seq = self._insert(db, article, place, now, held=not keep)
                if place.index:
                    self._near.add(db, seq, signature, now, place.full)
            if fetched:
                db.execute(
                    "UPDATE url SET state = 'stored', due = NULL, run = NULL, attempts = 0,"
                    " reason = NULL, etag = ?, last_modified = ? WHERE key = ?",
                    (fetched.etag, fetched.last_modified, fetched.key),
                )
        return Kept(place.verdict, keep)

    def _insert(
        self, db: Session, article: Article, place: _Place, now: float, *, held: bool
    ) -> int:
        # level 1: half the size for a tenth of a millisecond
        item = zlib.compress(article.to_json(), 1) if self._keep_items else None
        relation, related = article.relation, article.duplicate_of
        if not relation and article.version > 1:
            relation, related = "version_of", article.id
        row = {
            "id": article.id,
            "version": article.version,
            "content_hash": bytes.fromhex(article.content_hash),
            "modified": article.date_modified,
            "stored": now,
            "run": self._run,
            "relation": relation,
            "related": related,
            "score": article.similarity,
            "cluster": place.cluster,
            "held": int(held),
            "exported": now if held else None,
            "item": item,
        }
        (seq,) = db.execute(
            f"INSERT INTO article ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            " RETURNING seq",
            list(row.values()),
        ).fetchone()
        return int(seq)

    def _judge(self, db: Session, article: Article, signature: Signature, now: float) -> _Place:
        rows = db.execute(
            "SELECT seq, content_hash, modified, cluster, held FROM article WHERE id = ?"
            " ORDER BY version",
            (article.id,),
        ).fetchall()
        known = [Version(digest.hex(), modified) for _, digest, modified, *_ in rows]
        if repeats(article, known):
            return _Place(Verdict.REPEATED)
        first = db.execute(
            "SELECT id, coalesce(cluster, id), stored FROM article WHERE content_hash = ?"
            " ORDER BY seq LIMIT 1",
            (bytes.fromhex(article.content_hash),),
        ).fetchone()
        if first and first[0] != article.id:
            match: Match | None = Match(first[0], Verdict.SAME_TEXT.value, 1.0, first[1])
            index, full = not self._near.holds(first[2], now), frozenset[int]()
        else:
            index = True
            match, full = self._near.best(db, article.id, signature, now, {row[0] for row in rows})
        verdict = link(article, known, match)
        # an id stays in the cluster of its first version
        cluster = rows[0][3] if rows else match and match.cluster
        follows = any(not row[4] for row in rows)
        return _Place(verdict, match, cluster, follows, index, full)

    # The outbox

    def unexported(self, scope: str, number: int = 100) -> list[Article]:
        """Take over at most `number` articles, oldest first, that other runs left unexported.

        Only of runs that are over, by `finish` or by death. `scope` is a wire or an edition. They
        belong to this run then; an empty list when none is left.
        """
        with self._database.write("runs") as db:
            self._bury(db)
            rows = db.execute(
                "SELECT seq, item FROM article WHERE item IS NOT NULL AND exported IS NULL"  # noqa: S608
                " AND run IN (SELECT run FROM run WHERE ended IS NOT NULL) AND id >= ? AND id < ?"
                f" ORDER BY seq LIMIT ? {self._database.skip_locked}",
                (f"{scope}:", f"{scope};", number),  # ; is next after :
            ).fetchall()
            db.executemany(
                "UPDATE article SET run = ? WHERE seq = ?", [(self._run, seq) for seq, _ in rows]
            )
        return [Article.from_json(zlib.decompress(item)) for _, item in rows]

    def mark_exported(self, pending: Collection[tuple[str, int]] = ()) -> int:
        """Mark this run's articles as safely in the feed, all but those `pending` (id, version).

        Returns how many were marked.
        """
        with self._database.write() as db:
            marked = db.execute(
                "UPDATE article SET exported = ? WHERE item IS NOT NULL AND exported IS NULL"
                " AND run = ?",
                (self._clock(), self._run),
            ).rowcount
            for name in pending:
                marked -= db.execute(
                    "UPDATE article SET exported = NULL WHERE id = ? AND version = ? AND run = ?",
                    (*name, self._run),
                ).rowcount
        return marked

    def prune(self, days: float) -> int:
        """Forget the texts, not the marks, of articles exported longer than `days` ago.

        The near index forgets what is older than the weeks that it is searched by.
        """
        self._near.prune(self._clock())
        with self._database.write() as db:
            return db.execute(
                "UPDATE article SET item = NULL WHERE item IS NOT NULL AND exported < ?",
                (self._clock() - days * 86400,),
            ).rowcount

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

    # Runs and locks

    def begin(self, scope: str, seconds: float = RUN_SECONDS) -> None:
        """Begin the run of this process; it is dead `seconds` after its last `heartbeat`."""
        self._seconds = seconds
        now = self._clock()
        with self._database.write() as db:
            (self._run,) = db.execute(
                "INSERT INTO run (scope, process, started, alive) VALUES (?, ?, ?, ?)"
                " RETURNING run",
                (scope, process.identity(), now, now + seconds),
            ).fetchone()

    def acquire(self, edition: str) -> bool:
        """Lock an edition for this run; False when another live run holds it.

        What dead runs had leased is due at once.
        """
        with self._database.write("runs") as db:
            self._bury(db)
            db.execute(
                "INSERT INTO lock VALUES (?, ?) ON CONFLICT DO NOTHING", (edition, self._run)
            )
            holder = db.execute("SELECT run FROM lock WHERE edition = ?", (edition,)).fetchone()
            return bool(holder[0] == self._run)

    def heartbeat(self) -> bool:
        """Say that this run is alive; False when it was taken for dead and must stop."""
        with self._database.write() as db:
            alive = db.execute(
                "UPDATE run SET alive = ? WHERE run = ? AND ended IS NULL",
                (self._clock() + self._seconds, self._run),
            )
            return alive.rowcount == 1

    def finish(self, stats: Mapping[str, Any]) -> None:
        """End this run: its locks and leases are free, its counters kept."""
        counters = json.dumps(stats, default=str, ensure_ascii=False)
        with self._database.write("runs") as db:
            self._end(db, self._run)
            db.execute("UPDATE run SET stats = ? WHERE run = ?", (counters, self._run))

    def runs(self, scope: str, number: int) -> list[Run]:
        """Return the last runs of that scope, newest first."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT scope, started, ended, stats FROM run WHERE scope = ?"
                " ORDER BY run DESC LIMIT ?",
                (scope, number),
            ).fetchall()
        return [
            Run(scope, started, ended, stats and json.loads(stats))
            for scope, started, ended, stats in rows
        ]

    def _bury(self, db: Session) -> None:
        """End the runs that are dead: for ever, even if one of them wakes up."""
        running = db.execute("SELECT run, process, alive FROM run WHERE ended IS NULL").fetchall()
        for run, name, alive in running:
            if run != self._run and (alive < self._clock() or process.is_dead(name)):
                self._end(db, run)

    def _end(self, db: Session, run: int) -> None:
        now = self._clock()
        db.execute(
            "UPDATE url SET state = 'discovered', run = NULL, due = ?"
            " WHERE run = ? AND state = 'leased'",
            (now, run),
        )
        db.execute("DELETE FROM lock WHERE run = ?", (run,))
        db.execute("UPDATE run SET ended = coalesce(ended, ?) WHERE run = ?", (now, run))


def _changed(known: str | None, now: str | None) -> bool:
    return bool(now) and (known is None or older(known, now))
