"""How sure a choice of projects is: how often a set of them is in the front of cost, gain and harm, over draws.

A draw gives a link the same quantile of its range in every set, and leaves out the same ways that may not exist.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.analysis.fronts import IN, OPEN, judged
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.sweeps import sweep
from mobility.doubt.draws import Draws
from mobility.doubt.intervals import KINDS, Uncertain, check_draws, intervals

if TYPE_CHECKING:
    from mobility.analysis.measured import Sets
    from mobility.analysis.sweeps import Sweep
    from mobility.vocabulary import Array

MOSTLY = 0.5  # of the draws: in the front in more of them is robust


def uncertain_front(
    sets: Sets, *, k: int, draws: int, seed: int = 0, seconds: float | None = None, run: Sweep = sweep
) -> Uncertain:
    """Return intervals of what sets of projects gain and leave to the worst k closures, and how often each is best.

    Parameters
    ----------
    sets
        Of `mobility.analysis.fronts`.
    k
        Closures.
    draws, seed, run
        As in `uncertain_hours`.
    seconds
        After which no draw is begun, and those that are not proven by then do not count; None: however long it takes.

    Returns
    -------
    Uncertain
        One row per set, in their order. Columns: projects, gain_h_p5 ... gain_h_common_p95 and harm_h_p5 ... (as in
        `pareto`; NaN harm of draws in which pairs are cut off does not count), front_share and front_common_share (of
        the draws in which no other set dominates it), robust (in the front in more than half the draws of either
        kind). In total: made and made_common (the draws that count; at most `draws`).
    """
    check_draws(draws, seed)
    until = np.inf if seconds is None else time.time() + seconds
    drawn = [Draws.of(sets.layers.network, seed, common=bool(kind), rows=_rows(sets)) for kind in range(len(KINDS))]
    asked = [[number, kind] for number in range(draws) for kind in range(len(KINDS))]
    found = [part for part in run(_drawn, asked, (sets, drawn, k, until)) if part is not None]
    parts = [np.array([rows for of, rows in found if of == kind], dtype=float) for kind in range(len(KINDS))]
    parts = [part.reshape(-1, 3, len(sets.members)) for part in parts]
    columns: dict[str, Any] = {}
    for row, name in enumerate(("gain_h", "harm_h")):
        columns |= intervals(name, [part[:, row] if len(part) else _none(sets) for part in parts])
    shares = [part[:, 2].mean(axis=0) if len(part) else _none(sets)[0] for part in parts]
    columns |= {f"front_{kind}share": share for kind, share in zip(KINDS, shares, strict=True)}
    columns["robust"] = np.min(shares, axis=0) > MOSTLY
    total = {name: float(len(part)) for name, part in zip(("made", "made_common"), parts, strict=True)}
    table = pd.DataFrame({"projects": [";".join(some) for some in sets.members], **columns})
    return Uncertain(table, total, draws, seed)


def _rows(sets: Sets) -> tuple[Array, int]:
    return sets.layers.row, len(sets.network.links)


def _none(sets: Sets) -> Array:
    return np.full((1, len(sets.members)), np.nan)


def _drawn(shared: tuple[Sets, list[Draws], int, float], item: list[int]) -> Any:  # noqa: ANN401 - lists in lists
    """Return the kind of a draw, and of each set what it gains, its harm, and whether it is in the front.

    None where the time was up.
    """
    (sets, draws, k, until), (number, kind) = shared, item
    left = until - time.time()  # a clock that other processes have too
    if left <= 0:
        return None
    points, connected = sets.points(k, time.monotonic() + left, draws[kind].hours_in(number))
    states, _ = judged(sets.euro, points)
    if OPEN in states or any(point.harm != point.most for point in points):
        return None
    each = max(connected, 1) * MS_PER_H
    gains = [point.gain / each for point in points]
    harms = [np.nan if point.harm.off else point.harm.ms / each for point in points]
    return [kind, [gains, harms, [float(state == IN) for state in states]]]
