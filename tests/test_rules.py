"""The rule files: each rule says why, compiles, and is hit by some fixture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from newswire.errors import RuleError
from newswire.rules import boilerplate, compile_rules, markup
from tests.crawl import ROOT, Crawl

GOOD = {"id": "label", "why": "a label", "zone": "tail", "words": ["More"]}


def test_every_rule_is_hit_by_a_fixture(fixtures_crawl: Crawl, ria_crawl: Crawl) -> None:
    items = fixtures_crawl.items + ria_crawl.items
    hit = {block["rule"] for item in items for block in item["stripped"]}
    hit |= {n.split("/")[-1] for n in fixtures_crawl.stats if "/no_article/" in n or "/rule/" in n}
    # parts of what other rules drop, and what takes other pages of the site
    apart = {"clock", "duration", "frequency", "repeated-on-site"}
    assert set(boilerplate()) - apart == hit - {"no-body"}


def test_every_rule_without_a_zone_is_applied_by_the_code() -> None:
    folders = (ROOT / "newswire/boilerplate", ROOT / "newswire/page")
    code = "".join(p.read_text("utf-8") for folder in folders for p in folder.rglob("*.py"))
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', code))
    named |= set(markup.rules().values())
    assert {rule.id for rule in boilerplate().values() if rule.zone is None} <= named


def test_every_family_names_a_rule_that_is_there() -> None:
    assert set(markup.rules().values()) <= set(boilerplate())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"why": ""}, "test.toml: rule 'label' needs an id and a why"),
        ({"id": ""}, "test.toml: rule '' needs an id and a why"),
        ({"needs": "@"}, "test.toml: rule 'label': `needs` is not a list of texts"),
        ({"zone": "middle"}, "test.toml: rule 'label': zone 'middle' is not one of head, tail"),
        ({"words": []}, "test.toml: rule 'label' has a zone but neither pattern nor words"),
        ({"words": ["…"]}, "test.toml: rule 'label' has a word without a letter"),
        ({"pattern": "("}, "test.toml: rule 'label': bad pattern: missing )"),
        ({"wrods": []}, "test.toml: rule 'label' has an unknown key 'wrods'"),
    ],
)
def test_broken_rule_is_named(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(RuleError, match=f"^{re.escape(message)}"):
        compile_rules([GOOD | dict(change)], "test.toml")


def test_doubled_rule_is_named() -> None:
    with pytest.raises(RuleError, match=r"test\.toml: rule 'label': its id is used already"):
        compile_rules([GOOD, GOOD], "test.toml")


@pytest.mark.parametrize("line", ["more", "MORE", "More:", "«More»", "More →"])
def test_words_fold(line: str) -> None:
    assert compile_rules([GOOD], "test.toml")["label"].applies(line)


@pytest.mark.parametrize("word", ["Read also:", "Read more…", "Subscribe.", "MORE »"])
def test_words_match_with_and_without_what_ends_them(word: str) -> None:
    rules = compile_rules([{"id": "a", "why": "a", "zone": "any", "words": [word]}], "test.toml")
    for line in (word, word.rstrip(":….» "), f"{word}:"):
        assert rules["a"].applies(line)


def test_a_pattern_is_asked_only_where_what_it_needs_is() -> None:
    row = {"id": "a", "why": "a", "pattern": ".+", "needs": ["- ", "@"]}
    rule = compile_rules([row], "test.toml")["a"]
    assert [bool(rule.match(line)) for line in ("a - b", "a@b", "a-b")] == [True, True, False]


def test_no_pattern_of_the_package_misses_a_line_for_what_it_needs() -> None:
    samples = {
        "caption-line": [
            "Море - Sputnik",
            "Sea – Sputnik, 1920",
            "Море— Sputnik, 1920, 01.02.2021",
        ],
        "social-handle": ["Наш канал @wire_news", "Наш канал t.me/wire_news"],
        "e-mail": ["Пишите: news@sputnik.by"],
    }
    needy = {rule.id for rule in boilerplate().values() if rule.needs}
    assert needy == set(samples)
    for name, lines in samples.items():
        assert all(map(boilerplate()[name].match, lines))
