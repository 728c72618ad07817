"""What lasts between crawls: URLs and their leases, articles, locks, progress, runs.

The ledger is the outbox: an article's marks and the article itself are written in one transaction,
feeds are projections of it, and what a dead run left unexported goes into the feed of the next.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from newswire.errors import LedgerError
from newswire.items import Article
from newswire.ledger import process
from newswire.ledger.database import Session
from newswire.ledger.fingerprints import Signature, sign
from newswire.ledger.frontier import RETRY_CAP, Found, Frontier, Lease
from newswire.ledger.near_index import NearIndex
from newswire.ledger.open import open_database
from newswire.ledger.relations import Match, Verdict, Version, link, repeats, wanted
from newswire.page.model import Fetched

__all__ = ["Found", "Kept", "Lease", "Ledger", "LedgerError", "Run"]

# A run that gives no sign of life for so long is dead; on the same machine its pid tells at once.
RUN_SECONDS = 900.0


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


class Ledger(Frontier):
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
        super().__init__(open_database(location), clock)
        self._near = NearIndex(self._database, days)
        self._policy = policy
        # what ends with the process needs no outbox
        self._keep_items = self._database.lasting

    def close(self) -> None:
        """Close it; a run that has not ended is then dead once its process is."""
        self._database.close()

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
        self._near.prepare([now])
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
        return self._insert_row(db, row)

    def _insert_row(self, db: Session, row: dict[str, Any]) -> int:
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

    def take_over(self, name: str, versions: Sequence[dict[str, Any]]) -> int:
        """Enter the versions of an article that another ledger has, as its rows; return how many.

        Those that continue the ones known here, or else those whose text is not.
        """
        now = self.now()
        self._near.prepare(r["stored"] for r in versions if self._near.holds(r["stored"], now))
        with self._database.write(name) as db:
            known = db.execute(
                "SELECT content_hash, cluster FROM article WHERE id = ? ORDER BY version", (name,)
            ).fetchall()
            texts = [digest for digest, _ in known]
            new = list(versions[len(texts) :])
            if texts != [row["content_hash"] for row in versions[: len(texts)]]:
                new = [row for row in versions if row["content_hash"] not in texts]
            for version, row in enumerate(new, len(known) + 1):
                if known:
                    row["cluster"] = known[0][1]
                row |= {"id": name, "version": version, "run": self._run}
                seq = self._insert_row(db, row)
                if row["item"] and self._near.holds(row["stored"], now):
                    article = Article.from_json(zlib.decompress(row["item"]))
                    signature = sign(article.body)
                    _, full = self._near.best(db, name, signature, row["stored"], ())
                    self._near.add(db, seq, signature, row["stored"], full)
        return len(new)

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

        What dead runs had leased is due at once, and what would wait for a time that only a clock
        ahead of this one can have set.
        """
        with self._database.write("runs") as db:
            self._bury(db)
            now = self._clock()
            db.execute(
                "UPDATE url SET due = ? WHERE edition = ? AND due > ?"
                " AND (state = 'discovered' OR due > ?)",
                (now, edition, now, now + RETRY_CAP),
            )
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
