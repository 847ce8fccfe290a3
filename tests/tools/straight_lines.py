"""Draw long links that are straight on the map through the towns that they pass.

    python tests/tools/straight_lines.py HIGHWAYDATA

An edge of the extract in geodata/ground can be straight for tens of kilometres, and so were the links made from it.
Each link longer than `LONG_KM` that is drawn with `FEW` points or fewer is sought in the extract again, and a road in
the road log of Travel Mapping too. HIGHWAYDATA is a checkout of github.com/TravelMapping/HighwayData, which has no
licence: it says which towns a road passes, and its coordinates are not copied. Railways that the extract lacks go
through the towns of `STATIONS`. A link gets a new line when that keeps nearer to the way. Nothing but lines changes:
every other feature of geodata/links.geojson stays as it was. Then run tests/tools/data_dictionary.py and maps.py.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np
import shapely

from mobility import Network
from mobility.model.files import default_folder, write_whole
from mobility.model.sphere import DEGREE_KM, great_circle_km
from mobility.sources.ground import default_ground, path_to, read_ground, read_towns
from tools.old_roads import POINT, Log

if TYPE_CHECKING:
    import pandas as pd

    from mobility.sources.ground import Ground

HOME = default_folder()
LONG_KM, FEW = 15.0, 3  # which links are asked about
SLACK, SLACK_KM = 0.05, 2.0  # by how much the way that is found may differ from length_km
SNAP_KM = 3.0  # how far a place may lie from the extract
LOST = 0.15  # and by how much the way of the log may be longer: the extract has lost the bends of such a road
BESIDE_KM = (0.8, 1.5, 2.5)  # a town no farther from the road is one that it passes: each is tried
POINT_KM = 0.7  # a point of the extract no farther from the road is on it
APART_KM = 2.0  # between two points that a line goes through
BETTER = 0.8  # a new line is taken where it keeps so much nearer to the road than the old one
LEAST_OFF_KM = 0.5  # a line this near to the road stays
SMOOTH_KM = 0.25
FOLDERS = {
    "AL": ["ALB"],
    "AT": ["AUT"],
    "BA": ["BIH"],
    "BG": ["BGR"],
    "GR": ["GRC"],
    "HR": ["HRV"],
    "HU": ["HUN"],
    "IT": ["ITA"],
    "ME": ["MNE"],
    "MK": ["MKD"],
    "RO": ["ROU"],
    "RS": ["SRB"],
    "SI": ["SVN"],
    "TR": ["TUR"],
    "XK": ["SRB"],
}
"""Folders of hwy_data of each country: all systems, motorways too."""
STATIONS = {
    "buzet-pula-rail": "Pazin, Kanfanar, Vodnjan",
    "caransebes-subcetate-rail": "Oţelu Roşu, Sarmizegetusa",
    "fushe-kosove-peje-rail": "Glogovac, Klina",
    "graz-klagenfurt-am-worthersee-rail": "Deutschlandsberg, Sankt Paul im Lavanttal, Kühnsdorf",
    "jesenice-nova-gorica-rail": "Bled, Bohinjska Bistrica, Tolmin, Kanal",
    "koprivnica-klostar-podravski-rail": "Virje, Đurđevac",
    "medgidia-tulcea-rail": "Târguşor, Cogealac, Baia, Babadag, Cataloi",
    "novi-sad-bogojevo-rail": "Futog, Odžaci",
    "potau-baia-mare-rail": "Seini, Cicârlău",
    "szekesfehervar-nagykanizsa-rail": "Lepsény, Siófok, Balatonföldvár, Balatonlelle, Fonyód, Balatonberény",
    "zabok-varazdin-rail": "Bedekovčina, Zlatar bistrica, Budinšćina, Novi Marof",
    "zapresic-zabok-rail": "Veliko Trgovišće",
}
"""Towns of railways that the extract lacks, in order."""
LEAST, MOST = 0.5, 1.03  # of its length may a line have

Point = tuple[float, float]


class Known(NamedTuple):
    """What is known of one link: extract, road log (not of railways), towns, points of the extract, stations."""

    ground: Ground
    log: Log | None
    towns: np.ndarray
    points: np.ndarray
    stations: list[Point]


class Plane:
    """Degrees as km about one latitude, good to 1 in 100 over a link."""

    def __init__(self, lat: float) -> None:
        self.scale = np.array([np.cos(np.radians(lat)), 1.0]) * DEGREE_KM

    def line(self, lonlat: Any) -> shapely.LineString:
        """Return a line in km."""
        return shapely.LineString(np.asarray(lonlat, dtype=float) * self.scale)


def log_of(folder: Path, country: str) -> Log:
    """Return all roads of a country in the log, motorways too."""
    graph = nx.Graph()
    for name in FOLDERS[country]:
        for file in sorted((folder / "hwy_data" / name).rglob("*.wpt")):
            found = POINT.findall(file.read_text(encoding="utf-8", errors="replace"))
            points = [(round(float(lat), 5), round(float(lon), 5)) for lat, lon in found]
            for a, b in pairwise(points):
                if a != b and not graph.has_edge(a, b):
                    km = float(great_circle_km(*a[::-1], *b[::-1]))
                    graph.add_edge(a, b, km=km, cost=km, road=file.stem)
    return Log(graph)


def fits(km: float, length: float, lost: float = 0) -> bool:
    """Return whether a way may be that of a link of some length, of which a share may be `lost`."""
    return -SLACK * length - SLACK_KM <= km - length <= max(SLACK, lost) * length + SLACK_KM


def traced(log: Log, ends: list[Point], length: float) -> list[Point] | None:
    """Return the way of the log between the ends (lon, lat) of a link that is as long as the link, or None."""
    found = log.way(ends[0][::-1], ends[1][::-1])
    if found is None or not fits(found[0], length, LOST) or len(found[2]) < FEW:
        return None
    return [ends[0], *(p[::-1] for p in found[2]), ends[1]]


def surveyed(ground: Ground, ends: list[Point], length: float) -> list[Point] | None:
    """Return the shortest way of the extract between the ends of a link that is as long as the link, or None."""
    from scipy.sparse.csgraph import dijkstra

    lon, lat = np.array(ends).T
    point, far = ground.snap(lat, lon)
    if far.max() > SNAP_KM:
        return None
    km, before = dijkstra(
        ground.matrix(), directed=False, indices=point[0], return_predecessors=True, limit=2 * length + SNAP_KM
    )
    if not np.isfinite(km[point[1]]) or not fits(km[point[1]] + far.sum(), length):
        return None
    path = path_to(before, point[1])
    return [ends[0], *zip(ground.lon[path], ground.lat[path], strict=True), ends[1]]


def stations(key: str, ends: np.ndarray, towns: pd.DataFrame) -> list[Point]:
    """Return the towns of a railway that the extract lacks: of those of a name the one that is least out of the way."""
    found = []
    for name in STATIONS.get(key, "").split(", ") if key in STATIONS else []:
        at = towns.loc[towns["name"] == name, ["lon", "lat"]].to_numpy()
        round_km = sum(great_circle_km(at[:, 0], at[:, 1], lon, lat) for lon, lat in ends)
        lon, lat = at[round_km.argmin()].tolist()
        found.append((lon, lat))
    return found


def through(trace: list[Point], known: Known, plane: Plane, beside_km: float) -> tuple[list[Point], str]:
    """Return a line through what lies beside a way, `APART_KM` from each other, and how it was made."""
    line = plane.line(trace)
    at = np.vstack([known.towns, known.points])
    reach = np.repeat([beside_km, POINT_KM], [len(known.towns), len(known.points)])
    spots = shapely.points(at * plane.scale)
    far = shapely.distance(spots, line)
    near = np.flatnonzero(far <= reach)
    near = near[np.argsort(far[near], kind="stable")]
    along = dict(zip(near.tolist(), shapely.line_locate_point(line, spots[near]).tolist(), strict=True))
    taken: dict[int, float] = {}
    for i, where in along.items():
        if all(abs(where - other) >= APART_KM for other in (0.0, line.length, *taken.values())):
            taken[i] = where
    order = sorted(taken, key=lambda i: taken[i])
    how = "osm-simplified" if any(i >= len(known.towns) for i in order) else "waypoints"
    return [trace[0], *((float(at[i][0]), float(at[i][1])) for i in order), trace[-1]], how


def off(line: shapely.LineString, way: shapely.LineString) -> float:
    """Return how far a line runs from a way, on average along the way (km)."""
    steps = shapely.line_interpolate_point(way, np.linspace(0, 1, 101), normalized=True)
    return float(shapely.distance(steps, line).mean())


def redrawn(old: np.ndarray, length: float, known: Known) -> tuple[list[Point], str] | str:
    """Return the new line of a link and how it was made, or why it stays as it is."""
    ends = [(float(x), float(y)) for x, y in old[[0, -1]]]
    plane = Plane(float(old[:, 1].mean()))
    trace = known.log and traced(known.log, ends, length)
    found = known.ground and surveyed(known.ground, ends, length)
    made = [(found, "osm-simplified")] if found else []
    made += [through(trace, known, plane, km) for km in BESIDE_KM] if trace else []
    if known.stations:
        made, trace = [([ends[0], *known.stations, ends[1]], "waypoints")], [ends[0], *known.stations, ends[1]]
    if not made:
        return "not found"
    way = plane.line(trace or found)
    before = off(plane.line(old), way)
    best = []
    for points, how in made:
        line = shapely.simplify(plane.line(points), SMOOTH_KM)
        if len(line.coords) >= FEW and LEAST * length <= line.length <= MOST * length and line.is_simple:
            best.append((off(line, way), [tuple(p / plane.scale) for p in np.array(line.coords)], how))
    if before < LEAST_OFF_KM and not known.stations:
        return "near enough"
    if not best or min(best)[0] > BETTER * before:
        return "nothing better"
    _, points, how = min(best)
    return [ends[0], *points[1:-1], ends[1]], how


def main() -> None:
    """Write links.geojson with new lines, and one line of text for each link that was asked about."""
    net, grounds = Network.load(), read_ground(default_ground(HOME))
    gazetteer = read_towns(default_ground(HOME))
    towns = gazetteer[["lon", "lat"]].to_numpy()
    points = np.vstack([np.column_stack([g.lon, g.lat]) for g in grounds.values()])
    logs: dict[str, Log] = {}
    links = net.links[(net.links["mode"] != "sea") & (net.links["length_km"] > LONG_KM)]
    file = HOME / "links.geojson"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, text in enumerate(lines):
        feature = json.loads(text.rstrip(",\n")) if text.startswith('{"type":"Feature",') else None
        key = feature and feature["properties"]["id"]
        if key not in links.index or len(feature["geometry"]["coordinates"]) > FEW:
            continue
        row = links.loc[key]
        country = row["country"]
        if row["mode"] == "road" and country in FOLDERS and country not in logs:
            logs[country] = log_of(Path(sys.argv[1]), country)
        old = np.array(feature["geometry"]["coordinates"], dtype=float)
        log = logs.get(country) if row["mode"] == "road" else None
        known = Known(grounds[row["mode"]], log, towns, points, stations(key, old[[0, -1]], gazetteer))
        new = redrawn(old, float(row["length_km"]), known)
        if isinstance(new, str):
            sys.stdout.write(f"{key}: {new}\n")
            continue
        points, how = new
        sys.stdout.write(f"{key}: {len(old)} to {len(points)} points, {how}\n")
        feature["properties"]["geometry_source"] = how
        feature["geometry"]["coordinates"] = [[round(x, 4), round(y, 4)] for x, y in points]
        end = ",\n" if text.endswith(",\n") else "\n"
        lines[number] = json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + end
    write_whole(file, "".join(lines).encode())


if __name__ == "__main__":
    main()
