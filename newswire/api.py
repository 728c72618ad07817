"""How does a program use newswire? One page in, one article out: no Scrapy, ledger or network.

What only a ledger knows stays open in these articles: `duplicate_of`, `relation`, `similarity` and
`previous` are None, `version` is 1.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from urllib.parse import urlsplit

from newswire.archive import replay
from newswire.archive.http import is_html
from newswire.archive.pages import Found
from newswire.article.assemble import assemble, look
from newswire.boilerplate.learnt import Learnt
from newswire.dateline.house import Forms
from newswire.errors import NoArticle, Reason, UnreadablePage
from newswire.items import Article, Source
from newswire.page.model import Page, PassedOver
from newswire.page.reading import states_another_site
from newswire.wires.editions import Edition, editions
from newswire.wires.urls import is_foreign

logger = logging.getLogger(__name__)

WIRE = "sputnik"
# as DOWNLOAD_MAXSIZE of the crawls
MAX_BYTES = 10 * 2**20


@dataclass(frozen=True, slots=True)
class Skipped:
    """A saved page that gives no article: where it is, and why not."""

    uri: str
    reason: Reason
    message: str


def extract(
    html: str | bytes,
    *,
    url: str | None = None,
    edition: str | None = None,
    wire: str | None = None,
    content_type: str | None = None,
) -> Article:
    """Return the article of one page, as a crawl exports it.

    >>> article = extract(
    ...     "<h1>В Душанбе открылась библиотека</h1>"
    ...     "<div itemprop='articleBody'>ДУШАНБЕ, 23 дек — Sputnik. Библиотека открылась в центре "
    ...     "города, в ней двадцать тысяч книг.</div>",
    ...     url="https://tj.sputniknews.ru/20211223/biblioteka-1044450001.html",
    ... )
    >>> article.id, article.date_published, article.dateline.places[0].name
    ('sputnik:tj:1044450001', '2021-12-23', 'Душанбе')

    Args:
        html: a page, or a text as a scraper saves it; bytes in any encoding.
        url: where it was fetched. It gives edition, id and day, and makes links absolute.
        edition: ids of the editions wanted, with commas. One is taken for a page that does not
            say its own.
        wire: the wire that the page is taken for; else that of `edition` or `url`, else Sputnik.
        content_type: what the server said; `text/plain` for a saved text.

    Raises:
        UnreadablePage: there is no text in it, or it costs too much.
        NoArticle: it has none, or one of another wire or edition.
        ArgumentError: no such wire or edition.
    """
    body = html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html
    if isinstance(html, str):
        content_type = f"{(content_type or 'text/html').split(';')[0]}; charset=utf-8"
    asked = editions().named(edition or "", wire)
    kind = "html" if is_html(body, content_type) else "text"
    source = Source(kind, url or "", None, hashlib.sha256(body).hexdigest())
    page = Page(body, source, url, content_type)
    return assemble(page, wire or wire_of(asked, url), {e.id for e in asked}).article


def read(
    path: str | PathLike[str],
    *,
    edition: str | None = None,
    wire: str | None = None,
    learn: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Article | Skipped]:
    """Yield what the saved pages of `path` give, in order, each an article or why there is none.

    >>> next(read("fixtures/sputnik/tj/putin-kazakhstan.txt", edition="tj")).date_published
    '2021-12-23'

    Args:
        path: a file, a folder (with all below it), a glob, or `@list`, a file with a path a line;
            the kinds are those of a replay.
        edition: as for `extract`.
        wire: the wire whose pages are wanted; else that of `edition`, else Sputnik.
        learn: read all pages twice, first to learn which lines other pages of a site show too.
        max_bytes: a larger page is skipped.

    Raises:
        ReplayError: `path` names no saved page.
        ArgumentError: no such wire or edition.
    """
    asked = editions().named(edition or "", wire)
    paths = replay.find(fspath(path))
    wire = wire or wire_of(asked)
    wanted = frozenset(e.id for e in asked)
    return _read(paths, wire, wanted, max_bytes, learn=learn)


def _read(
    paths: Sequence[Path], wire: str, wanted: frozenset[str], max_bytes: int, *, learn: bool
) -> Iterator[Article | Skipped]:
    learnt = None
    if learn:
        learnt = Learnt()
        for page in _pages(paths, max_bytes):
            if isinstance(page, Page):
                with suppress(Exception):  # the second reading says what is wrong
                    look(page, wire, learnt)
        learnt.learn()
    for page in _pages(paths, max_bytes):
        yield judge(page, wire, wanted, learnt)


def _pages(paths: Sequence[Path], max_bytes: int) -> Iterator[Found]:
    with closing(replay.Reader(max_bytes, lambda address: not is_foreign(address))) as reader:
        for path in paths:
            yield from reader.pages(path)
        yield from reader.late()


def judge(
    page: Found,
    wire: str,
    asked: frozenset[str],
    learnt: Learnt | None = None,
    house: Forms | None = None,
) -> Article | Skipped:
    """Return the article of a saved page, or why there is none.

    Args:
        page: as `replay.Reader` yields it.
        wire: the wire that it is taken for.
        asked: ids of the editions wanted.
        learnt: which lines other pages of the site show.
        house: which forms of datelines they show.
    """
    if isinstance(page, UnreadablePage):
        return Skipped(page.uri or "", page.reason, str(page))
    if isinstance(page, PassedOver):
        return Skipped(page.uri, page.reason, f"passed over ({page.reason})")
    try:
        draft = assemble(page, wire, asked, learnt, house)
        if not states_another_site(draft):
            return draft.article
        said = f"a page of {draft.facts.foreign}, by its own words"
        return Skipped(page.source.uri, Reason.FOREIGN, said)
    except (UnreadablePage, NoArticle) as error:
        return Skipped(page.source.uri, error.reason, str(error))
    except Exception as error:  # a fault of ours must not cost the pages after this one
        logger.exception("Failed: %s", page.source.uri)
        return Skipped(page.source.uri, Reason.FAILED, repr(error))


def wire_of(asked: tuple[Edition, ...], url: str | None = None) -> str:
    """Return the wire of the editions asked for, else that of `url`, else Sputnik."""
    if asked:
        return asked[0].wire
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return WIRE
    home = editions().by_host(host) if host else None
    return home.wire if home else WIRE
