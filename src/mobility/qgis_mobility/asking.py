"""A question as a command line, asked in a process of its own: QGIS has a Python of its own, without the package."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = "MOBILITY_PROGRAM"  # variable that says where the command is, if it is not on the path
_STEP_S = 0.2
_STRANGE = ("PYTHONHOME", "PYTHONPATH", "GDAL_DATA", "PROJ_LIB", "PROJ_DATA")  # settings for QGIS's own libraries


@dataclass(frozen=True)
class Question:
    """A command as an algorithm.

    Attributes
    ----------
    name, title, about
        The command, how the toolbox calls it, and what it answers.
    points
        Its rows are points, not lines.
    takes
        Its own words beside those that all share: word, label, and the options of a list (empty: any text).
    needs
        Words that must be given; those in capitals stand without an option before them.
    """

    name: str
    title: str
    about: str
    points: bool = False
    takes: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    needs: tuple[str, ...] = ()


class AskingError(Exception):
    """The command could not answer; its one line."""


def words_of(given: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return options and names of a command line, the network left out; several names of a value are apart by ";"."""
    each = [(word, one.strip()) for word, value in given.items() for one in value.split(";") if one.strip()]
    options = [f"--{word}={one}" for word, one in each if word.islower() and word != "network"]
    return options, [one for word, one in each if word.isupper()]


def ask(name: str, given: dict[str, str], stopped: Callable[[], bool], say: Callable[[str], None]) -> str:
    """Return the GeoJSON that a command answers; raises AskingError with its one line where it does not."""
    program = os.environ.get(PROGRAM, "mobility")
    found = shutil.which(program)
    if found is None:
        raise AskingError(f"no command is called {program!r}: install mobility, or name it in the variable {PROGRAM}")
    network = ["--network", given["network"]] if given.get("network") else []
    options, names = words_of(given)
    own = {name: value for name, value in os.environ.items() if name not in _STRANGE}
    with tempfile.TemporaryDirectory() as folder:
        out, notes = Path(folder) / "answer.geojson", Path(folder) / "notes"
        line = [found, *network, name, "-f", "geojson", "-o", str(out), *options, "--", *names]
        with notes.open("w") as said, subprocess.Popen(line, stdout=said, stderr=said, env=own) as run:  # noqa: S603
            while run.poll() is None:
                if stopped():
                    run.kill()
                    raise AskingError("stopped")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    run.wait(_STEP_S)
        lines = notes.read_text(encoding="utf-8", errors="replace").splitlines()
        if not out.exists():
            raise AskingError((lines or ["no answer"])[-1].removeprefix("Error: "))
        for one in lines:
            say(one)
        return out.read_text(encoding="utf-8")
