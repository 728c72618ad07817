"""Places: which city a printed name means, and that no country or id is made up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newswire.dateline import places
from newswire.items import Place
from newswire.text.folding import fold_key, spans

# printed, edition's country, agency's home -> name, country, GeoNames id
PLACES = [
    ("ДУШАНБЕ", "TJ", "RU", ("Душанбе", "TJ", 1221874)),
    ("ԵՐԵՎԱՆ", "AM", None, ("Երևան", "AM", 616052)),
    ("Երևան", None, None, ("Երևան", "AM", 616052)),
    ("İSTANBUL", None, None, ("İstanbul", "TR", 745044)),
    ("ISTANBUL", None, None, ("Istanbul", "TR", 745044)),
    ("DENIA", None, None, ("Denia", "ES", 2518878)),
    ("Dénia", None, None, ("Dénia", "ES", 2518878)),
    ("РОСТОВ-НА-ДОНУ", None, None, ("Ростов-на-Дону", "RU", 501175)),
    ("Ростов–на–Дону", None, None, ("Ростов-на-Дону", "RU", 501175)),
    ("موسكو", None, None, ("موسكو", "RU", 524901)),
    ("서울", None, None, ("서울", "KR", 1835848)),
    ("北京", None, None, ("北京", "CN", 1816670)),
    ("С.-ПЕТЕРБУРГ", None, None, ("Санкт-Петербург", "RU", 498817)),
    ("Frankfurt/Main", None, None, ("Frankfurt am Main", "DE", 2925533)),
    # a qualifier, in words or as AP abbreviates it, in brackets or behind a comma
    ("BIRMINGHAM", None, None, ("Birmingham", "GB", 2655603)),
    ("BIRMINGHAM, Ala.", None, None, ("Birmingham", "US", 4049979)),
    ("SANTA FE, N.M.", None, "US", ("Santa Fe", "US", 5490263)),
    ("KABUL, Afghanistan", None, "US", ("Kabul", "AF", 1138958)),
    ("Phulbani (Odisha) [India]", None, None, ("Phulbani", "IN", 1259756)),
    ("Париж, США", None, None, ("Париж", None, None)),
    # own name before another city's second name; a capital before a namesake
    ("BAKI", None, None, ("Bakı", "AZ", 587084)),
    ("New Delhi", None, None, ("New Delhi", "IN", 1261481)),
    ("ISLAMABAD", None, None, ("Islamabad", "PK", 1176615)),
    ("ROMA", None, None, ("Roma", "IT", 3169070)),
    ("COLOMBO", None, "FR", ("Colombo", "LK", 1248991)),
    # the edition's or the agency's country decides between namesakes, but not for a hamlet
    ("San Sebastián", None, None, ("San Sebastián", None, None)),
    ("San Sebastián", None, "ES", ("San Sebastián", "ES", 3110044)),
    ("San Sebastián", "ES", None, ("San Sebastián", "ES", 3110044)),
    ("PARIS", "US", "US", ("Paris", "FR", 2988507)),
    # disputed: the id stays, the country is left open
    ("АҞӘА", "GE", None, ("Аҟәа", None, 611847)),
    ("ЦХИНВАЛ", None, None, ("Цхинвал", None, 611403)),
    ("СЕВАСТОПОЛЬ", None, None, ("Севастополь", None, 694423)),
    # unknown to the gazetteer
    ("UNITED NATIONS", None, None, ("United Nations", None, None)),
    ("Нетакойгород", None, None, (None, None, None)),
    ("", None, None, (None, None, None)),
]


@pytest.mark.parametrize(("printed", "country", "home", "expected"), PLACES)
def test_resolve(
    printed: str,
    country: str | None,
    home: str | None,
    expected: tuple[str | None, str | None, int | None],
) -> None:
    found = places.resolve(printed, country=country, home=home)
    assert found == Place(printed, *expected)


CAPITALS = [
    "МОСКВА",
    "АСТАНА",
    "БИШКЕК",
    "ТАШКЕНТ",
    "ТОШКЕНТ",
    "TOSHKENT",
    "БАКУ",
    "BAKI",
    "ЕРЕВАН",
    "ТБИЛИСИ",
    "თბილისი",
    "МИНСК",
    "МІНСК",
    "КИШИНЕВ",
    "CHIȘINĂU",
    "РИГА",
    "RĪGA",
    "ВИЛЬНЮС",
    "VILNIUS",
    "ТАЛЛИН",
    "TALLINN",
    "ANKARA",
    "BEOGRAD",
    "БЕОГРАД",
    "MADRID",
    "BRASÍLIA",
    "BERLIN",
    "ROMA",
    "PRAHA",
    "WARSZAWA",
    "ΑΘΗΝΑ",
    "تهران",
    "کابل",
    "東京",
    "北京",
    "МАСКВА",
    "МОСКОВ",
    "MOSKVA",
    "Moscow",
]


@pytest.mark.parametrize("printed", CAPITALS)
def test_capitals_of_the_editions(printed: str) -> None:
    assert places.known(printed)
    assert places.resolve(printed).geonames_id


def test_words_are_no_places() -> None:
    for word in ("ЦЕНА", "ВИДЕО", "ЭКСКЛЮЗИВ", "RESEARCHERS", "PORTIONS", "Sputnik", "США", "5"):
        assert not places.known(word), word


def test_every_name_of_the_gazetteer_is_found() -> None:
    """The first, the last and every 997th row, and those around the ends of blocks."""
    gazetteer = places.gazetteer()
    rows = gazetteer.names()
    ends = range(places.BLOCK, len(rows), places.BLOCK)
    around = (name for end in ends for name in rows[end - 1 : end + 1])
    for name in [rows[0], rows[-1], *rows[::997], *around]:
        assert name in [found for found, _ in gazetteer.find(fold_key(name))], name


def test_pages_without_a_dateline_load_no_gazetteer_and_none_needs_scrapy() -> None:
    code = (
        "import sys\n"
        "sys.modules['scrapy'] = None\n"
        "from newswire import dateline\n"
        "from newswire.dateline import places\n"
        "assert dateline.parse('Сегодня, 5 мая, в городе открылась выставка.') is None\n"
        "assert places.gazetteer.cache_info().currsize == 0\n"
        "assert dateline.parse('КАЗАНЬ, 5 мая — Sputnik. Открылась выставка.')\n"
        "assert places.gazetteer.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


FOLDS = [
    ("А—Б–В−Г", "А-Б-В-Г"),
    ("а\N{NO-BREAK SPACE}б\N{NARROW NO-BREAK SPACE}в\tг", "а б в г"),
    ("【Ａ１】（x）、", "[A1](x),"),
    ("Фатимæ ə ҧ", "Фатимӕ ә ԥ"),
    ("Երևան․ «x»։", 'Երեւան. "x":'),
    ("e\N{COMBINING DIAERESIS}И\N{COMBINING BREVE}", "ëЙ"),
    ("soft\N{SOFT HYPHEN}hyphen\u200b", "softhyphen"),
]


@pytest.mark.parametrize(("text", "expected"), FOLDS)
def test_fold_keeps_offsets(text: str, expected: str) -> None:
    folded, offsets = spans(text)
    assert folded == expected
    assert len(offsets) == len(folded) + 1
    assert (offsets[0], offsets[-1]) == (0, len(text))
    assert list(offsets) == sorted(offsets)
    for position, char in enumerate(folded):
        piece = text[offsets[position] : offsets[position + 1]]
        assert char in spans(piece)[0] or not piece
