"""Steady routes: as many vehicles in every step, from the first to the last that arrives in time.

Without trains no plan carries more (Ford and Fulkerson 1958), and a flow of least cost finds them. Trains that all
railheads share are one limit more: a toll on them, raised until they are enough (Handler and Zang 1980).

References
----------
Ford, L. R. and Fulkerson, D. R. (1958). Constructing maximal dynamic flows from static flows. Operations Research
6(3). Handler, G. Y. and Zang, I. (1980). A dual algorithm for the constrained shortest path problem. Networks 10(4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.deployment.time_expanded import EXACT, UNIT
from mobility.errors import solved

if TYPE_CHECKING:
    from mobility.deployment.time_expanded import Steps

_FINE = 1_000  # tolls are whole thousandths of a step: costs of a flow are whole numbers


class Steady(NamedTuple):
    """Steady routes.

    Attributes
    ----------
    vehicles, rate, by_train
        That are there before the horizon; that leave in a step, over all routes, and on trains.
    """

    vehicles: float
    rate: float
    by_train: float


def steady(steps: Steps, horizon: int, need: float) -> Steady:
    """Return the steady routes that carry most before the horizon, whatever the supply of each origin.

    No more than `need` vehicles leave in a step.
    """
    routes = _Routes(steps, horizon, need)
    most = routes.under(0)
    if most.by_train <= steps.pool:
        return most
    least = routes.under(horizon + 1)  # no train is worth that
    while True:
        toll = (most.vehicles - least.vehicles) / (most.by_train - least.by_train)
        found = routes.under(toll)
        if found.vehicles - least.vehicles <= toll * (found.by_train - least.by_train) + EXACT:
            break
        most, least = (found, least) if found.by_train > steps.pool else (most, found)
    share = (steps.pool - least.by_train) / (most.by_train - least.by_train)
    vehicles, rate = (np.array(most[:2]) * share + np.array(least[:2]) * (1 - share)).tolist()
    return Steady(vehicles, rate, steps.pool)


def fewest(steps: Steps, need: float, horizon: int, first: int = 0) -> int:
    """Return the fewest steps, `first` or more, in which steady routes carry `need`; above the horizon: none known.

    Newton's method, what they carry being convex.
    """
    if first:
        found = steady(steps, first, need)
        if found.vehicles >= need - EXACT:
            return first
        if found.rate:
            horizon = min(horizon, int(np.ceil(first + (need - found.vehicles) / found.rate)))
    while horizon > first and (found := steady(steps, horizon, need)).vehicles >= need - EXACT:
        horizon = min(horizon - 1, int(np.ceil(horizon - (found.vehicles - need) / found.rate)))
    return horizon + 1


class _Routes:
    """Flows of least cost from the sink back to the source, which pays for the steps on the way."""

    def __init__(self, steps: Steps, horizon: int, need: float) -> None:
        tail, head = steps.tail, steps.head
        useful = steps.earliest[tail] + steps.takes + steps.remaining[head] < horizon
        real = np.flatnonzero((tail != head) & steps.open & useful)
        self.takes, self.loads, self.horizon = steps.takes[real], steps.loads[real], horizon
        self.tail, self.head = np.append(tail[real], steps.sink), np.append(head[real], steps.source)
        room = np.where(tail == steps.source, need, np.minimum(steps.room, need))[real]
        self.room = np.rint(np.append(room, need) * UNIT).astype(np.int64)

    def under(self, toll: float) -> Steady:
        """Return the routes that carry most when every vehicle loaded on a train counts `toll` less."""
        from ortools.graph.python import min_cost_flow

        solver = min_cost_flow.SimpleMinCostFlow()
        cost = np.append(self.takes * _FINE + self.loads * round(toll * _FINE), -self.horizon * _FINE)
        arcs = solver.add_arcs_with_capacity_and_unit_cost(self.tail, self.head, self.room, cost)
        status = solver.solve()
        solved(status == solver.OPTIMAL, "steady routes", status)
        found = solver.flows(arcs) / UNIT
        flow, rate = found[:-1], float(found[-1])
        return Steady(self.horizon * rate - float(self.takes @ flow), rate, float(flow[self.loads].sum()))
