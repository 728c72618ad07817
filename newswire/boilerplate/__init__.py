"""Which blocks of a page are the article, and which rule drops each of the others?

A saved text is asked for its kind first. Then the steps below propose roles, each over the blocks
that are still open; position and repetition come first, words of a language only add to them, so
that an edition whose words nobody has listed comes out clean too. At last `roles` decides over all
blocks at once, with the proposals as evidence. In doubt a block stays: a lost paragraph is worse
than a line left in.

    microdata   the hidden schema.org block, texts glued together
    kinds       article, live blog, photo story, list …
    head        radio player, section head, headline
    pictures    captions, credits, other stories set into the text
    head        labels, dates, lede
    tail        what stands below the last paragraph
    roles       the decision, by `features` of the blocks and the `decoder`

Where a page template has told the parts from one another, position and repetition are not asked:
only lines whose words a rule knows are dropped.
"""

from __future__ import annotations

from newswire.boilerplate import head, microdata, pictures, roles, tail
from newswire.boilerplate.generic import choose
from newswire.boilerplate.kinds import Kind, is_captcha, kind_of
from newswire.boilerplate.sheet import FLASH_WORDS, Sheet
from newswire.errors import Reason
from newswire.page.model import Block, Facts
from newswire.rules import boilerplate
from newswire.text.characters import word_count

__all__ = ["choose", "classify"]


def classify(blocks: list[Block], facts: Facts, *, sure: bool = False) -> Reason | None:
    """Give every block its role, and the facts what the dropped blocks tell.

    Blocks that hold two things (a hidden block glued to a paragraph) are cut in two, in place.

    Args:
        blocks: of a page, in reading order.
        facts: what the page says of the article.
        sure: a page template has given the blocks their roles.

    Returns:
        None, or the reason why the page has no article.
    """
    sheet = Sheet(blocks, facts, boilerplate())
    if not blocks:
        return Reason.EMPTY
    if sure:
        if blocks[0].mark and is_captcha(sheet):
            return Reason.CAPTCHA
        _drop_known(sheet)
        # the captions of a gallery have no full stop, and are what its template calls text
        if not blocks[0].mark and any(word_count(b.text) >= FLASH_WORDS for b in sheet.open):
            return None
        return _no_article(sheet)
    kind = propose(sheet)
    if kind is Kind.CAPTCHA:
        return Reason.CAPTCHA
    if blocks[0].line is None:  # kinds and weights are those of saved texts
        return _no_article(sheet)
    if kind is Kind.LIST:
        for block in sheet.open:
            sheet.drop(block, "news-list")
    else:
        roles.decide(sheet, kind)
        if sheet.is_article:
            return None
        roles.give_back(sheet)
    return _no_article(sheet)


def _drop_known(sheet: Sheet) -> None:
    """Drop what rules know by their words from a text whose parts are told."""
    todo = sheet.open
    sheet.drop_words("head", "edge", among=todo[: sheet.body_start(todo)])
    tail.drop_known(sheet)
    sheet.drop_words("any")
    head.forget_repeated_description(sheet)


def propose(sheet: Sheet) -> Kind:
    """Propose roles by position, repetition and words; return the kind of the page."""
    microdata.unfold(sheet)
    sheet.said = sheet.facts.headline, sheet.facts.description
    kind = kind_of(sheet)
    if kind is not Kind.CAPTCHA:
        pictures.learn_site_name(sheet)
        head.drop_radio(sheet)
        head.drop_player(sheet)
        head.drop_section_head(sheet)
        head.find_headline(sheet)
        pictures.drop(sheet)
        head.drop_labels(sheet)
        tail.drop(sheet)
        sheet.drop_words("any")
        head.find_description(sheet)
    return kind


def _no_article(sheet: Sheet) -> Reason | None:
    if sheet.is_article:
        return None
    rules = {b.rule for b in sheet.blocks}
    if "radio-schedule" in rules:
        return Reason.RADIO_SCHEDULE
    if "news-list" in rules:
        return Reason.NEWS_LIST
    return Reason.NO_BODY
