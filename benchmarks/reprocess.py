"""What does it cost to read archives again? Processor time a record, memory, one process and two.

    python -m benchmarks.reprocess [RECORDS] [FOLDER]

Makes one archive of RECORDS (100,000) records of 90 kB, 1 % of them articles of the wire, and reads
it in this process: every record with and without isal, by our own index, by a CDX beside it. Then
16 archives of a 16th of that with one child process and with two: time, and the memory of the first
child after each archive. Times are processor time where nothing else is said; the archive is made
of 400 pages of other sites and 100 articles, over and over.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from newswire.archive import packed, warc
from newswire.bulk import reprocess
from newswire.bulk.folder import Folder, Manifest
from newswire.bulk.run import Progress
from tests.archives import record

SHARE = 100  # one record in so many is the wire's
ARCHIVES = 16


def words(draw: random.Random) -> list[str]:
    return [
        "".join(draw.choices("абвгдежзиклмнопрстухчшыюя", k=draw.randint(3, 9)))
        for _ in range(3000)
    ]


def foreign(draw: random.Random, known: list[str]) -> bytes:
    """Return a page of 90 kB, two thirds of it markup."""
    items = "".join(
        f'<li class="feed__item feed__item--{n % 7}" data-id="{draw.randrange(10**9)}">'
        f'<a class="feed__link" href="/news/{draw.randrange(10**8)}.html">'
        f"{' '.join(draw.choices(known, k=9))}</a>"
        f'<span class="feed__time" data-unixtime="{draw.randrange(10**9)}"></span></li>'
        for n in range(280)
    )
    head = "<!doctype html><html><head><title>News</title></head><body>"
    return f"{head}<ul>{items}</ul></body></html>".encode()


def article(draw: random.Random, known: list[str]) -> bytes:
    """Return an article of 12 paragraphs on a page of 18 kB."""
    text = "".join(
        '<div class="article__block" data-type="text"><div class="article__text">'
        f"{' '.join(draw.choices(known, k=40)).capitalize()}.</div></div>"
        for _ in range(12)
    )
    return (
        '<!doctype html><html lang="ru"><head><title>x</title></head><body><div class="article">'
        f'<h1 class="article__title">{" ".join(draw.choices(known, k=6)).capitalize()}</h1>'
        f'<div class="article__body" itemprop="articleBody">{text}</div></div></body></html>'
    ).encode()


def make(path: Path, records: int, cdx: bool = False) -> None:
    """Write an archive, and perhaps an index beside it."""
    draw = random.Random(1)
    known = words(draw)
    theirs = [
        (url, record(url, foreign(draw, known)))
        for url in (f"https://news{n}.example/story/{n}.html" for n in range(400))
    ]
    ours = [
        (url, record(url, article(draw, known)))
        for url in (
            f"https://tj.sputniknews.ru/20231114/x-{1044000000 + n}.html" for n in range(100)
        )
    ]
    lines, offset = [], 0
    with path.open("wb") as file:
        for number in range(records):
            among = ours if number % SHARE == SHARE // 2 else theirs
            url, data = among[number // SHARE % 100 if among is ours else number % 400]
            file.write(data)
            if cdx:
                entry = {"url": url, "offset": str(offset), "length": str(len(data))}
                lines.append(f"com,example)/ 20231114100000 {json.dumps(entry)}\n")
            offset += len(data)
    if cdx:
        path.with_name(path.name.removesuffix(".warc.gz") + ".cdxj").write_text("".join(lines))


def read(path: Path, out: Path, index: str | None = None) -> Manifest:
    reprocess(path, out, workers=0, index=index)
    [manifest] = Folder(out).manifests()
    return manifest


def one_archive(folder: Path, records: int) -> None:
    path = folder / "one.warc.gz"
    make(path, records, cdx=True)
    theirs = records - records // SHARE
    size = path.stat().st_size
    print(f"{records} records, {records // SHARE} of the wire, {size / 2**20:.0f} MiB")
    read(path, folder / "warm", "cdx")  # loads the rules
    out = folder / "out"
    scan = read(path, out)
    with patch.object(packed, "inflating", zlib):
        plain = read(path, folder / "zlib")
    again = patch("newswire.bulk.tasks.rules_version", lambda: "again")
    with again, patch.object(warc, "records", None):
        own = read(path, out)
    cdx = read(path, folder / "cdx", "cdx")
    assert scan["sha256"] == plain["sha256"] == own["sha256"] == cdx["sha256"]
    assert scan["counts"] == own["counts"] == cdx["counts"]
    base = own["cpu_seconds"]
    print(f"article                         {base / (records // SHARE) * 1000:7.3f} ms")
    for name, manifest in (("header, isal", scan), ("header, zlib", plain), ("CDXJ", cdx)):
        each = (manifest["cpu_seconds"] - base) / theirs * 1000
        print(f"record of another site, {name:12} {each:7.4f} ms")
    print(f"by our own index: {base:.1f} s in all, nothing for the others")


def children() -> Iterator[int]:
    """Yield the processes that this one has started."""
    own = str(Path("/proc/self").resolve().name)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == own:
            yield int(stat.parent.name)


def memory() -> int:
    """Return the MiB of the largest child."""
    sizes = [0]
    for pid in children():
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue
        sizes += [int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")]
    return max(sizes)


def many_archives(folder: Path, records: int) -> None:
    inputs = folder / "many"
    inputs.mkdir()
    make(inputs / "0.warc.gz", records)
    for number in range(1, ARCHIVES):
        (inputs / f"{number}.warc.gz").hardlink_to(inputs / "0.warc.gz")
    taken, cost = {}, {}
    for workers in (1, 2):
        sizes: dict[int, int] = {}

        def tell(progress: Progress, sizes: dict[int, int] = sizes) -> None:
            sizes[progress.finished] = memory()

        start = time.monotonic()
        done = reprocess(inputs, folder / f"workers{workers}", workers=workers, tell=tell)
        taken[workers] = time.monotonic() - start
        manifests = Folder(folder / f"workers{workers}").manifests()
        spent = cost[workers] = sum(manifest["cpu_seconds"] for manifest in manifests)
        print(
            f"{workers} worker(s): {taken[workers]:.1f} s by the clock, {spent:.1f} s of the"
            f" processor, {done.articles} articles, MiB after each archive"
            f" {[sizes[n] for n in sorted(sizes)]}"
        )
    print(
        f"two against one: {taken[1] / taken[2]:.2f} times as fast by the clock (on idle cores),"
        f" {2 * cost[1] / cost[2]:.2f} by the processor"
    )


def main(records: int = 100_000, where: str | None = None) -> None:
    with tempfile.TemporaryDirectory(dir=where) as folder:
        one_archive(Path(folder), records)
        many_archives(Path(folder), records // ARCHIVES)


if __name__ == "__main__":
    main(*(int(each) if each.isdigit() else each for each in sys.argv[1:]))  # type: ignore[arg-type]
