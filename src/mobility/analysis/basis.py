"""What questions about the same pairs share: graphs of a network with builds beside it, and searches that start warm.

For each build the hours of every pair are known, and which arcs one shortest route of each takes. A closure only makes
routes longer, so a pair keeps its hours unless it takes one of the arcs that go; the others are searched anew, all in
one call, from the side with fewer places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import CROSSING, checked, milliseconds
from mobility.analysis.layers import TODAY, Layers
from mobility.analysis.pairs import slotted_graphs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.model.closures import Closure
    from mobility.model.network import Network
    from mobility.vocabulary import Array


class Basis:
    """A network, some builds laid beside it (`layers`), and the graphs that its pairs see."""

    def __init__(self, network: Network, pairs: PairList, builds: Sequence[tuple[str, ...]] = ()) -> None:
        self.network, self.pairs = network, pairs
        self.number = {(): TODAY} | {names: i for i, names in enumerate(builds)}
        self.layers = Layers.of(network, builds)
        self.groups = [
            (slots, Searched(self.layers, graph, group))
            for slots, graph, group in slotted_graphs(self.layers.network, pairs)
        ]
        self.shut = set(network.places.index[~network.places["active"]])
        self._built: dict[tuple[str, ...], Basis] = {}

    def with_build(self, names: tuple[str, ...]) -> Basis:
        """Return the same with one build; it is kept."""
        if names not in self._built:
            self._built[names] = Basis(self.network, self.pairs, [names])
        return self._built[names]

    def ms(self, build: tuple[str, ...], closures: tuple[Closure, ...]) -> Array:
        """Return the milliseconds of each pair (inf: no way) with a build and closures."""
        return self._each(lambda searched: searched.ms(self.number[build], self.shut_by(searched, closures)))

    def without(self, links: Array) -> Array:
        """Return the milliseconds of each pair (inf: no way) without some links (rows)."""
        return self._each(lambda searched: searched.ms(TODAY, searched.arcs_of(links)))

    def _each(self, ask: Callable[[Searched], Array]) -> Array:
        found = np.full(len(self.pairs), np.inf)
        for slots, searched in self.groups:
            found[slots] = ask(searched)
        return found

    def used(self, closure: Closure, build: tuple[str, ...]) -> bool:
        """Tell whether a closure takes an arc that is open to some pair; if not, it may still not be idle."""
        number = self.number[build]
        return any(
            (searched.plain(number).open[self.shut_by(searched, (closure,))]).any() for _, searched in self.groups
        )

    def shut_by(self, searched: Searched, closures: tuple[Closure, ...]) -> Array:
        """Return the arcs that closures take."""
        net = self.network
        rows = net.links.index.get_indexer([link for closure in closures for link in closure.links])
        shut = [searched.arcs_of(rows)]
        single = {link for closure in closures for link in closure.one_way}
        shut += [searched.forward(net.links.index.get_loc(link)) for link in single if not net.links.at[link, "oneway"]]
        places = net.places.index.get_indexer([place for closure in closures for place in closure.borders])
        if len(places):
            shut.append(searched.crossings_at(places))
        arcs: Array = np.concatenate(shut)
        return arcs


class Plain(NamedTuple):
    """What is known of a build with nothing closed.

    Attributes
    ----------
    open : bool per arc
    ms : per pair
    users
        Of each arc the pairs of which a shortest route takes it: ``pairs[starts[arc] : starts[arc + 1]]``.
    """

    open: Array
    ms: Array
    starts: Array
    pairs: Array


@dataclass(frozen=True, eq=False)
class Fan:
    """A graph for searches from places on one side (towards them, or from them on), with a state more for each.

    Attributes
    ----------
    order
        Arcs in the order of the matrix's values, which are followed by those that lead from the places' own states.
    """

    order: Array
    near: Array
    starts: Array
    size: int
    nodes: Array

    @classmethod
    def of(cls, graph: Graph, places: list[Array], *, back: bool) -> Fan:
        """Prepare the searches from places, each given by its states."""
        order, starts, far, _ = graph.into if back else graph.out
        count = [len(states) for states in places]
        ends = np.concatenate([far, *places]).astype(np.int32)
        starts = np.append(starts, starts[-1] + np.cumsum(count)).astype(np.int32)
        nodes = graph.size + np.arange(len(places))
        return cls(order, ends, starts, graph.size + len(places), nodes)

    def search(self, length: Array, which: Array, also: Array | tuple[()] = (), *, path: bool = False) -> Any:  # noqa: ANN401 - one array or two
        """Return the least ranks of all states from some of the places, a row each; with `path` what came before.

        The rows of the states `also` come after those of the places.
        """
        values = np.append(length[self.order], np.zeros(len(self.near) - len(self.order)))
        matrix = csr_matrix((values, self.near, self.starts), (self.size, self.size))
        start = np.append(self.nodes[which], also).astype(int)
        return dijkstra(matrix, indices=start, return_predecessors=path)


class Searched:
    """A graph of all layers, and searches of it for the pairs that see it."""

    def __init__(self, layers: Layers, graph: Graph, pairs: PairList) -> None:
        self.layers, self.graph = layers, graph
        ends = [dict.fromkeys(places) for places in zip(*pairs, strict=True)]
        self.states = [[graph.states([place]) for place in places] for places in ends]
        number = [{place: i for i, place in enumerate(places)} for places in ends]
        self.start, self.goal = (np.array([number[side][pair[side]] for pair in pairs], dtype=int) for side in (0, 1))
        self._plain: dict[int, Plain] = {}
        row = np.where(graph.link >= 0, layers.row[graph.row], -1)
        self._by_row = np.argsort(row, kind="stable")
        self._rows = row[self._by_row]

    @cached_property
    def sides(self) -> tuple[Fan, Fan]:
        """Searches from origins on, and back from destinations."""
        return Fan.of(self.graph, self.states[0], back=False), Fan.of(self.graph, self.states[1], back=True)

    def arcs_of(self, rows: Array) -> Array:
        """Return the arcs of some of today's links (rows), in every layer."""
        rows = np.unique(rows)
        first, last = (np.searchsorted(self._rows, rows, side) for side in ("left", "right"))
        count = last - first
        arcs: Array = self._by_row[np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())]
        return arcs

    def forward(self, row: int) -> Array:
        """Return the arcs of a link from its `from` to its `to`."""
        arcs = self.arcs_of(np.array([row]))
        start = self.layers.network.places.index.get_loc(self.layers.network.links["from"].iloc[row])
        out: Array = arcs[self.graph.place[self.graph.tail[arcs]] == start]
        return out

    def crossings_at(self, places: Array) -> Array:
        """Return the crossings at some places (rows)."""
        arcs: Array = np.flatnonzero((self.graph.link == CROSSING) & np.isin(self.graph.place[self.graph.tail], places))
        return arcs

    def plain(self, build: int) -> Plain:
        """Return what is known of a build with nothing closed."""
        if build not in self._plain:
            there, _ = self.layers.there(self.graph, build)
            self._plain[build] = self.learned(there)
        return self._plain[build]

    def ms(self, build: int, shut: Array) -> Array:
        """Return the milliseconds of each pair when some arcs are shut."""
        return self.without(self.plain(build), shut)

    def without(self, known: Plain, shut: Array) -> Array:
        """Return the milliseconds of each pair when, of what is known, some arcs are shut."""
        found = known.ms.copy()
        if not len(shut):
            return found
        first, last = known.starts[shut], known.starts[shut + 1]
        hit = np.zeros(len(found), dtype=bool)
        for a, b in zip(first.tolist(), last.tolist(), strict=True):
            hit[known.pairs[a:b]] = True
        if hit.any():
            length = np.where(known.open, self.graph.rank, np.inf)
            length[shut] = np.inf
            found[hit] = self.asked(length, hit)
        return found

    def asked(self, length: Array, hit: Array) -> Array:
        """Return the milliseconds of some pairs: one search for each of their origins or destinations, the fewer."""
        ends = self.start[hit], self.goal[hit]
        wanted = [np.unique(side, return_inverse=True) for side in ends]
        near = int(len(wanted[1][0]) <= len(wanted[0][0]))
        which, row = wanted[near]
        rank = self.sides[near].search(length, which)
        return least(rank, row, self.states[1 - near], ends[1 - near])

    def least(self, rank: Array) -> Array:
        """Return the milliseconds of each pair by the ranks of all states to the destinations, a row each."""
        return least(rank, self.goal, self.states[0], self.start)

    def learned(self, there: Array) -> Plain:
        """Return what is known where some arcs are there (a bool per arc)."""
        graph, length = self.graph, np.where(there, self.graph.rank, np.inf)
        rank, before = self.sides[1].search(length, np.arange(len(self.states[1])), path=True)
        ms = self.least(rank)
        pair = np.flatnonzero(np.isfinite(ms))
        at = nearest(self.states[0], rank, self.start[pair], self.goal[pair])
        arc, user = walked(graph, length, before, self.goal[pair], at)
        user = pair[user]
        starts = np.append(0, np.cumsum(np.bincount(arc, minlength=len(graph.tail))))
        return Plain(there, ms, starts, user[np.argsort(arc, kind="stable")])


def nearest(states: list[Array], rank: Array, start: Array, goal: Array) -> Array:
    """Return of some starts (numbers of places with states) the state nearest to each one's goal (a row of ranks)."""
    at = [states[a][rank[b, states[a]].argmin()] for a, b in zip(start.tolist(), goal.tolist(), strict=True)]
    return np.array(at, dtype=int)


def walked(graph: Graph, length: Array, onward: Array, goal: Array, at: Array) -> tuple[Array, Array]:
    """Return the arcs of shortest routes, and which route takes each.

    Parameters
    ----------
    length
        Of the arcs, as searched: their rank, or inf.
    onward
        What comes next from each state, a row per goal, as a `Fan` searches back.
    goal, at
        Of each route: the row of its goal, and the state that it starts from.
    """
    order, key = graph.by_ends
    there = np.isfinite(length[order])  # the cheapest of parallel arcs that are open is the one that a route takes
    order, key = order[there], key[there]
    route = np.arange(len(goal))
    arcs, users = [np.array([], dtype=int)], [np.array([], dtype=int)]
    while len(route):
        then = onward[goal[route], at]
        going = then < graph.size  # else it has come to the state that stands for the destination
        route, at, then = route[going], at[going], then[going]
        arcs.append(order[np.searchsorted(key, at * graph.size + then)])
        users.append(route)
        at = then
    return np.concatenate(arcs), np.concatenate(users)


def least(rank: Array, row: Array, states: list[Array], place: Array) -> Array:
    """Return the milliseconds from the states of some places (the least), each by a row of ranks."""
    best = np.column_stack([rank[:, own].min(axis=1, initial=np.inf) for own in states])
    found: Array = milliseconds(checked(best[row, place]))
    return found
