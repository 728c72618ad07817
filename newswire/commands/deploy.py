"""`scrapy deploy`: send this project to nodes that run scrapyd, and see whether they can use it."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.errors import NodeError
from newswire.operate.scrapyd.client import NODE, Node
from newswire.operate.terminal import in_one_line


class Command(ScrapyCommand):
    """`scrapyd-deploy` ends well whatever the node says; this says what it said."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Deploy this project to scrapyd nodes; fails when one of them cannot use it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add those of this command."""
        super().add_options(parser)
        in_one_line(parser)
        parser.add_argument(
            "--node", action="append", metavar="URL", help=f"may be repeated; default: {NODE}"
        )
        parser.add_argument("--egg", type=Path, help="an egg that was built before")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Build the egg, send it to each node."""
        if opts.egg and not opts.egg.is_file():
            raise UsageError(f"{opts.egg}: no such file", print_help=False)
        version = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        with tempfile.TemporaryDirectory() as folder:
            egg = opts.egg or Path(folder, "newswire.egg")
            if not opts.egg:
                build = [sys.executable, "-m", "scrapyd_client.deploy", "--build-egg", str(egg)]
                done = subprocess.run(  # noqa: S603
                    build, check=False, stderr=subprocess.PIPE, text=True
                )
                if done.returncode:
                    said = done.stderr.strip().rpartition("\n")[2]
                    hint = "pip install 'newswire[scrapyd]'" if "scrapyd_client" in said else said
                    raise UsageError(f"the egg could not be built: {hint}", print_help=False)
            for url in dict.fromkeys(opts.node or [NODE]):
                try:
                    spiders = Node(url).deploy(egg, version)
                except NodeError as error:
                    print(f"not deployed: {error}", file=sys.stderr)
                    self.exitcode = 1
                else:
                    print(f"{url}: version {version}, {spiders} spiders")
