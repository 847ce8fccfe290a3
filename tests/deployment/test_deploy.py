"""When a force is complete: worked by hand, against a plain linear programme over time, and what always holds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from forces import PORT, cases, ruled
from mobility.analysis.exemptions import joint_graph
from mobility.deployment import flow_over_time as timed
from mobility.deployment.deploy import deploy
from mobility.deployment.steady import steady
from mobility.deployment.time_expanded import steps_of
from mobility.errors import InputError, NoRouteError, TooLateError, UnknownNameError
from oracles import CHANGE, Timed


@settings(max_examples=25)
@given(cases(), st.data())
def test_more_capacity_is_never_later(case, data):
    steps = case.steps()
    hours = timed.quickest(steps, 20, 100)
    limit = data.draw(st.integers(0, len(steps.limits) - 1))
    for factor in (2, np.inf):
        eased = timed.quickest(steps.relieved([limit], factor), 20, 100)
        assert hours is None or eased <= hours
    link = data.draw(st.sampled_from(range(len(case.capacities))))
    shut = case._replace(capacities=[0.0 if i == link else c for i, c in enumerate(case.capacities)])
    without = timed.quickest(shut.steps(), 20, 100)
    assert without is None or hours <= without


SHUTTLE = ("a -road 60- b", "b -rail 120- c")


@pytest.mark.parametrize(
    ("vehicles", "rules", "options", "complete", "binds"),
    [
        # 1 h of travel: what enters the road in the 24th hour is there at the end of the 25th.
        (100, {"port": 100}, {}, 25, ["a (port)"]),
        # 101 vehicles are 6 packets of 20: 120 / 100 x 24 = 28.8, rounded up 29 hours to land.
        (101, {"port": 100}, {}, 30, ["a (port)"]),
        # The port no limit: the road's 300 a day take 8 hours.
        (100, {}, {}, 9, ["a–b (link)"]),
        (20, {"port": 1e6}, {}, 3, ["a–b (link)"]),
    ],
)
def test_by_road_from_a_port(vehicles, rules, options, complete, binds):
    net = ruled(drawn("a -road 60- b", places={"a": PORT}), **rules)
    force = deploy(net, "a", "b", vehicles=vehicles, **options)
    assert (force.complete_h, force.limits) == (complete, binds)
    assert force.arrivals["vehicles_arrived"].iloc[-1] == vehicles == force.movements["vehicles"].sum()
    assert force.links.loc[0, ["link", "from", "to", "vehicles"]].tolist() == ["a--b-road", "a", "b", vehicles]


@pytest.mark.parametrize(("name", "kind"), [("a", "port"), ("link:a--b-road", "link"), ("place:a", "port")])
def test_a_capacity_can_be_asked_for(name, kind):
    net = drawn("a -road 60- b", places={"a": PORT}).set(name, "capacity", 24)
    (limit,) = deploy(net, "a", "b", vehicles=20).limiting
    assert (limit.kind, limit.capacity_vehicles_day, limit.basis) == (kind, 24, "as asked: --set")


@pytest.mark.parametrize(
    ("trains", "railhead", "complete", "binds"),
    [
        # 90 vehicles are 5 packets = 100; 45 to a train. Road 1 h, change 1 h, rail 2 h: nothing before hour 5.
        # 16 an hour... each 24 h the pool moves 2 trains = 90 vehicles: 100 / 90 x 24 = 26.7 -> 27 hours + 4.
        (2, 1e4, 31, ["trains (the Solidarity Pool, or whoever provides them)"]),
        (1e4, 2, 31, ["b (railhead)"]),
        (1e4, 1e4, 12, ["a–b (link)"]),
    ],
)
def test_by_train(trains, railhead, complete, binds):
    net = ruled(drawn(*SHUTTLE, places={"b": CHANGE}), railhead_trains_day=railhead)
    force = deploy(net.set("link:b--c-rail", "capacity", 1e4 * 45), "a", "c", vehicles=90, trains_pool=trains)
    assert (force.complete_h, force.limits) == (complete, binds)
    stretches = force.movements.groupby("stretch").agg(
        {"mode": "first", "from": "first", "to": "first", "vehicles": "sum"}
    )
    assert stretches.to_numpy().tolist() == [["road", "a", "b", 90], ["rail", "b", "c", 90]]


def test_two_railheads_share_the_trains():
    """Trains leave near the end of a long road only later: until then the near railhead has them all.

    From a the railhead c is 1 h away and 9 h from b; from d it is 6 h by road and 1 h by rail. 24 vehicles an hour by
    trains in all: steady routes divide them once and for all, and are later than the best plan.
    """
    net = drawn("a -road 60- c", "c -rail 540- b", "a -road 360- d", "d -rail 60- b", places={"c": CHANGE, "d": CHANGE})
    for link in net.links.index:
        net = net.set(f"link:{link}", "capacity", 14 * 24)
    net = ruled(net)
    steps = steps_of(joint_graph(net, ["a"], ["b"]), trains_day=20 * 24 / PLAIN.vehicles_per_train, supply={})
    oracle = Timed(net, ["a"], ["b"], 20 * 24 / PLAIN.vehicles_per_train)
    most = [oracle.most(h) for h in range(1, 25)]
    assert steady(steps, 24, most[-1]).vehicles < most[-1] - 1
    assert [timed.quickest(steps, m - 1e-3, 50) for m in most[10:]] == list(range(11, 25))


@pytest.mark.parametrize(
    ("shares", "complete"), [({}, 13), ({"a": 0.5}, 13), ({"a": 1}, 25), ({"a": 0.25, "c": 0.75}, 19)]
)
def test_shares_of_the_ports(shares, complete):
    """Two ports of 100 a day, an hour from b: of 100 vehicles the larger part takes 12, 24 or 18 hours to land."""
    net = ruled(drawn("a -road 60- b", "c -road 60- b", places={"a": PORT, "c": PORT}), port=100)
    force = deploy(net, ["a", "c"], "b", vehicles=100, shares=shares)
    assert force.complete_h == complete
    assert force.arrivals["vehicles_arrived"].tolist()[-1] == 100


@pytest.mark.parametrize(
    ("vehicles", "to", "options", "error", "said"),
    [
        (0, "b", {}, InputError, "from 1 to 1,000,000, not 0"),
        (-5, "b", {}, InputError, "not -5"),
        (2.5, "b", {}, InputError, "not 2.5"),
        ("no-such-force", "b", {}, UnknownNameError, "no force is called 'no-such-force'"),
        (10, "a", {}, InputError, "same place"),
        (10, "z", {}, NoRouteError, "no route from a to z"),
        (10, "shut", {}, NoRouteError, "nothing gets through from a to shut"),
        (1000, "b", {"horizon_days": 1}, TooLateError, "of 1,000 vehicles arrive within 1 days"),
        (10, "b", {"horizon_days": 0}, InputError, "horizon"),
        (10, "b", {"trains_pool": -1}, InputError, "trains"),
        (10, "b", {"step_min": 7}, InputError, "minutes, not 7"),
        (10, "b", {"shares": {"a": 0.5}}, InputError, "add up to 0.5"),
        (10, "b", {"shares": {"a": 1.5}}, InputError, "from 0 to 1"),
        (10, "b", {"shares": {"y": 1}}, InputError, "among the origins"),
    ],
)
def test_refusals(vehicles, to, options, error, said):
    net = drawn("a -road 60- b", "y -road 1- z", "a -road 5- shut", places={"a": PORT}).set(
        "link:a--shut-road", "capacity", 0
    )
    with pytest.raises(error, match=said):
        deploy(net, "a", to, **{"force" if isinstance(vehicles, str) else "vehicles": vehicles}, **options)
    assert error("x").exit_code == (1 if error in {NoRouteError, TooLateError} else 2)


def test_shorter_steps_round_less():
    """Three legs of 0.25 h: 3 hours in hours, 0.75 in quarters; landing 100 vehicles at 96 a day takes 25 h."""
    net = ruled(drawn("a -road 15- b", "b -road 15- c", "c -road 15- d", places={"a": PORT}), port=96)
    found = [deploy(net, "a", "d", vehicles=100, step_min=minutes) for minutes in (60, 30, 15)]
    assert [(f.rounded_h, f.complete_h) for f in found] == [(1, 26), (1, 26), (0.75, 25.75)]
    assert [f.movements["arrive_h"].max() for f in found] == [f.complete_h for f in found]
    assert all(f.arrivals["vehicles_arrived"].iloc[-1] == f.movements["vehicles"].sum() == 100 for f in found)
    # Packets of 20 at 4 an hour: the first is whole after 5 h and the way, the others 5 h apart.
    assert [f.curve["hour"].tolist() for f in found] == [[f.rounded_h + 5 * i for i in range(1, 6)] for f in found]
    assert all(f.curve["vehicles_arrived"].tolist() == [20, 40, 60, 80, 100] for f in found)


@pytest.mark.parametrize(
    ("windows", "start", "step", "complete"),
    [
        # An hour and two on the way; 480 a day are 20 an hour: 40 are there in the hours 3 and 4, complete after 5.
        ([], "", 60, 5),
        (["a--b-road@08:00-17:30"], "Mon 04:00", 60, 5),  # both are through before it shuts
        (["a--b-road@08:00-17:30"], "Mon 06:00", 60, 5),
        (["a--b-road@08:00-17:30"], "Mon 07:00", 60, 15),  # the second twenty wait from 8 to 18 o'clock
        (["a--b-road@08:00-17:30"], "Mon 07:00", 30, 15),  # ten are through before, thirty wait from 17:30 on
        (["a--b-road@08:00-17:30"], "Sun 08:00", 60, 15),
        (["a--b-road@Mon-Sat 08:00-17:30"], "Sun 08:00", 60, 5),
        (["b--c-road@08:00-17:30"], "07:00", 60, 14),  # two hours do not fit in before eight; all go at 18 o'clock
        (["b--c-road>@08:00-17:30"], "07:00", 60, 14),
        (["a--b-road@d1-d2"], "18:00", 60, 35),
    ],
)
def test_closures_at_times(windows, start, step, complete):
    net = drawn("a -road 60- b", "b -road 120- c", profile=replace(PLAIN, hours_per_day=24))
    net = net.set("a--b-road", "capacity", 480).set("b--c-road", "capacity", 4800).close(*windows)
    force = deploy(net, "a", "c", vehicles=40, step_min=step, start=start)
    assert (force.complete_h, force.unshut_h) == (complete, 5)
    assert force.arrivals["vehicles_arrived"].iloc[-1] == 40 == force.movements["vehicles"].sum()


def test_the_rest_that_goes_with_a_link_is_taken_behind_it():
    """An hour of driving in two of the march: it fits between six and seven, and what shuts then shuts behind it."""
    net = drawn("a -road 60- b", profile=replace(PLAIN, hours_per_day=12)).set("a--b-road", "capacity", 480)
    found = [
        deploy(net.close(f"a--b-road@{w}"), "a", "b", vehicles=20, start="06:00")
        for w in ("07:00-12:00", "06:30-12:00")
    ]
    assert [force.complete_h for force in found] == [3, 9]


def test_a_closure_at_times_needs_a_start_and_an_opening():
    net = drawn("a -road 60- b", places={"a": PORT}).close("a--b-road@Mon-Sat 08:00-17:30")
    with pytest.raises(InputError, match="a closure at times needs a start, as 'Mon 06:00'"):
        deploy(net, "a", "b", vehicles=10)
    with pytest.raises(InputError, match="needs the day of the week of the start"):
        deploy(net, "a", "b", vehicles=10, start="06:00")
    never = drawn("a -road 960- b", places={"a": PORT}).close("a--b-road@08:00-17:30")
    with pytest.raises(
        TooLateError, match=r"at most 0 of 10 vehicles arrive .*\(a--b-road@08:00-17:30 is shut at times"
    ):
        deploy(never, "a", "b", vehicles=10, start="06:00")


def test_a_force_by_name_and_places_by_role():
    roles = {"a": {"role": "origin"}, "b": {"role": "destination"}}
    net = drawn("a -road 60- b", places=roles)
    name, package = next(iter(net.rules.forces.items()))
    force = deploy(net, force=name)
    assert (force.vehicles, force.origins, force.destinations) == (package.vehicles, ["a"], ["b"])
    assert deploy(net, "a", "b", vehicles=package.vehicles).complete_h == force.complete_h
