"""The hours of all pairs while any of some closures are lifted: one search of the network, and then small tables only.

With all closures in force the least ranks are known from every origin, and from where a closed arc ends, to every
destination, and to where one begins. An arc that opens again, from u to v, makes them min(d, d[., u] + w + d[v, .]):
exact, one arc after the other, as the closed form of a new link (`newlinks`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.graph import checked, milliseconds
from mobility.analysis.layers import TODAY

if TYPE_CHECKING:
    from mobility.analysis.basis import Basis, Searched
    from mobility.model.closures import Closure
    from mobility.vocabulary import Array

_TABLES = 2_048  # remembered per graph


class Restored:
    """The milliseconds of all pairs of a basis with some of the closures."""

    def __init__(self, basis: Basis, closures: list[Closure]) -> None:
        self._pairs, self._every = len(basis.pairs), (1 << len(closures)) - 1
        self._groups = [(slots, _Table(basis, searched, closures)) for slots, searched in basis.groups]

    def ms(self, left: int) -> Array:
        """Return the milliseconds of each pair (inf: no way) while the closures of some bits are in force."""
        found = np.full(self._pairs, np.inf)
        for slots, table in self._groups:
            found[slots] = table.ms(self._every & ~left)
        return found


class _Table:
    """Least ranks between the ends of pairs and of closed arcs, on one graph."""

    def __init__(self, basis: Basis, searched: Searched, closures: list[Closure]) -> None:
        open_, graph = searched.plain(TODAY).open, searched.graph
        bits: dict[int, int] = {}  # of each arc the closures that take it: it opens with the last of them
        for bit, closure in enumerate(closures):
            for arc in np.unique(basis.shut_by(searched, (closure,))).tolist():
                if open_[arc]:
                    bits[arc] = bits.get(arc, 0) | 1 << bit
        arcs = np.array(list(bits), dtype=int)
        length = np.where(open_, graph.rank, np.inf)
        length[arcs] = np.inf
        heads, head = np.unique(graph.head[arcs], return_inverse=True)
        tails, tail = np.unique(graph.tail[arcs], return_inverse=True)
        starts, goals = searched.states
        rank = searched.sides[0].search(length, np.arange(len(starts)), heads)
        to_goals = [rank[:, own].min(axis=1, initial=np.inf) for own in goals]
        self._closed = np.column_stack([*to_goals, rank[:, tails]])
        self._pairs = searched.start, searched.goal
        ends = zip(bits.values(), (len(goals) + tail).tolist(), (len(starts) + head).tolist(), strict=True)
        self._arcs = [(*end, float(cost)) for end, cost in zip(ends, graph.rank[arcs], strict=True)]
        self._known = lru_cache(_TABLES)(self._opened)

    def ms(self, lifted: int) -> Array:
        found: Array = milliseconds(checked(self._known(lifted)[self._pairs]))
        return found

    def _opened(self, lifted: int) -> Array:
        """Return the table with some closures lifted: from the one with the highest of them still in force."""
        if not lifted:
            return self._closed
        last = 1 << lifted.bit_length() - 1
        table = self._known(lifted & ~last)
        for bits, tail, head, cost in self._arcs:
            if bits & last and bits & lifted == bits:
                table = np.minimum(table, table[:, tail, None] + (cost + table[head]))
        return table
