"""`newswire`: the commands of the project from any folder, and articles of saved pages as JSON.

newswire crawl sputnik -a replay=saved -O articles.jsonl    as `scrapy crawl …` in the project
newswire FILE…                                              the articles as JSON lines
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import newswire
from newswire.errors import ConfigError
from newswire.operate.terminal import interrupted_in_one_line
from newswire.text.printable import one_line

if TYPE_CHECKING:
    from newswire.api import Skipped
    from newswire.items import Article

SETTINGS = "newswire.settings"
_COMMANDS = Path(__file__).parent / "commands"
# of Scrapy
_OF_SCRAPY = {"list", "settings", "version"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, or print the items of saved pages.

    Returns:
        0; 1 if a page could not be read or had no article; 2 if misused. A command has exit codes
        of its own.
    """
    interrupted_in_one_line()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in commands():
        return _scrapy(given)
    parser = argparse.ArgumentParser(
        prog="newswire",
        description="Print the articles of saved pages as JSON lines, or run a command.",
        epilog=f"commands: {', '.join(sorted(commands()))}; `newswire COMMAND --help` says more",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, glob or @list")
    parser.add_argument("--edition", help="ids of the editions wanted, with commas")
    parser.add_argument("--wire", help="wire of the pages (default: sputnik)")
    parser.add_argument("--version", action="version", version=f"newswire {newswire.__version__}")
    first = given[0] if given else ""
    near = [] if os.path.lexists(first) else get_close_matches(first, commands(), 1)
    if near:
        parser.error(f"unknown command {first!r} (did you mean {near[0]}?)")
    options = parser.parse_args(given)
    try:
        return _print(_all(options.paths, options.edition, options.wire))
    except ConfigError as error:
        print(f"newswire: {one_line(error)}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def commands() -> set[str]:
    """Return the names of the commands, without loading any."""
    ours = {path.stem for path in _COMMANDS.glob("[a-z]*.py")}
    return ours | _OF_SCRAPY


def _scrapy(given: Sequence[str]) -> int:
    """Run a command with the settings of the project around, or else with newswire's own."""
    from scrapy.cmdline import execute
    from scrapy.utils.conf import closest_scrapy_cfg

    if not closest_scrapy_cfg():
        os.environ.setdefault("SCRAPY_SETTINGS_MODULE", SETTINGS)
    execute(["newswire", *given])
    return 0  # execute() exits by itself


def _all(
    paths: Sequence[str], edition: str | None, wire: str | None
) -> Iterator[Article | Skipped]:
    # every path is checked before the first page is printed
    readers = [newswire.read(path, edition=edition, wire=wire) for path in paths]
    return (found for reader in readers for found in reader)


def _print(items: Iterator[Article | Skipped]) -> int:
    skipped = False
    for found in items:
        if isinstance(found, newswire.Article):
            line = json.dumps(asdict(found), ensure_ascii=False)
            sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
        else:
            skipped = True
            print(one_line(f"{found.uri}: skipped: {found.message}"), file=sys.stderr)
    sys.stdout.flush()
    return int(skipped)


if __name__ == "__main__":
    sys.exit(main())
