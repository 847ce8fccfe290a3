"""The weakest attribute along each best route: what a heavier, longer or electric train, or a heavier load, meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from mobility.analysis.pairs import routes
from mobility.model.network import CRS
from mobility.model.tables import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.model.network import Network

# Column of links.csv: the modes it is stated for, and whether the smallest or the largest value is the weakest.
_LIMITS = {
    "max_axle_t": (("rail", "road"), "min"),
    "max_gross_t": (("road",), "min"),
    "max_train_length_m": (("rail",), "min"),
    "max_gradient_permille": (("rail",), "max"),
}
COLUMNS = [
    *"from to state time_h road_km rail_km single_track_km not_electrified_km".split(),
    *(f"{limit}{end}" for limit in _LIMITS for end in ("", "_link", "_unknown_km")),
]


def weakest(
    network: Network, origins: Iterable[str] | None = None, destinations: Iterable[str] | None = None
) -> gpd.GeoDataFrame:
    """Return the weakest attributes along every pair's best route.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`.

    Returns
    -------
    GeoDataFrame
        One row per pair, EPSG:4326 (its best route). Columns: from, to, state, time_h, road_km, rail_km,
        single_track_km (railway single or only partly double), not_electrified_km (wholly or partly without
        overhead line); then of max_axle_t, max_gross_t (roads), max_train_length_m and
        max_gradient_permille the weakest known value, the link that has it (suffix _link, the first in
        order of travel) and the kilometres where nothing is known (_unknown_km). No value is known: NaN.
    """
    net = network.profiled()
    table = routes(net, origins, destinations)
    found = [_along(net.links.loc[split(cell)]) for cell in table["links"]]
    columns = {name: [row[name] for row in found] for name in COLUMNS if name not in table}
    return gpd.GeoDataFrame(table.assign(**columns)[[*COLUMNS, "geometry"]], geometry="geometry", crs=CRS)


def _along(links: pd.DataFrame) -> dict[str, Any]:
    """Sum up the links of one route, in order of travel."""
    mode, km = links["mode"], links["length_km"]
    rail = mode == "rail"
    row: dict[str, Any] = {
        "road_km": km[mode == "road"].sum(),
        "rail_km": km[rail].sum(),
        "single_track_km": km[rail & links["tracks"].isin(["1", "1-2"])].sum(),
        "not_electrified_km": km[rail & links["electrified"].isin(["no", "partly"])].sum(),
    }
    for limit, (modes, worst) in _LIMITS.items():
        asked = links[mode.isin(modes)]
        known = asked[limit].dropna()
        link = "" if known.empty else known.idxmin() if worst == "min" else known.idxmax()
        row |= {limit: known.get(link, np.nan), f"{limit}_link": link}
        row[f"{limit}_unknown_km"] = asked.loc[asked[limit].isna(), "length_km"].sum()
    return row
