"""Articles a day as stacked bars: the numbers that the template draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newswire.operate.report.figures import Figures

DAYS = 31
# as many colours as can be told apart
EDITIONS = 7
OTHERS = "others"
WIDTH, HEIGHT = 900, 200
GAP = 0.2


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: `series` is its number among the editions; units of the drawing."""

    series: int
    says: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `WIDTH` × `HEIGHT`, and what stands around it.

    Attributes:
        series: names for the legend.
        top: what the height stands for.
        labels: x of the middle of a bar, and its day.
    """

    series: Sequence[str]
    parts: Sequence[Part]
    top: int
    labels: Sequence[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT


def days(figures: Figures) -> Chart | None:
    """Return articles a day by edition, the last `DAYS` days that have any; None without days."""
    named = sorted(day for day in figures.days if day)[-DAYS:]
    if not named:
        return None
    series = [edition for edition, _ in figures.editions.most_common(EDITIONS)]
    top = max(figures.days[day].total() for day in named)
    step = WIDTH / max(len(named), 7)
    parts = []
    for number, day in enumerate(named):
        counts = figures.days[day]
        numbers = [counts[edition] for edition in series]
        y = float(HEIGHT)
        for place, count in enumerate([*numbers, counts.total() - sum(numbers)]):
            if count:
                name = series[place] if place < len(series) else OTHERS
                height = count / top * HEIGHT
                y -= height
                x = (number + GAP / 2) * step
                says = f"{day} · {name} · {count}"
                parts.append(Part(place, says, x, y, (1 - GAP) * step, height))
    every = -(-len(named) // 8)
    labels = [((n + 0.5) * step, day) for n, day in enumerate(named) if n % every == 0]
    others = [OTHERS] if len(figures.editions) > EDITIONS else []
    return Chart([*series, *others], parts, top, labels)
