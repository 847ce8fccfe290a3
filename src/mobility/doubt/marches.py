"""The arrivals of all pairs again and again, with other hours on the way and other march days."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.march import Arrivals, halted, on_road
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
        runs: list[list[int]] = []  # inputs of each run of arcs that are all driven, or all not
        self._routes: list[tuple[int, slice, list[bool]]] = []  # pair, its runs, and which are driven
        for graph, group in graphs_of(network, pairs):
            march, driven = Arrivals(graph), on_road(graph)
            for pair, here, fastest in walks(graph, group):
                for path in march.candidates(fastest, here, [pair[1]]):
                    parts = [(key, [*part]) for key, part in groupby(path, key=lambda arc: bool(driven[arc]))]
                    rows = slice(len(runs), len(runs) + len(parts))
                    self._routes.append((slot[pair], rows, [key for key, _ in parts]))
                    runs += [graph.inputs[part].tolist() for _, part in parts]
        self._runs = counts(runs, network)

    def ms(self, hours: Array, day_h: float) -> Array:
        """Return the milliseconds to arrival of each pair (inf: no way), given the hours of each input and of a day."""
        found = np.full(self.size, np.inf)
        took = (self._runs @ np.rint(hours * MS_PER_H)).tolist()
        for pair, rows, driven in self._routes:
            found[pair] = min(found[pair], halted(took[rows], driven, round(day_h * MS_PER_H)).arrival)
        return found
