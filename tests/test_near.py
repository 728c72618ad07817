"""What is linked to what, and how surely: the table of cases, pairs by the thousand, templates."""

from __future__ import annotations

import random
import re
from contextlib import closing

import pytest

from newswire.article.hashing import content_hash
from newswire.items import Article
from newswire.ledger import Ledger
from newswire.ledger.fingerprints import KEYS, Signature, compare, sign, spaced
from newswire.ledger.relations import Verdict
from tests.duplicate_texts import TEMPLATES, WORDS, Case, Writer, cases, template
from tests.reference_index import ReferenceIndex

TABLE = [(language, case) for language in WORDS for case in cases(language)]


@pytest.fixture(scope="module")
def bed() -> list[tuple[str, str]]:
    """Other stories in the same words, among which the second text must find the first."""
    return [(f"{w}{n}", Writer(w, n).story().body) for w in WORDS for n in range(100, 200)]


@pytest.mark.parametrize(
    ("language", "case"), TABLE, ids=[f"{language}: {case.name}" for language, case in TABLE]
)
def test_case(bed: list[tuple[str, str]], language: str, case: Case) -> None:
    index = ReferenceIndex()
    for name, body in bed[::4]:
        index.store(name, body)
    assert index.store("first", case.first) is None
    link = index.store("second", case.second)
    assert (link and link.relation) == case.relation
    assert link is None or link.duplicate_of == "first"


def test_the_ledger_says_the_same(location: str) -> None:
    """Every case, one after another, in one ledger of all languages."""
    with closing(Ledger(location)) as ledger:
        ledger.runs.begin("sputnik")
        for number, (_, case) in enumerate(TABLE):
            first = article(f"sputnik:tj:{number}", case.first)
            second = article(f"sputnik:int:{number}", case.second)
            assert ledger.articles.store(first).verdict is Verdict.NEW
            assert ledger.articles.store(second).verdict.value == (case.relation or "new"), (
                case.name
            )
            assert second.relation == case.relation
            assert second.duplicate_of == (first.id if case.relation else None)
            assert (second.similarity is not None) == (case.relation is not None)
        returns = [article("sputnik:tj:returns", text) for text in ("Раз.", "Два.", "Раз.", "Раз.")]
        assert [ledger.articles.store(text).verdict.value for text in returns] == [
            *("new", "version", "version"),
            "repeated",
        ]
        assert [text.version for text in returns[:3]] == [1, 2, 3]


def article(name: str, body: str) -> Article:
    return Article(id=name, body=body, content_hash=content_hash(body))


def shingles(text: str) -> set[tuple[str, ...]]:
    """Shingles as the definition says, without any hash."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def test_recall_and_precision_of_pairs() -> None:
    write, choose = Writer("ru", 7), random.Random(7)
    index, true, found, both = ReferenceIndex(), 0, 0, 0
    for n in range(3_000):
        story = write.story(choose.randint(1, 3))
        words = sum(len(s) for p in story.paragraphs for s in p)
        # so many single words changed cross the border of 0.8 on both sides
        other = story.with_words(choose.randint(0, max(2, words // 20))).body
        one, two = shingles(story.body), shingles(other)
        jaccard = len(one & two) / len(one | two)
        index.store(f"{n} a", story.body)
        link = index.store(f"{n} b", other)
        ours = link is not None and link.relation in ("same_text", "near") and link.score >= 0.8
        right = link is not None and link.duplicate_of == f"{n} a"
        true += jaccard >= 0.8
        found += ours
        both += ours and right and jaccard >= 0.8
    assert 900 < true < 2_700
    assert both / true >= 0.97
    assert both / found >= 0.97


def test_no_story_of_a_template_is_linked() -> None:
    index = ReferenceIndex()
    for day in range(250):
        for name in TEMPLATES:
            assert index.store(f"{name} {day}", template(name, day)) is None


def test_words_are_those_of_the_pattern() -> None:
    """Every character is alone, at both ends of a word, and within one."""
    for number in range(0x11000):
        char = chr(number)
        text = f"{char} {char}a{char} b{char}c"
        assert spaced(text) == " ".join(re.findall(r"\w+", text)), hex(number)


def test_frozen() -> None:
    """These values stand in ledgers: who changes them gives ALGORITHM the next number."""
    assert [digest(sign(text)) for text in GOLDEN_TEXTS] == GOLDEN


def digest(signature: Signature) -> tuple[tuple[int, ...], str]:
    return signature.keys, signature.shingles.hex()


GOLDEN_TEXTS = (
    "В Душанбе 23 декабря открыли новый мост через реку, сообщил мэр города.",
    "قال الوزير للصحفيين اليوم إن الاتفاق الجديد يشمل ٣٥ مشروعا في المنطقة.",
    "俄罗斯总统今天在莫斯科表示双方将继续合作。",
)
GOLDEN = [
    (
        (-6581077796504731492, 1675628204069783198),
        "5f4be40b5286d61b905c973634fde248ccac984d3826855cf14556859b2a5d97",
    ),
    (
        (-2002288044919596310, 482652227319133718),
        "0e4c4a19ca0fd4200bf975447590c3929e028696156aae99c4e7289b858ec8e4",
    ),
    (
        (1445398776744962127, 4917097399730463405),
        "66d91f10f67fc417faed421bf0c69724d4d1aa4416a0f980403a488cf0af0194cc8fec9c6e6c79a716814ec2be9ebee25a29fce8",
    ),
]


@pytest.mark.parametrize(
    "text", ["", "Слово.", "Раз два три четыре пять шесть семь.", "\ud83d " * 9]
)
def test_short_and_odd_texts_are_found_by_nothing_or_themselves(text: str) -> None:
    signature = sign(text)
    assert list(signature.keys) == sorted(set(signature.keys))
    if not signature.keys:
        assert compare(signature.shingles, signature.shingles) is None


def test_a_text_of_a_million_words_has_a_bounded_signature() -> None:
    write = Writer("en", 1)
    signature = sign(" ".join(write.random.choices(write.words, k=1_000_000)))
    assert len(signature.keys) == KEYS
    assert len(signature.shingles) <= 4 * 20_000
