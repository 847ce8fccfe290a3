"""Progress: seconds on a terminal, gone before anything else is written, and nothing anywhere else."""

import os
import pty
import subprocess
import sys

import pytest

NAPPING = """
import sys, time
import click
from mobility.commands import options, sink, waiting
waiting._FIRST, waiting._EACH = 0.3, 0.2
def nap():
    out = sink.Sink("nap", "table", None, sys.argv[1] == "quiet")
    waiting.silence(out.quiet)
    time.sleep(1)
    out.note("a note")
    out.text("data\\n")
    with waiting.paused():
        time.sleep(1)
    waiting.say("a long\x1b[31m word")
    time.sleep(1)
    waiting.say("")
    time.sleep(0.5)
options.Group(commands=[click.Command("nap", callback=nap)]).main(["nap"])
"""


def told(how, script=NAPPING):
    """Return what a command says on a terminal: stdout and stderr are the same."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", script, how], stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 10_000):
                text += part
        except OSError:  # the other end has gone
            pass
    os.close(ours)
    assert process.returncode == 0
    return text.decode()


def seen(text):
    """Return the lines that stand on the screen at the end."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return lines


def test_seconds_come_and_go():
    text = told("loud")
    assert "\r0 s ...\r" in text
    assert "\r1 s ..." in text.split("a note")[0]
    assert " s ... a long [31m word\r" in text.split("data")[1] + "\r"
    assert seen(text) == ["a note", "data", ""]


def test_quiet_is_quiet():
    assert told("quiet") == "data\r\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nothing_where_there_is_no_terminal(stream):
    done = subprocess.run([sys.executable, "-c", NAPPING, "loud"], capture_output=True, text=True, check=True)
    assert getattr(done, stream) == {"stdout": "data\n", "stderr": "a note\n"}[stream]
