"""The page on the table: its blocks, and what the steps need to know of them."""

from __future__ import annotations

from newswire.boilerplate.traits import LONG_PROSE, PROSE, is_prose, traits
from newswire.page.model import Block, Facts, Role
from newswire.page.places import Place
from newswire.rules import Rule
from newswire.text.characters import size, word_count

# the shortest flash on the wire has about so many words
FLASH_WORDS = 4


def reads(text: str) -> bool:
    """Return True if `text` reads as a paragraph, or is as long as one."""
    return is_prose(text) or size(text) >= LONG_PROSE


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
    return traits(block.text).dateline


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
        todo = []
        for block in self.open:
            look = traits(block.text)
            if look.words > 1:
                if look.ends or look.size > 2 * PROSE:
                    return True
                todo.append(block)
        # lists of other pages have lines without a full stop; who saved a text saved an article
        lists = {"radio-schedule", "news-list"} & {b.rule for b in self.blocks}
        if lists or any(b.line is None for b in todo):
            return any(map(_is_flash, todo)) or (not lists and bool(verses(todo)))
        words = max((traits(b.text).words for b in todo), default=0)
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

    def drop_words(self, *zones: str, among: list[Block] | None = None) -> None:
        """Drop the open blocks (of `among`) that are lines of these zones' rules."""
        for block in self.open if among is None else among:
            found = traits(block.text).rule_of(*zones)
            if found and block.role is Role.PARAGRAPH:
                self.drop(block, found.id)

    def body_start(self, todo: list[Block]) -> int:
        """Return the index in `todo` of the first paragraph of prose; its length if there is none.

        The repeated caption of a picture is none, even where it ends with a full stop.
        """
        for index, block in enumerate(todo):
            look = traits(block.text)
            if look.folded not in self.captions and (look.prose or look.dateline):
                return index
        return len(todo)
