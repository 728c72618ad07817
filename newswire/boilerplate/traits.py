"""What does a line show by itself, whatever page it is on?

Every step asks the same lines for the same things, and the furniture of a site stands on each of
its pages: a line is looked at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from newswire import dateline
from newswire.page.captions import RELATED_SIZE
from newswire.rules import Rule, boilerplate, word_of
from newswire.text.characters import ends_sentence, measure, size
from newswire.text.folding import loose_once
from newswire.wires.editions import editions

# a sentence at least this long is prose; shorter ones say nothing of where the text begins or ends
PROSE = 40
# a line of this length is prose without a full stop too
LONG_PROSE = 120
# longest button or badge seen: 25 characters, three words
LABEL_SIZE, LABEL_WORDS = 25, 3
# longest headline seen on the wire: 170 characters
HEADLINE_SIZE = 220
# longer lines are paragraphs: their words and signs do not matter
COMPARED = 240
# what is kept of a site must not grow with its pages
_KEPT, _LONGEST = 4096, 1500

# nothing asks for more
_WORDS = 8
LENGTHS = (3, 10, 25, 40, 80, 140, 220, 400)
_BULLETS = "•·●▪>»→-–—"
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?::\d\d)?")
_MOMENT = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2}\.\d{1,2}\.(?:20)?\d\d\b")
_FRACTION = re.compile(r"(\d{1,3}) ?/ ?(\d{1,3})")
# a date line has no more characters, and no more words beside its numbers (`last update:`)
_DATE_SIZE, _DATE_WORDS = 60, 3
INNER_END = re.compile(r"[.!?…。？！։؟۔](?:['\"»”)]* +[^\W\d_a-zа-я]|(?<=[。？！])\S)")
# names of networks are words of no language
_ADDRESS = re.compile(
    r"@|https?:|\.(?:ru|com)\b|Telegram|Facebook|WhatsApp|Viber|YouTube|Instagram|TikTok|Twitter"
)


class Traits:
    """What is seen of a line.

    Attributes:
        text: the line.
        folded: for comparison.
        size: characters, see `size`.
        words: their number, `_WORDS` at most.
        ends: it ends as a sentence does.
        prose: it reads as a paragraph.
        open_end: it is as short and as open-ended as a headline.
        label: it is as short and as open-ended as a button's label, and no list item, quotation or
            number.
        moment: it is a time or a day, with a month or a word such as 'updated' at most.
        rules: those of a zone that it is a line of, in the order of the file.
        caption_line: it reads as the alternative text of a picture, see `captions.alternative`.
        asks: it names a network or an address, as those that ask to subscribe do.
        of_wire: it is the name of a site or an agency of the wires.
    """

    __slots__ = (
        "_dateline",
        "_features",
        "_known",
        "_shape",
        "asks",
        "caption_line",
        "ends",
        "folded",
        "label",
        "moment",
        "of_wire",
        "open_end",
        "prose",
        "rules",
        "size",
        "text",
        "words",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = loose_once(text)
        self.size, self.words = measure(text, _WORDS)
        self.ends = ends_sentence(text)
        self.prose = self.ends and self.size >= PROSE
        self.open_end = self.size <= HEADLINE_SIZE and (
            not self.ends or text.rstrip("\"'»”’")[-1:] in {"?", "!", "…", "？", "！", "؟"}
        )
        self.label = (
            self.size <= LABEL_SIZE
            and 1 <= self.words <= LABEL_WORDS
            and not self.ends
            and text[:1].isalpha()
            and not any(map(str.isdigit, text))
        )
        self.moment = is_date_line(text)
        self.rules, self._known = _line_rules().of(text, self.folded)
        self.caption_line = boilerplate()["caption-line"].match(text)
        self.asks = len(text) <= COMPARED and _ADDRESS.search(text) is not None
        wires = editions()
        self.of_wire = self.folded in wires.agencies or self.folded in wires.site_names
        # where a template has told the parts from one another, nobody asks for these
        self._shape: str | None = None
        self._features: frozenset[str] | None = None
        self._dateline: bool | None = None

    @property
    def shape(self) -> str:
        """One of a few words: `prose`, `title`, `label`, `number`, `date` …"""
        if self._shape is None:
            self._shape = _shape(self)
        return self._shape

    @property
    def features(self) -> frozenset[str]:
        """What the decoder may know of it."""
        if self._features is None:
            self._features = _features(self)
        return self._features

    @property
    def dateline(self) -> bool:
        """Whether the line begins with the head of a wire story; found when asked for."""
        if self._dateline is None:
            found = dateline.parse(self.text)
            self._dateline = found is not None and found.confidence >= dateline.CUT
        return self._dateline

    def is_title(self, least: int = 4) -> bool:
        """Return True if the line can be a headline: `least` words, no full stop."""
        return self.open_end and self.words >= least

    def is_glued(self, words: int = LABEL_WORDS) -> bool:
        """Return True if labels stand in it without a blank between (`HierAujourd'hui`)."""
        text = self.text
        return (
            self.words <= words
            and not self.ends
            and text[:1].isupper()
            and any(a.islower() and b.isupper() for a, b in pairwise(text))
        )

    def rule_of(self, *zones: str) -> Rule | None:
        """Return the first rule of these zones that it is a line of."""
        return next((rule for rule in self.rules if rule.zone in zones), None)


def _shape(line: Traits) -> str:
    text = line.text
    if not any(map(str.isalpha, text)):
        if fraction(text):
            return "fraction"
        if _CLOCK.fullmatch(text):
            return "clock"
        return "number" if any(map(str.isdigit, text)) else "sign"
    if line.moment:
        return "date"
    if line.size >= PROSE:
        if line.ends:
            return "title" if text[-1:] in "?!" and line.is_title() else "prose"
        return "title" if line.is_title() else "long"
    if line.size >= RELATED_SIZE and line.is_title():
        return "title"
    if line.ends:
        return "short-end"
    if line.label:
        return "label"
    return "glued" if line.is_glued() else "few"


def _features(line: Traits) -> frozenset[str]:
    text, length, known = line.text, line.size, line._known
    short = length <= COMPARED
    return _names(
        bisect_left(LENGTHS, length),
        min(line.words, 7) if short else 7,
        _ending(line),
        _beginning(text[:1]),
        (known.zone, known.end) if short and known else None,
        "".join([sign for sign in "@|©!" if sign in text]) if short else "",
        short and line.asks,
        short and INNER_END.search(text) is not None,
        short and length > 3 and text.isupper(),
    )


@lru_cache(maxsize=1024)  # lines are few kinds, whatever they say
def _names(
    length: int,
    words: int,
    ending: str,
    beginning: str,
    known: tuple[str | None, bool] | None,
    signs: str,
    asks: bool,
    sentences: bool,
    capitals: bool,
) -> frozenset[str]:
    names = {f"length={length}", f"words={words}", f"ends={ending}", f"starts={beginning}"}
    if known:
        names.add(f"words-of={known[0]}")
    flags = {"ends-page": known and known[1], "asks": asks, "sentences": sentences}
    names |= {name for name, flag in (flags | {"capitals": capitals}).items() if flag}
    return frozenset(names | {f"has={sign}" for sign in signs})


def _ending(line: Traits) -> str:
    text = line.text
    last = text.rstrip("\"'»”’)“ ")[-1:]
    if last in ":：":
        return "colon"
    if last in ",،;":
        return "comma"
    if last in "?!？！؟":
        return "question"
    if last == "…" or text.endswith("..."):
        return "dots"
    return "stop" if line.ends else "open"


def _beginning(first: str) -> str:
    if first.isdigit():
        return "digit"
    if first.isalpha():
        return "small" if first.islower() else "letter"
    if first in "\"'«“„‘":
        return "quote"
    return "bullet" if first in _BULLETS else "sign"


def is_date_line(text: str) -> bool:
    """Return True if a line is a time or a day, with a month or a word such as 'updated' at most.

    >>> [is_date_line(t) for t in ("13:30, 4 марта 2021", "5 декабря, 09:26", "В 2021 году")]
    [True, True, False]
    """
    if len(text) > _DATE_SIZE or not _MOMENT.search(text):
        return False
    return sum(1 for w in text.split() if not any(map(str.isdigit, w)) and w.strip(",.()|—–-")) <= (
        _DATE_WORDS
    )


def fraction(text: str) -> tuple[int, int] | None:
    """Return the numbers of a photo's place among others (`3 / 21`)."""
    found = _FRACTION.fullmatch(text) if len(text) < 10 else None
    return (int(found[1]), int(found[2])) if found else None


class _LineRules:
    """The rules of zones, but for those of whole pages: by words, and those with a pattern."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._order = [rule for rule in rules if rule.zone not in (None, "page")]
        self._patterns = [rule for rule in self._order if rule.pattern]
        self._words: dict[str, tuple[Rule, ...]] = {}
        for rule in self._order:
            for word in rule.words:
                self._words[word] = (*self._words.get(word, ()), rule)

    def of(self, text: str, folded: str) -> tuple[tuple[Rule, ...], Rule | None]:
        """Return the rules that a line is one of, in their order, and the first by its words."""
        by_words = self._words.get(word_of(folded), ())
        by_pattern = [rule for rule in self._patterns if rule.match(text)]
        first = next(iter([*by_words, *by_pattern]), None)
        if not by_pattern:
            return by_words, first
        return tuple(r for r in self._order if r in by_words or r in by_pattern), first


@cache
def _line_rules() -> _LineRules:
    return _LineRules(boilerplate().values())


class _Kept(dict[str, Traits]):
    """The traits of lines that were looked at; when there are too many, all are forgotten."""

    def __missing__(self, text: str) -> Traits:
        found = Traits(text)
        if len(text) <= _LONGEST:
            if len(self) >= _KEPT:
                self.clear()
            self[text] = found
        return found


_kept = _Kept()
#: Returns what is seen of a line. Asked 130 times a page: a dictionary answers in 0.06 µs, and a
#: function with `lru_cache` in 0.25.
traits = _kept.__getitem__


def is_prose(text: str) -> bool:
    """Return True if `text` reads as a paragraph."""
    return size(text) >= PROSE and ends_sentence(text)
