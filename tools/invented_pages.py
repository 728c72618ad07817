"""Pages that nobody has written, with words of no language: what is their text is known.

Real pages with a known text are of few sites. `invented_pages.toml` has the ways in which pages are
made, as templates; here they are drawn and filled. The same number gives the same page.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from newswire.page.model import Block
from newswire.text.folding import loose

TEMPLATES = Path(__file__).with_suffix(".toml")
_PART = re.compile(r"\{([^{}|]+)(?:\|((?:[^{}]|\{[a-z]+\})*))?\}")
_MANY = re.compile(r"(\d+)-(\d+) (.+)")
# names of classes: those that say something, and those that a program has made
_CLASSES = [
    "content", "text", "article-body", "post", "story", "entry", "main", "wrapper", "container",
    "block", "box", "module", "row", "col", "inner", "page", "detail", "news", "item", "view",
    "field", "section", "panel", "left", "center", "body-copy", "prose",
]  # fmt: skip
# characters of a block that may be part of a paragraph
_PIECE = 30


@dataclass(frozen=True)
class Script:
    """How words of no language look: what they are made of, and the marks of sentences."""

    letters: str
    vowels: str = ""
    stop: str = "."
    asks: str = "?"
    comma: str = ", "
    blank: str = " "


SCRIPTS = (
    Script("bcdfghklmnprstvw", "aeiou"),
    Script("bcdfglmnprstv", "aeéioèuà"),
    Script("bcčdghjklmnprsštvzž", "aeiou"),
    Script("бвгджзклмнпрстш", "аеиоуыя"),
    Script("бгғджзкқлмнңрст", "аәеіоұү"),
    Script("βγδκλμνπρσ", "αεηιου", asks=";"),
    Script("بتجدرسعفقكلمنه", "اوي", asks="؟", comma="، "),
    Script("בגדהלמנקרשת", "אוי"),
    Script("აბგდეკლმნორსტუ"),
    Script("բգդկլմնրստ", "աեիո", "։", "։"),
    Script("कखगचजटतदनपबमयरलवसह", "ािीुेो", "।"),
    Script("".join(map(chr, range(0x4E00, 0x4F00))), "", "。", "？", "，", ""),
    Script("".join(map(chr, range(0x3042, 0x3090))), "", "。", "？", "、", ""),
    Script("กขคงจชดตนบปพมยรลวสห", "าีูเโะ", "", "", " ", ""),
    Script("".join(map(chr, range(0xAC00, 0xAD00)))),
)


@dataclass(frozen=True)
class Invented:
    """A page, and the blocks of its text."""

    html: str
    text: list[str]


@cache
def templates() -> dict[str, list[str]]:
    """Return name -> templates."""
    return tomllib.loads(TEMPLATES.read_text("utf-8"))


def page(seed: int, shapes: list[str] | None = None) -> Invented:
    """Return the page of that number; `shapes` are the articles to draw from, else all."""
    return _Writer(seed, shapes or templates()["shape"]).page()


def labels(blocks: list[Block], text: list[str]) -> list[str]:
    """Return the label of each block of a page, by what its text is known to be."""
    known = {loose(each) for each in text}
    whole = " ".join(map(loose, text))
    long = [each for each in known if len(each) > _PIECE]

    def is_text(said: str) -> bool:
        pieces = (len(said) > _PIECE and said in whole) or any(each in said for each in long)
        return said in known or pieces

    return labelled({i for i, b in enumerate(blocks) if is_text(loose(b.text))}, len(blocks))


def labelled(inside: set[int], count: int) -> list[str]:
    """Return the labels of `count` blocks of which those at `inside` are text."""
    first, last = min(inside, default=count), max(inside, default=count)
    return [
        "text" if i in inside else "above" if i < first else "below" if i > last else "amid"
        for i in range(count)
    ]


class _Writer:
    def __init__(self, seed: int, shapes: list[str]) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.parts = {**templates(), "shape": shapes}
        self.script = self.chance.choice(SCRIPTS)
        self.vocabulary = [self._invent() for _ in range(600)]
        self.classes = [self._class() for _ in range(6)]
        self.title = self.words(self.chance.randint(4, 11))
        self.paragraphs = [self.paragraph() for _ in range(self.chance.randint(4, 14))]
        self.text: list[str] = []
        self.draws = {
            "story": lambda: self.words(self.chance.randint(4, 11)),
            "label": lambda: self.words(self.chance.randint(1, 3)),
            "word": lambda: self.words(1),
            "name": lambda: self.words(2),
            "number": lambda: str(self.chance.randint(2, 900)),
            "sentence": self.sentence,
            "paragraph": self.paragraph,
            "date": self.date,
        }

    def page(self) -> Invented:
        """Return the page."""
        body = self.fill(self.chance.choice(self.parts["page"]))
        said = f"<title>{escape(self.title)} - {escape(self.words(2))}</title>"
        if self.chance.random() < 0.7:
            said += f'<meta property="og:title" content="{escape(self.title)}">'
        if self.chance.random() < 0.5 and self.text:
            said += f'<meta name="description" content="{escape(self.text[0][:150])}">'
        return Invented(f"<html><head>{said}</head><body>{body}</body></html>", self.text)

    def fill(self, template: str) -> str:
        """Return `template` with its parts filled in, in order."""
        return _PART.sub(lambda found: self._part(found[1], found[2] or "#"), template)

    def _part(self, name: str, made: str) -> str:
        if many := _MANY.fullmatch(name):
            template = self._classed(self.chance.choice(self.parts[many[3]]))
            number = self.chance.randint(int(many[1]), int(many[2]))
            return "".join(self.fill(template) for _ in range(number))
        if name in self.parts:
            return self.fill(self.chance.choice(self.parts[name]))
        if name in self.draws:
            return escape(self.draws[name]())
        match name.split():
            case ["title"]:
                return escape(self.title)
            case ["class"]:
                return self.chance.choice(self.classes)
            case ["link"]:
                return f'<a href="/l">{escape(self.draws["label"]())}</a>'
            case ["linked"]:
                return f'<a href="/s">{escape(self.draws["story"]())}</a>'
            case ["text", *most]:
                count = int(most[0]) if most else len(self.paragraphs)
                said, self.paragraphs = self.paragraphs[:count], self.paragraphs[count:]
                made = self._classed(made)
                return "".join(self._say(each, made) for each in said)
            case _:
                return self._say(self._line(name), made)

    def _classed(self, template: str) -> str:
        """Return a template with its classes filled in: they are the same in what it repeats."""
        while "{class}" in template:
            template = template.replace("{class}", self.chance.choice(self.classes), 1)
        return template

    def _line(self, kind: str) -> str:
        """Return a line of the text that is no paragraph."""
        words = {"question": (4, 10), "short": (4, 12), "part": (2, 6), "verse": (4, 7)}
        said = self.words(self.chance.randint(*words.get(kind, (1, 2))))
        ends = {"question": self.script.asks, "short": self.script.stop}
        return said + ends.get(kind, "")

    def _say(self, said: str, made: str) -> str:
        self.text.append(said)
        return self.fill(made.replace("#", "\0")).replace("\0", escape(said))

    # --- words -----------------------------------------------------------------------------------

    def _invent(self) -> str:
        letters, vowels = self.script.letters, self.script.vowels
        length = self.chance.choice((1, 1, 2, 2, 3, 4))
        syllables = (self.chance.choice(letters) for _ in range(length))
        return "".join(each + (self.chance.choice(vowels) if vowels else "") for each in syllables)

    def _class(self) -> str:
        if self.chance.random() < 0.6:
            return self.chance.choice(_CLASSES)
        return "".join(self.chance.choice("abcdefgh0123456789") for _ in range(6))

    def words(self, number: int) -> str:
        """Return so many words; common ones come more often."""
        last = len(self.vocabulary) - 1
        draws = (min(int(self.chance.expovariate(1 / 120)), last) for _ in range(number))
        said = self.script.blank.join(self.vocabulary[draw] for draw in draws)
        return said[:1].upper() + said[1:]

    def sentence(self) -> str:
        """Return a sentence."""
        said = self.words(self.chance.randint(5, 22))
        if self.chance.random() < 0.5:
            said += self.script.comma + self.words(self.chance.randint(3, 9)).lower()
        return said + (self.script.asks if self.chance.random() < 0.05 else self.script.stop)

    def paragraph(self) -> str:
        """Return one to five sentences."""
        blank = self.script.blank or ("" if self.script.stop else " ")
        return blank.join(self.sentence() for _ in range(self.chance.choice((1, 1, 2, 2, 3, 5))))

    def date(self) -> str:
        """Return a day or a time, as pages print it."""
        day, hour = self.chance.randint(10, 28), self.chance.randint(10, 23)
        return self.chance.choice(
            (
                f"{day}.03.2021",
                f"2021-03-{day} {hour}:30",
                f"{hour}:{day}",
                f"{day} {self.words(1)} 2020, {hour}:45",
            )
        )
