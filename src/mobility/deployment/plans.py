"""A plan: how a force arrives, as early as can be in the sum."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from mobility.deployment.flow_over_time import Expanded, carried
from mobility.deployment.time_expanded import EXACT, MOST, POOL, UNIT
from mobility.errors import solved

if TYPE_CHECKING:
    from mobility.deployment.time_expanded import Steps
    from mobility.vocabulary import Array

_ARRIVAL, _ARC = 100.0, 0.01  # costs of a plan: a step later at the end, one more arc; a step on the way costs 1


class Plan(NamedTuple):
    """A flow over time: arcs of `steps` (their indices), the step in which they are entered, and vehicles."""

    steps: Steps
    arc: Array
    step: Array
    vehicles: Array


def plan(steps: Steps, horizon: int, need: float) -> Plan:
    """Return how `need` vehicles arrive within the horizon, on the steady routes where these suffice.

    On them, as early as can be in the sum, then with the fewest steps on the way (linear programme).
    """
    routes = np.concatenate([_routes(s, horizon) for s in (steps, steps.relieved([POOL], np.inf))])
    few = steps.only(routes)
    found = carried(few, horizon, need)
    if not found.enough:
        found = carried(steps, horizon, need)
        few = steps.only(np.r_[routes, found.arcs])
    whole, parts = _in_series(few)
    at = Expanded.of(whole, horizon)
    n, nodes, vehicles = len(at.arc), np.unique(np.r_[at.tail, at.head]), min(need, found.vehicles)
    ends = (np.r_[np.ones(n), -np.ones(n)], (np.searchsorted(nodes, np.r_[at.head, at.tail]), np.tile(np.arange(n), 2)))
    stay = vehicles * ((nodes == at.sink) * 1.0 - (nodes == at.source))
    loads = np.flatnonzero(whole.loads[at.arc])
    way = np.array([sum(few.takes[part] + _ARC) for part in parts]) * (whole.tail != whole.head)
    lands = whole.head[at.arc] == whole.sink
    flow = linprog(
        lands * (at.step + whole.takes[at.arc]) * _ARRIVAL + way[at.arc],
        A_eq=csr_matrix(ends, (len(nodes), n)),
        b_eq=stay,
        A_ub=csr_matrix((np.ones(len(loads)), (at.step[loads], loads)), (horizon, n)),
        b_ub=np.full(horizon, min(steps.pool, vehicles)),
        bounds=np.c_[np.zeros(n), np.minimum(at.room / UNIT, vehicles)],
        method="highs",
    )
    solved(flow.success, "plan of the flow", flow.message)
    used = np.flatnonzero(flow.x > EXACT / 1000)
    arc = np.concatenate([parts[i] for i in at.arc[used]])
    each = np.array([len(parts[i]) for i in at.arc[used]])
    start = np.concatenate([np.cumsum(few.takes[parts[i]]) - few.takes[parts[i]] for i in at.arc[used]])
    step = np.repeat(at.step[used], each) + start
    order = np.lexsort((step, arc))
    return Plan(few, arc[order], step[order], np.repeat(flow.x[used], each)[order])


def _routes(steps: Steps, horizon: int) -> Array:
    """Return the arcs of steady routes that carry most before the horizon: few of them (a vertex of a programme)."""
    tail, head = steps.tail, steps.head
    useful = steps.earliest[tail] + steps.takes + steps.remaining[head] < horizon
    real = np.flatnonzero((tail != head) & steps.open & useful)
    tail, head, n = tail[real], head[real], len(real)
    inner = np.setdiff1d(np.r_[tail, head], [steps.source, steps.sink])
    entries = (np.r_[np.ones(n), -np.ones(n)], (np.r_[head, tail], np.tile(np.arange(n), 2)))
    room = np.where(tail == steps.source, np.inf, steps.room[real])
    found = linprog(
        steps.takes[real] - horizon * (head == steps.sink),
        A_eq=csr_matrix(entries, (steps.size, n))[inner],
        b_eq=np.zeros(len(inner)),
        A_ub=csr_matrix(steps.loads[real].astype(float)[None]),
        b_ub=[min(steps.pool, MOST / UNIT)],
        bounds=np.c_[np.zeros(n), np.minimum(room, MOST / UNIT)],
        method="highs",
    )
    solved(found.success, "steady routes", found.message)
    routes: Array = real[found.x > EXACT / UNIT]
    return routes


def _in_series(steps: Steps) -> tuple[Steps, list[Array]]:
    """Return the steps with arcs that follow each other without a choice as one, and the arcs that each is made of.

    Nothing is gained by waiting between them: whoever waits there can wait before them, and no room between them is
    less than the least. Trains are limited in the step in which they load, the source as a whole, and what is shut at
    times is waited for: these stay alone.
    """
    tail, head, size = steps.tail, steps.head, steps.size
    real = np.flatnonzero((tail != head) & steps.open)
    alone = real[steps.loads[real] | (tail[real] == steps.source) | (steps.gate[real] >= 0)]
    stop = (np.bincount(tail[real], minlength=size) != 1) | (np.bincount(head[real], minlength=size) != 1)
    stop[[steps.source, steps.sink, *tail[alone], *head[alone]]] = True
    onward = np.full(size, -1)
    onward[tail[real]] = real
    parts = []
    for arc in real[stop[tail[real]]].tolist():
        part = [arc]
        while not stop[head[part[-1]]]:
            part.append(int(onward[head[part[-1]]]))
        parts.append(np.array(part))
    parts += [np.array([arc]) for arc in np.flatnonzero((tail == head) & stop[tail])]
    first, last = (np.array([part[i] for part in parts]) for i in (0, -1))
    whole = replace(
        steps,
        tail=tail[first],
        head=head[last],
        takes=np.array([steps.takes[part].sum() for part in parts]),
        room=np.array([steps.room[part].min() for part in parts]),
        limit=steps.limit[first],
        arc=steps.arc[first],
        loads=steps.loads[first],
        gate=steps.gate[first],
    )
    return whole, parts
