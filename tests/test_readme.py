"""The README tells the truth: its commands print what it shows, its Python runs, its first command is the main job."""

import doctest
import re
from pathlib import Path

import pytest

from tools.readme import README, blocks, output

TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("block", "command"), [(b, c) for b, c, _ in blocks(TEXT)], ids=[c for _, c, _ in blocks(TEXT)]
)
def test_block_prints_what_the_readme_shows(block, command):
    assert block == f"$ {command}\n{output(command)}"


def test_python_of_the_readme_runs():
    code = "\n".join(re.findall(r"(?ms)^```python\n(.*?)^```", TEXT))
    test = doctest.DocTestParser().get_doctest(code, {}, "README", str(README), 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test)
    assert runner.failures == 0


@pytest.mark.parametrize("module", ["model.names", "model.network", "analysis.routing"])
def test_docstring_examples(module):
    import importlib

    found = doctest.testmod(importlib.import_module(f"mobility.{module}"))
    assert found.attempted
    assert found.failed == 0


def test_every_command_is_in_the_readme():
    from mobility.cli import COMMANDS

    for name in COMMANDS:
        assert f"mobility {name}" in TEXT


def test_files_named_in_the_readme_exist():
    root = Path(README).parent
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (root / target).exists(), target
