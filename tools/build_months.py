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

# Inflected names stand in dates; CLDR has none for these.
INFLECTED = {
    "sl": ["januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra"
           " decembra"],
    "sr": ["januara februara marta aprila maja juna jula avgusta septembra oktobra novembra"
           " decembra",
           "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра"
           " децембра"],
    "bs": ["januara februara marta aprila maja juna jula augusta septembra oktobra novembra"
           " decembra"],
    "ka": ["იანვარს თებერვალს მარტს აპრილს მაისს ივნისს ივლისს აგვისტოს სექტემბერს"
           " ოქტომბერს ნოემბერს დეკემბერს"],
    "tg": ["январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри"],
    "he": ["בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר"],
    "lv": ["janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī"
           " decembrī"],
}  # fmt: skip
EXTRA = {
    ("ru", 2): ["фев"], ("ru", 9): ["сен"], ("ru", 11): ["ноя"],
    ("os", 7): ["июл"], ("ab", 5): ["лаҵарамза"], ("en", 9): ["sept"],
    ("es", 9): ["sep", "set", "setiembre"], ("de", 2): ["feber"], ("de", 3): ["mrz"],
    ("fr", 2): ["fev"], ("fr", 8): ["aout"], ("fr", 12): ["dec"], ("ro", 11): ["noi"],
    ("id", 2): ["pebruari"], ("id", 8): ["agt", "ags"], ("id", 11): ["nopember", "nop"],
    ("ar", 1): ["جانفي"], ("ar", 2): ["فيفري"], ("ar", 3): ["اذار"],
    ("ar", 4): ["أفريل", "افريل", "ابريل"], ("ar", 5): ["ماي", "ايار"], ("ar", 6): ["جوان"],
    ("ar", 7): ["جويلية"], ("ar", 8): ["أوت", "اوت", "اب", "اغسطس"], ("ar", 9): ["ايلول"],
    ("ar", 10): ["اكتوبر"],
    ("fa", 2): ["فبروری"], ("fa", 5): ["می"], ("fa", 6): ["جون"], ("fa", 7): ["جولای", "ژولای"],
    ("fa", 8): ["اگست", "آگوست", "اگوست"], ("fa", 9): ["سپتمبر"], ("fa", 12): ["دسمبر"],
    ("hi", 2): ["फरवरी"], ("hi", 9): ["सितम्बर"], ("hi", 10): ["अक्तूबर"],
    ("hi", 11): ["नवम्बर"], ("hi", 12): ["दिसम्बर"],
    ("bn", 1): ["জানুয়ারি"], ("bn", 2): ["ফেব্রুয়ারি"], ("he", 3): ["מרס"],
    ("uz", 9): ["sentyabr"], ("uz", 10): ["oktyabr"],
}  # fmt: skip


def extra(language: str, number: int) -> list[str]:
    """Return the names of a month that CLDR does not have."""
    inflected = [names.split()[number - 1] for names in INFLECTED.get(language, [])]
    return EXTRA.get((language, number), []) + inflected


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
