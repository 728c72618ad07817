"""What the engine costs without newswire: a spider that yields one dict a page for the same input.

scrapy runspider plain_spider.py -a folder=PAGES -O x.jsonl       saved pages
scrapy runspider plain_spider.py -a urls=FILE -O x.jsonl          pages of a server
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response


class PlainSpider(Spider):
    """Yields the length of each page."""

    name = "plain"
    folder: str | None = None
    urls: str | None = None
    site: str | None = None

    @property
    def sites(self) -> tuple[str, ...]:
        """The site that the settings of newswire let through."""
        return (self.site,) if self.site else ()

    async def start(self) -> AsyncIterator[Any]:
        """Yield the items of saved pages, or ask for the URLs."""
        if self.urls:
            for url in Path(self.urls).read_text().splitlines():
                yield Request(url, dont_filter=True)
        for path in sorted(Path(self.folder).iterdir()) if self.folder else ():
            yield {"url": path.name, "length": len(path.read_bytes())}

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        """Yield the item of a fetched page."""
        yield {"url": response.url, "length": len(response.body)}
