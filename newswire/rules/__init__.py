"""Which rules and words are there? Data files, read, checked and compiled once.

A broken entry raises `RuleError`, whose text names the file, the id and the reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib.resources import files
from os import PathLike, fspath
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from newswire.errors import RuleError
from newswire.text.folding import loose

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ZONES = ("head", "tail", "edge", "any", "page")


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to drop a block of a page.

    Attributes:
        id: name in `stripped` and in the stats.
        why: what the line is, for the person who reads the report.
        zone: where a whole line that matches is dropped: `head` (before the first paragraph),
            `tail` (behind the last), `edge` (both), `any`; `page`: a page with such a line has no
            article. None: the code that knows the page's structure applies the rule.
        pattern: matched against the whole line, or None.
        words: whole lines, folded.
        end: nothing below the line belongs to the article.
        needs: one of these stands in each line that the pattern matches; without it no line is
            asked.
    """

    id: str
    why: str
    zone: str | None = None
    pattern: re.Pattern[str] | None = None
    words: frozenset[str] = frozenset()
    end: bool = False
    needs: tuple[str, ...] = ()

    def match(self, text: str) -> re.Match[str] | None:
        """Match the rule's pattern against the whole of `text`."""
        if self.needs and not any(map(text.__contains__, self.needs)):
            return None
        return self.pattern.fullmatch(text) if self.pattern else None

    def applies(self, text: str) -> bool:
        """Return True if `text` is one of the rule's lines."""
        return (bool(self.words) and word_of(loose(text)) in self.words) or bool(self.match(text))


def word_of(folded: str) -> str:
    """Return a folded line as words are compared: without what may end a label."""
    return folded.rstrip(" :.…>»→")


# tables that files of the user may add rows to -> the file of the package that has them
OPEN_TABLES = {
    "rule": "boilerplate.toml",
    "edition": "editions.toml",
    "agency": "agencies.toml",
    "cms": "cms.toml",
}
_added: dict[str, dict[str, Any]] = {}


class _OwnRow(dict[str, Any]):
    """A row that the user added; `file` says where."""

    file: str


_were_read: set[str] = set()


def add(paths: Iterable[str | PathLike[str]]) -> None:
    """Add the rows of files of the user's own to the tables of the package.

    Before the first of these tables is read; the same files again change nothing.

    Raises:
        RuleError: a file cannot be read, has a table that is not in `OPEN_TABLES`, or comes late.
    """
    for path in (fspath(each) for each in paths):
        try:
            tables = tomllib.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RuleError(f"{path}: {error}") from None
        if unknown := sorted(set(tables) - set(OPEN_TABLES)):
            known = ", ".join(OPEN_TABLES)
            raise RuleError(f"{path}: unknown table {unknown[0]!r} (known: {known})")
        for table, rows in tables.items():
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise RuleError(f"{path}: begin each {table} with a line [[{table}]]")
        if _added.get(path) == tables:
            continue
        if _were_read:
            raise RuleError(f"{path}: add rules before the first page is read")
        _added[path] = tables


def read(name: str) -> dict[str, Any]:
    """Return the parsed data file `name` of this package, with the rows that the user added.

    What it returns is not to be changed: the next who reads the file gets the same.

    Raises:
        RuleError: it is no TOML.
    """
    data = _parsed(name)
    if name in OPEN_TABLES.values():
        _were_read.add(name)
        for table, rows in _rows_for(name):
            data = data | {table: [*data.get(table, []), *rows]}
    return data


@cache
def _parsed(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from None


def own_rows() -> list[dict[str, Any]]:
    """Return the tables that the user added."""
    return list(_added.values())


def file_of(row: Mapping[str, Any], name: str) -> str:
    """Return the file that a row of the data file `name` is in: that, or one of the user."""
    return row.file if isinstance(row, _OwnRow) else name


def _rows_for(name: str) -> Iterator[tuple[str, list[Any]]]:
    for path, tables in _added.items():
        for table, file in OPEN_TABLES.items():
            if file == name and table in tables:
                own = [_OwnRow(row) for row in tables[table]]
                for row in own:
                    row.file = path
                yield table, own


def compile_rules(rows: list[Mapping[str, Any]], name: str) -> dict[str, Rule]:
    """Return the checked rules of the file `name` by id.

    Raises:
        RuleError: an entry is incomplete, doubled or has a pattern that does not compile.
    """
    rules: dict[str, Rule] = {}
    for number, row in enumerate(rows, 1):
        where = f"{file_of(row, name)}: rule {row.get('id', f'number {number}')!r}"
        if unknown := set(row) - {"id", "why", "zone", "pattern", "words", "end", "needs"}:
            raise RuleError(f"{where} has an unknown key {sorted(unknown)[0]!r}")
        if not row.get("id") or not row.get("why"):
            raise RuleError(f"{where} needs an id and a why")
        if row["id"] in rules:
            raise RuleError(f"{where}: its id is used already")
        zone = row.get("zone")
        if zone is not None and zone not in ZONES:
            raise RuleError(f"{where}: zone {zone!r} is not one of {', '.join(ZONES)}")
        if zone and not (row.get("pattern") or row.get("words")):
            raise RuleError(f"{where} has a zone but neither pattern nor words")
        needs = row.get("needs", [])
        if not isinstance(needs, list) or not all(isinstance(sign, str) for sign in needs):
            raise RuleError(f"{where}: `needs` is not a list of texts")
        try:
            pattern = re.compile(row["pattern"], re.VERBOSE) if "pattern" in row else None
        except re.error as error:
            raise RuleError(f"{where}: bad pattern: {error}") from None
        words = frozenset(word_of(loose(line)) for line in row.get("words", ()))
        if "" in words:
            raise RuleError(f"{where} has a word without a letter or figure")
        rules[row["id"]] = Rule(
            row["id"],
            row["why"],
            zone,
            pattern,
            words,
            bool(row.get("end", False)),
            tuple(needs),
        )
    return rules


@cache
def boilerplate() -> dict[str, Rule]:
    """Return the boilerplate rules by id, in the order of the file."""
    rows = read("boilerplate.toml").get("rule", [])
    return compile_rules(rows, "boilerplate.toml")


Table = TypeVar("Table", bound="DataclassInstance")


def rows(file: str, table: str, row: type[Table]) -> list[Table]:
    """Return the rows of a table of `file`, each with the fields of the dataclass `row`.

    A field without a default must be there; one with a default may be; a list becomes a tuple. The
    first field names the row and is there once.

    Raises:
        RuleError: a row lacks a field, has one of another type or one that is unknown.
    """
    found: dict[Any, Table] = {}
    needed = {f.name: f.default is MISSING for f in fields(row)}
    types = {name: _kind(kind) for name, kind in get_type_hints(row).items()}
    first = next(iter(needed))
    for number, given in enumerate(read(file).get(table, []), 1):
        name = given.get(first) or f"{table} {number}"
        where = f"{file_of(given, file)}: {name}"
        for key, kind in types.items():
            if needed[key] and not isinstance(given.get(key), kind):
                raise RuleError(f"{where}: needs {key!r} ({kind.__name__})")
            if key in given and not isinstance(given[key], kind):
                raise RuleError(f"{where}: {key!r} is no {kind.__name__}")
        if unknown := sorted(set(given) - set(types)):
            raise RuleError(f"{where}: unknown key {unknown[0]!r}")
        if given[first] in found:
            raise RuleError(f"{where}: used twice")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
        found[given[first]] = row(**values)
    return list(found.values())


def _kind(hint: Any) -> type:
    """Return the TOML type of a field's annotation: `str | None` is a string."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    kind: type = get_origin(hint) or hint
    return list if kind is tuple else kind
