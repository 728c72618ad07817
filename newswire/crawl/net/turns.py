"""Whose turn is it to ask a host? Runs that share a ledger share the pace of each host.

`Pace` says how long a run leaves between two requests; Scrapy keeps to it in one process. Here each
request waits in addition until no other run has asked the same host for so long.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from newswire.crawl.keeper import Keeper
from newswire.crawl.net.pace import sharing
from newswire.crawl.net.part import HostClosed
from newswire.errors import LedgerError

# Who comes later than that to its turn takes another, or two requests would go out together.
LATE = 0.01
# A crawl that is to end does not wait longer for a turn.
LOOK = 0.5


class PacedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of HTTP, which waits for its turn before it connects.

    Only here nothing else comes before the network: a request that a middleware had delayed could
    wait for one of the run's own connections afterwards.
    """

    async def download_request(self, request: Request) -> Response:
        """Fetch a page when it is its turn.

        Raises:
            HostClosed: the crawl ends first.
        """
        keeper = sharing(self._crawler)
        host = request.meta.get("download_slot")
        if keeper and host:
            await self._wait(keeper, host)
        return await super().download_request(request)

    async def _wait(self, keeper: Keeper, host: str) -> None:
        assert self._crawler.engine is not None
        slot = self._crawler.engine.downloader.slots[host]
        turn = None
        while True:
            try:
                turn = keeper.ledger.turns.take(host, slot.delay, turn)
            except LedgerError as error:
                keeper.stop("ledger_failed")
                raise HostClosed(str(error)) from error
            begins = monotonic() + turn.seconds
            while (left := begins - monotonic()) > 0:
                if keeper.stopping:
                    raise HostClosed(f"{host}: the crawl ends")
                await asyncio.sleep(min(left, LOOK))
            if turn.seconds <= 0 or monotonic() - begins <= LATE:
                return
