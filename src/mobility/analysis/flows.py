"""Flows over the graph: how many routes between two places share no link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from mobility.analysis.graph import Graph

_UNLIMITED = 1_000_000


def disjoint_routes(graph: Graph, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return per pair the number of routes of which no two share a link (maximum flow, unit capacities).

    Access links, transfers and crossings do not limit (access links do when
    `network.include_access`, and for a pair that access links alone connect).
    """
    if not pairs:
        return {}
    access = (graph.network.links["corridors"] == "access").to_numpy()
    free = graph.link < 0
    if not graph.network.include_access:
        free = free | (access[graph.link] & (graph.link >= 0))
    counts = _unit_flows(graph, pairs, free)
    if direct := [p for p in pairs if counts[p] >= _UNLIMITED]:
        counts |= _unit_flows(graph, direct, graph.link < 0)
    return counts


def _unit_flows(graph: Graph, pairs: list[tuple[str, str]], free: Any) -> dict[tuple[str, str], int]:  # noqa: ANN401 - bool array
    from ortools.graph.python import max_flow

    node, tail, head = _merged(graph, free)
    keep = tail != head
    # Parallel arcs add up: one arc per (tail, head) with the number of links as its capacity.
    size = int(node.max()) + 1 if len(node) else 0
    keys, inverse = np.unique(tail[keep] * size + head[keep], return_inverse=True)
    capacity = np.bincount(inverse, np.where(free[keep], _UNLIMITED, 1), len(keys)).astype(np.int64)
    solver = max_flow.SimpleMaxFlow()
    if len(keys):
        solver.add_arcs_with_capacity(keys // size, keys % size, np.minimum(capacity, _UNLIMITED))
    states = {p: graph.states([p]) for pair in pairs for p in pair}
    ends: dict[tuple[str, bool], int] = {}
    for end in dict.fromkeys((place, i == 0) for pair in pairs for i, place in enumerate(pair)):
        ends[end] = extra = size + len(ends)  # a node of its own for every origin and destination
        for s in np.unique(node[states[end[0]]]).tolist():
            tail_head = (extra, s) if end[1] else (s, extra)
            solver.add_arc_with_capacity(*tail_head, _UNLIMITED)
    counts = {}
    for a, b in pairs:
        source, sink = ends[a, True], ends[b, False]
        if not len(states[a]) or not len(states[b]):
            counts[a, b] = 0
            continue
        status = solver.solve(source, sink)
        assert status == solver.OPTIMAL, f"max flow {a} - {b}: status {status}"  # noqa: S101
        counts[a, b] = solver.optimal_flow()
    return counts


def _merged(graph: Graph, free: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - arrays
    """Merge states that unlimited arcs join both ways; return each state's node and the arcs' ends."""
    n = graph.size
    there = coo_matrix((np.ones(int(free.sum())), (graph.tail[free], graph.head[free])), shape=(n, n)).tocsr()
    both = there.multiply(there.T)
    _, node = connected_components(both, directed=False)
    node = node.astype(np.int64)
    return node, node[graph.tail], node[graph.head]
