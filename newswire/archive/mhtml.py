"""Which page does an MHTML file hold? RFC 2557, as browsers save a page in one file."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from typing import NamedTuple

from newswire.errors import Reason, UnreadablePage


class Saved(NamedTuple):
    """The page in an MHTML file: its bytes, where it was fetched, its Content-Type."""

    body: bytes
    url: str | None
    content_type: str


def read(data: bytes) -> Saved:
    """Return the page that an MHTML file is about: its root, the first HTML in it.

    Raises:
        UnreadablePage: no HTML in it.
    """
    message = BytesParser(policy=policy.compat32).parsebytes(data)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body.strip():
                url = message.get("Snapshot-Content-Location") or part.get("Content-Location")
                charset = part.get_content_charset()
                said = f"text/html; charset={charset}" if charset else "text/html"
                return Saved(body, _web(url), said)
    raise UnreadablePage(Reason.EMPTY, "an MHTML file without a page")


def _web(url: object) -> str | None:
    address = str(url or "").strip()
    return address if address.lower().startswith(("http://", "https://")) else None
