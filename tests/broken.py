"""A pipeline with a fault, for the tests of what a run does then."""

from __future__ import annotations

from newswire.page.model import Draft


class FailsOnSeed:
    def process_item(self, draft: Draft) -> Draft:
        if draft.source.uri.endswith("putin-kazakhstan.txt"):
            raise RuntimeError("a fault\nof the test")
        return draft
