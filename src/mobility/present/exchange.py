"""The network in other programs' formats: arcs as CSV and GraphML, tables as GeoPackage, links as GeoJSON."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mobility.analysis.graph import Graph
from mobility.errors import InputError
from mobility.model.tables import SMALL_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.model.network import Network


def arcs_csv(net: Network) -> bytes:
    """Return the routable arcs as CSV: tail, head, link, mode, cost_s; transfers and crossings are rows too."""
    return str(Graph.of(net).to_frame().to_csv(index=False, lineterminator="\n")).encode()


def graphml(net: Network) -> bytes:
    """Return the routable arcs as GraphML (a directed multigraph; nodes carry place, lon and lat)."""
    import io

    import networkx as nx

    graph = Graph.of(net)
    out = nx.MultiDiGraph()
    places = graph.network.places
    for state in range(graph.size):
        place = places.iloc[graph.place[state]]
        name = "".join(c for c in place["name"] if c.isprintable())  # XML forbids control characters
        out.add_node(graph.label(state), place=place.name, name=name, lon=float(place["lon"]), lat=float(place["lat"]))
    for arc in graph.to_frame().itertuples(index=False):
        out.add_edge(arc.tail, arc.head, link=arc.link, mode=arc.mode, cost_s=float(arc.cost_s))
    buffer = io.BytesIO()
    nx.write_graphml(out, buffer)
    return buffer.getvalue()


def geopackage(net: Network) -> bytes:
    """Return all tables as a GeoPackage, one layer each, that `--network` reads again."""
    import pyogrio

    from mobility.model.network import default_folder
    from mobility.model.tables import read_schema

    schema = read_schema(default_folder() / "schema.csv")
    frames = {"places": net.places, "links": net.links, **{n: getattr(net, n) for n in SMALL_TABLES}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.gpkg"
        for name, frame in frames.items():
            columns = [c for c in schema[name] if c in frame.columns]
            shape = ["geometry"] if name in {"places", "links"} else []
            table = frame[columns + shape].reset_index(drop=True)
            for column in columns:
                if table[column].dtype == bool:
                    table[column] = table[column].map({True: "yes", False: "no"})
            try:
                pyogrio.write_dataframe(table, path, layer=name, append=path.exists())
            except RuntimeError as error:  # pyogrio's own do not say that the disk is full
                raise InputError(f"cannot write a GeoPackage in {folder} (is the disk full?): {error}") from None
        return path.read_bytes()


def geojson(net: Network) -> bytes:
    """Return the links with all columns as GeoJSON."""
    links = net.links.reset_index(drop=True).replace({float("inf"): None})  # sea is unlimited: JSON knows no infinity
    return str(links.to_json(drop_id=True, ensure_ascii=False)).encode()


WRITERS: dict[str, Callable[[Network], bytes]] = {
    ".csv": arcs_csv,
    ".graphml": graphml,
    ".gpkg": geopackage,
    ".geojson": geojson,
}
