"""The project around the code: versions, settings that are documented, what must not be in it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import distributions, version

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from newswire import settings
from newswire.text.language import identify
from newswire.wires.editions import editions
from tests.crawl import ROOT

# versions in which published advisories are fixed
FLOORS = {
    "scrapyd": "1.5.0",  # directory traversal, XSS: its release notes
    "scrapy": "2.17.0",  # GHSA-76g3-c3x4-crvx
    "lxml": "6.1.0",  # CVE-2026-41066
    "twisted": "26.4.0",  # CVE-2026-42304
    "distributed": "2026.1.1",  # CVE-2026-23528
    "brotli": "1.2.0",  # CVE-2025-6176, with scrapy 2.13.4
}


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_installed_versions_have_the_fixes(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor)


def test_pinned_versions_have_the_fixes() -> None:
    pins = dict(
        pin.split("==") for pin in (ROOT / "constraints.txt").read_text("utf-8").splitlines()[1:]
    )
    pinned = {name.lower(): Version(pin) for name, pin in pins.items()}
    known = {name: floor for name, floor in FLOORS.items() if name in pinned}
    assert len(known) >= len(FLOORS) - 1  # scrapyd has its line in the Makefile
    assert all(pinned[name] >= Version(floor) for name, floor in known.items())
    # not ours, and never without a look at their advisories
    assert not {"ray", "scrapy-splash", "scrapy-redis"} & set(pinned)


def test_every_setting_is_in_the_readme() -> None:
    ours = {name for name in vars(settings) if name.startswith("NEWSWIRE_")}
    assert ours == set(re.findall(r"`(NEWSWIRE_\w+)`", (ROOT / "README.md").read_text("utf-8")))


def test_every_wire_has_a_spider_and_editions() -> None:
    spiders = {p.stem for p in (ROOT / "newswire/spiders").glob("[a-z]*.py")}
    assert spiders == {edition.wire for edition in editions().all()}


def test_pinned_versions_name_no_host() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()[1:]
    assert pins
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+]+", pin) for pin in pins)


def test_pinned_versions_run_on_the_python_of_debian() -> None:
    """Its pip looks for hours when one pin has no release for 3.11.2."""
    said = ((each.name, each.metadata.json.get("requires_python")) for each in distributions())
    needs = {name: str(need) for name, need in said if need}
    assert len(needs) > 50
    assert [name for name, need in needs.items() if "3.11.2" not in SpecifierSet(need)] == []


def test_reading_a_page_loads_no_scrapy() -> None:
    """What runs at the first page counts too, which the contracts of import-linter cannot see."""
    code = """
import sys
sys.modules["scrapy"] = sys.modules["twisted"] = None
import newswire.archive.replay as replay
from newswire.article.assemble import assemble
from newswire.ledger import Ledger
for page in replay.pages(replay.find("fixtures/sputnik/tj/putin-kazakhstan.txt")[0], 10**7):
    assemble(page, "sputnik")
Ledger("").close()
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_commands_and_spiders_load_nothing_that_crawls() -> None:
    """Scrapy imports all of them for whatever command it runs."""
    code = """
import sys
from scrapy.utils.misc import walk_modules
before = set(sys.modules)
for name in ("newswire.commands", "newswire.spiders", "newswire.settings"):
    walk_modules(name)
print(*(set(sys.modules) - before), sep="\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "newswire.commands.crawl" in loaded
    heavy = r"(numpy|lxml|newswire\.(article|boilerplate|bulk|dateline|ledger|page|wires))\b.*"
    assert [name for name in loaded if re.fullmatch(heavy, name)] == []


def test_commands_and_spiders_need_no_extra() -> None:
    """What `make demo` installs is enough to load them."""
    extras = ("boto3", "psycopg", "pyarrow", "requests", "scrapyd", "scrapyd_client", "playwright")
    code = f"import sys; sys.modules.update(dict.fromkeys({extras})); "
    code += "from scrapy.cmdline import execute; execute(['scrapy', 'schedule', 'sputnik'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install 'newswire[scrapyd]'" in done.stderr


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Глава государства рассказал о перспективах сотрудничества с соседями.", "ru"),
        ("Республикаи Тоҷикистон имрӯз дар Душанбе ҷаласаи ҳукумат баргузор кард.", "tg"),
        ("Кыргызстанда жаңы китепкана ачылды, ага балдар да келе алат.", "ky"),
        ("Ўзбекистонда янги кутубхона очилди, унга болалар ҳам келиши мумкин.", "uz-Cyrl"),
        ("Toshkentda yangi kutubxona ochildi, unga bolalar ham kelishi mumkin.", "uz-Latn"),
        ("Аԥсны ахҭнықалақь аҟны иаатит абиблиотека ҿыц, уи ахәыҷқәагьы ирзуп.", "ab"),
        ("Цхинвалы байгом ис ног библиотекӕ, ӕмӕ йӕм сывӕллӕттӕ дӕр цӕуынц.", "os"),
        ("Երևանում բացվել է նոր գրադարան, ուր կարող են գալ նաև երեխաները։", "hy"),
        ("У Београду је отворена нова библиотека у коју долазе и деца.", "sr-Cyrl"),
        ("U gradu je otvorena nova biblioteka u koju dolaze i deca iz susednih mesta.", "sr-Latn"),
        ("Uma nova biblioteca foi inaugurada na cidade, aberta também às crianças.", "pt"),
        ("Una nueva biblioteca abrió en la ciudad, también para los niños.", "es"),
        ("በከተማው አዲስ ቤተ መጻሕፍት ተከፈተ፤ ልጆችም መምጣት ይችላሉ።", "am"),
        ("12345", None),
        # in none of them, nor in their scripts
        ("В града беше открита нова библиотека, в която могат да дойдат и децата.", None),
        ("U gradu je otvorena nova knjižnica u koju dolaze i djeca iz susjednih mjesta.", None),
        ("In de stad is een nieuwe bibliotheek geopend, ook voor de kinderen.", None),
        ("Kaupunkiin avattiin uusi kirjasto, johon myös lapset voivat tulla.", None),
        ("Sebuah perpustakaan baru dibuka di kota itu, juga untuk anak-anak.", None),
        ("시내에 새 도서관이 문을 열었고 아이들도 올 수 있다.", None),
        ("בעיר נפתחה ספרייה חדשה, גם לילדים.", None),
        ("شہر میں ایک نئی لائبریری کھل گئی ہے جہاں بچے بھی آ سکتے ہیں۔", None),
    ],
)
def test_languages_of_the_wire_are_told_apart(text: str, language: str | None) -> None:
    among = [tag for edition in editions().all("sputnik") for tag in edition.languages]
    assert identify(text, among) == language
