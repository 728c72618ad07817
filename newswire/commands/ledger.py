"""`scrapy ledger`: look into what lasts between crawls, and mend it."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.errors import LedgerError
from newswire.operate.terminal import in_one_line, words


class Command(ScrapyCommand):
    """Thin around `newswire.operate.ledger_deeds`."""

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
        from newswire.ledger.relations import POLICIES

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
        from newswire.crawl.keeper import location
        from newswire.operate.ledger_deeds import DEEDS

        name, given = args[0] if args else "", args[1:]
        if name not in DEEDS:
            raise UsageError(f"ledger: name one of: {', '.join(DEEDS)}", print_help=False)
        deed = DEEDS[name]
        if not deed.least <= len(given) <= deed.most:
            raise UsageError(f"usage: scrapy ledger {self.syntax()}", print_help=False)
        if (name in ("export", "diff")) != (opts.output is not None):
            raise UsageError(f"ledger {name}: -o FILE goes with export and diff", print_help=False)
        assert self.settings is not None
        where = opts.ledger or location(self.settings["NEWSWIRE_LEDGER"], replay=False)
        days = self.settings.getfloat("NEWSWIRE_LEDGER_DAYS")
        if name != "import" and "://" not in where and not Path(where).is_file():
            raise UsageError(f"ledger {where}: no such file", print_help=False)
        try:
            self.exitcode = deed.do(where, days, given, opts)
        except (LedgerError, OSError) as error:
            raise UsageError(words(error), print_help=False) from None
