"""How is a text shown on one line of a log or a terminal?"""

from __future__ import annotations


def one_line(text: object) -> str:
    """Return `text` so that it cannot forge a line of the log or drive a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))
