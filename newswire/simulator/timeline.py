"""When does article k appear? The invented calendar of one edition, in closed form."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from newswire.simulator.grammar import Dice

DAY = timedelta(days=1)


class Timeline:
    """Articles 0, 1, 2, … of an edition in order of time.

    `week` says how many articles each day of a week has, beginning with the weekday of `start`.
    Times are whole minutes, because the template of 2021 prints no seconds; two articles of a
    busy day may share one.
    """

    def __init__(self, seed: str, zone: ZoneInfo, start: date, week: tuple[int, ...]) -> None:
        self.seed, self.zone, self.start, self.week = seed, zone, start, week
        self.before = [0, *accumulate(week)]
        self._midnight = lru_cache(maxsize=1024)(self._begin)

    def of_day(self, day: date) -> range:
        """Return the numbers of the articles of a local day."""
        index = (day - self.start).days
        if index < 0:
            return range(0)
        weeks, weekday = divmod(index, len(self.week))
        first = weeks * self.before[-1] + self.before[weekday]
        return range(first, first + self.week[weekday])

    def day(self, k: int) -> date:
        """Return the local day of article `k`."""
        weeks, rest = divmod(k, self.before[-1])
        return self.start + DAY * (weeks * len(self.week) + bisect_right(self.before, rest) - 1)

    def published(self, k: int) -> datetime:
        """Return when article `k` appears, in the edition's zone."""
        day = self.day(k)
        numbers = self.of_day(day)
        begin = self._midnight(day)
        share = (k - numbers.start + Dice(f"{self.seed}/{k}/time").random()) / len(numbers)
        minutes = int((self._midnight(day + DAY) - begin) / timedelta(minutes=1) * share)
        return (begin + timedelta(minutes=minutes)).astimezone(self.zone)

    def count(self, now: datetime) -> int:
        """Return how many articles have appeared by `now`."""
        numbers = self.of_day(now.astimezone(self.zone).date())
        return numbers.start + sum(self.published(k) <= now for k in numbers)

    def _begin(self, day: date) -> datetime:
        # by way of UTC: a local day may have 23 or 25 hours
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
