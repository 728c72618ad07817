"""How much may one page cost? Limits far above any page of the wire; what is beyond is dropped.

What runs in C and cannot be stopped (parsing, normalising) is bounded by counting before it
begins, see `markup.py` and `text.py`; everything else by processor time.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from newswire.errors import Reason, UnreadablePage
from newswire.page.model import Block, Facts

# An ordinary page takes 10 ms. Time of the processor, so that a busy machine loses no page.
SECONDS = 10.0
# The longest pages seen have 121 blocks, or 14,000 characters; a live blog may have much more.
MAX_PARTS = 10_000
MAX_CHARS = 2**20


# seconds between two looks at the clock of another thread whose time is up
_PAUSE = 0.05


class _StoppedError(BaseException):
    """Time is up; no `except Exception` on the way may keep it."""


@contextmanager
def cpu(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what is done within, wherever it is, when it takes more processor time than that.

    Only for work that leaves nothing half done. What runs in C is stopped when it returns.

    Raises:
        UnreadablePage: too slow, or nested too deep.
    """
    try:
        with _alarm(seconds):
            yield
    except _StoppedError:
        raise UnreadablePage(Reason.TOO_SLOW, f"takes more than {seconds:g} s") from None
    except RecursionError:
        raise UnreadablePage(Reason.TOO_COMPLEX, "nested too deep") from None


def _alarm(seconds: float) -> AbstractContextManager[None]:
    main = threading.current_thread() is threading.main_thread()
    return _timer(seconds) if main and hasattr(signal, "setitimer") else _watch(seconds)


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    """Stop the main thread by a signal, which no other thread gets."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    # again and again: an error in a destructor is swallowed
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def _watch(seconds: float) -> Iterator[None]:
    """Stop the thread that is in it by a second one, which looks at its clock."""
    ident, spent = threading.get_ident(), _clock()
    limit = spent() + seconds
    done = threading.Event()

    def look() -> None:
        while not done.wait(max(limit - spent(), _PAUSE)):
            if spent() >= limit:
                _raise(ident, _StoppedError)

    watcher = threading.Thread(target=look, name="budget", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        _raise(ident, None)  # an error that did not get through in time


def _clock() -> Callable[[], float]:
    """Return a clock of the processor time of this thread that other threads can read."""
    if not hasattr(time, "pthread_getcpuclockid"):  # Windows
        return time.monotonic
    number = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(number)


def _raise(ident: int, error: type[BaseException] | None) -> None:
    what = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), what)


def _stop(number: int, frame: FrameType | None) -> None:
    raise _StoppedError


def check_parts(number: int) -> None:
    """Raise UnreadablePage for a page of more than `MAX_PARTS` blocks, pictures, names …"""
    if number > MAX_PARTS:
        raise UnreadablePage(Reason.TOO_LONG, f"more than {MAX_PARTS} blocks of text")


def check(blocks: list[Block], facts: Facts) -> None:
    """Raise UnreadablePage for a page with more text than any article has."""
    lists = (facts.authors, facts.keywords, facts.images, facts.related)
    check_parts(len(blocks) + sum(len(each) for each in lists))
    texts: Iterable[str | None] = (
        *(block.text for block in blocks),
        *(facts.headline, facts.description, facts.section, facts.site_name),
        *facts.authors,
        *facts.keywords,
        *(image.caption for image in facts.images),
        *(story.headline for story in facts.related),
    )
    if sum(len(text) for text in texts if text) > MAX_CHARS:
        raise UnreadablePage(Reason.TOO_LONG, f"more than {MAX_CHARS} characters of text")
