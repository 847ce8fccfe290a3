"""The network in other programs' formats, read back by those programs."""

import csv
import io
import json
from collections import Counter

import geopandas as gpd
import networkx as nx
import pyogrio
import pytest
import shapely

from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.model.network import Network
from mobility.model.tables import SMALL_TABLES
from mobility.present import exchange

CHANGE = {"transfer": "road-rail;road-sea", "transfer_source": "estimate: drawn"}


@pytest.fixture
def net():
    """Twins, a one-way road, a change of mode and the sea, whose speed limit is infinite or unknown."""
    places = {"a": CHANGE | {"lat": "42", "lon": "20"}, "b": CHANGE | {"name": 'Ž "b" <&>\x0b', "lat": "41"}}
    return drawn(
        "a -road 10- b", "a -road 12- b", "a -rail 8- b", "b -road> 5- c", "b -sea 90- d",
        "c -road 1- d status=planned",
        places=places,
    )  # fmt: skip


def read_arcs(net):
    return list(csv.DictReader(io.StringIO(exchange.arcs_csv(net).decode())))


@pytest.mark.parametrize("which", ["drawn", "shipped"])
def test_graphml_has_the_arcs_of_the_csv(net, mixed, which):
    network = net if which == "drawn" else mixed
    rows = read_arcs(network)
    graph = nx.read_graphml(io.BytesIO(exchange.graphml(network)), force_multigraph=True)
    assert graph.is_directed()
    wanted = Counter((r["tail"], r["head"], r["link"], r["mode"], float(r["cost_s"])) for r in rows)
    assert Counter((t, h, d["link"], d["mode"], d["cost_s"]) for t, h, d in graph.edges(data=True)) == wanted
    assert len(graph) == Graph.of(network).size
    for _, node in graph.nodes(data=True):
        place = network.places.loc[node["place"]]
        assert (node["lon"], node["lat"]) == (place["lon"], place["lat"])


def test_csv_keeps_twins_and_one_way_roads(net):
    arcs = Counter((r["link"], r["mode"]) for r in read_arcs(net))
    assert {link: n for (link, _), n in arcs.items() if link} == {
        "a--b-road": 2,
        "a--b-road-2": 2,
        "a--b-rail": 2,
        "b--c-road": 1,
        "b--d-sea": 2,
    }
    assert arcs["", "transfer"] == 2 * 2 + 2  # both ways: road-rail at a and b, road-sea at b


def test_geopackage_opens_in_geopandas_and_here(mixed, tmp_path):
    path = tmp_path / "net.gpkg"
    path.write_bytes(exchange.as_geopackage(mixed))
    assert {name for name, _ in pyogrio.list_layers(path)} == {"places", "links", *SMALL_TABLES}
    for name in ("places", "links"):
        frame, own = gpd.read_file(path, layer=name), getattr(mixed, name)
        assert frame.crs.to_epsg() == 4326
        assert frame["id"].tolist() == own["id"].tolist()
        assert shapely.equals_exact(frame.geometry.values, own.geometry.values).all()
    again = Network.load(path).under("mixed")
    assert read_arcs(again) == read_arcs(mixed)


@pytest.mark.parametrize("which", ["drawn", "shipped"])
def test_geojson_has_every_link_with_its_line(net, mixed, which):
    network = net if which == "drawn" else mixed

    def refuse(word):
        raise AssertionError(word)  # NaN and Infinity are no JSON

    data = json.loads(exchange.geojson(network), parse_constant=refuse)
    assert len(data["features"]) == len(network.links)
    for feature, (key, row) in zip(data["features"], network.links.iterrows(), strict=True):
        assert feature["properties"]["id"] == key
        assert feature["properties"]["length_km"] == row["length_km"]
        assert shapely.geometry.shape(feature["geometry"]).equals(row["geometry"])
