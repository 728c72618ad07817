"""Which of the articles of the weeks before is a text nearly the same as? A ledger's index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from newswire.items import Relation
from newswire.ledger.database import Database, Session
from newswire.ledger.fingerprints import CANDIDATES, POSTINGS, Signature, compare
from newswire.ledger.relations import Match, older

WEEK = 7 * 86400.0


class NearIndex:
    """Postings and shingles by the week of an article's moment, in seconds since 1970.

    A moment is when the article was stored or, of archives, published. Each week has its own part
    of the tables, and what is older than the whole weeks that cover `days` before a moment is not
    searched, so that the cost of an article stays the same.
    """

    def __init__(self, database: Database, days: float) -> None:
        self._database = database
        self._seconds = days * 86400
        self._opened: set[int] = set()
        self._there: set[int] | None = None  # weeks that were there before

    def prepare(self, weeks: Iterable[int]) -> None:
        """Make room for articles of those weeks, before the transaction that enters them."""
        if new := set(weeks) - self._opened:
            self._database.open_weeks(new)
            self._opened |= new

    def holds(self, one: int, moment: float | None) -> bool:
        """Return True if articles of a week are searched at that moment."""
        return moment is None or one in self._weeks(moment)

    def best(
        self,
        db: Session,
        name: str,
        signature: Signature,
        moment: float | None,
        own: Collection[int],
        *,
        now: float | None = None,
        published: str | None = None,
        before: int | None = None,
    ) -> tuple[Match | None, frozenset[int]]:
        """Return the best match, and the keys that have postings enough in this week.

        `own` are the rows of the article `name` itself. What follows from it is no match: a
        correction does not repeat its own copies. Nor is what was surely published after
        `published` (ISO day or instant), or stored in the row `before` or a later one.

        `now` is when what has no date of an archive is entered: such articles are compared with
        all others. Of one of them `moment` is None.
        """
        weeks = self._searched(db, moment, now)
        if not self._database.lasting:  # nobody else has filled another
            weeks = [one for one in weeks if one in self._opened]
        if not signature.keys or not weeks:
            return None, frozenset()
        in_weeks, one = self._database.one_of(weeks)
        in_keys, two = self._database.one_of(signature.keys)
        rows = db.execute(
            f"SELECT week, key, seq FROM posting WHERE week {in_weeks} AND key {in_keys}",  # noqa: S608
            one + two,
        ).fetchall()
        shared = Counter(
            seq for _, _, seq in rows if seq not in own and (before is None or seq < before)
        )
        used = Counter(key for week, key, _ in rows if week == weeks[-1])
        full = frozenset(key for key, number in used.items() if number >= POSTINGS)
        top = sorted(shared, key=lambda seq: (-shared[seq], seq))[:CANDIDATES]
        return self._verified(db, name, signature, top, published), full

    def _searched(self, db: Session, moment: float | None, now: float | None) -> list[int]:
        """Return the weeks to search, that of the article itself last."""
        if moment is not None:
            found = list(self._weeks(moment))
            undated = {week(now)} - set(found) if now is not None else set()
            return [*undated, *found]
        assert now is not None
        if self._there is None:
            self._there = {one for (one,) in db.execute("SELECT DISTINCT week FROM shingles")}
        return [*sorted((self._there | self._opened) - {week(now)}), week(now)]

    def _verified(
        self, db: Session, name: str, signature: Signature, top: list[int], published: str | None
    ) -> Match | None:
        best: Match | None = None
        if not top:
            return None
        in_top, parameters = self._database.one_of(top)
        rows = db.execute(
            "SELECT article.id, coalesce(cluster, article.id), published, shingles"  # noqa: S608
            " FROM shingles JOIN article ON article.seq = shingles.seq"
            f" WHERE shingles.seq {in_top} ORDER BY shingles.seq",
            parameters,
        )
        for other, cluster, date, shingles in rows:
            if cluster == name or older(published, date):
                continue
            found = compare(signature.shingles, shingles)
            if found and (not best or rank(*found) > rank(best.relation, best.score)):
                best = Match(other, *found, cluster)  # the first of equals wins
        return best

    def add(
        self, db: Session, seq: int, signature: Signature, one: int, full: Collection[int]
    ) -> None:
        """Enter an article of a week, but not under the keys that are `full`."""
        db.execute(
            "INSERT INTO shingles (seq, week, shingles) VALUES (?, ?, ?)",
            (seq, one, signature.shingles),
        )
        db.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)",
            [(one, key, seq) for key in signature.keys if key not in full],
        )

    def remove(self, db: Session, seq: int, signature: Signature | None) -> bool:
        """Take out the article of a row; return False if it was not there.

        Without its own signature its postings stay, and find nothing, until their week is dropped.
        """
        row = db.execute("SELECT week FROM shingles WHERE seq = ?", (seq,)).fetchone()
        if not row:
            return False
        if signature:
            db.executemany(
                "DELETE FROM posting WHERE week = ? AND key = ? AND seq = ?",
                [(row[0], key, seq) for key in signature.keys],
            )
        db.execute("DELETE FROM shingles WHERE seq = ?", (seq,))
        return True

    def prune(self, now: float) -> None:
        """Delete the weeks that are no longer searched.

        One of long ago is while an archive of it is read: so all of a week must have been stored
        before those that are searched now.
        """
        first = self._weeks(now).start
        with self._database.read() as db:
            old = db.execute(
                "SELECT shingles.week, max(stored) FROM shingles JOIN article USING (seq)"
                " WHERE shingles.week < ? GROUP BY shingles.week",
                (first,),
            ).fetchall()
        if done := {one for one, stored in old if week(stored) < first}:
            self._opened -= done
            self._database.drop_weeks(done)

    def _weeks(self, moment: float) -> range:
        return range(week(moment - self._seconds), week(moment) + 1)


def week(moment: float) -> int:
    """Return the number of the week of a moment."""
    return int(moment // WEEK)


def rank(relation: str, score: float) -> tuple[bool, float]:
    """Return by what a match is the better one: a copy of the full story extends no flash anew."""
    return relation == Relation.NEAR, score
