"""Were these bytes read before, in another way? Then the agency has corrected nothing.

What the same bytes give under new rules replaces what they gave under old ones, in its own row: the
same id and version, exported or not as before. What changed is kept beside it, and `scrapy ledger
diff` writes it out.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from newswire.items import Article, Relation, plain
from newswire.ledger import codec
from newswire.ledger.database import Session
from newswire.ledger.fingerprints import Signature, sign
from newswire.ledger.near_index import NearIndex
from newswire.ledger.relations import Match, Verdict, Version, number, relate

# fields that follow from other articles, or are of the reading itself
_LINKS = {
    *("id", "duplicate_of", "relation", "similarity", "version", "previous"),
    *("content_hash", "source"),
}


class Known(NamedTuple):
    """A row of an article."""

    seq: int
    id: str
    content_hash: bytes
    modified: str | None
    cluster: str | None
    held: int
    sha256: bytes | None
    rules: str | None


class Rereading:
    """Finds and replaces what other rules made of the same bytes."""

    def __init__(self, near: NearIndex) -> None:
        self._near = near

    def known(self, db: Session, article: Article) -> list[Known]:
        """Return the rows of an article by version.

        One that has no address has an id made of its text, and other rules another: it is known by
        its bytes too, and then gets the id that they gave first.
        """
        digest = _digest(article)
        if not article.url and digest:
            first = db.execute(
                "SELECT id FROM article WHERE sha256 = ? AND unnamed IS NOT NULL"
                " ORDER BY seq LIMIT 1",
                (digest,),
            ).fetchone()
            article.id = first[0] if first else article.id
        rows = db.execute(
            "SELECT seq, id, content_hash, modified, cluster, held, sha256, rules FROM article"
            " WHERE id = ? ORDER BY version",
            (article.id,),
        )
        return [Known(*row) for row in rows]

    def same_bytes(self, article: Article, known: Sequence[Known]) -> list[Known]:
        """Return the rows that another reading made of an article's bytes.

        Other rules did, or the same ones when they had not yet seen what they learn from a site:
        then the text is another. An earlier text that returns, read as it was then, is a version
        of its own.
        """
        digest, rules = _digest(article), _rules(article)
        if digest is None or rules is None:
            return []
        return [
            row
            for row in known
            if row.sha256 == digest
            and (row.rules != rules or row.content_hash.hex() != article.content_hash)
        ]

    def replace(
        self,
        db: Session,
        article: Article,
        signature: Signature,
        known: Sequence[Known],
        same: Sequence[Known],
        moment: float | None,
        run: int,
        now: float,
    ) -> Verdict:
        """Put an article in the place of what its bytes gave before."""
        verdict = Verdict.REPEATED
        for row in same:
            found = db.execute(
                "SELECT item, form, relation, related, score, cluster, week FROM article"
                " WHERE seq = ?",
                (row.seq,),
            ).fetchone()
            item, form, relation, related, score, cluster, week = found
            before = codec.decode(item, form) if item else None
            earlier = [Version(k.content_hash.hex(), k.modified) for k in known if k.seq < row.seq]
            number(article, earlier)
            if row.content_hash.hex() == article.content_hash:
                copy = relation and relation != Relation.VERSION_OF
                match = Match(related, Relation(relation), score, cluster) if copy else None
            else:
                own = {k.seq for k in known}
                match = self._moved(db, article, signature, row, own, before, week, moment, now)
                _point_to(db, known, row, article.content_hash)
                if row is known[0]:
                    cluster = match and match.cluster
            relate(article, match)
            version_of = (Relation.VERSION_OF, article.id) if article.version > 1 else (None, None)
            db.execute(
                "UPDATE article SET content_hash = ?, modified = ?, published = ?, relation = ?,"
                " related = ?, score = ?, cluster = ?, rules = ?, item = ?, form = ?"
                " WHERE seq = ?",
                (
                    *(bytes.fromhex(article.content_hash), article.date_modified),
                    article.date_published,
                    *((match.relation, match.id) if match else version_of),
                    *(article.similarity, cluster, _rules(article)),
                    # a text that was forgotten stays so
                    *((codec.encode(article), codec.VERSION) if item else (None, form)),
                    row.seq,
                ),
            )
            if changed := _changed(before, article, row.content_hash.hex()):
                verdict = Verdict.REPROCESSED
                db.execute(
                    "INSERT INTO reprocessed VALUES (?, ?, ?, ?, ?, ?)",
                    (row.seq, now, run, row.rules, _rules(article), _pack(changed)),
                )
        return verdict

    def _moved(
        self,
        db: Session,
        article: Article,
        signature: Signature,
        row: Known,
        own: set[int],
        before: Article | None,
        week: int,
        moment: float | None,
        now: float,
    ) -> Match | None:
        """Enter another text of a row into the near index; return what it repeats now."""
        first = db.execute(
            "SELECT id, coalesce(cluster, id) FROM article WHERE content_hash = ? AND seq < ?"
            " ORDER BY seq LIMIT 1",
            (bytes.fromhex(article.content_hash), row.seq),
        ).fetchone()
        match, full = self._near.best(
            db, article.id, signature, moment, own,
            now=now, published=article.date_published, before=row.seq,
        )  # fmt: skip
        if self._near.remove(db, row.seq, sign(before.body) if before else None):
            self._near.add(db, row.seq, signature, week, full)
        if first and first[0] != article.id:
            return Match(first[0], Relation.SAME_TEXT, 1.0, first[1])
        return match


def _point_to(db: Session, known: Sequence[Known], row: Known, new: str) -> None:
    """Let the versions that followed a text name its new hash."""
    for later in known:
        if later.seq <= row.seq:
            continue
        item, form = db.execute(
            "SELECT item, form FROM article WHERE seq = ?", (later.seq,)
        ).fetchone()
        article = codec.decode(item, form) if item else None
        if article and article.previous == row.content_hash.hex():
            article.previous = new
            db.execute(
                "UPDATE article SET item = ?, form = ? WHERE seq = ?",
                (codec.encode(article), codec.VERSION, later.seq),
            )


def _digest(article: Article) -> bytes | None:
    known = article.source and len(article.source.sha256) == 64
    return bytes.fromhex(article.source.sha256) if article.source and known else None


def _rules(article: Article) -> str | None:
    return article.source.rules if article.source else None


def _changed(before: Article | None, now: Article, old_hash: str) -> dict[str, Any]:
    """Return field -> what it was and is: lists and paragraphs by what came and went."""
    if before is None:  # its text was forgotten
        same = old_hash == now.content_hash
        return {} if same else {"content_hash": {"from": old_hash, "to": now.content_hash}}
    one, two = plain(before), plain(now)
    one["body"], two["body"] = one["body"].split("\n\n"), two["body"].split("\n\n")
    found: dict[str, Any] = {}
    for name in two:
        if name in _LINKS or one[name] == two[name]:
            continue
        if isinstance(two[name], list):
            found[name] = _moves(one[name], two[name])
        else:
            found[name] = {"from": one[name], "to": two[name]}
    return found


def _moves(one: list[Any], two: list[Any]) -> dict[str, list[Any]]:
    """Return what a list lost and gained, in order; both empty where only the order changed."""
    went, came = (Counter(json.dumps(entry, ensure_ascii=False) for entry in x) for x in (one, two))
    return {
        "removed": [json.loads(entry) for entry in (went - came).elements()],
        "added": [json.loads(entry) for entry in (came - went).elements()],
    }


def _pack(changed: dict[str, Any]) -> bytes:
    text = json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return zlib.compress(text, 1)


def unpack(data: bytes) -> dict[str, Any]:
    """Return what changed, from the bytes in which a ledger keeps it."""
    changed: dict[str, Any] = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    return changed
