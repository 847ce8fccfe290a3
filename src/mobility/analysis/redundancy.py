"""Redundancy: what else a pair has when a link is lost, and what a project would buy."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.analysis.flows import place_disjoint_routes
from mobility.analysis.gains import GAINS, Gains, counted_losses
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.routes import routes
from mobility.analysis.sweeps import sweep
from mobility.errors import InputError, UnknownNameError
from mobility.model.closures import corridor_code, resolve_build
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network
    from mobility.vocabulary import Words


def pair_redundancy(network: Network, origins: Ends = None, destinations: Words = None) -> gpd.GeoDataFrame:
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
        One row per pair, EPSG:4326 (the best route). Columns: from, to, state, time_h, arrival_h, disjoint_routes
        (no link shared), place_disjoint_routes (no link and no place shared but the ends; where road and
        rail of a place have no transfer they count as two places), n1_time_h (when the worst single link
        is lost; NaN where some link cuts the pair off), n1_detour_h, worst_link (id; "" where no loss
        costs time, or a sole link does worse), sole_links (ids that cut the pair off, in order of travel).
    """
    net = network.profiled()
    table = routes(net, origins, destinations)
    table = table[["from", "to", "state", "time_h", "arrival_h", "disjoint_routes", "geometry"]]
    found: dict[tuple[str, str], list[Any]] = {}
    for graph, group in graphs_of(net, pairs_of(net, origins, destinations)):
        places = place_disjoint_routes(graph, group)
        found |= {pair: [places[pair], np.nan, np.nan, "", ""] for pair in group}
        for pair, before, links, ms in counted_losses(graph, group):
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
    origins: Ends = None,
    destinations: Words = None,
    *,
    projects: Words = None,
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
        cost_eur_m (NaN: unknown), gain_h (of the mean best time), arrival_gain_h (of the mean arrival; nobody
        arrives later than today, see `Gains`), n1_gain_h and worst_n1_gain_h (of the
        mean and the largest time with the worst single link lost), disjoint_gain (of the mean number of
        link-disjoint routes), capacity_gain_vehicles_day (of the min-cut; NaN where nothing limits it any
        more), pairs_connected_gain, pairs_sole_before, pairs_sole_after (pairs that the loss of one link
        cuts off), and every gain per billion euro (suffix _per_bn). Means run over pairs connected before
        and after, N-1 over those that no single link cuts off, before or after.
    """
    net = network.profiled()
    things, pairs = buildable(net, projects), pairs_of(net, origins, destinations)
    alone = [[key] for key in things.index]
    found = run(_gains_of, alone, Gains(net, pairs, alone))
    table = pd.DataFrame(found, columns=[*GAINS, "pairs_sole_before", "pairs_sole_after"])
    table.insert(0, "project", things.index)
    table = things.rename_axis("project").reset_index().merge(table, on="project")
    cost = table["cost_eur_m"].where(table["cost_eur_m"] > 0)
    table = table.assign(**{f"{gain}_per_bn": table[gain] / cost * 1000 for gain in GAINS})
    table = table.sort_values(["gain_h", "n1_gain_h", "project"], ascending=[False, False, True], ignore_index=True)
    return finished(table)


def synergy(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    projects: Iterable[str],
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
    gains = list(run(_gains_of, built, Gains(net, pairs, built)))
    alone = dict(zip(things.index, gains, strict=False))
    rows = []
    for (a, b), both in zip(built[len(things) :], gains[len(things) :], strict=True):
        more = {f"{gain}_synergy": both[gain] - alone[a][gain] - alone[b][gain] for gain in GAINS}
        shape = {"geometry": joined_shape(things.loc[[a, b], "geometry"])}
        rows.append({"project": a, "other": b} | {gain: both[gain] for gain in GAINS} | more | shape)
    return finished(pd.DataFrame(rows))


def _gains_of(gains: Gains, keys: list[str]) -> dict[str, float]:
    """Return the gains of some projects built together, and the pairs that one link cuts off before and after."""
    before, after = gains.before, gains.after(keys)
    return after.gains_over(before) | {"pairs_sole_before": before.sole, "pairs_sole_after": after.sole}


def finished(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a result: geometry last, no infinity."""
    table = table[[*table.columns.drop("geometry"), "geometry"]].replace([np.inf, -np.inf], np.nan)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def opened_by(net: Network, key: str) -> list[str]:
    """Return the links that a build opens or changes."""
    links, upgrades = resolve_build(net, key)
    return list(dict.fromkeys([*links, *upgrades["link"]]))


def buildable(net: Network, words: Words) -> gpd.GeoDataFrame:
    """Return what is to be built: index = what `build` takes; name, cost_eur_m (NaN: unknown), geometry."""
    projects, rows = net.projects.set_index("id"), {}
    for word in projects.index if words is None else words:
        try:
            key = net.names.one(word, ("project",)).id
            name, cost = projects.loc[key, ["name", "cost_eur_m"]]
        except UnknownNameError:
            key, name, cost = word, _called(net, word), np.nan
        rows[key] = [name, float(cost), joined_shape(net.links.geometry[opened_by(net, key)])]
    table = pd.DataFrame(rows.values(), index=list(rows), columns=["name", "cost_eur_m", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _called(net: Network, word: str) -> str:
    """Return what people call a build that is no project: "Corridor VIII by rail", a planned link's name."""
    kind, _, rest = word.partition(":")
    if kind.strip().casefold() == "corridor":
        code, _, mode = (part.strip() for part in rest.partition(":"))
        return f"Corridor {corridor_code(net, code)}{f' by {mode.casefold()}' if mode else ''}"
    return "everything planned" if word.strip().casefold() == "all" else net.names.find(word, ("link",))[0].name


def joined_shape(lines: Iterable[Any]) -> Any:  # noqa: ANN401 - shapely is untyped
    """Return lines as one shape."""
    return shapely.MultiLineString([part for line in lines for part in shapely.get_parts(line)])
