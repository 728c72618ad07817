"""Which editions does a wire have?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newswire.errors import ArgumentError, RuleError
from newswire.rules import file_of, read
from newswire.text.folding import fold_key, loose
from newswire.wires.cms import Cms, systems

TABLE = "editions.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition of a wire: a row of `rules/editions.toml`, which says what each field means."""

    wire: str
    id: str
    site: str
    languages: tuple[str, ...]
    script: str
    timezone: str
    site_names: tuple[str, ...]
    agencies: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    cms: str = "rian"
    country: str | None = None
    cities: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    note: str | None = None

    @property
    def host(self) -> str:
        """The host of the edition now."""
        return self.site.removeprefix("https://")

    @property
    def system(self) -> Cms:
        """The content management system of the site."""
        return systems()[self.cms]

    @property
    def language(self) -> str:
        """The main language, BCP 47."""
        return self.languages[0]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, with its changes over the years."""
        return ZoneInfo(self.timezone)

    @property
    def rtl(self) -> bool:
        """Whether the main language is written from right to left."""
        return self.script in {"Arab", "Hebr", "Syrc", "Thaa"}


class Editions:
    """The table of editions, with its indexes."""

    def __init__(self, rows: Iterable[Edition]) -> None:
        self._rows = {edition.id: edition for edition in rows}
        self._hosts = {h: e for e in self._rows.values() for h in (e.host, *e.hosts)}
        self._names = _index(self._rows.values(), lambda e: map(loose, e.site_names))
        #: folded names of all sites
        self.site_names = frozenset(self._names)
        self._cities = _index(self._rows.values(), lambda e: map(fold_key, e.cities))
        #: folded names of the agencies of all editions
        self.agencies = frozenset(loose(a) for e in self._rows.values() for a in e.agencies)

    def get(self, edition_id: str) -> Edition | None:
        """Return the edition of this id."""
        return self._rows.get(edition_id)

    def all(self, wire: str | None = None) -> list[Edition]:
        """Return the editions of `wire`, or of all wires, in the order of the table."""
        return [e for e in self._rows.values() if wire in (None, e.wire)]

    def named(self, ids: str, wire: str | None = None) -> tuple[Edition, ...]:
        """Return the editions of `wire`, or of all wires, whose ids `ids` lists with commas.

        >>> [e.id for e in editions().named("tj, kg")]
        ['tj', 'kg']

        Raises:
            ArgumentError: no such wire or edition.
        """
        known = {edition.id: edition for edition in self.all(wire)}
        if not known:
            wires = ", ".join(dict.fromkeys(e.wire for e in self.all()))
            raise ArgumentError(f"unknown wire {wire!r} (known: {wires})")
        asked = dict.fromkeys(name.strip().lower() for name in ids.split(",") if name.strip())
        if ids.strip() and not asked:
            raise ArgumentError(f"edition={ids} names no edition")
        for name in asked:
            if name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]}? " if near else ""
                raise ArgumentError(f"unknown edition {name!r} ({hint}known: {', '.join(known)})")
        return tuple(known[name] for name in asked)

    def by_host(self, host: str) -> Edition | None:
        """Return the edition that `host` serves or served, in any case, with `www.`, `m.`, `.`.

        >>> editions().by_host("M.Ru.Sputnik.KG.").id
        'kg'
        """
        host = host.lower().rstrip(".")
        bare = host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
        return self._hosts.get(host) or self._hosts.get(bare)

    def by_site_name(self, text: str) -> list[Edition]:
        """Return the editions whose captions end with the name `text`.

        Two editions of a country may share a name.

        >>> [e.id for e in editions().by_site_name("SPUTNIK Беларусь")]
        ['by', 'by-be']
        """
        return self._names.get(loose(text), [])

    def by_city(self, name: str, language: str | None = None) -> list[Edition]:
        """Return the editions whose datelines name the city, only those in `language` if given.

        >>> [e.id for e in editions().by_city("Бишкек", "ky")]
        ['kg-ky']
        """
        return [e for e in self._cities.get(fold_key(name), []) if _speaks(e, language)]

    def by_language(self, tag: str) -> list[Edition]:
        """Return the editions in the language `tag`; without a script it means all scripts.

        >>> [e.id for e in editions().by_language("sr")]
        ['rs', 'rs-cyrl']
        """
        return [e for e in self._rows.values() if _speaks(e, tag)]


def _index(
    rows: Iterable[Edition], names: Callable[[Edition], Iterable[str]]
) -> dict[str, list[Edition]]:
    index: dict[str, list[Edition]] = {}
    for edition in rows:
        for name in names(edition):
            index.setdefault(name, []).append(edition)
    return index


def _speaks(edition: Edition, tag: str | None) -> bool:
    """Return True if `tag` is a language of the edition, or its beginning (RFC 4647 §3.3.1)."""
    return tag is None or any(f"{own}-".startswith(f"{tag}-") for own in edition.languages)


# --- the loader ---------------------------------------------------------------------------------

_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"
# what a text, or each text of a list, must look like
_SHAPES = {
    "wire": r"[a-z]+",
    "id": r"[a-z]+(?:-[a-z]+)*",
    "site": f"https://{_HOST}",
    "hosts": _HOST,
    "languages": r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?",
    "script": r"[A-Z][a-z]{3}",
    "country": r"[A-Z]{2}",
}
_FIELDS = {field.name: field for field in fields(Edition)}


@cache
def editions() -> Editions:
    """Return the table of all editions.

    Raises:
        RuleError: a row cannot be used.
    """
    return build(read(TABLE), TABLE)


def build(data: Mapping[str, Any], name: str) -> Editions:
    """Return the checked editions of the parsed file `name`.

    Raises:
        RuleError: a row is incomplete, doubled or has a value of the wrong kind.
    """
    if unknown := set(data) - {"edition"}:
        raise RuleError(f"{name}: unknown table {min(unknown)!r}")
    table = data.get("edition", [])
    if not isinstance(table, list) or not all(isinstance(row, Mapping) for row in table):
        raise RuleError(f"{name}: an edition is no table; begin its row with [[edition]]")
    rows: dict[str, Edition] = {}
    owners: dict[str, str] = {}
    for number, row in enumerate(table, 1):
        where = f"{file_of(row, name)}: edition {row.get('id', f'number {number}')!r}"
        edition = _edition(row, where)
        if edition.id in rows:
            raise RuleError(f"{where}: its id is used already")
        rows[edition.id] = edition
        for host in (edition.host, *edition.hosts):
            if host in owners:
                raise RuleError(f"{where}: host {host!r} is also that of {owners[host]!r}")
            owners[host] = edition.id
    return Editions(rows.values())


def _edition(row: Mapping[str, Any], where: str) -> Edition:
    if unknown := set(row) - set(_FIELDS):
        raise RuleError(f"{where} has an unknown key {min(unknown)!r}")
    required = {name for name, field in _FIELDS.items() if field.default is MISSING}
    if missing := required - set(row):
        raise RuleError(f"{where} lacks {min(missing)!r}")
    values = {key: _value(key, value, where) for key, value in row.items()}
    if strange := set(row.get("unverified", [])) - set(row):
        raise RuleError(f"{where}: unverified {min(strange)!r} is no key of the row")
    if row.get("cms", "rian") not in systems():
        raise RuleError(f"{where}: unknown cms {row['cms']!r} (known: {', '.join(systems())})")
    try:
        ZoneInfo(row["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RuleError(f"{where}: unknown time zone {row['timezone']!r}") from None
    return Edition(**values)


def _value(key: str, value: Any, where: str) -> Any:
    is_list = str(_FIELDS[key].type).startswith("tuple")
    texts = value if is_list else [value]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RuleError(f"{where}: {key} must be a {'list of texts' if is_list else 'text'}")
    for text in texts or [""]:
        if not re.fullmatch(_SHAPES.get(key, r"\S(?:.*\S)?"), text):
            raise RuleError(f"{where}: bad {key} {text!r}")
    return tuple(texts) if is_list else value
