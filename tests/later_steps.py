"""Pipelines of somebody else, after those of newswire."""

from __future__ import annotations

import os
import signal
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


class Interrupted:
    """Ctrl-C is pressed while the spider is opened."""

    def open_spider(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    def process_item(self, item: Any) -> Any:
        return item
