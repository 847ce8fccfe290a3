"""Files of shapes by what they hold: every layer of every format, and what is refused."""

import gzip
import json
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from mobility.errors import InputError
from mobility.model import shapes
from zones import BOX, POINT, changed, collection, feature, frame, written

KML = "<kml><Placemark><name>K</name><LineString><coordinates>10,40 11,40</coordinates></LineString></Placemark></kml>"


def told(layer):
    return [(name, shape and shape.geom_type, layer.faults.get(n)) for n, (name, shape) in
            enumerate(zip(layer.called, layer.shapes, strict=True))]  # fmt: skip


# ------------------------------------------------------------------------------------------------------ GeoJSON


@pytest.mark.parametrize("text", [
    collection(feature(BOX, name="A"), feature(POINT, NAME="B")),
    collection(feature(BOX, Title="A"), feature(POINT, name=None, id="B")),
    "\n".join(json.dumps(f) for f in (feature(BOX, name="A"), feature(POINT, name="B"))),
    "".join(f"\x1e{json.dumps(f)}\n" for f in (feature(BOX, name="A"), feature(POINT, name="B"))),
    "\n".join((collection(feature(BOX, name="A")), "", collection(feature(POINT, name="B")))),
    b"\xef\xbb\xbf" + collection(feature(BOX, name="A"), feature(POINT, name="B")).encode(),
    collection(feature(BOX, name="A"), feature(POINT, name="B")).encode("utf-16"),
])  # fmt: skip
def test_geojson(tmp_path, text):
    (layer,) = shapes.read(written(tmp_path / "a.geojson", text))
    assert told(layer) == [("A", "Polygon", None), ("B", "Point", None)]
    assert (layer.name, layer.crs, layer.fault) == ("a", None, "")


@pytest.mark.parametrize(("shape", "kind"), [
    (BOX, "Polygon"), (POINT, "Point"),
    ({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, "MultiPoint"),
    ({"type": "LineString", "coordinates": [[1, 2, 3], [3, 4, None]]}, None),  # a height that is none
    ({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}, "MultiLineString"),
    ({"type": "MultiPolygon", "coordinates": [BOX["coordinates"]]}, "MultiPolygon"),
    ({"type": "GeometryCollection", "geometries": [POINT, {"type": "GeometryCollection", "geometries": [BOX]}]},
     "GeometryCollection"),
])  # fmt: skip
def test_geometry_alone(tmp_path, shape, kind):
    (layer,) = shapes.read(written(tmp_path / "a", json.dumps(shape)))
    assert told(layer) == [("", kind, None if kind else "is no shape of GeoJSON")]


@pytest.mark.parametrize("shape", [
    {"type": "Circle", "coordinates": [1, 2]}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": None},
    {"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}, {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
    {"type": "Point", "coordinates": ["1", "2"]}, {"type": "Point", "coordinates": [None, 2]},
    {"type": "Point", "coordinates": [1]}, {"type": "Point", "coordinates": [True, 1]},
    {"type": "Point", "coordinates": {"x": 1}}, {"type": "Point", "coordinates": [10**400, 1]},
    {"type": "Point", "coordinates": "ab"}, {"type": "LineString", "coordinates": [[1, 2]]},
    {"type": "GeometryCollection"}, {"type": "GeometryCollection", "geometries": [None]}, {"type": ["Point"]}, {},
])  # fmt: skip
def test_what_is_no_shape_is_told_of_its_feature(tmp_path, shape):
    (layer,) = shapes.read(written(tmp_path / "a.json", collection(feature(shape), feature(BOX))))
    assert told(layer) == [("", None, "is no shape of GeoJSON"), ("", "Polygon", None)]


def test_features_that_are_none(tmp_path):
    text = '{"type": "FeatureCollection", "features": ["a", 5, null, [], {"type": "Feature"}, %s, %s]}'
    path = written(tmp_path / "a", text % (json.dumps(feature(None)), json.dumps({"properties": [1]} | feature(POINT))))
    (layer,) = shapes.read(path)
    assert [fault for _, _, fault in told(layer)] == ["is no shape of GeoJSON"] * 5 + [None, None]


@pytest.mark.parametrize(("text", "words"), [
    ("{", "is no GeoJSON: line 1: "), ('{"type": "FeatureCollection",\n "features": [}', "is no GeoJSON: line 2: "),
    ("{} {}", "is no GeoJSON: line 1: Extra data"), ("{}", "is other JSON, no GeoJSON"), ("[1, 2]", "is other JSON"),
    ('{"type": "FeatureCollection", "features": {}}', "no GeoJSON"), ('{"type": 5}', "is other JSON"),
    ('{"type": "Topology", "arcs": []}', "is TopoJSON, no GeoJSON"),
    ('{"geometryType": "esriGeometryPoint", "features": []}', "is Esri JSON, no GeoJSON"),
    ('{"type": "gdal_streamed_alg", "command_line": "x"}', "is a list of GDAL commands, no GeoJSON"),
    ('{"type": "Point", "coordinates": [%s, 1]}' % ("9" * 5000), "a number in it has thousands of digits"),
    ('{"type": "FeatureCollection", "features": ' + "[" * 100_000, "is too large or too deep to be read"),
    ('{"type": "GeometryCollection", "geometries": [' * 3000 + json.dumps(POINT) + "]}" * 3000, "too deep"),
    ('{"name": "Niš"}'.encode("cp1250"), "is not UTF-8 text; save it as UTF-8"),
    ("", "is none of GeoJSON, GeoPackage, KML, KMZ, GPX, shapefile"), ("id,lat\n1,2\n", "is none of GeoJSON"),
    ("5", "is none of GeoJSON"), (b"%PDF-1.4", "is none of GeoJSON"), (b"\x89PNG\r\n", "is none of GeoJSON"),
    (gzip.compress(b"{}", mtime=0), "is packed with gzip; unpack it"),
    ("<OGRVRTDataSource/>", "is XML of another kind (<OGRVRTDataSource>)"),
])  # fmt: skip
def test_files_that_are_none(tmp_path, text, words):
    for name in ("a.geojson", "a.gpkg", "a"):
        with pytest.raises(InputError) as caught:
            shapes.read(written(tmp_path / name, text))
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("crs", "expected"), [
    (None, None), ("EPSG:32634", "EPSG:32634"), ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84"),
    ("+proj=longlat +nadgrids=http://host/grid", InputError), ("PROJCS[...]", InputError), (5, InputError),
])  # fmt: skip
def test_the_crs_that_geojson_states(tmp_path, crs, expected):
    path = written(tmp_path / "a", collection(BOX, crs=crs and {"type": "name", "properties": {"name": crs}}))
    if expected is InputError:
        with pytest.raises(InputError, match="states its CRS in a way that is not known"):
            shapes.read(path)
    else:
        assert shapes.read(path)[0].crs == expected


@pytest.mark.parametrize("crs", [[1], "EPSG:4326", {}, {"type": "link", "properties": {"href": "http://host/"}}])
def test_a_crs_of_another_form(tmp_path, crs):
    with pytest.raises(InputError, match="states its CRS in a way that is not known"):
        shapes.read(written(tmp_path / "a", collection(BOX, crs=crs)))


# ------------------------------------------------------------------------------------- GeoPackage and shapefile


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.zip", "a", "sp ace#%20.gpkg", "ur!gent!.gpkg"])
def test_all_layers_of_a_geopackage_whatever_its_name(tmp_path, name):
    path = tmp_path / "zones.gpkg"
    pyogrio.write_dataframe(frame(shapely.Point(1, 2, 3), name=["P"]), path, layer="first")
    pyogrio.write_dataframe(frame(shapely.box(0, 0, 1, 1), crs=32634, Name=["Ž"]), path, layer="Żół 'x'", append=True)
    pyogrio.write_dataframe(frame(None).drop(columns="geometry"), path, layer="table", append=True)
    pyogrio.write_dataframe(frame().astype({"n": int}), path, layer="none", append=True, geometry_type="Polygon")
    pyogrio.write_dataframe(frame(None, shapely.Polygon()), path, layer="empty", append=True, geometry_type="Polygon")
    path = path.rename(tmp_path / name)
    found = {layer.name: layer for layer in shapes.read(path)}
    first, second, table, none, empty = (found.pop(key) for key in ("first", "Żół 'x'", "table", "none", "empty"))
    assert not found
    assert told(first) == [("P", "Point", None)]
    assert not first.shapes[0].has_z
    assert told(second) == [("Ž", "Polygon", None)]
    assert second.crs.to_epsg() == 32634
    assert (told(table), table.fault) == ([], "is a table without shapes")
    assert told(none) == []
    assert [(shape is None or shape.is_empty) for shape in empty.shapes] == [True, True]


def test_a_geopackage_of_an_undefined_crs_states_none(tmp_path):
    for number in ("-1", "0"):
        update = [f"UPDATE {table} SET srs_id = {number}" for table in ("gpkg_geometry_columns", "gpkg_contents")]
        path = changed(tmp_path / f"{number}.gpkg", *update)
        assert shapes.read(path)[0].crs is None


def test_a_cell_that_cannot_be_read_costs_its_own_value_only(tmp_path):
    (layer,) = shapes.read(changed(tmp_path / "a.gpkg", "UPDATE a SET name = cast(x'ff8e' AS text)"))
    assert told(layer) == [("", "Polygon", None)]
    (layer,) = shapes.read(changed(tmp_path / "b.gpkg", "UPDATE a SET geom = x'47500001E61000000103FFFF'"))
    assert layer.shapes == [None]


def test_shapefiles(tmp_path):
    frame(shapely.box(10, 39, 11, 41), name=["Niš"]).to_file(tmp_path / "a.shp")
    assert told(shapes.read(tmp_path / "a.shp")[0]) == [("Niš", "Polygon", None)]
    for suffix in ("shp", "shx"):
        written(tmp_path / f"B.{suffix.upper()}", (tmp_path / f"a.{suffix}").read_bytes())
    (layer,) = shapes.read(tmp_path / "B.SHP")  # neither .dbf nor .prj
    assert (told(layer), layer.crs) == ([("", "Polygon", None)], None)
    for suffix in ("shx", "dbf", "prj", "cpg"):
        with pytest.raises(InputError, match=r"is part of a shapefile; name its \.shp"):
            shapes.read(tmp_path / f"a.{suffix}")
    with pytest.raises(InputError, match="is a shapefile by another name"):
        shapes.read(written(tmp_path / "a.geojson", (tmp_path / "a.shp").read_bytes()))


@pytest.mark.parametrize(("name", "data"), [
    ("a.shp", b"\x00\x00\x27\x0a"), ("a.shp", b"\x00\x00\x27\x0a" + bytes(300)),
    ("a.gpkg", b"SQLite format 3\0" + bytes(52) + b"GPKG"), ("a.gpkg", b"SQLite format 3\0" + bytes(52) + b"GPKG" * 99),
])  # fmt: skip
def test_damaged_ones(tmp_path, name, data):
    with pytest.raises(InputError, match="is damaged, or no GeoPackage or shapefile"):
        shapes.read(written(tmp_path / name, data))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_cut_ones_are_refused_or_read(tmp_path, share):
    frame(shapely.box(10, 39, 11, 41)).to_file(tmp_path / "whole.gpkg")
    frame(shapely.box(10, 39, 11, 41)).to_file(tmp_path / "whole.shp")
    for name in ("whole.gpkg", "whole.shp"):
        path = tmp_path / name
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        try:
            assert shapes.read(path)
        except InputError as error:
            assert "damaged" in str(error) or "is none of" in str(error)  # noqa: PT017 - either is right


# ------------------------------------------------------------------------------------------------------ archives


def archive(path, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", ".").replace("_in_", "/"), data)
    return path


def test_all_files_of_an_archive(tmp_path):
    frame(shapely.box(10, 39, 11, 41), name=["S"]).to_file(tmp_path / "s.shp")
    parts = {f"z_in_s__{suffix}": (tmp_path / f"s.{suffix}").read_bytes() for suffix in ("shp", "shx", "dbf", "prj")}
    path = archive(
        tmp_path / "a.kmz", doc__kml=KML, b_in_more__kml=KML.replace("K<", "L<"), c__geojson=collection(POINT),
        s__shp__xml="<metadata/>", files_in_icon__png=b"\x89PNG", README__txt="x", d__json='{"version": 1}',
        e__kml="<kml", **parts,
    )  # fmt: skip
    found = shapes.read(path)
    assert [(layer.name, layer.called, layer.fault) for layer in found] == [
        ("more", ["L"], ""), ("c", [""], ""), ("d.json", [], "is other JSON, no GeoJSON"), ("doc", ["K"], ""),
        ("e.kml", [], found[4].fault), ("s", ["S"], ""),
    ]  # fmt: skip
    assert found[4].fault.startswith("is no whole XML file")


def test_an_archive_writes_only_into_its_own_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("../../evil.geojson", collection(POINT))
        packed.writestr(f"{tmp_path}/evil.geojson", collection(POINT))
    assert len(shapes.read(tmp_path / "a.zip")) == 2
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.zip"]
    assert not (tmp_path.parent / "evil.geojson").exists()


def test_archives_that_cannot_be_used(tmp_path):
    whole = archive(tmp_path / "a.kmz", doc__kml=KML).read_bytes()
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    torn = bytearray(whole)
    torn[50] ^= 255
    for data in (whole[:100], bytes(locked), bytes(torn)):
        with pytest.raises(InputError, match=r"is an archive that cannot be unpacked \("):
            shapes.read(written(tmp_path / "b.kmz", data))
    assert shapes.read(archive(tmp_path / "c.zip")) == []
    assert shapes.read(archive(tmp_path / "d.zip", a__kmz=whole)) == []  # an archive in an archive is not opened


def test_an_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(shapes, "_MOST_MB", 1)
    with pytest.raises(InputError, match="unpacks to more than 1 MB"):
        shapes.read(archive(tmp_path / "a.zip", a__geojson=b" " * (2**20 + 1)))
    with pytest.raises(InputError, match="is larger than 1 MB"):
        shapes.read(written(tmp_path / "a.geojson", "{" + " " * 2**20))


def test_kml_and_gpx_are_layers_too(tmp_path):
    (layer,) = shapes.read(written(tmp_path / "a.geojson", KML.replace("</kml>", "<NetworkLink/></kml>")))
    assert told(layer) == [("K", "LineString", None), ("NetworkLink", None, "is not followed (NetworkLink)")]
    assert np.isfinite(shapely.get_coordinates(layer.shapes[0])).all()
