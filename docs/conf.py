"""Sphinx builds the documentation: `make docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from newswire import __version__

project = "newswire"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "reference"]
exclude_patterns = ["_ext"]
html_theme = "furo"
html_title = f"newswire {release}"
html_show_copyright = False
# no fonts or scripts from elsewhere
html_theme_options = {"source_repository": "", "sidebar_hide_name": False}
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
# data files and folders that pages link to lie outside of what is built
suppress_warnings = ["myst.xref_missing"]
nitpicky = False
