"""What becomes of one saved page?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from newswire.article.assemble import assemble
from newswire.boilerplate.learnt import Learnt
from newswire.errors import NoArticle, UnreadablePage
from newswire.items import Source
from newswire.page.model import Draft, Page


def page_of(path: Path) -> Page:
    """Return a saved page."""
    source = Source("text" if path.suffix == ".txt" else "html", path.as_posix(), None, "0" * 64)
    return Page(path.read_bytes(), source)


def draft_of(path: Path, wire: str, learnt: Learnt | None = None) -> Draft | None:
    """Return the finished draft of a saved page, None where it has no article."""
    try:
        return assemble(page_of(path), wire, learnt=learnt)
    except (NoArticle, UnreadablePage):
        return None


def item_of(path: Path, wire: str, learnt: Learnt | None = None) -> dict[str, Any] | None:
    """Return the item of a saved page as JSON has it, None where it has no article."""
    draft = draft_of(path, wire, learnt)
    return item(draft) if draft else None


def item(draft: Draft) -> dict[str, Any]:
    """Return the item of a finished draft as JSON has it."""
    found: dict[str, Any] = json.loads(draft.article.to_json())
    return found
