"""The whole way from files, or a server, to the feed: processor time and peak memory."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.speed import pages
from benchmarks.speed.extraction import PEERS, ROOT
from tests.simulated import running

BIN = Path(sys.executable).parent
DAY = date(2021, 11, 8)
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
READ = "import sys, newswire; print(sum(1 for _ in newswire.read(sys.argv[1], edition='tj')))"
NEWS_PLEASE = """
import sys, pathlib, newsplease
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    newsplease.NewsPlease.from_html(
        path.read_text("utf-8"), url="https://example.org/a.html", fetch_images=False
    )
"""
# the slow ones of the peers read so much less
LESS = 10
# of which two processes have eight each
ARCHIVES = 16
CORES = os.sched_getaffinity(0)

Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time, and megabytes at the peak."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Run a command to its end; return what it cost.

    Raises:
        RuntimeError: it failed.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # what is installed has its byte code; to compile newswire takes a tenth of a second
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # from a small process: the peak of a child begins with that of its parent
    done = subprocess.run(
        [sys.executable, "-S", "-c", _CHILD, *map(str, command)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise RuntimeError(f"{Path(command[0]).name} failed: {''.join(last)}")
    seconds, kilobytes = done.stdout.splitlines()[-1].split()
    return Cost(float(seconds), float(kilobytes) / 1024)


_CHILD = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(code)
"""


def start_up(folder: Path, rounds: int) -> dict[str, Any]:
    """Return what is paid before and after the pages: medians of the rounds."""
    page = ROOT / "fixtures/sputnik/tj/mountain-library.html"
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    (empty / "scrapy.cfg").write_text("[settings]\ndefault = bare\n")
    (empty / "bare.py").write_text("BOT_NAME = 'bare'\nSPIDER_MODULES = ['one']\n")
    (empty / "one.py").write_text(_ONE)
    one: Command = ["crawl", "sputnik", "-a", f"replay={page}", "-O", folder / "one.jsonl"]
    commands: dict[str, tuple[Command, Path]] = {
        "import newswire": ([sys.executable, "-c", "import newswire"], ROOT),
        "scrapy crawl, one saved page": ([BIN / "scrapy", *one, "--loglevel=ERROR"], ROOT),
        "scrapy crawl, one dict, empty project": (
            [BIN / "scrapy", "crawl", "one", "-O", folder / "one.jsonl", "--loglevel=ERROR"],
            empty,
        ),
        "scrapy list": ([BIN / "scrapy", "list"], ROOT),
        "scrapy list, empty project": ([BIN / "scrapy", "list"], empty),
    }
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, where) in commands.items():
            found[name].append(cost(command, where))
    return {
        name: asdict(Cost(statistics.median(c.seconds for c in costs), costs[0].megabytes))
        for name, costs in found.items()
    }


_ONE = """
import scrapy

class One(scrapy.Spider):
    name = "one"

    async def start(self):
        yield {"a": "dict"}
"""


class Inputs:
    """The same articles as saved pages, saved texts and one WARC; written when they are asked for.

    Of each there is a copy with one article, which tells what start and end of a program cost.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        self.number = number

    @cached_property
    def texts(self) -> dict[int, Path]:
        """Saved texts: how many -> folder."""
        return self._written("text", [1, self.number])

    @cached_property
    def html(self) -> dict[int, Path]:
        """Saved pages: how many -> folder."""
        return self._written("html", [1, self.number // LESS, self.number])

    @cached_property
    def warcs(self) -> dict[int, Path]:
        """WARC files: how many pages -> file."""
        return {
            n: self._archive(f"pages-{n}.warc.gz", sorted(self.html[n].iterdir()))
            for n in (1, self.number)
        }

    @cached_property
    def archives(self) -> list[Path]:
        """The pages in several WARC files."""
        pages = sorted(self.html[self.number].iterdir())
        return [self._archive(f"{n}.warc.gz", pages[n::ARCHIVES]) for n in range(ARCHIVES)]

    def _written(self, kind: str, numbers: list[int]) -> dict[int, Path]:
        folders = {n: self.folder / f"{kind}-{n}" for n in numbers}
        for number, folder in folders.items():
            pages.write(folder, "tj", DAY, number, text=kind == "text")
        return folders

    def _archive(self, name: str, pages: list[Path]) -> Path:
        path = self.folder / name
        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for index, page in enumerate(pages):
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
                with page.open("rb") as body:
                    record = writer.create_warc_record(
                        f"https://tj.sputniknews.ru/20211108/a-10{index:08}.html", "response",
                        payload=body, http_headers=head,
                    )  # fmt: skip
                    writer.write_record(record)
        return path


# way -> (attribute of `Inputs`, part of the pages that it reads)
WAYS: dict[str, tuple[str, int]] = {
    "saved texts, scrapy crawl": ("texts", 1),
    "saved texts, newswire.read": ("texts", 1),
    "saved texts, plain spider": ("texts", 1),
    "HTML pages, scrapy crawl": ("html", 1),
    "HTML pages, newswire.read": ("html", 1),
    "HTML pages, plain spider": ("html", 1),
    "WARC, scrapy crawl": ("warcs", 1),
    "WARC, newswire.read": ("warcs", 1),
    "HTML pages, trafilatura command": ("html", LESS),
    "HTML pages, news-please": ("html", LESS),
}
PEERS_WAY = "HTML pages, trafilatura command"


def way(name: str, inputs: Inputs) -> dict[str, Any] | None:
    """Return the cost of reading one page, and of reading all; None for a peer that is not there.

    Raises:
        RuntimeError: it failed.
    """
    kind, part = WAYS[name]
    number = inputs.number // part
    if part > 1 and not PEERS.exists():
        return None
    paths: dict[int, Path] = getattr(inputs, kind)
    program = name.partition(", ")[2]
    one, every = (cost(_command(program, paths[n], inputs), inputs.folder) for n in (1, number))
    return {"pages": number, "one": asdict(one), "all": asdict(every)}


def _command(program: str, path: Path, inputs: Inputs) -> Command:
    out = inputs.folder / "feed.jsonl"
    if program == "scrapy crawl":
        command: Command = [sys.executable, "-m", "newswire", "crawl", "sputnik"]
        return [*command, "-a", "edition=tj", "-a", f"replay={path}", "-O", out, "--loglevel=ERROR"]
    if program == "newswire.read":
        return [sys.executable, "-c", READ, path]
    if program == "plain spider":
        spider = Path(__file__).with_name("plain_spider.py")
        command = [BIN / "scrapy", "runspider", spider, "-a", f"folder={path}"]
        return [*command, "-O", out, "--loglevel=ERROR"]
    if program == "news-please":
        return [PEERS / "bin/python", "-c", NEWS_PLEASE, path]
    texts = inputs.folder / "trafilatura"
    command = [PEERS / "bin/python", "-m", "trafilatura.cli", "--input-dir", path]
    return [*command, "--output-dir", texts, "--json", "--with-metadata", "--parallel", "1"]


def processes(inputs: Inputs) -> dict[str, float]:
    """Return the seconds by the clock in which one process, and two, read the same archives.

    Raises:
        RuntimeError: there are not two cores, or it failed.
    """
    if len(CORES) < 2:
        raise RuntimeError("there is one core")
    found = {}
    for name, number in (("one", 1), ("two", 2)):
        command = [sys.executable, "-m", "newswire", "reprocess", *map(str, inputs.archives)]
        command += ["--edition", "tj", "--workers", str(number)]
        command += ["--out", str(inputs.folder / f"out-{number}")]
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", _FREED, *command], cwd=ROOT, capture_output=True, check=False
        )
        found[name] = time.monotonic() - start
        if done.returncode:
            raise RuntimeError(f"newswire reprocess ended with exit code {done.returncode}")
    return found | {"ratio": found["one"] / found["two"]}


_FREED = (
    f"import os, sys; os.sched_setaffinity(0, {sorted(CORES)}); os.execv(sys.argv[1], sys.argv[1:])"
)


def live(folder: Path, days: int) -> dict[str, Any]:
    """Crawl a server on loopback, 20 articles a day; return pages and costs of both spiders.

    The plain spider has the same settings, but for the steps of an article. Of each way there is a
    crawl of one page, as of `Inputs`.
    """
    with running(ids=("tj",), start=date(2021, 10, 1), week=(20,) * 7) as server:
        site = server.sites["tj"]
        numbers = server.numbers("tj", date(2021, 10, 1), date(2021, 10, days))
        urls = [server.truth("tj", number).url for number in numbers]
        found: dict[str, Any] = {}
        for name in ("newswire", "plain spider"):
            costs = []
            for some in (urls[:1], urls):
                listed = folder / "urls"
                listed.write_text("\n".join(some))
                feed = folder / f"live-{len(some)}.jsonl"
                ledger = folder / f"live-{len(some)}.db"
                costs.append(cost(_crawl(name, site, listed, ledger, feed)))
                if (there := feed.read_bytes().count(b"\n")) != len(some):
                    raise RuntimeError(f"{name}: {there} of {len(some)} articles")
            found[name] = {"pages": len(urls), "one": asdict(costs[0]), "all": asdict(costs[1])}
    return found


def _crawl(name: str, site: str, urls: Path, ledger: Path, feed: Path) -> Command:
    rest: Command = [*FAST, "-O", feed, "--loglevel=ERROR"]
    if name == "newswire":
        rest += ["-a", "edition=tj", "-a", f"site={site}", "-a", f"url=@{urls}"]
        return [BIN / "scrapy", "crawl", "sputnik", *rest, "-s", f"NEWSWIRE_LEDGER={ledger}"]
    spider = Path(__file__).with_name("plain_spider.py")
    rest += ["-s", "ITEM_PIPELINES={}", "-a", f"urls={urls}", "-a", f"site={site}"]
    return [BIN / "scrapy", "runspider", spider, *rest]


def growth(folder: Path, number: int) -> dict[str, Any]:
    """Read so many saved texts to a feed: time and memory must not grow with their number."""
    texts = folder / f"growth-{number}"
    pages.write(texts, "tj", DAY, number, text=True)
    command: Command = [BIN / "scrapy", "crawl", "sputnik", "-a", f"replay={texts}"]
    found = cost([*command, "-O", folder / "growth.jsonl", "--loglevel=ERROR"])
    shutil.rmtree(texts)
    return asdict(found)


def ledger(number: int) -> dict[str, float]:
    """Return microseconds of processor time and bytes an article in a ledger of that size."""
    module = [sys.executable, "-m", "benchmarks.ledger", str(number)]
    said = subprocess.run(module, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    _, _, microseconds, _, size, bare = map(float, said.splitlines()[-1].split())
    return {"microseconds": microseconds, "bytes": size, "without text": bare}
