"""GeoPackages as people edit them: layers and columns of any case, other coordinate systems, cells that are none."""

import math
import sqlite3
import struct

import pytest
import shapely

from console import mobility, refused
from hamlet import found
from mobility import Network
from mobility.errors import DataError, InputError
from mobility.model import geopackage
from packages import BORDER, CAMP, PORT, draw, drawn_in, edited, package_of

SITE = 'LOCAL_CS["site",UNIT["metre",1]]'


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return package_of(tmp_path_factory.mktemp("package"))


def same_lines(path, package):
    one, two = Network.load(path).links.geometry, Network.load(package).links.geometry
    return shapely.equals_exact(one.to_numpy(), two.to_numpy(), 1e-6).all()


def test_the_template_as_a_package_is_sound(package):
    assert found(package) == ([], [])


@pytest.mark.parametrize("code", [32634, 3857, 4258, 3035])
def test_a_layer_in_another_system_is_read_in_degrees(package, tmp_path, code):
    path = edited(package, tmp_path, *drawn_in(code, "links", "places"))
    faults, notices = found(path)
    assert faults == []
    assert [n for n in notices if f"[links]:1: is drawn in EPSG:{code}; read in degrees" in n]
    assert same_lines(path, package)


@pytest.mark.parametrize(("statement", "words"), [
    ("UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 999999 WHERE srs_id = 4326", "is none of the earth"),
    (f"UPDATE gpkg_spatial_ref_sys SET organization = '', definition = '{SITE}' WHERE srs_id = 4326", "none of"),
    ("UPDATE gpkg_geometry_columns SET srs_id = -1", "its coordinates are no degrees ("),
])  # fmt: skip
def test_a_layer_in_no_system_of_the_earth_is_one_line(package, tmp_path, statement, words):
    lines = drawn_in(32634, "links") if "srs_id = -1" in statement else ()
    faults, _ = found(edited(package, tmp_path, *lines, statement))
    assert len([f for f in faults if "[links]" in f]) == 1
    assert all(words in f for f in faults)


@pytest.mark.parametrize("names", [("Links", "Places"), ("LINKS", "PLACES")])
def test_layers_and_columns_of_any_case(package, tmp_path, names):
    sql = []
    for name in names:
        sql += [f"ALTER TABLE {name} RENAME TO x", f"ALTER TABLE x RENAME TO {name}"]
    sql += ["ALTER TABLE links RENAME COLUMN length_km TO Length_KM", "ALTER TABLE places RENAME COLUMN lat TO Lat"]
    path = edited(package, tmp_path, *sql, "ALTER TABLE sources RENAME COLUMN id TO ID")
    assert found(path) == ([], [])
    assert Network.load(path).links["length_km"].tolist() == Network.load(package).links["length_km"].tolist()


@pytest.mark.parametrize("column", ["fid_1 INTEGER", "comment TEXT", "photo BLOB", '"a""b" TEXT', '"layer" TEXT'])
def test_a_column_of_somebody_s_own_is_a_notice_that_every_command_gives(package, tmp_path, column):
    fill = f"UPDATE links SET {column.rpartition(' ')[0]} = x'ff00'"
    path = edited(package, tmp_path, f"ALTER TABLE links ADD COLUMN {column}", fill)
    faults, (notice,) = found(path)
    assert faults == []
    assert notice.startswith(f"{path}[links]:1: unknown column ")
    assert notice.endswith(" is not read")
    told = mobility("routes", network=path)
    assert told.exit_code == 0
    assert notice in told.stderr


@pytest.mark.parametrize(("parts", "sound"), [
    ([[PORT, (19.3, 42.2)], [(19.3, 42.2), BORDER]], True),
    ([[BORDER, (19.3, 42.2)], [PORT, (19.3, 42.2)]], True),  # each drawn the other way
    ([[PORT, BORDER]], True),
    ([[PORT, (19.3, 42.2)], [(19.4, 42.2), BORDER]], False),
    ([[PORT, BORDER], [PORT, (19.3, 42.4)], [PORT, (19.0, 42.4)]], False),
])  # fmt: skip
def test_a_line_in_parts_is_one_when_they_meet(package, tmp_path, parts, sound):
    path = edited(package, tmp_path, draw("links", 1, shapely.MultiLineString(parts)))
    faults, _ = found(path)
    message = f"its line is in {len(parts)} parts that do not meet end to end; make it one"
    assert faults == ([] if sound else [f"{path}[links]:1: {message}"])
    if sound:
        line = Network.load(path).links.geometry.iloc[0]
        assert (line.coords[0], line.coords[-1]) == (PORT, BORDER)


def test_a_line_drawn_backwards_is_turned_round(package, tmp_path):
    path = edited(package, tmp_path, draw("links", 2, shapely.LineString([CAMP, (19.9, 42.2), BORDER])))
    assert found(path) == ([], [])
    assert list(Network.load(path).links.geometry.iloc[1].coords) == [BORDER, (19.9, 42.2), CAMP]


def wkb(*numbers):
    return b"GP\0\1" + struct.pack("<iBII", 4326, 1, 2, len(numbers) // 2) + struct.pack(f"<{len(numbers)}d", *numbers)


NO_NUMBER = "its line holds coordinates that are no finite numbers; draw it again"
UNREADABLE = "its geometry cannot be read; draw it again"


@pytest.mark.parametrize(("value", "message"), [
    (wkb(math.nan, 42.1, *BORDER), NO_NUMBER), (wkb(math.inf, 42.1, *BORDER), NO_NUMBER),
    (wkb(*PORT, -math.inf, math.nan, *BORDER), NO_NUMBER),
    (b"garbage", UNREADABLE), (b"", UNREADABLE), (b"GP", UNREADABLE), ("text", UNREADABLE), (5, UNREADABLE),
    (b"GP\0\1" + b"\xff" * 40, UNREADABLE), (wkb(*PORT, *BORDER)[:-3], UNREADABLE), (None, "has no line; draw it"),
])  # fmt: skip
def test_lines_that_are_none(package, tmp_path, value, message):
    path = edited(package, tmp_path, ("UPDATE links SET geom = ? WHERE rowid = 1", (value,)))
    assert found(path)[0] == [f"{path}[links]:1: {message}"]


@pytest.mark.parametrize(("table", "column", "value", "message"), [
    ("places", "name", "CAST(x'ff41fe' AS TEXT)", "name '�A�' holds what is not UTF-8 text; type the cell again"),
    ("places", "note", "CAST(x'41ff' AS TEXT)", "note 'A�' holds what is not UTF-8 text; type the cell again"),
    ("links", "length_km", "'abc'", "length_km 'abc' is not a number"),
    ("links", "length_km", "9e999", "length_km 'inf' is not a finite number"),
    ("links", "length_km", "-9e999", "length_km '-inf' is not a finite number"),
    ("links", "length_km", "NULL", "length_km is missing"),
    ("links", "length_km", "x'00ff'", "length_km '\\x00�' holds what is not UTF-8 text; type the cell again"),
    ("links", "mode", "5", "mode '5' is not one of rail, road, sea"),
    ("links", "tracks", "'01-Feb'", "tracks '01-Feb' is not one of 1, 1-2, 2 but a date: a spreadsheet made it"),
])  # fmt: skip
def test_cells_that_are_none(package, tmp_path, table, column, value, message):
    path = edited(package, tmp_path, f"UPDATE {table} SET {column} = {value} WHERE rowid = 1")
    (fault,) = found(path)[0]
    assert fault.startswith(f"{path}[{table}]:1: {message}")
    refused(mobility("routes", network=path), f"[{table}]:1: ")


@pytest.mark.parametrize(("table", "column"), [("places", "kind"), ("links", "from"), ("links", "source")])
def test_a_huge_cell_is_told_short(package, tmp_path, table, column):
    path = edited(package, tmp_path, f"UPDATE {table} SET \"{column}\" = printf('%.*c', 2000000, 'x') WHERE rowid = 1")
    faults, _ = found(path)
    assert any(column in fault for fault in faults)
    assert all(len(fault) < 1500 for fault in faults)


@pytest.mark.parametrize(("table", "column", "value"), [
    ("links", "lanes", "9223372036854775807"), ("links", "length_km", "1e308"), ("links", "speed_kmh", "1e-300"),
    ("borders", "wait_h", "1e300"), ("places", "accuracy_km", "1e300"), ("projects", "cost_eur_m", "1e10"),
])  # fmt: skip
def test_a_number_out_of_all_measure_is_refused(package, tmp_path, table, column, value):
    path = edited(package, tmp_path, f"UPDATE {table} SET {column} = {value} WHERE rowid = 1")
    (fault,) = found(path)[0]
    assert fault.startswith(f"{path}[{table}]:1: {column} ")
    assert fault.endswith(" is out of all measure (0.0001 to 1e+09)")


def test_yes_and_no_as_booleans(package, tmp_path):
    change = ["ALTER TABLE links DROP COLUMN oneway", "ALTER TABLE links ADD COLUMN oneway BOOLEAN"]
    path = edited(package, tmp_path, *change, "UPDATE links SET oneway = 1 WHERE rowid = 2")
    assert Network.load(path).links["oneway"].tolist() == [False, True, False]


@pytest.mark.parametrize(("statements", "message"), [
    (["ALTER TABLE links RENAME TO l", "CREATE VIEW links AS SELECT * FROM l"], ""),
    (["DROP TABLE links", "CREATE VIEW links AS SELECT * FROM nowhere"], "[links]:1: cannot be read: no such table"),
    (["DROP TABLE links"], "[links]:1: layer is missing: it must hold a row for each of the links, with id, name,"),
    (["DROP TABLE places"], "[places]:1: layer is missing: it must hold a row for each of the places, with id, name,"),
    (["DROP TABLE countries"], "[countries]:1: is missing: list the countries that other tables name (AA, BB): iso2"),
    (["DROP TABLE corridors"], "[corridors]:1: is missing: list the corridors that other tables name (E1): code, name"),
    (["DROP TABLE structures"], ""), (["DROP TABLE gpkg_geometry_columns"], ""), (["DROP TABLE gpkg_contents"], ""),
    (["DELETE FROM places"], "[places]:1: has no rows"),
])  # fmt: skip
def test_tables_that_are_none(package, tmp_path, statements, message):
    path = edited(package, tmp_path, *statements)
    faults, _ = found(path)
    assert [f for f in faults if message in f] == faults[:1] if not message else any(message in f for f in faults)
    if message:
        with pytest.raises(DataError):
            Network.load(path)
    else:
        assert len(Network.load(path).links) == 3


VRT = '<OGRVRTDataSource><OGRVRTLayer name="links"><SrcDataSource>/vsicurl/http://127.0.0.1:1/a</SrcDataSource>'


@pytest.mark.parametrize(("damage", "words"), [
    (lambda _: b"", "is not a GeoPackage"), (lambda data: data[:100], "is no sound GeoPackage"),
    (lambda data: data[: len(data) // 2], "is no sound GeoPackage"), (lambda _: VRT.encode(), "is not a GeoPackage"),
    (lambda data: data[:4096] + bytes(255 - byte for byte in data[4096:]), "is no sound GeoPackage"),
    (lambda _: b'{"type": "FeatureCollection", "features": []}', "is not a GeoPackage"),
])  # fmt: skip
def test_files_that_are_none(package, tmp_path, damage, words):
    """SQLite alone reads them: no driver of GDAL's goes where a file says."""
    path = tmp_path / "n.gpkg"
    path.write_bytes(damage(package.read_bytes()))
    with pytest.raises(InputError, match=words):
        geopackage.layers(path)
    refused(mobility("check", path), words)
    refused(mobility("routes", network=path), words)


def test_what_qgis_has_not_yet_folded_in_is_read(package, tmp_path):
    """An edit of QGIS stands in a file beside (-wal) as long as the package is open there."""
    path = edited(package, tmp_path)
    open_in_qgis = sqlite3.connect(path)
    open_in_qgis.execute("PRAGMA journal_mode = WAL")
    open_in_qgis.execute("UPDATE places SET name = 'New' WHERE rowid = 1")
    open_in_qgis.commit()
    try:
        assert (tmp_path / "edited.gpkg-wal").stat().st_size > 0
        assert Network.load(path).places["name"].iloc[0] == "New"
    finally:
        open_in_qgis.close()


def test_what_is_drawn_of_other_tables_has_no_use(package, tmp_path):
    column = "INSERT INTO gpkg_geometry_columns VALUES ('structures', 'geom', 'POINT', 777, 0, 0)"
    path = edited(package, tmp_path, "ALTER TABLE structures ADD COLUMN geom BLOB", column)
    assert found(path) == ([], [])
    assert "geom" not in Network.load(path).structures


@pytest.mark.parametrize("table", ["places", "links"])
def test_a_text_that_is_called_geometry_is_no_drawing(package, tmp_path, table):
    forget = f"DELETE FROM gpkg_geometry_columns WHERE table_name = '{table}'"
    path = edited(package, tmp_path, forget, f"ALTER TABLE {table} RENAME COLUMN note TO geometry")
    faults, notices = found(path)
    assert faults == []
    assert f"{path}[{table}]:1: unknown column 'geometry' is not read" in notices
    assert len(Network.load(path).links) == 3
