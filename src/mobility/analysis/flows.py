"""Flows over the graph: how many routes share no link, and how many vehicles a day get through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from mobility.analysis.exemptions import joint_graph
from mobility.analysis.graph import TRANSFER, Graph
from mobility.analysis.maxflow import UNLIMITED, FlowNetwork
from mobility.analysis.pairs import pairs_of
from mobility.model.passage import handled_per_day
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mobility.analysis.exemptions import Joint
    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words


_UNLIMITED = 2**16  # routes


def disjoint_routes(graph: Graph, pairs: PairList) -> dict[tuple[str, str], int]:
    """Return per pair the number of routes of which no two share a link (maximum flow, unit capacities).

    Access links, transfers and crossings do not limit (access links do when
    `network.include_access`, and for a pair that access links alone connect).
    """
    known = _by_way_of(graph, pairs) if len(pairs) > 2 * len({place for pair in pairs for place in pair}) else {}
    known |= {pair: count for pair, count, _ in disjoint_flows(graph, [pair for pair in pairs if pair not in known])}
    return {pair: known[pair] for pair in pairs}


def _by_way_of(graph: Graph, pairs: PairList) -> dict[tuple[str, str], int]:
    """Return the number of routes of those pairs for which flows to and from one busy node tell it: few flows for many.

    As many routes lead from a to b as lead from a to the node and from the node to b, whichever are fewer. They are no
    more if what limits the fewer stands between a and b as well: the smallest cut around a leaves b out, or the other
    way round.
    """
    if not len(graph.head):
        return {}
    flows = _UnitFlows(graph, pairs, _free(graph))
    hub = int(np.bincount(flows.node[graph.head]).argmax())
    there = {a: flows.to(a, hub) for a in dict.fromkeys(a for a, _ in pairs)}
    onward = {b: flows.to(b, hub, back=True) for b in dict.fromkeys(b for _, b in pairs)}
    found = {}
    for a, b in pairs:
        (first, near), (last, far) = there[a], onward[b]
        cut, other = (near, b) if first <= last else (far, a)
        if min(first, last) < _UNLIMITED and not cut[flows.states[other]].any():
            found[a, b] = min(first, last)
    return found


def _free(graph: Graph) -> Array:
    """Tell which arcs do not limit."""
    access: Array = ~graph.network.counted
    return (graph.link < 0) | access[graph.row]


def disjoint_flows(
    graph: Graph, pairs: PairList
) -> Iterator[tuple[tuple[str, str], int, Callable[[], tuple[Array, Array]]]]:
    """Iterate over the pairs with what `disjoint_routes` counts, and a function that reads the flow's smallest cuts.

    It holds until the next pair is asked for, and returns two cuts, a bool per state: the states that one more route
    could still reach from the origin, and those from which one more could reach the destination.
    """
    if not pairs:
        return
    flows = _UnitFlows(graph, pairs, _free(graph))
    limited: _UnitFlows | None = None
    for pair in pairs:
        count, solved = flows.routes(*pair), flows
        if count >= _UNLIMITED:
            solved = limited = limited or _UnitFlows(graph, pairs, graph.link < 0)
            count = limited.routes(*pair)
        yield pair, count, solved.cuts


class _UnitFlows:
    """A network of flows with room for one route on every link; those that are free have room for any number."""

    def __init__(self, graph: Graph, pairs: PairList, free: Array) -> None:
        self.node, tail, head = _merged(graph, free)
        keep = tail != head
        size = int(self.node.max(initial=-1)) + 1
        self.states = {p: graph.states([p]) for p in dict.fromkeys(p for pair in pairs for p in pair)}
        self.ends: dict[tuple[str, bool], int] = {}
        tails, heads = [tail[keep]], [head[keep]]
        for place, outgoing in dict.fromkeys((place, i == 0) for pair in pairs for i, place in enumerate(pair)):
            self.ends[place, outgoing] = size + len(self.ends)  # a node of its own for every origin and destination
            there = np.unique(self.node[self.states[place]])
            own = np.full(len(there), self.ends[place, outgoing])
            tails.append(own if outgoing else there)
            heads.append(there if outgoing else own)
        room = np.r_[np.where(free[keep], _UNLIMITED, 1), np.full(sum(map(len, tails[1:])), _UNLIMITED)]
        self.network = FlowNetwork(np.concatenate(tails), np.concatenate(heads), room, size + len(self.ends))

    def routes(self, a: str, b: str) -> int:
        """Return the number of routes of a pair."""
        return self._flow(self.ends[a, True], self.ends[b, False])

    def to(self, place: str, node: int, *, back: bool = False) -> tuple[int, Array]:
        """Return the number of routes from a place to a node (`back`: from there), and the cut nearest the place."""
        count = self._flow(*((node, self.ends[place, False]) if back else (self.ends[place, True], node)))
        return count, (self.found.far() if back else self.found.near())[self.node]

    def _flow(self, source: int, sink: int) -> int:
        self.found = self.network.flow(source, sink)
        return self.found.value

    def cuts(self) -> tuple[Array, Array]:
        """Return the states on the origin's side of the cut nearest it, and likewise of the destination's."""
        return self.found.near()[self.node], self.found.far()[self.node]


def _merged(graph: Graph, free: Array) -> tuple[Array, Array, Array]:
    """Merge states that unlimited arcs join both ways; return each state's node and the arcs' ends."""
    n = graph.size
    there = coo_matrix((np.ones(int(free.sum())), (graph.tail[free], graph.head[free])), shape=(n, n)).tocsr()
    both = there.multiply(there.T)
    _, node = connected_components(both, directed=False)
    node = node.astype(np.int64)
    return node, node[graph.tail], node[graph.head]


def place_disjoint_routes(graph: Graph, pairs: PairList) -> dict[tuple[str, str], int]:
    """Return per pair the number of routes that share no link and no place but the ends (see `pair_redundancy`).

    Maximum flow with every place split in two, room for one route. Places that access links alone tie to an end
    count as that end (unless `network.include_access`, or access links alone connect the pair).
    """
    free = _free(graph)
    counts = _split_flows(graph, pairs, free)
    direct = [pair for pair in pairs if counts[pair] < 0]
    return counts | (_split_flows(graph, direct, graph.link < 0) if direct else {})


def _split_flows(graph: Graph, pairs: PairList, free: Array) -> dict[tuple[str, str], int]:
    """Solve all pairs on one network; -1 where free arcs alone connect a pair."""
    node, tail, head = _merged(graph, graph.link < 0)
    size = int(node.max(initial=-1)) + 1
    legs = graph.link >= 0
    within = np.arange(size)  # into and out of a place
    tails, heads = [within, size + tail[legs]], [size + within, head[legs]]
    free_arcs = csr_matrix((np.ones(int(free.sum())), (tail[free], head[free])), shape=(size, size))
    near: dict[tuple[str, bool], Array] = {}
    for place, outgoing in dict.fromkeys((p, i == 0) for pair in pairs for i, p in enumerate(pair)):
        matrix = free_arcs if outgoing else free_arcs.T.tocsr()
        seen = [
            breadth_first_order(matrix, n, return_predecessors=False) for n in np.unique(node[graph.states([place])])
        ]
        own = near[place, outgoing] = np.unique(np.concatenate([[], *seen])).astype(np.int64)
        extra = np.full(len(own), 2 * size + len(near) - 1)
        tails.append(extra if outgoing else own)
        heads.append(size + own if outgoing else extra)
    limited = size + int(legs.sum())
    room = np.r_[np.ones(limited, int), np.full(sum(map(len, tails)) - limited, len(graph.link))]
    flows = FlowNetwork(np.concatenate(tails), np.concatenate(heads), room, 2 * size + len(near))
    ends = {key: 2 * size + i for i, key in enumerate(near)}
    return {
        (a, b): -1
        if np.intersect1d(near[a, True], near[b, False]).size
        else flows.flow(ends[a, True], ends[b, False]).value
        for a, b in pairs
    }


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


def min_cut(network: Network, origins: Ends = None, destinations: Words = None) -> MinCut:
    """Return the smallest capacity, in vehicles per day, that separates origins from destinations.

    Links have their capacity (an estimate by rule); sea, access links, changes of mode and borders are
    unlimited; every port loads and discharges its vehicles a day, published or by rule. The cut is exact for
    these capacities (maximum flow). Transit is allowed to each end in its own country (`exemptions`).

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`; of the pairs all first ones are origins, all second ones destinations.
    """
    net = network.profiled()
    return cut_between(net, pairs_of(net, origins, destinations))


def cut_between(network: Network, pairs: PairList) -> MinCut:
    """Return the min-cut between the first ends of pairs and the second (place ids); the network is under a profile."""
    return Throughput.of(joint_of(network, pairs)).min_cut()


def joint_of(network: Network, pairs: PairList) -> Joint:
    """Return the graph of all pairs together."""
    return joint_graph(network, (a for a, _ in pairs), (b for _, b in pairs))


class Throughput(NamedTuple):
    """What limits vehicles between all origins and all destinations: a network of flows.

    Attributes
    ----------
    tail, head, vehicles, things
        Per arc: its ends, vehicles a day, and id of link or port. The arcs of the graph come first, in their order.
    state
        Of each further arc: the state of the graph that it serves.
    source
        Number of the node before all origins; the one behind all destinations is the next.
    """

    tail: Array
    head: Array
    vehicles: Array
    things: Array
    state: Array
    source: int

    @classmethod
    def of(cls, joint: Joint) -> Throughput:
        """Read the limits of a graph (see `min_cut`)."""
        return cls(*_capacity_arcs(joint))

    def min_cut(self, there: tuple[Array, Array] | None = None) -> MinCut:
        """Return the smallest cut; `there`: which arcs and which states of the graph are, default all (a bool each)."""
        kept = np.full(len(self.tail), fill_value=True) if there is None else np.r_[there[0], there[1][self.state]]
        tail, head, things = self.tail[kept], self.head[kept], self.things[kept]
        if not len(tail):
            return MinCut(0.0, [])
        room, size, sink = self.vehicles[kept], self.source + 2, self.source + 1
        unlimited = room >= UNLIMITED
        free = csr_matrix((np.ones(int(unlimited.sum())), (tail[unlimited], head[unlimited])), shape=(size, size))
        if (breadth_first_order(free, self.source, return_predecessors=False) == sink).any():
            return MinCut(float("inf"), [])
        found = FlowNetwork(tail, head, room, size).flow(self.source, sink)
        near = found.near()
        return MinCut(float(found.value), sorted({*things[near[tail] & ~near[head]]} - {""}))


def _capacity_arcs(joint: Joint) -> tuple[Array, Array, Array, Array, Array, int]:
    """Return what `Throughput` holds."""
    graph, starts, ends = joint.graph, joint.start, joint.goal
    net, sea = graph.network, MODES.index("sea")
    quay = net.rules.capacity["roro_berth_vehicles_day"]  # also where ships call at a place of another kind
    handled = handled_per_day(net.places, net.rules).replace(np.inf, quay).to_numpy(np.int64)
    access = ~net.counted
    limit = np.where(access | ~np.isfinite(net.links["capacity"]), UNLIMITED, net.links["capacity"]).astype(np.int64)
    afloat = np.flatnonzero(graph.mode == sea)
    # Going aboard and ashore each pass a node of the port, which the quay limits (at a border, each side has a quay).
    aboard = graph.size + 2 * np.arange(len(afloat))
    source = graph.size + 2 * len(afloat)

    def landside(states: Array, ashore: int) -> Array:
        return np.where(graph.mode[states] == sea, graph.size + 2 * np.searchsorted(afloat, states) + ashore, states)

    change = graph.link == TRANSFER
    first, last = graph.tail.copy(), graph.head.copy()
    first[change], last[change] = landside(first[change], 1), landside(last[change], 0)
    tail = np.r_[first, aboard, afloat, np.full(len(starts), source), landside(ends, 1)]
    head = np.r_[last, afloat, aboard + 1, landside(starts, 0), np.full(len(ends), source + 1)]
    unlimited = np.full(len(starts) + len(ends), UNLIMITED)
    room = np.tile(handled[graph.place[afloat]], 2)
    vehicles = np.r_[np.append(limit, [UNLIMITED] * 3)[graph.link], room, unlimited]
    ports, nothing = net.places.index.to_numpy(object)[graph.place[afloat]], np.full(len(unlimited), "", dtype=object)
    things = np.concatenate([np.append(graph.ids, [""] * 3)[graph.link], ports, ports, nothing])
    return tail, head, vehicles, things, np.r_[afloat, afloat, starts, ends], source
