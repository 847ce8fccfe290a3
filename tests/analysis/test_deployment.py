"""When a force is complete: worked by hand, against a plain linear programme over time, and what always holds."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility.analysis import movements, timed
from mobility.analysis.deployment import deploy
from mobility.analysis.graph import Graph
from mobility.analysis.steps import steps_of
from mobility.errors import InputError, NoRouteError, TooLateError, UnknownNameError
from mobility.model.network import derive
from oracles import CHANGE, Timed, networks, quick

PORT = {"kind": "port"}
FREE = {"railhead_trains_day": 1e4, "border_vehicles_day": 1e4, "trains_pool": 1e4, "turnaround_h": 24.0}


def ruled(net, port=1e6, **deploy_rules):
    """A network with other rules: nothing limits but what is given."""
    rules = net.rules
    deploy_ = rules.deploy | FREE | deploy_rules
    return replace(net, rules=replace(rules, deploy=deploy_, capacity=rules.capacity | {"port_vehicles_day": port}))


class Case(NamedTuple):
    """A drawn network with ports and tight capacities, and a limit of trains."""

    spec: object
    ports: list
    capacities: list
    rules: dict
    trains_day: float
    destinations: list

    @property
    def net(self):
        places = {p: row | PORT if p in self.ports else row for p, row in self.spec.places.items()}
        net = ruled(self.spec._replace(places=places).net, **self.rules)
        return derive(replace(net, links=net.links.assign(capacity_stated=self.capacities)))

    def steps(self):
        return steps_of(Graph.of(self.net), ["a"], self.destinations, trains_day=self.trains_day, supply={})

    def most(self, horizon):
        return Timed(self.net, ["a"], self.destinations, self.trains_day).most(horizon)


@st.composite
def cases(draw):
    spec = draw(networks(modes=("road", "road", "rail", "rail", "sea")))
    cities = [p for p, row in spec.places.items() if row["kind"] == "city"]
    return Case(
        spec,
        [p for p in cities if draw(st.booleans())],
        [draw(st.sampled_from([0.0, 24.0, 48.0, 120.0, 240.0, 240.0])) for _ in spec.links],
        {
            "port": draw(st.sampled_from([12, 24, 60])),
            "railhead_trains_day": draw(st.sampled_from([0.5, 1, 4])),
            "border_vehicles_day": draw(st.sampled_from([24, 300])),
        },
        draw(st.sampled_from([0, 0.2, 0.5, 1, 1e4])),
        draw(st.sampled_from([["b"], ["b", "c"]])),
    )


@quick(30)
@given(cases())
def test_every_horizon_equals_the_linear_programme(case):
    oracle, steps = Timed(case.net, ["a"], case.destinations, case.trains_day), case.steps()
    for horizon in range(1, 10):
        most = oracle.most(horizon)
        assert most < 0.01 or timed.carried(steps, horizon, most).enough
        assert not timed.carried(steps, horizon, most + 0.01).enough


@quick(25)
@given(cases(), st.sampled_from([1, 10, 30]))
def test_the_plan_keeps_every_rule(case, need):
    """Quickest to the hour by the oracle; flow conserved, no capacity exceeded, all there in time."""
    steps = case.steps()
    hours = timed.quickest(steps, need, 60)
    if hours is None:
        assert case.most(30) < need
        return
    assert case.most(hours) > need - 0.01
    assert case.most(hours - 1) < need if hours > 1 else True
    plan = timed.plan(steps, hours, need)
    few, balance, trains = plan.steps, {}, np.zeros(hours)
    for arc, hour, vehicles in zip(plan.arc, plan.step, plan.vehicles, strict=True):
        assert 0 <= vehicles <= few.room[arc] + 1e-6
        there = 0 if few.head[arc] == few.sink else hour + few.takes[arc]
        assert hour + few.takes[arc] < hours
        balance[few.tail[arc], hour] = balance.get((few.tail[arc], hour), 0) - vehicles
        balance[few.head[arc], there] = balance.get((few.head[arc], there), 0) + vehicles
        trains[hour] += vehicles * few.loads[arc]
    assert trains.max() <= steps.pool + 1e-6
    assert balance.pop((few.sink, 0)) == pytest.approx(need, abs=1e-2) == -balance.pop((few.source, 0))
    assert list(balance.values()) == pytest.approx([0] * len(balance), abs=1e-5)
    found = movements.journeys(plan, 1)
    assert sum(j.vehicles for j in found) == pytest.approx(need, abs=1e-2)
    there = movements.arrivals(found, need, 1, 1)["vehicles_arrived"]
    assert there.is_monotonic_increasing and there.iloc[-1] == need  # noqa: PT018


@quick(25)
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
    force = deploy(net, vehicles, "a", "b", **options)
    assert (force.complete_h, force.limits) == (complete, binds)
    assert force.arrivals["vehicles_arrived"].iloc[-1] == vehicles == force.movements["vehicles"].sum()
    assert force.links.loc[0, ["link", "from", "to", "vehicles"]].tolist() == ["a--b-road", "a", "b", vehicles]


def test_what_relief_gains():
    """100 vehicles by 100 a day in port, 300 a day by road: twice the port gains 12 h, no limit in port 16 h."""
    force = deploy(ruled(drawn("a -road 60- b", places={"a": PORT}), port=100), 100, "a", "b")
    columns = ["order", "kind", "id", "capacity_vehicles_day", "complete_h", "gain_doubled_h", "gain_removed_h"]
    assert force.binding[columns].to_numpy().tolist() == [
        [1, "port", "a", 100, 25, 12, 16],
        [2, "link", "a--b-road", 300, 9, 4, 7],
    ]
    assert force.binding["share"].tolist() == pytest.approx([1, 1])


COLUMNS = ["order", "id", "capacity_vehicles_day", "complete_h", "gain_doubled_h", "gain_removed_h"]


def test_three_limits_one_behind_the_other():
    """100 vehicles over a port of 4 an hour, then two roads of an hour each that take 8 and 12 an hour.

    The port: 25 h + 2. Twice of it, or no limit there, leaves the first road: 12.5, so 13 h + 2 = 15. Twice of that
    leaves the second: 8.3, so 9 h + 2 = 11. Twice of that, 24 an hour: 5 h + 2 = 7; without limit 1 h + 2 = 3.
    """
    net = ruled(drawn("a -road 60- b", "b -road 60- c", places={"a": PORT}), port=4 * 24)
    net = net.set("link:a--b-road", "capacity", 8 * 24).set("link:b--c-road", "capacity", 12 * 24)
    found = deploy(net, 100, "a", "c").binding
    assert found[COLUMNS].to_numpy().tolist() == [
        [1, "a", 96, 27, 12, 12],
        [2, "a--b-road", 192, 15, 4, 4],
        [3, "b--c-road", 288, 11, 4, 8],
    ]


def test_two_limits_side_by_side():
    """100 vehicles over two ports of 2 an hour, each with a road of an hour that takes 10.

    Together 4 an hour: 25 h + 1. One of them doubled, 6 an hour: 17 h + 1; without limit its road counts, 12 an
    hour: 9 h + 1. Without limit in both, 20 an hour: 5 h + 1; with one road doubled, 30 an hour: 4 h + 1, without
    limit 1 h + 1. Then only the distance is left.
    """
    net = ruled(drawn("a -road 60- b", "c -road 60- b", places={"a": PORT, "c": PORT}), port=2 * 24)
    for link in net.links.index:
        net = net.set(f"link:{link}", "capacity", 10 * 24)
    found = deploy(net, 100, ["a", "c"], "b").binding
    rows = found.sort_values(["order", "id"])[COLUMNS].to_numpy().tolist()
    assert rows == [
        *([1, port, 48, 26, 8, 16] for port in "ac"),
        *([2, f"{port}--b-road", 240, 6, 1, 4] for port in "ac"),
    ]
    assert found["share"].tolist() == pytest.approx([0.5] * 4)


@pytest.mark.parametrize(
    ("links", "change", "rules", "basis"),
    [
        (["a -road 60- b"], {}, {"port": 9}, "estimate: rule port_vehicles_day"),
        (["a -road 60- b"], {"capacity_day": "9", "capacity_source": "paper"}, {}, "paper"),
        (["a -road 60- b"], {"kind": "airport"}, {}, "estimate: rule airport_vehicles_day"),
        (["a -road 60- b"], {"kind": "city"}, {}, "estimate: rule road_limit_vehicles_day"),
        (["a -road 1- b speed_kmh=1"], {"kind": "city"}, {}, "packet_gap_min, spacing_veh_km"),
        (["a -rail 60- b tracks=1"], {}, {}, "estimate: rule rail_practical_single"),
        (["a -rail 60- b tracks=2"], {}, {}, "estimate: rule rail_practical_double"),
        (["a -rail 60- b capacity_trains_day=20"], {}, {}, "rail_practical_share of the published trains a day"),
        (["a -road 60- c", "c -rail 60- b"], {}, {"railhead_trains_day": 0.1}, "estimate: rule railhead_trains_day"),
        (["a -road 60- c", "c -rail 60- b"], {}, {"trains_pool": 0.1}, "estimate: trains as given, rule turnaround_h"),
        (["a -road 60- c", "c -road 60- b country=BB"], {}, {"border_vehicles_day": 1}, "rule border_vehicles_day"),
    ],
)
def test_what_a_capacity_rests_on(links, change, rules, basis):
    border = "BB" in links[-1]
    places = {"a": PORT | change, "c": CHANGE | {"kind": "border_crossing"} if border else CHANGE}
    borders = [{"place": "c", "countries": "AA-BB", "mode": "road", "wait_h": 0}] if border else []
    net = ruled(drawn(*links, places=places, borders=borders), **rules)
    assert deploy(net, 200, "a", "b", horizon_days=300).limiting[0].basis.endswith(basis)


@pytest.mark.parametrize(("name", "kind"), [("a", "port"), ("link:a--b-road", "link"), ("place:a", "port")])
def test_a_capacity_can_be_asked_for(name, kind):
    net = drawn("a -road 60- b", places={"a": PORT}).set(name, "capacity", 24)
    (limit,) = deploy(net, 20, "a", "b").limiting
    assert (limit.kind, limit.capacity_vehicles_day, limit.basis) == (kind, 24, "as asked: --set")


@pytest.mark.parametrize(
    ("trains", "railhead", "complete", "binds"),
    [
        # 90 vehicles are 5 packets = 100; 45 to a train. Road 1 h, change 1 h, rail 2 h: nothing before hour 5.
        # 16 an hour... each 24 h the pool moves 2 trains = 90 vehicles: 100 / 90 x 24 = 26.7 -> 27 hours + 4.
        (2, 1e4, 31, ["train pool (trains)"]),
        (1e4, 2, 31, ["b (railhead)"]),
        (1e4, 1e4, 12, ["a–b (link)"]),
    ],
)
def test_by_train(trains, railhead, complete, binds):
    net = ruled(drawn(*SHUTTLE, places={"b": CHANGE}), railhead_trains_day=railhead)
    force = deploy(net.set("link:b--c-rail", "capacity", 1e4 * 45), 90, "a", "c", trains_pool=trains)
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
    steps = steps_of(Graph.of(net), ["a"], ["b"], trains_day=20 * 24 / PLAIN.vehicles_per_train, supply={})
    oracle = Timed(net, ["a"], ["b"], 20 * 24 / PLAIN.vehicles_per_train)
    most = [oracle.most(h) for h in range(1, 25)]
    assert timed.steady(steps, 24).vehicles < most[-1] - 1
    assert [timed.quickest(steps, m - 1e-3, 50) for m in most[10:]] == list(range(11, 25))


@pytest.mark.parametrize(
    ("shares", "complete"), [({}, 13), ({"a": 0.5}, 13), ({"a": 1}, 25), ({"a": 0.25, "c": 0.75}, 19)]
)
def test_shares_of_the_ports(shares, complete):
    """Two ports of 100 a day, an hour from b: of 100 vehicles the larger part takes 12, 24 or 18 hours to land."""
    net = ruled(drawn("a -road 60- b", "c -road 60- b", places={"a": PORT, "c": PORT}), port=100)
    force = deploy(net, 100, ["a", "c"], "b", shares=shares)
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
        deploy(net, vehicles, "a", to, **options)
    assert error("x").exit_code == (1 if error in {NoRouteError, TooLateError} else 2)


def test_shorter_steps_round_less():
    """Three legs of 0.25 h: 3 hours in hours, 0.75 in quarters; landing 100 vehicles at 96 a day takes 25 h."""
    net = ruled(drawn("a -road 15- b", "b -road 15- c", "c -road 15- d", places={"a": PORT}), port=96)
    found = [deploy(net, 100, "a", "d", step_min=minutes) for minutes in (60, 30, 15)]
    assert [(f.rounded_h, f.complete_h) for f in found] == [(3, 28), (1.5, 26.5), (0.75, 25.75)]
    assert [f.movements["arrive_h"].max() for f in found] == [f.complete_h for f in found]
    assert all(f.arrivals["vehicles_arrived"].iloc[-1] == f.movements["vehicles"].sum() == 100 for f in found)
    # Packets of 20 at 4 an hour: the first is whole after 5 h and the way, the others 5 h apart.
    assert [f.curve["hour"].tolist() for f in found] == [[f.rounded_h + 5 * i for i in range(1, 6)] for f in found]
    assert all(f.curve["vehicles_arrived"].tolist() == [20, 40, 60, 80, 100] for f in found)


def test_a_force_by_name_and_places_by_role():
    roles = {"a": {"role": "origin"}, "b": {"role": "destination"}}
    net = drawn("a -road 60- b", places=roles)
    name, package = next(iter(net.rules.forces.items()))
    force = deploy(net, name)
    assert (force.vehicles, force.origins, force.destinations) == (package.vehicles, ["a"], ["b"])
    assert deploy(net, package.vehicles, "a", "b").complete_h == force.complete_h


@pytest.mark.slow
@pytest.mark.parametrize(
    ("origins", "vehicles", "trains"),
    [(["alexandroupoli"], 100, 2), (["durres", "thessaloniki"], 200, 2), (["durres", "alexandroupoli"], 240, 1)],
)
def test_shipped_cases_equal_the_linear_programme(mixed, origins, vehicles, trains):
    force = deploy(mixed, vehicles, origins, "constanta", trains_pool=trains)
    oracle = Timed(mixed, origins, ["constanta"], trains * 24 / mixed.rules.deploy["turnaround_h"])
    need = force.packets * mixed.profile.packet
    assert oracle.most(int(force.complete_h)) > need - 0.01
    assert oracle.most(int(force.complete_h) - 1) < need
