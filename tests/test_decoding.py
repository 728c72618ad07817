"""Bytes of every language of the wire, in the encodings that texts of it are saved in."""

import pytest

from benchmarks.encodings import Case, cases, damaged, encode, texts, twice
from newswire.errors import UnreadablePage
from newswire.page.markup import parse
from newswire.text.decoding import codec, decode, label
from newswire.text.detection import utf16
from newswire.text.mending import mend

WHOLE = list(cases(1000))
ids = [f"{case.language} {case.encoding}" for case in WHOLE]
RUSSIAN, ENGLISH = texts()["ru"][0], texts()["en"][0]


@pytest.mark.parametrize("case", WHOLE, ids=ids)
def test_undeclared(case: Case) -> None:
    assert decode(case.data).text == case.text


@pytest.mark.parametrize(
    "case",
    # in Baltic code pages, as in no other, the byte is a letter of the sibling
    [c for c in WHOLE if c.encoding not in ("cp1257", "iso2022_jp") and c.language != "et"],
    ids=lambda case: f"{case.language} {case.encoding}",
)
def test_one_bad_byte_costs_itself_alone(case: Case) -> None:
    bad = damaged(case)
    assert decode(bad.data).text.replace("\ufffd", "") == bad.text.replace("\ufffd", "")


@pytest.mark.parametrize("case", [c for c in WHOLE if c.encoding == "gb18030"])
@pytest.mark.parametrize("cut", [b"\xff", b"\xb5"])
def test_declared_encoding_survives_a_bad_byte(case: Case, cut: bytes) -> None:
    data = case.data + cut + b"\n" + case.data
    read = decode(data, ["gb2312"])
    assert (read.encoding, read.replaced) == ("gb18030", 1)
    assert read.text.count(case.text) == 2


@pytest.mark.parametrize("said", ["iso-8859-1", "utf-8", "windows-1251", "shift_jis", "nonsense"])
def test_wrong_label_loses(said: str) -> None:
    for case in WHOLE:
        # the two differ in quotes and dashes, of which English has little else
        if said != "iso-8859-1" or case.encoding != "mac_roman":
            assert decode(case.data, [said]).text == case.text, case


@pytest.mark.parametrize("end", ["le", "be"])
@pytest.mark.parametrize("language", texts())
def test_utf16_without_mark(language: str, end: str) -> None:
    text = texts()[language][0][:40] + "\n"
    assert decode(text.encode(f"utf-16-{end}")).text == text
    assert utf16(text.encode()) is None


@pytest.mark.parametrize(
    "word", ["café", "“yes”", "it’s – well", "Ibáñez", "50 €", "20 °C", "Møller"]
)
@pytest.mark.parametrize("said", [None, "iso-8859-1", "us-ascii"])
def test_nearly_ascii(word: str, said: str | None) -> None:
    plain = ENGLISH.encode("ascii", "ignore").decode() * 3
    read = decode(f"{plain} {word} {plain}".encode("cp1252"), [said] if said else None)
    assert word in read.text
    assert read.replaced == 0


def test_damaged_utf8_stays_utf8() -> None:
    data = RUSSIAN.encode()
    read = decode(data + b"\xff" + data + data[:1] + data, ["windows-1251"])
    assert (read.encoding, read.replaced) == ("utf-8", 2)


def test_line_in_another_encoding() -> None:
    data = f"{RUSSIAN}\n".encode() * 2 + RUSSIAN[:150].encode("cp1251") + b"\nend"
    read = decode(data)
    assert read.text == f"{RUSSIAN}\n" * 2 + RUSSIAN[:150] + "\nend"
    assert (read.encoding, read.replaced) == ("utf-8", 0)


@pytest.mark.parametrize("page", ["cp1252", "cp1251", "cp1250", "latin-1"])
@pytest.mark.parametrize("language", ["ru", "de", "pl", "zh", "ar"])
def test_encoded_twice(language: str, page: str) -> None:
    text = texts()[language][0]
    assert decode(twice(f"{text}\nplain\n{text}", page).encode()).mended == 2
    assert mend(twice(text, page)) == (text, 1)


def test_only_what_the_round_trip_proves_is_mended() -> None:
    for text, _ in texts().values():
        assert mend(text) == (text, 0)
    for text in ("CAFÉ» — «ÉTÉ»", "США», РФ» и НАТО»", "Â", "50 Â°", "Ð Ñ"):
        assert mend(text) == (text, 0)
    # a line that proves it lends its proof to a shorter one
    assert mend("Ã¼ber den alten LeuchtturmÂ»\nGroÃŸ")[0] == "über den alten Leuchtturm»\nGroß"


def test_encoded_thrice() -> None:
    text = texts()["de"][0]
    assert mend(twice(twice(text, "cp1252"), "cp1252"))[0] == text


def test_bytes_lost_on_the_way() -> None:
    """The last byte of a closing quote is none of cp1252."""
    said = "Er nannte sie “schöne Brücke” und ging über den Fluß."
    lost = twice(f"{said}\nGroße Flüsse", "cp1252").replace("\x9d", "")
    assert mend(lost)[0] == f"{said}\nGroße Flüsse"


@pytest.mark.parametrize(
    ("language", "page"), [("ru", "cp1251"), ("ru", "koi8-r"), ("el", "cp1253")]
)
def test_another_script_read_as_latin(language: str, page: str) -> None:
    text = texts()[language][0]
    read = text.encode(page, "ignore").decode("latin-1")
    assert (
        decode(f"<p>{read}</p>".encode()).text
        == f"<p>{text.encode(page, 'ignore').decode(page)}</p>"
    )


@pytest.mark.parametrize(
    ("language", "page", "wrong"),
    [("zh", "big5", "gb2312"), ("ru", "cp1251", "windows-1252"), ("ja", "euc_jp", "shift_jis")],
)
def test_page_declares_what_its_bytes_are_not(language: str, page: str, wrong: str) -> None:
    text = texts()[language][0].encode(page, "ignore")
    tree, _ = parse(b"<meta charset=%b><p>%b</p>" % (wrong.encode(), text))
    assert tree.findtext(".//p") == text.decode(page)


@pytest.mark.parametrize("text", ["×××× 4", "÷" * 40, "Oh: ÀÀÀÀÉ!", "ÇÀ ÉËÈÊ"])
def test_signs_and_accents_of_latin_stay(text: str) -> None:
    assert mend(text) == (text, 0)


def test_japanese_marks_of_windows() -> None:
    text = "①橋の長さは九百㍍、髙い塔が二つある。" + texts()["ja"][0]
    assert decode(text.encode("cp932")).encoding == "cp932"


def test_page_declares_late_or_in_a_comment() -> None:
    late = f"<head><style>{'x' * 9000}</style><meta charset=koi8-r>".encode()
    body = b"<p>" + encode("Дом", "koi8_r") + b"</p>"
    assert parse(late + body)[1].encoding == "koi8-r"
    comment = b"<!-- <meta charset=koi8-r> --><p>"
    assert parse(comment + RUSSIAN.encode("cp1251"))[1].encoding == "cp1251"


def test_seven_bits() -> None:
    text = texts()["ja"][0]
    page = f"<meta charset=iso-2022-jp><p>{text}</p>".encode("iso2022_jp")
    assert parse(page)[0].findtext(".//p") == text
    assert decode(RUSSIAN.encode("utf-7")).text == RUSSIAN
    script = b"<script>x = '+BBw- +AGEAYg- +BBw-'</script><p>+BBw- +BBw-</p>"
    assert parse(script)[0].findtext(".//p") == "+BBw- +BBw-"


@pytest.mark.parametrize("name", ["idna", "unicode_escape", "rot13", "undefined", "replacement"])
def test_labels_that_browsers_do_not_know(name: str) -> None:
    assert codec(name) is None


def test_label_of_a_header() -> None:
    assert label("text/html; charset=windows-1251, text/html; charset=utf-8") == "windows-1251"
    assert label("text/html") is None


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 9,
        b"\x89PNG\r\n\x1a\n" + bytes(400),
        b"\xff\xfe\x00" * 100,
        b"\xfe\xff" + bytes(range(255, 3, -1)) * 9,
        b"\xff\xfe\0\0" + bytes(range(256)) * 9,
        b"\xef\xbb\xbf" + bytes(range(40, 256)) * 9,
        "\u0378\ue000".encode() * 90,
    ],
)
def test_binary_is_no_text(data: bytes) -> None:
    with pytest.raises(UnreadablePage):
        decode(data)
