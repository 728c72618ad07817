"""How does an invented story read? The body of an article from its outline and chance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from newswire.simulator.editions import Edition
from newswire.simulator.grammar import Dice, Language, language
from newswire.simulator.model import Article, Block, Dateline, Outline, Picture
from newswire.simulator.timeline import DAY

KINDS = ("article",) * 44 + ("live", "live", "photo", "photo", "video", "infographic")


def picture(edition: Edition, id_: int, day: date, dice: Dice) -> Picture:
    """Invent a picture; one in four comes from the archive and is up to 300 days older."""
    day = day - DAY * dice.between(1, 300) if dice.chance(0.25) else day
    source = dice.random()
    if source < 0.6:
        credit = edition.credit_style.format(name=edition.lang.say("person", dice))
    else:
        name = language("en").say("person", dice).upper()
        credit = f"© AFP {day.year} / {name}" if source < 0.8 else f"© REUTERS / {name}"
    digest = hashlib.md5(f"{edition.id}/{id_}".encode(), usedforsecurity=False).hexdigest()
    # year, month and day stand in the address as hexadecimal numbers: 07e5/0c/17
    folder = f"{day.year:04x}/{day.month:02x}/{day.day:02x}"
    name = f"{id_}_0:0:3072:1728_1920x0_80_0_0_{digest}.jpg"
    url = f"https://cdn1.img.{edition.host}/img/{folder}/{name}"
    caption = edition.lang.sentence("caption", dice, end="")
    return Picture(id_, url, caption, credit, source < 0.35, day)


def build(
    edition: Edition,
    outline: Outline,
    *,
    version: int,
    modified: datetime,
    older: list[Outline],
    seed: str,
) -> Article:
    """Write version `version` of a story; `older` are the articles it may refer to."""
    dice = Dice(seed)
    lang = edition.lang
    kind = dice.pick(KINDS)
    end = "" if edition.words in ("ru", "uz") else "."
    description = lang.sentence("lede", dice, end=end) if dice.chance(0.8) else None
    author = lang.say("person", dice) if dice.chance(0.3) else None
    dateline = None
    if kind == "article" and dice.chance(edition.dateline_share):
        dateline = _dateline(edition, outline, author, dice)
    blocks = _Writer(edition, outline, older, dice).write(kind)
    for later in range(2, version + 1):
        blocks = _corrected(lang, blocks, modified, Dice(f"{seed}/{later}"))
    return Article(
        edition=edition,
        outline=outline,
        kind=kind,
        version=version,
        modified=modified,
        description=description,
        dateline=dateline,
        author=author,
        tags=tuple(
            dict.fromkeys(lang.say("tag", dice, i) for i in dice.some(range(60), 5)),
        ),
        blocks=tuple(blocks),
    )


def _dateline(edition: Edition, outline: Outline, author: str | None, dice: Dice) -> Dateline:
    form = dice.pick(edition.datelines)
    city = dice.pick(edition.cities)
    # some stories are dated to the evening before
    day = outline.published.date() - DAY * dice.chance(0.06)
    printed = f"{day.day} {edition.lang.months[day.month - 1]}"
    byline = author if author and "{by}" in form and dice.chance(0.5) else None
    raw = form.format(
        city=city,
        day=day.day,
        month=edition.lang.months[day.month - 1],
        agency=edition.agency,
        by=f", {byline}" if byline else "",
    )
    dated = "{day}" in form
    return Dateline(
        raw, city, day if dated else None, printed if dated else None, edition.agency, byline
    )


def _corrected(lang: Language, blocks: list[Block], when: datetime, dice: Dice) -> list[Block]:
    """Rewrite one paragraph that is not the first, and add what is new at the end."""
    texts = [i for i, block in enumerate(blocks) if block.kind == "text"]
    if texts[1:]:
        at = dice.pick(texts[1:])
        blocks = [*blocks[:at], Block("text", lang.sentence("sentence", dice)), *blocks[at + 1 :]]
    entries = [i for i, block in enumerate(blocks) if block.kind == "entry"]
    news = lang.sentence("correction", dice)
    if entries:
        entry = Block("entry", items=(news,), when=when)
        return [*blocks[: entries[0]], entry, *blocks[entries[0] :]]
    return [*blocks, Block("text", news)]


class _Writer:
    """Writes the blocks of one story, without using a sentence's form twice in a row."""

    def __init__(
        self, edition: Edition, outline: Outline, older: list[Outline], dice: Dice
    ) -> None:
        self.edition, self.outline, self.older, self.dice = edition, outline, older, dice
        self.lang = edition.lang
        forms = len(self.lang.rules["sentence"])
        self.forms = dice.some(range(forms), forms)
        self.used = 0

    def write(self, kind: str) -> list[Block]:
        """Return the blocks of a story of that kind; the first is always a text."""
        bodies: dict[str, Callable[[], list[Block]]] = {
            "article": self._article,
            "live": self._live,
            "photo": lambda: [self._photo(i) for i in range(self.dice.between(4, 9))],
            "video": lambda: [self._text() for _ in range(self.dice.between(0, 2))],
            "infographic": lambda: [self._picture(0)],
        }
        return [self._text(plain=True), *bodies[kind]()]

    def _sentence(self) -> str:
        self.used += 1
        return self.lang.sentence("sentence", self.dice, self.forms[self.used % len(self.forms)])

    def _text(self, *, plain: bool = False) -> Block:
        form = self.dice.random()
        if not plain and form < 0.18:
            return Block("text", self.lang.sentence("quoted", self.dice))
        if not plain and form < 0.24:
            return Block("text", self.lang.sentence("short", self.dice))
        count = self.dice.pick((1, 1, 2, 2, 3))
        return Block("text", " ".join(self._sentence() for _ in range(count)))

    def _picture(self, number: int) -> Block:
        id_ = self.outline.id * 10 + number
        day = self.outline.published.date()
        return Block("picture", picture=picture(self.edition, id_, day, self.dice))

    def _photo(self, number: int) -> Block:
        block = self._picture(number)
        assert block.picture is not None
        return replace(block, kind="photo", text=block.picture.caption)

    def _article(self) -> list[Block]:
        blocks = [self._text() for _ in range(self.dice.between(3, 11))]
        if self.dice.chance(0.5):
            blocks.append(Block("text", self.lang.sentence("backgrounder", self.dice)))
        extras: list[Block] = []
        if len(blocks) > 5 and self.dice.chance(0.4):
            extras.append(Block("heading", self.lang.sentence("heading", self.dice, end="")))
        if self.dice.chance(0.25):
            extras.append(Block("quote", self.lang.sentence("quote", self.dice)))
        if self.dice.chance(0.12):
            extras.append(self._list())
        if self.dice.chance(0.06):
            extras.append(self._table())
        if self.dice.chance(0.25):
            extras.append(self._picture(0))
        referred = self.older[: self.dice.pick((0, 1, 1, 2))]
        extras += [Block("related", related=other) for other in referred]
        for extra in extras:
            blocks.insert(self.dice.between(1, len(blocks) - 1), extra)
        return blocks

    def _list(self) -> Block:
        count = self.dice.between(3, 5)
        items = tuple(self.lang.sentence("item", self.dice, i, end=";") for i in range(count))
        return Block("list", items=items)

    def _table(self) -> Block:
        head = tuple(self.lang.say("table_head", self.dice, i) for i in range(3))
        rows = [
            (self.lang.say("town", self.dice), str(number), self.lang.say("by", self.dice))
            for number in (self.dice.between(11, 990) for _ in range(self.dice.between(2, 5)))
        ]
        return Block("table", rows=(head, *rows))

    def _live(self) -> list[Block]:
        """Entries of a live blog, newest first, as the page shows them."""
        when = self.outline.published
        entries = []
        for _ in range(self.dice.between(4, 10)):
            headline = self.lang.sentence("heading", self.dice, end="")
            texts = tuple(self._text().text for _ in range(self.dice.between(1, 2)))
            entries.append(Block("entry", headline, items=texts, when=when))
            when -= timedelta(minutes=self.dice.between(3, 50))
        return entries
