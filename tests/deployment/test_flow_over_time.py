"""Least time and plan of a force, against the linear programme over all steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forces import cases
from mobility.deployment import flow_over_time as timed
from mobility.deployment import movements, plans
from mobility.deployment.deploy import deploy
from oracles import Timed


@settings(max_examples=30)
@given(cases())
def test_every_horizon_equals_the_linear_programme(case):
    oracle, steps = Timed(case.net, ["a"], case.destinations, case.trains_day), case.steps()
    for horizon in range(1, 10):
        most = oracle.most(horizon)
        assert most < 0.01 or timed.carried(steps, horizon, most).enough
        assert not timed.carried(steps, horizon, most + 0.01).enough


@settings(max_examples=25)
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
    plan = plans.plan(steps, hours, need)
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


@settings(max_examples=10)
@given(cases())
def test_what_is_shut_at_times_equals_the_linear_programme(case):
    """Every horizon of the first day and a half; the plan is on nothing that is shut, and merges nothing wrongly."""
    oracle, steps = case.oracle(), case.shut_steps(40)
    for horizon in (6, 18, 30):
        most = oracle.most(horizon)
        assert most < 0.01 or timed.carried(steps, horizon, most).enough
        assert not timed.carried(steps, horizon, most + 0.01).enough
    hours = timed.quickest(steps, 10, 40)
    if hours is None:
        assert oracle.most(40) < 10
        return
    assert oracle.most(hours) > 10 - 0.01
    assert hours == 1 or oracle.most(hours - 1) < 10
    plan = plans.plan(steps, hours, 10)
    gate = plan.steps.gate[plan.arc]
    assert all(plan.steps.opens[g, step] for g, step in zip(gate, plan.step, strict=True) if g >= 0)
    lands = plan.steps.head[plan.arc] == plan.steps.sink
    assert plan.vehicles[lands].sum() == pytest.approx(10, abs=1e-2)


def plain(steps):
    """Every arc by itself."""
    return steps, [np.array([arc]) for arc in range(len(steps.tail))]


def arrivals_of(plan, vehicles):
    """Vehicles there by the end of each step, and what the plan costs on the way: steps and arcs."""
    steps = plan.steps
    lands, moves = steps.head[plan.arc] == steps.sink, steps.head[plan.arc] != steps.tail[plan.arc]
    assert plan.vehicles[lands].sum() == pytest.approx(vehicles, abs=1e-2)
    there = np.bincount(plan.step[lands], plan.vehicles[lands])
    return there, (plan.vehicles * moves) @ (steps.takes[plan.arc] + plans._ARC)


@settings(max_examples=25)
@given(cases(), st.sampled_from([1, 10, 30]))
def test_arcs_in_series_make_the_plan_no_other(case, need):
    steps = case.steps()
    hours = timed.quickest(steps, need, 60)
    if hours is not None:
        same_with_every_arc_by_itself(steps, hours, need, exact=False)


@pytest.mark.parametrize("origins", [["durres"], ["durres", "thessaloniki", "alexandroupoli"]])
def test_arcs_in_series_make_the_shipped_plan_no_other(mixed, origins):
    force = deploy(mixed, origins, "constanta", vehicles=240)
    same_with_every_arc_by_itself(force._steps, int(force.complete_h), 240, exact=True)


def same_with_every_arc_by_itself(steps, hours, need, *, exact):
    found = plans.plan(steps, hours, need)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "_in_series", plain)
        slow = plans.plan(steps, hours, need)
    (there, way), (there_slow, way_slow) = arrivals_of(found, need), arrivals_of(slow, need)
    if exact:
        assert there == pytest.approx(there_slow, abs=1e-6)
    cost = there @ np.arange(len(there)) * plans._ARRIVAL + way
    assert cost == pytest.approx(
        there_slow @ np.arange(len(there_slow)) * plans._ARRIVAL + way_slow, rel=1e-9, abs=1e-3
    )


def test_nothing_is_solved_twice(mixed, monkeypatch):
    """Neither a step of one network, nor the same network made twice: what binds, and what relief gains."""
    solved = []
    carried = timed._carried

    def counted(steps, horizon, need):
        solved.append((steps.room.tobytes(), steps.pool, horizon, need))
        return carried(steps, horizon, need)

    monkeypatch.setattr(timed, "_carried", counted)
    force = deploy(mixed, "durres", "constanta", vehicles=1000)
    assert len(solved) == 1
    table = force.binding
    assert len(set(solved)) == len(solved) <= 3 * table["order"].nunique()
    assert len(table) > len(solved)  # many rows gain nothing: steady routes prove it


@pytest.mark.slow
@pytest.mark.parametrize(
    ("origins", "vehicles", "trains"),
    [(["alexandroupoli"], 100, 2), (["durres", "thessaloniki"], 120, 2), (["durres", "alexandroupoli"], 120, 1)],
)
def test_cases_on_the_skeleton_equal_the_linear_programme(shipped, origins, vehicles, trains):
    net = shipped.under("mixed", exclude_relief=True)
    force = deploy(net, origins, "constanta", vehicles=vehicles, trains_pool=trains)
    oracle = Timed(net, origins, ["constanta"], trains * 24 / net.rules.deploy["turnaround_h"])
    need = force.packets * net.profile.packet
    assert oracle.most(int(force.complete_h)) > need - 0.01
    assert oracle.most(int(force.complete_h) - 1) < need
