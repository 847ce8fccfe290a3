"""What builds gain, pair by pair: only what a build can change is computed anew.

Let a build only add links or make some better, as nearly all do. Then no route gets longer, and one that is new
takes some of the build's arcs (those that were not there, or were dearer). It is a chain: a route of today to such
an arc, perhaps routes of today between such arcs, and a route of today onward. The shortest chain is therefore

    via = min over arcs i, j of  from(tail i) + chain(i, j) + to(head j),

where chain(i, j) begins with arc i and ends with arc j, and costs what `_chained` finds from today's distances.

Best time. min(today's, via), exactly.

Worst single loss. Let link w be today's worst loss of a pair, at a cost of n. Without any one link the pair had a
route of at most n, and it still has it. Without w it costs min(n, via without w). So the worst loss still costs n
unless via is below n when from, to avoid w. (Between the build's arcs, today's routes may take w here: via is then too
small, never too large, and the pair is computed anew for nothing.)

Arrival. Two of its candidates (`march`) are the routes of least time and of least time with rest spread evenly. Where
neither has a way by the build's arcs that is as short, both are today's; then a march with rides is looked for, unless
via alone takes longer than today's arrival. Today's route is still there: nobody arrives later.

Disjoint routes and vehicles a day. A larger flow needs a way that leaves, by an arc that is new or has more room, the
side of today's smallest cut nearest the origin, and enters by one the side of that nearest the destination. Where none
does either, today's flow is still the largest (Ford and Fulkerson).

What a build makes worse (a link that turns one-way, say) breaks the first line; all pairs are then computed anew.

References
----------
Ford, L. R., Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of Mathematics 8, 399-404.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.flows import Throughput, cut_between, disjoint_flows, disjoint_routes, joint_of
from mobility.analysis.graph import MS_PER_H, Graph, milliseconds
from mobility.analysis.layers import TODAY, Layers, only
from mobility.analysis.march import Arrivals, schedule, stretched
from mobility.analysis.pairs import by_goal, graphs_of
from mobility.analysis.replacement import losses
from mobility.analysis.routing import walks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mobility.analysis.pairs import PairList
    from mobility.analysis.replacement import Losses
    from mobility.model.network import Network
    from mobility.vocabulary import Array


GAINS = (
    "gain_h n1_gain_h worst_n1_gain_h disjoint_gain arrival_gain_h capacity_gain_vehicles_day pairs_connected_gain"
).split()


class Measure(NamedTuple):
    """What a network gives its pairs: milliseconds (inf: none) at best, after the worst loss and to arrival; counts."""

    time: Array
    n1: Array
    disjoint: Array
    arrival: Array
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
            (before.arrival[both] - self.arrival[both]).mean() / MS_PER_H if both.any() else np.nan,
            more,
            float(np.isfinite(self.time).sum() - np.isfinite(before.time).sum()),
        ]
        return dict(zip(GAINS, values, strict=True))


def measure(net: Network, pairs: PairList) -> Measure:
    """Measure a network without building its table of routes."""
    groups = list(graphs_of(net, pairs))
    parts = {p: row for graph, group in groups for p, row in zip(group, _measured(graph, group).T, strict=True)}
    time, n1, disjoint, arrival = np.array([parts[pair] for pair in pairs], dtype=float).reshape(-1, 4).T
    vehicles_day = cut_between(net, pairs).vehicles_day if np.isfinite(time).any() else 0.0
    return Measure(time, n1, disjoint, arrival, vehicles_day)


def _measured(graph: Graph, pairs: PairList) -> Array:
    """Return rows of a number per pair: ms at best and after the worst single loss, disjoint routes, ms to arrival."""
    found = np.full((4, len(pairs)), np.inf)
    counts = disjoint_routes(graph, pairs)
    found[2] = [counts[pair] for pair in pairs]
    at = {pair: i for i, pair in enumerate(pairs)}
    for pair, before, _, ms in counted_losses(graph, pairs):
        found[:2, at[pair]] = before, ms.max(initial=before)
    found[3] = _arrivals(Arrivals(graph), pairs)
    return found


def _arrivals(march: Arrivals, pairs: PairList) -> Array:
    """Return the milliseconds to the arrival of each pair, as `routes` has it (inf: no way)."""
    found = {pair: march.of(fastest, here, [pair[1]]).ms for pair, here, fastest in walks(march.graph, pairs)}
    return np.array([found.get(pair, np.inf) for pair in pairs])


def counted_losses(graph: Graph, pairs: PairList) -> Iterator[Losses]:
    """Iterate over the losses of connected pairs, without links that do not count as candidates."""
    counted = graph.network.counted
    for loss in losses(graph, pairs):
        kept = counted[loss.links]
        yield loss._replace(links=loss.links[kept], after=loss.after[kept])


class Gains:
    """Measures a network with each of some builds, and today; `before` is today's.

    Parameters
    ----------
    net
        With a profile applied.
    pairs
        Of place ids, each once.
    builds
        Each is what `Network.build` takes.
    """

    def __init__(self, net: Network, pairs: PairList, builds: Sequence[Sequence[str]]) -> None:
        self.layers = layers = Layers.of(net, builds)
        self.pairs, self.number = pairs, {tuple(names): i for i, names in enumerate(builds)}
        self.groups = [_Known.of(layers, graph, group) for graph, group in graphs_of(layers.network, pairs)]
        joint = joint_of(layers.network, pairs)
        self.whole, self.throughput = joint.graph, Throughput.of(joint)
        self.before = self._measure(TODAY)

    def after(self, names: Sequence[str]) -> Measure:
        """Return the measure of one of the builds."""
        return self._measure(self.number[tuple(names)])

    def _measure(self, build: int) -> Measure:
        found: dict[tuple[str, str], Array] = {}
        for known in self.groups:
            found |= dict(zip(known.number, known.after(self.layers, build).T, strict=True))
        time, n1, disjoint, arrival = np.reshape([found[pair] for pair in self.pairs], (-1, 4)).T
        if not np.isfinite(time).any():
            return Measure(time, n1, disjoint, arrival, 0.0)
        cut = self.throughput.min_cut(self.layers.there(self.whole, build))
        return Measure(time, n1, disjoint, arrival, cut.vehicles_day)


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of pairs that see one graph before any build.

    Attributes
    ----------
    graph, arcs, today
        The graph of all layers; which of its arcs are there today; and that part of it.
    number
        Of each pair, as the rows of what follows.
    measured
        As `_measured` returns it.
    at
        The states at the ends of the arcs that builds add, ascending; the columns of what follows.
    ways : ranks, pairs x at
        From the origin to each state, and on to the destination; and these two without the pair's worst link.
    slow, rested, rested_ways
        The graph of all layers with rest spread evenly (`stretched`); the least milliseconds of each pair on it today;
        and `ways` on it, with all links.
    near, far : bool, pairs x at
        Whether each state is on the side of the smallest cut nearest the origin; and nearest the destination.
    marches
        What finds them today.
    """

    graph: Graph
    arcs: Array
    today: Graph
    number: dict[tuple[str, str], int]
    measured: Array
    at: Array
    ways: list[tuple[Array, Array]]
    slow: Graph
    rested: Array
    rested_ways: list[tuple[Array, Array]]
    near: Array
    far: Array
    marches: Arrivals

    @classmethod
    def of(cls, layers: Layers, graph: Graph, pairs: PairList) -> _Known:
        """Learn it."""
        arcs, _ = layers.there(graph, TODAY)
        today = only(graph, arcs)
        measured, worst = np.full((4, len(pairs)), np.inf), np.full(len(pairs), -1)
        number = {pair: i for i, pair in enumerate(pairs)}
        for pair, before, links, ms in counted_losses(today, pairs):
            measured[:2, number[pair]] = before, ms.max(initial=before)
            if len(links):
                worst[number[pair]] = links[ms.argmax()]
        at = np.unique(np.r_[graph.tail[~arcs], graph.head[~arcs]])
        near, far = np.zeros((2, len(pairs), len(at)), dtype=bool)
        for pair, count, cuts in disjoint_flows(today, pairs):
            measured[2, number[pair]] = count
            near[number[pair]], far[number[pair]] = (side[at] for side in cuts())
        marches = Arrivals(today)
        measured[3] = _arrivals(marches, pairs)
        none, slow = np.full(len(pairs), -1), stretched(graph)
        ways = [_ways(today, pairs, lost, at) for lost in (none, worst)]
        slow_today = only(slow, arcs)
        rested = np.full(len(pairs), np.inf)
        for b, sources in by_goal(pairs).items():
            left = slow_today.rank_to(slow_today.states([b]))
            for a in sources:
                rested[number[a, b]] = milliseconds(left[slow_today.states([a])].min(initial=np.inf))
        rested_ways = [_ways(slow_today, pairs, none, at)]
        return cls(graph, arcs, today, number, measured, at, ways, slow, rested, rested_ways, near, far, marches)

    def after(self, layers: Layers, build: int) -> Array:
        """Return what `_measured` returns of the network with a build."""
        arcs, _ = layers.there(self.graph, build)
        new, gone = np.flatnonzero(arcs & ~self.arcs), np.flatnonzero(self.arcs & ~arcs)
        graph, cost = only(self.graph, arcs), self.graph.cost
        old = layers.replaced(self.graph, new, gone)
        changed = old >= 0
        counted = layers.network.counted[self.graph.row]
        worse = (cost[new] > cost[old]) | (counted[new] != counted[old])
        if changed.sum() < len(gone) or worse[changed].any():
            return _measured(graph, list(self.number))
        found = self.measured.copy()
        better = new[~changed | (cost[new] < cost[old])]
        via, via_without = self._via(self.graph, self.today, better, self.ways)
        (via_rested,) = self._via(self.slow, only(self.slow, self.arcs), better, self.rested_ways)
        asked = np.isfinite(via) & ((via <= found[0]) | (via_rested <= self.rested))
        # All candidates may arrive later than today's route, which is still there.
        march = Arrivals(graph, self.marches)
        found[3, asked] = np.minimum(found[3, asked], _arrivals(march, self._some(asked)))
        self._ride(march, self._some(~asked & (via < found[3])), found[3])
        found[0] = np.minimum(found[0], via)
        for pair, _, _, ms in counted_losses(graph, self._some(via_without < found[1])):
            found[1, self.number[pair]] = ms.max(initial=found[0, self.number[pair]])
        for pair, count in disjoint_routes(graph, self._some(self._crossed(new[~changed]))).items():
            found[2, self.number[pair]] = count
        return found

    def _ride(self, march: Arrivals, pairs: PairList, arrival: Array) -> None:
        """Bring pairs there earlier (in place) that a march with rides serves better."""
        graph = march.graph
        for a, b in pairs:
            known = arrival[self.number[a, b]]
            if ride := march.rides.route(graph.states([a]), graph.states([b]), known):
                arrival[self.number[a, b]] = min(known, schedule(graph, ride).arrival)

    def _some(self, which: Array) -> PairList:
        return [pair for pair, asked in zip(self.number, which, strict=True) if asked]

    def _via(self, graph: Graph, today: Graph, arcs: Array, known: list[tuple[Array, Array]]) -> Iterator[Array]:
        """Return the least milliseconds per pair of a route by way of some arcs, for each of the ways known today."""
        tail, head, rank = (column[arcs] for column in (graph.tail, graph.head, graph.rank))
        chains = _chained(today, tail, head, rank)
        tail, head = (np.searchsorted(self.at, ends) for ends in (tail, head))
        for here, there in known:
            least = np.full(len(self.number), np.inf)
            for first, length, chain in zip(tail, rank, chains, strict=True):
                onward = (chain + there[:, head]).min(axis=1)
                least = np.minimum(least, here[:, first] + length + onward)
            yield milliseconds(least)

    def _crossed(self, arcs: Array) -> Array:
        """Tell of each pair whether some arcs leave the side of its origin and enter that of its destination."""
        tail, head = (np.searchsorted(self.at, ends[arcs]) for ends in (self.graph.tail, self.graph.head))
        leave, enter = self.near[:, tail] & ~self.near[:, head], ~self.far[:, tail] & self.far[:, head]
        return np.asarray(leave.any(axis=1) & enter.any(axis=1))


def _chained(graph: Graph, tail: Array, head: Array, rank: Array) -> Array:
    """Return the least ranks from the head of one new arc to that of another, by routes of a graph and new arcs."""
    if not len(head):
        return np.empty((0, 0))
    _, starts, far, lengths = graph.out
    matrix = csr_matrix((lengths, far, starts), (graph.size, graph.size))
    chained: Array = dijkstra(matrix, indices=head)[:, tail] + rank
    np.fill_diagonal(chained, 0)
    for by in range(len(head)):
        chained = np.minimum(chained, chained[:, by, None] + chained[by])
    return chained


def _ways(graph: Graph, pairs: PairList, lost: Array, at: Array) -> tuple[Array, Array]:
    """Return per pair the least rank from its origin to each of some states, and on, without a link (-1: with all)."""
    starts, goals = zip(*pairs, strict=True)
    back = replace(graph, tail=graph.head, head=graph.tail)
    return _ranks(back, starts, lost, at), _ranks(graph, goals, lost, at)


def _ranks(graph: Graph, ends: Sequence[str], lost: Array, at: Array) -> Array:
    """Return per end the least rank to it from each of some states, without a link (a row; -1: with all)."""
    keys = list(zip(ends, lost.tolist(), strict=True))
    found = {}
    for place, link in dict.fromkeys(keys):
        rank = graph.without(links=[link] if link >= 0 else [])
        found[place, link] = graph.rank_to(graph.states([place]), rank)[at]
    return np.array([found[key] for key in keys])
