"""The best defence against attacks that are known: a smallest hitting set, by mixed-integer programming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mobility.errors import solved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Things = tuple[int, ...]

_INFEASIBLE = 2
_LOOKED_AT = 300  # attacks that a defence need not stop, but had better


def hitting(
    attacks: Sequence[Things], cost: Mapping[int, int], budget: int, wish: Sequence[Things] = ()
) -> frozenset[int] | None:
    """Return things that hit every attack within a budget, and as many of a `wish` as such a choice can; None: none do.

    Parameters
    ----------
    attacks
        Each is a tuple of things, none is empty.
    cost
        Of each thing (at least 1).
    budget
        What the things may cost together.
    wish
        More attacks, which count by the things that are on them.
    """
    if budget < 1 or not (attacks or wish):
        return None if attacks else frozenset()
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    wish = wish[:_LOOKED_AT]
    things = sorted({thing for attack in (*attacks, *wish) for thing in attack})
    column = {thing: i for i, thing in enumerate(things)}
    prices = np.array([cost[thing] for thing in things], dtype=float)
    # A tenth of a wish at most for the price, so that of equal choices the cheaper is taken.
    aim = prices / (10 * prices.sum())
    for attack in wish:
        aim[[column[thing] for thing in attack]] -= 1
    where = [(row, column[thing]) for row, attack in enumerate(attacks) for thing in attack]
    rows, columns = np.array(where, dtype=int).reshape(-1, 2).T
    limits = [LinearConstraint(prices[None], ub=budget)]
    if attacks:
        hits = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(attacks), len(things)))
        limits.append(LinearConstraint(hits, lb=1))
    found = milp(aim, integrality=np.ones(len(things)), bounds=Bounds(0, 1), constraints=limits)
    if found.status == _INFEASIBLE:
        return None
    solved(found.status == 0, "hitting set", found.message)
    return frozenset(thing for thing, share in zip(things, found.x.tolist(), strict=True) if share > 0.5)  # noqa: PLR2004
