"""`scrapyd-deploy` builds an egg with this; all else is in pyproject.toml."""

import sys
import tempfile
from pathlib import Path

from setuptools import setup

options = {}
if "bdist_egg" in sys.argv or "clean" in sys.argv:
    # what is built on the way goes with this process; setuptools finds metadata below `.` only
    folder = tempfile.TemporaryDirectory(prefix=".egg-", dir=".")
    name = Path(folder.name).name
    options = {"build": {"build_base": f"{name}/build"}, "egg_info": {"egg_base": name}}

setup(options=options)
