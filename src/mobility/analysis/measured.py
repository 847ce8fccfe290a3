"""What sets of projects gain, and what they leave to an enemy: measured one by one on the layers of all.

Harm is counted as in `fronts`: pairs cut off first, then hours lost less hours gained, against today unharmed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.attack import Attacker
from mobility.analysis.basis import Searched
from mobility.analysis.closable import stand_ins
from mobility.analysis.field import CUT_OFF, Field
from mobility.analysis.layers import TODAY, Layers, only
from mobility.analysis.pairs import pairs_of, slotted_graphs
from mobility.analysis.redundancy import buildable
from mobility.analysis.replacement import losses
from mobility.analysis.ways import Ways
from mobility.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

    from mobility.analysis.basis import Plain
    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

MOST_SETS = 1024
POOL = 5  # projects where none is named: all their sets are 32


class Harm(NamedTuple):
    """Pairs cut off, and the milliseconds that the others lose less those that all gain: in this order."""

    off: int
    ms: int


class Point(NamedTuple):
    """What a set of projects gains all pairs in milliseconds, its harm and what that may be at most, and by what."""

    gain: int
    harm: Harm
    most: Harm
    attacked: tuple[int, ...]


class _Group(NamedTuple):
    """Pairs that see one graph of all layers: their places in the list, and the arcs that each set opens (bools).

    `changed` are per set the arcs that it brings, those that it takes away, and which of these was whose link's.
    """

    slots: Array
    graph: Graph
    pairs: PairList
    there: list[Array]
    changed: list[tuple[Array, Array, Array]]

    @classmethod
    def of(cls, layers: Layers, slots: Array, graph: Graph, pairs: PairList, number: int) -> _Group:
        there = [layers.there(graph, build)[0] for build in range(TODAY, number + TODAY)]
        changed = []
        for arcs in there:
            new, gone = np.flatnonzero(arcs & ~there[0]), np.flatnonzero(there[0] & ~arcs)
            changed.append((new, gone, layers.replaced(graph, new, gone)))
        return cls(slots, graph, pairs, there, changed)

    def open(self, number: int) -> Array:
        """Return the arcs of a set, but those that are not there in a draw."""
        arcs: Array = np.flatnonzero(self.there[number] & np.isfinite(self.graph.cost))
        return arcs

    def worse(self, number: int) -> bool:
        """Tell whether a set takes a way away, or makes one longer."""
        new, gone, old = self.changed[number]
        known, cost = old >= 0, self.graph.cost
        return bool(known.sum() < len(gone) or (cost[new] > cost[old])[known].any())


@dataclass(frozen=True, eq=False)
class Sets:
    """Sets of projects laid beside a network.

    Attributes
    ----------
    network
        With a profile applied.
    things
        The projects: index = id; name, cost_eur_m.
    unpriced
        Ids of those asked for whose cost is not known: they are in no set.
    members
        The sets, the cheapest first: ids.
    euro
        What each costs.
    """

    network: Network
    pairs: PairList
    things: gpd.GeoDataFrame
    unpriced: tuple[str, ...]
    members: list[tuple[str, ...]]
    euro: Array
    layers: Layers
    groups: list[_Group]

    @classmethod
    def of(
        cls,
        network: Network,
        origins: Ends = None,
        destinations: Words = None,
        *,
        projects: Words = None,
        budget_eur_m: float | None = None,
    ) -> Sets:
        """Lay all sets of projects beside a network that a budget buys; without projects those that `_pool` takes."""
        if budget_eur_m is not None and not 0 < budget_eur_m < np.inf:
            raise InputError(f"the budget must be above zero and finite, not {budget_eur_m:g}")
        pairs = pairs_of(network, origins, destinations)
        things = buildable(network, projects)
        unpriced = things.index[things["cost_eur_m"].isna()]
        priced = things.drop(index=unpriced)
        euro = dict(zip(priced.index, np.rint(priced["cost_eur_m"].to_numpy(float) * 1e6).astype(int), strict=True))
        purse = sum(euro.values()) if budget_eur_m is None else budget_eur_m * 1e6
        affordable = {key: cost for key, cost in euro.items() if cost <= purse}
        if not affordable:
            why = "the cost of none is known" if priced.empty else f"none costs {budget_eur_m:g} million EUR or less"
            raise InputError(f"there is no project to choose from: {why}")
        if projects is None:
            unpriced = unpriced[:0]
            alone = [(), *((key,) for key in affordable)]
            first = cls._laid(network, pairs, priced, (), alone, affordable)
            affordable = {key: euro[key] for key in _pool(first)}
        members = _within(affordable, purse)
        return cls._laid(network, pairs, priced.loc[list(affordable)], tuple(unpriced), members, affordable)

    @classmethod
    def _laid(
        cls,
        network: Network,
        pairs: PairList,
        things: gpd.GeoDataFrame,
        unpriced: tuple[str, ...],
        members: list[tuple[str, ...]],
        euro: dict[str, int],
    ) -> Sets:
        layers = Layers.of(network, [list(some) for some in members[1:]])
        groups = [_Group.of(layers, *part, len(members)) for part in slotted_graphs(layers.network, pairs)]
        cost = np.array([sum(euro[key] for key in some) for some in members])
        return cls(network, pairs, things, unpriced, members, cost, layers, groups)

    def points(self, k: int, until: float = np.inf, hours: Array | None = None) -> tuple[list[Point], int]:
        """Return the point of each set, and how many pairs are connected with nothing built.

        Parameters
        ----------
        k
            Closures.
        until
            When to stop (`time.monotonic`): each set may take an equal part of what is left.
        hours
            Of the inputs of `layers.network`, in a draw; default: as the network says.
        """
        groups = [part if hours is None else part._replace(graph=part.graph.timed(hours)) for part in self.groups]
        found = _Found(self, groups)
        points = []
        for number in range(len(self.members)):
            plain = found.plain(number)
            there = found.joined & np.isfinite(plain)
            gain = int((found.today[there] - plain[there]).sum())
            apart = int((found.joined & ~there).sum())  # a build may take a way away
            now = time.monotonic()
            share = now + (until - now) / (len(self.members) - number)
            off, ms, bound, rows = found.single(number) if k == 1 else found.several(number, k, share)
            harm, most = Harm(off + apart, ms - gain), Harm(bound[0] + apart, bound[1] - gain)
            points.append(Point(gain, harm, most, rows))
        return points, int(found.joined.sum())


_Worst = tuple[int, int, tuple[int, int], tuple[int, ...]]


class _Found:
    """What is found of sets with the same hours: `today` of each pair, and which pairs are `joined` then."""

    def __init__(self, sets: Sets, groups: list[_Group]) -> None:
        self.sets, self.groups = sets, groups
        self.searched = [Searched(sets.layers, part.graph, part.pairs) for part in groups]
        self.known: list[Plain] = []
        self.today = np.full(len(sets.pairs), np.inf)
        self.today = self.plain(0)
        self.joined = np.isfinite(self.today)

    def plain(self, number: int) -> Array:
        """Return the milliseconds of each pair with a set, and keep what is known of it."""
        self.known = [one.learned(part.there[number]) for one, part in zip(self.searched, self.groups, strict=True)]
        return self._all([known.ms for known in self.known])

    def _all(self, parts: list[Array]) -> Array:
        found = self.today.copy()
        for part, ms in zip(self.groups, parts, strict=True):
            found[part.slots] = ms
        return found

    @cached_property
    def _without(self) -> Array:
        """Milliseconds of each pair without each link of today, nothing built: pairs x links."""
        found = np.tile(self.today[:, None], len(self.sets.network.links))
        slot = {pair: i for i, pair in enumerate(self.sets.pairs)}
        for part in self.groups:
            for loss in losses(only(part.graph, part.open(0)), part.pairs):
                found[slot[loss.pair], loss.links] = loss.after
        return found

    def single(self, number: int) -> _Worst:
        """Return the worst loss of one link with the set that `plain` was last asked about: exact.

        Without a link a pair takes at most what it takes without it and the set: so only links that could be the worst
        by this bound are closed, one after another.
        """
        plain = self._all([known.ms for known in self.known])
        pair, row = self._users()
        most = (
            np.full(len(pair), np.inf) if any(part.worse(number) for part in self.groups) else self._without[pair, row]
        )
        bound = np.zeros((2, len(self.sets.network.links)), dtype=np.int64)  # pairs cut off, milliseconds of the others
        cut = np.isinf(most)
        np.add.at(bound[0], row, cut)
        np.add.at(bound[1], row, np.where(cut, 0, most - plain[pair]).astype(np.int64))
        worst, closed = (0, 0), tuple[int, ...]()
        for one in np.lexsort((-bound[1], -bound[0])).tolist():
            if tuple(bound[:, one].tolist()) <= worst:
                break
            there = self.joined & np.isfinite(plain)
            parts = [
                s.without(known, s.arcs_of(np.array([one]))) for s, known in zip(self.searched, self.known, strict=True)
            ]
            after = self._all(parts)[there]
            harm = int(np.isinf(after).sum()), int((after - plain[there])[np.isfinite(after)].sum())
            if harm > worst:
                worst, closed = harm, (one,)
        return *worst, worst, closed

    def _users(self) -> tuple[Array, Array]:
        """Return the pairs, and the links (rows of today's table) that can be closed, of which a pair takes one."""
        keys = [np.array([], dtype=np.int64)]
        size = len(self.sets.network.links)
        for part, known in zip(self.groups, self.known, strict=True):
            arc = np.repeat(np.arange(len(part.graph.link)), np.diff(known.starts))
            leg = part.graph.link[arc] >= 0
            keys.append(part.slots[known.pairs[leg]] * size + self.sets.layers.row[part.graph.link[arc[leg]]])
        pair, row = np.divmod(np.unique(np.concatenate(keys)), size)
        kept = self.joined[pair] & self.sets.network.counted[row]
        return pair[kept], row[kept]

    def several(self, number: int, k: int, until: float) -> _Worst:
        """Return the worst k losses of links with a set, or a bound."""
        layers, links = self.sets.layers, np.arange(len(self.sets.layers.row))
        joined = {pair for pair, there in zip(self.sets.pairs, self.joined, strict=True) if there}
        parts = [
            (only(part.graph, part.open(number)), [pair for pair in part.pairs if pair in joined])
            for part in self.groups
        ]
        ends = {place for pair in joined for place in pair}
        stands = stand_ins([graph for graph, _ in parts], ends, links, ~layers.network.counted)
        own, stands = (np.append(column, [-1] * 3) for column in (links, stands))
        ways = Ways([(Field(g, own[g.link][None], stands[g.link][None]), group) for g, group in parts if group])
        if not ways.pairs:
            return 0, 0, (0, 0), ()
        attacker = Attacker(ways, k)
        attacker.until = until
        attack = attacker.worst(frozenset())
        rows = tuple(int(layers.row[link]) for link in attack.closed)
        return *divmod(attack.harm, ways.cut_off), divmod(attack.bound, ways.cut_off), rows


def _within(euro: dict[str, int], purse: float) -> list[tuple[str, ...]]:
    """Return all sets of projects that a purse buys, by cost and then size: nothing is the first."""
    found: list[tuple[str, ...]] = []
    for size in range(len(euro) + 1):
        more = [some for some in combinations(euro, size) if sum(euro[key] for key in some) <= purse]
        found += more
        if not more:
            break
        if len(found) > MOST_SETS:
            raise InputError(
                f"{len(euro)} projects have more than {MOST_SETS:,} sets; name fewer (--project), or give a --budget"
            )
    return sorted(found, key=lambda some: (len(some) > 0, sum(euro[key] for key in some), len(some)))


def _pool(alone: Sets) -> list[str]:
    """Return the projects that take turns in gaining most alone, in leaving least to one closure, and in both by cost.

    Those that do neither are left out.
    """
    points, _ = alone.points(1)
    nothing, *each = points
    euro, keys = np.maximum(alone.euro[1:], 1), [some[0] for some in alone.members[1:]]
    gain = np.array([point.gain for point in each])
    off, ms = ([getattr(nothing.harm, what) - getattr(point.harm, what) for point in each] for what in Harm._fields)
    spared = np.array(off, dtype=object) * CUT_OFF + np.array(ms, dtype=object)
    worths = (gain, spared, gain / euro, spared / euro)
    ranks = [[keys[i] for i in np.argsort(-worth, kind="stable") if worth[i] > 0] for worth in worths]
    found: list[str] = []
    for turn in range(len(keys)):
        for rank in ranks:
            found += [key for key in rank[turn : turn + 1] if key not in found and len(found) < POOL]
    return found or keys[:POOL]
