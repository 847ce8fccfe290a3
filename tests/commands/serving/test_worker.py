"""The process that answers: limits of time, no files, and life after whatever happens to it."""

import json
import os
import signal
import threading

import pytest

from console import ask
from mobility.commands.serving.worker import BUSY, TOO_LONG, Worker


@pytest.fixture(scope="module")
def at_work(small):
    worker = Worker("mobility.cli:cli", str(small))
    yield worker
    worker.close()


def test_the_same_as_the_command_line(at_work, small):
    for line in ("routes -x gate", "places", "route alfa echo"):
        answer = at_work.ask([*line.split(), "-f", "json"])
        assert answer.status == 0
        assert json.loads(answer.text) == ask(line, network=small)


@pytest.mark.parametrize(
    "line",
    ["routes -x area:/etc/passwd", "routes -s /etc/passwd", "whatif --each /etc/passwd", "schedule three-brigades",
     "--network /etc routes", "whatif --against /etc/passwd", "route alfa echo -x area:none.geojson"],
)  # fmt: skip
def test_no_file_is_read(at_work, line):
    answer = at_work.ask(line.split())
    assert (answer.status, answer.text) == (2, "")
    assert "no file is read here" in answer.said


def test_orders_come_with_the_question(at_work):
    orders = 'start = 2026-12-01T06:00:00\n{}[[force]]\nname = "x"\nvehicles = 20\nfrom = "alfa"\nto = "delta"\n'
    answer = at_work.ask(["schedule", "-m", "road", "-f", "json", "-"], orders.format(""))
    assert json.loads(answer.text)["summary"]["vehicles"] == 20
    answer = at_work.ask(["schedule", "-f", "json", "-"], orders.format('close = ["area:secret.kml"]\n'))
    assert "no file is read here" in answer.said


def test_what_is_wrong_is_said(at_work):
    answer = at_work.ask(["route", "alfa", "nowhere"])
    assert (answer.status, answer.text) == (2, "")
    assert "nowhere" in answer.said


def test_it_goes_on_after_it_was_killed(at_work):
    os.kill(at_work._process.pid, signal.SIGKILL)
    answer = at_work.ask(["places"])
    assert (answer.status, answer.said) == (70, "the process that works it out ended; ask for less")
    assert at_work.ask(["places"]).status == 0


def test_too_long():
    worker = Worker("sleeper:line", None, 0.5)
    try:
        first = threading.Thread(target=worker.ask, args=(["0"],))
        first.start()
        assert worker.ask(["30"]).status in {TOO_LONG, BUSY}
        first.join()
    finally:
        worker.close()
