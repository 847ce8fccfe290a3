"""The notebook of docs/: twelve cells that run from top to bottom, with `import mobility` alone."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mobility

BOOK = Path(__file__).parents[1] / "docs" / "notebook.ipynb"
CELLS = [
    "".join(c["source"]) for c in json.loads(BOOK.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"
]


def test_twelve_cells_import_mobility_alone():
    nodes = [node for cell in CELLS for node in ast.walk(ast.parse(cell))]
    imports = [alias.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    assert (len(CELLS), imports) == (12, ["mobility"])


@pytest.mark.slow
def test_the_notebook_runs(tmp_path):
    env = {**os.environ, "PYTHONPATH": str(Path(mobility.__file__).parents[1])}
    shutil.copy(BOOK, tmp_path)  # it writes beside itself
    words = ("--execute", "--to", "notebook", "--output", "run.ipynb", BOOK.name)
    settings = ("--log-level=ERROR", "--ExecutePreprocessor.timeout=600")
    convert = [sys.executable, "-m", "nbconvert", *settings, *words]
    done = subprocess.run(convert, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    book = json.loads((tmp_path / "run.ipynb").read_text(encoding="utf-8"))
    shown = [
        {kind: "".join(text) for output in cell["outputs"] for kind, text in output.get("data", {}).items()}
        for cell in book["cells"]
        if cell["cell_type"] == "code"
    ]
    assert all(cell.get("text/plain") for cell in shown)
    assert shown[0]["text/plain"].startswith("<Network geodata")
    assert shown[11]["text/plain"].startswith("<Network osmnx: ")
    assert "<table>" in shown[2]["text/html"]
    for file in ("whatif.html", "routes.html", "routes.png", "brief.html", "own.gpkg"):
        assert (tmp_path / file).stat().st_size > 10_000
    assert (tmp_path / "own" / "links.csv").exists()
