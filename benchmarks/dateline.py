"""What a dateline costs: `python -m benchmarks.dateline` [dateparser is used if it is installed].

Prints microseconds a paragraph with and without a dateline, the ratio to `dateparser.parse` on the
isolated date string in the same run, time and memory of the gazetteer's first use, and whether the
time grows with the length of adversarial paragraphs.
"""

from __future__ import annotations

import importlib.util
import resource
import statistics
import time
from collections.abc import Callable

from newswire import dateline
from newswire.dateline import places

HEADS = [
    ("ДУШАНБЕ, 23 дек — Sputnik.", "ru", "23 дек"),
    ("МОСКВА, 30 сен - РИА Новости, Анна Иванова.", "ru", "30 сен"),
    ("БИШКЕК, 7 окт. /Кабар/.", "ru", "7 окт."),
    ("LONDON, Nov. 3 (Reuters) -", "en", "Nov. 3"),
    ("Madrid, 25 may (EFE).-", "es", "25 may"),
    ("ԵՐԵՎԱՆ, 18 մարտի – Sputnik.", "hy", "18 մարտի"),
    ("TOSHKENT, 7 avgust — Sputnik.", "uz", "7 avgust"),
]
PROSE = [
    "Сегодня в городе открылась большая выставка, сообщает Sputnik со ссылкой на министерство.",
    "Он отметил, что работы начнутся 5 мая и продлятся до конца следующего года.",
    "A large exhibition opened in the city today, the ministry said in a statement to Reuters.",
    "В Москве 5 мая откроется выставка, которую посетят гости из двадцати стран мира.",
    "Այսօր քաղաքում բացվեց մեծ ցուցահանդես, հայտնում է նախարարությունը։",
    "افتتح اليوم معرض كبير في المدينة بحضور عدد من الوزراء والسفراء.",
]
ADVERSARIAL = {
    "blanks": " ",
    "capitals": "А",
    "words": "Слово ",
    "places": "МОСКВА, ",
    "dashes": "- ",
    "brackets": "МОСКВА (",
    "heads": "МОСКВА, 5 мая — ",
    "marks": "е\u0308",
}


def microseconds(work: Callable[[], object], times: int = 2000) -> float:
    """Return the median cost of a call over five rounds."""
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - start) / times * 1e6)
    return statistics.median(rounds)


def main() -> None:
    """Print the figures."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    places.known("Москва")
    load = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"gazetteer, first use: {load * 1e3:.0f} ms, {memory / 1024:.0f} MB")

    body = " Сегодня в городе открылась большая выставка, посвящённая истории края и его людям." * 3
    with_head = [
        microseconds(
            lambda t=head + body, c=code: dateline.parse(t, language=c, published="2021-12-23")
        )
        for head, code, _ in HEADS
    ]
    without = [microseconds(lambda t=text * 3: dateline.parse(t)) for text in PROSE]
    print(f"with a dateline: {statistics.mean(with_head):.0f} us (most {max(with_head):.0f})")
    print(f"without: {statistics.mean(without):.1f} us (most {max(without):.1f})")

    if importlib.util.find_spec("dateparser"):
        import dateparser

        other = [
            microseconds(lambda t=day, c=code: dateparser.parse(t, languages=[c]), 50)
            for _, code, day in HEADS
            if code != "uz"
        ]
        ratio = statistics.mean(other) / statistics.mean(with_head)
        print(f"dateparser, the isolated date: {statistics.mean(other):.0f} us = {ratio:.0f} x")

    print("growth from 1 kB to 100 kB (1.0 = none):")
    for name, piece in ADVERSARIAL.items():
        small, large = ((piece * 100_000)[:n] for n in (1_000, 100_000))
        ratio = microseconds(lambda t=large: dateline.parse(t), 200) / microseconds(
            lambda t=small: dateline.parse(t), 200
        )
        print(f"  {name:10} {ratio:.1f}")


if __name__ == "__main__":
    main()
