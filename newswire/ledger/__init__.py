"""What lasts between crawls: URLs and their leases, articles, runs and locks, editions."""

from __future__ import annotations

from collections.abc import Callable

from newswire.errors import LedgerError
from newswire.ledger.articles import Articles, Kept
from newswire.ledger.frontier import Found, Frontier, Lease
from newswire.ledger.history import Counted, History
from newswire.ledger.open import open_database
from newswire.ledger.runs import RUN_SECONDS, Run, Runs
from newswire.ledger.turns import Turns

__all__ = ["RUN_SECONDS", "Counted", "Found", "Kept", "Lease", "Ledger", "LedgerError", "Run"]


class Ledger:
    """The ledger of one process; an edition is named `wire:edition` throughout.

    A crawl calls `runs.begin`, `runs.acquire` for each edition, `runs.heartbeat` now and then, and
    `runs.finish`. Every method of the parts is one transaction or a few, and any may raise
    `LedgerError` (disk full, locked for a minute, server gone).

    Attributes:
        database: the open database.
        runs: crawls, dead ones, and the locks of editions.
        frontier: which URLs are to be fetched.
        articles: those known, and which of them are still to go into the feeds.
        history: what was known and counted of each edition.
        turns: when each host may be asked again.
        now: its clock, that of the database, in seconds since 1970.
    """

    def __init__(
        self,
        location: str,
        clock: Callable[[], float] | None = None,
        *,
        days: float = 28.0,
        policy: str = "link",
        by_publication: bool = False,
    ) -> None:
        """Open the ledger at a path or URL (see `open_database`); make it if need be.

        Articles are compared with those of the `days` before, by the time of storing or, for saved
        pages and past days, `by_publication`; `policy` is one of the `POLICIES`. Times are those of
        the database's clock, unless another `clock` is given.

        Raises:
            LedgerError: it cannot be opened, or is of a version that cannot be used.
        """
        self.database = open_database(location)
        self.now = clock = clock or self.database.now
        self.runs = Runs(self.database, clock)
        self.frontier = Frontier(self.database, clock, self.runs)
        self.history = History(self.database, clock, self.runs)
        self.turns = Turns(self.database, clock)
        self.articles = Articles(
            self.database, clock, self.runs,
            days=days, policy=policy, by_publication=by_publication,
        )  # fmt: skip

    def prune(self, days: float) -> None:
        """Forget what is no longer needed; texts of articles exported longer than `days` ago."""
        self.articles.prune(days)
        self.history.prune()
        self.runs.prune()

    def close(self) -> None:
        """Close it; a run that has not ended is then dead once its process is."""
        self.database.close()
