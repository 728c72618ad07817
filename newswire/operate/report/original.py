"""Where in its page did a dropped line stand? The saved page is read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newswire.archive import replay
from newswire.article import assemble
from newswire.errors import NoArticle, UnreadablePage
from newswire.items import Article
from newswire.page import budget, witness
from newswire.page.model import Block, Page, Role
from newswire.page.reading import read

MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """An article beside its page.

    Attributes:
        blocks: the lines of the page in reading order, as kept or dropped; None when the page is
            not at hand, or is read otherwise by now.
        note: what is odd about the text by the page's own word, if anything.
    """

    article: Article
    blocks: list[Block] | None
    note: str | None = None

    @property
    def rules(self) -> list[str]:
        """The rules that dropped a line of it."""
        return sorted({line.rule for line in self.article.stripped})


def shown(articles: Sequence[Article], archives: Sequence[Path] = ()) -> list[Shown]:
    """Return the articles beside their pages, as far as these lie on this machine.

    `archives` hold the pages of live crawls, which are known by their digest.
    """
    by_file: defaultdict[Path, dict[str, list[int]]] = defaultdict(dict)
    for number, article in enumerate(articles):
        for path in _paths(article, archives):
            assert article.source is not None
            by_file[path].setdefault(article.source.sha256, []).append(number)
    found: dict[int, tuple[list[Block], str | None]] = {}
    for path, wanted in by_file.items():
        for page in replay.pages(path, MAX_BYTES):
            # a file that is another by now, or none of ours, is not shown
            if isinstance(page, Page) and (numbers := wanted.pop(page.source.sha256, None)):
                for number in numbers:
                    if (original := _read(page, articles[number])) is not None:
                        found[number] = original
            if not wanted:
                break
    unknown = (None, None)
    return [Shown(article, *found.get(number, unknown)) for number, article in enumerate(articles)]


def _paths(article: Article, archives: Sequence[Path]) -> Sequence[Path]:
    """Return the files in which the page of an article may be."""
    source = article.source
    if source is None or not source.sha256:
        return ()
    if source.kind == "http":
        return archives
    # a record of an archive is `file#offset`, of one in a zip `file!name#offset`
    uri = source.uri.rpartition("#")[0] if source.kind == "warc" else source.uri
    for name in (uri, uri.partition("!")[0]):
        try:
            if name and Path(name).is_file():
                return (Path(name),)
        except ValueError:
            return ()
    return ()


def _read(page: Page, article: Article) -> tuple[list[Block], str | None] | None:
    asked = frozenset({article.edition} if article.edition else ())
    try:
        with budget.cpu():
            draft = read(page, article.wire)
            assemble.strip(draft, asked)
            printed = [(block, block.text) for block in draft.blocks]
            assemble.date(draft)
    except (UnreadablePage, NoArticle):
        return None
    if draft.article.body != article.body:
        return None
    share = witness.share(draft)
    for block, text in printed:
        block.text = text  # with the dateline, as the page has it
    return draft.blocks, f"the text is {share}" if share and share.is_far else None


__all__ = ["Role", "Shown", "shown"]
