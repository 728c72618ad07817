"""Which speeds are to be reached, and which are, by what was measured?"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.figures import LEDGER, WAY, Stages, median, net, sets


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach.

    Attributes:
        what: is measured, with its unit.
        least: the figure is to be at least so large; else at most.
        bound: the figure to reach.
        why: what stands in the way where it is not reached.
        found: the figure; None where it was not measured.
    """

    what: str
    least: bool
    bound: float
    why: str
    found: float | None

    @property
    def reached(self) -> bool | None:
        """Return whether it is; None where it was not measured."""
        if self.found is None:
            return None
        return self.found >= self.bound if self.least else self.found <= self.bound


def goals(stages: Stages) -> list[Goal]:
    """Return the goals of `goals.toml` with what was measured."""
    rows = tomllib.loads(Path(__file__).with_name("goals.toml").read_text("utf-8"))
    found = []
    for row in rows["goal"]:
        least = "at_least" in row
        bound = float(row["at_least"] if least else row["at_most"])
        try:
            figure: float | None = MEASURES[row["by"]](stages, *row.get("of", []))
        except (KeyError, StopIteration):  # a stage that failed, or a peer that is not there
            figure = None
        found.append(Goal(row["what"], least, bound, rows["why"][row["why"]], figure))
    return found


def _times(stages: Stages, name: str, tool: str, other: str) -> float:
    """Return how many times as long as `other` a tool takes on a set."""
    one = next(one for title, one in sets(stages).items() if name in title)
    return median(one, tool) / median(one, other)


def _rate(stages: Stages, way: str) -> float:
    return 1000 / net(stages[WAY + way])


def _beyond(stages: Stages, way: str, other: str) -> float:
    return net(stages[WAY + way]) / net(stages[WAY + other])


def _live(stages: Stages) -> float:
    live = stages["live"]
    return net(live["plain spider"]) / net(live["newswire"])


def _started(stages: Stages, name: str, other: str = "") -> float:
    start = stages["start-up"]
    return float(start[name]["seconds"] / (start[other]["seconds"] if other else 1))


def _stored(stages: Stages, number: int, against: int = 0, key: str = "microseconds") -> float:
    one = stages[f"{LEDGER}{number}"][key]
    return float(one / stages[f"{LEDGER}{against}"][key] if against else one)


def _growth(stages: Stages, number: int) -> float:
    return float(stages[f"growth: {number}"]["megabytes"])


MEASURES: dict[str, Callable[..., float]] = {
    "times": _times,
    "rate": _rate,
    "beyond": _beyond,
    "live": _live,
    "start": _started,
    "ledger": _stored,
    "memory": _growth,
    "processes": lambda stages: float(stages["two processes"]["ratio"]),
}
