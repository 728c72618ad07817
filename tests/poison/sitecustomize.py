"""What an archive may do to the process that reads it: by the name of the file that it opens."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any


def _opens(event: str, given: tuple[Any, ...]) -> None:
    if event != "open" or not isinstance(given[0], str):
        return
    path = Path(given[0])
    if not path.name.endswith(".warc.gz"):
        return
    if path.name.startswith("segfault"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if path.name.startswith("endless"):
        time.sleep(600)
    # the first process that opens it says who it is, and waits until it may go on
    if path.name.startswith("waits"):
        try:
            path.with_suffix(".waits").touch(exist_ok=False)
        except FileExistsError:
            return
        path.with_suffix(".pid").write_text(str(os.getpid()))
        while not path.with_suffix(".go").exists():
            time.sleep(0.05)
    # the first process that opens it is killed, as by `kill -9` or for want of memory
    if path.name.startswith("once"):
        try:
            path.with_suffix(".killed").touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(_opens)
