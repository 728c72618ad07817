"""Which articles are there, how are they linked, and which are still to go into the feeds?

The ledger is the outbox: an article's marks and the article itself are written in one transaction,
feeds are projections of it, and what a dead run left unexported goes into the feed of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from newswire.items import Article, Relation
from newswire.ledger import codec
from newswire.ledger.database import Database, Session
from newswire.ledger.fingerprints import Signature, sign
from newswire.ledger.frontier import State
from newswire.ledger.near_index import WEEK, NearIndex, week
from newswire.ledger.order import seconds
from newswire.ledger.relations import Match, Verdict, Version, link, repeats, wanted
from newswire.ledger.rereading import Known, Rereading
from newswire.ledger.runs import Runs
from newswire.page.model import Fetched


class Kept(NamedTuple):
    """What became of an article: how it is linked, and whether it is to go into the feeds."""

    verdict: Verdict
    wanted: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an article belongs among those known; `match` also when it has versions."""

    verdict: Verdict
    match: Match | None = None
    cluster: str | None = None
    follows: bool = False
    index: bool = True  # its text is not in the near index yet
    full: frozenset[int] = frozenset()  # keys that have postings enough


class Articles:
    """The articles of a ledger, and its outbox."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        runs: Runs,
        *,
        days: float,
        policy: str,
        by_publication: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs
        self._near = NearIndex(database, days)
        self._rereading = Rereading(self._near)
        self._policy = policy
        self._by_publication = by_publication
        # what ends with the process needs no outbox
        self._keep_items = database.lasting

    def store(self, article: Article, fetched: Fetched | None = None) -> Kept:
        """Compare an article with those known, link it, and keep it: all or nothing.

        A repeated one is not kept. One whose bytes were read before by other rules replaces what
        they made of it. `fetched` ends the lease of the page that it came from.

        Raises:
            TakenOver: this run has been taken for dead; another reads the page.
        """
        signature, now, keep = sign(article.body), self._clock(), False
        moment = self._moment(article, now)
        own_week = week(now if moment is None else moment)
        names: list[str | int] = [
            article.id,
            article.content_hash,
            *_unnamed(article),
            *signature.keys,
        ]
        self._near.prepare([own_week])
        with self._database.write(*names) as db:
            self._runs.check(db)
            known = self._rereading.known(db, article)
            if same := self._rereading.same_bytes(article, known):
                verdict = self._rereading.replace(
                    db, article, signature, known, same, moment, self._runs.id, now
                )
            else:
                place = self._judge(db, article, signature, known, moment, now)
                verdict = place.verdict
                if verdict is not Verdict.REPEATED:
                    opens = article.version == 1 and not place.match
                    keep = wanted(self._policy, article, opens=opens, follows=place.follows)
                    seq = self._insert(db, article, place, now, own_week, held=not keep)
                    if place.index:
                        self._near.add(db, seq, signature, own_week, place.full)
            if fetched:
                db.execute(
                    "UPDATE url SET state = ?, due = NULL, run = NULL, attempts = 0,"
                    " reason = NULL, etag = ?, last_modified = ? WHERE key = ?",
                    (State.STORED, fetched.etag, fetched.last_modified, fetched.key),
                )
        return Kept(verdict, keep)

    def _moment(self, article: Article, now: float) -> float | None:
        """Return when an article counts as having come: of an archive, when it was published.

        None where an archive does not say it.
        """
        if not self._by_publication:
            return now
        published = seconds(article.date_published)
        return published if published is None else min(published, now)

    def _insert(
        self, db: Session, article: Article, place: _Place, now: float, own_week: int, *, held: bool
    ) -> int:
        relation, related = article.relation, article.duplicate_of
        if not relation and article.version > 1:
            relation, related = Relation.VERSION_OF, article.id
        source = article.source
        row = {
            "id": article.id,
            "version": article.version,
            "content_hash": bytes.fromhex(article.content_hash),
            "modified": article.date_modified,
            "stored": now,
            "run": self._runs.id,
            "relation": relation,
            "related": related,
            "score": article.similarity,
            "cluster": place.cluster,
            "held": int(held),
            "exported": now if held else None,
            "item": codec.encode(article) if self._keep_items else None,
            "form": codec.VERSION,
            "published": article.date_published,
            "sha256": bytes.fromhex(source.sha256) if source and len(source.sha256) == 64 else None,
            "rules": source.rules if source else None,
            "unnamed": None if article.url else 1,
            "week": own_week,
        }
        return self._insert_row(db, row)

    def _insert_row(self, db: Session, row: dict[str, Any]) -> int:
        (seq,) = db.execute(
            f"INSERT INTO article ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            " RETURNING seq",
            list(row.values()),
        ).fetchone()
        return int(seq)

    def _judge(
        self,
        db: Session,
        article: Article,
        signature: Signature,
        rows: Sequence[Known],
        moment: float | None,
        now: float,
    ) -> _Place:
        known = [Version(row.content_hash.hex(), row.modified) for row in rows]
        if repeats(article, known):
            return _Place(Verdict.REPEATED)
        first = db.execute(
            "SELECT id, coalesce(cluster, id), week FROM article WHERE content_hash = ?"
            " ORDER BY seq LIMIT 1",
            (bytes.fromhex(article.content_hash),),
        ).fetchone()
        if first and first[0] != article.id:
            match: Match | None = Match(first[0], Relation.SAME_TEXT, 1.0, first[1])
            index = not self._near.holds(first[2], moment)
            full = frozenset[int]()
            if index:
                _, full = self._near.best(db, article.id, signature, moment, ())
        else:
            index = True
            match, full = self._near.best(
                db,
                article.id,
                signature,
                moment,
                {row.seq for row in rows},
                now=now,
                published=article.date_published if self._by_publication else None,
            )
        verdict = link(article, known, match)
        # an id stays in the cluster of its first version
        cluster = rows[0].cluster if rows else match and match.cluster
        follows = any(not row.held for row in rows)
        return _Place(verdict, match, cluster, follows, index, full)

    def take_over(self, name: str, versions: Sequence[dict[str, Any]]) -> int:
        """Enter the versions of an article that another ledger has, as its rows; return how many.

        Those that continue the ones known here, or else those whose text is not.
        """
        now = self._clock()
        self._near.prepare(r["week"] for r in versions if self._near.holds(r["week"], now))
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
                row |= {"id": name, "version": version, "run": self._runs.id}
                seq = self._insert_row(db, row)
                if row["item"] and self._near.holds(row["week"], now):
                    signature = sign(codec.decode(row["item"], row["form"]).body)
                    _, full = self._near.best(db, name, signature, row["week"] * WEEK, ())
                    self._near.add(db, seq, signature, row["week"], full)
        return len(new)

    # The outbox

    def unexported(self, scope: str, number: int = 100) -> list[Article]:
        """Take over at most `number` articles, oldest first, that other runs left unexported.

        Only of runs that are over, by `finish` or by death. `scope` is a wire or an edition. They
        belong to this run then; an empty list when none is left.
        """
        with self._database.write("runs") as db:
            self._runs.bury(db)
            rows = db.execute(
                "SELECT seq, item, form FROM article WHERE item IS NOT NULL AND exported IS NULL"  # noqa: S608
                " AND run IN (SELECT run FROM run WHERE ended IS NOT NULL) AND id >= ? AND id < ?"
                f" ORDER BY seq LIMIT ? {self._database.skip_locked}",
                (f"{scope}:", f"{scope};", number),  # ; is next after :
            ).fetchall()
            db.executemany(
                "UPDATE article SET run = ? WHERE seq = ?",
                [(self._runs.id, seq) for seq, *_ in rows],
            )
        return [codec.decode(item, form) for _, item, form in rows]

    def mark_exported(self, pending: Collection[tuple[str, int]] = ()) -> int:
        """Mark this run's articles as safely in the feed, all but those `pending` (id, version).

        Returns how many were marked.
        """
        with self._database.write() as db:
            marked = db.execute(
                "UPDATE article SET exported = ? WHERE item IS NOT NULL AND exported IS NULL"
                " AND run = ?",
                (self._clock(), self._runs.id),
            ).rowcount
            for name in pending:
                marked -= db.execute(
                    "UPDATE article SET exported = NULL WHERE id = ? AND version = ? AND run = ?",
                    (*name, self._runs.id),
                ).rowcount
        return marked

    def prune(self, days: float) -> int:
        """Forget the texts, not the marks, of articles exported longer than `days` ago.

        So it does with what other rules changed in them, and the near index with its old weeks.
        """
        self._near.prune(self._clock())
        end = self._clock() - days * 86400
        with self._database.write() as db:
            db.execute("DELETE FROM reprocessed WHERE at < ?", (end,))
            return db.execute(
                "UPDATE article SET item = NULL WHERE item IS NOT NULL AND exported < ?", (end,)
            ).rowcount


def _unnamed(article: Article) -> tuple[str, ...]:
    # the id of one without an address is made of what the rules leave of its text
    return (article.source.sha256,) if article.source and not article.url else ()
