"""Are the project's own pages read as their expected items say?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.quality.reading import item_of

FIXTURES = Path("fixtures")
# what an item says of its file, or only a ledger knows
APART = {"source", "duplicate_of", "relation", "similarity", "previous", "version"}


def measure(verbose: bool) -> dict[str, dict[str, float]] | None:
    """Count the pages whose item is the expected one."""
    table: dict[str, dict[str, float]] = {}
    for page, wire, expected in saved():
        equal = is_equal(item_of(page, wire), expected)
        if verbose and not equal:
            print(f"  {page}: not as expected")
        for row in ("all", "text" if page.suffix == ".txt" else "html"):
            figures = table.setdefault(row, {"pages": 0, "equal": 0})
            figures["pages"] += 1
            figures["equal"] += equal
    return table or None


def saved() -> Iterator[tuple[Path, str, dict[str, Any] | None]]:
    """Yield each page, its wire, and the item that is expected of it."""
    for expected in sorted(FIXTURES.rglob("*.json")):
        page = next(p for p in expected.parent.glob(f"{expected.stem}.*") if p != expected)
        yield page, page.relative_to(FIXTURES).parts[0], json.loads(expected.read_text("utf-8"))


def is_equal(got: dict[str, Any] | None, expected: dict[str, Any] | None) -> bool:
    """Return True if an item is the expected one."""
    return _bare(got) == _bare(expected)


def _bare(item: dict[str, Any] | None) -> dict[str, Any] | None:
    return item and {key: value for key, value in item.items() if key not in APART}
