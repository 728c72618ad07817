"""Does linking in bulk find what one ledger finds, and in what time? `python -m benchmarks.link`

`python -m benchmarks.link [ARTICLES [SEED …]]`, by default 20,000 twice. One row a seed: made-up
articles of which half repeat or correct others (`tests/link_archive.py`), in eight outputs; how
many differ from those of a ledger that imports them; milliseconds of CPU for each article: its
signature, the search, the copy with links, all of them for the ledger; the most memory so far.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newswire.bulk.folder import Folder
from newswire.bulk.link import LINKED, link, sign
from newswire.items import Article, plain
from newswire.ledger import Ledger
from newswire.ledger.care import export, import_articles, read_feed
from tests.link_archive import archive, outputs

DAYS, FILES = 300, 8


@contextmanager
def timed(name: str, times: dict[str, float]) -> Iterator[None]:
    before = time.process_time()
    yield
    times[name] = time.process_time() - before


def measure(number: int, seed: int, scratch: Path) -> str:
    out, times = scratch / "out", dict[str, float]()
    paths = outputs(list(archive(number, seed, DAYS)), out, FILES, seed)
    folder = Folder(out)
    with timed("sign", times):
        for manifest in folder.manifests():
            sign(folder, manifest)
    with timed("link", times):
        done = link(out, workers=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with timed("ledger", times):
        ledger = Ledger(str(scratch / "ledger.db"), by_publication=True)
        ledger.runs.begin("ledger")
        import_articles(ledger, paths, [])
    expected = fingerprints(export(ledger.database, "link"))
    ledger.close()
    found = fingerprints(
        a for path in sorted((out / LINKED).iterdir()) for a in read_feed(path, [])
    )
    differing = (found - expected).total() + (expected - found).total()
    figures = " ".join(f"{times[name] / number * 1e3:7.3f}" for name in ("sign", "link", "ledger"))
    linked = done.counts.total() - done.counts["repeated"]
    return f"{seed:5} {number:9} {linked:7} {differing:11} {figures} {peak:6.0f}"


def fingerprints(articles: Iterator[Article]) -> Counter[str]:
    return Counter(json.dumps(plain(article)) for article in articles)


def main(arguments: list[str]) -> None:
    number, *seeds = map(int, arguments or ["20000"])
    print(" seed  articles  linked differences    sign    link  ledger    MiB")
    for seed in seeds or [1, 2]:
        with tempfile.TemporaryDirectory() as scratch:
            print(measure(number, seed, Path(scratch)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
