"""Flow over time: how many vehicles arrive by when, and what keeps more from it.

The network is expanded in time: one node per node and step of time, one arc per arc and step of entry. Without
trains a maximum flow on it answers exactly. Trains that all railheads share tie arcs at different places together,
which no flow network can say: a linear programme divides the trains of every step among the railheads, the maximum
flow tells what that division carries, and its minimum cut tells the programme what it overlooked, until the force is
carried or no division is left (Benders 1962). Every new division is the nearest to the best so far that the cuts let
carry most of what they let through at all, or it would take hundreds (Lemaréchal, Nemirovskii, Nesterov 1995). Flows
are whole units, so that they are exact.

References
----------
Benders, J. F. (1962). Partitioning procedures for solving mixed-variables programming problems. Numerische
Mathematik 4. Lemaréchal, C., Nemirovskii, A., Nesterov, Yu. (1995). New variants of bundle methods. Mathematical
Programming 69.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity, vstack

from mobility.deployment.steady import fewest
from mobility.deployment.time_expanded import EXACT, MOST, POOL, UNIT, Steps
from mobility.errors import solved

if TYPE_CHECKING:
    from mobility.vocabulary import Array

_LEVEL = 0.7  # between what is needed and the most that the cuts let through: what the next division is to carry


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
        if len(steps.opens):
            gate = steps.gate[arc]
            open_ = (gate < 0) | steps.opens[gate, step]
            arc, step = arc[open_], step[open_]
        first[steps.sink] = last[steps.sink] = 0  # all arrivals are one node
        base = np.concatenate([[0], np.cumsum(np.maximum(last - first + 1, 0))])
        tail, head = steps.tail[arc], steps.head[arc]
        arrive = np.where(head == steps.sink, 0, step + steps.takes[arc])
        room = np.rint(np.minimum(steps.room[arc] * UNIT, MOST)).astype(np.int64)
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
    found: Carried | None = steps.known.get((horizon, need))
    if found is None:
        found = steps.known[horizon, need] = _carried(steps, horizon, need)
    return found


def _carried(steps: Steps, horizon: int, need: float) -> Carried:
    from ortools.graph.python import max_flow

    at, nothing = Expanded.of(steps, horizon), np.zeros(len(steps.limits))
    if steps.earliest[steps.sink] >= horizon:
        return Carried(enough=False, vehicles=0.0, at_most=0.0, binding=nothing, arcs=at.arc)
    loads = np.flatnonzero(steps.loads[at.arc])
    pool = round(min(steps.pool * UNIT, MOST))
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
        if most / UNIT >= need - 2 * EXACT:
            used = np.unique(at.arc[solver.flows(np.arange(len(at.arc))) > 0])
            return Carried(enough=True, vehicles=most / UNIT, at_most=np.nan, binding=nothing, arcs=used)
        division = _Division.of(cuts, steps, at, loads)
        (at_most, binding), least = division.bound(), need - EXACT
        level = least + _LEVEL * (at_most - least)
        found = division.nearest(best / UNIT, level) if len(loads) and at_most >= least else None
        if found is None:
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
        pool = min(steps.pool, MOST / UNIT)
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


def quickest(steps: Steps, need: float, horizon: int, *, known: bool = False) -> int | None:
    """Return the fewest steps in which `need` vehicles arrive, None where that takes more than the horizon.

    Steady routes bound it: with their limit of trains from above (not where the supply of origins is limited),
    without from below; where arcs are shut at times, the steps without that bound it from below. `known`: the horizon
    is known to be enough.
    """
    early = horizon if known else horizon + 1
    if len(steps.opens):
        unshut = quickest(steps.unshut, need, horizon, known=known)
        if unshut is None:
            return None
        late = unshut - 1
    else:
        late = fewest(steps.relieved([POOL], np.inf), need, horizon) - 1  # too late: no plan is as quick
    if not steps.supplied and not len(steps.opens) and late + 1 < early:
        early = min(early, fewest(steps, need, horizon, first=late + 1))
    stride = 1
    while early - late > 1:
        sure = early <= horizon
        guess = max(early - stride, late + 1) if sure else min(late + stride, horizon)
        enough = carried(steps, guess, need).enough
        late, early = (late, guess) if enough else (guess, early)
        stride = 2 * stride if enough == sure else 1
    return early if early <= horizon else None
