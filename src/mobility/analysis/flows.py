"""Flows over the graph: how many routes share no link, and how many vehicles a day get through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from mobility.analysis.graph import TRANSFER, Graph
from mobility.model.checks import WAYS
from mobility.model.passage import handled_per_day

if TYPE_CHECKING:
    from mobility.model.network import Network

    Array = np.ndarray[Any, Any]

_UNLIMITED = 1_000_000  # routes
_NO_LIMIT = 10**12  # vehicles a day


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


def _unit_flows(graph: Graph, pairs: list[tuple[str, str]], free: Array) -> dict[tuple[str, str], int]:
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


def _merged(graph: Graph, free: Array) -> tuple[Array, Array, Array]:
    """Merge states that unlimited arcs join both ways; return each state's node and the arcs' ends."""
    n = graph.size
    there = coo_matrix((np.ones(int(free.sum())), (graph.tail[free], graph.head[free])), shape=(n, n)).tocsr()
    both = there.multiply(there.T)
    _, node = connected_components(both, directed=False)
    node = node.astype(np.int64)
    return node, node[graph.tail], node[graph.head]


def place_disjoint_routes(graph: Graph, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return per pair the number of routes that share no link and no place but the ends (see `pair_redundancy`).

    Maximum flow with every place split in two, room for one route. Places that access links alone tie to an end
    count as that end (unless `network.include_access`, or access links alone connect the pair).
    """
    access = ~graph.network.counted
    free = (graph.link < 0) | access[graph.link]
    counts = _split_flows(graph, pairs, free)
    direct = [pair for pair in pairs if counts[pair] < 0]
    return counts | (_split_flows(graph, direct, graph.link < 0) if direct else {})


def _split_flows(graph: Graph, pairs: list[tuple[str, str]], free: Array) -> dict[tuple[str, str], int]:
    """Solve all pairs on one network; -1 where free arcs alone connect a pair."""
    from ortools.graph.python import max_flow

    node, tail, head = _merged(graph, graph.link < 0)
    size = int(node.max(initial=-1)) + 1
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(
        np.arange(size), size + np.arange(size), np.ones(size, int)
    )  # into and out of a place
    legs = graph.link >= 0
    solver.add_arcs_with_capacity(size + tail[legs], head[legs], np.ones(int(legs.sum()), int))
    free_arcs = csr_matrix((np.ones(int(free.sum())), (tail[free], head[free])), shape=(size, size))
    near: dict[tuple[str, bool], set[int]] = {}
    for place, outgoing in dict.fromkeys((p, i == 0) for pair in pairs for i, p in enumerate(pair)):
        matrix = free_arcs if outgoing else free_arcs.T.tocsr()
        seen = [
            breadth_first_order(matrix, n, return_predecessors=False) for n in np.unique(node[graph.states([place])])
        ]
        own = near[place, outgoing] = set(np.concatenate([[], *seen]).astype(int).tolist())
        extra = 2 * size + len(near) - 1
        for n in sorted(own):
            solver.add_arc_with_capacity(*((extra, size + n) if outgoing else (n, extra)), len(graph.link))
    ends, counts = {key: 2 * size + i for i, key in enumerate(near)}, {}
    for a, b in pairs:
        if near[a, True] & near[b, False]:
            counts[a, b] = -1
        elif not near[a, True] or not near[b, False]:
            counts[a, b] = 0
        else:
            status = solver.solve(ends[a, True], ends[b, False])
            assert status == solver.OPTIMAL, f"max flow {a} - {b}: status {status}"  # noqa: S101
            counts[a, b] = solver.optimal_flow()
    return counts


class MinCut(NamedTuple):
    """The smallest cut between all origins and all destinations, the one nearest the origins.

    Attributes
    ----------
    vehicles_day
        What gets through it in a day; inf where nothing limits.
    things
        Ids of the links and ports that make it.
    """

    vehicles_day: float
    things: list[str]


def min_cut(network: Network, pairs: list[tuple[str, str]]) -> MinCut:
    """Return the smallest capacity, in vehicles per day, that separates origins from destinations.

    Links have their capacity (an estimate by rule); sea, access links, changes of mode and borders are
    unlimited; every port loads and discharges its vehicles a day, published or by rule. The cut is exact for
    these capacities (maximum flow). Transit is allowed in the countries of all ends.

    Parameters
    ----------
    network
        With a profile applied.
    pairs
        Of place ids: all first ones are origins, all second ones destinations.
    """
    from ortools.graph.python import max_flow

    own = {c for pair in pairs for place in pair for c in network.countries_of(place)}
    tail, head, vehicles, things, source = _capacity_arcs(Graph.of(network.lifting(own)), pairs)
    if not len(tail):
        return MinCut(0.0, [])
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(tail, head, vehicles)
    status = solver.solve(source, source + 1)
    assert status == solver.OPTIMAL, f"max flow: status {status}"  # noqa: S101
    flow = solver.optimal_flow()
    if flow >= _NO_LIMIT:
        return MinCut(float("inf"), [])
    near = np.zeros(source + 2, dtype=bool)
    near[solver.get_source_side_min_cut()] = True
    return MinCut(float(flow), sorted({*things[near[tail] & ~near[head]]} - {""}))


def _capacity_arcs(graph: Graph, pairs: list[tuple[str, str]]) -> tuple[Array, Array, Array, Array, int]:
    """Return per arc tail, head, vehicles a day and id of link or port; and the source; the sink is the next node."""
    net, sea = graph.network, WAYS.index("sea")
    quay = net.rules.capacity["port_vehicles_day"]  # also where ships call at a place of another kind
    handled = handled_per_day(net.places, net.rules).replace(np.inf, quay).to_numpy(np.int64)
    access = ~net.counted
    limit = np.where(access | ~np.isfinite(net.links["capacity"]), _NO_LIMIT, net.links["capacity"]).astype(np.int64)
    afloat = np.flatnonzero(graph.mode == sea)
    ports, one = np.unique(graph.place[afloat], return_index=True)
    afloat = afloat[one]
    # Going aboard and ashore each pass a node of the port, which the quay limits.
    aboard = graph.size + 2 * np.arange(len(ports))
    source = graph.size + 2 * len(ports)

    def landside(states: Array, ashore: int) -> Array:
        at_port = graph.size + 2 * np.searchsorted(ports, graph.place[states]) + ashore
        return np.where(graph.mode[states] == sea, at_port, states)

    change = graph.link == TRANSFER
    first, last = graph.tail.copy(), graph.head.copy()
    first[change], last[change] = landside(first[change], 1), landside(last[change], 0)
    starts = landside(graph.states(dict.fromkeys(a for a, _ in pairs)), 0)
    ends = landside(graph.states(dict.fromkeys(b for _, b in pairs)), 1)
    free, port_ids = len(starts) + len(ends), net.places.index.to_numpy(object)[ports]
    tail = np.r_[first, aboard, afloat, np.full(len(starts), source), ends]
    head = np.r_[last, afloat, aboard + 1, starts, np.full(len(ends), source + 1)]
    unlimited = np.full(free, _NO_LIMIT)
    vehicles = np.r_[np.append(limit, [_NO_LIMIT] * 2)[graph.link], np.tile(handled[ports], 2), unlimited]
    things = np.concatenate([np.append(graph.ids, ["", ""])[graph.link], port_ids, port_ids, np.full(free, "", object)])
    return tail, head, vehicles, things, source
