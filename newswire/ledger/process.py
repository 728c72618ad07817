"""Is the process that said this of itself still running?"""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def identity() -> str:
    """Return a name of this process that no other bears: machine since boot, namespace, pid, start.

    Where there is no /proc the machine's part is empty, and nobody is ever told to be dead.
    """
    pid = os.getpid()
    return f"{_machine()} {pid} {_started(pid)}"


def is_dead(name: str) -> bool:
    """Return True if the process of that `identity` has surely ended.

    Only a process of the same boot and the same pid namespace can be judged: a container sees
    other pids than its host, and another machine none. False means alive or unknown.
    """
    machine, pid, started = name.rsplit(" ", 2)
    if not machine or machine != _machine():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # of another user, so alive; its pid may be of a later process all the same
    # a pid is given again; /proc may hide processes of other users
    now = _started(int(pid))
    return bool(started and now) and now != started


def _machine() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return the clock ticks after boot at which a process started (proc(5), stat, field 22)."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    # the second field is the command in parentheses, which may hold blanks
    fields = stat.rpartition(")")[2].split()
    # a zombie has ended
    return "ended" if fields[0] == "Z" else fields[19]
