"""The weakest attribute along each best route: what a heavier, longer or electric train, or a heavier load, meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from mobility.analysis.routes import routes
from mobility.model.network import CRS
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

# Column of links.csv: the modes it is stated for, and whether the smallest or the largest value is the weakest.
_LIMITS = {
    "max_axle_t": (("rail", "road"), "min"),
    "max_gross_t": (("road",), "min"),
    "max_train_length_m": (("rail",), "min"),
    "max_gradient_permille": (("rail",), "max"),
}
COLUMNS = [
    *"from to state time_h road_km rail_km single_track_km not_electrified_km wire_ends".split(),
    *(f"{limit}{end}" for limit in _LIMITS for end in ("", "_link", "_unknown_km")),
]


def weakest(network: Network, origins: Ends = None, destinations: Words = None) -> gpd.GeoDataFrame:
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
        overhead line), wire_ends (how often the overhead line begins or ends on the way by train); then of
        max_axle_t, max_gross_t (roads), max_train_length_m and max_gradient_permille the weakest known
        value, the link that has it (suffix _link, the first in order of travel) and the kilometres where
        nothing is known (_unknown_km). No value is known: NaN.
    """
    net = network.profiled()
    table = routes(net, origins, destinations)
    facts = {c: net.links[c].to_numpy() for c in ("length_km", *_LIMITS)}
    facts |= {c: net.links[c].to_numpy(object) for c in ("mode", "tracks", "electrified")}
    facts["id"] = net.links.index.to_numpy(object)
    found = [_along(facts, net.links.index.get_indexer(split(cell))) for cell in table["links"]]
    columns = {name: [row[name] for row in found] for name in COLUMNS if name not in table}
    return gpd.GeoDataFrame(table.assign(**columns)[[*COLUMNS, "geometry"]], geometry="geometry", crs=CRS)


def _along(facts: dict[str, Array], legs: Array) -> dict[str, Any]:
    """Sum up one route, whose legs are rows of the columns of links, in order of travel."""
    mode, km, tracks, wire = (facts[name][legs] for name in ("mode", "length_km", "tracks", "electrified"))
    rail = mode == "rail"
    row: dict[str, Any] = {
        "road_km": km[mode == "road"].sum(),
        "rail_km": km[rail].sum(),
        "single_track_km": km[rail & np.isin(tracks, ["1", "1-2"])].sum(),
        "not_electrified_km": km[rail & np.isin(wire, ["no", "partly"])].sum(),
        "wire_ends": len(wire_ends(mode, wire)),
    }
    for limit, (modes, worst) in _LIMITS.items():
        asked, value = np.isin(mode, modes), facts[limit][legs]
        known, unknown = np.flatnonzero(asked & ~np.isnan(value)), km[asked & np.isnan(value)].sum()
        row |= {limit: np.nan, f"{limit}_link": "", f"{limit}_unknown_km": unknown}
        if len(known):
            weak = known[(np.argmin if worst == "min" else np.argmax)(value[known])]
            row |= {limit: value[weak], f"{limit}_link": facts["id"][legs[weak]]}
    return row


def wire_ends(modes: Iterable[str], electrified: Iterable[str]) -> list[int]:
    """Return before which legs of a route, in order of travel, the overhead line begins or ends (change of traction).

    Where it is not stated, and where a line has it partly, it is taken to go on as it was. A train is left by road, by
    sea and where modes are changed ("transfer"), not at a border ("crossing").
    """
    found, before = [], ""
    for leg, (mode, wire) in enumerate(zip(modes, electrified, strict=True)):
        if mode not in {"rail", "crossing"}:
            before = ""
        elif wire in {"yes", "no"}:
            found += [leg] if before and wire != before else []
            before = wire
    return found
