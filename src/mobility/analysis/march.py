"""March days: when a column arrives that drives so many hours and then rests.

Times without rest add up, so searches and losses work on them (`Graph`). Rest depends on the whole march: after
`hours_per_day` at the wheel since the last rest a halt of 24 - `hours_per_day` hours follows, and only when there is
more to drive. What is no driving - trains, ships, changes of mode, waits at borders, one after another - is rest when
it lasts as long as a halt.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.rides import Rides
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobility.analysis.graph import Graph
    from mobility.vocabulary import Array

_ROAD = MODES.index("road")
DAY_H = 24


class Schedule(NamedTuple):
    """When each arc of a route begins and ends, in milliseconds after the start, with halts."""

    begins: list[float]
    ends: list[float]

    @property
    def arrival(self) -> float:
        """When the route ends."""
        return self.ends[-1] if self.ends else 0.0


def schedule(graph: Graph, path: Sequence[int]) -> Schedule:
    """Return the schedule of a route (arcs in order of travel) under the hours a day of the graph's profile.

    The latest halts that the rule allows: no schedule of the same route arrives earlier.
    """
    arcs = np.asarray(path, dtype=int)
    return halted(graph.cost[arcs].tolist(), on_road(graph, arcs).tolist(), _day_ms(graph))


def arrival(graph: Graph, path: Sequence[int]) -> float:
    """Return when a route arrives (ms): the end of its `schedule`, for which arcs driven one after another are one."""
    arcs = np.asarray(path, dtype=int)
    driven = on_road(graph, arcs)
    first = np.flatnonzero(np.append(True, driven[1:] != driven[:-1])[: len(arcs)])
    ms = np.add.reduceat(graph.cost[arcs], first) if len(first) else graph.cost[arcs]
    return halted(ms.tolist(), driven[first].tolist(), _day_ms(graph)).arrival


def halted(ms: Sequence[float], driven: Sequence[bool], day_ms: float) -> Schedule:
    """Return when steps of some milliseconds begin and end, of which some are driven, at most `day_ms` without rest.

    Examples
    --------
    >>> h = 3_600_000
    >>> [end / h for end in halted([10 * h, 4 * h], [True, True], 12 * h).ends]
    [10.0, 26.0]
    """
    rest, found = DAY_H * MS_PER_H - day_ms, Schedule([], [])
    now = wheel = idle = 0.0  # time, driven since the last rest, not driven since the last drive
    for length, drives in zip(ms, driven, strict=True):
        if drives:
            wheel, idle = 0.0 if idle >= rest else wheel, 0.0
            if length > 0 and wheel >= day_ms:
                now, wheel = now + rest, 0.0
        found.begins.append(now)
        if drives:
            halts = max(int(np.ceil((wheel + length) / day_ms)) - 1, 0)
            now, wheel = now + length + halts * rest, wheel + length - halts * day_ms
        else:
            now, idle = now + length, idle + length
        found.ends.append(now)
    return found


def arrivals(ms: Array, day_ms: float) -> Array:
    """Return the arrivals of many routes, as `halted` has them.

    Parameters
    ----------
    ms
        Milliseconds, a row a route: of what is driven and of what is not, in turn, beginning with what is driven.
    day_ms
        Driven at most without rest.

    Examples
    --------
    >>> h = 3_600_000
    >>> (arrivals(np.array([[10 * h, 0, 4 * h, 0], [10 * h, 12 * h, 4 * h, 0]]), 12 * h) / h).tolist()
    [26.0, 26.0]
    """
    rest = DAY_H * MS_PER_H - day_ms
    now, wheel, idle = np.zeros((3, len(ms)))
    for driven, stood in zip(ms.T[::2], ms.T[1::2], strict=True):
        wheel = np.where(idle >= rest, 0.0, wheel)
        late = (driven > 0) & (wheel >= day_ms)
        wheel[late] = 0.0
        halts = np.maximum(np.ceil((wheel + driven) / day_ms) - 1, 0)
        now += driven + (halts + late) * rest + stood
        wheel += driven - halts * day_ms
        idle = stood
    return now


def on_road(graph: Graph, arcs: Array | slice = slice(None)) -> Array:
    """Return which of some arcs are driven; default: of all."""
    driven: Array = (graph.link[arcs] >= 0) & (graph.mode[graph.tail[arcs]] == _ROAD)
    return driven


def stretched(graph: Graph) -> Graph:
    """Return the graph with rest spread evenly over the hours at the wheel, which take 24 / `hours_per_day` as long."""
    share = DAY_H * MS_PER_H / _day_ms(graph)
    return replace(graph, cost=np.where(on_road(graph), np.rint(graph.cost * share), graph.cost))


def _day_ms(graph: Graph) -> float:
    return round(graph.network.profile.hours_per_day * MS_PER_H)  # type: ignore[union-attr]  # Graph.of applies one


class Arrival(NamedTuple):
    """The earliest arrival that is known of: when (ms), by which arcs, and whether no route can be earlier."""

    ms: float
    path: list[int]
    proven: bool


class Arrivals:
    """Finds the route by arrival for pairs of one graph: the best of up to three candidates.

    The least time without rest, the least time with rest spread evenly (`stretched`), and a march with long rides that
    are rest (`Rides`) where that looks better. No route arrives before the least time without rest: where that has no
    halt it is proven the earliest. `like`: those of another graph of the same states (see `Rides`).
    """

    def __init__(self, graph: Graph, like: Arrivals | None = None) -> None:
        self.graph, self.slow = graph, stretched(graph)
        self.rides: Rides = Rides(graph, _day_ms(graph), like.rides if like else None)
        self._left: dict[tuple[str, ...], tuple[Array, dict[int, tuple[list[int], int]]]] = {}

    def of(self, fastest: list[int], starts: Array, ends: Sequence[str]) -> Arrival:
        """Return the earliest arrival.

        Parameters
        ----------
        fastest
            Arcs of the least-time route.
        starts
            States that it may start from.
        ends
            Places, one of which is reached.
        """
        first = self._timed(fastest)
        if first.ms <= self.graph.cost[fastest].sum():
            return first._replace(proven=True)
        return min(self._found(first, starts, ends), key=lambda one: one.ms)

    def candidates(self, fastest: list[int], starts: Array, ends: Sequence[str]) -> list[list[int]]:
        """Return the candidates; parameters as in `of`."""
        return [one.path for one in self._found(self._timed(fastest), starts, ends)]

    def _found(self, first: Arrival, starts: Array, ends: Sequence[str]) -> list[Arrival]:
        ends = tuple(ends)
        if ends not in self._left:
            self._left[ends] = self.slow.rank_to(self.slow.states(ends)), {}
        remaining, known = self._left[ends]
        found = [first, self._timed(self.slow.walk(starts, remaining, known=known))]
        ride = self.rides.route(starts, self.graph.states(ends), min(one.ms for one in found))
        return [*found, self._timed(ride)] if ride else found

    def _timed(self, path: list[int]) -> Arrival:
        return Arrival(arrival(self.graph, path), path, proven=False)
