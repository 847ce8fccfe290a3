"""Two minutes of hostile inputs at every door, always the same ones; `python tests/fuzz/run.py` goes on for hours."""

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.broken_doors import BROKEN
from fuzz.doors import DOORS
from fuzz.run import batch, fuzz, told

SEED, EACH = 14, 100
KILL = Path(__file__).with_name("kill.py")


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_no_input_breaks_a_promise(door):
    found = fuzz(SEED, [door], inputs=EACH)
    assert found[door].inputs == EACH
    assert not found[door].broken, told(SEED, found)
    assert found[door].statuses[0] > 0, "nothing was read to its end: the inputs are too hostile to test much"
    assert found[door].statuses[2] > 0, "nothing was refused: the inputs are too tame to test much"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "said"), [(name, said) for name, (_, said) in BROKEN.items()], ids=list(BROKEN))
def test_a_broken_door_is_seen(name, said):
    limit = 2 if name in {"slow", "stuck"} else 30  # seconds that are waited for in full, or never
    found = batch(SEED, f"broken_{name}", 0, 1, limit=limit)
    assert said in found[0]["broken"]


def test_the_same_number_makes_the_same_input():
    one, other = (batch(SEED, "command_line", first, 8)[7] for first in (6, 7))  # whatever came before it
    assert [one[word] for word in ("words", "status", "stderr")] == [
        other[word] for word in ("words", "status", "stderr")
    ]


def test_memory_is_that_of_the_tool_not_of_the_tests():
    held = bytearray(b"x" * (1 << 30))  # as much as a worker of pytest has after an hour
    assert batch(SEED, "command_line", 0, 1)[0]["mb"] * (1 << 20) < len(held)


@pytest.mark.slow
def test_what_is_killed_leaves_the_old_file_or_the_new_one():
    run = subprocess.run([sys.executable, KILL, "--points", "12"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "killed, old file" in run.stdout
