"""The pages that tools are timed on: real ones of the wire, simulated ones, general news."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

from newswire.simulator import pages as simulated
from newswire.simulator.saved_text import as_saved_text
from newswire.simulator.wire import Wire

SHARED = Path(__file__).parents[3] / "shared/data"
GENERAL = 20
NOW = datetime(2021, 12, 1, 12, tzinfo=UTC)


def sets(folder: Path, number: int = 20) -> dict[str, tuple[str, list[Path]]]:
    """Write the pages into `folder`; return for each set the wire and the files.

    Sets whose material is not at hand are left out.
    """
    found: dict[str, tuple[str, list[Path]]] = {}
    if real := sorted((SHARED / "html").rglob("*.html")):
        whole = [path for path in real if path.stat().st_size > 100_000]
        found["real pages of the wire, above 100 KiB"] = ("ria", whole)
    for edition, start in (("tj", date(2021, 11, 1)), ("int", date(2020, 11, 2))):
        name = "today's template" if edition == "tj" else "template of 2014 to 2020"
        files = write(folder / edition, edition, start, number, text=False)
        found[f"simulated pages, {name}"] = ("sputnik", files)
    for archive in sorted((SHARED / "bench").glob("*.jsonl.gz")):
        with gzip.open(archive, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line, _ in zip(lines, range(GENERAL), strict=False)]
        files = []
        for row_number, row in enumerate(rows):
            path = folder / archive.name.partition(".")[0] / f"{row_number:03}.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text(row["html"], "utf-8")
            files.append(path)
        found[f"general news: {files[0].parent.name}"] = ("sputnik", files)
    return found


def write(folder: Path, edition: str, start: date, number: int, *, text: bool) -> list[Path]:
    """Write simulated articles of an edition, as pages or as saved texts."""
    folder.mkdir(parents=True, exist_ok=True)
    wire = Wire(1, ids=(edition,), start=start, week=(50,) * 7)
    frame = simulated.frame(wire, edition, f"https://{wire.editions[edition].host}", NOW)
    files = []
    for index in range(number):
        article = wire.article(edition, index, NOW)
        path = folder / f"{index:06}.{'txt' if text else 'html'}"
        page = as_saved_text(article, frame) if text else simulated.render(article, frame)
        path.write_text(page, "utf-8")
        files.append(path)
    return files
