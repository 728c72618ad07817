"""Is an edition well? As a check of Nagios' kind says it, and as Prometheus reads it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from newswire.operate.health import HOUR, Health, Status
from tests import forked
from tests.crawl import crawl
from tests.simulated import Running
from tests.test_live import FAST, RANGE


@pytest.mark.parametrize(
    ("hours", "counts", "problems", "status"),
    [
        (1, {"articles": 3}, (), Status.OK),
        (1, {"articles": 3}, ("1 feed failed",), Status.WARNING),
        (1, {"articles": 3, "alarms": 1}, (), Status.CRITICAL),
        (25, {"articles": 3}, (), Status.CRITICAL),
    ],
)
def test_status(
    hours: float, counts: dict[str, int], problems: tuple[str, ...], status: Status
) -> None:
    one = Health("sputnik:tj", 0.0, hours, counts, problems)
    assert one.status(24) is status
    assert one.line(24).startswith(f"sputnik:tj: {status.name}: ")


def test_health_of_a_crawl(simulator: Running, tmp_path: Path) -> None:
    ledger, metrics = tmp_path / "ledger.db", tmp_path / "newswire.prom"
    options = ["-a", "edition=tj", "-a", f"site={simulator.sites['tj']}", *FAST, *RANGE]
    options += ["-s", f"NEWSWIRE_LEDGER={ledger}", "-s", f"NEWSWIRE_METRICS={metrics}"]
    done = crawl(tmp_path / "x.jsonl", *options)
    assert done.code == 0, done.log
    found = {
        sample.name: (sample.labels, sample.value)
        for family in text_string_to_metric_families(metrics.read_text("utf-8"))
        for sample in family.samples
    }
    labels = {"wire": "sputnik", "edition": "tj"}
    assert found["newswire_last_run_articles"] == (labels, len(done.items))
    assert found["newswire_last_run_failed"] == (labels, 0)
    assert abs(found["newswire_last_run_timestamp_seconds"][1] - time.time()) < HOUR
    assert list(tmp_path.glob("newswire.prom*")) == [metrics]

    def health(*more: str) -> tuple[int, str]:
        told = forked.run("scrapy", "ledger", "health", "--ledger", str(ledger), *more)
        return told.returncode, told.stdout

    code, said = health()
    assert (code, said.splitlines()[0]) == (0, "OK: 1 of 1 edition well")
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("UPDATE edition_run SET started = started - 2 * 86400")
        db.commit()
    code, said = health()
    assert (code, said.splitlines()[0]) == (2, "CRITICAL: 0 of 1 edition well")
    assert "more than 24" in said
    assert health("--hours", "72")[0] == 0


def test_import_begins_a_ledger_from_a_feed(tmp_path: Path) -> None:
    feed = tmp_path / "x.csv"
    replay = ["-a", "replay=fixtures/sputnik/tj"]
    done = forked.run("scrapy", "crawl", "sputnik", *replay, "-O", str(feed))
    assert done.returncode == 0, done.stderr
    ledger = ["--ledger", str(tmp_path / "new.db")]
    told = forked.run("scrapy", "ledger", "import", str(feed), *ledger)
    assert (told.returncode, told.stderr) == (0, "")
    again = forked.run("scrapy", "ledger", "import", str(feed), *ledger)
    assert " 0 articles new" in again.stdout
