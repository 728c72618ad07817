"""A feed storage whose upload fails at the end."""

from __future__ import annotations

from typing import IO, NoReturn

from scrapy.extensions.feedexport import BlockingFeedStorage


class BrokenStorage(BlockingFeedStorage):
    def __init__(self, uri: str, *, feed_options: object = None) -> None:
        self.uri = uri

    def _store_in_thread(self, file: IO[bytes]) -> NoReturn:
        file.close()
        raise OSError(f"{self.uri}: no such host")
