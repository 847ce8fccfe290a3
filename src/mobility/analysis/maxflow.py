"""Maximum flows in whole units, and the smallest cuts that they show (scipy's Dinic).

References
----------
Dinic, E. A. (1970). Algorithm for solution of a problem of maximum flow in a network with power estimation. Soviet
Mathematics Doklady 11, 1277-1280.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

if TYPE_CHECKING:
    from mobility.vocabulary import Array

# scipy counts in 32 bits, and what is left on an arc may be its room and that of the arc back: half of them.
UNLIMITED = 2**30 - 1
_MOST = 2**31 - 1


class FlowNetwork:
    """Arcs with room for whole units; parallel arcs add up, and `UNLIMITED` or more is no limit.

    Parameters
    ----------
    tail, head, room
        Per arc: the nodes at its ends and what it takes.
    size
        Number of nodes.
    """

    def __init__(self, tail: Array, head: Array, room: Array, size: int) -> None:
        self.room, self.size = np.asarray(room, dtype=np.int64), size
        keys, self._slot = np.unique(np.asarray(tail, dtype=np.int64) * size + head, return_inverse=True)
        self._ends = keys // size, keys % size
        self._starts = np.searchsorted(keys, size * np.arange(size + 1))

    def flow(self, source: int, sink: int) -> Flow:
        """Return the largest flow."""
        tail, head = self._ends
        room = np.minimum(np.bincount(self._slot, self.room, len(tail)), UNLIMITED).astype(np.int64)
        room[tail == head] = 0
        matrix = csr_matrix((room.astype(np.int32), head, self._starts), shape=(self.size, self.size))
        found = maximum_flow(matrix, source, sink)
        flow = Flow(int(found.flow_value), found.flow, matrix, source, sink)
        if min(room[tail == source].sum(), room[head == sink].sum()) <= _MOST:
            return flow
        near = flow.near()  # the sum, which scipy may not be able to count, is what the smallest cut lets through
        return flow._replace(value=int(room[near[tail] & ~near[head]].sum()))


class Flow(NamedTuple):
    """A largest flow.

    Attributes
    ----------
    value
        Units.
    units
        Matrix of those from node to node, net of those back.
    room
        Matrix of what there is room for.
    source, sink
        Nodes.
    """

    value: int
    units: csr_matrix
    room: csr_matrix
    source: int
    sink: int

    def on(self, tail: Array, head: Array) -> Array:
        """Return the units from node to node (of parallel arcs all together)."""
        return np.asarray(self.units[tail, head]).ravel()

    def near(self) -> Array:
        """Return the nodes on the source's side of the smallest cut nearest it (a bool each)."""
        return self._reached(self._left(), self.source)

    def far(self) -> Array:
        """Return the nodes on the sink's side of the smallest cut nearest it (a bool each)."""
        return self._reached(self._left().T.tocsr(), self.sink)

    def _left(self) -> csr_matrix:
        left = csr_matrix(self.room - self.units)
        left.eliminate_zeros()
        return left

    def _reached(self, left: csr_matrix, node: int) -> Array:
        found = np.zeros(left.shape[0], dtype=bool)
        found[breadth_first_order(left, node, return_predecessors=False)] = True
        return found
