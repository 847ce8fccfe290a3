"""Pairs of origin and destination, resolved once, and the graphs that they are searched on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mobility.analysis.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

    PairList: TypeAlias = list[tuple[str, str]]
    Ends: TypeAlias = "Pairs | Words"  # where words for origins are taken, pairs are too


@dataclass(frozen=True)
class Pairs:
    """Origins and destinations, resolved to places once: what is asked stays the same whatever is closed later.

    Attributes
    ----------
    origins, destinations : tuple of str
        Ids of places, in the order given; no place is paired with itself.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]

    @classmethod
    def of(cls, network: Network, origins: Ends = None, destinations: Words = None) -> Pairs:
        """Return the pairs that words name on a network: places, set:NAME, latitude,longitude; default: by role.

        Pairs given as `origins` are returned as they are. Coordinates name the nearest place in use, so give the
        network as it is before closures.
        """
        if isinstance(origins, Pairs):
            return origins
        role = network.places["role"]
        starts = network.places.index[role == "origin"] if origins is None else network.places_named(origins)
        ends = (
            network.places.index[role == "destination"] if destinations is None else network.places_named(destinations)
        )
        return cls(tuple(starts), tuple(ends))

    @property
    def asked(self) -> PairList:
        """All pairs."""
        return [(a, b) for a in self.origins for b in self.destinations if a != b]

    @property
    def places(self) -> frozenset[str]:
        """All origins and destinations of a pair."""
        return frozenset(place for pair in self.asked for place in pair)

    def within(self, network: Network) -> PairList:
        """Return the pairs of which no end is closed in a network."""
        active = network.places["active"]
        return [(a, b) for a, b in self.asked if active[a] and active[b]]


def pairs_of(network: Network, origins: Ends = None, destinations: Words = None) -> PairList:
    """Return the pairs to ask about: origins x destinations, no place with itself, none with a closed end."""
    return Pairs.of(network, origins, destinations).within(network)


def by_goal(pairs: PairList) -> dict[str, list[str]]:
    """Return the origins of each destination: one search to a destination serves them all."""
    goals: dict[str, list[str]] = {}
    for a, b in pairs:
        goals.setdefault(b, []).append(a)
    return goals


def graphs_of(net: Network, pairs: PairList) -> Iterator[tuple[Graph, PairList]]:
    """Group pairs by the denied countries that their own ends lift, with one graph per group."""
    groups: dict[frozenset[str], PairList] = {}
    for a, b in pairs:
        groups.setdefault(exemption(net, (a, b)), []).append((a, b))
    for group in groups.values():
        yield graph_for(net, group[0]), group


def slotted_graphs(net: Network, pairs: PairList) -> Iterator[tuple[Array, Graph, PairList]]:
    """Group pairs as `graphs_of` does, each group with the places of its pairs in the list."""
    slot = {pair: i for i, pair in enumerate(pairs)}
    for graph, group in graphs_of(net, pairs):
        yield np.array([slot[pair] for pair in group], dtype=int), graph, group


def graph_for(net: Network, places: Iterable[str]) -> Graph:
    """Return the graph on which the countries of some places are not denied; the network keeps it."""
    own = exemption(net, places)
    if (Graph, own) not in net.kept:
        net.kept[Graph, own] = Graph.of(net.lifting(own))
    graph: Graph = net.kept[Graph, own]
    return graph


def exemption(net: Network, places: Iterable[str]) -> frozenset[str]:
    """Return the denied countries that some places lie in."""
    return frozenset(net.denied.intersection(c for p in places for c in net.countries_of(p)) if net.denied else ())
