"""What is an article of the simulated wire made of, before any template is put around it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from newswire.simulator.editions import Edition


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `day` is that of its upload, which may lie long before the article."""

    id: int
    url: str
    caption: str
    credit: str
    stock: bool  # the template adds a link to the picture agency
    day: date


@dataclass(frozen=True, slots=True)
class Outline:
    """What lists, feeds and related blocks show of an article; times are in the edition's zone."""

    k: int
    id: int
    path: str  # canonical, percent-encoded
    headline: str
    section: tuple[str, str]  # address, name
    picture: Picture
    published: datetime
    old: bool  # template of 2014-2020


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the body in reading order.

    `kind` is text, heading, quote (`text`), list (`items`), table (`rows`), picture, photo (a
    picture of a photo story, whose caption is `text`), related, or entry: a dated entry of a live
    blog (`when`, `text` = its headline, `items` = paragraphs).
    """

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    related: Outline | None = None
    when: datetime | None = None

    def lines(self) -> list[str]:
        """Return the article's own text of the block, one line for each paragraph or cell."""
        if self.kind == "table":
            return [cell for row in self.rows for cell in row]
        return ([self.text] if self.text else []) + list(self.items)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The head of the first paragraph, and its parts as printed."""

    raw: str
    place: str
    day: date | None
    day_printed: str | None
    agency: str
    byline: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article. The dateline is not part of `blocks`."""

    edition: Edition
    outline: Outline
    kind: str  # article, live, photo, video, infographic
    version: int
    modified: datetime
    description: str | None
    dateline: Dateline | None
    author: str | None
    tags: tuple[str, ...]
    blocks: tuple[Block, ...]

    def own_pictures(self) -> Iterator[Picture]:
        """Yield the article's pictures in reading order, the head picture first."""
        yield self.outline.picture
        for block in self.blocks:
            if block.picture is not None:
                yield block.picture

    def first_text(self) -> str:
        """Return the first paragraph without its dateline."""
        return next(block.text for block in self.blocks if block.kind == "text")
