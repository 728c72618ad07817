"""Where does a content management system list its articles, and which addresses are theirs?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from string import Formatter
from typing import Any, NamedTuple

from newswire.errors import RuleError
from newswire.rules import file_of, read

TABLE = "cms.toml"


class Address(NamedTuple):
    """What the path of an article says: id in the system, day if any, the canonical path."""

    id: str
    day: date | None
    path: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of articles' paths: a row `[[cms.article]]`."""

    pattern: re.Pattern[str]
    canonical: str

    def match(self, path: str) -> Address | None:
        """Return what `path` says if it has this shape."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        parts = found.groupdict()
        try:
            day = _day(parts)
        except ValueError:
            return None
        return Address(parts["id"], day, self.canonical.format(path=path, **parts))


def _day(parts: Mapping[str, str | None]) -> date | None:
    day, month, year = (parts.get(name) for name in ("day", "month", "year"))
    if day and month and year:
        return date(int(year), int(month), int(day))
    return date.fromisoformat(day) if day else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cms:
    """A system: a row of `rules/cms.toml`, which says what each field means.

    Addresses of lists are paths on the edition's site, those of days with the places to fill in.
    """

    id: str
    why: str
    hint: re.Pattern[str]
    article: tuple[Shape, ...]
    other: tuple[str, ...] = ()
    feed: str | None = None
    newest: tuple[str, ...] = ()
    news_sitemap: str | None = None
    sitemap: str | None = None
    days_sitemap: str | None = None
    day: str | None = None
    more: re.Pattern[str] | None = None

    @property
    def dated(self) -> bool:
        """Whether the addresses of articles name their day."""
        return all("day" in shape.pattern.groupindex for shape in self.article)

    def address(self, path: str) -> Address | None:
        """Return what the path of an article says, None for all else.

        >>> systems()["rian"].address("/20180913/slug-1041000001-print.html")
        Address(id='1041000001', day=datetime.date(2018, 9, 13), path='/20180913/slug-1041000001.html')
        """  # noqa: E501
        if path.split("/")[1:2] and path.split("/")[1] in self.other:
            return None
        found = (shape.match(path) for shape in self.article)
        return next(filter(None, found), None)

    def is_list(self, path: str) -> bool:
        """Return True if a path, with its query, is that of a list of articles.

        >>> rian = systems()["rian"]
        >>> [rian.is_list(path) for path in ("/", "/20211223/", "/services/20211223/more.html?a=1")]
        [True, True, True]
        >>> rian.is_list("/20211223/slug-1044420155.html"), rian.is_list("/docs/about.html")
        (False, False)
        """
        bare = path.partition("?")[0]
        known = {"/", *(each.partition("?")[0] for each in self.newest)}
        more = self.more is not None and self.more.fullmatch(path)
        return bare in known or bool(more or (self.day and _days(self.day).fullmatch(bare)))


@cache
def _days(address: str) -> re.Pattern[str]:
    """Return a pattern of the addresses that are made by filling days into `address`."""
    parts = Formatter().parse(address)
    day = r"[0-9]+(?:[/.-][0-9]+)*"
    return re.compile(
        "".join(re.escape(text) + (day if name else "") for text, name, _, _ in parts)
    )


@cache
def systems() -> dict[str, Cms]:
    """Return all systems by id.

    Raises:
        RuleError: a row cannot be used.
    """
    return build(read(TABLE), TABLE)


# --- the loader ---------------------------------------------------------------------------------

_FIELDS = {field.name: field for field in fields(Cms)}
_PATTERNS = ("hint", "more")
_LISTS = ("newest", "other")
# the places that an address may have
_PLACES = {"days_sitemap": {"first", "last"}, "day": {"day"}}


def build(data: Mapping[str, Any], name: str) -> dict[str, Cms]:
    """Return the checked systems of the parsed file `name` by id.

    Raises:
        RuleError: a row is incomplete, doubled or has a value of the wrong kind.
    """
    if unknown := set(data) - {"cms"}:
        raise RuleError(f"{name}: unknown table {min(unknown)!r}")
    found: dict[str, Cms] = {}
    for number, row in enumerate(data.get("cms", []), 1):
        where = f"{file_of(row, name)}: cms {row.get('id', f'number {number}')!r}"
        if unknown := set(row) - set(_FIELDS):
            raise RuleError(f"{where} has an unknown key {min(unknown)!r}")
        required = {name for name, field in _FIELDS.items() if field.default is MISSING}
        if missing := required - set(row):
            raise RuleError(f"{where} lacks {min(missing)!r}")
        if row["id"] in found:
            raise RuleError(f"{where}: its id is used already")
        found[row["id"]] = Cms(**{key: _value(key, value, where) for key, value in row.items()})
    return found


def _value(key: str, value: Any, where: str) -> Any:
    if key == "article":
        return tuple(_shape(row, where) for row in value)
    texts = value if key in _LISTS else [value]
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise RuleError(f"{where}: {key} must be a {'list of texts' if key in _LISTS else 'text'}")
    if key in _PATTERNS:
        return _compiled(value, f"{where}: {key}")
    if key not in ("id", "why", "other"):
        for text in texts:
            _check_address(key, text, where)
    return tuple(texts) if key in _LISTS else value


def _check_address(key: str, text: str, where: str) -> None:
    try:
        places = {place for _, place, _, _ in Formatter().parse(text) if place is not None}
    except ValueError as error:
        raise RuleError(f"{where}: bad {key} {text!r}: {error}") from None
    if not text.startswith("/") or places != _PLACES.get(key, set()):
        wanted = " and ".join(f"{{{place}}}" for place in sorted(_PLACES.get(key, ())))
        raise RuleError(f"{where}: {key} {text!r} must be a path with {wanted or 'no braces'}")


def _shape(row: Mapping[str, Any], where: str) -> Shape:
    if set(row) != {"pattern", "canonical", "why"}:
        raise RuleError(f"{where}: an article needs pattern, canonical and why, nothing else")
    pattern = _compiled(row["pattern"], f"{where}: article")
    groups = set(pattern.groupindex)
    if "id" not in groups:
        raise RuleError(f"{where}: the pattern {row['pattern']!r} has no group 'id'")
    try:
        places = {place for _, place, _, _ in Formatter().parse(row["canonical"]) if place}
    except ValueError as error:
        raise RuleError(f"{where}: bad canonical {row['canonical']!r}: {error}") from None
    if unknown := places - groups - {"path"}:
        raise RuleError(f"{where}: canonical names {min(unknown)!r}, no group of its pattern")
    return Shape(pattern, row["canonical"])


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise RuleError(f"{where}: bad pattern: {error}") from None
