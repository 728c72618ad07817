"""One edition of the simulated wire on an odd server, whose answers a test replaces by faults."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from newswire.simulator.http import Request, finish, raw
from newswire.simulator.site import Site
from newswire.simulator.truth import Truth, truth
from newswire.simulator.wire import NOW, Wire
from tests.crawl import Crawl, arguments
from tests.forked import Forked
from tests.odd_server import OddServer, Route, answer

EDITION = "tj"
ARTICLE = re.compile(r"/20[0-9]{6}/.+\.html")
GONE = answer(status=410)


@dataclass
class FaultyWire:
    """The wire at `root`; `faults` maps paths to what is answered there, and may be changed.

    Attributes:
        articles: answered to every article in place of its page, if set.
        ports: addresses on which the crawl listened while it asked for articles.
        memory: the most that a crawl took, in MB.
    """

    server: OddServer
    folder: Path
    start: date
    week: tuple[int, ...]
    now: datetime = NOW
    faults: dict[str, Route] = field(default_factory=dict)
    articles: bytes | None = None
    ports: set[str] = field(default_factory=set)
    memory: int = 0
    root: str = ""
    _pid: int | None = None

    def __post_init__(self) -> None:
        self.wire = Wire(1, ids=(EDITION,), start=self.start, week=self.week)
        self.site = Site(self.wire)
        self.root = self.server.host(self.faults, default=self.answer)

    def answer(self, request: Request, before: int = 0) -> bytes:
        """Answer as the wire does."""
        if ARTICLE.fullmatch(request.path):
            if self._pid:
                self.ports |= listening(self._pid)
            if self.articles is not None:
                return self.articles
        right = self.site.answer(request, EDITION, {EDITION: self.root}, self.now)
        response = finish(request, right)
        response.headers["Connection"] = "close"
        return raw(request, response)

    def page(self, path: str, **query: str) -> bytes:
        """Return the right body at a path, not compressed."""
        request = Request("GET", path, query, {})
        return self.site.answer(request, EDITION, {EDITION: self.root}, self.now).body

    def truths(self) -> list[Truth]:
        """Return what must come out of the articles of all days, newest first."""
        wire, base = self.wire, self.root
        return [
            truth(wire.article(EDITION, k, self.now), base) for k in wire.latest(EDITION, self.now)
        ]

    def paths(self, first: date, days: int = 1) -> set[str]:
        """Return the paths of the articles of some days, from `first` on."""
        wire, found = self.wire, set[str]()
        for number in range(days):
            of_day = wire.of_day(EDITION, first + timedelta(number), self.now)
            found |= {wire.outline(EDITION, k, 1).path for k in of_day}
        return found

    def path(self, of: Truth) -> str:
        """Return the path of an article."""
        return of.url.removeprefix(self.root)

    def asked(self, since: int = 0) -> list[str]:
        """Return the paths of articles that were asked for, without the first `since` requests."""
        log = [entry for entry in self.server.log if entry.root == self.root][since:]
        return [entry.path for entry in log if ARTICLE.fullmatch(entry.path)]

    def crawl(self, *options: str, **settings: object) -> Crawl:
        """Crawl into the feed and ledger in `folder`, in a process of its own."""
        feed = self.folder / "articles.jsonl"
        settings = {
            "NEWSWIRE_LEDGER": self.folder / "ledger.db",
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "RETRY_TIMES": 1,
        } | settings
        named = ["-a", f"edition={EDITION}", "-a", f"site={self.root}", *options]
        named += [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        process = Forked("scrapy", *arguments(feed, *named, append=True))
        self._pid = process.pid
        while process.running():
            self.memory = max(self.memory, most_memory(process.pid))
            time.sleep(0.05)
        self._pid = None
        done = process.wait()
        return Crawl(done.returncode, done.stderr, feed.read_bytes() if feed.exists() else b"")

    def a_week_passes(self) -> None:
        """Make due what failed."""
        with sqlite3.connect(self.folder / "ledger.db") as db:
            db.execute("UPDATE url SET due = 0 WHERE state = 'failed'")
        db.close()


def most_memory(pid: int) -> int:
    """Return the most memory that a process has taken so far, in MB; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def listening(pid: int) -> set[str]:
    """Return the addresses, as /proc prints them, on which a process takes connections."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(str(descriptor.readlink()))
        except OSError:  # closed meanwhile
            continue
    rows = [row.split() for row in _rows(("tcp", "tcp6"))]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}


def _rows(tables: Iterable[str]) -> list[str]:
    return [row for t in tables for row in Path(f"/proc/net/{t}").read_text().splitlines()[1:]]
