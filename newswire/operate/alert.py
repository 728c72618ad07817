"""How does a person hear of a run that failed? By a command, and of the same problem once a day."""

from __future__ import annotations

import logging
import shlex
import subprocess
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newswire.crawl.keeper import Keeper
from newswire.errors import LedgerError
from newswire.ledger.history import DAY
from newswire.ledger.runs import runs_with
from newswire.operate.drift_alarm import BEGUN
from newswire.operate.outcome import FAILED, Stats, exit_code, kinds, summary

logger = logging.getLogger(__name__)

SECONDS = 30
# A problem that lasts is told again after so many seconds.
AGAIN = DAY
# what became of the alert of a run
TOLD, WITHHELD, LOST = (f"newswire/alert/{name}" for name in ("told", "withheld", "failed"))


class Alerts:
    """Extension that tells of the problems of a crawl at its end, unless they were told already.

    The stats of the runs say so, which the ledger keeps; without a ledger that lasts every failed
    run is told.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to `crawler`, before the keeper, which ends the run in the ledger."""
        if not crawler.settings["NEWSWIRE_ALERT"]:
            raise NotConfigured
        alerts = cls(crawler)
        crawler.signals.connect(alerts._stopped, signals.engine_stopped)
        return alerts

    def _stopped(self) -> None:
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats()
        if exit_code(stats) == FAILED:
            if kinds(stats) <= self._told(stats):
                self.crawler.stats.set_value(WITHHELD, 1)
                logger.info("NEWSWIRE_ALERT: not sent, reported within the last 24 hours")
                return
            command, spider = self.crawler.settings["NEWSWIRE_ALERT"], self.crawler.spidercls.name
            sent = alert(command, spider, summary(stats))
            self.crawler.stats.set_value(TOLD if sent else LOST, 1)

    def _told(self, stats: Stats) -> set[str]:
        """Return the kinds of problems that were told of the same editions within a day."""
        keeper = self.crawler.get_extension(Keeper)
        if keeper is None:
            return set()
        ledger, name = keeper.ledger, self.crawler.spidercls.name
        try:
            runs = runs_with(ledger.database, TOLD, name, ledger.now() - AGAIN)
        except LedgerError:
            return set()
        earlier = [run.stats for run in runs if run.stats]
        same = (kinds(told) for told in earlier if _editions(told) == _editions(stats))
        return set[str]().union(*same)


def _editions(stats: Stats) -> set[str]:
    return {name for name in stats if name.startswith(BEGUN)}


def alert(command: str, spider: str, line: str) -> bool:
    """Run `command`, without a shell, with a line on its standard input; return False if it failed.

    That is an error in the log; the run is over already.
    """
    try:
        done = subprocess.run(  # noqa: S603
            shlex.split(command),
            input=f"newswire {spider}: {line}\n".encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        logger.error("NEWSWIRE_ALERT failed: %s", error)
        return False
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        logger.error("NEWSWIRE_ALERT failed with exit code %d: %s", done.returncode, said)
    return not done.returncode
