"""Routes of many pairs, kept as they are found: they say at once what closures cost at most.

Of each pair the shortest known route that closures miss is an upper bound of what they cost it. A search under the
closures makes the bound exact, and adds the routes that it finds. Each pair has one way more, which nothing closes:
to be cut off, at a cost above all delays together. So one sum orders closures as `interdict` does, by pairs cut off
and then by hours.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.basis import Fan, least, nearest, walked
from mobility.analysis.graph import LONGEST_MS, milliseconds
from mobility.analysis.replacement import SMALL
from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mobility.analysis.field import Field
    from mobility.analysis.pairs import PairList
    from mobility.vocabulary import Array

MOST_PAIRS = 30_000  # so that all pairs cut off, each above all delays together, are a number of 63 bits
_LONGEST_MS = int(LONGEST_MS)
_ROOM = 1 << 10  # for routes and for things on them, to begin with
_DETOUR = 64  # how far around its best routes a large graph is searched first, in mean arcs of each
_NUMBERS = 100_000_000  # ranks of states that are held at once at most to tell what lies around


class Left(NamedTuple):
    """The known routes that closures miss: their numbers, each pair's together, shortest first; where each begins."""

    routes: Array
    first: Array


class _Group:
    """Pairs that see one graph, and searches for them."""

    def __init__(self, where: Field, pairs: PairList) -> None:
        self.where, self.pairs = where, pairs
        ends = [dict.fromkeys(places) for places in zip(*pairs, strict=True)]
        self.states = [[where.states(place) for place in places] for places in ends]
        number = [{place: i for i, place in enumerate(places)} for places in ends]
        self.start, self.goal = (np.array([number[side][pair[side]] for pair in pairs], dtype=int) for side in (0, 1))
        self.fan = Fan.of(where.graph, self.states[1], back=True)

    def searched(self, closed: Iterable[int], asked: Array) -> tuple[Array, Searching]:
        """Return the milliseconds of some pairs under closures (inf: none), and what tells the routes."""
        graph = self.where.graph
        length = graph.rank.copy()
        length[self.where.arcs(closed)] = np.inf
        which, goal = np.unique(self.goal[asked], return_inverse=True)
        rank, onward = self.fan.search(length, which, path=True)
        ms = least(rank, goal, self.states[0], self.start[asked])
        return ms, Searching(self, length, rank, onward, goal, self.start[asked])

    def parts(self, closed: Iterable[int], asked: Array) -> Iterator[tuple[Array, Array, Searching]]:
        """Search some pairs under closures, near their best routes first; yield of part by part which, and the rest."""
        if self.around is not None:
            near, most = self.around
            ms, search = near.searched(closed, asked)
            sure = ms < most[asked]
            yield asked[sure], ms[sure], search.of(sure)
            asked = asked[~sure]
        if len(asked):
            yield asked, *self.searched(closed, asked)

    @cached_property
    def around(self) -> tuple[_Group, Array] | None:
        """The part of a large graph around the pairs' best routes, and up to which ms it holds each one's routes."""
        graph = self.where.graph
        places = len(self.states[0]) + len(self.states[1])
        if graph.size <= SMALL or graph.size * places > _NUMBERS:
            return None
        length = graph.rank
        goals, onward = self.fan.search(length, np.arange(len(self.states[1])), path=True)
        at = nearest(self.states[0], goals, self.start, self.goal)
        _, users = walked(graph, length, onward, self.goal, at)
        legs = np.maximum(np.bincount(users, minlength=len(self.pairs)), 1)
        most = goals[self.goal, at] * (1 + _DETOUR / legs)
        starts = Fan.of(graph, self.states[0], back=False).search(length, np.arange(len(self.states[0])))
        inside = np.zeros(graph.size, dtype=bool)
        for start, goal, rank in zip(self.start, self.goal, most, strict=True):
            inside |= starts[start, : graph.size] + goals[goal, : graph.size] <= rank
        near = self.where.within(inside)
        return _Group(near, self.pairs), milliseconds(most)


class Searching(NamedTuple):
    """A search that was made, for pairs given by their starts and the rows of their goals."""

    group: _Group
    length: Array
    rank: Array
    onward: Array
    goal: Array
    start: Array

    def of(self, pairs: Array) -> Searching:
        """Return the search of some of its pairs."""
        return self._replace(goal=self.goal[pairs], start=self.start[pairs])

    def things(self, pairs: Array) -> tuple[Array, Array]:
        """Return what can be closed on the routes of some of the pairs, and which route holds it, in order."""
        where, goal = self.group.where, self.goal[pairs]
        at = nearest(self.group.states[0], self.rank, self.start[pairs], goal)
        arcs, users = walked(where.graph, self.length, self.onward, goal, at)
        found = where.stands[:, arcs]
        users = np.broadcast_to(users, found.shape)[found >= 0]
        size = int(where.stands.max(initial=0)) + 1
        user, thing = np.divmod(np.unique(users * size + found[found >= 0]), size)
        return thing, user


class Ways:
    """Known routes of pairs.

    Attributes
    ----------
    pairs
        Those that are connected.
    before
        Milliseconds of each pair's best route.
    cut_off
        What a pair cut off counts, in milliseconds.
    """

    def __init__(self, fields: list[tuple[Field, PairList]]) -> None:
        self.groups: list[tuple[Array, _Group]] = []
        self.pairs: PairList = []
        before = []
        for where, pairs in fields:
            every = _Group(where, pairs)
            ms, _ = every.searched((), np.arange(len(pairs)))
            kept = [pair for pair, hours in zip(pairs, ms.tolist(), strict=True) if np.isfinite(hours)]
            if kept:
                self.groups.append((len(self.pairs) + np.arange(len(kept)), _Group(where, kept)))
                self.pairs += kept
                before.append(ms[np.isfinite(ms)].astype(np.int64))
        count = len(self.pairs)
        if count > MOST_PAIRS:
            raise InputError(
                f"there are {count:,} pairs; a search for the worst takes at most {MOST_PAIRS:,} (--from, --to)"
            )
        self.before = np.concatenate([np.array([], dtype=np.int64), *before])
        self.cut_off = count * _LONGEST_MS
        self.size = 0  # routes
        self.pair, self.ms = np.zeros(_ROOM, dtype=int), np.zeros(_ROOM, dtype=np.int64)
        self.row: dict[int, int] = {}  # of each thing that is on a route
        self.things: list[int] = []  # the same the other way round
        self.rows: list[Array] = []  # of each route, what can be closed on it (rows),
        self.masks: list[int] = []  # and the same as bits of a number
        self.holds = np.zeros((_ROOM, _ROOM), dtype=bool)  # a row per thing, a column per route
        self.order = np.zeros(0, dtype=int)  # by pair, the shortest first
        self.keys = np.zeros(0, dtype=np.int64)  # that order them so
        self._add(np.arange(count), self.before + self.cut_off, [np.array([], dtype=int)] * count)
        self.search(())

    def search(self, closed: Iterable[int]) -> Array:
        """Return the milliseconds of every pair under closures (cut off: `cut_off` more than before), exactly."""
        closed = tuple(closed)
        known = self.ms[self.left(closed).first]
        again = ~self._missed_by_best(closed)
        for slots, group in self.groups:
            asked = np.flatnonzero(again[slots])
            if not len(asked):
                continue
            for part, ms, search in group.parts(closed, asked):
                at = slots[part]
                better = np.flatnonzero(ms < known[at])  # inf: that it is cut off is known
                if len(better):
                    things, route = search.things(better)
                    bounds = np.searchsorted(route, np.arange(1, len(better)))
                    known[at[better]] = ms[better]
                    self._add(at[better], ms[better].astype(np.int64), np.split(things, bounds))
        return known

    def _missed_by_best(self, closed: tuple[int, ...]) -> Array:
        """Tell of each pair whether closures miss its best route of all, so that it keeps it."""
        if self.size <= len(self.pairs):
            return np.zeros(len(self.pairs), dtype=bool)
        best = self.left(()).first
        missed: Array = ~self.hit(closed)[best]
        return missed

    def around(self, pair: int, mask: int) -> tuple[int, int] | None:
        """Search a pair's best route that holds none of some things (bits of their rows); return its ms and mask."""
        slots, group = next(part for part in self.groups if part[0][0] <= pair <= part[0][-1])
        closed = [thing for row, thing in enumerate(self.things) if mask >> row & 1]
        *_, (_, ms, search) = group.parts(closed, np.array([pair - slots[0]]))
        if not np.isfinite(ms[0]):
            return None
        self._add(np.array([pair]), ms.astype(np.int64), [search.things(np.array([0]))[0]])
        return int(ms[0]), self.masks[-1]

    def hit(self, closed: Iterable[int]) -> Array:
        """Tell of each known route whether closures hit it."""
        hit = np.zeros(self.size, dtype=bool)
        for row in self.known(closed):
            hit |= self.holds[row, : self.size]
        return hit

    def known(self, things: Iterable[int]) -> list[int]:
        """Return the rows of those things that are on a known route."""
        return [self.row[thing] for thing in things if thing in self.row]

    def left(self, closed: Iterable[int]) -> Left:
        """Return the known routes that closures miss."""
        routes = self.order[~self.hit(closed)[self.order]]
        return Left(routes, routes[np.searchsorted(self.pair[routes], np.arange(len(self.pairs)))])

    def harm(self, ms: Array) -> int:
        """Return what orders closures, of the milliseconds of every pair."""
        return int((ms - self.before).sum())

    def _add(self, pairs: Array, ms: Array, things: list[Array]) -> None:
        """Add routes."""
        number = self.size + np.arange(len(pairs))
        self.size += len(pairs)
        for thing in np.unique(np.concatenate([np.array([], dtype=int), *things])).tolist():
            if thing not in self.row:
                self.row[thing] = len(self.row)
                self.things.append(thing)
        self._make_room()
        self.pair[number], self.ms[number] = pairs, ms
        for route, on in zip(number.tolist(), things, strict=True):
            rows = self.known(on.tolist())
            self.holds[rows, route] = True
            self.rows.append(np.array(rows, dtype=int))
            self.masks.append(sum(1 << row for row in rows))
        keys = pairs * (2 * _LONGEST_MS) + np.minimum(ms, 2 * _LONGEST_MS - 1)
        where = np.argsort(keys, kind="stable")
        at = np.searchsorted(self.keys, keys[where])
        self.order = np.insert(self.order, at, number[where])
        self.keys = np.insert(self.keys, at, keys[where])

    def _make_room(self) -> None:
        """Double what is too small."""
        shape = rows, columns = self.holds.shape
        while len(self.row) > rows:
            rows *= 2
        while self.size > columns:
            columns *= 2
        if (rows, columns) != shape:
            holds = np.zeros((rows, columns), dtype=bool)
            holds[: shape[0], : shape[1]] = self.holds
            self.holds = holds
            self.pair, self.ms = (np.resize(column, columns) for column in (self.pair, self.ms))
