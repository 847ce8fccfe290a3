"""Branch and bound over sets of closures: the engine of `interdiction`.

Closures that miss the best route of every pair harm nobody. So the worst set holds something of the best
routes: branch on each such thing, then on the routes that are best without it. Two bounds prune. Of r + 1
routes that share nothing closable one survives r closures, so a pair never needs longer than the longest
of them. And r closures harm no more than the r things do on whose loss most is at stake.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.graph import milliseconds
from mobility.analysis.replacement import SMALL, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.vocabulary import Array

    Closed = frozenset[int]
    Spread = list[list["Route"]]

CUT_OFF = 1 << 80  # harm of one pair cut off, in milliseconds: more than all delays together
_TREES = 2_000  # searches remembered per graph,
_NUMBERS = 30_000_000  # and how many numbers of them at most
_DETOUR = 64  # how far around a route a large graph is searched first, in mean arcs of it
_NEW = 16  # routes found that are looked through one by one
_NOTHING: Closed = frozenset()
_NONE = np.array([], dtype=int)


class TimeUpError(Exception):
    """The time that a search was given is over."""


class Route(NamedTuple):
    """Milliseconds of a route (inf: there is none), and what can be closed on it."""

    ms: float
    things: Closed


@dataclass(eq=False)
class Field:
    """A graph, and of each arc (for places: each end of it) its own thing and what stands for that one."""

    graph: Graph
    own: Array
    stands: Array
    trees: dict[tuple[str, Closed], tuple[Array, Array]] = field(default_factory=dict)
    ends: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph, rows: Array, number: Array, stands_for: Array) -> Field:
        """Find what each arc is; of things that fail alike only the one that stands for them can be closed."""
        own, stands = (np.append(column, [-1] * 3)[rows] for column in (number, stands_for))
        return cls(graph, own, stands)

    def all(self) -> Closed:
        """Return what can be closed."""
        return frozenset(np.unique(self.own[(self.own == self.stands) & (self.own >= 0)]).tolist())

    def things(self, arcs: list[int]) -> Closed:
        """Return what can be closed on some arcs."""
        return frozenset(self.stands[:, arcs].ravel().tolist()) - {-1}

    def arcs(self, closed: Closed) -> Array:
        """Return the arcs that closures take out."""
        return np.concatenate([_NONE, *(self._arcs[thing] for thing in closed)])

    @cached_property
    def _arcs(self) -> dict[int, Array]:
        """What each closure takes out: looked up far more often than made."""
        side, arcs = np.nonzero(self.own >= 0)
        own = self.own[side, arcs]
        order = np.argsort(own, kind="stable")
        things, first = np.unique(own[order], return_index=True)
        return defaultdict(lambda: _NONE, zip(things.tolist(), np.split(arcs[order], first[1:]), strict=True))

    def states(self, place: str) -> Array:
        """Return the states of a place."""
        if place not in self.ends:
            self.ends[place] = self.graph.states([place])
        return self.ends[place]

    def connected(self, pairs: PairList) -> list[Pair]:
        """Return the pairs that have a route."""
        found = [Pair(self, a, b) for a, b in pairs]
        return [pair for pair in found if np.isfinite(pair.route(_NOTHING).ms)]

    def around(self, origin: str, goal: str) -> tuple[Field, float] | None:
        """Return the part of a large graph around a pair's best route, and up to which rank it holds all routes."""
        if self.graph.size <= SMALL:
            return None
        start, (_, remaining) = Tree.at(self.graph, origin), self.tree(goal, _NOTHING)
        least = remaining[start.states].min(initial=np.inf)
        path = self.graph.walk(start.states, remaining) if np.isfinite(least) else []
        most = least * (1 + _DETOUR / max(len(path), 1))
        near, arcs = self.graph.within(start.rank + remaining <= most)
        return Field(near, self.own[:, arcs], self.stands[:, arcs]), most

    def tree(self, goal: str, closed: Closed) -> tuple[Array, Array]:
        """Return the arc lengths under some closures, and every state's least rank to a place."""
        if (goal, closed) not in self.trees:
            if len(self.trees) >= min(_TREES, 1 + _NUMBERS // max(len(self.graph.link), 1)):
                self.trees.pop(next(iter(self.trees)))
            self.trees[goal, closed] = self.searched(goal, closed)
        return self.trees[goal, closed]

    def searched(self, goal: str, closed: Closed) -> tuple[Array, Array]:
        """Find what `tree` returns."""
        rank = self.graph.rank.copy()
        rank[self.arcs(closed)] = np.inf
        return rank, self.graph.rank_to(self.states(goal), rank)


class Block(NamedTuple):
    """Some routes, the shortest first, and of each thing, as bits of a number, which of them hold it."""

    routes: list[Route]
    holding: dict[int, int]

    @classmethod
    def of(cls, routes: Iterable[Route]) -> Block:
        """Put routes in order."""
        ordered = sorted(routes, key=itemgetter(0))
        rows = defaultdict[int, list[int]](list)
        for row, route in enumerate(ordered):
            for thing in route.things:
                rows[thing].append(row)
        return cls(ordered, {thing: _bits(at, len(ordered)) for thing, at in rows.items()})

    def at_most(self, closed: Closed) -> float:
        """Return milliseconds of the shortest route that closures miss."""
        hit = 0
        for thing in closed:
            hit |= self.holding.get(thing, 0)
        first = (~hit & (hit + 1)).bit_length() - 1  # the lowest bit that is not set
        return self.routes[first].ms if first < len(self.routes) else np.inf


class Found:
    """A pair's routes found so far, to tell at once what closures cost at most: the shortest that they miss."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []  # each larger than the next: a route is seldom put in order again
        self.new: list[Route] = []

    def add(self, route: Route) -> None:
        """Add a route."""
        self.new.append(route)
        if len(self.new) == _NEW:
            routes, self.new = {*self.new}, []
            while self.blocks and len(self.blocks[-1].routes) <= len(routes):
                routes.update(self.blocks.pop().routes)
            self.blocks.append(Block.of(routes))

    def at_most(self, closed: Closed) -> float:
        """Return milliseconds that the best route under closures does not exceed."""
        missed = (route.ms for route in self.new if closed.isdisjoint(route.things))
        return min([*missed, *(block.at_most(closed) for block in self.blocks)], default=np.inf)


def _bits(rows: list[int], size: int) -> int:
    """Return a number whose bits of these numbers are set."""
    chosen = np.zeros(size, dtype=bool)
    chosen[rows] = True
    return int.from_bytes(np.packbits(chosen, bitorder="little").tobytes(), "little")


@dataclass(eq=False)
class Pair:
    """A pair's best routes under closures, each searched once."""

    where: Field
    origin: str
    goal: str
    known: dict[Closed, Route] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    until: float = np.inf  # when to stop, by the monotonic clock

    @cached_property
    def near(self) -> tuple[Field, float] | None:
        """The part of a large graph that is searched first."""
        return self.where.around(self.origin, self.goal)

    def route(self, closed: Closed) -> Route:
        """Return the best route. Only those closures matter that hit it, one after another."""
        hit = _NOTHING
        while True:
            if hit not in self.known:
                self.known[hit] = self._search(hit)
            met = self.known[hit].things & closed
            if not met:
                return self.known[hit]
            hit |= met

    def apart(self, closed: Closed, spared: Closed, count: int) -> list[Route]:
        """Return up to `count` routes that share nothing but what is spared, each the best that is left."""
        routes = [self.route(closed)]
        while len(routes) < count and np.isfinite(routes[-1].ms):
            closed |= routes[-1].things - spared
            routes.append(self._search(closed))
        return [route for route in routes if np.isfinite(route.ms)]

    def _search(self, closed: Closed) -> Route:
        """Search for the best route."""
        route = self._searched(closed)
        self.found.add(route)
        return route

    def _searched(self, closed: Closed) -> Route:
        if time.monotonic() >= self.until:
            raise TimeUpError
        if self.near is not None:
            part, most = self.near
            found = self._best(part, *part.searched(self.goal, closed))
            if found[0] <= most:
                return Route(milliseconds(found[0]), found[1])
        rank, things = self._best(self.where, *self.where.tree(self.goal, closed))
        return Route(milliseconds(rank), things)

    def _best(self, where: Field, rank: Array, remaining: Array) -> tuple[float, Closed]:
        """Return the rank of the best route, and what can be closed on it."""
        here = where.states(self.origin)
        least = remaining[here].min(initial=np.inf)
        return least, where.things(where.graph.walk(here, remaining, rank) if np.isfinite(least) else [])


class Search:
    """Branch and bound over sets of closures.

    `best` is the worst set found: what it does (less than 0), the number of closures, and these, sorted. `late` says
    whether the time is up.
    """

    def __init__(self, pairs: list[Pair], limit: float, until: float) -> None:
        self.pairs, self.limit, self.tried, self.late = pairs, limit, 0, False
        self.reach = self.most = len(pairs) * CUT_OFF  # what sets not tried yet can do at most
        self.before = [pair.route(_NOTHING) for pair in pairs]
        self.best: tuple[int, int, tuple[int, ...]] = (0, 0, ())
        for pair in pairs:
            pair.until = until

    def key(self, closed: Iterable[int], routes: list[Route] | None = None) -> tuple[int, int, tuple[int, ...]]:
        """Return what orders sets, the worst first."""
        things = tuple(sorted(closed))
        routes = [pair.route(frozenset(things)) for pair in self.pairs] if routes is None else routes
        return -sum(map(_harm, routes, (was.ms for was in self.before))), len(things), things

    def worst(self, count: int) -> tuple[tuple[int, int, tuple[int, ...]], int]:
        """Return the worst set of up to `count` closures found, and the harm that none exceeds; ask for 1, 2, ..."""
        self.tried, self.reach = 0, self.most
        start = frozenset(self.best[2])  # the worst of one fewer, and any other one: a good set to begin with
        try:
            apart = [pair.apart(_NOTHING, _NOTHING, count + 1) for pair in self.pairs]
            left = [[r for r in routes if not r.things & start] for routes in apart]
            self._branch(start, _NOTHING, 1, [pair.route(start) for pair in self.pairs], left)
            self._branch(_NOTHING, _NOTHING, count, self.before, apart, first=True)
        except TimeUpError:
            self.late = True
        done = not self.late and self.tried < self.limit
        return self.best, -self.best[0] if done else max(self.reach, -self.best[0])

    def _branch(
        self, closed: Closed, spared: Closed, left: int, routes: list[Route], apart: Spread, *, first: bool = False
    ) -> None:
        """Try `closed`, and with it up to `left` other things, none of them spared.

        Known are the pairs' best routes under `closed`, and for each some that share nothing but what is spared. The
        `first` branch holds all sets: `reach` says what those not tried yet can do.
        """
        self.tried += 1
        self.best = min(self.best, self.key(closed, routes))
        choices = self._choices(closed, spared, left, routes, apart) if left else []
        if left > 1 and sum(thing in route.things for thing, _ in choices for route in routes) > left * len(routes):
            apart = [pair.apart(closed, spared, left + 1) for pair in self.pairs]  # fewer choices for some searches
            choices = self._choices(closed, spared, left, routes, apart)
        for thing, reach in choices:
            if reach < -self.best[0]:
                return
            self.reach = reach if first else self.reach
            if self.tried >= self.limit:
                return
            more = closed | {thing}
            if left == 1 and self._at_most(more, thing, routes) < -self.best[0]:
                self.tried += 1
                spared |= {thing}
                continue
            after = [p.route(more) if thing in r.things else r for p, r in zip(self.pairs, routes, strict=True)]
            rest = [[route for route in spread if thing not in route.things] for spread in apart]
            self._branch(more, spared, left - 1, after, rest)
            spared |= {thing}

    def _at_most(self, closed: Closed, thing: int, routes: list[Route]) -> int:
        """Return the harm that closures do not exceed, of which one is new to some routes."""
        ms = (p.found.at_most(closed) if thing in r.things else r.ms for p, r in zip(self.pairs, routes, strict=True))
        return sum(_harm(Route(most, _NOTHING), was.ms) for most, was in zip(ms, self.before, strict=True))

    def _choices(
        self, closed: Closed, spared: Closed, left: int, routes: list[Route], apart: Spread
    ) -> list[tuple[int, int]]:
        """Return what to close next, each with the most harm that it can do together with what comes after it."""
        harm = -self.key(closed, routes)[0]
        together, at_stake = harm, Counter[int]()
        for route, spread in zip(routes, apart, strict=True):
            if things := route.things - spared:
                loss = _harm(spread[left] if len(spread) > left else Route(np.inf, _NOTHING), route.ms)
                together += loss
                at_stake.update(dict.fromkeys(things, loss))
        order = sorted(at_stake, key=lambda thing: (-at_stake[thing], thing))
        reach = [min(together, harm + sum(at_stake[t] for t in order[i : i + left])) for i in range(len(order))]
        floor = max(-self.best[0], harm + 1)  # a set that does no more harm than part of it is never the answer
        return [(thing, most) for thing, most in zip(order, reach, strict=True) if most >= floor]


def _harm(now: Route, before: float) -> int:
    return int(now.ms - before) if np.isfinite(now.ms) else CUT_OFF
