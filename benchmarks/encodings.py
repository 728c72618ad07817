"""How often is a text read in the encoding it was written in? `python -m benchmarks.encodings`.

Every text of encodings.toml in each of its encodings, cut to three lengths: bare, with its own and
with a wrong label, with a byte that is none of the encoding, and encoded twice. Right is a text
that comes out as it went in. The detector was not made from these texts; the thresholds of `decode`
were set on them.
"""

from __future__ import annotations

import codecs
import time
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from newswire.text.decoding import decode
from newswire.text.mending import mend

LENGTHS = (60, 150, 1000)
STARTS = (0, 60, 120)
WRONG = ("iso-8859-1", "utf-8", "windows-1251", "gb2312", "shift_jis")
PAGES = ("cp1252", "latin-1", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257")
# Vietnamese tone marks, which its code page keeps apart from letters
_TONES = "\u0300\u0301\u0303\u0309\u0323"


class Case(NamedTuple):
    """Bytes, and the text that they are."""

    language: str
    encoding: str
    data: bytes
    text: str


def texts() -> dict[str, tuple[str, list[str]]]:
    """Return the texts by language, each with its encodings."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {language: (row["text"], row["encodings"]) for language, row in table.items()}


def encode(text: str, encoding: str) -> bytes:
    """Return `text` in `encoding`, without what it cannot hold."""
    if encoding == "cp1258":
        text = "".join(map(_toned, text))
    return text.encode(encoding, "ignore")


def _toned(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    letter = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return letter + "".join(c for c in parts if c in _TONES)


def cases(length: int) -> Iterator[Case]:
    """Yield the texts, cut to `length` characters, in their encodings."""
    for language, (text, encodings) in texts().items():
        for encoding in encodings:
            for start in STARTS if length < len(text) else (0,):
                data = encode(text[start : start + length], encoding)
                if not data.isascii() or encoding == "iso2022_jp":
                    yield Case(language, encoding, data, data.decode(encoding))


def damaged(case: Case) -> Case:
    """Return a case with a byte in its middle that stands for nothing there."""
    half = len(case.text[: len(case.text) // 2].encode(case.encoding))
    data = case.data[:half] + b"\xff" + case.data[half:]
    return case._replace(data=data, text=data.decode(case.encoding, "replace"))


def twice(text: str, page: str) -> str:
    """Return `text` as somebody has it who took its UTF-8 for `page`."""
    return "".join(bytes([n]).decode(page, "ignore") or chr(n) for n in text.encode())


def _report(name: str, found: list[tuple[Case, str]]) -> None:
    wrong = [f"{c.language}/{c.encoding}" for c, text in found if text != c.text]
    print(
        f"{name:24} {len(found) - len(wrong):4} of {len(found)}  {' '.join(dict.fromkeys(wrong))}"
    )


def main() -> None:
    """Print a table."""
    labels: dict[str, Callable[[Case], list[str] | None]] = {
        "bare": lambda case: None,
        "own label": lambda case: [codecs.lookup(case.encoding).name.replace("_", "-")],
    } | {f"says {label}": (lambda case, label=label: [label]) for label in WRONG}
    began, number = time.perf_counter(), 0
    for name, label in labels.items():
        for length in LENGTHS:
            given = list(cases(length))
            _report(f"{name}, {length}", [(c, decode(c.data, label(c)).text) for c in given])
            number += len(given)
    for length in LENGTHS:
        given = [damaged(c) for c in cases(length) if c.encoding != "iso2022_jp"]
        read = [(c, decode(c.data).text.replace("\ufffd", "")) for c in given]
        _report(
            f"one bad byte, {length}",
            [(c._replace(text=c.text.replace("\ufffd", "")), t) for c, t in read],
        )
        number += len(given)
    print(f"{(time.perf_counter() - began) / number * 1000:.1f} ms a text")
    for length in LENGTHS:
        whole = [
            Case(language, page, b"", text[:length])
            for language, (text, _) in texts().items()
            for page in PAGES
            if not text[:length].isascii()
        ]
        _report(
            f"encoded twice, {length}", [(c, mend(twice(c.text, c.encoding))[0]) for c in whole]
        )


if __name__ == "__main__":
    main()
