"""Dates as pages print them: nothing made up, nothing impossible let through."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.dateline import dates
from newswire.dateline.given import moment

ISO = [
    ("2021-12-23", None, "2021-12-23"),
    ("2024-11-01T18:20+0100", None, "2024-11-01T18:20:00+01:00"),
    ("2020-04-28T22:57:38Z", None, "2020-04-28T22:57:38+00:00"),
    ("2020-04-28T22:57:38.123Z", None, "2020-04-28T22:57:38+00:00"),
    ("2020-04-28 22:57:38 +03", None, "2020-04-28T22:57:38+03:00"),
    ("2020-05-17T12:00:00+03:00", "Asia/Dushanbe", "2020-05-17T12:00:00+03:00"),
    ("2019-11-18T21:17", None, "2019-11-18"),
    ("2019-11-18T21:17", "Asia/Dushanbe", "2019-11-18T21:17:00+05:00"),
    # Almaty went from +06 to +05 on 2024-03-01
    ("2024-02-29T12:00", "Asia/Almaty", "2024-02-29T12:00:00+06:00"),
    ("2024-03-02T12:00", "Asia/Almaty", "2024-03-02T12:00:00+05:00"),
    # Moscow had +04 until October 2014; Kabul has half an hour
    ("2014-07-01T12:00", "Europe/Moscow", "2014-07-01T12:00:00+04:00"),
    ("2021-07-01T12:00", "Asia/Kabul", "2021-07-01T12:00:00+04:30"),
    # a zone says nothing of a day without a time
    ("2021-12-23", "Asia/Dushanbe", "2021-12-23"),
    (" 2021-12-23 ", None, "2021-12-23"),
    ("2021-02-30", None, None),
    ("2021-13-01", None, None),
    ("2021-12-23T25:00Z", None, None),
    ("2021-12-23T24:00Z", None, None),
    ("2021-12", None, None),
    ("20211223", None, None),
    ("0000-00-00T00:00", None, None),
    ("23.12.2021", None, None),
    ("", None, None),
    (None, None, None),
]


@pytest.mark.parametrize(("text", "zone", "expected"), ISO)
def test_normalise(text: str | None, zone: str | None, expected: str | None) -> None:
    assert dates.normalise(text, zone) == expected


PRINTED = [
    ("12:36 23.12.2021", None, ("2021-12-23", None)),
    ("12:36 23.12.2021", "Asia/Dushanbe", ("2021-12-23T12:36:00+05:00", None)),
    ("22:57  GMT 28.04.2020", None, ("2020-04-28T22:57:00+00:00", None)),
    ("GMT 17:27 17.03.2020", "Asia/Baghdad", ("2020-03-17T17:27:00+00:00", None)),
    ("17:27 17.03.2020 GMT", None, ("2020-03-17T17:27:00+00:00", None)),
    ("23.12.2021", "Asia/Dushanbe", ("2021-12-23", None)),
    ("3.1.2022", None, ("2022-01-03", None)),
    (
        "22:57 GMT 28.04.2020 (updated 11:14 GMT 29.04.2020)", None,
        ("2020-04-28T22:57:00+00:00", "2020-04-29T11:14:00+00:00"),
    ),
    (
        "GMT 17:27 17.03.2020 (محدثة GMT 17:49 17.03.2020)", None,
        ("2020-03-17T17:27:00+00:00", "2020-03-17T17:49:00+00:00"),
    ),
    ("12:36 23.12.2021 (обновлено: 12:40 23.12.2021)", None, ("2021-12-23", "2021-12-23")),
    (
        "12:36 01.11.2024 (Mis à jour: 18:40 01.11.2024)", "Europe/Paris",
        ("2024-11-01T12:36:00+01:00", "2024-11-01T18:40:00+01:00"),
    ),
    ("25:61 23.12.2021", "Asia/Dushanbe", ("2021-12-23", None)),
    ("99.99.2021", None, None),
    ("30.02.2021", None, None),
    ("12:36", None, None),
    ("12:36 23.12.2021 Москва", None, None),
    ("Встреча 23.12.2021", None, None),
    ("23.12.2021 (12 фото)", None, None),
    ("23.12.202", None, None),
    ("192.168.23.12.2021", None, None),
    ("", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "zone", "expected"), PRINTED)
def test_printed(line: str, zone: str | None, expected: tuple[str, str | None] | None) -> None:
    assert dates.printed(line, zone) == expected


def test_printed_days() -> None:
    assert dates.printed_days("Выставка - Sputnik Таджикистан, 1920, 01.09.2021") == ["2021-09-01"]
    assert dates.printed_days("01.09.2021, 31.09.2021 и 02.09.2021") == ["2021-09-01", "2021-09-02"]


URLS = [
    ("https://tj.sputniknews.ru/20211223/slug-1044420155.html", "2021-12-23"),
    ("https://sputniknews.com/radio/202004281079127690-slug/", "2020-04-28"),
    ("https://ria.ru/20251004/tbilisi-2046409664.html", "2025-10-04"),
    ("https://example.org/2021/12/23/slug", "2021-12-23"),
    ("https://sputniknews.com/20211223/", "2021-12-23"),
    ("https://sputniknews.com/20211323/slug.html", None),
    ("https://sputniknews.com/20210230/slug.html", None),
    ("https://sputniknews.com/99999999/20211223/slug.html", "2021-12-23"),
    ("https://sputniknews.com/id20211223.html", None),
    ("https://sputniknews.com/1079127690-slug/", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_day_of_url(url: str | None, expected: str | None) -> None:
    assert dates.day_of_url(url) == expected


LOCAL = [
    ("2021-12-22T21:30:00Z", "Asia/Dushanbe", "2021-12-23"),
    ("2021-12-22T21:30:00Z", None, "2021-12-22"),
    ("2021-12-23T02:30:00+05:00", "Europe/London", "2021-12-22"),
    ("2021-12-22", "Asia/Dushanbe", "2021-12-22"),
    ("2021-12-22T21:30", "Asia/Dushanbe", "2021-12-22"),
    ("nonsense", "Asia/Dushanbe", None),
    (None, "Asia/Dushanbe", None),
]


@pytest.mark.parametrize(("value", "zone", "expected"), LOCAL)
def test_local_day(value: str | None, zone: str | None, expected: str | None) -> None:
    assert dates.local_day(value, zone) == expected


def test_day_of_any_value() -> None:
    offset = timezone(timedelta(hours=5))
    assert dates.day(datetime(2021, 12, 23, 1, tzinfo=offset)) == date(2021, 12, 23)
    assert dates.day("2021-12-23T01:00:00+05:00") == date(2021, 12, 23)
    assert dates.day("2021-12") is None


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(-400, 400))
def test_year_is_the_nearest_or_none(written: date, days: int) -> None:
    page = written + timedelta(days=days)
    found = dates.resolve_year(written.day, written.month, page)
    if dates.EARLIEST <= -days <= dates.LATEST:
        assert found == written
    elif found:
        assert dates.EARLIEST <= (found - page).days <= dates.LATEST
        assert (found.day, found.month) == (written.day, written.month)


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    for found in (dates.normalise(text), dates.day_of_url(text), moment(text)):
        assert found is None or found[:4].isdecimal()
    assert dates.printed(text) is None or dates.printed_days(text)


def test_languages_and_months() -> None:
    assert list(dates.languages("sr-Cyrl")) == ["sr", "en"]
    assert list(dates.languages("en")) == ["en"]
    assert list(dates.languages("xx")) == ["en"]
    assert dates.months("Nov", "tg") == {11}
    assert dates.months("ноя", "uz-Latn") == {11}
    assert dates.months("листопада", "uk") == {11}
    # a language that has no such month: asked of all
    assert dates.months("listopad", "hr") == {10}
    assert dates.months("лето") == frozenset()
    assert dates.is_weekday("Thursday")
    assert not dates.is_weekday("May")
