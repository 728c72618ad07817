"""Fits the weights of a linear chain and writes them as a data file of `newswire/rules`.

`fit` and `write` take any labelled sequences. It needs python-crfsuite, which nothing
needs at run time: `pip install python-crfsuite==0.9.12`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

from newswire.rules.weights import Weights, compile_weights

RULES = Path(__file__).resolve().parents[1] / "newswire" / "rules"
# smaller weights are noise: they change no label
LEAST = 0.05

# features and labels of a sequence, one each a block
Labelled = tuple[Sequence[Set[str]], Sequence[str]]


def fit(
    sequences: Iterable[Labelled], *, l1: float = 0.05, l2: float = 0.05, rounds: int = 150
) -> Weights:
    """Return the weights that make the labels most probable; the same input gives the same.

    L-BFGS, no random numbers. Both ends are features of the first and the last block.

    Args:
        l1: price of a weight that is not 0.
        l2: price of a large weight.
    """
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": l1, "c2": l2, "max_iterations": rounds})
    for features, labels in sequences:
        rows = [sorted(names) for names in features]
        if rows:
            rows[0].append("<start>")
            rows[-1].append("<end>")
            trainer.append(rows, list(labels))
    with tempfile.TemporaryDirectory() as folder:
        model = str(Path(folder) / "model")
        trainer.train(model)
        tagger = pycrfsuite.Tagger()
        tagger.open(model)
        info = tagger.info()
    table: dict[str, dict[str, dict[str, float]]] = {"edge": {}, "next": {}, "feature": {}}
    for (feature, label), weight in info.state_features.items():
        part = "edge" if feature in {"<start>", "<end>"} else "feature"
        name = feature.strip("<>") if part == "edge" else feature
        table[part].setdefault(name, {})[label] = weight
    for (label, following), weight in info.transitions.items():
        table["next"].setdefault(label, {})[following] = weight
    return compile_weights({"labels": sorted(info.labels), **table}, "fitted weights")


def dump(weights: Weights, head: str) -> str:
    """Return `weights` as the text of a data file; `head` is its comment."""
    names = weights.labels

    def row(values: Sequence[float]) -> str:
        pairs = zip(names, values, strict=True)
        return "{ " + ", ".join(f"{n} = {v:.2f}" for n, v in pairs if abs(v) >= LEAST) + " }"

    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    lines += ["", "labels = [" + ", ".join(f'"{name}"' for name in names) + "]"]
    lines += ["", "[edge]", f"start = {row(weights.start)}", f"end = {row(weights.end)}"]
    lines += ["", "[next]"]
    lines += [f"{n} = {row(v)}" for n, v in zip(names, weights.transitions, strict=True)]
    lines += ["", "[feature]"]
    lines += [
        f'"{f}" = {text}' for f, v in sorted(weights.state.items()) if (text := row(v)) != "{  }"
    ]
    return "\n".join(lines) + "\n"


def write(weights: Weights, name: str, head: str) -> None:
    """Write `weights` to the data file `name` of `newswire/rules`."""
    (RULES / name).write_text(dump(weights, head), "utf-8")
