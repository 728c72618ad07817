"""Which reader of web archives? Pages a CPU second, and what one wrong byte costs.

    python -m benchmarks.warc [PAGES] [TRIALS]

Reads one made archive (a gzip member a record, bodies gzip-encoded as servers send them) with
newswire.archive, warcio and, where it is installed, fastwarc, in turns; the figures are medians of
seven. Then, in an archive of 20 pages, flips one bit or cuts the end, TRIALS times each at places
from a fixed seed: how many pages are still read right, how many come out wrong, how often the
reader says nothing of it. 2>/dev/null: fastwarc prints every zlib error.
"""

from __future__ import annotations

import gzip
import importlib.util
import io
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newswire.archive import pages as archive
from newswire.page.model import Page

LIMIT = 10 * 2**20
# address and body; None and nothing for a damage that the reader told of
Pages = Iterator[tuple[str | None, bytes]]


def by_newswire(path: Path) -> Pages:
    for found in archive.Archives(LIMIT).pages(path, path.name):
        yield (found.url, found.body) if isinstance(found, Page) else (None, b"")


def by_warcio(path: Path) -> Pages:
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                uri = record.rec_headers.get_header("WARC-Target-URI")
                yield uri, record.content_stream().read()


def by_fastwarc(path: Path) -> Pages:
    from fastwarc import warc

    with path.open("rb") as file:
        kinds = warc.WarcRecordType.response
        for record in warc.ArchiveIterator(file, record_types=kinds, auto_decode="all"):
            yield record.headers.get("WARC-Target-URI"), record.reader.read()


def make(pages: int) -> tuple[bytes, dict[str, bytes]]:
    """Return an archive, and its pages by address: 57 kB each of made words."""
    draw = random.Random(1)
    words = ["".join(draw.choices("абвгдежзиклмнопрстухчшыюя", k=6)) for _ in range(4000)]
    out, truth = io.BytesIO(), {}
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    for number in range(pages):
        body = "".join(f"<p>{' '.join(draw.choices(words, k=60))}</p>" for _ in range(72))
        page = f"<!doctype html><title>{number}</title>{body}".encode()
        uri = f"https://wire.example/{number}.html"
        truth[uri] = page
        fields = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
        writer.write_record(
            writer.create_warc_record(
                uri,
                "response",
                payload=io.BytesIO(gzip.compress(page, 6)),
                http_headers=StatusAndHeaders("200 OK", fields, "HTTP/1.1"),
            )
        )
    return out.getvalue(), truth


def speed(path: Path, readers: dict[str, Callable[[Path], Pages]], pages: int) -> None:
    path.write_bytes(make(pages)[0])
    times: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(7):
        for name, reader in readers.items():
            start = time.process_time()
            assert sum(1 for _ in reader(path)) == pages
            times[name].append(time.process_time() - start)
    for name, taken in times.items():
        print(f"{name:9} {pages / statistics.median(taken):7.0f} pages a CPU second")


def damage(path: Path, name: str, reader: Callable[[Path], Pages], trials: int) -> None:
    data, truth = make(20)
    draw = random.Random(2)
    for kind in ("flipped bit", "cut file"):
        right = wrong = silent = 0
        for _ in range(trials):
            harmed = bytearray(data)
            at = draw.randrange(len(data))
            if kind == "cut file":
                del harmed[at:]
            else:
                harmed[at] ^= 1 << draw.randrange(8)
            path.write_bytes(harmed)
            said = False
            try:
                for uri, body in reader(path):
                    right += uri is not None and truth.get(uri) == body
                    wrong += uri is not None and truth.get(uri) != body
                    said = said or uri is None
            except Exception:
                said = True
            silent += not said
        print(
            f"{name:9} {kind:11} {right / trials:4.1f} of 20 pages right, {wrong / trials:.2f} "
            f"wrong, nothing said {silent} times in {trials}"
        )


def main(pages: int = 600, trials: int = 100) -> None:
    readers: dict[str, Callable[[Path], Pages]] = {"newswire": by_newswire, "warcio": by_warcio}
    if importlib.util.find_spec("fastwarc"):
        readers["fastwarc"] = by_fastwarc
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.warc.gz")
        speed(path, readers, pages)
        for name, reader in readers.items():
            damage(path, name, reader, trials)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
