"""What did the user ask a spider for? Arguments, checked before the first page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from newswire import rules
from newswire.archive import replay
from newswire.crawl.net.reach import Reach
from newswire.dateline import grammar
from newswire.errors import ArgumentError, ReplayError
from newswire.wires.editions import Edition, editions

# the first articles of the wire's CMS: a range that begins before is a slip
FIRST_DAY = date(2000, 1, 1)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
# why an address is refused, in words
_REFUSED = {
    "credentials": "an address with a password is not fetched",
    "host": "not on a host of this wire",
    "scheme": "not an http or https address",
    "url": "not an address",
}
NAMES = ("edition", "learn", "replay", "since", "site", "until", "url")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a crawl.

    Attributes:
        asked: the editions that the user named; none named means all.
        editions: the editions to crawl.
        replay: saved pages to read instead.
        days: first and last day of a back-fill, both included.
        urls: given articles.
        site: root URL of a mirror of the only edition; of a replay, where the pages were fetched.
        learn: read the pages of a replay twice, first to learn which lines a site repeats.
    """

    asked: tuple[Edition, ...] = ()
    editions: tuple[Edition, ...] = ()
    replay: str | None = None
    days: tuple[date, date] | None = None
    urls: tuple[str, ...] = ()
    site: str | None = None
    sites: tuple[str, ...] = field(default=())
    learn: bool = False


def parse(wire: str, given: Mapping[str, str]) -> Arguments:
    """Return the checked arguments `given` to the spider of `wire`.

    Raises:
        ArgumentError: one is unknown, its value cannot be used, or two exclude each other.
        RuleError: a rule or agency that the user added is broken: a crawl must not find that out at
            its first page.
    """
    rules.boilerplate(), grammar.agencies()
    for name, value in given.items():
        if name not in NAMES:
            near = get_close_matches(name, NAMES, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(NAMES)}"
            raise ArgumentError(f"unknown argument {name!r} ({hint})")
        if not value.strip():
            raise ArgumentError(f"{name}= is empty: give it a value, or leave it out")
    asked = editions().named(given.get("edition", ""), wire)
    path = given.get("replay")
    if path is not None:
        if clash := sorted({"since", "until", "url"} & set(given)):
            raise ArgumentError(f"replay reads saved pages: {clash[0]} does not go with it")
        try:
            replay.find(path)
        except ReplayError as error:
            raise ArgumentError(f"replay={error}") from None
        site = _site(wire, given.get("site"), asked)
        return Arguments(asked=asked, replay=path, site=site, learn=_learns(given))
    if "learn" in given:
        raise ArgumentError("learn goes with replay: a live crawl learns as it goes")
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


def _learns(given: Mapping[str, str]) -> bool:
    value = given.get("learn", "0")
    if value not in {"0", "1"}:
        raise ArgumentError(f"learn={value}: write 1 for yes, 0 for no")
    return value == "1"


def _site(wire: str, root: str | None, chosen: tuple[Edition, ...]) -> str | None:
    if root is None:
        return None
    if len(chosen) != 1:
        raise ArgumentError("site is a mirror of one edition: name it with edition=")
    try:
        Reach.of(wire, [root])
    except ValueError as error:
        raise ArgumentError(f"site={root}: {_REFUSED.get(str(error), error)}") from None
    return root.rstrip("/")


def _days(since: str | None, until: str | None) -> tuple[date, date] | None:
    if since is None:
        if until is not None:
            raise ArgumentError("until needs since, the first day of the range")
        return None
    today = datetime.now(UTC).date()
    first = _range("since", since, today)[0]
    last = _range("until", until, today)[1] if until is not None else today
    # a month may end in the future, a day may not lie there; editions east of us are a day ahead
    if first > today + timedelta(days=1):
        raise ArgumentError(f"since={since} is in the future (today is {today})")
    last = min(last, today + timedelta(days=1))
    if last < first:
        raise ArgumentError(f"until={until} is before since={since}")
    return first, last


def _range(name: str, text: str, today: date) -> tuple[date, date]:
    """Return the first and the last day that a day, a month, a year or a word means."""
    words = {"today": today, "yesterday": today - timedelta(days=1)}
    match = _DATE.fullmatch(text)
    try:
        if text.lower() in words:
            first = last = words[text.lower()]
        elif match is None:
            raise ValueError
        else:
            year, month, day = (int(part) if part else None for part in match.groups())
            first = date(year or 0, month or 1, day or 1)
            last = first if day else _month_end(date(first.year, month or 12, 1))
    except ValueError:
        raise ArgumentError(
            f"{name}={text}: no day or month; write 2021-12-31, 2021-12, today or yesterday"
        ) from None
    if first < FIRST_DAY:
        raise ArgumentError(f"{name}={text} is before the wire began ({FIRST_DAY.year})")
    return first, last


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def given_urls(argument: str, reach: Reach) -> list[str]:
    """Return the URLs of `url=…`: comma-separated, or `@file` with one a line and `#` comments.

    Raises:
        ValueError: the file cannot be read, nothing is there, or a URL is out of reach.
    """
    if argument.startswith("@"):
        try:
            entries = Path(argument[1:]).read_text("utf-8-sig").splitlines()
        except (OSError, ValueError) as error:
            raise ValueError(f"url={argument}: cannot read the list: {error}") from None
        entries = [entry for entry in entries if not entry.lstrip().startswith("#")]
    else:
        entries = re.split(r",(?=\s*[a-z]+:)", argument)
    urls = list(dict.fromkeys(entry.strip() for entry in entries if entry.strip()))
    if not urls:
        raise ValueError(f"url={argument}: no URL there")
    for url in urls:
        if reason := reach.refusal(url):
            raise ValueError(f"url={url}: {_REFUSED.get(reason, reason)}")
    return urls
