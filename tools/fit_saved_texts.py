"""Fits `newswire/rules/roles.toml`, the weights that tell the lines of a saved text apart.

    python -m tools.fit_saved_texts            write the weights
    python -m tools.fit_saved_texts --held-out print what weights do on editions they never saw
    python -m tools.fit_saved_texts --curve    the same for several odds: leaks against losses

The same material gives the same file. It needs python-crfsuite: `make .venv/.fit`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator

from benchmarks.quality import learnt, texts
from benchmarks.quality.scoring import Score
from newswire.boilerplate import roles
from newswire.rules.weights import Weights
from tools.fit_roles import Labelled, fit, write
from tools.role_samples import CASES_EDITION as CASES
from tools.role_samples import Sample, labelled, sequence, simulated, snippets

SEED = 1
# pages made from each sample, and how often it is there itself
MADE, ITSELF = 10, 3
ODDS = (1.0, 2.0, 4.0, 8.0, 16.0, 64.0)
HEAD = """How much each feature of a line speaks for each role, as a logarithm of odds.
Made by `python -m tools.fit_saved_texts`; the features are those of
newswire/boilerplate/features.py."""


def sequences(samples: list[Sample]) -> list[Labelled]:
    """Return the labelled sequences of `samples` and of pages simulated from them."""
    dice = random.Random(SEED)  # noqa: S311
    found = snippets(samples)
    pages = [s for s in samples if s.edition != CASES]
    made = [simulated(s, found, dice) for s in pages for _ in range(MADE)]
    return [sequence(s) for s in [*samples, *pages * (ITSELF - 1), *made]]


def held_out(
    samples: list[Sample], edition_of: Callable[[str], str]
) -> Iterator[tuple[str, Weights]]:
    """Yield each edition of the labelled texts, with weights fitted without its pages."""
    names = {edition_of(s.name) for s in samples if s.name in texts.golds()}
    for edition in sorted(names):
        yield edition, fit(sequences([s for s in samples if s.edition != edition]))


def main() -> None:
    """Fit, or show what held-out editions say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--curve", action="store_true")
    args = parser.parse_args()
    samples = labelled()
    if not (args.held_out or args.curve):
        write(fit(sequences(samples)), "roles.toml", HEAD)
        return
    editions = {s.name: s.edition for s in samples}
    # alone, and with what other pages of the script show
    ways = {"": None, ", learnt": learnt.of_texts()}
    every: dict[tuple[float, str], list[Score]] = {
        (odds, way): [] for odds in (ODDS if args.curve else (roles.ODDS,)) for way in ways
    }
    golds = texts.golds()
    # a page without an article labels nothing: the weights of all others judge it
    none = [name for name, gold in golds.items() if gold.get("no_article")]
    for scores in every.values():
        scores += texts.scores(none)
    for edition, weights in held_out(samples, lambda name: editions[name]):
        decoder = roles.decoder_of(weights)
        roles.decoder = lambda decoder=decoder: decoder  # type: ignore[assignment,misc]
        for (odds, way), scores in every.items():
            roles.ODDS = odds
            names = [
                n
                for n, gold in golds.items()
                if (gold.get("edition") or n.split("-")[0]) == edition
            ]
            scores += texts.scores(names, learnt=ways[way])
    for (odds, way), scores in every.items():
        print(f"odds {odds:g}{way}")
        rows = texts.table(scores)
        for row in ("wire", "other wires", texts.SMALLEST):
            print("  ", row, {k: round(v, 3) for k, v in rows[row].items()})
        if not args.curve:
            show_wrong(scores)


def show_wrong(scores: list[Score]) -> None:
    """Print the pages that are not right."""
    for one in scores:
        wrong = [name for name, hit in one.hits.items() if not hit]
        if wrong or one.lost or one.leaked or (one.is_article and not one.exact):
            print("  ", one.name, "lost", one.lost, "leaked", one.leaked, "wrong", *wrong or ["-"])


if __name__ == "__main__":
    main()
