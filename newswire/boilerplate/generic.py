"""Which blocks of a page of no known template are its text? The decoder weighs all that they show.

The text is what stands between what is above it and what is below it, with other things amid: the
labels `above`, `text`, `amid`, `below` follow one another in that order only. Every page has a
text here; that a page is no article is said by evidence (`no_article`), never by a failure to find.
"""

from __future__ import annotations

from functools import cache, lru_cache

from newswire.boilerplate import learnt, siblings
from newswire.boilerplate.decoder import Decoded, Decoder
from newswire.boilerplate.html_features import Shown, features, guessed
from newswire.boilerplate.measured import Measured
from newswire.boilerplate.sheet import reads, verses
from newswire.boilerplate.traits import is_prose
from newswire.items import Evidence
from newswire.page import elements
from newswire.page.captions import is_credit
from newswire.page.model import Block, Draft, Facts, Role
from newswire.page.reading import LIST, TITLE_WORDS
from newswire.rules import boilerplate
from newswire.rules.markup import rules
from newswire.rules.weights import weights
from newswire.text.characters import ends_sentence, size, word_count
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
    [
        "in:<aside",
        "in:<figure",
        "in:<form",
        "in:comment",
        "in:related",
        "in:caption",
        "in:share",
        "in:advertising",
    ]
)
# facts of the article by the page's own word, which a reader may not see
_FACTS = frozenset(
    f"own:prop:{name}"
    for name in ("headline", "author", "datePublished", "name", "caption", "other")
)
HEADS = frozenset({"<h1", "<h2", "<h3"})
_H1 = frozenset({"<h1"})
FIRST, LAST = {"above", "text"}, {"text", "below"}
# A block is dropped where it is so many times as probable that it is none of the text: a lost
# paragraph is worse than a line left in.
ODDS = 6.0
# Another extractor is asked where so much of the text may be wrong, as a share of its characters.
DOUBT = 0.1
# a text clearly longer than the lede that a template knows
LONGER = 1.3
# cards that make a list of a piece of a page, which says nothing of itself
PAIR = 2
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
    known = weights(name).follow(FOLLOWS, FIRST, LAST)
    return Decoder(known.add(learnt.WEIGHTS, but={TEXT}))


@cache
def _ruled() -> dict[str, str]:
    """Return feature -> id of the rule that it stands for."""
    named = {f"{where}:{name}": rule for name, rule in rules().items() for where in ("own", "near")}
    return _RULES | named | dict.fromkeys(learnt.WEIGHTS, "repeated-on-site")


@cache
def _ruled_places() -> frozenset[str]:
    """Return the features of what stands inside a part that is none of the text."""
    return _FRAMED | {f"in:{name}" for name in rules()}


def choose(draft: Draft) -> None:
    """Give the blocks of a page of no known template their roles; it does nothing to another."""
    if draft.guess is None:
        return
    decoder = _decoder("generic.toml")
    runs = elements.runs([block for block in draft.blocks if block.mark])
    blocks = [elements.joined(run) for run in runs]
    page = Measured(blocks, draft.facts)
    found = features(page)
    bound = [_bound(block, shown) for block, shown in zip(blocks, found, strict=True)]
    start = _headline(blocks, draft)
    if start and any(reads(b.text) and not _leads(b) for b in blocks[start + 1 :]):
        bound[:start] = [frozenset({TEXT})] * start  # a notice of the site
    decoded = _decode(decoder, found, bound)
    if _doubt(blocks, decoded) > DOUBT and (guess := draft.guess()):
        decoder = _decoder("generic_guess.toml")
        said = guessed(page, guess)
        found = [one._replace(guess=other) for one, other in zip(found, said, strict=True)]
        decoded = _decode(decoder, found, bound)
    draft.guess = None
    if draft.known and _adds_little(draft.known[1], blocks, decoded):
        draft.article.extractor, draft.blocks = draft.known
        return
    known = [label == TEXT for label in decoded.labels]
    may = _may(found, bound, known)
    chosen = siblings.completed(page, known, may, article=_is_own(draft.facts))
    for run, is_text, label, shown in zip(runs, chosen, decoded.labels, found, strict=True):
        rule = None if is_text else _rule(decoder, _evidence(shown), label)
        for block in run:
            block.role = Role.FURNITURE if rule else Role.PARAGRAPH
            block.rule = rule
    if _is_list(draft):
        for block in draft.blocks:
            block.role, block.rule = Role.FURNITURE, "news-list"
    _find_headline(draft)
    draft.sure = True


def _may(found: list[Shown], bound: list[frozenset[str]], known: list[bool]) -> list[bool]:
    """Return which blocks can be text by their kind: those in no other frame than the text's."""
    first = next((i for i, is_text in enumerate(known) if is_text), None)
    others = _FRAMED if first is None else _FRAMED - found[first].elements
    return [
        TEXT not in labels and not shown.recurs and others.isdisjoint(shown.elements)
        for shown, labels in zip(found, bound, strict=True)
    ]


def _headline(blocks: list[Block], draft: Draft) -> int:
    """Return the index of the block that is the headline by element and words, 0 without one."""
    known = loose(draft.facts.headline or "")
    places = (
        i
        for i, block in enumerate(blocks)
        if block.mark and "<h1" in block.mark.place.above and loose(block.text) == known
    )
    return next(places, 0)


def _is_list(draft: Draft) -> bool:
    """Return True if titles of other pages stand where an article has its text.

    That is between the headline and the first prose, and more of them than of prose; or all prose
    stands above the headline, like a notice, and a list that may be empty below.
    """
    blocks = draft.blocks
    headline = loose(draft.facts.headline or "")
    kept = [i for i, b in enumerate(blocks) if b.role is Role.PARAGRAPH]
    prose = [i for i in kept if reads(blocks[i].text)]
    if not prose:
        lines = {id(b) for b in verses([blocks[i] for i in kept])}
        prose = [i for i in kept if id(blocks[i]) in lines]
    known = [i for i, b in enumerate(blocks) if loose(b.text) == headline]
    heads = sorted({*known, *(i for i, b in enumerate(blocks) if _is_in(b, _H1))})
    below = [i for i in prose if not heads or i > heads[0]]
    if prose and known and prose[-1] < known[0]:
        return True
    says = draft.facts.headline or draft.facts.dates
    is_own = _is_own(draft.facts) and any(not _leads(blocks[i]) for i in known)
    if prose and not is_own and _are_teasers(blocks, prose, LIST if says else PAIR):
        return True
    end = below[0] if below else len(blocks)
    leads_down = (i for i, b in enumerate(blocks[:end]) if _is_in(b, HEADS) and not _leads(b))
    start = max([i for i in heads if i < end] + [*leads_down], default=0)
    titles = [b for b in blocks[start:end] if _leads(b)]
    return len(titles) >= LIST and _size(titles) > _size([blocks[i] for i in below])


def _are_teasers(blocks: list[Block], prose: list[int], least: int) -> bool:
    """Return True if all prose is in `least` or more alike cards, each led by another page's title.

    A teaser has one paragraph. The first card may be the only one that was taken for text.
    """
    groups = siblings.cards(blocks, [*map(_leads, blocks)], least)
    teasers = {i for group in groups for card in group if len(card.prose) == 1 for i in card.prose}
    return {*prose} <= teasers


def _is_own(facts: Facts) -> bool:
    """Return True if a page calls itself an article: its JSON-LD dates it and gives its title."""
    return Evidence.JSON_LD in facts.dates and bool(facts.headline) and not facts.stranger


def _is_in(block: Block, names: frozenset[str]) -> bool:
    """Return True if a block stands in an element of one of these names."""
    return block.mark is not None and not names.isdisjoint(block.mark.place.above)


def _leads(block: Block) -> bool:
    """Return True if a block is the title of another page."""
    linked = block.mark.linked if block.mark else 0
    return 2 * linked > len(block.text) and word_count(block.text) >= TITLE_WORDS


def _size(blocks: list[Block]) -> int:
    return sum(size(block.text) for block in blocks)


def _decode(decoder: Decoder, found: list[Shown], bound: list[frozenset[str]]) -> Decoded:
    return decoder.decode(found, bound, keep={TEXT}, odds=ODDS)


def _bound(block: Block, shown: Shown) -> frozenset[str]:
    """Return the labels that a block cannot have, whatever else it shows."""
    around = shown.elements
    if "is-headline" in shown.common or is_credit(block.text) or not _FACTS.isdisjoint(around):
        return frozenset({TEXT})
    if boilerplate()["page-url"].match(block.text):
        return frozenset({TEXT})
    at_home = "article=home" in shown.order
    if block.text.startswith("©") and not at_home and "home=0-0" not in shown.home:
        return frozenset({TEXT})
    if block.mark and "<figcaption" in block.mark.place.above:
        return frozenset({TEXT})
    if BODY in around and is_prose(block.text) and _FRAMED.isdisjoint(around):
        return OTHERS
    # prose, and a table, in the article's own element belong to it, however short its cells are
    own = at_home and ("in:<table" in around or is_prose(block.text))
    if own and _ruled_places().isdisjoint(around):
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
    return _size(sentences) < LONGER * _size(lede)


def _evidence(shown: Shown) -> frozenset[str]:
    """Return what a block shows that a rule goes by."""
    parts = (shown.size, shown.looks, shown.elements, shown.common, shown.recurs)
    return frozenset[str]().union(*map(_ruled_of, parts))


@lru_cache(maxsize=4096)
def _ruled_of(part: frozenset[str]) -> frozenset[str]:
    return part & _ruled().keys()


@lru_cache(maxsize=4096)
def _rule(decoder: Decoder, known: frozenset[str], label: str) -> str:
    """Return the rule of the strongest of `known` evidence that a block is `label` and no text."""
    ruled = _ruled()
    # what the element itself says goes first, and says it though it weighs nothing alone
    own = {name for name in known if name.startswith("own:")}
    strongest = next(iter(decoder.evidence(own or known, label, TEXT)), None)
    if strongest:
        return ruled[strongest[0]]
    named = sorted(own or (name for name in known if name.startswith("near:")))
    return ruled[named[0]] if named else _PLACES[label]


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
