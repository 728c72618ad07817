"""Is an article complete? Checked against the item's JSON Schema before it is exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import fastjsonschema

from newswire.items import Article, plain


def problem(article: Article) -> str | None:
    """Return why `article` cannot be exported, None when it can."""
    if not article.id or article.source is None or not article.source.sha256:
        return "an article needs an id and a source"
    if not article.content_hash or not article.extractor:
        return "an article needs a content_hash and an extractor"
    try:
        _check()(plain(article))
    except fastjsonschema.JsonSchemaValueException as error:
        return str(error.message)
    return None


@cache
def _check() -> Callable[[dict[str, Any]], object]:
    schema = json.loads(files(__package__).joinpath("schema.json").read_text("utf-8"))
    # the compiler knows drafts 4 to 7, of which the schema uses nothing newer
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    check: Callable[[dict[str, Any]], object] = fastjsonschema.compile(schema)
    return check
