"""The page on the table: its blocks, and what the steps need to know of them."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from newswire import dateline
from newswire.page.model import Block, Facts, Role
from newswire.page.places import Place
from newswire.rules import Rule
from newswire.text.characters import ends_sentence, size, word_count
from newswire.text.folding import loose

# a sentence at least this long is prose; shorter ones say nothing of where the text begins or ends
PROSE = 40
# a line of this length is prose without a full stop too
LONG_PROSE = 120
# longest button or badge seen: 25 characters, three words
LABEL_SIZE, LABEL_WORDS = 25, 3
# longest headline seen on the wire: 170 characters
HEADLINE_SIZE = 220


# the shortest flash on the wire has about so many words
FLASH_WORDS = 4


def is_prose(text: str) -> bool:
    """Return True if `text` reads as a paragraph."""
    return size(text) >= PROSE and ends_sentence(text)


def reads(text: str) -> bool:
    """Return True if `text` reads as a paragraph, or is as long as one."""
    return is_prose(text) or size(text) >= LONG_PROSE


def is_label(text: str) -> bool:
    """Return True if `text` is as short and as open-ended as a button's label.

    A list item, a quotation or a number is none.
    """
    return (
        size(text) <= LABEL_SIZE
        and 1 <= word_count(text) <= LABEL_WORDS
        and text[0].isalpha()
        and not any(c.isdigit() for c in text)
        and not ends_sentence(text)
    )


def is_glued(text: str, words: int = LABEL_WORDS) -> bool:
    """Return True if labels stand in `text` without a blank between (`HierAujourd'hui`)."""
    return (
        word_count(text) <= words
        and not ends_sentence(text)
        and text[0].isupper()
        and any(a.islower() and b.isupper() for a, b in pairwise(text))
    )


def is_title(text: str, least: int = 4) -> bool:
    """Return True if `text` can be a headline: some words, no full stop."""
    if size(text) > HEADLINE_SIZE or word_count(text) < least:
        return False
    return not ends_sentence(text) or text.rstrip("\"'»”’")[-1:] in {"?", "!", "…", "？", "！", "؟"}


def has_dateline(text: str) -> bool:
    """Return True if `text` begins with the head of a wire story."""
    return _begins_with_dateline(text[: dateline.WINDOW])


@lru_cache(maxsize=256)  # several steps ask for the same first lines of a page
def _begins_with_dateline(text: str) -> bool:
    found = dateline.parse(text)
    return found is not None and found.confidence >= dateline.CUT


def verses(blocks: list[Block]) -> list[Block]:
    """Return the lines that flow in one element of a page, if together they are long enough.

    A poem has no full stops, nor has a list of what was asked for; links are a menu.
    """
    flows: dict[Place, list[Block]] = {}
    for block in blocks:
        if block.mark and not block.mark.linked and word_count(block.text) > 1:
            flows.setdefault(block.mark.place.holder, []).append(block)
    longest = max(flows.values(), key=lambda flow: sum(size(b.text) for b in flow), default=[])
    return longest if sum(size(b.text) for b in longest) > 2 * PROSE else []


def _is_flash(block: Block) -> bool:
    return has_dateline(block.text)


class Sheet:
    """The blocks of one page, its facts and the rules."""

    def __init__(self, blocks: list[Block], facts: Facts, rules: dict[str, Rule]) -> None:
        self.blocks = blocks
        self.facts = facts
        self.rules = rules
        self.captions: set[str] = set()
        # headline and lede that the page itself names, apart from its lines
        self.said: tuple[str | None, str | None] = (facts.headline, facts.description)

    @property
    def open(self) -> list[Block]:
        """The blocks that no step has claimed, in reading order."""
        return [b for b in self.blocks if b.role is Role.PARAGRAPH]

    @property
    def is_article(self) -> bool:
        """Whether the open blocks hold something to read: more than one word, for the first."""
        todo = [b for b in self.open if word_count(b.text) > 1]
        if any(ends_sentence(b.text) or size(b.text) > 2 * PROSE for b in todo):
            return True
        # lists of other pages have lines without a full stop; who saved a text saved an article
        lists = {"radio-schedule", "news-list"} & {b.rule for b in self.blocks}
        if lists or any(b.line is None for b in todo):
            return any(map(_is_flash, todo)) or (not lists and bool(verses(todo)))
        words = max((word_count(b.text) for b in todo), default=0)
        set_apart = self.facts.headline or self.facts.images or any(map(_is_flash, todo))
        return words >= FLASH_WORDS if set_apart else words > FLASH_WORDS and len(todo) <= 4

    def drop(self, block: Block, rule: str) -> None:
        """Take `block` out of the article, by the rule of that id."""
        block.role = Role.FURNITURE
        block.rule = self.rules[rule].id

    def cut(self, block: Block, at: int, rule: str) -> Block:
        """Drop the first `at` characters of `block`; return the block that keeps the rest."""
        rest = Block(block.text[at:].strip(), block.line)
        block.text = block.text[:at].strip()
        self.drop(block, rule)
        # by identity: equal lines are equal blocks
        place = next(i for i, b in enumerate(self.blocks) if b is block)
        self.blocks.insert(place + 1, rest)
        return rest

    def in_zone(self, *zones: str) -> list[Rule]:
        """Return the rules of these zones, in the order of the file."""
        return [rule for rule in self.rules.values() if rule.zone in zones]

    def drop_words(self, *zones: str, among: list[Block] | None = None) -> None:
        """Drop the open blocks (of `among`) that are lines of these zones' rules."""
        rules = self.in_zone(*zones)
        for block in self.open if among is None else among:
            found = next((rule for rule in rules if rule.applies(block.text)), None)
            if found and block.role is Role.PARAGRAPH:
                self.drop(block, found.id)

    def body_start(self, todo: list[Block]) -> int:
        """Return the index in `todo` of the first paragraph of prose; its length if there is none.

        The repeated caption of a picture is none, even where it ends with a full stop.
        """
        for index, block in enumerate(todo):
            if loose(block.text) not in self.captions and (
                is_prose(block.text) or has_dateline(block.text)
            ):
                return index
        return len(todo)
