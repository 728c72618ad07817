"""How does the simulator say something new in a language? Word stocks and deterministic chance."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

T = TypeVar("T")
Part = str | tuple[str] | tuple[int, int, int]  # literal | (symbol,) | (low, high, step)

_SLOT = re.compile(r"\{(?:#(\d+)-(\d+)\*(\d+)|(\w+))\}")


class Dice(random.Random):
    """Chance that falls the same way on every machine and Python version.

    Only `random()` is used: its sequence for a string seed is documented as stable, that of
    `choice` or `randint` is not.
    """

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[int(self.random() * len(options))]

    def between(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """Return True in `share` (0 to 1) of the cases."""
        return self.random() < share

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """Return `count` different options, at most all of them, in a random order."""
        rest = list(options)
        return [rest.pop(int(self.random() * len(rest))) for _ in range(min(count, len(rest)))]


class Language:
    """The word stock of one language: `say` a symbol, or read a `label` of its page furniture."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self.labels: Mapping[str, str] = table["labels"]
        self.months: Sequence[str] = table["dates"]["short"]
        self.rules: dict[str, list[list[Part]]] = {
            symbol: [_parts(text) for text in texts] for symbol, texts in table["grammar"].items()
        }
        for symbol, variants in self.rules.items():
            for part in (part for variant in variants for part in variant):
                if isinstance(part, tuple) and len(part) == 1 and part[0] not in self.rules:
                    raise ValueError(f"words/{name}.toml: {symbol}: unknown symbol {part[0]!r}")

    def say(self, symbol: str, dice: Dice, variant: int | None = None) -> str:
        """Expand a symbol; `variant` chooses its form (modulo their number), else chance does."""
        variants = self.rules[symbol]
        parts = dice.pick(variants) if variant is None else variants[variant % len(variants)]
        said = []
        for part in parts:
            if isinstance(part, str):
                said.append(part)
            elif len(part) == 1:
                said.append(self.say(part[0], dice))
            else:
                low, high, step = part
                said.append(str(dice.between(low, high) * step))
        return "".join(said)

    def sentence(self, symbol: str, dice: Dice, variant: int | None = None, end: str = ".") -> str:
        """Expand a symbol, with a capital at the beginning and `end` at the end."""
        said = self.say(symbol, dice, variant)
        start = next((i for i, letter in enumerate(said) if letter.isalpha()), 0)
        return said[:start] + said[start : start + 1].upper() + said[start + 1 :] + end


def _parts(text: str) -> list[Part]:
    parts: list[Part] = []
    position = 0
    for slot in _SLOT.finditer(text):
        if slot.start() > position:
            parts.append(text[position : slot.start()])
        low, high, step, symbol = slot.groups()
        parts.append((symbol,) if symbol else (int(low), int(high), int(step)))
        position = slot.end()
    if position < len(text):
        parts.append(text[position:])
    return parts


@cache
def language(name: str) -> Language:
    """Return the word stock `words/<name>.toml`."""
    text = files(__package__).joinpath("words", f"{name}.toml").read_text(encoding="utf-8")
    return Language(name, tomllib.loads(text))
