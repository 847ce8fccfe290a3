"""March days: halts worked by hand on drawn networks, invariants, and an independent simulation."""

from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility.analysis import march
from mobility.analysis.graph import MS_PER_H, Graph
from mobility.analysis.march import Arrivals, arrival, halted, schedule, stretched
from mobility.analysis.routes import routes
from mobility.analysis.routing import best_route

DAY = replace(PLAIN, name="day", hours_per_day=12)
PORT = {"transfer": "road-rail;road-sea", "transfer_source": "estimate: drawn"}


def arrivals(net, *ends):
    table = routes(net, *ends)
    return dict(zip(table["to"], table["arrival_h"], strict=True))


@pytest.mark.parametrize(
    ("km", "arrival_h"),
    [
        (300, 5),  # 60 km/h: 5 h, no halt
        (720, 12),  # a full day, and nothing after it
        (780, 25),  # 12 h, a halt of 12 h, 1 h
        (1440, 36),
        (1500, 49),
    ],
)
def test_halts_of_a_march(km, arrival_h):
    net = drawn(f"a -road {km}- b", profile=DAY)
    row = routes(net, ["a"], ["b"]).iloc[0]
    assert (row["time_h"], row["arrival_h"]) == (km / 60, arrival_h)
    assert row["arrival_proven"] == (km <= 720)


def test_a_day_is_driven_across_links():
    """7 h and 7 h make a halt in the second link; its legs say when."""
    legs = best_route(drawn("a -road 420- b", "b -road 420- c", profile=DAY), "a", "c")
    assert legs["start_h"].tolist() == [0, 7]
    assert legs["arrival_h"].tolist() == [7, 26]
    assert legs["cumulative_h"].tolist() == [7, 14]


def test_a_halt_that_falls_between_legs_comes_before_the_next():
    legs = best_route(drawn("a -road 720- b", "b -road 60- c", profile=DAY), "a", "c")
    assert legs["start_h"].tolist() == [0, 24]
    assert legs["arrival_h"].tolist() == [12, 25]


@pytest.mark.parametrize(
    ("rail_km", "arrival_h"),
    [
        (600, 10 + 1 + 10 + 1 + 10),  # 12 h not at the wheel, with the two changes: rest
        (540, 10 + 1 + 9 + 1 + 10 + 12),  # 11 h: none
    ],
)
def test_time_on_a_train_is_rest_when_it_lasts_as_long(rail_km, arrival_h):
    net = drawn(
        "a -road 600- b", f"b -rail {rail_km / 2}- m", f"m -rail {rail_km / 2}- c", "c -road 600- d",
        places={"b": PORT, "c": PORT}, profile=DAY,
    )  # fmt: skip
    assert arrivals(net, ["a"], ["d"]) == {"d": arrival_h}


@pytest.mark.parametrize(("wait_h", "arrival_h"), [(12, 32), (11, 43)])
def test_a_wait_at_a_border_is_rest_when_it_lasts_as_long(wait_h, arrival_h):
    net = drawn(
        "a -road 600- x country=AA", "x -road 600- b country=BB",
        places={"x": {"kind": "border_crossing", "country": "AA-BB"}, "b": {"country": "BB"}},
        borders=[{"place": "x", "mode": "road", "wait_h": str(wait_h), "permission_lead_h": "0"}],
        profile=DAY,
    )  # fmt: skip
    assert arrivals(net, ["a"], ["b"]) == {"b": arrival_h}


def test_the_route_by_arrival_may_be_another():
    """By road 13 h and a halt; by ship 20 h with its changes: later under way, there earlier."""
    net = drawn(
        "a -road 780- b", "a -road 60- p", "p -sea 960- q", "q -road 60- b", places={"p": PORT, "q": PORT}, profile=DAY
    )
    row = routes(net, ["a"], ["b"]).iloc[0]
    assert (row["time_h"], row["modes"]) == (13, "road")
    assert (row["arrival_h"], row["arrival_modes"], row["arrival_proven"]) == (20, "road;sea", False)
    assert best_route(net, "a", "b")["arrival_h"].iloc[-1] == 25
    assert best_route(net, "a", "b", by="arrival")["arrival_h"].iloc[-1] == 20


def test_round_the_clock_there_is_no_halt():
    assert arrivals(drawn("a -road 6000- b"), ["a"], ["b"]) == {"b": 100}


def test_stretched_hours_are_those_of_the_whole_day():
    graph = Graph.of(drawn("a -road 600- b", "b -rail 600- c", places={"b": PORT}, profile=DAY))
    assert sorted((stretched(graph).cost / MS_PER_H).tolist()) == [1, 1, 10, 10, 20, 20]


def test_serres_to_thessaloniki_has_no_halt(shipped):
    """Under `heavy` (8 h a day): 84.5 km of main road at 40 km/h."""
    row = routes(shipped.under("heavy", modes=["road"]), ["serres"], ["thessaloniki"]).iloc[0]
    assert row["arrival_h"] == row["time_h"] < 3


def test_durres_to_burgas_by_road_as_worked_by_hand(shipped):
    """Under `mixed`: what is driven and waited, in order, with a halt of 12 h after 12 h at the wheel."""
    net = shipped.under("mixed", modes=["road"])
    legs, wheel, halts = best_route(net, "durres", "burgas"), 0.0, 0
    for mode, hours in zip(legs["mode"], legs["time_h"], strict=True):
        assert mode == "road" or hours < 12
        wheel += hours if mode == "road" else 0
    while wheel > 12:
        wheel, halts = wheel - 12, halts + 1
    assert halts == 1
    assert legs["arrival_h"].iloc[-1] == pytest.approx(legs["time_h"].sum() + 12)


STEPS = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=12)
DAYS = st.integers(4, 24)


def simulated(steps, day):
    """Drive an hour of a quarter at a time, and look at the clock: written apart from `halted`."""
    clock = wheel = idle = 0
    for quarters, drives in steps:
        for _ in range(quarters):
            if not drives:
                idle += 1
            else:
                if idle >= 96 - day:
                    wheel = 0
                idle = 0
                if wheel == day:
                    clock, wheel = clock + 96 - day, 0
                wheel += 1
            clock += 1
    return clock


@given(STEPS, DAYS)
def test_halted_equals_a_simulation(steps, day):
    ms, driven = zip(*steps, strict=True)
    quarter = MS_PER_H // 4
    found = halted([n * quarter for n in ms], driven, 4 * day * quarter)
    assert found.arrival == simulated(steps, 4 * day) * quarter
    assert all(a <= b for a, b in zip(found.begins, found.ends, strict=True))


@given(st.lists(st.lists(st.integers(0, 40), max_size=8), max_size=6), DAYS)
def test_many_arrivals_at_once_equal_one_by_one(rows, day):
    quarter, wide = MS_PER_H // 4, 2 * ((max(map(len, rows), default=0) + 1) // 2)
    table = np.zeros((len(rows), wide))
    for row, steps in zip(table, rows, strict=True):
        row[: len(steps)] = [n * quarter for n in steps]
    driven = [step % 2 == 0 for step in range(wide)]
    found = march.arrivals(table, day * MS_PER_H)
    assert found.tolist() == [halted(row.tolist(), driven, day * MS_PER_H).arrival for row in table]


@given(STEPS, DAYS)
def test_what_is_driven_in_one_go_is_one_step(steps, day):
    ms, driven = zip(*steps, strict=True)
    joined = [(sum(n for n, _ in run), drives) for drives, run in groupby(steps, key=itemgetter(1))]
    assert halted(*zip(*joined, strict=True), day).arrival == halted(ms, driven, day).arrival


def test_no_way_arrives_at_once(line):
    assert arrival(Graph.of(line), []) == 0


@given(STEPS, DAYS)
def test_arrival_is_never_before_the_time_and_equals_it_within_a_day(steps, day):
    ms, driven = zip(*steps, strict=True)
    total, wheel = sum(ms), sum(n for n, drives in steps if drives)
    found = halted(ms, driven, day).arrival if day < 24 * MS_PER_H else total
    assert found >= total
    if wheel <= day:
        assert found == total


@given(STEPS, st.data(), DAYS)
def test_more_driving_never_arrives_earlier(steps, data, day):
    ms, driven = map(list, zip(*steps, strict=True))
    if not any(driven):
        return
    before = halted([n * MS_PER_H for n in ms], driven, day * MS_PER_H).arrival
    ms[data.draw(st.sampled_from([i for i, drives in enumerate(driven) if drives]))] += data.draw(st.integers(1, 30))
    assert halted([n * MS_PER_H for n in ms], driven, day * MS_PER_H).arrival >= before


@given(st.integers(0, 2**32 - 1))
def test_the_earliest_of_all_routes_lies_between_the_bound_and_the_better_candidate(seed):
    """All loopless routes of a small network, each scheduled: none is earlier than the least time without rest."""
    rng = np.random.default_rng(seed)
    names = "abcdef"
    links = [
        f"{names[i]} -{rng.choice(['road', 'rail'])} {rng.integers(1, 20) * 60}- {names[j]}"
        for i in range(6) for j in range(i + 1, 6) if rng.random() < 0.6
    ]  # fmt: skip
    if not any(text.startswith("a ") for text in links) or not any("- f" in text for text in links):
        return
    places = {name: {"transfer": "road-rail", "transfer_source": "estimate: drawn"} for name in names}
    net = drawn(*links, places=places, profile=replace(DAY, hours_per_day=8))
    graph = Graph.of(net)
    starts, goals = graph.states(["a"]), graph.states(["f"])
    walkable = nx.DiGraph()
    for arc in np.argsort(-graph.cost, kind="stable").tolist():  # of parallel arcs the cheapest stands
        walkable.add_edge(int(graph.tail[arc]), int(graph.head[arc]), arc=arc)
    ways = [
        [walkable.edges[a, b]["arc"] for a, b in pairwise(way)]
        for s in starts.tolist() for g in goals.tolist() if s in walkable and g in walkable
        for way in nx.all_simple_paths(walkable, s, g)
    ]  # fmt: skip
    if not ways:
        return
    arrivals = [schedule(graph, way).arrival for way in ways]
    assert [arrival(graph, way) for way in ways] == arrivals
    earliest = min(arrivals)
    left = graph.rank_to(goals)
    fastest = graph.walk(starts, left)
    found = Arrivals(graph).of(fastest, starts, ["f"])
    assert graph.cost[fastest].sum() <= earliest <= found.ms
    if found.proven:
        assert found.ms == earliest
