"""Curated links measured again on imported ways: old against new, for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.model.network import CRS
from mobility.model.sphere import DEGREE_KM
from mobility.sources.ground import path_to

if TYPE_CHECKING:
    from mobility.model.network import Network
    from mobility.sources.ways import Ways
    from mobility.vocabulary import Array

COLUMNS = "link name mode old_km length_confidence new_km change_pct from_off_km to_off_km line_off_km state"
_REACH_KM = 0.1  # an end may use any point at most so much farther than the nearest: the other carriageway too
FOUND, NO_WAY, OUTSIDE = "found", "no way near the line", "an end is outside"


def refresh(home: Network, ways: Ways, *, max_km: float = 5.0, belt_km: float = 10.0) -> gpd.GeoDataFrame:
    """Measure the open roads and railways of a network again: the shortest way near each line.

    Parameters
    ----------
    home
        The curated network; nothing in it is changed.
    ways
        Imported ways.
    max_km
        How far a place may lie from the ways.
    belt_km
        How far the way may run from the curated line.

    Returns
    -------
    GeoDataFrame
        One row per link whose modes and ends are there, in the order of the table: link, name, mode, old_km,
        length_confidence, new_km (with the straight ends from place to way), change_pct, from_off_km and
        to_off_km (place to way), line_off_km (farthest between old and new line), state ("found",
        "no way near the line", "an end is outside"), and the new line. Unknown is NaN.
    """
    rows = []
    for mode in ("road", "rail"):
        lines = _Lines.of(ways.take((ways.column("mode") == mode) & ~ways.ferry))
        links = home.links[(home.links["mode"] == mode) & (home.links["status"] == "open")]
        for link in links.itertuples():
            row = {"link": link.id, "name": link.name, "mode": mode, "old_km": link.length_km}
            row["length_confidence"] = link.length_confidence
            rows.append(row | _measured(lines, link.geometry, max_km, belt_km))
    table = pd.DataFrame(rows, columns=[*COLUMNS.split(), "geometry"])
    table["change_pct"] = (100 * (table["new_km"] / table["old_km"] - 1)).round(1)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


class _Lines(NamedTuple):
    """The segments of one mode as arcs between the points they use."""

    position: Array  # longitude and latitude of each point
    tail: Array
    head: Array
    km: Array

    @classmethod
    def of(cls, ways: Ways) -> _Lines:
        extract = ways.extract
        points, row = np.unique(np.concatenate([extract.tail, extract.head]), return_inverse=True)
        tail, head = row[: len(ways.km)], row[len(ways.km) :]
        back = ~ways.column("oneway").astype(bool)
        return cls(
            np.column_stack([extract.lon[points], extract.lat[points]]),
            np.append(tail, head[back]),
            np.append(head, tail[back]),
            np.maximum(np.append(ways.km, ways.km[back]), 1e-6),  # to scipy, 0 is no arc
        )


def _measured(lines: _Lines, old: shapely.LineString, max_km: float, belt_km: float) -> dict[str, Any]:
    """Return what the shortest way near a line is."""
    scale = DEGREE_KM * np.array([np.cos(np.radians(shapely.centroid(old).y)), 1.0])  # a plane in km will do here
    line = shapely.transform(old, lambda points: points * scale)
    plane = lines.position * scale
    west, south, east, north = line.bounds
    box = np.array([west, south]) - belt_km, np.array([east, north]) + belt_km
    near = np.flatnonzero(((plane > box[0]) & (plane < box[1])).all(axis=1))
    shapely.prepare(line)
    near = near[shapely.dwithin(shapely.points(plane[near]), line, belt_km)]
    off = [np.hypot(*(plane[near] - line.coords[end]).T) for end in (0, -1)]
    if not len(near) or max(distance.min() for distance in off) > max_km:
        return {"state": OUTSIDE}
    row = {"from_off_km": off[0].min().round(3), "to_off_km": off[1].min().round(3)}
    km, path = _shortest(lines, near, *off)
    if not np.isfinite(km):
        return row | {"state": NO_WAY}
    new = shapely.LineString([old.coords[0][:2], *lines.position[path], old.coords[-1][:2]])
    apart = shapely.hausdorff_distance(line, shapely.transform(new, lambda points: points * scale), densify=0.05)
    return row | {"new_km": round(km, 3), "line_off_km": round(apart, 2), "state": FOUND, "geometry": new}


def _shortest(lines: _Lines, near: Array, start: Array, end: Array) -> tuple[float, Array]:
    """Return length and points of the shortest way over some points, from and to places at given distances."""
    n = len(near)
    row = np.full(len(lines.position), -1)
    row[near] = np.arange(n)
    inside = (row[lines.tail] >= 0) & (row[lines.head] >= 0)
    first, last = (np.flatnonzero(distance <= distance.min() + _REACH_KM) for distance in (start, end))
    arcs = pd.DataFrame(
        {
            "tail": np.concatenate([row[lines.tail[inside]], np.full(len(first), n), last]),
            "head": np.concatenate([row[lines.head[inside]], first, np.full(len(last), n + 1)]),
            "km": np.concatenate([lines.km[inside], start[first] + 1e-6, end[last] + 1e-6]),
        }
    )
    arcs = arcs.groupby(["tail", "head"], as_index=False)["km"].min()  # a matrix would add parallel arcs up
    matrix = csr_matrix((arcs["km"], (arcs["tail"], arcs["head"])), shape=(n + 2, n + 2))
    distance, before = dijkstra(matrix, indices=n, return_predecessors=True)
    return float(distance[n + 1]), near[path_to(before, n + 1)[1:-1]]
