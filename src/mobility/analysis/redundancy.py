"""Redundancy: what else a pair has when a link is lost, and what a project would buy."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.analysis.flows import disjoint_routes, min_cut, place_disjoint_routes
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.pairs import graphs_of, pairs_of, routes
from mobility.analysis.replacement import losses
from mobility.analysis.sweeps import sweep
from mobility.errors import InputError, UnknownNameError
from mobility.model.closures import resolve_build
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mobility.analysis.graph import Graph
    from mobility.analysis.replacement import Losses
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network

    Array = np.ndarray[Any, Any]
    Pairs = list[tuple[str, str]]
    Words = Iterable[str] | None

GAINS = ("gain_h n1_gain_h worst_n1_gain_h disjoint_gain capacity_gain_vehicles_day pairs_connected_gain").split()


def pair_redundancy(network: Network, origins: Words = None, destinations: Words = None) -> gpd.GeoDataFrame:
    """Return what else every pair has: routes that share nothing, and the loss of its worst single link.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used. Access links are no candidates for loss and do not
        limit disjoint routes, unless `include_access`.
    origins, destinations
        As in `routes`.

    Returns
    -------
    GeoDataFrame
        One row per pair, EPSG:4326 (the best route). Columns: from, to, state, time_h, disjoint_routes
        (no link shared), place_disjoint_routes (no link and no place shared but the ends; where road and
        rail of a place have no transfer they count as two places), n1_time_h (when the worst single link
        is lost; NaN where some link cuts the pair off), n1_detour_h, worst_link (id; "" where no loss
        costs time, or a sole link does worse), sole_links (ids that cut the pair off, in order of travel).
    """
    net = network.profiled()
    table = routes(net, origins, destinations)[["from", "to", "state", "time_h", "disjoint_routes", "geometry"]]
    found: dict[tuple[str, str], list[Any]] = {}
    for graph, group in graphs_of(net, pairs_of(net, origins, destinations)):
        places = place_disjoint_routes(graph, group)
        found |= {pair: [places[pair], np.nan, np.nan, "", ""] for pair in group}
        for pair, before, links, ms in _counted(graph, group):
            sole = graph.ids[links[np.isinf(ms)]]
            if not len(sole):
                after = ms.max(initial=before)
                link = graph.ids[links[ms.argmax()]] if after > before else ""
                found[pair][1:4] = after / MS_PER_H, (after - before) / MS_PER_H, link
            found[pair][4] = ";".join(sole)
    names = ["place_disjoint_routes", "n1_time_h", "n1_detour_h", "worst_link", "sole_links"]
    rows = [found[pair] for pair in zip(table["from"], table["to"], strict=True)]
    table = table.join(pd.DataFrame(rows, columns=names, index=table.index))
    return finished(table)


def project_gains(
    network: Network,
    projects: Words = None,
    origins: Words = None,
    destinations: Words = None,
    *,
    run: Sweep = sweep,
) -> gpd.GeoDataFrame:
    """Return what each project buys when it alone is built, the largest gain of time first.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    projects
        What `Network.build` takes (projects, planned links, corridor:VIII); default: every project.
    origins, destinations
        As in `routes`.
    run
        Runs the sweep over projects (`mobility.analysis.sweeps`).

    Returns
    -------
    GeoDataFrame
        One row per project, EPSG:4326 (its links). Gains are positive when better. Columns: project, name,
        cost_eur_m (NaN: unknown), gain_h (of the mean best time), n1_gain_h and worst_n1_gain_h (of the
        mean and the largest time with the worst single link lost), disjoint_gain (of the mean number of
        link-disjoint routes), capacity_gain_vehicles_day (of the min-cut; NaN where nothing limits it any
        more), pairs_connected_gain, pairs_sole_before, pairs_sole_after (pairs that the loss of one link
        cuts off), and every gain per billion euro (suffix _per_bn). Means run over pairs connected before
        and after, N-1 over those that no single link cuts off, before or after.
    """
    net = network.profiled()
    things, pairs = buildable(net, projects), pairs_of(net, origins, destinations)
    found = run(_gains_of, [[key] for key in things.index], (net, pairs, measure(net, pairs)))
    table = pd.DataFrame(found, columns=[*GAINS, "pairs_sole_before", "pairs_sole_after"])
    table.insert(0, "project", things.index)
    table = things.drop(columns="links").rename_axis("project").reset_index().merge(table, on="project")
    cost = table["cost_eur_m"].where(table["cost_eur_m"] > 0)
    table = table.assign(**{f"{gain}_per_bn": table[gain] / cost * 1000 for gain in GAINS})
    table = table.sort_values(["gain_h", "n1_gain_h", "project"], ascending=[False, False, True], ignore_index=True)
    return finished(table)


def synergy(
    network: Network,
    projects: Iterable[str],
    origins: Words = None,
    destinations: Words = None,
    *,
    run: Sweep = sweep,
) -> gpd.GeoDataFrame:
    """Return for every two of the projects what both buy, and by how much that is more than the sum of each.

    Parameters as in `project_gains`; InputError when fewer than two projects are named.

    Returns
    -------
    GeoDataFrame
        One row per pair of projects, EPSG:4326 (their links). Columns: project, other, the gains of
        `project_gains` with both built, and with the suffix _synergy how much more than the gain of
        each added up (positive: they need each other; negative: they do the same work).
    """
    net = network.profiled()
    things, pairs = buildable(net, projects), pairs_of(net, origins, destinations)
    if len(things) < 2:  # noqa: PLR2004
        raise InputError("synergy needs at least two projects")
    built = [*([key] for key in things.index), *map(list, combinations(things.index, 2))]
    gains = list(run(_gains_of, built, (net, pairs, measure(net, pairs))))
    alone = dict(zip(things.index, gains, strict=False))
    rows = []
    for (a, b), both in zip(built[len(things) :], gains[len(things) :], strict=True):
        more = {f"{gain}_synergy": both[gain] - alone[a][gain] - alone[b][gain] for gain in GAINS}
        shape = {"geometry": joined_shape(things.loc[[a, b], "geometry"])}
        rows.append({"project": a, "other": b} | {gain: both[gain] for gain in GAINS} | more | shape)
    return finished(pd.DataFrame(rows))


def _gains_of(shared: tuple[Network, Pairs, Measure], keys: list[str]) -> dict[str, float]:
    """Return the gains of some projects built together, and the pairs that one link cuts off before and after."""
    net, pairs, before = shared
    after = measure(net.build(*keys), pairs)
    return after.gains_over(before) | {"pairs_sole_before": before.sole, "pairs_sole_after": after.sole}


class Measure(NamedTuple):
    """What a network gives its pairs: milliseconds (inf: none) at best and after the worst single loss, and counts."""

    time: Array
    n1: Array
    disjoint: Array
    vehicles_day: float

    @property
    def sole(self) -> int:
        """Pairs that the loss of one link cuts off."""
        return int((np.isfinite(self.time) & ~np.isfinite(self.n1)).sum())

    def gains_over(self, before: Measure) -> dict[str, float]:
        """Return the gains over another measure of the same pairs (inf where capacity is no longer limited)."""
        both, safe = (np.isfinite(now) & np.isfinite(then) for now, then in zip(self[:2], before[:2], strict=True))
        nothing = self.vehicles_day == before.vehicles_day  # both unlimited, too
        more = 0.0 if nothing else self.vehicles_day - before.vehicles_day
        worst = before.n1[safe].max() - self.n1[safe].max() if safe.any() else np.nan
        values = [
            (before.time[both] - self.time[both]).mean() / MS_PER_H if both.any() else np.nan,
            (before.n1[safe] - self.n1[safe]).mean() / MS_PER_H if safe.any() else np.nan,
            worst / MS_PER_H,
            (self.disjoint - before.disjoint)[both].mean() if both.any() else np.nan,
            more,
            float(np.isfinite(self.time).sum() - np.isfinite(before.time).sum()),
        ]
        return dict(zip(GAINS, values, strict=True))


def measure(net: Network, pairs: Pairs) -> Measure:
    """Measure a network without building its table of routes."""
    time, n1 = dict.fromkeys(pairs, np.inf), dict.fromkeys(pairs, np.inf)
    disjoint: dict[tuple[str, str], int] = {}
    for graph, group in graphs_of(net, pairs):
        disjoint |= disjoint_routes(graph, group)
        for pair, before, _, ms in _counted(graph, group):
            time[pair], n1[pair] = before, ms.max(initial=before)
    vehicles = min_cut(net, pairs).vehicles_day if np.isfinite(list(time.values())).any() else 0.0
    best, worst, apart = (np.array([column[pair] for pair in pairs], dtype=float) for column in (time, n1, disjoint))
    return Measure(best, worst, apart, vehicles)


def _counted(graph: Graph, pairs: Pairs) -> Iterator[Losses]:
    """Iterate over the losses of connected pairs, without links that do not count as candidates."""
    counted = graph.network.counted
    for loss in losses(graph, pairs):
        kept = counted[loss.links]
        yield loss._replace(links=loss.links[kept], after=loss.after[kept])


def finished(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a result: geometry last, no infinity."""
    table = table[[*table.columns.drop("geometry"), "geometry"]].replace([np.inf, -np.inf], np.nan)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def opened_by(net: Network, key: str) -> list[str]:
    """Return the links that a build opens or changes."""
    links, upgrades = resolve_build(net, key)
    return list(dict.fromkeys([*links, *upgrades["link"]]))


def buildable(net: Network, words: Words) -> gpd.GeoDataFrame:
    """Return what is to be built: index = what `build` takes; name, cost_eur_m (NaN: unknown), links, geometry."""
    projects, rows = net.projects.set_index("id"), {}
    for word in projects.index if words is None else words:
        try:
            key = net.names.one(word, ("project",)).id
            name, cost = projects.loc[key, ["name", "cost_eur_m"]]
        except UnknownNameError:
            key, name, cost = word, word, np.nan
        links = opened_by(net, key)
        rows[key] = [name, float(cost), links, joined_shape(net.links.geometry[links])]
    table = pd.DataFrame(rows.values(), index=list(rows), columns=["name", "cost_eur_m", "links", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def joined_shape(lines: Iterable[Any]) -> Any:  # noqa: ANN401 - shapely is untyped
    """Return lines as one shape."""
    return shapely.MultiLineString([part for line in lines for part in shapely.get_parts(line)])
