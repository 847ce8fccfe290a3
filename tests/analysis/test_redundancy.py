"""Redundancy: answers worked by hand, full independent runs, rebuilds and enumerations."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from drawing import drawn
from mobility.analysis.flows import min_cut
from mobility.analysis.gains import GAINS
from mobility.analysis.newlinks import candidates
from mobility.analysis.pairs import pairs_of
from mobility.analysis.portfolio import portfolio
from mobility.analysis.redundancy import pair_redundancy, project_gains, synergy
from mobility.analysis.routes import routes
from mobility.errors import InputError, UnknownNameError
from mobility.model.network import CRS
from oracles import MS, arcs_by_hand, n1_by_closing, networks, oracle, simple_routes

SAMPLE = ["nis-dimitrovgrad-rail", "medgidia-negru-voda-rail", "alexandroupoli-ormenio-rail"]


def one(net, a="a", b="b"):
    return pair_redundancy(net, [a], [b]).iloc[0]


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


@settings(max_examples=20)
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
    branch = project_gains(planned, ["a"], ["c"], projects=["branch", "c--b-road"])
    assert branch["pairs_connected_gain"].tolist() == [1, 1]
    assert branch["gain_h"].isna().all()
    both = project_gains(planned.build("p1"), projects=["p2"]).iloc[0]
    assert both["gain_h"] == pytest.approx(50 / 60)
    assert both[["disjoint_gain", "pairs_sole_after"]].tolist() == [1, 0]
    assert both["capacity_gain_vehicles_day"] > 0


def test_synergy_of_two_halves(planned):
    table = synergy(planned, projects=["p1", "p2", "p3"]).set_index(["project", "other"])
    assert table.loc[("p1", "p2"), ["gain_h", "gain_h_synergy"]].tolist() == pytest.approx([50 / 60] * 2)
    assert table.loc[("p1", "p3"), "gain_h_synergy"] == pytest.approx(0)
    with pytest.raises(InputError, match="at least two"):
        synergy(planned, projects=["p1", "p1"])


def test_what_cannot_be_asked(planned):
    with pytest.raises(InputError, match="gain_h"):
        portfolio(planned, budget_eur_m=10, objective="beauty")
    with pytest.raises(UnknownNameError):
        project_gains(planned, projects=["nowhere"])
    with pytest.raises(InputError, match="road or rail"):
        candidates(planned, mode="sea")
    with pytest.raises(InputError, match="distance"):
        candidates(planned, max_km=0)
    assert project_gains(planned, projects=[]).empty
    assert project_gains(planned, ["a"], ["a"], projects=["p1"])["gain_h"].isna().all()
    assert portfolio(planned, budget_eur_m=10, projects=[])["state"].empty


def test_shipped_pairs(mixed):
    table = pair_redundancy(mixed)
    assert len(table) == len(pairs_of(mixed))
    assert (table["place_disjoint_routes"] <= table["disjoint_routes"]).all()
    assert ((table["disjoint_routes"] == 1) == (table["sole_links"] != "")).all()
    assert (table["n1_detour_h"].dropna() >= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("project", SAMPLE[:1])
def test_gains_equal_two_full_runs(mixed, project):
    ends = ["durres", "thessaloniki", "koper"], ["constanta", "varna"]
    pairs, runs = pairs_of(mixed, *ends), []
    for net in (mixed, mixed.build(project)):
        table = routes(net, *ends)
        used = {i for cell in table["links"] for i in cell.split(";") if net.links.at[i, "corridors"] != "access"}
        worst = n1_by_closing(net, pairs, sorted(used))
        n1 = np.array([worst[p] for p in pairs]) / MS
        runs.append(
            (table["time_h"], n1, table["disjoint_routes"], min_cut(net, *ends).vehicles_day, table["arrival_h"])
        )
    (time, n1, apart, cut, there), (time_2, n1_2, apart_2, cut_2, there_2) = runs
    means = [
        (time - time_2).mean(),
        (n1 - n1_2).mean(),
        n1.max() - n1_2.max(),
        (apart_2 - apart).mean(),
        (there - np.minimum(there, there_2)).mean(),  # today's route is still there
        cut_2 - cut,
        0,
    ]
    assert project_gains(mixed, *ends, projects=[project]).iloc[0][GAINS].tolist() == pytest.approx(means, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["mixed", "wheeled"])
def test_no_shipped_project_makes_any_pair_slower(shipped, profile):
    net = shipped.under(profile)
    gains = project_gains(net)
    assert len(gains) == len(net.projects)
    assert (gains[GAINS].fillna(0) >= 0).all(axis=None)
    before = n1_by_closing(net, pairs_of(net), [])
    for row in gains.iloc[::12].itertuples():  # one project in twelve, the one that gains most among them
        after = n1_by_closing(net.build(row.project), list(before), [])
        assert all(after[p] <= before[p] for p in before), row.project
        assert row.gain_h == pytest.approx(np.mean([before[p] - after[p] for p in before]) / MS)
