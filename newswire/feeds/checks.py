"""Can a feed be written as its options ask? Said before the crawl, in one line."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from scrapy.exporters import BaseItemExporter

from newswire.errors import FeedError
from newswire.feeds.columns import columns
from newswire.feeds.formats import Format, Unit
from newswire.items import Article, Stripped

# of scripts that no encoding of one byte holds together
_TEXT = "Ж中ہ\U0001f600"


def check_fields(uri: str, form: Format, options: dict[str, Any]) -> None:
    """Raise FeedError for `fields` (or FEED_EXPORT_FIELDS) that the format does not have."""
    chosen = options["fields"]
    if not chosen:
        return
    if form.fixed:
        raise FeedError(f"feed {uri}: {options['format']} takes no 'fields': {form.fixed}")
    if form.unit is Unit.TABLE and isinstance(chosen, dict):
        raise FeedError(f"feed {uri}: a table keeps the names: give 'fields' as a list")
    known = {field.name for field in fields(Article)} | set(columns() if form.columns else ())
    for name in chosen:
        if name not in known:
            near = get_close_matches(name, known, 1) or ["headline"]
            raise FeedError(f"feed {uri}: no field {name!r} (did you mean {near[0]!r}?)")


def check_encoding(uri: str, form: Format, options: dict[str, Any]) -> None:
    """Raise FeedError for an encoding in which a feed would be damaged or lose characters.

    JSON and XML are written in ASCII, with escapes, where it does not hold every character.
    """
    name = options.get("encoding") or "utf-8"
    try:
        encoding = codecs.lookup(name).name
        by_line = "[\n".encode(encoding) == b"[\n"
    except LookupError:
        raise FeedError(f"feed {uri}: unknown encoding {name!r}") from None
    if form.binary:
        return
    if encoding == "utf-8-sig":
        if form.unit is not Unit.ROW:
            options["encoding"] = "utf-8"  # the mark is for Excel: it would spoil other files
    elif not by_line:
        raise FeedError(f"feed {uri}: encoding {name!r} does not fit lines: take utf-8")
    elif not _holds_all(encoding):
        if form.unit is Unit.ROW:
            raise FeedError(f"feed {uri}: encoding {name!r} lacks characters: take utf-8")
        if form.escapes:  # Scrapy's JSON escapes without an encoding
            options["encoding"] = None if "json" in form.names[0] else "us-ascii"


def _holds_all(encoding: str) -> bool:
    try:
        _TEXT.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def check_exporter(
    uri: str, exporter: Callable[..., BaseItemExporter], options: dict[str, Any]
) -> None:
    """Raise FeedError for an exporter of Scrapy's that fails on an article, as marshal's does."""
    if not exporter.__module__.startswith("scrapy."):
        return
    try:
        trial = exporter(
            io.BytesIO(), fields_to_export=options["fields"], encoding=options["encoding"]
        )
        trial.start_exporting()
        trial.export_item(Article("id", body=_TEXT, stripped=[Stripped(_TEXT, "rule")]))
        trial.finish_exporting()
    except Exception as error:  # whatever it raises, it would in the crawl
        raise FeedError(
            f"feed {uri}: {options['format']} cannot hold an article ({error}): take jsonl"
        ) from None
