"""Which of the articles of the last weeks is a text nearly the same as? The index of a ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from newswire.ledger.database import Database, Session
from newswire.ledger.fingerprints import CANDIDATES, POSTINGS, Signature, compare
from newswire.ledger.relations import Match, Verdict

WEEK = 7 * 86400.0


class NearIndex:
    """Postings and shingles by the week of the ledger's clock in which an article was stored.

    Each week has its own part of the tables, and what is older than the whole weeks that cover
    `days` is neither searched nor kept, so that the cost of an article stays the same.
    """

    def __init__(self, database: Database, days: float) -> None:
        self._database = database
        self._seconds = days * 86400
        self._opened: set[int] = set()

    def prepare(self, times: Iterable[float]) -> None:
        """Make room for articles stored then; call it before the transaction that enters them."""
        if weeks := {int(stored // WEEK) for stored in times} - self._opened:
            self._database.open_weeks(weeks)
            self._opened |= weeks

    def holds(self, stored: float, now: float) -> bool:
        """Tell whether an article stored then is still searched."""
        return int(stored // WEEK) in self._weeks(now)

    def best(
        self, db: Session, name: str, signature: Signature, now: float, own: Collection[int]
    ) -> tuple[Match | None, frozenset[int]]:
        """Return the best match, and the keys that have postings enough in this week.

        `own` are the rows of the article `name` itself. What follows from it is no match: a
        correction does not repeat its own copies.
        """
        weeks = list(self._weeks(now))
        if not signature.keys or not weeks:
            return None, frozenset()
        in_weeks, one = self._database.one_of(weeks)
        in_keys, two = self._database.one_of(signature.keys)
        rows = db.execute(
            f"SELECT week, key, seq FROM posting WHERE week {in_weeks} AND key {in_keys}",  # noqa: S608
            one + two,
        ).fetchall()
        shared = Counter(seq for _, _, seq in rows if seq not in own)
        used = Counter(key for week, key, _ in rows if week == weeks[-1])
        full = frozenset(key for key, number in used.items() if number >= POSTINGS)
        top = sorted(shared, key=lambda seq: (-shared[seq], seq))[:CANDIDATES]
        return self._verified(db, name, signature, top), full

    def _verified(
        self, db: Session, name: str, signature: Signature, top: list[int]
    ) -> Match | None:
        best: Match | None = None
        if not top:
            return None
        in_top, parameters = self._database.one_of(top)
        rows = db.execute(
            "SELECT article.id, coalesce(cluster, article.id), shingles"  # noqa: S608
            " FROM shingles JOIN article ON article.seq = shingles.seq"
            f" WHERE shingles.seq {in_top} ORDER BY shingles.seq",
            parameters,
        )
        for other, cluster, shingles in rows:
            found = None if cluster == name else compare(signature.shingles, shingles)
            if found and (not best or _rank(*found) > _rank(best.relation, best.score)):
                best = Match(other, *found, cluster)  # the first of equals wins
        return best

    def add(
        self, db: Session, seq: int, signature: Signature, now: float, full: Collection[int]
    ) -> None:
        """Enter an article, but not under the keys that are `full`."""
        week = int(now // WEEK)
        db.execute(
            "INSERT INTO shingles (seq, week, shingles) VALUES (?, ?, ?)",
            (seq, week, signature.shingles),
        )
        db.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)",
            [(week, key, seq) for key in signature.keys if key not in full],
        )

    def remove(self, db: Session, seq: int, signature: Signature) -> None:
        """Take out the article of a row, with its own signature."""
        row = db.execute("SELECT week FROM shingles WHERE seq = ?", (seq,)).fetchone()
        if row:
            db.executemany(
                "DELETE FROM posting WHERE week = ? AND key = ? AND seq = ?",
                [(row[0], key, seq) for key in signature.keys],
            )
            db.execute("DELETE FROM shingles WHERE seq = ?", (seq,))

    def prune(self, now: float) -> None:
        """Delete the weeks that are no longer searched."""
        self._database.drop_weeks(self._weeks(now).start)

    def _weeks(self, now: float) -> range:
        return range(int((now - self._seconds) // WEEK), int(now // WEEK) + 1)


def _rank(relation: str, score: float) -> tuple[bool, float]:
    # a copy of the full story is no new extension of its flash
    return relation == Verdict.NEAR.value, score
