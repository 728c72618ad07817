"""How long does a page take from its bytes to a clean item? Beside it trafilatura and a bare parse.

    python -m benchmarks.extract ria PAGE.html … [--rounds 9]

Each round runs all three on the same pages, one after another, in an order that turns; the table
shows medians over the rounds, in milliseconds of processor time for a page.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura
from parsel import Selector

from newswire.article.assemble import assemble
from newswire.items import Source
from newswire.page.model import Page


def newswire_item(body: bytes, wire: str) -> None:
    assemble(Page(body, Source("html", "page.html", None, "0" * 64)), wire)


def trafilatura_item(body: bytes, wire: str) -> None:
    trafilatura.bare_extraction(body, with_metadata=True, include_comments=False)


def bare_parse(body: bytes, wire: str) -> None:
    assert Selector(body=body, encoding="utf-8").root is not None


RUNNERS: dict[str, Callable[[bytes, str], None]] = {
    "parsel, parse only": bare_parse,
    "newswire, whole item": newswire_item,
    "trafilatura, metadata": trafilatura_item,
}


def measure(pages: list[bytes], wire: str, rounds: int) -> dict[str, list[float]]:
    """Return for each runner its seconds a page, one figure a round."""
    times: dict[str, list[float]] = {name: [] for name in RUNNERS}
    names = list(RUNNERS)
    for number in range(-1, rounds):  # the first round warms up
        for name in names[number % 3 :] + names[: number % 3]:
            start = time.process_time()
            for page in pages:
                RUNNERS[name](page, wire)
            if number >= 0:
                times[name].append((time.process_time() - start) / len(pages))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("wire")
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    pages = [path.read_bytes() for path in options.pages]
    times = measure(pages, options.wire, options.rounds)
    ours = times["newswire, whole item"]
    size = sum(map(len, pages)) / len(pages) / 1024
    print(f"{len(pages)} pages of {size:.0f} KiB, {options.rounds} rounds")
    print(f"{'':24}{'ms/page':>8}{'pages/s':>9}{'to ours':>9}  [least .. most]")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        ratios = [theirs / own for theirs, own in zip(seconds, ours, strict=True)]
        print(
            f"{name:24}{1000 * median:8.2f}{1 / median:9.0f}{statistics.median(ratios):8.2f}x"
            f"  [{min(ratios):.2f} .. {max(ratios):.2f}]"
        )


if __name__ == "__main__":
    main()
