"""Which label has each block of a sequence, and how sure is it? A linear chain, decoded whole.

The score of a sequence of labels is the sum of its weights: of the features of each block, of each
label that follows another, of both ends. `decode` returns the best sequence (Viterbi, 1967) and
each block's probability of each label (forward-backward; Rabiner, Proceedings of the IEEE 77, 1989,
with the scaling of section V.A). It knows nothing of pages: features are names, labels as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

from newswire.rules.weights import Weights

# scores differ by tens at most; a label with this one is impossible
_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Decoded:
    """Labels of a sequence.

    Attributes:
        labels: one a block: the best sequence.
        marginals: one a block: label -> probability over all sequences.
    """

    labels: list[str]
    marginals: list[dict[str, float]]


class Decoder:
    """Decodes sequences by the weights of one file."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        # factors of the forward and the backward pass
        self._factors = [[math.exp(w) for w in row] for row in weights.transitions]
        self._into = [list(column) for column in zip(*weights.transitions, strict=True)]
        self._factors_into = [[math.exp(w) for w in column] for column in self._into]

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
            keep: labels of blocks that are kept. Where the best sequence drops a block, or keeps
                it, against the odds, the block gets the most probable label of the other kind.
            odds: a block is dropped where that is so many times as probable as keeping it.

        Raises:
            ValueError: a block has all labels forbidden.
        """
        if not sequence:
            return Decoded([], [])
        scores = self._scores(sequence, forbidden)
        labels = self.weights.labels
        best = [labels[index] for index in self._best(scores)]
        marginals = [dict(zip(labels, row, strict=True)) for row in self._marginals(scores)]
        if keep:
            best = [_settle(*pair, keep, odds) for pair in zip(best, marginals, strict=True)]
        return Decoded(best, marginals)

    def evidence(self, features: Set[str], label: str, against: str) -> list[tuple[str, float]]:
        """Return the features that speak for `label` and not for `against`, strongest first.

        The number is the logarithm of the odds that the feature adds.
        """
        names = self.weights.labels
        one, other = names.index(label), names.index(against)
        state = self.weights.state
        known = [(f, state[f][one] - state[f][other]) for f in features if f in state]
        return sorted((pair for pair in known if pair[1] > 0), key=lambda p: (-p[1], p[0]))

    def _scores(
        self, sequence: Sequence[Set[str]], forbidden: Sequence[Set[str]]
    ) -> list[list[float]]:
        """Return a row for each block: the score of each label there, ends included."""
        weights = self.weights
        names, state = weights.labels, weights.state
        scores = []
        for index, features in enumerate(sequence):
            # sorted: sums of floats depend on their order
            rows = [state[feature] for feature in sorted(features) if feature in state]
            score = [sum(column) for column in zip(*rows, strict=True)] or [0.0] * len(names)
            if index == 0:
                score = [a + b for a, b in zip(score, weights.start, strict=True)]
            if index == len(sequence) - 1:
                score = [a + b for a, b in zip(score, weights.end, strict=True)]
            if forbidden and forbidden[index]:
                banned = forbidden[index]
                score = [
                    _NEVER if name in banned else s for name, s in zip(names, score, strict=True)
                ]
                if max(score) == _NEVER:
                    raise ValueError(f"block {index} has no label left")
            scores.append(score)
        return scores

    def _best(self, scores: list[list[float]]) -> list[int]:
        row = scores[0]
        back: list[list[int]] = []
        for score in scores[1:]:
            ways = []
            following = []
            for into, own in zip(self._into, score, strict=True):
                sums = [a + b for a, b in zip(row, into, strict=True)]
                most = max(sums)
                ways.append(sums.index(most))
                following.append(most + own)
            back.append(ways)
            row = following
        path = [row.index(max(row))]
        for ways in reversed(back):
            path.append(ways[path[-1]])
        return path[::-1]

    def _marginals(self, scores: list[list[float]]) -> list[list[float]]:
        emitted = []
        for score in scores:
            top = max(score)
            emitted.append([math.exp(s - top) for s in score])
        row = _scaled(emitted[0])
        forward = [row]
        for factors in emitted[1:]:
            row = _scaled(
                [
                    factor * sum([a * b for a, b in zip(row, into, strict=True)])
                    for factor, into in zip(factors, self._factors_into, strict=True)
                ]
            )
            forward.append(row)
        row = [1.0] * len(row)
        marginals = [forward[-1]]
        for index in range(len(scores) - 1, 0, -1):
            ahead = [a * b for a, b in zip(emitted[index], row, strict=True)]
            row = _scaled(
                [sum([a * b for a, b in zip(ahead, out, strict=True)]) for out in self._factors]
            )
            both = [a * b for a, b in zip(forward[index - 1], row, strict=True)]
            marginals.append(_scaled(both))
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
