"""What repeats or corrects what, across all outputs of a reprocess? As one ledger would say it.

Three steps: the signatures of each output (`link_signatures`), what they say together
(`link_database`), and a copy of each output with its links (`link_write`). The first and the last
read one output at a time, in processes of their own.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from newswire.archive.remote import Remote
from newswire.bulk.folder import Folder, Manifest
from newswire.bulk.tasks import all_rules
from newswire.errors import ArgumentError, NodeError
from newswire.ledger.fingerprints import ALGORITHM

DAYS = 28.0
# beside the outputs: copies of them with links; signatures, and what the copies were made of
LINKED, OWN = "linked", "_links"
_DONE = "done.json"


@dataclass
class Linked:
    """What was found in the outputs of a folder.

    Attributes:
        articles: in the copies.
        counts: of them, by relation, and `version` for corrected texts; `repeated` are those that
            are in the copies once already.
    """

    articles: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def link(out: str | os.PathLike[str], *, days: float = DAYS, workers: int | None = None) -> Linked:
    """Write a copy of each output into the folder `linked` beside them, with links and versions.

    The links are those that `scrapy ledger import` of all the outputs finds. What was done is not
    done again.

    Args:
        out: a folder that `reprocess` has filled, by the same rules throughout.
        days: near copies are searched among articles published in so many days before.
        workers: processes that read and write outputs, by default as many as processors; below 2
            this one does.

    Raises:
        ArgumentError: the outputs are of several rules, or DuckDB or pyarrow is missing.
        FeedError: something in an output is no article.
        NodeError: a process was killed.
        OSError: a file cannot be read or written.
    """
    folder = Folder(out)
    own, copies = folder.path / OWN, folder.path / LINKED
    manifests = folder.manifests()
    state = {
        "days": days,
        "algorithm": ALGORITHM,
        "outputs": {manifest["output"]: manifest["sha256"] for manifest in manifests},
    }
    if known := _known(own / _DONE, state, copies):
        return known
    check_libraries()
    _check_rules(manifests)
    folder.prepare()
    for each in (own, copies):
        each.mkdir(exist_ok=True)
    (own / _DONE).unlink(missing_ok=True)
    workers = (os.cpu_count() or 1) if workers is None else max(1, workers)
    found = _linked(folder, manifests, copies, days, workers)
    _keep_only(own, {signatures(folder, manifest).name for manifest in manifests})
    _keep_only(copies, {manifest["output"] for manifest in manifests})
    sizes = {path.name: path.stat().st_size for path in copies.iterdir()}
    with folder.whole(own / _DONE) as file:
        file.write(json.dumps({"state": state, "sizes": sizes, "found": vars(found)}).encode())
    return found


def sign(folder: Folder, manifest: Manifest) -> None:
    """Write the signatures of an output.

    Raises:
        FeedError: something in the output is no article.
        OSError: it cannot be read, or its signatures cannot be written.
    """
    from newswire.bulk.link_signatures import sign_output

    (folder.path / OWN).mkdir(exist_ok=True)
    sign_output(folder, folder.output(manifest), signatures(folder, manifest))


def signatures(folder: Folder, manifest: Manifest) -> Path:
    """Return where the signatures of an output are: another text, or algorithm, has others."""
    name = f"{manifest['output']}.{manifest['sha256'][:16]}.{ALGORITHM}.parquet"
    return folder.path / OWN / name


def _known(done: Path, state: dict[str, Any], copies: Path) -> Linked | None:
    """Return what was found before, if nothing has changed since."""
    try:
        before = json.loads(done.read_bytes())
        same = all((copies / name).stat().st_size == n for name, n in before["sizes"].items())
    except (OSError, ValueError, KeyError):
        return None
    if not same or before["state"] != state:
        return None
    found = before["found"]
    return Linked(found["articles"], Counter(found["counts"]))


def check_libraries() -> None:
    """Raise ArgumentError if DuckDB or pyarrow is missing."""
    for name in ("duckdb", "pyarrow"):
        if find_spec(name) is None:
            raise ArgumentError(f"links need {name}: pip install 'newswire[link]'")


def _check_rules(manifests: list[Manifest]) -> None:
    rules = {all_rules(manifest["rules"], manifest["options"]["learnt"]) for manifest in manifests}
    if len(rules) > 1:
        said = " and ".join(sorted(rules))
        raise ArgumentError(f"outputs of several rules ({said}): reprocess all inputs again")


def _linked(
    folder: Folder, manifests: list[Manifest], copies: Path, days: float, workers: int
) -> Linked:
    from newswire.bulk.link_database import links
    from newswire.bulk.link_write import write_linked

    found = Linked(sum(manifest["articles"] for manifest in manifests))
    with _processes(min(workers, len(manifests))) as each, tempfile.TemporaryDirectory() as scratch:
        unsigned = ((folder, m) for m in manifests if not signatures(folder, m).is_file())
        for _ in each(sign, unsigned):
            pass
        outputs = {str(_near(signatures(folder, m), scratch)): m for m in manifests}
        every = links(sorted(outputs), days, Path(scratch), workers) if outputs else iter(())
        jobs = (
            (folder, folder.output(outputs[name]), copies / outputs[name]["output"], of_output)
            for name, of_output in _joined(sorted(outputs), every)
        )
        for counts in each(write_linked, jobs):
            found.counts += counts
    found.articles -= found.counts["repeated"]
    return found


def _near(path: Path, scratch: str) -> Path:
    """Return a file that DuckDB can read: a copy, where it is on object storage."""
    return path.download(Path(scratch)) if isinstance(path, Remote) else path


def _joined(
    names: Iterable[str], every: Iterator[tuple[str, list[Any]]]
) -> Iterator[tuple[str, list[Any]]]:
    """Yield each signature file with its links; those that have none are not in `every`."""
    first, of_output = next(every, ("", []))
    for name in names:
        if name != first:
            yield name, []
            continue
        yield name, of_output
        first, of_output = next(every, ("", []))


@contextmanager
def _processes(number: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Give a function like `map` over tuples of arguments, which uses so many processes.

    It takes no more jobs than it needs, since they hold what they write.
    """
    if number < 2:
        yield lambda function, jobs: (function(*job) for job in jobs)
        return
    with ProcessPoolExecutor(number, get_context("spawn")) as pool:

        def each(function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
            running: deque[Future[Any]] = deque()
            for job in jobs:
                running.append(pool.submit(function, *job))
                if len(running) > 2 * number:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()

        try:
            yield each
        except BrokenProcessPool:
            raise NodeError("a process that links was killed: run it again") from None


def _keep_only(folder: Path, names: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()
