"""Builds in layers: one graph holds a network as it is beside what each of many builds makes of it.

A build adds links, changes some, and opens the border crossings that they meet; all else stays. So the table of
links is followed by the rows that each build opens or changes, as it leaves them, and the graph of them all is made
once. A build's own graph is the part of its arcs that is there once it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.analysis.graph import CROSSING
from mobility.model.changes import as_built, crossings_met, derive
from mobility.model.closures import resolve_build

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobility.analysis.graph import Graph
    from mobility.model.network import Network
    from mobility.vocabulary import Array


TODAY = -1  # instead of the number of a build: none


@dataclass(frozen=True, eq=False)
class Layers:
    """A network and what builds make of its links.

    Attributes
    ----------
    network
        Its links, without shapes, are today's and after them those of each build: a link is there once for each. None
        counts as closed (see `closed`), so that its graphs hold every arc.
    row, build, closed : arrays, one entry per link
        Row of the link in today's table; number of the build that leaves it so, or TODAY; whether it is closed.
    crossings : bool array, a row per build and last TODAY's, a column per row of `network.borders`
        Which are open.
    """

    network: Network
    row: Array
    build: Array
    closed: Array
    crossings: Array

    @classmethod
    def of(cls, net: Network, builds: Sequence[Sequence[str]]) -> Layers:
        """Lay builds beside each other; each is what `Network.build` takes."""
        parts = [pd.DataFrame(net.links.drop(columns="geometry"))]
        crossings = []
        for names in builds:
            found = [resolve_build(net, name) for name in names]
            opened, changes = [link for links, _ in found for link in links], pd.concat([rows for _, rows in found])
            touched = parts[0].loc[list(dict.fromkeys([*opened, *changes["link"]]))]
            parts.append(as_built(touched, opened, changes))
            crossings.append(crossings_met(net.borders, parts[-1]))
        now = net.borders["active"].to_numpy()
        again = now | crossings_met(net.borders, parts[0])  # a build opens what links built before it meet, too
        open_ = np.array([*(again | met for met in crossings), now])
        links = pd.concat(parts)
        closed = (links["closure"] != "").to_numpy()
        borders = net.borders.assign(active=open_.any(axis=0))
        network = derive(replace(net, links=links.assign(closure=""), borders=borders))
        build = np.repeat(np.arange(TODAY, len(builds)), [len(part) for part in parts])
        return cls(network, net.links.index.get_indexer(links.index), build, closed, open_)

    def there(self, graph: Graph, build: int) -> tuple[Array, Array]:
        """Tell which arcs and which states of a graph of all layers are there once a build stands, or TODAY."""
        mine = self.build == build
        rows = mine | ((self.build == TODAY) & ~np.isin(self.row, self.row[mine]))
        legs = graph.link >= 0
        arcs: Array = legs & rows[graph.row]
        met = np.zeros(graph.size, dtype=bool)  # those that a closed link reaches can still be passed
        met[graph.same[graph.tail[arcs]]] = met[graph.same[graph.head[arcs]]] = True
        states: Array = met[graph.same]
        arcs &= ~self.closed[graph.row]
        arcs |= ~legs & states[graph.tail] & states[graph.head]
        crossing = graph.link == CROSSING
        arcs[crossing] &= self.crossings[build][self.border(graph)[crossing]]
        return arcs, states

    def replaced(self, graph: Graph, new: Array, gone: Array) -> Array:
        """Return for each of some arcs the one of others that is its link's in this direction, too, or -1."""
        ends = graph.tail, graph.head, self.row[graph.row]
        same = np.all([column[new][:, None] == column[gone] for column in ends], axis=0)
        same &= (graph.link[new] >= 0)[:, None] & (graph.link[gone] >= 0)
        old = np.full(len(new), -1)
        which, before = np.nonzero(same)
        old[which] = gone[before]
        return old

    def border(self, graph: Graph) -> Array:
        """Return the row of each crossing in `network.borders`, per arc of a graph of all layers; of other arcs 0."""
        rows: Array = np.where(graph.link == CROSSING, graph.inputs - len(self.build), 0)
        return rows


def only(graph: Graph, arcs: Array) -> Graph:
    """Return the graph of some arcs; all states stay, numbered as they are."""
    columns = {name: getattr(graph, name)[arcs] for name in ("tail", "head", "cost", "link")}
    return replace(graph, **columns)
