"""Disjoint routes against two counts of their own: packing of enumerated routes, and networkx on a subdivided graph."""

from dataclasses import replace
from itertools import permutations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.flows import _by_way_of, disjoint_routes
from mobility.analysis.graph import Graph
from mobility.analysis.pairs import pairs_of
from mobility.analysis.routes import routes
from oracles import BORDER, CHANGE, arcs_by_hand, networks, simple_routes


def count(net, a, b):
    return disjoint_routes(Graph.of(net), [(a, b)])[a, b]


def limiting(net):
    """Links that may be in one route only."""
    every = net.links.index[net.links["active"]]
    return set(every if net.include_access else every[net.links.loc[every, "corridors"] != "access"])


def packed(net, a, b):
    """The most routes of which no two share a link, by trying all; every link limits where access links suffice."""
    uses = {frozenset(arc[3] for arc in path if arc[3] in limiting(net)) for path in simple_routes(net, a, b)}
    if frozenset() in uses:
        uses = {frozenset(arc[3] for arc in path if arc[3] in net.links.index) for path in simple_routes(net, a, b)}
    uses = [u for u in uses if not any(v < u for v in uses)]

    def most(left):
        return max((1 + most([v for v in left[i + 1 :] if not v & u]) for i, u in enumerate(left)), default=0)

    return most(uses)


def flow(net, a, b):
    """Maximum flow where every link is one node split in two with room for one route, whichever its direction."""

    def value(limits):
        graph = nx.DiGraph()
        graph.add_nodes_from(["source", "sink"])
        for tail, head, _, what in arcs_by_hand(net):
            if what in limits:
                graph.add_edge(tail, ("in", what))
                graph.add_edge(("in", what), ("out", what), capacity=1)
                graph.add_edge(("out", what), head)
            else:
                graph.add_edge(tail, head)
            for state in (tail, head):
                if state[0] == a:
                    graph.add_edge("source", state)
                if state[0] == b:
                    graph.add_edge(state, "sink")
        return nx.maximum_flow_value(graph, "source", "sink")

    try:
        return value(limiting(net))
    except nx.NetworkXUnbounded:
        return value(set(net.links.index))


@settings(max_examples=40)
@given(networks(access=True), st.booleans())
def test_disjoint_routes_equal_brute_force(spec, include_access):
    net = replace(spec.net, include_access=include_access)
    pairs = [("a", b) for b in net.places.index if b != "a"] + [("b", "a")]
    found = disjoint_routes(Graph.of(net), pairs)
    assert found == {pair: flow(net, *pair) for pair in pairs}
    assert {p: found[p] for p in pairs[:3]} == {p: packed(net, *p) for p in pairs[:3]}


@settings(max_examples=40)
@given(networks(access=True), st.booleans())
def test_many_pairs_by_way_of_one_node(spec, include_access):
    net = replace(spec.net, include_access=include_access)
    pairs = [*permutations(net.places.index, 2)]
    expected = {pair: flow(net, *pair) for pair in pairs}
    assert _by_way_of(Graph.of(net), pairs).items() <= expected.items()
    assert disjoint_routes(Graph.of(net), pairs) == expected


def test_what_one_node_does_not_tell_is_counted_by_itself():
    """Three roads join a and b, one leads on to the busy m: three routes, though one from a to m."""
    net = drawn(*["a -road 1- b"] * 3, "b -road 1- m", *(f"m -road 1- {x}" for x in "cdefg"))
    pairs, graph = [*permutations("abcdefg", 2)], Graph.of(net)
    known = _by_way_of(graph, pairs)
    assert {*pairs} - {*known} == {("a", "b"), ("b", "a")}
    assert disjoint_routes(graph, pairs)["a", "b"] == 3


def test_all_pairs_of_the_shipped_network_take_one_flow_an_end(mixed):
    graph, pairs = Graph.of(mixed), pairs_of(mixed)
    assert len(_by_way_of(graph, pairs)) == len(pairs)
    some = pairs[::23]
    assert [disjoint_routes(graph, pairs)[pair] for pair in some] == [count(mixed, *pair) for pair in some]


def test_the_table_of_routes_shows_the_same_counts(twin):
    assert routes(twin, ["a", "b"], ["b", "c"])["disjoint_routes"].tolist() == [3, 1, 1]


@pytest.mark.parametrize(("links", "expected"), [
    (["a -road 1- b"], 1), (["a -road 1- b", "a -road 9- b"], 2), (["a -road 1- b", "a -rail 1- b", "b -road 1- a"], 3),
    (["a -road> 1- b", "b -road> 1- a"], 1), (["a -road 1- m", "a -road 1- m", "m -road 1- b"], 1),
    (["a -road 1- m", "m -road 1- b", "a -road 1- n", "n -road 1- b", "m -road 1- n"], 2), (["b -road> 1- a"], 0),
    (["a -road 1- m", "n -road 1- b"], 0),
])  # fmt: skip
def test_counts_worked_by_hand(links, expected):
    assert count(drawn(*links), "a", "b") == expected


def test_a_link_serves_one_route_whichever_the_direction():
    """The shortest route a-m-n-b uses the rung; two disjoint routes leave it out."""
    net = drawn("a -road 1- m", "m -road 1- n", "n -road 1- b", "a -road 5- n", "m -road 5- b")
    assert count(net, "a", "b") == 2
    assert count(net.close("a--n-road"), "a", "b") == 1


def test_transfers_and_crossings_do_not_limit():
    """Two roads end at m, two railways go on: one yard serves both routes."""
    lines = ["a -road 1- m", "a -road 2- m", "m -rail 1- b", "m -rail 2- b"]
    assert count(drawn(*lines, places={"m": CHANGE}), "a", "b") == 2
    assert count(drawn(*lines), "a", "b") == 0
    over = ["a -road 1- m country=HR", "a -road 2- m country=HR", "m -road 1- b country=BA", "m -road 2- b country=BA"]
    border = {"places": {"m": BORDER}}
    assert count(drawn(*over, **border, borders=[{"place": "m", "mode": "road", "wait_h": 1}]), "a", "b") == 2
    assert count(drawn(*over, **border), "a", "b") == 0


def test_access_links_limit_only_when_asked():
    net = drawn("a -road 1- m corridors=access", "m -road 1- b", "m -road 2- b")
    assert count(net, "a", "b") == 2
    assert count(net.under("plain", include_access=True), "a", "b") == 1


def test_a_one_way_access_link_is_no_way_back():
    net = drawn("a -road> 1- m corridors=access", "m -road 1- b", "m -road 2- b")
    assert count(net, "a", "b") == 2
    assert count(net, "b", "a") == 0


def test_a_pair_that_access_links_alone_connect_counts_them():
    net = drawn("a -road 1- m corridors=access", "m -road 1- b corridors=access", "m -road 2- b corridors=access")
    assert count(net, "a", "b") == 1
    assert count(net, "m", "b") == 2


def test_closed_links_do_not_count_and_neither_do_planned_ones(twin):
    assert count(twin.close("a--b-road"), "a", "b") == 2
    assert count(twin.close("mode:rail"), "a", "b") == 2
    assert count(twin.close("a"), "a", "b") == 0
    planned = drawn("a -road 1- b", "a -road 1- b status=planned")
    assert count(planned, "a", "b") == 1
    assert count(planned.build("a--b-road-2"), "a", "b") == 2


def test_nothing_to_count(line):
    assert disjoint_routes(Graph.of(line), []) == {}
    assert count(line.close("mode:road"), "a", "d") == 0
    every = [*permutations("abcd", 2)]
    assert disjoint_routes(Graph.of(line.close("mode:road")), every * 2) == dict.fromkeys(every, 0)
