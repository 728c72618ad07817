"""docs/reliability.md: is every case of the catalogue in it, and every test that it names?"""

from __future__ import annotations

import re

import pytest

from tests.forked import ROOT

TEXT = (ROOT / "docs/reliability.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in TEXT.splitlines()
    if re.match(r"\| [SR]\d", line)
]
# there is no S39
CASES = [f"S{n:02}" for n in range(1, 63) if n != 39] + [f"R{n:02}" for n in range(1, 39)]
# what newswire does not have cannot fail: no pipeline for files
NOTHING = {"S19", "S47"}


@pytest.mark.parametrize("case", CASES)
def test_case_is_there(case: str) -> None:
    rows = [row for row in ROWS if re.search(rf"\b{case}\b", row[0])]
    assert rows
    assert all(len(row) == 4 for row in rows)
    assert case in NOTHING or any("::test_" in row[3] for row in rows)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"tests/\w+\.py::test_\w+", TEXT))))
def test_test_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert re.search(rf"^def {test}\(", (ROOT / path).read_text("utf-8"), re.M)


def test_only_tests_by_file() -> None:
    """A `::test` without a file belongs to the file named before it in its cell."""
    for row in ROWS:
        path = ""
        for file, test in re.findall(r"`(tests/\w+\.py)?(?:::(test_\w+))?", row[3]):
            path = file or path
            if test:
                assert re.search(rf"^def {test}\(", (ROOT / path).read_text("utf-8"), re.M), test
