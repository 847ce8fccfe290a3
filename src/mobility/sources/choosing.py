"""Which ways of the ground a curated network lacks: those that shorten routes, and those that go round its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import dijkstra

from mobility.sources.ground import least, path_to
from mobility.sources.matching import REACH_KM, alike, doubles, match

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

    from mobility.sources.ground import Ground
    from mobility.sources.matching import Match
    from mobility.vocabulary import Array

STRETCH = 1.05  # a way is lacking where the network is longer than the ground by more than this
RADII_KM = (60.0, 120.0, 250.0, 500.0, np.inf)  # near places first: their ways carry the far ones
_REUSE = 0.96  # what is there already is preferred to another way of about the same length
_OWN = 3.0  # a way round a link keeps off the link
_MIDDLE = (0.35, 0.65)  # part of a link that is lost when it is judged
_AT_ONCE = 4
CURATED, TIE, NEW = 0, 1, 2  # kinds of edges


@dataclass(eq=False)
class Joint:
    """The curated network of one mode and the ground as one graph; the choice marks edges as taken.

    Points 0..n-1 are those of the ground, then come the places. Edges are pieces of curated links (`CURATED`, with
    `link` and `along`), ties from a place to the ground (`TIE`), and edges of the ground (`NEW`, with `edge`). `also`
    are further points of the ground that routes are asked for.
    """

    ground: Ground
    places: list[str]
    links: list[str]
    matches: dict[str, Match]
    tail: Array
    head: Array
    km: Array
    kind: Array
    link: Array
    along: Array
    edge: Array
    taken: Array
    ends: dict[str, tuple[int, int]]
    also: Array = field(default_factory=lambda: np.zeros(0, int))

    @classmethod
    def of(cls, places: pd.DataFrame, links: pd.DataFrame, ground: Ground, usable: Array) -> Joint:
        """Join the links of one mode with the usable edges of its ground."""
        matches = match(links, ground)
        n = len(ground.lat)
        ids = list(dict.fromkeys([*links["from"], *links["to"]]))
        number = {place: n + i for i, place in enumerate(ids)}
        ends = {k: (number[a], number[b]) for k, a, b in zip(links.index, links["from"], links["to"], strict=True)}
        keys = [str(key) for key in links.index]
        parts: list[tuple[Array, ...]] = []
        for row, (key, km) in enumerate(zip(keys, links["length_km"], strict=True)):
            found = matches.get(key)
            points = found.points if found else np.zeros(0, int)
            at = np.concatenate([[0.0], found.along if found else [], [km]])
            path = np.concatenate([[ends[key][0]], points, [ends[key][1]]])
            size = len(path) - 1
            middle = (at[:-1] + at[1:]) / 2 / km
            parts.append(
                (
                    path[:-1],
                    path[1:],
                    np.diff(at),
                    np.full(size, CURATED),
                    np.full(size, row),
                    middle,
                    np.full(size, -1),
                )
            )
        where = places.loc[ids]
        point, far = ground.snap(where["lat"].to_numpy(), where["lon"].to_numpy())
        near = np.flatnonzero(far <= REACH_KM)
        size = len(near)
        nothing = np.full(size, -1)
        parts.append((near + n, point[near], far[near], np.full(size, TIE), nothing, np.zeros(size), nothing))
        new = np.flatnonzero(
            usable & (ground.tail != ground.head) & ~doubles(matches, ground) & ~alike(matches, ground)
        )
        size = len(new)
        nothing = np.full(size, -1)
        parts.append(
            (ground.tail[new], ground.head[new], ground.km[new], np.full(size, NEW), nothing, np.zeros(size), new)
        )
        tail, head, length, kind, link, along, edge = (np.concatenate(column) for column in zip(*parts, strict=True))
        length = np.maximum(length, 1e-4)
        return cls(ground, ids, keys, matches, tail, head, length, kind, link, along, edge, kind == CURATED, ends)

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.ground.lat) + len(self.places)

    def matrix(self, cost: Array, keep: Array) -> csr_matrix:
        """Return some edges as a matrix; of parallel ones the cheapest."""
        return least(self.tail[keep], self.head[keep], cost[keep], self.size)

    def edge_between(self, cost: Array) -> dict[tuple[int, int], int]:
        """Return the cheapest edge between each two points."""
        order = np.argsort(-cost, kind="stable")  # the last written stands
        low = np.minimum(self.tail, self.head)[order].tolist()
        high = np.maximum(self.tail, self.head)[order].tolist()
        return dict(zip(zip(low, high, strict=True), order.tolist(), strict=True))

    def take(self, before: Array, end: int, best: dict[tuple[int, int], int]) -> None:
        """Mark the edges of a way that ends at a point as taken."""
        for step in pairwise(path_to(before, end).tolist()):
            self.taken[best[min(step), max(step)]] = True


def choose_shortcuts(joint: Joint, *, stretch: float = STRETCH) -> None:
    """Take ways until no route between two places is longer than the ground by more than `stretch` (a greedy spanner).

    Only places that lie on the ground, and the points of `also`, are asked for; near pairs come first.
    """
    tied = np.union1d(joint.tail[joint.kind == TIE], joint.also)
    every = np.ones(len(joint.km), bool)
    whole = joint.matrix(joint.km, every)
    for radius in RADII_KM:
        for start in tied.tolist():
            ground = dijkstra(whole, directed=False, indices=start, limit=radius)[tied]
            asked = np.isfinite(ground)
            last = np.inf
            while True:
                ours = dijkstra(joint.matrix(joint.km, joint.taken), directed=False, indices=start)[tied]
                lacking = np.flatnonzero(asked & (ours > stretch * ground + 1))
                if not len(lacking) or len(lacking) >= last:
                    break
                last = len(lacking)
                cost = np.where(joint.taken, _REUSE, 1.0) * joint.km
                _, before = dijkstra(
                    joint.matrix(cost, every), directed=False, indices=start, return_predecessors=True, limit=radius
                )
                best = joint.edge_between(cost)
                for target in lacking[np.argsort(ground[lacking])][:_AT_ONCE]:
                    joint.take(before, int(tied[target]), best)


def choose_detours(joint: Joint, wanted: pd.DataFrame) -> None:
    """Take for each link the way round its middle, where there is one.

    Parameters
    ----------
    joint
        The graph; its `taken` changes.
    wanted
        Links whose loss is overstated, by id (index), with `limit_km`: how long the way round may be.
    """
    row = {key: i for i, key in enumerate(joint.links)}
    for key, limit in zip(wanted.index, wanted["limit_km"], strict=True):
        own = joint.link == row[str(key)]
        start, end = joint.ends[str(key)]
        open_ = ~(own & (joint.along > _MIDDLE[0]) & (joint.along < _MIDDLE[1]))
        now = dijkstra(joint.matrix(joint.km, joint.taken & ~own), directed=False, indices=start)[end]
        if now <= limit:
            continue
        cost = np.where(joint.taken, _REUSE, 1.0) * joint.km * np.where(own, _OWN, 1.0)
        far, before = dijkstra(joint.matrix(cost, open_), directed=False, indices=start, return_predecessors=True)
        if np.isfinite(far[end]):
            joint.take(before, end, joint.edge_between(np.where(open_, cost, np.inf)))
