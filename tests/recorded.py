"""Run a small recorded crawl of a loopback server in a process of its own.

    python -m tests.recorded SETTINGS-AS-JSON URL...

Prints the SHA-256 of each decoded body with its URL. The path `/kill` kills the process as it
arrives.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

SETTINGS: dict[str, Any] = {
    "EXTENSIONS": {"newswire.crawl.recorder.WarcRecorder": 500},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
    "RETRY_ENABLED": False,
    "CONCURRENT_REQUESTS": 1,
    "DOWNLOAD_DELAY": 0,
    "HTTPERROR_ALLOW_ALL": True,
    "LOG_LEVEL": "INFO",
}


class Recorded(Spider):
    name = "recorded"
    urls: list[str]

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            headers = {"Authorization": "Basic c2VjcmV0", "Cookie": "secret=1"}
            yield Request(url, headers=headers, dont_filter=True)

    def parse(self, response: Response) -> None:
        if response.url.endswith("/kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        print(hashlib.sha256(response.body).hexdigest(), response.url, flush=True)


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    if limit := settings.pop("FILE_SIZE_LIMIT", None):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    process = AsyncCrawlerProcess(SETTINGS | settings)
    process.crawl(Recorded, urls=sys.argv[2:])
    process.start()
