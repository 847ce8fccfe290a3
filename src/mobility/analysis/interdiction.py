"""Interdiction: the k closures that together hurt most (exact, or said to be not proven).

Closures that miss the best route of every pair harm nobody. So the worst set holds something of the best
routes: branch on each such thing, then on the routes that are best without it. Two bounds prune. Of r + 1
routes that share nothing closable one survives r closures, so a pair never needs longer than the longest
of them. And r closures harm no more than the r things do on whose loss most is at stake. Where all pairs
can be separated, the smallest cut (maximum flow) says with how few closures.

References
----------
Israeli, E., Wood, R. K. (2002). Shortest-path network interdiction. Networks 40(2), 97-111.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mobility.analysis.graph import MS_PER_H, milliseconds
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.replacement import SMALL, Tree
from mobility.errors import InputError
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.graph import Graph
    from mobility.model.network import Network

    Array = np.ndarray[Any, Any]
    Closed = frozenset[int]
    Spread = list[list["_Route"]]

_CUT_OFF = 1 << 80  # harm of one pair cut off, in milliseconds: more than all delays together
_TREES = 2_000  # searches remembered per graph,
_NUMBERS = 30_000_000  # and how many numbers of them at most
_DETOUR = 64  # how far around a route a large graph is searched first, in mean arcs of it
_NOTHING: Closed = frozenset()


def interdict(
    network: Network,
    k: int,
    *,
    by: str = "link",
    spare: Iterable[str] = (),
    origins: Iterable[str] | None = None,
    destinations: Iterable[str] | None = None,
    limit: int = 50_000,
) -> gpd.GeoDataFrame:
    """Return the worst 1, 2, ... k closures: those that cut most pairs off and, of these, delay the rest most.

    A pair cut off ranks above any delay. Of sets that do the same harm the one with fewest closures is
    returned, then the first in the alphabet; a row has fewer than its k closures where more do no more
    harm. The curve ends early where all pairs are cut off, or nothing is left to close. Pairs that are not
    connected to begin with do not count; without any other the result is empty.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    k
        How many closures at most.
    by
        What is closed: link (access links only with `include_access`) or place (never an end of a pair).
    spare
        Links or places (ids or names) that cannot be closed; all of a name are spared.
    origins, destinations
        As in `routes`.
    limit
        How many sets to try per row before the worst found is returned unproven.

    Returns
    -------
    GeoDataFrame
        One row per number of closures, EPSG:4326. Columns: k, links or places (ids, sorted, ";"-joined),
        delta_h (hours lost by the pairs that stay connected, summed), pairs_cut_off, optimal (proven: no
        k closures do more harm), separates (no pair stays connected), geometry (what is closed).

    Raises
    ------
    InputError
        When `k` is less than 1, or `by` is neither link nor place.
    UnknownNameError
        When a name in `spare` matches nothing.
    """
    if k < 1:
        raise InputError(f"the number of closures is {k}; it must be at least 1")
    if by not in {"link", "place"}:
        raise InputError(f"closures cannot be counted by {by!r}; there are link, place")
    net = network.profiled()
    pairs = pairs_of(net, origins, destinations)
    table = net.links if by == "link" else net.places
    ends = {place for pair in pairs for place in pair}
    spared = table.index.isin([hit.id for name in spare for hit in net.names.find(name, (by,))])
    graphs = list(graphs_of(net, pairs))
    alphabet = np.argsort(table.index.to_numpy(object), kind="stable")
    number = np.argsort(alphabet)  # of each row: things are known by their place in the alphabet
    if by == "link":
        spared |= ~net.counted
        stands_for = _in_series([graph for graph, _ in graphs], ends, number, spared)
    else:
        stands_for = np.where(spared | table.index.isin(ends), -1, number)
    fields = [(_Field.of(graph, by, number, stands_for), group) for graph, group in graphs]
    search = _Search([pair for where, group in fields for pair in where.connected(group)], limit)
    apart = not {a for a, _ in pairs} & {b for _, b in pairs}
    cut = _smallest_cut(*fields[0], k) if by == "link" and len(fields) == 1 and apart else None
    rows: list[dict[str, Any]] = []
    there_are = len(set().union(*(where.all() for where, _ in fields)))
    for count in range(1, min(k, there_are) + 1):
        if not search.pairs or (rows and rows[-1]["separates"]):
            break
        (less, _, worst), proven = search.worst(count) if cut is None or count < len(cut) else (search.key(cut), True)
        off, delay = divmod(-less, _CUT_OFF)
        done = {"delta_h": delay / MS_PER_H, "pairs_cut_off": off, "optimal": proven}
        closed = table.iloc[alphabet[list(worst)]]
        shape = shapely.GeometryCollection(closed.geometry.tolist())
        separates = off == len(search.pairs)
        rows.append({"k": count, f"{by}s": ";".join(closed.index), **done, "separates": separates, "geometry": shape})
    columns = ["k", f"{by}s", "delta_h", "pairs_cut_off", "optimal", "separates", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=CRS)


class _Route(NamedTuple):
    """Milliseconds of a route (inf: there is none), and what can be closed on it."""

    ms: float
    things: Closed


@dataclass(eq=False)
class _Field:
    """A graph, and of each arc (for places: each end of it) its own thing and what stands for that one."""

    graph: Graph
    own: Array
    stands: Array
    trees: dict[tuple[str, Closed], tuple[Array, Array]] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph, by: str, number: Array, stands_for: Array) -> _Field:
        """Find what each arc is; of things that fail alike only the one that stands for them can be closed."""
        rows = np.stack([graph.link] if by == "link" else [graph.place[graph.tail], graph.place[graph.head]])
        return cls(graph, *(np.append(column, [-1, -1])[rows] for column in (number, stands_for)))

    def all(self) -> Closed:
        """Return what can be closed."""
        return frozenset(np.unique(self.own[(self.own == self.stands) & (self.own >= 0)]).tolist())

    def things(self, arcs: list[int]) -> Closed:
        """Return what can be closed on some arcs."""
        return frozenset(self.stands[:, arcs].ravel().tolist()) - {-1}

    def arcs(self, closed: Closed) -> Array:
        """Return the arcs that closures take out."""
        return np.flatnonzero(np.isin(self.own, list(closed)).any(axis=0))

    def connected(self, pairs: list[tuple[str, str]]) -> list[_Pair]:
        """Return the pairs that have a route."""
        found = [_Pair(self, a, b) for a, b in pairs]
        return [pair for pair in found if np.isfinite(pair.route(_NOTHING).ms)]

    def around(self, origin: str, goal: str) -> tuple[_Field, float] | None:
        """Return the part of a large graph around a pair's best route, and up to which rank it holds all routes."""
        if self.graph.size <= SMALL:
            return None
        start, (_, remaining) = Tree.at(self.graph, origin), self.tree(goal, _NOTHING)
        least = remaining[start.states].min(initial=np.inf)
        path = self.graph.walk(start.states, remaining) if np.isfinite(least) else []
        most = least * (1 + _DETOUR / max(len(path), 1))
        near, arcs = self.graph.within(start.rank + remaining <= most)
        return _Field(near, self.own[:, arcs], self.stands[:, arcs]), most

    def tree(self, goal: str, closed: Closed) -> tuple[Array, Array]:
        """Return the arc lengths under some closures, and every state's least rank to a place."""
        if (goal, closed) not in self.trees:
            if len(self.trees) >= min(_TREES, 1 + _NUMBERS // len(self.graph.link)):
                self.trees.pop(next(iter(self.trees)))
            self.trees[goal, closed] = self.searched(goal, closed)
        return self.trees[goal, closed]

    def searched(self, goal: str, closed: Closed) -> tuple[Array, Array]:
        """Find what `tree` returns."""
        rank = self.graph.without(arcs=self.arcs(closed))
        return rank, self.graph.rank_to(self.graph.states([goal]), rank)


@dataclass(eq=False)
class _Pair:
    """A pair's best routes under closures, each searched once."""

    where: _Field
    origin: str
    goal: str
    known: dict[Closed, _Route] = field(default_factory=dict)

    @cached_property
    def near(self) -> tuple[_Field, float] | None:
        """The part of a large graph that is searched first."""
        return self.where.around(self.origin, self.goal)

    def route(self, closed: Closed) -> _Route:
        """Return the best route. Only those closures matter that hit it, one after another."""
        hit = _NOTHING
        while True:
            if hit not in self.known:
                self.known[hit] = self._search(hit)
            met = self.known[hit].things & closed
            if not met:
                return self.known[hit]
            hit |= met

    def apart(self, closed: Closed, spared: Closed, count: int) -> list[_Route]:
        """Return up to `count` routes that share nothing but what is spared, each the best that is left."""
        routes = [self.route(closed)]
        while len(routes) < count and np.isfinite(routes[-1].ms):
            closed |= routes[-1].things - spared
            routes.append(self._search(closed))
        return [route for route in routes if np.isfinite(route.ms)]

    def _search(self, closed: Closed) -> _Route:
        if self.near is not None:
            part, most = self.near
            found = self._best(part, *part.searched(self.goal, closed))
            if found[0] <= most:
                return _Route(milliseconds(found[0]), found[1])
        rank, things = self._best(self.where, *self.where.tree(self.goal, closed))
        return _Route(milliseconds(rank), things)

    def _best(self, where: _Field, rank: Array, remaining: Array) -> tuple[float, Closed]:
        """Return the rank of the best route, and what can be closed on it."""
        here = where.graph.states([self.origin])
        least = remaining[here].min(initial=np.inf)
        return least, where.things(where.graph.walk(here, remaining, rank) if np.isfinite(least) else [])


class _Search:
    """Branch and bound over sets of closures.

    `best` is the worst set found: what it does (less than 0), the number of closures, and these, sorted.
    """

    def __init__(self, pairs: list[_Pair], limit: int) -> None:
        self.pairs, self.limit, self.tried = pairs, limit, 0
        self.before = [pair.route(_NOTHING) for pair in pairs]
        self.best: tuple[int, int, tuple[int, ...]] = (0, 0, ())

    def key(self, closed: Iterable[int], routes: list[_Route] | None = None) -> tuple[int, int, tuple[int, ...]]:
        """Return what orders sets, the worst first."""
        things = tuple(sorted(closed))
        routes = [pair.route(frozenset(things)) for pair in self.pairs] if routes is None else routes
        return -sum(map(_harm, routes, (was.ms for was in self.before))), len(things), things

    def worst(self, count: int) -> tuple[tuple[int, int, tuple[int, ...]], bool]:
        """Return the worst set of up to `count` closures, and whether that is proven; ask for 1, 2, ... in turn."""
        self.tried = 0
        start = frozenset(self.best[2])  # the worst of one fewer, and any other one: a good set to begin with
        apart = [pair.apart(_NOTHING, _NOTHING, count + 1) for pair in self.pairs]
        left = [[r for r in routes if not r.things & start] for routes in apart]
        self._branch(start, _NOTHING, 1, [pair.route(start) for pair in self.pairs], left)
        self._branch(_NOTHING, _NOTHING, count, self.before, apart)
        return self.best, self.tried < self.limit

    def _branch(self, closed: Closed, spared: Closed, left: int, routes: list[_Route], apart: Spread) -> None:
        """Try `closed`, and with it up to `left` other things, none of them spared.

        Known are the pairs' best routes under `closed`, and for each some that share nothing but what is spared.
        """
        self.tried += 1
        self.best = min(self.best, self.key(closed, routes))
        choices = self._choices(closed, spared, left, routes, apart) if left else []
        if sum(thing in route.things for thing, _ in choices for route in routes) > left * len(routes):
            apart = [pair.apart(closed, spared, left + 1) for pair in self.pairs]  # fewer choices for some searches
            choices = self._choices(closed, spared, left, routes, apart)
        for thing, reach in choices:
            if reach < -self.best[0] or self.tried >= self.limit:
                return
            more = closed | {thing}
            after = [p.route(more) if thing in r.things else r for p, r in zip(self.pairs, routes, strict=True)]
            rest = [[route for route in spread if thing not in route.things] for spread in apart]
            self._branch(more, spared, left - 1, after, rest)
            spared |= {thing}

    def _choices(
        self, closed: Closed, spared: Closed, left: int, routes: list[_Route], apart: Spread
    ) -> list[tuple[int, int]]:
        """Return what to close next, each with the most harm that it can do together with what comes after it."""
        harm = -self.key(closed, routes)[0]
        together, at_stake = harm, Counter[int]()
        for route, spread in zip(routes, apart, strict=True):
            if things := route.things - spared:
                loss = _harm(spread[left] if len(spread) > left else _Route(np.inf, _NOTHING), route.ms)
                together += loss
                at_stake.update(dict.fromkeys(things, loss))
        order = sorted(at_stake, key=lambda thing: (-at_stake[thing], thing))
        reach = [min(together, harm + sum(at_stake[t] for t in order[i : i + left])) for i in range(len(order))]
        floor = max(-self.best[0], harm + 1)  # a set that does no more harm than part of it is never the answer
        return [(thing, most) for thing, most in zip(order, reach, strict=True) if most >= floor]


def _harm(now: _Route, before: float) -> int:
    return int(now.ms - before) if np.isfinite(now.ms) else _CUT_OFF


def _in_series(graphs: list[Graph], ends: set[str], number: Array, spared: Array) -> Array:
    """Return for each link the least number of those not spared that no route takes one without; -1 if there is none.

    Where two links meet and nothing else does, nor any pair ends, a route takes both or neither.
    """
    labels = []
    for graph in graphs:
        n = len(graph.network.links)
        change = np.minimum(graph.tail, graph.head) * graph.size + np.maximum(graph.tail, graph.head)
        edge = np.where(graph.link >= 0, graph.link, n + np.unique(change, return_inverse=True)[1])
        real = graph.tail != graph.head
        states = np.concatenate([graph.tail[real], graph.head[real]])
        met = np.unique(np.stack([states, np.tile(edge[real], 2)], axis=1), axis=0)
        inner = np.bincount(met[:, 0], minlength=graph.size) == 2  # noqa: PLR2004
        inner[graph.states(ends)] = False
        two = met[inner[met[:, 0]], 1].reshape(-1, 2)
        joined = coo_matrix((np.ones(len(two)), tuple(two.T)), shape=(n + len(change),) * 2)
        label = connected_components(joined, directed=False)[1][:n]
        labels.append(np.where(np.isin(np.arange(n), graph.link), label, -1))
    if not graphs:
        return np.full(len(number), -1)
    same = np.unique(np.stack(labels), axis=1, return_inverse=True)[1].ravel()
    least = np.full(len(number), len(number))
    np.minimum.at(least, same[~spared], number[~spared])
    return np.where(least < len(number), least, -1)[same]


def _smallest_cut(where: _Field, pairs: list[tuple[str, str]], most: int) -> list[int] | None:
    """Return the smallest set of links that separates all pairs, first in the alphabet; None when above `most`."""
    from ortools.graph.python import max_flow

    graph, source = where.graph, where.graph.size
    solver = max_flow.SimpleMaxFlow()
    limit = np.where(where.stands[0] >= 0, 1, most + 1)
    arcs = solver.add_arcs_with_capacity(graph.tail, graph.head, limit)
    for state in graph.states({a for a, _ in pairs}).tolist():
        solver.add_arc_with_capacity(source, state, most + 1)
    for state in graph.states({b for _, b in pairs}).tolist():
        solver.add_arc_with_capacity(state, source + 1, most + 1)

    def flow() -> int:
        status = solver.solve(source, source + 1)
        assert status == solver.OPTIMAL, f"max flow: status {status}"  # noqa: S101
        return int(solver.optimal_flow())

    size = flow()
    cut: list[int] = []
    used = where.things(np.flatnonzero(solver.flows(arcs)).tolist())
    for thing in sorted(used) if size <= most else ():  # one of a smallest cut carries flow, and takes 1 along
        own = arcs[where.arcs(frozenset([thing]))]
        solver.set_arcs_capacity(own, np.zeros(len(own), dtype=np.int64))
        if flow() == size - len(cut) - 1:
            cut.append(thing)
        else:
            solver.set_arcs_capacity(own, np.ones(len(own), dtype=np.int64))
    return cut if size <= most else None
