"""What was measured, as a page and a plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from benchmarks.speed.figures import LEDGER, OURS, WAY, Stages, median, net, ratio, sets
from benchmarks.speed.goals import Goal, goals

BAR, LABEL, ROW = 460, 190, 22


def page(found: dict[str, Any]) -> str:
    """Return the page for the documentation."""
    stages = found["stages"]
    parts = [_head(found), _goals(goals(stages)), _extraction(stages), _ways(stages)]
    parts += [_live(stages), _rest(stages), _quality(stages), _failed(found)]
    lines = [line for part in parts for line in part]
    return "\n".join(lines).rstrip("\n") + "\n"


def short(found: dict[str, Any]) -> str:
    """Return the few lines of it that matter, for the README."""
    stages = found["stages"]
    lines = ["| pages | newswire, ms | trafilatura with metadata | readability-lxml | bare parse |"]
    lines.append("|---|--:|--:|--:|--:|")
    others = ("trafilatura with metadata", "readability-lxml", "parse only: parsel")
    for name, one in sets(stages).items():
        cells = (f"{ratio(one, n):.1f} ×" if n in one["times"] else "" for n in others)
        lines.append(f"| {name} | {median(one, OURS):.1f} | {' | '.join(cells)} |")
    ways = {name: net(way) for name, way in stages.items() if name.startswith(WAY) and way}
    said = [
        f"{kind} {1000 / ways[name]:.0f}"
        for kind in ("saved texts", "HTML pages")
        if ways.get(name := f"{WAY}{kind}, scrapy crawl", 0) > 0
    ]
    if said:
        lines += ["", f"`scrapy crawl` into a feed, a second on one core: {', '.join(said)}."]
    return "\n".join(lines)


def _head(found: dict[str, Any]) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield f"Measured on {found['made']} by `make bench` ({found['machine']}): processor time on one"
    yield "core, the tools in turns over the same pages, medians of the rounds"
    yield f"({found['sizes']['rounds']}), after other pages of each set have warmed the tools up. A"
    yield "ratio is the tool's time over newswire's in one round."
    yield f"The load average of the last 15 minutes was {found['load']}: above 1 other work ran"
    yield "beside, which makes all of it slower and the ratios rougher. `make bench-check` says"
    yield "what got slower; all figures, round by round, are in `docs/benchmarks.json`."
    yield ""
    versions = (f"{n} {v.replace('-', ' ')}" for n, v in found["versions"].items())
    yield f"Versions: {', '.join(versions)}. magic-html is not on PyPI, and left out."
    yield ""
    yield "![milliseconds a page](benchmarks.svg)"
    yield ""


def _goals(found: Sequence[Goal]) -> Iterator[str]:
    yield "## Goals"
    yield ""
    yield "| what | goal | found | |"
    yield "|---|--:|--:|---|"
    for goal in found:
        bound = f"{'≥' if goal.least else '≤'} {goal.bound:,g}"
        figure = "not measured" if goal.found is None else _figure(goal.found)
        yield f"| {goal.what} | {bound} | {figure} | {'reached' if goal.reached else ''} |"
    yield ""
    if missed := [goal for goal in found if goal.reached is False]:
        yield "What stands in the way of the others:"
        yield ""
        yield from (f"- {why}" for why in dict.fromkeys(goal.why for goal in missed))
        yield ""


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2f}"


def _extraction(stages: Stages) -> Iterator[str]:
    yield "## From bytes to the item"
    yield ""
    yield "newswire and trafilatura with metadata give headline, date, authors and text; a bare"
    yield "parse gives a tree. F1 is that of word 4-grams against labelled texts, beside the share"
    yield "of pages that lose a paragraph; newswire's weights were fitted on other sites."
    yield ""
    for name, one in sets(stages).items():
        yield f"### {name[0].upper()}{name[1:]}"
        yield ""
        yield f"{one['number']} pages, {one['size'] / 1024:.0f} KiB on average."
        yield ""
        labelled = " F1 | loses |" if one["quality"] else ""
        yield f"| tool | ms a page | pages a second | times newswire's time |{labelled}"
        yield "|---|--:|--:|--:|" + ("--:|--:|" if labelled else "")
        for tool in one["times"]:
            ms = median(one, tool)
            row = f"| {tool} | {ms:.2f} | {1000 / ms:.0f} | {ratio(one, tool):.2f} |"
            quality = one["quality"].get(tool)
            if labelled:
                f1, loses = (f"{quality[k]:.3f}" if quality else "" for k in ("f1", "loses"))
                row += f" {f1} | {loses} |"
            yield row
        yield ""
        for gone in one["gone"]:
            yield f"Not measured: {gone}."
            yield ""


def _ways(stages: Stages) -> Iterator[str]:
    yield "## The whole way: saved pages to a feed"
    yield ""
    yield "Simulated articles of today's template. Start and end of the program, which one page"
    yield "costs as well, are apart. A plain spider yields one dict a page, and reads nothing out"
    yield "of it; a feed is one file of JSON Lines."
    yield ""
    yield "| way | pages | ms a page | pages a second | start and end, s | peak MB |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, way in stages.items():
        if name.startswith(WAY) and way:
            yield _row(name.removeprefix(WAY), way)
    yield ""


def _row(name: str, way: Any) -> str:
    ms = max(net(way), 0.001)
    start, peak = way["one"]["seconds"], way["all"]["megabytes"]
    return f"| {name} | {way['pages']:,} | {ms:.2f} | {1000 / ms:.0f} | {start:.2f} | {peak:.0f} |"


def _live(stages: Stages) -> Iterator[str]:
    if crawls := stages.get("live"):
        yield "## Live, from a server on loopback"
        yield ""
        yield "The same pages and settings; the plain spider has no steps of an article."
        yield ""
        yield "| crawl | pages | ms a page | pages a second | start and end, s | peak MB |"
        yield "|---|--:|--:|--:|--:|--:|"
        yield from (_row(name, way) for name, way in crawls.items())
        yield ""


def _rest(stages: Stages) -> Iterator[str]:
    yield "## Start-up, growth, ledger"
    yield ""
    yield "| what | seconds of processor time | peak MB |"
    yield "|---|--:|--:|"
    rows = dict(stages.get("start-up", {}))
    for name, cost in stages.items():
        if name.startswith("growth: "):
            rows[f"{int(name.partition(' ')[2]):,} saved texts to a feed"] = cost
    for name, cost in rows.items():
        yield f"| {name} | {cost['seconds']:.2f} | {cost['megabytes']:.0f} |"
    yield ""
    ledgers = {name: one for name, one in stages.items() if name.startswith(LEDGER)}
    if any(name.startswith("growth: ") for name in stages):
        yield "A text without a day, here one of five, is compared with those of all weeks in the"
        yield "ledger: the time of these grows with the span of the archive."
        yield ""
    if both := stages.get("two processes"):
        yield "`newswire reprocess` on archives of the same pages, by the clock: one process"
        yield f"{both['one']:.1f} s, two {both['two']:.1f} s."
        yield ""
    if ledgers:
        yield "| articles in the ledger (SQLite) | µs to store the next | bytes an article |"
        yield "|--:|--:|--:|"
        for name, one in ledgers.items():
            number = int(name.partition(" ")[2])
            yield f"| {number:,} | {one['microseconds']:.0f} | {one['bytes']:.0f} |"
        yield ""


def _quality(stages: Stages) -> Iterator[str]:
    if (table := stages.get("quality")) and (wire := table.get("wire")):
        yield "## Quality of the same code"
        yield ""
        yield f"`make quality` on {wire['pages']} labelled saved texts of the wire: F1 of word"
        yield f"4-grams {wire['F1']:.3f}, {wire['exact']:.0%} of the bodies exact,"
        yield f"{wire['lost']} paragraphs lost, {wire['leaked']} lines left in."
        yield ""


def _failed(found: dict[str, Any]) -> Iterator[str]:
    if found["failed"]:
        yield "## Not measured"
        yield ""
        for stage, reason in found["failed"].items():
            yield f"- {stage}: {reason}"


def plot(stages: Stages) -> str:
    """Return a bar chart of milliseconds a page, a group a set, as SVG."""
    parts: list[str] = []
    y = 0
    for name, one in sets(stages).items():
        y += ROW
        parts.append(f'<text x="0" y="{y}" font-weight="bold">{escape(name)}</text>')
        longest = max(median(one, tool) for tool in one["times"])
        for tool in one["times"]:
            y += ROW
            parts += _bar(tool, median(one, tool), longest, y)
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
