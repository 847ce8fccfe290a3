"""Flow over time: how many vehicles arrive by when, what keeps more from it, and a plan that does it.

The network is expanded in time: one node per node and step of time, one arc per arc and step of entry. Without
trains a maximum flow on it answers exactly. Trains that all railheads share tie arcs at different places together,
which no flow network can say: a linear programme divides the trains of every step among the railheads, the maximum
flow tells what that division carries, and its minimum cut tells the programme what it overlooked, until the force is
carried or no division is left (Benders 1962). Every new division is the nearest to the best so far, or it would
take hundreds. Flows are whole units, so that they are exact.

References
----------
Benders, J. F. (1962). Partitioning procedures for solving mixed-variables programming problems. Numerische
Mathematik 4. Ford, L. R. and Fulkerson, D. R. (1958). Constructing maximal dynamic flows from static flows.
Operations Research 6(3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity, vstack

from mobility.deployment.time_expanded import POOL, Steps
from mobility.errors import solved

if TYPE_CHECKING:
    from mobility.vocabulary import Array

UNIT = 24_000_000  # units of flow in a vehicle: a vehicle a day is a million units an hour
_MOST = 10**15  # units: no limit
_EXACT = 1e-3  # vehicles: what rounding to units may cost
_ARRIVAL, _ARC = 100.0, 0.01  # costs of a plan: a step later at the end, one more arc; a step on the way costs 1


@dataclass(frozen=True, eq=False)
class Expanded:
    """The arcs of `steps` once for every step in which they can be of use before the horizon.

    Attributes
    ----------
    arc, step : int arrays
        Arc of `steps`, and the step in which it is entered.
    tail, head : int arrays
        Nodes of the expanded network.
    room : int array
        Units.
    """

    arc: Array
    step: Array
    tail: Array
    head: Array
    room: Array
    source: int
    sink: int

    @classmethod
    def of(cls, steps: Steps, horizon: int) -> Expanded:
        """Expand for arrivals in the steps 0 to horizon - 1."""
        first, last = steps.earliest.copy(), horizon - 1 - steps.remaining
        last[steps.source] = min(last[steps.source], 0)  # everything is there at the start
        reach = np.where(steps.open, last[steps.head] - steps.takes, -1)
        reach = np.minimum(reach, last[steps.tail])
        count = np.maximum(reach - first[steps.tail] + 1, 0)
        arc = np.repeat(np.arange(len(count)), count)
        step = first[steps.tail][arc] + np.arange(len(arc)) - np.repeat(np.cumsum(count) - count, count)
        first[steps.sink] = last[steps.sink] = 0  # all arrivals are one node
        base = np.concatenate([[0], np.cumsum(np.maximum(last - first + 1, 0))])
        tail, head = steps.tail[arc], steps.head[arc]
        arrive = np.where(head == steps.sink, 0, step + steps.takes[arc])
        room = np.rint(np.minimum(steps.room[arc] * UNIT, _MOST)).astype(np.int64)
        return cls(
            arc,
            step,
            base[tail] + step - first[tail],
            base[head] + arrive - first[head],
            room,
            int(base[steps.source]),
            int(base[steps.sink]),
        )


class Carried(NamedTuple):
    """Whether a force can be there before the horizon.

    Attributes
    ----------
    enough
        The answer.
    vehicles
        That a plan found carries.
    at_most
        That no plan can exceed; NaN where the answer is yes.
    binding : array
        Vehicles of `at_most` that each limit of `steps` accounts for.
    arcs : array
        Arcs of `steps` that this plan uses.
    """

    enough: bool
    vehicles: float
    at_most: float
    binding: Array
    arcs: Array


def carried(steps: Steps, horizon: int, need: float) -> Carried:
    """Find whether `need` vehicles can arrive in the steps 0 to horizon - 1, and what binds where they cannot."""
    from ortools.graph.python import max_flow

    at, nothing = Expanded.of(steps, horizon), np.zeros(len(steps.limits))
    if steps.earliest[steps.sink] >= horizon:
        return Carried(enough=False, vehicles=0.0, at_most=0.0, binding=nothing, arcs=at.arc)
    loads = np.flatnonzero(steps.loads[at.arc])
    pool = round(min(steps.pool * UNIT, _MOST))
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(at.tail, at.head, at.room)
    grant, best, most = np.minimum(at.room[loads], pool), np.zeros(len(loads), np.int64), -1
    cuts: list[_Cut] = []
    while True:
        solver.set_arcs_capacity(loads, grant)
        status = solver.solve(at.source, at.sink)
        solved(status == solver.OPTIMAL, "flow over time", status)
        cuts.append(_Cut.of(solver, steps, at, loads))
        loaded = solver.flows(loads)
        taken = np.bincount(at.step[loads], loaded, horizon)
        if (taken > pool).any():  # the first gives every railhead all trains: scaled down, it is a plan
            grant = np.floor(loaded * (pool / np.maximum(taken, pool))[at.step[loads]]).astype(np.int64)
            continue
        if solver.optimal_flow() > most:
            most, best = solver.optimal_flow(), loaded
        if most / UNIT >= need - 2 * _EXACT:
            used = np.unique(at.arc[solver.flows(np.arange(len(at.arc))) > 0])
            return Carried(enough=True, vehicles=most / UNIT, at_most=np.nan, binding=nothing, arcs=used)
        division = _Division.of(cuts, steps, at, loads)
        found = division.nearest(best / UNIT, need - _EXACT) if len(loads) else None
        if found is None:
            at_most, binding = division.bound()
            return Carried(enough=False, vehicles=most / UNIT, at_most=at_most, binding=binding, arcs=at.arc[:0])
        grant = np.floor(np.maximum(found, 0.0) * UNIT).astype(np.int64)


class _Cut(NamedTuple):
    """A minimum cut: vehicles of each limit's arcs in it (and before them, of none), and which loads are in it."""

    vehicles: Array
    loads: Array

    @classmethod
    def of(cls, solver: Any, steps: Steps, at: Expanded, loads: Array) -> _Cut:  # noqa: ANN401 - ortools
        near = np.zeros(max(at.head.max(), at.tail.max()) + 1, dtype=bool)
        near[solver.get_source_side_min_cut()] = True
        through = near[at.tail] & ~near[at.head]
        loading = through[loads]
        through[loads] = False
        limit = steps.limit[at.arc[through]] + 1
        return cls(np.bincount(limit, at.room[through] / UNIT, len(steps.limits) + 1), loading)


class _Division(NamedTuple):
    """Linear programmes over the vehicles that each railhead may load in each step, given some cuts."""

    known: Array  # vehicles per cut, without what is loaded
    limits: Array  # the same by limit
    matrix: Any  # rows: what is loaded in each cut (negative), and in each step
    room: Array
    ramp: Array
    pool: float

    @classmethod
    def of(cls, cuts: list[_Cut], steps: Steps, at: Expanded, loads: Array) -> _Division:
        step, vehicles = at.step[loads], np.array([cut.vehicles for cut in cuts])
        shared = csr_matrix((np.ones(len(loads)), (step, np.arange(len(loads)))), (int(at.step.max()) + 1, len(loads)))
        through = csr_matrix(-np.array([cut.loads for cut in cuts], float))
        pool = min(steps.pool, _MOST / UNIT)
        matrix, ramp = vstack([through, shared]), steps.limit[at.arc[loads]]
        return cls(vehicles.sum(axis=1), vehicles[:, 1:], matrix, at.room[loads] / UNIT, ramp, pool)

    def nearest(self, best: Array, need: float) -> Array | None:
        """Return the division nearest to another that the cuts let carry `need`, None where there is none."""
        n, rows = len(best), self.matrix.shape[0]
        one = identity(n, format="csr")
        away = vstack([hstack([one, -one]), hstack([-one, -one])])  # the second half of the variables: how far
        found = linprog(
            np.repeat([0.0, 1.0], n),
            A_ub=vstack([hstack([self.matrix, csr_matrix((rows, n))]), away], format="csr"),
            b_ub=np.concatenate([self.known - need, np.full(rows - len(self.known), self.pool), best, -best]),
            bounds=np.c_[np.zeros(2 * n), np.r_[self.room, np.full(n, np.inf)]],
            method="highs",
        )
        solved(found.status in {0, 2}, "division of trains", found.message)
        return found.x[:n] if found.status == 0 else None

    def bound(self) -> tuple[float, Array]:
        """Return what the cuts let through at most, and what each limit accounts for (duality)."""
        n, rows, cuts = len(self.room), self.matrix.shape[0], len(self.known)
        let = csr_matrix(np.repeat([1.0, 0.0], [cuts, rows - cuts])).T
        found = linprog(
            np.r_[np.zeros(n), -1.0],
            A_ub=hstack([self.matrix, let], format="csr"),
            b_ub=np.r_[self.known, np.full(rows - cuts, self.pool)],
            bounds=np.c_[np.zeros(n + 1), np.r_[self.room, np.inf]],
            method="highs",
        )
        solved(found.success, "what binds", found.message)
        binding = -found.ineqlin.marginals[:cuts] @ self.limits
        binding += np.bincount(self.ramp, -found.upper.marginals[:n] * self.room, len(binding))
        binding[POOL] -= found.ineqlin.marginals[cuts:].sum() * self.pool
        return float(found.x[n]), binding


class Steady(NamedTuple):
    """Routes that send as many vehicles in every step, from the first to the last that arrives in time.

    Attributes
    ----------
    vehicles, rate
        That are there before the horizon; that leave in a step, over all routes.
    arcs : int array
        Arcs of `steps` on the routes.
    """

    vehicles: float
    rate: float
    arcs: Array


def steady(steps: Steps, horizon: int) -> Steady:
    """Return the steady routes that carry most before the horizon, whatever the supply of each origin.

    No plan carries more, unless trains are shared (Ford and Fulkerson 1958).
    """
    tail, head, loads = steps.tail, steps.head, steps.loads
    useful = steps.earliest[tail] + steps.takes + steps.remaining[head] < horizon
    real = np.flatnonzero((tail != head) & steps.open & useful)
    tail, head, loads, n = tail[real], head[real], loads[real], len(real)
    if not n:
        return Steady(0.0, 0.0, real)
    inner = np.setdiff1d(np.r_[tail, head], [steps.source, steps.sink])
    entries = (np.r_[np.ones(n), -np.ones(n)], (np.r_[head, tail], np.tile(np.arange(n), 2)))
    room = np.where(tail == steps.source, np.inf, steps.room[real])
    found = linprog(
        steps.takes[real] - horizon * (head == steps.sink),
        A_eq=csr_matrix(entries, (steps.size, n))[inner],
        b_eq=np.zeros(len(inner)),
        A_ub=csr_matrix(loads.astype(float)[None]),
        b_ub=[min(steps.pool, _MOST / UNIT)],
        bounds=np.c_[np.zeros(n), np.minimum(room, _MOST / UNIT)],
        method="highs",
    )
    solved(found.success, "steady routes", found.message)
    return Steady(-found.fun, float(found.x[head == steps.sink].sum()), real[found.x > _EXACT / UNIT])


def quickest(steps: Steps, need: float, horizon: int) -> int | None:
    """Return the fewest steps in which `need` vehicles arrive, None where that takes more than the horizon."""
    late = _steady_steps(steps.relieved([POOL], np.inf), need, horizon) - 1  # too late: no plan is as quick
    early = horizon + 1 if steps.supplied else _steady_steps(steps, need, horizon)
    stride = 1
    while early - late > 1:
        known = early <= horizon
        guess = max(early - stride, late + 1) if known else min(late + stride, horizon)
        enough = carried(steps, guess, need).enough
        late, early = (late, guess) if enough else (guess, early)
        stride = 2 * stride if enough == known else 1
    return early if early <= horizon else None


def _steady_steps(steps: Steps, need: float, horizon: int) -> int:
    """Return the fewest steps in which steady routes carry `need`: Newton's method, what they carry being convex."""
    while (found := steady(steps, horizon)).vehicles >= need - _EXACT:
        horizon = min(horizon - 1, int(np.ceil(horizon - (found.vehicles - need) / found.rate)))
    return horizon + 1


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
    routes = np.concatenate([steady(s, horizon).arcs for s in (steps, steps.relieved([POOL], np.inf))])
    few = steps.only(routes)
    found = carried(few, horizon, need)
    if not found.enough:
        found = carried(steps, horizon, need)
        few = steps.only(np.r_[routes, found.arcs])
    at = Expanded.of(few, horizon)
    n, nodes, vehicles = len(at.arc), np.unique(np.r_[at.tail, at.head]), min(need, found.vehicles)
    ends = (np.r_[np.ones(n), -np.ones(n)], (np.searchsorted(nodes, np.r_[at.head, at.tail]), np.tile(np.arange(n), 2)))
    stay = vehicles * ((nodes == at.sink) * 1.0 - (nodes == at.source))
    loads = np.flatnonzero(few.loads[at.arc])
    moves, lands = few.tail[at.arc] != few.head[at.arc], few.head[at.arc] == few.sink
    flow = linprog(
        lands * at.step * _ARRIVAL + moves * (few.takes[at.arc] + _ARC),
        A_eq=csr_matrix(ends, (len(nodes), n)),
        b_eq=stay,
        A_ub=csr_matrix((np.ones(len(loads)), (at.step[loads], loads)), (horizon, n)),
        b_ub=np.full(horizon, min(steps.pool, vehicles)),
        bounds=np.c_[np.zeros(n), np.minimum(at.room / UNIT, vehicles)],
        method="highs",
    )
    solved(flow.success, "plan of the flow", flow.message)
    used = np.flatnonzero(flow.x > _EXACT / 1000)
    return Plan(few, at.arc[used], at.step[used], flow.x[used])
