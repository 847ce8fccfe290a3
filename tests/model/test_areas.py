"""Areas in files: where they lie, what they meet, and what is said of what cannot be used."""

import math

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from borderland import AB, active, rich_network
from console import mobility, refused
from drawing import drawn
from mobility.errors import InputError
from mobility.model import areas
from zones import BOX, POINT, changed, collection, feature, frame, store, written

NEAR = shapely.box(10.4, 39.5, 10.6, 40.5)  # over the three links a--b, which run along 40 N
SITE = 'LOCAL_CS["Site grid",UNIT["metre",1]]'


def left_out(path):
    return areas.read(str(path)).left_out


# ------------------------------------------------------------------------------------------------------- what is met


@pytest.mark.parametrize(("shape", "links"), [
    (NEAR, AB),
    (shapely.LineString([(10.5, 39), (10.5, 41)]), AB),  # across
    (shapely.Point(10.5, 40.0005), AB),
    (shapely.MultiPoint([(10.5, 40.0005), (30, 30)]), AB),
    (shapely.MultiLineString([[(10.5, 39), (10.5, 41)], [(13.5, 39), (13.5, 41)]]), [*AB, "c--d-sea"]),
    (shapely.GeometryCollection([NEAR, shapely.Point(13.5, 40)]), [*AB, "c--d-sea"]),
    (shapely.GeometryCollection([shapely.GeometryCollection([NEAR])]), AB),
    (shapely.force_3d(NEAR, 5), AB),
])  # fmt: skip
@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_every_kind_of_shape_closes(tmp_path, shape, links, suffix):
    net = rich_network()
    path = tmp_path / f"zone.{suffix}"
    frame(shape).to_file(path)
    (closure,) = net.close(f"area:{path}").closed
    assert list(closure.links) == links
    assert (closure.left_out, closure.places) == ((), ())


def test_the_whole_globe_is_on_the_globe(tmp_path):
    frame(shapely.box(-180, -90, 180, 90)).to_file(tmp_path / "all.geojson")
    assert not active(rich_network().close(f"area:{tmp_path / 'all.geojson'}"))


def test_layers_and_features_are_closed_together(tmp_path):
    path = tmp_path / "zones.gpkg"
    pyogrio.write_dataframe(frame(NEAR), path, layer="flood")
    pyogrio.write_dataframe(frame(shapely.Point(1502813.1, 4865942.3), crs=3857), path, layer="posts", append=True)
    pyogrio.write_dataframe(frame(shapely.Point(30, 30), name=["Far"]), path, layer="far", append=True)
    store(frame(shapely.Point(5e5, 4e6), crs=None), path, layer="survey", append=True)
    pyogrio.write_dataframe(frame(NEAR).drop(columns="geometry"), path, layer="notes", append=True)
    (closure,) = rich_network().close(f"area:{path}").closed
    assert list(closure.links) == [*AB, "c--d-sea"]
    assert sorted(closure.left_out) == [
        "far: Far (1) meets no link",
        "layer notes is a table without shapes",
        "layer survey has values to 4,000,000: metres, not degrees; give the file a CRS",
    ]


@pytest.mark.parametrize(("metres", "width", "met"), [
    (90, 100, True), (110, 100, False), (110, 120, True), (4900, 5000, True), (5100, 5000, False),
])  # fmt: skip
@pytest.mark.parametrize("lat", [0, 42, -42, 70])
def test_the_width_is_in_metres_wherever_it_is(tmp_path, metres, width, met, lat):
    """A link along a meridian, and a post east of its middle: a degree of longitude shrinks with the cosine."""
    ends = {"a": {"lat": f"{lat - 0.5}", "lon": "20"}, "b": {"lat": f"{lat + 0.5}", "lon": "20"}}
    net = drawn("a -road 10- b", places=ends)
    east = metres / (111_320 * math.cos(math.radians(lat)))
    frame(shapely.Point(20 + east, lat)).to_file(tmp_path / "post.geojson")
    found = areas.meet(net, areas.read(str(tmp_path / "post.geojson")), width)
    assert (found.links == ("a--b-road",)) is met


def test_lines_and_points_close_the_places_beside_them(tmp_path):
    """As around:PLACE does: a post at b closes b."""
    frame(shapely.Point(11, 40.0005)).to_file(tmp_path / "post.geojson")
    net = rich_network().close(f"area:{tmp_path / 'post.geojson'}")
    assert net.places.index[~net.places["active"]].tolist() == ["b"]
    assert not set(active(net)) & {*AB, "b--gate-road", "b--gate-rail"}


def test_far_posts_in_one_file_are_each_measured_near_themselves(tmp_path):
    """Posts 3,000 km apart, each 95 m from its link: true to scale at both."""
    net = drawn("a -road 10- b", "c -road 10- d", "b -road 1- c", places={
        "a": {"lat": "10", "lon": "0"}, "b": {"lat": "11", "lon": "0"},
        "c": {"lat": "60", "lon": "40"}, "d": {"lat": "61", "lon": "40"},
    })  # fmt: skip
    posts = [shapely.Point(95 / (111_320 * math.cos(math.radians(y))) + x, y) for x, y in ((0, 10.5), (40, 60.5))]
    frame(*posts).to_file(tmp_path / "posts.geojson")
    area = areas.read(str(tmp_path / "posts.geojson"))
    assert areas.meet(net, area, 100).links == ("a--b-road", "c--d-road")
    assert areas.meet(net, area, 90).links == ()


@settings(max_examples=30)
@given(x=st.floats(9, 15), y=st.floats(39.9, 40.1), widths=st.tuples(st.floats(1, 1e5), st.floats(1, 1e5)))
def test_a_wider_belt_meets_no_less(x, y, widths):
    net = rich_network()
    area = areas.Area("x", gpd.GeoSeries([shapely.Point(x, y)], index=["post"], crs=4326), [])
    narrow, wide = (set(areas.meet(net, area, width).links) for width in sorted(widths))
    assert narrow <= wide


def test_a_link_over_the_date_line_is_not_drawn_around_the_globe(tmp_path):
    net = drawn("a -road 64- b", places={"a": {"lat": "-16.8", "lon": "179.7"}, "b": {"lat": "-16.8", "lon": "-179.7"}})
    for lon, met in ((179.9, True), (-179.9, True), (0, False), (179.5, False)):
        for shape in (shapely.Point(lon, -16.8), shapely.box(lon - 0.05, -17, lon + 0.05, -16)):
            frame(shape).to_file(tmp_path / "a.geojson")
            found = areas.meet(net, areas.read(str(tmp_path / "a.geojson")), 100)
            assert bool(found.links) is met, (lon, shape)


# ------------------------------------------------------------------------------------------------- where it lies


@pytest.mark.parametrize(("crs", "suffix"), [
    (3857, "gpkg"), (32633, "gpkg"), (32633, "geojson"), (3035, "gpkg"), (4258, "gpkg"), (4326, "shp"), (32633, "shp"),
    (31467, "gpkg"), ("EPSG:32633+5773", "gpkg"), ("OGC:CRS84", "gpkg"), (4807, "gpkg"),  # a datum of grads from Paris
])  # fmt: skip
def test_a_stated_crs_is_taken(tmp_path, crs, suffix):
    path = tmp_path / f"zone.{suffix}"
    frame(NEAR).to_crs(crs).to_file(path)
    assert list(rich_network().close(f"area:{path}").closed[0].links) == AB


METRES = shapely.Point(585_609, 4_780_753)


@pytest.mark.parametrize(("shape", "crs", "words"), [
    (METRES, None, "it has values to 4,780,753: metres, not degrees; give the file a CRS"),
    (METRES, 4326, "it has values to 4,780,753: metres, not degrees; correct its CRS, which says degrees (WGS 84)"),
    (shapely.Point(185, -16), None, "it has values to 185, which are no longitude and latitude in degrees"),
    (shapely.Point(42, 122), None, "it has latitudes to 122: are longitude and latitude swapped?"),
    (NEAR, 32634, "it has values to 40.5, which its CRS (WGS 84 / UTM zone 34N) takes for metres: are they degrees?"),
    (shapely.Point(1e300, 1), 32634, "it has values to 1e+300, which its CRS (WGS 84 / UTM zone 34N) does not place"),
    (NEAR, SITE, "it has a CRS that cannot be turned into degrees; save it in EPSG:4326"),
    (NEAR, 4978, "it has a CRS that cannot be turned into degrees"),  # geocentric
    (NEAR, 5773, "it has a CRS that cannot be turned into degrees"),  # heights alone
])  # fmt: skip
def test_values_that_are_no_degrees(tmp_path, run, shape, crs, words):
    path = tmp_path / "zone.gpkg"
    store(frame(shape, crs=crs), path)
    with pytest.raises(InputError) as caught:
        areas.read(str(path))
    assert str(caught.value).startswith(f"area:{path}: nothing in it can be used: {words}")
    refused(run(f"links -x area:{path}"), words)


def test_a_crs_of_geojson_that_nobody_knows(tmp_path):
    crs = {"type": "name", "properties": {"name": "EPSG:999999"}}
    with pytest.raises(InputError, match="it has a CRS that cannot be turned into degrees"):
        areas.read(str(written(tmp_path / "a", collection(BOX, crs=crs))))


def test_an_area_that_meets_no_link_says_where_it_lies(tmp_path):
    net, path = rich_network(), tmp_path / "zone.geojson"
    swapped = shapely.transform(NEAR, lambda xy: xy[:, ::-1])
    beside = shapely.transform(shapely.box(11.2, 41, 11.4, 42), lambda xy: xy[:, ::-1])  # no link there, but within
    for shape, words in (
        (swapped, "lies at 10.50 N 40.00 E and meets no link of the network, and would the other way round: are lon"),
        (shapely.transform(shapely.Point(10.5, 40), lambda xy: xy[:, ::-1]), "swapped?"),
        (shapely.box(11.4, 40.1, 11.6, 40.2), "lies at 40.15 N 11.50 E and meets no link of the network; the nearest"),
        (shapely.box(11.4, 40.1, 11.6, 40.2), "b–gate (b--gate-road) at 11 km; --allow-empty takes it all the same"),
        (shapely.Point(-70, -40), "it lies at 40.00 S 70.00 W and meets no link of the network; the nearest is a–b"),
        (beside, "it lies at 11.30 N 41.50 E and meets no link"),
    ):  # fmt: skip
        frame(shape).to_file(path)
        with pytest.raises(InputError) as caught:
            net.close(f"area:{path}")
        assert words in str(caught.value)
        assert str(caught.value).startswith(f"-x area:{path} closes nothing: ")
        assert active(net.close(f"area:{path}", allow_empty=True)) == active(net)


# -------------------------------------------------------------------------------- what is left out, and refused

BOW = {"type": "Polygon", "coordinates": [[[10, 39], [11, 41], [11, 39], [10, 41], [10, 39]]]}
EMPTY = {"type": "Polygon", "coordinates": []}
NONE = [[math.nan, 40], [math.inf, 40], [10, -math.inf]]


@pytest.mark.parametrize(("shape", "words"), [
    (None, "has no shape"), (EMPTY, "has no shape"), ({"type": "GeometryCollection", "geometries": []}, "has no shape"),
    *[({"type": "Point", "coordinates": at}, "has coordinates that are no finite numbers") for at in NONE],
    (BOW, "is an invalid polygon (Self-intersection[10.5 40]); mend it, for instance with a buffer of 0"),
    ({"type": "GeometryCollection", "geometries": [POINT, BOW]}, "is an invalid polygon (Self-intersection[10.5 40])"),
    ({"type": "Circle", "coordinates": [1, 2]}, "is no shape of GeoJSON"),
])  # fmt: skip
def test_what_cannot_be_used_is_named_and_the_rest_closes(tmp_path, shape, words):
    path = written(tmp_path / "a.geojson", collection(feature(shape, name="Z"), feature(BOX)))
    (said,) = left_out(path)
    assert said.startswith(f"Z (1) {words}")
    assert list(rich_network().close(f"area:{path}").closed[0].links)[:3] == AB
    with pytest.raises(InputError) as caught:
        areas.read(str(written(path, collection(feature(shape, name="Z")))))
    assert str(caught.value).startswith(f"area:{path}: nothing in it can be used: Z (1) {words}")


def test_one_feature_off_the_globe_is_named(tmp_path):
    far = {"type": "Point", "coordinates": [10.5, 95]}
    assert left_out(written(tmp_path / "a", collection(BOX, far))) == ["feature (2) lies off the globe"]


@pytest.mark.parametrize("text", [collection(), "<kml/>", "<gpx/>"])
def test_files_that_hold_nothing(tmp_path, text):
    path = written(tmp_path / "a.geojson", text)
    with pytest.raises(InputError) as caught:
        areas.read(str(path))
    assert str(caught.value) == f"area:{path}: nothing in it can be used: it holds no shapes"


@pytest.mark.parametrize(("text", "words"), [
    ("/nowhere/a.geojson", "there is no such file"), (".", "there is no such file"), ("/dev/zero", "no such file"),
    ("http://host/a.geojson", "only files of this machine"), ("x" * 5000, "that name is too long"), ("a\0b", "NUL"),
])  # fmt: skip
def test_paths_that_are_no_file(text, words):
    with pytest.raises(InputError) as caught:
        areas.read(text)
    assert words in str(caught.value)


def test_a_broken_file_is_named(tmp_path):
    path = written(tmp_path / "a.geojson", "{")
    with pytest.raises(InputError) as caught:
        areas.read(str(path))
    assert str(caught.value).startswith(f"area:{path}: is no GeoJSON: ")


def test_polygons_alone_for_an_import(tmp_path):
    path = written(tmp_path / "a", collection(feature(BOX), feature(POINT, name="P"), feature(BOW), feature(
        {"type": "GeometryCollection", "geometries": [BOX, POINT]})))  # fmt: skip
    shape, said = areas.polygons(areas.read(str(path)))
    assert shape.equals(shapely.box(10, 39, 11, 41))
    assert [words.split(" (S")[0] for words in said] == [
        "feature (3) is an invalid polygon", "P (2) is no polygon (Point)",
        "feature (4) is no polygon (GeometryCollection)",
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"holds no polygon: P \(1\) is no polygon \(Point\)"):
        areas.polygons(areas.read(str(written(path, collection(feature(POINT, name="P"))))))


def test_what_is_left_out_is_one_line_and_no_library_speaks(tmp_path, small, recwarn, caplog):
    path = changed(tmp_path / "a.gpkg", "UPDATE a SET name = cast(x'ff8e' AS text)")
    pyogrio.write_dataframe(frame(shapely.box(-1, 41.9, 1, 42.1), None, name=["B", "C"]), path, layer="b", append=True)
    result = mobility(f"links -x area:{path} -f csv", network=small)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[1:] == [
        "closed: area a.gpkg: left out b: C (2) has no shape, a: feature (1) meets no link"
    ]
    assert "site-packages" not in result.stderr
    assert not recwarn.list
    assert not caplog.records
