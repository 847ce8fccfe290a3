"""List the ways round curated roads that the shipped network lacks, by the road log of Travel Mapping.

    python tests/tools/old_roads.py HIGHWAYDATA

HIGHWAYDATA is a checkout of github.com/TravelMapping/HighwayData, whose points say by which numbered roads a stretch
can be driven, and how far it is. It has no licence: lengths are measured by it, its coordinates are not copied. Of a
motorway it is asked for the old road, of another road for the best way without that road. What it listed in November
2026 was entered, or left out for a reason, as `geodata/README.md` says under "Old roads beside motorways".
"""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.spatial import KDTree

from mobility import Network
from mobility.model.sphere import great_circle_km, on_sphere
from mobility.vocabulary import ACCESS, RELIEF

# The systems of roads that are no motorways, and how much longer a road of each may seem: better roads are preferred.
SYSTEMS = {
    "AL": {"ALB/albsh": 1.0},
    "AT": {"AUT/autb": 1.0, "AUT/autl3": 1.2, "AUT/autl4": 1.2, "AUT/autl5": 1.2, "AUT/autl6": 1.2, "AUT/autl7": 1.2},
    "BA": {"BIH/bihm": 1.0, "BIH/bihm2": 1.0},
    "BG": {"BGR/bgri": 1.0, "BGR/bgrii": 1.15},
    "GR": {"GRC/grceo": 1.0},
    "HR": {"HRV/hrvd": 1.0, "HRV/hrvz": 1.2},
    "HU": {"HUN/hunf": 1.0},
    "ME": {"MNE/mnem": 1.0, "MNE/mner": 1.3},
    "MK": {"MKD/mkdr": 1.0},
    "RO": {"ROU/roudn": 1.0, "ROU/roudj": 1.4},
    "RS": {"SRB/srbb": 1.0, "SRB/srbr": 1.05, "SRB/srbrb": 1.5},
    "SI": {"SVN/svng": 1.0, "SVN/svnr": 1.1},
}
POINT = re.compile(r"lat=(-?[\d.]+)&lon=(-?[\d.]+)")
REACH_KM = 4.0  # how far the log may begin from a place
PIECES, CONNECTOR = 1.03, 1.25  # length of a road by its straight pieces, and of the way to it by the straight line
LEAST_KM = 4.0
SAME = 0.15  # by which share the length of a road may differ from the log
LONGER, GAIN_KM = 1.3, 10.0  # a way is lacking where ours is so much longer than by the old road


def roads(log: Path, systems: dict[str, float]) -> nx.Graph:
    """Return the roads of a country: points (latitude, longitude), with km, cost and the road of each piece."""
    graph = nx.Graph()
    for system, factor in systems.items():
        for file in sorted((log / "hwy_data" / system).glob("*.wpt")):
            found = POINT.findall(file.read_text(encoding="utf-8", errors="replace"))
            points = [(round(float(lat), 5), round(float(lon), 5)) for lat, lon in found]
            for a, b in pairwise(points):
                if a != b and not graph.has_edge(a, b):
                    km = float(great_circle_km(*a[::-1], *b[::-1]))
                    graph.add_edge(a, b, km=km, cost=km * factor, road=file.stem)
    return graph


class Log:
    """The roads of one country, and ways along them between places."""

    def __init__(self, graph: nx.Graph) -> None:
        self.graph, self.points = graph, list(graph)
        at = np.array(self.points)
        self.tree = KDTree(on_sphere(at[:, 1], at[:, 0]))

    def way(
        self, start: tuple[float, float], end: tuple[float, float], without: frozenset[frozenset[object]] = frozenset()
    ) -> tuple[float, list[str], list[object]] | None:
        """Return the length of the best way between two points, the roads along it and its points, or None."""

        def cost(a: object, b: object, piece: dict[str, float]) -> float | None:
            return None if frozenset((a, b)) in without else piece["cost"]

        for name, (lat, lon) in (("start", start), ("end", end)):
            near = self.tree.query_ball_point(on_sphere(np.array([lon]), np.array([lat]))[0], REACH_KM)
            for point in [self.points[i] for i in near]:
                km = CONNECTOR * float(great_circle_km(lon, lat, *point[::-1]))
                self.graph.add_edge(name, point, km=km / PIECES, cost=km, road="")
        try:
            path = nx.dijkstra_path(self.graph, "start", "end", cost)
            steps = [self.graph.edges[pair] for pair in pairwise(path)]
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return None
        finally:
            self.graph.remove_nodes_from(["start", "end"])
        roads_along = [*dict.fromkeys(s["road"] for s in steps if s["road"])]
        return PIECES * sum(s["km"] for s in steps), roads_along, path[1:-1]

    def round(self, start: tuple[float, float], end: tuple[float, float], km: float) -> tuple[float, list[str]] | None:
        """Return the best way without the road of that length between two points: its pieces away from the ends."""
        own = self.way(start, end)
        if own is None or abs(own[0] / km - 1) > SAME:
            return None
        pieces = (pair for pair in pairwise(own[2]) if not any(self.near(pair[0], at) for at in (start, end)))
        found = self.way(start, end, frozenset(map(frozenset, pieces)))
        return found[:2] if found else None

    def near(self, point: tuple[float, float], at: tuple[float, float]) -> bool:
        """Tell whether a point of the log is within reach of a place."""
        return bool(great_circle_km(*point[::-1], *at[::-1]) < REACH_KM)


def main() -> None:
    """Write one line per curated road that has a much shorter way round by the log than in the network."""
    log, net = Path(sys.argv[1]), Network.load()
    links = net.links[(net.links["mode"] == "road") & (net.links["status"] == "open")]
    asked = links[~links["corridors"].isin((ACCESS, RELIEF)) & (links["length_km"] >= LEAST_KM)]
    ours = nx.MultiGraph()
    for key, a, b, km in zip(links.index, links["from"], links["to"], links["length_km"], strict=True):
        ours.add_edge(a, b, key, km=km)
    at = dict(zip(net.places.index, zip(net.places["lat"], net.places["lon"], strict=True), strict=True))
    for country, systems in SYSTEMS.items():
        known = Log(roads(log, systems))
        for key, row in asked[asked["country"] == country].iterrows():
            a, b = row["from"], row["to"]
            fast = row["road_class"] in {"motorway", "expressway"}
            found = known.way(at[a], at[b]) if fast else known.round(at[a], at[b], row["length_km"])
            ours.remove_edge(a, b, key)
            here = nx.dijkstra_path_length(ours, a, b, "km") if nx.has_path(ours, a, b) else np.inf
            ours.add_edge(a, b, key, km=row["length_km"])
            if found and here > max(LONGER * found[0], found[0] + GAIN_KM):
                words = (
                    f"{key}: {row['length_km']:g} km, round {here:.0f} km, by {' '.join(found[1])} {found[0]:.0f} km"
                )
                sys.stdout.write(f"{country} {words}\n")


if __name__ == "__main__":
    main()
