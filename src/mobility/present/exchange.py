"""The network in other programs' formats: arcs as CSV, GraphML, tables as GeoPackage, Parquet, links as GeoJSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mobility.analysis.graph import Graph
from mobility.errors import InputError
from mobility.model.files import as_geopackage, save, write_whole
from mobility.model.parquet import SUFFIX as PARQUET

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


def geojson(net: Network) -> bytes:
    """Return the links with all columns as GeoJSON."""
    links = net.links.reset_index(drop=True).replace({float("inf"): None})  # sea is unlimited: JSON knows no infinity
    return str(links.to_json(drop_id=True, ensure_ascii=False)).encode()


WRITERS: dict[str, Callable[[Network], bytes]] = {
    ".csv": arcs_csv,
    ".graphml": graphml,
    ".gpkg": as_geopackage,
    ".geojson": geojson,
}
SUFFIXES = (*WRITERS, PARQUET)


def export(network: Network, path: str | Path) -> None:
    """Write the network for another program, as `mobility export` does; whole or not at all.

    Parameters
    ----------
    network
        Under its profile (`mixed` when none was applied), with what is closed and built.
    path
        Its suffix says what: .csv (routable arcs: tail, head, link, mode, cost_s), .graphml (the same arcs), .geojson
        (links with all columns), .gpkg or .parquet (a folder; both the tables, as `Network.save` writes them).

    Raises
    ------
    InputError
        When the suffix is another, or the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.casefold()
    if suffix not in SUFFIXES:
        raise InputError(f"cannot export {target.name}: its suffix must be one of {', '.join(SUFFIXES)}")
    if suffix == PARQUET:
        save(network, target)
    else:
        write_whole(target, WRITERS[suffix](network))
