"""Routes of one pair: the best, the k best, and ones that share little."""

from __future__ import annotations

import heapq
from itertools import product
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mobility.analysis import handling
from mobility.analysis.graph import CROSSING, MS_PER_H, PASS, Graph
from mobility.analysis.march import Arrivals, schedule, stretched
from mobility.analysis.pairs import by_goal, exemption, graph_for
from mobility.errors import InputError, NoRouteError
from mobility.model.network import CRS
from mobility.model.profiles import HANDLINGS
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mobility.analysis.march import Schedule
    from mobility.analysis.pairs import PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array

LEG_COLUMNS = (
    "route leg link name mode from to length_km time_h driving_h cumulative_h start_h arrival_h corridors country "
    "doubtful load_unknown estimated_transfer overlap"
).split()
# Penalty method: how much a used link's cost grows each round, and the share a new route may have in common.
_PENALTY, _MAX_OVERLAP, _ROUNDS = 1.4, 0.7, 60


def best_route(
    network: Network,
    origin: str | Sequence[str],
    destination: str | Sequence[str],
    *,
    via: Sequence[str] = (),
    by: str = "time",
) -> gpd.GeoDataFrame:
    """Return the legs of the least-time route, or of the one that arrives first.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        A place (id or name) or set:NAME, or several: the best pair of them is taken.
    via
        Places to pass in this order; a mode changes there only where transfers exist.
    by
        "time": moving, changes of mode and waits at borders. "arrival": after march days, the best candidate of
        `march.Arrivals`.

    Returns
    -------
    GeoDataFrame
        One row per leg, transfer or crossing, EPSG:4326. Columns: route (1), leg (1, 2, ...), link
        (id, empty for a transfer or crossing), name, mode (road, rail, sea, transfer, crossing), from,
        to (place ids), length_km, time_h, driving_h, cumulative_h (of time_h), start_h and arrival_h (hours after
        the start at which the leg begins and ends, halts included), corridors, country, doubtful, load_unknown (no
        gross mass of the road, or axle load of the railway, is stated), estimated_transfer, overlap (1.0).

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
    starts, ends, via = (network.places_named(words) for words in (origin, destination, via))
    found = []
    for graph, own_starts, own_ends in _by_exemption(network, starts, ends):
        ways = [_least_by(graph, own_starts, via, own_ends)]
        if by == "arrival" and ways[0] is not None:
            ways = _by_arrival(graph, ways[0], own_starts, via, own_ends)
        found += [(schedule(graph, p).arrival if by == "arrival" else 0.0, *_order(graph, p), graph, p)
                  for p in ways if p is not None]  # fmt: skip
    if not found:
        raise _no_route(network, starts, ends)
    *_, graph, path = min(found, key=lambda way: way[:3])
    return _legs(graph, [path])


def _by_arrival(
    graph: Graph, fastest: list[int], starts: list[str], via: list[str], ends: list[str]
) -> list[list[int] | None]:
    """Return the candidates for the route that arrives first; by way of places without long rides (`march`)."""
    if via:
        return [fastest, _least_by(stretched(graph), starts, via, ends)]
    return [*Arrivals(graph).candidates(fastest, graph.states(starts), ends)]


def _least_by(graph: Graph, starts: list[str], via: list[str], ends: list[str]) -> list[int] | None:
    """Return the arcs of the least-rank route by way of some places, or None when there is none."""
    stages = [graph.states([v]) for v in via]
    remaining: list[Any] = [graph.rank_to(graph.states(ends))]
    for stage in reversed(stages):
        open_stage = stage[np.isfinite(remaining[0][stage])]
        remaining.insert(0, graph.rank_to(open_stage, offsets=remaining[0][open_stage]))
    here, path = graph.states(starts), list[int]()
    if not len(here) or not np.isfinite(remaining[0][here]).any():
        return None
    for i, left in enumerate(remaining):
        last = i == len(stages)
        goal = None if last else _only(graph.size, stages[i], remaining[i + 1])
        arcs = graph.walk(here, left, ends=goal)
        path += arcs
        here = np.array([graph.head[arcs[-1]]]) if arcs else here[left[here] == left[here].min()]
    return path


def k_best_routes(network: Network, origin: str, destination: str, *, k: int) -> gpd.GeoDataFrame:
    """Return the k least-time routes that pass no place and mode twice (Yen's algorithm), best first.

    Fewer than `k` when there are no more. Columns as `best_route`; `route` numbers them and
    `overlap` is the share of a route's time that it has in common with the best one.

    References
    ----------
    Yen, J. Y. (1971). Finding the K shortest loopless paths in a network. Management Science 17(11).
    """
    graph, starts, targets, open_rank = _between(network, origin, destination)
    first = search(graph, starts, targets, open_rank)
    if first is None:
        raise _no_route(network, [origin], [destination])
    found: list[list[int]] = []
    shown: dict[tuple[int, ...], list[int]] = {}  # by links: other handling over the same links is no other route
    heap, seen = [(*_order(graph, first), first)], {tuple(first)}
    while heap and len(shown) < k:
        path = heapq.heappop(heap)[-1]
        found.append(path)
        shown.setdefault(tuple(graph.link[a] for a in path if graph.link[a] >= 0), path)
        for i in range(len(path)):
            root = path[:i]
            rank = open_rank.copy()
            rank[[other[i] for other in found if other[:i] == root and len(other) > i]] = np.inf
            passed = graph.tail[path[: i + 1]]  # every state of the root and the spur itself
            rank[np.isin(graph.head, passed)] = np.inf
            spur = starts if i == 0 else graph.head[[path[i - 1]]]
            branch = search(graph, spur, targets, rank)
            if branch is not None and tuple(root + branch) not in seen:
                seen.add(tuple(root + branch))
                heapq.heappush(heap, (*_order(graph, root + branch), root + branch))
    return _legs(graph, list(shown.values()))


def diverse_routes(network: Network, origin: str, destination: str, *, k: int) -> gpd.GeoDataFrame:
    """Return up to k routes that share little with each other (penalty method), best first.

    Links of the routes found so far are made dearer until a route appears that has at most 70 % of
    its time in common with each of them. Columns as `best_route`; `overlap` is the largest share in
    common with a better route of the list (0 for the best).
    """
    graph, starts, targets, open_rank = _between(network, origin, destination)
    found: list[list[int]] = []
    rank = open_rank.copy()
    for _ in range(_ROUNDS):
        path = search(graph, starts, targets, rank)
        if path is None:
            break
        if path not in found and all(_shared(graph, path, other) <= _MAX_OVERLAP for other in found):
            found.append(path)
        if len(found) == k:
            break
        used = np.unique(graph.link[[a for a in path if graph.link[a] >= 0]])
        rank = np.where(np.isin(graph.link, used), np.rint(rank * _PENALTY), rank)
    if not found:
        raise _no_route(network, [origin], [destination])
    found.sort(key=lambda p: _order(graph, p))
    overlap = [max((_shared(graph, p, q) for q in found[:i]), default=0.0) for i, p in enumerate(found)]
    return _legs(graph, found, overlap)


def no_legs() -> gpd.GeoDataFrame:
    """Return an empty table with the columns of a route."""
    return gpd.GeoDataFrame(pd.DataFrame([], columns=[*LEG_COLUMNS, "geometry"]), geometry="geometry", crs=CRS)


def _no_route(net: Network, starts: Sequence[str], ends: Sequence[str]) -> NoRouteError:
    closed = [p for word in (*starts, *ends) for p in net.places_named(word) if not net.places.at[p, "active"]]
    why = f" ({', '.join(closed)} closed)" if closed else ""
    return NoRouteError(f"no route from {', '.join(starts)} to {', '.join(ends)}{by_modes(net)}{why}")


def by_modes(net: Network) -> str:
    """Return " by rail" and the like when not all modes are in use, else nothing."""
    if net.profile is None or set(net.profile.modes) == set(MODES):
        return ""
    return f" by {' and '.join(net.profile.modes)}"


def _by_exemption(
    network: Network, starts: Sequence[str], ends: Sequence[str]
) -> Iterator[tuple[Graph, list[str], list[str]]]:
    """Iterate over the graphs that pairs see, denials lifted per pair, with the starts and ends that see them."""
    if set(starts) & set(ends):
        raise InputError(f"origin and destination are the same place: {min(set(starts) & set(ends))}")
    net = network.profiled()
    alike = [
        [
            [p for p in places if exemption(net, [p]) == own]
            for own in dict.fromkeys(exemption(net, [p]) for p in places)
        ]
        for places in (starts, ends)
    ]
    for here, there in product(*alike):
        yield graph_for(net, [here[0], there[0]]), here, there


def _between(network: Network, origin: str, destination: str) -> tuple[Graph, Any, Any, Any]:
    """Graph, start and target states, and arc lengths that keep routes from passing their own ends."""
    start, end = (network.place_named(word) for word in (origin, destination))
    ((graph, _, _),) = _by_exemption(network, [start], [end])
    starts, targets = graph.states([start]), graph.states([end])
    inner = np.isin(graph.head, starts) | np.isin(graph.tail, targets)
    return graph, starts, targets, np.where(inner, np.inf, graph.rank)


def timed_legs(graph: Graph, path: list[int], march: Schedule) -> gpd.GeoDataFrame:
    """Return the legs of a route (arcs) by a schedule of one's own; columns as `best_route`."""
    return _legs(graph, [path], marches=[march])


def search(graph: Graph, starts: Any, targets: Any, rank: Any) -> list[int] | None:  # noqa: ANN401 - arrays
    """Return the arcs of the least-rank route between states, or None when there is none."""
    remaining = graph.rank_to(targets, rank)
    if not len(starts) or not np.isfinite(remaining[starts]).any():
        return None
    return graph.walk(starts, remaining, rank)


def _only(size: int, states: Any, values: Any) -> Any:  # noqa: ANN401 - arrays
    out = np.full(size, np.inf)
    out[states] = values[states]
    return out


def _order(graph: Graph, path: list[int]) -> tuple[float, list[str]]:
    """Sort key of a route: rank, then the alphabetical sequence of its links."""
    return float(graph.rank[path].sum()), [graph.ids[graph.link[a]] for a in path if graph.link[a] >= 0]


def _shared(graph: Graph, path: list[int], other: list[int]) -> float:
    """Share of a route's moving time that lies on links of another."""
    legs = [a for a in path if graph.link[a] >= 0]
    theirs = {int(graph.link[a]) for a in other}
    total = graph.cost[legs].sum()
    return float(graph.cost[[a for a in legs if int(graph.link[a]) in theirs]].sum() / total) if total else 0.0


def walks(graph: Graph, pairs: PairList) -> Iterator[tuple[tuple[str, str], Array, list[int]]]:
    """Iterate over the pairs of one graph that have a way: the pair, the states it starts from, its best route."""
    for b, sources in by_goal(pairs).items():
        left = graph.rank_to(graph.states([b]))
        for a in sources:
            here = graph.states([a])
            if np.isfinite(left[here]).any():
                yield (a, b), here, graph.walk(here, left)


def _legs(
    graph: Graph,
    paths: list[list[int]],
    overlap: list[float] | None = None,
    marches: Sequence[Schedule] | None = None,
) -> gpd.GeoDataFrame:
    """Write routes as rows: one per leg, transfer and crossing; by the schedules given, or by march days."""
    net = graph.network
    places, links = net.places, net.links
    overlap = overlap or [_shared(graph, p, paths[0]) for p in paths]
    guessed, no_ramp = handling.estimated(net), len(links) + len(net.borders) + HANDLINGS.index("detrain")
    rows = []
    for number, path in enumerate(paths, 1):
        elapsed, march = 0.0, marches[number - 1] if marches else schedule(graph, path)
        taken = [step for step in zip(path, *march, strict=True) if graph.link[step[0]] != PASS]
        for leg, (arc, begins, ends) in enumerate(taken, 1):
            a, b = (int(graph.place[s[arc]]) for s in (graph.tail, graph.head))
            elapsed += graph.cost[arc]
            row: dict[str, Any] = {
                "route": number,
                "leg": leg,
                "from": places.index[a],
                "to": places.index[b],
                "time_h": graph.cost[arc] / MS_PER_H,
                "cumulative_h": elapsed / MS_PER_H,
                "start_h": begins / MS_PER_H,
                "arrival_h": ends / MS_PER_H,
                "overlap": overlap[number - 1],
                "doubtful": False,
                "load_unknown": False,
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
                    c: link[c] for c in "name mode length_km driving_h corridors country doubtful load_unknown".split()
                }
            else:
                here = places.iloc[a]
                crossing = graph.link[arc] == CROSSING
                sides = [graph.country[s[arc]] for s in (graph.tail, graph.head)]
                how = " " + "→".join(sides) if crossing else " (no ramp known)" * bool(graph.inputs[arc] == no_ramp)
                row |= {
                    "name": here["name"] + how,
                    "mode": "crossing" if crossing else "transfer",
                    "estimated_transfer": bool(not crossing and guessed[a]),
                    "geometry": here.geometry,
                }
            rows.append(row)
    table = pd.DataFrame(rows, columns=[*LEG_COLUMNS, "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)
