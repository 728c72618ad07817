"""Hosts on loopback that answer whatever a test says, right or wrong."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from newswire.simulator.http import Request, read

# the bytes to send, at once or in parts, after which the connection is closed; None keeps it open
# and silent
Route = bytes | None | Callable[[Request, int], "bytes | AsyncIterator[bytes]"]


class Reset(Exception):
    """Raised by a route: end the connection with RST."""


def answer(
    body: bytes = b"", status: int = 200, length: int | None = None, **headers: str
) -> bytes:
    """Return an answer; `content_encoding=…` becomes a header, `length` -1 leaves it out."""
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: text/html\r\n"
    if length != -1:
        head += f"Content-Length: {len(body) if length is None else length}\r\n"
    for name, value in headers.items():
        head += f"{name.replace('_', '-')}: {value}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


NOT_FOUND = answer(status=404)


def page(text: str = "whole") -> bytes:
    """Return a page that is whole."""
    return b"<!DOCTYPE html><html><body><p>" + text.encode() + b"</p></body></html>"


@dataclass
class Asked:
    """A request that arrived: at which host, when (monotonic seconds), what."""

    root: str
    time: float
    request: Request

    @property
    def path(self) -> str:
        return self.request.path


@dataclass
class OddServer:
    """Hosts with their routes; the last address used is 127.0.0.`number`.

    An answer takes `delay` seconds; `busiest` says how many a host had to give at once.
    """

    log: list[Asked] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    number: int = 9
    delay: float = 0
    busy: Counter[str] = field(default_factory=Counter)
    busiest: Counter[str] = field(default_factory=Counter)
    servers: list[asyncio.Server] = field(default_factory=list)

    def host(
        self,
        routes: Mapping[str, Route],
        tls: ssl.SSLContext | None = None,
        default: Route = NOT_FOUND,
    ) -> str:
        """Start a host of an address of its own; return its root URL. `default`: without a route.

        A callable route gets the request and how many came before for the same path.
        """
        self.number += 1
        address, roots = f"127.0.0.{self.number}", list[str]()
        connection = partial(self._connection, roots, routes, default)
        start = asyncio.start_server(connection, address, 0, ssl=tls)
        server = asyncio.run_coroutine_threadsafe(start, self.loop).result(10)
        self.servers.append(server)
        port = server.sockets[0].getsockname()[1]
        roots.append(f"http{'s' * (tls is not None)}://{address}:{port}")
        return roots[0]

    def asked(self, root: str) -> list[str]:
        """Return the paths that a host was asked for."""
        return [entry.path for entry in self.log if entry.root == root]

    async def _connection(
        self,
        roots: list[str],
        routes: Mapping[str, Route],
        default: Route,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        request = await read(reader)
        if request is not None:
            before = sum(e.root == roots[0] and e.path == request.path for e in self.log)
            self.log.append(Asked(roots[0], time.monotonic(), request))
            self.busy[roots[0]] += 1
            self.busiest[roots[0]] = max(self.busiest[roots[0]], self.busy[roots[0]])
            await asyncio.sleep(self.delay)
            self.busy[roots[0]] -= 1
            route = routes.get(request.path, default)
            if route is None:
                await reader.read()
            else:
                await _send(route(request, before) if callable(route) else route, writer)
        writer.close()


async def _send(said: bytes | AsyncIterator[bytes], writer: asyncio.StreamWriter) -> None:
    try:
        if isinstance(said, bytes):
            writer.write(said)
            await writer.drain()
            return
        async for part in said:
            writer.write(part)
            await writer.drain()
    except Reset:
        no_linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
        writer.transport.abort()
    except ConnectionError:
        pass  # the client had enough


@contextmanager
def odd_server() -> Iterator[OddServer]:
    """Run a server in a thread."""
    server = OddServer()
    thread = threading.Thread(target=server.loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_end(server.servers), server.loop).result(10)
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join(10)
        server.loop.close()


async def _end(servers: list[asyncio.Server]) -> None:
    for server in servers:
        server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
