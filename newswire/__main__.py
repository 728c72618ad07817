"""`python -m newswire FILE…`: the articles of saved pages as JSON lines, without a project."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from newswire import __version__
from newswire.api import Skipped, read
from newswire.errors import ConfigError
from newswire.items import Article
from newswire.text.printable import one_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the items; return 1 if a page could not be read or had no article, 2 if misused."""
    parser = argparse.ArgumentParser(
        prog="newswire", description="Print the articles of saved pages as JSON lines."
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, glob or @list")
    parser.add_argument("--edition", help="ids of the editions wanted, with commas")
    parser.add_argument("--wire", help="wire of the pages (default: sputnik)")
    parser.add_argument("--version", action="version", version=f"newswire {__version__}")
    options = parser.parse_args(arguments)
    try:
        return _print(_all(options.paths, options.edition, options.wire))
    except ConfigError as error:
        print(f"newswire: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _all(
    paths: Sequence[str], edition: str | None, wire: str | None
) -> Iterator[Article | Skipped]:
    # every path is checked before the first page is printed
    readers = [read(path, edition=edition, wire=wire) for path in paths]
    return (found for reader in readers for found in reader)


def _print(items: Iterator[Article | Skipped]) -> int:
    skipped = False
    for found in items:
        if isinstance(found, Article):
            line = json.dumps(asdict(found), ensure_ascii=False)
            sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
        else:
            skipped = True
            print(one_line(f"{found.uri}: skipped: {found.message}"), file=sys.stderr)
    sys.stdout.flush()
    return int(skipped)


if __name__ == "__main__":
    sys.exit(main())
