"""What is read from OpenStreetMap before it becomes tables: points and the segments between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.sources.marks import site_role
from mobility.sources.tags import ROAD_CLASSES, is_border, is_ferry, mode_of, roles
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from mobility.sources.marks import Relation
    from mobility.vocabulary import Array


ROADS = ("motorway", "trunk", "primary", "secondary")  # taken unless asked otherwise
RAILS = ("main", "branch", "freight", "industrial", "military", "tourism", "service")
USUAL_RAILS = RAILS[:3]


@dataclass(frozen=True)
class Selection:
    """Which ways are taken.

    Attributes
    ----------
    roads
        Values of `highway`, each with its links (ramps).
    rails
        Values of `usage`, of which one of a list is enough; tracks that state none that is known are always taken, as
        are crossovers. "service" adds yards, sidings and spurs.
    modes
        road, rail, sea (ferries).
    borders
        Take national borders too (they tell the country of a link).
    sites
        Take the outlines of ports, bases and airfields too.
    """

    roads: tuple[str, ...] = ROADS
    rails: tuple[str, ...] = USUAL_RAILS
    modes: tuple[str, ...] = MODES
    borders: bool = True
    sites: bool = False

    def __post_init__(self) -> None:
        for words, known, what in ((self.roads, ROAD_CLASSES, "roads"), (self.rails, RAILS, "rails")):
            for word in words:
                if word not in known:
                    raise InputError(f"no {what} are called {word!r}; there are {', '.join(known)}")

    def roles(self, tags: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the tags of each thing to take that a way is (see `tags.roles`); none: the way is not taken."""
        found = [role for role in roles(tags) if self._takes(role)]
        outline = site_role(tags) if self.sites else {}
        return [*found, outline] if outline else found

    def _takes(self, tags: Mapping[str, str]) -> bool:
        mode = mode_of(tags)
        if is_ferry(tags):
            return mode != "" and "sea" in self.modes
        if mode == "road":
            return "road" in self.modes and tags["highway"].removesuffix("_link") in self.roads
        if mode == "rail":
            service = tags.get("service")
            uses = {word.strip() for word in tags.get("usage", "").split(";")} & {*RAILS}
            running = service == "crossover" or (service is None and (not uses or bool(uses & {*self.rails})))
            return "rail" in self.modes and (running or (service is not None and "service" in self.rails))
        return self.borders and is_border(tags)


class Way(NamedTuple):
    """A way as read: its nodes in order, its tags, when it was last changed (ISO, "" = not said), and its version.

    `gone`: this version is deleted, or no longer of a kind that is taken.
    """

    id: int
    nodes: list[int]
    tags: dict[str, str]
    changed: str = ""
    version: int = 0
    gone: bool = False


class Node(NamedTuple):
    """A node as read, with the tags of `NODE_KEYS`."""

    id: int
    lon: float
    lat: float
    tags: Mapping[str, str] = {}
    version: int = 0
    gone: bool = False


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
    odd
        What was wrong in the file and how often: told, and left out.
    turns
        Turn restrictions between the ways, which nobody keeps here; -1: not asked for.
    relations, points
        Relations of national borders and sites, and points that name a country, a town or a site.
    sites
        Ports, bases and airfields (see `sites.gathered`); None: not looked for.
    ask
        Called with a latitude and longitude, returns the tags of the countries there; None: nobody can be asked.
    atlas
        Which country a point lies in, once that is known (see `atlas`).
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
    odd: dict[str, int] = field(default_factory=dict)
    turns: int = -1
    relations: tuple[Relation, ...] = ()
    points: tuple[Node, ...] = ()
    sites: pd.DataFrame | None = None
    ask: Callable[[float, float], list[dict[str, str]]] | None = None
    atlas: Any = None

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
        part = self.take(inside[self.tail] | inside[self.head] | self.where(is_border))
        if self.sites is None:
            return part
        lon, lat = (self.sites[name].to_numpy(float) for name in ("lon", "lat"))
        return replace(part, sites=self.sites[shapely.contains_xy(area, lon, lat)])


def geodesic_km(extract: Extract, tail: Array, head: Array) -> Array:
    """Return the length over the ellipsoid between points (km)."""
    from pyproj import Geod

    lon, lat = extract.lon, extract.lat
    return np.asarray(Geod(ellps="WGS84").inv(lon[tail], lat[tail], lon[head], lat[head])[2]) / 1000
