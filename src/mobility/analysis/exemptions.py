"""Exemptions from transit: a country that denies it lets out who starts there and in who is bound for it, nobody else.

Pairs asked about one by one have graphs of their own (`pairs.graphs_of`). Where all pairs share capacities - a force,
the smallest cut - they need one graph: the links of a denied country are in it a second time for those who set out from
there, and a third time for those who are bound for there. Who has left such a country does not come back to it (a pair
asked about alone may), and where a denied country both sends and receives, its links carry as much either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.graph import PASS, Graph
from mobility.model.changes import exempting
from mobility.vocabulary import dashed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network
    from mobility.vocabulary import Array


class Joint(NamedTuple):
    """One graph for several origins and destinations.

    Attributes
    ----------
    graph
        With a copy of the states of each denied country that some of the places lie in.
    starts, goals
        Per origin and per destination: the states where it may start, or end.
    """

    graph: Graph
    starts: dict[str, Array]
    goals: dict[str, Array]

    @property
    def start(self) -> Array:
        """All states where something starts."""
        return _all(self.starts)

    @property
    def goal(self) -> Array:
        """All states where something ends."""
        return _all(self.goals)


def _all(states: dict[str, Array]) -> Array:
    return np.concatenate([np.array([], dtype=int), *states.values()])


def joint_graph(net: Network, origins: Iterable[str], destinations: Iterable[str]) -> Joint:
    """Return the graph of some places of entry and destinations (ids), of a network with a profile."""
    starts, goals = list(dict.fromkeys(origins)), list(dict.fromkeys(destinations))
    net = exempted(net, [*starts, *goals])
    graph = Graph.of(net)
    joint = Joint(graph, *({p: graph.states([p]) for p in ends} for ends in (starts, goals)))
    if not net.exempt:
        return joint
    codes = [net.exempt & set(dashed(cell)) for cell in net.links["country"]]
    exempt = np.array([bool(c) for c in codes])[graph.row] & (graph.link >= 0)
    made = _Copies(graph, np.flatnonzero(~exempt))
    for ends, leaving in ((joint.starts, True), (joint.goals, False)):
        for own in dict.fromkeys(_own(net, place) for place in ends):
            allowed = np.array([bool(c) and c <= own for c in codes])[graph.row] & (graph.link >= 0)
            copy = made.add(np.flatnonzero(allowed), leaving=leaving)
            for place in [p for p in ends if _own(net, p) == own]:
                there = copy[ends[place]]
                ends[place] = np.append(ends[place], there[there >= 0])
    return joint._replace(graph=made.graph())


def exempted(net: Network, places: Iterable[str]) -> Network:
    """Return a network with the denied countries of some places open to them; it stays as it is where they are."""
    return exempting(net, (c for p in places for c in net.countries_of(p)))


def _own(net: Network, place: str) -> frozenset[str]:
    return net.exempt & set(net.countries_of(place))


class _Copies:
    """A graph to which copies of some of its states are added, with some of its links between them.

    Parameters
    ----------
    graph
        The graph.
    open_to_all
        Its arcs that everybody may use.
    """

    def __init__(self, graph: Graph, open_to_all: Array) -> None:
        self.old, self.states = graph, np.arange(graph.size)
        self.parts = [(graph.tail[open_to_all], graph.head[open_to_all], open_to_all)]

    def add(self, links: Array, *, leaving: bool) -> Array:
        """Copy the ends of some arcs, to be left for the states copied or to be entered from there.

        Returns the copy of each state of the graph, -1 where there is none.
        """
        graph = self.old
        ends = np.unique(np.r_[graph.tail[links], graph.head[links]])
        copy = np.full(graph.size, -1)
        copy[ends] = len(self.states) + np.arange(len(ends))
        self.states = np.r_[self.states, ends]
        within = np.flatnonzero((graph.link < 0) & (copy[graph.tail] >= 0) & (copy[graph.head] >= 0))
        arcs = np.r_[links, within]
        self.parts.append((copy[graph.tail[arcs]], copy[graph.head[arcs]], arcs))
        self.parts.append((*((copy[ends], ends) if leaving else (ends, copy[ends])), np.full(len(ends), -1)))
        return copy

    def graph(self) -> Graph:
        """Return the graph with all copies; from a state to its copy, or back, is a pass."""
        old = self.old
        tail, head, arc = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        cost, link = np.append(old.cost, 0.0)[arc], np.append(old.link, PASS)[arc]
        place, mode, country = (column[self.states] for column in (old.place, old.mode, old.country))
        return Graph(old.network, place, mode, country, tail, head, cost, link)
