"""The network in other programs' formats, read back by those programs; results as text in every format."""

import csv
import io
import json
import math
from collections import Counter

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.model.network import Network
from mobility.model.tables import SMALL_TABLES
from mobility.present import exchange, tables

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
    path.write_bytes(exchange.geopackage(mixed))
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


FRAME = gpd.GeoDataFrame(
    {
        "name": ["a|b", "x\x1b[31m\ny"],
        "time_h": [1.26, np.nan],
        "axle_t": [math.inf, 22.5],
        "count": pd.array([3, None], dtype="Int64"),
        "open": [True, False],
        "links": ["l1;l2", ""],
    },
    geometry=[shapely.Point(1, 2), None],
    crs=4326,
)
COLUMNS = [c for c in FRAME.columns if c != "geometry"]
ROWS = [
    {"name": "a|b", "time_h": 1.26, "axle_t": None, "count": 3, "open": True, "links": "l1;l2"},
    {"name": "x\x1b[31m\ny", "time_h": None, "axle_t": 22.5, "count": None, "open": False, "links": ""},
]


def test_json_and_geojson_have_plain_values():
    about = {"command": "c", "mean": np.float64("nan"), "of": (np.int64(2), {"x": np.True_})}
    head = {"command": "c", "mean": None, "of": [2, {"x": True}]}
    assert json.loads(tables.write("json", FRAME, about, COLUMNS)) == {**head, "rows": ROWS}
    data = json.loads(tables.write("geojson", FRAME, about, COLUMNS))
    assert data["mobility"] == head
    assert [f["properties"] for f in data["features"]] == ROWS
    assert [f["geometry"] for f in data["features"]] == [{"type": "Point", "coordinates": [1.0, 2.0]}, None]


def test_csv_has_every_column_and_nothing_for_unknown():
    first, *rows = csv.reader(io.StringIO(tables.write("csv", FRAME, {}, ["name"]), newline=""))
    assert first == COLUMNS
    assert rows == [["a|b", "1.26", "", "3", "true", "l1;l2"], [ROWS[1]["name"], "", "22.5", "", "false", ""]]


@pytest.mark.parametrize(("fmt", "first", "second"), [("table", "a|b", "x [31m y"), ("md", r"a\|b", r"x \[31m y")])
def test_text_is_one_line_a_row_and_steers_no_terminal(fmt, first, second):
    text = tables.write(fmt, FRAME, {}, COLUMNS)
    lines = text.splitlines()
    assert len(lines) == 4
    assert not any(c for c in text if c != "\n" and not c.isprintable())
    strip = [" ".join(line.replace(" | ", " ").strip("| ").split()) for line in lines]
    assert strip[0] == "name hours t/axle count open links"
    assert strip[2:] == [f"{first} 1.3 3 yes l1, l2", f"{second} 22.5 no"]


@pytest.mark.parametrize("fmt", tables.FORMATS)
def test_no_rows_is_still_a_result(fmt):
    text = tables.write(fmt, FRAME.iloc[:0], {"n": 0}, COLUMNS)
    assert text.endswith("\n")
    if "json" in fmt:
        data = json.loads(text)
        assert data.get("rows", data.get("features")) == []
    else:
        assert "name" in text.splitlines()[0]
