"""What do Scrapy's shell, fetch, view and parse need here? One page, and no ledger."""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings

from newswire.operate.terminal import interrupted_as_ever

# parts of a crawl that open a ledger, write feeds and are watched
_OF_A_CRAWL = (
    "newswire.crawl.keeper.Keeper",
    "newswire.crawl.net.pace.Pace",
    "newswire.crawl.recorder.WarcRecorder",
    "newswire.feeds.routing.Feeds",
    "newswire.operate.progress.Progress",
)
# The user names the address, which may be a file or a mirror: Scrapy's own way to fetch will do.
_FETCHING: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES": {},
    "DOWNLOAD_HANDLERS": {},
    "ITEM_PIPELINES": {},
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
}


def for_one_page(settings: BaseSettings) -> None:
    """Let a command read any page that the user names, also a saved one."""
    interrupted_as_ever()
    for name, value in _FETCHING.items():
        settings.set(name, value, priority="cmdline")
    extensions: dict[str, Any] = settings.getdict("EXTENSIONS")
    extensions.update(dict.fromkeys(_OF_A_CRAWL))
    settings.set("EXTENSIONS", extensions, priority="cmdline")
