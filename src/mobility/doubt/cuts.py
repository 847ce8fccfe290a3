"""How sure a min-cut is: vehicles a day over draws of capacities, of ports and of ways that may not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.analysis.flows import cut_between
from mobility.analysis.pairs import pairs_of
from mobility.analysis.sweeps import sweep
from mobility.doubt.draws import drawn_network
from mobility.doubt.intervals import KINDS, Uncertain, check_draws, intervals

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends, PairList
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_BLOCK = 10  # draws that one call makes


def uncertain_min_cut(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    draws: int,
    seed: int = 0,
    run: Sweep = sweep,
) -> Uncertain:
    """Return the interval of the min-cut, and how often each link and port is part of it.

    A draw is a network of its own (capacities of links and ports, the gap between packets, which ways exist), and its
    cut that of `min_cut`: exact, the one nearest the origins.

    Parameters as in `uncertain_hours`.

    Returns
    -------
    Uncertain
        One row per link or port that is part of the cut in some draw, most often first. Columns: thing,
        in_min_cut_share and in_min_cut_common_share (of the draws). In total: min_cut_vehicles_day_p5 ... (NaN where
        the quantile has no limit).

    Raises
    ------
    InputError
        When the draws or the seed make no sense.
    """
    check_draws(draws, seed)
    net = network.profiled()
    shared = net, pairs_of(net, origins, destinations), seed
    starts = range(0, draws, _BLOCK)
    blocks = [[start, min(start + _BLOCK, draws), kind] for kind in range(len(KINDS)) for start in starts]
    found = list(run(_cuts, blocks, shared))
    kinds = [[cut for part in half for cut in part] for half in (found[: len(starts)], found[len(starts) :])]
    flows = [np.array([np.inf if flow is None else flow for flow, _ in cuts])[:, None] for cuts in kinds]
    told = intervals("min_cut_vehicles_day", flows, never=True)
    counts = [
        pd.Series([thing for _, things in cuts for thing in things], dtype=object).value_counts() for cuts in kinds
    ]
    columns = [f"in_min_cut_{kind}share" for kind in KINDS]
    table = pd.concat(counts, axis=1, keys=columns).fillna(0) / draws
    table = table.rename_axis("thing").reset_index().sort_values([*columns, "thing"], ascending=[False, False, True])
    return Uncertain(table.reset_index(drop=True), {name: float(value[0]) for name, value in told.items()}, draws, seed)


def _cuts(shared: tuple[Network, PairList, int], block: list[int]) -> list[tuple[float | None, list[str]]]:
    """Return the vehicles a day (None: no limit) and what makes the cut, of each draw of a block."""
    (net, pairs, seed), (first, end, kind) = shared, block
    cuts = [cut_between(drawn_network(net, seed, number, common=bool(kind)), pairs) for number in range(first, end)]
    return [(cut.vehicles_day if np.isfinite(cut.vehicles_day) else None, cut.things) for cut in cuts]
