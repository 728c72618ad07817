"""Archives read again: the same outputs whoever reads them, and nothing lost unsaid."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

import newswire
from newswire.bulk import engines, reprocess, tasks
from newswire.bulk.child import Child
from newswire.bulk.folder import ABANDONED, Folder, _owner
from newswire.bulk.run import Run
from newswire.errors import ArgumentError, NodeError, ReplayError
from newswire.feeds.reading import records
from tests import forked
from tests.archives import POISON, archive, digest, page
from tests.crawl import ROOT
from tests.test_progress import on_a_terminal


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Four archives, and a folder of single pages."""
    folder = tmp_path / "saved"
    (folder / "pages").mkdir(parents=True)
    for number in range(4):
        archive(folder / f"{number}.warc.gz", number * 10)
    for number in (90, 91):
        (folder / "pages" / f"{number}.html").write_bytes(page(number))
    return folder


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return forked.run("scrapy", "reprocess", *map(str, arguments))


def items(out: Path) -> list[dict[str, Any]]:
    lines = [x for path in sorted(out.glob("*.jsonl")) for x in path.read_bytes().splitlines()]
    return [json.loads(line) for line in lines]


def test_the_same_with_any_number_of_workers(saved: Path, tmp_path: Path) -> None:
    found = {}
    for workers in (0, 1, 2):
        done = reprocess(saved, tmp_path / str(workers), workers=workers)
        assert (done.files, done.finished, done.articles, done.failed) == (5, 5, 14, [])
        assert done.counts == {"passed_over/foreign": 12}
        assert (done.pages, done.bytes) == (26, done.size)
        found[workers] = digest(tmp_path / str(workers))
    assert found[0] == found[1] == found[2]
    expected = [a for a in newswire.read(saved) if isinstance(a, newswire.Article)]
    assert sorted(map(str, items(tmp_path / "2"))) == sorted(
        str(json.loads(article.to_json())) for article in expected
    )


def test_what_is_finished_is_not_done_again(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = reprocess(saved, out, workers=0)
    before = digest(out)

    def again(**more: Any) -> int:
        done = reprocess(saved, out, workers=0, **more)
        assert (done.finished, done.articles) == (5, first.articles)
        return done.finished - done.known

    def fails(*given: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(engines, "process", fails)
        assert again() == 0
    # what changes is done again, and nothing else
    archive(saved / "1.warc.gz", 10)
    os.utime(saved / "1.warc.gz", ns=(0, 0))
    assert again() == 1
    (out / next(name for name in before if name.startswith("2."))).unlink()
    assert again() == 1
    (saved / "pages" / "90.html").write_bytes(page(90) + b"\n")
    assert again() == 1
    next((out / "_manifest").glob("3.*")).write_text("{")
    assert again() == 1
    assert digest(out).keys() == before.keys()
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "rules_version", lambda: "other rules")
        assert again() == 5
        assert again() == 0
        patch.setattr(tasks, "code_version", lambda: "other code")
        assert again() == 5
    assert again(edition="tj") == 5
    # in another format it takes the place of the first
    assert again(form="parquet") == 5
    assert {path.suffix for path in out.iterdir() if path.is_file()} == {".parquet"}


def test_parquet_holds_the_same(saved: Path, tmp_path: Path) -> None:
    for form in ("jsonl", "parquet"):
        reprocess(saved, tmp_path / form, workers=0, form=form)
    rows = [
        row
        for manifest in Folder(tmp_path / "parquet").manifests()
        for _, row in records(Folder(tmp_path / "parquet").output(manifest))
    ]
    lines = items(tmp_path / "jsonl")
    assert [row["id"] for row in rows if isinstance(row, dict)] == [item["id"] for item in lines]
    assert [row["body"] for row in rows if isinstance(row, dict)] == [i["body"] for i in lines]


def test_manifest(saved: Path, tmp_path: Path) -> None:
    reprocess(saved / "1.warc.gz", tmp_path / "out", workers=0)
    [manifest] = Folder(tmp_path / "out").manifests()
    output = Folder(tmp_path / "out").output(manifest)
    assert digest(tmp_path / "out") == {output.name: manifest["sha256"]}
    assert manifest["bytes"] == output.stat().st_size
    assert manifest["input"] == str(saved / "1.warc.gz")
    assert manifest["rules"] == items(tmp_path / "out")[0]["source"]["rules"]
    assert (manifest["articles"], manifest["counts"]) == (3, {"passed_over/foreign": 3})


def test_a_damaged_archive_is_named(saved: Path, tmp_path: Path) -> None:
    data = bytearray((saved / "2.warc.gz").read_bytes())
    data[len(data) // 2] ^= 8
    (saved / "2.warc.gz").write_bytes(data)
    whole = reprocess(saved / "0.warc.gz", tmp_path / "whole", workers=0)
    for known in (0, 5):  # a second run says the same
        done = command(saved, "--out", tmp_path / "out", "--workers", "0")
        last = done.stdout.splitlines()[-1]
        assert done.returncode == 1, done.stderr
        assert "2.warc.gz#" in done.stderr
        assert "1 page or more lost" in last
        assert ("5 of them finished before" in last) == bool(known)
    ids = {item["id"] for item in items(tmp_path / "out")}
    assert len(ids) >= 13
    assert whole.articles == 3
    assert {f"sputnik:tj:{1044000000 + n}" for n in (0, 1, 2, 10, 11, 12, 30, 31, 32)} <= ids


def test_a_poison_file_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One kills its process, another's process is killed once by somebody else."""
    saved = tmp_path / "saved"
    saved.mkdir()
    for number, name in enumerate(("a", "m", "once", "segfault", "z")):
        archive(saved / f"{name}.warc.gz", number * 10)
    reprocess(saved, tmp_path / "whole", workers=0)
    monkeypatch.setenv("PYTHONPATH", str(POISON))
    done = reprocess(saved, tmp_path / "out", workers=2)
    assert sorted(done.failed) == [
        f"{saved}/segfault.warc.gz: its process was killed by SIGSEGV",
    ]
    assert (done.finished, done.articles) == (4, 12)
    whole, found = digest(tmp_path / "whole"), digest(tmp_path / "out")
    assert found.items() <= whole.items()
    assert {name[0] for name in found} == set("amoz")
    # without poison a second run does what is missing
    monkeypatch.delenv("PYTHONPATH")
    again = reprocess(saved, tmp_path / "out", workers=0)
    assert (again.known, again.finished, again.failed) == (4, 5, [])
    assert digest(tmp_path / "out") == whole
    assert list((tmp_path / "out/_tmp").iterdir()) == []


def test_a_poison_page_costs_itself_alone(tmp_path: Path) -> None:
    """A pattern of the user's own takes for ever on one line, where no signal is heard."""
    (tmp_path / "own.toml").write_text(
        '[[rule]]\nid = "slow"\nwhy = "slow"\nzone = "any"\npattern = "(x+x+)+y"\n'
    )
    archive(tmp_path / "b.warc.gz", 10, 1, f"<p>{'x' * 60}</p>")
    with (tmp_path / "b.warc.gz").open("ab") as file:
        file.write(archive(tmp_path / "c", 20).read_bytes())
    out = tmp_path / "out"
    # a new interpreter: the process that others are forked from has read the tables
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", "scrapy", "reprocess", f"{tmp_path}/*.warc.gz"),
            *("--out", str(out), "--workers", "1", "--patience", "2"),
            *("-s", f"NEWSWIRE_RULES={tmp_path}/own.toml"),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "3 articles in 1 file of 1" in done.stdout
    assert "1 page or more lost" in done.stdout
    [line] = [line for line in done.stderr.splitlines() if "b.warc.gz#" in line]
    assert line.endswith("no page done in 2 s: given up")


def test_workers_with_other_rules_are_refused(saved: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "rules_version", lambda: "0.1+other")
        with pytest.raises(NodeError, match=r"not 0\.1\+other"):
            reprocess(saved, tmp_path / "out", workers=1)
    assert digest(tmp_path / "out") == {}


def test_another_job_gets_another_process(saved: Path, tmp_path: Path) -> None:
    """Rules are read once in a process, and a worker of a cluster serves one job after another."""
    own = tmp_path / "own.toml"
    own.write_text('[[rule]]\nid = "own"\nwhy = "own"\nwords = ["own"]\n')
    job = tasks.job(tmp_path / "out", form="jsonl", edition=None, wire=None, max_bytes=10**7)
    Folder(job.out).prepare()
    task = tasks.tasks([saved / "1.warc.gz"])[0]
    child = Child(60)
    try:
        assert child.do(job, task, lambda counts: None)["articles"] == 3
        with pytest.raises(NodeError, match=r"newswire \S+, \S+, not"):
            child.do(replace(job, own_rules=(str(own),)), task, lambda counts: None)
        assert child.do(job, task, lambda counts: None)["articles"] == 3
    finally:
        child.close()


def test_files_of_dead_workers_are_swept(saved: Path, tmp_path: Path) -> None:
    parts = tmp_path / "out" / "_tmp"
    parts.mkdir(parents=True)
    dead = subprocess.run(
        [sys.executable, "-c", "from newswire.bulk.folder import _owner; print(_owner())"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    names = [f"x.jsonl.{owner}.part" for owner in (dead, _owner(), "abc-1-1", "abc-2-1")]
    for name in names:
        (parts / name).touch()
    long_ago = time.time() - ABANDONED - 60
    os.utime(parts / names[3], (long_ago, long_ago))
    reprocess(saved, tmp_path / "out", workers=0)
    assert {path.name for path in parts.iterdir()} == set(names[1:3])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_goes_on(saved: Path, tmp_path: Path, number: int) -> None:
    archive(saved / "endless.warc.gz", 50)
    out = tmp_path / "out"
    arguments = ["reprocess", str(saved), "--out", str(out), "--workers", "1"]
    run = forked.Forked("scrapy", *arguments, environment={"PYTHONPATH": str(POISON)})
    while run.running() and not list(out.glob("_tmp/endless*")):
        time.sleep(0.05)
    os.kill(run.pid, number)
    done = run.wait()
    assert done.returncode == 3, done.stderr
    assert "stopped: 2 files left" in done.stdout
    done = command(*arguments[1:])
    assert done.returncode == 0, done.stderr
    assert "17 articles in 6 files of 6, 4 of them finished before" in done.stdout


def test_an_output_is_there_before_its_manifest(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed, place = list[str](), Folder._place

    def place_and_tell(folder: Folder, file: BinaryIO, path: Path) -> None:
        place(folder, file, path)
        placed.append(path.name)

    monkeypatch.setattr(Folder, "_place", place_and_tell)
    reprocess(saved / "1.warc.gz", tmp_path / "out", workers=0)
    output, manifest = placed[-2:]
    assert (output, manifest) == (f"{Path(manifest).stem}.jsonl", f"{Path(output).stem}.json")


def test_a_run_that_dies_between_output_and_manifest_is_not_finished(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output of other rules is as large, and the manifest of the run before is not its."""
    out = tmp_path / "out"
    reprocess(saved, out, workers=0)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "rules_version", lambda: "0.1+other")
        patch.setattr(Folder, "whole", dies)
        with pytest.raises(KeyboardInterrupt):
            reprocess(saved, out, workers=0)
    assert len(list(out.glob("_manifest/*.json"))) == len(list(out.glob("*.jsonl"))) - 1
    again = reprocess(saved, out, workers=0)
    assert again.finished - again.known == 1


def test_progress(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts of all workers, whatever each has done so far."""
    monkeypatch.setattr("newswire.bulk.process._PAUSE", -1)
    seen: list[tuple[int, int, int]] = []
    done = reprocess(
        saved, tmp_path / "out", workers=0,
        tell=lambda now: seen.append((now.pages, now.articles, now.bytes)),
    )  # fmt: skip
    assert seen == sorted(seen)
    assert len(seen) >= 26
    assert seen[-1] == (done.pages, done.articles, done.bytes) == (26, 14, done.size)
    planned = tasks.tasks([saved])
    run = Run(Folder(tmp_path / "other"), planned, lambda now: None)
    for task, pages in ((planned[0], 3), (planned[1], 5), (planned[0], 4)):
        run.doing(task, {"pages": pages, "articles": 1, "bytes": 10})
    assert (run.progress.pages, run.progress.articles, run.progress.bytes) == (9, 2, 20)


def test_terminal(saved: Path, tmp_path: Path) -> None:
    shown = on_a_terminal(
        [
            *(sys.executable, "-W", "error", "-m", "scrapy", "reprocess", str(saved)),
            *("--out", str(tmp_path / "out"), "--workers", "0"),
        ]
    )
    assert "5/5 files, 26 pages, 14 articles" in shown
    assert re.search(r"B/s", shown)


def test_single_pages_and_lists(saved: Path, tmp_path: Path) -> None:
    """The pages of a folder are one output; those named one by one are another."""
    pages = saved / "pages"
    listed = tmp_path / "list"
    listed.write_text(f"{pages}/90.html\n{saved}/1.warc.gz\n{saved}/gone.html\n")
    for spec, outputs in ((pages, 1), (pages / "90.html", 2), (f"@{listed}", 5)):
        done = reprocess(spec, tmp_path / "out", workers=0)
        assert len(Folder(tmp_path / "out").manifests()) == outputs
    assert done.articles == 4
    assert done.losses == 1
    assert done.lost == [f"{saved}/gone.html: No such file or directory"]
    with pytest.raises(ReplayError):
        reprocess(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(ArgumentError):
        reprocess(pages, tmp_path / "out", form="csv")


def test_misuse(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for arguments, said in (
        ((saved,), "usage: scrapy reprocess"),
        (("--out", tmp_path / "o"), "usage: scrapy reprocess"),
        ((saved, "--out", tmp_path / "o", "--edition", "xx"), "unknown edition 'xx'"),
        ((saved, "--out", tmp_path / "file"), "out="),
        ((saved, "--out", tmp_path / "o", "--workers", "-1"), "workers=-1"),
        ((tmp_path / "nowhere", "--out", tmp_path / "o"), f": {tmp_path}/nowhere: no such file"),
        ((saved, "--out", tmp_path / "o", "--patience", "0"), "patience=0"),
        ((saved, "--out", tmp_path / "o", "-s", "DOWNLOAD_MAXSIZE=all"), "DOWNLOAD_MAXSIZE=all"),
    ):
        done = command(*arguments)
        assert done.returncode == 2
        [line] = done.stderr.splitlines()
        assert said in line
