"""How does a person hear of a run that failed?"""

from __future__ import annotations

import logging
import shlex
import subprocess

logger = logging.getLogger(__name__)

SECONDS = 30


def alert(command: str, line: str) -> None:
    """Run `command`, without a shell, with `line` on its standard input.

    A command that fails is an error in the log; the run is over already.
    """
    try:
        done = subprocess.run(  # noqa: S603
            shlex.split(command),
            input=f"{line}\n".encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.error("NEWSWIRE_ALERT failed: %s", error)
        return
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        logger.error("NEWSWIRE_ALERT failed with exit code %d: %s", done.returncode, said)
