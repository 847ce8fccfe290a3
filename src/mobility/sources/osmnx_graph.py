"""The network as osmnx has it, and back: a MultiDiGraph with a coordinate system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from mobility.errors import InputError
from mobility.model import tables
from mobility.model.files import Identity, shipped_schema
from mobility.model.network import CRS, Network
from mobility.model.sphere import reprojected
from mobility.sources import permission
from mobility.sources.tags import KEYS, columns, forbidden, mode_of, plain, roles

if TYPE_CHECKING:
    import networkx as nx


def to_osmnx(network: Network) -> nx.MultiDiGraph:
    """Return the active links as a graph that osmnx works with.

    Nodes are places, numbered in the order of the table (osmnx wants numbers): x, y and the columns of places.csv, of
    which `id` says which place it is. A link is one edge, a two-way link two; parallel links
    have keys of their own. Edges carry osmnx's osmid (the link's id), length (m), oneway, reversed and geometry, the
    columns of links.csv that are not empty, and under a profile speed_kph and travel_time (s).
    """
    import networkx as nx

    graph = nx.MultiDiGraph(crs=CRS.casefold(), created_with="mobility")
    schema = shipped_schema()
    number = {place: row for row, place in enumerate(network.places.index)}
    for place in network.places[list(schema["places"])].to_dict("records"):
        graph.add_node(number[place["id"]], x=place["lon"], y=place["lat"], **_stated(place))
    links = network.links[network.links["active"]]
    for link, line in zip(links.to_dict("records"), links.geometry, strict=True):
        data = _stated({name: link[name] for name in schema["links"]})
        data |= {"osmid": link["id"], "length": 1000 * link["length_km"], "oneway": bool(link["oneway"])}
        if network.profile is not None:
            data |= {"speed_kph": link["speed"], "travel_time": 3600 * link["time_h"]}
        ends = number[link["from"]], number[link["to"]]
        graph.add_edge(*ends, **data, reversed=False, geometry=line)
        if not link["oneway"]:
            graph.add_edge(*ends[::-1], **data, reversed=True, geometry=line.reverse())
    return graph


def from_osmnx(graph: nx.MultiDiGraph, *, country: str = "", like: Network | None = None) -> Network:
    """Return the network of a graph: one that `to_osmnx` made, or one of osmnx's own.

    Parameters
    ----------
    graph
        With x, y and `crs`. In a graph of osmnx's own, edges are read as OpenStreetMap tags; a value that osmnx merged
        into a list is left empty, and what is forbidden to lorries is left out.
    country
        Code of the country that osmnx's own graphs lie in.
    like
        The network whose borders, countries, sources and rules go with it; default: those of the shipped one.

    Returns
    -------
    Network
        Loops are left out. In osmnx's own graphs places are n<node> and links e1, e2 ... in the order of the edges.

    Raises
    ------
    InputError
        When the graph has no coordinate system, no edge that is a road, railway or ferry, or no country.
    """
    like = like or Network.load()
    if "crs" not in graph.graph:
        raise InputError("the graph has no `crs`; osmnx's graphs have one")
    own = all("mode" in data for _, _, data in graph.edges(data=True))
    if not own and not country:
        raise InputError("say which country the graph lies in: from_osmnx(graph, country='XX')")
    edges = [(u, v, data) for u, v, data in graph.edges(data=True) if u != v]
    if own:
        kept = [(u, v, data, data) for u, v, data in edges if not data["reversed"]]
    else:
        kept = [(u, v, data, row) for u, v, data in _once(edges) for row in _rows(data, country)]
    if not kept:
        raise InputError("the graph has no edge that is a road, a railway or a ferry")
    names = {node: data["id"] if own else f"n{node}" for node, data in graph.nodes(data=True)}
    dots = gpd.GeoSeries.from_xy(*zip(*((d["x"], d["y"]) for _, d in graph.nodes(data=True)), strict=True))
    dots = reprojected(dots.set_crs(graph.graph["crs"]), CRS)
    at = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    places = pd.DataFrame([_place(data, country) for _, data in graph.nodes(data=True)])
    places = places.assign(id=list(names.values()), lon=dots.x, lat=dots.y)
    places["name"] = places["name"].fillna(places["id"]) if "name" in places else places["id"]
    links = pd.DataFrame([row | {"from": names[u], "to": names[v]} for u, v, _, row in kept])
    if not own:
        links["id"] = [f"e{number}" for number in range(1, len(links) + 1)]
        links["name"] = links.get("name", links["id"]).fillna(links["id"])
    lines = [data.get("geometry") or shapely.LineString([at[u], at[v]]) for u, v, data, _ in kept]
    curved = reprojected(gpd.GeoSeries(lines, crs=graph.graph["crs"]), CRS)
    schema = shipped_schema()
    data = {name: getattr(like, name) for name in tables.SMALL_TABLES} | {"places": places, "links": links}
    frames = {name: tables.complete(frame, schema[name]) for name, frame in data.items()}
    return Network.of_frames(frames, curved.to_numpy(), like.rules, Identity("osmnx", "", ""))


def _stated(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if not (value == "" or pd.isna(value))}


def _place(data: dict[str, Any], country: str) -> dict[str, Any]:
    plain_data = {key: value for key, value in data.items() if not isinstance(value, list | dict)}
    return (
        {"country": country, "kind": "junction", "accuracy_km": 0.01, "confidence": "medium"}
        | {"source": "estimate: read from an osmnx graph"}
        | plain_data
    )


def _once(edges: list[tuple[Any, Any, dict[str, Any]]]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """Return each two-way edge in one of its directions only."""
    direction: dict[tuple[Any, ...], tuple[Any, Any]] = {}
    kept = []
    for u, v, data in edges:
        ids = data.get("osmid")
        key = (frozenset((u, v)), frozenset(ids) if isinstance(ids, list) else ids, round(data.get("length", 0), 1))
        if data.get("oneway") is True or direction.setdefault(key, (u, v)) == (u, v):
            kept.append((u, v, data))
    return kept


def _tags(data: dict[str, Any]) -> dict[str, str]:
    """Return an edge's tags as text; a list is left out, unless a part of the edge is forbidden by it."""
    tags = {key: str(data[key]) for key in KEYS if key in data and not isinstance(data[key], list)}
    for key in (key for key in permission.KEYS if isinstance(data.get(key), list)):
        barred = [str(word) for word in data[key] if permission.forbidden({key: str(word)}, "road")]
        if barred:
            tags[key] = barred[0]
    return tags | ({"oneway": "yes" if data["oneway"] else "no"} if isinstance(data.get("oneway"), bool) else {})


def _rows(data: dict[str, Any], country: str) -> list[dict[str, Any]]:
    """Return a row of links.csv for each thing that an edge is."""
    common = (
        {"corridors": "OSM", "country": country, "status": "open", "note": plain(f"OSM way {data.get('osmid')}")}
        | {"length_km": data["length"] / 1000, "length_confidence": "medium", "attr_confidence": "medium"}
        | {"source": "estimate: read from an osmnx graph"}
    )
    rows = []
    for tags in roles(_tags(data)):
        if mode_of(tags) and not forbidden(tags):
            row = columns(tags)[0]
            hours = row.pop("duration_h", None)
            row |= {"speed_kmh": common["length_km"] / hours} if row.pop("ferry", False) and hours else {}
            rows.append(common | row)
    return rows
