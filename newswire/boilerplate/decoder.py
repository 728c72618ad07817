"""Which label has each block of a sequence, and how sure is it? A linear chain, decoded whole.

The score of a sequence of labels is the sum of its weights: of the features of each block, of each
label that follows another, of both ends. `decode` returns the best sequence (Viterbi, 1967) and
each block's probability of each label (forward-backward; Rabiner, Proceedings of the IEEE 77, 1989,
with the scaling of section V.A). It knows nothing of pages: features are names, labels as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cache, cached_property, lru_cache
from itertools import compress, pairwise, repeat
from operator import add, itemgetter, mul
from typing import NamedTuple

from newswire.rules.weights import Weights

# a number for each label, or for each that a block may have
Row = Sequence[float]
# so many steps without scaling neither overflow nor vanish: each is within 10^±15
_UNSCALED = 8


class Decoded:
    """Labels of a sequence, and how probable they are.

    Attributes:
        labels: one a block: the best sequence.
    """

    def __init__(
        self,
        labels: list[str],
        every: Sequence[str],
        choices: Sequence[_Choice],
        measure: Callable[[], list[Row]],
    ) -> None:
        self.labels = labels
        self._every = every
        self._choices = choices
        self._measure = measure

    @cached_property
    def rows(self) -> list[Row]:
        """Probabilities over all sequences, of each label that a block may have."""
        return self._measure()

    @cached_property
    def marginals(self) -> list[dict[str, float]]:
        """Return label -> probability over all sequences, one a block."""
        return [self.probabilities(index) for index in range(len(self.labels))]

    def probabilities(self, index: int) -> dict[str, float]:
        """Return label -> probability of a block."""
        found = dict(zip(self._choices[index].names, self.rows[index], strict=True))
        return dict.fromkeys(self._every, 0.0) | found


class _Choice:
    """The labels that a block may have; there is one of each kind, so that it is a quick key.

    Attributes:
        numbers: of the labels.
        names: their names.
        pick: takes their weights out of those of all labels.
        none: a row in which nothing speaks for any of them.
    """

    def __init__(self, numbers: tuple[int, ...], names: tuple[str, ...]) -> None:
        self.numbers = numbers
        self.names = names
        self.none = [0.0] * len(names)
        self.pick: Callable[[Row], Row] = (
            itemgetter(*numbers) if len(numbers) > 1 else lambda row: (row[numbers[0]],)
        )


class _Step(NamedTuple):
    """Weights between the labels that a block may have and those of the next.

    Attributes:
        into: a row for each label of the next block, of what leads to it.
        factors_into: the same as factors: `exp` of the weights.
        factors_out: a row for each label of the block, of the factors that lead from it.
    """

    into: list[Row]
    factors_into: list[Row]
    factors_out: list[Row]


class Decoder:
    """Decodes sequences by the weights of one file."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._factors = [[math.exp(w) for w in row] for row in weights.transitions]
        # pages have few kinds of blocks, and few pairs of what two blocks in a row may be
        self._choice = cache(self._new_choice)
        self._step = lru_cache(maxsize=1024)(self._new_step)
        self._weigh = lru_cache(maxsize=8192)(self._new_row)

    def decode(
        self,
        sequence: Sequence[Iterable[frozenset[str]]],
        forbidden: Sequence[frozenset[str]] = (),
        keep: Set[str] = frozenset(),
        odds: float = 1.0,
    ) -> Decoded:
        """Return the labels of a sequence.

        Args:
            sequence: the features of each block, in sets that recur from page to page and have
                none in common; those without a weight say nothing.
            forbidden: labels that each block cannot have; for some blocks all but one.
            keep: labels of blocks that are kept. Where the best sequence drops blocks, one that is
                dropped, or kept, against the odds gets the most probable label of the other kind.
            odds: a block is dropped where that is so many times as probable as keeping it.

        Raises:
            ValueError: a block has all labels forbidden.
        """
        if not sequence:
            return Decoded([], (), (), list)
        choices = [self._choice(no) for no in forbidden or [frozenset[str]()] * len(sequence)]
        if not all(choice.numbers for choice in choices):
            lacking = next(n for n, choice in enumerate(choices) if not choice.numbers)
            raise ValueError(f"block {lacking} has no label left")
        scores = self._scores(sequence, choices)
        steps = [self._step(*pair) for pair in pairwise(choices)]
        best = [c.names[n] for c, n in zip(choices, _best(scores, steps), strict=True)]
        found = Decoded(best, self.weights.labels, choices, lambda: _marginals(scores, steps))
        # what nobody drops needs no odds
        if keep and any(
            label not in keep and len(choice.names) > 1
            for label, choice in zip(best, choices, strict=True)
        ):
            for index, (choice, row) in enumerate(zip(choices, found.rows, strict=True)):
                if len(row) > 1:
                    best[index] = _settle(best[index], choice.names, row, keep, odds)
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

    def _scores(
        self, sequence: Sequence[Iterable[frozenset[str]]], choices: Sequence[_Choice]
    ) -> list[Row]:
        """Return a row for each block: the score of each label that it may have, ends included."""
        scores: list[Row] = []
        for parts, choice in zip(sequence, choices, strict=True):
            rows = map(self._weigh, parts, repeat(choice))
            scores.append(list(map(sum, zip(*rows, strict=True))) or choice.none)
        for at, ends in ((0, self.weights.start), (-1, self.weights.end)):
            scores[at] = list(map(add, scores[at], choices[at].pick(ends)))
        return scores

    def _new_row(self, features: frozenset[str], choice: _Choice) -> Row:
        """Return how much `features` speak for each label of a choice."""
        state = self.weights.state
        # sorted: sums of floats depend on their order
        rows = [choice.pick(state[name]) for name in sorted(features) if name in state]
        return list(map(sum, zip(*rows, strict=True))) or choice.none

    def _new_choice(self, forbidden: frozenset[str]) -> _Choice:
        allowed = [
            (n, label) for n, label in enumerate(self.weights.labels) if label not in forbidden
        ]
        return _Choice(tuple(n for n, _ in allowed), tuple(label for _, label in allowed))

    def _new_step(self, before: _Choice, here: _Choice) -> _Step:
        transitions, factors = self.weights.transitions, self._factors
        return _Step(
            [[transitions[last][label] for last in before.numbers] for label in here.numbers],
            [[factors[last][label] for last in before.numbers] for label in here.numbers],
            [[factors[last][label] for label in here.numbers] for last in before.numbers],
        )


def _best(scores: Sequence[Row], steps: Sequence[_Step]) -> list[int]:
    """Return which of its labels each block has in the best sequence."""
    row = scores[0]
    best = [row]
    for step, score in zip(steps, scores[1:], strict=True):
        row = [max(map(add, row, into)) + own for into, own in zip(step.into, score, strict=True)]
        best.append(row)
    at = row.index(max(row))
    path = [at]
    for row, step in zip(best[-2::-1], reversed(steps), strict=True):
        ways = list(map(add, row, step.into[at]))
        at = ways.index(max(ways))
        path.append(at)
    return path[::-1]


def _marginals(scores: Sequence[Row], steps: Sequence[_Step]) -> list[Row]:
    """Return the probability of each of its labels for each block."""
    exp = math.exp
    emitted: list[Row] = []
    for score in scores:
        top = max(score)
        emitted.append([exp(s - top) for s in score])
    row = emitted[0]
    forward = [row]
    for index, step in enumerate(steps, 1):
        ways = [sum(map(mul, row, into)) for into in step.factors_into]
        row = list(map(mul, emitted[index], ways))
        if not index % _UNSCALED:
            row = _scaled(row)
        forward.append(row)
    marginals = [_scaled(row)]
    row = [1.0] * len(row)
    for index in range(len(steps), 0, -1):
        ahead = list(map(mul, emitted[index], row))
        row = [sum(map(mul, ahead, out)) for out in steps[index - 1].factors_out]
        if not index % _UNSCALED:
            row = _scaled(row)
        marginals.append(_scaled(list(map(mul, forward[index - 1], row))))
    return marginals[::-1]


def _scaled(row: Row) -> Row:
    """Return `row` with the sum 1."""
    total = sum(row) or 1.0
    return [value / total for value in row]


def _settle(label: str, names: Sequence[str], row: Row, keep: Set[str], odds: float) -> str:
    """Return `label`, or the most probable one of the other kind where the odds say so."""
    kept = [name in keep for name in names]
    share = sum(compress(row, kept))
    keeps = (1 - share) < odds * share
    if keeps is (label in keep):
        return label
    others = [
        (p, name) for p, name, own in zip(row, names, kept, strict=True) if own is keeps and p > 0
    ]
    return max(others, key=lambda pair: pair[0], default=(0.0, label))[1]
