"""A real PostgreSQL server for tests, started when the first of them asks for a database."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest


def programs() -> Path:
    """Return the folder of the newest server's programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    found = shutil.which("initdb")
    if not folders and not found:
        pytest.fail("PostgreSQL's initdb is not there: `make test` installs it", pytrace=False)
    return folders[-1] if folders else Path(str(found)).resolve().parent


class Server:
    """A server with a data folder of its own, on a socket in it: no port that another may take."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # PostgreSQL refuses to run as root
        self._user = (
            [shutil.which("runuser") or "/usr/sbin/runuser", "-u", "postgres", "--"]
            if os.geteuid() == 0
            else []
        )
        if self._user:
            shutil.chown(folder, "postgres")
        options = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8"]
        self._run("initdb", "--pgdata", str(folder / "data"), "--locale=C.UTF-8", *options)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.folder} -h '' -c fsync=off -c full_page_writes=off"
        log = str(self.folder / "log")
        self._control("start", "--wait", "--log", log, "--options", options)

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self._control("stop", "--mode=immediate")

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://postgres:secret@{quote(str(self.folder), safe='')}/{database}"

    def new_database(self) -> str:
        """Make a database; return its URL."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        return self.url(name)

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "--silent", "--pgdata", str(self.folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._user, str(programs() / program), *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def running() -> Iterator[Server]:
    """Run a server in a folder that its user can reach."""
    with tempfile.TemporaryDirectory(prefix="newswire-") as name:
        server = Server(Path(name))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this test process."""
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new ledger's location, on either engine."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    make: Callable[[], str] = request.getfixturevalue("postgres").new_database
    return make()
