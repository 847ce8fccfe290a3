"""What the arcs of a graph are to closures: which thing each is, and which arcs go with a thing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.graph import Graph
    from mobility.vocabulary import Array

CUT_OFF = 1 << 80  # harm of one pair cut off, in milliseconds: more than all delays together
_NONE = np.array([], dtype=int)


@dataclass(eq=False)
class Field:
    """A graph, and of each arc (for places: each end of it) its own thing and what stands for that one."""

    graph: Graph
    own: Array
    stands: Array
    ends: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph, rows: Array, number: Array, stands_for: Array) -> Field:
        """Find what each arc is; of things that fail alike only the one that stands for them can be closed."""
        own, stands = (np.append(column, [-1] * 3)[rows] for column in (number, stands_for))
        return cls(graph, own, stands)

    def all(self) -> frozenset[int]:
        """Return what can be closed."""
        return frozenset(np.unique(self.own[(self.own == self.stands) & (self.own >= 0)]).tolist())

    def things(self, arcs: list[int]) -> frozenset[int]:
        """Return what can be closed on some arcs."""
        return frozenset(self.stands[:, arcs].ravel().tolist()) - {-1}

    def arcs(self, closed: Iterable[int]) -> Array:
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

    def within(self, inside: Array) -> Field:
        """Return the part that some states make (a bool per state)."""
        graph, arcs = self.graph.within(inside)
        return Field(graph, self.own[:, arcs], self.stands[:, arcs])
