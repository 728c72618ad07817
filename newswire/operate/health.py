"""Is each edition well? What its last live run counted, for Nagios and Prometheus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from newswire.ledger.database import Database
from newswire.operate.outcome import problems
from newswire.operate.terminal import plural

HOUR = 3600.0


class Status(IntEnum):
    """How an edition is; the values are the exit codes of a Nagios plugin."""

    OK = 0
    WARNING = 1  # its last run had problems
    CRITICAL = 2  # its last run raised a drift alarm, or is too long ago


@dataclass(frozen=True, slots=True)
class Health:
    """The last live run of an edition.

    Attributes:
        edition: `wire:edition`.
        started: seconds since 1970.
        hours: since it began.
        counts: what the drift alarm counted in it.
        problems: what went wrong in the run, which may have had other editions, too.
    """

    edition: str
    started: float
    hours: float
    counts: Mapping[str, int]
    problems: tuple[str, ...]

    def status(self, most_hours: float) -> Status:
        """Return how the edition is; a last run of more than `most_hours` ago is too old."""
        if self.counts.get("alarms") or self.hours > most_hours:
            return Status.CRITICAL
        return Status.WARNING if self.problems else Status.OK

    def line(self, most_hours: float) -> str:
        """Return the edition and why it is as it is, for a person."""
        said = [f"{self.hours:.1f} hours ago", plural(self.counts.get("articles", 0), "article")]
        if self.hours > most_hours:
            said[0] += f" (more than {most_hours:g})"
        if alarms := self.counts.get("alarms"):
            said.append(plural(alarms, "drift alarm"))
        return f"{self.edition}: {self.status(most_hours).name}: " + ", ".join(
            [*said, *self.problems]
        )


def healths(database: Database, now: float) -> Iterator[Health]:
    """Yield the health of each edition that a live crawl has counted; `now` as time.time()."""
    with database.read() as db:
        rows = db.execute(
            "SELECT e.edition, e.started, e.counters, r.stats FROM edition_run e"
            " JOIN run r ON r.run = e.run WHERE e.kind IN ('newest', 'days') AND e.run ="
            " (SELECT max(x.run) FROM edition_run x"
            " WHERE x.edition = e.edition AND x.kind IN ('newest', 'days')) ORDER BY e.edition"
        ).fetchall()
    for edition, started, counters, stats in rows:
        wrong = problems(json.loads(stats)) if stats else ["killed"]
        hours = max(0.0, now - started) / HOUR
        yield Health(edition, started, hours, json.loads(counters), tuple(wrong))


def write_metrics(database: Database, path: Path, now: float) -> None:
    """Write the health of the editions for node_exporter's textfile collector, atomically.

    Raises:
        ImportError: prometheus-client is not installed.
        OSError: the file cannot be written.
    """
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, text: str) -> Any:
        return Gauge(f"newswire_{name}", text, ["wire", "edition"], registry=registry)

    started = gauge("last_run_timestamp_seconds", "When the last live run of the edition began")
    counted = {
        "articles": gauge("last_run_articles", "Articles of the last live run"),
        "pages": gauge("last_run_pages", "Pages of the last live run"),
        "alarms": gauge("last_run_alarms", "Drift alarms of the last live run"),
    }
    failed = gauge("last_run_failed", "1 if the last live run of the edition had problems")
    for one in healths(database, now):
        labels = one.edition.split(":", 1)
        started.labels(*labels).set(one.started)
        failed.labels(*labels).set(int(bool(one.problems)))
        for name, metric in counted.items():
            metric.labels(*labels).set(one.counts.get(name, 0))
    write_to_textfile(str(path), registry)
