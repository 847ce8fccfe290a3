"""What interdiction can close: links, sections, structures, places; which arcs each takes out, and what fails alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from mobility.analysis.series import in_series, sections
from mobility.model.names import fold
from mobility.model.network import CRS
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array


def together(shapes: Iterable[shapely.Geometry]) -> shapely.Geometry:
    """Return lines, or points, as one of many parts: a mixed collection is what few programs draw."""
    parts = shapely.get_parts([*shapes])
    kinds = {part.geom_type for part in parts}
    if kinds == {"Point"}:
        return shapely.MultiPoint(parts)
    return shapely.MultiLineString(list(parts)) if kinds <= {"LineString"} else shapely.GeometryCollection(list(parts))


def things_of(net: Network, by: str, graphs: list[tuple[Graph, PairList]]) -> gpd.GeoDataFrame:
    """Return what can be closed: index = id, with geometry; of sections and structures with their links."""
    if by == "section":
        return sections(net, graphs)[0]
    if by in {"structure", "bridge"}:
        there = net.structures["links"] != ""
        if by == "bridge":
            there &= net.structures["kind"] == "bridge"
        table = net.structures[there].set_index("id")
        return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=CRS)
    return net.links if by == "link" else net.places


def kind_closed(by: str) -> str:
    """Return as what a thing of some kind is closed: a section by its first link, for it is lost with it."""
    return {"section": "link", "bridge": "structure"}.get(by, by)


def named(net: Network, table: gpd.GeoDataFrame, by: str, name: str) -> list[str]:
    """Return the ids of what a name spares."""
    if by != "section":
        return [hit.id for hit in net.names.find(name, (kind_closed(by),))]
    own = table.index[table["name"].map(fold) == fold(name)]
    if len(own):
        return list(own)
    links = {hit.id for hit in net.names.find(name, ("link",))}
    return [key for key, cell in zip(table.index, table["links"], strict=True) if not links.isdisjoint(split(cell))]


def slots_of(net: Network, table: gpd.GeoDataFrame) -> Array:
    """Return per link the rows of the things that it is part of, one column each, -1 for none."""
    part_of: dict[str, list[int]] = {}
    for row, cell in enumerate(table["links"]):
        for link in split(cell):
            part_of.setdefault(link, []).append(row)
    slots = np.full((max(map(len, part_of.values()), default=1), len(net.links)), -1)
    for link, rows in part_of.items():
        if link in net.links.index:
            slots[: len(rows), net.links.index.get_loc(link)] = rows
    return slots


def rows_of(graph: Graph, by: str, slots: Array | None) -> Array:
    """Return per arc the rows of the things that take it out when closed, negative for none."""
    if by == "place":
        return np.stack([graph.place[graph.tail], graph.place[graph.head]])
    if slots is None:
        return np.stack([graph.link])
    none = np.full((len(slots), 3), -1)  # what is no link: transfers, crossings, and where neither is
    found: Array = np.hstack([slots, none])[:, graph.link]
    return found


def stand_ins(graphs: list[Graph], ends: set[str], number: Array, spared: Array) -> Array:
    """Return for each link the least number of those not spared in its chain (`in_series`); -1 if there is none."""
    if not graphs:
        return np.full(len(number), -1)
    same = in_series(graphs, ends)  # -1 takes the last slot, which no link of a graph has
    least = np.full(len(number) + 1, len(number))
    np.minimum.at(least, same[~spared], number[~spared])
    return np.where(least < len(number), least, -1)[same]
