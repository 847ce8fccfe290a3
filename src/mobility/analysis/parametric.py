"""The best route as one number changes: exact breakpoints of the lower envelope of linear functions.

Where some arcs take a + b x t, a route takes the sum of its own: a straight line over t. The least of all lines
bends downwards, so two routes that are best at two values meet between them, and there either they are best still -
that is a breakpoint - or a third route is better, and both halves are asked alike. Whole numbers throughout: no
breakpoint is rounded.

References
----------
Eisner, M. J., Severance, D. G. (1976). Mathematical techniques for efficient record segmentation in large shared
databases. Journal of the ACM 23(4), 619-635.
Ramaswamy, R., Orlin, J. B., Chakravarti, N. (2005). Sensitivity analysis for shortest path problems and maximum
capacity path problems in undirected graphs. Mathematical Programming 102(2), 355-369.
"""

from __future__ import annotations

import heapq
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from mobility.analysis.graph import Graph
    from mobility.vocabulary import Array

Value = Fraction | int
# The parts of one whole number that orders routes: what they take, how that grows, transfers and legs.
_COST, _SLOPE = 128, 64
_MINOR = 2.0**20


class Line(NamedTuple):
    """What a route takes over the parameter: `base` + `slope` x t; and its arcs, in order of travel."""

    base: int
    slope: int
    path: tuple[int, ...]

    def at(self, t: Value) -> Value:
        """Return what the route takes at a value."""
        return self.base + self.slope * t

    def meets(self, other: Line) -> Fraction:
        """Return where it takes as long as another line of another slope."""
        return Fraction(other.base - self.base, self.slope - other.slope)


class Parametric:
    """Searches a graph of which arc i takes ``base[i] + slope[i] * t``, for one origin and one destination.

    Parameters
    ----------
    graph
        The routable graph; only its arcs and how it orders ties count.
    starts, targets
        States.
    base, slope
        Whole numbers, not negative, one per arc.
    open_
        Which arcs can be used; default: all.
    """

    def __init__(
        self, graph: Graph, starts: Array, targets: Array, base: Array, slope: Array, open_: Array | None = None
    ) -> None:
        self.base, self.slope = [int(a) for a in base], [int(b) for b in slope]
        self.starts, self.targets = [int(s) for s in starts], {int(s) for s in targets}
        self.tail = graph.tail.tolist()
        minor = np.remainder(graph.rank, _MINOR).tolist()
        self.minor = [int(m) for m in minor]
        self.out: list[list[tuple[int, int]]] = [[] for _ in range(graph.size)]
        arcs = np.arange(len(graph.tail)) if open_ is None else np.flatnonzero(open_)
        for arc, head in zip(arcs.tolist(), graph.head[arcs].tolist(), strict=True):
            self.out[self.tail[arc]].append((arc, head))

    def best(self, t: Value | None) -> Line | None:
        """Return the best route at a value (None: beyond all), of several the one that is best just above it."""
        if t is None:
            weights = [(b << _COST) + (a << _SLOPE) + m for a, b, m in self._arcs()]
        else:
            p, q = Fraction(t).as_integer_ratio()
            weights = [(q * a + p * b << _COST) + (b << _SLOPE) + m for a, b, m in self._arcs()]
        least, before = dict.fromkeys(self.starts, 0), dict.fromkeys(self.starts, -1)
        queue, done = [(0, s) for s in self.starts], set[int]()
        while queue:
            length, state = heapq.heappop(queue)
            if state in done:
                continue
            done.add(state)
            if state in self.targets:
                return self._line(before, state)
            for arc, head in self.out[state]:
                further = length + weights[arc]
                if head not in least or further < least[head]:
                    least[head], before[head] = further, arc
                    heapq.heappush(queue, (further, head))
        return None

    def line(self, path: list[int]) -> Line:
        """Return the line of a route."""
        return Line(sum(self.base[arc] for arc in path), sum(self.slope[arc] for arc in path), tuple(path))

    def envelope(self, low: Value, high: Value) -> list[tuple[Value, Line]]:
        """Return the best routes from a value to another: where each begins to be best; none: there is no way."""
        first, last = self.best(low), self.best(high)
        if first is None or last is None:
            return []
        return [(low, first), *(found for found in self._between(first, last) if found[0] < high)]

    def _between(self, first: Line, last: Line) -> list[tuple[Value, Line]]:
        if first[:2] == last[:2]:
            return []
        t = first.meets(last)
        between = self.best(t)
        if between is None or between.at(t) == first.at(t):
            return [(t, last)]
        return [*self._between(first, between), *self._between(between, last)]

    def rise(self, path: list[int]) -> tuple[Value, Line] | None:
        """Return up to which value a route that is best now stays so, and the route beyond; None: always."""
        own, other = self.line(path), self.best(None)
        if other is None or (other.slope, other.base) >= (own.slope, own.base):
            return None
        t = own.meets(other)
        while (nearer := self.best(t)) is not None and nearer.at(t) < own.at(t):
            other, t = nearer, own.meets(nearer)
        return t, other

    def fall(self, path: list[int], low: Value) -> tuple[Value, Line] | None:
        """Return down to which value a route that is best now stays so, and the route below; None: down to `low`."""
        own, t, found = self.line(path), low, None
        while (other := self.best(t)) is not None and other.at(t) < own.at(t):
            found, t = other, own.meets(other)
        return None if found is None else (t, found)

    def _arcs(self) -> zip[tuple[int, int, int]]:
        return zip(self.base, self.slope, self.minor, strict=True)

    def _line(self, before: dict[int, int], state: int) -> Line:
        path: list[int] = []
        while (arc := before[state]) >= 0:
            path.append(arc)
            state = self.tail[arc]
        return self.line(path[::-1])
