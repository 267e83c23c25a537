"""Sphinx configuration: Markdown pages (MyST), equations in LaTeX."""

from importlib.metadata import version as installed

project = "floquant"
author = "floquant developers"
copyright = "2026, floquant developers"
release = version = installed("floquant")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
autodoc_typehints = "description"
exclude_patterns = ["_build", "included"]  # tables that pages include

html_theme = "furo"
html_title = "floquant"
