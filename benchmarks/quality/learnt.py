"""What does it give to know which lines other pages of a site show? The same pages read both ways.

Saved texts: the labelled ones and the project's own, learnt together as one replay would. Pages:
sites of the kept half of `../shared/data/bench` with several of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from statistics import mean

from benchmarks.quality import fixtures, pages, texts
from benchmarks.quality.reading import item_of, page_of
from newswire.boilerplate.learnt import Learnt
from newswire.errors import UnreadablePage
from newswire.page.model import Page
from newswire.page.reading import read

# fewer pages of a site teach nothing
LEAST = 3
FIGURES = ("pages", "F1", "exact", "lost", "leaked", "headline", "lede")


def learn(given: Iterable[tuple[Page, str]]) -> Learnt:
    """Return what pages, each with its wire, teach of one another."""
    learnt = Learnt()
    for page, wire in given:
        with suppress(UnreadablePage):
            learnt.look(read(page, wire))
    learnt.learn()
    return learnt


def of_texts() -> Learnt:
    """Return what the labelled texts and the project's own teach."""
    own = [(page, wire) for page, wire, _ in fixtures.saved()]
    return learn((page_of(path), wire) for path, wire in [*own, *texts.saved().values()])


def measure(verbose: bool) -> dict[str, dict[str, float]] | None:
    """Return the figures of each set with and without."""
    if not texts.TEXTS.is_dir() or not pages.BENCH.is_dir():
        return None
    known = of_texts()
    table = {}
    for way, learnt in (("alone", None), ("learnt", known)):
        figures = texts.table(texts.scores(texts.golds(), learnt=learnt))
        table[f"wire, {way}"] = {n: v for n, v in figures["wire"].items() if n in FIGURES}
        own = [fixtures.is_equal(item_of(p, w, learnt), item) for p, w, item in fixtures.saved()]
        table[f"fixtures, {way}"] = {"pages": len(own), "equal": sum(own)}
    table |= _pages(verbose)
    return dict(sorted(table.items()))


def _pages(verbose: bool) -> dict[str, dict[str, float]]:
    kept = [page for name in pages.SETS for page in pages.samples(name, pages.KEPT)]
    sites = Counter(page.site for page in kept)
    several = [page for page in kept if sites[page.site] >= LEAST]
    known = learn(map(pages.page_of, several))
    table: dict[str, dict[str, float]] = {}
    for way, learnt in (("alone", None), ("learnt", known)):
        rows = [pages.score(pages.read(page, learnt), page) for page in several]
        table[f"pages, {way}"] = {
            "pages": len(rows),
            "F1": mean(row[0] for row in rows),
            "lost": sum(row[1] for row in rows),
        }
        if verbose:
            for site in dict.fromkeys(page.site for page in several):
                found = [r for r, p in zip(rows, several, strict=True) if p.site == site]
                print(f"{site}, {way}: F1 {mean(r[0] for r in found):.3f} of {len(found)} pages")
    return table
