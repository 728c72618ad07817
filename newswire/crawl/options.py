"""Which settings may a crawl run with? Checked like arguments, before the first request."""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any

from scrapy.settings import BaseSettings, default_settings

from newswire import rules
from newswire import settings as defaults
from newswire.crawl import keeper
from newswire.errors import ArgumentError

# what reads pickles from a disk, which run code as they are read -> what to do instead
PICKLES = {
    "JOBDIR": "the ledger resumes a crawl, also a killed one",
    "HTTPCACHE_ENABLED": "record a crawl with NEWSWIRE_RECORD, and replay it",
}
PREFIX = "NEWSWIRE_"
SHARES = ("NEWSWIRE_ALARM_SHARE", "NEWSWIRE_ALARM_ABSOLUTE")


def check_ours(settings: BaseSettings) -> None:
    """Raise ArgumentError for settings that know nothing of newswire."""
    if "NEWSWIRE_DUPLICATES" not in settings:
        raise ArgumentError(
            "these are not newswire's settings: let the settings module be newswire.settings, or"
            " begin it with `from newswire.settings import *`; a script sets the variable"
            " SCRAPY_SETTINGS_MODULE and gives get_project_settings() to its CrawlerProcess"
        )


def check_settings(settings: BaseSettings) -> None:
    """Refuse settings that no crawl should run with, or that cannot be understood.

    Raises:
        ArgumentError: one line that names the setting and says what it takes.
        RuleError: a file of `NEWSWIRE_RULES` cannot be used.
    """
    for name, instead in PICKLES.items():
        if settings[name] and (name == "JOBDIR" or settings.getbool(name)):
            raise ArgumentError(
                f"{name} is not supported, since it runs code from a file: {instead}"
            )
    check_ours(settings)
    rules.add(settings.getlist("NEWSWIRE_RULES"))
    known = {name: value for name, value in vars(defaults).items() if name.startswith(PREFIX)}
    for name in settings:
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise ArgumentError(f"unknown setting {name}{hint}")
    for name, default in known.items():
        _check(name, default, settings[name])
    try:
        shlex.split(settings["NEWSWIRE_ALERT"] or "")
    except ValueError as error:
        raise ArgumentError(f"NEWSWIRE_ALERT: no command: {error}") from None
    if settings["NEWSWIRE_METRICS"] and not find_spec("prometheus_client"):
        raise ArgumentError(
            "NEWSWIRE_METRICS needs prometheus-client: pip install 'newswire[metrics]'"
        )
    for name, default in vars(default_settings).items():
        is_number = isinstance(default, int | float) and not isinstance(default, bool)
        # some may be None, as FEED_EXPORT_INDENT
        if is_number and settings[name] is not None and not _is_number(settings[name]):
            raise ArgumentError(f"{name}={settings[name]}: must be a number")
    if settings.getfloat("NEWSWIRE_DEAD_AFTER") < keeper.LEAST_DEAD_AFTER:
        least = f"{keeper.LEAST_DEAD_AFTER:.0f}"
        raise ArgumentError(
            f"NEWSWIRE_DEAD_AFTER must be at least {least} seconds: a run that reads a large list"
            " would be taken for dead"
        )
    if settings.getint("DOWNLOAD_MAXSIZE", -1) <= 0:
        raise ArgumentError("DOWNLOAD_MAXSIZE must be a number of bytes above 0")


def _check(name: str, default: Any, value: Any) -> None:
    if isinstance(default, bool):
        if str(value).lower() not in ("0", "1", "false", "true"):
            raise ArgumentError(f"{name}={value}: must be True or False")
    elif isinstance(default, int | float):
        most = 1.0 if name in SHARES else float("inf")
        if not _is_number(value) or not 0 <= float(value) <= most:
            words = "a share from 0 to 1" if name in SHARES else "a number of 0 or more"
            raise ArgumentError(f"{name}={value}: must be {words}")


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
