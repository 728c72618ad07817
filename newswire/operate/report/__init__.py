"""One static page on a set of articles: what was found, what was dropped, and why.

`figures` counts, `original` sets the dropped lines back into their pages, `charts` draws, and
`page.html` with its style and script is what a reader sees. Everything that a page of the wire
brought is text: the template escapes it, and the page's policy allows no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from newswire import rules
from newswire.items import Article, Relation
from newswire.ledger import Run
from newswire.operate.report import charts
from newswire.operate.report.figures import FIELDS, SHOWN, Figures, hosts, runs
from newswire.operate.report.original import Shown, shown
from newswire.wires.editions import editions

MEANINGS = {str(relation): relation.meaning for relation in Relation}
UNKNOWN_RULE = "a rule that this version of newswire does not have"


def render(
    articles: Iterable[Article],
    ledger_runs: Sequence[Run],
    sources: Sequence[str],
    *,
    archives: Sequence[Path] = (),
    limit: int = SHOWN,
) -> str:
    """Return the page as HTML.

    Args:
        articles: read once; only the newest `limit` of them are kept.
        ledger_runs: newest first.
        sources: where all this is from, in words.
        archives: files with the pages of live crawls.
        limit: how many articles are shown in full.
    """
    figures = Figures.of(articles, limit)
    script = _file("page.js")
    return _template().render(
        figures=figures,
        shown=shown(figures.newest, archives),
        limit=limit,
        labels=FIELDS,
        meanings=MEANINGS,
        days=charts.days(figures),
        runs=runs(ledger_runs),
        hosts=hosts(ledger_runs),
        sources=sources,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        style=_file("page.css"),
        script=script,
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def why(rule: str | None) -> str:
    """Return the reason of a rule, for a reader."""
    known = rules.boilerplate().get(rule or "")
    return known.why if known else UNKNOWN_RULE


def link(url: str | None) -> str | None:
    """Return an address that a reader may follow; None for one of another scheme."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def direction(article: Article) -> str:
    """Return the writing direction of an article's text."""
    edition = editions().get(article.edition) if article.edition else None
    return "rtl" if edition and edition.rtl else "auto"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("newswire.operate.report", ""),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"why": why, "link": link, "direction": direction}
    return environment.get_template("page.html")


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


__all__ = ["Shown", "render"]
