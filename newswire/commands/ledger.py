"""`scrapy ledger`: look into what lasts between crawls, and mend it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.crawl.keeper import location
from newswire.errors import LedgerError
from newswire.ledger import Ledger
from newswire.ledger import care as ledger_tools
from newswire.ledger.open import open_database
from newswire.ledger.relations import POLICIES
from newswire.operate.health import Status, healths
from newswire.operate.outcome import plural
from newswire.operate.terminal import in_one_line, words

DEEDS = {
    "size": (0, 0),
    "health": (0, 0),
    "export": (0, 0),
    "diff": (0, 0),
    "import": (1, None),
    "merge": (1, 1),
    "forget": (1, 1),
    "reindex": (0, 0),
}


class Command(ScrapyCommand):
    """Thin around `newswire.ledger.care`."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments, for the help."""
        return (
            "size | health | export -o FILE | diff -o FILE | import FILE... | merge LEDGER"
            " | forget NAME | reindex"
        )

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Measure, export, import, merge, forget or reindex what lasts between crawls"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add those of this command."""
        super().add_options(parser)
        in_one_line(parser)
        parser.add_argument("--ledger", help="path or URL; default: NEWSWIRE_LEDGER")
        parser.add_argument("-o", "--output", type=Path, help="JSON Lines file to write")
        parser.add_argument(
            "--hours",
            type=float,
            default=24,
            help="health: how old a last run may be (default: 24)",
        )
        parser.add_argument("--duplicates", default="link", choices=POLICIES)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what the first argument says."""
        deed, given = args[0] if args else "", args[1:]
        if deed not in DEEDS:
            raise UsageError(f"ledger: name one of: {', '.join(DEEDS)}", print_help=False)
        least, most = DEEDS[deed]
        if len(given) < least or (most is not None and len(given) > most):
            raise UsageError(f"usage: scrapy ledger {self.syntax()}", print_help=False)
        if (deed in ("export", "diff")) != (opts.output is not None):
            raise UsageError(f"ledger {deed}: -o FILE goes with export and diff", print_help=False)
        assert self.settings is not None
        where = opts.ledger or location(self.settings["NEWSWIRE_LEDGER"], replay=False)
        days = self.settings.getfloat("NEWSWIRE_LEDGER_DAYS")
        if deed != "import" and "://" not in where and not Path(where).is_file():
            raise UsageError(f"ledger {where}: no such file", print_help=False)
        try:
            getattr(self, f"_{deed}")(where, days, given, opts)
        except (LedgerError, OSError) as error:
            raise UsageError(words(error), print_help=False) from None

    def _size(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        database = open_database(where)
        for name, value in ledger_tools.sizes(database):
            print(f"{name:16} {value:>20}")
        database.close()

    def _health(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        """Say how each edition is, as a Nagios plugin does: the worst is the exit code."""
        with closing(open_database(where)) as database:
            found = list(healths(database, time.time()))
        states = [one.status(opts.hours) for one in found]
        worst = max(states, default=Status.WARNING)
        well = states.count(Status.OK)
        print(f"{worst.name}: {well} of {plural(len(found), 'edition')} well")
        for one in sorted(found, key=lambda one: -one.status(opts.hours)):
            print(one.line(opts.hours))
        self.exitcode = int(worst)

    def _export(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        database, number = open_database(where), 0
        with opts.output.open("wb") as file:
            for article in ledger_tools.export(database, opts.duplicates):
                file.write(article.to_json() + b"\n")
                number += 1
        database.close()
        print(f"{number} articles exported")

    def _diff(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        database, number = open_database(where), 0
        with opts.output.open("wb") as file:
            for found in ledger_tools.differences(database):
                line = json.dumps(found, ensure_ascii=False)
                file.write(line.encode("utf-8", "surrogatepass") + b"\n")
                number += 1
        database.close()
        print(f"{number} articles reprocessed")

    def _import(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        problems: list[str] = []
        with _run(where, days, by_publication=True) as ledger:
            counts = ledger_tools.import_articles(ledger, list(map(Path, given)), problems)
        for path, found in zip(given, counts, strict=True):
            again = f", {found['reprocessed']} reprocessed" if found["reprocessed"] else ""
            print(f"{path}: {found['new']} articles new, {found['known']} known{again}")
        if problems:
            print(*problems, plural(len(problems), "bad line"), sep="\n", file=sys.stderr)
            self.exitcode = 1

    def _merge(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        if "://" not in given[0] and not Path(given[0]).is_file():
            raise LedgerError(f"ledger {given[0]}: no such file")
        other = open_database(given[0])
        with _run(where, days) as ledger:
            urls, versions = ledger_tools.merge(ledger, other)
        other.close()
        print(f"{urls} URLs and {versions} articles taken over")

    def _forget(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        with _run(where, days) as ledger:
            number = ledger_tools.forget(ledger, given[0])
        if not number:
            raise LedgerError(f"ledger: nothing known of {given[0]}")
        print(f"{number} forgotten")

    def _reindex(self, where: str, days: float, given: list[str], opts: argparse.Namespace) -> None:
        done, without = ledger_tools.reindex(where, days)
        print(f"{done} texts indexed; {without} have no text any more")


@contextmanager
def _run(where: str, days: float, *, by_publication: bool = False) -> Iterator[Ledger]:
    """Open a ledger for a run of its own; what it leaves unexported, a crawl may take over."""
    ledger = Ledger(where, days=days, by_publication=by_publication)
    try:
        # it shows no sign of life in between, and may take hours
        ledger.runs.begin("ledger", seconds=86400.0)
        yield ledger
        ledger.runs.finish({})
    finally:
        ledger.close()
