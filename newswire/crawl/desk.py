"""What do plans and the live crawl say to each other?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from newswire import ledger
from newswire.crawl.listings import Found, Listing
from newswire.crawl.net.part import Forbidden
from newswire.crawl.site import Site
from newswire.crawl.walk import Walk
from newswire.items import Article
from newswire.page.model import Draft
from newswire.text.printable import one_line

Answer = Iterator[Request | Draft | Article]


@dataclass(slots=True)
class Run:
    """One edition of a crawl.

    Attributes:
        in_flight: articles asked for and not yet answered.
        closed: its host is left alone for the rest of the crawl.
        bounds: the days whose articles are wanted, in their order; None: the newest first.
        since: the newest are those of this day and later ones; earlier ones are left to a back-fill
            that is working on them.
    """

    site: Site
    name: str
    bounds: tuple[date, date] | None = None
    since: date | None = None
    in_flight: int = 0
    closed: bool = False

    @property
    def today(self) -> date:
        """The day that it is in the edition's zone."""
        return datetime.now(self.site.edition.zone).date()


class Why(StrEnum):
    """Why a list could not be read to its end."""

    ABSENT = "absent"  # there is none: 404, 410
    EMPTY = "empty"  # it shows no article, or mostly what is none
    FAILED = "failed"  # for now: an error, a cut page, a trap
    FORBIDDEN = "forbidden"  # by robots.txt

    @classmethod
    def of(cls, error: BaseException | None) -> Self:
        """Return what an error of its request means."""
        if isinstance(error, Forbidden):
            return cls(cls.FORBIDDEN)
        absent = isinstance(error, HttpError) and error.response.status in (404, 410)
        return cls(cls.ABSENT if absent else cls.FAILED)


def reason(error: BaseException | None) -> str:
    """Return in a few words why a request failed."""
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    return one_line(f"{type(error).__name__}: {error}")[:200]


class Desk(Protocol):
    """What a plan needs of the live crawl."""

    ledger: ledger.Ledger

    def ask(
        self,
        run: Run,
        url: str,
        callback: Callable[..., Answer],
        failed: Callable[[Why], Answer],
        *,
        optional: bool = False,
        **kwargs: Any,
    ) -> Request:
        """Return the request of a list; `failed` says what to ask for in its place.

        One that is `optional` need not be there.
        """

    def read(self, response: Response, kind: str) -> Listing:
        """Return what a list says, its problems logged and counted."""

    def recognised(self, run: Run, url: str, kind: str, listing: Listing) -> None:
        """Say it where the articles of a list are not recognised."""

    def shows_nothing(self, run: Run) -> None:
        """Say that no list of an edition shows any article."""

    def discover(self, run: Run, found: Iterable[Found]) -> int:
        """Tell the ledger what a list shows; return how much of it is new or changed."""

    def lease(self, run: Run) -> Iterator[Request]:
        """Return requests of the next articles."""

    def count(self, name: str, number: int = 1) -> None:
        """Add to a stat."""

    def trapped(self, response: Response, walk: Walk) -> None:
        """Say that a list does not end."""

    def reach(self, run: Run) -> tuple[date | None, bool]:
        """Return the day up to which the newest are known, and whether all runs since know it."""

    def note_listed(self, run: Run) -> None:
        """Remember that all of an edition is known up to now."""


class Plan(Protocol):
    """What is asked of an edition."""

    def begin(self) -> Answer:
        """Return the first requests."""
