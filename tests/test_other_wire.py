"""A wire that is not ours, added as the README says: on the known CMS, and on one of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawl import ROOT
from tests.odd_server import OddServer, answer, odd_server

SPIDER = '''"""The wire Harbour News."""

from newswire.crawl.spider import WireSpider


class HarbourSpider(WireSpider):
    """Harbour News; its editions are rows of `rules/editions.toml`."""

    name = "harbour"
'''
ROW = """
[[edition]]
wire = "harbour"
id = "quay"
site = "https://harbour-news.example"
languages = ["en"]
script = "Latn"
timezone = "Europe/London"
country = "GB"
site_names = ["Harbour News"]
agencies = ["Harbour News"]
"""
# what another system needs besides: `cms` in the row, and this
CMS = """
[[cms]]
id = "stories"
why = "made up"
hint = "/story/"
feed = "/feed.atom"
newest = ["/latest/"]
days_sitemap = "/map.txt?from={first}&to={last}"
day = "/on/{day:%Y/%m/%d}/"
more = '/latest/\\?page=[0-9]+'
other = ["latest", "on"]

[[cms.article]]
pattern = '/story/(?P<year>20..)/(?P<month>..?)/(?P<day>..?)/(?P<id>[a-z0-9-]+)(?:/amp)?'
canonical = "/story/{year}/{month}/{day}/{id}"
why = "the day in three parts, a name in place of a number"

[[cms.article]]
pattern = '/story/(?P<id>[0-9]{4,9})'
canonical = "{path}"
why = "a number and no day"
"""
NAMES = {
    "rian": [f"/20240305/the-lamp-of-pier-{n}-900000{n}.html" for n in range(4)],
    "stories": ["/story/2024/3/5/" + f"the-lamp-of-pier-{n}" for n in range(3)] + ["/story/77001"],
}
IDS = {
    "rian": [f"harbour:quay:900000{n}" for n in range(4)],
    "stories": [f"harbour:quay:the-lamp-of-pier-{n}" for n in range(3)] + ["harbour:quay:77001"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with odd_server() as running:
        yield running


def project(folder: Path, cms: str) -> None:
    """Copy the package and add the wire to it, touching what the README names."""
    shutil.copytree(ROOT / "newswire", folder / "newswire")
    shutil.copy(ROOT / "scrapy.cfg", folder)
    (folder / "newswire/spiders/harbour.py").write_text(SPIDER)
    with (folder / "newswire/rules/editions.toml").open("a") as rows:
        rows.write(ROW + (f'cms = "{cms}"\n' if cms != "rian" else ""))
    if cms != "rian":
        with (folder / "newswire/rules/cms.toml").open("a") as rows:
            rows.write(CMS)


def page(path: str) -> bytes:
    """Return a page of no template of ours."""
    name = path.rpartition("/")[2]
    text = (
        f"The keeper of pier {name} lit the lamp again on Tuesday, for the first time since "
        "the storm tore its roof away and the harbour lay dark for eleven nights in a row. "
    )
    facts = {"@type": "NewsArticle", "headline": f"Lamp {name}", "datePublished": "2024-03-05"}
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Lamp {name}</title>"
        f'<script type="application/ld+json">{json.dumps(facts)}</script></head>'
        f"<body><article><h1>Lamp {name}</h1><p>{text}</p><p>Fishermen of {name} said they had "
        "steered by the church tower until then, and that nobody had been lost.</p></article>"
        "</body></html>"
    ).encode()


def routes(cms: str) -> dict[str, bytes]:
    links = "".join(f'<a href="{path}">Lamp {path}</a>' for path in NAMES[cms])
    listed = answer(f"<html><body><a href='/about/'>About</a>{links}</body></html>".encode())
    entries = "".join(
        f'<entry><link href="{path}"/><published>2024-03-05T10:00:00Z</published></entry>'
        for path in NAMES[cms]
    )
    items = "".join(f"<item><link>{path}</link></item>" for path in NAMES[cms])
    own = {
        "rian": {
            "/export/rss2/archive/index.xml": answer(f"<rss>{items}</rss>".encode()),
            "/20240305/": listed,
        },
        "stories": {
            "/feed.atom": answer(
                f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()
            ),
            "/on/2024/03/05/": listed,
        },
    }[cms]
    return own | {path: answer(page(path)) for path in NAMES[cms]}


@pytest.mark.parametrize("cms", ["rian", "stories"])
def test_a_made_up_wire(server: OddServer, tmp_path: Path, cms: str) -> None:
    project(tmp_path, cms)
    site = server.host(routes(cms))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def crawl(*options: str) -> tuple[int, list[str], str]:
        feed = tmp_path / "x.jsonl"
        named = ["-a", "edition=quay", "-a", f"site={site}", *options, "-O", str(feed)]
        named += ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"]
        named += ["-s", f"NEWSWIRE_LEDGER={tmp_path / f'{len(options)}.db'}"]
        run = [sys.executable, "-W", "error", "-m", "scrapy", "crawl", "harbour", *named]
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True)
        items = [json.loads(line) for line in feed.read_text("utf-8").splitlines()]
        assert all(item["wire"] == "harbour" and item["edition"] == "quay" for item in items)
        return done.returncode, sorted(item["id"] for item in items), done.stderr

    if cms != "rian":  # whose newest are asked for in many tests
        code, ids, log = crawl()
        assert (code, ids) == (0, sorted(IDS[cms])), log
    code, ids, log = crawl("-a", "since=2024-03-05", "-a", "until=2024-03-05")
    assert (code, ids) == (0, sorted(IDS[cms])), log
    assert re.search("'newswire/days_done': 1", log)
    code, ids, log = crawl("-a", f"url={site}{NAMES[cms][0]}")
    assert (code, ids) == (0, IDS[cms][:1]), log
