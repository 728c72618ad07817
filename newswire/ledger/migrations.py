"""Is this database a ledger that we can use, and how does an older one become one?

A ledger names the version of its tables (`schema`), of the items in it (`item`) and of the
algorithms whose results it keeps. Older tables are brought up step by step when it is opened, in
the transaction that looks at them; items one by one as they are read (`codec`); algorithms by
`scrapy ledger reindex`. What a later newswire has written is refused.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from newswire.article import hashing
from newswire.errors import LedgerError
from newswire.ledger import codec, fingerprints
from newswire.ledger.database import Session

SCHEMA = 5
# what must be equal for a ledger to be used
ALGORITHMS = {"text": hashing.ALGORITHM, "near": fingerprints.ALGORITHM}
VERSIONS = {"schema": str(SCHEMA), "item": str(codec.VERSION)} | ALGORITHMS
_ROWS = 500


def prepare(
    db: Session,
    found: set[str],
    tables: str,
    steps: Mapping[int, str],
    location: str,
    *,
    any_algorithm: bool,
) -> None:
    """Make the tables or bring them up to this version; `found` are the names of those there.

    `tables` and `steps` are the engine's own SQL.

    Raises:
        LedgerError: they are of a later version, of another algorithm, or of something else.
    """
    if not found:
        _run(db, tables)
        db.executemany("INSERT INTO meta VALUES (?, ?)", VERSIONS.items())
        return
    if not found >= {"meta", "url", "article", "run"}:
        raise LedgerError(f"{location} exists but is not a newswire ledger")
    has = dict(db.execute("SELECT name, value FROM meta"))
    _check(has, steps, location, any_algorithm=any_algorithm)
    for version in range(int(has["schema"]), SCHEMA):
        _run(db, steps[version])
        if fill := _FILL.get(version):
            fill(db)
    if any(has.get(name) != VERSIONS[name] for name in ("schema", "item")):
        db.execute("DELETE FROM meta WHERE name IN ('schema', 'item')")
        db.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(n, VERSIONS[n]) for n in ("schema", "item")]
        )


def _check(
    has: Mapping[str, str], steps: Mapping[int, str], location: str, *, any_algorithm: bool
) -> None:
    known = {"schema": {*map(str, steps), VERSIONS["schema"]}}
    known["item"] = {str(n) for n in range(1, codec.VERSION + 1)}
    # tables of before had items of version 1, and did not say so
    for name, value in ({"item": "1"} | dict(has)).items():
        if name in ALGORITHMS:
            if value != ALGORITHMS[name] and not any_algorithm:
                raise LedgerError(
                    f"ledger {location}: of {name} version {value}, not {ALGORITHMS[name]}:"
                    " run `scrapy ledger reindex`"
                )
        elif value not in known.get(name, ()):
            later = value.isdecimal() and int(value) > int(VERSIONS.get(name, "0"))
            mend = "a later newswire made it: update this one" if later else "it is too old"
            raise LedgerError(f"ledger {location}: of {name} version {value}: {mend}")


def _run(db: Session, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


def _from_2(db: Session) -> None:
    """Enter what an article's own columns say now, and the history of editions."""
    last = -1
    while rows := db.execute(
        "SELECT seq, item FROM article WHERE item IS NOT NULL AND seq > ? ORDER BY seq LIMIT ?",
        (last, _ROWS),
    ).fetchall():
        last = rows[-1][0]
        items = [(json.loads(zlib.decompress(item).decode("utf-8", "surrogatepass")), seq)
                 for seq, item in rows]  # fmt: skip
        db.executemany(
            "UPDATE article SET published = ?, sha256 = ?, unnamed = ? WHERE seq = ?",
            [
                (item["date_published"], _digest(item), None if item["url"] else 1, seq)
                for item, seq in items
            ],
        )
    listed: dict[str, tuple[str | None, int]] = {}
    days: dict[tuple[str, str], Counter[str]] = {}
    dead = False
    runs = db.execute("SELECT run, scope, started, ended, stats FROM run ORDER BY run DESC")
    for run, scope, started, ended, text in runs.fetchall():
        stats: dict[str, Any] = json.loads(text) if text else {}
        for name in stats:
            if name.startswith("newswire/begun/"):
                edition = name.removeprefix("newswire/begun/")
                day = stats.get(f"newswire/listed/{edition}")
                # of the last that listed all; later ones that did not break the chain
                if edition not in listed or listed[edition][0] is None:
                    whole = int(day is not None and edition not in listed and not dead)
                    listed[edition] = (day, whole)
        kind = stats.get("newswire/kind")
        for edition, counters in _counted(stats).items() if kind else ():
            name = f"{scope}:{edition}"
            db.execute(
                "INSERT INTO edition_run VALUES (?, ?, ?, ?, ?)",
                (name, kind, run, started, json.dumps(counters)),
            )
            if kind == "newest":
                day = datetime.fromtimestamp(started, UTC).date().isoformat()
                days.setdefault((name, day), Counter()).update(counters)
        dead = dead or (ended is None or not stats)
    db.executemany(
        "INSERT INTO edition VALUES (?, ?, ?)", [(e, *state) for e, state in listed.items()]
    )
    db.executemany(
        "INSERT INTO edition_day VALUES (?, ?, ?)",
        [(*key, json.dumps(counters)) for key, counters in days.items()],
    )


def _digest(item: Mapping[str, Any]) -> bytes | None:
    try:
        return bytes.fromhex((item["source"] or {}).get("sha256") or "") or None
    except ValueError:
        return None


def _counted(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name, value in stats.items():
        if name.startswith("newswire/edition/"):
            edition, _, counter = name.removeprefix("newswire/edition/").partition("/")
            found.setdefault(edition, {})[counter] = value
    return found


_FILL: dict[int, Callable[[Session], None]] = {2: _from_2}
