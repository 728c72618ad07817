"""Datelines: what is read, what is left alone, and that nothing of the text is ever lost."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.dateline import CUT, cut, dates, grammar, parse, read_day
from newswire.items import Dateline
from newswire.text.folding import spans

# head, language, page's day -> rule, places, date, date as printed, agency, byline
HEADS: list[tuple[str, str, str | None, tuple[Any, ...]]] = [
    (
        "ДУШАНБЕ, 23 дек — Sputnik.", "ru", "2021-12-23",
        ("place-date-dash-agency", ["ДУШАНБЕ"], "2021-12-23", "23 дек", "Sputnik", None),
    ),
    (
        "ТОШКЕНТ. 2 янв — Sputnik.", "uz-Cyrl", "2017-01-02",
        ("place-date-dash-agency", ["ТОШКЕНТ"], "2017-01-02", "2 янв", "Sputnik", None),
    ),
    (
        "TOSHKENT, 7 avgust — Sputnik.", "uz", "2023-08-07",
        ("place-date-dash-agency", ["TOSHKENT"], "2023-08-07", "7 avgust", "Sputnik", None),
    ),
    (
        "БИШКЕК, 1-июл. — Sputnik.", "ky", "2020-07-01",
        ("place-date-dash-agency", ["БИШКЕК"], "2020-07-01", "1-июл.", "Sputnik", None),
    ),
    (
        "АҞӘА, цәыббра 13 - Sputnik.", "ab", "2022-09-13",
        ("place-date-dash-agency", ["АҞӘА"], "2022-09-13", "цәыббра 13", "Sputnik", None),
    ),
    (
        "ЦХИНВАЛ, 3 июн — Sputnik, Плиты Фатимæ.", "os", "2021-06-04",
        ("place-date-dash-agency", ["ЦХИНВАЛ"], "2021-06-03", "3 июн", "Sputnik", "Плиты Фатимæ"),
    ),
    (
        "МОСКВА, 30 сен - РИА Новости, Анна К. Иванова-Петрова.", "ru", "2021-10-01",
        ("place-date-dash-agency", ["МОСКВА"], "2021-09-30", "30 сен", "РИА Новости",
         "Анна К. Иванова-Петрова"),
    ),
    (
        "ԵՐԵՎԱՆ, 18 մարտի – Sputnik․", "hy", "2022-03-18",
        ("place-date-dash-agency", ["ԵՐԵՎԱՆ"], "2022-03-18", "18 մարտի", "Sputnik", None),
    ),
    (
        "თბილისი, 5 ნოემბერი — Sputnik.", "ka", "2021-11-05",
        ("place-date-dash-agency", ["თბილისი"], "2021-11-05", "5 ნოემბერი", "Sputnik", None),
    ),
    (
        "RĪGA, 5. nov — Sputnik.", "lv", "2018-11-05",
        ("place-date-dash-agency", ["RĪGA"], "2018-11-05", "5. nov", "Sputnik", None),
    ),
    (
        "VILNIUS, lapkričio 5 d. — Sputnik.", "lt", "2018-11-05",
        ("place-date-dash-agency", ["VILNIUS"], "2018-11-05", "lapkričio 5 d.", "Sputnik", None),
    ),
    (
        "تهران، ۵ نوامبر — اسپوتنیک.", "fa", "2021-11-05",
        ("place-date-dash-agency", ["تهران"], "2021-11-05", "۵ نوامبر", "اسپوتنیک", None),
    ),
    (
        "नई दिल्ली, 5 नवंबर — स्पूतनिक.", "hi", "2023-11-05",
        ("place-date-dash-agency", ["नई दिल्ली"], "2023-11-05", "5 नवंबर", "स्पूतनिक", None),
    ),
    (
        "нижний новгород, 1 дек- риа новости.", "ru", "2014-12-01",
        ("place-date-dash-agency", ["нижний новгород"], "2014-12-01", "1 дек", "риа новости", None),
    ),
    (
        "РОСТОВ-НА-ДОНУ, 5 мая 2021 года. /Корр. ИТАР-ТАСС Иван Петров/.", "ru", None,
        ("place-date-slashes", ["РОСТОВ-НА-ДОНУ"], "2021-05-05", "5 мая 2021 года", "ИТАР-ТАСС",
         "Иван Петров"),
    ),
    (
        "Москва. 17 мая. INTERFAX.RU -", "ru", "2021-05-17",
        ("place-date-stop-agency", ["Москва"], "2021-05-17", "17 мая", "INTERFAX.RU", None),
    ),
    (
        "Jakarta, 5/11 (ANTARA) -", "id", "2015-11-05",
        ("place-date-parentheses", ["Jakarta"], "2015-11-05", "5/11", "ANTARA", None),
    ),
    (
        "[ロンドン 5日 ロイター] -", "ja", "2021-11-06",
        ("brackets-agency-cjk", ["ロンドン"], "2021-11-05", "5日", "ロイター", None),
    ),
    (
        "LAS VEGAS, Jan. 8 /PRNewswire/ --", "en", None,
        ("place-date-slashes", ["LAS VEGAS"], None, "Jan. 8", "PRNewswire", None),
    ),
    (
        "BEIJING, Nov. 3 (Xinhua) --", "en", "2021-11-04",
        ("place-date-parentheses", ["BEIJING"], "2021-11-03", "Nov. 3", "Xinhua", None),
    ),
    (
        "MATXCƠVA (Sputnik) -", "vi", None,
        ("place-date-parentheses", ["MATXCƠVA"], None, None, "Sputnik", None),
    ),
    (
        "Frankfurt/Main (dpa) -", "de", None,
        ("place-date-parentheses", ["Frankfurt/Main"], None, None, "dpa", None),
    ),
    (
        "PARIS/THE HAGUE; Rome (Reuters) -", "en", None,
        ("place-date-parentheses", ["PARIS", "THE HAGUE", "Rome"], None, None, "Reuters", None),
    ),
    (
        "Sevilla (España), 25 may (EFE).-", "es", "2000-05-25",
        ("place-date-parentheses", ["Sevilla (España)"], "2000-05-25", "25 may", "EFE", None),
    ),
    (
        "THURSDAY, Dec. 15 (HealthDay News) --", "en", "2011-12-15",
        ("date-parentheses", [], "2011-12-15", "THURSDAY, Dec. 15", "HealthDay News", None),
    ),
    (
        "(ANSA) - ROMA, 28 LUG -", "it", "2020-07-28",
        ("agency-first", ["ROMA"], "2020-07-28", "28 LUG", "ANSA", None),
    ),
    (
        "موسكو – سبوتنيك.", "ar", None,
        ("place-dash-agency", ["موسكو"], None, None, "سبوتنيك", None),
    ),
    (
        "17 ноя - РИА Новости.", "ru", "2019-11-17",
        ("date-dash-agency", [], "2019-11-17", "17 ноя", "РИА Новости", None),
    ),
    (
        "ТАСС, 17 мая.", "ru", "2020-05-17",
        ("agency-date", [], "2020-05-17", "17 мая", "ТАСС", None),
    ),
    (
        "新华网长春１２月９日电（记者张三）", "zh", "2011-12-09",
        ("agency-place-date-cjk", ["长春"], "2011-12-09", "１２月９日", "新华网", "张三"),
    ),
    (
        "（中央社記者李大明台北11日電）", "zh", "2012-01-12",
        ("agency-place-date-cjk", ["台北"], "2012-01-11", "11日", "中央社", "李大明"),
    ),
    (
        "【ロンドン=山田花子】", "ja", None,
        ("brackets-cjk", ["ロンドン"], None, None, None, "山田花子"),
    ),
    (
        "(서울=연합뉴스) 홍길동 기자 =", "ko", None,
        ("parentheses-korean", ["서울"], None, None, "연합뉴스", "홍길동 기자"),
    ),
    (
        "OSLO, April 8 —", "en", "2020-04-08",
        ("place-date-dash", ["OSLO"], "2020-04-08", "April 8", None, None),
    ),
    (
        "Казань, 25 мая.", "ru", "2020-05-25",
        ("place-date-stop", ["Казань"], "2020-05-25", "25 мая", None, None),
    ),
]  # fmt: skip

BODIES = {
    "ru": "Сегодня в городе открылась большая выставка.",
    "ar": "افتتح اليوم معرض كبير في المدينة بحضور عدد من الوزراء.",
    "fa": "نمایشگاه بزرگی امروز در شهر گشایش یافت.",
    "zh": "市内今天举行了大型展览会的开幕式，很多人参加了活动。",
    "ja": "市内では今日、大きな展示会が開幕し、多くの人が訪れた。",
    "ko": "오늘 시내에서 큰 전시회가 열려 많은 사람이 찾았다.",
    "hy": "Այսօր քաղաքում բացվեց մեծ ցուցահանդես։",
    "ka": "დღეს ქალაქში დიდი გამოფენა გაიხსნა.",
    "hi": "शहर में आज एक बड़ी प्रदर्शनी शुरू हुई।",
}
LATIN = "A large exhibition opened in the city today."


def said(head: Dateline) -> tuple[Any, ...]:
    places = [place.printed for place in head.places]
    return (head.rule, places, head.date, head.date_printed, head.agency, head.byline)


@pytest.mark.parametrize(("head", "language", "published", "expected"), HEADS)
def test_head(head: str, language: str, published: str | None, expected: tuple[Any, ...]) -> None:
    body = BODIES.get("ru" if head.isupper() and "Я" > head[0] > "А" else language, LATIN)
    text = f"{head} {body}"
    found = parse(text, language=language, published=published)
    assert found is not None
    assert said(found) == expected
    assert found.raw == head
    assert found.confidence >= CUT
    assert cut(text, found) == body


# paragraphs that look like a head at first, and are none
PROSE = [
    "5 мая в Казани откроется выставка, сообщает ТАСС.",
    "Сегодня, 5 мая, в Казани откроется выставка.",
    "Москва 5 мая примет гостей со всего мира, сообщили в мэрии.",
    "В Москве, 5 мая — открытие выставки, которую ждали три года.",
    "Казань, 31 фев — Sputnik. Такого дня нет ни в одном году.",
    "Казань, 5 числа — Sputnik. Месяца здесь нет.",
    "МОСКВА, 5 мая — Газета. Такого агентства в списке нет.",
    "Казань, 10-октябрдан тартып — Sputnik. Окончание за месяцем.",
    "ТАСС сообщает: выставка открылась в Казани.",
    "РИА Новости - 15 мин. назад",
    "Sputnik. Так назвали первый спутник Земли, и слово знают все.",
    "Иван Петров, председатель, 5 мая — Sputnik был первым спутником.",
    "ВИДЕО: как открывали выставку в Казани в этом году.",
    "САМАЯ БОЛЬШАЯ ВЫСТАВКА — Reuters: «Её ждали три года».",
    "MANCHESTER (BRITAIN), Sept. 29, 2020 -- A visitor looks at a picture.",
    "ENERGY PRICES: Bills are to rise again in the spring.",
    "DRINKING water is safe again in the whole town.",
    "Report: London exhibition draws record crowds this spring",
    "London (report) - nobody is named as its author.",
    "Paris, by contrast, saw 5 May — a Sunday — as a holiday.",
    "AP English students read the novel in a week.",
    "Am Samstag (5.11.) wird in Berlin die Ausstellung eröffnet.",
    "Le 4 mai, Paris (AFP) a été citée dans le rapport.",
    "今天（3月8日）会议在北京开幕，新华社记者报道。",
    "서울 시내에서 오늘 (연합뉴스 보도) 전시회가 열렸다.",
    "Այսօր՝ մայիսի 5-ին, Երևանում բացվեց ցուցահանդես։",
    "",
    " ",
    "—",
    ".",
    "Sputnik",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_left_alone(text: str) -> None:
    assert parse(text, published="2021-05-05") is None


# what many papers print and headlines look like: noted, and left in the text
NOTED = [
    ("Dublin — She was the first to speak in the debate.", "place-dash"),
    ("NEW DELHI: The exhibition will go on for a second week.", "place-colon"),
    ("नई दिल्ली: शहर में आज एक बड़ी प्रदर्शनी शुरू हुई।", "place-colon"),
    ("Duisburg. Die große Ausstellung wurde heute eröffnet.", "place-stop"),
    (
        "New Delhi, May 29: The exhibition opened late in the evening, as planned.",
        "place-date-colon",
    ),
    ("२७ जेठ, काठमाडौं । शहर में आज एक बड़ी प्रदर्शनी शुरू हुई।", "date-place"),
    ("Jan 16, 2012 -- The museum opened a new wing for the public.", "date-dash"),
    ("Петра Иванова, Sputnik", "byline-agency"),
    ("PARIS (France) - The council approved the plan for a new tram line.", "capitals-dash"),
    ("Tampere (Finland) — The council approved the plan for a new tram line.", "qualified-dash"),
    ("Иван Петров (ТАСС) - Человек, который открыл выставку.", "name-parentheses"),
]


@pytest.mark.parametrize(("text", "rule"), NOTED)
def test_unsure_head_stays_in_the_text(text: str, rule: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.rule, cut(text, found)) == (rule, text)


def test_paragraph_that_is_the_head_alone() -> None:
    for text in ("ТОШКЕНТ, 7 ноя – Sputnik.", "ТОШКЕНТ, 7 ноя – Sputnik", "OSLO (Reuters) -"):
        found = parse(text)
        assert found is not None
        assert (found.raw, cut(text, found)) == (text, "")
    text = "ТОШКЕНТ, 7 ноя – Sputnik.\nСегодня открылась выставка."
    found = parse(text)
    assert found is not None
    assert cut(text, found) == "Сегодня открылась выставка."


def test_cut_of_another_paragraph_changes_nothing() -> None:
    found = parse("ТОШКЕНТ, 7 ноя – Sputnik.")
    assert found is not None
    assert cut("Сегодня открылась выставка.", found) == "Сегодня открылась выставка."


def test_edition_and_wire_settle_namesakes() -> None:
    text = "San Sebastián, 5 may — La exposición abrió hoy sus puertas al público."
    for context, expected in (
        ({}, None),
        ({"country": "ES"}, 3110044),
        ({"wire": "EFE"}, 3110044),
        ({"wire": "nobody"}, None),
    ):
        found = parse(text, language="es", **context)
        assert found is not None
        assert found.places[0].geonames_id == expected, context


YEARS = [
    ("31 дек", "2022-01-01", "2021-12-31"),
    ("1 янв", "2021-12-31T23:50:00+05:00", "2022-01-01"),
    ("29 фев", "2024-02-29", "2024-02-29"),
    ("29 фев", "2023-03-01", None),
    ("23 дек", "2021-12-26", "2021-12-23"),
    ("23 дек", "2021-12-27", None),
    ("25 дек", "2021-12-23", None),
    ("23 дек", None, None),
]


@pytest.mark.parametrize(("printed", "published", "expected"), YEARS)
def test_year(printed: str, published: str | None, expected: str | None) -> None:
    found = parse(f"КАЗАНЬ, {printed} — Sputnik. Текст.", language="ru", published=published)
    assert found is not None
    assert (found.date, found.date_printed) == (expected, printed)


def test_month_of_two_languages_needs_a_language_or_a_page_date() -> None:
    # `listopad` is October in Croatian and November in Polish
    assert read_day("5 listopad", "hr", "2021-11-05") == ""
    assert read_day("5 listopad", "pl", "2021-11-05") == "2021-11-05"
    assert read_day("5 listopad", None, "2021-11-05") == "2021-11-05"
    assert read_day("5 listopad", None, None) == ""


def test_every_month_of_every_language() -> None:
    """The tables, the slots and the reading of the day go together, in 48 languages."""
    for language in dates.all_languages():
        for number, names in enumerate(dates.month_names(language), 1):
            for name in names:
                for text in (f"5 {name}", f"5 {name.upper()}", f"{name} 5"):
                    head = f"КАЗАНЬ, {text} — Sputnik. Сегодня открылась выставка."
                    found = parse(head, language=language, published=f"2021-{number:02}-06")
                    assert found is not None, (language, text)
                    assert found.date == f"2021-{number:02}-05", (language, text)


def test_examples_of_forms() -> None:
    """Each form reads its own example, and no form before it does."""
    for form in (*grammar.forms(), *grammar.cables()):
        row = form.row
        language = next(iter(row.languages), None)
        body = "" if row.form.endswith("END") else BODIES.get(language or "ru", BODIES["ru"])
        found = parse(row.example + body, language=language)
        assert found is not None, row.id
        assert (found.rule, found.confidence) == (row.id, row.confidence)


# --- the gold set, where it is there -------------------------------------------------------------

GOLD = Path(__file__).parents[2] / "shared" / "data" / "datelines.tsv"
# Two villages that the gazetteer does not have, a byline glued to the city in capitals, and a city
# that nothing parts from the text.
MISSED = ("Berod.", "SIMMELSDORF –", "DALLA NOSTRA", "TORONTO A")


def gold() -> list[dict[str, str]]:
    if not GOLD.exists():
        return []
    with GOLD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def page_day(row: dict[str, str]) -> str | None:
    return row["published"] if len(row["published"]) == len("2021-12-23") else None


ROWS = gold()
with_gold = pytest.mark.skipif(not GOLD.parent.exists(), reason="no third-party material here")


@with_gold
@pytest.mark.parametrize("number", range(len(ROWS)))
def test_gold(number: int) -> None:
    row = ROWS[number]
    text = row["text"]
    found = parse(text, language=row["language"], published=page_day(row))
    if row["kind"] == "neg" or text.startswith(MISSED):
        assert found is None
        return
    assert found is not None
    assert len(text) - len(text[len(found.raw) :].lstrip()) == int(row["body_offset"])
    assert [place.printed for place in found.places] == [p for p in row["places"].split(";") if p]
    assert (found.agency or "") == row["agency"].replace(";", " / ")
    assert (found.byline or "") == row["byline"]
    assert bool(found.date_printed) == bool(row["day"])
    if found.date:
        digits = spans(row["day"])[0]
        assert not digits.isdecimal() or int(found.date[-2:]) == int(digits)
        assert page_day(row) or row["year_as_written"]
    assert bool(found.date) == bool(row["day"] and (page_day(row) or row["year_as_written"]))


BLANKS = " \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}"
DASHES = "-–—−"
STOPS = ".\N{ONE DOT LEADER}"


def variants(head: str) -> list[str]:
    """Return the head with other dashes, blanks and full stop; the last stop alone is changed."""
    found = []
    for dash, blank, stop in itertools.product(DASHES, BLANKS, STOPS):
        other = "".join(dash if c in DASHES else blank if c == " " else c for c in head)
        if other.rstrip().endswith("."):
            other = other.rstrip()[:-1] + stop + other[len(other.rstrip()) :]
        found.append(other)
    return found


def gist(head: Dateline | None) -> Any:
    if head is None:
        return None
    rule, places, day, *printed = said(head)
    folded = [spans(text)[0] if text else None for text in [*places, *printed]]
    return rule, day, folded, head.confidence


def same_but_for_marks(head: str, body: str, **context: Any) -> None:
    expected = gist(parse(head + body, **context))
    for variant in variants(head):
        text = variant + body
        found = parse(text, **context)
        assert gist(found) == expected, text
        if found and found.confidence >= CUT:
            assert cut(text, found) == body.lstrip()


@pytest.mark.parametrize(("head", "language", "published", "expected"), HEADS)
def test_variants(
    head: str, language: str, published: str | None, expected: tuple[Any, ...]
) -> None:
    same_but_for_marks(head, " Сегодня открылась выставка.", language=language, published=published)


@with_gold
@pytest.mark.parametrize("number", [n for n, row in enumerate(ROWS) if row["kind"] == "pos"])
def test_variants_of_gold(number: int) -> None:
    row = ROWS[number]
    offset = int(row["body_offset"])
    same_but_for_marks(
        row["text"][:offset],
        row["text"][offset:],
        language=row["language"],
        published=page_day(row),
    )


# --- properties ----------------------------------------------------------------------------------

PIECES = [
    *("МОСКВА", "LONDON", "Лондон", "ԵՐԵՎԱՆ", "موسكو", "北京", "Sputnik", "РИА Новости", "AP"),
    *(
        "23 дек",
        "Nov. 3",
        "5 мая 2021",
        "3月8日",
        "31",
        ",",
        ".",
        " — ",
        " - ",
        "--",
        "/",
        "(",
        ")",
    ),
    *(" ", "\N{NO-BREAK SPACE}", "\n", "\u200b", "е\u0308", "и\u0306", "և", "Слово", "word", "電"),
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))


@given(texts)
def test_any_text_is_kept(text: str) -> None:
    found = parse(text, published="2021-12-23")
    if found:
        assert text.startswith(found.raw)
        assert found.raw.strip()
        rest = cut(text, found)
        assert text.endswith(rest)
        if found.confidence >= CUT:
            assert text[: len(text) - len(rest)].strip() == found.raw.strip()
        else:
            assert rest == text


@given(st.sampled_from([row[0] for row in HEADS]), st.text(alphabet="абв где.,-—()"))
def test_second_time_changes_nothing(head: str, more: str) -> None:
    text = f"{head} Сегодня в городе открылась большая выставка{more}"
    found = parse(text)
    assert found is not None
    rest = cut(text, found)
    again = parse(rest)
    assert again is None or cut(rest, again) == rest


def prose() -> list[str]:
    """Return sentences of the wire's languages with cities, days and agencies near their start."""
    frames = {
        "ru": ["{d} {m} {c} принял гостей, пишет {a}.", "По данным {a}, {c} ждёт {d} {m} гостей.",
               "{c} {d} {m} примет гостей, сообщает {a}.", "{a} сообщает из города {c} {d} {m}.",
               "Город {c} — это {d} музеев и {a}.", "{c} и {a}: {d} {m} открылась выставка."],
        "en": ["On {d} {m} {c} hosted guests, {a} said.", "{a} reported on {d} {m} from {c}.",
               "{c} was quiet on {m} {d}, {a} reported.", "{c} ({a} reported earlier) was quiet."],
        "de": ["Am {d}. {m} war {c} ruhig, so {a}.", "{c} war am {d}. {m} ruhig, meldet {a}."],
        "fr": ["Le {d} {m}, {c} était calme, selon {a}.", "{c} était calme le {d} {m}, dit {a}."],
        "es": ["El {d} de {m} {c} recibió a {a}.", "{c} recibió el {d} de {m} a {a}."],
        "tg": ["{d} {m} дар {c} намоиш баргузор шуд, {a}.", "Дар {c} {d} {m} намоиш шуд — {a}."],
        "ky": ["{d}-{m} күнү {c} шаарында көргөзмө ачылды, {a}.", "{c} шаарында {d}-{m} — {a}."],
        "uz": ["{d} {m} kuni {c} shahrida {a} koʻrgazmasi ochildi.", "{c} shahrida {d} {m} — {a}"],
        "hy": ["{m} {d}-ին {c} քաղաքում {a} ցուցահանդես բացվեց։", "{c} քաղաքում {d} {m} {a}։"],
        "tr": ["{d} {m} günü {c} kentinde {a} sergisi açıldı.", "{c} {d} {m} günü {a} ile açıldı."],
        "it": ["Il {d} {m} {c} ha accolto {a} e gli ospiti.", "{c} ha accolto {a} il {d} {m}."],
        "pt": ["Em {d} de {m} {c} recebeu {a} e visitantes.", "{c} recebeu {a} em {d} de {m}."],
    }  # fmt: skip
    cities = ["Москва", "ДУШАНБЕ", "London", "NEW YORK", "Ереван", "ТОШКЕНТ", "Paris", "ROMA"]
    agencies = ["Sputnik", "РИА Новости", "ТАСС", "Reuters", "AP", "AFP", "dpa", "EFE", "Xinhua"]
    days = [1, 9, 31]
    found = []
    for language, lines in frames.items():
        months = [dates.month_names(language)[n][0] for n in (0, 4, 7, 10)]
        for line, *slots in itertools.product(lines, cities, days, months, agencies):
            city, day, month, agency = slots
            found.append(line.format(c=city, d=day, m=month, a=agency))
    return found


def test_no_false_cut_in_ten_thousand_sentences() -> None:
    sentences = prose()
    assert len(set(sentences)) > 10_000
    heads = [(text, parse(text)) for text in sentences]
    assert [text for text, head in heads if head and head.confidence >= CUT] == []
