"""The routable graph: states (place, mode[, country]) and arcs as arrays. The only module with integer indices.

A crossing arc joins the two countries' states of a border place and carries the wait; a transfer arc
joins two modes where places.csv allows it. Costs are whole milliseconds held in float64, so that sums
are exact. Parallel links are kept: searches use the cheapest open arc between two states and fall back
on the next when that one is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.errors import InputError
from mobility.model.checks import BORDER_KINDS, WAYS
from mobility.model.tables import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.model.network import Network

    Array = np.ndarray[Any, Any]

MS_PER_H = 3_600_000
TRANSFER, CROSSING = -1, -2  # instead of a link's row, in `Graph.link`
# One number orders routes: milliseconds, then transfers, then legs. 2**53 is the last exact float64.
_MS, _TRANSFER, _LEG = 2.0**20, 2.0**12, 1.0
_LONGEST_MS = 2.0**33


def milliseconds(rank: float) -> float:
    """Return the milliseconds in a route's rank (inf stays inf)."""
    return float(np.floor(rank / _MS))


@dataclass(frozen=True, eq=False)
class Graph:
    """Arc arrays of a network's active links.

    Attributes
    ----------
    place, mode, country : arrays, one entry per state
        Row of the place in `network.places`, index in WAYS, and at border places the country's code.
    tail, head : int arrays, one entry per arc
    cost : float array
        Milliseconds.
    link : int array
        Row in `network.links`, or TRANSFER or CROSSING.
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
        rows = np.flatnonzero(net.links["active"].to_numpy())
        links = net.links.iloc[rows]
        places = net.places.index
        ends = places.get_indexer(pd.concat([links["from"], links["to"]]))
        mode = np.tile(pd.Index(WAYS).get_indexer(links["mode"]), 2)
        at_border = net.places["kind"].isin(BORDER_KINDS).to_numpy()[ends]
        codes, names = pd.factorize(np.where(at_border, np.tile(links["country"].to_numpy(object), 2), ""))
        keys, state = np.unique((ends * len(WAYS) + mode) * len(names) + codes, return_inverse=True)
        place, rest = np.divmod(keys, len(WAYS) * max(len(names), 1))
        state_mode, code = np.divmod(rest, max(len(names), 1))
        country = np.asarray(names, dtype=object)[code] if len(names) else np.array([], dtype=object)
        a, b = state[: len(rows)], state[len(rows) :]
        ms = np.rint(links["time_h"].to_numpy() * MS_PER_H)
        both = ~links["oneway"].to_numpy(bool)
        parts = [(a, b, ms, rows), (b[both], a[both], ms[both], rows[both])]
        parts += [_transfers(net, place, state_mode, country), _crossings(net, place, state_mode, country)]
        tail, head, cost, link = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls(
            net, place, state_mode, country, tail.astype(np.int64), head.astype(np.int64), cost, link.astype(np.int64)
        )

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.place)

    def states(self, places: Iterable[str]) -> Array:
        """Return the states of some places (states are sorted by place)."""
        rows = [self.network.places.index.get_loc(p) for p in places]
        spans = [np.arange(*np.searchsorted(self.place, [r, r + 1])) for r in rows]
        found: Array = np.concatenate(spans) if spans else np.array([], dtype=int)
        return found

    def label(self, state: int) -> str:
        """Return "place/mode", at border places "place/mode/country"."""
        parts = [self.network.places.index[self.place[state]], WAYS[self.mode[state]], self.country[state]]
        return "/".join(p for p in parts if p)

    @cached_property
    def rank(self) -> Array:
        """Arc lengths that order routes by milliseconds, then transfers, then legs (exact integers)."""
        lengths: Array = self.cost * _MS + (self.link == TRANSFER) * _TRANSFER + (self.link >= 0) * _LEG
        return lengths

    @cached_property
    def link_order(self) -> Array:
        """Place of each link's id in alphabetical order: the last tie-breaker."""
        order = np.empty(len(self.network.links), dtype=np.int64)
        order[np.argsort(self.network.links.index.to_numpy(dtype=str), kind="stable")] = np.arange(len(order))
        return order

    @cached_property
    def _out(self) -> tuple[Array, Array]:
        """Arcs sorted by tail, and where each state's arcs begin."""
        order = np.argsort(self.tail, kind="stable")
        return order, np.searchsorted(self.tail[order], np.arange(self.size + 1))

    @cached_property
    def _reverse(self) -> tuple[Array, Array, Array, Array]:
        """Reversed CSR topology with one entry per (head, tail): arc order, group starts, columns, row starts."""
        order = np.lexsort((self.tail, self.head))
        head, tail = self.head[order], self.tail[order]
        new = np.r_[True, (head[1:] != head[:-1]) | (tail[1:] != tail[:-1])] if len(order) else np.array([], dtype=bool)
        starts = np.flatnonzero(new)
        return (
            order,
            starts,
            tail[starts].astype(np.int32),
            np.searchsorted(head[starts], np.arange(self.size + 1)).astype(np.int32),
        )

    def without(self, *, links: Iterable[int] = (), arcs: Iterable[int] = ()) -> Array:
        """Return the arc lengths with some links (rows) or arcs closed."""
        rank = self.rank.copy()
        rank[np.isin(self.link, list(links))] = np.inf
        rank[list(arcs)] = np.inf
        return rank

    def arcs_from(self, state: int) -> Array:
        """Return the arcs that leave a state."""
        order, starts = self._out
        return order[starts[state] : starts[state + 1]]

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
        order, starts, columns, rows = self._reverse
        data = (
            np.minimum.reduceat((self.rank if rank is None else rank)[order], starts) if len(starts) else np.array([])
        )
        if offsets is None:
            matrix = csr_matrix((data, columns, rows), shape=(self.size, self.size))
            found = dijkstra(matrix, indices=targets, min_only=True)
        else:  # one more state, from which the targets are reached at their offsets
            n = self.size
            matrix = csr_matrix(
                (np.r_[data, offsets], np.r_[columns, targets], np.r_[rows, rows[-1] + len(targets)]),
                shape=(n + 1, n + 1),
            )
            found = dijkstra(matrix, indices=n)[:n]
        reached = found[np.isfinite(found)] if rank is None else found[:0]  # other lengths need not be hours
        if len(reached) and reached.max() >= _LONGEST_MS * _MS:
            raise InputError("a route takes more than 2,386 hours; the costs are too large to be exact")
        return np.asarray(found)

    def walk(
        self, start: Sequence[int] | Array, remaining: Array, rank: Array | None = None, ends: Array | None = None
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

        Returns
        -------
        list of int
            Arcs in order of travel; empty when start and target coincide.
        """
        rank = self.rank if rank is None else rank
        end = np.zeros(self.size) if ends is None else ends
        least = remaining[start].min()
        # Per state reached since the last leg: the transfers and crossings taken to it.
        here: dict[int, list[int]] = {int(s): [] for s in start if remaining[s] == least}
        path: list[int] = []
        while True:
            best, queue = -1, list(here)
            for state in queue:  # grows by states reached without a leg
                if remaining[state] == end[state]:
                    return path + here[state]
                for arc in self.arcs_from(state).tolist():
                    head = int(self.head[arc])
                    if rank[arc] + remaining[head] != remaining[state]:
                        continue
                    if self.link[arc] >= 0:
                        if best < 0 or self.link_order[self.link[arc]] < self.link_order[self.link[best]]:
                            best = arc
                    elif head not in here:
                        here[head] = [*here[state], arc]
                        queue.append(head)
            path += [*here[int(self.tail[best])], best]
            here = {int(self.head[best]): []}

    def to_frame(self) -> pd.DataFrame:
        """Return all arcs as a table: tail, head, link, mode, cost_s (seconds); states as "place/mode[/country]"."""
        labels = np.array([self.label(s) for s in range(self.size)], dtype=object)
        ids = np.append(self.network.links.index.to_numpy(object), ["", ""])  # CROSSING and TRANSFER have no link
        kind = np.array([*WAYS, "transfer", "crossing"], dtype=object)
        what = np.where(self.link >= 0, self.mode[self.tail], np.where(self.link == TRANSFER, len(WAYS), len(WAYS) + 1))
        return pd.DataFrame(
            {
                "tail": labels[self.tail],
                "head": labels[self.head],
                "link": ids[self.link],
                "mode": kind[what],
                "cost_s": self.cost / 1000,
            }
        )


def _transfers(net: Network, place: Array, mode: Array, country: Array) -> tuple[Array, Array, Array, Array]:
    """Arcs between the modes of one place, both ways, at the profile's handling hours."""
    state = {key: s for s, key in enumerate(zip(place.tolist(), mode.tolist(), country.tolist(), strict=True))}
    tail, head, cost = [], [], []
    for row in np.flatnonzero((net.places["transfer"] != "").to_numpy()):
        for pair in split(net.places["transfer"].iloc[row]):
            first, second = (WAYS.index(m) for m in pair.split("-"))
            for code in {c for p, m, c in state if p == row and m == first}:
                a, b = state[row, first, code], state.get((int(row), second, code))
                if b is not None:
                    tail += [a, b]
                    head += [b, a]
                    cost += [round(net.profile.handling_h[pair] * MS_PER_H)] * 2  # type: ignore[union-attr]
    return np.array(tail, int), np.array(head, int), np.array(cost, float), np.full(len(tail), TRANSFER)


def _crossings(net: Network, place: Array, mode: Array, country: Array) -> tuple[Array, Array, Array, Array]:
    """Arcs between the countries of a border place, both ways, at the crossing's wait."""
    where: dict[tuple[int, int], list[int]] = {}
    for s in np.flatnonzero(country != ""):
        where.setdefault((int(place[s]), int(mode[s])), []).append(int(s))
    tail, head, cost = [], [], []
    borders = net.borders.assign(wait=net.crossing_wait_h())
    borders = borders[borders["active"]]
    rows = net.places.index.get_indexer(borders["place"])
    for row, way, wait in zip(rows, borders["mode"], borders["wait"], strict=True):
        sides = where.get((int(row), WAYS.index(way)), [])
        for a in sides:
            for b in sides:
                if a != b:
                    tail.append(a)
                    head.append(b)
                    cost.append(round(wait * MS_PER_H))
    return np.array(tail, int), np.array(head, int), np.array(cost, float), np.full(len(tail), CROSSING)
