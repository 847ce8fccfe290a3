"""Bypasses: what a pair's best route costs when one of its places is lost, for every place of one state at once.

As for links (`replacement`): a route that avoids state i of the best route must step from the states that the
shortest-path tree reaches before i to those it reaches beyond i. On the way it may pass the side streets of i, which
the tree reaches by i and by no later state of the route; a side street belongs to one i only, so that one search
finds for all i what they cost without it. The cheapest such route is a bypass unless the tree route onward from
where it lands joins the best route at or before i; where that is so, one search without i gives the answer.

References
----------
Nardelli, E., Proietti, G., Widmayer, P. (2003). Finding the most vital node of a shortest path. Theoretical
Computer Science 296(1), 167-177.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import milliseconds
from mobility.analysis.replacement import cheapest_cover, connected, is_sole, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.analysis.replacement import Part
    from mobility.vocabulary import Array


def place_losses(graph: Graph, pairs: PairList) -> Iterator[tuple[tuple[str, str], float, Array, Array]]:
    """Iterate over the pairs that are connected: what the loss of each place of one state on the way does.

    Yields
    ------
    Pair, milliseconds of its best route, rows in `network.places` in order of travel, and milliseconds without each of
    these (inf where nothing replaces it).
    """
    alone = np.bincount(graph.place)[graph.place] == 1
    for pair, start, goal in connected(graph, pairs):
        path = goal.walk(graph, start)
        slots = [i for i in np.flatnonzero(alone[graph.tail[path]]).tolist() if i > 0]  # not the origin
        states = graph.tail[path][slots]
        ranks = np.empty(0)
        for part in parts(graph, start, goal, path) if slots else ():
            ranks = _without_each(part, slots)
            gone = np.flatnonzero(np.isinf(ranks)).tolist()
            if part.whole or all(is_sole(part, arcs_at(graph, states[[i]]).tolist()) for i in gone):
                break
        before = float(milliseconds(start.rank[goal.states].min()))
        yield pair, before, graph.place[states], milliseconds(ranks)


def arcs_at(graph: Graph, states: Array) -> Array:
    """Return the arcs that leave or reach some states."""
    ways = [side.order[side.starts[s] : side.starts[s + 1]] for side in (graph.out, graph.into) for s in states]
    return np.unique(np.concatenate(ways))


def _without_each(part: Part, slots: list[int]) -> Array:
    """Return the least rank without each state that some arcs of a route leave, or inf where that is above `most`."""
    size, left = len(part.left), part.left
    aside = np.ones(size, dtype=bool)
    aside[part.on] = False
    tail, head, length = part.tail, part.head, part.length
    enter = np.flatnonzero((left[tail] < left[head]) & aside[head])
    within = np.flatnonzero((left[tail] == left[head]) & aside[tail] & aside[head])
    far = np.r_[head[within], head[enter]]
    rank = np.r_[length[within], part.start_rank[tail[enter]] + length[enter]]
    starts = np.append(np.searchsorted(tail[within], np.arange(size + 1)), len(far))  # all are entered from the last
    search = dijkstra(csr_matrix((rank, far, starts), shape=(size + 1, size + 1)), indices=size)
    around = np.where(aside, search[:size], np.inf)  # least ranks of side streets without what they belong to

    end, none = len(part.path), np.full(len(part.targets), -1)  # a target state is beyond all others
    leave, land = np.append(tail, part.targets), np.append(left[head], none + end + 1)
    onward = np.append(part.goal_rank[head] + length, none + 1)
    first = np.r_[left[leave] + 1, left[leave]]  # past all states between; from a side street, past its own
    last = np.r_[land, np.where(left[leave] < land, left[leave] + 1, 0)]
    total = np.r_[part.start_rank[leave] + onward, around[leave] + onward]
    joined = np.tile(np.append(part.joined[head], none), 2)
    step = np.flatnonzero((first < last) & (first >= 0) & (total <= part.most))
    best = cheapest_cover(first[step], last[step], total[step], end)[slots]
    out = np.where(best < 0, np.inf, np.append(total[step], np.inf)[best])
    back = np.append(joined[step], -1)[best]
    for i in np.flatnonzero((back >= 0) & (back <= slots)):
        out[i] = part.searched((tail == part.on[slots[i]]) | (head == part.on[slots[i]]))
    return out
