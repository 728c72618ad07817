"""How does a command refuse? In one line, with exit code 2."""

from __future__ import annotations

import argparse
from typing import NoReturn


def in_one_line(parser: argparse.ArgumentParser) -> None:
    """Make `parser` say what is wrong in one line; its usage is what `--help` is for."""

    def error(message: str) -> NoReturn:
        parser.exit(2, f"{parser.prog}: {' '.join(message.split())}\n")

    parser.error = error  # type: ignore[method-assign]
