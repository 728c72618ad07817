"""Where was a saved page fetched? What the program says that saved it, in a comment at its head."""

from __future__ import annotations

import re

# Internet Explorer and Chromium: "saved from url=(0042)https://…"; SingleFile: "Page saved with
# SingleFile url: https://…"; HTTrack: "Mirrored from host/path by HTTrack"
_SAVED = re.compile(
    rb"<!--(?:[^>]{0,200}?saved from url=\(\d{1,6}\)|[^>]{0,200}?\burl:\s*)(https?://[^\s<>\"]+)"
    rb"|<!--\s*Mirrored from ([\w.-]+/[^\s<>\"]*) by HTTrack",
    re.IGNORECASE,
)
_HEAD = 8192


def saved_from(body: bytes) -> str | None:
    """Return the address that a saved page was fetched from, None if it does not say.

    >>> saved_from(b"<!-- saved from url=(0021)https://sputnik.kg/a/ --><html>")
    'https://sputnik.kg/a/'
    """
    found = _SAVED.search(body[:_HEAD])
    if found is None:
        return None
    address = found[1] or b"https://" + found[2]
    return address.decode("utf-8", "replace")
