"""A real scrapyd on loopback: deploy, schedule, again, cancel, kill, restart."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from scrapyd_client.pyclient import ScrapydClient

from newswire.operate.scrapyd import client
from tests import forked
from tests.crawl import ROOT
from tests.postgres import Server
from tests.simulated import Running

PASSWORD = "p%ss word"
# a crawl that is cancelled ends what its downloader has taken, so that takes one page at a time
SLOW = ("DOWNLOAD_DELAY=0.5", "CONCURRENT_REQUESTS=1")
DAY, LATER = date(2021, 11, 12), date(2021, 11, 11)


def eventually(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not after {seconds} s: {what}"
        time.sleep(0.1)
    return found


class Node:
    """A scrapyd in a folder of its own, as `make scrapyd` starts it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.environment = folder, environment
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = (ROOT / "deploy/scrapyd.conf").read_text("utf-8")
        (folder / "scrapyd.conf").write_text(f"{config}poll_interval = 0.2\n", "utf-8")
        self.client = ScrapydClient(self.url, "newswire", PASSWORD)
        self.start()

    def start(self) -> None:
        self.log = (self.folder / "scrapyd.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"],
            cwd=self.folder,
            env=os.environ
            | {"NEWSWIRE_SCRAPYD_PASSWORD": PASSWORD, "SCRAPYD_HTTP_PORT": str(self.port)}
            | self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        eventually(self.answers, "scrapyd answers")

    def answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "scrapyd.log").read_text("utf-8")
        try:
            return requests.get(self.url, timeout=5).status_code == 401
        except requests.ConnectionError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(30)
        self.log.close()

    def jobs(self, state: str) -> list[str]:
        return [job["id"] for job in self.client.jobs("newswire")[state]]

    def finish(self) -> None:
        eventually(lambda: not self.jobs("pending") and not self.jobs("running"), "jobs end")

    def job_log(self, name: str) -> str:
        return (self.folder / f"logs/newswire/sputnik/{name}.log").read_text("utf-8")


def scrapy(*arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return forked.run("scrapy", *arguments, environment={"NEWSWIRE_SCRAPYD_PASSWORD": password})


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("node"))
    yield node
    node.stop()


@pytest.fixture(scope="module")
def deployed(node: Node) -> Node:
    before = {path.name for path in ROOT.iterdir()}
    done = scrapy("deploy", "--node", node.url)
    assert (done.returncode, done.stderr) == (0, "")
    wires = len(list((ROOT / "newswire/spiders").glob("[a-z]*.py")))
    assert f"{wires} spiders" in done.stdout
    assert {path.name for path in ROOT.iterdir()} == before
    return node


class Round:
    """Jobs of simulated editions, with a feed and a ledger of their own."""

    def __init__(self, node: Node, server: Running, folder: Path) -> None:
        self.node, self.server, self.folder = node, server, folder

    def schedule(self, edition: str, day: date, *settings: str) -> str:
        feeds = {f"{self.folder}/%(edition)s.jsonl": {"format": "jsonlines"}}
        options = [
            *("-a", f"edition={edition}", "-a", f"site={self.server.sites[edition]}"),
            *("-a", f"since={day}", "-a", f"until={day}", "-s", f"FEEDS={json.dumps(feeds)}"),
            *("-s", f"NEWSWIRE_LEDGER={self.folder / 'ledger.db'}"),
            *("-s", "AUTOTHROTTLE_ENABLED=False", "-s", "DOWNLOAD_DELAY=0"),
            *(part for setting in settings for part in ("-s", setting)),
        ]
        done = scrapy("schedule", "sputnik", *options, "--node", self.node.url)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()[-1]

    def stopped_in_the_middle(self) -> int:
        """Halt the job that runs once it has stored an article; return its process number."""
        eventually(lambda: stored(self.folder / "ledger.db"), "an article is there")
        pid = int(self.node.client.jobs("newswire")["running"][0]["pid"])

        def halted() -> bool:
            os.kill(pid, signal.SIGSTOP)
            if free(self.folder / "ledger.db"):
                return True
            os.kill(pid, signal.SIGCONT)
            return False

        eventually(halted, "it is halted outside a transaction, for which others would wait")
        return pid

    def ids(self, edition: str) -> list[str]:
        feed = self.folder / f"{edition}.jsonl"
        lines = feed.read_text("utf-8").splitlines() if feed.is_file() else []
        return [json.loads(line)["id"] for line in lines]

    def expected(self, edition: str, day: date) -> set[str]:
        numbers = self.server.numbers(edition, day, day)
        return {self.server.truth(edition, k).id for k in numbers}


@pytest.fixture
def rounds(deployed: Node, simulator: Running, tmp_path: Path) -> Round:
    return Round(deployed, simulator, tmp_path)


def test_nobody_gets_in_without_the_password(node: Node) -> None:
    for path in ("", "jobs", "logs/", "daemonstatus.json", "listprojects.json"):
        assert requests.get(f"{node.url}/{path}", timeout=5).status_code == 401
    assert requests.post(f"{node.url}/addversion.json", timeout=5).status_code == 401
    done = scrapy("schedule", "sputnik", "-a", "edition=tj", "--node", node.url, password="wrong")
    assert done.returncode == 1
    assert "tj       no node" in done.stdout


def test_no_server_without_a_password(tmp_path: Path) -> None:
    (tmp_path / "scrapyd.conf").write_bytes((ROOT / "deploy/scrapyd.conf").read_bytes())
    environment = {k: v for k, v in os.environ.items() if k != "NEWSWIRE_SCRAPYD_PASSWORD"}
    done = subprocess.run(
        [sys.executable, "-m", "scrapyd"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert "set a password in NEWSWIRE_SCRAPYD_PASSWORD" in done.stderr


def test_names_are_no_paths(node: Node) -> None:
    """Who has the password may run code; what others put into names must not do it for them."""
    knows = ("newswire", PASSWORD)
    evil = "../../<script>alert(1)</script>"
    for name, data in (
        ("schedule", {"project": evil, "spider": "sputnik"}),
        ("delproject", {"project": evil}),
        ("addversion", {"project": evil, "version": "1"}),
    ):
        answer = requests.post(f"{node.url}/{name}.json", data=data, auth=knows, timeout=30)
        assert answer.json()["status"] == "error"
    for path in ("logs/../scrapyd.conf", "logs/%2e%2e/scrapyd.conf", "logs/..%2fscrapyd.conf"):
        request = requests.Request("GET", f"{node.url}/", auth=knows).prepare()
        request.url = f"{node.url}/{path}"
        assert requests.Session().send(request, timeout=5).status_code == 404
    assert "<script>alert" not in requests.get(f"{node.url}/jobs", auth=knows, timeout=5).text


def test_a_deploy_that_fails_is_seen_and_taken_back(node: Node, tmp_path: Path) -> None:
    broken = tmp_path / "broken.egg"
    with zipfile.ZipFile(broken, "w") as egg:
        egg.writestr("EGG-INFO/entry_points.txt", "[scrapy]\nsettings = nothing.there\n")
        egg.writestr("EGG-INFO/PKG-INFO", "Metadata-Version: 2.1\nName: newswire\nVersion: 9\n")
    versions = node.client.versions("newswire")
    done = scrapy("deploy", "--node", node.url, "--egg", str(broken))
    assert done.returncode == 1
    assert "not deployed" in done.stderr
    assert "nothing" in done.stderr
    assert node.client.versions("newswire") == versions


def test_a_job_of_another_edition_is_no_reason_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """`rs` is not `rs-cyrl`."""
    monkeypatch.setenv("NEWSWIRE_SCRAPYD_PASSWORD", PASSWORD)
    node = client.Node("http://127.0.0.1:1")
    monkeypatch.setattr(node, "load", lambda: ["sputnik-rs-cyrl-20211223T100000"])
    monkeypatch.setattr(node, "schedule", lambda spider, arguments: dict(arguments)["jobid"])
    (rs,), (cyrl,) = (list(client.schedule([node], "sputnik", [e], [])) for e in ("rs", "rs-cyrl"))
    assert "sputnik-rs-2" in rs[1]
    assert "still busy" in cyrl[1]


def test_rounds_of_editions(rounds: Round) -> None:
    node, editions = rounds.node, ("tj", "ar")
    first = {edition: rounds.schedule(edition, DAY) for edition in editions}
    node.finish()
    for edition in editions:
        assert set(rounds.ids(edition)) == rounds.expected(edition, DAY)
    found = {edition: rounds.ids(edition) for edition in editions}
    assert all(max(Counter(ids).values()) == 1 for ids in found.values())

    node.stop()
    node.start()
    assert set(first.values()) <= set(node.jobs("finished"))  # they are remembered
    rounds.schedule("tj", DAY)
    node.finish()
    assert {edition: rounds.ids(edition) for edition in editions} == found
    log = requests.get(
        f"{node.url}/logs/newswire/sputnik/{first['tj']}.log",
        auth=("newswire", PASSWORD),
        timeout=5,
    )
    assert log.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_cancelled_in_the_middle(rounds: Round) -> None:
    node = rounds.node
    name = rounds.schedule("tj", LATER, *SLOW)
    pid = rounds.stopped_in_the_middle()
    assert rounds.schedule("tj", LATER) == node.url  # still busy
    node.client.cancel("newswire", name)
    os.kill(pid, signal.SIGCONT)
    node.finish()
    assert 1 <= len(rounds.ids("tj")) < len(rounds.expected("tj", LATER))
    rounds.schedule("tj", LATER)
    node.finish()
    assert sorted(rounds.ids("tj")) == sorted(rounds.expected("tj", LATER))


def test_the_orphan_of_a_killed_scrapyd_keeps_its_edition(rounds: Round) -> None:
    node = rounds.node
    rounds.schedule("tj", LATER, *SLOW)
    orphan = rounds.stopped_in_the_middle()
    node.stop(signal.SIGKILL)
    node.start()
    assert not node.jobs("running")  # scrapyd does not know of it
    second = rounds.schedule("tj", LATER)
    node.finish()
    assert "already_running" in node.job_log(second)
    os.kill(orphan, signal.SIGKILL)
    rounds.schedule("tj", LATER)
    node.finish()
    assert set(rounds.ids("tj")) == rounds.expected("tj", LATER)


class Receiver:
    """A person's inbox on loopback: keeps what is posted to it."""

    def __enter__(self) -> Receiver:
        self.messages: list[str] = []
        inbox = self.messages

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.append(body.decode("utf-8"))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        post = "import sys, urllib.request as r; r.urlopen(sys.argv[1], sys.stdin.buffer.read())"
        url = f"http://127.0.0.1:{self.server.server_port}/"
        self.command = shlex.join([sys.executable, "-c", post, url])
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_two_nodes_share_a_ledger_and_an_alert_arrives(
    simulator: Running, postgres: Server, tmp_path: Path
) -> None:
    """As deploy/ describes it: the ledger in the environment, feeds by -o, alerts by a command."""
    options = ["-a", "edition=tj", "-a", f"site={simulator.sites['tj']}"]
    options += ["-a", f"since={DAY}", "-a", f"until={DAY}", "-o", "feed.jsonl"]
    options += ["-s", "AUTOTHROTTLE_ENABLED=False", "-s", "DOWNLOAD_DELAY=0"]
    with Receiver() as inbox:
        environment = {"NEWSWIRE_LEDGER": postgres.new_database()}
        nodes = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            nodes.append(Node(tmp_path / name, **environment))
        try:
            named = [part for node in nodes for part in ("--node", node.url)]
            assert scrapy("deploy", *named).returncode == 0
            for node in nodes:
                done = scrapy("schedule", "sputnik", *options, "--node", node.url)
                assert (done.returncode, done.stderr) == (0, "")
                assert node.url in done.stdout  # not skipped
                node.finish()
            found = [json.loads(line)["id"] for line in _lines(nodes)]
            wanted = {simulator.truth("tj", k).id for k in simulator.numbers("tj", DAY, DAY)}
            assert sorted(found) == sorted(wanted)
            assert inbox.messages == []
            # nobody listens there: the run fails
            site = ["-a", "edition=tj", "-a", "site=http://127.0.0.1:1"]
            alert = ["-s", f"NEWSWIRE_ALERT={inbox.command}", "-s", "RETRY_ENABLED=False"]
            done = scrapy("schedule", "sputnik", *site, *alert, *named)
            assert done.returncode == 0, done.stderr
            for node in nodes:
                node.finish()
            eventually(lambda: inbox.messages, "the alert arrives")
            assert "newswire sputnik: 0 articles of 0 pages" in inbox.messages[0]
        finally:
            for node in nodes:
                node.stop()


def _lines(nodes: list[Node]) -> list[str]:
    feeds = [node.folder / "feed.jsonl" for node in nodes]
    return [line for f in feeds if f.is_file() for line in f.read_text("utf-8").splitlines()]


def free(path: Path) -> bool:
    """Return True if nobody is writing to a ledger."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    return True


def stored(path: Path) -> int:
    """Return how many articles a ledger has."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.OperationalError:  # it is not there yet
        return 0
