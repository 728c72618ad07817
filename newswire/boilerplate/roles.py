"""Which role has each block? One decision over all of them, by the weights of `roles.toml`.

The steps of `head`, `pictures` and `tail` have proposed roles; they are evidence here, as shape,
place, repetition and neighbours are (`features`). What the steps know for sure binds. A block is
dropped only where that is `ODDS` times as probable as that it is text: a lost paragraph is worse
than a line left in.
"""

from __future__ import annotations

from functools import cache

from newswire.boilerplate import features, head, learnt
from newswire.boilerplate.decoder import Decoded, Decoder
from newswire.boilerplate.features import Seen
from newswire.boilerplate.kinds import Kind
from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import HEADLINE_SIZE, traits
from newswire.items import Related
from newswire.page.captions import clean_credit
from newswire.page.model import Block, Role
from newswire.rules.weights import Weights, weights
from newswire.text.folding import loose

ODDS = 4.0
# a lede for a paragraph costs nothing, and stories of the wire have one
NEARLY = 2.0
TEXT = frozenset({"headline", "lede", "body"})
# label -> the rule that drops a block for which no step had one
RULES = {
    "repeat": "repeated-headline",
    "picture": "caption",
    "other": "related",
    "section": "section-head",
    "label": "head-label",
    "date": "date-line",
    "player": "player",
    "tail": "tail-line",
    "misc": "page-part",
}
# evidence that says more than the label does -> the rule that drops the block
EVIDENCE = {"names-site": "site-label", "asks": "promotion"}
EVIDENCE |= dict.fromkeys(learnt.WEIGHTS, "repeated-on-site")
STRONGEST = 5
# so many titles are a list
_TITLES = 3
LABELS = frozenset({*TEXT, *RULES})
# blocks of these are no part of the page that a reader sees
HIDDEN = frozenset({"microdata", "stored-date", "page-url", "repeated-announce", "radio-schedule"})
ABOVE = frozenset(f"above={n}" for n in range(1, 5))
# what these say is sure
BOUND = {
    "caption-line": "picture",
    "credit": "picture",
    "printed-date": "date",
    "news-list": "other",
    "player": "player",
}


@cache
def decoder() -> Decoder:
    """Return the decoder of roles."""
    return decoder_of(weights("roles.toml"))


def decoder_of(fitted: Weights) -> Decoder:
    """Return the decoder by fitted weights and the evidence of other pages."""
    return Decoder(fitted.add(learnt.WEIGHTS, but=TEXT))


def visible(sheet: Sheet) -> list[Block]:
    """Return the blocks that a reader sees."""
    return [b for b in sheet.blocks if b.rule not in HIDDEN]


def decide(sheet: Sheet, kind: Kind) -> None:
    """Give the visible blocks of `sheet` their roles, for good."""
    blocks = visible(sheet)
    if all(
        b.role is Role.PARAGRAPH and (look := traits(b.text)).prose and not (look.asks or b.recurs)
        for b in blocks
    ):
        return  # nothing but paragraphs
    seen = features.describe(sheet, blocks, kind, BOUND)
    labels = _labels(seen)
    _set_facts(sheet, seen, labels)
    for one, label in zip(seen, labels, strict=True):
        _apply(sheet, one, label)
    head.forget_repeated_description(sheet)


def _labels(seen: list[Seen]) -> list[str]:
    """Return the best labels under what is known of pages: one headline, one lede above text."""
    sequence = [one.parts for one in seen]
    forbidden = [forbidden_labels(one) for one in seen]
    for _ in range(5):
        found = decoder().decode(sequence, forbidden, TEXT, ODDS)
        wrong = _misplaced(seen, found)
        if not wrong:
            break
        for index, label in wrong:
            if len(forbidden[index]) < len(LABELS) - 1:
                forbidden[index] = forbidden[index] | {label}
    _prefer_lede(seen, found, forbidden)
    return found.labels


def _may_be_lede(seen: list[Seen], labels: list[str], index: int) -> bool:
    """Return False for a whole sentence without a text below, or without any furniture around.

    Taken for a lede, a first paragraph would be missing in the body.
    """
    if "body" not in labels[index + 1 :]:
        return False
    bare = all(label in TEXT for label in labels)
    apart = "next-dateline" in seen[index].features or not seen[index].look.prose
    return apart or not bare


def _prefer_lede(seen: list[Seen], found: Decoded, forbidden: list[frozenset[str]]) -> None:
    """Take the first text below a headline for the lede where that is nearly as probable."""
    labels = found.labels
    if "headline" not in labels or "lede" in labels or "body" not in labels:
        return
    first = labels.index("body")
    allowed = "lede" not in forbidden[first] and _may_be_lede(seen, labels, first)
    if labels.index("headline") < first and allowed:
        odds = found.probabilities(first)
        if odds["lede"] * NEARLY > odds["body"]:
            labels[first] = "lede"


def forbidden_labels(one: Seen) -> frozenset[str]:
    """Return the labels that a block cannot have."""
    if one.block.rule in BOUND:
        return LABELS - {BOUND[one.block.rule]}
    if "names-headline" in one.features:
        first = "said=headline" in one.features or "repeats-earlier" not in one.features
        return LABELS - {"headline" if first else "repeat"}
    if one.shape == "fraction" and "kind=photo" in one.features:
        return LABELS - {"misc"}
    return frozenset(LABELS - possible_labels(one))


def possible_labels(one: Seen) -> set[str]:
    """Return the labels that a block can have as far as shape and place allow."""
    can = set(LABELS)
    text, look, seen = one.block.text, one.look, one.features
    # the picture of another story has no credit, and its title stands below
    if "order=1" in seen and "texts=1" not in seen and head.is_dated(text):
        return {"lede"}
    of_a_picture = one.block.rule == "related" and "prev-rule=caption-line" in seen
    if one.shape == "date" and seen & ABOVE and head.day_of(text):
        return {"date"}
    if "rule-of-words" in seen or of_a_picture:
        can -= TEXT
    elif "dateline" in seen:
        can = {"lede", "body"}
    elif look.prose and one.block.rule is None and not look.asks:
        # a paragraph goes only as a section's blurb, or where nearly all articles end with it
        can = {*TEXT, "section"} if "order=1" in seen else set(TEXT)
        if "recurs=most" in seen:
            return {"tail"}
    elif look.size > HEADLINE_SIZE:
        can -= {"headline", "repeat", "label", "date"}
    # questions open a text as well
    long = look.size > HEADLINE_SIZE / 2 and ("sentences" in seen or one.shape == "prose")
    opens = one.shape == "prose" and "first=0" in seen
    if long or opens or look.size > HEADLINE_SIZE:
        can.discard("headline")
    if "first=0" in seen and "next-dateline" not in seen:
        can.discard("lede")  # nothing above it, nothing sets it apart
    if "said=headline" in seen and "names-site" not in seen and one.shape != "date":
        can &= {*TEXT, "section", "repeat"}  # it stands first and apart: no button
    if "led-in" in seen and one.block.rule is None:
        return {"body"}  # a list of numbers
    if "below-own-picture" in seen:
        can.discard("other")
    if "repeated" not in seen:
        can.discard("repeat")
        # away from pictures the text's words above it are a lede
        if not seen & {"prev=picture", "next=picture", "inside"}:
            can.discard("picture")
    return can


def _misplaced(seen: list[Seen], found: Decoded) -> list[tuple[int, str]]:
    """Return the blocks whose label cannot be among those of the others, with that label."""
    labels = found.labels
    places: dict[str, list[int]] = {label: [] for label in LABELS}
    for index, label in enumerate(labels):
        places[label].append(index)
    text = places["body"][0] if places["body"] else len(labels)
    wrong: list[tuple[int, str]] = []
    for label in ("headline", "lede"):
        own = [i for i in places[label] if "names-headline" not in seen[i].features]
        early = [i for i in own if i < text]
        if len(early) > 1:
            early = [max(early, key=lambda i: found.probabilities(i)[label])]
        wrong += [(i, label) for i in own if i not in early]
    # the head of a section stands above a headline, or is the name of the site
    last = places["headline"][-1] if places["headline"] else -1
    sections = places["section"]
    wrong += [(i, "section") for i in sections if i > last and "names-site" not in seen[i].features]
    wrong += [(i, "lede") for i in places["lede"] if not _may_be_lede(seen, labels, i)]
    # between two paragraphs stand rows of a table and subheadings, no buttons or players
    prose = [i for i in places["body"] if seen[i].shape == "prose"]
    inside = range(prose[0] + 1, prose[-1]) if prose else range(0)
    wrong += [
        (i, labels[i])
        for i in inside
        if labels[i] in {"player", "label", "tail"} and seen[i].block.rule is None
    ]
    # a sentence above a picture that has its caption below the credit
    wrong += [
        (i, "picture")
        for i in places["picture"]
        if [one.block.rule for one in seen[i : i + 3]] == [None, "credit", "caption-line"]
        and seen[i].look.ends
    ]
    # a section has one blurb, below its name
    blurbs = [i for i in sections if seen[i].is_text]
    for number, index in enumerate(blurbs):
        if number or not index or labels[index - 1] != "section":
            wrong.append((index, "section"))
    return wrong


def give_back(sheet: Sheet) -> None:
    """Make the lede, else a headline that is a sentence, the text of a page that has no other.

    Beside titles of other stories it is what a list says of itself.
    """
    others = [b for b in sheet.blocks if b.role is not Role.HEADLINE]
    if sum(traits(b.text).is_title() for b in others) >= _TITLES:
        return
    for role in (Role.DESCRIPTION, Role.HEADLINE):
        found = [b for b in sheet.blocks if b.role is role and traits(b.text).ends]
        for block in found:
            block.role = Role.PARAGRAPH
        if found and role is Role.DESCRIPTION:
            sheet.facts.description = sheet.said[1]
        elif found:
            sheet.facts.headline = sheet.said[0]
        if found:
            return


def _set_facts(sheet: Sheet, seen: list[Seen], labels: list[str]) -> None:
    """Take headline and lede from their blocks, else from what the page names; no story twice."""
    facts = sheet.facts
    proposed = facts.headline
    facts.headline, facts.description = sheet.said
    for one, label in zip(seen, labels, strict=True):
        block = one.block
        if label == "headline":
            # of a page's title the proposal has taken the site's name off
            own = proposed if block.role is Role.HEADLINE else block.text
            facts.headline = facts.headline or own
        elif label == "lede":
            # what readers see; another announcement was for machines
            facts.description = head.lede(sheet, block.text)
        elif label == "body" and block.rule == "related":
            facts.related = [r for r in facts.related if r.headline != block.text]
    _settle_pictures(sheet, seen, labels)


def _settle_pictures(sheet: Sheet, seen: list[Seen], labels: list[str]) -> None:
    """Take the pictures of sections and other stories off the article's; give one its caption."""
    images = sheet.facts.images
    for index, (one, label) in enumerate(zip(seen, labels, strict=True)):
        above = index - 1
        while above > 0 and label == "other" and labels[above] == "date":
            above -= 1
        if above >= 0 and label in {"section", "other"} and labels[above] == "picture":
            caption = seen[above].folded
            images[:] = [
                i for i in images if not caption.startswith(loose(i.caption or "-") + " -")
            ]
        beside = seen[index + 1].block if index + 1 < len(seen) else None
        if label == "picture" and one.block.rule is None and beside and beside.rule == "credit":
            bare = [
                i for i in images if i.caption is None and i.credit == clean_credit(beside.text)
            ]
            for image in bare[:1]:
                image.caption = one.block.text


def _apply(sheet: Sheet, one: Seen, label: str) -> None:
    block, facts = one.block, sheet.facts
    if label in TEXT:
        block.rule = None
        block.role = {"headline": Role.HEADLINE, "lede": Role.DESCRIPTION}.get(
            label, Role.PARAGRAPH
        )
        return
    if block.rule:
        return
    rule = _reason(one, label)
    sheet.drop(block, rule)
    if label == "section":
        facts.section = facts.section or block.text
    elif label == "date":
        head.note_date(sheet, block.text)
    elif rule == "related" and one.shape == "title":
        facts.related.append(Related(block.text))


def _reason(one: Seen, label: str) -> str:
    """Return the rule that names the strongest evidence against a block."""
    evidence = decoder().evidence(one.features, label, "body")
    strongest = [feature for feature, _ in evidence[:STRONGEST]]
    if label in {"other", "picture", "misc"}:  # these may be guesses
        strongest = [feature for feature in strongest[:1] if feature in learnt.WEIGHTS]
    elif label not in {"label", "tail"}:
        strongest = []
    return next((EVIDENCE[name] for name in strongest if name in EVIDENCE), RULES[label])
