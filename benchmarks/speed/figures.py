"""Figures of what was measured: medians, ratios, and the cost of a page without start and end."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.speed.ways import PEERS_WAY

OURS = "newswire"
PAGES, WAY, LEDGER = "pages: ", "way: ", "ledger: "

Stages = dict[str, Any]


def sets(stages: Stages) -> dict[str, Any]:
    """Return what was measured of each set of pages in which newswire was timed."""
    found = {name.removeprefix(PAGES): one for name, one in stages.items() if PAGES in name}
    return {name: one for name, one in found.items() if one["times"].get(OURS)}


def median(one: Any, tool: str) -> float:
    """Return the median of a tool's rounds, in milliseconds a page."""
    return statistics.median(one["times"][tool])


def ratio(one: Any, tool: str) -> float:
    """Return how many times as long as newswire a tool takes: the median over the rounds."""
    pairs = zip(one["times"][tool], one["times"][OURS], strict=True)
    return statistics.median(theirs / own for theirs, own in pairs)


def net(way: Any) -> float:
    """Return the milliseconds a page that a way costs beyond its start and end."""
    beyond = way["all"]["seconds"] - way["one"]["seconds"]
    return 1000 * float(beyond) / max(1, way["pages"] - 1)


def ratios(stages: Stages) -> dict[str, float]:
    """Return how many times as fast as others newswire is: by set and tool, by way."""
    found = {
        f"{name} | {tool}": round(ratio(one, tool), 2)
        for name, one in sets(stages).items()
        for tool in one["times"]
        if tool != OURS
    }
    if peer := stages.get(WAY + PEERS_WAY):
        for name, way in stages.items():
            if name.startswith(WAY) and way and name.endswith(("scrapy crawl", "newswire.read")):
                key = f"{name.removeprefix(WAY)} | {PEERS_WAY}"
                found[key] = round(net(peer) / net(way), 2)
    return found
