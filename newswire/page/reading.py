"""What does a page hold? Page -> draft: blocks in reading order, and facts."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from lxml import etree

from newswire.dateline.given import last_day
from newswire.errors import Reason, UnreadablePage
from newswire.items import Article
from newswire.page import budget, elements, plain, stories, structured, templates, visible
from newswire.page.markup import parse
from newswire.page.model import Block, Draft, Facts, Page, Role
from newswire.page.origin import saved_from
from newswire.text.characters import tidy, tidy_lines, word_count
from newswire.text.decoding import decode, label
from newswire.text.folding import loose
from newswire.wires.editions import editions
from newswire.wires.urls import article_key

# the extractor that knows nothing of the page
GENERIC = "generic"
GUESSED = (GENERIC,)
# trafilatura's time grows with the square of the elements: 16,000 paragraphs take 26 s
MAX_GUESSED = 4000
# a page with as many titles of other pages, and no text, is a list
LIST = 5
TITLE_WORDS = 4
# a page as a template reads it
_Found = tuple[templates.Template, templates.Reading] | None
# the microdata's text
HIDDEN_TEXT = "prop:articleBody"
# a hidden copy has most phrases of the text that a reader sees
COPY = 0.6


def read(page: Page, wire: str) -> Draft:
    """Return the raw draft of `page`.

    Raises:
        UnreadablePage: there is no text in it, or more than `budget` allows for.
    """
    draft = (_from_text if page.source.kind == "text" else _from_html)(page, wire)
    if not draft.blocks:
        raise UnreadablePage(Reason.EMPTY, "no text in it")
    budget.check(draft.blocks, draft.facts)
    return draft


def states_another_site(draft: Draft) -> bool:
    """Return True if a page says that it is of another site, and has no template of ours."""
    known = {template.name for template in templates.TEMPLATES}
    return draft.facts.foreign is not None and draft.article.extractor not in known


def _draft(page: Page, wire: str, extractor: str, blocks: list[Block], facts: Facts) -> Draft:
    article = Article(id="", wire=wire, extractor=extractor, source=page.source)
    return Draft(page.source, blocks, facts, article)


# --- saved texts ---------------------------------------------------------------------------------


def _from_text(page: Page, wire: str) -> Draft:
    decoded = decode(page.body)
    text = decoded.text
    if len(text) > 2 * budget.MAX_CHARS:  # blanks and all: before it is cut into lines
        raise UnreadablePage(Reason.TOO_LONG, f"more than {2 * budget.MAX_CHARS} characters")
    draft = _draft(page, wire, "saved-text", _lines(text), Facts(url=page.url))
    draft.encoding, draft.undecodable, draft.mended = decoded[1:]
    return draft


def _lines(text: str) -> list[Block]:
    """Return the lines of a saved text that are not blank."""
    blocks: list[Block] = []
    gap = False
    for number, line in enumerate(tidy_lines(text), 1):
        if line:
            blocks.append(Block(line, number, gap))
        gap = not line
    budget.check_parts(len(blocks))
    return blocks


# --- HTML ----------------------------------------------------------------------------------------


def _from_html(page: Page, wire: str) -> Draft:
    """Read a page with its template, else by its microdata, else all of its blocks."""
    tree, decoded = parse(page.body, label(page.content_type))
    visible.settle(tree, page.body)
    known = templates.makers(page.body, tree)
    url = page.url or saved_from(page.body)
    others = stories.keep_own(tree, known, url)
    said = structured.Said(tree, url, last_day(page.source.fetched))
    found = templates.read(tree, page.body, known, said.url)
    if found and _suffices(tree, *found):
        template, reading = found
        facts = said.facts(reading.facts)
        draft = _draft(page, wire, template.name, reading.blocks, facts)
        draft.sure, draft.unknown = template.sure, frozenset(reading.unknown)
    elif titles := _listed(tree, said.url):
        draft = _draft(page, wire, "list", titles, said.facts())
    else:
        draft = _generic(page, wire, tree, said, found)
    draft.encoding, draft.undecodable, draft.mended = decoded[1:]
    draft.others = others
    return draft


def _suffices(
    tree: etree._Element, template: templates.Template, reading: templates.Reading
) -> bool:
    """Return True if a template has read the text of the page.

    Microdata are marks of any site. Where they hold paragraphs, these are blocks like others; one
    block they may hold for machines, and then readers see its text elsewhere.
    """
    if template is not templates.MICRODATA:
        return reading.has_text
    if sum(b.role is Role.PARAGRAPH for b in reading.blocks) > 1:
        return False
    blocks = elements.blocks(tree)
    return len(_without_copy(blocks)) == len(blocks)


def _generic(
    page: Page, wire: str, tree: etree._Element, said: structured.Said, found: _Found
) -> Draft:
    """Return all blocks of a page of no known template; which of them are text is found later.

    `found` is a template that knows no more of the page than its lede, or its microdata.
    """
    walls = plain.settle(tree)
    blocks = elements.blocks(tree)
    known = None
    if found and found[0] is templates.MICRODATA:
        blocks = _without_copy(blocks)
    blocks = elements.without_glued(blocks)
    seen = None
    if found and found[0] is not templates.MICRODATA:
        template, reading = found
        seen = reading.facts
        reading.promote_lede()
        known = (template.name, reading.blocks)
    draft = _draft(page, wire, GENERIC, [*blocks, *walls], said.facts(seen))
    draft.guess = partial(guess, tree)
    draft.known = known
    return draft


def _without_copy(blocks: list[Block]) -> list[Block]:
    """Return the blocks of a page without microdata that repeat a text which readers see.

    The facts beside such a text are for machines as well.
    """
    bodies = [b for b in blocks if b.mark and HIDDEN_TEXT in b.mark.place.above]
    others = [b for b in blocks if b.mark and HIDDEN_TEXT not in b.mark.place.above]
    known = _phrases(bodies)
    if not bodies or len(known & _phrases(others)) < COPY * len(known):
        return blocks
    scopes = {place.parent for b in bodies if b.mark and (place := b.mark.place.of(HIDDEN_TEXT))}
    return [b for b in others if b.mark and not b.mark.place.is_fact_of(scopes)]


def _phrases(blocks: Iterable[Block]) -> set[tuple[str, ...]]:
    """Return each three words that follow one another in the texts."""
    found: set[tuple[str, ...]] = set()
    for block in blocks:
        words = re.findall(r"\w+", loose(block.text))
        found.update(zip(words, words[1:], words[2:], strict=False))
    return found


def _listed(tree: etree._Element, url: str | None) -> list[Block]:
    """Return the titles of a list page: the wire's own address says that it is no article.

    At the address of a list one title is a list, elsewhere it takes several.
    """
    edition = editions().by_host(urlsplit(url).hostname or "") if url else None
    if url is None or edition is None or article_key(url):
        return []
    texts = dict.fromkeys(tidy("".join(link.itertext())) for link in tree.iter("a"))
    titles = [text for text in texts if word_count(text) >= TITLE_WORDS]
    path = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()
    if len(titles) < (1 if edition.system.is_list(path) else LIST):
        return []
    return [Block(text, role=Role.FURNITURE, rule="news-list") for text in titles]


def guess(tree: etree._Element) -> str:
    """Return the text of the page `tree` as trafilatura reads it; empty where it finds none."""
    if sum(1 for _ in tree.iter()) > MAX_GUESSED:
        return ""
    # loading takes half a second: only when a page needs it
    from trafilatura import bare_extraction

    # precision: ahead on each of three sets of news pages, most of all on Russian ones; fast: its
    # fallbacks, asked on all 205 pages of them that it can be, change three texts and no F1
    found = bare_extraction(
        etree.tostring(tree, encoding="unicode", method="html"),
        favor_precision=True,
        fast=True,
        include_comments=False,
        with_metadata=False,
    )
    return "" if found is None or isinstance(found, dict) else found.text or ""


# what it gives up on is read otherwise
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
