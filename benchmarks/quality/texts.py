"""How well are the labelled saved texts read, by wire, kind and language?"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.quality.reading import draft_of, item
from benchmarks.quality.scoring import NAMES, Score, score, summary
from newswire.boilerplate.learnt import Learnt
from newswire.page.model import Draft, Role
from newswire.text.characters import lines

TEXTS = Path("../shared/data/text2")
WORST = 10
# cut-down pages, one for each kind of failure
SMALLEST = "smallest inputs"


def golds() -> dict[str, dict[str, Any]]:
    """Return the gold of each labelled text by its name."""
    found = sorted(TEXTS.rglob("*.gold.json"))
    return {p.name.removesuffix(".gold.json"): json.loads(p.read_text("utf-8")) for p in found}


def measure(verbose: bool) -> dict[str, dict[str, float]] | None:
    """Score every text of `TEXTS` that is labelled."""
    if not TEXTS.is_dir():
        return None
    confusion: Counter[tuple[str, str]] = Counter()
    found = scores(golds(), confusion)
    if verbose:
        _show_worst(found)
        _show_confusion(confusion)
    return table(found)


def saved() -> dict[str, tuple[Path, str]]:
    """Return the file of each labelled text by its name, and the wire that it is read as."""
    known = golds()
    paths = {p.stem: p for p in sorted(TEXTS.rglob("*.txt"))}
    ria = {n for n, gold in known.items() if "ria" in (_wires().get(n), gold.get("edition"))}
    return {n: (path, "ria" if n in ria else "sputnik") for n, path in paths.items()}


@cache
def _wires() -> dict[str, str]:
    with (TEXTS / "INDEX.tsv").open(encoding="utf-8") as file:
        return {row["name"]: row["wire"] for row in csv.DictReader(file, delimiter="\t")}


def scores(
    names: Iterable[str],
    confusion: Counter[tuple[str, str]] | None = None,
    learnt: Learnt | None = None,
) -> list[Score]:
    """Return the scores of these texts; count in `confusion` what became of each role."""
    known, pages = golds(), saved()
    found = []
    for name in names:
        gold, (path, wire) = known[name], pages[name]
        draft = draft_of(path, wire, learnt)
        text = lines(path.read_text("utf-8"))
        of = _wires().get(name, SMALLEST)
        found.append(score(name, text, gold, item(draft) if draft else None, of))
        if confusion is not None:
            confusion += _confusion(draft, gold["roles"])
    return found


def table(scores: list[Score]) -> dict[str, dict[str, float]]:
    """Return the figures by wire, kind and language."""
    rows: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        if one.wire in (SMALLEST, "other"):
            rows[SMALLEST if one.wire == SMALLEST else "other wires"].append(one)
            continue
        for row in ("wire", f"kind {one.kind}", f"language {one.language}"):
            rows[row].append(one)
    order = sorted(rows, key=lambda row: (row != "wire", row))
    return {row: summary(rows[row]) for row in order}


def _confusion(draft: Draft | None, roles: str) -> Counter[tuple[str, str]]:
    """Count what became of the lines of each role: their role, or the rule that dropped them."""
    got: dict[int, str] = {}
    for block in draft.blocks if draft else ():
        if block.line is not None and got.get(block.line) != Role.PARAGRAPH:
            got[block.line] = block.rule or block.role
    known = {"H": "headline", "D": "lede", "B": "body", "O": "optional body"} | NAMES
    return Counter(
        (known[role], got.get(number, "no article"))
        for number, role in enumerate(roles, 1)
        if role in known
    )


def _show_confusion(confusion: Counter[tuple[str, str]]) -> None:
    for wanted in dict.fromkeys(sorted(role for role, _ in confusion)):
        row = Counter({got: n for (role, got), n in confusion.items() if role == wanted})
        print(f"  {wanted:18}", ", ".join(f"{got} {n}" for got, n in row.most_common()))
    print()


def _show_worst(scores: list[Score]) -> None:
    def cost(one: Score) -> int:
        wrong = sum(not hit for hit in one.hits.values())
        return 5 * len(one.lost) + 2 * len(one.leaked) + wrong + (one.missing + one.extra > 0)

    for one in sorted(scores, key=cost, reverse=True)[:WORST]:
        wrong = ", ".join(name for name, hit in one.hits.items() if not hit)
        print(f"  {one.name}: lost {one.lost}, leaked {one.leaked}, wrong: {wrong or 'nothing'}")
    print()
