"""How far is an item from the labels of its page?

Bodies are compared by word 4-grams, so that paragraphs cut in two, or quoted otherwise, count as
what they are. A character of Chinese is a word.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

# letters of roles in a gold file that are no part of the article
NAMES = {
    "s": "radio", "c": "credit", "a": "alternative text", "r": "other story", "p": "player",
    "m": "hidden block", "k": "keyword", "t": "tail", "f": "label", "n": "section", "b": "blurb",
    "u": "date or URL", "h": "repeated headline", "y": "byline", "x": "other",
}  # fmt: skip
# a paragraph with fewer of its 4-grams in the body is lost; a line with more of them has leaked
LOST, LEAKED = 0.5, 0.8
_GLUE = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][^\W\d_])")
_SEAM = re.compile(r'(?<=[.!?…"»”])(?=[A-ZА-ЯЁ«“"][^\W\d_])|' + _GLUE.pattern)
_PRINTED_DAY = re.compile(r"(\.\.\.)? ?\d\d\.\d\d\.\d{4}(, .*)?$")

Grams = set[tuple[str, ...]]


@dataclass(slots=True)
class Score:
    """What is right and wrong with one page.

    Attributes:
        right, extra, missing: 4-grams of the body.
        lost: numbers of the paragraphs that are not in the body.
        leaked: numbers of the lines that are, and should not.
        hits: name of a field -> whether it is right, where the gold says what it should be.
    """

    name: str
    kind: str
    language: str
    wire: str
    right: int = 0
    extra: int = 0
    missing: int = 0
    lost: list[int] = field(default_factory=list)
    leaked: list[int] = field(default_factory=list)
    hits: dict[str, bool] = field(default_factory=dict)

    @property
    def is_article(self) -> bool:
        return "no_article" not in self.hits

    @property
    def exact(self) -> bool:
        """Nothing lost and nothing left in."""
        return not self.extra and not self.missing


def words(text: str) -> list[str]:
    apart = re.sub(r"([\u4e00-\u9fff])", r" \1 ", _GLUE.sub(" ", text))
    return re.findall(r"\w+", apart.lower())


def grams(text: str) -> Grams:
    found = words(text)
    return {tuple(found[i : i + 4]) for i in range(max(1, len(found) - 3))} if found else set()


def score(
    name: str, lines: list[str], gold: dict[str, Any], item: dict[str, Any] | None, wire: str
) -> Score:
    """Return the score of `item` for a page of `lines`; None is a page taken for no article."""
    found = Score(name, gold.get("kind", ""), gold.get("language", ""), wire)
    if gold.get("no_article"):
        found.hits["no_article"] = item is None or not item["body"].strip()
        return found
    item = item or {}
    _score_body(found, lines, gold, item.get("body") or "")
    _score_fields(found, lines, gold, item)
    return found


def _score_body(found: Score, lines: list[str], gold: dict[str, Any], body: str) -> None:
    wanted = {number: lines[number - 1] for number in gold["body"]}
    if gold.get("head_cut") and wanted:
        first = min(wanted)
        wanted[first] = wanted[first].replace(gold["head_cut"], "", 1)
    free = [lines[number - 1] for number in gold.get("body_optional", [])]
    if gold.get("description"):
        free.append(lines[gold["description"] - 1])
    glued = gold.get("kind") == "meta"
    parts = [q for p in wanted.values() for q in (_SEAM.split(p) if glued else [p])]
    required = _union(q for q in parts if len(words(q)) > 3 or q in wanted.values())
    may, free_grams = _union(wanted.values()), _union(free)
    out = [p for p in body.split("\n") if p]
    have = _union(out)
    found.right, found.extra = len(have & may), len(have - may - free_grams)
    found.missing = len(required - have - free_grams)
    whole = {" ".join(words(p)) for p in out}
    for number, text in wanted.items():
        own = grams(text)
        if own and len(own & have) / len(own) < LOST and not _is_in(text, have, whole):
            found.lost.append(number)
    for number, role in enumerate(gold["roles"], 1):
        text = lines[number - 1]
        shared = grams(text) <= may | free_grams and len(words(text)) >= 4
        if role in NAMES and _is_in(text, have, whole) and not shared:
            found.leaked.append(number)


def _union(texts: Any) -> Grams:
    result: Grams = set()
    return result.union(*(grams(text) for text in texts))


def _is_in(text: str, have: Grams, whole: set[str]) -> bool:
    """Return True if a line is in the body: as a paragraph, or most of its 4-grams."""
    found = words(text)
    if not found or len(found) < 4:
        return bool(found) and " ".join(found) in whole
    own = grams(text)
    return " ".join(found) in whole or len(own & have) / len(own) >= LEAKED


def _score_fields(
    found: Score, lines: list[str], gold: dict[str, Any], item: dict[str, Any]
) -> None:
    hits = found.hits
    headline = words(item.get("headline") or "")
    if gold.get("headline"):
        text = re.sub(r"^ date [\d-]+ ", "", lines[gold["headline"] - 1])
        hits["headline"] = headline == words(text)
    else:
        hits["no headline"] = not headline
    lede = item.get("description") or ""
    if gold.get("description"):
        text = lines[gold["description"] - 1]
        hits["lede"] = words(lede) in (words(text), words(_PRINTED_DAY.sub("", text)))
    else:
        own = [*gold["body"], *gold.get("body_optional", [])]
        hits["no lede"] = not lede or grams(lede) <= _union(lines[n - 1] for n in own)
    if gold.get("date"):
        hits["date"] = (item.get("date_published") or "").startswith(gold["date"])
    if gold.get("place"):
        head = json.dumps(item.get("dateline") or {}, ensure_ascii=False).casefold()
        city = (gold.get("head_cut") or gold["place"]).split(",")[0].casefold()
        hits["place"] = gold["place"].casefold() in head or city in head
    if gold.get("edition"):
        hits["edition"] = item.get("edition") == gold["edition"]
    if gold.get("language"):
        hits["language"] = (item.get("language") or "").split("-")[0] == gold["language"]


def summary(scores: list[Score]) -> dict[str, float]:
    """Return the figures of some pages; counts of hits as `hit` of `asked` shares."""
    right, extra, missing = (
        sum(getattr(s, k) for s in scores) for k in ("right", "extra", "missing")
    )
    articles = [s for s in scores if s.is_article]
    figures: dict[str, float] = {"pages": len(scores)}
    if articles:
        figures["F1"] = 2 * right / max(1, 2 * right + extra + missing)
        figures["exact"] = sum(s.exact for s in articles) / len(articles)
        figures["lost"] = sum(len(s.lost) for s in articles)
        figures["leaked"] = sum(len(s.leaked) for s in articles)
    for name in (
        "headline",
        "lede",
        "date",
        "place",
        "language",
        "edition",
        "no headline",
        "no lede",
        "no_article",
    ):
        asked = [s.hits[name] for s in scores if name in s.hits]
        if asked:
            figures[name.replace("_", "-")] = sum(asked) / len(asked)
    return figures
