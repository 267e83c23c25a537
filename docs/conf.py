"""Sphinx configuration: Markdown pages (MyST), equations in LaTeX."""

import re
import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "floquant"
author = "floquant developers"
copyright = "2026, floquant developers"
release = version = installed("floquant")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
autodoc_typehints = "signature"
autodoc_type_aliases = {"Array": "Array", "ArrayLike": "ArrayLike"}
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 100
smartquotes = False  # docstrings quote code
exclude_patterns = ["_build", "included"]  # tables that pages include

html_theme = "furo"
html_title = "floquant"


def plain(app, what, name, obj, options, lines):
    """Docstrings are plain text with code between backticks: whatever reStructuredText would take for markup is escaped."""
    pieces = re.split(r"(`[^`]+`)", "\n".join(lines))
    for number, piece in enumerate(pieces):
        if number % 2:  # an escaped space sets code apart from what it touches, and leaves no trace
            pieces[number] = rf"\ `{piece}`\ "
        else:
            pieces[number] = re.sub(r"([\\*|_`])", r"\\\1", piece)
    lines[:] = "".join(pieces).split("\n")


def drawn(app):
    """The picture of the architecture page, from the imports as they are now."""
    import floors

    floors.write(Path(app.srcdir) / "images" / "floors.svg")


def setup(app):
    app.connect("builder-inited", drawn)
    app.connect("autodoc-process-docstring", plain)
