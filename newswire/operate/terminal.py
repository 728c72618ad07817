"""How does a command speak? It refuses and is interrupted in one line, and prints anywhere."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

# exit code of what was stopped before its end
INTERRUPTED = 3


def interrupted_in_one_line() -> None:
    """Let Ctrl-C end this process with one line; a crawl that has begun has a way of its own."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def interrupted_as_ever() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again, as an interactive shell wants."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(number: int, _: object) -> NoReturn:
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, b"newswire: interrupted\n")
    raise SystemExit(INTERRUPTED)


def in_one_line(parser: argparse.ArgumentParser) -> None:
    """Make `parser` say what is wrong in one line; its usage is what `--help` is for."""

    def error(message: str) -> NoReturn:
        parser.exit(2, f"{parser.prog}: {' '.join(message.split())}\n")

    parser.error = error  # type: ignore[method-assign]


def words(error: Exception) -> str:
    """Return an error in words: of the system's, the file and why, without its number.

    >>> words(FileNotFoundError(2, "No such file or directory", "x.jsonl")), words(ValueError("no"))
    ('x.jsonl: no such file or directory', 'no')
    """
    if isinstance(error, OSError) and error.strerror:
        why = error.strerror[0].lower() + error.strerror[1:]
        return f"{error.filename}: {why}" if error.filename else why
    return str(error)


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> plural(1, "page"), plural(2, "page"), plural(0, "entry", "entries")
    ('1 page', '2 pages', '0 entries')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


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
