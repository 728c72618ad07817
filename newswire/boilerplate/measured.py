"""What is measured over all blocks of a page, before anybody says which of them are its text?"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from newswire.boilerplate.traits import LONG_PROSE, PROSE
from newswire.page.model import Block, Facts
from newswire.page.places import Mark, Place
from newswire.text.characters import ends_sentence, size
from newswire.text.folding import loose

# what of its prose a block adds to the element that it flows in, and to each around that
_STEPS = (1.0, 0.6, 0.3, 0.1)
# an element with this much of the most prose may be the text's
_HOME = 0.4
# names of elements whose prose is not the article's
_ASIDE = frozenset({"comment", "<footer", "<aside", "hidden!"})
# bounds of classes: a share; characters
_MANY = (0.1, 0.5, 0.9)
_REPEATED = (2, 4, 10, 30)
_AVERAGES = (20, 50, 100, 200)


class Measured:
    """The blocks of a page in reading order, each with its mark; what is measured, by their index.

    Attributes:
        texts: of the blocks.
        marks: where they stand.
        sizes: their sizes, as `characters.size` counts.
        ends: which end as a sentence does.
        reads: which read as a paragraph, or are as long as one.
        linked: the share of each that is a link.
        prose: the sizes of those that read so and are no links, 0 of the others.
        loose: the texts for comparison.
        head: the headline, if there is one.
        holders: the element that each flows in, wrappers of one left out.
        home: the element that the first run of much prose below the headline flows in.
    """

    def __init__(self, blocks: Sequence[Block], facts: Facts) -> None:
        self.blocks = blocks
        self.facts = facts
        self.texts = [block.text for block in blocks]
        self.marks: list[Mark] = [block.mark for block in blocks if block.mark]
        self.sizes = [*map(size, self.texts)]
        self.ends = [*map(ends_sentence, self.texts)]
        self.reads = [
            size >= LONG_PROSE or (ends and size >= PROSE)
            for size, ends in zip(self.sizes, self.ends, strict=True)
        ]
        self.linked = [
            min(1.0, mark.linked / len(text))
            for mark, text in zip(self.marks, self.texts, strict=True)
        ]
        self.prose = [
            size if reads and linked < 0.5 else 0
            for size, reads, linked in zip(self.sizes, self.reads, self.linked, strict=True)
        ]
        self.loose = [*map(loose, self.texts)]
        self.headline = loose(facts.headline or "")
        self.headline_words = set(self.headline.split())
        self.description = loose(facts.description or "").rstrip(".… ")
        self.head = self._head()
        self.holders = self._holders()
        self.home = self._home()

    def _head(self) -> int | None:
        """Return the index of the headline: an `h1` with its words, any `h1`, its words."""
        titles = [i for i, mark in enumerate(self.marks) if "<h1" in mark.place.above]
        same = [i for i, text in enumerate(self.loose) if self.headline and text == self.headline]
        known = [i for i in titles if i in same and len(self.headline) > 8]
        long = [i for i in titles if self.sizes[i] > 20]
        return next(iter([*known, *long, *same]), None)

    def _holders(self) -> list[Place]:
        several: dict[Place, bool] = {}  # whether it has more than one block
        for mark in self.marks:
            place: Place | None = mark.place
            # what is around an element with several has several too
            while place is not None and not several.get(place):
                several[place] = place in several
                place = place.parent
        found = []
        for mark in self.marks:
            holder = mark.place.holder
            while not several[holder] and holder.parent is not None:
                holder = holder.parent.holder
            found.append(holder)
        return found

    def _home(self) -> Place | None:
        for start in (self.head or 0, 0):
            found: Counter[Place] = Counter()
            for i in range(start, len(self.texts)):
                if self.prose[i] and _ASIDE.isdisjoint(self.marks[i].place.above):
                    found[self.holders[i]] += self.prose[i]
            most = max(found.values(), default=0)
            for place, prose in found.items():  # in reading order
                if prose >= _HOME * most:
                    return place
        return None

    @cached_property
    def shares(self) -> dict[Place, float]:
        """How much of the most prose of an element each holds."""
        found: dict[Place, float] = {}
        for holder, prose in zip(self.holders, self.prose, strict=True):
            place: Place | None = holder if prose else None
            for step in _STEPS:
                if place is None:
                    break
                found[place] = found.get(place, 0.0) + prose * step
                place = place.parent
        most = max(found.values(), default=1.0)
        return {place: prose / most for place, prose in found.items()}

    @cached_property
    def left(self) -> list[float]:
        """The prose from each block on, as a share of all."""
        total = sum(self.prose) or 1
        return [prose / total for prose in accumulate(reversed(self.prose))][::-1]

    @cached_property
    def copies(self) -> Counter[str]:
        """How often the page says each text."""
        return Counter(self.loose)

    @cached_property
    def repeated(self) -> dict[str, tuple[int, int, int]]:
        """Of each kind of element the classes of three numbers: blocks, those linked, their size.

        The last two are averages.
        """
        found: dict[str, list[int]] = {}
        for mark, linked, length in zip(self.marks, self.linked, self.sizes, strict=True):
            counts = found.setdefault(mark.place.signature, [0, 0, 0])
            counts[0] += 1
            counts[1] += linked > 0.6
            counts[2] += length
        return {
            name: (
                bisect_right(_REPEATED, number),
                bisect_right(_MANY, linked / number),
                bisect_right(_AVERAGES, length / number),
            )
            for name, (number, linked, length) in found.items()
        }

    def flows(self, i: int) -> bool:
        """Return True if a block stands among the paragraphs of home, in no part of its own."""
        return self.holders[i] is self.home and self.marks[i].place.holder.signature in self._around

    @cached_property
    def _around(self) -> set[str]:
        """The kinds of elements right around the paragraphs of home."""
        every = zip(self.marks, self.holders, self.prose, strict=True)
        return {
            m.place.holder.signature for m, holder, prose in every if prose and holder is self.home
        }
