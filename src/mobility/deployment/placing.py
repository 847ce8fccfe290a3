"""Placing columns one after another, each as early as what is booked allows, and what no plan can be better than."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mobility.analysis.by_clock import Journey, earliest
from mobility.deployment.booked import NEVER, Booked, Need, Passage, Thing
from mobility.deployment.columns import Column, Field, Rates, columns_of, fields_of
from mobility.deployment.time_expanded import SEA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from mobility.model.network import Network
    from mobility.model.orders import Orders

_DAY_S = 86_400


class Step(NamedTuple):
    """What is passed before the first arc or after the last: landing or loading at a place."""

    need: Need
    begin: float
    end: float


class Move(NamedTuple):
    """A column on its way; times are seconds after the start of the plan.

    Attributes
    ----------
    before, after
        Landing and loading where it starts, landing where it ends.
    journey
        Arcs of its field's graph, and when its head enters and leaves each.
    waits
        Per arc what it waited for before it longest, () for nothing or a rest.
    end
        When its tail is there.
    """

    column: Column
    before: tuple[Step, ...]
    journey: Journey
    after: tuple[Step, ...]
    waits: tuple[Thing, ...]
    end: float

    @property
    def start(self) -> float:
        """When its head leaves: enters the first arc, or lands."""
        return self.before[0].begin if self.before else self.journey.begins[0]


class Score(NamedTuple):
    """How good a plan is, the less the better: missed deadlines by priority, last end, sum of ends."""

    missed: tuple[int, ...]
    last: float
    total: float


class Conflict(NamedTuple):
    """Forces (numbers in the orders) of which at least one misses its deadline, and the port (id) they share."""

    forces: tuple[int, ...]
    place: str


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan for all columns."""

    moves: tuple[Move, ...]
    score: Score


class Placing:
    """Forces and rules of a plan, and columns placed by them."""

    def __init__(self, net: Network, orders: Orders) -> None:
        self.net, self.orders = net, orders
        self.fields = fields_of(net, orders)
        self.rates = Rates(self.fields)
        self.columns = columns_of(orders, self.fields)
        rules = net.rules.deploy
        self.trains = float(rules["trains_pool"] if orders.trains is None else orders.trains)
        self.horizon = rules["horizon_days"] * _DAY_S
        self.priorities = sorted({order.priority for order in orders.forces})

    def place(self, column: Column, booked: Booked, *, book: bool = True) -> Move | None:
        """Return the move of a column that arrives first, None where it finds no way within the horizon."""
        field = self.fields[column.force]
        needs = self.rates.needs(field, column.vehicles)
        passage = Passage(field.gate, needs, booked, self.horizon, *field.opens)
        steps, starts = {}, []
        for place, states in field.joint.starts.items():
            for state in states.tolist():
                done = tuple(self._boards(field, place, int(field.graph.mode[state]), column, booked))
                ready = done[-1].end if done else float(column.ready)
                if ready < NEVER:
                    steps[state] = done
                    starts.append((state, ready))
        found = [
            journey
            for ways, left in zip(field.ways, field.lefts, strict=True)
            if (journey := earliest(ways, starts, field.stages, left, passage)) is not None
        ]
        if not found:
            return None
        journey = min(found, key=lambda one: one.arrival)
        return self._moved(column, field, journey, steps, passage, booked if book else None)

    def _moved(
        self,
        column: Column,
        field: Field,
        journey: Journey,
        steps: dict[int, tuple[Step, ...]],
        passage: Passage,
        booked: Booked | None,
    ) -> Move | None:
        graph = field.graph
        before = steps[int(graph.tail[journey.arcs[0]])]
        after: tuple[Step, ...] = ()
        last, end = journey.arcs[-1], journey.arrival
        if graph.mode[graph.head[last]] == SEA:
            place = str(field.net.places.index[graph.place[graph.head[last]]])
            after = tuple(self._steps(self.rates.landing(field, place, column.vehicles), end, passage.booked))
            end = after[-1].end if after else end
        elif graph.link[last] >= 0:
            end += float(field.passing(column.vehicles)[graph.link[last]])
        if end == NEVER:
            return None
        since, waits = before[-1].end if before else float(column.ready), []
        for arc, begin in zip(journey.arcs, journey.begins, strict=True):
            held = passage.held(arc, since, float(field.lasts[arc])) if begin > since else (since, ())
            waits.append(held[1] if held[0] - since > (begin - since) / 2 else ())  # the rest is a rest
            since = journey.ends[len(waits) - 1]
        if booked is not None:
            for step in (*before, *after):
                booked.book(step.need, step.begin)
            for arc, begin in zip(journey.arcs, journey.begins, strict=True):
                for need in passage.needs.get(arc, ()):
                    booked.book(need, begin)
        return Move(column, before, journey, after, tuple(waits), end)

    def _boards(self, field: Field, place: str, mode: int, column: Column, booked: Booked) -> Iterable[Step]:
        """Iterate over landing and loading where a column starts."""
        landing = self.rates.landing(field, place, column.vehicles)
        done = list(self._steps(landing, float(column.ready), booked))
        now = done[-1].end if done else float(column.ready)
        loading = self.rates.boarding(field, place, mode, column.vehicles)
        yield from done
        while loading and now < NEVER:  # ramp and trains at the same moment
            later = now
            for need in loading:
                later = booked.free(need, later)
            if later == now:
                break
            now = later
        yield from (Step(need, now, now) for need in loading)

    def _steps(self, needs: Sequence[Need], now: float, booked: Booked) -> Iterable[Step]:
        for need in needs:
            begin = booked.free(need, now)
            now = begin + need.takes
            yield Step(need, begin, now)

    def plan(self, sequence: Iterable[Column]) -> Plan | None:
        """Return the plan in which columns are placed in some order, those that are fixed first."""
        booked, moves = Booked(self.trains), {}
        for column in sorted(sequence, key=lambda one: not one.fixed):
            move = self.place(column, booked)
            if move is None:
                return None
            moves[column] = move
        return self.scored(moves[column] for column in self.columns)

    def scored(self, moves: Iterable[Move]) -> Plan:
        """Return a plan with its score."""
        moves = tuple(moves)
        ends: dict[int, float] = {}
        for move in moves:
            ends[move.column.force] = max(move.end, ends.get(move.column.force, 0.0))
        return Plan(moves, self.score(ends, sum(move.end for move in moves)))

    def score(self, ends: dict[int, float], total: float) -> Score:
        """Return the score of the ends of forces."""
        missed = dict.fromkeys(self.priorities, 0)
        for number, end in ends.items():
            order = self.orders.forces[number]
            missed[order.priority] += order.latest is not None and end > order.latest
        return Score(tuple(missed.values()), max(ends.values()), total)

    @cached_property
    def alone(self) -> list[Move | None]:
        """Per column its move if there were no other: none can end before it."""
        known: dict[tuple[int, int, int], Move | None] = {}
        found = []
        for column in self.columns:
            key = column.force, column.vehicles, column.ready
            if key not in known:
                known[key] = self.place(column, Booked(self.trains), book=False)
            found.append(known[key])
        return found

    @cached_property
    def bounds(self) -> dict[int, float]:
        """Per force a moment before which it cannot be complete, whatever the plan.

        No column ends before it would alone; and where a force lands in one port or airport, its last column lands
        after all others.
        """
        found: dict[int, float] = {}
        for column, move in zip(self.columns, self.alone, strict=True):
            found[column.force] = max(found.get(column.force, 0.0), move.end if move else NEVER)
        for forces in self.quays.values():
            for number in forces:
                found[number] = max(found[number], self._last_ashore(number, [number]))
        return found

    @cached_property
    def quays(self) -> dict[str, list[int]]:
        """Forces that land in one port or airport only, by its id, where that has a limit."""
        found: dict[str, list[int]] = {}
        for number, field in enumerate(self.fields):
            if len(field.starts) == 1 and self.rates.landing(field, field.starts[0], 1):
                found.setdefault(field.starts[0], []).append(number)
        return found

    def _last_ashore(self, force: int, forces: Sequence[int]) -> float:
        """Return before when a force is not complete if, of some that share a port, a column of its own lands last."""
        own = [column for column in self.columns if column.force in forces]
        place = self.fields[force].starts[0]
        apart = [self.rates.landing(self.fields[c.force], place, c.vehicles)[0].takes for c in own]
        begins = min(column.ready for column in own) + sum(apart) - max(apart)
        last = min((column for column in own if column.force == force), key=lambda column: column.vehicles)
        last = last._replace(ready=max(last.ready, int(min(begins, self.horizon))))
        move = self.place(last, Booked(self.trains), book=False)
        return move.end if move else NEVER

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Forces whose deadlines no plan keeps together, in sets as small as can be, each force in one at most.

        A force that comes too late by itself, or several that land in one port: whichever lands last is late.
        """
        latest = {number: order.latest for number, order in enumerate(self.orders.forces) if order.latest is not None}
        late = [number for number, moment in latest.items() if self.bounds[number] > moment]
        found = [Conflict((number,), "") for number in late]
        for place, forces in self.quays.items():
            chosen: list[int] = []
            for number in sorted(latest.keys() & set(forces) - set(late), key=lambda one: latest[one]):
                chosen.append(number)
                if self._all_late(chosen, latest):
                    for one in tuple(chosen):
                        rest = [other for other in chosen if other != one]
                        chosen = rest if rest and self._all_late(rest, latest) else chosen
                    found.append(Conflict(tuple(sorted(chosen)), place))
                    chosen = []
        return found

    def _all_late(self, forces: Sequence[int], latest: dict[int, int]) -> bool:
        """Return whether each of some forces that share a port is late if it lands last."""
        return all(self._last_ashore(force, forces) > latest[force] for force in reversed(forces))

    @cached_property
    def least(self) -> Score:
        """The score that no plan can be better than, part by part."""
        missed = dict.fromkeys(self.priorities, 0)
        for conflict in self.conflicts:  # one of each is late, at best one that matters least
            missed[max(self.orders.forces[number].priority for number in conflict.forces)] += 1
        last = max(self.bounds.values())
        for forces in self.quays.values():
            last = max(last, min(self._last_ashore(force, forces) for force in forces))
        return Score(tuple(missed.values()), last, max(sum(m.end if m else NEVER for m in self.alone), 0.0))


def sequences(placing: Placing) -> list[list[Column]]:
    """Return orders in which to place columns that are worth a try: by deadline and priority, by turns, the longest."""
    forces = placing.orders.forces

    def latest(column: Column) -> float:
        return forces[column.force].latest or NEVER

    ends = {move.column.force: move.end for move in placing.alone if move}
    keys = (
        lambda c: (forces[c.force].priority, latest(c), c.ready, c.force, c.number),
        lambda c: (latest(c), forces[c.force].priority, c.force, c.number),
        lambda c: (forces[c.force].priority, c.number, latest(c), c.force),
        lambda c: (forces[c.force].priority, -ends.get(c.force, 0.0), c.force, c.number),
        lambda c: (c.number, -ends.get(c.force, 0.0), c.force),
        lambda c: (ends.get(c.force, 0.0), c.force, c.number),
    )
    return [sorted(placing.columns, key=key) for key in keys]


def shuffled(placing: Placing, sequence: list[Column], draw: np.random.Generator) -> list[Column]:
    """Return an order with one force, or one column, moved forward."""
    whole = len(placing.fields) > 1 and draw.random() < 0.5  # noqa: PLR2004 - as often as not
    picked = sequence[int(draw.integers(1, len(sequence)))] if len(sequence) > 1 else sequence[0]
    own = [c for c in sequence if (c.force == picked.force if whole else c is picked)]
    rest = [c for c in sequence if c not in own]
    at = int(draw.integers(0, max(len(rest), 1)))
    return [*rest[:at], *own, *rest[at:]]
