"""Bottlenecks: what the loss of each section, link, place, structure, border or country costs (exact N-1)."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mobility.analysis.bypasses import arcs_at, place_losses
from mobility.analysis.flows import cut_between
from mobility.analysis.graph import CROSSING, MS_PER_H, milliseconds
from mobility.analysis.pairs import by_goal, graphs_of, pairs_of
from mobility.analysis.replacement import losses
from mobility.analysis.series import sections
from mobility.errors import InputError
from mobility.model.network import CRS
from mobility.vocabulary import NOTICEABLE_MS, dashed, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mobility.analysis.flows import MinCut
    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

    # Things that a pair uses, its milliseconds, and those without each thing.
    _Loss = tuple[Sequence[str] | Array, float, Sequence[float] | Array]
    _Way = Callable[[Graph, PairList], Iterator[_Loss]]

KINDS = ("section", "link", "place", "structure", "border", "country")
COLUMNS = (
    "name mode corridors pairs_using pairs_delayed pairs_cut_off mean_delay_h worst_delay_h total_delay_h "
    "sole_link in_min_cut"
).split()


def bottlenecks(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    by: str = "section",
    cut: MinCut | None = None,
) -> gpd.GeoDataFrame:
    """Return what the loss of each thing costs the pairs, the worst first.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    by
        What is lost: section (links in series without a choice between them: they fail as one), link, place (with
        its links), structure (all links it carries: they fail together), border (its crossings) or country (its
        links). Access links are candidates only with `include_access`. A pair that starts or ends at the lost place
        or in the lost country loses an end: it is counted in a column of its own, and left out of the others.
    origins, destinations
        As in `routes`.
    cut
        The smallest cut of these pairs (`min_cut`), where it is known already.

    Returns
    -------
    GeoDataFrame
        One row per thing, EPSG:4326, sorted by pairs cut off, then by hours lost in all. Columns: the kind (id; of a
        section that of its first link), name, of a section links (ids, ";"-joined) and structure (the weakest on
        it), mode, corridors, pairs_using (best routes that use it), pairs_delayed (by more than 30 s), pairs_cut_off,
        of a place or country pairs_lost_end (they start or end there), mean_delay_h (over pairs using it that stay
        connected), worst_delay_h, total_delay_h, sole_link (a pair depends on it), in_min_cut (it is part of the
        smallest cut between all origins and all destinations).

    Raises
    ------
    InputError
        When `by` is none of these.
    """
    if by not in KINDS:
        raise InputError(f"bottlenecks cannot be counted by {by!r}; there are {', '.join(KINDS)}")
    net = network.profiled()
    pairs = pairs_of(net, origins, destinations)
    groups = list(graphs_of(net, pairs))
    if by == "section":
        things, found = _by_section(net, groups)
    else:
        active = np.any([net.links["active"], *(graph.network.links["active"] for graph, _ in groups)], axis=0)
        things = _things(net, by, net.links.assign(active=active))
        grouped: _Way = partial(_by_group, by=by)
        ways: list[_Way] = [_by_link] if by == "link" else [_by_place, grouped] if by == "place" else [grouped]
        found = [loss for graph, group in groups for way in ways for loss in way(graph, group)]
    table = things.join(_counts(things.index, found))
    cuts = pairs and by in {"section", "link", "place"}
    among = set((cut or cut_between(net, pairs)).things) if cuts else set()
    parts = things["links"].map(split) if by == "section" else table.index.map(lambda key: [key])
    table["in_min_cut"] = [not among.isdisjoint(ids) for ids in parts]
    table = table.rename_axis(by).reset_index()
    table = table.sort_values(["pairs_cut_off", "total_delay_h", by], ascending=[False, False, True], ignore_index=True)
    columns = [by, "name", *["links", "structure"] * (by == "section"), *COLUMNS[1:], "geometry"]
    if by in {"place", "country"}:
        ends = dict.fromkeys(place for pair in pairs for place in pair)
        where = {place: [place] if by == "place" else net.countries_of(place) for place in ends}
        count = Counter(key for a, b in pairs for key in {*where[a], *where[b]})
        table["pairs_lost_end"] = table[by].map(count).astype(int)
        columns.insert(columns.index("pairs_cut_off") + 1, "pairs_lost_end")
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=CRS)


def _by_section(net: Network, groups: list[tuple[Graph, PairList]]) -> tuple[gpd.GeoDataFrame, list[_Loss]]:
    """Return the sections, and per pair the loss of each on its route: that of its first link there."""
    things, label, found = sections(net, groups)
    name = dict(zip(label[net.links.index.get_indexer(things.index)], things.index, strict=True))
    lost: list[_Loss] = []
    for loss in found:
        chains, once = np.unique(label[loss.links], return_index=True)
        once = once[chains >= 0]
        lost.append(([name[chain] for chain in chains[chains >= 0]], loss.before, loss.after[once]))
    return things, lost


def _things(net: Network, by: str, links: pd.DataFrame) -> pd.DataFrame:
    """Return what can be lost: index = id, columns name, mode, corridors, geometry."""
    if by == "link":
        candidates = links["active"] & net.counted
        return pd.DataFrame(links.loc[candidates, ["name", "mode", "corridors", "geometry"]])
    columns: dict[str, Any]
    if by == "place":
        used = net.places[net.places.index.isin([*links["from"][links["active"]], *links["to"][links["active"]]])]
        columns = {"name": used["name"], "geometry": used.geometry}
        index = used.index
    elif by == "structure":
        open_links = set(links.index[links["active"]])
        carries = [bool(open_links & set(split(cell))) for cell in net.structures["links"]]
        used = net.structures.loc[np.array(carries, dtype=bool)]
        index = pd.Index(used["id"])
        points = gpd.points_from_xy(used["lon"], used["lat"])
        columns = {"name": used["name"].to_numpy(), "geometry": points}
    elif by == "border":
        index = pd.Index(net.borders.loc[net.borders["active"], "place"].unique())
        columns = {"name": net.places.loc[index, "name"], "geometry": net.places.loc[index].geometry}
    else:
        index = pd.Index(net.countries["iso2"])
        columns = {"name": net.countries["name"].to_numpy(), "geometry": None}
    return pd.DataFrame(columns, index=index).assign(mode="", corridors="")


def _counts(things: pd.Index, found: list[_Loss]) -> pd.DataFrame:
    """Count what the loss of each thing does to the pairs that use it."""
    which = things.get_indexer([key for keys, _, _ in found for key in keys])
    delay = np.concatenate([np.asarray(after) - before for _, before, after in found] or [np.array([])])
    order = np.argsort(which, kind="stable")
    order = order[which[order] >= 0]
    which, delay = which[order], delay[order]

    def count(rows: Array) -> Array:
        return np.bincount(which[rows], minlength=len(things))

    held = np.isfinite(delay)
    hours, first = delay[held] / MS_PER_H, np.flatnonzero(np.diff(which[held], prepend=-1))
    total, worst = np.zeros(len(things)), np.full(len(things), np.nan)
    if len(first):
        total[which[held][first]] = [part.sum() for part in np.split(hours, first[1:])]
        worst[which[held][first]] = np.maximum.reduceat(hours, first)
    columns = {
        "pairs_using": count(delay >= 0),
        "pairs_delayed": count(held & (delay > NOTICEABLE_MS)),
        "pairs_cut_off": count(~held),
        "mean_delay_h": total / np.where(np.isnan(worst), np.nan, count(held)),
        "worst_delay_h": worst,
        "total_delay_h": total,
        "sole_link": count(~held) > 0,
    }
    return pd.DataFrame(columns, index=things)


def _by_link(graph: Graph, pairs: PairList) -> Iterator[_Loss]:
    """Iterate over the losses of links: all links of a pair's best route at once (see replacement)."""
    for loss in losses(graph, pairs):
        yield graph.ids[loss.links], loss.before, loss.after


def _by_place(graph: Graph, pairs: PairList) -> Iterator[_Loss]:
    """Iterate over the losses of places of one state: all on a pair's best route at once (see bypasses)."""
    ids = graph.network.places.index.to_numpy(object)
    for _, before, places, after in place_losses(graph, pairs):
        yield ids[places], before, after


def _by_group(graph: Graph, pairs: PairList, by: str) -> Iterator[_Loss]:
    """Iterate over the losses of groups of arcs that fail as one: a search per group and destination it serves."""
    net = graph.network
    groups = dict(_arc_groups(graph, by))
    member: dict[int, list[str]] = {}
    for key, arcs in groups.items():
        for arc in arcs.tolist():
            member.setdefault(arc, []).append(key)
    for b, sources in by_goal(pairs).items():
        targets = graph.states([b])
        remaining = graph.rank_to(targets)
        users: dict[str, list[str]] = {}
        for a in sources:
            here = graph.states([a])
            if not len(here) or not np.isfinite(remaining[here]).any():
                continue
            ends = (
                {a, b} if by == "place" else {*net.countries_of(a), *net.countries_of(b)} if by == "country" else set()
            )
            for key in {k for arc in graph.walk(here, remaining) for k in member.get(arc, ())} - ends:
                users.setdefault(key, []).append(a)
        for key, those in users.items():
            lost = graph.rank_to(targets, graph.without(arcs=groups[key]))
            for a in those:
                here = graph.states([a])
                yield [key], milliseconds(remaining[here].min()), [milliseconds(lost[here].min())]


def _arc_groups(graph: Graph, by: str) -> Iterator[tuple[str, Array]]:
    """Iterate over the things and the arcs that each takes along when lost."""
    net = graph.network
    if by == "place":
        for row in np.flatnonzero(np.bincount(graph.place) > 1):  # of several states; the others: see _by_place
            place = net.places.index[row]
            yield place, arcs_at(graph, graph.states([place]))
    elif by == "border":
        at = np.where(graph.link == CROSSING, graph.place[graph.tail], -1)
        for row in np.unique(at[at >= 0]):
            yield net.places.index[row], np.flatnonzero(at == row)
    else:
        table = (
            zip(net.structures["id"], net.structures["links"].map(split), strict=True)
            if by == "structure"
            else _links_by_country(net)
        )
        for key, links in table:
            rows = net.links.index.get_indexer(links)
            arcs = np.flatnonzero(np.isin(graph.link, rows[rows >= 0]))
            if len(arcs):
                yield key, arcs


def _links_by_country(net: Network) -> Iterator[tuple[str, list[str]]]:
    codes = net.links["country"].map(dashed)
    for code in net.countries["iso2"]:
        yield code, [link for link, cell in zip(net.links.index, codes, strict=True) if code in cell]
