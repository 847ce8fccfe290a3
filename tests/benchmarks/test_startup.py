"""Start-up: ratios of medians, measured in turn in one run, so that a noisy machine slows both sides alike."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

FOLDER = Path(sys.executable).parent
INSTALLED = shutil.which("mobility", path=str(FOLDER))
MOBILITY = [INSTALLED] if INSTALLED else [sys.executable, "-c", "from mobility.cli import main; main()"]
SOURCE = str(Path(__file__).parents[2] / "src")

CASES = {
    "help": (["--help"], "import click", 1.6),
    "routes": (["routes", "-f", "json"], "import geopandas, scipy.sparse.csgraph", 2.5),
    "map": (["map", "--show", "network", "-o", "map.html"], "import folium", 3.0),
}


def seconds(command, folder):
    paths = [SOURCE, os.environ.get("PYTHONPATH", "")]
    env = os.environ if INSTALLED else os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, env=env, cwd=folder)
    passed = time.perf_counter() - start
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout or done.stderr or command[0] == sys.executable
    return passed


def ratio(command, yardstick, runs, folder):
    """Ratio of the medians of both commands, run in turn; the first turn warms up and does not count."""
    turns = [(seconds(command, folder), seconds(yardstick, folder)) for _ in range(runs + 1)][1:]
    mine, theirs = (statistics.median(column) for column in zip(*turns, strict=True))
    return mine / theirs, mine, theirs


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_start_up_costs_little_more_than_the_libraries(case, capsys, tmp_path):
    arguments, imports, limit = CASES[case]
    command, yardstick = [*MOBILITY, *arguments], [sys.executable, "-c", imports]
    found = ratio(command, yardstick, 5, tmp_path)
    if found[0] > limit:  # once more, with more runs, before it is called slow
        found = ratio(command, yardstick, 15, tmp_path)
    shown, mine, theirs = (f"{x:.3f}" for x in found)
    text = f"mobility {' '.join(arguments)}: {mine} s, `{imports}`: {theirs} s; ratio {shown}, at most {limit}"
    with capsys.disabled():
        print(f"\n  {text}")  # noqa: T201 - a benchmark shows what it measured
    assert found[0] <= limit, text
