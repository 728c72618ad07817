"""What does a crawl write into its log? One line a page, never a whole item or a secret."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self
from urllib.parse import unquote

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure

from newswire.items import Article
from newswire.page.model import Draft
from newswire.text.printable import one_line

# the names of settings and environment variables that hold a secret
_SECRET = re.compile(
    r"(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|CREDENTIAL|(?:ACCESS|API|PRIVATE)_?KEY)S?(?:_|\d*$)",
    re.IGNORECASE,
)
# user and password in an address
_LOGIN = re.compile(r"(?<=//)([^\s/@:]*):([^\s/@]+)@")
_DRIVES_TERMINAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HIDDEN = "…"
# shorter ones would hide half the log
_SHORTEST = 4

_make_record = logging.getLogRecordFactory()
_secrets: set[str] = set()


def hide(text: str) -> str:
    """Return `text` without the passwords of addresses and the secrets that are known.

    >>> hide("Stored in ftp://wire:s3cret@example.org/feed")
    'Stored in ftp://wire:…@example.org/feed'
    """
    text = _LOGIN.sub(rf"\1:{_HIDDEN}@", text)
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text


def secrets(settings: Mapping[str, Any]) -> set[str]:
    """Return what no log may show: values with a secret's name, and passwords of addresses."""
    found: set[str] = set()
    for name, value in settings.items():
        for text in _texts(value):
            found |= {password for _, password in _LOGIN.findall(text)}
            if _SECRET.search(name):
                found.add(text)
    # libraries say it decoded
    return {form for s in found for form in (s, unquote(s)) if len(form) >= _SHORTEST}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(key)
            yield from _texts(part)
    elif isinstance(value, list | tuple | set):
        for part in value:
            yield from _texts(part)


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Make a log record, of any logger, that shows no secret and cannot drive a terminal."""
    record = _make_record(*args, **kwargs)
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):  # logging itself says so
        return record
    if (clean := _clean(said)) != said:
        record.msg, record.args = clean, None
    if record.exc_info and record.exc_info[0]:
        record.exc_text = _clean(logging.Formatter().formatException(record.exc_info))
    return record


def _clean(text: str) -> str:
    return _DRIVES_TERMINAL.sub(lambda c: repr(c[0])[1:-1], hide(text))


class LogFormatter(ScrapyLogFormatter):
    """Scrapy's lines, with an article's id or a page's address in place of its text.

    It is made before Scrapy writes the settings into the log, and hides secrets from there on.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Learn the secrets of the crawl's settings and of the environment."""
        given = crawler.settings
        # what Scrapy says by default (`guest`) is no secret
        ours = {name: given[name] for name in given if given.getpriority(name)}
        _secrets.update(secrets(ours), secrets(os.environ))
        logging.setLogRecordFactory(_record)
        if given.getbool("LOG_ENABLED"):
            # Scrapy makes two records a page, of which its handler shows none
            logging.getLogger("scrapy").setLevel(given["LOG_LEVEL"])
        return cls()

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
