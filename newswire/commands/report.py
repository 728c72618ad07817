"""`scrapy report`: one page on articles and runs, for a browser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.errors import FeedError, LedgerError, ReplayError
from newswire.operate.terminal import in_one_line, plural, words

RUNS = 100


class Command(ScrapyCommand):
    """Thin around `newswire.operate.report`; exit code 1 when a line was no article."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments, for the help."""
        return "[options] [articles.jsonl ...]"

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Write a page that shows articles beside their pages, and what was dropped and why"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add those of this command."""
        super().add_options(parser)
        in_one_line(parser)
        parser.add_argument(
            "--ledger", help="path or URL: its runs, and without files its articles"
        )
        parser.add_argument("-o", "--output", type=Path, default=Path("report.html"))
        parser.add_argument(
            "--pages", metavar="PATH", help="archives of a live crawl; default: NEWSWIRE_RECORD"
        )
        parser.add_argument(
            "--shown", type=int, default=300, metavar="N", help="articles in full (default: 300)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the page."""
        from newswire.crawl.keeper import location

        assert self.settings is not None
        where = opts.ledger
        if not where and not args:
            where = location(self.settings["NEWSWIRE_LEDGER"], replay=False)
        if where and "://" not in where and not Path(where).is_file():
            raise UsageError(f"ledger {where}: no such file", print_help=False)
        problems: list[str] = []
        try:
            archives = _archives(opts.pages or self.settings["NEWSWIRE_RECORD"])
            page = _page([Path(name) for name in args], where, problems, archives, opts.shown)
            part = opts.output.with_name(f"{opts.output.name}.part")
            part.write_text(page, "utf-8", "replace")
            part.replace(opts.output)
        except (FeedError, LedgerError, OSError) as error:
            raise UsageError(words(error), print_help=False) from None
        if problems:
            left_out = plural(len(problems), "bad line") + " left out"
            print(*problems, left_out, sep="\n", file=sys.stderr)
            self.exitcode = 1
        print(opts.output)


def _archives(path: str | None) -> Sequence[Path]:
    """Return the files with recorded pages, none if nothing was recorded there."""
    from newswire.archive import replay

    try:
        return replay.find(path) if path else []
    except ReplayError:
        return []


def _page(
    paths: Sequence[Path],
    where: str | None,
    problems: list[str],
    archives: Sequence[Path],
    limit: int,
) -> str:
    from newswire.ledger import care
    from newswire.ledger.open import open_database
    from newswire.ledger.runs import last_runs
    from newswire.operate.report import render

    articles = (article for path in paths for article in care.read_feed(path, problems))
    sources = [str(path) for path in paths]
    if not where:
        return render(articles, [], sources, archives=archives, limit=limit)
    with closing(open_database(where)) as database:
        sources.append(f"ledger {database.location}")
        runs = last_runs(database, RUNS)
        found = articles if paths else care.export(database, "link")
        return render(found, runs, sources, archives=archives, limit=limit)
