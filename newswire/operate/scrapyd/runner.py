"""Run a command of the deployed egg: the `runner` of scrapyd.conf.

Scrapyd's own needs a setuptools of before 2026, and where newswire is installed it would run that
one instead of the egg.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import distributions
from pathlib import Path

from scrapyd.config import Config
from scrapyd.utils import initialize_component


def settings_module(egg: str) -> str:
    """Return the settings module that an egg names in its entry points."""
    for distribution in distributions(path=[egg]):
        for entry in distribution.entry_points.select(group="scrapy", name="settings"):
            return entry.value
    sys.exit(f"{egg}: no egg of a Scrapy project (no entry point scrapy:settings)")


def main() -> None:
    """Become the command, with the egg before all else that can be imported."""
    storage = initialize_component(
        Config(), "eggstorage", "scrapyd.eggstorage.FilesystemEggStorage"
    )
    version = os.environ.get("SCRAPYD_EGG_VERSION")
    _, file = storage.get(os.environ["SCRAPY_PROJECT"], version)
    environment = dict(os.environ)
    if file:
        with file:
            egg = str(Path(file.name).resolve())
        environment |= {"PYTHONPATH": egg, "SCRAPY_SETTINGS_MODULE": settings_module(egg)}
    # scrapyd tells the spider its job, which is no argument of ours; `-a` goes with it
    own = [n for n, word in enumerate(sys.argv) if word.startswith("_job=")]
    arguments = [word for n, word in enumerate(sys.argv) if n and not {n, n + 1} & set(own)]
    # the same process, so that scrapyd's signals reach the crawl; -P: nothing from this folder
    os.execve(  # noqa: S606
        sys.executable, [sys.executable, "-P", "-m", "scrapy", *arguments], environment
    )


if __name__ == "__main__":
    main()
