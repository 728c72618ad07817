"""What can be seen of each block without knowing a word of its language? Features for the decoder.

A feature is a name: `shape=prose`, `prev=picture`, `repeats-earlier`. They tell shape, place,
repetition, neighbours and which rule would drop the block; the weights tell what that is worth.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from newswire.boilerplate.kinds import fraction, is_date_line
from newswire.boilerplate.sheet import Sheet, has_dateline, is_glued, is_label, is_title
from newswire.page.captions import RELATED_SIZE
from newswire.page.model import Block, Role
from newswire.rules import Rule, boilerplate
from newswire.text.characters import ends_sentence, script, size, word_count
from newswire.text.folding import loose
from newswire.wires.editions import editions

_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?")
_INNER_END = re.compile(r"[.!?…。？！։؟۔]['\"»”)]* +[^\W\d_a-zа-я]|[。？！]\S")
_BULLETS = "•·●▪>»→-–—"
# names of networks are words of no language
_ADDRESS = re.compile(
    r"@|https?:|\.(?:ru|com)\b|Telegram|Facebook|WhatsApp|Viber|YouTube|Instagram|TikTok|Twitter"
)
# words are compared by their beginnings, which inflection leaves alone
_STEM = re.compile(r"([^\W\d_]{4,5})[^\W\d_]*")
# the first text against the next
_RATIOS = (("half", 0.5), ("shorter", 0.85), ("alike", 1.2))
_OPENINGS = (120, 160, 200, 260)
# share of common words from which on two titles are one, worded twice
ALIKE = 0.6
LENGTHS = (3, 10, 25, 40, 80, 140, 220, 400)
# a dateline stands among so many blocks of a page
HEAD = 12
# longer lines are paragraphs: whom they quote does not matter
_COMPARED = 240
# paragraphs whose words stand for those of the text
_COMPARED_TEXTS = 10
# what stands above the alternative text of a picture of the article's own
OWN = {"credit", "repeated-caption"}
PICTURES = {"caption-line", "credit", "repeated-caption", "photo-bank"}


@dataclass(slots=True)
class Seen:
    """A block and what is seen of it alone.

    Attributes:
        shape: one of a few words (`prose`, `title`, `label`, `number`, `picture` …).
        folded: the text for comparison.
        features: names.
        inner: a paragraph among paragraphs, which nobody asks about.
    """

    block: Block
    shape: str
    folded: str
    features: set[str] = field(default_factory=set)
    inner: bool = False

    @property
    def is_text(self) -> bool:
        """A paragraph, however it ends, that no rule takes for something else."""
        return self.shape in {"prose", "long"} and self.block.rule is None


def describe(sheet: Sheet, blocks: list[Block], kind: str) -> list[Seen]:
    """Return what is seen of `blocks`, in reading order, without paragraphs among paragraphs.

    Args:
        sheet: of the page; its rules have proposed roles for its blocks.
        blocks: those to describe.
        kind: of the page.
    """
    seen = [Seen(b, _shape(b), loose(b.text)) for b in blocks]
    _find_inner(seen)
    asked = [one for one in seen if not one.inner]
    for index, one in enumerate(asked):
        _alone(one, sheet, in_head=index < HEAD)
    _places(seen)
    _repetitions(seen)
    if headline := loose(sheet.said[0] or ""):
        for one in seen:
            if one.folded == headline:
                one.features.add("names-headline")
    _cohesion(seen)
    _neighbours(seen)
    for one in asked:
        one.features.add(f"kind={kind}")
    return asked


def _find_inner(seen: list[Seen]) -> None:
    texts = 0
    for index in range(1, len(seen) - 2):
        texts += seen[index - 1].is_text
        around = seen[index - 1 : index + 2]
        seen[index].inner = (
            texts > 2
            and not seen[index].block.recurs
            and all(o.shape == "prose" and o.is_text for o in around)
        )


def _shape(block: Block) -> str:
    text = block.text
    if block.rule in PICTURES:
        return "picture"
    if not any(map(str.isalpha, text)):
        if fraction(text):
            return "fraction"
        if _CLOCK.fullmatch(text):
            return "clock"
        return "number" if any(map(str.isdigit, text)) else "sign"
    if is_date_line(text):
        return "date"
    length = size(text)
    if length >= 40:
        if ends_sentence(text):
            return "title" if text[-1:] in "?!" and is_title(text) else "prose"
        return "title" if is_title(text) else "long"
    if length >= RELATED_SIZE and is_title(text):
        return "title"
    if ends_sentence(text):
        return "short-end"
    if is_label(text):
        return "label"
    return "glued" if is_glued(text) else "few"


def _alone(one: Seen, sheet: Sheet, *, in_head: bool) -> None:
    block, add = one.block, one.features.add
    text = block.text
    length = size(text)
    add(f"shape={one.shape}")
    add(f"length={sum(length > bound for bound in LENGTHS)}")
    add(f"words={min(word_count(text), 7) if length <= _COMPARED else 7}")
    add(f"ends={_ending(text)}")
    add(f"starts={_beginning(text[0])}")
    if block.gap:
        add("gap")
    if block.recurs:
        add(f"recurs={block.recurs.name.lower()}")
    if block.rule:
        add(f"rule={block.rule}")
        if block.rule == "repeated-headline":
            add("repeated")
        if sheet.rules[block.rule].zone:
            add("rule-of-words")
    elif block.role is not Role.PARAGRAPH:
        add(f"said={block.role}")
    if in_head and one.shape in {"prose", "long"} and has_dateline(text):
        add("dateline")
    if length <= _COMPARED:
        if rule := known(text, one.folded):
            add(f"words-of={rule.zone}")
            if rule.end:
                add("ends-page")
        for sign in "@|©!":
            if sign in text:
                add(f"has={sign}")
        if asks(text):
            add("asks")
        if _INNER_END.search(text):
            add("sentences")
        if text.isupper() and length > 3:
            add("capitals")
        if one.shape in {"label", "few", "short-end", "title"} and _names_site(one, sheet):
            add("names-site")


def asks(text: str) -> bool:
    """Return True if a line names a network or an address, as those that ask to subscribe do."""
    return len(text) <= _COMPARED and _ADDRESS.search(text) is not None


def known(text: str, folded: str) -> Rule | None:
    """Return the rule of a zone whose words or pattern `text` is."""
    words, patterns = _line_rules()
    if rule := words.get(folded.rstrip(" :.…>»→")):
        return rule
    return next((rule for rule in patterns if rule.match(text)), None)


@cache
def _line_rules() -> tuple[dict[str, Rule], list[Rule]]:
    """Return the rules of lines: by their words, and those with a pattern."""
    rules = [r for r in boilerplate().values() if r.zone not in (None, "page")]
    words = {word: rule for rule in reversed(rules) for word in rule.words}
    return words, [rule for rule in rules if rule.pattern]


def _names_site(one: Seen, sheet: Sheet) -> bool:
    return (
        one.folded == loose(sheet.facts.site_name or "-")
        or one.folded in editions().agencies
        or bool(editions().by_site_name(one.block.text))
    )


def _ending(text: str) -> str:
    last = text.rstrip("\"'»”’)“ ")[-1:]
    if last in ":：":
        return "colon"
    if last in ",،;":
        return "comma"
    if last in "?!？！؟":
        return "question"
    if last == "…" or text.endswith("..."):
        return "dots"
    return "stop" if ends_sentence(text) else "open"


def _beginning(first: str) -> str:
    if first.isdigit():
        return "digit"
    if first.isalpha():
        return "small" if first.islower() else "letter"
    if first in "\"'«“„‘":
        return "quote"
    return "bullet" if first in _BULLETS else "sign"


def _places(seen: list[Seen]) -> None:
    """Say where each block is: from the ends, from the first and the last text, from a dateline."""
    texts = [i for i, one in enumerate(seen) if one.is_text]
    # the blurb of a section is prose, and a headline follows: the text begins behind it
    first = texts[0] if texts else len(seen)
    last = texts[-1] if texts else -1
    head = next((i for i, one in enumerate(seen) if "dateline" in one.features), None)
    order = 0
    gapped = sum(one.block.gap for one in seen) > len(seen) / 2
    pictures = 0
    for index, one in enumerate(seen):
        if one.inner:
            order += 1
            continue
        add = one.features.add
        add(f"first={min(index, 4)}")
        if index >= len(seen) - 3:
            add(f"last={len(seen) - 1 - index}")
        if index < first:
            add(f"above={min(first - index, 4)}")
        elif index > last:
            add(f"below={min(index - last, 4)}")
            add(f"below/{one.shape}")
        elif one.is_text:
            order += 1
            add(f"order={min(order, 3)}")
            add(f"order={min(order, 3)}/gap={one.block.gap}")
        else:
            add("inside")
            add(f"inside/{one.shape}")
        if index < first:
            add(f"above/{one.shape}")
        if head is not None:
            add(f"dateline={max(-3, min(1, index - head))}")
            if index == head - 1:
                add(f"dateline=-1/{one.shape}")
        elif order <= 1:
            add(f"no-dateline/order={order}")
        add(f"gapped={gapped}/gap={one.block.gap}")
        if pictures:
            add(f"after-picture/order={min(order, 2)}")
        pictures += one.shape == "picture"
        add(f"texts={min(len(texts), 3)}")


def _repetitions(seen: list[Seen]) -> None:
    """Say which blocks are there again: equal, alike, the same beginning, inside another."""
    counts = Counter(one.folded for one in seen)
    beginnings = Counter(one.folded[:24] for one in seen if len(one.folded) >= 24)
    met: set[str] = set()
    begun: set[str] = set()
    titles: list[set[str]] = []
    everything = "\n".join(one.folded for one in seen)
    for one in seen:
        folded, add = one.folded, one.features.add
        if len(folded) > 3 and any(map(str.isalpha, folded)):
            start = folded[:24]
            if counts[folded] > 1:
                add("repeats-earlier" if folded in met else "repeats-later")
                add(f"repeats/{one.shape}")
                add("repeated")
            elif len(folded) >= 24 and beginnings[start] > 1:
                add("begins-as-earlier" if start in begun else "begins-as-later")
                add("repeated")
            elif 12 <= len(folded) <= _COMPARED and everything.count(folded) > 1:
                add("inside-another")
                add("repeated")
            if one.shape in {"title", "few"}:
                words = set(folded.split())
                if any(len(words & other) >= ALIKE * len(words | other) for other in titles):
                    add(f"alike-earlier/{one.shape}")
                    add("repeated")
                titles.append(words)
            met.add(folded)
            begun.add(start)


def _cohesion(seen: list[Seen]) -> None:
    """Say how many words of a line the text has as well: those of another story are fewer."""
    stems: Counter[str] = Counter()
    texts = [one for one in seen if one.is_text][:_COMPARED_TEXTS]
    for one in texts:
        stems.update(set(_STEM.findall(one.folded)))
    for one in seen:
        if len(one.folded) > _COMPARED or one.shape == "picture" or one.inner:
            continue
        own = set(_STEM.findall(one.folded))
        if len(own) < 3:
            continue
        least = 2 if one.is_text else 1
        share = sum(stems[stem] >= least for stem in own) / len(own)
        level = (
            "no" if share < 0.1 else "few" if share < 0.34 else "some" if share < 0.6 else "most"
        )
        one.features.add(f"shares={level}/{one.shape}")
    native = script(" ".join(one.block.text[:60] for one in texts[:3]))
    for one in seen:
        if native and one.shape in {"label", "few", "glued", "title"}:
            mine = script(one.block.text[:20])
            if mine and mine != native:
                one.features.add("foreign-script")


def _neighbours(seen: list[Seen]) -> None:
    shapes = ["start", *(one.shape for one in seen), "end"]
    rules = ["", *(one.block.rule or one.block.role for one in seen), ""]
    for index, one in enumerate(seen, 1):
        if one.inner:
            continue
        add = one.features.add
        before, after = shapes[index - 1], shapes[index + 1]
        add(f"prev={before}")
        add(f"next={after}")
        add(f"prev={before}/{one.shape}")
        add(f"next={after}/{one.shape}")
        if index + 2 < len(shapes):
            add(f"next2={shapes[index + 2]}")
        if index > 1:
            add(f"prev2={shapes[index - 2]}")
            if rules[index - 1] == "caption-line" and rules[index - 2] in OWN:
                add("below-own-picture")
        for side, rule in (("prev", rules[index - 1]), ("next", rules[index + 1])):
            if rule != Role.PARAGRAPH:
                add(f"{side}-rule={rule}")
    _opening(seen)
    for one, following in pairwise(seen):
        if "dateline" in following.features:
            one.features.add("next-dateline")
        if following.block.gap:
            one.features.add(f"gap-below/{one.shape}")
        if one.is_text and following.is_text and 2 * len(one.folded) < len(following.folded):
            one.features.add("shorter-than-next")
    for above, one in pairwise(seen):
        if one.shape == "number" and {"ends=colon", "led-in"} & above.features:
            one.features.add("led-in")
    numbers = {"number", "clock", "fraction", "sign"}
    for index, one in enumerate(seen):
        near = seen[max(index - 4, 0) : index + 5]
        if sum(other.shape in numbers for other in near) >= 3:
            one.features.add(f"among-numbers/{one.shape}")


def _opening(seen: list[Seen]) -> None:
    """Compare the first text with the next, and with the headline: a lede is short and sums up."""
    texts = [i for i, one in enumerate(seen) if one.is_text]
    if len(texts) < 2:
        return
    one, following = seen[texts[0]], seen[texts[1]]
    lengths = size(one.block.text), size(following.block.text)
    ratio = next((name for name, bound in _RATIOS if lengths[0] < bound * lengths[1]), "longer")
    long = next((bound for bound in _OPENINGS if lengths[0] <= bound), "more")
    above = seen[texts[0] - 1].shape if texts[0] else "start"
    title = any(other.shape in {"title", "few", "short-end"} for other in seen[: texts[0]])
    one.features |= {
        f"opening={ratio}",
        f"opening={ratio}/{above}",
        f"opening={long}",
        f"opening={long}/below-title={title}",
        f"opening={ratio}/below-title={title}",
    }
    if _INNER_END.search(one.block.text):
        one.features.add("opening-sentences")
