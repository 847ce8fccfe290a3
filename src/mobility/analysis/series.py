"""Sections: links in series, which fail as one because no route takes one of them without the others.

Where two links meet and nothing else does, nor any pair ends, a route takes both or neither (dead ends do not count:
no route turns into them). Such chains are joined where no route turns off between them, or only to come back: their
losses are then the same for every pair, and so is the loss of all together, which is tested by closing them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mobility.analysis.graph import milliseconds
from mobility.analysis.pairs import by_goal
from mobility.analysis.replacement import losses
from mobility.model.network import CRS
from mobility.model.sphere import great_circle_km
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.analysis.replacement import Losses
    from mobility.model.network import Network
    from mobility.vocabulary import Array

    Group = tuple[Graph, PairList]
    Costs = dict[tuple[str, str], float]


def in_series(graphs: Iterable[Graph], ends: Iterable[str]) -> Array:
    """Return the chain of each link (row in `network.links`): a number, -1 for a link in none of the graphs.

    Parameters
    ----------
    graphs
        Of one network, as pairs with different exemptions from transit see it.
    ends
        Places where a pair starts or ends.
    """
    labels = []
    for graph in graphs:
        n = len(graph.network.links)
        change = np.minimum(graph.tail, graph.head) * graph.size + np.maximum(graph.tail, graph.head)
        edge = np.where(graph.link >= 0, graph.link, n + np.unique(change, return_inverse=True)[1])
        real = graph.tail != graph.head
        states = np.concatenate([graph.tail[real], graph.head[real]])
        met = np.unique(np.stack([states, np.tile(edge[real], 2)], axis=1), axis=0)
        kept = np.ones(graph.size, dtype=bool)
        kept[graph.states(ends)] = False  # a pair may turn here
        met = _without_dead_ends(met, graph.size, kept)
        inner = (np.bincount(met[:, 0], minlength=graph.size) == 2) & kept  # noqa: PLR2004
        two = met[inner[met[:, 0]], 1].reshape(-1, 2)
        joined = coo_matrix((np.ones(len(two)), tuple(two.T)), shape=(n + len(change),) * 2)
        label = connected_components(joined, directed=False)[1][:n]
        labels.append(np.where(np.isin(np.arange(n), graph.link), label, -1))
    if not labels:
        return np.array([], dtype=int)
    same = np.unique(np.stack(labels), axis=1, return_inverse=True)[1].ravel()
    return np.where(np.stack(labels).max(axis=0) >= 0, same, -1)


def _without_dead_ends(met: Array, size: int, turnable: Array) -> Array:
    """Return which state meets which edge, without edges that lead nowhere (again and again)."""
    while True:
        dead = (np.bincount(met[:, 0], minlength=size) == 1) & turnable
        hit = np.isin(met[:, 1], met[dead[met[:, 0]], 1])
        if not hit.any():
            return met
        met = met[~hit]


def joined_on(label: Array, groups: list[Group], found: list[Losses]) -> Array:
    """Return the chains of `in_series`, those joined that are one loss to every pair.

    Parameters
    ----------
    label
        As `in_series` returns it.
    groups
        Graphs, with the pairs that see them.
    found
        The losses of all these pairs (`replacement.losses`).
    """
    label = label.copy()
    costs: dict[int, Costs] = defaultdict(dict)
    for loss in found:
        for chain, ms in zip(label[loss.links].tolist(), loss.after.tolist(), strict=True):
            costs[chain][loss.pair] = ms
    alike: dict[frozenset[tuple[tuple[str, str], float]], list[int]] = defaultdict(list)
    for chain in sorted(costs):
        alike[frozenset(costs[chain].items())].append(chain)
    for chains in alike.values():
        kept: list[int] = []  # first chains of those that stay apart
        for chain in chains:
            for first in kept:
                rows = np.flatnonzero(np.isin(label, [first, chain]))
                if _cost_without(rows, groups, costs[chain]) == costs[chain]:
                    label[label == chain] = first
                    break
            else:
                kept.append(chain)
    return label


def _cost_without(links: Array, groups: list[Group], using: Costs) -> Costs:
    """Return what pairs cost when some links (rows) are closed."""
    found: Costs = {}
    for graph, pairs in groups:
        rank = graph.without(links=links)
        for goal, starts in by_goal([pair for pair in pairs if pair in using]).items():
            remaining = graph.rank_to(graph.states([goal]), rank)
            for start in starts:
                found[start, goal] = float(milliseconds(remaining[graph.states([start])].min()))
    return found


def sections(net: Network, groups: list[Group]) -> tuple[gpd.GeoDataFrame, Array, list[Losses]]:
    """Return the sections that pairs see (`section_table`), the chain of each link, and the losses of the pairs.

    Parameters
    ----------
    net
        Under its profile.
    groups
        Its graphs, with the pairs that see them.
    """
    active = np.any([net.links["active"], *(graph.network.links["active"] for graph, _ in groups)], axis=0)
    found = [loss for graph, pairs in groups for loss in losses(graph, pairs)]
    label = np.arange(len(net.links))
    if groups:
        ends = {place for _, pairs in groups for pair in pairs for place in pair}
        label = joined_on(in_series([graph for graph, _ in groups], ends), groups, found)
    label = np.where(active & net.counted, label, -1)
    return section_table(net, label), label, found


def section_table(net: Network, label: Array) -> gpd.GeoDataFrame:
    """Return what the chains are.

    Parameters
    ----------
    net
        The network.
    label
        The chain of each link, -1 for none.

    Returns
    -------
    GeoDataFrame
        One row per chain, EPSG:4326, index = the id of its first link: losing that one is losing the section. Columns:
        name ("Zagreb–Vinkovci, 4 links"; of one link its own), links (ids, ";"-joined), mode, corridors, structure
        (the one on it with the least stated mass, else the first), geometry.
    """
    rows = np.flatnonzero(label >= 0)
    members: dict[int, list[int]] = defaultdict(list)
    for row, chain in zip(rows.tolist(), label[rows].tolist(), strict=True):
        members[chain].append(row)
    first = [chain[0] for chain in members.values()]
    table = net.links.iloc[first][["name", "mode", "corridors", "geometry"]].assign(links=net.links.index[first])
    structures, ids = _structures(net), net.links.index
    none = np.inf, ""
    table["structure"] = [min((structures.get(ids[row], none) for row in chain), key=_weakness)[1]
                          for chain in members.values()]  # fmt: skip
    mode, cells = net.links["mode"].to_numpy(object), net.links["corridors"].to_numpy(object)
    shapes, ends = net.links.geometry.to_numpy(), net.links[["from", "to"]].to_numpy(object)
    for key, chain in zip(ids[first], members.values(), strict=True):
        if len(chain) > 1:
            table.at[key, "name"] = f"{_ends(net, ends[chain])}, {len(chain)} links"
            table.at[key, "links"] = ";".join(ids[chain])
            table.at[key, "mode"] = ";".join(dict.fromkeys(mode[chain]))
            table.at[key, "corridors"] = ";".join(dict.fromkeys(c for cell in cells[chain] for c in split(cell)))
            table.at[key, "geometry"] = shapely.MultiLineString([*shapely.get_parts(shapes[chain])])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _weakness(structure: tuple[float, str]) -> tuple[float, bool, str]:
    """Return what orders structures: the least stated mass first, none last."""
    return structure[0], not structure[1], structure[1]


def _structures(net: Network) -> dict[str, tuple[float, str]]:
    """Return the weakest structure of each link: its stated mass (inf: none is stated) and name."""
    found: dict[str, tuple[float, str]] = {}
    for name, cell, mass in zip(
        net.structures["name"], net.structures["links"], net.structures["max_gross_t"], strict=True
    ):
        for link in split(cell):
            one = (float(np.nan_to_num(mass, nan=np.inf)), name)
            found[link] = min(one, found.get(link, one))
    return found


def _ends(net: Network, links: Array) -> str:
    """Return the names of the two ends of a chain (rows from, to), as met; of several pieces the farthest apart."""
    met = links.ravel().tolist()
    once = [place for place in dict.fromkeys(met) if met.count(place) == 1] or met[:1]
    rows = net.places.index.get_indexer(once)
    at = net.places[["lon", "lat"]].to_numpy()[rows]
    far = great_circle_km(*at.T[:, :, None], *at.T[:, None, :])
    a, b = sorted(np.unravel_index(far.argmax(), far.shape)) if len(once) > 2 else (0, len(once) - 1)  # noqa: PLR2004
    return f"{net.places.at[once[a], 'name']}–{net.places.at[once[b], 'name']}"
