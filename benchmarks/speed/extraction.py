"""From bytes to the text: each tool over the same pages, in turns, and how well it reads them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.quality.pages import score
from benchmarks.speed.pages import Pages
from benchmarks.speed.worker import RUNNERS, TEXTS

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "build/peers"


class Gone(Exception):
    """A tool that cannot be started, or has died."""


class Worker:
    """A process that reads the pages of a set with one tool."""

    def __init__(self, name: str, wire: str, warm: Path, listed: Path) -> None:
        self.name = name
        python = PEERS / "bin/python" if RUNNERS[name][0] else Path(sys.executable)
        script = Path(__file__).with_name("worker.py")
        self.errors = listed.with_name(f"errors-{list(RUNNERS).index(name)}")
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [str(python), str(script), name, wire, str(warm), str(listed)], cwd=ROOT,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip

    def round(self, texts: Path | None = None) -> float:
        """Return the seconds a page of one round; write what was read to `texts`.

        Raises:
            Gone: the tool cannot be started, or has died.
        """
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.write(f"{texts or ''}\n")
            self.process.stdin.flush()
            return float(self.process.stdout.readline())
        except (OSError, ValueError):
            said = self.errors.read_text("utf-8", "replace").strip().splitlines()[-1:]
            raise Gone(f"{self.name}: {(said or ['it ended'])[0]}") from None

    def stop(self) -> None:
        """End it."""
        try:
            self.process.communicate(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def measure(pages: Pages, warm: list[Path], folder: Path, rounds: int) -> dict[str, Any]:
    """Return the milliseconds a page of each tool, one figure a round, and how well it reads.

    A tool that cannot be started, or dies, is named under `gone`. `warm` are pages to warm up by.
    """
    before, listed = folder / "warm", folder / "listed"
    before.write_text("\n".join(map(str, warm)))
    listed.write_text("\n".join(map(str, pages.files)))
    times: dict[str, list[float]] = {}
    quality: dict[str, dict[str, float]] = {}
    gone: list[str] = []
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for name, (peer, _) in RUNNERS.items():
            if peer and not PEERS.exists():
                continue
            worker = Worker(name, pages.wire, before, listed)
            stack.callback(worker.stop)
            texts = folder / "texts" if pages.labels and name in TEXTS else None
            try:
                worker.round(texts)
            except Gone as error:
                gone.append(str(error))
                continue
            if texts:
                quality[name] = _quality(json.loads(texts.read_text("utf-8")), pages)
            workers[name], times[name] = worker, []
        for number in range(rounds):
            names = list(workers)
            at = number % len(names)  # in turns: a machine that slows down slows all
            for tool in names[at:] + names[:at]:
                try:
                    times[tool].append(1000 * workers[tool].round())
                except Gone as error:
                    gone.append(str(error))
                    del workers[tool], times[tool]
    return {
        "number": len(pages.files),
        "size": statistics.mean(path.stat().st_size for path in pages.files),
        "times": times,
        "quality": quality,
        "gone": gone,
    }


def _quality(texts: list[str], pages: Pages) -> dict[str, float]:
    """Return the mean F1 of word 4-grams, and the share of pages that lose a paragraph."""
    scores = [score(text, page) for text, page in zip(texts, pages.labels, strict=True)]
    return {
        "f1": statistics.mean(f1 for f1, _ in scores),
        "loses": statistics.mean(lost > 0 for _, lost in scores),
    }
