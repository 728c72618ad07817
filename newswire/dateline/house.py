"""Which forms does a site print above its stories? A count, for those that one story cannot prove.

`New Delhi: The court …` is a dateline on a site that begins every fourth story so, and a headline
or a speaker elsewhere. Such forms have `house = true` in `datelines.toml`.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping

from newswire.dateline import grammar
from newswire.items import Dateline

# So many stories of a site, and this share of them, must begin with a form.
LEAST, SHARE = 5, 0.2
STORIES = "stories"


class Forms:
    """Counts the first paragraphs of sites by their form.

    >>> forms = Forms({"a.example": {"stories": 10, "place-colon": 5, "place-stop": 1}})
    >>> sorted(forms.of("a.example")), sorted(forms.of("b.example"))
    (['place-colon'], [])
    """

    def __init__(
        self, past: Mapping[str, Mapping[str, int]] | None = None, *, fixed: bool = False
    ) -> None:
        """Take over past counts; `fixed` adds none, so that the order of stories is nothing."""
        self._fixed = fixed
        self._past = {site: Counter(dict(counts)) for site, counts in (past or {}).items()}
        self._now: dict[str, Counter[str]] = {}

    def add(self, site: str, head: Dateline | None) -> None:
        """Count a story of `site` and the form of its head, if it has one."""
        if self._fixed:
            return
        counts = self._now.setdefault(site, Counter())
        counts[STORIES] += 1
        if head and head.rule in _house_forms():
            counts[head.rule] += 1

    def of(self, site: str) -> frozenset[str]:
        """Return the ids of the forms that the site is known to print."""
        counts = self._now.get(site, Counter()) + self._past.get(site, Counter())
        enough = max(LEAST, SHARE * counts[STORIES])
        return frozenset(form for form in _house_forms() if counts[form] >= enough)

    def heads(self) -> dict[str, str]:
        """Return one form that was counted for each site, "" where there is none."""
        return {
            site: min((form for form in counts if form != STORIES), default="")
            for site, counts in self._now.items()
        }

    def counted(self) -> dict[str, dict[str, int]]:
        """Return what has been counted, past crawls apart, for each site with such a form."""
        return {site: dict(counts) for site, counts in self._now.items() if len(counts) > 1}


@functools.cache
def _house_forms() -> frozenset[str]:
    return frozenset(form.row.id for form in grammar.forms() if form.row.house)
