"""KML and GPX as text: every folder and kind of shape, and what is refused."""

import pytest
import shapely

from mobility.errors import InputError
from mobility.model import markup

KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'
RING = "<LinearRing><coordinates>{}</coordinates></LinearRing>"
SQUARE = (
    f"<Polygon><outerBoundaryIs>{RING.format('10,39,7 10,41,7 11,41,7 11,39,7 10,39,7')}</outerBoundaryIs></Polygon>"
)
BOX = shapely.box(10, 39, 11, 41)
POINT = "<Point><coordinates>10.5,40</coordinates></Point>"


def mark(shape, name="A"):
    return f"<Placemark><name>{name}</name>{shape}</Placemark>"


def read(tmp_path, text):
    path = tmp_path / "a.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return markup.features(path)


@pytest.mark.parametrize(("shape", "expected"), [
    (SQUARE, BOX),
    (SQUARE.replace(",", ", ").replace(" 10", "\n 10"), BOX),  # as some programs break lines
    (POINT, shapely.Point(10.5, 40)),
    ("<LineString><coordinates>10,40 11,40</coordinates></LineString>", shapely.LineString([(10, 40), (11, 40)])),
    (RING.format("10,39 10,41 11,41 10,39"), shapely.LineString([(10, 39), (10, 41), (11, 41), (10, 39)])),
    ("<LineString><coordinates>10,40</coordinates></LineString>", shapely.Point(10, 40)),
    ("<LineString><coordinates/></LineString>", None),
    ("<Model/>", None),
    ("", None),
    (f"<MultiGeometry>{POINT}<MultiGeometry>{SQUARE}</MultiGeometry></MultiGeometry>",
     shapely.GeometryCollection([BOX, shapely.Point(10.5, 40)])),
    ("<gx:Track xmlns:gx='x'><when>1</when><gx:coord>10 40 5</gx:coord><gx:coord>11 40 5</gx:coord></gx:Track>",
     shapely.LineString([(10, 40), (11, 40)])),
    (SQUARE.replace("</Polygon>", f"<innerBoundaryIs>{RING.format('10.2,39.2 10.2,39.8 10.8,39.2 10.2,39.2')}"
     "</innerBoundaryIs></Polygon>"), BOX - shapely.Polygon([(10.2, 39.2), (10.2, 39.8), (10.8, 39.2)])),
])  # fmt: skip
def test_a_placemark(tmp_path, shape, expected):
    (found,) = read(tmp_path, KML.format(mark(shape)))
    assert (found.name, found.fault) == ("A", "")
    assert (found.shape is None and expected is None) or shapely.equals(found.shape, expected)


def test_all_folders_are_read_and_links_are_not_followed(tmp_path):
    inner = f"<Folder><name>2</name>{mark(POINT, 'B')}<NetworkLink><name>L</name></NetworkLink></Folder>"
    text = KML.format(f"<Folder>{mark(SQUARE)}{inner}</Folder>{mark(POINT, 'C')}<GroundOverlay/>")
    assert [(f.name, f.fault) for f in read(tmp_path, text)] == [
        ("A", ""), ("B", ""), ("L", "is not followed (NetworkLink)"), ("C", ""),
        ("GroundOverlay", "is a picture (GroundOverlay)"),
    ]  # fmt: skip


@pytest.mark.parametrize("shape", [
    POINT.replace("40", "x"), POINT.replace(",40", ""), POINT.replace("10.5,40", ""), "<Polygon/>",
    SQUARE.replace("10,41,7 11,41,7 11,39,7 10,39,7", ""), SQUARE.replace("41", "forty"),
])  # fmt: skip
def test_coordinates_that_cannot_be_read_are_told_of_their_placemark(tmp_path, shape):
    found = read(tmp_path, KML.format(mark(shape) + mark(SQUARE, "B")))
    assert [f.fault for f in found] == ["has coordinates that cannot be read", ""]


@pytest.mark.parametrize("text", [
    KML.format(mark(SQUARE, "Niš")).replace('"1.0"', '"1.0" encoding="windows-1250"').encode("cp1250"),
    KML.format(mark(SQUARE, "Niš")).replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"),
    b"\xef\xbb\xbf" + KML.format(mark(SQUARE, "Niš")).encode(),
    KML.format(mark(SQUARE, "Niš")).replace(' xmlns="http://www.opengis.net/kml/2.2"', ""),
    '<k:kml xmlns:k="x"><k:Placemark><k:name>Niš</k:name><k:Point><k:coordinates>1,2</k:coordinates></k:Point>'  # noqa: ISC004
    "</k:Placemark></k:kml>",
])  # fmt: skip
def test_encodings_and_namespaces(tmp_path, text):
    (found,) = read(tmp_path, text)
    assert found.name == "Niš"
    assert found.shape is not None


def test_gpx(tmp_path):
    at = '<{} lat="{}" lon="{}"/>'.format
    text = GPX.format(
        f'<wpt lat="40" lon="10"><name>W</name></wpt><rte><name>R</name>{at("rtept", 40, 10)}'
        f"{at('rtept', 41, 11)}</rte>"
        f"<trk><trkseg>{at('trkpt', 40, 10)}{at('trkpt', 40, 11)}</trkseg><trkseg/><trkseg>{at('trkpt', 1, 2)}</trkseg>"
        f"</trk><trk/>{at('wpt', 'x', 2)}<wpt lon='1'/><metadata/>"
    )
    found = read(tmp_path, text)
    assert [(f.name, f.shape and f.shape.wkt, f.fault) for f in found] == [
        ("W", "POINT (10 40)", ""),
        ("R", "LINESTRING (10 40, 11 41)", ""),
        ("", "GEOMETRYCOLLECTION (LINESTRING (10 40, 11 40), POINT (2 1))", ""),
        ("", None, ""),
        ("", None, "has coordinates that cannot be read"),
        ("", None, "has coordinates that cannot be read"),
    ]


@pytest.mark.parametrize(("text", "words"), [
    ("<html><body/></html>", "is XML of another kind (<html>), neither KML nor GPX"),
    ("<gml:FeatureCollection xmlns:gml='x'/>", "is XML of another kind (<FeatureCollection>)"),
    ("<!DOCTYPE html><html/>", "has a DOCTYPE"),
    ('<!DOCTYPE kml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>', "has a DOCTYPE"),
    (KML.format(mark(SQUARE))[:200], "is no whole KML file (unclosed token: line 1, column "),
    (KML.format(mark(SQUARE)) + "<kml/>", "is no whole KML file (junk after document element"),
    (KML.format("&nothing;"), "is no whole KML file (undefined entity"),
    ("<kml", "is no whole XML file (unclosed token"),
    ("", "is no whole XML file (no element found"),
    ("<", "is no whole XML file"),
    (KML.replace('"1.0"', '"1.0" encoding="klingon"'), "is no whole XML file (unknown encoding"),
    (KML.encode("utf-16")[:-1], "is no whole KML file"),
    (bytes(range(256)), "is no whole XML file"),
])  # fmt: skip
def test_what_is_neither(tmp_path, text, words):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folders_in_folders_without_end(tmp_path):
    assert read(tmp_path, "<kml>" + "<Folder>" * 50_000 + "</Folder>" * 50_000 + "</kml>") == []
