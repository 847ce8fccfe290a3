"""The README tells the truth: its commands print what it shows, its Python runs, its first command is the main job."""

import doctest
import re
from itertools import pairwise
from pathlib import Path

import pytest

import mobility
from loading import LOAD
from mobility.model.network import Network
from tools.readme import README, blocks, output

TEXT = README.read_text(encoding="utf-8")
SRC = Path(mobility.__file__).parent
EXAMPLES = [
    ".".join(file.relative_to(SRC).with_suffix("").parts)
    for file in sorted(SRC.rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize(
    ("block", "command"), [(b, c) for b, c, _ in blocks(TEXT)], ids=[c for _, c, _ in blocks(TEXT)]
)
def test_block_prints_what_the_readme_shows(block, command):
    assert block == f"$ {command}\n{output(command)}"


def test_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a network
    code = "\n".join(re.findall(r"(?ms)^```python\n(.*?)^```", TEXT))
    test = doctest.DocTestParser().get_doctest(code, {}, "README", str(README), 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test)
    assert runner.failures == 0


@pytest.mark.parametrize("module", EXAMPLES)
def test_docstring_examples(module, monkeypatch):
    import importlib

    monkeypatch.setattr(Network, "load", LOAD)  # which has an example
    found = doctest.testmod(importlib.import_module(f"mobility.{module}"))
    assert found.attempted, "the search finds what it is to find"
    assert found.failed == 0


def test_every_command_is_in_the_readme():
    from mobility.cli import COMMANDS

    for name in COMMANDS:
        assert f"mobility {name}" in TEXT


def test_files_named_in_the_readme_exist():
    root = Path(README).parent
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (root / target).exists(), target


def intervals_of(block):
    """Return (value, lowest, highest) of every row of a table that has a value and its interval."""
    lines = block.splitlines()
    rule = next((i for i, line in enumerate(lines) if re.fullmatch(r"[- ]+", line) and "--" in line), None)
    if rule is None:
        return []
    spans = [match.span() for match in re.finditer(r"-+", lines[rule])]
    heads = [lines[rule - 1][a:b].strip() for a, b in spans]
    found = []
    for line in lines[rule + 1 :]:
        if any(line[a:b].strip() for (_, a), (b, _) in pairwise(spans)):
            break  # a sentence below the table
        cells = dict(zip(heads, [line[a:b].strip() for a, b in spans], strict=True))
        for head in heads:
            bounds = [
                [cells[f"{head}{kind} {p} %"] for p in (5, 95)]
                for kind in ("", " com.")
                if f"{head}{kind} 5 %" in cells
            ]
            if bounds and cells[head] and all(all(pair) for pair in bounds):
                low, high = min(float(pair[0]) for pair in bounds), max(float(pair[1]) for pair in bounds)
                found.append((float(cells[head]), low, high))
    return found


def test_no_value_of_the_readme_lies_outside_its_own_interval():
    drawn = [block for block, command, _ in blocks(TEXT) if "--uncertain" in command]
    values = [value for block in drawn for value in intervals_of(block)]
    assert len(values) >= 8
    assert [value for value, low, high in values if not low <= value <= high] == []
    (before, after, low, high) = map(
        float,
        re.search(
            r"--uncertain 1000 .*?mean of all \d+ pairs ([\d.]+) → ([\d.]+) h under way.*?mean change over all pairs "
            r"(-?[\d.]+) to (-?[\d.]+) h",
            TEXT,
            re.DOTALL,
        ).groups(),
    )
    assert low <= after - before <= high
