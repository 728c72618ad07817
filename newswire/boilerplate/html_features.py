"""What does each block of an HTML page show? Features for the decoder, no words of a language.

`size=3` is the class of a number (`_SIZES` …), `own:comment` a name of the element that the block
stands in, `near:` of one of the two around it, `in:` of any.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from newswire.boilerplate.sheet import reads
from newswire.page.elements import BETWEEN
from newswire.page.model import Block, Facts, Recurs
from newswire.page.places import Mark, Place
from newswire.text.characters import ends_sentence, size
from newswire.text.folding import loose

# bounds of classes: characters; shares of a whole; numbers of blocks
_SIZES = (12, 25, 50, 90, 150, 250, 400, 700, 1200)
_LONG = 90
_SHORT = 50
_LINKED = (0.01, 0.25, 0.6, 0.9)
_SHARES = (0.001, 0.1, 0.3, 0.6, 0.95)
_LEFT = (0.001, 0.05, 0.3, 0.7, 0.999)
_REPEATED = (2, 4, 10, 30)
_RUNS = (1, 3, 8)
_AVERAGES = (20, 50, 100, 200)
_NEAR_SIZES = (25, 60, 120, 250)
_WORDS_SHARED = (0.1, 0.3, 0.6)
# what of its prose a block adds to the element that it flows in, and to each around that
_STEPS = (1.0, 0.6, 0.3, 0.1)
# an element with this much of the most prose may be the text's
_HOME = 0.4
# names of elements whose prose is not the article's
_ASIDE = frozenset({"comment", "<footer", "<aside", "hidden!"})
_PARTS = 8  # of the page, from its head to its end
_AROUND = 5  # blocks
_SENTENCE = re.compile(r"[.!?…。！？؟।][\"'»”’)]*\s+[\"'«“„(—–-]*\s*\w")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ADDRESS = re.compile(r"https?://|www\.|@\w")


def features(blocks: Sequence[Block], facts: Facts, guess: str | None = None) -> list[set[str]]:
    """Return the features of each block.

    Args:
        blocks: of a page, in reading order, each with its mark.
        facts: what the page says of the article.
        guess: the text of the page as another extractor reads it, if it was asked.
    """
    page = _Page(blocks, facts)
    rows = [
        page.shape(i) | page.markup(i) | page.standing(i) | page.known(i) | page.neighbours(i)
        for i in range(len(blocks))
    ]
    for i, (row, block) in enumerate(zip(rows, blocks, strict=True)):
        # what flows with the text, like a subheading, says it only if nearly all pages have it
        if block.recurs is Recurs.MOST or (block.recurs and not page.flows(i)):
            row.add(f"recurs={block.recurs.name.lower()}")
    if guess is not None:
        page.add_guess(rows, guess)
    return rows


class _Page:
    """The blocks of a page, and what is measured over all of them."""

    def __init__(self, blocks: Sequence[Block], facts: Facts) -> None:
        self.texts = [block.text for block in blocks]
        self.marks: list[Mark] = [block.mark for block in blocks if block.mark]
        self.sizes = [size(text) for text in self.texts]
        self.size_classes = [bisect_right(_SIZES, each) for each in self.sizes]
        self.ends = ["e" if ends_sentence(text) else "o" for text in self.texts]
        self.linked = [
            min(1.0, mark.linked / len(text))
            for mark, text in zip(self.marks, self.texts, strict=True)
        ]
        self.link_classes = [bisect_right(_LINKED, each) for each in self.linked]
        self.prose = [self._prose(i) for i in range(len(blocks))]
        self.total = sum(self.prose) or 1
        self.loose = [loose(text) for text in self.texts]
        self.copies = Counter(self.loose)
        self.headline = loose(facts.headline or "")
        self.headline_words = set(self.headline.split())
        self.description = loose(facts.description or "").rstrip(".… ")
        self.holders = self._holders()
        self.shares = self._shares()
        self.head = self._head()
        behind = range(self.head + 1 if self.head is not None else 0, len(blocks))
        self.first_prose = next((i for i in behind if self.prose[i]), len(blocks))
        self.home = self._home()
        self.around = self._around()
        self.home_article = _article(self.home)
        self.to_home = self._steps(self.home)
        self.distances: dict[Place, tuple[int, int]] = {}
        self._count_signatures()
        self.kinds = [
            f"{bisect_right(_NEAR_SIZES, s)}{end}{bisect_right((0.25, 0.6), link)}"
            for s, end, link in zip(self.sizes, self.ends, self.linked, strict=True)
        ]
        # prose from each block on, as a share of all
        behind_each = accumulate(reversed(self.prose))
        self.left = [prose / self.total for prose in behind_each][::-1]

    # --- the whole page --------------------------------------------------------------------------

    def _prose(self, i: int) -> int:
        """Return the size of a block that reads as a paragraph, 0 of another."""
        return self.sizes[i] if self.linked[i] < 0.5 and reads(self.texts[i]) else 0

    def _holders(self) -> list[Place]:
        """Return for each block the element that its text flows in, wrappers of one left out."""
        below: Counter[Place] = Counter()
        for mark in self.marks:
            place: Place | None = mark.place
            while place is not None:
                below[place] += 1
                place = place.parent
        found = []
        for mark in self.marks:
            holder = mark.place.holder
            while below[holder] == 1 and holder.parent is not None:
                holder = holder.parent.holder
            found.append(holder)
        return found

    def _shares(self) -> dict[Place, float]:
        """Return how much of the most prose of an element each holds."""
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

    def _head(self) -> int | None:
        """Return the index of the headline: an `h1` with its words, any `h1`, its words."""
        titles = [i for i, mark in enumerate(self.marks) if "<h1" in mark.place.above]
        same = [i for i, text in enumerate(self.loose) if self.headline and text == self.headline]
        known = [i for i in titles if i in same and len(self.headline) > 8]
        long = [i for i in titles if self.sizes[i] > 20]
        return next(iter([*known, *long, *same]), None)

    def _home(self) -> Place | None:
        """Return the element that the first run of much prose below the headline flows in."""
        for start in (self.head or 0, 0):
            found: Counter[Place] = Counter()
            for i in range(start, len(self.texts)):
                place = self.marks[i].place
                if self.prose[i] and _ASIDE.isdisjoint(place.above):
                    found[self.holders[i]] += self.prose[i]
            most = max(found.values(), default=0)
            for place, prose in found.items():  # in reading order
                if prose >= _HOME * most:
                    return place
        return None

    def flows(self, i: int) -> bool:
        """Return True if a block stands among the paragraphs of home, in no part of its own."""
        return self.holders[i] is self.home and self.marks[i].place.holder.signature in self.around

    def _around(self) -> set[str]:
        """Return the kinds of elements right around the paragraphs of home."""
        every = zip(self.marks, self.holders, self.prose, strict=True)
        return {
            m.place.holder.signature for m, holder, prose in every if prose and holder is self.home
        }

    @staticmethod
    def _steps(place: Place | None) -> dict[Place, int]:
        """Return the elements around `place`, it among them, with the steps up to each."""
        steps: dict[Place, int] = {}
        while place is not None:
            steps[place] = len(steps)
            place = place.parent
        return steps

    def _distance(self, place: Place) -> tuple[int, int]:
        """Return the steps up from `place`, and from home, to the element that holds both."""
        if place not in self.distances:
            up, around = 0, place
            while around not in self.to_home and around.parent is not None:
                up, around = up + 1, around.parent
            self.distances[place] = (min(up, 3), min(self.to_home.get(around, 9), 3))
        return self.distances[place]

    def _count_signatures(self) -> None:
        self.signatures: Counter[str] = Counter()
        linked: Counter[str] = Counter()
        sizes: Counter[str] = Counter()
        for i, mark in enumerate(self.marks):
            name = mark.place.signature
            self.signatures[name] += 1
            linked[name] += self.linked[i] > 0.6
            sizes[name] += self.sizes[i]
        self.signature_names = {
            name: {
                f"sig={bisect_right(_REPEATED, number)}",
                f"siglink={bisect_right((0.1, 0.5, 0.9), linked[name] / number)}",
                f"sigsize={bisect_right(_AVERAGES, sizes[name] / number)}",
            }
            for name, number in self.signatures.items()
        }

    # --- one block -------------------------------------------------------------------------------

    def shape(self, i: int) -> set[str]:
        """Return what the text of a block looks like."""
        text, cls, end, link = (
            self.texts[i],
            self.size_classes[i],
            self.ends[i],
            self.link_classes[i],
        )
        found = {
            f"size={cls}",
            f"size-end={cls}{end}",
            f"link={link}",
            f"link-size={link}{min(cls, 5)}",
            f"end={end}",
            f"sentences={min(3, len(_SENTENCE.findall(text)))}",
            f"commas={min(3, text.count(',') + text.count('،') + text.count('、'))}",
            f"first={_first(text[0])}",
            f"run={bisect_right(_RUNS, text.count(BETWEEN))}",
        }
        clock, year = _CLOCK.search(text), _YEAR.search(text)
        signs = {
            "clock": clock,
            "year": year,
            "digits-short": self.sizes[i] < _SHORT and any(map(str.isdigit, text)),
            "stamp": self.sizes[i] < _SHORT and clock and year,
            "copyright": "©" in text,
            "url": _ADDRESS.search(text),
            "bars": "|" in text or ">" in text or "»" in text[-2:],
            "caps": text.isupper(),
            "colon": text.endswith((":", "：")),
            "dots": text.endswith(("...", "…")),
            "bold": self.marks[i].bold > 0.8 * len(text),
        }
        return found | {name for name, is_so in signs.items() if is_so}

    def markup(self, i: int) -> set[str]:
        """Return what the elements around a block say."""
        place = self.marks[i].place
        long = "L" if self.sizes[i] >= _LONG else "S"
        found = {f"tag={place.tag}", f"tag-end={place.tag}{self.ends[i]}{long}"}
        found.update(map("own:".__add__, place.names))
        found.update(map("in:".__add__, place.above))
        around = place.parent
        for _ in range(2):
            if around is not None:
                found.update(map("near:".__add__, around.names))
                around = around.parent
        return found | self.signature_names[place.signature]

    def standing(self, i: int) -> set[str]:
        """Return where a block stands: in the page, to the headline, to the most prose."""
        place, cls, end = self.marks[i].place, min(self.size_classes[i], 5), self.ends[i]
        share = max(self.shares.get(place, 0.0), self.shares.get(self.holders[i], 0.0))
        most = bisect_right(_SHARES, share)
        up, out = self._distance(self.holders[i])
        long = "L" if self.sizes[i] >= _LONG else "S"
        article = _article(place)
        of = "none" if article is None else "home" if article is self.home_article else "other"
        return {
            f"share={most}",
            f"share-size={most}{end}{cls}",
            f"share-link={most}{self.link_classes[i]}",
            f"home={up}-{out}",
            f"home-end={up}-{out}{end}{long}",
            f"article={of}",
            f"pos={i * _PARTS // len(self.texts)}",
            f"h1={_behind_headline(i, self.head)}",
            f"fp={_to_first_prose(i - self.first_prose)}",
            f"prose-left={bisect_right(_LEFT, self.left[i])}",
        }

    def known(self, i: int) -> set[str]:
        """Return what a block has in common with the headline, the description, the others."""
        text, headline, found = self.loose[i], self.headline, set()
        words = text.split()
        if headline and text == headline:
            found.add("is-headline")
        elif (len(text) > 10 and text in headline) or (len(headline) > 15 and headline in text):
            found.add("part-headline")
        elif headline and len(words) >= 4:
            common = len(self.headline_words.intersection(words))
            share = common / min(len(self.headline_words), len(words))
            found.add(f"headline-words={bisect_right(_WORDS_SHARED, share)}")
        if description := self.description:
            if text.rstrip(".… ") == description:
                found.add("is-description")
            elif len(description) > 30 and text.startswith(description):
                found.add("begins-description")
            elif len(text) > 40 and text in description:
                found.add("in-description")
        if self.copies[text] > 1:
            found.add("copyL" if self.sizes[i] >= _LONG else "copyS")
        return found

    def neighbours(self, i: int) -> set[str]:
        """Return what stands before and behind a block."""
        found = set()
        place = self.marks[i].place
        for step, name in ((-1, "p"), (1, "n"), (-2, "pp"), (2, "nn")):
            other = i + step
            if not 0 <= other < len(self.texts):
                found.add(f"{name}:none")
                continue
            found.add(f"{name}:{self.kinds[other]}")
            if step in (-1, 1):
                there = self.marks[other].place
                same = there is place or (there.parent is place.parent and there.tag == place.tag)
                found.add(f"{name}-same={same}")
                found.add(f"{name}:{there.tag}{self.ends[other]}")
        before = sum(map(bool, self.prose[max(0, i - _AROUND) : i]))
        behind = sum(map(bool, self.prose[i + 1 : i + 1 + _AROUND]))
        return found | {
            f"prose-before={before}",
            f"prose-behind={behind}",
            f"prose-around={min(before, 2)}{min(behind, 2)}{self.ends[i]}",
        }

    def add_guess(self, rows: list[set[str]], guess: str) -> None:
        """Add what another extractor took for text."""
        lines = set(map(loose, guess.split("\n")))
        taken = [
            text in lines and size > 20 for text, size in zip(self.loose, self.sizes, strict=True)
        ]
        numbers = [i for i, is_taken in enumerate(taken) if is_taken]
        first, last = (numbers[0], numbers[-1]) if numbers else (len(taken), -1)
        padded = [False, *taken, False]
        for i, row in enumerate(rows):
            long = "L" if self.sizes[i] >= _LONG else "S"
            row.add(f"guess={'in' if self.loose[i] in lines else 'out'}{long}")
            region = "before" if i < first else "after" if i > last else "amid"
            row.add(f"guess-region={region}")
            row.add("guess-around=" + "".join(str(int(each)) for each in padded[i : i + 3]))


def _article(place: Place | None) -> Place | None:
    """Return the innermost article that `place` stands in."""
    while place is not None and place.names.isdisjoint({"<article", "type:article"}):
        place = place.parent
    return place


def _first(char: str) -> str:
    """Return the class of a text's first character."""
    if char.isupper():
        return "U"
    if char.islower():
        return "l"
    if char.isdigit():
        return "d"
    return "q" if char in "\"'«“„—–-" else "x"


def _behind_headline(i: int, head: int | None) -> str:
    if head is None:
        return "none"
    steps = i - head
    if steps < 0:
        return "before"
    return ("at", "1", "few", "few", "few", "few")[steps] if steps < 6 else "after"


def _to_first_prose(steps: int) -> str:
    names = ("far-before", "before", "at", "after", "far-after")
    return names[bisect_right((-5, 0, 1, 30), steps)]
