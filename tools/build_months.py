"""Write `newswire/rules/months.toml` from CLDR (`pip install babel`; not needed at run time).

    python tools/build_months.py > newswire/rules/months.toml

Every form and width of a month's name goes in once, folded as the reader folds a page. `EXTRA` are
names that the wire prints and CLDR does not have.
"""

from __future__ import annotations

import json
import multiprocessing

from newswire.text.folding import fold_key

# Language of the table -> CLDR locales, in order.
LOCALES = {
    "ab": ["ab"], "af": ["af"], "am": ["am"], "ar": ["ar", "ar_LB", "ar_MA"],
    "az": ["az", "az_Cyrl"], "be": ["be"], "bg": ["bg"], "bn": ["bn", "bn_IN"],
    "bs": ["bs", "bs_Cyrl"], "ca": ["ca"], "cs": ["cs"], "da": ["da"], "de": ["de", "de_AT"],
    "el": ["el"], "en": ["en", "en_GB"], "es": ["es", "es_MX"], "et": ["et"], "fa": ["fa"],
    "fi": ["fi"], "fr": ["fr"], "gl": ["gl"], "gu": ["gu"], "he": ["he"], "hi": ["hi"],
    "hr": ["hr"], "hu": ["hu"], "hy": ["hy"], "id": ["id"], "is": ["is"], "it": ["it"],
    "ja": ["ja"], "ka": ["ka"], "kk": ["kk"], "km": ["km"], "ko": ["ko"], "ky": ["ky"],
    "lt": ["lt"], "lv": ["lv"], "mk": ["mk"], "ml": ["ml"], "mn": ["mn"], "mr": ["mr"],
    "ms": ["ms"], "my": ["my"], "ne": ["ne"], "nl": ["nl"], "no": ["nb", "nn"], "os": ["os"],
    "pa": ["pa"], "pl": ["pl"], "prs": ["fa_AF"], "ps": ["ps"], "pt": ["pt", "pt_PT"], "ro": ["ro"],
    "ru": ["ru"], "si": ["si"], "sk": ["sk"], "sl": ["sl"], "so": ["so"], "sq": ["sq"],
    "sr": ["sr", "sr_Latn"], "sv": ["sv"], "sw": ["sw"], "ta": ["ta"], "te": ["te"], "tg": ["tg"],
    "th": ["th"], "tk": ["tk"], "tr": ["tr"], "uk": ["uk"], "ur": ["ur"], "uz": ["uz", "uz_Cyrl"],
    "vi": ["vi"], "zh": ["zh"],
}  # fmt: skip

# Genitives stand in dates; CLDR has none for these.
GENITIVES = {
    "sl": ["januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra"
           " decembra"],
    "sr": ["januara februara marta aprila maja juna jula avgusta septembra oktobra novembra"
           " decembra",
           "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра"
           " децембра"],
    "bs": ["januara februara marta aprila maja juna jula augusta septembra oktobra novembra"
           " decembra"],
}  # fmt: skip
EXTRA = {
    ("ru", 2): ["фев"], ("ru", 9): ["сен"], ("ru", 11): ["ноя"],
    ("os", 7): ["июл"], ("ab", 5): ["лаҵарамза"], ("es", 9): ["sep"], ("en", 9): ["sept"],
}  # fmt: skip


def extra(language: str, number: int) -> list[str]:
    """Return the names of a month that CLDR does not have."""
    genitives = [names.split()[number - 1] for names in GENITIVES.get(language, [])]
    return EXTRA.get((language, number), []) + genitives


HEAD = """\
# Names of months and weekdays for each language, folded. Written by tools/build_months.py from
# Unicode CLDR 47 (babel 2.18) (Unicode-3.0 licence, see NOTICE) and tables of its own; do not edit.
# `months`: twelve lists, January first. `weekdays`: one list.
"""


def names(locale: str) -> tuple[list[list[str]], list[str]]:
    """Return the month names (twelve lists) and the weekday names of one CLDR locale.

    Runs in a process of its own: babel 2.18 lets the aliases of one locale leak into the next.
    """
    from babel import Locale

    data = Locale.parse(locale)
    widths = ["wide", "abbreviated"]
    contexts = ["format", "stand-alone"]
    months = [[data.months[c][w][n] for c in contexts for w in widths] for n in range(1, 13)]
    weekdays = [data.days[c][w][n] for c in contexts for w in widths for n in range(7)]
    return months, weekdays


def keys(printed: list[str]) -> list[str]:
    """Return the folded names, each once; bare numbers are no names."""
    folded = (fold_key(name).strip(" .") for name in printed)
    return list(dict.fromkeys(name for name in folded if name and not name[0].isdigit()))


def main() -> None:
    """Print the table."""
    print(HEAD)
    with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        for language, locales in LOCALES.items():
            tables = pool.map(names, locales, chunksize=1)
            print(f"[{language}]")
            print("months = [")
            for number in range(1, 13):
                printed = [name for months, _ in tables for name in months[number - 1]]
                row = keys(printed + extra(language, number))
                print(f"    {json.dumps(row, ensure_ascii=False)},")
            print("]")
            weekdays = keys([name for _, days in tables for name in days])
            print(f"weekdays = {json.dumps(weekdays, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main()
