"""The earliest arrival by the clock: with waits for what is shut at times, and the halts of march days.

Labels are settled in order of time, by state. A label is when a column is there, what it has driven since its last
rest, and when it last drove: one that is no better in any of the three is dropped. Whoever comes earlier can wait, so
no label that is dropped could have arrived earlier: the answer is exact. Waiting is allowed at every place; together
with what else is no driving in a row it is a rest when it lasts as long as one.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER, Graph, milliseconds
from mobility.analysis.march import Schedule, on_road
from mobility.analysis.pairs import exemption, graph_for
from mobility.analysis.routing import timed_legs
from mobility.errors import InputError, NoRouteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import geopandas as gpd

    from mobility.model.network import Network
    from mobility.model.windows import Clock
    from mobility.vocabulary import Array

    Spells = list[tuple[float, float]]

HORIZON_DAYS = 366
_NEVER = float("inf")


@dataclass(frozen=True)
class Rest:
    """March days: driven at most `day` without a rest of `rest`, on a link too or (`at_places`) between links only.

    A link that takes more than a day is driven in days of its own, after a rest.
    """

    day: float
    rest: float
    at_places: bool = False

    def driven(self, wheel: float, length: float) -> tuple[float, float] | None:
        """Return how long a link of some length takes after so much driving, and what is driven at its end.

        None: a rest comes before it.
        """
        if length <= 0:
            return 0.0, wheel
        if wheel >= self.day or (self.at_places and wheel and wheel + length > self.day):
            return None
        halts = max(int(np.ceil((wheel + length) / self.day)) - 1, 0)
        return length + halts * self.rest, wheel + length - halts * self.day


class Ways(NamedTuple):
    """A graph as it is travelled: per state (arc, state at its end, what it takes, whether it is driven)."""

    leaving: list[list[tuple[int, int, float, bool]]]
    transfers: frozenset[int]

    @classmethod
    def of(cls, graph: Graph, takes: Array) -> Ways:
        """Return the ways of a graph whose arcs take so long."""
        leaving: list[list[tuple[int, int, float, bool]]] = [[] for _ in range(graph.size)]
        rows = zip(graph.tail.tolist(), graph.head.tolist(), takes.tolist(), on_road(graph).tolist(), strict=True)
        for arc, (tail, head, length, drives) in enumerate(rows):
            leaving[tail].append((arc, head, length, drives))
        return cls(leaving, frozenset(np.flatnonzero(graph.link == TRANSFER).tolist()))


class Journey(NamedTuple):
    """A journey by the clock: its arcs, when each begins and ends, and the arrival."""

    arcs: list[int]
    begins: list[float]
    ends: list[float]
    arrival: float


class Gate:
    """Spells in which nothing may be on an arc: `enter` says when a passage can begin.

    Parameters
    ----------
    spells
        Per arc, in order.
    """

    def __init__(self, spells: Mapping[int, Spells]) -> None:
        self.spells = {arc: (each, [ends for _, ends in each]) for arc, each in spells.items() if each}

    def __contains__(self, arc: int) -> bool:
        return arc in self.spells

    def enter(self, arc: int, now: float, takes: float) -> float:
        """Return the first moment, not before `now`, at which a passage that takes so long can begin (inf: never)."""
        if arc not in self.spells:
            return now
        spells, ends = self.spells[arc]
        for begin, end in spells[bisect_right(ends, now) :]:
            if now + takes <= begin:
                break
            now = end
        return now


class _Label(NamedTuple):
    """Where a column is: key of the queue first."""

    bound: float
    transfers: int
    legs: int
    number: int
    now: float
    wheel: float
    stopped: float
    state: int
    stage: int
    before: _Label | None
    arc: int
    begins: float


def earliest(
    ways: Ways,
    starts: Iterable[tuple[int, float]],
    stages: Sequence[frozenset[int]],
    left: Sequence[Sequence[float]],
    rest: Rest,
    gate: Gate,
    allowed: Callable[[int], bool] | None = None,
) -> Journey | None:
    """Return the journey that arrives first, None when there is none.

    Parameters
    ----------
    ways
        The graph.
    starts
        States and when each can be left.
    stages
        States to pass in turn, any of each; at one of the last the journey ends.
    left
        Per stage what remains at least from each state, as `Graph.rank_to` bounds it.
    rest
        March days.
    gate
        When arcs are shut: anything with `enter` and `in`, as `Gate`.
    allowed
        Which arcs may be used; default: all.
    """
    heap: list[_Label] = []
    settled: dict[tuple[int, int], list[tuple[float, float]]] = {}
    last, number = len(stages) - 1, 0

    def push(before: _Label | None, now: float, wheel: float, stopped: float, state: int, stage: int, arc: int,
             begins: float) -> None:  # fmt: skip
        nonlocal number
        bound = now + left[stage][state]
        if bound == _NEVER:
            return
        if now - stopped >= rest.rest:
            wheel, stopped = 0.0, -_NEVER
        number += 1
        transfers = (before.transfers if before else 0) + (arc in ways.transfers)
        legs = (before.legs if before else 0) + (arc >= 0)
        label = _Label(bound, transfers, legs, number, now, wheel, stopped, state, stage, before, arc, begins)
        heapq.heappush(heap, label)

    for state, now in starts:
        push(None, now, 0.0, -_NEVER, state, 0, -1, now)
    while heap:
        here = heapq.heappop(heap)
        known = settled.setdefault((here.state, here.stage), [])
        if any(wheel <= here.wheel and stopped <= here.stopped for wheel, stopped in known):
            continue
        known.append((here.wheel, here.stopped))
        if here.state in stages[here.stage]:
            if here.stage == last:
                return _journey(here)
            push(here, here.now, here.wheel, here.stopped, here.state, here.stage + 1, -1, here.now)
        for arc, head, length, drives in ways.leaving[here.state]:
            if allowed is not None and not allowed(arc):
                continue
            if not drives:
                begins = gate.enter(arc, here.now, length)
                push(here, begins + length, here.wheel, here.stopped, head, here.stage, arc, begins)
                continue
            for ready, wheel in _ready(here, arc, length, rest, gate):
                takes, after = rest.driven(wheel, length) or (_NEVER, 0.0)
                begins = gate.enter(arc, ready, takes)
                push(here, begins + takes, after, begins + takes, head, here.stage, arc, begins)
    return None


def _ready(here: _Label, arc: int, length: float, rest: Rest, gate: Gate) -> list[tuple[float, float]]:
    """Return when a drive may be thought of, and what is driven by then: at once, and after a rest.

    A rest can be put off as long as nothing is shut ahead and none has begun.
    """
    found, rested = [], max(here.now, here.stopped + rest.rest)
    if rest.driven(here.wheel, length) is not None:
        found.append((here.now, here.wheel))
    if here.wheel and (not found or arc in gate or here.now > here.stopped):
        found.append((rested, 0.0))
    return found


def _journey(label: _Label | None) -> Journey:
    arrival, steps = label.now if label else 0.0, []
    while label is not None:
        if label.arc >= 0:
            steps.append((label.arc, label.begins, label.now))
        label = label.before
    arcs, begins, ends = (list(column) for column in zip(*reversed(steps), strict=True)) if steps else ([], [], [])
    return Journey(arcs, begins, ends, arrival)


def remaining(graph: Graph, stages: Sequence[Array]) -> list[Array]:
    """Return per stage what remains at least from each state through the stages to come, in milliseconds."""
    found: list[Array] = []
    for stage in reversed(stages):
        ranks = graph.rank_to(stage) if not found else graph.rank_to(*_open(stage, found[0]))
        found.insert(0, ranks)
    return [milliseconds(ranks) for ranks in found]


def _open(stage: Array, left: Array) -> tuple[Array, None, Array]:
    there = stage[np.isfinite(left[stage])]
    return there, None, left[there]


def spells_of(graph: Graph, net: Network, clock: Clock, *, per_second: float = 1.0) -> dict[int, Spells]:
    """Return per arc of a graph when it is shut by the closures in windows of a network, in parts of a second."""
    from mobility.model.windows import merged

    rows = {link: row for row, link in enumerate(net.links.index)}
    horizon = HORIZON_DAYS * 86_400
    places = net.places.index.to_numpy(object)[graph.place]
    by_link: dict[int, list[int]] = {}
    for arc in np.flatnonzero(graph.link >= 0).tolist():
        by_link.setdefault(int(graph.link[arc]), []).append(arc)
    found: dict[int, Spells] = {}
    for timed in net.timed:
        each = [(a * per_second, b * per_second) for a, b in timed.window.spells(clock, horizon)]
        shut = [arc for link in timed.closure.links for arc in by_link.get(rows[link], [])]
        for link, place in timed.leaving:
            shut += [arc for arc in by_link.get(rows[link], []) if places[graph.tail[arc]] == place]
        at = np.isin(places[graph.tail], list(timed.closure.borders)) & (graph.link == CROSSING)
        for arc in [*shut, *np.flatnonzero(at).tolist()]:
            found.setdefault(arc, []).extend(each)
    end = (horizon * per_second, _NEVER)
    return {arc: [*merged(each), end] for arc, each in found.items()}


def timed_route(
    network: Network, origins: Iterable[str], destinations: Iterable[str], clock: Clock, via: Iterable[str] = ()
) -> gpd.GeoDataFrame:
    """Return the legs of the route that arrives first when closures hold at times.

    Nothing is on a link (or in a crossing) while it is shut; a column waits where it likes, and drives at most
    `hours_per_day` of its profile between two rests.

    Parameters
    ----------
    network
        With a profile applied; its `timed` closures count.
    origins, destinations, via
        Ids of places: any of the first to any of the second, past the last in this order.
    clock
        When the march starts.

    Returns
    -------
    GeoDataFrame
        As `best_route`: start_h and arrival_h are by the clock, waits included; time_h is what is under way.

    Raises
    ------
    NoRouteError
        When there is no way within a year.
    """
    net, shut = network.untimed, network
    starts, ends, stops = list(origins), list(destinations), list(via)
    if set(starts) & set(ends):
        raise InputError(f"origin and destination are the same place: {min(set(starts) & set(ends))}")
    hours = net.profile.hours_per_day  # type: ignore[union-attr]  # it has one applied
    rest = Rest(round(hours * MS_PER_H), 24 * MS_PER_H - round(hours * MS_PER_H))
    best: tuple[float, Graph, Journey] | None = None
    for own in dict.fromkeys((exemption(net, [a]), exemption(net, [b])) for a in starts for b in ends):
        here, there = (
            [p for p in places if exemption(net, [p]) == e] for places, e in zip((starts, ends), own, strict=True)
        )
        graph = graph_for(net, [here[0], there[0]])
        stages = [*(graph.states([v]) for v in stops), graph.states(there)]
        gate = Gate(spells_of(graph, shut, clock, per_second=1000))
        left = [each.tolist() for each in remaining(graph, stages)]
        found = earliest(
            Ways.of(graph, graph.cost), [(int(s), 0.0) for s in graph.states(here)],
            [frozenset(stage.tolist()) for stage in stages], left, rest, gate,
        )  # fmt: skip
        if found and (best is None or found.arrival < best[0]):
            best = found.arrival, graph, found
    if best is None:
        windows = ", ".join(timed.text for timed in shut.timed)
        raise NoRouteError(f"no route from {', '.join(starts)} to {', '.join(ends)} while {windows} is shut at times")
    _, graph, found = best
    return timed_legs(graph, found.arcs, Schedule(found.begins, found.ends))
