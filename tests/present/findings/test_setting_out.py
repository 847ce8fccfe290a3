"""When to set out, worked by hand on a pass that is shut by day."""

import json

import pytest

from console import mobility, refused
from drawing import drawn
from mobility import findings
from mobility.errors import InputError, NoRouteError

SHUT = "m--c-road@08:00-17:30"
# At m after an hour, two more over the pass; round it six. In time until five, else first round, then by waiting.
HOURS = [3.0] * 6 + [6.0] * 8 + [5.5, 4.5, 3.5] + [3.0] * 7


@pytest.fixture(scope="module")
def net():
    return drawn("a -road 60- m", "m -road 120- c", "a -road 360- c").close(SHUT)


def test_every_hour_of_a_day(net):
    found = findings.starts(net, "a", "c")
    assert found.table["arrival_h"].tolist() == HOURS
    assert found.table["moving_h"].tolist() == [3.0] * 6 + [6.0] * 8 + [3.0] * 10
    assert found.table["route"].tolist() == [1] * 6 + [2] * 8 + [1] * 10
    assert (found.summary["mean_arrival_h"], found.summary["routes"]) == (pytest.approx(sum(HOURS) / 24), 2)
    assert found.title == "a – c: 4.2 h on average over 24 hourly starts, 3.0 h from 00:00, 6.0 h from 06:00"
    assert found.chart.axes


def test_every_hour_of_a_week():
    net = drawn("a -road 60- m", "m -road 120- c", "a -road 360- c").close("m--c-road@Sun 08:00-17:30")
    found = findings.starts(net, "a", "c")
    assert (len(found.table), found.table["start"].iloc[-18]) == (168, "Sun 06:00")
    assert found.table["arrival_h"].tolist() == [3.0] * 144 + HOURS


def test_what_cannot_be_asked(net):
    with pytest.raises(InputError, match="a closure that holds at times"):
        findings.starts(net.untimed, "a", "c")
    with pytest.raises(NoRouteError, match="no route from a to z, whenever the march starts"):
        findings.starts(drawn("a -road 60- m", "z -road 1- y").close("a--m-road@08:00-09:00"), "a", "z")


def test_on_the_command_line(small, tmp_path):
    asked = ["route", "alfa", "echo", "-x", "gate@08:00-10:00", "-m", "road", "--starts", "hourly"]
    found = json.loads(mobility([*asked, "-f", "json"], network=small).stdout)
    assert len(found["rows"]) == found["summary"]["starts"] == 24
    assert mobility([*asked, "-o", str(tmp_path / "x.svg")], network=small).exit_code == 0
    refused(mobility([*asked, "--why", "-q"], network=small), "--starts asks for the first arrival")
    refused(mobility("route alfa echo --starts hourly", network=small), "a closure that holds at times")
