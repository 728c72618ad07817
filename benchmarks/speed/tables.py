"""What was measured, as a page, a plot and ratios."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from benchmarks.speed.ways import Cost

OURS = "newswire"
BAR, LABEL, ROW = 460, 190, 22


@dataclass(slots=True)
class Set:
    """A set of pages: its name, how many, their mean bytes, and tool -> ms a page, a round each."""

    name: str
    number: int
    size: float
    times: dict[str, list[float]]

    def median(self, tool: str) -> float:
        """Return the median of the rounds, in milliseconds a page."""
        return statistics.median(self.times[tool])

    def ratio(self, tool: str) -> float:
        """Return how many times as long as newswire a tool takes: the median over the rounds."""
        pairs = zip(self.times[tool], self.times[OURS], strict=True)
        return statistics.median(theirs / own for theirs, own in pairs)


@dataclass(slots=True)
class Found:
    """All that was measured."""

    made: str
    machine: str
    sets: list[Set]
    start_up: dict[str, Cost] = field(default_factory=dict)
    pages: int = 0
    replays: dict[str, Cost] = field(default_factory=dict)
    live: dict[str, tuple[int, Cost]] = field(default_factory=dict)
    growth: dict[int, Cost] = field(default_factory=dict)

    def ratios(self) -> dict[str, float]:
        """Return how many times as fast as each tool newswire is, by set and tool."""
        return {
            f"{one.name} | {tool}": round(one.ratio(tool), 2)
            for one in self.sets
            for tool in one.times
            if tool != OURS
        }


def page(found: Found) -> str:
    """Return the page for the documentation."""
    return "\n".join([*_head(found), *_extraction(found), *_ways(found)]) + "\n"


def _head(found: Found) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield f"Measured on {found.made} ({found.machine}) by `make bench`: processor time on one"
    yield "core, the tools in turns over the same pages, medians of the rounds. A ratio is the"
    yield "tool's time over newswire's in the same round; `make quality` gives the quality."
    yield ""
    yield "![milliseconds a page](benchmarks.svg)"
    yield ""


def _extraction(found: Found) -> Iterator[str]:
    yield "## From bytes to the item"
    yield ""
    for one in found.sets:
        yield f"### {one.name}"
        yield ""
        yield f"{one.number} pages, {one.size / 1024:.0f} KiB on average."
        yield ""
        yield "| tool | ms a page | pages a second | times newswire's time |"
        yield "|---|--:|--:|--:|"
        for tool in one.times:
            ms = one.median(tool)
            yield f"| {tool} | {ms:.2f} | {1000 / ms:.0f} | {one.ratio(tool):.2f} |"
        yield ""


def _ways(found: Found) -> Iterator[str]:
    if not found.replays:
        return
    yield f"## The whole way: {found.pages:,} saved pages to a feed"
    yield ""
    yield "| way | ms a page | pages a second | peak MB |"
    yield "|---|--:|--:|--:|"
    for name, used in found.replays.items():
        ms = 1000 * used.seconds / found.pages
        yield f"| {name} | {ms:.2f} | {1000 / ms:.0f} | {used.megabytes:.0f} |"
    yield ""
    yield "## Live, from a server on loopback"
    yield ""
    yield "| crawl | articles | CPU ms a page |"
    yield "|---|--:|--:|"
    for name, (number, used) in found.live.items():
        yield f"| {name} | {number} | {1000 * used.seconds / max(1, number):.2f} |"
    yield ""
    yield "## Start-up and growth"
    yield ""
    yield "| what | seconds of CPU | peak MB |"
    yield "|---|--:|--:|"
    for name, used in found.start_up.items():
        yield f"| {name} | {used.seconds:.2f} | {used.megabytes:.0f} |"
    for number, used in found.growth.items():
        yield f"| {number:,} saved texts to a feed | {used.seconds:.1f} | {used.megabytes:.0f} |"
    yield ""


def plot(found: Found) -> str:
    """Return a bar chart of milliseconds a page, a group a set, as SVG."""
    parts: list[str] = []
    y = 0
    for one in found.sets:
        y += ROW
        parts.append(f'<text x="0" y="{y}" font-weight="bold">{escape(one.name)}</text>')
        longest = max(map(one.median, one.times))
        for tool in one.times:
            y += ROW
            parts += _bar(tool, one.median(tool), longest, y)
        y += ROW // 2
    style = "text{font:13px sans-serif;fill:currentColor}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 0 {LABEL + BAR + 90} {y + ROW}"'
        f' role="img" aria-label="milliseconds a page"><style>{style}</style>'
        f"{''.join(parts)}</svg>\n"
    )


def _bar(tool: str, ms: float, longest: float, y: int) -> Sequence[str]:
    width = max(1.0, BAR * ms / longest)
    colour = "#1f6feb" if tool == OURS else "#8b949e"
    return (
        f'<text x="{LABEL - 8}" y="{y}" text-anchor="end">{escape(tool)}</text>',
        f'<rect x="{LABEL}" y="{y - 12}" width="{width:.1f}" height="14" fill="{colour}"/>',
        f'<text x="{LABEL + width + 6:.1f}" y="{y}">{ms:.2f} ms</text>',
    )
