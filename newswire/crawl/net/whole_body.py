"""Is a body whole? What ends too early is asked for again."""

from __future__ import annotations

from typing import Self

from scrapy import Request, exceptions
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from newswire.archive import http
from newswire.errors import Reason, UnreadablePage
from newswire.text.printable import one_line


class WholeBody:
    """Undoes content codings; a body that ends too early is asked for again, then an error.

    It takes the place of Scrapy's decompression, which takes a cut stream for whole. Half a list is
    better than none: with `take_cut` in `Request.meta` it comes in the end.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say which codings can be undone."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate, br, zstd")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Undo the codings of a body that is whole.

        Raises:
            IgnoreRequest: it is larger than `DOWNLOAD_MAXSIZE`, or `download_maxsize` in `meta`.
            ResponseDataLossError: it was not whole the last time either.
        """
        if not 200 <= response.status < 300 or request.method == "HEAD":
            return response
        codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        max_bytes: int = request.meta.get("download_maxsize", self._max_bytes)
        try:
            body = http.undone(response.body, codings, max_bytes)
        except UnreadablePage as error:
            if error.reason is Reason.TOO_LARGE:
                raise exceptions.IgnoreRequest(str(error)) from None
            return self._again(request, f"broken {one_line(codings)}")
        if codings:
            kind = responsetypes.from_args(response.headers, response.url, body=body)
            response = response.replace(body=body, cls=kind)
            del response.headers["Content-Encoding"]
        if not http.document_ends(body):
            return self._again(request, "cut short", response)
        return response

    def _again(
        self, request: Request, reason: str, cut: Response | None = None
    ) -> Request | Response:
        assert self.crawler.stats is not None
        assert self.crawler.spider is not None
        self.crawler.stats.inc_value("newswire/truncated")
        again = get_retry_request(request, spider=self.crawler.spider, reason=reason)
        if again is None and cut and request.meta.get("take_cut"):
            return cut
        if again is None:
            raise exceptions.ResponseDataLossError(f"{reason}: {one_line(request.url)}")
        return again
