"""The pages that tools are timed on: real ones of the wire, simulated ones, general news."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from benchmarks.quality.pages import BENCH, KEPT, SETS, Sample, samples
from newswire.simulator import pages as simulated
from newswire.simulator.saved_text import as_saved_text
from newswire.simulator.wire import Wire

SHARED = Path(__file__).parents[3] / "shared/data"
# so many pages of each set warm a tool up
WARM = 5
NOW = datetime(2021, 12, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pages:
    """A set of pages: the wire that they are read for, and the labels of those that have any."""

    wire: str
    files: list[Path]
    labels: list[Sample] = field(default_factory=list)

    @property
    def warm(self) -> list[Path]:
        """The first pages, by which tools warm up: a third at most."""
        return self.files[: min(WARM, len(self.files) // 3)]

    @property
    def timed(self) -> Pages:
        """The others."""
        number = len(self.warm)
        return replace(self, files=self.files[number:], labels=self.labels[number:])


def sets(folder: Path, number: int) -> dict[str, Pages]:
    """Write `number` pages of each set, and those to warm up, into `folder`; return them by name.

    Sets whose material is not at hand are left out.
    """
    found: dict[str, Pages] = {}
    number += WARM
    real = [p for p in sorted((SHARED / "html").rglob("*.html")) if p.stat().st_size > 100_000]
    if real:
        found["real pages of the wire, above 100 KiB"] = Pages("ria", real[:number])
    for edition, start in (("tj", date(2021, 11, 1)), ("int", date(2020, 11, 2))):
        name = "today's template" if edition == "tj" else "template of 2014 to 2020"
        files = write(folder / edition, edition, start, number, text=False)
        found[f"simulated pages, {name}"] = Pages("sputnik", files)
    for name in SETS if BENCH.is_dir() else ():
        labels = list(islice(samples(name, KEPT), number))
        files = [folder / f"{name}-{n:03}.html" for n in range(len(labels))]
        for path, page in zip(files, labels, strict=True):
            path.write_text(page.html, "utf-8")
        found[f"general news: {name}"] = Pages("sputnik", files, labels)
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
