"""An import in one call: the network that the command writes, from a file or an area, however the area is said."""

import json
import logging
import socket

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from extracts import VALLEY, done, shape
from mobility import Network, from_osm, osm_lengths
from mobility.errors import InputError, MobilityError
from overpass_server import Server

BOX = (20.4, 40.8, 20.8, 41.4)


@pytest.fixture
def server():
    server = Server(VALLEY)
    yield server
    server.close()


def test_the_call_is_the_command(tmp_path, shipped):
    path = tmp_path / "valley.gpkg"
    said = []
    told = done(
        "import", "osm", VALLEY, "-o", path, "--snap", "city", "--roads", "primary,trunk", "--simplify", "50"
    ).stderr
    net = from_osm(VALLEY, snap=["city"], roads=["primary", "trunk"], simplify_m=50, like=shipped, tell=said.append)
    again = Network.load(path)
    for table in ("places", "links", "borders", "countries", "sources", "corridors"):
        one, two = (pd.DataFrame(getattr(found, table)) for found in (net, again))
        pd.testing.assert_frame_equal(one, two, obj=table)
    assert said == told.splitlines()[:-2]  # then what was written, and how much
    assert said
    net.save(tmp_path / "own")
    assert shape(Network.load(tmp_path / "own")) == shape(net)


def test_an_area_is_said_in_many_ways(tmp_path, shipped):
    box = (20.4, 41.0, 20.8, 41.2)
    polygon = shapely.box(*box)
    file = tmp_path / "area.geojson"
    frame = gpd.GeoDataFrame(geometry=[polygon], crs=4326)
    frame.to_file(file)
    nets = [
        from_osm(VALLEY, area=area, like=shipped, country="AL")
        for area in (box, polygon, frame, frame.to_crs(3857), file)
    ]
    assert len({json.dumps(shape(net), default=str) for net in nets}) == 1
    assert 0 < len(nets[0].links) < len(from_osm(VALLEY, like=shipped, country="AL").links)


def test_of_a_file_the_polygons_count_and_the_rest_is_told(tmp_path, shipped):
    file, said = tmp_path / "area.gpkg", []
    box = shapely.box(20.4, 41.0, 20.8, 41.2)
    gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box, shapely.Point(20.5, 41.1)], crs=4326).to_file(file)
    net = from_osm(VALLEY, area=file, like=shipped, country="AL", tell=said.append)
    assert shape(net) == shape(from_osm(VALLEY, area=box, like=shipped, country="AL"))
    assert f"{file}: left out B (2) is no polygon (Point)" in said
    gpd.GeoDataFrame(geometry=[shapely.Point(20.5, 41.1)], crs=4326).to_file(file)
    with pytest.raises(InputError, match=r"holds no polygon: feature \(1\) is no polygon \(Point\)"):
        from_osm(VALLEY, area=file, like=shipped, country="AL")


def test_along_a_link(shipped):
    whole = from_osm(VALLEY, like=shipped)
    belt = from_osm(VALLEY, along="corridor:VIII", buffer_km=3, like=shipped)
    assert 0 < len(belt.links) < len(whole.links)


def test_overpass_is_asked_where_there_is_no_file(server, tmp_path, shipped):
    asked = {"area": BOX, "overpass": server.url, "cache": tmp_path / "cache", "like": shipped}
    net = from_osm(**asked)
    assert shape(net) == shape(from_osm(VALLEY, like=shipped))
    assert len(server.asked) == 4
    from_osm(**asked)  # from the cache
    assert len(server.asked) == 4


def test_a_place_by_name_is_looked_for(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(InputError, match=r"cannot reach http://127\.0\.0\.1"):
        from_osm(area="Ohrid", nominatim=url, cache=tmp_path)


def test_what_was_assumed_is_logged(shipped, caplog):
    with caplog.at_level(logging.WARNING, "mobility"):
        from_osm(VALLEY, like=shipped)
    assert any("left out" in text for text in caplog.messages)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "say what to import"),
        ({"file": "nowhere.osm"}, "there is no file nowhere.osm"),
        ({"file": VALLEY, "area": BOX, "along": "corridor:VIII"}, "give one area"),
        ({"file": VALLEY, "area": (20, 41)}, "write west,south,east,north"),
        ({"file": VALLEY, "country": "Albania"}, "the two letters"),
        ({"file": VALLEY, "roads": ["street"]}, "no roads are called 'street'"),
        ({"file": VALLEY, "snap": ["nonesuch"]}, "no place is called 'nonesuch'"),
        ({"file": VALLEY, "like": "nowhere"}, "no network at nowhere"),
    ],
)
def test_what_makes_no_sense(shipped, asked, message):
    with pytest.raises(MobilityError, match=message):
        from_osm(**({"like": shipped} | asked))


def test_lengths_are_those_of_refresh(shipped):
    frame = osm_lengths(shipped, VALLEY)
    rows = json.loads(done("import", "osm", VALLEY, "--refresh", "-f", "json").stdout)["rows"]
    near = frame[frame["state"] != "an end is outside"]
    assert near["link"].tolist() == [row["link"] for row in rows]
