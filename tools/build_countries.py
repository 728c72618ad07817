"""Write `newswire/rules/countries.toml` from CLDR (`pip install babel`; not needed at run time).

python tools/build_countries.py > newswire/rules/countries.toml
"""

from __future__ import annotations

import json
import re

from babel import Locale

from newswire.text.folding import fold_key

LOCALES = [
    "en", "ru", "es", "fr", "de", "it", "pt", "uk", "be", "kk", "ky", "uz", "uz_Cyrl", "tg", "hy",
    "ka", "az", "ro", "pl", "cs", "sr", "sr_Latn", "tr", "el", "bg", "id", "ar", "fa",
]  # fmt: skip

# What wires print and CLDR does not have.
EXTRA = {
    "US": ["u.s", "u.s.a", "usa", "сша", "зша", "ақш", "estados unidos", "eua", "abd", "америка"],
    "GB": ["england", "scotland", "wales", "northern ireland", "britain", "англия", "шотландия"],
    "AE": ["uae", "u.a.e", "оаэ"],
    "PS": ["gaza strip", "west bank", "gaza", "сектор газа", "западный берег"],
    "RU": ["рф", "russian federation"],
    "CN": ["кнр"],
    "KP": ["кндр"],
    "CZ": ["czech republic", "чешская республика"],
    "CD": ["congo"],
    "CI": ["ivory coast"],
    "MK": ["macedonia"],
    "TR": ["turkey"],
}  # fmt: skip


HEAD = """\
# Names of countries by ISO 3166-1 code, folded and without full stops. Written by
# tools/build_countries.py from Unicode CLDR 47 (Unicode-3.0 licence, see NOTICE) and its table
# EXTRA; do not edit."""


def main() -> None:
    """Print the table."""
    print(HEAD)
    territories = [Locale.parse(locale).territories for locale in LOCALES]
    for code in sorted(territories[0]):
        if not re.fullmatch("[A-Z]{2}", code) or code in ("EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"):
            continue
        printed = [table[code] for table in territories if code in table] + EXTRA.get(code, [])
        keys = dict.fromkeys(fold_key(name).replace(".", "").strip() for name in printed)
        print(f"{code} = {json.dumps(list(keys), ensure_ascii=False)}")


if __name__ == "__main__":
    main()
