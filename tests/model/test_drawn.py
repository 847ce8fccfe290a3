"""Points and lines as drawn against lat, lon and length_km: told, and one of them counts."""

import json
import re
import shutil
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from console import mobility, refused
from hamlet import found
from mobility import Network, check, new
from mobility.errors import InputError
from mobility.model import drawn
from mobility.model.sphere import great_circle_km
from packages import BORDER, CAMP, PORT, draw, edited, package_of

AWAY = (20.0, 42.8)  # 55.6 km north of the camp
DETOUR = shapely.LineString([BORDER, (19.8, 44.3), CAMP])


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return package_of(tmp_path_factory.mktemp("package"))


@pytest.fixture
def dragged(package, tmp_path):
    """The point of the camp dragged, as QGIS does it: the columns stay."""
    return edited(package, tmp_path, draw("places", 3, shapely.Point(AWAY)))


@pytest.fixture
def redrawn(package, tmp_path):
    return edited(package, tmp_path, draw("links", 2, DETOUR))


def km_of(path, *trust):
    """How long the way from the port to the camp is."""
    (row,) = json.loads(mobility(["--network", str(path), *trust, "routes", "-f", "json"]).stdout)["rows"]
    return row["length_km"]


def test_a_dragged_point_is_told_with_its_distance(dragged):
    faults, (notice,) = found(dragged)
    assert faults == []
    assert notice.startswith(
        f"{dragged}[places]:3: example-camp is drawn 55.60 km from its lat and lon; the columns count"
    )
    assert notice.endswith("or take the drawing with --trust geometry")
    told = mobility("routes", network=dragged)
    assert notice in told.stderr
    assert Network.load(dragged).places.at["example-camp", "lat"] == 42.3


def test_who_says_that_the_columns_count_is_not_told_at_every_command(dragged):
    net = ["--network", str(dragged), "--trust", "columns"]
    assert "is drawn" not in mobility([*net, "routes"]).stderr
    assert "is drawn 55.60 km" in mobility([*net, "check"]).stdout


def test_a_dragged_point_that_is_trusted_moves_the_place_and_its_lines_follow(dragged):
    told = mobility(f"check {dragged} --trust geometry")
    assert told.exit_code == 0
    assert "example-camp is taken where it is drawn: 55.60 km from its lat and lon" in told.stdout
    net = Network.load(dragged, trust="geometry")
    assert (net.places.at["example-camp", "lon"], net.places.at["example-camp", "lat"]) == AWAY
    assert list(net.links.geometry.iloc[1].coords) == [BORDER, AWAY]
    km = great_circle_km(*BORDER, *AWAY)
    assert km_of(dragged, "--trust", "geometry") == pytest.approx(52.5 + km, abs=0.001)


def test_a_line_that_did_not_end_at_a_moved_place_does_not_follow_it(package, tmp_path):
    elsewhere = shapely.LineString([BORDER, (20.1, 42.5)])
    path = edited(package, tmp_path, draw("places", 3, shapely.Point(AWAY)), draw("links", 2, elsewhere))
    told = mobility(f"check {path} --trust geometry")
    assert told.exit_code == 1
    assert "[links]:2: its line ends 34.3 km from example-camp" in told.stdout
    refused(mobility(["--network", str(path), "--trust", "geometry", "routes"]), "its line ends 34.3 km from")


def test_point_and_line_moved_together_and_trusted_are_a_network(package, tmp_path):
    line = shapely.LineString([BORDER, AWAY])
    path = edited(package, tmp_path, draw("places", 3, shapely.Point(AWAY)), draw("links", 2, line))
    net = Network.load(path, trust="geometry")
    place, link = net.places.loc["example-camp"], net.links.loc["example-border-camp-road"]
    assert (place["lon"], place["lat"]) == AWAY
    assert place.geometry.coords[0] == AWAY
    km = great_circle_km(*BORDER, *AWAY)
    assert link["length_km"] == round(km, 3)
    assert link["length_source"] == drawn.BY_DRAWING
    other = net.links.loc["example-port-border-road"]
    assert (other["length_km"], other["length_source"]) == (52.5, "")  # nothing of it was moved


def test_a_redrawn_line_is_told_with_both_lengths(redrawn):
    faults, (notice,) = found(redrawn)
    km = great_circle_km(*BORDER, 19.8, 44.3) + great_circle_km(19.8, 44.3, *CAMP)
    assert faults == []
    says = f"example-border-camp-road is {km:.1f} km as drawn, but length_km is 41; the columns count"
    assert notice.startswith(f"{redrawn}[links]:2: {says}")
    assert km_of(redrawn) == 93.5
    assert km_of(redrawn, "--trust", "columns") == 93.5
    assert km_of(redrawn, "--trust", "geometry") == pytest.approx(52.5 + km, abs=0.001)
    assert notice in mobility("links", network=redrawn).stderr


@pytest.mark.parametrize(("stated", "line", "told"), [
    ("50", [BORDER, CAMP], False),  # 34.7 km straight: a road is longer than a line of two points
    ("500", [BORDER, CAMP], False), ("500", [BORDER, (19.8, 42.3), CAMP], True),
    ("60", [BORDER, (19.8, 42.3), CAMP], False),
    ("35", [BORDER, (19.8, 42.4), CAMP], False), ("35", [BORDER, (19.8, 42.6), CAMP], True),
])  # fmt: skip
def test_how_far_a_length_may_be_from_the_line(package, tmp_path, stated, line, told):
    change = f"UPDATE links SET length_km = {stated} WHERE rowid = 2"
    path = edited(package, tmp_path, change, draw("links", 2, shapely.LineString(line)))
    faults, notices = found(path)
    assert faults == []
    assert len(notices) == told


@pytest.mark.parametrize(("metres", "told"), [(0, False), (5, False), (20, True), (300, True)])
def test_how_far_a_point_may_be_from_its_columns(package, tmp_path, metres, told):
    path = edited(package, tmp_path, draw("places", 3, shapely.Point(CAMP[0], CAMP[1] + metres / 111_195)))
    assert len(found(path)[1]) == told


@pytest.mark.parametrize("trust", [None, "columns", "geometry"])
@pytest.mark.parametrize("change", [
    ["UPDATE places SET lat = NULL, lon = NULL WHERE rowid = 3"], ["UPDATE places SET lat = NULL WHERE rowid = 3"],
    ["ALTER TABLE places DROP COLUMN lat", "ALTER TABLE places DROP COLUMN lon"],
])  # fmt: skip
def test_a_place_drawn_without_lat_and_lon_lies_where_it_is_drawn(package, tmp_path, trust, change):
    path = edited(package, tmp_path, *change)
    faults, (notice,) = found(path)
    assert faults == []
    assert notice.startswith(f"{path}[places]:1: lat or lon is empty; taken where they are drawn: example-")
    net = Network.load(path, trust=trust)
    assert (net.places.at["example-camp", "lon"], net.places.at["example-camp", "lat"]) == CAMP


def test_a_length_left_empty_is_that_of_the_line_when_the_drawing_is_trusted(package, tmp_path):
    path = edited(package, tmp_path, "UPDATE links SET length_km = NULL WHERE rowid = 2")
    assert [f for f in found(path)[0] if f.endswith("length_km is missing")]
    net = Network.load(path, trust="geometry")
    assert net.links["length_km"].iloc[1] == round(great_circle_km(*BORDER, *CAMP), 3)


@pytest.mark.parametrize("shape", [shapely.Point(), shapely.Point(np.inf, 42), shapely.Point(np.nan, np.nan), None])
def test_a_place_drawn_nowhere_lies_where_its_columns_say(package, tmp_path, shape):
    value = ("UPDATE places SET geom = NULL WHERE rowid = 3",) if shape is None else draw("places", 3, shape)
    path = edited(package, tmp_path, value)
    for trust in (None, "geometry"):
        assert Network.load(path, trust=trust).places.at["example-camp", "lat"] == 42.3


def test_a_place_drawn_as_something_else_is_told(package, tmp_path):
    path = edited(package, tmp_path, draw("places", 3, shapely.Point(CAMP).buffer(0.1)))
    faults, (notice,) = found(path)
    assert faults == []
    assert notice.endswith("is drawn as a Polygon, not as a point; lat and lon count")


def folder_with(lines, tmp_path, **more):
    home = new(tmp_path / "net")
    ids = ["example-port-border-road", "example-border-camp-road", "example-port-border-motorway-new"]
    features = [
        {"type": "Feature", "properties": {"id": key}, "geometry": shapely.geometry.mapping(line)}
        for key, line in zip(ids, lines, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features} | more)
    (home / "links.geojson").write_text(text, encoding="utf-8")
    return home


STRAIGHT = shapely.LineString([PORT, BORDER])


def test_the_lines_of_a_folder_are_held_against_its_lengths_too(tmp_path):
    home = folder_with([STRAIGHT, DETOUR, STRAIGHT], tmp_path)
    faults, (notice,) = found(home)
    assert faults == []
    assert re.search(r"links.csv:3: example-border-camp-road is 45\d\.\d km as drawn, but length_km is 41", notice)
    assert Network.load(home, trust="geometry").links["length_km"].iloc[1] > 440


def test_the_lines_of_a_folder_in_parts_and_in_another_system(tmp_path):
    parts = shapely.MultiLineString([[BORDER, (19.8, 42.3)], [(19.8, 42.3), CAMP]])
    home = folder_with([STRAIGHT, parts, STRAIGHT], tmp_path)
    assert found(home) == ([], [])
    shutil.rmtree(home)
    move = Transformer.from_crs(4326, 32634, always_xy=True).transform
    metres = [shapely.LineString([move(*a), move(*b)]) for a, b in ((PORT, BORDER), (BORDER, CAMP), (PORT, BORDER))]
    home = folder_with(metres, tmp_path, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32634"}})
    faults, (notice,) = found(home)
    assert faults == []
    assert notice == f"{home}/links.geojson:1: is drawn in EPSG:32634; read in degrees"
    shutil.rmtree(home)
    (only,) = found(folder_with(metres, tmp_path))[0]
    assert "links.geojson:1: its coordinates are no degrees" in only


@pytest.mark.parametrize("trust", ["geom", "", "Columns"])
def test_another_word_is_refused(package, trust):
    with pytest.raises(InputError, match="trust is columns or geometry"):
        check(package, trust=trust)
    refused(mobility(["--network", str(package), "--trust", trust or "x", "routes"]), "'columns', 'geometry'")


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=2, max_size=6))
def test_a_line_is_as_long_as_its_pieces(points):
    km = sum(float(great_circle_km(*a, *b)) for a, b in pairwise(points))
    lines = np.array(
        [shapely.LineString(points), None, shapely.Point(1, 1), shapely.LineString(points[::-1])], dtype=object
    )
    length = drawn.drawn_km(lines)
    assert length[[0, 3]] == pytest.approx([km, km])
    assert np.isnan(length[[1, 2]]).all()
