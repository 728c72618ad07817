"""What is a spider of a wire? The parent of all: it replays saved pages, or crawls live.

Scrapy imports every spider for whatever command it runs, `scrapy list` too. So this module imports
little at its top, and what crawls where the crawl begins: `crawl.replay` or `crawl.live`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newswire.errors import ArgumentError, NoArticle, UnreadablePage
from newswire.text.printable import one_line

if TYPE_CHECKING:
    from newswire.boilerplate.learnt import Learnt
    from newswire.crawl.arguments import Arguments
    from newswire.crawl.live import Live
    from newswire.items import Article
    from newswire.page.model import Draft


class WireSpider(Spider):
    """A wire: its subclass states `name`, and the table of editions has its rows.

    Arguments (`-a NAME=VALUE`), see DESIGN of the commands in the README:
        edition: ids of editions, with commas; all if absent. With `replay`, pages of others are
            passed over, and a single one is taken for pages that do not say theirs.
        since, until: days of a back-fill.
        url: given articles.
        site: a mirror of the one edition named; with `replay`, where its pages were fetched.
        replay: saved pages to read, no network at all: a file, a folder, a glob or `@list`.
        learn: 1 to read these twice, first to learn which lines the pages of a site have in common.

    Attributes:
        learnt: the lines of pages of sites, from the beginning of `start()`.
    """

    given: Arguments
    learnt: Learnt
    live: Live

    @classmethod
    def check_arguments(cls, **given: str) -> Arguments:
        """Return the checked spider arguments.

        Raises:
            ArgumentError: one is unknown, or its value cannot be used.
        """
        from newswire.crawl import arguments

        return arguments.parse(cls.name, given)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Take part in the settings of a crawl; the first that Scrapy does with a spider.

        Raises:
            UsageError: they are not newswire's. Scrapy would log a later error, and go on.
        """
        from newswire.crawl.options import check_ours

        super().update_settings(settings)
        try:
            check_ours(settings)
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider, its arguments checked."""
        from newswire.crawl.options import check_settings

        check_settings(crawler.settings)
        given = cls.check_arguments(**kwargs)
        if given.replay is not None:
            # nothing is fetched: so nothing can be, and half the time of a start is saved
            for name in ("DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES"):
                crawler.settings.set(name, {}, "cmdline")
                crawler.settings.set(f"{name}_BASE", {}, "cmdline")
        spider = super().from_crawler(crawler, *args)
        spider.given = given
        return spider

    @property
    def replay(self) -> str | None:
        """The saved pages to read, None for a live crawl."""
        return self.given.replay

    @property
    def asked(self) -> frozenset[str]:
        """The ids of the editions that the user named."""
        return frozenset(edition.id for edition in self.given.asked)

    @property
    def sites(self) -> tuple[str, ...]:
        """The root URLs that the user named, which the guard lets through."""
        return self.given.sites

    async def start(self) -> AsyncIterator[Draft | Article | Request]:
        """Yield a raw draft of each saved page, or begin the live crawl."""
        from newswire.boilerplate.learnt import Learnt
        from newswire.crawl.keeper import Keeper

        keeper = self.crawler.get_extension(Keeper)
        assert keeper is not None  # of EXTENSIONS
        self.learnt = Learnt(keeper.ledger.history.pages())
        if self.replay is None:
            from newswire.crawl.live import Live

            self.live = Live(self, keeper)  # signals hold it weakly
            for begun in self.live.start():
                yield begun
        else:
            from newswire.crawl.replay import Replay

            async for found in Replay(self, keeper).start(self.replay):
                yield found

    def parse(self, response: Response) -> Iterator[Article]:
        """Yield the article of a page, for `scrapy parse` and `scrapy shell`; a crawl is `Live`."""
        from newswire.article.assemble import assemble
        from newswire.crawl.drafts import page_of

        try:
            yield assemble(page_of(response), self.name).article
        except (NoArticle, UnreadablePage) as error:
            self.logger.warning("%s: %s", one_line(response.url), one_line(error))

    def count(self, name: str, number: int = 1) -> None:
        """Add `number` to a stat."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newswire/{name}", number)
