"""Deploy to nodes that run scrapyd, and schedule jobs on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newswire.errors import NodeError

PROJECT = "newswire"
NODE = "http://127.0.0.1:6800"
USERNAME, PASSWORD = "newswire", "NEWSWIRE_SCRAPYD_PASSWORD"


class Node:
    """A server; its password comes from the environment.

    Raises:
        NodeError: the libraries for it are not installed.
    """

    def __init__(self, url: str) -> None:
        # Scrapy loads every command before it runs one, with these extras or without
        try:
            import requests
            from scrapyd_client.exceptions import ErrorResponse, MalformedResponse
            from scrapyd_client.pyclient import ScrapydClient
        except ImportError as error:
            raise NodeError(f"{error}: pip install 'newswire[scrapyd]'") from None
        self.url = url.rstrip("/")
        self._post = requests.post
        self._errors = (requests.RequestException, ErrorResponse, MalformedResponse)
        self._client = ScrapydClient(self.url, USERNAME, os.environ.get(PASSWORD, ""))

    def load(self) -> list[str]:
        """Return the names of the jobs that wait or run."""
        jobs = self._ask(self._client.jobs, PROJECT)
        return [job["id"] for job in (*jobs["pending"], *jobs["running"])]

    def schedule(self, spider: str, arguments: Sequence[tuple[str, str]]) -> str:
        """Put a job into the queue; return its name."""
        return str(self._ask(self._client.schedule, PROJECT, spider, list(arguments)))

    def deploy(self, egg: Path, version: str) -> int:
        """Send an egg; return how many spiders it has. One that cannot be used is taken back."""
        try:
            return int(self._ask(self._add, egg, version)["spiders"])
        except NodeError:
            # scrapyd would keep it as the newest version, and every job would die of it
            self._ask(self._client.delversion, PROJECT, version)
            raise

    def _add(self, egg: Path, version: str) -> dict[str, Any]:
        with egg.open("rb") as file:
            answer = self._post(
                f"{self.url}/addversion.json",
                data={"project": PROJECT, "version": version},
                files={"egg": file},
                auth=self._client.auth,
                timeout=300,
            )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        if found["status"] != "ok":
            raise self._error(found.get("message"))
        return found

    def _ask(self, method: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return method(*arguments)
        except self._errors as error:
            raise self._error(error) from None

    def _error(self, what: object) -> NodeError:
        # the last line of a traceback says what it was
        lines = str(what).strip().splitlines() or [type(what).__name__]
        return NodeError(f"{self.url}: {lines[-1]}")


def schedule(
    nodes: Sequence[Node],
    spider: str,
    editions: Sequence[str],
    arguments: Sequence[tuple[str, str]],
) -> Iterator[tuple[str, str, bool]]:
    """Schedule a job for each edition, each on the node that has least to do.

    Yields the edition, what became of it in words, and whether all is well: an edition whose last
    job still waits or runs is left alone; a back-fill does not count for the newest. `arguments`
    are those of schedule.json.
    """
    loads: dict[Node, list[str]] = {}
    for node in nodes:
        try:
            loads[node] = node.load()
        except NodeError as error:
            yield "-", str(error), False
    kind = "_days" if {"since", "until"} & {name for name, _ in arguments} else ""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    for edition in editions:
        name = f"{spider}-{edition}{kind}-"
        busy = [
            f"{job} on {node.url}"
            for node, jobs in loads.items()
            for job in jobs
            if f"{job.rpartition('-')[0]}-" == name  # the time has no hyphen
        ]
        if busy:
            yield edition, f"skipped, still busy: {busy[0]}", True
            continue
        if not loads:
            yield edition, "no node", False
            continue
        node = min(loads, key=lambda n: len(loads[n]))
        job = [*arguments, ("edition", edition), ("jobid", f"{name}{now}")]
        try:
            loads[node].append(node.schedule(spider, job))
        except NodeError as error:
            yield edition, str(error), False
        else:
            yield edition, f"{node.url} {loads[node][-1]}", True
