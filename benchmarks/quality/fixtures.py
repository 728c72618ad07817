"""Are the project's own pages read as their expected items say?"""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.quality.reading import item_of

FIXTURES = Path("fixtures")
# what an item says of its file, or only a ledger knows
APART = {"source", "duplicate_of", "relation", "similarity", "previous", "version"}


def measure(verbose: bool) -> dict[str, dict[str, float]] | None:
    """Count the pages whose item is the expected one."""
    table: dict[str, dict[str, float]] = {}
    for expected_file in sorted(FIXTURES.rglob("*.json")):
        page = next(
            p for p in expected_file.parent.glob(f"{expected_file.stem}.*") if p != expected_file
        )
        expected = json.loads(expected_file.read_text("utf-8"))
        got = item_of(page, page.relative_to(FIXTURES).parts[0])
        equal = _bare(got) == _bare(expected)
        if verbose and not equal:
            print(f"  {page}: not as expected")
        for row in ("all", "text" if page.suffix == ".txt" else "html"):
            figures = table.setdefault(row, {"pages": 0, "equal": 0})
            figures["pages"] += 1
            figures["equal"] += equal
    return table or None


def _bare(item: dict[str, object] | None) -> dict[str, object] | None:
    return item and {key: value for key, value in item.items() if key not in APART}
