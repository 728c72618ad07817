"""No secret in a log, and nothing runs that was only put on a disk."""

from __future__ import annotations

import ast
import logging
import pickle
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings

from newswire.crawl.options import check_settings
from newswire.crawl.spider import WireSpider
from newswire.errors import ArgumentError, LedgerError
from newswire.ledger.open import open_database
from newswire.operate.log import hide, secrets
from tests import forked
from tests.crawl import ROOT, arguments, crawl

SEED = ROOT / "fixtures/sputnik/tj/putin-kazakhstan.txt"
# settings that hold secrets, of Scrapy and of others
SECRETS = {
    "AWS_ACCESS_KEY_ID": "s3cret-id",
    "AWS_SECRET_ACCESS_KEY": "s3cret-key/+x",
    "AWS_SESSION_TOKEN": "s3cret-session",
    "HTTPAUTH_USER": "me",
    "HTTPAUTH_PASS": "s3cret-http",
    "HTTPAUTH_DOMAIN": "example.org",
    "MAIL_PASS": "s3cret-mail",
    "TELNETCONSOLE_PASSWORD": "s3cret-telnet",
    "FTP_PASSWORD": "s3cret-ftp",
    "GCS_PROJECT_ID": "public",
    "NEWSWIRE_LEDGER": "sqlite:///{folder}/l.db",
    "FILES_STORE": "ftp://me:s3cret-store@127.0.0.1/x",
}


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    named = ["-a", f"replay={SEED}", "-s", "LOG_LEVEL=DEBUG", *options]
    environment = {"NEWSWIRE_SCRAPYD_PASSWORD": "s3cret-scrapyd"}
    return forked.run("scrapy", *arguments(folder / "x.jsonl", *named), environment=environment)


def test_s52_no_secret_in_the_log_of_a_crawl(tmp_path: Path) -> None:
    """At DEBUG, with every secret set, and an upload that fails and says where to."""
    options = [
        part
        for name, value in SECRETS.items()
        for part in ("-s", f"{name}={value.format(folder=tmp_path)}")
    ]
    options += ["-O", "ftp://me:s3cret%2Dfeed@127.0.0.1:1/x.csv"]
    done = run(tmp_path, *options)
    assert done.returncode == 1
    assert "Overridden settings" in done.stderr
    assert "ftp://me:…@127.0.0.1:1/x.csv" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout
    assert (tmp_path / "x.jsonl").read_bytes()


def test_s52_no_password_of_a_ledger_that_cannot_be_reached() -> None:
    with pytest.raises(LedgerError) as error:
        open_database("postgresql://me:s3cret@127.0.0.1:1/news")
    assert "127.0.0.1" in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"MY_API_KEY": "abcd", "KEYS": "other"}, {"abcd"}),
        ({"FEEDS": {"s3://AK:p%40ss@bucket/x": {}}}, {"p%40ss", "p@ss"}),
        ({"URLS": ["http://u:long@h/", "http://h:80/a@b"]}, {"long"}),
        ({"PGPASSWORD": "long", "SOME_SECRETS": ["list"]}, {"long", "list"}),
        ({"FTP_PASSIVE_MODE": "False", "TOKENIZERS_PARALLELISM": "false"}, set()),
        ({"SOME_PASSWORD": "abc"}, set()),  # too short to be looked for
    ],
)
def test_s52_what_is_a_secret(settings: dict[str, object], found: set[str]) -> None:
    assert secrets(settings) == found


def test_s52_logins_in_any_line_are_hidden() -> None:
    assert hide("GET http://u:pw@h/ and redis://:pw@h") == "GET http://u:…@h/ and redis://:…@h"


def test_s51_tracebacks_cannot_drive_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    """What an error says may be a page's text."""
    from newswire.operate import log as logs

    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(logs._record)
    try:
        try:
            raise ValueError("\x1b[31mred //u:pw@h")
        except ValueError:
            logging.getLogger("x").exception("\x1b[2J%s", "\x07")
    finally:
        logging.setLogRecordFactory(before)
    assert r"\x1b[2J\x07" in caplog.text
    assert r"\x1b[31mred //u:…@h" in caplog.text
    assert "\x1b" not in caplog.text


# --- S54-S56: pickles ----------------------------------------------------------------------------


class Planted:
    """A pickle that makes a file when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.mark,)


def test_s54_planted_pickles_are_not_read(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    jobs = tmp_path / "jobs"
    (jobs / "requests.queue").mkdir(parents=True)
    for name in ("spider.state", "requests.queue/0", "requests.queue/active.json"):
        (jobs / name).write_bytes(pickle.dumps(Planted(mark)))
    done = crawl(tmp_path / "x.jsonl", "-a", f"replay={SEED}", "-s", f"JOBDIR={jobs}")
    assert done.code == 2
    assert done.log.splitlines()[-1].endswith("the ledger resumes a crawl, also a killed one")
    assert not mark.exists()
    pickle.loads((jobs / "spider.state").read_bytes())
    assert mark.exists()  # it would have


def test_s56_a_cache_of_pickles_is_refused() -> None:
    with pytest.raises(ArgumentError, match="record a crawl with NEWSWIRE_RECORD, and replay it"):
        check_settings(Settings({"HTTPCACHE_ENABLED": "True"}))
    # Scrapy takes None for an indent
    settings = Settings({"HTTPCACHE_ENABLED": "False", "JOBDIR": None, "FEED_EXPORT_INDENT": None})
    settings.setmodule("newswire.settings")
    check_settings(settings)


def test_s54_spiders_started_by_a_script_refuse_as_well() -> None:
    crawler: Any = SimpleNamespace(settings=Settings({"JOBDIR": "jobs"}))
    with pytest.raises(ArgumentError, match="JOBDIR is not supported"):
        WireSpider.from_crawler(crawler)


def test_settings_of_another_project_are_refused() -> None:
    crawler: Any = SimpleNamespace(settings=Settings())
    with pytest.raises(ArgumentError, match="not newswire's settings"):
        WireSpider.from_crawler(crawler)


def test_s55_nothing_reads_what_runs_code() -> None:
    banned = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "code"}
    for path in (ROOT / "newswire").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: set[str] = set()
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").split(".")[0]}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), path
            assert not names & banned, path
