"""Start-up: ratios of medians of processor time, measured in turn in one run: a busy machine slows both sides alike."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(sys.executable).parent
INSTALLED = shutil.which("mobility", path=str(FOLDER))
MOBILITY = [INSTALLED] if INSTALLED else [sys.executable, "-c", "from mobility.cli import main; main()"]
PYTHON = [sys.executable, "-c"]
SOURCE = str(Path(__file__).parents[2] / "src")
LIBRARIES = "import geopandas"
UNUSED = "matplotlib networkx osmnx folium multiprocessing xml.etree mobility.doubt mobility.analysis.gains".split()

# Per case the command, what it is compared with, and the most that it may cost of that. With scipy, whose shortest
# paths every answer needs, the libraries alone are 1.4 times `import geopandas`, with ortools for `routes` 1.5.
CASES = {
    "help": ([*MOBILITY, "--help"], "import click", 1.6),
    "load": ([*PYTHON, "import mobility; mobility.Network.load()"], LIBRARIES, 1.3),
    "route": ([*MOBILITY, "route", "durres", "varna"], LIBRARIES, 1.9),
    "routes": ([*MOBILITY, "routes"], LIBRARIES, 2.2),
    "map": ([*MOBILITY, "map", "--show", "network", "-o", "map.html"], "import folium", 3.0),
}


@pytest.fixture
def ready(tmp_path, monkeypatch):
    """An empty folder with a cache of its own; modules are compiled once, as where a program is installed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("MOBILITY_NO_CACHE", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.delenv(name, raising=False)
    if not INSTALLED:
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [SOURCE, os.environ.get("PYTHONPATH", "")])))
    return tmp_path


def seconds(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout or done.stderr or command[0] == sys.executable
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(command, yardstick, runs, folder):
    """Ratio of the medians of both commands, run in turn; the first turn warms up and does not count."""
    turns = [(seconds(command, folder), seconds(yardstick, folder)) for _ in range(runs + 1)][1:]
    mine, theirs = (statistics.median(column) for column in zip(*turns, strict=True))
    return mine / theirs, mine, theirs


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_start_up_costs_little_more_than_the_libraries(case, capsys, ready):
    command, imports, limit = CASES[case]
    yardstick = [*PYTHON, imports]
    found = ratio(command, yardstick, 5, ready)
    if found[0] > limit:  # once more, with more runs, before it is called slow
        found = ratio(command, yardstick, 15, ready)
    shown, mine, theirs = (f"{x:.3f}" for x in found)
    text = f"{' '.join(map(str, command[1:]))}: {mine} s, `{imports}`: {theirs} s; ratio {shown}, at most {limit}"
    with capsys.disabled():
        print(f"\n  {text}")  # noqa: T201 - a benchmark shows what it measured
    assert found[0] <= limit, text


@pytest.mark.parametrize(("words", "more"), [("routes", ()), ("route durres varna", ("ortools",))])
def test_what_an_answer_does_not_need_is_not_imported(words, more, ready):
    code = f"import sys\nfrom mobility.cli import cli\ncli({words.split()}, standalone_mode=False)\nprint(*sys.modules)"
    done = subprocess.run([*PYTHON, code], capture_output=True, check=True, text=True, cwd=ready)
    assert {*UNUSED, *more} & {*done.stdout.splitlines()[-1].split()} == set()
