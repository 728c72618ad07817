"""Which editions does the simulated wire have, and what is the house style of each?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from newswire.simulator.grammar import Language, language


@dataclass(frozen=True)
class Edition:
    """A row of `editions.toml`."""

    id: str
    language: str
    words: str
    site: str
    host: str
    old_hosts: tuple[str, ...]
    zone: str
    id_base: int
    agency: str
    datelines: tuple[str, ...]
    cities: tuple[str, ...]
    dateline_share: float
    credit_style: str
    sections: tuple[tuple[str, str], ...]
    zone_label: str = ""  # printed before visible times
    b_until: str = ""  # ISO day; articles before it keep the old template and address
    json_ld: bool = False
    radio: bool = False

    @cached_property
    def tz(self) -> ZoneInfo:
        """The time zone of the edition's pages."""
        return ZoneInfo(self.zone)

    @cached_property
    def lang(self) -> Language:
        """The word stock of the edition."""
        return language(self.words)

    @property
    def rtl(self) -> bool:
        """Whether the edition is written from right to left."""
        return self.language == "ar"

    def is_old(self, day: date) -> bool:
        """Whether articles of that day keep the template of 2014-2020."""
        return bool(self.b_until) and day.isoformat() < self.b_until


@cache
def editions() -> dict[str, Edition]:
    """Return all editions by id, in the order of the table."""
    text = files(__package__).joinpath("editions.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["edition"]
    return {row["id"]: Edition(**{k: _frozen(v) for k, v in row.items()}) for row in rows}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list) else value
