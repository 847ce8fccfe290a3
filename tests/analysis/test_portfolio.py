"""The best set of projects under a budget: by hand, and against trying every set."""

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.pairs import pairs_of
from mobility.analysis.portfolio import portfolio
from mobility.analysis.redundancy import project_gains
from mobility.errors import InputError
from oracles import MS, n1_by_closing, networks, oracle


@pytest.mark.parametrize(
    ("budget", "objective", "chosen"),
    [(40, "gain_h", []), (99, "gain_h", ["p3"]), (150, "gain_h", ["p1", "p2"]), (150, "disjoint_gain", ["p1", "p2"])],
)
def test_portfolio_worked_by_hand(planned, budget, objective, chosen):
    table = portfolio(planned, budget_eur_m=budget, objective=objective).set_index("project")
    assert table.index[table["state"] == "chosen"].tolist() == chosen
    assert table.loc["p4", "state"] == "cost unknown"
    assert (table["state"] == "above the budget").sum() == (table["cost_eur_m"] > budget).sum()
    assert table["portfolio_cost_eur_m"].unique().tolist() == [table.loc[chosen, "cost_eur_m"].sum()]


def test_a_change_of_mode_may_need_two_projects():
    """A railway to the port and a ferry from it: nobody changes at m unless both are there."""
    lines = ["a -road 600- b", "a -rail 60- m status=planned", "m -sea 60- b status=planned"]
    projects = [{"id": "rail", "name": "rail", "links": "a--m-rail"}, {"id": "sea", "name": "sea", "links": "m--b-sea"}]
    projects = [project | {"cost_eur_m": 1} for project in projects]
    net = drawn(*lines, places={"m": {"transfer": "rail-sea"}}, projects=projects)
    table = portfolio(net, ["a"], ["b"], budget_eur_m=2)
    assert table["state"].tolist() == ["chosen", "chosen"]
    assert table["portfolio_gain_h"].tolist() == [7, 7]


def test_a_border_may_be_crossed_between_two_projects():
    """Each country builds its own half of the railway; the crossing is of use once both have."""
    lines = ["a -road 600- b", "a -rail 60- m status=planned", "m -rail 60- b status=planned country=BB"]
    projects = [{"id": "one", "name": "one", "links": "a--m-rail"}, {"id": "two", "name": "two", "links": "m--b-rail"}]
    projects = [project | {"cost_eur_m": 1} for project in projects]
    places = {"m": {"kind": "rail_border", "country": "AA-BB"}}
    borders = [{"place": "m", "mode": "rail", "wait_h": 2, "usable": "no"}]
    table = portfolio(drawn(*lines, places=places, borders=borders, projects=projects), ["a"], ["b"], budget_eur_m=2)
    assert table["state"].tolist() == ["chosen", "chosen"]
    assert table["portfolio_gain_h"].tolist() == [6, 6]


def test_no_project_gains_by_a_border_that_was_set_shut():
    lines = ["a -rail 600- b", "a -rail 60- m status=planned", "m -rail 60- b country=BB"]
    projects = [{"id": "p", "name": "p", "links": "a--m-rail", "cost_eur_m": 1}]
    borders = [{"place": "m", "mode": "rail", "wait_h": 1, "usable": "no"}]
    net = drawn(*lines, places={"m": {"kind": "rail_border", "country": "AA-BB"}}, borders=borders, projects=projects)
    for there, gain in ((net, 7), (net.set("m", "open", 0), 0)):
        assert portfolio(there, ["a"], ["b"], budget_eur_m=1)["portfolio_gain_h"].tolist() == [gain]


@pytest.mark.parametrize("objective", ["gain_h", "disjoint_gain"])
@pytest.mark.parametrize("budget", [1e15, 1e300, 1.7e308])
def test_a_budget_may_be_any_number(planned, budget, objective):
    """More money than everything costs buys what everything costs."""
    lots, all_of_it = (portfolio(planned, budget_eur_m=b, objective=objective) for b in (budget, 1e6))
    pd.testing.assert_frame_equal(lots.drop(columns="geometry"), all_of_it.drop(columns="geometry"))
    assert (lots["state"] == "chosen").any()


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf"), "much", None])
def test_a_budget_is_a_number_above_zero(planned, budget):
    with pytest.raises(InputError, match="budget"):
        portfolio(planned, budget_eur_m=budget)


@settings(max_examples=20)
@given(networks(planned=True, most=9), st.data())
def test_portfolio_equals_trying_every_set(spec, data):
    """Random projects of one or two links each, sharing links; the value of a set from full runs."""
    net = spec.net
    new = list(net.links.index[net.links["status"] == "planned"])
    assume(new)
    groups = [g for r in (1, 2) for g in combinations(new, r)]
    picked = data.draw(st.lists(st.sampled_from(groups), min_size=1, max_size=4, unique=True))
    costs = [data.draw(st.sampled_from([0, 1, 1, 2, 3.5])) for _ in picked]
    budget = data.draw(st.sampled_from([0.5, 2, 3, 4.5, 9]))
    names = [f"p{i}" for i in range(len(picked))]
    table = {"id": names, "name": names, "links": [";".join(g) for g in picked], "upgrades": "", "cost_eur_m": costs}
    net = replace(net, projects=pd.DataFrame(table))
    before = oracle(net, [("a", p) for p in net.places.index if p != "a"])
    pairs = [pair for pair, ms in before.items() if ms is not None]
    assume(pairs)
    sums = {
        s: sum(before[p] - after[p] for p in pairs)
        for r in range(len(names) + 1)
        for s in combinations(range(len(names)), r)
        if sum(costs[u] for u in s) <= budget
        for after in [oracle(net.build(*(names[u] for u in s)), pairs)]
    }
    found = portfolio(net, ["a"], net.places.index, budget_eur_m=budget, projects=None, objective="gain_h")
    chosen = tuple(names.index(p) for p in sorted(found.loc[found["state"] == "chosen", "project"]))
    assert sums[chosen] == max(sums.values()) == round(found["portfolio_gain_h"].iloc[0] * MS * len(pairs))
    assert all(sums[tuple(v for v in chosen if v != u)] < sums[chosen] for u in chosen), "none is idle"


@pytest.mark.slow
def test_portfolio_equals_every_subset_of_seven_shipped_projects(mixed):
    names = project_gains(mixed).query("cost_eur_m > 0")["project"].head(7).tolist()
    cost = mixed.projects.set_index("id")["cost_eur_m"]
    pairs, before = pairs_of(mixed), n1_by_closing(mixed, pairs_of(mixed), [])
    best = 0.0
    for number in range(1, 2**7):
        s = [n for i, n in enumerate(names) if number >> i & 1]
        if cost[s].sum() <= 3000:
            after = n1_by_closing(mixed.build(*s), pairs, [])
            best = max(best, sum(before[p] - after[p] for p in pairs))
    assert (
        round(portfolio(mixed, budget_eur_m=3000, projects=names)["portfolio_gain_h"].iloc[0] * MS * len(pairs))
        == best
        > 0
    )
