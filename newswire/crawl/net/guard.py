"""Is every request within reach, and every answer from there? The first and the last middleware."""

from __future__ import annotations

from scrapy import Request, exceptions, signals
from scrapy.http import Response

from newswire.crawl.net.pace import Pace
from newswire.crawl.net.part import HostClosed, Part
from newswire.crawl.net.reach import origin
from newswire.crawl.net.resolver import is_public

# An answer has 20 header lines; Scrapy limits the length of one, but not their number.
MAX_HEADERS = 500
# Failures of a download that leave it open whether there is a server at all.
NO_ANSWER = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadTimeoutError,
    exceptions.DownloadFailedError,
)
# What may follow a redirect to another origin; keys and tokens have too many names to list those.
HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "referer", "user-agent"}
)


def harmless(header: str) -> bool:
    """Return True if a request header may go to another origin than the one it was meant for."""
    return header.lower() in HARMLESS_HEADERS


class Guard(Part):
    """The first of all: whatever is asked for, however it came about, must be within reach."""

    def _opened(self) -> None:
        super()._opened()
        settings = self.crawler.settings
        contact = settings.get("NEWSWIRE_CONTACT")
        self._agent = settings["USER_AGENT"] + (f" (+{contact})" if contact else "")
        # the scheduler must know the budget as well, or a host that pauses holds up the others
        self.crawler.signals.connect(self._give_budget, signals.request_scheduled)

    def _give_budget(self, request: Request) -> None:
        if self.reach.refusal(request.url) is None:
            request.meta["download_slot"] = self.reach.budget(request.url)

    def process_request(self, request: Request) -> None:
        """Refuse what is out of reach; give all hosts of an edition one budget of connections."""
        if reason := self.reach.refusal(request.url):
            raise self.block(reason, request.url)
        self._give_budget(request)
        request.headers.setdefault("User-Agent", self._agent)


class Outgoing(Part):
    """The last before the network, and the first to see an answer."""

    def process_request(self, request: Request) -> None:
        """Leave closed hosts alone; send nothing that might be secret along with a redirect."""
        pace = self.crawler.get_extension(Pace)
        if pace and (reason := pace.closed.get(request.meta.get("download_slot", ""))):
            self.count(f"closed/{reason}")
            raise HostClosed(f"{request.meta['download_slot']} is skipped for this run: {reason}")
        asked = request.meta.get("redirect_urls") or [request.url]
        if origin(asked[0]) != origin(request.url):
            for name in list(request.headers):
                if not harmless(name.decode("latin-1")):
                    del request.headers[name]

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse what came from within a private network, whatever resolved its name.

        Raises:
            DownloadFailedError: its head is no answer of a web server.
        """
        lines = sum(len(response.headers.getlist(name)) for name in response.headers)
        if lines > MAX_HEADERS:
            raise exceptions.DownloadFailedError(f"{lines} header lines")
        peer = response.ip_address
        named = origin(request.url) in self.reach.sites
        if peer is not None and not named and not is_public(str(peer)):
            raise self.block("address", request.url)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count requests that no server answers."""
        if isinstance(exception, NO_ANSWER) and (pace := self.crawler.get_extension(Pace)):
            pace.no_answer(request)
