"""The bar: on a terminal whole log lines stand beside it, elsewhere there is none."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios
from datetime import date
from pathlib import Path

from newswire.archive.replay import find
from tests.crawl import ROOT, command, crawl
from tests.simulated import Running

DAY, LATER = date(2021, 11, 8), date(2021, 11, 9)


def options(server: Running, folder: Path) -> list[str]:
    return [
        *("-a", "edition=tj", "-a", f"site={server.sites['tj']}"),
        *("-a", f"since={DAY}", "-a", f"until={DAY}"),
        *("-s", f"NEWSWIRE_LEDGER={folder / 'ledger.db'}"),
        *("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"),
    ]


def on_a_terminal(arguments: list[str]) -> str:
    """Return what a crawl that ends well shows on a terminal."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 160))
    process = subprocess.Popen(arguments, cwd=ROOT, stderr=slave)
    os.close(slave)
    shown = b""
    try:
        while data := os.read(master, 65536):
            shown += data
    except OSError:
        pass  # how Linux says that the other end is closed
    finally:
        os.close(master)
    text = shown.decode()
    assert process.wait() == 0, text
    return text


def test_terminal(simulator: Running, tmp_path: Path) -> None:
    text = on_a_terminal(command(tmp_path / "a.jsonl", *options(simulator, tmp_path)))
    assert "0/1" in text
    assert "articles" in text
    assert f"at {DAY}" in text
    # each line of the log begins a line of the terminal, and none of DEBUG came with it
    assert re.search(r"(?:^|[\r\n])[\d-]{10} [\d:]{8} \[scrapy.core.engine\] INFO: Closing", text)
    assert "] DEBUG:" not in text
    # a second run of more days begins where the first ended
    more = [o.replace(f"until={DAY}", f"until={LATER}") for o in options(simulator, tmp_path)]
    text = on_a_terminal(command(tmp_path / "b.jsonl", *more))
    assert "1/2" in text
    assert "1 days done before" in text


def test_replay_counts_files() -> None:
    text = on_a_terminal(command(Path(os.devnull), "-a", "replay=fixtures/sputnik/tj"))
    files = len(find(str(ROOT / "fixtures/sputnik/tj")))
    assert f"{files}/{files}" in text


def test_no_terminal(simulator: Running, tmp_path: Path) -> None:
    done = crawl(tmp_path / "a.jsonl", *options(simulator, tmp_path))
    assert done.code == 0
    assert "\r" not in done.log
    assert "days/s" not in done.log
