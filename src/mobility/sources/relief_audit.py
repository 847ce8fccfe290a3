"""The relief audit: links whose loss is overstated, because the network lacks a way that the ground has.

Each open road and railway is found on the ground as the shortest way between its ends. Its middle is lost there, and
the link here: if the detour here is longer than 1.5 times that on the ground and 50 km, it says more of the tables than
of the country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from mobility.model.network import Network
from mobility.model.sphere import on_sphere
from mobility.sources.ground import default_ground, least, path_to, read_ground, read_towns
from mobility.vocabulary import ACCESS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mobility.sources.ground import Ground
    from mobility.vocabulary import Array

COLUMNS = "link name mode km ground_km extra_km ground_extra_km overstated missing".split()
KNOWN = ("open", "closed", "disused")  # what is known is no gap, even where nothing runs today
LEAST_KM = 8.0
REACH_KM = 6.0
SAME_LENGTH = 0.15
FACTOR, SLACK_KM = 1.5, 50.0
LOST_KM, LOST_SHARE = 1.5, 0.2
NEAR_KM = 5.0  # a town so near a way lies on it
NAMED = 5  # so many towns name a way


def audit(network: Network, grounds: Mapping[str, Ground], towns: pd.DataFrame | None = None) -> pd.DataFrame:
    """Judge every comparable link.

    A link is comparable when it is an open road or railway of 8 km or more, no access link, both its ends lie within
    6 km of the ground, and the ground is as long there within 15 %. Planned links are unknown here, closed and disused
    ones known. Borders and limits are not asked: this is about ways, not about who may use them.

    Parameters
    ----------
    network
        As loaded.
    grounds
        The ground of each mode (`ground.read_ground`).
    towns
        What names a way (`ground.read_towns`); default: the places of the network.

    Returns
    -------
    DataFrame
        One row per comparable link, the most overstated first: link, name, mode, km, ground_km, extra_km and
        ground_extra_km (what the detour costs here and there, infinite where there is none), overstated (bool), and
        missing: the towns along the detour on the ground, where the loss is overstated.
    """
    towns = network.places if towns is None else towns
    rows = [row for mode in sorted(grounds) for row in _mode(network, mode, grounds[mode], towns)]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"overstated": bool})  # without rows too
    over = np.minimum(table["extra_km"], 1e5) - np.minimum(table["ground_extra_km"], 1e5)
    order = np.lexsort([table["link"].to_numpy(str), -over, ~table["overstated"].to_numpy()])
    return table.iloc[order].reset_index(drop=True)


def audit_folder(home: Path, ground: Path | None, trust: str | None = None) -> pd.DataFrame:
    """Judge the network of a folder or GeoPackage against the ground at a path (default: the folder `ground` in it)."""
    where = ground or default_ground(home)
    return audit(Network.load(home, trust=trust), read_ground(where), read_towns(where))


def shares(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return per mode how many links are comparable, how many overstated, and the share."""
    found = {}
    for mode, part in table.groupby("mode"):
        count, bad = len(part), int(part["overstated"].sum())
        found[str(mode)] = {"comparable": count, "overstated": bad, "share": round(bad / count, 4)}
    return found


class _Arcs:
    """Undirected edges as a symmetric matrix in which single entries can be lost."""

    def __init__(self, matrix: csr_matrix) -> None:
        self.matrix = csr_matrix(matrix + matrix.T)
        self.tail = np.repeat(np.arange(matrix.shape[0]), np.diff(self.matrix.indptr))

    def without(self, lost: Array) -> csr_matrix:
        """Return the matrix without the entries that are lost."""
        km = np.where(lost, np.inf, self.matrix.data)
        return csr_matrix((km, self.matrix.indices, self.matrix.indptr), shape=self.matrix.shape)


class _Here:
    """The links of one mode; of parallel ones the shortest counts until it is lost."""

    def __init__(self, links: pd.DataFrame) -> None:
        ends = pd.concat([links["from"], links["to"]])
        self.number = {place: i for i, place in enumerate(dict.fromkeys(ends))}
        self.tail, self.head = (links[end].map(self.number).to_numpy(int) for end in ("from", "to"))
        self.km = links["length_km"].to_numpy(float)
        self.row = {key: i for i, key in enumerate(links.index)}

    def detour_km(self, link: str) -> float:
        """Return the shortest way between the ends of a link without it (inf: none)."""
        row = self.row[link]
        keep = np.arange(len(self.km)) != row
        matrix = least(self.tail[keep], self.head[keep], self.km[keep], len(self.number))
        return float(dijkstra(matrix, directed=False, indices=self.tail[row])[self.head[row]])


def _mode(network: Network, mode: str, ground: Ground, towns: pd.DataFrame) -> list[dict[str, Any]]:
    links = network.links[(network.links["mode"] == mode) & network.links["status"].isin(KNOWN)]
    here, arcs = _Here(links), _Arcs(ground.matrix())
    places = network.places.loc[list(here.number)]
    point, far = ground.snap(places["lat"].to_numpy(), places["lon"].to_numpy())
    at = dict(zip(places.index, zip(point.tolist(), far.tolist(), strict=True), strict=True))
    judged = links[(links["status"] == "open") & (links["corridors"] != ACCESS) & (links["length_km"] >= LEAST_KM)]
    found = []
    for start, group in judged.groupby("from", sort=False):
        limit = (1 + SAME_LENGTH) * group["length_km"].max()
        begin, off = at[start]
        if off > REACH_KM:
            continue
        km, before = dijkstra(arcs.matrix, indices=begin, return_predecessors=True, limit=limit)
        for key, name, stop, own in zip(group.index, group["name"], group["to"], group["length_km"], strict=True):
            end, off = at[stop]
            if off > REACH_KM or not abs(km[end] / own - 1) < SAME_LENGTH:
                continue
            extra, way = _detour(ground, arcs, km, before, end)
            ours = here.detour_km(str(key)) - own
            bad = bool(ours > FACTOR * extra + SLACK_KM)
            missing = _named(ground, way, towns, places) if bad else ""
            found.append((key, name, mode, own, float(km[end]), ours, extra, bad, missing))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def _detour(ground: Ground, arcs: _Arcs, km: Array, before: Array, end: int) -> tuple[float, Array]:
    """Return the extra km when the middle of the way to a point is lost, and the way that is left."""
    path = path_to(before, end)
    middle = min(path[::-1], key=lambda point: abs(km[point] - km[end] / 2))
    lost = np.zeros(len(ground.lat), bool)
    lost[ground.tree.query_ball_point(ground.xyz[middle], min(LOST_KM, LOST_SHARE * km[end]))] = True
    left = arcs.without(lost[arcs.tail] | lost[arcs.matrix.indices])
    far, back = dijkstra(left, indices=path[0], return_predecessors=True)
    return float(far[end] - km[end]), path_to(back, end) if np.isfinite(far[end]) else np.zeros(0, int)


def _named(ground: Ground, way: Array, towns: pd.DataFrame, places: pd.DataFrame) -> str:
    """Name a way by the largest towns along it, those that no place of the network is near first.

    Where there is no town it is named by its middle (latitude,longitude).
    """
    if not len(way):
        return ""
    middle = f"{ground.lat[way[len(way) // 2]]:.2f},{ground.lon[way[len(way) // 2]]:.2f}"
    if not len(towns):
        return middle
    where = on_sphere(towns["lon"], towns["lat"])
    far, at = KDTree(ground.xyz[way]).query(where)
    known, _ = KDTree(on_sphere(places["lon"], places["lat"])).query(where)
    near = (far <= NEAR_KM) & (at > 0) & (at < len(way) - 1)  # not the towns at its ends
    chosen = np.flatnonzero(near & (known > NEAR_KM)) if (near & (known > NEAR_KM)).any() else np.flatnonzero(near)
    size = towns["population"].to_numpy(float) if "population" in towns.columns else np.zeros(len(towns))
    chosen = chosen[np.argsort(-size[chosen], kind="stable")][:NAMED]
    names = towns["name"].to_numpy(object)[chosen[np.argsort(at[chosen], kind="stable")]]
    return "–".join(dict.fromkeys(names)) or middle
