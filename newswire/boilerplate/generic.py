"""Which blocks of a page of no known template are its text? The decoder weighs all that they show.

The text is what stands between what is above it and what is below it, with other things amid: the
labels `above`, `text`, `amid`, `below` follow one another in that order only. Every page has a
text here; that a page is no article is said by evidence (`no_article`), never by a failure to find.
"""

from __future__ import annotations

from functools import cache

from newswire.boilerplate.decoder import Decoded, Decoder
from newswire.boilerplate.html_features import features
from newswire.boilerplate.sheet import is_prose
from newswire.page import elements
from newswire.page.captions import is_credit
from newswire.page.model import Block, Draft, Role
from newswire.rules.markup import rules
from newswire.rules.weights import weights
from newswire.text.characters import ends_sentence, size
from newswire.text.folding import loose

TEXT = "text"
# label -> labels that may follow it
FOLLOWS = {
    "above": {"above", "text"},
    "text": {"text", "amid", "below"},
    "amid": {"amid", "text"},
    "below": {"below"},
}
OTHERS = frozenset(FOLLOWS) - {TEXT}
# the article's text by the page's own word, and what may be set into it all the same
BODY = "in:prop:articleBody"
_FRAMED = frozenset(
    {"in:<aside", "in:<figure", "in:<form", "in:comment", "in:related", "in:caption"}
)
FIRST, LAST = {"above", "text"}, {"text", "below"}
# A block is dropped where it is so many times as probable that it is none of the text: a lost
# paragraph is worse than a line left in. docs/boilerplate.md has the curve.
ODDS = 6.0
# Another extractor is asked where so much of the text may be wrong, as a share of its characters.
DOUBT = 0.1
# a text clearly longer than the lede that a template knows
LONGER = 1.3
# what is as good as certain needs no other rule: feature -> rule
_RULES = {
    "is-headline": "repeated-headline",
    "stamp": "printed-date",
    "copyright": "page-frame",
    "link=4": "page-link",
    "link=3": "page-link",
    "in:hidden!": "hidden",
    "in:comment": "comments",
    "in:form": "page-form",
}
# where no evidence has a rule of its own
_PLACES = {"above": "above-text", "amid": "amid-text", "below": "below-text"}


@cache
def _decoder(name: str) -> Decoder:
    return Decoder(weights(name).follow(FOLLOWS, FIRST, LAST))


@cache
def _ruled() -> dict[str, str]:
    """Return feature -> id of the rule that it stands for."""
    named = {f"{where}:{name}": rule for name, rule in rules().items() for where in ("own", "near")}
    return _RULES | named


def choose(draft: Draft) -> None:
    """Give the blocks of a page of no known template their roles; it does nothing to another."""
    if draft.guess is None:
        return
    decoder = _decoder("generic.toml")
    runs = elements.runs(draft.blocks)
    blocks = [elements.joined(run) for run in runs]
    found = features(blocks, draft.facts)
    bound = [_bound(block, names) for block, names in zip(blocks, found, strict=True)]
    decoded = _decode(decoder, found, bound)
    if _doubt(blocks, decoded) > DOUBT and (guess := draft.guess()):
        decoder = _decoder("generic_guess.toml")
        found = features(blocks, draft.facts, guess)
        decoded = _decode(decoder, found, bound)
    draft.guess = None
    if draft.known and _adds_little(draft.known[1], blocks, decoded):
        draft.article.extractor, draft.blocks = draft.known
        return
    for run, label, names in zip(runs, decoded.labels, found, strict=True):
        rule = None if label == TEXT else _rule(decoder, names, label)
        for block in run:
            block.role = Role.FURNITURE if rule else Role.PARAGRAPH
            block.rule = rule
    _find_headline(draft)
    draft.sure = True


def _decode(decoder: Decoder, found: list[set[str]], bound: list[frozenset[str]]) -> Decoded:
    return decoder.decode(found, bound, keep={TEXT}, odds=ODDS)


def _bound(block: Block, names: set[str]) -> frozenset[str]:
    """Return the labels that a block cannot have, whatever else it shows."""
    if "is-headline" in names or is_credit(block.text):
        return frozenset({TEXT})
    if BODY in names and is_prose(block.text) and _FRAMED.isdisjoint(names):
        return OTHERS
    return frozenset()


def _doubt(blocks: list[Block], decoded: Decoded) -> float:
    """Return how many characters may be wrong for one of the text."""
    sizes = [len(block.text) for block in blocks]
    pairs = list(zip(sizes, decoded.marginals, strict=True))
    wrong = sum(length * min(odds[TEXT], 1 - odds[TEXT]) for length, odds in pairs)
    kept = sum(s for s, label in zip(sizes, decoded.labels, strict=True) if label == TEXT)
    return wrong / max(1, kept)


def _adds_little(known: list[Block], blocks: list[Block], decoded: Decoded) -> bool:
    """Return True if the sentences that were found are no longer than what a template knows."""
    kept = zip(blocks, decoded.labels, strict=True)
    sentences = [b for b, label in kept if label == TEXT and ends_sentence(b.text)]
    lede = [b for b in known if b.role is Role.PARAGRAPH]
    return sum(size(b.text) for b in sentences) < LONGER * sum(size(b.text) for b in lede)


def _rule(decoder: Decoder, names: set[str], label: str) -> str:
    """Return the rule of the strongest evidence that a block is `label` and no text."""
    ruled = _ruled()
    known = names & ruled.keys()
    strongest = next(iter(decoder.evidence(known, label, TEXT)), None)
    if strongest:
        return ruled[strongest[0]]
    # what the element says, though it weighs nothing by itself
    named = sorted(name for name in known if name.startswith(("own:", "near:")))
    return ruled[named[-1]] if named else _PLACES[label]


def _find_headline(draft: Draft) -> None:
    """Give the block that is the headline its role: it stands above the text."""
    known = loose(draft.facts.headline or "")
    for block in draft.blocks:
        if block.role is Role.PARAGRAPH:
            return
        place = block.mark.place if block.mark else None
        if loose(block.text) == known or (not known and place and "<h1" in place.above):
            block.role, block.rule = Role.HEADLINE, None
            draft.facts.headline = draft.facts.headline or block.text
            return
