"""Pages of sites without a template: the half of `../shared/data/bench` that is kept from fitting.

The sites of each set are cut in two by a hash of their names: weights are fitted on one half
(`tools/fit_pages.py`), figures come from the other. `word_f1` is the mean F1 of word 4-grams (as
of scrapinghub/article-extraction-benchmark, MIT); `loses` the share of pages that lose a paragraph.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

from newswire.article.assemble import assemble
from newswire.boilerplate.learnt import Learnt
from newswire.errors import NewswireError
from newswire.items import Source
from newswire.page.model import Page

BENCH = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "bench"
SETS = ("aeb", "fundus_eval", "daniel_ru")
FITTED, KEPT = 0, 1
GRAM = 4
# a paragraph is lost if less of its 4-grams is there
FOUND = 0.8
_WORD = re.compile(r"[^\W_]+")
WORST = 10
# of the pages, those of another wire
WIRE = ("eco.ria.ru", "www.ria.ru", "ria.ru")


@dataclass(frozen=True)
class Sample:
    """A page and the texts that count as its own: variants, each a list of paragraphs."""

    url: str
    html: str
    site: str
    gold: list[list[str]]


def half(site: str) -> int:
    """Return the half that the pages of a site belong to."""
    return hashlib.sha256(site.encode()).digest()[0] & 1


def samples(name: str, which: int) -> Iterator[Sample]:
    """Yield the pages of a set's half."""
    with gzip.open(BENCH / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if half(row["site"]) == which:
                yield Sample(row["url"], row["html"], row["site"], row["gold"])


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return _WORD.findall(text.replace("\u00ad", "").lower())


def grams(tokens: list[str]) -> Counter[tuple[str, ...]]:
    """Return the word 4-grams; a shorter text is one gram."""
    if not tokens:
        return Counter()
    last = max(1, len(tokens) - GRAM + 1)
    return Counter(tuple(tokens[i : i + GRAM]) for i in range(last))


def f1(found: Counter[tuple[str, ...]], gold: Counter[tuple[str, ...]]) -> float:
    """Return the F1 of two multisets."""
    both = (found & gold).total()
    return 2 * both / ((found.total() + gold.total()) or 1)


def score(text: str, page: Sample) -> tuple[float, int]:
    """Return F1 of a text, and how many of the page's paragraphs it has lost."""
    found = grams(words(text))
    gold = max(page.gold, key=lambda paragraphs: f1(found, grams(words("\n".join(paragraphs)))))
    lost = 0
    for paragraph in gold:
        tokens = words(paragraph)
        wanted = set(grams(tokens))
        if len(tokens) >= GRAM and len(wanted & found.keys()) < FOUND * len(wanted):
            lost += 1
    return f1(found, grams(words("\n".join(gold)))), lost


def page_of(page: Sample) -> tuple[Page, str]:
    """Return a page as newswire takes it, and its wire."""
    source = Source("html", "page.html", None, "0" * 64)
    body = Page(page.html.encode(), source, page.url, "text/html; charset=utf-8")
    return body, "ria" if urlsplit(page.url).hostname in WIRE else "sputnik"


def read(page: Sample, learnt: Learnt | None = None) -> str:
    """Return the text that newswire reads, dateline included; empty where it finds no article."""
    try:
        article = assemble(*page_of(page), learnt=learnt).article
    except NewswireError:
        return ""
    return f"{article.dateline.raw} {article.body}" if article.dateline else article.body


def measure(verbose: bool) -> dict[str, dict[str, float]] | None:
    """Return a row of figures for each set."""
    if not BENCH.is_dir():
        return None
    table = {}
    for name in SETS:
        rows = [
            (*score(text, page), text, page) for page in samples(name, KEPT) if [text := read(page)]
        ]
        table[name] = {
            "pages": len(rows),
            "word_f1": mean(row[0] for row in rows),
            "loses": mean(row[1] > 0 for row in rows),
            "no_article": sum(not row[2] for row in rows),
        }
        if verbose:
            for found, lost, _, page in sorted(rows, key=lambda row: row[0])[:WORST]:
                print(f"{name}: F1 {found:.3f}, {lost} lost: {page.url}")
    return table
