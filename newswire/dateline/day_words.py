"""Which words does a printed day have, besides months and days of the week?

They are the tables `day` and `calendar` of `datelines.toml`.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from newswire import rules
from newswire.dateline import dates
from newswire.text.folding import fold_key, spans


class Words(NamedTuple):
    """The words of dates, each as a pattern at its place."""

    before: re.Pattern[str]
    of: re.Pattern[str]
    year: re.Pattern[str]
    behind: re.Pattern[str]
    numbered: re.Pattern[str]
    era: re.Pattern[str]
    equals: re.Pattern[str]


@functools.cache
def patterns() -> Words:
    """Return them, of all languages."""
    table = rules.read("datelines.toml")["day"]

    def names(kind: str) -> str:
        words = sorted((spans(word)[0] for word in table[kind]), key=len, reverse=True)
        return "|".join(map(re.escape, words))

    def pattern(kind: str, around: str) -> re.Pattern[str]:
        return re.compile(around.format(names(kind)), re.IGNORECASE)

    return Words(
        pattern("before", r"(?:{}) +(?=\d)"),
        pattern("of", r"(?:(?:{})(?: |(?<=')))"),
        pattern("year", r" ?(?:{})(?![^\W\d_])"),
        pattern("behind", r" (?:{})(?![^\W\d_])"),
        pattern("numbered", r"(?:{}) +(\d\d?)(?!\d)"),
        pattern("era", r" ?(?:{})(?!\w)"),
        pattern("equals", rf"(?: \d{{{{4}}}})?(?: ?(?:{names('era')}))? ?(?:{{}}) +"),
    )


@functools.cache
def numbers() -> dict[str, int]:
    """Return the numbers of days that are written in words."""
    words = rules.read("datelines.toml")["day"]["numbers"]
    return {fold_key(word): number for number, word in enumerate(words, 1)}


@functools.cache
def first_words() -> frozenset[str]:
    """Return the folded words that a day may begin with, numbers apart."""
    table = rules.read("datelines.toml")
    names = [*dates.names_of_months(), *dates.names_of_weekdays(), *other_months(), *numbers()]
    return frozenset(
        part
        for name in [*names, *table["day"]["before"]]
        for part in (fold_key(name).split()[0], fold_key(name).split(".")[0])
    )


@functools.cache
def other_months() -> frozenset[str]:
    """Return the folded names of months that are not Gregorian."""
    table = rules.read("datelines.toml")["calendar"]
    return frozenset(fold_key(name) for row in table for name in row["months"])
