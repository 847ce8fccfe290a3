"""README.md and docs/ tell the truth: their commands print what they show, their Python runs, their links lead on."""

import doctest
import functools
import re
from itertools import pairwise
from pathlib import Path

import pytest

import mobility
from loading import LOAD
from mobility.model.network import Network
from tools.readme import PAGES, ROOT, blocks, output

TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
TEXT = "\n".join(TEXTS.values())
BLOCKS = [pytest.param(b, c, id=f"{page}: {c}") for page, text in TEXTS.items() for b, c, _ in blocks(text)]
SRC = Path(mobility.__file__).parent
EXAMPLES = [
    ".".join(file.relative_to(SRC).with_suffix("").parts)
    for file in sorted(SRC.rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
]


@functools.cache
def said(command):
    return output(command)


@pytest.mark.parametrize(("block", "command"), BLOCKS)
def test_block_prints_what_the_page_shows(block, command):
    assert block == f"$ {command}\n{said(command)}"


@pytest.mark.parametrize("page", [page for page, text in TEXTS.items() if "```python\n>>> " in text])
def test_python_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a network
    code = "\n".join(re.findall(r"(?ms)^```python\n(>>> .*?)^```", TEXTS[page]))
    test = doctest.DocTestParser().get_doctest(code, {}, page, page, 0)
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


def test_every_command_and_public_name_is_told():
    from mobility.cli import COMMANDS

    for name in COMMANDS:
        assert f"mobility {name}" in TEXT
    for name in mobility.__all__:
        assert name == "__version__" or re.search(
            rf"(?m)^\.\. auto\w+:: {name}$|`mobility\.{name}`", TEXTS["docs/api.md"]
        )


def test_the_readme_is_short():
    assert TEXTS["README.md"].count("\n") <= 200


@pytest.mark.parametrize("page", TEXTS)
def test_files_named_on_a_page_exist(page):
    for target in re.findall(r"\]\(([^)#:]+)[)#]", TEXTS[page]):
        assert ((ROOT / page).parent / target).exists(), target


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
    change = (
        r"mean of all \d+ pairs ([\d.]+) → ([\d.]+) h under way.*"
        r"mean change over all pairs (-?[\d.]+) to (-?[\d.]+) h"
    )
    found = [match for block in drawn if (match := re.search(change, block, re.DOTALL))]
    assert found
    for match in found:
        before, after, low, high = map(float, match.groups())
        assert low <= round(after - before, 1) <= high
