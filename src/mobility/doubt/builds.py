"""The hours of all pairs with each of many builds, again and again with other hours on the way.

All builds lie in one graph (`Layers`). A draw is searched once without any of them; a build is then searched only for
the pairs that it may serve better: a way by its arcs takes at least the least way to one of them and the least way on
from one (of a build with one link that is exact, and no search is needed). In a draw in which a build makes a link
worse all pairs are searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.basis import Searched
from mobility.analysis.graph import MS_PER_H, WEIGHTS, milliseconds
from mobility.analysis.layers import TODAY, Layers
from mobility.analysis.pairs import slotted_graphs
from mobility.doubt.draws import Draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobility.analysis.pairs import PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array


class Builds:
    """Tells the milliseconds of pairs today and with each of some builds, in draws.

    Parameters
    ----------
    network
        With a profile applied.
    pairs
        Origins and destinations.
    keys
        What `Network.build` takes, each alone.
    seed
        As in `Draws`.
    """

    def __init__(self, network: Network, pairs: PairList, keys: Sequence[str], seed: int) -> None:
        layers = Layers.of(network, [[key] for key in keys])
        rows = layers.row, len(network.links)
        self.draws = [Draws.of(layers.network, seed, common=common, rows=rows) for common in (False, True)]
        self.size, self.number = len(pairs), len(keys)
        self.parts = [
            (slots, _Part(Searched(layers, graph, group), self.number))
            for slots, graph, group in slotted_graphs(layers.network, pairs)
        ]

    def ms(self, number: int, kind: int) -> tuple[Array, Array]:
        """Return the milliseconds of each pair today in a draw, and with each build, builds x pairs (inf: no way)."""
        today, built = np.full(self.size, np.inf), np.full((self.number, self.size), np.inf)
        cost = np.rint(self.draws[kind].hours_in(number) * MS_PER_H)
        for slots, part in self.parts:
            today[slots], built[:, slots] = part.ms(np.append(cost, 0.0)[part.inputs])
        return today, built


class _Change(NamedTuple):
    """What a build changes of the arcs.

    Attributes
    ----------
    new, gone
        Arcs that are there with it alone, and without it alone.
    old
        For each new arc the one among those gone that was its link's in this direction, or -1.
    one
        Whether all the new are of one link, so that a way takes one of them once.
    """

    new: Array
    gone: Array
    old: Array
    one: bool


class _Part:
    """Pairs that see the same graph."""

    def __init__(self, searched: Searched, number: int) -> None:
        graph, layers = searched.graph, searched.layers
        self.searched, self.inputs = searched, graph.inputs
        self.beside = graph.rank - graph.cost * WEIGHTS["ms"]  # transfers and legs, which are the same in every draw
        self.today, _ = layers.there(graph, TODAY)
        self.changes = []
        for build in range(number):
            there, _ = layers.there(graph, build)
            new, gone = np.flatnonzero(there & ~self.today), np.flatnonzero(self.today & ~there)
            one = len(np.unique(layers.row[graph.row[new]])) == 1 and bool((graph.link[new] >= 0).all())
            self.changes.append(_Change(new, gone, layers.replaced(graph, new, gone), one))

    def ms(self, cost: Array) -> tuple[Array, Array]:
        """Return the milliseconds of each pair today, and with each build, given those of each arc."""
        length, searched = cost * WEIGHTS["ms"] + self.beside, self.searched
        now = np.where(self.today, length, np.inf)
        here, there = (side.search(now, np.arange(len(side.nodes))) for side in searched.sides)
        today = searched.least(there)
        built = np.tile(today, (len(self.changes), 1))
        for found, change in zip(built, self.changes, strict=True):
            changed = change.old >= 0
            worse = changed.sum() < len(change.gone) or (cost[change.new] > cost[change.old])[changed].any()
            via = np.full(len(today), -np.inf)
            if not worse:
                ahead = here[:, searched.graph.tail[change.new]] + length[change.new]
                behind = there[:, searched.graph.head[change.new]]
                via = milliseconds(_by_way(ahead, behind, searched.start, searched.goal, one=change.one))
            if change.one and not worse:
                np.minimum(found, via, out=found)
            elif (hit := via < today if not worse else via < 0).any():
                after = now.copy()
                after[change.gone] = np.inf
                after[change.new] = length[change.new]
                found[hit] = searched.asked(after, hit)
        return today, built


def _by_way(ahead: Array, behind: Array, start: Array, goal: Array, *, one: bool) -> Array:
    """Return per pair the least rank by way of some arcs; of several links less than that, if anything.

    Parameters
    ----------
    ahead : origins x arcs
        From each origin to the end of each arc.
    behind : destinations x arcs
        From there to each destination.
    start, goal
        Origin and destination of each pair (rows).
    """
    if not one:
        least: Array = ahead.min(axis=1, initial=np.inf)[start] + behind.min(axis=1, initial=np.inf)[goal]
        return least
    least = (ahead[:, None, :] + behind[None, :, :]).min(axis=2)
    return least[start, goal]
