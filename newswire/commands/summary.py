"""`scrapy summary FILE`: a short table of the articles in a feed."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.errors import FeedError
from newswire.operate.terminal import in_one_line, plural, printing, words

if TYPE_CHECKING:
    from newswire.items import Article

# heading -> width
COLUMNS = {"edition": 11, "date": 10, "place": 18, "kept": 4, "dropped": 7, "headline": 60}


class Command(ScrapyCommand):
    """Print what came out of a crawl; exit code 1 when a line was no article."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments, for the help."""
        return "<articles.jsonl>"

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Print a short table of the articles in a feed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Take Scrapy's options."""
        super().add_options(parser)
        in_one_line(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print one line an article, then the blocks dropped by each rule."""
        if len(args) != 1:
            raise UsageError("name one feed", print_help=False)
        from newswire.ledger.care import read_feed

        problems: list[str] = []
        try:
            with printing():
                for line in table(read_feed(Path(args[0]), problems)):
                    print(line)
        except (FeedError, OSError) as error:
            raise UsageError(words(error), print_help=False) from None
        if problems:
            left_out = plural(len(problems), "line")
            print(f"{left_out} left out, the first: {problems[0]}", file=sys.stderr)
            self.exitcode = 1


def table(articles: Iterable[Article]) -> Iterator[str]:
    """Yield the lines of the table; paragraphs kept and blocks dropped are counts."""
    yield _line(COLUMNS)
    rules: Counter[str] = Counter()
    number = 0
    for article in articles:
        number += 1
        rules.update(block.rule for block in article.stripped)
        yield _line(_row(article))
    yield ""
    yield f"{plural(number, 'article')}; blocks dropped by rule:"
    for rule, dropped in sorted(rules.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {dropped:5}  {rule}"


def _row(article: Article) -> tuple[str, ...]:
    places = article.dateline.places if article.dateline else []
    return (
        article.edition or "?",
        (article.date_published or "-")[:10],
        "/".join(place.name or place.printed for place in places) or "-",
        str(len(article.body.split("\n\n"))),
        str(len(article.stripped)),
        article.headline or f"({article.body[:50]})".replace("\n", " "),
    )


def _line(cells: Iterable[str]) -> str:
    widths = COLUMNS.values()
    parts = [_short(cell, width).ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(parts).rstrip()


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
