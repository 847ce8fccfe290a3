"""How sure a deployment is: when a force is complete, and what binds, over draws of hours and capacities."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.analysis.compared import answer
from mobility.analysis.deployment import deploy, places_asked
from mobility.analysis.draws import drawn_network
from mobility.analysis.sweeps import sweep
from mobility.analysis.uncertainty import KINDS, Uncertain, check_draws, intervals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network


def uncertain_deployment(
    network: Network,
    vehicles: int | str,
    draws: int,
    seed: int = 0,
    origins: str | Iterable[str] | None = None,
    destinations: str | Iterable[str] | None = None,
    *,
    run: Sweep = sweep,
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> Uncertain:
    """Return intervals of when a force is complete, and how often each thing binds.

    A draw takes hours, the capacity of links and ports and the gap between packets from their ranges. A deployment
    takes about as long for every draw.

    Parameters
    ----------
    network, vehicles, origins, destinations, **options
        As in `deploy`; it says what it raises.
    draws, seed, run
        As in `uncertain_hours`.

    Returns
    -------
    Uncertain
        One row per thing that binds in some draw, the most frequent first. Columns: kind, id, name, binds_share and
        binds_common_share (of the draws). In total: complete_h_p5 ... (NaN: not within the horizon), complete_share
        and complete_common_share (of the draws in which it is, within the horizon).
    """
    check_draws(draws, seed)
    net = network.profiled()
    starts, ends = places_asked(net, origins, "origin"), places_asked(net, destinations, "destination")
    deploy(net, vehicles, starts, ends, **options)  # what is wrong is wrong for all draws
    net = net.lifting(c for place in [*starts, *ends] for c in net.countries_of(place))
    shared = (net, seed, {"vehicles": vehicles, "origins": starts, "destinations": ends, **options})
    asked = [[number, kind] for kind in range(len(KINDS)) for number in range(draws)]
    found = list(run(_drawn, asked, shared))
    parts = found[:draws], found[draws:]
    hours = [np.array([complete for complete, _ in part], dtype=float) for part in parts]
    total = {column: float(value) for column, value in intervals("complete_h", hours).items()}
    columns: dict[str, pd.Series] = {}
    for kind, complete, part in zip(KINDS, hours, parts, strict=True):
        total[f"complete_{kind}share"] = float(np.isfinite(complete).mean())
        count = Counter(tuple(limit) for _, limits in part for limit in limits)
        columns[f"binds_{kind}share"] = pd.Series(count, dtype=float) / draws
    table = pd.DataFrame(columns).fillna(0.0).rename_axis(["kind", "id", "name"]).reset_index()
    by = [*columns, "kind", "id"]
    table = table.sort_values(by, ascending=[False, False, True, True], ignore_index=True)
    return Uncertain(table, total, draws, seed)


def _drawn(shared: tuple[Network, int, dict[str, Any]], item: list[int]) -> list[Any]:
    """Return when the force is complete in a draw (inf: not within the horizon), and what binds."""
    (net, seed, options), (number, kind) = shared, item
    found = answer(drawn_network(net, seed, number, common=bool(kind)), **options).found
    if found is None:
        return [np.inf, []]
    return [found.complete_h, [[limit.kind, limit.id, limit.name] for limit in found.limiting]]
