"""Pipelines of somebody else, after those of newswire."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem


class Drop:
    """Wants nothing."""

    def process_item(self, item: Any) -> Any:
        raise DropItem("not for us")


class Plain:
    """Makes something else of an article, in its own time."""

    async def process_item(self, item: Any) -> Any:
        return {"text": item.body}


class Fail:
    """Fails on each article."""

    def process_item(self, item: Any) -> Any:
        raise KeyError("a fault")
