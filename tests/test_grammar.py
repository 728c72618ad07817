"""The data files of the dateline: what is wrong with an entry is said in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from newswire import rules
from newswire.dateline import dates, grammar
from newswire.errors import RuleError

FORM = {
    "id": "new",
    "form": "PLACES, DATE DASH AGENCY STOP",
    "confidence": 0.9,
    "example": "КАЗАНЬ, 5 мая — Sputnik.",
    "why": "a test",
}
AGENCY = {"name": "New", "printed": ["Новое агентство"], "country": "RU"}


def without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


@pytest.fixture
def read_instead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Return a function that puts a table in the place of the data files."""

    def clear() -> None:
        grammar.forms.cache_clear()
        grammar.agencies.cache_clear()

    def instead(table: dict[str, Any]) -> None:
        clear()
        monkeypatch.setattr(rules, "read", lambda name: table)

    yield instead
    monkeypatch.undo()
    clear()


BROKEN = [
    ([without(FORM, "why")], "datelines.toml: new: needs 'why' (str)"),
    ([without(FORM, "id")], "datelines.toml: form 1: needs 'id' (str)"),
    ([FORM | {"confidence": "high"}], "datelines.toml: new: needs 'confidence' (float)"),
    ([FORM | {"confidence": 1.5}], "datelines.toml: new: confidence 1.5 is no share"),
    ([FORM | {"knwon": True}], "datelines.toml: new: unknown key 'knwon'"),
    ([FORM | {"known": "yes"}], "datelines.toml: new: 'known' is no bool"),
    ([FORM, FORM], "datelines.toml: new: used twice"),
    ([FORM | {"form": "PLACES ("}], "datelines.toml: new: missing )"),
]


@pytest.mark.parametrize(("rows", "message"), BROKEN)
def test_broken_form(
    read_instead: Callable[[dict[str, Any]], None], rows: list[dict[str, Any]], message: str
) -> None:
    read_instead({"form": rows})
    with pytest.raises(RuleError, match=f"^{re.escape(message)}"):
        grammar.forms()


BROKEN_AGENCIES = [
    ([without(AGENCY, "printed")], "agencies.toml: New: needs 'printed' (list)"),
    ([AGENCY, AGENCY | {"name": "Other"}], "agencies.toml: Other: another agency has 'Новое"),
]


@pytest.mark.parametrize(("rows", "message"), BROKEN_AGENCIES)
def test_broken_agency(
    read_instead: Callable[[dict[str, Any]], None], rows: list[dict[str, Any]], message: str
) -> None:
    read_instead({"agency": rows})
    with pytest.raises(RuleError, match=f"^{re.escape(message)}"):
        grammar.agencies()


def test_registry() -> None:
    """An agency has a country's code, and is no month or weekday: it would hide the day."""
    for printed, entry in grammar.agencies().items():
        assert entry.country is None or re.fullmatch("[A-Z]{2}", entry.country), entry
        assert not dates.months(printed), printed
        assert not dates.is_weekday(printed), printed
        # `Philadelphia (PA) - `: a state or a country, not an agency
        assert not re.fullmatch("[A-Z]{2}", printed) or printed in {"AP", "AA", "CP"}, printed


def test_mask_keeps_the_length() -> None:
    for text in ("МОСКВА, 5 мая - РИА Новости. Текст", "新华社北京3月8日电", "(AP) - (CNN)", "AP"):
        masked = grammar.mask(text)
        assert len(masked) == len(text)
        assert masked != text
    assert grammar.mask("— Sputnikом") == "— Sputnikом"


def test_months_are_a_snapshot() -> None:
    assert dates.month_names("ru")[10] == ["ноября", "нояб", "ноябрь", "ноя"]
    assert dates.month_names("ab")[4] == ["лаҵара", "лаҵ", "лаҵарамза"]
    assert dates.month_names("en")[8] == ["september", "sep", "sept"]
    assert len(dates.all_languages()) == 74
    assert all(all(dates.month_names(language)) for language in ("ru", "en", "tg", "hy", "ka"))
