"""Rides that are rest: marches by road with up to two long rides by rail or sea between.

A column that rides as long as a halt starts afresh, so the route that arrives first may take a train that is no quicker
than the road. The least times tell nothing of that (`march`). Here a march is driven from the origin to a place of
loading, ridden to one of unloading, driven on ..., each part at its least time; kept at every such place are the march
that is there first, and the one that will be when rest is spread evenly over the hours to come. Few places load: this
is quick. It is not exact.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import MS_PER_H, TRANSFER
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from mobility.analysis.graph import Graph
    from mobility.vocabulary import Array

_ROAD = MODES.index("road")
_MOST_RAMPS = 400  # places of loading: with more the tables below grow large
_RIDES = 2
# One number orders ways: milliseconds, then what is driven in units of 3 s. 2**53 is the last exact float64.
_MS, _DRIVEN = 2.0**20, 3_000.0


class _Ways(NamedTuple):
    """Least times from some states: milliseconds, milliseconds at the wheel, and the state before each, per state."""

    ms: Array
    wheel: Array
    before: Array


class _Labels(NamedTuple):
    """Marches at the places of loading, two rows of each: when (ms), driven since the last rest, and what came before.

    `before` is a row and a place of the labels before, as one number; -1: the ride began at the origin.
    """

    ms: Array
    wheel: Array
    before: Array


class _Matrix(NamedTuple):
    """Lengths between states, and bytes that are the same for the same lengths."""

    of: Any
    key: bytes


class Rides:
    """Finds marches with rides on a graph, for a day of so many milliseconds at the wheel.

    What it found is known to one on another graph of the same states that is given it (`like`), where the lengths are
    the same: who builds roads leaves the rides as they are.
    """

    def __init__(self, graph: Graph, day_ms: float, like: Rides | None = None) -> None:
        self.found: dict[tuple[bytes, bytes, bool], _Ways] = {}
        self._known = like.found if like else {}
        self.graph, self.day, self.rest = graph, day_ms, 24 * MS_PER_H - day_ms
        at_road = graph.mode == _ROAD
        loading = graph.link == TRANSFER
        legs = graph.link >= 0
        driven = legs & at_road[graph.tail]
        self._on_road = at_road
        self.by_road = np.flatnonzero(driven | (~legs & ~loading & at_road[graph.tail]))
        self.riding = np.flatnonzero((legs & ~driven) | loading | (~legs & ~at_road[graph.tail]))
        self.ramps = np.unique(graph.tail[loading & at_road[graph.tail]])
        self._starts: dict[tuple[int, ...], tuple[_Ways, _Ways, list[_Labels]]] = {}
        self._goals: dict[tuple[int, ...], _Ways] = {}

    def route(self, starts: Array, goals: Array, most: float) -> list[int]:
        """Return the arcs of the best march with a ride between some states, none where that takes `most` (ms)."""
        if not 0 < len(self.ramps) <= _MOST_RAMPS:
            return []
        by_road, by_ride, stages = self._from(starts)
        onward, afloat = self._to(goals), goals[~self._on_road[goals]]
        best, found = most, None
        for number, labels in enumerate(stages):  # even: about to ride; odd: just unloaded
            if number % 2:
                total, _ = self._driven(labels.ms, labels.wheel, onward.ms[self.ramps], onward.wheel[self.ramps])
            else:
                total = labels.ms + self.rides.ms[:, afloat].min(axis=1, initial=np.inf)
            if total.min() < best:
                best, found = total.min(), (number, int(total.argmin()))
        direct = by_ride.ms[afloat].min(initial=np.inf)
        if direct < best:
            return self._path(by_ride.before, int(afloat[by_ride.ms[afloat].argmin()]), self._ride_arcs)
        if found is None:
            return []
        number, label = found
        ramp = label % len(self.ramps)
        if number % 2:
            end = self._path(onward.before, int(self.ramps[ramp]), self._road_arcs, back=True)
        else:
            there = int(afloat[self.rides.ms[ramp, afloat].argmin()])
            end = self._path(self.rides.before[ramp], there, self._ride_arcs)
        return self._until(by_road, by_ride, stages, number, label) + end

    def _until(self, by_road: _Ways, by_ride: _Ways, stages: list[_Labels], number: int, label: int) -> list[int]:
        """Return the arcs of the march that a label stands for."""
        parts: list[list[int]] = []
        for stage in range(number, 0, -1):
            before, there = int(stages[stage].before.ravel()[label]), int(self.ramps[label % len(self.ramps)])
            arcs = self._ride_arcs if stage % 2 else self._road_arcs
            if before < 0:
                return [*self._path(by_ride.before, there, arcs), *chain(*parts[::-1])]
            ways = self.rides if stage % 2 else self.roads
            parts.append(self._path(ways.before[before % len(self.ramps)], there, arcs))
            label = before
        first = self._path(by_road.before, int(self.ramps[label % len(self.ramps)]), self._road_arcs)
        return [*first, *chain(*parts[::-1])]

    def _from(self, starts: Array) -> tuple[_Ways, _Ways, list[_Labels]]:
        """Return the ways by road and by ride from some states, and the labels before and after each ride."""
        key = tuple(starts.tolist())
        if key not in self._starts:
            here = self._on_road[starts]
            by_road, by_ride = self._ways(starts[here], self._roads), self._ways(starts[~here], self._lines)
            ms, wheel = self._driven(0.0, 0.0, by_road.ms[self.ramps], by_road.wheel[self.ramps])
            stages = [_Labels(np.stack([ms, ms]), np.stack([wheel, wheel]), np.full((2, len(ms)), -1))]
            own, nobody = by_ride.ms[self.ramps], np.full(len(self.ramps), np.inf)
            ride, road = self.rides.ms[:, self.ramps], (self.roads.ms[:, self.ramps], self.roads.wheel[:, self.ramps])
            for number in range(_RIDES):
                if number:  # on by road to the next place of loading
                    ms, wheel = self._driven(stages[-1].ms[:, :, None], stages[-1].wheel[:, :, None], *road)
                    stages.append(self._kept(ms, wheel, nobody))
                ms = stages[-1].ms[:, :, None] + ride
                wheel = np.where(ride >= self.rest, 0.0, stages[-1].wheel[:, :, None])
                stages.append(self._kept(ms, wheel, nobody if number else own))
            self._starts[key] = by_road, by_ride, stages
        return self._starts[key]

    def _to(self, goals: Array) -> _Ways:
        key = tuple(goals.tolist())
        if key not in self._goals:
            self._goals[key] = self._ways(goals[self._on_road[goals]], self._roads_back)
        return self._goals[key]

    def _kept(self, ms: Array, wheel: Array, own: Array) -> _Labels:
        """Keep the two best marches at each place; `own`: those that rode there from the origin."""
        ms, wheel = (column.reshape(-1, len(own)) for column in np.broadcast_arrays(ms, wheel))
        ms, wheel = np.vstack([ms, own]), np.vstack([wheel, np.zeros(len(own))])
        before = np.append(np.arange(len(ms) - 1), -1)
        best = np.stack([ms.argmin(axis=0), (ms + self.rest * wheel / self.day).argmin(axis=0)])
        place = np.arange(len(own))
        return _Labels(ms[best, place], wheel[best, place], before[best])

    def _driven(self, ms: Array | float, wheel: Array | float, more: Array, driven: Array) -> tuple[Array, Array]:
        """Return when marches are through some more road, halts included, and what they have driven since the last."""
        halts = np.maximum(np.ceil((wheel + driven) / self.day) - 1, 0)
        return ms + more + self.rest * halts, np.where(driven > 0, wheel + driven - halts * self.day, wheel)

    @cached_property
    def rides(self) -> _Ways:
        """From each place of loading by ride, a row each."""
        return self._ways(self.ramps, self._lines, each=True)

    @cached_property
    def roads(self) -> _Ways:
        """From each place of loading by road, a row each."""
        return self._ways(self.ramps, self._roads, each=True)

    def _ways(self, states: Array, matrix: _Matrix, *, each: bool = False) -> _Ways:
        """Return the least times from the nearest of some states, or from each of them; no states: no ways."""
        if not len(states):
            return _Ways(np.full(self.graph.size, np.inf), np.zeros(self.graph.size), np.full(self.graph.size, -1))
        key = matrix.key, states.tobytes(), each
        if key in self._known:
            return self._known[key]
        if key not in self.found:
            length, before, *_ = dijkstra(matrix.of, indices=states, min_only=not each, return_predecessors=True)
            ms = np.floor(length / _MS)
            with np.errstate(invalid="ignore"):
                self.found[key] = _Ways(ms, np.nan_to_num((length - ms * _MS) * _DRIVEN), before)
        return self.found[key]

    def _matrix(self, arcs: Array, *, back: bool = False) -> _Matrix:
        graph = self.graph
        near, far = (column[arcs] for column in (graph.tail, graph.head)[:: -1 if back else 1])
        driven = (graph.link[arcs] >= 0) & self._on_road[graph.tail[arcs]]
        length = graph.cost[arcs] * _MS + np.ceil(graph.cost[arcs] / _DRIVEN) * driven
        order = np.argsort(near, kind="stable")
        first = np.append(0, np.cumsum(np.bincount(near, minlength=graph.size)))
        columns = length[order], far[order], first
        return _Matrix(csr_matrix(columns, (graph.size, graph.size)), b"".join(column.tobytes() for column in columns))

    @cached_property
    def _roads(self) -> _Matrix:
        return self._matrix(self.by_road)

    @cached_property
    def _roads_back(self) -> _Matrix:
        return self._matrix(self.by_road, back=True)

    @cached_property
    def _lines(self) -> _Matrix:
        return self._matrix(self.riding)

    @cached_property
    def _road_arcs(self) -> dict[tuple[int, int], int]:
        return self._between(self.by_road)

    @cached_property
    def _ride_arcs(self) -> dict[tuple[int, int], int]:
        return self._between(self.riding)

    def _between(self, arcs: Array) -> dict[tuple[int, int], int]:
        """Return the best of some arcs from one state to another."""
        graph = self.graph
        name = np.append(graph.ids, [""] * 3)[graph.link[arcs]].astype(str)
        order = arcs[np.lexsort((name, graph.rank[arcs]))[::-1]]  # the best is written last
        return dict(
            zip(zip(graph.tail[order].tolist(), graph.head[order].tolist(), strict=True), order.tolist(), strict=True)
        )

    @staticmethod
    def _path(before: Array, there: int, arcs: dict[tuple[int, int], int], *, back: bool = False) -> list[int]:
        """Return the arcs to a state by the states before it (back: from it on)."""
        path: list[int] = []
        while (last := int(before[there])) >= 0:
            path.append(arcs[(there, last) if back else (last, there)])
            there = last
        return path if back else path[::-1]
