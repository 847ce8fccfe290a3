"""Steady routes against a linear programme over their arcs, and against every plan over time without shared trains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from forces import cases
from mobility.analysis.exemptions import joint_graph
from mobility.deployment.steady import fewest, steady
from mobility.deployment.time_expanded import POOL, steps_of
from oracles import Timed


def most(steps, horizon, need):
    """Vehicles before the horizon on steady routes, of which at most `need` leave in a step."""
    real = np.flatnonzero((steps.tail != steps.head) & steps.open)
    tail, head, n = steps.tail[real], steps.head[real], len(real)
    inner = np.setdiff1d(np.r_[tail, head], [steps.source, steps.sink])
    entries = (np.r_[np.ones(n), -np.ones(n)], (np.r_[head, tail], np.tile(np.arange(n), 2)))
    room = np.where(tail == steps.source, need, np.minimum(steps.room[real], need))
    found = linprog(
        steps.takes[real] - horizon * (head == steps.sink),
        A_eq=csr_matrix(entries, (steps.size, n))[inner],
        b_eq=np.zeros(len(inner)),
        A_ub=np.array([steps.loads[real] * 1.0, (head == steps.sink) * 1.0]),
        b_ub=[min(steps.pool, 1e9), need],
        bounds=np.c_[np.zeros(n), room],
    )
    return -found.fun


@settings(max_examples=40)
@given(cases(), st.sampled_from([1, 10, 1000]), st.integers(1, 30))
def test_steady_routes_equal_the_linear_programme(case, need, horizon):
    steps = case.steps()
    found = steady(steps, horizon, need)
    assert found.vehicles == pytest.approx(most(steps, horizon, need), abs=0.01)
    assert found.by_train <= steps.pool + 1e-6


@settings(max_examples=20)
@given(cases(), st.integers(1, 12))
def test_without_shared_trains_no_plan_carries_more(case, horizon):
    steps = case.steps().relieved([POOL], np.inf)
    oracle = Timed(case.net, ["a"], case.destinations, 1e9)
    assert steady(steps, horizon, 1e5).vehicles == pytest.approx(oracle.most(horizon), abs=0.01)


@settings(max_examples=20)
@given(cases(), st.sampled_from([1, 10, 30]), st.integers(0, 12))
def test_the_fewest_steps_are_the_first_that_are_enough(case, need, first):
    steps, horizon = case.steps(), 40
    enough = [step for step in range(max(first, 1), horizon + 1) if steady(steps, step, need).vehicles >= need - 1e-3]
    assert min(fewest(steps, need, horizon, first), horizon + 1) == (enough[0] if enough else horizon + 1)


def test_steady_routes_of_the_shipped_network(mixed):
    """With trains that bind and with none, near the step in which a thousand vehicles are complete."""
    for origins, trains, horizon in ((["durres"], 2.96, 136), (["durres", "thessaloniki"], 2, 90), (["bar"], 0, 60)):
        joint = joint_graph(mixed, origins, ["constanta"])
        steps = steps_of(joint, trains_day=trains, supply={})
        assert steady(steps, horizon, 1000).vehicles == pytest.approx(most(steps, horizon, 1000), abs=0.01)
