"""The arrivals of all pairs again and again, with other hours on the way and other march days."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.march import Arrivals, arrivals, on_road
from mobility.analysis.pairs import graphs_of
from mobility.analysis.routing import walks
from mobility.doubt.clock import counts

if TYPE_CHECKING:
    from mobility.analysis.pairs import PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array


class Marches:
    """Tells when pairs arrive by their candidate routes (`march`) when inputs take other hours.

    The routes are those that are candidates by the network's own hours; the earliest counts.

    Parameters
    ----------
    network
        With a profile applied.
    pairs
        Origins and destinations.
    """

    def __init__(self, network: Network, pairs: PairList) -> None:
        self.size = len(pairs)
        slot = {pair: i for i, pair in enumerate(pairs)}
        # Inputs of each run of arcs that are all driven, or all not; and of each route its pair and its runs, in turn.
        runs: list[list[int]] = []
        owner: list[int] = []
        own: list[list[int]] = []
        for graph, group in graphs_of(network, pairs):
            march, driven = Arrivals(graph), on_road(graph)
            for pair, here, fastest in walks(graph, group):
                for path in march.candidates(fastest, here, [pair[1]]):
                    steps = [(key, [*part]) for key, part in groupby(path, key=lambda arc: bool(driven[arc]))]
                    nothing = [-1] * bool(steps and not steps[0][0])  # driven before the first run
                    owner.append(slot[pair])
                    own.append([*nothing, *range(len(runs), len(runs) + len(steps))])
                    runs += [graph.inputs[part].tolist() for _, part in steps]
        self._runs, self._owner = counts(runs, network), np.array(owner, dtype=int)
        self._own = np.full((len(own), 2 * ((max(map(len, own), default=0) + 1) // 2)), -1)
        for row, parts in zip(self._own, own, strict=True):
            row[: len(parts)] = parts

    def ms(self, hours: Array, day_h: float) -> Array:
        """Return the milliseconds to arrival of each pair (inf: no way), given the hours of each input and of a day."""
        found = np.full(self.size, np.inf)
        took = np.append(self._runs @ np.rint(hours * MS_PER_H), 0.0)[self._own]
        there = np.isfinite(took).all(axis=1)
        np.minimum.at(found, self._owner[there], arrivals(took[there], round(day_h * MS_PER_H)))
        return found
