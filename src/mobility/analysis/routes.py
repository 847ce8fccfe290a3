"""Every pair of origin and destination: its best route summed up, and what is missing where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.analysis import handling
from mobility.analysis.flows import disjoint_routes
from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER, Graph
from mobility.analysis.march import Arrival, Arrivals
from mobility.analysis.pairs import by_goal, graphs_of, pairs_of
from mobility.analysis.routing import search
from mobility.model.changes import derive
from mobility.model.network import CRS
from mobility.vocabulary import CONNECTED, CUT_OFF, NOT_ON_MODE, RELIEF, dashed, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

PAIR_COLUMNS = (
    "from to state time_h arrival_h driving_h length_km modes transfers borders permission_lead_h corridors "
    "disjoint_routes doubtful unknown_km relief_km crossings estimated_transfers arrival_proven arrival_modes links"
).split()


def routes(network: Network, origins: Ends = None, destinations: Words = None) -> gpd.GeoDataFrame:
    """Return the best route of every pair, with its number of link-disjoint routes.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        Places (ids or names) and set:NAME, or as `origins` the `Pairs` themselves; default: the places of role
        origin and destination. A place is not paired with itself; closed places are left out.

    Returns
    -------
    GeoDataFrame
        One row per pair, EPSG:4326 (multi-lines; empty when there is no route). Columns: from, to,
        state ("connected", "cut off", "not on this mode"), time_h (moving, changes of mode and waits at borders: it
        adds up, and the route has the least), arrival_h (after the march days of the profile, `march`: of this route
        or of one that arrives earlier), driving_h (on the way, by road, rail and sea), length_km, modes (";"-joined
        in order of use), transfers, borders (counts), permission_lead_h, corridors, disjoint_routes, doubtful (number
        of links whose status is not verified), unknown_km (on roads without a stated gross mass and railways without
        an axle load or line class: nothing is known that would refuse the load), relief_km (on relief links: other
        ways on the ground, of which little more than the line is known), crossings (names), estimated_transfers,
        arrival_proven (no route arrives earlier), arrival_modes (of the route by arrival), links (ids). Unknown is NaN.
    """
    net = network.profiled()
    pairs = pairs_of(net, origins, destinations)
    present = places_on_modes(net)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for graph, group in graphs_of(net, pairs):
        counts = disjoint_routes(graph, group)
        facts, march = _LinkFacts(graph), Arrivals(graph)
        starts = {a: graph.states([a]) for a in dict.fromkeys(a for a, _ in group)}
        for b, sources in by_goal(group).items():
            remaining = graph.rank_to(graph.states([b]))
            known: dict[int, tuple[list[int], int]] = {}
            for a in sources:
                here = starts[a]
                reached = len(here) and np.isfinite(remaining[here]).any()
                row: dict[str, Any] = {
                    "from": a,
                    "to": b,
                    "state": CUT_OFF,
                    "disjoint_routes": counts[a, b],
                    "links": "",
                }
                if reached:
                    path = graph.walk(here, remaining, known=known)
                    row |= facts.summary(path, a, b) | facts.arrival(march.of(path, here, [b]))
                elif a not in present or b not in present:
                    row["state"] = NOT_ON_MODE
                rows[a, b] = row
    table = pd.DataFrame([rows[pair] for pair in pairs], columns=PAIR_COLUMNS)
    return gpd.GeoDataFrame(table, geometry=_lines(net, [rows[pair].get("legs") for pair in pairs]), crs=CRS)


def _lines(net: Network, routes: list[Array | None]) -> Array:
    """Return the multi-line of each route (rows of its links), None where there is none; all at once, that is quick."""
    lines = np.full(len(routes), None, dtype=object)
    there = np.array([legs is not None for legs in routes], dtype=bool)
    ways = [legs for legs in routes if legs is not None]
    if ways:
        shapes = net.links.geometry.to_numpy()[np.concatenate(ways)]
        lines[there] = shapely.multilinestrings(shapes, indices=np.repeat(np.arange(len(ways)), [*map(len, ways)]))
    return lines


def missing_links(network: Network, origins: str | Sequence[str], destinations: str | Sequence[str]) -> pd.DataFrame:
    """Return the smallest set of unopened links that would connect two places (or sets of places).

    Parameters
    ----------
    network
        With a profile applied; closures count as they are.
    origins, destinations
        Places (ids or names) and set:NAME.

    Returns
    -------
    DataFrame
        One row per unopened link, in order of travel. Columns: along ("any line", or the code of a
        corridor at an origin: then the way keeps to it as far as it can, and only its own unopened links
        are opened), link, name, status, project (ids of the projects that open it). Empty when nothing
        would help, or nothing is missing.
    """
    net = network.profiled()
    starts, ends = net.places_named(origins), net.places_named(destinations)
    net = net.lifting(c for p in [*starts, *ends] for c in net.countries_of(p))
    shut = (net.borders["closure"] != "") | (net.borders["barred"] != "")
    crossings = net.borders.assign(active=net.borders["active"] | ~shut)
    whole = derive(replace(net, links=net.links.assign(built=True), borders=crossings))  # the same limits, all open
    unopened = ~net.links["active"] & whole.links["active"]
    opened_by: dict[str, list[str]] = {}
    for project, links, upgrades in zip(
        net.projects["id"], net.projects["links"], net.projects["upgrades"], strict=True
    ):
        for link in split(links) + split(upgrades):
            opened_by.setdefault(link, []).append(project)
    graph = Graph.of(whole)
    new = (graph.link >= 0) & unopened.to_numpy()[graph.row]
    codes = [split(c) for c in net.links["corridors"]]
    here = net.links["from"].isin(starts) | net.links["to"].isin(starts)
    near = {c for cell, at_start in zip(codes, here, strict=True) if at_start for c in cell}
    rows = []
    for code in [None, *(c for c in net.corridors["code"] if c in near)]:
        tagged = np.array([code is None or code in cell for cell in codes], dtype=bool)
        # Least time off the corridor (min), then fewest unopened links, then least time (s); of the
        # unopened links only those of the corridor. Exact as long as each part fits its share of 2**53.
        off = np.rint(graph.cost / 60_000) * ((graph.link >= 0) & ~tagged[graph.row])
        rank = off * 2.0**36 + new * 2.0**26 + np.rint(graph.cost / 1000)
        rank[new & ~tagged[graph.row]] = np.inf
        for arc in search(graph, graph.states(starts), graph.states(ends), rank) or []:
            if new[arc]:
                link = net.links.iloc[graph.link[arc]]
                rows.append(
                    [
                        code or "any line",
                        link.name,
                        link["name"],
                        link["status"],
                        ";".join(opened_by.get(link.name, [])),
                    ]
                )
    return pd.DataFrame(rows, columns=["along", "link", "name", "status", "project"])


class _LinkFacts:
    """Columns of a graph's links as arrays, for summing up routes quickly."""

    def __init__(self, graph: Graph) -> None:
        net, links = graph.network, graph.network.links
        self.graph, self.net = graph, net
        self.length, self.unknown = links["length_km"].to_numpy(), links["load_unknown"].to_numpy(bool)
        self.driving = links["driving_h"].to_numpy()
        self.mode, self.country = links["mode"].to_numpy(object), links["country"].to_numpy(object)
        self.by_land = [dashed(c) if m != "sea" else [] for m, c in zip(self.mode, self.country, strict=True)]
        self.corridors = [split(c) for c in links["corridors"]]
        self.relief = (links["corridors"] == RELIEF).to_numpy()
        self.doubtful, self.ids = links["doubtful"].to_numpy(bool), links.index.to_numpy(object)
        self.estimated = handling.estimated(net)
        self.called = net.places["name"].to_numpy(object)
        self.lead = lead_hours(net)

    def arrival(self, found: Arrival) -> dict[str, Any]:
        """Return what a row of `routes` says of the earliest arrival."""
        kind = self.graph.link[found.path]
        modes = ";".join(dict.fromkeys(self.mode[kind[kind >= 0]]))
        return {"arrival_h": found.ms / MS_PER_H, "arrival_proven": found.proven, "arrival_modes": modes}

    def summary(self, path: list[int], origin: str, destination: str) -> dict[str, Any]:
        """Sum up one route for a row of `routes`."""
        graph = self.graph
        arcs = np.array(path, dtype=int)
        kind = graph.link[arcs]
        legs = kind[kind >= 0]
        abroad = entered(self.net, {c for i in legs for c in self.by_land[i]}, origin, destination)
        crossed = arcs[kind == CROSSING]
        changed = graph.place[graph.tail[arcs[kind == TRANSFER]]]
        return {
            "state": CONNECTED,
            "time_h": graph.cost[arcs].sum() / MS_PER_H,
            "driving_h": self.driving[legs].sum(),
            "length_km": self.length[legs].sum(),
            "modes": ";".join(dict.fromkeys(self.mode[legs])),
            "transfers": int((kind == TRANSFER).sum()),
            "borders": len(crossed),
            "permission_lead_h": max((self.lead[c] for c in abroad), default=0.0),
            "corridors": ";".join(dict.fromkeys(c for i in legs for c in self.corridors[i])),
            "doubtful": int(self.doubtful[legs].sum()),
            "unknown_km": self.length[legs[self.unknown[legs]]].sum(),
            "relief_km": self.length[legs[self.relief[legs]]].sum(),
            "crossings": ";".join(self.called[graph.place[graph.tail[crossed]]]),
            "estimated_transfers": int(self.estimated[changed].sum()),
            "links": ";".join(self.ids[legs]),
            "legs": legs,
        }


def entered(net: Network, passed: set[str], origin: str, destination: str) -> set[str]:
    """Return the countries that a journey enters: those it passes by land, and its end's, but not its origin's."""
    ends = net.countries_of(destination)
    own = set(ends) if len(ends) == 1 else set()  # at a border the journey ends on the side it comes from
    return (passed | own) - set(net.countries_of(origin))


def lead_hours(net: Network) -> dict[str, float]:
    """Hours of notice per country under the network's border regime; of one of unknown membership the longest."""
    hours = net.regime.permission_lead_h if net.regime is not None else {}
    found = {}
    for code, eu, nato in zip(net.countries["iso2"], net.countries["eu"], net.countries["nato"], strict=True):
        outside = {"": ("nato", "other"), "no": ("other",)}.get(nato, ("nato",))
        groups = {"": ("eu", *outside), "member": ("eu",)}.get(eu, outside)
        found[code] = max(hours.get(group, np.nan) for group in groups)
    return found


def places_on_modes(net: Network) -> set[str]:
    """Return the places with a link of the modes in use that is open or built, whatever is closed."""
    links = net.links
    usable = links[((links["status"] == "open") | links["built"]) & links["mode"].isin(net.profile.modes)]  # type: ignore[union-attr]
    return {*usable["from"], *usable["to"]}
