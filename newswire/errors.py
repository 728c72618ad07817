"""What can go wrong? Every error of newswire, in one tree.

NewswireError
    UnreadablePage      these bytes hold no text that can be used (`reason`, `uri`)
    NoArticle           the page was read, and has no article for this crawl (`reason`)
    ConfigError         said before the first request
        ArgumentError   an argument of a spider or command
        ReplayError     a path that names no saved page
        RuleError       an entry of a data file
        FeedError       a feed that cannot be written
    LedgerError         the ledger cannot be used
        TakenOver       another run does the work of this one
    NodeError           a scrapyd node does not do what it is asked
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a page gives no article. The values are names of stats."""

    # the bytes cannot be read: newswire/unreadable/…
    DAMAGED = "damaged"  # an archive or a compressed body is broken here
    EMPTY = "empty"  # no bytes, or no text in them
    ENCODING = "encoding"  # a content coding that nobody can undo
    FORMAT = "format"  # an archive of a kind that is not read here
    NO_FACTS = "no-facts"  # fetched, and as bare as a denial of access
    NOT_TEXT = "not-text"  # binary data
    TOO_COMPLEX = "too-complex"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"
    TOO_SLOW = "too-slow"
    TRUNCATED = "truncated"  # the end is missing
    UNREADABLE = "unreadable"  # the file system refuses

    # what is no page of the wire, by rule: newswire/passed_over/…
    FOREIGN = "foreign"  # a page of another site, by its address or its own words
    REVISIT = "revisit"  # without its original
    STATUS = "status"  # an HTTP status other than 200
    TYPE = "type"  # not HTML

    # read, without an article: newswire/no_article/…
    CAPTCHA = "captcha"
    NEWS_LIST = "news-list"
    NO_BODY = "no-body"
    RADIO_SCHEDULE = "radio-schedule"

    # an article, but not one of those asked for: newswire/…
    OTHER_WIRE = "other_wire"
    OTHER_EDITION = "other_edition"
    INVALID = "invalid"  # does not match the item's schema

    FAILED = "failed"  # a fault of newswire itself

    @property
    def stat(self) -> str:
        """The name of its stat below `newswire/`.

        >>> Reason.DAMAGED.stat, Reason.FOREIGN.stat, Reason.OTHER_WIRE.stat
        ('unreadable/damaged', 'passed_over/foreign', 'other_wire')
        """
        reasons = list(Reason)
        for family, last in _FAMILIES.items():
            if reasons.index(self) <= reasons.index(Reason(last)):
                return f"{family}/{self}"
        return str(self)


# family -> its last reason, in the order above
_FAMILIES = {"unreadable": "unreadable", "passed_over": "type", "no_article": "radio-schedule"}


class NewswireError(Exception):
    """Parent of all errors of newswire."""


class UnreadablePage(NewswireError, ValueError):
    """A page cannot be used.

    Attributes:
        reason: name of its stat.
        uri: where the page is, if known.
    """

    def __init__(self, reason: Reason, message: str, uri: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.uri = uri


class NoArticle(NewswireError):
    """A page has no article, or none of those asked for; `reason` is the name of its stat."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ConfigError(NewswireError, ValueError):
    """A command, setting or data file cannot be used: said before the first request."""


class ArgumentError(ConfigError):
    """An argument of a spider or command cannot be used."""


class ReplayError(ConfigError):
    """The path of a replay names nothing that can be read."""


class RuleError(ConfigError):
    """A data file has an entry that cannot be used; the text names file, entry and reason."""


class FeedError(ConfigError):
    """A feed cannot be written as asked."""


class LedgerError(NewswireError):
    """The ledger cannot be used: one line that names it and says why."""


class TakenOver(LedgerError):
    """A run gave no sign of life for so long that others took over what it had in hand."""


class NodeError(NewswireError):
    """A scrapyd node cannot be reached, or refuses."""
