"""The whole way from files, or a server, to the feed: processor time and peak memory."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.speed import pages
from tests.simulated import running

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
DAY = date(2021, 11, 8)
FAST = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
READ = "import sys, newswire; print(sum(1 for _ in newswire.read(sys.argv[1], edition='tj')))"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time, and megabytes at the peak."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str], folder: Path = ROOT) -> Cost:
    """Run a command to its end; return what it cost."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [str(part) for part in command], cwd=folder, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command[:4]}: {said.decode('utf-8', 'replace')[-400:]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def start_up(folder: Path) -> dict[str, Cost]:
    """What is paid before and after the pages."""
    page = ROOT / "fixtures/sputnik/tj/mountain-library.html"
    (folder / "empty").mkdir()
    (folder / "empty/scrapy.cfg").write_text("[settings]\ndefault = bare\n")
    (folder / "empty/bare.py").write_text("BOT_NAME = 'bare'\n")
    one = ["crawl", "sputnik", "-a", f"replay={page}", "-O", str(folder / "one.jsonl")]
    return {
        "import newswire": cost([sys.executable, "-c", "import newswire"]),
        "scrapy crawl, one saved page": cost([BIN / "scrapy", *one, "--loglevel=ERROR"]),
        "scrapy list": cost([BIN / "scrapy", "list"]),
        "scrapy list, empty project": cost([BIN / "scrapy", "list"], folder / "empty"),
    }


def archive(files: Sequence[Path], path: Path) -> Path:
    """Write the pages as one WARC."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, page in enumerate(files):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            record = writer.create_warc_record(
                f"https://tj.sputniknews.ru/20211108/a-10{number:08}.html", "response",
                payload=page.open("rb"), http_headers=head,
            )  # fmt: skip
            writer.write_record(record)
    return path


def replays(folder: Path, number: int, peers: Path) -> dict[str, Cost]:
    """Read `number` saved pages, texts and records to a feed, and the same with other programs."""
    texts, html = folder / "text", folder / "html"
    pages.write(texts, "tj", DAY, number, text=True)
    files = pages.write(html, "tj", DAY, number, text=False)
    warc = archive(files, folder / "pages.warc.gz")
    crawl = [BIN / "scrapy", "crawl", "sputnik", "-a", "edition=tj", "--loglevel=ERROR"]

    def replay(path: Path) -> list[object]:
        return [*crawl, "-a", f"replay={path}", "-O", folder / "feed.jsonl"]

    plain = [BIN / "scrapy", "runspider", ROOT / "benchmarks/speed/plain_spider.py"]
    plain += ["-O", folder / "plain.jsonl", "--loglevel=ERROR"]
    ways: dict[str, list[object]] = {
        "saved texts, scrapy crawl": replay(texts),
        "saved texts, newswire.read": [sys.executable, "-c", READ, texts],
        "saved texts, plain spider": [*plain, "-a", f"folder={texts}"],
        "HTML pages, scrapy crawl": replay(html),
        "HTML pages, newswire.read": [sys.executable, "-c", READ, html],
        "HTML pages, plain spider": [*plain, "-a", f"folder={html}"],
        "WARC, scrapy crawl": replay(warc),
        "WARC, newswire.read": [sys.executable, "-c", READ, warc],
    }
    if peers.exists():
        out = folder / "trafilatura"
        ways["HTML pages, trafilatura command"] = [
            peers / "bin/trafilatura", "--input-dir", html, "--output-dir", out, "--json",
            "--with-metadata", "--parallel", "1",
        ]  # fmt: skip
        listed = folder / "list"
        listed.write_text("\n".join(map(str, files)))
    return {name: cost([str(part) for part in way]) for name, way in ways.items()}


def live(folder: Path) -> dict[str, tuple[int, Cost]]:
    """Crawl a server on loopback; return articles and cost of newswire and of a plain spider."""
    with running(ids=("tj",), start=date(2021, 10, 1), week=(20,) * 7) as server:
        site = server.sites["tj"]
        last = date(2021, 10, 20)
        numbers = server.numbers("tj", date(2021, 10, 1), last)
        urls = [server.truth("tj", number).url for number in numbers]
        listed = folder / "urls"
        listed.write_text("\n".join(urls))
        given = ["-a", "edition=tj", "-a", f"site={site}", *FAST, "--loglevel=ERROR"]
        ours = [BIN / "scrapy", "crawl", "sputnik", *given, "-a", f"url=@{listed}"]
        ours += ["-s", f"NEWSWIRE_LEDGER={folder / 'live.db'}", "-O", folder / "live.jsonl"]
        plain = [BIN / "scrapy", "runspider", ROOT / "benchmarks/speed/plain_spider.py"]
        plain += ["-a", f"urls={listed}", *FAST, "-O", folder / "p.jsonl", "--loglevel=ERROR"]
        found = {name: cost(way) for name, way in (("newswire", ours), ("plain spider", plain))}
    exported = (folder / "live.jsonl").read_bytes().count(b"\n")
    return {name: (exported, used) for name, used in found.items()}


def growth(folder: Path, numbers: Sequence[int]) -> dict[int, Cost]:
    """Read so many saved texts to a feed: time and memory must not grow with their number."""
    found = {}
    for number in numbers:
        texts = folder / f"growth-{number}"
        pages.write(texts, "tj", DAY, number, text=True)
        command = [BIN / "scrapy", "crawl", "sputnik", "-a", f"replay={texts}", "--loglevel=ERROR"]
        found[number] = cost([*command, "-O", str(folder / "growth.jsonl")])
        shutil.rmtree(texts)
    return found


def pin() -> None:
    """Keep this process and its children on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
