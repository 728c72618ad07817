"""What does a crawl write into its log? One line a page, never a whole item."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure

from newswire.items import Article
from newswire.page import Draft


def one_line(text: object) -> str:
    """Return `text` so that it cannot forge a line of the log or drive a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


class LogFormatter(ScrapyLogFormatter):
    """Scrapy's lines, with an article's id or a page's address in place of its text."""

    def scraped(
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Name the article."""
        name = item.id if isinstance(item, Article) else type(item).__name__
        return {"level": logging.DEBUG, "msg": "Scraped %(name)s", "args": {"name": one_line(name)}}

    def dropped(
        self, item: Any, exception: BaseException, response: Any, spider: Spider
    ) -> LogFormatterResult:
        """Say why a page gives no article."""
        level = (
            getattr(exception, "log_level", None) or spider.settings["DEFAULT_DROPITEM_LOG_LEVEL"]
        )
        return {
            "level": level if isinstance(level, int) else logging.getLevelNamesMapping()[level],
            "msg": "Dropped: %(reason)s",
            "args": {"reason": one_line(exception)},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Any, spider: Spider
    ) -> LogFormatterResult:
        """Name the page that a pipeline failed on; the traceback follows."""
        uri = item.source.uri if isinstance(item, Draft) else type(item).__name__
        return {
            "level": logging.ERROR,
            "msg": "Failed: %(uri)s: %(error)s",
            "args": {"uri": one_line(uri), "error": one_line(repr(exception))},
        }
