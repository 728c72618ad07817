"""What did the user ask a spider for? Arguments, checked before the first page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from newswire import rules
from newswire.archive import replay
from newswire.crawl.finding import given_urls
from newswire.crawl.net.guard import Reach
from newswire.dateline import grammar
from newswire.errors import ArgumentError, ReplayError
from newswire.wires.editions import Edition, editions

# the first articles of the wire's CMS: a range that begins before is a slip
FIRST_DAY = date(2000, 1, 1)
NAMES = ("edition", "replay", "since", "site", "until", "url")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a crawl.

    Attributes:
        asked: the editions that the user named; none named means all.
        editions: the editions to crawl.
        replay: saved pages to read instead.
        days: first and last day of a back-fill, both included.
        urls: given articles.
        site: root URL of a mirror of the only edition.
    """

    asked: tuple[Edition, ...] = ()
    editions: tuple[Edition, ...] = ()
    replay: str | None = None
    days: tuple[date, date] | None = None
    urls: tuple[str, ...] = ()
    site: str | None = None
    sites: tuple[str, ...] = field(default=())


def parse(wire: str, given: Mapping[str, str]) -> Arguments:
    """Return the checked arguments `given` to the spider of `wire`.

    Raises:
        ArgumentError: one is unknown, its value cannot be used, or two exclude each other.
        RuleError: a data file is broken: a crawl must not find that out at its first page.
    """
    rules.boilerplate(), grammar.forms(), grammar.agencies()
    if unknown := sorted(set(given) - set(NAMES)):
        raise ArgumentError(f"unknown argument {unknown[0]!r} (known: {', '.join(NAMES)})")
    asked = editions().named(given.get("edition", ""), wire)
    path = given.get("replay") or None
    if path:
        if clash := sorted({"since", "until", "url", "site"} & set(given)):
            raise ArgumentError(f"replay reads saved pages: {clash[0]} does not go with it")
        try:
            replay.find(path)
        except ReplayError as error:
            raise ArgumentError(str(error)) from None
        return Arguments(asked=asked, replay=path)
    chosen = asked or tuple(editions().all(wire))
    site = _site(wire, given.get("site"), chosen)
    sites = (site,) if site else ()
    days = _days(given.get("since"), given.get("until"))
    urls: tuple[str, ...] = ()
    if "url" in given:
        if days:
            raise ArgumentError("url names articles: since and until do not go with it")
        try:
            urls = tuple(given_urls(given["url"], Reach.of(wire, sites)))
        except ValueError as error:
            raise ArgumentError(str(error)) from None
    return Arguments(asked, chosen, None, days, urls, site, sites)


def _site(wire: str, root: str | None, chosen: tuple[Edition, ...]) -> str | None:
    if not root:
        return None
    if len(chosen) != 1:
        raise ArgumentError("site is a mirror of one edition: name it with edition=")
    try:
        Reach.of(wire, [root])
    except ValueError as error:
        raise ArgumentError(f"site={root}: no root URL of a web site ({error})") from None
    return root.rstrip("/")


def _days(since: str | None, until: str | None) -> tuple[date, date] | None:
    if since is None:
        if until is not None:
            raise ArgumentError("until needs since, the first day of the range")
        return None
    first = _day("since", since)
    last = _day("until", until) if until is not None else datetime.now(UTC).date()
    if last < first:
        raise ArgumentError(f"until={last} lies before since={first}")
    return first, last


def _day(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"{name}={text}: no day like 2021-12-31") from None
    if found < FIRST_DAY:
        raise ArgumentError(f"{name}={text}: the wire is not that old")
    return found
