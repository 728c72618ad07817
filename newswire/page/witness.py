"""How long does a page say that its text is, and does what was kept of it agree?

The wire counts its articles' characters (`article_length` of `dataLayer`, `data-text-length`);
schema.org has `wordCount`, and `articleBody` with the text once more. None of them needs a
template, so they see what no rule sees: a paragraph that a changed page hides from its reader.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newswire.page.model import Draft, Witness
from newswire.page.sources import Sources, plain
from newswire.text.characters import tidy, word_count

# The page of 2022 that we have counts exactly what is kept of it; a
# paragraph of ten is a tenth. What may be counted or not (captions, speakers of quotes) is less.
SHORT, LONG = 0.9, 1.2
# shorter texts are those of pictures and videos, whose captions count or do not
LEAST = 200  # characters
_CUT = ("…", "...", "[…]", "[...]")


def read(sources: Sources, article: Mapping[str, Any]) -> list[Witness]:
    """Return what a page says of the length of its text, in characters or words."""
    return list(_read(sources, article))


def _read(sources: Sources, article: Mapping[str, Any]) -> Iterator[Witness]:
    for text in sources.given("length"):
        if text.isdecimal() and len(text) < 8 and int(text):
            yield Witness("its own count", int(text), "characters")
    words = str(article.get("wordCount") or "")
    if words.isdecimal() and len(words) < 7 and int(words):
        yield Witness("wordCount", int(words), "words")
    said = article.get("articleBody")
    for copy in (plain(said) if isinstance(said, str) else "", *map(tidy, sources.copies)):
        # an announcement is no copy
        if copy and not copy.endswith(_CUT):
            yield Witness("articleBody", len(copy), "characters")


_MEASURES: dict[str, Callable[[str], int]] = {"characters": len, "words": word_count}


@dataclass(frozen=True, slots=True)
class Share:
    """The text that was kept as a share of what the page says it has; `witness` says it."""

    value: float
    witness: Witness

    @property
    def verdict(self) -> str:
        """`short` where text is missing, `long` where much was kept that is none, else `whole`."""
        return "short" if self.value < SHORT else "long" if self.value > LONG else "whole"

    @property
    def is_far(self) -> bool:
        """Whether the text is not as long as the page says."""
        return self.verdict != "whole"

    def __str__(self) -> str:
        said = self.witness
        return f"{self.value:.0%} of the {said.size} {said.unit} that the page says ({said.name})"


def share(draft: Draft) -> Share | None:
    """Return the share of a finished draft's text, by the witness that agrees most.

    None where the page says nothing of its length, or too little for a judgement.
    """
    head = draft.article.dateline
    texts = [*([head.raw] if head else []), *(block.text for block in draft.body)]
    found = []
    for said in draft.facts.witnesses():
        measure = _MEASURES[said.unit]
        if said.size >= (LEAST if said.unit == "characters" else LEAST / 8):
            found.append(Share(sum(map(measure, texts)) / said.size, said))
    return min(found, key=lambda each: abs(math.log(max(each.value, 0.001))), default=None)
