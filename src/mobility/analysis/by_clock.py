"""The earliest arrival by the clock: with waits for what is shut at times, and the halts of march days.

Labels are settled in order of what they come to at least (`Left`), by state. A label is when a column is there, what it
has driven since its last rest, and when it last drove: one that is no better in any of the three is dropped. Whoever
comes earlier can wait, so no label that is dropped could have arrived earlier: the answer is exact. Waiting is allowed
at every place; together with what else is no driving in a row it is a rest when it lasts as long as one.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from mobility.analysis.graph import CROSSING, TRANSFER, Graph
from mobility.analysis.march import on_road

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        halts = max(ceil((wheel + length) / self.day) - 1, 0)
        return length + halts * self.rest, wheel + length - halts * self.day


class Ways(NamedTuple):
    """A graph as it is travelled: per state (arc, state at its end, what it takes, whether it is driven)."""

    leaving: list[list[tuple[int, int, float, bool]]]
    transfers: frozenset[int]

    @classmethod
    def of(cls, graph: Graph, takes: Array, kept: Array | None = None) -> Ways:
        """Return the ways of a graph whose arcs take so long; `kept` tells which arcs may be used, default: all."""
        leaving: list[list[tuple[int, int, float, bool]]] = [[] for _ in range(graph.size)]
        rows = zip(graph.tail.tolist(), graph.head.tolist(), takes.tolist(), on_road(graph).tolist(), strict=True)
        for arc, (tail, head, length, drives) in enumerate(rows):
            if kept is not None and not kept[arc]:
                continue
            leaving[tail].append((arc, head, length, drives))
        return cls(leaving, frozenset(np.flatnonzero(graph.link == TRANSFER).tolist()))


class Journey(NamedTuple):
    """A journey by the clock: its arcs, when each begins and ends, and the arrival.

    `wheel` is what is driven by then since the last rest, `stopped` when it last drove (-inf: before the start).
    """

    arcs: list[int]
    begins: list[float]
    ends: list[float]
    arrival: float
    wheel: float = 0.0
    stopped: float = -_NEVER


class Passable(Protocol):
    """What says when an arc can be entered."""

    def __contains__(self, arc: int) -> bool:
        """Tell whether an arc is ever shut."""

    def enter(self, arc: int, now: float, takes: float) -> float:
        """Return the first moment, not before `now`, at which a passage that takes so long can begin (inf: never)."""


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


def earliest(  # noqa: C901 - one search, its queue in hand
    ways: Ways,
    starts: Iterable[tuple[int, float]],
    stages: Sequence[frozenset[int]],
    left: Left,
    gate: Passable,
    driven: tuple[float, float] = (0.0, -_NEVER),
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
        What remains of these ways and stages; with its march days.
    gate
        When arcs are shut: anything with `enter` and `in`, as `Gate`.
    driven
        What is driven at the start since the last rest, and when that ended: `wheel` and `stopped` of a journey.
    """
    heap: list[_Label] = []
    settled: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    last, number, rest = len(stages) - 1, 0, left.rest

    def push(before: _Label | None, now: float, wheel: float, stopped: float, state: int, stage: int, arc: int,
             begins: float) -> None:  # fmt: skip
        nonlocal number
        if now - stopped >= rest.rest:
            wheel, stopped = 0.0, -_NEVER
        bound = now + left(stage, state, wheel, now - stopped)
        if bound == _NEVER:
            return
        bound = max(bound, before.bound) if before else bound
        number += 1
        transfers = (before.transfers if before else 0) + (arc in ways.transfers)
        legs = (before.legs if before else 0) + (arc >= 0)
        label = _Label(bound, transfers, legs, number, now, wheel, stopped, state, stage, before, arc, begins)
        heapq.heappush(heap, label)

    for state, now in starts:
        push(None, now, *driven, state, 0, -1, now)
    while heap:
        here = heapq.heappop(heap)
        known = settled.setdefault((here.state, here.stage), [])
        if any(now <= here.now and wheel <= here.wheel and stopped <= here.stopped for now, wheel, stopped in known):
            continue
        known.append((here.now, here.wheel, here.stopped))
        if here.state in stages[here.stage]:
            if here.stage == last:
                return _journey(here)
            push(here, here.now, here.wheel, here.stopped, here.state, here.stage + 1, -1, here.now)
        for arc, head, length, drives in ways.leaving[here.state]:
            if not drives:
                begins = gate.enter(arc, here.now, length)
                push(here, begins + length, here.wheel, here.stopped, head, here.stage, arc, begins)
                continue
            for ready, wheel in _ready(here, arc, length, rest, gate):
                takes, after = rest.driven(wheel, length) or (_NEVER, 0.0)
                begins = gate.enter(arc, ready, takes)
                push(here, begins + takes, after, begins + takes, head, here.stage, arc, begins)
    return None


def _ready(here: _Label, arc: int, length: float, rest: Rest, gate: Passable) -> list[tuple[float, float]]:
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
    last, steps = label, []
    while label is not None:
        if label.arc >= 0:
            steps.append((label.arc, label.begins, label.now))
        label = label.before
    arcs, begins, ends = (list(column) for column in zip(*reversed(steps), strict=True)) if steps else ([], [], [])
    return Journey(arcs, begins, ends, *((last.now, last.wheel, last.stopped) if last else (0.0,)))


class Left:
    """What remains to be done from each state if nothing were shut, by stages: the exact bound of the search.

    Found from the end backwards. Per stage and state some (time, driven until the next rest, what remains when it is
    driven next): each is better than all others in one of the three.

    Parameters
    ----------
    ways, stages, rest
        As of `earliest`.
    """

    def __init__(self, ways: Ways, stages: Sequence[frozenset[int]], rest: Rest) -> None:
        self.rest = rest
        entering: list[list[tuple[int, float, bool]]] = [[] for _ in ways.leaving]
        for tail, leaving in enumerate(ways.leaving):
            for _, head, length, drives in leaving:
                entering[head].append((tail, length, drives))
        self.known: list[list[list[tuple[float, float, float]]]] = []
        for stage in reversed(stages):
            after = self.known[0] if self.known else None
            ends = [(state, one) for state in stage for one in (after[state] if after else [(0.0, 0.0, 0.0)])]
            self.known.insert(0, self._back(entering, ends))

    def __call__(self, stage: int, state: int, wheel: float, idle: float) -> float:
        """Return what remains at least for a column that has driven so much, and not driven since so long."""
        best, rest = _NEVER, self.rest.rest
        for ahead, driven, next_drive in self.known[stage][state]:
            if wheel + driven > self.rest.day:
                ahead += max(rest - idle - (ahead - next_drive), 0.0)  # noqa: PLW2901
            best = min(best, ahead)
        return best

    def _back(
        self, entering: list[list[tuple[int, float, bool]]], ends: Iterable[tuple[int, tuple[float, float, float]]]
    ) -> list[list[tuple[float, float, float]]]:
        rest, day, full = self.rest.rest, self.rest.day, self.rest.at_places
        found: list[list[tuple[float, float, float]]] = [[] for _ in entering]
        heap = [(*label, state) for state, label in ends]
        heapq.heapify(heap)
        while heap:
            ahead, driven, drive, state = heapq.heappop(heap)
            if any(b <= driven and c <= drive for _, b, c in found[state]):
                continue
            found[state].append((ahead, driven, drive))
            for tail, length, drives in entering[state]:
                if not drives:
                    rested = not driven or ahead + length - drive >= rest
                    after, until = (0.0, -_NEVER) if rested else (driven, drive)
                    heapq.heappush(heap, (ahead + length, after, until, tail))
                    continue
                pause = [(0.0, max(rest - (ahead - drive), 0.0))] if driven else []
                for so_far, more in ((driven, 0.0), *pause):
                    halts = max(ceil((so_far + length) / day) - 1, 0) if length else 0
                    if full and so_far and length <= day and halts:
                        continue  # a rest comes before it: the other case
                    after = day if full and length > day else so_far + length - halts * day
                    then = ahead + more + length + halts * rest
                    heapq.heappush(heap, (then, after, then, tail))
        return found


def spells_of(graph: Graph, net: Network, clock: Clock, *, per_second: float = 1.0) -> dict[int, Spells]:
    """Return per arc of a graph when it is shut by the closures in windows of a network, in parts of a second."""
    from mobility.model.windows import merged

    if not net.timed:
        return {}
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
