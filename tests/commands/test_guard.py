"""The last guard: one line and an exit status that says what happened, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from mobility.commands.guard import guarded
from mobility.errors import InputError, NoRouteError

RUN = [sys.executable, "-m", "mobility.cli"]


def nested():
    return nested()


def refused():
    raise InputError("not so")


def answered_no():
    raise NoRouteError("no way")


def fault():
    raise ZeroDivisionError("division\nby\x1b[31m zero")


def no_memory():
    raise MemoryError


def interrupted():
    raise KeyboardInterrupt


def broken_off():
    """As a library that turns Ctrl-C into an error of its own."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise ImportError("cannot import numpy") from None


@pytest.fixture
def status(monkeypatch, capfd):
    """Run a function as a command; return its exit status and what is said on stderr."""
    from mobility.commands.options import Group

    monkeypatch.delenv("MOBILITY_DEBUG", raising=False)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def ask(does):
        group = Group(commands=[click.Command("x", callback=does)])
        return guarded(lambda: group.main(["x"], standalone_mode=False)), capfd.readouterr().err

    yield ask
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("does", "code", "said"),
    [
        (lambda: None, 0, ""),
        (answered_no, 1, "Error: no way\n"),
        (refused, 2, "Error: not so\n"),
        (no_memory, 70, "Error: there is not enough memory for this; "),
        (nested, 70, "Error: a fault of mobility, not of yours: RecursionError: maximum recursion depth exceeded"),
        (fault, 70, "Error: a fault of mobility, not of yours: ZeroDivisionError: division by [31m zero; "),
        (interrupted, 130, "\nAborted!\n"),
        (broken_off, 130, "Aborted!\n"),
    ],
)  # fmt: skip
def test_a_status_says_what_happened_and_one_line_why(status, does, code, said):
    found, line = status(does)
    assert found == code
    assert line.strip().startswith(said.strip())
    assert len(line.strip().splitlines()) == (said != "")
    assert "Traceback" not in line


def test_details_go_to_a_file_on_request_and_name_no_machine(status, monkeypatch, tmp_path):
    file = tmp_path / "details.txt"
    monkeypatch.setenv("MOBILITY_DEBUG", str(file))
    monkeypatch.setattr(sys, "argv", ["mobility", "routes", "-x", f"area:{tmp_path}/flood.geojson", "-o", str(file)])
    code, line = status(fault)
    assert (code, line.endswith(f"; details are in {file}\n")) == (70, True)
    text = file.read_text(encoding="utf-8")
    assert "command: mobility routes -x area:flood.geojson -o details.txt\n" in text
    for word in ("Python 3.", "numpy ", "Traceback", "in fault", "ZeroDivisionError"):
        assert word in text
    for folder in (tmp_path, sys.prefix, Path(guarded.__code__.co_filename).parents[2], Path.home(), Path.cwd()):
        assert f"{folder}/" not in text
    monkeypatch.setenv("MOBILITY_DEBUG", str(tmp_path))  # a folder: the fault is told all the same
    assert status(fault)[1].endswith("details go there\n")


@pytest.mark.parametrize("words", [["links", "-f", "csv"], ["--help"], ["route", "--help"], ["nonsense"]])
def test_a_reader_that_has_gone_is_told_nothing(words):
    """Both streams are the pipe, as in `2>&1 | head`; nobody reads it."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run([*RUN, *words], stdout=theirs, stderr=theirs, check=False, timeout=60)
    os.close(theirs)
    assert done.returncode == 141


def test_without_a_stream_to_write_to():
    """`>&-` closes it before the start."""
    for closed, code in ((">&-", 0), ("2>&-", 0)):
        line = f'exec "$0" -m mobility.cli profiles {closed}'
        done = subprocess.run(["bash", "-c", line, sys.executable], capture_output=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (code, b"")


def test_ctrl_c_is_130(tmp_path):
    """While a large question is at work: no answer, no file, no traceback."""
    words = ["redundancy", "--uncertain", "1000", "-o", str(tmp_path / "a.csv")]
    heed = "import signal, sys; signal.signal(2, signal.default_int_handler); from mobility.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", heed, *words], stderr=subprocess.PIPE, text=True) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert (process.returncode, said.strip()) == (130, "Aborted!")
    assert list(tmp_path.iterdir()) == []
