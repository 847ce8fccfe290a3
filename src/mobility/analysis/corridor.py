"""A corridor stop by stop: what each section of it is, and whether it can be used."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from mobility.errors import InputError
from mobility.model.closures import corridor_code, corridor_codes
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network

FACTS = (
    "name status active reason closure built doubtful length_km time_h speed max_speed_kmh road_class lanes tracks "
    "electrified line_class country gauge_mm max_axle_t max_gross_t max_gradient_permille length_confidence "
    "attr_confidence source geometry"
).split()


def sections(network: Network, corridor: str, modes: Iterable[str] = ()) -> gpd.GeoDataFrame:
    """Return the sections of a corridor in the order of its stops.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    corridor
        Its code, whatever the case.
    modes
        Only these; default: all that the corridor has stops for.

    Returns
    -------
    GeoDataFrame
        One row per link between two stops that follow each other, EPSG:4326; where an old and a new link lie
        between them both are rows, the one in use first; where there is none `link` is "". Columns: corridor,
        mode, branch, section (1, 2 ... along the branch), from, to, link, and of the link name, status, active,
        reason, closure, built, doubtful, length_km, time_h, speed (km/h, as planned with), max_speed_kmh, road_class,
        lanes, tracks, electrified, line_class, country, gauge_mm, max_axle_t, max_gross_t, max_gradient_permille
        (empty or NaN: not known), length_confidence, attr_confidence, source.

    Raises
    ------
    UnknownNameError
        When there is no such corridor.
    InputError
        When it has no stops, or none of these modes.
    """
    net = network.profiled()
    code = corridor_code(net, corridor)
    stops, wanted = net.corridor_stops, tuple(modes)
    own = stops[(stops["corridor"] == code) & (stops["mode"].isin(wanted) if wanted else True)]
    if own.empty:
        parts = sorted(corridor_codes(net, code) - {code})
        made_of = f"; it is made up of {', '.join(parts)}: ask for one of these" if parts else ""
        raise InputError(f"corridor {code} has no stops" + (f" by {' or '.join(wanted)}" if wanted else "") + made_of)
    links = net.links.sort_values(["active", "time_h"], ascending=[False, True])
    between = defaultdict(list)
    for link, mode, start, end in zip(links.index, links["mode"], links["from"], links["to"], strict=True):
        between[mode, frozenset((start, end))].append(link)
    rows = [
        (code, mode, branch, section, start, end, link)
        for (mode, branch), part in own.groupby(["mode", "branch"], sort=False)
        for section, (start, end) in enumerate(pairwise(part.sort_values("order")["place"]), 1)
        for link in between[mode, frozenset((start, end))] or [""]
    ]
    table = pd.DataFrame(rows, columns="corridor mode branch section from to link".split())
    table = table.join(net.links[FACTS], on="link")
    for column, kind in net.links[FACTS].drop(columns="geometry").dtypes.items():  # where there is no link
        if kind.kind == "b":
            table[column] = table[column].eq(True)  # noqa: FBT003
        elif kind.kind != "f":
            table[column] = table[column].fillna("")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)
