"""Fits the weights for pages of no known template: `newswire/rules/generic*.toml`.

    pip install python-crfsuite==0.9.12
    python -m tools.fit_pages

It takes the half of `../shared/data/bench` that `make quality` does not report on. A block is text
if it stands in the gold text, in its order; the others are above, amid or below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from random import Random

from benchmarks.quality.pages import FITTED, GRAM, SETS, Sample, samples, words
from newswire.boilerplate.generic import FOLLOWS
from newswire.boilerplate.html_features import features, guessed
from newswire.boilerplate.measured import Measured
from newswire.page import elements, plain, structured, visible
from newswire.page.markup import parse
from newswire.page.model import Block, Facts
from newswire.page.reading import guess
from tools import invented_pages
from tools.fit_roles import Labelled, fit, write

# a block belongs to the gold text if so much of its 4-grams does
INSIDE = 0.5
# prices of a weight; from 0.1 to 5 measured on the other half: less fits the sites, more blurs
PRICES = {"l1": 0.5, "l2": 2.0, "rounds": 120}
# of the smaller pages: how much of what is no text is left out
SHARES = (0.6, 0.9, 1.0)
# pages of no site: so many that their shapes count and real pages count more
INVENTED = 300
HEAD = """What speaks for a block of an HTML page being of the text, {of}.
Fitted by `python -m tools.fit_pages`; features: newswire/boilerplate/html_features.py."""


def labels(blocks: list[Block], page: Sample) -> list[str]:
    """Return the label of each block, from the shortest variant of the gold text."""
    gold = min((words("\n".join(each)) for each in page.gold), key=len)
    tokens = [words(block.text) for block in blocks]
    spans = _chain(_candidates(tokens, gold))
    inside = set(spans)
    inside |= set(_between(tokens, gold, spans))
    return invented_pages.labelled(inside, len(blocks))


def _candidates(tokens: list[list[str]], gold: list[str]) -> list[tuple[int, int, int]]:
    """Return (block, offset in the gold text, grams in common) of each block that may be of it."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(gold) - GRAM + 1):
        places.setdefault(tuple(gold[at : at + GRAM]), []).append(at)
    found = []
    for index, own in enumerate(tokens):
        own_grams = [tuple(own[i : i + GRAM]) for i in range(len(own) - GRAM + 1)]
        hits = [gram for gram in own_grams if gram in places]
        if hits and len(hits) >= INSIDE * len(own_grams):
            # the later place first: of one block no two follow each other
            found += [(index, at, len(hits)) for at in reversed(places[hits[0]])]
    return found


def _chain(found: list[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """Return the heaviest chain of blocks in the order of the gold text, and their spans there."""
    best: list[int] = []
    before: list[int] = []
    for index, (block, at, weight) in enumerate(found):
        best.append(weight)
        before.append(-1)
        for other in range(index):
            block_before, start, length = found[other]
            fits = block_before < block and start + INSIDE * length <= at
            if fits and best[other] + weight > best[index]:
                best[index], before[index] = best[other] + weight, other
    spans = {}
    index = max(range(len(best)), key=best.__getitem__, default=-1)
    while index >= 0:
        block, at, weight = found[index]
        spans[block] = (at, at + weight + GRAM - 1)
        index = before[index]
    return spans


def _between(
    tokens: list[list[str]], gold: list[str], spans: dict[int, tuple[int, int]]
) -> Iterator[int]:
    """Yield the short blocks whose words the gold text has between those of their neighbours."""
    ends = [(min(spans, default=0) - 1, (0, 0)), *sorted(spans.items())]
    ends.append((ends[-1][0] + 4, (len(gold), len(gold))))
    for (above, (_, at)), (below, (until, _)) in pairwise(ends):
        for index in range(max(above, -1) + 1, min(below, len(tokens))):
            own = tokens[index]
            if not 0 < len(own) < GRAM:
                continue
            for start in range(at, until - len(own) + 1):
                if gold[start : start + len(own)] == own:
                    yield index
                    at = start + len(own)
                    break


def shortened(known: list[str], share: float, seed: str) -> tuple[list[int], list[str]]:
    """Return a smaller page of the same kind: the blocks that stay, and their labels.

    Of what is no text a share goes; of the text an end of any length.
    """
    chance = Random(seed)  # noqa: S311
    paragraphs = [i for i, label in enumerate(known) if label == "text"]
    last = paragraphs[chance.randrange(len(paragraphs))] if paragraphs else len(known)
    kept = [
        i
        for i, label in enumerate(known)
        if (label == "text" and i <= last) or (label != "text" and chance.random() >= share)
    ]
    return kept, ["below" if known[i] == "amid" and i > last else known[i] for i in kept]


def shown(blocks: list[Block], facts: Facts, text: str) -> tuple[list[set[str]], list[set[str]]]:
    """Return the features of each block, without and with another extractor's text."""
    page = Measured(blocks, facts)
    alone = [set().union(*parts) for parts in features(page)]
    said = guessed(page, text)
    return alone, [names | other for names, other in zip(alone, said, strict=True)]


def _read(html: str, url: str) -> tuple[list[Block], Facts, str]:
    """Return the blocks of a page, what it says of itself, and its text as another reads it."""
    tree, *_ = parse(html.encode())
    visible.settle(tree, html.encode())
    facts = structured.read(tree, url)
    plain.settle(tree)
    text = guess(tree)
    blocks = elements.without_glued(elements.blocks(tree))
    return [elements.joined(run) for run in elements.runs(blocks)], facts, text


def sequences() -> Iterator[tuple[Labelled, Labelled]]:
    """Yield features and labels of each real page, without and with another extractor's text.

    Behind each page come smaller ones that are made of it.
    """
    for name in SETS:
        for number, page in enumerate(samples(name, FITTED)):
            blocks, facts, text = _read(page.html, page.url)
            whole = labels(blocks, page)
            pages = [(list(range(len(blocks))), whole)]
            pages += [shortened(whole, share, f"{name} {number} {share}") for share in SHARES]
            for kept, known in pages:
                rest = [blocks[i] for i in kept]
                alone, asked = shown(rest, facts, text)
                yield (alone, known), (asked, known)


def invented(
    numbers: Iterable[int], shapes: list[str] | None = None
) -> Iterator[tuple[Labelled, Labelled]]:
    """Yield the same of pages that nobody has written."""
    for number in numbers:
        page = invented_pages.page(number, shapes)
        blocks, facts, text = _read(page.html, "https://news.example/story-1.html")
        known = invented_pages.labels(blocks, page.text)
        alone, asked = shown(blocks, facts, text)
        yield (alone, known), (asked, known)


def main() -> None:
    """Fit and write both files."""
    alone, asked = zip(*sequences(), *invented(range(INVENTED)), strict=True)
    for rows, name, of in (
        (alone, "generic.toml", "by what the page shows"),
        (asked, "generic_guess.toml", "with the text that trafilatura takes for it"),
    ):
        weights = fit(rows, **PRICES)
        write(weights, name, HEAD.format(of=of))
        print(f"{name}: {len(rows)} pages, {len(weights.state)} features")
    assert set(weights.labels) == set(FOLLOWS)


if __name__ == "__main__":
    main()
