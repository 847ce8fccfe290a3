"""The hours of all pairs again and again, with other hours on the way: built once, asked thousands of times."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.pairs import graphs_of, slotted_graphs
from mobility.analysis.routing import walks
from mobility.model.profiles import HANDLINGS

if TYPE_CHECKING:
    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array


class Clock:
    """Tells the hours of pairs when the inputs (see `Graph.inputs`) take other hours than the network says.

    Parameters
    ----------
    network
        With a profile applied.
    pairs
        Origins and destinations.
    """

    def __init__(self, network: Network, pairs: PairList) -> None:
        self.size = len(pairs)
        self._parts = [(slots, _Part.of(graph, group)) for slots, graph, group in slotted_graphs(network, pairs)]

    def ms(self, hours: Array) -> Array:
        """Return the milliseconds of each pair (inf where there is no way), given the hours of each input."""
        found = np.full(self.size, np.inf)
        for slots, part in self._parts:
            part.matrix.data[:] = part.arcs @ np.rint(hours * MS_PER_H)
            left = dijkstra(part.matrix, indices=part.goals)
            least = np.column_stack([left[:, states].min(axis=1, initial=np.inf) for states in part.starts])
            found[slots] = least[part.goal, part.start]
        return found


class _Part(NamedTuple):
    """Pairs that see the same graph.

    Attributes
    ----------
    arcs
        How often each arc uses each input, arcs x inputs.
    matrix
        From heads to tails; its values, in the order of the arcs, are written anew for every question.
    goals, starts
        The state of each destination, the states of each origin.
    goal, start
        Of each pair: which of these.
    """

    arcs: Any
    matrix: Any
    goals: Array
    starts: list[Array]
    goal: list[int]
    start: list[int]

    @classmethod
    def of(cls, graph: Graph, pairs: PairList) -> _Part:
        starts, goals = ({p: graph.states([p]) for p in dict.fromkeys(ends)} for ends in zip(*pairs, strict=True))
        ends = np.concatenate([*starts.values(), *goals.values()])
        tail, head, paths = _contracted(graph, set(ends.tolist()))
        there = graph.size + np.arange(len(goals))  # a state more for each destination, at no cost
        for state, states in zip(there.tolist(), goals.values(), strict=True):
            tail += states.tolist()
            head += [state] * len(states)
            paths += [[]] * len(states)
        order = np.argsort(head, kind="stable")
        known, new = np.unique(np.r_[tail, head, ends, there], return_inverse=True)
        n, (tails, heads) = len(known), new[: 2 * len(order)].reshape(2, -1)[:, order]
        start, goal = ({place: i for i, place in enumerate(places)} for places in (starts, goals))
        return cls(
            counts([paths[i] for i in order], graph.network),
            csr_matrix((np.zeros(len(order)), tails, np.searchsorted(heads, np.arange(n + 1))), (n, n)),
            np.searchsorted(known, there),
            [np.searchsorted(known, states) for states in starts.values()],
            [goal[b] for _, b in pairs],
            [start[a] for a, _ in pairs],
        )


def best_routes(network: Network, pairs: PairList) -> Any:  # noqa: ANN401 - scipy
    """Return how often the best route of each pair, by the network's own hours, uses each input: pairs x inputs."""
    used: dict[tuple[str, str], Any] = dict.fromkeys(pairs, ())
    for graph, group in graphs_of(network, pairs):
        for pair, _, path in walks(graph, group):
            used[pair] = graph.inputs[path]
    return counts(list(used.values()), network)


def counts(paths: list[Any], network: Network) -> Any:  # noqa: ANN401
    """Return how often each path uses each input, paths x inputs; what has none (-1) does not count."""
    first = np.cumsum([0, *(len(path) for path in paths)])
    columns = np.concatenate([*paths, []]).astype(int)
    first, columns = np.append(0, np.cumsum(columns >= 0))[first], columns[columns >= 0]
    size = len(network.links) + len(network.borders) + len(HANDLINGS)
    counts = csr_matrix((np.ones(len(columns)), columns, first), (len(paths), size))
    counts.sum_duplicates()
    return counts


def _contracted(graph: Graph, kept: set[int]) -> tuple[list[int], list[int], list[list[int]]]:
    """Return arcs (tail, head, inputs) of a graph without the states that need not be stopped at.

    Whatever the hours, the least between the states kept stays the same: a state goes when that makes fewer arcs, one
    instead of every arc to it and every arc from it, but none that turns back.
    """
    ends = list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    paths = [[i] for i in graph.inputs.tolist()]
    into: list[set[int]] = [set() for _ in range(graph.size)]
    out: list[set[int]] = [set() for _ in range(graph.size)]
    for arc, (tail, head) in enumerate(ends):
        out[tail].add(arc)
        into[head].add(arc)
    queue = [s for s in range(graph.size) if s not in kept]
    for s in queue:  # grows: what is left beside a state that went may go next
        through = [(a, b) for a, b in product(into[s], out[s]) if ends[a][0] != ends[b][1]]
        old = into[s] | out[s]
        if len(through) >= len(old):
            continue
        for a, b in through:
            ends.append((ends[a][0], ends[b][1]))
            paths.append(paths[a] + paths[b])
            out[ends[a][0]].add(len(ends) - 1)
            into[ends[b][1]].add(len(ends) - 1)
        for arc in old:
            out[ends[arc][0]].discard(arc)
            into[ends[arc][1]].discard(arc)
            queue += [near for near in ends[arc] if near not in kept and near != s]
    left = [arc for arcs in out for arc in arcs]
    return [ends[arc][0] for arc in left], [ends[arc][1] for arc in left], [paths[arc] for arc in left]
