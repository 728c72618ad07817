"""The drift alarm at work: it counts each edition's pages, and says when they read otherwise."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newswire.crawl.keeper import Keeper
from newswire.errors import LedgerError
from newswire.ledger import Counted, Ledger
from newswire.operate import drift
from newswire.operate.drift import Alarm, Floors, Window
from newswire.page import witness
from newswire.page.model import Draft
from newswire.page.reading import GUESSED
from newswire.pipelines import Pipeline
from newswire.wires.urls import article_key

logger = logging.getLogger(__name__)

BEGUN = "newswire/begun/"
# articles that came without a text, such as denials of access, and pages after a redesign
UNREAD = "newswire/unread/"


class DriftAlarm(Pipeline):
    """Count each edition's pages, and at the end of a crawl compare them with the ledger's history.

    A step before that which keeps articles: a repeated article is read as well as a new one, and
    one that a dead crawl left over was read by another.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._editions: defaultdict[str, Counter[str]] = defaultdict(Counter)
        connect = crawler.signals.connect
        connect(self._dropped, signals.item_dropped)
        connect(self._answered, signals.response_received)
        connect(self._closed, signals.spider_closed)

    def process(self, draft: Draft) -> Draft:
        """Count a whole article."""
        article = draft.article
        if article.edition is None:
            return draft
        counts = self._editions[f"{article.wire}:{article.edition}"]
        counts.update(("pages", "articles"))
        missing = {
            "guessed": article.extractor in GUESSED,
            "no_headline": not article.headline,
            "no_description": not article.description,
            "no_dateline": not article.dateline,
            "no_date": not article.date_published,
        }
        if share := witness.share(draft):
            counts["witnessed"] += 1
            missing["text_share"] = share.is_far
        counts.update(name for name, is_so in missing.items() if is_so)
        rules = Counter(block.rule for block in draft.blocks if block.rule)
        counts["blocks"] += len(draft.blocks)
        counts.update(f"rule/{rule}" for rule in rules)
        counts.update({f"dropped/{rule}": number for rule, number in rules.items()})
        return draft

    def _dropped(self, item: object) -> None:
        if isinstance(item, Draft) and not item.article.content_hash:
            key = article_key(item.facts.url) if item.facts.url else None
            # what other steps drop, say for its edition, has one already
            if key and not item.article.edition:
                name = f"{key.edition.wire}:{key.edition.id}"
                self._editions[name].update(("pages", "no_article"))

    def _answered(self, response: Response) -> None:
        about = response.request.cb_kwargs if response.request else {}
        if response.status == 200 and "run" in about and "key" not in about:
            self._editions[about["run"].name]["lists"] += 1

    def _closed(self) -> None:
        keeper = self.crawler.get_extension(Keeper)
        assert keeper is not None  # of EXTENSIONS
        assert self.crawler.stats is not None
        kind = self._kind()
        for name, number in self.crawler.stats.get_stats().items():
            if name.startswith(UNREAD):
                counts = self._editions[name.removeprefix(UNREAD)]
                counts.update({"pages": number, "no_article": number})
        # an edition of which nothing answered counts nothing
        begun = [n.removeprefix(BEGUN) for n in self.crawler.stats.get_stats() if BEGUN in n]
        settings = self.crawler.settings
        floors = Floors(
            settings.getfloat("NEWSWIRE_ALARM_SHARE"), settings.getfloat("NEWSWIRE_ALARM_ABSOLUTE")
        )
        try:
            for edition in sorted({*self._editions, *begun}):
                counts = self._editions[edition]
                now = Counted(keeper.ledger.now(), counts)
                alarms = look(keeper.ledger, edition, kind, now, floors)
                for alarm in alarms:
                    logger.error(
                        "Alarm: edition %s: %s: before %s, now %s: look at its pages and rules",
                        *(edition, alarm.measure, alarm.before, alarm.now),
                    )
                    self.count(f"alarm/{alarm.measure}")
                    self.count(f"alarmed/{edition}/{alarm.measure}")
                counts["alarms"] = len(alarms)
                keeper.ledger.history.count(edition, kind, Counted(now.started, +counts))
        except LedgerError as error:
            logger.error("No drift alarm: %s", error)

    def _kind(self) -> str:
        given = getattr(self.spider, "given", None)
        if given is None or given.replay is not None:
            return "replay"
        return "days" if given.days else "given" if given.urls else "newest"


def look(ledger: Ledger, edition: str, kind: str, now: Counted, floors: Floors) -> list[Alarm]:
    """Return what is out of order in an edition after a run that is not in the history yet."""
    history = ledger.history
    if kind == "newest":
        earlier = history.runs(edition, kind, 10_000, now.started - drift.LONGEST)
        seen = drift.windows(now, earlier)
        days = history.days(edition, min(window.started for window in seen))
        return drift.judge(days, seen, floors)
    seen = [Window(now.started, now.counts)]
    runs = history.runs(edition, kind, drift.RUNS)
    return drift.judge(runs, seen, floors, absolute=kind != "replay", daily=False)
