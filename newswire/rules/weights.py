"""How much does a feature speak for a label? Fitted weights, read and checked once.

A weights file is TOML, written by `tools/fit_roles.py`:

    labels = ["headline", "body", "label"]

    [edge]                                  # a sequence begins, ends with this label
    start = { headline = 1.2 }
    end = { body = 0.4 }

    [next]                                  # label -> label that follows -> weight
    headline = { body = 0.9, headline = -3.1 }

    [feature]                               # feature -> label -> weight
    ends-sentence = { body = 1.7, label = -1.1 }

A weight is a natural logarithm of odds; one that is not there is 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from newswire.errors import RuleError
from newswire.rules import read

# of a label where it cannot stand; `exp` of it is not 0, so that no sum over sequences is
IMPOSSIBLE = -30.0


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of a linear chain of labels; every row is in the order of `labels`.

    Attributes:
        start: of the first label.
        end: of the last label.
        transitions: a row for each label, of the labels that may follow it.
        state: feature -> a weight for each label.
    """

    labels: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]
    transitions: tuple[tuple[float, ...], ...]
    state: dict[str, tuple[float, ...]]

    def follow(self, follows: Mapping[str, Set[str]], first: Set[str], last: Set[str]) -> Weights:
        """Return the weights under which only these labels follow one another.

        Args:
            follows: label -> labels that may follow it.
            first: labels that a sequence may begin with.
            last: labels that it may end with.
        """

        def held(row: tuple[float, ...], allowed: Set[str]) -> tuple[float, ...]:
            pairs = zip(self.labels, row, strict=True)
            return tuple(w if name in allowed else IMPOSSIBLE for name, w in pairs)

        rows = zip(self.labels, self.transitions, strict=True)
        return replace(
            self,
            start=held(self.start, first),
            end=held(self.end, last),
            transitions=tuple(held(row, follows[name]) for name, row in rows),
        )

    def add(self, features: Mapping[str, float], but: Set[str]) -> Weights:
        """Return the weights with features that speak alike for all labels, `but` for some."""
        rows = {
            feature: tuple(0.0 if name in but else weight for name in self.labels)
            for feature, weight in features.items()
        }
        return replace(self, state=self.state | rows)


@cache
def weights(name: str) -> Weights:
    """Return the weights in the data file `name` of this package.

    Raises:
        RuleError: see `compile_weights`.
    """
    return compile_weights(read(name), name)


def compile_weights(table: Mapping[str, Any], name: str) -> Weights:
    """Return the checked weights of the parsed file `name`.

    Raises:
        RuleError: a key, label or weight is missing or wrong.
    """
    if unknown := set(table) - {"labels", "edge", "next", "feature"}:
        raise RuleError(f"{name} has an unknown key {sorted(unknown)[0]!r}")
    labels = table.get("labels")
    if (
        not isinstance(labels, list)
        or not labels
        or not all(isinstance(label, str) for label in labels)
        or len(set(labels)) < len(labels)
    ):
        raise RuleError(f"{name} needs `labels`, a list of different names")

    def row(part: str, key: str) -> tuple[float, ...]:
        given = table.get(part, {}).get(key, {})
        where = f"{name}: [{part}] {key}"
        if not isinstance(given, dict):
            raise RuleError(f"{where} needs label = weight")
        for label, weight in given.items():
            if label not in labels:
                raise RuleError(f"{where}: no label {label!r}")
            if not isinstance(weight, int | float) or not math.isfinite(weight):
                raise RuleError(f"{where}: the weight of {label!r} is not a number")
        return tuple(float(given.get(label, 0.0)) for label in labels)

    for part, keys in (("edge", {"start", "end"}), ("next", set(labels))):
        if wrong := set(table.get(part, {})) - keys:
            raise RuleError(f"{name}: [{part}] has an unknown key {sorted(wrong)[0]!r}")
    return Weights(
        tuple(labels),
        row("edge", "start"),
        row("edge", "end"),
        tuple(row("next", label) for label in labels),
        {feature: row("feature", feature) for feature in table.get("feature", {})},
    )
