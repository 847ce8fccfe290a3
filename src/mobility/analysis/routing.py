"""Routes: the best, the k best, different ones, every pair, and what is missing where there is none."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.analysis.flows import disjoint_routes
from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER, Graph
from mobility.errors import InputError, NoRouteError
from mobility.model.network import CRS, derive
from mobility.model.tables import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mobility.model.network import Network

LEG_COLUMNS = (
    "route leg link name mode from to length_km time_h driving_h cumulative_h corridors country doubtful "
    "estimated_transfer overlap"
).split()
PAIR_COLUMNS = (
    "from to state time_h driving_h length_km modes transfers borders permission_lead_h corridors disjoint_routes "
    "doubtful crossings estimated_transfers links"
).split()
CONNECTED, CUT_OFF, NOT_ON_MODE = "connected", "cut off", "not on this mode"
# Penalty method: how much a used link's cost grows each round, and the share a new route may have in common.
_PENALTY, _MAX_OVERLAP, _ROUNDS = 1.4, 0.7, 60


def best_route(
    network: Network, origin: str | Sequence[str], destination: str | Sequence[str], via: Sequence[str] = ()
) -> gpd.GeoDataFrame:
    """Return the legs of the least-time route.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        A place id, or several: the best pair of them is taken.
    via
        Place ids to pass in this order; a mode changes there only where transfers exist.

    Returns
    -------
    GeoDataFrame
        One row per leg, transfer or crossing, EPSG:4326. Columns: route (1), leg (1, 2, ...), link
        (id, empty for a transfer or crossing), name, mode (road, rail, sea, transfer, crossing), from,
        to (place ids), length_km, time_h, driving_h, cumulative_h, corridors, country, doubtful,
        estimated_transfer, overlap (1.0).

    Raises
    ------
    NoRouteError
        When the two are not connected.
    InputError
        When origin and destination are the same place.

    Examples
    --------
    >>> from mobility import Network, best_route
    >>> legs = best_route(Network.load().under("wheeled"), "kumanovo", "nis")
    >>> legs["to"].tolist()[-1]
    'nis'
    """
    starts, ends = _ids(origin), _ids(destination)
    graph = _pair_graph(network, starts, ends)
    stages = [graph.states([v]) for v in via]
    remaining: list[Any] = [graph.rank_to(graph.states(ends))]
    for stage in reversed(stages):
        open_stage = stage[np.isfinite(remaining[0][stage])]
        remaining.insert(0, graph.rank_to(open_stage, offsets=remaining[0][open_stage]))
    here, path = graph.states(starts), []
    if not len(here) or not np.isfinite(remaining[0][here]).any():
        raise NoRouteError(f"no route from {', '.join(starts)} to {', '.join(ends)}{by_modes(network)}")
    for i, left in enumerate(remaining):
        last = i == len(stages)
        goal = None if last else _only(graph.size, stages[i], remaining[i + 1])
        arcs = graph.walk(here, left, ends=goal)
        path += arcs
        here = np.array([graph.head[arcs[-1]]]) if arcs else here[left[here] == left[here].min()]
    return _legs(graph, [path])


def k_best_routes(network: Network, origin: str, destination: str, k: int) -> gpd.GeoDataFrame:
    """Return the k least-time routes that pass no place and mode twice (Yen's algorithm), best first.

    Fewer than `k` when there are no more. Columns as `best_route`; `route` numbers them and
    `overlap` is the share of a route's time that it has in common with the best one.

    References
    ----------
    Yen, J. Y. (1971). Finding the K shortest loopless paths in a network. Management Science 17(11).
    """
    graph, starts, targets, open_rank = _between(network, origin, destination)
    first = _search(graph, starts, targets, open_rank)
    if first is None:
        raise NoRouteError(f"no route from {origin} to {destination}{by_modes(network)}")
    found: list[list[int]] = []
    seen = {tuple(first)}
    heap = [(*_order(graph, first), first)]
    while heap and len(found) < k:
        path = heapq.heappop(heap)[-1]
        found.append(path)
        if len(found) == k:
            break
        for i in range(len(path)):
            rank = open_rank.copy()
            root = path[:i]
            for other in found:
                if other[:i] == root and len(other) > i:
                    rank[other[i]] = np.inf
            spur = starts if i == 0 else graph.head[[path[i - 1]]]
            passed = graph.tail[path[: i + 1]]  # every state of the root and the spur itself
            rank[np.isin(graph.head, passed)] = np.inf
            branch = _search(graph, spur, targets, rank)
            if branch is not None and tuple(root + branch) not in seen:
                seen.add(tuple(root + branch))
                heapq.heappush(heap, (*_order(graph, root + branch), root + branch))
    return _legs(graph, found)


def diverse_routes(network: Network, origin: str, destination: str, k: int) -> gpd.GeoDataFrame:
    """Return up to k routes that share little with each other (penalty method), best first.

    Links of the routes found so far are made dearer until a route appears that has at most 70 % of
    its time in common with each of them. Columns as `best_route`; `overlap` is the largest share in
    common with a better route of the list (0 for the best).
    """
    graph, starts, targets, open_rank = _between(network, origin, destination)
    found: list[list[int]] = []
    rank = open_rank.copy()
    for _ in range(_ROUNDS):
        path = _search(graph, starts, targets, rank)
        if path is None:
            break
        if path not in found and all(_shared(graph, path, other) <= _MAX_OVERLAP for other in found):
            found.append(path)
        if len(found) == k:
            break
        used = np.unique(graph.link[[a for a in path if graph.link[a] >= 0]])
        rank = np.where(np.isin(graph.link, used), np.rint(rank * _PENALTY), rank)
    if not found:
        raise NoRouteError(f"no route from {origin} to {destination}{by_modes(network)}")
    found.sort(key=lambda p: _order(graph, p))
    overlap = [max((_shared(graph, p, q) for q in found[:i]), default=0.0) for i, p in enumerate(found)]
    return _legs(graph, found, overlap)


def routes(
    network: Network, origins: Iterable[str] | None = None, destinations: Iterable[str] | None = None
) -> gpd.GeoDataFrame:
    """Return the best route of every pair, with its number of link-disjoint routes.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        Place ids; default: the places of role origin and destination. A place is not paired with
        itself; closed places are left out.

    Returns
    -------
    GeoDataFrame
        One row per pair, EPSG:4326 (multi-lines; empty when there is no route). Columns: from, to,
        state ("connected", "cut off", "not on this mode"), time_h, driving_h, length_km, modes
        (";"-joined in order of use), transfers, borders (counts), permission_lead_h, corridors,
        disjoint_routes, doubtful (number of links whose status is not verified), crossings (names),
        estimated_transfers, links (ids). Unknown is NaN.
    """
    net = network if network.profile is not None else network.under()
    pairs = pairs_of(net, origins, destinations)
    present = _places_on_modes(net)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for graph, group in _graphs(net, pairs):
        counts = disjoint_routes(graph, group)
        facts = _LinkFacts(graph)
        by_goal: dict[str, list[str]] = {}
        for a, b in group:
            by_goal.setdefault(b, []).append(a)
        for b, sources in by_goal.items():
            remaining = graph.rank_to(graph.states([b]))
            for a in sources:
                here = graph.states([a])
                reached = len(here) and np.isfinite(remaining[here]).any()
                row: dict[str, Any] = {"from": a, "to": b, "state": CUT_OFF, "disjoint_routes": counts[a, b]}
                if reached:
                    row |= facts.summary(graph.walk(here, remaining), a, b)
                elif a not in present or b not in present:
                    row["state"] = NOT_ON_MODE
                rows[a, b] = row
    table = pd.DataFrame([rows[pair] for pair in pairs], columns=[*PAIR_COLUMNS, "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def pairs_of(
    network: Network,
    origins: Iterable[str] | None = None,
    destinations: Iterable[str] | None = None,
    *,
    closed: bool = False,
) -> list[tuple[str, str]]:
    """Return the pairs to ask about: origins x destinations, no place with itself, closed ones only if `closed`."""
    active, role = network.places["active"], network.places["role"]
    starts = list(origins) if origins is not None else list(network.places.index[role == "origin"])
    ends = list(destinations) if destinations is not None else list(network.places.index[role == "destination"])
    return [(a, b) for a in starts for b in ends if a != b and (closed or (active[a] and active[b]))]


def missing_links(network: Network, origins: str | Sequence[str], destinations: str | Sequence[str]) -> pd.DataFrame:
    """Return the smallest set of unopened links that would connect two places (or sets of places).

    Parameters
    ----------
    network
        With a profile applied; closures count as they are.
    origins, destinations
        Place ids.

    Returns
    -------
    DataFrame
        One row per unopened link, in order of travel. Columns: along ("any line", or the code of a
        corridor at an origin: then the way keeps to it as far as it can, and only its own unopened links
        are opened), link, name, status, project (ids of the projects that open it). Empty when nothing
        would help, or nothing is missing.
    """
    net = network if network.profile is not None else network.under()
    crossings = net.borders.assign(active=net.borders["closure"] == "")
    whole = derive(replace(net, links=net.links.assign(built=True), borders=crossings))  # the same limits, all open
    unopened = ~net.links["active"] & whole.links["active"]
    opened_by: dict[str, list[str]] = {}
    for project, links, upgrades in zip(
        net.projects["id"], net.projects["links"], net.projects["upgrades"], strict=True
    ):
        for link in split(links) + split(upgrades):
            opened_by.setdefault(link, []).append(project)
    starts, ends = _ids(origins), _ids(destinations)
    graph = Graph.of(whole)
    new = (graph.link >= 0) & unopened.to_numpy()[graph.link]
    codes = [split(c) for c in net.links["corridors"]]
    here = net.links["from"].isin(starts) | net.links["to"].isin(starts)
    near = {c for cell, at_start in zip(codes, here, strict=True) if at_start for c in cell}
    rows = []
    for code in [None, *(c for c in net.corridors["code"] if c in near)]:
        tagged = np.array([code is None or code in cell for cell in codes], dtype=bool)
        # Least time off the corridor (min), then fewest unopened links, then least time (s); of the
        # unopened links only those of the corridor. Exact as long as each part fits its share of 2**53.
        off = np.rint(graph.cost / 60_000) * ~tagged[graph.link]
        rank = off * 2.0**36 + new * 2.0**26 + np.rint(graph.cost / 1000)
        rank[new & ~tagged[graph.link]] = np.inf
        for arc in _search(graph, graph.states(starts), graph.states(ends), rank) or []:
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


def no_legs() -> gpd.GeoDataFrame:
    """Return an empty table with the columns of a route."""
    return gpd.GeoDataFrame(pd.DataFrame([], columns=[*LEG_COLUMNS, "geometry"]), geometry="geometry", crs=CRS)


class _LinkFacts:
    """Columns of a graph's links as arrays, for summing up routes quickly."""

    def __init__(self, graph: Graph) -> None:
        net, links = graph.network, graph.network.links
        self.graph, self.net = graph, net
        self.length = links["length_km"].to_numpy()
        self.driving = links["driving_h"].to_numpy()
        self.mode, self.country = links["mode"].to_numpy(object), links["country"].to_numpy(object)
        self.corridors = [split(c) for c in links["corridors"]]
        self.doubtful, self.ids = links["doubtful"].to_numpy(bool), links.index.to_numpy(object)
        self.shapes = links.geometry.to_numpy()
        self.estimated = net.places["transfer_source"].str.startswith("estimate:").to_numpy()
        self.called = net.places["name"].to_numpy(object)
        self.lead = _lead_hours(net)

    def summary(self, path: list[int], origin: str, destination: str) -> dict[str, Any]:
        """Sum up one route for a row of `routes`."""
        graph = self.graph
        arcs = np.array(path, dtype=int)
        kind = graph.link[arcs]
        legs = kind[kind >= 0]
        entered = {c for i in legs if self.mode[i] != "sea" for c in self.country[i].split("-")}
        entered = (entered | set(self.net.countries_of(destination))) - set(self.net.countries_of(origin))
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
            "permission_lead_h": max((self.lead[c] for c in entered), default=0.0),
            "corridors": ";".join(dict.fromkeys(c for i in legs for c in self.corridors[i])),
            "doubtful": int(self.doubtful[legs].sum()),
            "crossings": ";".join(self.called[graph.place[graph.tail[crossed]]]),
            "estimated_transfers": int(self.estimated[changed].sum()),
            "links": ";".join(self.ids[legs]),
            "geometry": shapely.MultiLineString(list(self.shapes[legs])),
        }


def _lead_hours(net: Network) -> dict[str, float]:
    """Hours of notice per country under the network's border regime."""
    hours = net.regime.permission_lead_h if net.regime is not None else {}
    member = {  # the first that fits
        code: "eu" if eu.isdigit() else "nato" if nato != "no" else "other"
        for code, eu, nato in zip(net.countries["iso2"], net.countries["eu"], net.countries["nato"], strict=True)
    }
    return {code: hours.get(group, np.nan) for code, group in member.items()}


def _ids(places: str | Sequence[str]) -> list[str]:
    return [places] if isinstance(places, str) else list(places)


def by_modes(net: Network) -> str:
    """Return " by rail" and the like when not all modes are in use, else nothing."""
    if net.profile is None or set(net.profile.modes) == {"road", "rail", "sea"}:
        return ""
    return f" by {' and '.join(net.profile.modes)}"


def _graphs(net: Network, pairs: list[tuple[str, str]]) -> Iterator[tuple[Graph, list[tuple[str, str]]]]:
    """Group pairs by the denied countries that their own ends lift, and build one graph per group."""
    groups: dict[frozenset[str], list[tuple[str, str]]] = {}
    for a, b in pairs:
        own = net.denied & {*net.countries_of(a), *net.countries_of(b)} if net.denied else frozenset()
        groups.setdefault(frozenset(own), []).append((a, b))
    for own, group in groups.items():
        yield Graph.of(net.lifting(own)), group


def _pair_graph(network: Network, starts: Sequence[str], ends: Sequence[str]) -> Graph:
    if set(starts) & set(ends):
        raise InputError(f"origin and destination are the same place: {min(set(starts) & set(ends))}")
    return Graph.of(network.lifting(c for p in [*starts, *ends] for c in network.countries_of(p)))


def _between(network: Network, origin: str, destination: str) -> tuple[Graph, Any, Any, Any]:
    """Graph, start and target states, and arc lengths that keep routes from passing their own ends."""
    graph = _pair_graph(network, [origin], [destination])
    starts, targets = graph.states([origin]), graph.states([destination])
    inner = np.isin(graph.head, starts) | np.isin(graph.tail, targets)
    return graph, starts, targets, np.where(inner, np.inf, graph.rank)


def _search(graph: Graph, starts: Any, targets: Any, rank: Any) -> list[int] | None:  # noqa: ANN401 - arrays
    remaining = graph.rank_to(targets, rank)
    if not len(starts) or not np.isfinite(remaining[starts]).any():
        return None
    return graph.walk(starts, remaining, rank)


def _only(size: int, states: Any, values: Any) -> Any:  # noqa: ANN401 - arrays
    out = np.full(size, np.inf)
    out[states] = values[states]
    return out


def _order(graph: Graph, path: list[int]) -> tuple[float, list[int]]:
    """Sort key of a route: rank, then the alphabetical sequence of its links."""
    return float(graph.rank[path].sum()), [int(graph.link_order[graph.link[a]]) for a in path if graph.link[a] >= 0]


def _shared(graph: Graph, path: list[int], other: list[int]) -> float:
    """Share of a route's moving time that lies on links of another."""
    legs = [a for a in path if graph.link[a] >= 0]
    theirs = {int(graph.link[a]) for a in other}
    total = graph.cost[legs].sum()
    return float(graph.cost[[a for a in legs if int(graph.link[a]) in theirs]].sum() / total) if total else 0.0


def _legs(graph: Graph, paths: list[list[int]], overlap: list[float] | None = None) -> gpd.GeoDataFrame:
    """Write routes as rows: one per leg, transfer and crossing."""
    net = graph.network
    places, links = net.places, net.links
    overlap = overlap or [_shared(graph, p, paths[0]) for p in paths]
    rows = []
    for number, path in enumerate(paths, 1):
        elapsed = 0.0
        for leg, arc in enumerate(path, 1):
            a, b = (int(graph.place[s[arc]]) for s in (graph.tail, graph.head))
            elapsed += graph.cost[arc]
            row: dict[str, Any] = {
                "route": number,
                "leg": leg,
                "from": places.index[a],
                "to": places.index[b],
                "time_h": graph.cost[arc] / MS_PER_H,
                "cumulative_h": elapsed / MS_PER_H,
                "overlap": overlap[number - 1],
                "doubtful": False,
                "estimated_transfer": False,
                "length_km": 0.0,
                "driving_h": 0.0,
                "link": "",
                "corridors": "",
                "country": "",
            }
            if graph.link[arc] >= 0:
                link = links.iloc[graph.link[arc]]
                shape = link.geometry if link["from"] == row["from"] else link.geometry.reverse()
                row |= {"link": link.name, "geometry": shape}
                row |= {
                    c: link[c] for c in ("name", "mode", "length_km", "driving_h", "corridors", "country", "doubtful")
                }
            else:
                here = places.iloc[a]
                crossing = graph.link[arc] == CROSSING
                sides = [graph.country[s[arc]] for s in (graph.tail, graph.head)]
                row |= {
                    "name": f"{here['name']} {'→'.join(sides)}" if crossing else here["name"],
                    "mode": "crossing" if crossing else "transfer",
                    "estimated_transfer": not crossing and here["transfer_source"].startswith("estimate:"),
                    "geometry": here.geometry,
                }
            rows.append(row)
    table = pd.DataFrame(rows, columns=[*LEG_COLUMNS, "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _places_on_modes(net: Network) -> set[str]:
    """Places with a link of the modes in use that is open or built, whatever is closed."""
    links = net.links
    usable = links[((links["status"] == "open") | links["built"]) & links["mode"].isin(net.profile.modes)]  # type: ignore[union-attr]
    return {*usable["from"], *usable["to"]}
