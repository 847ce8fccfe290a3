"""What is read from OpenStreetMap before it becomes tables: points and the segments between them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model.tags import KEYS, ROAD_CLASSES, mode_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Array = np.ndarray[Any, Any]

RAILS = ("main", "branch", "industrial", "military", "tourism", "service")
_BORDER = {"administrative", "disputed"}  # values of `boundary` at admin_level 2 that are national borders


@dataclass(frozen=True)
class Selection:
    """Which ways are taken.

    Attributes
    ----------
    roads
        Values of `highway`, each with its links (ramps).
    rails
        Values of `usage`; tracks that state none are always taken, as are crossovers. "service" adds yards, sidings
        and spurs.
    modes
        road, rail, sea (ferries).
    borders
        Take national borders too (they tell the country of a link).
    """

    roads: tuple[str, ...] = tuple(ROAD_CLASSES)
    rails: tuple[str, ...] = ("main", "branch")
    modes: tuple[str, ...] = ("road", "rail", "sea")
    borders: bool = True

    def __post_init__(self) -> None:
        for words, known, what in ((self.roads, ROAD_CLASSES, "roads"), (self.rails, RAILS, "rails")):
            for word in words:
                if word not in known:
                    raise InputError(f"no {what} are called {word!r}; there are {', '.join(known)}")

    def takes(self, tags: Mapping[str, str]) -> bool:
        """Return whether a way with these tags is taken."""
        mode = mode_of(tags)
        if mode == "road":
            highway = tags["highway"].removesuffix("_link")
            return "road" in self.modes and highway in self.roads and tags.get("area") != "yes"
        if mode == "rail":
            service, usage = tags.get("service"), tags.get("usage")
            running = service == "crossover" or (service is None and (usage is None or usage in self.rails))
            return "rail" in self.modes and (running or (service is not None and "service" in self.rails))
        if mode == "sea":
            return "sea" in self.modes
        return self.borders and is_border(tags)


def is_border(tags: Mapping[str, str]) -> bool:
    """Return whether a way is part of a national border."""
    return tags.get("boundary") in _BORDER and tags.get("admin_level") == "2"


class Way(NamedTuple):
    """A way as read: its nodes in order, its tags, and when it was last changed (ISO, "" = not said)."""

    id: int
    nodes: list[int]
    tags: dict[str, str]
    changed: str = ""


class Node(NamedTuple):
    """A node as read; `name` is "" but for stations and motorway junctions."""

    id: int
    lon: float
    lat: float
    name: str


@dataclass(frozen=True, eq=False)
class Extract:
    """Points and segments; a segment is what lies between two nodes of a way that follow each other.

    Attributes
    ----------
    node, lon, lat
        Id (negative: made here) and position of each point.
    names
        Names of points, by row.
    tail, head
        Rows of a segment's two points, in the direction of its way.
    way, kind
        Id of a segment's way, and row in `kinds`.
    kinds
        The tags of ways, each combination once.
    date, origin
        Date of the data as far as it is known, and where it was read.
    missing
        Segments left out because a node is not in the file.
    """

    node: Array
    lon: Array
    lat: Array
    names: dict[int, str]
    tail: Array
    head: Array
    way: Array
    kind: Array
    kinds: list[dict[str, str]]
    date: str
    origin: str
    missing: int = 0

    def take(self, mask: Array) -> Extract:
        """Return the extract with some segments only (all points stay)."""
        return replace(self, tail=self.tail[mask], head=self.head[mask], way=self.way[mask], kind=self.kind[mask])

    def where(self, test: Callable[[dict[str, str]], bool]) -> Array:
        """Return which segments have tags that pass a test."""
        return np.array([test(tags) for tags in self.kinds], dtype=bool)[self.kind]

    def within(self, area: shapely.Geometry) -> Extract:
        """Return the extract with the segments that have an end in an area (degrees), and all national borders."""
        shapely.prepare(area)
        inside = shapely.contains_xy(area, self.lon, self.lat)
        return self.take(inside[self.tail] | inside[self.head] | self.where(is_border))


def gather(ways: Iterable[Way], nodes: Callable[[Array], Iterable[Node]], origin: str) -> Extract:
    """Collect ways, then the nodes that they need.

    Parameters
    ----------
    ways
        The ways to take.
    nodes
        Called once, with the ids needed (sorted); yields those that there are.
    origin
        Where they are read.
    """
    refs, sizes, ids, kind = (array("q") for _ in range(4))
    kinds: dict[tuple[tuple[str, str], ...], int] = {}
    newest = ""
    for way in ways:
        newest = max(newest, way.changed[:10])
        kept = tuple((k, way.tags[k]) for k in (*KEYS, "boundary", "admin_level") if k in way.tags)
        refs.extend(way.nodes)
        sizes.append(len(way.nodes))
        ids.append(way.id)
        kind.append(kinds.setdefault(kept, len(kinds)))
    ref = np.array(refs, dtype=np.int64)
    need = np.unique(ref)
    lon, lat = np.full(len(need), np.nan), np.full(len(need), np.nan)
    names = {}
    found, xs, ys = array("q"), array("d"), array("d")
    for node in nodes(need):
        found.append(node.id)
        xs.append(node.lon)
        ys.append(node.lat)
        if node.name:
            names[int(np.searchsorted(need, node.id))] = node.name
    rows = np.searchsorted(need, np.array(found, dtype=np.int64))
    lon[rows], lat[rows] = xs, ys
    row, of = np.searchsorted(need, ref), np.repeat(np.arange(len(sizes)), sizes)
    tail, head, of, same = row[:-1], row[1:], of[:-1], of[:-1] == of[1:]
    there = ~np.isnan(lon[tail] + lon[head])
    use = same & there & (tail != head)
    return Extract(
        node=need,
        lon=lon,
        lat=lat,
        names=names,
        tail=tail[use],
        head=head[use],
        way=np.array(ids, dtype=np.int64)[of[use]],
        kind=np.array(kind, dtype=np.int64)[of[use]],
        kinds=[dict(tags) for tags in kinds],
        date=f"{newest} or later" if newest else "",
        origin=origin,
        missing=int((same & ~there).sum()),
    )
