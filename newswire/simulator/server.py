"""How is the simulated wire served? One listening address for each edition, and a clock to set."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from itertools import count

from newswire.simulator.http import Request, Response, data, error, finish, raw, read, text
from newswire.simulator.site import Site
from newswire.simulator.wire import NOW, Wire

# Writes whatever bytes it likes and returns True, after which the connection is closed; False
# leaves the request to the site (say, after the first three)
Fault = Callable[[Request, asyncio.StreamWriter], Awaitable[bool]]

MARKS = re.compile(rb"\b(?:class|itemprop|itemtype|itemscope|property|name)=\"[^\"]*\"")
# a paragraph's block, and one of those that never hold text of the article
TEXT = re.compile(rb'<div class="article__block" data-type="text"><div class="article__text">')
OTHER = b'<div class="article__block" data-type="banner"><div class="banner__content">'

LOGGED = (
    "host", "user-agent", "accept-encoding", "if-none-match", "if-modified-since", "referer",
    "cookie", "authorization",
)  # fmt: skip


class Simulator:
    """A wire on loopback.

    Each edition has a site of its own (`sites`: edition id → root URL). `/_sim/clock` answers the
    wire's time and takes another by POST of `{"now": "2021-12-24T00:00:00Z"}` or
    `{"advance": seconds}`; `/_sim/log?since=N` answers the requests after the first N as JSON
    lines. Both are on every site and not in the log themselves.

    `faults` maps paths (`*` and `?` as in file names) to coroutines that answer instead. With
    `redesign` the articles' pages have the same text in marks of other names, with `modern` they
    are those of 2026; with `losing` every third paragraph of theirs stands in a block of another
    kind.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        now: datetime = NOW,
        canonical: bool = False,
        faults: Mapping[str, Fault] | None = None,
        redesign: bool = False,
        robots_2026: bool = False,
        modern: bool = False,
        losing: bool = False,
    ) -> None:
        self.wire, self.now = wire, now
        self.site = Site(wire, canonical=canonical, robots_2026=robots_2026, modern=modern)
        self.faults = dict(faults or {})
        self.redesign, self.losing = redesign, losing
        self.sites: dict[str, str] = {}
        self.log: list[str] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._started = time.monotonic()

    @asynccontextmanager
    async def serve(
        self, address: str = "127.0.0.1", port: int = 0, *, spread: bool = False
    ) -> AsyncIterator[Simulator]:
        """Listen until the block ends.

        Editions take `port`, `port` + 1, … of `address`, or free ports for port 0. With `spread`
        each edition has an address of its own, 127.0.0.2, 127.0.0.3, … (Linux), so that clients
        take them for different hosts.
        """
        servers = []
        for number, id_ in enumerate(self.wire.editions):
            host = f"127.0.0.{number + 2}" if spread else address
            server = await asyncio.start_server(
                partial(self._connection, id_), host, port + number if port else 0, limit=1 << 20
            )
            servers.append(server)
            self.sites[id_] = f"http://{host}:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            for server in servers:
                server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connection(
        self, edition: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while request := await read(reader):
                if not await self._answer(edition, request, writer):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the server ends
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer(self, edition: str, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False ends the connection."""
        for pattern, fault in self.faults.items():
            if fnmatchcase(request.path, pattern):
                if await fault(request, writer):
                    self._note(edition, request, None, 0)
                    return False
                break
        if request.path.startswith("/_sim/"):
            response = self._control(request)
        else:
            site = self.site.answer(request, edition, self.sites, self.now)
            if self.redesign and request.path.endswith(".html") and site.status == 200:
                site.body = MARKS.sub(rb'data-was="x"', site.body)
            if self.losing and request.path.endswith(".html"):
                number = count(1)
                site.body = TEXT.sub(lambda m: OTHER if next(number) % 3 == 0 else m[0], site.body)
            response = finish(request, site)
            self._note(edition, request, response.status, len(response.body))
        writer.write(raw(request, response))
        await writer.drain()
        return request.headers.get("connection", "").lower() != "close"

    def _note(self, edition: str, request: Request, status: int | None, size: int) -> None:
        entry = {
            "time": round(time.monotonic() - self._started, 4),  # seconds since the start
            "edition": edition,
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": {name: request.headers[name] for name in LOGGED if name in request.headers},
            "status": status,  # null: a fault answered
            "size": size,
        }
        self.log.append(json.dumps(entry, ensure_ascii=False))

    def _control(self, request: Request) -> Response:
        if request.path == "/_sim/log":
            since = int(request.query.get("since", 0))
            return text("".join(f"{line}\n" for line in self.log[since:]), "application/jsonl")
        if request.path != "/_sim/clock":
            return error(404)
        if request.method == "POST":
            order = json.loads(request.body)
            if "advance" in order:
                self.now += timedelta(seconds=order["advance"])
            else:
                self.now = datetime.fromisoformat(order["now"])
        return data({"now": self.now.isoformat()})
