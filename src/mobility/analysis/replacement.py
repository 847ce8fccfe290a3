"""Replacement paths: what a pair's best route costs when one of its links is lost, for every link at once.

A route that avoids link i of the best route must step, by some arc (u, v), from the states that the
shortest-path tree reaches without link i to those it reaches through it. So it costs at least the least
from(u) + arc + to(v) over such arcs, and that is attained unless the tree route from v to the destination
uses link i itself. That is tested for each link (the certificate); where it fails, one search with the
link closed gives the answer. A two-way link needs no more care: a replacement never gains by the reverse
arc of what is lost.

A detour is rarely long. A route of at most some rank keeps to the states that lie on one (from + to is at
most that), so a large graph is searched near the route first, and farther away for what is not found there.

References
----------
Malik, K., Mittal, A. K., Gupta, S. K. (1989). The k most vital arcs in the shortest path problem.
Operations Research Letters 8(4), 223-227.
Nardelli, E., Proietti, G., Widmayer, P. (2001). A faster computation of the most vital edge of a shortest
path. Information Processing Letters 79(2), 81-85.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mobility.analysis.graph import Graph

    Array = np.ndarray[Any, Any]

_SMALL = 2_000  # states: a graph no larger is searched whole at once
_DETOURS = 16, 128  # how far a large one is searched first, in mean arcs of the route
_ALL = np.finfo(float).max
_FEW = 300  # states behind a sole link that are looked through to see that it is one


@dataclass(frozen=True, eq=False)
class Tree:
    """Least ranks from one place to every state (or, reversed, from every state to it), and the tree of them.

    Attributes
    ----------
    states
        The place's own.
    rank
        Per state; inf where it is not reached.
    up
        The state before each on its best route (reversed, after it); the number of states (a virtual root)
        at the place's own states and at those not reached.
    """

    states: Array
    rank: Array
    up: Array

    @classmethod
    def at(cls, graph: Graph, place: str, *, reverse: bool = False) -> Tree:
        """Build the tree of a place."""
        states, n = graph.states([place]), graph.size
        if not len(states):
            return cls(states, np.full(n, np.inf), np.full(n, n))
        _, starts, far, lengths = graph.into if reverse else graph.out
        matrix = csr_matrix((lengths, far, starts), shape=(n, n))
        rank, up, _ = dijkstra(matrix, indices=states, min_only=True, return_predecessors=True)
        return cls(states, rank, np.where(up < 0, n, up))


class Losses(NamedTuple):
    """What the loss of each link of a pair's best route does.

    Attributes
    ----------
    pair
        Origin and destination.
    before
        Milliseconds of the best route.
    links
        Its links, in order of travel: rows in `network.links`.
    after
        Milliseconds without each of them; inf where nothing replaces it.
    """

    pair: tuple[str, str]
    before: float
    links: Array
    after: Array


def losses(graph: Graph, pairs: list[tuple[str, str]]) -> Iterator[Losses]:
    """Iterate over the pairs that are connected, in order; quickest when those of an origin follow each other."""
    goals = {b: Tree.at(graph, b, reverse=True) for b in dict.fromkeys(b for _, b in pairs)}
    for a, group in groupby(pairs, key=itemgetter(0)):
        start = Tree.at(graph, a)
        for pair in group:
            goal = goals[pair[1]]
            least = start.rank[goal.states].min(initial=np.inf)
            if np.isfinite(least):
                arcs, ranks = replacements(graph, start, goal)
                legs = graph.link[arcs] >= 0
                yield Losses(pair, float(milliseconds(least)), graph.link[arcs][legs], milliseconds(ranks[legs]))


def replacements(graph: Graph, start: Tree, goal: Tree) -> tuple[list[int], Array]:
    """Return the arcs of a pair's best route, and the least rank without each of them.

    Parameters
    ----------
    graph
        The routable graph.
    start, goal
        Trees from the origin and (reversed) to the destination.

    Returns
    -------
    arcs
        In order of travel; none when the two are not connected.
    ranks
        One per arc; inf where nothing replaces it. For a transfer or crossing arc the rank without it.
    """
    least = start.rank[goal.states].min(initial=np.inf)
    path = graph.walk(start.states, goal.rank) if np.isfinite(least) else []
    if not path:
        return [], np.empty(0)
    farther = [] if graph.size <= _SMALL else [least * (1 + detour / len(path)) for detour in _DETOURS]
    for most in (*farther, _ALL):
        ranks = _near(graph, start, goal, path, most)
        if all(_is_sole(graph, start, goal, path[i]) for i in np.flatnonzero(np.isinf(ranks))):
            break
    return path, ranks


def _near(graph: Graph, start: Tree, goal: Tree, path: list[int], most: float) -> Array:
    """Return the least rank without each arc of a route, or inf where that is more than `most`."""
    inside = start.rank + goal.rank <= most
    near = np.flatnonzero(inside)
    number = np.empty(graph.size + 1, dtype=np.int64)  # of each state among the near ones
    number[near], number[-1] = np.arange(len(near)), len(near)
    order, starts, heads, lengths = graph.out
    count = starts[near + 1] - starts[near]
    arc = np.arange(count.sum()) + np.repeat(starts[near] - np.cumsum(count) + count, count)
    tail = np.repeat(np.arange(len(near)), count)
    tail, arc = tail[inside[heads[arc]]], arc[inside[heads[arc]]]
    head, length, arc = number[heads[arc]], lengths[arc], order[arc]

    on = number[[graph.tail[path[0]], *graph.head[path]]]
    left = _first_met(number[start.up[near]], on)  # where the best route to each state has left this route
    joined = _first_met(number[goal.up[near]], on)  # where the best route onward joins it
    here, targets = (number[tree.states[inside[tree.states]]] for tree in (start, goal))
    # A step replaces the arcs from where it leaves the route to where it is back; a target state is at the end.
    first = np.maximum(np.r_[left[tail], left[targets]], 0)
    last = np.r_[left[head], np.full(len(targets), len(path))]
    start_rank, goal_rank = start.rank[near], goal.rank[near]
    total = np.r_[start_rank[tail] + length + goal_rank[head], start_rank[targets]]
    step = np.flatnonzero((first < last) & (total <= most))
    step = step[~np.isin(np.r_[arc, np.full(len(targets), -1)][step], path)]
    best = _cheapest_cover(first[step], last[step], total[step], len(path))
    out = np.where(best < 0, np.inf, np.r_[total[step], np.inf][best])

    onward = np.r_[joined[head], np.full(len(targets), -1)][step]
    for i in np.flatnonzero(_uses(graph, goal, path, np.append(onward, -1)[best])):
        lost = np.where(arc == path[i], np.inf, length)
        matrix = csr_matrix((lost, head, np.searchsorted(tail, np.arange(len(near) + 1))), shape=(len(near),) * 2)
        out[i] = dijkstra(matrix, indices=here, min_only=True)[targets].min()
    return np.where(out <= most, out, np.inf)


def _uses(graph: Graph, goal: Tree, path: list[int], joined: Array) -> Array:
    """Tell of each arc of a route whether a best route onward that joins it there (-1: nowhere) may take the arc."""
    in_tree: Array = goal.up[graph.tail[path]] == graph.head[path]
    return in_tree & (joined >= 0) & (joined <= np.arange(len(path)))


def _first_met(up: Array, on: Array) -> Array:
    """Return the place on a route of the first of its states that each state's way up a tree meets, or -1."""
    jump = np.append(up, len(up))
    jump[on] = on
    while not np.array_equal(farther := jump[jump], jump):
        jump = farther
    place = np.full(len(jump), -1)
    place[on] = np.arange(len(on))
    found: Array = place[jump[:-1]]
    return found


def _cheapest_cover(first: Array, last: Array, cost: Array, size: int) -> Array:
    """Return for each slot the cheapest interval [first, last) that holds it, or -1."""
    order = np.argsort(cost, kind="stable")
    level = np.frexp(last - first)[1] - 1  # two halves of 2 ** level slots, which overlap, make the interval
    table = np.full((size.bit_length(), size), len(order))
    dear = order[::-1]  # of several at the same slot the cheapest is written last
    turn = np.repeat(np.arange(len(order))[::-1], 2)
    halves = np.stack([first[dear], last[dear] - 2 ** level[dear]], axis=1)
    table[np.repeat(level[dear], 2), halves.ravel()] = turn
    for high in range(len(table) - 1, 0, -1):
        half = 2 ** (high - 1)
        np.minimum(table[high - 1], table[high], out=table[high - 1])
        np.minimum(table[high - 1, half:], table[high, :-half], out=table[high - 1, half:])
    best: Array = np.append(order, -1)[table[0]]
    return best


def _is_sole(graph: Graph, start: Tree, goal: Tree, arc: int) -> bool:
    """Tell whether without an arc only few states can be reached from the origin, or can reach the destination."""
    for side, here, there in ((graph.out, start, goal), (graph.into, goal, start)):
        order, starts, far = (column.data for column in side[:3])
        queue = here.states.tolist()
        seen = set(queue)
        for state in queue:  # grows
            for k in range(starts[state], starts[state + 1]):
                if far[k] not in seen and order[k] != arc:
                    seen.add(far[k])
                    queue.append(far[k])
            if len(queue) > _FEW:
                break
        else:
            return seen.isdisjoint(there.states.tolist())
    return False
