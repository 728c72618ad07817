"""What a report counts: articles read once, runs of a ledger."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from newswire.items import Article, Relation
from newswire.ledger import Run
from newswire.operate.latency import PREFIX
from newswire.operate.outcome import problems, stopped, summary

# shown in full if nobody says otherwise; more would make a page that a phone cannot open
SHOWN = 300
# what an editor misses first
FIELDS = {
    "headline": "headline",
    "description": "description",
    "dateline": "dateline",
    "date_published": "date",
    "authors": "byline",
    "section": "section",
    "keywords": "keywords",
    "images": "images",
}


@dataclass(slots=True)
class Dropped:
    """How often a rule dropped a line, and in how many articles."""

    lines: int = 0
    articles: int = 0


@dataclass(slots=True)
class Figures:
    """Counts of a set of articles.

    Attributes:
        days: ISO day, "" for none -> edition -> articles.
        fields: edition -> field of `FIELDS` -> articles that have it.
        newest: the newest articles by date of publication, newest first.
    """

    articles: int = 0
    days: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    editions: Counter[str] = field(default_factory=Counter)
    fields: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rules: defaultdict[str, Dropped] = field(default_factory=lambda: defaultdict(Dropped))
    relations: Counter[str] = field(default_factory=Counter)
    extractors: Counter[str] = field(default_factory=Counter)
    newest: list[Article] = field(default_factory=list)

    @classmethod
    def of(cls, articles: Iterable[Article], limit: int = SHOWN) -> Self:
        """Count the articles, and keep the newest `limit` of them."""
        figures = cls()
        newest: list[tuple[str, int, Article]] = []
        for number, article in enumerate(articles):
            figures._add(article)
            # of the same date the earlier in the feed comes first
            heapq.heappush(newest, (article.date_published or "", -number, article))
            if len(newest) > limit:
                heapq.heappop(newest)
        figures.newest = [article for _, _, article in sorted(newest, key=_key, reverse=True)]
        return figures

    def _add(self, article: Article) -> None:
        edition = article.edition or "?"
        self.articles += 1
        self.editions[edition] += 1
        self.days[(article.date_published or "")[:10]][edition] += 1
        self.fields[edition].update(name for name in FIELDS if getattr(article, name))
        self.extractors[article.extractor] += 1
        for rule, lines in Counter(line.rule for line in article.stripped).items():
            self.rules[rule].lines += lines
            self.rules[rule].articles += 1
        if article.relation:
            self.relations[article.relation] += 1
        if article.version > 1:
            self.relations[Relation.VERSION_OF] += 1

    def share(self, name: str, edition: str | None = None) -> int:
        """Return the per cent of articles, of an edition or all, that have a field."""
        have = sum(f[name] for e, f in self.fields.items() if edition in (None, e))
        all_ = self.articles if edition is None else self.editions[edition]
        return round(100 * have / all_) if all_ else 0

    @property
    def most_dropped(self) -> list[tuple[str, Dropped]]:
        """The rules that dropped most lines first."""
        return sorted(self.rules.items(), key=lambda pair: (-pair[1].lines, pair[0]))


def _key(entry: tuple[str, int, Article]) -> tuple[str, int]:
    return entry[:2]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run for the table: when, what, and what went wrong."""

    started: str
    scope: str
    seconds: int | None
    says: str
    problems: list[str]


def runs(found: Sequence[Run]) -> list[RunRow]:
    """Return the rows of the runs."""
    rows = []
    resumed: set[str] = set()
    for run in found:
        stats: dict[str, Any] = run.stats or {}
        wrong = problems(stats) if run.stats else []
        # its end is what went wrong, which the table says by itself
        says = summary(stats).removesuffix(", ".join(["", *wrong])) if run.stats else ""
        if run.stats is None and run.ended:
            says = "killed"
            if run.scope in resumed:
                says += "; a later run completed it"
            else:
                wrong = ["the next run resumes it"]
        elif run.stats and not stopped(stats):
            resumed.add(run.scope)
        rows.append(
            RunRow(
                datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%d %H:%M"),
                run.scope,
                round(run.ended - run.started) if run.ended else None,
                says,
                wrong,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class HostRow:
    """How long the answers of a host took, in seconds."""

    host: str
    responses: int
    mean: float
    slowest: float


def hosts(found: Sequence[Run]) -> list[HostRow]:
    """Return the hosts of the runs, slowest on average first."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for run in found:
        stats = run.stats or {}
        for name, number in stats.items():
            if name.startswith(PREFIX) and name.endswith("/responses") and number:
                host = name[len(PREFIX) : -len("/responses")]
                entry = sums[host]
                entry[0] += number
                entry[1] += stats.get(f"{PREFIX}{host}/seconds", 0)
                entry[2] = max(entry[2], stats.get(f"{PREFIX}{host}/slowest", 0))
    rows = [HostRow(host, int(n), total / n, slow) for host, (n, total, slow) in sums.items()]
    return sorted(rows, key=lambda row: (-row.mean, row.host))
