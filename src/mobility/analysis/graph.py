"""The routable graph: states (place, mode[, country]) and arcs as arrays. The only module with integer indices.

A crossing arc joins the two countries' states of a border place and carries the wait; a transfer arc
joins two modes where places.csv allows it; a pass joins two states at no cost and is no leg of a journey (ships of two
countries at one port). Costs are whole milliseconds held in float64, so that sums
are exact. Parallel links are kept: searches use the cheapest open arc between two states and fall back
on the next when that one is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis import handling
from mobility.errors import InputError
from mobility.model.checks import BORDER_KINDS
from mobility.model.profiles import HANDLINGS
from mobility.model.windows import CLOCKED
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mobility.model.network import Network
    from mobility.vocabulary import Array

MS_PER_H = 3_600_000
TRANSFER, CROSSING, PASS = -1, -2, -3  # instead of a link's row, in `Graph.link`
# One number orders routes: milliseconds, then transfers, then legs. 2**53 is the last exact float64.
_MS, _TRANSFER, _LEG = 2.0**20, 2.0**12, 1.0
LONGEST_MS = 2.0**33
# The same for who routes as this module does, in another language: the pages.
WEIGHTS = {"ms": int(_MS), "transfer": int(_TRANSFER), "leg": int(_LEG), "longest": int(LONGEST_MS * _MS)}


def milliseconds(rank: Any) -> Any:  # noqa: ANN401 - a number or an array
    """Return the milliseconds in the rank of a route (inf stays inf), elementwise."""
    return np.floor(rank / _MS)


def checked(rank: Array) -> Array:
    """Return ranks of routes (inf: none); raises InputError where one is too large to be exact."""
    if rank.max(initial=0, where=np.isfinite(rank)) >= LONGEST_MS * _MS:
        raise InputError("a route takes more than 2,386 hours; the costs are too large to be exact")
    return rank


class Side(NamedTuple):
    """The arcs of a graph, sorted by the state at one of their ends.

    Attributes
    ----------
    order
        Arcs. Those of state s are ``order[starts[s] : starts[s + 1]]``.
    starts
        Where each state's arcs begin, and at last the number of arcs.
    far, rank
        Of these arcs, in that order: the state at the other end, and the length.
    """

    order: Array
    starts: Array
    far: Array
    rank: Array

    @classmethod
    def of(cls, near: Array, far: Array, rank: Array, size: int) -> Side:
        """Sort the arcs of a graph by their near ends."""
        order = np.argsort(near, kind="stable")
        starts = np.zeros(size + 1, dtype=np.int32)
        np.cumsum(np.bincount(near, minlength=size), out=starts[1:])
        return cls(order, starts, far[order].astype(np.int32), rank[order])


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """Arc arrays of a network's active links.

    Attributes
    ----------
    place, mode, country : arrays, one entry per state
        Row of the place in `network.places`, index in MODES, and at border places the country's code.
    tail, head : int arrays, one entry per arc
    cost : float array
        Milliseconds.
    link : int array
        Row in `network.links`, or TRANSFER, CROSSING or PASS.
    """

    network: Network
    place: Array
    mode: Array
    country: Array
    tail: Array
    head: Array
    cost: Array
    link: Array

    @classmethod
    def of(cls, network: Network) -> Graph:
        """Build the graph of a network's active links (under `mixed` when no profile was applied)."""
        net = network.profiled()
        if net.timed:
            raise InputError(f"-x {net.timed[0].text}: here a closure holds all the time; ask {CLOCKED}")
        # A closed link leaves its states behind: whoever comes by another road may still change or cross there.
        rows = np.flatnonzero(net.links["usable"].to_numpy())
        links = net.links[["from", "to", "mode", "country", "time_h", "oneway", "active"]].iloc[rows]
        curve = np.argsort(_morton(net.places["lon"], net.places["lat"]), kind="stable")
        along = np.empty_like(curve)
        along[curve] = np.arange(len(curve))
        ends = net.places.index.get_indexer(pd.concat([links["from"], links["to"]]))
        mode = np.tile(pd.Index(MODES).get_indexer(links["mode"]), 2)
        at_border = net.places["kind"].isin(BORDER_KINDS).to_numpy()[ends]
        codes, names = pd.factorize(np.where(at_border, np.tile(links["country"].to_numpy(object), 2), ""))
        keys, state = np.unique((along[ends] * len(MODES) + mode) * len(names) + codes, return_inverse=True)
        place, rest = np.divmod(keys, len(MODES) * max(len(names), 1))
        place = curve[place]
        state_mode, code = np.divmod(rest, max(len(names), 1))
        country = np.asarray(names, dtype=object)[code] if len(names) else np.array([], dtype=object)
        active = links["active"].to_numpy(bool)
        a, b, links, rows = state[: len(rows)][active], state[len(rows) :][active], links[active], rows[active]
        ms = np.rint(links["time_h"].to_numpy() * MS_PER_H)
        both = ~links["oneway"].to_numpy(bool)
        parts = [(a, b, ms, rows), (b[both], a[both], ms[both], rows[both])]
        for kind, (tails, heads, hours) in (
            (TRANSFER, handling.transfers(net, place, state_mode, country)),
            (CROSSING, handling.crossings(net, place, state_mode, country)),
            (PASS, handling.passes(place, state_mode, country)),
        ):
            parts.append((tails, heads, np.rint(hours * MS_PER_H), np.full(len(tails), kind)))
        tail, head, cost, link = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls(
            net, place, state_mode, country, tail.astype(np.int64), head.astype(np.int64), cost, link.astype(np.int64)
        )

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.place)

    def states(self, places: Iterable[str]) -> Array:
        """Return the states of some places."""
        spans = []
        for place in places:
            row = self.network.places.index.get_loc(place)
            spans.append(self._by_place[slice(*np.searchsorted(self.place, [row, row + 1], sorter=self._by_place))])
        found: Array = np.concatenate(spans) if spans else np.array([], dtype=int)
        return found

    def label(self, state: int) -> str:
        """Return "place/mode", at border places "place/mode/country"."""
        return str(self._labels[state])

    @cached_property
    def _labels(self) -> Array:
        at = self.network.places.index.to_numpy(object)[self.place]
        labels: Array = at + np.array(["/" + way for way in MODES], dtype=object)[self.mode]
        border = self.country != ""
        labels[border] += "/" + self.country[border]
        return labels

    @cached_property
    def same(self) -> Array:
        """Number of each state's place, mode and country: copies of a state (`exemptions`) have the same."""
        code = pd.factorize(self.country)[0]
        keys = (self.place * len(MODES) + self.mode) * (code.max(initial=0) + 1) + code
        number: Array = np.unique(keys, return_inverse=True)[1]
        return number

    @cached_property
    def _by_place(self) -> Array:
        return np.argsort(self.place, kind="stable")

    @cached_property
    def row(self) -> Array:
        """Row of each arc in `network.links`, to look something up; 0 where it is none, so that any can be."""
        rows: Array = np.maximum(self.link, 0)
        return rows

    @cached_property
    def rank(self) -> Array:
        """Arc lengths that order routes by milliseconds, then transfers, then legs (exact integers)."""
        lengths: Array = self.cost * _MS + (self.link == TRANSFER) * _TRANSFER + (self.link >= 0) * _LEG
        return lengths

    @cached_property
    def inputs(self) -> Array:
        """Where each arc's hours stand: first the links by row, then the crossings by row, then the kinds of transfer.

        A pass has none (-1).
        Transfers count as in HANDLINGS.
        """
        net, mode = self.network, self.mode
        rows = pd.Series(range(len(net.borders)), [net.borders["place"], net.borders["mode"]])
        crossing, transfer = self.link == CROSSING, self.link == TRANSFER
        at = self.tail[crossing]
        found = self.link.copy()
        where = zip(net.places.index[self.place[at]], np.array(MODES, dtype=object)[mode[at]], strict=True)
        found[crossing] = len(net.links) + rows[list(where)].to_numpy()
        kinds = mode[self.tail[transfer]] + mode[self.head[transfer]] - 1  # as MODES count: no sum comes twice
        kinds[handling.no_ramp(net)[self.place[self.tail[transfer]]] & (kinds == 0)] = HANDLINGS.index("detrain")
        found[transfer] = len(net.links) + len(net.borders) + kinds
        found[self.link == PASS] = -1
        return found

    def timed(self, hours: Array) -> Graph:
        """Return the graph with other hours, one per input (see `inputs`)."""
        return replace(self, cost=np.rint(np.append(hours, 0.0)[self.inputs] * MS_PER_H))

    @cached_property
    def ids(self) -> Array:
        """Id of each link in `network.links`; their alphabetical order is the last tie-breaker."""
        names: Array = self.network.links.index.to_numpy(object)
        return names

    @cached_property
    def out(self) -> Side:
        """Arcs by the state that they leave."""
        return Side.of(self.tail, self.head, self.rank, self.size)

    @cached_property
    def out_tail(self) -> Array:
        """The state that each arc of `out` leaves."""
        tails: Array = self.tail[self.out.order]
        return tails

    @cached_property
    def by_ends(self) -> tuple[Array, Array]:
        """Arcs by the states at both ends, of parallel ones the cheapest first; and the number that orders them."""
        order = np.lexsort((self.rank, self.head, self.tail))
        return order, (self.tail * self.size + self.head)[order]

    @cached_property
    def into(self) -> Side:
        """Arcs by the state that they reach."""
        return Side.of(self.head, self.tail, self.rank, self.size)

    def without(self, *, links: Iterable[int] = (), arcs: Iterable[int] = ()) -> Array:
        """Return the arc lengths with some links (rows) or arcs closed."""
        rank = self.rank.copy()
        rank[np.isin(self.link, list(links))] = np.inf
        rank[list(arcs)] = np.inf
        return rank

    def within(self, inside: Array) -> tuple[Graph, Array]:
        """Return the part of the graph that some states make (a bool per state), and the arcs that it holds."""
        arcs = np.flatnonzero(inside[self.tail] & inside[self.head])
        number = np.cumsum(inside) - 1
        ends = number[self.tail[arcs]], number[self.head[arcs]]
        states = self.place[inside], self.mode[inside], self.country[inside]
        return Graph(self.network, *states, *ends, self.cost[arcs], self.link[arcs]), arcs

    def rank_to(self, targets: Array, rank: Array | None = None, offsets: Array | None = None) -> Array:
        """Return every state's least rank to the nearest target (inf when there is none).

        Parameters
        ----------
        targets
            States.
        rank
            Arc lengths to use (inf closes an arc); default: all arcs open.
        offsets
            What remains beyond each target; default 0.
        """
        if not len(targets) or not self.size:
            return np.full(self.size, np.inf)
        order, starts, tails, lengths, n = *self.into, self.size
        lengths = lengths if rank is None else rank[order]
        if offsets is None:
            found = dijkstra(csr_matrix((lengths, tails, starts), (n, n)), indices=targets, min_only=True)
        else:  # one more state, from which the targets are reached at their offsets
            more = np.r_[lengths, offsets], np.r_[tails, targets], np.r_[starts, starts[-1] + len(targets)]
            found = dijkstra(csr_matrix(more, (n + 1, n + 1)), indices=n)[:n]
        return np.asarray(checked(found) if rank is None else found)  # other lengths need not be hours

    def walk(
        self,
        start: Sequence[int] | Array,
        remaining: Array,
        rank: Array | None = None,
        ends: Array | None = None,
        known: dict[int, tuple[list[int], int]] | None = None,
    ) -> list[int]:
        """Follow least-rank arcs to where nothing remains; among equals the smallest next link id.

        Parameters
        ----------
        start
            States to start from; the nearest are used.
        remaining
            As `rank_to` returns it.
        rank
            The arc lengths `remaining` was computed with.
        ends
            What remains at the targets, inf elsewhere; default: stop where `remaining` is 0.
        known
            Steps of walks to the same targets by the same lengths, by the state they begin in; it grows.

        Returns
        -------
        list of int
            Arcs in order of travel; empty when start and target coincide.
        """
        known = {} if known is None else known
        least = remaining[start].min()
        step = self._stepping(remaining, self.rank if rank is None else rank, ends)
        path, at = step([int(s) for s in start if remaining[s] == least])
        while at >= 0:
            if at not in known:
                known[at] = step([at])
            arcs, at = known[at]
            path += arcs
        return path

    def _stepping(
        self, remaining: Array, rank: Array, ends: Array | None
    ) -> Callable[[list[int]], tuple[list[int], int]]:
        """Return what takes the next step of a walk; parameters as of `walk`."""
        # Views give plain numbers, and quickly.
        left, length, links = remaining.data, rank.data, self.link.data
        order, starts, heads = (column.data for column in self.out[:3])
        end = (np.zeros(self.size) if ends is None else ends).data

        def step(states: list[int]) -> tuple[list[int], int]:
            """Return the arcs up to the end of the next leg and the state there; -1: the end is reached without one."""
            best, through, queue = -1, -1, [*states]
            here: dict[int, list[int]] = {s: [] for s in states}  # the transfers and crossings taken to each
            for state in queue:  # grows by states reached without a leg
                if left[state] == end[state]:
                    return here[state], -1
                for i in range(starts[state], starts[state + 1]):
                    arc, head = order[i], heads[i]
                    if length[arc] + left[head] != left[state]:
                        continue
                    if links[arc] >= 0:
                        if best < 0 or self.ids[links[arc]] < self.ids[links[best]]:
                            best, through = arc, state
                    elif head not in here:
                        here[head] = [*here[state], arc]
                        queue.append(head)
            return [*here[through], best], int(self.head[best])

        return step

    def to_frame(self) -> pd.DataFrame:
        """Return all arcs as a table: tail, head, link, mode, cost_s (seconds); states as "place/mode[/country]"."""
        ids = np.append(self.network.links.index.to_numpy(object), [""] * 3)  # transfers and the like have no link
        kind = np.array([*MODES, "pass", "crossing", "transfer"], dtype=object)
        what = np.where(self.link >= 0, self.mode[self.tail], self.link)
        return pd.DataFrame(
            {
                "tail": self._labels[self.tail],
                "head": self._labels[self.head],
                "link": ids[self.link],
                "mode": kind[what],
                "cost_s": self.cost / 1000,
            }
        )


def _morton(*degrees: pd.Series) -> Array:
    """Return each point's place along a curve that visits neighbours one after another (16 bits per coordinate)."""
    curve = np.zeros(len(degrees[0]), dtype=np.uint64)
    for shift, values in enumerate(degrees):
        span = (values - values.min()) / max(np.ptp(values) if len(values) else 0, 1e-9)
        bits = (span.to_numpy() * (2**16 - 1)).astype(np.uint64)
        for by, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | bits << np.uint64(by)) & np.uint64(mask)
        curve |= bits << np.uint64(shift)
    return curve
