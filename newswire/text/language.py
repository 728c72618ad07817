"""In which of the wire's languages is a text written?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from newswire.text.characters import script

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The identifier knows neither; no other language writes these letters (Tajik, Uzbek and Serbian
# have ҳ and џ as well).
_LETTERS = {"ab": "ҟҩҭӡҵҽԥҧ", "os": "ӕæ"}
# a letter of a loan word says nothing; Abkhaz and Ossetian prose has one in every few words
_LETTER_SHARE = 1 / 60
_SAMPLE = 1000
_SCRIPTS = {"LATIN": "Latn", "CYRILLIC": "Cyrl"}
# which languages are written in what scripts (Unicode names of letters); Latin is for the rest
_WRITERS = {
    "CYRILLIC": "ab be kk ky os ru sr tg uz",
    "ARABIC": "ar fa prs",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "CJK": "zh ja",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
}
_ALSO_LATIN = frozenset({"sr", "uz"})
# By how much, in nats a byte, another language may be likelier than the best of those asked for.
# Texts of the wire stay below 0.15 (but Abkhaz, known by its letters), short ones too; Bulgarian,
# Macedonian, Slovene, Slovak and Ukrainian ones are above 0.25, Croatian ones from 0.2 on. This is
# the middle.
_STRANGER = 0.175


def identify(text: str, among: Iterable[str]) -> str | None:
    """Return the BCP 47 tag of `among` that `text` is written in, None if it is in none of them.

    Of a single language, only the script is looked at. Tags of `among` may carry a script
    (`uz-Cyrl`); the text's own script then decides.

    >>> identify("Глава государства рассказал о перспективах сотрудничества", ["ru", "tg", "ky"])
    'ru'
    >>> identify("Библиотеката беше открита вчера в центъра на града", ["ru", "sr-Cyrl"]) is None
    True
    """
    sample = text[:_SAMPLE]
    written = script(sample)
    if written is None:
        return None
    asked = list(dict.fromkeys(among))
    tags = [tag for tag in asked if _writes(tag.split("-")[0], written)]
    bases = {tag.split("-")[0] for tag in tags}
    if len({tag.split("-")[0] for tag in asked}) == 1:
        base = next(iter(bases), None)
    else:
        base = _by_letters(sample, bases)
        base = base or (_classify(sample, frozenset(bases)) if bases else None)
    candidates = [tag for tag in tags if tag.split("-")[0] == base]
    subtag = f"{base}-{_SCRIPTS.get(written, '')}"
    return subtag if subtag in candidates else next(iter(candidates), None)


def _writes(base: str, written: str) -> bool:
    """Return True if the language is written in the script."""
    if written == "LATIN":
        return base in _ALSO_LATIN or not any(base in w.split() for w in _WRITERS.values())
    return base in _WRITERS.get(written, "").split()


def _by_letters(sample: str, bases: set[str]) -> str | None:
    folded = sample.lower()
    if script(sample) != "CYRILLIC":
        return None
    for base in sorted(bases & set(_LETTERS)):
        if sum(folded.count(letter) for letter in _LETTERS[base]) > len(folded) * _LETTER_SHARE:
            return base
    return None


@lru_cache(maxsize=16)  # the edition and the language of one page ask the same
def _classify(sample: str, bases: frozenset[str]) -> str | None:
    """Return the likeliest of `bases`, None where a language beside them is clearly likelier."""
    # Dari is Persian to the identifier
    known = {"fa" if base == "prs" else base for base in bases}
    ranked = _model().rank(sample)
    found = next(((name, odds) for name, odds in ranked if name in known), None)
    if found is None or ranked[0][1] - found[1] > _STRANGER * len(
        sample.encode("utf-8", "replace")
    ):
        return None
    return found[0] if found[0] in bases else "prs"


@cache
def _model() -> LanguageIdentifier:
    # loading takes 0.8 s and 60 MB: only when a page does not say which edition it is of
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
