"""Conflation: the ways that were chosen, as chains between places, junctions, crossings and curated links."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mobility.model.sphere import great_circle_km
from mobility.sources.choosing import NEW, TIE

if TYPE_CHECKING:
    from mobility.sources.choosing import Joint
    from mobility.sources.territory import Territory

JOIN_KM = 5.0  # a way that joins a link so near its end joins the place there
MERGE_KM = 2.0  # junctions so near each other are one
THROUGH = 2  # ways at a point where nothing branches: one in, one out
TOUCH_KM = 0.5  # a junction so near a border is the crossing
# ("place", id), ("on", (link, km along it)), ("point", of the ground), ("cut", point on a border) and, once that is
# assigned, ("border", number of the crossing).
Vertex = tuple[str, Any]


@dataclass(eq=False)
class Chain:
    """A way between two vertices: its points (latitude, longitude), its length, and the country it lies in.

    `cells` are further cells of its row in links.csv, where more is known than that it exists; `rows` are the rows of
    an imported network that it runs over, with the km on each.
    """

    start: Vertex
    end: Vertex
    points: list[tuple[float, float]]
    km: float
    country: str
    cells: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[int, float]] = field(default_factory=list)

    def turned(self) -> Chain:
        """Return the chain the other way."""
        return replace(self, start=self.end, end=self.start, points=self.points[::-1])


class Piece(NamedTuple):
    """An edge within one country."""

    tail: int
    head: int
    km: float
    country: str
    row: int


@dataclass(eq=False)
class Chosen:
    """The ways taken, cut at national borders."""

    at: list[tuple[float, float]]
    pieces: list[Piece]
    borders: dict[int, str]

    @classmethod
    def of(cls, joint: Joint, territory: Territory) -> Chosen:
        """Return the edges of the ground that were taken; points on a border have the codes of both its sides."""
        ground = joint.ground
        found = cls(list(zip(ground.lat.tolist(), ground.lon.tolist(), strict=True)), [], {})
        code = territory.at(ground.lat, ground.lon)
        for row in np.flatnonzero(joint.taken & (joint.kind == NEW)).tolist():
            tail, head, km = int(joint.tail[row]), int(joint.head[row]), float(joint.km[row])
            piece = Piece(tail, head, km, str(code[tail]), int(ground.row[joint.edge[row]]))
            if code[tail] == code[head]:
                found.pieces.append(piece)
            else:
                found._cut(piece, territory)
        return found

    def _cut(self, piece: Piece, territory: Territory) -> None:
        tail, head, km = piece.tail, piece.head, piece.km
        start, end = np.array(self.at[tail]), np.array(self.at[head])
        runs = territory.passed(start, end, km)
        last, before = tail, 0.0
        for (_, code), (share, after) in pairwise(runs):
            lat, lon = ((1 - share) * start + share * end).tolist()
            self.at.append((lat, lon))
            number = len(self.at) - 1
            self.borders[number] = "-".join(sorted((code, after)))
            self.pieces.append(Piece(last, number, km * (share - before), code, piece.row))
            last, before = number, share
        self.pieces.append(Piece(last, head, km * (1 - before), runs[-1][1], piece.row))


def chains(chosen: Chosen, vertices: dict[int, Vertex]) -> list[Chain]:
    """Join pieces where exactly two meet and no vertex stands; a point where more meet becomes a vertex itself."""
    around: dict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(chosen.pieces):
        around[piece.tail].append(number)
        around[piece.head].append(number)
    stops: dict[int, Vertex] = {p: ("point", p) for p, ways in around.items() if len(ways) != THROUGH}
    stops |= {point: ("cut", point) for point in chosen.borders}
    stops |= vertices
    seen = [False] * len(chosen.pieces)
    found = []
    for begin in [point for point in around if point in stops]:
        for first in around[begin]:
            if seen[first]:
                continue
            at, step, path, rows = begin, first, [begin], list[tuple[int, float]]()
            while at not in stops or len(path) == 1:
                step = first if len(path) == 1 else next(n for n in around[at] if n != step)
                seen[step] = True
                piece = chosen.pieces[step]
                at = piece.head if piece.tail == at else piece.tail
                path.append(at)
                rows.append((piece.row, piece.km))
            points, km = [chosen.at[p] for p in path], sum(km for _, km in rows)
            found.append(Chain(stops[begin], stops[at], points, km, chosen.pieces[first].country, rows=rows))
    return found


def vertices_on_links(joint: Joint, chosen: Chosen, whole: set[str]) -> dict[int, Vertex]:
    """Return where the taken ways meet the curated network: at a place, or somewhere on a link.

    A way that meets a link within `JOIN_KM` of an end of it, or a link of `whole`, joins the place at that end.
    """
    used = {p for piece in chosen.pieces for p in (piece.tail, piece.head)}
    best: dict[int, tuple[float, Vertex]] = {}
    n = len(joint.ground.lat)
    for key in joint.links:
        found = joint.matches.get(key)
        if found is None:
            continue
        km = found.km
        ends = [joint.places[point - n] for point in joint.ends[key]]
        for point, along in zip(found.points.tolist(), found.along.tolist(), strict=True):
            if point not in used:
                continue
            off = min(along, km - along)
            near = ends[0] if along <= km - along else ends[1]
            to_place = off <= JOIN_KM or key in whole
            vertex: Vertex = ("place", near) if to_place else ("on", (key, along))
            if point not in best or off < best[point][0]:
                best[point] = off, vertex
    return {point: vertex for point, (_, vertex) in best.items()}


def tied(joint: Joint) -> list[tuple[str, int, float]]:
    """Return the ties that were taken: place, point of the ground, km between."""
    n = len(joint.ground.lat)
    rows = np.flatnonzero(joint.taken & (joint.kind == TIE)).tolist()
    return [(joint.places[int(joint.tail[r]) - n], int(joint.head[r]), float(joint.km[r])) for r in rows]


def grouped(found: list[Chain], apart_km: float) -> dict[Vertex, Vertex]:
    """Return for positions on links the group that each belongs to: within `apart_km` they are one, at their middle."""
    by_link: dict[str, list[float]] = defaultdict(list)
    for chain in found:
        for what, value in (chain.start, chain.end):
            if what == "on":
                by_link[value[0]].append(value[1])
    groups: dict[Vertex, Vertex] = {}
    for link, alongs in by_link.items():
        run: list[float] = []
        for along in [*sorted(set(alongs)), float("inf")]:
            if run and along - run[0] > apart_km:
                middle = run[len(run) // 2]
                groups |= {("on", (link, a)): ("on", (link, middle)) for a in run}
                run = []
            run.append(along)
    return groups


def merged(found: list[Chain], where: dict[Vertex, tuple[float, float]]) -> list[Chain]:
    """Contract short chains between junctions, and drop what becomes a loop, a dead end or the same way again.

    Junctions ("point") less than `MERGE_KM` from another vertex of their chain become that vertex; the chains that end
    there are drawn on to it, and longer by the straight line. A junction where only two chains are left is none.
    """
    current = found
    while True:
        before = len(current)
        current = _contracted(current, where)
        current = _distinct(current)
        current = _joined(_pruned(current))
        if len(current) == before:
            return current


def one_sided(found: list[Chain], where: dict[Vertex, tuple[float, float]]) -> list[Chain]:
    """Make a crossing that is reached from one country only a junction: nothing crosses there."""
    sides: dict[Vertex, set[str]] = defaultdict(set)
    for chain in found:
        sides[chain.start].add(chain.country)
        sides[chain.end].add(chain.country)
    plain: dict[Vertex, Vertex] = {
        vertex: ("point", vertex) for vertex, codes in sides.items() if vertex[0] == "border" and len(codes) == 1
    }
    where |= {new: where[old] for old, new in plain.items()}
    return [replace(c, start=plain.get(c.start, c.start), end=plain.get(c.end, c.end)) for c in found]


def _contracted(found: list[Chain], where: dict[Vertex, tuple[float, float]]) -> list[Chain]:
    into: dict[Vertex, Vertex] = {}

    def last(vertex: Vertex) -> Vertex:
        while vertex in into:
            vertex = into[vertex]
        return vertex

    for chain in sorted(found, key=lambda c: c.km):
        if chain.km >= MERGE_KM:
            break
        a, b = last(chain.start), last(chain.end)
        if a == b:
            continue
        touching = chain.km < TOUCH_KM
        if a[0] == "point" and (b[0] != "border" or touching):
            into[a] = b
        elif b[0] == "point" and (a[0] != "border" or touching):
            into[b] = a
    if not into:
        return found
    return [moved(chain, last(chain.start), last(chain.end), where) for chain in found]


def moved(chain: Chain, start: Vertex, end: Vertex, where: dict[Vertex, tuple[float, float]]) -> Chain:
    """Return a chain drawn on to its vertices, and longer by the straight lines to them.

    On a link the length stays: there the ground and the drawn line differ, not the way.
    """
    points, km = chain.points, chain.km
    if where[start] != points[0]:
        km += apart(where[start], points[0]) if start[0] != "on" else 0
        points = [where[start], *points]
    if where[end] != points[-1]:
        km += apart(where[end], points[-1]) if end[0] != "on" else 0
        points = [*points, where[end]]
    return replace(chain, start=start, end=end, points=points, km=km)


def apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance between two points in km."""
    return float(great_circle_km(*a[::-1], *b[::-1]))


def _distinct(found: list[Chain]) -> list[Chain]:
    """Drop loops, and of chains between the same ends those that are as long as a shorter one (10 %, or 3 km)."""
    by_ends: dict[frozenset[Vertex], list[Chain]] = defaultdict(list)
    for chain in sorted(found, key=lambda c: c.km):
        if chain.start == chain.end:
            continue
        twins = by_ends[frozenset((chain.start, chain.end))]
        if all(chain.km > 1.1 * other.km + 3 for other in twins):
            twins.append(chain)
    return [chain for twins in by_ends.values() for chain in twins]


def _degree(found: list[Chain]) -> dict[Vertex, int]:
    degree: dict[Vertex, int] = defaultdict(int)
    for chain in found:
        degree[chain.start] += 1
        degree[chain.end] += 1
    return degree


def _pruned(found: list[Chain]) -> list[Chain]:
    """Drop chains that end at a junction or border where nothing goes on."""
    while True:
        degree = _degree(found)
        kept = [c for c in found if not any(v[0] in {"point", "border"} and degree[v] == 1 for v in (c.start, c.end))]
        if len(kept) == len(found):
            return kept
        found = kept


def _joined(found: list[Chain]) -> list[Chain]:
    """Join the two chains at a junction where no third one is."""
    degree, at = _degree(found), defaultdict(list)
    alive, fresh = dict(enumerate(found)), count(len(found))
    for number, chain in alive.items():
        at[chain.start].append(number)
        at[chain.end].append(number)
    for vertex in [v for v, times in degree.items() if v[0] == "point" and times == THROUGH]:
        a, b = at[vertex]
        if a == b or a not in alive or b not in alive or alive[a].country != alive[b].country:
            continue
        one, two = alive.pop(a), alive.pop(b)
        one = one if one.end == vertex else one.turned()
        two = two if two.start == vertex else two.turned()
        number = next(fresh)
        points, rows = one.points + two.points[1:], one.rows + two.rows
        alive[number] = Chain(one.start, two.end, points, one.km + two.km, one.country, one.cells, rows)
        for end in (one.start, two.end):
            at[end] = [number if n in {a, b} else n for n in at[end]]
    return list(alive.values())
