"""What passes between the steps: a page, its blocks in reading order, what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from newswire.errors import Reason
from newswire.items import Article, Evidence, Image, Related, Source, Stripped
from newswire.page.places import Mark


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A response in an archive that is no page, by rule; `reason` is the name of its stat."""

    reason: Reason
    uri: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was saved or fetched.

    Attributes:
        body: without transfer and content codings.
        url: where it was fetched, if known.
        content_type: what the server said, if anything.
    """

    body: bytes
    source: Source
    url: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the ledger is to keep of a fetched page: its key there, and the validators it came with.

    `etag` and `last_modified` are header values as sent, for the next conditional request.
    """

    key: str
    etag: str | None = None
    last_modified: str | None = None


class Role:
    """What a block is for the article.

    No Enum: Python 3.11 takes four times as long to look up a member, and blocks are asked for
    their role all the time.
    """

    PARAGRAPH: Final = "paragraph"
    HEADLINE: Final = "headline"
    DESCRIPTION: Final = "description"
    DATELINE: Final = "dateline"
    FURNITURE: Final = "furniture"


class Recurs(IntEnum):
    """Does a block stand on other pages of the site as well? See `boilerplate.learnt`."""

    NO = 0
    KIND = 1  # a sentence: what elements of its kind hold does
    SOME = 2  # no sentence: on those of some other articles
    MOST = 3  # of nearly all


@dataclass(slots=True)
class Block:
    """A block of a page: a line of a saved text, or an element of an HTML page.

    Attributes:
        text: tidied text.
        line: line of a saved text, from 1.
        gap: a blank line stands before it.
        role: a `Role`; every block is a paragraph until a step knows better.
        rule: id of the rule that dropped it.
        mark: where it stands, in an HTML page of no known template.
        recurs: whether other pages of the site show it, where they are known.
    """

    text: str
    line: int | None = None
    gap: bool = False
    role: str = Role.PARAGRAPH
    rule: str | None = None
    mark: Mark | None = None
    recurs: Recurs = Recurs.NO


@dataclass(frozen=True, slots=True)
class Witness:
    """A page's own word on how long its text is: who says it, and how many `unit`s.

    `unit` is `characters` (paragraphs glued together) or `words`.
    """

    name: str
    size: int
    unit: str


@dataclass(slots=True)
class Facts:
    """What a page says of the article, apart from its text.

    `dates` holds what the page gives as the day or instant of publication: evidence (as in
    `Article.date_evidence`) -> ISO day or date-time; the first of each kind wins. `hint` is the day
    of a picture that may be another story's: it counts where a dateline agrees with it.
    `foreign`: the host of another site that the page states to be from.
    `stranger`: nothing but its place says that the JSON-LD is of this article. `unread` counts
    scripts of JSON-LD that could not be read. `witnesses` returns what is said of the text's
    length.
    """

    url: str | None = None
    foreign: str | None = None
    site_name: str | None = None
    headline: str | None = None
    description: str | None = None
    dates: dict[Evidence, str] = field(default_factory=dict)
    hint: str | None = None
    modified: str | None = None
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    keywords: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    stranger: bool = False
    unread: int = 0
    witnesses: Callable[[], list[Witness]] = list


@dataclass(slots=True)
class Draft:
    """A page on its way through the pipelines, and the article that it becomes.

    Attributes:
        encoding: in which the bytes were read.
        undecodable: bytes that are none of it, each U+FFFD in the text.
        mended: lines that had been encoded twice.
        fetched: None for a saved page.
        sure: a page template gave the blocks their roles; what is left to do is to drop lines that
            rules know by their words.
        unknown: values of `data-type` in the text that the template does not know.
        others: addresses of other articles that the page has appended to its own.
        guess: how another extractor reads a page of no known template, whose text is yet to be
            found among all of its blocks. It takes as long as all the rest.
        known: of such a page the blocks that a template knows: a lede, if the page has more text.
    """

    source: Source
    blocks: list[Block]
    facts: Facts
    article: Article
    encoding: str = "utf-8"
    undecodable: int = 0
    mended: int = 0
    fetched: Fetched | None = None
    sure: bool = False
    unknown: frozenset[str] = frozenset()
    others: list[str] = field(default_factory=list)
    guess: Callable[[], str] | None = None
    known: tuple[str, list[Block]] | None = None

    @property
    def body(self) -> list[Block]:
        """The blocks that are the article's text."""
        return [b for b in self.blocks if b.role is Role.PARAGRAPH]

    def stripped(self) -> list[Stripped]:
        """Return the blocks that were dropped, in reading order."""
        return [Stripped(b.text, b.rule, b.line) for b in self.blocks if b.rule]
