"""What a dateline costs, and how many a labelled set has found.

    python -m benchmarks.dateline                                   cost
    python -m benchmarks.dateline --set FILE … [--by form] [--verbose]
    python -m benchmarks.dateline --set FILE … --leave-out source   held-out estimates

Cost: microseconds a paragraph with and without a dateline, the ratio to `dateparser.parse` on the
isolated date string in the same run (if it is installed), time and memory of the gazetteer's first
use, and whether the time grows with the length of adversarial paragraphs.

Sets (`benchmarks.quality.datelines` says how they look): one threshold for all, by form, language
or source. `--leave-out source` reads the rows of each source without the agencies that they name,
`--leave-out language` those of each language without its months.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from benchmarks.quality.__main__ import show
from benchmarks.quality.datelines import Row, figures, groups, mistakes, read
from newswire import dateline
from newswire.dateline import dates, days, grammar, places, recognise

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


def costs() -> None:
    """Print what a paragraph costs."""
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


_CACHED = [
    *(grammar.agencies, grammar._agency_keys, grammar._names, grammar.finder, grammar._masked),
    *(dates._calendar, dates.months, dates.names_of_months, dates.names_of_weekdays),
    *(dates.is_weekday, days.first_words, days._is_short, recognise._traits, recognise._parts),
]


def _forget() -> None:
    for function in _CACHED:
        function.cache_clear()


@contextmanager
def without(label: str, rows: list[Row]) -> Iterator[None]:
    """Read without what the tables have for these rows: their agencies, or their language."""
    _forget()
    if label == "source":
        own = {found for row in rows if (found := grammar.agency(row.labels["agency"]))}
        kept = {k: agency for k, agency in grammar.agencies().items() if agency not in own}
        patch = mock.patch.object(grammar, "agencies", return_value=kept)
    else:
        own_months = rows[0].labels["language"].split("-")[0]
        kept_months = {k: v for k, v in dates._calendar().items() if k != own_months}
        patch = mock.patch.object(dates, "_calendar", return_value=kept_months)
    with patch:
        for function in _CACHED:
            if hasattr(function, "cache_clear"):
                function.cache_clear()
        yield
    _forget()


def leave_out(label: str, paths: list[Path]) -> None:
    """Print the figures of each set, each source or language read without what is its own."""
    for path in paths:
        rows, again = read(path), []
        for name in dict.fromkeys(row.labels[label] for row in rows):
            own = [row for row in rows if row.labels[label] == name]
            with without(label, own):
                again += [row.again() for row in own]
        show(path.name, {"as it is": figures(rows), f"without own {label}": figures(again)})


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--set", nargs="+", type=Path, metavar="FILE", default=[])
    parser.add_argument("--by", choices=["form", "language", "source"])
    parser.add_argument("--leave-out", choices=["source", "language"])
    parser.add_argument("--verbose", action="store_true", help="each mistake")
    args = parser.parse_args()
    if not args.set:
        costs()
    elif args.leave_out:
        leave_out(args.leave_out, args.set)
    else:
        for path in args.set:
            rows = read(path)
            show(path.name, {"all": figures(rows)} | (groups(rows, args.by) if args.by else {}))
            if args.verbose:
                print(*mistakes(rows), sep="\n")


if __name__ == "__main__":
    main()
