"""Where all ways of a force lead through: links that none of them can go round, and when it can be there at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.by_clock import Ways
    from mobility.deployment.fields import Field
    from mobility.vocabulary import Array


def sole_arcs(ways: Ways, starts: Iterable[int], goals: frozenset[int]) -> list[int]:
    """Return the arcs that every way from some states to others leads over, in order (bridges of the flow graph).

    Along one way, as far as can be reached without it: where nothing but its next arc leads on, that is one.
    """
    begins = list(starts)
    path = _path(ways, begins, goals)
    on_it, number = {arc for arc, _ in path}, {head: i for i, (_, head) in enumerate(path, 1)}
    known, stack, found = set(begins), list(begins), []
    far = here = 0
    while here < len(path):
        while stack:
            for arc, head, _, _ in ways.leaving[stack.pop()]:
                if arc not in on_it and head not in known:
                    known.add(head)
                    stack.append(head)
                    far = max(far, len(path) if head in goals else number.get(head, 0))
        if far == here:
            found.append(path[here][0])
            far += 1
        new = {path[i][1] for i in range(here, far)} - known
        known |= new
        stack.extend(new)
        here = far
    return found


def _path(ways: Ways, starts: list[int], goals: frozenset[int]) -> list[tuple[int, int]]:
    """Return some way as (arc, state at its end), [] where there is none."""
    came: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
    queue = list(starts)
    for state in queue:
        if state in goals:
            path = []
            while (step := came[state]) is not None:
                path.append((step[0], state))
                state = step[1]  # noqa: PLW2901 - back along it
            return path[::-1]
        for arc, head, _, _ in ways.leaving[state]:
            if head not in came:
                came[head] = arc, state
                queue.append(head)
    return []


def reached(field: Field) -> Array:
    """Return the seconds after which each state of a force's graph can be reached at least, without rests."""
    graph = field.graph
    _, first, heads, rank = graph.out
    ahead = csr_matrix((rank, heads, first), (graph.size, graph.size))
    seconds: Array = np.floor(milliseconds(dijkstra(ahead, indices=field.joint.start, min_only=True)) / 1000)
    return seconds


def until_the_end(field: Field, arc: int, vehicles: int) -> float:
    """Return the seconds from when a column enters an arc until its tail is there, at least."""
    graph = field.graph
    left = min(left(0, int(graph.head[arc]), 0.0, np.inf) for left in field.lefts)
    last = graph.link[np.isin(graph.head, field.joint.goal)]
    tails = np.where(last >= 0, field.passing(vehicles)[np.maximum(last, 0)], 0.0)
    return float(field.takes[arc]) + left + float(tails.min(initial=np.inf))
