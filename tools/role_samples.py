"""Labelled saved texts to fit the weights of roles on, and pages simulated from them.

Material: `fixtures/` with the expected items, the short pages of the tests, `../shared/data/text2`
with its gold, and `../shared/data/text` as the rules alone read it. Only features and labels leave
this module: no sentence of the material gets into a weights file.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newswire.boilerplate import features, propose, roles
from newswire.boilerplate.kinds import Kind
from newswire.boilerplate.sheet import Sheet
from newswire.boilerplate.traits import traits
from newswire.page.model import Block, Facts, Role
from newswire.page.reading import _lines as blocks_of
from newswire.rules import boilerplate
from newswire.text.characters import lines, tidy
from newswire.text.decoding import decode
from newswire.wires.editions import editions
from tests.boilerplate_cases import CASES, OURS
from tools.fit_roles import Labelled

FIXTURES = Path("fixtures/sputnik")
TEXT2 = Path("../shared/data/text2")
TEXT = Path("../shared/data/text")

# not pages of the wire, but lines in an order
CASES_EDITION = "cases"
# letter of a gold file -> label; lines of the hidden block have none
GOLD = {
    "H": "headline", "h": "repeat", "D": "lede", "B": "body", "O": "body", "c": "picture",
    "a": "picture", "r": "other", "p": "player", "n": "section", "b": "section", "f": "label",
    "t": "tail", "u": "date", "y": "label", "x": "misc", "s": "player",
}  # fmt: skip
# rule -> label
RULES = {
    **{rule: label for label, rule in roles.RULES.items()},
    "caption-line": "picture", "credit": "picture", "photo-bank": "picture",
    "repeated-caption": "picture", "printed-date": "date", "updated": "date",
    "head-counter": "misc",
    "subscribe": "label", "badge": "label", "on-air": "player", "short-url": "label",
    "share": "label", "news-list": "other",
    **dict.fromkeys(
        ["news-feed", "see-also", "tags", "log-in", "e-mail", "disclaimer", "social-handle",
         "tail-contact", "tail-counter", "tail-label", "tail-prompt", "tail-sections", "after-end",
         "site-label", "promotion"], "tail"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A saved text: its lines, the label of each (None: blank or hidden), its edition."""

    name: str
    edition: str
    lines: list[str]
    labels: list[str | None]


def labelled() -> list[Sample]:
    """Return all samples that are at hand."""
    return [*_gold(), *_fixtures(), *_silver(), *_cases()]


def _gold() -> Iterator[Sample]:
    for path in sorted(TEXT2.rglob("*.txt")):
        gold = json.loads(path.with_suffix(".gold.json").read_text("utf-8"))
        if not gold.get("no_article"):
            text = lines(path.read_text("utf-8"))
            labels = [GOLD.get(role) for role in gold["roles"]]
            edition = gold.get("edition") or path.stem.split("-")[0]
            yield Sample(path.stem, edition, text[: len(labels)], labels)


def _fixtures() -> Iterator[Sample]:
    for path in sorted(FIXTURES.rglob("*.txt")):
        if item := json.loads(path.with_suffix(".json").read_text("utf-8")):
            yield _of_item(path.stem, decode(path.read_bytes())[0], item)


def _silver() -> Iterator[Sample]:
    """Yield real saved texts with the roles that the rules alone give: right on each of them."""
    for path in sorted([*TEXT.glob("*/pages_*.txt"), *TEXT.glob("*/falkonkg_*.txt")]):
        text = decode(path.read_bytes())[0]
        sheet = Sheet(blocks_of(text), Facts(), boilerplate())
        propose(sheet)
        if sheet.is_article:
            labels: list[str | None] = [None] * len(lines(text))
            for block in sheet.blocks:
                labels[(block.line or 1) - 1] = _proposed(block)
            edition = next((e.id for h in [path.parent.name] if (e := editions().by_host(h))), "")
            yield Sample(path.stem, edition, lines(text), labels)


def _cases() -> Iterator[Sample]:
    """Yield the short pages of the tests."""
    for name, text, kept in [*CASES, *OURS]:
        sheet = Sheet(
            [Block(tidy(line), n) for n, line in enumerate(text, 1) if line], Facts(), boilerplate()
        )
        propose(sheet)
        labels: list[str | None] = [None] * len(text)
        for block in sheet.blocks:
            proposed = _proposed(block)
            labels[(block.line or 1) - 1] = (
                "body" if block.text in kept and proposed != "headline" else proposed
            )
        yield Sample(name, CASES_EDITION, list(text), labels)


def _proposed(block: Block) -> str | None:
    if block.rule:
        return None if block.rule in roles.HIDDEN else RULES[block.rule]
    return {Role.HEADLINE: "headline", Role.DESCRIPTION: "lede"}.get(block.role, "body")


def _of_item(name: str, text: str, item: dict[str, Any]) -> Sample:
    """Return the sample that a right item tells the labels of."""
    dropped = {s["line"]: s["rule"] for s in item["stripped"]}
    labels: list[str | None] = []
    for number, line in enumerate(lines(text), 1):
        tidied = tidy(line)
        if not tidied or dropped.get(number) in roles.HIDDEN:
            labels.append(None)
        elif number in dropped:
            labels.append(RULES[dropped[number]])
        elif item["headline"] and tidied.startswith(item["headline"]) and "headline" not in labels:
            labels.append("headline")
        else:
            lede = item["description"] and tidied.endswith(item["description"])
            labels.append("lede" if lede and "body" not in labels else "body")
    return Sample(name, item["edition"] or "", lines(text), labels)


def sequence(sample: Sample) -> Labelled:
    """Return the features and labels of the visible blocks of `sample`."""
    blocks: list[Block] = blocks_of("\n".join(sample.lines))
    sheet = Sheet(blocks, Facts(), boilerplate())
    kind = propose(sheet)
    if kind in (Kind.LIST, Kind.CAPTCHA):
        return [], []
    seen = features.describe(sheet, roles.visible(sheet), kind)
    pairs = []
    for one in seen:
        label = sample.labels[(one.block.line or 1) - 1]
        no = roles.forbidden_labels(one)
        if label is None:  # the rest of a line that began with something hidden
            label = _proposed(one.block) or "misc"
        if label in no:
            label = next((name for name in ("repeat", "label", "tail") if name not in no), label)
            if one.block.rule in roles.BOUND:
                label = roles.BOUND[one.block.rule]
        pairs.append((one.features, label))
    return [f for f, _ in pairs], [label for _, label in pairs]


# --- pages simulated -----------------------------------------------------------------------------

TEXT_LABELS = {"headline", "lede", "body"}
Snippet = list[tuple[str, str | None]]


def snippets(samples: list[Sample]) -> dict[str, list[Snippet]]:
    """Return the runs of furniture by place: `top`, `head`, `inside`, `tail`."""
    found: dict[str, list[Snippet]] = {"top": [], "head": [], "inside": [], "tail": []}
    for sample in samples:
        run: Snippet = []
        place = "top"
        for line, label in [*zip(sample.lines, sample.labels, strict=True), ("", "end")]:
            if label in TEXT_LABELS or label == "end":
                if any(known for _, known in run):
                    found["tail" if label == "end" else place].append(run)
                run = []
                place = "inside" if label == "body" else "head"
            else:
                run.append((line, label))
    return found


def simulated(sample: Sample, found: dict[str, list[Snippet]], dice: random.Random) -> Sample:
    """Return a page made from `sample`: furniture dropped, swapped, in other words; ends cut."""
    pairs: Snippet = list(zip(sample.lines, sample.labels, strict=True))
    way = dice.random()
    if way < 0.12:  # only the body kept
        pairs = [p for p in pairs if p[1] in (None, "body")]
    elif way < 0.2:
        pairs = [p for p in pairs if p[1] not in ("headline", "repeat")]
    share = dice.choice([0, 0, 0.15, 0.4])
    pairs = [p for p in pairs if p[1] in TEXT_LABELS or p[1] is None or dice.random() >= share]
    if dice.random() < 0.5:
        pairs = _strange(pairs, dice)
    if way >= 0.12:
        for place in ("top", "head", "inside", "tail"):
            if dice.random() < (0.25 if place != "inside" else 0.35) and found[place]:
                pairs = _inserted(pairs, place, _strange(dice.choice(found[place]), dice), dice)
    for _ in range(dice.choice([0, 0, 1, 1, 2]) if way >= 0.12 else 0):
        pairs = _made(pairs, dice)
    if dice.random() < 0.3:
        pairs = _text_of_its_own(pairs, dice)
    if dice.random() < 0.3:
        pairs = _cut(pairs, dice)
    if dice.random() < 0.1:  # some headlines end with a full stop
        pairs = [
            (line + ".", label)
            if label in ("headline", "repeat") and line[-1:].isalpha()
            else (line, label)
            for line, label in pairs
        ]
    if dice.random() < 0.25:
        blank = dice.random() < 0.5
        pairs = [q for p in pairs if p[0].strip() for q in ([("", None), p] if blank else [p])]
    return replace(sample, lines=[p[0] for p in pairs], labels=[p[1] for p in pairs])


def _places(pairs: Snippet) -> tuple[list[int], int | None]:
    body = [i for i, p in enumerate(pairs) if p[1] == "body"]
    return body, next((i for i, p in enumerate(pairs) if p[1] == "headline"), None)


def _inserted(pairs: Snippet, place: str, run: Snippet, dice: random.Random) -> Snippet:
    body, headline = _places(pairs)
    if not body:
        return pairs
    if place == "top":
        at = headline if headline is not None else body[0]
    elif place == "head":
        at = headline + 1 if headline is not None else body[0]
    elif place == "tail":
        at = body[-1] + 1
    elif len(body) < 2:
        return pairs
    else:
        at = dice.choice(body[1:])
    return [*pairs[:at], *run, *pairs[at:]]


def _made(pairs: Snippet, dice: random.Random) -> Snippet:
    """Insert furniture of a kind: another story with its time, a publisher's line, a player."""

    def words(least: int, most: int) -> str:
        text = " ".join(
            _word("x" * dice.randint(3, 10), dice) for _ in range(dice.randint(least, most))
        )
        return text[0].upper() + text[1:]

    clock = f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}"
    stamp = dice.choice(
        [
            clock,
            f"{dice.randint(1, 28)} {words(1, 1).lower()}, {clock}",
            f"{words(1, 1)}, {clock}",
            f"{clock} {dice.randint(1, 28):02}.{dice.randint(1, 12):02}.2021",
        ]
    )
    kind = dice.randrange(8)
    if kind == 6:  # the headline stands there twice, and its announcement below
        at = next((i for i, p in enumerate(pairs) if p[1] == "headline"), None)
        lede = any(p[1] == "lede" for p in pairs)
        if at is None or not lede or any(p[1] == "repeat" for p in pairs):
            return pairs
        return [*pairs[: at + 1], ("", None), (pairs[at][0], "repeat"), *pairs[at + 1 :]]
    if kind == 7:  # caption and credit apart
        caption = words(4, 10) + dice.choice(["", "", "."])
        run = [(caption, "picture"), (f"© {words(1, 2)} / {words(2, 2)}", "picture")]
        run += [(words(2, 3), "label")] * (dice.random() < 0.5)
        return _inserted(pairs, dice.choice(["head", "inside"]), run, dice)
    if kind == 0:
        run: Snippet = [(stamp, "date"), (words(5, 12), "other")]
        if dice.random() < 0.5:
            run.insert(0, (words(3, 8), "picture"))
        return _inserted(pairs, "inside", run, dice)
    if kind == 1:
        return _inserted(pairs, "inside", [(words(5, 11), "other")], dice)
    if kind == 2:
        sign = dice.choice([">>", "-", "•", "—"])
        run = []
        for _ in range(dice.randint(1, 3)):
            run += [(sign, "other"), (words(5, 11), "other")]
        run = [(words(3, 5) + ":", "other"), *run] if dice.random() < 0.4 else run
        return _inserted(pairs, dice.choice(["inside", "tail"]), run, dice)
    if kind == 3:  # between the lede and the text; what it sets apart from the text is the lede
        body, headline = _places(pairs)
        label = [(dice.choice(["Sputnik", words(1, 3), words(3, 5)]), "label")]
        gap: Snippet = [("", None)] if dice.random() < 0.6 else []
        plain = dice.random() < 0.25  # nothing but the line stands between headline and text
        if plain and headline is not None:
            pairs = [p for p in pairs if p[1] != "lede"]
            return [*pairs[: headline + 1], *gap, *label, *pairs[headline + 1 :]]
        if any(p[1] == "lede" for p in pairs) or headline is None or len(body) < 3:
            at = body[0] if body else 0
            return [*pairs[:at], *label, *gap, *pairs[at:]]
        line = pairs[body[0]][0]
        if traits(line).dateline:
            line = " ".join(line.split()[-14:])
            pairs = [*pairs[: body[0]], (line, "lede"), *pairs[body[0] :]]
        else:
            pairs = [
                *pairs[: body[0]],
                (line.rstrip(dice.choice(["", "."])), "lede"),
                *pairs[body[0] + 1 :],
            ]
        at = body[0] + 1
        return [*pairs[:at], *label, *gap, *pairs[at:]]
    if kind == 4:
        run = [("00:00", "player"), ("1", "player")] + [
            (dice.choice(["", "• "]) + n, "player") for n in ("0,8", "1", "1,5", "2")
        ]
        run += [(words(1, 3), "player") for _ in range(dice.randint(1, 3))]
        title = next((p[0] for p in pairs if p[1] == "headline"), words(5, 9))
        run = [(title, "player"), *run, *([(title, "player")] if dice.random() < 0.5 else [])]
        body, _ = _places(pairs)
        at = body[0] if body else 0
        return [*pairs[:at], *run, *pairs[at:]]
    return _inserted(
        pairs, "tail", [(words(4, 9) + "! " + words(3, 9) + " Telegram.", "tail")], dice
    )


def _text_of_its_own(pairs: Snippet, dice: random.Random) -> Snippet:
    """Insert short lines that are text: a list, a dialogue, a subheading, an answer."""
    body, _ = _places(pairs)
    if len(body) < 2:
        return pairs
    at = dice.choice(body[1:])

    def words(least: int, most: int) -> str:
        return " ".join(
            _word("x" * dice.randint(2, 9), dice) for _ in range(dice.randint(least, most))
        )

    kind = dice.randrange(5)
    if kind == 0:
        sign, end = dice.choice(["— ", "- ", "• ", "1. ", ""]), dice.choice([";", ".", "", ","])
        run = [sign + words(2, 9) + end for _ in range(dice.randint(2, 5))]
    elif kind == 1:
        run = [words(2, 6).capitalize()]
    elif kind == 2:
        run = [
            "— " + words(2, 9).capitalize() + dice.choice("?.!"),
            "— " + words(1, 12).capitalize() + ".",
        ]
    elif kind == 3:
        run = [words(4, 9).capitalize() + "?"]
    else:
        run = [words(1, 5).capitalize() + dice.choice([".", "!", "…", ":"])]
    return [*pairs[:at], *((line, "body") for line in run), *pairs[at:]]


def _strange(pairs: Snippet, dice: random.Random) -> Snippet:
    """Write furniture in words of no language; figures, signs and what repeats stay."""
    known: dict[str, str] = {}

    def strange(match: re.Match[str]) -> str:
        word = match[0]
        return known.setdefault(word, _word(word, dice))

    return [
        (re.sub(r"[^\W\d_]+", strange, line), label)
        if label in {"label", "tail", "section", "player", "other"}
        else (line, label)
        for line, label in pairs
    ]


def _word(like: str, dice: random.Random) -> str:
    """Return a word of no language, as long as `like` and with its capitals and script."""
    cyrillic = any("а" <= c.lower() <= "я" for c in like)
    soft, hard = ("аеиоу", "бвгдклмнпрст") if cyrillic else ("aeiou", "bdfgklmnprst")
    out = ""
    for index, char in enumerate(like):
        new = dice.choice(soft if index % 2 else hard)
        out += new.upper() if char.isupper() else new
    return out


def _cut(pairs: Snippet, dice: random.Random) -> Snippet:
    """Cut the page off in the middle of a paragraph, as an excerpt ends."""
    body = [i for i, p in enumerate(pairs) if p[1] == "body" and len(p[0]) > 60]
    if not body:
        return pairs
    at = dice.choice(body[len(body) // 2 :])
    line = pairs[at][0]
    return [*pairs[:at], (line[: dice.randint(len(line) // 2, len(line) - 1)].rstrip(" ."), "body")]
