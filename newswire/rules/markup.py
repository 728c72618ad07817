"""What do the names in a page's markup say? Families of words in classes and ids, read once."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from newswire.errors import RuleError
from newswire.rules import read

# a shorter word is too common inside others
_GLUED = 4
# longer values are generated, and cost more than they say
_MAX_NAMES = 1000
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@lru_cache(maxsize=8192)
def families(names: str) -> frozenset[str]:
    """Return the families of the words in `names`, the classes and the id of an element.

    >>> sorted(families("c-articleBody js-x")), sorted(families("commentlist"))
    (['article', 'text'], ['comment', 'list'])
    """
    words = map(str.lower, _WORD.findall(names[:_MAX_NAMES]))
    return frozenset().union(*map(_of_word, words))


@lru_cache(maxsize=8192)
def _of_word(word: str) -> frozenset[str]:
    table = _table()
    for form in (word, word.removesuffix("s")):
        if form in table:
            return table[form]
    if len(word) <= _GLUED:
        return frozenset()
    beginnings, ends = _glued()
    begins = [each for each in beginnings.get(word[:_GLUED], ()) if word.startswith(each)]
    ends_so = [each for each in ends.get(word[-_GLUED:], ()) if word.endswith(each)]
    return frozenset().union(*(table[known] for known in begins + ends_so))


@cache
def _glued() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the words that may stand inside others by their first letters, and by their last."""
    beginnings: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for word in _table():
        if len(word) >= _GLUED:
            beginnings.setdefault(word[:_GLUED], []).append(word)
            ends.setdefault(word[-_GLUED:], []).append(word)
    return beginnings, ends


@cache
def rules() -> dict[str, str]:
    """Return family -> id of the rule that drops what stands in such an element, if it does."""
    return {row["id"]: row["rule"] for row in read("markup.toml")["family"] if "rule" in row}


@cache
def _table() -> dict[str, frozenset[str]]:
    """Return word -> families.

    Raises:
        RuleError: a family is incomplete.
    """
    table: dict[str, frozenset[str]] = {}
    for number, row in enumerate(read("markup.toml").get("family", []), 1):
        if not (row.get("id") and row.get("why") and row.get("words")):
            raise RuleError(f"markup.toml: family number {number} needs an id, words and a why")
        for word in row["words"]:
            table[word] = table.get(word, frozenset()) | {row["id"]}
    return table
