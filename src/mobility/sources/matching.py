"""Map matching: where the links of a curated network run on the ground, and which ways of the ground they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from mobility.model.sphere import DEGREE_KM, on_sphere
from mobility.sources.ground import least, path_to

if TYPE_CHECKING:
    import geopandas as gpd
    from scipy.sparse import csr_matrix

    from mobility.model.network import Network
    from mobility.sources.ground import Ground
    from mobility.vocabulary import Array

BELTS_KM = (2.0, 7.0)  # how far the way of a link may run from its drawn line; the second for ways drawn coarsely
REACH_KM = 6.0  # how far a place may lie from the ground
BESIDE_KM = (
    0.5  # a way that stays so near the matched one all along is the same: second carriageway, second track, ramp
)
BENDS = 1.15  # a road that is longer than this, of the stretch beside it, has bends of its own that the extract lost
HUB_KM = 1.0  # points so near a point of the matched way belong to the same junction
SHAPED_KM = 3.0  # longer edges of an extract have lost their bends: what lies beside the straight line is no junction
SAME_LENGTH = (0.75, 1.33)  # length of the matched way, of that of the link
TWIN_KM, TWIN = 1.5, 0.05  # a way no farther from known links than this, and no shorter, is one of them
PLAIN_KM, PLAIN = 3.5, 0.2  # the same where nothing beside it is a motorway
SHORT_KM = 8.0


@dataclass(frozen=True, eq=False)
class Match:
    """Where one link runs on the ground.

    Attributes
    ----------
    line
        Its way as a LineString in the plane of `Plane`, from place to place.
    points, along
        Points of the ground that lie on it, and how far along the link they are (km of the link), ascending.
    km
        Length of the link.
    surveyed
        Whether it was found on the ground, not only where it is drawn.
    """

    line: shapely.LineString
    points: Array
    along: Array
    km: float
    surveyed: bool


@dataclass(frozen=True, eq=False)
class Plane:
    """The ground in a plane in km: equirectangular about the middle of what is there, good to 1 in 100 locally.

    East-west distances are true at the latitude of each call only; lines are compared near each other.
    """

    ground: Ground
    xy: Array
    scale: float

    @classmethod
    def of(cls, ground: Ground) -> Plane:
        """Return the plane of a ground."""
        scale = float(np.cos(np.radians(ground.lat.mean())))
        return cls(ground, np.column_stack([ground.lon * scale, ground.lat]) * DEGREE_KM, scale)

    def drawn(self, lines: Any) -> Any:  # noqa: ANN401 - one line or an array
        """Return lines in degrees as lines in km."""
        return shapely.transform(lines, lambda at: np.column_stack([at[:, 0] * self.scale, at[:, 1]]) * DEGREE_KM)

    def edges(self) -> Array:
        """Return the edges as straight lines in km."""
        ends = np.stack([self.xy[self.ground.tail], self.xy[self.ground.head]], axis=1)
        return np.asarray(shapely.linestrings(ends))


def match(links: gpd.GeoDataFrame, ground: Ground) -> dict[str, Match]:
    """Find the links of one mode on the ground.

    Parameters
    ----------
    links
        Links of one mode, with their lines.
    ground
        The ground of that mode.

    Returns
    -------
    dict
        A `Match` for each link: the way near the drawn line that keeps nearest to it and is about as long. A link whose
        line is drawn badly is sought as the shortest way between its ends. A link that is not found (the ground has a
        gap) is taken to run where it is drawn.
    """
    plane = Plane.of(ground)
    search = shapely.STRtree(shapely.points(plane.xy))
    found = {}
    for key, line, km in zip(links.index, plane.drawn(links.geometry.to_numpy()), links["length_km"], strict=True):
        path = None
        for belt in BELTS_KM:
            near = search.query(line, predicate="dwithin", distance=belt)
            path = _near(plane, near, line, float(km)) if path is None else path
        path = _shortest(plane, line, float(km)) if path is None else path
        if path is not None:
            found[str(key)] = _on(plane, search, path, float(km))
        else:
            near = search.query(line, predicate="dwithin", distance=BELTS_KM[0])
            found[str(key)] = _along(plane, near, line, float(km), surveyed=False)
    return found


def doubles(matches: dict[str, Match], ground: Ground) -> Array:
    """Return which edges of the ground are matched links themselves: beside one of them all along.

    The second carriageway, the second track, the ramps of a motorway. The old main road beside a motorway leaves it by
    more than `BESIDE_KM` somewhere, or is longer than the stretch between its ends by more than `BENDS`, and stays.
    """
    plane = Plane.of(ground)
    tree = shapely.STRtree(plane.edges())
    mine = np.zeros(len(ground.km), bool)
    for found in matches.values():
        strip = found.line.buffer(BESIDE_KM, quad_segs=3)
        shapely.prepare(strip)
        inside = tree.query(strip, predicate="contains")
        ends = shapely.points(plane.xy[np.stack([ground.tail[inside], ground.head[inside]])])
        apart = np.abs(np.diff(shapely.line_locate_point(found.line, ends), axis=0))[0] * (found.km / found.line.length)
        mine[inside[ground.km[inside] <= BENDS * apart + BESIDE_KM]] = True
    return mine


def _on(plane: Plane, search: shapely.STRtree, path: Array, km: float) -> Match:
    """Return the match of a way: the points on it or beside it, each at its distance along the link."""
    line = shapely.LineString(path)
    legs = shapely.linestrings(np.stack([path[:-1], path[1:]], axis=1))
    shaped = shapely.union_all(legs[shapely.length(legs) < SHAPED_KM])
    beside = search.query(shaped, predicate="dwithin", distance=BESIDE_KM)
    hubs = search.query(shapely.MultiPoint(path), predicate="dwithin", distance=HUB_KM)
    return _along(plane, np.union1d(beside, hubs), line, km, surveyed=True)


def _along(plane: Plane, points: Array, line: shapely.LineString, km: float, *, surveyed: bool) -> Match:
    """Return the match of a line with some points, in their order along it."""
    along = shapely.line_locate_point(line, shapely.points(plane.xy[points])) * (km / line.length)
    order = np.argsort(along, kind="stable")
    return Match(line, points[order], along[order], km, surveyed)


def _near(plane: Plane, near: Array, line: shapely.LineString, km: float) -> Array | None:
    """Return the way through some points that keeps nearest to a line, from end to end, or None."""
    ends = [np.array(line.coords[i][:2]) for i in (0, -1)]
    off = [np.hypot(*(plane.xy[near] - end).T) for end in ends]
    if not len(near) or max(distance.min() for distance in off) > REACH_KM:
        return None
    row = np.full(len(plane.xy), -1)
    row[near] = np.arange(len(near))
    ground = plane.ground
    inside = (row[ground.tail] >= 0) & (row[ground.head] >= 0)
    tail, head = row[ground.tail[inside]], row[ground.head[inside]]
    apart = shapely.distance(shapely.points(plane.xy[near]), line)
    cost = ground.km[inside] * (1 + apart[tail] + apart[head])
    n = len(near)
    reach = [np.flatnonzero(distance <= min(REACH_KM, distance.min() + BELTS_KM[0])) for distance in off]
    tails = np.concatenate([tail, np.full(len(reach[0]), n), reach[1]])
    heads = np.concatenate([head, reach[0], np.full(len(reach[1]), n + 1)])
    costs = np.concatenate([cost, 3 * off[0][reach[0]], 3 * off[1][reach[1]]]) + 1e-6
    path = _path(least(tails, heads, costs, n + 2), n, n + 1)
    return None if path is None else _fit(plane, near[path[1:-1]], line, km)


def _shortest(plane: Plane, line: shapely.LineString, km: float) -> Array | None:
    """Return the shortest way between the points next to the ends of a line, or None."""
    ends = shapely.get_coordinates(line)[[0, -1]] / DEGREE_KM / [plane.scale, 1]
    point, far = plane.ground.snap(ends[:, 1], ends[:, 0])
    if far.max() > REACH_KM or point[0] == point[1]:
        return None
    path = _path(plane.ground.matrix(), point[0], point[1], limit=SAME_LENGTH[1] * km)
    return None if path is None else _fit(plane, path, line, km)


def _fit(plane: Plane, path: Array, line: shapely.LineString, km: float) -> Array | None:
    """Return a way with the ends of a line put on, unless it is too long or too short to be that of the link."""
    whole = np.vstack([line.coords[0][:2], plane.xy[path], line.coords[-1][:2]])
    whole = whole[np.append(True, np.abs(np.diff(whole, axis=0)).sum(axis=1) > 0)]
    lat, lon = whole[:, 1] / DEGREE_KM, whole[:, 0] / DEGREE_KM / plane.scale
    length = np.linalg.norm(np.diff(on_sphere(lon, lat), axis=0), axis=1).sum()
    return whole if len(whole) > 1 and SAME_LENGTH[0] <= length / km <= SAME_LENGTH[1] else None


def _path(matrix: csr_matrix, start: int, end: int, limit: float = np.inf) -> Array | None:
    """Return the points of the cheapest way, or None."""
    cost, before = dijkstra(matrix, directed=False, indices=start, return_predecessors=True, limit=limit)
    return path_to(before, end) if np.isfinite(cost[end]) else None


def alike(matches: dict[str, Match], ground: Ground) -> Array:
    """Return which edges have both ends on one link, as far apart along it as the edge is long.

    A long edge has lost its bends and may run far from the line that it is. Where a link is known only as drawn, more
    is taken for its own.
    """
    mine = np.zeros(len(ground.km), bool)
    at = np.full(len(ground.lat), np.nan)
    for found in matches.values():
        at[found.points] = found.along
        apart = np.abs(at[ground.tail] - at[ground.head])
        share, least = (0.03, 0.3) if found.surveyed else (0.2, 1.5)
        mine |= np.abs(apart - ground.km) <= np.maximum(share * ground.km, least)
        at[found.points] = np.nan
    return mine


def same_way(line: shapely.LineString, km: float, other: shapely.LineString, other_km: float, *, known: bool) -> bool:
    """Return whether two ways between the same places are one: about as long, and beside each other all along.

    Where the ground does not show the other (`known` is false), a way about as long is taken to be it. Lines are in
    degrees.
    """
    ratio = km / other_km
    if not known:
        return SAME_LENGTH[0] <= ratio <= SAME_LENGTH[1]
    return abs(ratio - 1) <= 0.1 and shapely.hausdorff_distance(line, other, densify=0.1) * DEGREE_KM <= BELTS_KM[0]  # noqa: PLR2004


class Beside:
    """Tells a way between two places that only runs beside known links all along, and is about as long as they are.

    So is the second carriageway drawn coarsely, and a road that the extract has straight and we have with its bends.
    Only a motorway or expressway has an old main road beside it: that one is longer or shorter by more than `TWIN`,
    unless it is short itself.
    """

    def __init__(self, network: Network, mode: str) -> None:
        known = network.links["status"].isin(("open", "closed", "disused"))
        links = network.links[(network.links["mode"] == mode) & known]
        self.scale = np.array([np.cos(np.radians(network.places["lat"].mean())), 1.0]) * DEGREE_KM
        fast = links["road_class"].isin(("motorway", "expressway"))
        self.every, self.plain = self._pool(links), self._pool(links[~fast])

    def _pool(self, links: gpd.GeoDataFrame) -> tuple[shapely.STRtree, nx.Graph]:
        graph = nx.Graph()
        for a, b, km in sorted(zip(links["from"], links["to"], links["length_km"], strict=True), key=lambda r: -r[2]):
            graph.add_edge(a, b, km=km)
        return shapely.STRtree(shapely.transform(links.geometry.to_numpy(), lambda at: at * self.scale)), graph

    def doubled(self, start: str, end: str, points: list[tuple[float, float]], km: float) -> bool:
        """Return whether a way (latitude, longitude) between two places is known links over again."""
        line = shapely.LineString(np.array(points)[:, ::-1] * self.scale)
        stations = shapely.line_interpolate_point(line, np.linspace(0.1, 0.9, 9), normalized=True)
        slack = TWIN_KM if km < SHORT_KM else 0
        for (lines, graph), near_km, longer in ((self.every, TWIN_KM, TWIN), (self.plain, PLAIN_KM, PLAIN)):
            if not len(lines) or not (start in graph and end in graph and nx.has_path(graph, start, end)):
                continue
            _, far = lines.query_nearest(stations, return_distance=True, all_matches=False)
            known = nx.shortest_path_length(graph, start, end, weight="km")
            if far.max() <= near_km and known <= (1 + longer) * km + slack:
                return True
        return False
