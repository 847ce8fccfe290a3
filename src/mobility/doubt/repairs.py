"""How sure a recovery is: the order stays, the days that repairs take are drawn within those of real ones.

A draw takes a quantile of the real repairs of a class. Every draw is made twice: with a quantile of its own for each
damage, and with a common one for all of a class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.analysis.orders import Job, best_order, harm_of, scheduled
from mobility.doubt.intervals import KINDS, Uncertain, check_draws, intervals
from mobility.model.repairs import HOURS

if TYPE_CHECKING:
    from mobility.analysis.recovery import Recovery
    from mobility.vocabulary import Array

RECHECKED = 6  # damages up to which each draw is solved anew


def uncertain_recovery(found: Recovery, *, draws: int, seed: int = 0) -> Uncertain:
    """Return intervals of when each damage is repaired, and when nothing of the loss is left.

    Parameters
    ----------
    found
        The order, from `recover`.
    draws, seed
        As in `uncertain_hours`.

    Returns
    -------
    Uncertain
        One row per damage in the order of the repairs: repaired, day_p5 ... day_common_p95. The total has back_day_p5
        ... of the day from which nothing of the loss is left and, for up to 6 damages, best_share and
        best_common_share: of the draws in which no other order does less harm (proven each time).

    Raises
    ------
    InputError
        When the draws or the seed make no sense.
    """
    check_draws(draws, seed)
    groups = pd.factorize(pd.Series([damage.kind for damage in found.damages]))[0]
    own = np.random.default_rng(seed).random((len(KINDS), 2, draws, len(found.damages)))
    days, back, best = [], [], []
    for kind, quantile in zip(KINDS, own, strict=True):
        plain, with_set = _hours(found, quantile[:, :, groups] if kind else quantile)
        parts = [_drawn(found, *row) for row in zip(plain, with_set, strict=True)]
        days.append(np.array([ends for ends, _, _ in parts]) / HOURS)
        back.append(np.array([[hour] for _, hour, _ in parts]) / HOURS)
        best.append(np.mean([better for _, _, better in parts]))
    order = [step.job for step in found.steps]
    columns = intervals("day", [one[:, order] for one in days])
    total = {name: float(value[0]) for name, value in intervals("back_day", back).items()}
    if len(found.damages) <= RECHECKED:
        total |= {f"best_{kind}share": float(one) for kind, one in zip(KINDS, best, strict=True)}
    names = [found.damages[job].id for job in order]
    return Uncertain(pd.DataFrame({"repaired": names, **columns}), total, draws, seed)


def _hours(found: Recovery, quantile: Array) -> tuple[list[list[int]], list[list[int]]]:
    """Return the hours of each damage in each draw, without and with a bridge set: between those of real repairs."""
    drawn = []
    for with_set, way in enumerate(quantile):
        spreads = [((damage.with_set if with_set else None) or damage.plain).spread for damage in found.damages]
        hours = [np.quantile(spread, column) for spread, column in zip(spreads, way.T, strict=True)]
        drawn.append(np.rint(hours).T.astype(int).tolist())
    return drawn[0], drawn[1]


def _drawn(found: Recovery, plain: list[int], with_set: list[int]) -> tuple[list[int], int, bool]:
    """Return for one draw when each damage is repaired, when all is back, and whether no other order is better."""
    rows = zip(found.damages, plain, with_set, strict=True)
    jobs = [Job(hours, quick if damage.with_set else None) for damage, hours, quick in rows]
    steps = scheduled(found.plan.order, jobs, found.crews)
    ends = {step.job: step.end for step in steps}
    best = len(jobs) <= RECHECKED and (
        best_order(jobs, found.losses.rate, found.crews, found.sets).harm == harm_of(steps, found.losses.rate)
    )
    return [ends[job] for job in range(len(jobs))], found.back_after(steps), best
