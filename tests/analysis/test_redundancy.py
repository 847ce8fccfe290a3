"""Redundancy: answers worked by hand, full independent runs, rebuilds and enumerations."""

from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.flows import min_cut
from mobility.analysis.graph import Graph
from mobility.analysis.newlinks import candidates
from mobility.analysis.pairs import pairs_of, routes
from mobility.analysis.portfolio import portfolio
from mobility.analysis.redundancy import GAINS, pair_redundancy, project_gains, synergy
from mobility.errors import InputError, UnknownNameError
from mobility.model.network import CRS, derive
from oracles import MS, arcs_by_hand, networks, oracle, quick, simple_routes

SAMPLE = ["nis-dimitrovgrad-rail", "medgidia-negru-voda-rail", "alexandroupoli-ormenio-rail"]


def one(net, a="a", b="b"):
    return pair_redundancy(net, [a], [b]).iloc[0]


def n1_by_closing(net, pairs, links):
    """Per pair the milliseconds with its worst link lost, closing one link after the other."""
    worst = dict.fromkeys(pairs, -1.0)
    for closed in [net, *(net.close(f"link:{i}") for i in links)]:
        graph = Graph.of(closed)
        remaining = {b: np.floor(graph.rank_to(graph.states([b])) / 2**20) for b in {b for _, b in pairs}}
        for a, b in pairs:
            worst[a, b] = max(worst[a, b], remaining[b][graph.states([a])].min(initial=np.inf))
    return worst


# Pairs


def test_a_ladder_has_two_ways_and_the_loss_of_one_is_the_other(ladder):
    row = one(ladder, "a", "d")
    assert row[["disjoint_routes", "place_disjoint_routes"]].tolist() == [2, 2]
    assert [round(row[c] * 60) for c in ("time_h", "n1_time_h", "n1_detour_h")] == [20, 26, 6]
    assert (row["worst_link"], row["sole_links"]) == ("a--b-road", "")


def test_on_a_line_every_link_is_a_sole_link(line):
    row = one(line, "a", "d")
    assert row["sole_links"] == "a--b-road;b--c-road;c--d-road"
    assert row[["n1_time_h", "n1_detour_h"]].isna().all()
    assert (row["worst_link"], row["disjoint_routes"], row["place_disjoint_routes"]) == ("", 1, 1)


def test_what_is_not_connected_has_nothing(island):
    row = one(island, "a", "d")
    assert (row["state"], row["disjoint_routes"], row["place_disjoint_routes"]) == ("cut off", 0, 0)
    assert (row["worst_link"], row["sole_links"]) == ("", "")
    assert row[["time_h", "n1_time_h", "n1_detour_h"]].isna().all()


def test_a_loss_that_costs_nothing_is_not_named():
    row = one(drawn("a -road 10- b", "a -road 10- b"))
    assert (row["n1_detour_h"], row["worst_link"], row["place_disjoint_routes"]) == (0, "", 2)


def test_routes_that_meet_in_one_place_are_not_place_disjoint():
    lines = ["a -road 1- m", "a -road 2- m", "m -road 1- b", "m -road 2- b", "a -road 9- b"]
    assert one(drawn(*lines))[["disjoint_routes", "place_disjoint_routes"]].tolist() == [3, 2]
    rail = ["a -rail 1- m", "m -rail 1- b", "a -road 2- m", "m -road 2- b"]
    assert one(drawn(*rail))["place_disjoint_routes"] == 2, "no transfer: two places"
    change = {"m": {"transfer": "road-rail"}}
    assert one(drawn(*rail, places=change))["place_disjoint_routes"] == 1


def test_access_links_are_no_candidates_and_do_not_limit():
    """A base on one access road to m, from which two roads lead on; the base also has a road of its own to n."""
    net = drawn("a -road 1- m corridors=access", "m -road 1- b", "m -road 5- n", "n -road 5- b")
    row = one(net)
    assert row[["disjoint_routes", "place_disjoint_routes", "worst_link"]].tolist() == [2, 2, "m--b-road"]
    row = one(net.under("plain", include_access=True))
    assert row[["disjoint_routes", "place_disjoint_routes", "sole_links"]].tolist() == [1, 1, "a--m-road"]
    only = one(drawn("a -road 1- m corridors=access", "m -road 1- b corridors=access"))
    assert only[["disjoint_routes", "place_disjoint_routes", "n1_detour_h"]].tolist() == [1, 1, 0]


def place_flow(net, a, b):
    """Maximum flow with networkx: every place (where modes join) and every link has room for one route."""
    arcs, graph = arcs_by_hand(net), nx.DiGraph()
    joined = nx.Graph()
    joined.add_nodes_from(s for arc in arcs for s in arc[:2])
    joined.add_edges_from(arc[:2] for arc in arcs if arc[3] in {"transfer", "crossing"})
    node = {s: i for i, part in enumerate(nx.connected_components(joined)) for s in part}
    graph.add_nodes_from(["source", "sink"])
    for s, n in node.items():
        graph.add_edge((n, "in"), (n, "out"), capacity=1)
        if s[0] == a:
            graph.add_edge("source", (n, "out"))
        if s[0] == b:
            graph.add_edge((n, "in"), "sink")
    for tail, head, _, what in arcs:
        if what in net.links.index:
            graph.add_edge((node[tail], "out"), (what, "in"))
            graph.add_edge((what, "in"), (what, "out"), capacity=1)
            graph.add_edge((what, "out"), (node[head], "in"))
    return nx.maximum_flow_value(graph, "source", "sink")


@quick(20)
@given(networks())
def test_pairs_equal_brute_force(spec):
    net = spec.net
    table = pair_redundancy(net, ["a"], net.places.index)
    pairs = list(zip(table["from"], table["to"], strict=True))
    closed = {i: oracle(net.close(f"link:{i}"), pairs) for i in net.links.index}
    for row in table.to_dict("records"):
        pair = (row["from"], row["to"])
        assert row["place_disjoint_routes"] == place_flow(net, *pair) <= row["disjoint_routes"]
        sole = {i for i in closed if closed[i][pair] is None} if row["state"] == "connected" else set()
        assert set(filter(None, row["sole_links"].split(";"))) == sole
        if row["state"] == "connected" and not sole:
            assert round(row["n1_time_h"] * MS) == max(after[pair] for after in closed.values())
            if row["worst_link"]:
                assert closed[row["worst_link"]][pair] == round(row["n1_time_h"] * MS)
        shared = [{s[0] for arc in path[1:] for s in arc[:1]} for path in simple_routes(net, *pair)]
        assert (row["place_disjoint_routes"] > 0) == bool(shared)


# Projects


@pytest.fixture
def planned():
    """Two halves of a new road a-n-b, useless alone, and a by-pass of m; all connected today by a-m-b in 60 min.

    a --30-- m --30-- b      a ..5.. n ..5.. b      a ..20.. m      c ..1.. b
    """
    lines = ["a -road 30- m", "m -road 30- b"]
    lines += [f"{x} status=planned" for x in ("a -road 5- n", "n -road 5- b", "a -road 20- m id=new", "c -road 1- b")]
    projects = [
        {"id": "p1", "name": "first half", "links": "a--n-road", "cost_eur_m": 40},
        {"id": "p2", "name": "second half", "links": "n--b-road", "cost_eur_m": 60},
        {"id": "p3", "name": "by-pass", "links": "new", "cost_eur_m": 50},
        {"id": "p4", "name": "branch", "links": "c--b-road"},
    ]
    return drawn(*lines, projects=projects, places={"a": {"role": "origin"}, "b": {"role": "destination"}})


def test_gains_worked_by_hand(planned):
    table = project_gains(planned).set_index("project")
    assert table.index.tolist()[0] == "p3"
    assert table.loc["p3", "gain_h"] == pytest.approx(10 / 60)
    assert table.loc["p3", "gain_h_per_bn"] == pytest.approx(10 / 60 / 0.05)
    assert table.loc["p1", "gain_h"] == table.loc["p1", "gain_h_per_bn"] == 0
    assert table.loc["p3", ["pairs_sole_before", "pairs_sole_after", "disjoint_gain"]].tolist() == [1, 1, 0]
    assert np.isnan(table.loc["p4", "cost_eur_m"])
    assert np.isnan(table.loc["p4", "gain_h_per_bn"])
    assert table["n1_gain_h"].isna().all(), "the one pair has a sole link, m-b"
    assert table.crs == CRS
    branch = project_gains(planned, ["branch", "c--b-road"], ["a"], ["c"])
    assert branch["pairs_connected_gain"].tolist() == [1, 1]
    assert branch["gain_h"].isna().all()
    both = project_gains(planned.build("p1"), ["p2"]).iloc[0]
    assert both["gain_h"] == pytest.approx(50 / 60)
    assert both[["disjoint_gain", "pairs_sole_after"]].tolist() == [1, 0]
    assert both["capacity_gain_vehicles_day"] > 0


def test_synergy_of_two_halves(planned):
    table = synergy(planned, ["p1", "p2", "p3"]).set_index(["project", "other"])
    assert table.loc[("p1", "p2"), ["gain_h", "gain_h_synergy"]].tolist() == pytest.approx([50 / 60] * 2)
    assert table.loc[("p1", "p3"), "gain_h_synergy"] == pytest.approx(0)
    with pytest.raises(InputError, match="at least two"):
        synergy(planned, ["p1", "p1"])


@pytest.mark.parametrize(
    ("budget", "objective", "chosen"),
    [(40, "gain_h", []), (99, "gain_h", ["p3"]), (150, "gain_h", ["p1", "p2"]), (150, "disjoint_gain", ["p1", "p2"])],
)
def test_portfolio_worked_by_hand(planned, budget, objective, chosen):
    table = portfolio(planned, budget, objective=objective).set_index("project")
    assert table.index[table["state"] == "chosen"].tolist() == chosen
    assert table.loc["p4", "state"] == "cost unknown"
    assert (table["state"] == "above the budget").sum() == (table["cost_eur_m"] > budget).sum()
    assert table["portfolio_cost_eur_m"].unique().tolist() == [table.loc[chosen, "cost_eur_m"].sum()]


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf"), "much", None])
def test_a_budget_is_a_number_above_zero(planned, budget):
    with pytest.raises(InputError, match="budget"):
        portfolio(planned, budget)


def test_what_cannot_be_asked(planned):
    with pytest.raises(InputError, match="gain_h"):
        portfolio(planned, 10, objective="beauty")
    with pytest.raises(UnknownNameError):
        project_gains(planned, ["nowhere"])
    with pytest.raises(InputError, match="road or rail"):
        candidates(planned, mode="sea")
    with pytest.raises(InputError, match="distance"):
        candidates(planned, max_km=0)
    assert project_gains(planned, []).empty
    assert project_gains(planned, ["p1"], ["a"], ["a"])["gain_h"].isna().all()
    assert portfolio(planned, 10, [])["state"].empty


@quick(20)
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
    found = portfolio(net, budget, None, "gain_h", ["a"], net.places.index)
    chosen = tuple(names.index(p) for p in sorted(found.loc[found["state"] == "chosen", "project"]))
    assert sums[chosen] == max(sums.values()) == round(found["portfolio_gain_h"].iloc[0] * MS * len(pairs))
    assert all(sums[tuple(v for v in chosen if v != u)] < sums[chosen] for u in chosen), "none is idle"


# New links


def with_link(net, row):
    """Return the network with one more link, as a rebuild: a like link of the table, made what the row says."""
    cells = {c: row[c] for c in ("from", "to", "country", "length_km", "mode", "geometry")} | {"id": "one-more"}
    cells |= {"road_class": "primary" if row["mode"] == "road" else "", "closure": "", "status": "open"}
    cells |= dict.fromkeys((c for c in net.links if c.startswith("max_") or c == "speed_kmh"), np.nan)
    cells |= {"max_speed_kmh": np.nan if row["mode"] == "road" else 100.0, "doubtful": False, "oneway": False}
    like = net.links[net.links["mode"] == row["mode"]].iloc[:1]
    more = gpd.GeoDataFrame(like.assign(**{c: [v] for c, v in cells.items()}).set_index("id", drop=False), crs=CRS)
    return derive(replace(net, links=pd.concat([net.links, more])))


def check_rebuilt(net, row, pairs):
    """The closed form against a rebuild, in whole milliseconds."""
    first, then = (n1_by_closing(n, pairs, []) for n in (net, with_link(net, row)))
    gained = [first[p] - then[p] for p in pairs if first[p] < np.inf]
    assert round(row["total_gain_h"] * MS) == sum(gained)
    assert row["pairs_gaining"] == sum(ms > 0 for ms in gained)
    assert row["pairs_connected_gain"] == sum(first[p] == np.inf > then[p] for p in pairs)


def test_a_new_link_worked_by_hand():
    """Three places half a degree (55.6 km) apart; a and c are 600 min apart by road, and the middle has no road."""
    at = {"a": {"lon": 0}, "b": {"lon": 0.5}, "c": {"lon": 1}, "d": {"lon": 1, "country": "BB"}}
    lines = ["a -road 200- x", "x -road 400- c", "a -rail 60- b", "x -road 1- d"]
    net = drawn(*lines, places=at | {"x": {"lon": 9}})
    table = candidates(net, 120, "road", 9, ["a"], ["c"])
    assert table[["from", "to"]].to_numpy().tolist() == [["a", "c"]], "b has no road, d is abroad, x far off"
    row = table.iloc[0]
    assert row["length_km"] == pytest.approx(1.2 * 111.195, rel=1e-4)
    assert row["speed_kmh"] == 55
    assert row["total_gain_h"] == pytest.approx(10 - row["length_km"] / 55)
    assert "primary road" in row["assumption"]
    check_rebuilt(net, row, [("a", "c")])
    assert candidates(net, 120, "rail").empty
    assert candidates(net.under("plain", modes=["rail"]), 120, "road").empty


@pytest.mark.parametrize("mode", ["road", "rail"])
def test_new_links_equal_a_rebuild_on_the_shipped_network(mixed, mode):
    table = candidates(mixed, 90, mode, 100_000)
    assert not table.duplicated(["from", "to"]).any()
    assert table["total_gain_h"].is_monotonic_decreasing
    for row in [*table.head(4).to_dict("records"), *table.sample(6, random_state=1).to_dict("records")]:
        check_rebuilt(mixed, row, pairs_of(mixed))


# The shipped network


def test_shipped_pairs(mixed):
    table = pair_redundancy(mixed)
    assert len(table) == len(pairs_of(mixed))
    assert (table["place_disjoint_routes"] <= table["disjoint_routes"]).all()
    assert ((table["disjoint_routes"] == 1) == (table["sole_links"] != "")).all()
    assert (table["n1_detour_h"].dropna() >= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("project", SAMPLE)
def test_gains_equal_two_full_runs(mixed, project):
    pairs, runs = pairs_of(mixed), []
    for net in (mixed, mixed.build(project)):
        table = routes(net)
        used = {i for cell in table["links"] for i in cell.split(";") if net.links.at[i, "corridors"] != "access"}
        worst = n1_by_closing(net, pairs, sorted(used))
        n1 = np.array([worst[p] for p in pairs]) / MS
        runs.append((table["time_h"], n1, table["disjoint_routes"], min_cut(net, pairs).vehicles_day))
    (time, n1, apart, cut), (time_2, n1_2, apart_2, cut_2) = runs
    means = [
        (time - time_2).mean(),
        (n1 - n1_2).mean(),
        n1.max() - n1_2.max(),
        (apart_2 - apart).mean(),
        cut_2 - cut,
        0,
    ]
    assert project_gains(mixed, [project]).iloc[0][GAINS].tolist() == pytest.approx(means, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["mixed", "wheeled"])
def test_no_shipped_project_makes_any_pair_slower(shipped, profile):
    net = shipped.under(profile)
    gains = project_gains(net)
    assert len(gains) == len(net.projects)
    assert (gains[GAINS].fillna(0) >= 0).all(axis=None)
    before = n1_by_closing(net, pairs_of(net), [])
    for row in gains.itertuples():
        after = n1_by_closing(net.build(row.project), list(before), [])
        assert all(after[p] <= before[p] for p in before), row.project
        assert row.gain_h == pytest.approx(np.mean([before[p] - after[p] for p in before]) / MS)


@pytest.mark.slow
def test_portfolio_equals_every_subset_of_eight_shipped_projects(mixed):
    names = project_gains(mixed).query("cost_eur_m > 0")["project"].head(8).tolist()
    cost = mixed.projects.set_index("id")["cost_eur_m"]
    pairs, before = pairs_of(mixed), n1_by_closing(mixed, pairs_of(mixed), [])
    best = 0.0
    for number in range(1, 2**8):
        s = [n for i, n in enumerate(names) if number >> i & 1]
        if cost[s].sum() <= 3000:
            after = n1_by_closing(mixed.build(*s), pairs, [])
            best = max(best, sum(before[p] - after[p] for p in pairs))
    assert round(portfolio(mixed, 3000, names)["portfolio_gain_h"].iloc[0] * MS * len(pairs)) == best > 0
