"""Maximum flows and their cuts: against networkx, and where 32 bits do not hold the sum."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mobility.analysis.maxflow import UNLIMITED, FlowNetwork

ARCS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 5)), max_size=25)


@settings(max_examples=60)
@given(ARCS)
def test_flow_and_cuts_equal_networkx(arcs):
    tail, head, room = np.array(arcs, dtype=int).reshape(-1, 3).T
    found = FlowNetwork(tail, head, room, 7).flow(0, 6)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(7))
    for a, b, units in arcs:
        if a != b:
            graph.add_edge(a, b, capacity=units + graph.edges.get((a, b), {"capacity": 0})["capacity"])
    assert found.value == nx.maximum_flow_value(graph, 0, 6)
    left = nx.algorithms.flow.edmonds_karp(graph, 0, 6)
    left = left.edge_subgraph(e for e, d in left.edges.items() if d["flow"] < d["capacity"])
    near = nx.descendants(left, 0) | {0} if 0 in left else {0}
    far = nx.ancestors(left, 6) | {6} if 6 in left else {6}
    assert (set(np.flatnonzero(found.near())), set(np.flatnonzero(found.far()))) == (near, far)
    for nodes in (found.near(), ~found.far()):
        assert room[nodes[tail] & ~nodes[head]].sum() == found.value


def test_a_sum_beyond_32_bits():
    """Five ways of a thousand million each, from a source and to a sink without limits."""
    way = np.arange(1, 6)
    tail, head = np.r_[np.zeros(5, int), way, way + 5], np.r_[way, way + 5, np.full(5, 11)]
    room = np.r_[np.full(5, 10**12), np.full(5, 10**9), np.full(5, 10**12)]
    found = FlowNetwork(tail, head, room, 12).flow(0, 11)
    assert found.value == 5 * 10**9
    assert found.on(way, way + 5).tolist() == [10**9] * 5
    assert found.near().nonzero()[0].tolist() == [0, *range(1, 6)]


def test_what_is_unlimited():
    """Parallel arcs add up, but to no more than a limit that both ways together hold in 32 bits."""
    found = FlowNetwork([0, 0, 1], [1, 1, 0], [10**12, 5, 10**12], 2).flow(0, 1)
    assert found.value == UNLIMITED
