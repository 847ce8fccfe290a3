"""Marches with rides that are rest: worked by hand, and never better than the best of all routes."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility.analysis.graph import Graph
from mobility.analysis.march import Arrivals, halted, schedule
from mobility.analysis.rides import Rides
from mobility.analysis.routes import routes
from mobility.analysis.routing import best_route, walks
from mobility.model.changes import derive
from oracles import CHANGE, MS, networks, simple_routes

DAY = replace(PLAIN, name="day", hours_per_day=12)


def arrival(net, a, b):
    row = routes(net, [a], [b]).iloc[0]
    return row["time_h"], row["arrival_h"]


def test_a_train_that_neither_least_time_takes():
    """Direct 12 h, a halt of 12, 8 h; by train 3 + 13 + 11 = 27 h, though with rest spread evenly 41 h, not 40."""
    net = drawn("a -road 1200- d", "a -road 180- p", "p -rail 660- q", "q -road 660- d",
                places={"p": CHANGE, "q": CHANGE}, profile=DAY)  # fmt: skip
    assert arrival(net, "a", "d") == (20, 27)
    legs = best_route(net, "a", "d", by="arrival")
    assert legs["mode"].tolist() == ["road", "transfer", "rail", "transfer", "road"]
    assert legs["arrival_h"].iloc[-1] == 27


def test_a_train_an_hour_shorter_is_no_rest():
    """11 h between the wheels: 3 + 11 + 9, a halt of 12, 2."""
    net = drawn("a -road 1800- d", "a -road 180- p", "p -rail 540- q", "q -road 660- d",
                places={"p": CHANGE, "q": CHANGE}, profile=DAY)  # fmt: skip
    assert arrival(net, "a", "d") == (3 + 11 + 11, 3 + 11 + 9 + 12 + 2)


def test_two_rides_and_ends_on_the_railway():
    """By train, a day by road, by train again: 13 + 12 + 13 h without a halt; by road 60 h and four halts."""
    net = drawn("a -rail 720- p", "p -road 720- q", "q -rail 720- d", "a -road 3600- d",
                places={"p": CHANGE, "q": CHANGE}, profile=DAY)  # fmt: skip
    assert arrival(net, "a", "d") == (38, 38)
    graph = Graph.of(net)
    rides, ends = Rides(graph, 12 * MS), [graph.states([p]) for p in "ad"]
    path = rides.route(*ends, np.inf)
    assert schedule(graph, path).arrival == 38 * MS
    assert rides.route(*ends, 38 * MS) == []
    assert schedule(graph, rides.route(*ends[::-1], np.inf)).arrival == 38 * MS


def test_no_ramp_no_ride():
    graph = Graph.of(drawn("a -road 60- b", "b -rail 60- c", profile=DAY))
    assert Rides(graph, 12 * MS).route(graph.states(["a"]), graph.states(["c"]), np.inf) == []
    assert Rides(graph, 12 * MS).route(graph.states(["b"]), graph.states(["c"]), np.inf) == []


@settings(max_examples=60)
@given(networks(most=8), st.sampled_from([6, 8, 12, 16]), st.sampled_from([1, 4, 8]))
def test_a_ride_is_a_route_and_no_better_than_the_best_of_all(spec, day_h, slower):
    plain = spec.net
    net = replace(plain, profile=replace(plain.profile, hours_per_day=day_h))
    net = derive(net)
    net = replace(net, links=net.links.assign(time_h=net.links["time_h"] * slower))
    graph = Graph.of(net)
    march = Arrivals(graph)
    pairs = [(a, b) for a in net.places.index for b in net.places.index if a != b]
    for (a, b), here, fastest in walks(graph, pairs):
        every = [
            halted(
                [arc[2] for arc in way], [arc[0][1] == "road" and arc[3].startswith("k") for arc in way], day_h * MS
            ).arrival
            for way in simple_routes(net, a, b)
        ]
        found = march.of(fastest, here, [b])
        assert (
            min(every) <= found.ms <= min(schedule(graph, p).arrival for p in march.candidates(fastest, here, [b])[:2])
        )
        for path in march.candidates(fastest, here, [b]):
            assert graph.tail[path[0]] in here
            assert graph.head[path[-1]] in graph.states([b])
            assert all(graph.head[one] == graph.tail[two] for one, two in pairwise(path))


@pytest.mark.slow
def test_rides_matter_on_the_shipped_network(mixed):
    """They bring pairs there earlier; what was found before is never later."""
    graph, pairs = Graph.of(mixed), [("vicenza", "smardan"), ("bari", "smardan")]
    march = Arrivals(graph)
    for pair, here, fastest in walks(graph, pairs):
        two = min(schedule(graph, p).arrival for p in march.candidates(fastest, here, [pair[1]])[:2])
        assert march.of(fastest, here, [pair[1]]).ms < two - MS
