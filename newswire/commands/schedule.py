"""`scrapy schedule`: one job an edition on the nodes that run scrapyd."""

from __future__ import annotations

import argparse

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from newswire.errors import NodeError
from newswire.operate.scrapyd.client import NODE, Node, schedule
from newswire.wires.editions import editions


class Command(BaseRunSpiderCommand):
    """Thin around `newswire.operate.scrapyd.client`; exit code 1 when a job was refused."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments, for the help."""
        return "[options] <spider>"

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Schedule one job for each edition on scrapyd nodes"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add those of this command; -a and -s are as those of `scrapy crawl`."""
        super().add_options(parser)
        parser.add_argument(
            "--node", action="append", metavar="URL", help=f"may be repeated; default: {NODE}"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Schedule, and say of each edition what was done."""
        wires = {edition.wire for edition in editions().all()}
        if len(args) != 1 or args[0] not in wires:
            raise UsageError(f"name one wire of: {', '.join(sorted(wires))}", print_help=False)
        known = [edition.id for edition in editions().all(args[0])]
        arguments = dict(opts.spargs)
        asked = arguments.pop("edition", None)
        chosen = asked.split(",") if asked else known
        if unknown := sorted(set(chosen) - set(known)):
            raise UsageError(f"no edition {', '.join(unknown)} of {args[0]}", print_help=False)
        job = [*arguments.items(), *(("setting", setting) for setting in opts.set)]
        try:
            nodes = [Node(url) for url in dict.fromkeys(opts.node or [NODE])]
        except NodeError as error:
            raise UsageError(str(error), print_help=False) from None
        for edition, outcome, well in schedule(nodes, args[0], chosen, job):
            print(f"{edition:8} {outcome}")
            self.exitcode = self.exitcode or int(not well)
