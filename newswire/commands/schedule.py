"""`scrapy schedule`: one job an edition on the nodes that run scrapyd."""

from __future__ import annotations

import argparse
import json

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newswire.errors import ArgumentError, ConfigError, NodeError
from newswire.operate.scrapyd.client import NODE, Node, schedule
from newswire.operate.terminal import in_one_line, printing


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
        in_one_line(parser)
        parser.add_argument(
            "--node", action="append", metavar="URL", help=f"may be repeated; default: {NODE}"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Schedule, and say of each edition what was done."""
        from newswire.wires.editions import editions

        assert self.settings is not None
        wires = {edition.wire for edition in editions().all()}
        if len(args) != 1 or args[0] not in wires:
            raise UsageError(f"name one wire of: {', '.join(sorted(wires))}", print_help=False)
        given = dict(opts.spargs)
        try:
            chosen = _checked(args[0], given, self.settings)
            nodes = [Node(url) for url in dict.fromkeys(opts.node or [NODE])]
        except (ConfigError, NodeError) as error:
            raise UsageError(str(error), print_help=False) from None
        given.pop("edition", None)
        job = [*given.items(), *(("setting", setting) for setting in opts.set)]
        if opts.output or opts.overwrite_output:
            job.append(("setting", f"FEEDS={json.dumps(self.settings.getdict('FEEDS'))}"))
        with printing():
            for edition, outcome, well in schedule(nodes, args[0], chosen, job):
                print(f"{edition:8} {outcome}")
                self.exitcode = self.exitcode or int(not well)


def _checked(wire: str, given: dict[str, str], settings: BaseSettings) -> list[str]:
    """Return the editions to schedule; what `scrapy crawl` would refuse is refused here.

    Raises:
        ConfigError: every job would fail of it.
    """
    from newswire.crawl import arguments
    from newswire.crawl.options import check_settings
    from newswire.wires.editions import editions

    check_settings(settings)
    if "replay" in given:
        raise ArgumentError("replay is no job of an edition: start one with `scrapy crawl`")
    arguments.parse(wire, given)
    asked = editions().named(given.get("edition", ""), wire)
    return [edition.id for edition in asked or editions().all(wire)]
