"""A process of its own that works on a ledger until it has done its work or is killed.

`python -m tests.ledger_worker LEDGER lease|hold ARGUMENT`: one line of output for each deed,
after the ledger has it.
"""

from __future__ import annotations

import hashlib
import sys
import time

from newswire.items import Article, Source
from newswire.ledger import Ledger

EDITION = "sputnik:tj"


def article(number: int, text: str | None = None, modified: str | None = None) -> Article:
    """A made-up article; `text` stands for its body."""
    body = text or f"Text {number}. " * 20
    return Article(
        id=f"{EDITION}:{number}",
        wire="sputnik",
        edition="tj",
        body=body,
        content_hash=hashlib.sha256(body.encode()).hexdigest()[:32],
        date_modified=modified,
        source=Source("text", f"{number}.txt"),
    )


def main(location: str, deed: str, argument: str) -> None:
    ledger = Ledger(location)
    ledger.runs.begin("sputnik")
    if deed == "hold":
        print(int(ledger.runs.acquire(argument)), flush=True)
        time.sleep(600)
    if deed == "lease":
        while leases := ledger.frontier.lease(EDITION, int(argument)):
            print(*(lease.key for lease in leases), sep="\n", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
