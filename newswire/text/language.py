"""In which of the wire's languages is a text written?"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import TYPE_CHECKING

from newswire.text.characters import script

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# the identifier knows neither; no other language of the wire writes these letters
_LETTERS = {"ab": "ҟҩҭӡҵҽџԥҧҳ", "os": "ӕæ"}
# a letter of a loan word says nothing; Abkhaz and Ossetian prose has one in every few words
_LETTER_SHARE = 1 / 60
_SAMPLE = 2000
_SCRIPTS = {"LATIN": "Latn", "CYRILLIC": "Cyrl"}


def identify(text: str, among: Iterable[str]) -> str | None:
    """Return the BCP 47 tag of `among` that `text` is written in; None for a text of no letters.

    Tags of `among` may carry a script (`uz-Cyrl`); the text's own script then decides.

    >>> identify("Глава государства рассказал о перспективах сотрудничества", ["ru", "tg", "ky"])
    'ru'
    """
    tags = list(dict.fromkeys(among))
    sample = text[:_SAMPLE]
    written = script(sample)
    if not tags or written is None:
        return None
    bases = {tag.split("-")[0] for tag in tags}
    if len(bases) == 1:
        base = bases.pop()
    else:
        base = _by_letters(sample, bases) or _classify(sample, frozenset(bases))
    candidates = [tag for tag in tags if tag.split("-")[0] == base]
    subtag = f"{base}-{_SCRIPTS.get(written, '')}"
    return subtag if subtag in candidates else candidates[0]


def _by_letters(sample: str, bases: set[str]) -> str | None:
    folded = sample.lower()
    if script(sample) != "CYRILLIC":
        return None
    for base in sorted(bases & set(_LETTERS)):
        if sum(folded.count(letter) for letter in _LETTERS[base]) > len(folded) * _LETTER_SHARE:
            return base
    return None


def _classify(sample: str, bases: frozenset[str]) -> str:
    known = bases - set(_LETTERS) or bases
    # Dari is Persian to the identifier
    asked = frozenset("fa" if base == "prs" else base for base in known)
    found: str = _identifier(asked).classify(sample)[0]
    return found if found in bases else next(iter(sorted(bases & {"prs"})), found)


@cache
def _model() -> LanguageIdentifier:
    # loading takes 0.8 s and 60 MB: only when a page does not say which edition it is of
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


@cache
def _identifier(languages: frozenset[str]) -> LanguageIdentifier:
    # a copy shares the model, of which it takes the columns that it asks for
    identifier = copy(_model())
    identifier.set_languages([lang for lang in identifier.labels if lang in languages])
    return identifier
