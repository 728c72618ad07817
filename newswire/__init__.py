"""newswire turns the pages of a news wire into clean article items.

As a library: `newswire.extract`, `newswire.read`, `newswire.dateline.parse`, see `docs/library.md`.
Names load when they are first used, so that `import newswire` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newswire import dateline
    from newswire.api import Skipped, extract, read
    from newswire.bulk import reprocess
    from newswire.bulk.link import link
    from newswire.errors import NewswireError, NoArticle, Reason, UnreadablePage
    from newswire.items import Article, Dateline, Image, Place, Related, Source, Stripped

    __version__: str

_HOMES = {
    **dict.fromkeys(("Skipped", "extract", "read"), "newswire.api"),
    "reprocess": "newswire.bulk",
    "link": "newswire.bulk.link",
    **dict.fromkeys(("NewswireError", "NoArticle", "Reason", "UnreadablePage"), "newswire.errors"),
    **dict.fromkeys(
        ("Article", "Dateline", "Image", "Place", "Related", "Source", "Stripped"),
        "newswire.items",
    ),
}

__all__ = [
    "Article",
    "Dateline",
    "Image",
    "NewswireError",
    "NoArticle",
    "Place",
    "Reason",
    "Related",
    "Skipped",
    "Source",
    "Stripped",
    "UnreadablePage",
    "__version__",
    "dateline",
    "extract",
    "link",
    "read",
    "reprocess",
]


def __getattr__(name: str) -> Any:  # PEP 562
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    elif name == "dateline":
        value = import_module("newswire.dateline")
    elif name == "__version__":
        from importlib.metadata import version

        value = version("newswire")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
