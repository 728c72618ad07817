"""What can be seen of each block without knowing a word of its language? Features for the decoder.

A feature is a name: `shape=prose`, `prev=picture`, `repeats-earlier`. They tell shape, place,
repetition, neighbours and which rule would drop the block; the weights tell what that is worth.
Most come in sets that recur from page to page, and are made and weighed once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise

from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import COMPARED, INNER_END, Traits, traits
from newswire.page.model import Block, Role
from newswire.text.characters import script
from newswire.text.folding import loose

# words are compared by their beginnings, which inflection leaves alone
_STEM = re.compile(r"([^\W\d_]{4,5})[^\W\d_]*")
# the first text against the next
_RATIOS = (("half", 0.5), ("shorter", 0.85), ("alike", 1.2))
_OPENINGS = (120, 160, 200, 260)
# share of common words from which on two titles are one, worded twice
ALIKE = 0.6
# a dateline stands among so many blocks of a page
HEAD = 12
# paragraphs whose words stand for those of the text
_COMPARED_TEXTS = 10
# what stands above the alternative text of a picture of the article's own
OWN = {"credit", "repeated-caption"}
PICTURES = {"caption-line", "credit", "repeated-caption", "photo-bank"}
_NUMBERS = {"number", "clock", "fraction", "sign"}
# sets of features that are kept made
_KEPT = 4096


@dataclass(slots=True)
class Seen:
    """A block and what is seen of it alone.

    Attributes:
        look: what its text shows.
        shape: that of its text, or `picture`.
        is_text: a paragraph, however it ends, that no rule takes for something else.
        dateline: it begins with one, near the head of the page.
        inner: a paragraph among paragraphs, which nobody asks about.
        parts: its features in sets that recur from page to page, and have none in common; of a
            block that nobody asks about there are none.
        features: all of them.
    """

    block: Block
    look: Traits
    shape: str
    is_text: bool
    dateline: bool = False
    inner: bool = False
    parts: list[frozenset[str]] = field(default_factory=list)
    features: Set[str] = frozenset()

    @property
    def folded(self) -> str:
        """The text for comparison."""
        return self.look.folded


def _see(block: Block) -> Seen:
    look = traits(block.text)
    shape = "picture" if block.rule in PICTURES else look.shape
    return Seen(block, look, shape, shape in {"prose", "long"} and block.rule is None)


def describe(
    sheet: Sheet, blocks: list[Block], kind: str, sure: Container[str | None] = ()
) -> list[Seen]:
    """Return what is seen of `blocks`, in reading order, without paragraphs among paragraphs.

    Args:
        sheet: of the page; its rules have proposed roles for its blocks.
        blocks: those to describe.
        kind: of the page.
        sure: rules whose blocks need no features: they are decided.
    """
    kind = str(kind)  # an enumeration's members are slow keys
    seen = [_see(block) for block in blocks]
    _find_inner(seen)
    asked = [one for one in seen if not one.inner]
    for one in asked[:HEAD]:
        one.dateline = one.shape in {"prose", "long"} and one.look.dateline
    site = loose(sheet.facts.site_name or "-")
    for one in asked:
        if one.block.rule not in sure:
            one.parts = [one.look.features, _alone(one, sheet, site, kind)]
    # features of a block that few others have
    rare: list[set[str]] = [set() for _ in seen]
    _places(seen)
    _repetitions(seen, rare)
    if headline := loose(sheet.said[0] or ""):
        for one, names in zip(seen, rare, strict=True):
            if one.look.folded == headline:
                names.add("names-headline")
    _cohesion(seen, rare)
    _neighbours(seen, rare)
    for one, names in zip(seen, rare, strict=True):
        if one.parts:
            one.parts.append(frozenset(names))
            one.features = frozenset().union(*one.parts)
    return asked


def _find_inner(seen: list[Seen]) -> None:
    prose = [one.shape == "prose" and one.is_text for one in seen]
    texts = 0
    for index in range(1, len(seen) - 2):
        texts += seen[index - 1].is_text
        seen[index].inner = (
            texts > 2
            and prose[index - 1]
            and prose[index]
            and prose[index + 1]
            and not seen[index].block.recurs
        )


def _alone(one: Seen, sheet: Sheet, site: str, kind: str) -> frozenset[str]:
    block, look = one.block, one.look
    return _own_names(
        one.shape,
        block.gap,
        block.recurs.name.lower() if block.recurs else "",
        block.rule,
        block.rule is not None and sheet.rules[block.rule].zone is not None,
        "" if block.rule or block.role is Role.PARAGRAPH else block.role,
        one.dateline,
        look.size <= COMPARED
        and one.shape in {"label", "few", "short-end", "title"}
        and (look.of_wire or look.folded == site),
        kind,
    )


@lru_cache(_KEPT)
def _own_names(
    shape: str,
    gap: bool,
    recurs: str,
    rule: str | None,
    of_words: bool,
    said: str,
    dateline: bool,
    names_site: bool,
    kind: str,
) -> frozenset[str]:
    names = {f"shape={shape}", f"kind={kind}"}
    flags = {
        "gap": gap,
        f"recurs={recurs}": recurs,
        f"rule={rule}": rule,
        "rule-of-words": of_words,
        f"said={said}": said,
        "dateline": dateline,
        "names-site": names_site,
    }
    return frozenset(names | {name for name, flag in flags.items() if flag})


def _places(seen: list[Seen]) -> None:
    """Say where each block is: from the ends, from the first and the last text, from a dateline."""
    texts = [i for i, one in enumerate(seen) if one.is_text]
    # the blurb of a section is prose, and a headline follows: the text begins behind it
    first = texts[0] if texts else len(seen)
    last = texts[-1] if texts else -1
    head = next((i for i, one in enumerate(seen) if one.dateline), None)
    gapped = sum(one.block.gap for one in seen) > len(seen) / 2
    end = len(seen) - 1
    order = 0
    after_picture = False
    for index, one in enumerate(seen):
        if not one.parts:
            order += one.inner
            after_picture = after_picture or one.shape == "picture"
            continue
        if index < first:
            place = "above", min(first - index, 4)
        elif index > last:
            place = "below", min(index - last, 4)
        elif one.is_text:
            order += 1
            place = "order", min(order, 3)
        else:
            place = "inside", 0
        one.parts.append(
            _place_names(
                place,
                one.shape,
                min(index, 4),
                end - index if end - index < 3 else None,
                min(order, 2),
                None if head is None else max(-3, min(1, index - head)),
                (gapped, one.block.gap),
                after_picture,
                min(len(texts), 3),
            )
        )
        after_picture = after_picture or one.shape == "picture"


@lru_cache(_KEPT)
def _place_names(
    place: tuple[str, int],
    shape: str,
    first: int,
    last: int | None,
    order: int,
    dateline: int | None,
    gaps: tuple[bool, bool],
    after_picture: bool,
    texts: int,
) -> frozenset[str]:
    where, number = place
    gapped, gap = gaps
    names = {f"first={first}", f"gapped={gapped}/gap={gap}", f"texts={texts}"}
    names |= {"inside"} if where == "inside" else {f"{where}={number}"}
    names |= {f"order={number}/gap={gap}"} if where == "order" else {f"{where}/{shape}"}
    if last is not None:
        names.add(f"last={last}")
    if dateline is not None:
        names.add(f"dateline={dateline}")
        if dateline == -1:
            names.add(f"dateline=-1/{shape}")
    elif order <= 1:
        names.add(f"no-dateline/order={order}")
    if after_picture:
        names.add(f"after-picture/order={order}")
    return frozenset(names)


def _repetitions(seen: list[Seen], rare: list[set[str]]) -> None:
    """Say which blocks are there again: equal, alike, the same beginning, inside another."""
    lines = [one.look.folded for one in seen]
    counts = Counter(lines)
    beginnings = Counter([line[:24] for line in lines if len(line) >= 24])
    met: set[str] = set()
    begun: set[str] = set()
    titles: list[set[str]] = []
    everything = "\n".join(lines)
    for one, folded, names in zip(seen, lines, rare, strict=True):
        if one.block.rule == "repeated-headline":
            names.add("repeated")
        if len(folded) > 3 and one.look.shape not in _NUMBERS:
            start = folded[:24]
            if counts[folded] > 1:
                again = "repeats-earlier" if folded in met else "repeats-later"
                names |= {again, f"repeats/{one.shape}", "repeated"}
            elif len(folded) >= 24 and beginnings[start] > 1:
                again = "begins-as-earlier" if start in begun else "begins-as-later"
                names |= {again, "repeated"}
            elif 12 <= len(folded) <= COMPARED and everything.count(folded) > 1:
                names |= {"inside-another", "repeated"}
            if one.shape in {"title", "few"}:
                words = set(folded.split())
                if any(len(words & other) >= ALIKE * len(words | other) for other in titles):
                    names |= {f"alike-earlier/{one.shape}", "repeated"}
                titles.append(words)
            met.add(folded)
            begun.add(start)


def _cohesion(seen: list[Seen], rare: list[set[str]]) -> None:
    """Say how many words of a line the text has as well: those of another story are fewer."""
    texts = [one for one in seen if one.is_text][:_COMPARED_TEXTS]
    known = {id(one): _stems(one.folded) for one in texts}
    counts = Counter(chain.from_iterable(known.values()))
    once, twice = counts.keys(), {stem for stem, number in counts.items() if number > 1}
    for one, names in zip(seen, rare, strict=True):
        folded = one.look.folded
        if not one.parts or len(folded) > COMPARED or one.shape == "picture":
            continue
        own = known.get(id(one)) or _stems(folded)
        if len(own) < 3:
            continue
        share = len(own & (twice if one.is_text else once)) / len(own)
        level = (
            "no" if share < 0.1 else "few" if share < 0.34 else "some" if share < 0.6 else "most"
        )
        names.add(f"shares={level}/{one.shape}")
    native = script(" ".join([one.block.text[:60] for one in texts[:3]]))
    for one, names in zip(seen, rare, strict=True):
        if native and one.shape in {"label", "few", "glued", "title"}:
            mine = script(one.block.text[:20])
            if mine and mine != native:
                names.add("foreign-script")


def _stems(folded: str) -> set[str]:
    return set(_STEM.findall(folded))


def _neighbours(seen: list[Seen], rare: list[set[str]]) -> None:
    shapes = [None, "start", *(one.shape for one in seen), "end", None]
    rules = ["", *(_rule(one.block) for one in seen), ""]
    for index, (one, names) in enumerate(zip(seen, rare, strict=True), 1):
        if not one.parts:
            continue
        one.parts.append(_shape_names(*shapes[index - 1 : index + 4]))
        above, below = rules[index - 1], rules[index + 1]
        if above == "caption-line" and index > 1 and rules[index - 2] in OWN:
            names.add("below-own-picture")
        if above is not None:
            names.add(f"prev-rule={above}")
        if below is not None:
            names.add(f"next-rule={below}")
    _opening(seen)
    for (one, following), (names, below_names) in zip(pairwise(seen), pairwise(rare), strict=True):
        if following.dateline:
            names.add("next-dateline")
        if following.block.gap:
            names.add(f"gap-below/{one.shape}")
        if one.is_text and following.is_text:
            if 2 * len(one.folded) < len(following.folded):
                names.add("shorter-than-next")
        elif following.shape == "number" and (
            "ends=colon" in one.look.features or "led-in" in names
        ):
            below_names.add("led-in")
    counted = [one.shape in _NUMBERS for one in seen]
    if sum(counted) >= 3:
        for index, (one, names) in enumerate(zip(seen, rare, strict=True)):
            if sum(counted[max(index - 4, 0) : index + 5]) >= 3:
                names.add(f"among-numbers/{one.shape}")


def _rule(block: Block) -> str | None:
    """Return what the steps take a block for, None for a paragraph."""
    return block.rule or (None if block.role is Role.PARAGRAPH else block.role)


@lru_cache(_KEPT)
def _shape_names(
    above2: str | None, above: str, shape: str, below: str, below2: str | None
) -> frozenset[str]:
    names = {f"prev={above}", f"next={below}", f"prev={above}/{shape}", f"next={below}/{shape}"}
    names |= {f"prev2={above2}"} if above2 else set()
    names |= {f"next2={below2}"} if below2 else set()
    return frozenset(names)


def _opening(seen: list[Seen]) -> None:
    """Compare the first text with the next, and with the headline: a lede is short and sums up."""
    texts = [i for i, one in enumerate(seen) if one.is_text]
    if len(texts) < 2:
        return
    one, following = seen[texts[0]], seen[texts[1]]
    lengths = one.look.size, following.look.size
    ratio = next((name for name, bound in _RATIOS if lengths[0] < bound * lengths[1]), "longer")
    long = next((bound for bound in _OPENINGS if lengths[0] <= bound), "more")
    above = seen[texts[0] - 1].shape if texts[0] else "start"
    title = any(other.shape in {"title", "few", "short-end"} for other in seen[: texts[0]])
    if one.parts:
        several = INNER_END.search(one.block.text) is not None
        one.parts.append(_opening_names(ratio, long, above, title, several))


@lru_cache(_KEPT)
def _opening_names(
    ratio: str, long: int | str, above: str, title: bool, several: bool
) -> frozenset[str]:
    names = {
        f"opening={ratio}",
        f"opening={ratio}/{above}",
        f"opening={long}",
        f"opening={long}/below-title={title}",
        f"opening={ratio}/below-title={title}",
    }
    return frozenset(names | {"opening-sentences"} if several else names)
