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

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.vocabulary import Array


SMALL = 5_000  # states: a graph no larger is searched whole at once
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
    steps
        Of walks along a reversed tree (see `Graph.walk`).
    """

    states: Array
    rank: Array
    up: Array
    steps: dict[int, tuple[list[int], int]] = field(default_factory=dict)

    def walk(self, graph: Graph, start: Tree) -> list[int]:
        """Return the arcs of the best route along a reversed tree from the place of another; none: not connected."""
        if not np.isfinite(start.rank[self.states]).any():
            return []
        return graph.walk(start.states, self.rank, known=self.steps)

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


def losses(graph: Graph, pairs: PairList) -> Iterator[Losses]:
    """Iterate over the pairs that are connected, in order; quickest when those of an origin follow each other."""
    for pair, start, goal in connected(graph, pairs):
        arcs, ranks = replacements(graph, start, goal)
        legs = graph.link[arcs] >= 0
        before = float(milliseconds(start.rank[goal.states].min()))
        yield Losses(pair, before, graph.link[arcs][legs], milliseconds(ranks[legs]))


def connected(graph: Graph, pairs: PairList) -> Iterator[tuple[tuple[str, str], Tree, Tree]]:
    """Iterate over the pairs that are connected, with the trees from the origin and (reversed) to the destination."""
    goals = {b: Tree.at(graph, b, reverse=True) for b in dict.fromkeys(b for _, b in pairs)}
    for a, group in groupby(pairs, key=itemgetter(0)):
        start = Tree.at(graph, a)
        for pair in group:
            goal = goals[pair[1]]
            if np.isfinite(start.rank[goal.states]).any():
                yield pair, start, goal


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
    path = goal.walk(graph, start)
    if not path:
        return [], np.empty(0)
    for part in parts(graph, start, goal, path):
        ranks = _without_each(part)
        if part.whole or all(is_sole(part, [path[i]]) for i in np.flatnonzero(np.isinf(ranks))):
            break
    return path, ranks


def parts(graph: Graph, start: Tree, goal: Tree, path: list[int]) -> Iterator[Part]:
    """Iterate over ever larger parts of a graph around a route; the last is all of it."""
    least = start.rank[goal.states].min()
    farther = [] if graph.size <= SMALL else [least * (1 + detour / len(path)) for detour in _DETOURS]
    for most in (*farther, _ALL):
        yield Part.of(graph, start, goal, path, most)


@dataclass(frozen=True, eq=False)
class Part:
    """The states and arcs of a graph on routes of at most some rank, numbered anew.

    Attributes
    ----------
    most
        That rank.
    tail, head, length, arc
        Per arc; `arc` is its number in the graph.
    on
        The states of the best route.
    left, joined
        Per state: where on this route the best route to it has left it, and where the best route onward joins
        it (-1: nowhere).
    here, targets
        States of the origin and of the destination.
    start_rank, goal_rank
        Per state, as in the trees.
    """

    graph: Graph
    start: Tree
    goal: Tree
    path: list[int]
    most: float
    tail: Array
    head: Array
    length: Array
    arc: Array
    on: Array
    left: Array
    joined: Array
    here: Array
    targets: Array
    start_rank: Array
    goal_rank: Array

    @classmethod
    def of(cls, graph: Graph, start: Tree, goal: Tree, path: list[int], most: float) -> Part:
        """Cut the part out; the whole of a graph is taken as it is."""
        order, starts, heads, lengths = graph.out
        route = np.append(graph.tail[path[0]], graph.head[path])
        if most == _ALL:
            on, ends = route, [start.states, goal.states]
            arcs = graph.out_tail, heads, lengths, order
            ups, ranks = [start.up, goal.up], [start.rank, goal.rank]
        else:
            inside = start.rank + goal.rank <= most
            near = np.flatnonzero(inside)
            number = np.empty(graph.size + 1, dtype=np.int64)  # of each state among the near ones
            number[near], number[-1] = np.arange(len(near)), len(near)
            count = starts[near + 1] - starts[near]
            arc = np.arange(count.sum()) + np.repeat(starts[near] - np.cumsum(count) + count, count)
            arc = arc[inside[heads[arc]]]
            on, ends = number[route], [number[tree.states[inside[tree.states]]] for tree in (start, goal)]
            arcs = number[graph.out_tail[arc]], number[heads[arc]], lengths[arc], order[arc]
            ups, ranks = ([of[near] for of in both] for both in ((start.up, goal.up), (start.rank, goal.rank)))
            ups = [number[up] for up in ups]
        left, joined = _first_met(ups, on)
        return cls(graph, start, goal, path, most, *arcs, on, left, joined, *ends, *ranks)

    @property
    def whole(self) -> bool:
        """Whether it is all of the graph."""
        return bool(self.most == _ALL)

    def searched(self, lost: Array) -> float:
        """Return the least rank without some arcs (true where lost), by a search; inf when it is above `most`."""
        size = len(self.left)
        length = np.where(lost, np.inf, self.length)
        matrix = csr_matrix((length, self.head, np.searchsorted(self.tail, np.arange(size + 1))), shape=(size, size))
        rank = float(dijkstra(matrix, indices=self.here, min_only=True)[self.targets].min())
        return rank if rank <= self.most else np.inf


def _without_each(part: Part) -> Array:
    """Return the least rank without each arc of a route, or inf where that is more than `most`."""
    path, left = part.path, np.maximum(part.left, 0)
    # A step replaces the arcs from where it leaves the route to where it is back; a target state is at the end.
    step = np.flatnonzero(left[part.tail] < left[part.head])
    own = np.zeros(len(part.graph.link), dtype=bool)
    own[path] = True
    total = part.start_rank[part.tail[step]] + part.length[step] + part.goal_rank[part.head[step]]
    good = (total <= part.most) & ~own[part.arc[step]]
    step, total = step[good], total[good]
    tail, head = part.tail[step], part.head[step]
    ends = part.targets[left[part.targets] < len(path)]
    none = np.full(len(ends), -1)
    first = np.concatenate((left[tail], left[ends]))
    last = np.concatenate((left[head], none + 1 + len(path)))
    total = np.concatenate((total, part.start_rank[ends], [np.inf]))
    onward = np.concatenate((part.joined[head], none, [-1]))
    best = cheapest_cover(first, last, total[:-1], len(path))
    out: Array = total[best]
    for i in np.flatnonzero(_uses(part.graph, part.goal, path, onward[best])):
        out[i] = part.searched(part.arc == path[i])
    return out


def _uses(graph: Graph, goal: Tree, path: list[int], joined: Array) -> Array:
    """Tell of each arc of a route whether a best route onward that joins it there (-1: nowhere) may take the arc."""
    in_tree: Array = goal.up[graph.tail[path]] == graph.head[path]
    return in_tree & (joined >= 0) & (joined <= np.arange(len(path)))


def _first_met(ups: Sequence[Array], on: Array) -> Iterator[Array]:
    """Iterate over trees, given by what is above each state: the place on a route that its way up first meets, or -1.

    A route is given by its states.
    """
    size = len(ups[0])
    place = np.full(size + 1, -1)
    place[on] = np.arange(len(on))
    for up in ups:
        jump = np.append(up, size)
        jump[on] = on
        while not ((farther := jump[jump]) == jump).all():
            jump = farther
        yield place[jump[:-1]]


def cheapest_cover(first: Array, last: Array, cost: Array, size: int) -> Array:
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


def is_sole(part: Part, lost: list[int]) -> bool:
    """Tell whether without some arcs only few states can be reached from the origin, or can reach the destination."""
    graph = part.graph
    for side, here, there in ((graph.out, part.start, part.goal), (graph.into, part.goal, part.start)):
        order, starts, far = (column.data for column in side[:3])
        queue = here.states.tolist()
        seen = set(queue)
        for state in queue:  # grows
            for k in range(starts[state], starts[state + 1]):
                if far[k] not in seen and order[k] not in lost:
                    seen.add(far[k])
                    queue.append(far[k])
            if len(queue) > _FEW:
                break
        else:
            return seen.isdisjoint(there.states.tolist())
    return False
