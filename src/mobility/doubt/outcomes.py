"""How sure one outcome is: when it comes about, and what limits it, over draws of hours and capacities."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.analysis.sweeps import sweep
from mobility.doubt.draws import drawn_network
from mobility.doubt.intervals import KINDS, Uncertain, check_draws, intervals

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network

    Outcome = Callable[[Network], tuple[float, list[list[str]]]]


def uncertain_outcome(
    network: Network, outcome: Outcome, *, draws: int, seed: int = 0, run: Sweep = sweep
) -> Uncertain:
    """Return intervals of an outcome's hours, and how often each thing limits it (Monte Carlo).

    A draw takes hours, the capacity of links and ports and the gap between packets from their ranges.

    Parameters
    ----------
    network
        Under a profile.
    outcome
        Takes a drawn network; returns the hours (inf: it does not come about) and kind, id and name of what limits
        it. It is sent to workers: a function of a module, or a partial of one.
    draws, seed, run
        As in `uncertain_hours`.

    Returns
    -------
    Uncertain
        One row per thing that limits in some draw, the most frequent first. Columns: kind, id, name, binds_share and
        binds_common_share (of the draws). In total: complete_h_p5 ... (NaN: does not come about), complete_share
        and complete_common_share (of the draws in which it does).
    """
    check_draws(draws, seed)
    asked = [[number, kind] for kind in range(len(KINDS)) for number in range(draws)]
    found = list(run(_drawn, asked, (network, seed, outcome)))
    parts = found[:draws], found[draws:]
    hours = [np.array([complete for complete, _ in part], dtype=float) for part in parts]
    total = {column: float(value) for column, value in intervals("complete_h", hours, never=True).items()}
    columns: dict[str, pd.Series] = {}
    for kind, complete, part in zip(KINDS, hours, parts, strict=True):
        total[f"complete_{kind}share"] = float(np.isfinite(complete).mean())
        count = Counter(tuple(limit) for _, limits in part for limit in limits)
        columns[f"binds_{kind}share"] = pd.Series(count, dtype=float) / draws
    table = pd.DataFrame(columns).fillna(0.0).rename_axis(["kind", "id", "name"]).reset_index()
    by = [*columns, "kind", "id"]
    table = table.sort_values(by, ascending=[False, False, True, True], ignore_index=True)
    return Uncertain(table, total, draws, seed)


def _drawn(shared: tuple[Network, int, Outcome], item: list[int]) -> list[Any]:
    """Return the hours in a draw, and what limits them."""
    (net, seed, outcome), (number, kind) = shared, item
    return list(outcome(drawn_network(net, seed, number, common=bool(kind))))
