"""The steps from a raw draft to a clean article, thin around the modules that know how."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newswire.article import assemble
from newswire.boilerplate.learnt import Learnt
from newswire.crawl.keeper import Keeper
from newswire.dateline.house import Forms
from newswire.errors import LedgerError, NoArticle, Reason, TakenOver, UnreadablePage
from newswire.items import Article
from newswire.ledger.relations import Verdict
from newswire.page import budget, witness
from newswire.page.model import Draft
from newswire.text.printable import one_line


class Pipeline(ABC):
    """A step: counts what it does under `newswire/` in the stats of the crawl.

    Attributes:
        pure: it leaves nothing half done, so that a page which takes too long may be stopped in it.
    """

    pure: ClassVar[bool] = False

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the step for `crawler`."""
        return cls(crawler)

    def process_item(self, item: Draft | Article) -> Draft | Article:
        """Do the step; a finished article, which an earlier crawl left unexported, passes."""
        if isinstance(item, Article) or not self.pure:
            return item if isinstance(item, Article) else self.process(item)
        try:
            with budget.cpu():
                return self.process(item)
        except UnreadablePage as error:
            drop = self.drop(item, f"unreadable/{error.reason}", f"skipped: {error}")
            drop.log_level = "WARNING"
            raise drop from None

    @abstractmethod
    def process(self, draft: Draft) -> Draft | Article:
        """Do the step, or raise DropItem."""

    @property
    def spider(self) -> Spider:
        """The running spider."""
        assert self.crawler.spider is not None
        return self.crawler.spider

    def count(self, name: str) -> None:
        """Add one to a stat."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newswire/{name}")

    def no_article(self, draft: Draft, error: NoArticle) -> DropItem:
        """Return the exception that drops a page without an article, counted."""
        whole = error.reason in (Reason.OTHER_WIRE, Reason.OTHER_EDITION, Reason.INVALID)
        stat = error.reason.value if whole else f"no_article/{error.reason}"
        return self.drop(draft, stat, str(error))

    def drop(self, draft: Draft, stat: str, reason: str) -> DropItem:
        """Return the exception that drops the page, counted."""
        self.count(stat)
        self.count("dropped")
        return DropItem(f"{draft.source.uri}: {reason}")


class StripBoilerplate(Pipeline):
    """Tell the article from the rest of the page.

    The lines of pages are remembered, in the ledger for the next crawls: this one goes by what was
    known as it began.
    """

    pure = True

    def close_spider(self) -> None:
        """Leave what was seen to the next crawls."""
        keeper = self.crawler.get_extension(Keeper)
        learnt: Learnt | None = getattr(self.spider, "learnt", None)
        try:
            if keeper and learnt:
                keeper.ledger.history.note_pages(learnt.seen())
        except LedgerError as error:  # the closing crawl says the rest
            self.spider.logger.error("Lines of pages are not kept: %s", error)

    def process(self, draft: Draft) -> Draft:
        """Give blocks their roles and the article its own words."""
        asked: frozenset[str] = getattr(self.spider, "asked", frozenset())
        learnt: Learnt | None = getattr(self.spider, "learnt", None)
        if learnt:
            learnt.look(draft)
        try:
            assemble.strip(draft, asked, learnt)
        except NoArticle as error:
            raise self.no_article(draft, error) from None
        for block in draft.blocks:
            if block.rule:
                self.count(f"rule/{block.rule}")
        if draft.facts.unread:
            self.count("jsonld_unread")
        return draft


class NormaliseDateline(Pipeline):
    """Turn the head of the story into data, and date the article.

    The forms that a site prints are counted, with those of the last crawls in the ledger.
    """

    pure = True

    def open_spider(self) -> None:
        """Take over what the last crawls counted."""
        keeper = self.crawler.get_extension(Keeper)
        self._forms = Forms(keeper.ledger.history.forms() if keeper else {})

    def close_spider(self) -> None:
        """Leave the counts to the next crawls."""
        keeper = self.crawler.get_extension(Keeper)
        try:
            if keeper:
                keeper.ledger.history.note_forms(self._forms.counted())
        except LedgerError as error:  # the closing crawl says the rest
            self.spider.logger.error("Forms of datelines are not kept: %s", error)

    def process(self, draft: Draft) -> Draft:
        """Take the dateline off the text."""
        self.count(f"dateline/{assemble.date(draft, self._forms)}")
        self.count(f"date/{draft.article.date_evidence or 'none'}")
        return draft


class Validate(Pipeline):
    """Finish the article with its id and hash, and let only valid ones pass."""

    def process(self, draft: Draft) -> Draft:
        """Stop what does not match the schema."""
        keep = self.crawler.settings.getbool("NEWSWIRE_KEEP_STRIPPED")
        try:
            assemble.finish(draft, keep_stripped=keep)
        except NoArticle as error:
            raise self.no_article(draft, error) from None
        article = draft.article
        text = "".join(filter(None, (article.headline, article.description, article.body)))
        if lost := text.count("\ufffd"):
            self.count("replacement_characters")
            self.spider.logger.warning(
                "%s: %d characters could not be read (U+FFFD)", one_line(draft.source.uri), lost
            )
        self._compare(draft)
        return draft

    def _compare(self, draft: Draft) -> None:
        """Count, and say, whether the text is as long as its page says."""
        if share := witness.share(draft):
            self.count(f"text_share/{share.verdict}")
            if share.is_far:
                uri = one_line(draft.source.uri)
                self.spider.logger.warning("%s: the text is %s", uri, share)


class Deduplicate(Pipeline):
    """Link what repeats or corrects an earlier article, and keep it, in one transaction.

    The last step: marked as known before it is kept, an article would be lost with the crawl that
    dies between.
    """

    def process_item(self, item: Draft | Article) -> Draft | Article:
        """Do the step, and hand the article to the pipelines after it."""
        article = super().process_item(item)
        keeper = self.crawler.get_extension(Keeper)
        if keeper and keeper.feeds and isinstance(article, Article):
            keeper.feeds.passes_on(article)
        return article

    def process(self, draft: Draft) -> Article:
        """Return the finished article, or stop one that is there already or is held back."""
        article = draft.article
        keeper = self.crawler.get_extension(Keeper)
        assert keeper is not None  # of EXTENSIONS
        try:
            verdict, wanted = keeper.store(article, draft.fetched)
        except TakenOver as error:
            raise self.drop(draft, "left_to_others/page", str(error)) from None
        if verdict is Verdict.REPEATED:
            repeated = f"duplicates/{verdict.value}"
            raise self.drop(draft, repeated, f"unchanged ({article.id})")
        self.count(f"duplicates/{verdict.value}")
        if not wanted:
            relation = f"{article.relation or 'version of'} {article.duplicate_of or article.id}"
            raise self.drop(draft, "duplicates/not_exported", f"kept, not exported ({relation})")
        return article
