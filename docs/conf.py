"""The documentation site: `python -m sphinx -W -c docs . site`, from the repository's folder.

The source is the repository, so that a link to `geodata/README.md` leads to the same text on the site as in a clone.
"""

from mobility.cli import COMMANDS, cli
from mobility.vocabulary import VERSION

project = "mobility"
author = "the authors of mobility"
project_copyright = "the authors of mobility"
version = release = VERSION
language = "en"

root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "geodata/**README.md",
    "maps/README.md",
    "tests/benchmarks/*.md",
    "tests/fuzz/README.md",
    "tests/sources/valhalla.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
]
exclude_patterns = [".*", "**/.venv", "node_modules"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
myst_heading_anchors = 4
napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "none"  # the docstrings say them
autodoc_member_order = "bysource"

cli.commands.update({name: cli.get_command(None, name) for name in COMMANDS})  # which are imported when asked for

html_theme = "furo"
html_title = f"mobility {VERSION}"
html_static_path: list[str] = []
html_show_sourcelink = False
html_copy_source = False
