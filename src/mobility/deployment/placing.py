"""Placing columns one after another, each as early as what is booked allows, and what no plan can be better than."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.by_clock import earliest
from mobility.deployment.booked import NEVER, Booked, Need, Passage, Thing
from mobility.deployment.columns import Column, columns_of
from mobility.deployment.fields import Field, fields_of
from mobility.deployment.moves import Conflict, Move, Plan, Score, Step
from mobility.deployment.narrows import reached, sole_arcs, until_the_end
from mobility.deployment.rates import Rates
from mobility.deployment.time_expanded import SEA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.analysis.by_clock import Journey
    from mobility.model.network import Network
    from mobility.model.orders import Orders
    from mobility.vocabulary import Array

_DAY_S = 86_400
_NARROWS = 3  # links looked at that a column cannot go round: those that take it longest


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

    def place(self, column: Column, booked: Booked, there: Move | None = None, *, book: bool = True) -> Move | None:
        """Return the move of a column that arrives first, None where it finds no way within the horizon.

        `there`: of a way back, how it came.
        """
        field, driven = column.field, (0.0, -NEVER)
        if there is not None:
            column = column._replace(ready=max(column.ready, self._leaves(column, there.end)))
            (start, goal), driven = there.ends, (there.journey.wheel, there.journey.stopped)
            field = field.only((goal,), (start,))
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
            if (journey := earliest(ways, starts, field.stages, left, passage, driven)) is not None
        ]
        if not found:
            return None
        journey = min(found, key=lambda one: one.arrival)
        return self._moved(column, field, journey, steps, passage, booked if book else None)

    def _leaves(self, column: Column, there: float) -> int:
        """Return when a column can go back whose tail is there at some moment."""
        return int(np.ceil(there)) + self.orders.forces[column.force].stay

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
        return Move(column, field, before, journey, after, tuple(waits), end)

    def _boards(self, field: Field, place: str, mode: int, column: Column, booked: Booked) -> Iterable[Step]:
        """Iterate over landing and loading where a column starts."""
        landing = () if field.order.follows else self.rates.landing(field, place, column.vehicles)
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
        """Return the plan in which columns are placed in some order, those that are fixed first.

        A way back is placed after the way there, that at the latest right before it.
        """
        booked, moves = Booked(self.trains), dict[Column, Move]()
        for column in sorted(sequence, key=lambda one: not one.fixed):
            for one in (column.after, column) if column.after else (column,):
                if one in moves:
                    continue
                move = self.place(one, booked, moves[one.after] if one.after else None)
                if move is None:
                    return None
                moves[one] = move
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
        known: dict[tuple[Field, int, int], Move | None] = {}
        found: dict[Column, Move | None] = {}
        for column in self.columns:
            ready, there = column.ready, found[column.after] if column.after else None
            if column.after:  # rested: another way there may be later, and less driven
                ready = max(ready, self._leaves(column, there.end) if there else int(self.horizon))
            key = column.field, column.vehicles, ready
            if key not in known:
                known[key] = self.place(column._replace(ready=ready), Booked(self.trains), book=False)
            found[column] = known[key]
        return list(found.values())

    @cached_property
    def bounds(self) -> dict[int, float]:
        """Per force a moment before which it cannot be complete, whatever the plan.

        No column ends before it would alone; where columns of a force land in one port or airport, or none can go round
        a link, the last passes after all others; and a force is not back before all of it was there, stayed, and went
        the way.
        """
        found: dict[int, float] = {}
        for column, move in zip(self.columns, self.alone, strict=True):
            found[column.force] = max(found.get(column.force, 0.0), move.end if move else NEVER)
        for thing, forces in self.shared.items():
            for number in forces:
                found[number] = max(found[number], self._last_through(number, [number], thing))
        back = sorted((column for column in self.columns if column.after), key=lambda column: -column.vehicles)
        for column in {column.force: column for column in back}.values():  # the smallest of each
            there = found[column.after.force]  # type: ignore[union-attr]  # of those that have one
            ready = max(self.orders.forces[column.force].ready, self._leaves(column, min(there, self.horizon)))
            move = self.place(column._replace(ready=ready), Booked(self.trains), book=False)
            found[column.force] = max(found[column.force], move.end if move else NEVER)
        return found

    @cached_property
    def shared(self) -> dict[Thing, list[int]]:
        """Forces with columns that all pass a port, airport or link which none of them can go round, one by one."""
        return {thing: list(dict.fromkeys(column.force for column in own)) for thing, own in self._through.items()}

    @cached_property
    def _through(self) -> dict[Thing, list[Column]]:
        found: dict[Thing, list[Column]] = {}
        for column in self.columns:
            starts = column.field.starts
            if not column.after and len(starts) == 1 and self.rates.landing(column.field, starts[0], 1):
                found.setdefault(("landing", starts[0]), []).append(column)
            for thing in self._narrows(column):
                found.setdefault(thing, []).append(column)
        return found

    def _narrows(self, column: Column) -> dict[Thing, tuple[int, float]]:
        """Return the links that a column cannot go round, those that take it longest: arc, and seconds taken."""
        field = column.field
        if column.after or field.order.routes or field.via:
            return {}
        if field not in self._sole:
            self._sole[field] = sole_arcs(field.ways[0], field.joint.start.tolist(), field.stages[-1]), reached(field)
        needs = self.rates.needs(field, column.vehicles)
        all_ = {need.thing: (arc, need.takes) for arc in self._sole[field][0] for need in needs.get(arc, ())[:1]}
        slow = sorted((thing for thing in all_ if thing[0] == "link"), key=lambda thing: -all_[thing][1])
        return {thing: all_[thing] for thing in slow[:_NARROWS]}

    @cached_property
    def _sole(self) -> dict[Field, tuple[list[int], Array]]:
        return {}

    def _last_through(self, force: int, forces: Sequence[int], thing: Thing) -> float:
        """Return before when a force is not complete if, of some that all pass a thing, a column of its own is last."""
        own = [column for column in self._through[thing] if column.force in forces]
        smallest: dict[Field, Column] = {}
        for column in own:
            if column.force == force and column.vehicles <= smallest.get(column.field, column).vehicles:
                smallest[column.field] = column
        if thing[0] == "link":
            each = [self._narrows(column)[thing] for column in own]
            there = zip(own, each, strict=True)
            first = min(c.ready + float(self._sole[c.field][1][c.field.graph.tail[arc]]) for c, (arc, _) in there)
            begins = first + sum(takes for _, takes in each) - max(takes for _, takes in each)
            arcs = {field: self._narrows(column)[thing][0] for field, column in smallest.items()}
            return min(begins + until_the_end(field, arcs[field], c.vehicles) for field, c in smallest.items())
        apart = [self.rates.landing(column.field, thing[1], column.vehicles)[0].takes for column in own]
        begins = min(column.ready for column in own) + sum(apart) - max(apart)
        ends = []
        for column in smallest.values():  # whichever part of it lands last
            last = column._replace(ready=max(column.ready, int(min(begins, self.horizon))))
            move = self.place(last, Booked(self.trains), book=False)
            ends.append(move.end if move else NEVER)
        return min(ends)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Forces whose deadlines no plan keeps together, in sets as small as can be, each force in one at most.

        A force that comes too late by itself, or several that land in one port or all pass one link: whichever is last
        there is late.
        """
        latest = {number: order.latest for number, order in enumerate(self.orders.forces) if order.latest is not None}
        late = [number for number, moment in latest.items() if self.bounds[number] > moment]
        found = [Conflict((number,), "") for number in late]
        for thing, forces in self.shared.items():
            chosen: list[int] = []
            done = {number for conflict in found for number in conflict.forces}
            for number in sorted(latest.keys() & set(forces) - done, key=lambda one: latest[one]):
                chosen.append(number)
                if self._all_late(chosen, latest, thing):
                    for one in tuple(chosen):
                        rest = [other for other in chosen if other != one]
                        chosen = rest if rest and self._all_late(rest, latest, thing) else chosen
                    place = thing[1] if thing[0] == "landing" else f"link:{thing[1]}"
                    found.append(Conflict(tuple(sorted(chosen)), place))
                    chosen = []
        return found

    def _all_late(self, forces: Sequence[int], latest: dict[int, int], thing: Thing) -> bool:
        """Return whether each of some forces that all pass a thing is late if it is last there."""
        return all(self._last_through(force, forces, thing) > latest[force] for force in reversed(forces))

    @cached_property
    def least(self) -> Score:
        """The score that no plan can be better than, part by part."""
        missed = dict.fromkeys(self.priorities, 0)
        for conflict in self.conflicts:  # one of each is late, at best one that matters least
            missed[max(self.orders.forces[number].priority for number in conflict.forces)] += 1
        last = max(self.bounds.values())
        for thing, forces in self.shared.items():
            last = max(last, min(self._last_through(force, forces, thing) for force in forces))
        return Score(tuple(missed.values()), last, max(sum(m.end if m else NEVER for m in self.alone), 0.0))
