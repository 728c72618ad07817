"""`scrapy summary FILE`: a short table of the articles in a JSON Lines feed."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

COLUMNS = ("edition", "date", "place", "kept", "dropped", "headline")


class Command(ScrapyCommand):
    """Print what came out of a crawl."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments, for the help."""
        return "<articles.jsonl>"

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Print a short table of the articles in a JSON Lines feed"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print one line an article, then the blocks dropped by each rule."""
        if len(args) != 1:
            raise UsageError
        try:
            articles = [json.loads(line) for line in Path(args[0]).read_text("utf-8").splitlines()]
        except (OSError, ValueError) as error:
            raise UsageError(f"{args[0]}: {error}", print_help=False) from None
        for line in table(articles):
            print(line)


def table(articles: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table; paragraphs kept and blocks dropped are counts."""
    rows = [COLUMNS, *(_row(article) for article in articles)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()
    rules = Counter(block["rule"] for article in articles for block in article["stripped"])
    yield ""
    yield f"{len(articles)} articles; blocks dropped by rule:"
    for rule, number in sorted(rules.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {number:5}  {rule}"


def _row(article: dict[str, Any]) -> tuple[str, ...]:
    places = (article["dateline"] or {}).get("places") or []
    return (
        article["edition"] or "?",
        (article["date_published"] or "-")[:10],
        _short("/".join(place["name"] or place["printed"] for place in places) or "-", 18),
        str(len(article["body"].split("\n\n"))),
        str(len(article["stripped"])),
        _short(article["headline"] or f"({article['body'][:50]})".replace("\n", " "), 60),
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
