"""A first pass over all inputs: what pages of a site have in common, and nothing else, counts."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from newswire.article.version import rules_version
from newswire.bulk import reprocess
from newswire.bulk.learn import FOLDER, LEAST, Sample, first_job
from newswire.bulk.tasks import job
from newswire.items import Source
from newswire.page.model import Page
from tests import forked
from tests.archives import digest, ours, page
from tests.test_house import CITIES
from tests.test_learnt import LABEL, headline, sentence, story

NAMES = [*CITIES, "Астана", "Тбилиси"]


def paragraphs(number: int) -> list[str]:
    dice = random.Random(number)
    return [sentence(dice) for _ in range(4)]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Four folders of two stories with such heads, and one with a label: alone none shows it."""
    for number, city in enumerate(NAMES):
        folder = tmp_path / "saved" / str(number // 2)
        folder.mkdir(parents=True, exist_ok=True)
        first, *more = paragraphs(number)
        text = "\n\n".join([headline(number), f"{city}: {first}", *more])
        (folder / f"{number}.txt").write_text(text, "utf-8")
        labelled = "\n\n".join(story(number // 2 + 100, below=[LABEL]))
        (folder / "label.txt").write_text(labelled, "utf-8")
    return tmp_path / "saved"


def items(out: Path) -> list[dict[str, Any]]:
    texts = [path.read_text("utf-8") for path in sorted(out.glob("*.jsonl"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def labels_and_heads(out: Path) -> tuple[int, int]:
    """Return how many stories end with the label, and begin with a city."""
    found = [item["body"].split("\n\n") for item in items(out)]
    assert len(found) == 12
    assert [len(body) - (body[-1] == LABEL) for body in found] == [4] * 12
    heads = tuple(f"{city}: " for city in NAMES)
    return sum(b[-1] == LABEL for b in found), sum(b[0].startswith(heads) for b in found)


def learnt(out: Path) -> Path:
    (path,) = (out / FOLDER).glob("*.json")
    return path


def test_what_is_common_to_all_archives_is_learnt_first(saved: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    reprocess(saved, alone, workers=0)
    assert labels_and_heads(alone) == (4, 8)
    out = tmp_path / "out"
    done = reprocess(saved, out, workers=0, learn=True)
    assert (done.articles, done.known) == (12, 0)
    assert labels_and_heads(out) == (0, 0)
    # what was learnt is one of the rules: what it changes is no correction of the agency
    rules = {item["source"]["rules"] for item in items(out)}
    assert rules == {f"{rules_version()}+{learnt(out).stem[:8]}"}


def test_the_outputs_depend_on_the_inputs_alone(saved: Path, tmp_path: Path) -> None:
    folders = sorted(saved.iterdir())
    found = []
    for n, (inputs, workers) in enumerate([(folders, 0), (folders[::-1], 2)]):
        reprocess(inputs, tmp_path / str(n), workers=workers, learn=True)
        found.append((learnt(tmp_path / str(n)).name, digest(tmp_path / str(n))))
    assert found[0] == found[1]
    # nothing is done again, until there is something else to learn
    before = learnt(tmp_path / "0").stat().st_mtime_ns
    assert reprocess(saved, tmp_path / "0", workers=0, learn=True).known == 4
    assert learnt(tmp_path / "0").stat().st_mtime_ns == before
    (saved / "0" / "0.txt").unlink()
    assert reprocess(saved, tmp_path / "0", workers=0, learn=True).known == 0
    assert learnt(tmp_path / "0").name != found[0][0]


def test_the_sample_of_an_archive_does_not_depend_on_its_order(tmp_path: Path) -> None:
    pages = []
    for number in range(40):
        body = page(number)
        source = Source("warc", f"#{number}", None, f"{number:064x}")
        pages.append(Page(body, source, ours(number), "text/html"))
    written: set[bytes] = set()
    for seed in range(2):
        sample = Sample(LEAST)
        for each in random.Random(seed).sample(pages, len(pages)):
            sample.look(each, "sputnik", frozenset())
        with (tmp_path / "learnt").open("wb") as file:
            sample.write(file)
        written.add((tmp_path / "learnt").read_bytes())
    (data,) = written
    whole: dict[str, Any] = json.loads(data)
    assert [len(pages) for pages in whole["lines"].values()] == [LEAST]
    assert [len(pages) for pages in whole["heads"].values()] == [LEAST]


def test_the_more_archives_the_fewer_pages_of_each(tmp_path: Path) -> None:
    one = job(tmp_path, form="jsonl", edition=None, wire=None, max_bytes=1000)
    assert [first_job(one, n).sample for n in (1, 2, 3, 8, 9, 100, 10**6)] == [
        256, 256, 256, 64, 64, 16, 16,
    ]  # fmt: skip


def test_the_command_learns(saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--out", str(out), "--learn", "--workers=0"]
    done = forked.run("scrapy", "reprocess", str(saved), *options)
    assert (done.returncode, done.stdout) == (0, "12 articles in 4 files of 4\n"), done.stderr
    assert labels_and_heads(out) == (0, 0)
