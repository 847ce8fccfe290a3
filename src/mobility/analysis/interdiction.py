"""Interdiction: the k closures that together hurt most (exact, or said to be not proven, with a bound).

The worst sets are found by branch and bound (`attack`). Where all pairs can be separated, the smallest cut
(maximum flow) says with how few closures.

References
----------
Israeli, E., Wood, R. K. (2002). Shortest-path network interdiction. Networks 40(2), 97-111.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np

from mobility.analysis.attack import Attack, Attacker
from mobility.analysis.closable import named, rows_of, slots_of, stand_ins, things_of, together
from mobility.analysis.field import Field
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.maxflow import FlowNetwork
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.ways import Ways
from mobility.errors import InputError
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

MOST = 100  # closures: a search branches as deep
KINDS = ("link", "section", "structure", "bridge", "place")
Row = dict[str, Any]


def interdict(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    k: int,
    by: str = "link",
    spare: Iterable[str] = (),
    seconds: float | None = None,
    limit: int | None = 50_000,
) -> gpd.GeoDataFrame:
    """Return the worst 1, 2, ... k closures: those that cut most pairs off and, of these, delay the rest most.

    A pair cut off ranks above any delay. Of sets that do the same harm the one with fewest closures is
    returned, then the first in the alphabet; a row has fewer than its k closures where more do no more
    harm. The curve ends early where all pairs are cut off, or nothing is left to close. Pairs that are not
    connected to begin with do not count; without any other the result is empty.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    k
        How many closures at most.
    by
        What is closed: link or section (access links only with `include_access`), structure (all links it carries),
        bridge (the structures that are bridges)
        or place (never an end of a pair).
    spare
        What cannot be closed (ids or names); all of a name are spared, a section also by one of its links.
    origins, destinations
        As in `routes`.
    seconds
        After which the worst found is returned unproven, as the last row; None: however long it takes.
    limit
        How many sets to search per row before the worst found is returned unproven; None: all.

    Returns
    -------
    GeoDataFrame
        One row per number of closures, EPSG:4326. Columns: k, links (sections, structures, bridges, places:
        ids, sorted, ";"-joined), names (of the same),
        delta_h (hours lost by the pairs that stay connected, summed), pairs_cut_off, optimal (proven: no
        k closures do more harm), bound_pairs_cut_off and bound_h (what no k closures exceed: pairs cut off, and
        where they cut off as many, hours; of a proven row its own), separates (no pair stays connected), geometry
        (what is closed).

    Raises
    ------
    InputError
        When `k` is less than 1 or more than 100, `seconds` is not above 0, or `by` is none of these.
    UnknownNameError
        When a name in `spare` matches nothing.
    """
    return framed(curve(network, origins, destinations, k=k, by=by, spare=spare, seconds=seconds, limit=limit), by)


def framed(rows: Iterable[Row], by: str) -> gpd.GeoDataFrame:
    """Return rows of `curve` as the table of `interdict`."""
    columns = ["k", f"{by}s", "names", "delta_h", "pairs_cut_off", "optimal"]
    columns += ["bound_pairs_cut_off", "bound_h", "separates", "geometry"]
    return gpd.GeoDataFrame(list(rows), columns=columns, geometry="geometry", crs=CRS)


def curve(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    k: int,
    by: str = "link",
    spare: Iterable[str] = (),
    seconds: float | None = None,
    limit: int | None = 50_000,
) -> Iterator[Row]:
    """Iterate over the rows of `interdict`, each as soon as it is known; parameters as there."""
    until = np.inf if seconds is None else time.monotonic() + seconds
    check_closures(k)
    if by not in KINDS:
        raise InputError(f"closures cannot be counted by {by!r}; there are {', '.join(KINDS)}")
    check_seconds(seconds)
    net = network.profiled()
    pairs = pairs_of(net, origins, destinations)
    table, alphabet, _, fields = closable(net, pairs, by, spare)
    ways = Ways(fields)
    apart = not {a for a, _ in pairs} & {b for _, b in pairs}
    most = min(k, len(set().union(*(where.all() for where, _ in fields))))
    single = by == "link" and len(fields) == 1 and apart and ways.pairs
    cut = _smallest_cut(*fields[0], most) if single else None
    tried: dict[tuple[int, ...], int] = {(): 0}
    for count in range(1, most + 1 if ways.pairs else 1):
        attacker = Attacker(ways, count, first=True, limit=np.inf if limit is None else limit)
        attacker.tried, attacker.until = tried, until
        if cut is None or count < len(cut):
            found = attacker.worst(frozenset())
        else:
            attacker.until, attacker.limit = np.inf, np.inf  # this row is the last, and quickly found
            harm = attacker.harm(cut)
            found = Attack(harm, tuple(cut), harm)
        off, delay = divmod(found.harm, ways.cut_off)
        bounds = divmod(found.bound, ways.cut_off)
        closed = table.iloc[alphabet[list(found.closed)]]
        yield {
            "k": count,
            f"{by}s": ";".join(closed.index),
            "names": "; ".join(closed["name"]),
            "delta_h": delay / MS_PER_H,
            "pairs_cut_off": off,
            "optimal": found.bound == found.harm,
            "bound_pairs_cut_off": bounds[0],
            "bound_h": bounds[1] / MS_PER_H,
            "separates": off == len(ways.pairs),
            "geometry": together(closed.geometry),
        }
        if off == len(ways.pairs) or (found.bound > found.harm and time.monotonic() >= until):
            return


def check_closures(k: int) -> None:
    """Refuse a number of closures that makes no sense (InputError)."""
    if not 1 <= k <= MOST:
        raise InputError(f"the number of closures is {k}; it must be at least 1 and at most {MOST}")


def check_seconds(seconds: float | None) -> None:
    """Refuse a time for a search that is none (InputError); None: however long it takes."""
    if seconds is not None and not seconds > 0:
        raise InputError(f"the search is given {seconds:g} seconds; it must be more than 0")


class Closable(NamedTuple):
    """What can be closed.

    Attributes
    ----------
    table
        What can be named, by id.
    alphabet
        Its rows in alphabetical order: things are known by their place in it.
    stands_for
        Of each row the thing that stands for it (of links in series one does); -1: it cannot be closed.
    fields
        Per graph of the pairs what its arcs are, and these pairs.
    """

    table: gpd.GeoDataFrame
    alphabet: Array
    stands_for: Array
    fields: list[tuple[Field, PairList]]


def closable(net: Network, pairs: PairList, by: str, spare: Iterable[str]) -> Closable:
    """Return what can be closed, and what stands for what."""
    ends = {place for pair in pairs for place in pair}
    graphs = list(graphs_of(net, pairs))
    table = things_of(net, by, graphs)
    spared = table.index.isin([key for name in spare for key in named(net, table, by, name)])
    alphabet = np.argsort(table.index.to_numpy(object), kind="stable")
    number = np.argsort(alphabet)  # of each row: things are known by their place in the alphabet
    if by == "link":
        spared |= ~net.counted
        stands_for = stand_ins([graph for graph, _ in graphs], ends, number, spared)
    else:
        stands_for = np.where(spared | table.index.isin(ends) & (by == "place"), -1, number)
    on = slots_of(net, table) if by not in {"link", "place"} else None
    fields = [(Field.of(graph, rows_of(graph, by, on), number, stands_for), group) for graph, group in graphs]
    return Closable(table, alphabet, np.where(spared, -1, stands_for), fields)


def _smallest_cut(where: Field, pairs: PairList, most: int) -> list[int] | None:
    """Return the smallest set of links that separates all pairs, first in the alphabet; None when above `most`."""
    graph, source, sink = where.graph, where.graph.size, where.graph.size + 1
    starts, goals = (graph.states({pair[end] for pair in pairs}) for end in (0, 1))
    ends = np.full(len(starts) + len(goals), most + 1)
    limit = np.where(where.stands[0] >= 0, 1, most + 1)
    tail = np.r_[graph.tail, np.full(len(starts), source), goals]
    head = np.r_[graph.head, starts, np.full(len(goals), sink)]
    network = FlowNetwork(tail, head, np.r_[limit, ends], graph.size + 2)
    found = network.flow(source, sink)
    size = found.value
    cut: list[int] = []
    used = where.things(np.flatnonzero(found.on(graph.tail, graph.head) > 0).tolist())
    for thing in sorted(used) if size <= most else ():  # one of a smallest cut carries flow, and takes 1 along
        own = where.arcs([thing])
        network.room[own] = 0
        if network.flow(source, sink).value == size - len(cut) - 1:
            cut.append(thing)
        else:
            network.room[own] = 1
    return cut if size <= most else None
