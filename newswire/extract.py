"""What does a page hold? Page -> draft: blocks in reading order, and facts."""

from __future__ import annotations

from newswire.items import Article
from newswire.page import Block, Draft, Facts, Page, UnreadableError
from newswire.text import NotTextError, decode, lines, tidy


def extract(page: Page, wire: str) -> tuple[Draft, str]:
    """Return the raw draft of `page`, and the encoding that it was read in.

    Raises:
        UnreadableError: there is no text in it.
    """
    try:
        text, encoding = decode(page.body)
    except NotTextError as error:
        raise UnreadableError("not-text", str(error)) from None
    draft = Draft(
        source=page.source,
        blocks=_blocks(text),
        facts=Facts(url=page.url),
        article=Article(id="", wire=wire, extractor="saved-text", source=page.source),
    )
    if not draft.blocks:
        raise UnreadableError("empty", "no text in it")
    return draft, encoding


def _blocks(text: str) -> list[Block]:
    """Return the lines of a saved text that are not blank."""
    blocks: list[Block] = []
    gap = False
    for number, line in enumerate(lines(text), 1):
        if tidied := tidy(line):
            blocks.append(Block(tidied, number, gap))
        gap = not tidied
    return blocks
