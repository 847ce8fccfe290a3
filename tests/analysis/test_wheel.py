"""By how many hours a day another route arrives first: by hand, and a minute on either side on the shipped network."""

from dataclasses import replace

import pytest

from drawing import PLAIN, drawn
from mobility import Network, tolerances
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.march import Arrivals, arrival
from mobility.analysis.tolerance import Ways
from mobility.analysis.wheel import wheel_turns
from mobility.model.changes import derive


def driving(net, hours):
    return derive(replace(net, profile=replace(net.profile, hours_per_day=hours)))


def turned(net, origin, destination):
    ways = Ways.of(net, origin, destination)
    return ways, wheel_turns(ways.graph, ways.path, ways.start.states, ways.goal.states)


@pytest.mark.parametrize("hours", [24, 20])
def test_by_hand(hours):
    """By road 100 minutes, by rail 150: a halt is longer, so below 100 minutes a day at the wheel rail wins."""
    net = drawn("a -road 100- b", "a -rail 150- b id=train", profile=replace(PLAIN, name="few", hours_per_day=hours))
    ways, found = turned(net, "a", "b")
    assert found.rise is None
    assert found.fall.tolerance_h == pytest.approx(hours - 100 / 60)
    assert found.fall.ms == 150 * 60_000
    assert [int(ways.graph.link[arc]) for arc in found.fall.path] == [net.links.index.get_loc("train")]
    row = tolerances(net, "a", "b").set_index("thing").loc["hours_per_day"]
    assert (row["change"], row["over"], row["hours"]) == ("fall", "a–b (rail)", hours)
    assert row["tolerance_h"] == found.fall.tolerance_h


def test_more_hours_turn_it_over_too():
    few = replace(PLAIN, name="few", hours_per_day=1.0)
    net = drawn("a -road 100- b", "a -rail 150- b id=train", profile=few)
    _, found = turned(net, "a", "b")
    assert found.fall is None
    assert found.rise.tolerance_h == pytest.approx(39 / 60)  # at 99 minutes a day the train is there first
    assert found.rise.ms == 100 * 60_000


def test_a_sole_way_has_none():
    _, found = turned(drawn("a -road 100- b"), "a", "b")
    assert (found.rise, found.fall) == (None, None)


@pytest.mark.parametrize(
    ("road", "rail", "hours", "rise", "fall"),
    [
        (60, 70, 24, None, None),  # an hour a day is the least, and enough for it
        (61, 70, 24, None, 24 - 61 / 60),
        (1435, 1438, 20, 1434 / 60 - 20, None),  # only 24 of the full hours are enough
    ],
)
def test_from_an_hour_to_a_whole_day(road, rail, hours, rise, fall):
    few = replace(PLAIN, name="few", hours_per_day=float(hours))
    _, found = turned(drawn(f"a -road {road}- b", f"a -rail {rail}- b", profile=few), "a", "b")
    for turn, tolerance in ((found.rise, rise), (found.fall, fall)):
        assert (turn and turn.tolerance_h) == (tolerance and pytest.approx(tolerance))


def test_on_the_shipped_network_a_minute_on_either_side():
    net, ends = Network.load().under("mixed"), ("thessaloniki", "budapest")
    ways, found = turned(net, *ends)
    for turn, sign in ((found.rise, 1), (found.fall, -1)):
        assert turn is not None
        last = found.day_h + sign * turn.tolerance_h
        graph = Ways.of(driving(net, last + sign / 60), *ends).graph
        assert arrival(graph, found.path) > turn.ms == arrival(graph, turn.path)
        graph = Ways.of(driving(net, last), *ends).graph
        best = Arrivals(graph).of(ways.path, ways.start.states, ["budapest"])
        assert arrival(graph, found.path) <= best.ms + MS_PER_H / 3600
