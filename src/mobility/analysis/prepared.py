"""A network and its pairs, prepared: the hours of all pairs after any closure in about a millisecond.

Everything that questions about one network share is worked out once: the graph, the hours of every pair, and which
arcs one shortest route of each takes. A closure only makes routes longer, so a pair keeps its hours unless it takes
one of the arcs that go; the others are searched anew, all in one call, from the side with fewer places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import CROSSING, MS_PER_H, checked, milliseconds
from mobility.analysis.layers import TODAY, Layers
from mobility.analysis.pairs import Pairs, graphs_of, pairs_of
from mobility.analysis.routes import places_on_modes
from mobility.analysis.series import sections
from mobility.analysis.whatif import whatif
from mobility.errors import InputError, MobilityError
from mobility.model import changes
from mobility.model.areas import WIDTH_M
from mobility.model.closures import resolve, resolve_build
from mobility.model.scenario import Scenario, setting
from mobility.vocabulary import CHANGES, CONNECTED, CUT_OFF, LOST_END, NOT_ON_MODE, NOTICEABLE_MS, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import geopandas as gpd

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.closures import Closure
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

HOUR_COLUMNS = (
    "from to state_before state_after time_h_before time_h_after delta_h cut_off lost_end newly_connected"
).split()


def prepare(
    network: Network, origins: Ends = None, destinations: Words = None, *, builds: Iterable[Sequence[str]] = ()
) -> Prepared:
    """Prepare a network for many questions about the same pairs.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`. Pairs with an end that is closed already are left out.
    builds
        What will be built, each as `Network.build` takes it: laid out at once, which is quicker than one by one.

    Examples
    --------
    >>> from mobility import Network, prepare
    >>> base = prepare(Network.load().under("wheeled"), ["thessaloniki"], ["budapest"])
    >>> bool(base.close("border:tabanovce").delta_h[0] > 0)
    True
    """
    net = network.profiled()
    return Prepared(Ground(net, pairs_of(net, origins, destinations), [tuple(names) for names in builds]))


class Prepared:
    """A network with its pairs, as prepared or after changes; each change returns another one.

    Times are under way, without rest (`routes`: time_h); `whatif` tells all the rest of the same change.

    Attributes
    ----------
    pairs : list of (str, str)
        Origins and destinations (ids): the order of all arrays.
    base : Prepared
        As it was before any change.
    """

    def __init__(
        self,
        ground: Ground,
        build: tuple[str, ...] = (),
        closures: tuple[Closure, ...] = (),
        words: tuple[tuple[tuple[str, ...], bool, float], ...] = (),
        base: Prepared | None = None,
    ) -> None:
        self._ground, self._build, self._closures, self._words = ground, build, closures, words
        self.base = base or self

    def __repr__(self) -> str:
        """Return what it is, in one line."""
        changed = [*self._build, *(closure.reason for closure in self._closures)]
        return f"<Prepared: {len(self.pairs):,} pairs{'; ' * bool(changed)}{'; '.join(changed)}>"

    @property
    def pairs(self) -> PairList:
        """Origins and destinations (ids)."""
        return self._ground.pairs

    def close(self, *names: str, allow_empty: bool = False, width: float = WIDTH_M) -> Prepared:
        """Return it with things closed; parameters and errors as in `Network.close`."""
        shut = list(self._closures)
        for name in names:
            # What "NAME>" closes hangs on what is closed in one direction already, all else on the tables alone.
            tables = self.network if any(closure.one_way for closure in self._closures) else self._ground.network
            closure = resolve(tables, name, width)
            if not (allow_empty or self._ground.used(closure, self._build)):
                changes.refuse_idle(self.network, name, closure)
            shut.append(closure)
        return Prepared(self._ground, self._build, tuple(shut), (*self._words, (names, allow_empty, width)), self.base)

    def build(self, *names: str) -> Prepared:
        """Return it with projects or planned links built, as `Network.build`."""
        built = (*self._build, *names)
        ground = self._ground if not built or built in self._ground.number else self._ground.with_build(built)
        return Prepared(ground, built, self._closures, self._words, self.base)

    def apply(self, given: Scenario) -> Prepared:
        """Return it with the builds, the settings and the closures of a scenario, in this order."""
        found = self.build(*given.build)
        for item in (*given.set, *given.set_after):
            found = found.set(*setting(item))
        return found.close(*given.close, allow_empty=given.allow_empty, width=given.width)

    def set(self, name: str, attribute: str, value: float) -> Prepared:
        """Return it with one value changed, as `Network.set`; dearer than the others, as the graph is made anew."""
        return Prepared(Ground(self.network.set(name, attribute, value), self.pairs), base=self.base)

    @cached_property
    def network(self) -> Network:
        """The network with all of it."""
        found = self._ground.network.build(*self._build)
        for names, allow_empty, width in self._words:
            found = found.close(*names, allow_empty=allow_empty, width=width)
        return found

    @cached_property
    def ms(self) -> Array:
        """Milliseconds of each pair (inf: no way, or its end is closed)."""
        found = self._ground.ms(self._build, self._closures)
        found[self.lost_end] = np.inf
        return found

    @property
    def time_h(self) -> Array:
        """Hours of each pair (NaN: no way, or its end is closed)."""
        return np.where(np.isfinite(self.ms), self.ms, np.nan) / MS_PER_H

    @property
    def delta_h(self) -> Array:
        """Hours more than before any change, per pair (NaN unless connected both times)."""
        hours: Array = self.time_h - self.base.time_h
        return hours

    @cached_property
    def lost_end(self) -> Array:
        """Which pairs start or end at a place that is closed."""
        shut = {place for closure in self._closures for place in closure.places} | self._ground.shut
        return np.array([not shut.isdisjoint(pair) for pair in self.pairs], dtype=bool)

    def table(self) -> pd.DataFrame:
        """Return the hours of every pair before and after: the columns of `whatif` that need no more than hours."""
        before, after = self.base.ms, self.ms
        states = np.where(self.lost_end, LOST_END, self._states())
        columns = {
            "from": [a for a, _ in self.pairs],
            "to": [b for _, b in self.pairs],
            "state_before": self.base._states(),  # noqa: SLF001 - of another of its kind
            "state_after": states,
            "time_h_before": self.base.time_h,
            "time_h_after": self.time_h,
            "delta_h": self.delta_h,
            "cut_off": np.isfinite(before) & ~np.isfinite(after) & ~self.lost_end,
            "lost_end": self.lost_end,
            "newly_connected": ~np.isfinite(before) & np.isfinite(after),
        }
        return pd.DataFrame(columns, columns=HOUR_COLUMNS)

    def summary(self) -> dict[str, Any]:
        """Return the change in numbers.

        pairs_slower, pairs_faster (by more than 30 s), pairs_cut_off, pairs_lost_end (connected before),
        newly_connected, mean_delta_h (over all pairs connected both times; None: there is none), total_delta_h,
        worst_delta_h (the largest change, up or down; None: none is noticeable), worst_from and worst_to.
        """
        before, after = self.base.ms, self.ms
        were, are = np.isfinite(before), np.isfinite(after)
        change = np.subtract(after, before, where=were & are, out=np.zeros(len(before)))
        most = int(np.abs(change).argmax()) if len(change) else -1
        noticed = most >= 0 and abs(change[most]) > NOTICEABLE_MS
        compared = int((were & are).sum())
        return {
            "pairs_slower": int((change > NOTICEABLE_MS).sum()),
            "pairs_faster": int((change < -NOTICEABLE_MS).sum()),
            "pairs_cut_off": int((were & ~are & ~self.lost_end).sum()),
            "pairs_lost_end": int((were & self.lost_end).sum()),
            "newly_connected": int((~were & are).sum()),
            "mean_delta_h": change.sum() / MS_PER_H / compared if compared else None,
            "total_delta_h": change.sum() / MS_PER_H,
            "worst_delta_h": change[most] / MS_PER_H if noticed else None,
            "worst_from": self.pairs[most][0] if noticed else "",
            "worst_to": self.pairs[most][1] if noticed else "",
        }

    def whatif(self) -> gpd.GeoDataFrame:
        """Return every pair before and after, as `mobility.whatif` does: routes, arrivals, disjoint routes too."""
        origins, destinations = (tuple(dict.fromkeys(pair[side] for pair in self.pairs)) for side in (0, 1))
        return whatif(self.base.network, self.network, Pairs(origins, destinations))

    def _states(self) -> Array:
        joined = np.isfinite(self.ms)
        if joined.all():
            return np.full(len(joined), CONNECTED, dtype=object)
        present = places_on_modes(self.network)
        absent = [a not in present or b not in present for a, b in self.pairs]
        return np.where(joined, CONNECTED, np.where(absent, NOT_ON_MODE, CUT_OFF)).astype(object)


def each(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    changes: str | Iterable[tuple[str, Scenario]],
) -> pd.DataFrame:
    """Return what many changes of a network do, each alone: one row a change, the worst first.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`.
    changes
        A word for each change, and its closures, builds and settings, which its title names. Or a kind of changes:
        links, sections (those of `bottlenecks`) or structures, which are closed, or projects, which are built.

    Returns
    -------
    DataFrame
        Columns: number (1, 2, ... as asked), change (its word), name, and those of `Prepared.summary`. Sorted by the
        pairs cut off, then by the hours lost in all.

    Raises
    ------
    InputError
        When a change cannot be made; it says which.
    """
    net, one = network.profiled(), ""
    asked = _of_kind(net, changes, origins, destinations) if isinstance(changes, str) else changes
    known, rows = list(enumerate(asked, start=1)), list[dict[str, Any]]()
    try:
        for number, (name, given) in known:  # all builds are laid out at once
            one = f"change {number}, {name}"
            for build in given.build:
                resolve_build(net, build)
        base = prepare(net, origins, destinations, builds=dict.fromkeys(g.build for _, (_, g) in known if g.build))
        for number, (name, given) in known:
            one = f"change {number}, {name}"
            rows.append({"number": number, "change": name, "name": given.title or name} | base.apply(given).summary())
    except MobilityError as error:
        raise InputError(f"{one}: {error}") from None
    table = pd.DataFrame(rows, columns=["number", "change", "name", *base.summary()])
    order = ["pairs_cut_off", "total_delta_h", "number"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _of_kind(net: Network, kind: str, origins: Ends, destinations: Words) -> list[tuple[str, Scenario]]:
    """Return the changes of a kind: the closure of each link, section or structure in use, or each project built."""
    if kind not in CHANGES:
        raise InputError(f"no changes are called {kind!r}; there are {', '.join(CHANGES)}")
    if kind == "projects":
        table = zip(net.projects["id"], net.projects["name"], strict=True)
        return [(key, Scenario(build=(f"project:{key}",), title=name)) for key, name in table]
    used = net.links[net.links["active"]]
    if kind == "links":
        return [(key, _closed([key], name)) for key, name in used["name"][net.counted[net.links["active"]]].items()]
    if kind == "structures":
        columns = (net.structures[column] for column in ("id", "name", "links"))
        carried = ((key, name, split(cell)) for key, name, cell in zip(*columns, strict=True))
        return [(key, _closed(links, name)) for key, name, links in carried if not used.index.intersection(links).empty]
    chains = sections(net, list(graphs_of(net, pairs_of(net, origins, destinations))))[0]
    return [(key, _closed(split(cell), name)) for key, cell, name in chains[["links", "name"]].itertuples()]


def _closed(links: Iterable[str], name: str) -> Scenario:
    return Scenario(close=tuple(f"link:{link}" for link in links), allow_empty=True, title=name)


class Ground:
    """A network, some builds laid beside it (`layers`), and the graphs that its pairs see."""

    def __init__(self, network: Network, pairs: PairList, builds: Sequence[tuple[str, ...]] = ()) -> None:
        self.network, self.pairs = network, pairs
        self.number = {(): TODAY} | {names: i for i, names in enumerate(builds)}
        self.layers = Layers.of(network, builds)
        slot = {pair: i for i, pair in enumerate(pairs)}
        self.groups = [
            (np.array([slot[pair] for pair in group], dtype=int), Searched(self.layers, graph, group))
            for graph, group in graphs_of(self.layers.network, pairs)
        ]
        self.shut = set(network.places.index[~network.places["active"]])
        self._built: dict[tuple[str, ...], Ground] = {}

    def with_build(self, names: tuple[str, ...]) -> Ground:
        """Return the same with one build; it is kept."""
        if names not in self._built:
            self._built[names] = Ground(self.network, self.pairs, [names])
        return self._built[names]

    def ms(self, build: tuple[str, ...], closures: tuple[Closure, ...]) -> Array:
        """Return the milliseconds of each pair (inf: no way) with a build and closures."""
        return self._each(lambda searched: searched.ms(self.number[build], self._shut(searched, closures)))

    def without(self, links: Array) -> Array:
        """Return the milliseconds of each pair (inf: no way) without some links (rows)."""
        return self._each(lambda searched: searched.ms(TODAY, searched.arcs_of(links)))

    def _each(self, ask: Callable[[Searched], Array]) -> Array:
        found = np.full(len(self.pairs), np.inf)
        for slots, searched in self.groups:
            found[slots] = ask(searched)
        return found

    def used(self, closure: Closure, build: tuple[str, ...]) -> bool:
        """Tell whether a closure takes an arc that is open to some pair; if not, it may still not be idle."""
        number = self.number[build]
        return any((searched.plain(number).open[self._shut(searched, (closure,))]).any() for _, searched in self.groups)

    def _shut(self, searched: Searched, closures: tuple[Closure, ...]) -> Array:
        """Return the arcs that closures take."""
        net = self.network
        rows = net.links.index.get_indexer([link for closure in closures for link in closure.links])
        shut = [searched.arcs_of(rows)]
        single = {link for closure in closures for link in closure.one_way}
        shut += [searched.forward(net.links.index.get_loc(link)) for link in single if not net.links.at[link, "oneway"]]
        places = net.places.index.get_indexer([place for closure in closures for place in closure.borders])
        if len(places):
            shut.append(searched.crossings_at(places))
        arcs: Array = np.concatenate(shut)
        return arcs


class _Plain(NamedTuple):
    """What is known of a build with nothing closed.

    Attributes
    ----------
    open : bool per arc
    ms : per pair
    users
        Of each arc the pairs of which a shortest route takes it: ``pairs[starts[arc] : starts[arc + 1]]``.
    """

    open: Array
    ms: Array
    starts: Array
    pairs: Array


@dataclass(frozen=True, eq=False)
class _Side:
    """The graph for searches from places on one side (towards them, or from them on), with a state more for each.

    Attributes
    ----------
    order
        Arcs in the order of the matrix's values, which are followed by those that lead from the places' own states.
    """

    order: Array
    extra: Array
    near: Array
    starts: Array
    size: int
    nodes: Array

    @classmethod
    def of(cls, graph: Graph, places: list[Array], *, back: bool) -> _Side:
        """Prepare the searches from places, each given by its states."""
        order, starts, far, _ = graph.into if back else graph.out
        count = [len(states) for states in places]
        ends = np.concatenate([far, *places]).astype(np.int32)
        starts = np.append(starts, starts[-1] + np.cumsum(count)).astype(np.int32)
        nodes = graph.size + np.arange(len(places))
        return cls(order, np.zeros(sum(count)), ends, starts, graph.size + len(places), nodes)

    def search(self, length: Array, which: Array, *, path: bool = False) -> Any:  # noqa: ANN401 - one array or two
        """Return the least ranks of all states from some of the places, a row each; with `path` what came before."""
        values = np.append(length[self.order], self.extra)
        matrix = csr_matrix((values, self.near, self.starts), (self.size, self.size))
        return dijkstra(matrix, indices=self.nodes[which], return_predecessors=path)


class Searched:
    """A graph of all layers, and searches of it for the pairs that see it."""

    def __init__(self, layers: Layers, graph: Graph, pairs: PairList) -> None:
        self.layers, self.graph = layers, graph
        ends = [dict.fromkeys(places) for places in zip(*pairs, strict=True)]
        self.states = [[graph.states([place]) for place in places] for places in ends]
        number = [{place: i for i, place in enumerate(places)} for places in ends]
        self.start, self.goal = (np.array([number[side][pair[side]] for pair in pairs], dtype=int) for side in (0, 1))
        self._plain: dict[int, _Plain] = {}
        row = np.where(graph.link >= 0, layers.row[graph.row], -1)
        self._by_row = np.argsort(row, kind="stable")
        self._rows = row[self._by_row]

    @cached_property
    def sides(self) -> tuple[_Side, _Side]:
        """Searches from origins on, and back from destinations."""
        return _Side.of(self.graph, self.states[0], back=False), _Side.of(self.graph, self.states[1], back=True)

    def arcs_of(self, rows: Array) -> Array:
        """Return the arcs of some of today's links (rows), in every layer."""
        rows = np.unique(rows)
        first, last = (np.searchsorted(self._rows, rows, side) for side in ("left", "right"))
        count = last - first
        arcs: Array = self._by_row[np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())]
        return arcs

    def forward(self, row: int) -> Array:
        """Return the arcs of a link from its `from` to its `to`."""
        arcs = self.arcs_of(np.array([row]))
        start = self.layers.network.places.index.get_loc(self.layers.network.links["from"].iloc[row])
        out: Array = arcs[self.graph.place[self.graph.tail[arcs]] == start]
        return out

    def crossings_at(self, places: Array) -> Array:
        """Return the crossings at some places (rows)."""
        arcs: Array = np.flatnonzero((self.graph.link == CROSSING) & np.isin(self.graph.place[self.graph.tail], places))
        return arcs

    def plain(self, build: int) -> _Plain:
        """Return what is known of a build with nothing closed."""
        if build not in self._plain:
            there, _ = self.layers.there(self.graph, build)
            self._plain[build] = self._learned(there)
        return self._plain[build]

    def ms(self, build: int, shut: Array) -> Array:
        """Return the milliseconds of each pair when some arcs are shut."""
        known = self.plain(build)
        found = known.ms.copy()
        if not len(shut):
            return found
        first, last = known.starts[shut], known.starts[shut + 1]
        hit = np.zeros(len(found), dtype=bool)
        for a, b in zip(first.tolist(), last.tolist(), strict=True):
            hit[known.pairs[a:b]] = True
        if hit.any():
            length = np.where(known.open, self.graph.rank, np.inf)
            length[shut] = np.inf
            found[hit] = self.asked(length, hit)
        return found

    def asked(self, length: Array, hit: Array) -> Array:
        """Return the milliseconds of some pairs: one search for each of their origins or destinations, the fewer."""
        ends = self.start[hit], self.goal[hit]
        wanted = [np.unique(side, return_inverse=True) for side in ends]
        near = int(len(wanted[1][0]) <= len(wanted[0][0]))
        which, row = wanted[near]
        rank = self.sides[near].search(length, which)
        return _ms(rank, row, self.states[1 - near], ends[1 - near])

    def least(self, rank: Array) -> Array:
        """Return the milliseconds of each pair by the ranks of all states to the destinations, a row each."""
        return _ms(rank, self.goal, self.states[0], self.start)

    def _learned(self, there: Array) -> _Plain:
        graph, length = self.graph, np.where(there, self.graph.rank, np.inf)
        rank, before = self.sides[1].search(length, np.arange(len(self.states[1])), path=True)
        ms = self.least(rank)
        # The cheapest of parallel arcs is the one that a route takes.
        order = np.lexsort((length, graph.head, graph.tail))
        key = (graph.tail * graph.size + graph.head)[order]
        pair = np.flatnonzero(np.isfinite(ms))
        at = np.array(
            [
                self.states[0][a][rank[b, self.states[0][a]].argmin()]
                for a, b in zip(self.start[pair], self.goal[pair], strict=True)
            ],
            dtype=int,
        )
        arcs, users = [np.array([], dtype=int)], [np.array([], dtype=int)]
        while len(pair):
            onward = before[self.goal[pair], at]
            going = onward < graph.size  # else it has come to the state that stands for the destination
            pair, at, onward = pair[going], at[going], onward[going]
            arcs.append(order[np.searchsorted(key, at * graph.size + onward)])
            users.append(pair)
            at = onward
        arc, user = np.concatenate(arcs), np.concatenate(users)
        starts = np.append(0, np.cumsum(np.bincount(arc, minlength=len(graph.tail))))
        return _Plain(there, ms, starts, user[np.argsort(arc, kind="stable")])


def _ms(rank: Array, row: Array, states: list[Array], place: Array) -> Array:
    """Return the milliseconds from the states of some places (the least), each by a row of ranks."""
    best = np.column_stack([rank[:, own].min(axis=1, initial=np.inf) for own in states])
    found: Array = milliseconds(checked(best[row, place]))
    return found
