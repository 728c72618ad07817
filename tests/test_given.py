"""Dates given as data, in the shapes that pages have: what is stated is read, no more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from newswire.dateline import dates
from newswire.dateline.given import is_plausible, last_day, moment

UNTIL = date(2024, 6, 1)
NOON = "2024-02-29T12:05:09+00:00"
EAST = "2024-02-29T15:05:09+03:00"
SHAPES: list[tuple[Any, str | None]] = [
    # counts since 1970
    (1709208309, NOON),
    (1709208309123, NOON),
    ("1709208309", NOON),
    ("1709208309123", NOON),
    ("1709208309.25", NOON),
    (1709208309.25, NOON),
    ("/Date(1709208309000+0300)/", NOON),
    # ISO 8601 as it is written
    ("2024-02-29T12:05:09Z", NOON),
    ("2024-02-29 12:05:09 UTC", NOON),
    ("2024-02-29T15:05:09.123456789+03:00", EAST),
    ("2024-02-29T15:05:09 +0300", EAST),
    ("2024-02-29T15:05:09+3", EAST),
    ("2024-02-29T15:05:09 03:00", EAST),
    ("2024-02-29T15:05:09\u221203:00", "2024-02-29T15:05:09-03:00"),
    ("2024-02-29T15:05:09+03:00[Europe/Moscow]", EAST),
    ("2024-02-29T15:05:09[Europe/Moscow]", EAST),
    ("2024-02-29T15:05:09 MSK", EAST),
    ("20240229T120509Z", NOON),
    ("20240229T1205+0300Z", "2024-02-29T12:05:00+03:00"),
    ("2024-02-29T9:05Z", "2024-02-29T09:05:00+00:00"),
    ("2024/02/29 12:05:09 GMT", NOON),
    ("\u0662\u0660\u0662\u0664-\u0660\u0662-\u0662\u0669", "2024-02-29"),
    # a time without a zone is a day
    ("2024-02-29T12:05", "2024-02-29"),
    ("20240229T1205", "2024-02-29"),
    ("202402291205", "2024-02-29"),
    ("20240229", "2024-02-29"),
    ("2024-02-29T12:05 CST", "2024-02-29"),
    # what ends a day or a minute
    ("2024-02-28T24:00:00Z", "2024-02-29T00:00:00+00:00"),
    ("2024-02-28T23:59:60Z", "2024-02-29T00:00:00+00:00"),
    # mail, JavaScript, people
    ("Thu, 29 Feb 2024 12:05:09 GMT", NOON),
    ("Thursday, 29-Feb-24 12:05:09 GMT", NOON),
    ("Thu Feb 29 2024 15:05:09 GMT+0300 (Moscow Standard Time)", EAST),
    ("Thu Feb 29 12:05:09 UTC 2024", NOON),
    ("Thu Feb 29 12:05:09 2024", "2024-02-29"),
    ("February 29, 2024", "2024-02-29"),
    ("Feb. 29, 2024 3:05 PM EST", "2024-02-29T15:05:00-05:00"),
    ("29 февраля 2024 г.", "2024-02-29"),
    ("29th of February 2024", "2024-02-29"),
    ("29.02.2024 12:05", "2024-02-29"),
    ("12:05 29.02.2024", "2024-02-29"),
    ("29/02/2024", "2024-02-29"),
    ("02/29/2024", "2024-02-29"),
    # JSON-LD
    ({"@type": "xsd:dateTime", "@value": "2024-02-29T12:05:09Z"}, NOON),
    (["2024-02-29T12:05:09Z", "2023-01-01"], NOON),
    ("2024-W09-4", "2024-02-29"),
    ("2024-060", "2024-02-29"),
    ("2024年2月29日", "2024-02-29"),
    ("2024년 2월 29일 12:05", "2024-02-29"),
    # which is the day, which the month
    ("02/03/2024", None),
    # placeholders, the future, other calendars, no dates
    ("0001-01-01T00:00:00Z", None),
    ("0000-00-00T00:00:00+00:00", None),
    ("-0001-11-30T00:00:00+00:00", None),
    ("1970-01-01T00:00:00Z", None),
    (0, None),
    ("1402-12-10T12:05:09+03:30", None),
    ("2567-02-29", None),
    ("2099-02-28", None),
    ("2024-06-02", None),
    ("2023-02-29", None),
    ("2024-02-29T12:05:09+25:00", "2024-02-29"),
    ("2024-02-29T25:05:09Z", None),
    ("2024-02", None),
    ("2024-W60-1", None),
    ("2024-367", None),
    ("Published 29 Feb 2024", "2024-02-29"),
    ("le 29 février 2024 à 12h05", "2024-02-29"),
    ("2024. 2. 29. 오후 12:05", "2024-02-29"),
    ("2024-02-29T12.05.09Z", "2024-02-29"),
    ("2024-02-29T", "2024-02-29"),
    ("Published 28 Feb 2024, updated 29 Feb 2024", None),
    ("on 02/03/2024, at noon", None),
    ("ngày 29/02/2024 12:05 (GMT+7)", "2024-02-29"),
    ("12:05", None),
    ("", None),
    ("x" * 10_000, None),
    (None, None),
    (True, None),
    (float("nan"), None),
    (10**4000, None),
]


@pytest.mark.parametrize(("value", "expected"), SHAPES)
def test_shapes(value: Any, expected: str | None) -> None:
    found = moment(value, until=UNTIL)
    assert found == expected
    # what comes out is read again as it is, and by the strict reader of the item's own form
    assert found is None or moment(found, until=UNTIL) == dates.normalise(found) == found


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1402-12-10T12:05:09+03:30", "fa-IR", "2024-02-29T12:05:09+03:30"),
        ("1402/12/10", "prs", "2024-02-29"),
        ("1402-12-10[u-ca=persian]", "en", "2024-02-29"),
        ("1402-13-10", "fa", None),
        ("2567-02-29", "th", "2024-02-29"),
        ("29 กุมภาพันธ์ 2567", "th", "2024-02-29"),
        ("29 ก.พ. 2567 12:05 น.", "th", "2024-02-29"),
        ("2024-02-29", "th", "2024-02-29"),
        ("2024-02-29", "fa", "2024-02-29"),
        ("1402-12-10", None, None),
        ("2567-02-29", "fa", None),
    ],
)
def test_calendars(text: str, language: str | None, expected: str | None) -> None:
    """The years of another calendar are converted where the page's language writes them."""
    assert moment(text, language=language, until=UNTIL) == expected


def test_zone_that_the_caller_knows() -> None:
    assert moment("2024-02-29T15:05", zone="Europe/Moscow") == "2024-02-29T15:05:00+03:00"
    assert moment("2024-02-29", zone="Europe/Moscow") == "2024-02-29"


def test_the_last_day_is_the_one_after_the_fetch() -> None:
    until = last_day("2024-02-28T23:00:00Z")
    assert (is_plausible("2024-02-29", until), is_plausible("2024-03-01", until)) == (True, False)
    assert last_day(None) is None
    assert last_day("1970-01-01T00:00:00Z") is None  # a clock that was not set
