"""Sphinx builds these pages offline: `python -m sphinx -W -b html docs docs/_build`.

Sphinx, MyST-Parser and Furo (BSD, MIT, MIT) are kept, take warnings as errors, and load nothing from the network when a
page is opened. Material for MkDocs is in maintenance until November 2026 only, its successor Zensical still at 0.0.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import generate

from ukrcorpus import __version__

project = "ukrcorpus"
author = "The ukrcorpus developers"
copyright = author
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [("py:exc", ".*")]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_preserve_defaults = True
maximum_signature_line_length = 76
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"ukrcorpus {__version__}"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_copy_source = False
html_show_sourcelink = False
# The summary of a search result is fetched, which a browser refuses to a page that is opened as a file.
html_show_search_summary = False
# pygments' style of these names passes WCAG AA.
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


def setup(app: Any) -> None:
    """Fill in what is generated, page by page and docstring by docstring."""
    app.connect("source-read", generate.fill)
    app.connect("autodoc-process-docstring", generate.mark_code)
