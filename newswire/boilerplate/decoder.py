"""Which label has each block of a sequence, and how sure is it? A linear chain, decoded whole.

The score of a sequence of labels is the sum of its weights: of the features of each block, of each
label that follows another, of both ends. `decode` returns the best sequence (Viterbi, 1967) and
each block's probability of each label (forward-backward; Rabiner, Proceedings of the IEEE 77, 1989,
with the scaling of section V.A). It knows nothing of pages: features are names, labels as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import add, mul
from typing import NamedTuple

from newswire.rules.weights import Weights


@dataclass(frozen=True)
class Decoded:
    """Labels of a sequence.

    Attributes:
        labels: one a block: the best sequence.
        measure: computes `marginals`.
    """

    labels: list[str]
    measure: Callable[[], list[dict[str, float]]] = field(repr=False, compare=False)

    @cached_property
    def marginals(self) -> list[dict[str, float]]:
        """Return label -> probability over all sequences, one a block; computed when asked for."""
        return self.measure()


# numbers of labels
Labels = tuple[int, ...]


class _Step(NamedTuple):
    """Weights between the labels that a block may have and those of the next.

    Attributes:
        into: a row for each label of the next block, of what leads to it.
        factors_into: the same as factors: `exp` of the weights.
        factors_out: a row for each label of the block, of the factors that lead from it.
    """

    into: list[list[float]]
    factors_into: list[list[float]]
    factors_out: list[list[float]]


class Decoder:
    """Decodes sequences by the weights of one file."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._every = tuple(range(len(weights.labels)))
        self._factors = [[math.exp(w) for w in row] for row in weights.transitions]
        # pages have few pairs of what two blocks in a row may be
        self._step = lru_cache(maxsize=1024)(self._new_step)

    def decode(
        self,
        sequence: Sequence[Set[str]],
        forbidden: Sequence[Set[str]] = (),
        keep: Set[str] = frozenset(),
        odds: float = 1.0,
    ) -> Decoded:
        """Return the labels of `sequence`.

        Args:
            sequence: the features of each block; those without a weight say nothing.
            forbidden: labels that each block cannot have; for some blocks all but one.
            keep: labels of blocks that are kept. Where the best sequence drops blocks, one that is
                dropped, or kept, against the odds gets the most probable label of the other kind.
            odds: a block is dropped where that is so many times as probable as keeping it.

        Raises:
            ValueError: a block has all labels forbidden.
        """
        if not sequence:
            return Decoded([], list)
        names = self.weights.labels
        allowed = [self._every] * len(sequence)
        if forbidden:
            allowed = [
                tuple(n for n, name in enumerate(names) if name not in no) for no in forbidden
            ]
        if not all(allowed):
            raise ValueError(f"block {allowed.index(())} has no label left")
        scores = self._scores(sequence, allowed)
        best = [names[label] for label in self._best(scores, allowed)]
        none = dict.fromkeys(names, 0.0)

        def measure() -> list[dict[str, float]]:
            return [
                none | {names[label]: p for label, p in zip(here, row, strict=True)}
                for here, row in zip(allowed, self._marginals(scores, allowed), strict=True)
            ]

        found = Decoded(best, measure)
        drops = any(
            label not in keep and len(here) > 1 for label, here in zip(best, allowed, strict=True)
        )
        if keep and drops:  # what nobody drops needs no odds
            best[:] = [
                _settle(*pair, keep, odds) for pair in zip(best, found.marginals, strict=True)
            ]
        return found

    def evidence(self, features: Set[str], label: str, against: str) -> list[tuple[str, float]]:
        """Return the features that speak for `label` and not for `against`, strongest first.

        The number is the logarithm of the odds that the feature adds.
        """
        names = self.weights.labels
        one, other = names.index(label), names.index(against)
        state = self.weights.state
        known = [(f, state[f][one] - state[f][other]) for f in features if f in state]
        return sorted((pair for pair in known if pair[1] > 0), key=lambda p: (-p[1], p[0]))

    def _scores(self, sequence: Sequence[Set[str]], allowed: Sequence[Labels]) -> list[list[float]]:
        """Return a row for each block: the score of each allowed label there, ends included."""
        weights = self.weights
        state = weights.state
        scores = []
        for index, (features, here) in enumerate(zip(sequence, allowed, strict=True)):
            if len(here) == 1:
                scores.append([0.0])  # whatever the features say
                continue
            # sorted: sums of floats depend on their order
            rows = [state[feature] for feature in sorted(features) if feature in state]
            if index == 0:
                rows.append(weights.start)
            if index == len(sequence) - 1:
                rows.append(weights.end)
            scores.append([sum([row[label] for row in rows]) for label in here])
        return scores

    def _new_step(self, before: Labels, here: Labels) -> _Step:
        transitions, factors = self.weights.transitions, self._factors
        return _Step(
            [[transitions[last][label] for last in before] for label in here],
            [[factors[last][label] for last in before] for label in here],
            [[factors[last][label] for label in here] for last in before],
        )

    def _best(self, scores: list[list[float]], allowed: Sequence[Labels]) -> list[int]:
        row = scores[0]
        back: list[list[int]] = []
        for score, pair in zip(scores[1:], pairwise(allowed), strict=True):
            ways = []
            following = []
            for into, own in zip(self._step(*pair).into, score, strict=True):
                sums = list(map(add, row, into))
                most = max(sums)
                ways.append(sums.index(most))
                following.append(most + own)
            back.append(ways)
            row = following
        path = [row.index(max(row))]
        for ways in reversed(back):
            path.append(ways[path[-1]])
        return [here[at] for here, at in zip(allowed, reversed(path), strict=True)]

    def _marginals(self, scores: list[list[float]], allowed: Sequence[Labels]) -> list[list[float]]:
        emitted = []
        for score in scores:
            top = max(score)
            emitted.append([math.exp(s - top) for s in score])
        row = _scaled(emitted[0])
        forward = [row]
        steps = [self._step(*pair) for pair in pairwise(allowed)]
        for step, here in zip(steps, emitted[1:], strict=True):
            ways = (sum(map(mul, row, into)) for into in step.factors_into)
            row = _scaled(list(map(mul, here, ways)))
            forward.append(row)
        row = [1.0] * len(row)
        marginals = [forward[-1]]
        for index in range(len(scores) - 1, 0, -1):
            ahead = list(map(mul, emitted[index], row))
            row = _scaled([sum(map(mul, ahead, out)) for out in steps[index - 1].factors_out])
            marginals.append(_scaled(list(map(mul, forward[index - 1], row))))
        return marginals[::-1]


def _scaled(row: list[float]) -> list[float]:
    """Return `row` with the sum 1."""
    total = sum(row) or 1.0
    return [value / total for value in row]


def _settle(label: str, marginal: dict[str, float], keep: Set[str], odds: float) -> str:
    """Return `label`, or the most probable one of the other kind where the odds say so."""
    kept = sum(p for name, p in marginal.items() if name in keep)
    keeps = (1 - kept) < odds * kept
    if keeps is (label in keep):
        return label
    others = {name: p for name, p in marginal.items() if (name in keep) is keeps and p > 0}
    return max(others, key=lambda name: others[name], default=label)
