"""The decoder against every possible sequence, and its weights file."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from newswire.boilerplate.decoder import Decoder
from newswire.errors import RuleError
from newswire.rules.weights import Weights, compile_weights

LABELS = ["body", "headline", "label"]
FEATURES = ["a", "b", "c", "d"]


def _random_weights(seed: int) -> Weights:
    dice = random.Random(seed)

    def row() -> dict[str, float]:
        return {label: dice.uniform(-3, 3) for label in LABELS}

    return compile_weights(
        {
            "labels": LABELS,
            "edge": {"start": row(), "end": row()},
            "next": {label: row() for label in LABELS},
            "feature": {feature: row() for feature in FEATURES},
        },
        "test.toml",
    )


def _score(w: Weights, sequence: list[set[str]], path: tuple[int, ...]) -> float:
    total = w.start[path[0]] + w.end[path[-1]]
    total += sum(w.state[f][i] for fs, i in zip(sequence, path, strict=True) for f in fs)
    return total + sum(w.transitions[a][b] for a, b in itertools.pairwise(path))


@pytest.mark.parametrize("seed", range(8))
def test_best_sequence_and_marginals_are_those_of_all_sequences(seed: int) -> None:
    dice = random.Random(seed)
    sequence = [{f for f in FEATURES if dice.random() < 0.5} for _ in range(1 + seed % 5)]
    forbidden = [frozenset({dice.choice(LABELS)}) for _ in sequence] if seed % 2 else []
    weights = _random_weights(seed)
    paths = [
        path
        for path in itertools.product(range(len(LABELS)), repeat=len(sequence))
        if all(LABELS[i] not in no for i, no in zip(path, forbidden, strict=False))
    ]
    scores = {path: _score(weights, sequence, path) for path in paths}
    total = sum(map(math.exp, scores.values()))
    # in two sets, as they come
    parts = [(frozenset(names & {"a", "c"}), frozenset(names & {"b", "d"})) for names in sequence]
    found = Decoder(weights).decode(parts, forbidden)
    assert found.labels == [LABELS[i] for i in max(scores, key=lambda path: scores[path])]
    for index, marginal in enumerate(found.marginals):
        for number, label in enumerate(LABELS):
            share = sum(math.exp(s) for p, s in scores.items() if p[index] == number) / total
            assert marginal[label] == pytest.approx(share)


def test_a_block_is_dropped_only_where_the_odds_say_so() -> None:
    weights = compile_weights(
        {"labels": ["body", "label"], "feature": {"short": {"label": math.log(4)}}}, "test.toml"
    )
    decoder = Decoder(weights)
    rows = [[frozenset({"short"})]]
    assert decoder.decode(rows).labels == ["label"]
    assert decoder.decode(rows, keep={"body"}, odds=3.9).labels == ["label"]
    assert decoder.decode(rows, keep={"body"}, odds=4.1).labels == ["body"]


def test_features_without_a_weight_say_nothing() -> None:
    weights = _random_weights(1)
    known, unknown = [["a"], ["b"]], [["a", "x"], ["b", "y"]]
    one, other = (
        Decoder(weights).decode([[frozenset(names)] for names in sequence])
        for sequence in (known, unknown)
    )
    assert (one.labels, one.marginals) == (other.labels, other.marginals)


def test_evidence_is_sorted_and_speaks_for_the_label() -> None:
    weights = compile_weights(
        {
            "labels": ["body", "label"],
            "feature": {"short": {"label": 1}, "glued": {"label": 2}, "long": {"body": 3}},
        },
        "test.toml",
    )
    found = Decoder(weights).evidence({"short", "glued", "long"}, "label", "body")
    assert found == [("glued", 2.0), ("short", 1.0)]


def test_nothing_to_decode_and_nothing_left() -> None:
    decoder = Decoder(_random_weights(1))
    assert decoder.decode([]).labels == []
    with pytest.raises(ValueError, match="block 0 has no label left"):
        decoder.decode([[frozenset({"a"})]], [frozenset(LABELS)])


def test_long_sequences_neither_overflow_nor_vanish() -> None:
    found = Decoder(_random_weights(3)).decode([[frozenset(FEATURES)]] * 3000)
    assert all(sum(m.values()) == pytest.approx(1) for m in found.marginals)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "test.toml needs `labels`"),
        ({"labels": ["a", "a"]}, "needs `labels`"),
        ({"labels": ["a"], "states": {}}, "unknown key 'states'"),
        ({"labels": ["a"], "edge": {"middle": {}}}, r"\[edge\] has an unknown key 'middle'"),
        ({"labels": ["a"], "next": {"b": {}}}, r"\[next\] has an unknown key 'b'"),
        ({"labels": ["a"], "feature": {"x": 3}}, r"\[feature\] x needs label = weight"),
        ({"labels": ["a"], "feature": {"x": {"b": 1}}}, "no label 'b'"),
        ({"labels": ["a"], "feature": {"x": {"a": "1"}}}, "the weight of 'a' is not a number"),
        ({"labels": ["a"], "feature": {"x": {"a": math.inf}}}, "is not a number"),
    ],
)
def test_a_broken_weights_file_is_named(table: dict[str, object], message: str) -> None:
    with pytest.raises(RuleError, match=message):
        compile_weights(table, "test.toml")
