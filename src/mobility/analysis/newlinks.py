"""Links nobody has planned: which pair of places a new road or railway between would help most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.analysis.graph import MS_PER_H, Graph, milliseconds
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.replacement import Tree
from mobility.errors import InputError
from mobility.model import passage
from mobility.model.network import CRS
from mobility.model.sphere import great_circle_km
from mobility.vocabulary import MODES, dashed

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.model.profiles import Profile
    from mobility.vocabulary import Array, Words


_DETOUR = 1.2  # length of a new link over the great circle
_NEW_LINK = {  # what a new link is taken to be; its speed follows by the rules and the profile
    "road": ({"road_class": "primary", "max_speed_kmh": np.nan}, "primary road"),
    "rail": ({"road_class": "", "max_speed_kmh": 100.0}, "railway line for 100 km/h"),
}


def candidates(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    max_km: float = 150,
    mode: str = "road",
    top: int = 20,
) -> gpd.GeoDataFrame:
    """Return the new links nobody has planned that would gain most, by screening every pair of places.

    A new link is 1.2 times as long as the great circle, a primary road or a railway line for 100 km/h,
    and driven as the rules and the profile say. Its gain is exact for such a link: no pair gets more than
    from min(today, to one end + the link + from the other end), in either direction.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    max_km
        Greatest great-circle distance of its ends.
    mode
        road or rail.
    top
        Rows to return.
    origins, destinations
        As in `routes`.

    Returns
    -------
    GeoDataFrame
        One row per new link, EPSG:4326 (straight lines), by total_gain_h and then pairs_connected_gain. Columns:
        from, to, mode, country, length_km, speed_kmh, time_h, assumption, total_gain_h (summed over pairs
        connected without it), gain_h (their mean), pairs_gaining, pairs_connected_gain.
        Both ends have a link of the mode in use; places joined by one already, whatever its status, are
        left out, and so are ends in two countries: a border place counts on the sides that it has links on.
    """
    if mode not in _NEW_LINK:
        raise InputError(f"new links are screened by {' or '.join(_NEW_LINK)}, not by {mode!r}")
    if not 0 < max_km < np.inf or top < 1:
        raise InputError(f"the distance must be above zero and the rows at least one, not {max_km:g} and {top}")
    net = network.profiled()
    table = _new_links(net, max_km, mode)
    ms = np.rint(table["time_h"].to_numpy(float) * MS_PER_H)
    total, faster, joined, connected = np.zeros(len(table)), np.zeros(len(table), int), np.zeros(len(table), int), 0
    for graph, group in graphs_of(net, pairs_of(net, origins, destinations)):
        number = {key: s for s, key in enumerate(zip(graph.place, graph.mode, graph.country, strict=True))}
        side = [
            [
                number.get((r, MODES.index(mode), c), graph.size)
                for r, c in zip(table[f"row_{end}"], table[f"side_{end}"], strict=True)
            ]
            for end in ("from", "to")
        ]
        denied = [not graph.network.denied.isdisjoint(dashed(c)) for c in table["country"]]
        u, v = np.where(denied, graph.size, np.array(side, dtype=int))
        starts = {a: _ms_with_void(Tree.at(graph, a)) for a in {a for a, _ in group}}
        goals = {b: _ms_with_void(Tree.at(graph, b, reverse=True)) for b in {b for _, b in group}}
        for a, b in group:
            now = starts[a][graph.states([b])].min(initial=np.inf)
            via = np.minimum(starts[a][u] + ms + goals[b][v], starts[a][v] + ms + goals[b][u])
            if np.isfinite(now):
                total += np.maximum(now - via, 0)
                faster += via < now
                connected += 1
            else:
                joined += np.isfinite(via)
    table = table.assign(total_gain_h=total / MS_PER_H, gain_h=total / MS_PER_H / max(connected, 1))
    table = table.assign(pairs_gaining=faster, pairs_connected_gain=joined)
    order = ["total_gain_h", "pairs_connected_gain", "from", "to"]
    table = table.sort_values(order, ascending=[False, False, True, True])
    table = table.drop_duplicates(["from", "to"]).head(top).reset_index(drop=True)
    return table.drop(columns=["row_from", "row_to", "side_from", "side_to"])


def _ms_with_void(tree: Tree) -> Array:
    """Milliseconds per state, and one entry more for a state that does not exist."""
    return np.append(milliseconds(tree.rank), np.inf)


def _new_links(net: Network, max_km: float, mode: str) -> gpd.GeoDataFrame:
    """Return every possible new link, timed; row_*, side_* are its ends' rows and their countries at borders."""
    graph, places = Graph.of(net), net.places
    at = np.flatnonzero(graph.mode == MODES.index(mode))
    at = at[np.argsort(graph.place[at], kind="stable")]
    rows, side = graph.place[at], graph.country[at]
    country = np.where(side == "", places["country"].to_numpy(object)[rows], side)
    lon, lat = places["lon"].to_numpy(float)[rows], places["lat"].to_numpy(float)[rows]
    i, j = np.triu_indices(len(at), 1)
    near = great_circle_km(lon[i], lat[i], lon[j], lat[j])
    known = net.links.loc[net.links["mode"] == mode, ["from", "to"]]
    ends = np.sort(places.index.get_indexer(known.to_numpy().ravel()).reshape(-1, 2)) @ [len(places), 1]
    fits = (near <= max_km) & (near > 0) & (country[i] == country[j]) & (rows[i] != rows[j])
    fits &= ~np.isin(rows[i] * len(places) + rows[j], ends)  # sorted by place, as `ends`
    i, j, km = i[fits], j[fits], near[fits] * _DETOUR
    kind, said = _NEW_LINK[mode]
    ids = places.index.to_numpy(object)
    table = pd.DataFrame(
        {"from": ids[rows[i]], "to": ids[rows[j]], "mode": mode, "country": country[i], "length_km": km}
    )
    link = table.assign(speed_kmh=np.nan, **kind)
    profile: Profile = net.profile  # type: ignore[assignment]
    planning, _ = passage.planning_speed(link, net.rules, net.pace)
    table["speed_kmh"] = passage.driven_speed(link, planning, profile)
    table["time_h"], table["assumption"] = km / table["speed_kmh"], f"estimate: {said}, {_DETOUR:g} x great circle"
    table = table.assign(row_from=rows[i], row_to=rows[j], side_from=side[i], side_to=side[j])
    shape = shapely.linestrings(np.stack([np.c_[lon[i], lat[i]], np.c_[lon[j], lat[j]]], axis=1))
    return gpd.GeoDataFrame(table, geometry=shape, crs=CRS)
