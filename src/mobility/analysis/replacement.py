"""Replacement paths: what a pair's best route costs when one of its links is lost, for every link at once.

A route that avoids link i of the best route must step, by some arc (u, v), from the states that the
shortest-path tree reaches without link i to those it reaches through it. So it costs at least the least
from(u) + arc + to(v) over such arcs, and that is attained unless the tree route from v to the destination
uses link i itself. That is tested for each link (the certificate); where it fails, one search with the
link closed gives the answer. A two-way link needs no more care: a replacement never gains by the reverse
arc of what is lost.

References
----------
Malik, K., Mittal, A. K., Gupta, S. K. (1989). The k most vital arcs in the shortest path problem.
Operations Research Letters 8(4), 223-227.
Nardelli, E., Proietti, G., Widmayer, P. (2001). A faster computation of the most vital edge of a shortest
path. Information Processing Letters 79(2), 81-85.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import depth_first_order, dijkstra

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.analysis.graph import Graph

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Tree:
    """Least ranks from one place to every state (or, reversed, from every state to it), and the tree of them.

    Attributes
    ----------
    rank
        Per state; inf where it is not reached.
    arc
        The arc by which the tree reaches each state (or leaves it, reversed); -1 at the place's own
        states and at those not reached.
    up
        The state at the other end of that arc; the number of states (a virtual root) where it is -1.
    """

    rank: Array
    arc: Array
    up: Array

    @classmethod
    def at(cls, graph: Graph, place: str, *, reverse: bool = False) -> Tree:
        """Build the tree of a place: one search over the cheapest of parallel arcs."""
        a, b = (graph.head, graph.tail) if reverse else (graph.tail, graph.head)
        order = np.lexsort((graph.rank, b, a))
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(a[order]) != 0) | (np.diff(b[order]) != 0)
        best = order[new]
        matrix = csr_matrix((graph.rank[best], (a[best], b[best])), shape=(graph.size, graph.size))
        rank, up, _ = dijkstra(matrix, indices=graph.states([place]), min_only=True, return_predecessors=True)
        arc = np.full(graph.size, -1)
        used = best[up[b[best]] == a[best]]
        arc[b[used]] = used
        return cls(rank, arc, np.where(up < 0, graph.size, up))

    @cached_property
    def _preorder(self) -> tuple[Array, Array]:
        """Each state's position in a walk of the tree (last: the root's), and the depths along that walk."""
        n = len(self.rank)
        kids = np.flatnonzero(np.isfinite(self.rank))
        down = csr_matrix((np.ones(len(kids), np.int8), (self.up[kids], kids)), shape=(n + 1, n + 1))
        walk = depth_first_order(down, n, return_predecessors=False)
        position = np.full(n + 1, len(walk))
        position[walk] = np.arange(len(walk))
        jump = np.zeros(len(walk), dtype=np.int64)
        jump[1:] = position[self.up[walk[1:]]]
        depth = np.ones(len(walk), dtype=np.int64)
        depth[0] = 0
        while jump.any():  # pointer doubling
            depth += depth[jump]
            jump = jump[jump]
        return position, depth

    @cached_property
    def _end(self) -> Array:
        """Position just past each walk entry's subtree."""
        _, depth = self._preorder
        end = np.full(len(depth), len(depth))
        last: list[int] = []  # entries whose subtree is still open, by depth
        for place, d in enumerate(depth.tolist()):
            for entry in last[d:]:
                end[entry] = place
            del last[d:]
            last.append(place)
        return end

    def meeting_depth(self, state: int) -> Array:
        """Return, per state, at which depth its tree route parts from that of `state`; far down if not reached."""
        position, depth = self._preorder
        p = position[state]
        after = np.minimum.accumulate(depth[p + 1 :]) - 1
        before = np.minimum.accumulate(depth[p:0:-1])[::-1] - 1
        meet = np.concatenate([before, depth[p : p + 1], after, [len(depth)]])
        found: Array = meet[position[:-1]]
        return found

    def below(self, state: int, other: Array | int) -> Any:  # noqa: ANN401 - bool or array of bool
        """Return whether `other` lies in the subtree of `state` (elementwise)."""
        position, depth = self._preorder
        p, q = position[state], position[other]
        return p < len(depth) and (p <= q) & (q < self._end[p])


def replacements(
    graph: Graph, start: Tree, goal: Tree, targets: Array, rerun: Callable[[int], float]
) -> tuple[list[int], Array]:
    """Return the arcs of a pair's best route, and the least rank without each of them.

    Parameters
    ----------
    graph
        The routable graph.
    start, goal
        Trees from the origin and (reversed) to the destination.
    targets
        States of the destination.
    rerun
        Called with an arc whose bound is not certified; returns the least rank with its link closed.

    Returns
    -------
    arcs
        In order of travel; none when the two are not connected.
    ranks
        One per arc; inf where nothing replaces it. For a transfer or crossing arc the rank without it.
    """
    last = int(targets[np.argmin(start.rank[targets])])
    if not np.isfinite(start.rank[last]):
        return [], np.empty(0)
    path: list[int] = []
    state = last
    while start.arc[state] >= 0:
        path.append(int(start.arc[state]))
        state = int(start.up[state])
    path.reverse()
    # Depth 0 is the root, 1 the first state of the route: losing arc i (0, 1, ...) cuts depth i + 1 from i + 2.
    depth = np.minimum(start.meeting_depth(last), len(path) + 1)
    tail = np.concatenate([graph.tail, targets])  # the last arcs lead from each target to its place
    side = np.concatenate([depth[graph.head], np.full(len(targets), len(path) + 1)])
    onward = np.concatenate([graph.rank + goal.rank[graph.head], np.zeros(len(targets))])
    step = np.flatnonzero((depth[tail] < side) & np.isfinite(start.rank[tail]) & np.isfinite(onward))
    step = step[~np.isin(step, path)]
    total = start.rank[tail[step]] + onward[step]
    best = _cheapest_cover(depth[tail[step]] - 1, side[step] - 1, total, len(path))
    out = np.full(len(path), np.inf)
    found = best >= 0
    out[found] = total[best[found]]
    for i in np.flatnonzero(found):
        via = int(step[best[i]])
        if via < len(graph.tail) and _uses(goal, path[i], graph, int(graph.head[via])):
            out[i] = rerun(path[i])
    return path, out


def _uses(goal: Tree, arc: int, graph: Graph, state: int) -> bool:
    """Tell whether the tree route from `state` to the destination takes `arc`."""
    return bool(goal.arc[graph.tail[arc]] == arc and goal.below(int(graph.tail[arc]), state))


def _cheapest_cover(low: Array, high: Array, cost: Array, size: int) -> Array:
    """Return for each slot the cheapest interval [low, high) that holds it, or -1."""
    best = np.full(size, -1)
    onward = list(range(size + 1))  # the next slot at or after this one that is still open
    left = size
    for k in np.argsort(cost, kind="stable").tolist():
        slot, stop = max(int(low[k]), 0), int(high[k])
        while left:
            while onward[slot] != slot:
                onward[slot] = onward[onward[slot]]
                slot = onward[slot]
            if slot >= stop:
                break
            best[slot] = k
            onward[slot] = slot + 1
            left -= 1
        if not left:
            break
    return best
