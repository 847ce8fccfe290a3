"""Moves of columns, the plan that they make, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mobility.analysis.by_clock import Journey
    from mobility.deployment.booked import Need, Thing
    from mobility.deployment.columns import Column
    from mobility.deployment.fields import Field


class Step(NamedTuple):
    """What is passed before the first arc or after the last: landing or loading at a place."""

    need: Need
    begin: float
    end: float


class Move(NamedTuple):
    """A column on its way; times are seconds after the start of the plan.

    Attributes
    ----------
    field
        Where it could go.
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
    field: Field
    before: tuple[Step, ...]
    journey: Journey
    after: tuple[Step, ...]
    waits: tuple[Thing, ...]
    end: float

    @property
    def start(self) -> float:
        """When its head leaves: enters the first arc, or lands."""
        return self.before[0].begin if self.before else self.journey.begins[0]

    @property
    def ends(self) -> tuple[str, str]:
        """Where it sets out, and where it is at last (ids of places)."""
        graph, arcs = self.field.graph, self.journey.arcs
        places = self.field.net.places.index
        return str(places[graph.place[graph.tail[arcs[0]]]]), str(places[graph.place[graph.head[arcs[-1]]]])


class Score(NamedTuple):
    """How good a plan is, the less the better: missed deadlines by priority, last end, sum of ends."""

    missed: tuple[int, ...]
    last: float
    total: float


class Conflict(NamedTuple):
    """Forces (numbers in the orders) of which at least one misses its deadline, and the port or link:ID they share."""

    forces: tuple[int, ...]
    place: str


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan for all columns."""

    moves: tuple[Move, ...]
    score: Score
