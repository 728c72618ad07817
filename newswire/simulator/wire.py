"""What does the simulated wire hold at a given moment?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, unquote

from newswire.simulator import stories
from newswire.simulator.editions import Edition, editions
from newswire.simulator.grammar import Dice
from newswire.simulator.model import Article, Outline
from newswire.simulator.slugs import slug
from newswire.simulator.timeline import DAY, Timeline

NOW = datetime(2021, 12, 23, 12, tzinfo=UTC)  # where the wire's clock stands at the beginning
START = date(2018, 1, 1)
WEEK = (9, 12, 0, 7, 45, 10, 2)  # a day without news, and one of three archive pages

# The forms in which the wire has addressed an article (shapes seen in public material)
_PATHS = (
    re.compile(r"/\d{8}/(?:[^/]*-)?(\d{8,12})\.html"),  # 2021: /20211223/slug-1042.html
    re.compile(r"/\w+/\d{8}(\d{8,12})(?:-[^/]*)?/"),  # 2014-2020: /asia/202004281042-slug/
    re.compile(r"/\w+/\d{8}/(\d{8,12})(?:/[^/]*)?\.html"),  # CIS: /asia/20170102/1042/slug.html
)


class Wire:
    """Editions full of articles. Nothing is stored: all is computed from the seed when asked for.

    `now` is the wire's clock, given with each question: an article is there when its time has
    come, changes when a correction's time has come, and a few are withdrawn.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        ids: tuple[str, ...] = (),
        start: date = START,
        week: tuple[int, ...] = WEEK,
    ) -> None:
        known = editions()
        self.seed = seed
        self.editions: dict[str, Edition] = {id_: known[id_] for id_ in ids or known}
        self.timelines = {
            id_: Timeline(f"{seed}/{id_}", edition.tz, start, week)
            for id_, edition in self.editions.items()
        }
        self.outline = lru_cache(maxsize=4096)(self._outline)
        self._story = lru_cache(maxsize=256)(self._build)
        self._fates = lru_cache(maxsize=65536)(self._fate)

    def count(self, edition: str, now: datetime) -> int:
        """Return how many articles an edition has brought out by `now`, withdrawn ones too."""
        return self.timelines[edition].count(now)

    def published(self, edition: str, k: int) -> datetime:
        """Return when article `k` appears, in the edition's zone."""
        return self.timelines[edition].published(k)

    def version(self, edition: str, k: int, now: datetime) -> int:
        """Return 1, or more when corrections have appeared by `now`."""
        return 1 + sum(moment <= now for moment in self._fates(edition, k)[0])

    def changed(self, edition: str, k: int, now: datetime) -> datetime:
        """Return the last change of article `k` by `now`: a correction, else its appearance."""
        done = [moment for moment in self._fates(edition, k)[0] if moment <= now]
        return done[-1] if done else self.published(edition, k)

    def gone(self, edition: str, k: int, now: datetime) -> bool:
        """Return whether article `k` has been withdrawn by `now`."""
        moment = self._fates(edition, k)[1]
        return moment is not None and moment <= now

    def visible(self, edition: str, k: int, now: datetime) -> bool:
        """Return whether article `k` can be read at `now`."""
        return self.published(edition, k) <= now and not self.gone(edition, k, now)

    def latest(self, edition: str, now: datetime, before: int | None = None) -> Iterator[int]:
        """Yield the numbers of readable articles, newest first, below number `before`."""
        newest = self.count(edition, now)
        for k in range(newest if before is None else min(before, newest), 0, -1):
            if not self.gone(edition, k - 1, now):
                yield k - 1

    def of_day(self, edition: str, day: date, now: datetime) -> list[int]:
        """Return the numbers of the readable articles of a local day, newest first."""
        numbers = self.timelines[edition].of_day(day)
        return [k for k in reversed(numbers) if self.visible(edition, k, now)]

    def article(self, edition: str, k: int, now: datetime = NOW) -> Article:
        """Return article `k` as it stands at `now`."""
        return self._story(edition, k, self.version(edition, k, now))

    def find(self, edition: str, path: str) -> int | None:
        """Return the number of the article that a path names in any of its old forms."""
        for form in _PATHS:
            if found := form.fullmatch(unquote(path)):
                id_ = int(found[1])
                k = (id_ - self.editions[edition].id_base) // 7
                return k if k >= 0 and self._id(edition, k) == id_ else None
        return None

    def old_paths(self, edition: str, k: int) -> list[str]:
        """Return addresses of article `k` that redirect to its canonical one."""
        o = self.outline(edition, k, 1)
        day, rubric = o.published.strftime("%Y%m%d"), o.section[0]
        forms = [
            f"/{day}/{o.id}.html",
            f"/{day}/another-wording-{o.id}.html",
            f"/{rubric}/{day}{o.id}-older-wording/",
            f"/{rubric}/{day}/{o.id}.html",
            f"/{rubric}/{day}/{o.id}/older-wording.html",
        ]
        return [form for form in forms if form != o.path]

    def _id(self, edition: str, k: int) -> int:
        # increasing with gaps, and now and then equal in two editions
        return (
            self.editions[edition].id_base + 7 * k + Dice(self._key(edition, k, "id")).between(0, 4)
        )

    def _key(self, edition: str, k: int, part: str) -> str:
        return f"{self.seed}/{edition}/{k}/{part}"

    def _fate(self, edition: str, k: int) -> tuple[tuple[datetime, ...], datetime | None]:
        dice = Dice(self._key(edition, k, "fate"))
        published = self.published(edition, k)
        corrections: list[datetime] = []
        while dice.chance(0.12) and len(corrections) < 3:
            last = corrections[-1] if corrections else published
            corrections.append(last + timedelta(minutes=dice.between(20, 1500)))
        withdrawn = published + timedelta(minutes=dice.between(200, 2500))
        return tuple(corrections), withdrawn if dice.chance(0.01) else None

    def _outline(self, edition: str, k: int, version: int) -> Outline:
        """What lists show of article `k`: cheap, for it is asked for far more often than a page."""
        row = self.editions[edition]
        published = self.published(edition, k)
        dice = Dice(self._key(edition, k, "outline"))
        first = headline = row.lang.sentence("headline", dice, end="")
        section = dice.pick(row.sections)
        old = row.is_old(published.date())
        id_ = self._id(edition, k)
        day = published.strftime("%Y%m%d")
        words = slug(first) if dice.chance(0.9) else ""
        if old:
            path = f"/{section[0]}/{day}{id_}-{words}/"
        else:
            path = f"/{day}/{words}-{id_}.html" if words else f"/{day}/{id_}.html"
        picture = stories.picture(row, id_ - 1, published.date(), dice)
        for later in range(2, version + 1):
            again = Dice(self._key(edition, k, f"headline{later}"))
            if again.chance(0.3):
                headline = row.lang.sentence("headline", again, end="")
        return Outline(k, id_, quote(path), headline, section, picture, published, old)

    def _build(self, edition: str, k: int, version: int) -> Article:
        corrections = self._fates(edition, k)[0]
        modified = corrections[version - 2] if version > 1 else self.published(edition, k)
        dice = Dice(self._key(edition, k, "older"))
        older = [
            self.outline(edition, k - 1 - int(dice.random() ** 3 * min(k, 4000)), 1)
            for _ in range(3 if k else 0)
        ]
        return stories.build(
            self.editions[edition],
            self.outline(edition, k, version),
            version=version,
            modified=modified,
            older=list({o.k: o for o in older}.values()),
            seed=self._key(edition, k, "story"),
        )


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + DAY * offset
