"""Curated links measured again: old against new, nothing written."""

import json
import shutil
from dataclasses import replace

import pytest
import shapely

from extracts import VALLEY, done, drawn_osm
from mobility import Network
from mobility.model.files import default_folder
from mobility.model.network import CRS
from mobility.model.tables import checksum
from mobility.sources.extract import Selection
from mobility.sources.files import read
from mobility.sources.refresh import FOUND, NO_WAY, OUTSIDE, refresh
from mobility.sources.ways import parse


@pytest.fixture(scope="module")
def ways():
    return parse(read(VALLEY, Selection(borders=False)), None, lambda _: None, "AL")


@pytest.fixture
def curated(shipped):
    """Return a network with one road between two points (latitude, longitude), with cells of its own."""

    def make(a=(41.10, 20.50), b=(41.10, 20.64), line=((20.50, 41.10), (20.64, 41.10)), **cells):
        places = shipped.places.loc[["durres", "tirana"]].assign(lat=[a[0], b[0]], lon=[a[1], b[1]])
        cells = {"from": "durres", "to": "tirana", "length_km": 12.0, "status": "open", "mode": "road"} | cells
        links = shipped.links.iloc[:1].assign(**cells).set_geometry([shapely.LineString(line)], crs=CRS)
        return replace(shipped, places=places, links=links)

    return make


def test_the_length_of_the_shortest_way(curated, ways):
    (row,) = refresh(curated(), ways).itertuples()
    assert row.new_km == pytest.approx(11.76, abs=0.01)
    assert (row.old_km, row.change_pct, row.state) == (12.0, -2.0, FOUND)
    assert (row.from_off_km, row.to_off_km) == (0, 0)
    assert row.line_off_km == pytest.approx(0, abs=0.01)
    assert row.geometry.coords[0] == (20.50, 41.10)


def test_the_way_from_a_place_beside_it_counts(curated, ways):
    beside = curated(b=(41.11, 20.64), line=((20.50, 41.10), (20.64, 41.11)))
    (row,) = refresh(beside, ways).itertuples()
    assert row.to_off_km == pytest.approx(1.11, abs=0.01)
    assert row.new_km == pytest.approx(11.76 + 1.11, abs=0.02)


def test_the_way_keeps_to_the_line(curated, ways):
    """The line goes round by the north; close to it there is no other way, and that one is one-way."""
    east, west = (41.10, 20.56), (41.10, 20.54)
    north = [(20.56, 41.10), (20.56, 41.14), (20.54, 41.14), (20.54, 41.10)]
    found = [
        refresh(curated(a=a, b=b, line=line), ways, belt_km=km).iloc[0][["new_km", "state", "line_off_km"]].tolist()
        for a, b, line, km in (
            (east, west, north, 0.3),
            (west, east, north[::-1], 0.3),
            (west, east, north[::-1], 5),
        )
    ]
    assert found[0] == [pytest.approx(4.44 + 1.68 + 4.44, abs=0.02), FOUND, pytest.approx(0, abs=0.01)]
    assert found[1][1] == NO_WAY
    assert found[2] == [pytest.approx(1.68, abs=0.01), FOUND, pytest.approx(4.45, abs=0.02)]  # it strays, which is told


def test_one_way_streets_are_kept_to(curated, ways):
    """From 42 to 43 goes the one-way street; from 43 to 42 only the way round."""
    line = ((20.56, 41.14), (20.54, 41.14))
    there, back = (
        refresh(curated(a=(41.14, x), b=(41.14, y), line=way), ways)["new_km"].iloc[0]
        for x, y, way in ((20.56, 20.54, line), (20.54, 20.56, line[::-1]))
    )
    assert there == pytest.approx(1.68, abs=0.01)
    assert back == pytest.approx(4.44 + 1.68 + 4.44, abs=0.02)
    cut = refresh(curated(a=(41.14, 20.54), b=(41.14, 20.56), line=line[::-1]), ways, belt_km=1.0)
    assert cut["state"].tolist() == [NO_WAY]


def test_what_is_elsewhere(curated, ways):
    far = curated(a=(42, 20), b=(42, 21), line=((20, 42), (21, 42)))
    assert refresh(far, ways)["state"].tolist() == [OUTSIDE]
    assert refresh(curated(status="planned"), ways).empty


@pytest.mark.parametrize("fmt", ["table", "json", "csv", "geojson", "md"])
def test_the_command_prints_and_writes_nothing(tmp_path, fmt):
    folder = tmp_path / "net"
    shutil.copytree(default_folder(), folder)
    before = checksum(folder)
    words = ("import", "osm", VALLEY, "--refresh", "--buffer", "8km", "--max-snap", "8km", "-f", fmt)
    result = done("--network", folder, *words)
    assert checksum(folder) == before
    assert "Nothing was changed" in result.stderr
    if fmt == "json":
        whole = json.loads(result.stdout)
        assert sum(whole["summary"]["states"].values()) == sum(
            (net := Network.load(folder)).links["mode"].isin(["road", "rail"]) & (net.links["status"] == "open")
        )
        assert all({"link", "old_km", "new_km", "change_pct"} <= set(row) for row in whole["rows"])
        assert any(row["state"] == FOUND for row in whole["rows"])


def test_no_road_is_measured_over_a_ferry(curated, tmp_path):
    points = {1: (41.10, 20.50), 2: (41.10, 20.64), 3: (41.16, 20.57)}
    ways = "10: 1 3 2; highway=primary", "11: 1 2; route=ferry motor_vehicle=yes"
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, *ways))
    found = parse(read(tmp_path / "a.osm", Selection(borders=False)), None, lambda _: None, "AL")
    assert refresh(curated(), found).iloc[0]["new_km"] == pytest.approx(17.8, abs=0.1)  # round by the north
