"""Made-up articles of which many repeat or correct each other, as archives hold them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from newswire.article.hashing import content_hash
from newswire.bulk.folder import FORM, Folder
from newswire.bulk.process import _sink
from newswire.items import Article, Source
from tests.duplicate_texts import TEMPLATES, Story, Writer, template

BEGIN = datetime(2021, 1, 4, tzinfo=UTC)
EDITIONS = ("tj", "ru", "kg", "uz")
_KINDS = {
    "new": 50, "copy": 9, "near": 9, "extends": 4, "excerpt": 4, "template": 6, "series": 6,
    "short": 2, "version": 7, "returns": 2, "late": 2, "again": 5,
}  # fmt: skip


def archive(number: int, seed: int, days: int) -> Iterator[Article]:
    """Yield so many articles of so many days, in any order of time."""
    chance = random.Random(seed)
    writers = [Writer(language, seed) for language in ("ru", "en", "zh")]
    stories: list[Story] = []
    made: list[Article] = []
    for n in range(number):
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0] if n > 20 else "new"
        write = chance.choice(writers)
        # what repeats another repeats one of the last, or any
        near = len(made) - 1 - min(int(chance.expovariate(0.01)), len(made) - 1) if made else 0
        story, earlier = (stories[near], made[near]) if made else (None, None)
        if kind in ("version", "returns", "late", "again"):
            assert story is not None
            assert earlier is not None
            article, story = _same_id(kind, chance, story, earlier, n)
        else:
            story, body = _text(kind, chance, write, story, n)
            # a series comes in the first days
            moment = timedelta(days=(5 if kind == "series" else days) * chance.random())
            article = _article(chance, n, body, BEGIN + moment)
        if kind in ("copy", "near", "extends", "excerpt") and earlier and chance.random() < 0.8:
            _follow(chance, article, earlier)
        stories.append(story)
        made.append(article)
    yield from made


def _text(
    kind: str, chance: random.Random, write: Writer, earlier: Story | None, n: int
) -> tuple[Story, str]:
    new = write.story(chance.randint(1, 5))
    if kind == "template":
        return new, template(chance.choice(list(TEMPLATES)), n)
    if kind == "series":  # of which more come in a week than a key finds
        new = Writer("ru", 1).story()._replace(by=write).with_words(chance.randint(1, 9))
    if kind == "short":
        return new, chance.choice(("See the video.", "Смотрите видео."))
    if earlier is not None:
        if kind == "near":
            new = earlier.with_words(chance.randint(1, 4))
        elif kind == "extends":
            new = earlier.plus(after=earlier.by.story(chance.randint(1, 5)))
        elif kind == "excerpt":
            new = earlier.part(0, chance.randint(1, 3))
        elif kind == "copy":
            new = earlier
    return new, new.body


def _article(chance: random.Random, n: int, body: str, moment: datetime) -> Article:
    edition = chance.choice(EDITIONS)
    return Article(
        id=f"sputnik:{edition}:{1_000_000 + n}", url=f"https://{edition}.example/{n}.html",
        wire="sputnik", edition=edition, headline=f"Headline {n}", body=body, extractor="made-up",
        content_hash=content_hash(body), date_published=_date(chance, moment),
        source=Source("warc", f"a.warc.gz#{n}", (moment + timedelta(days=300)).isoformat(),
                      f"{n:064x}", "1"),
    )  # fmt: skip


def _date(chance: random.Random, moment: datetime) -> str | None:
    """Return the moment as pages say it: a day, or an instant in some zone; or not at all."""
    kind = chance.random()
    if kind < 0.02:
        return None
    if kind < 0.2:
        return moment.date().isoformat()
    zone = timezone(timedelta(hours=chance.choice((0, 3, 5, -8))))
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _follow(chance: random.Random, article: Article, earlier: Article) -> None:
    if earlier.date_published:
        moment = datetime.fromisoformat(earlier.date_published)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        days = chance.expovariate(0.1) if chance.random() < 0.6 else 0.2 * chance.random()
        article.date_published = _date(chance, moment + timedelta(days=days))


def _same_id(
    kind: str, chance: random.Random, story: Story, earlier: Article, n: int
) -> tuple[Article, Story]:
    """Return a page that was saved again: corrected, with an earlier text, or as it was."""
    new = story if kind in ("again", "returns") else story.with_words(chance.randint(1, 12))
    body = earlier.body if kind == "again" else new.body
    later = timedelta(days=chance.randint(1, 30))
    if kind == "late":
        later = -later
    assert earlier.source is not None
    fetched = datetime.fromisoformat(earlier.source.fetched or "") + later
    source = replace(earlier.source, fetched=fetched.isoformat(), sha256=f"{n:064x}")
    modified = None if chance.random() < 0.3 else (BEGIN + timedelta(days=60) + later).isoformat()
    if kind == "again":
        modified = earlier.date_modified
    digest = content_hash(body)
    article = replace(
        earlier, body=body, content_hash=digest, source=source, date_modified=modified
    )
    if kind == "version" and chance.random() < 0.4:  # a site that dates a correction anew
        _follow(chance, article, earlier)
    return article, new


def outputs(
    articles: list[Article], out: Path, number: int, seed: int = 0, form: str = "jsonl"
) -> list[Path]:
    """Write the articles as so many outputs of a reprocess, in any order; return their paths."""
    mixed = random.Random(seed).sample(articles, len(articles))
    folder = Folder(out)
    folder.prepare()
    paths = []
    for n in range(number):
        name = f"{n:03}.{form}"
        with folder.part(name) as file:
            with _sink(form, file) as put:
                for article in mixed[n::number]:
                    put(article)
            manifest = {"form": FORM, "rules": "1", "articles": len(mixed[n::number])}
            manifest["options"] = {"learnt": None}
            paths.append(folder.output(folder.commit(file, name, manifest)))
    return paths
