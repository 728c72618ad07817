"""How does a command speak? It refuses in one line, and prints to any terminal or pipe."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def in_one_line(parser: argparse.ArgumentParser) -> None:
    """Make `parser` say what is wrong in one line; its usage is what `--help` is for."""

    def error(message: str) -> NoReturn:
        parser.exit(2, f"{parser.prog}: {' '.join(message.split())}\n")

    parser.error = error  # type: ignore[method-assign]


@contextmanager
def printing() -> Iterator[None]:
    """Print what a terminal cannot show as `?`, and end quietly when the reader of a pipe has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
