"""Reading tables: files that are none, headers, cells, the schema, GeoPackages; one thing broken at a time."""

import json
import math
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from hamlet import TABLES, add, at, draw, faults, features, found, header_of, load, put, row_of, save
from mobility.cli import cli
from mobility.errors import DataError, InputError
from mobility.model.files import default_folder, read
from mobility.model.names import fold
from mobility.model.network import Network
from mobility.model.tables import checksum, read_schema
from mobility.vocabulary import split


def reshape(folder, table, change):
    """Change the text lines of a table; return its file and the number of lines."""
    file = folder / f"{table}.csv"
    lines = change(file.read_text(encoding="utf-8").splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file, len(lines)


def test_every_shipped_row_has_a_source():
    sources = load(default_folder(), "sources")
    assert all(row["publisher"] and row["licence"] for row in sources)
    listed = {row["id"] for row in sources}
    for table in set(TABLES) - {"sources"}:
        for row in load(default_folder(), table):
            words = split(row["source"])
            assert words, (table, row)
            assert all(w in listed or w.startswith(("estimate: ", "https://", "http://")) for w in words), (table, row)


@pytest.mark.parametrize("table", ["places", "links", "projects", "structures", "sources"])
def test_shipped_ids_are_distinct_when_folded(table):
    ids = [row["id"] for row in load(default_folder(), table)]
    assert len({fold(key) for key in ids} - {""}) == len(ids)


def test_every_shipped_number_has_a_unit_in_the_schema():
    rows = load(default_folder(), "schema")
    assert all(row["unit"] for row in rows if row["type"] in {"number", "integer"})
    described = {row["table"] for row in rows}
    beside = {"cases", "timings", "closures", "repairs", "requirements"}  # no part of a network
    assert described == {*TABLES, *beside}
    for table in described:
        columns = list(load(default_folder(), table)[0])
        assert set(columns) <= {row["column"] for row in rows if row["table"] == table}


@pytest.mark.parametrize("coordinates", [
    [], [[19.0, 41.0]], 5, [[19.0], [20.0]],
    *([[20, 41], [bad, 41], [20, 42]] for bad in (math.nan, math.inf, None, "x")),
])  # fmt: skip
def test_line_without_points_or_finite_numbers(net, coordinates):
    where = draw(net, "v-twin", coordinates)
    number = int(where.rpartition(":")[2]) - 1
    assert faults(net) == [
        f"{put(net, 'links')}: has no line in links.geojson",
        f"{where}: feature {number} is not a LineString of finite numbers with a property 'id'",
    ]


def test_line_of_an_unknown_link(net):
    where = draw(net, "v-nothing", at(net, "v-a", "v-b"))
    assert faults(net) == [f"{where}: line of unknown link 'v-nothing'"]


@pytest.mark.parametrize("feature", [
    "5", "null", '{"type":"Feature"}', '{"properties":null,"geometry":null}',
    '{"properties":{"id":["v-twin"]},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}',
])  # fmt: skip
def test_feature_that_is_none(net, feature):
    lines = features(net)
    key = json.loads(lines[1].rstrip(","))["properties"]["id"]
    lines[1] = f"{feature},"
    (net / "links.geojson").write_text("\n".join(lines), encoding="utf-8")
    assert faults(net) == [
        f"{put(net, 'links', key)}: has no line in links.geojson",
        f"{net}/links.geojson:2: feature 1 is not a LineString of finite numbers with a property 'id'",
    ]


@pytest.mark.parametrize(("text", "message"), [
    (b"", "1: is not JSON: Expecting value"),
    (b"{\n\n", "3: is not JSON: Expecting property name enclosed in double quotes"),
    (b"\x00\xff\xfe", "1: is not UTF-8 text; save the file as UTF-8"),
    *((text, "1: is not a GeoJSON FeatureCollection") for text in (b"{}", b"[]", b'{"features": 5}')),
])  # fmt: skip
def test_lines_file_that_is_none(net, text, message):
    (net / "links.geojson").write_bytes(text)
    assert faults(net) == [f"{net}/links.geojson:{message}"]


def test_folder_without_lines_is_sound_and_drawn_straight(net):
    (net / "links.geojson").unlink()
    assert faults(net) == []
    assert list(Network.load(net).links.geometry["v-twin"].coords) == [*map(tuple, at(net, "v-a", "v-b"))]


@pytest.mark.parametrize("table", TABLES)
def test_files_that_are_no_table(net, table):
    """One fault at the line, and none that only follows from the table being unread."""
    file = net / f"{table}.csv"
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([*lines[:-2], lines[-2] + b"\xff", b""]))
    (only,) = faults(net)
    assert only.startswith(f"{file}:{len(lines) - 1}: is not UTF-8 text (a cell reads ")
    assert only.endswith("as Windows-1251); save the file as UTF-8")
    file.write_bytes(b"")
    assert faults(net) == [f"{file}:1: is empty; the first line must name the columns"]
    if table in {"places", "links"}:
        file.write_bytes(lines[0] + b"\n")
        assert f"{file}:1: has no rows" in faults(net)
        for data in (b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 100, bytes(range(256))):
            file.write_bytes(data)
            every = faults(net)
            assert every
            assert all(f.startswith(f"{file}:") for f in every)
            with pytest.raises(DataError, match=f"{table}.csv:"):
                Network.load(net)
        file.unlink()
        (only,) = faults(net)
        assert only.startswith(f"{file}:1: file is missing: it must hold a row for each of the {table}, with id, name,")


def test_quote_that_never_ends(net):
    file, _ = reshape(net, "structures", lambda lines: [*lines[:-1], '"' + lines[-1].replace('"', "")])
    (only,) = faults(net)
    assert only.startswith(f"{file}:")
    assert "is not readable as CSV" in only


def test_missing_tables_besides_places_and_links_are_empty(net):
    for table in ("structures", "corridor_stops"):
        (net / f"{table}.csv").unlink()
    assert faults(net) == []
    assert len(Network.load(net).structures) == 0


def test_missing_and_unknown_columns(net):
    rows = load(net, "links")
    save(net, "links", rows, [c for c in rows[0] if c != "max_width_m"])
    assert faults(net) == []
    assert Network.load(net).links["max_width_m"].isna().all()
    save(net, "links", rows, [c for c in rows[0] if c != "status"])
    (only,) = faults(net)
    assert only.startswith(f"{net}/links.csv:1: column 'status' is missing: state today")
    for column, hint in (("max_axel_t", "; did you mean 'max_axle_t'?"), ("qqqq", "")):
        save(net, "links", [row | {column: ""} for row in rows])  # where the right one is too, it is somebody's own
        every, notices = found(net)
        assert every == []
        assert f"{net}/links.csv:1: unknown column {column!r} is not read{hint}" in notices


@pytest.mark.parametrize("again", ["note", " note "])
def test_column_twice(net, again):
    file, _ = reshape(net, "structures", lambda lines: [f"{lines[0]},{again}", *(f"{line},x" for line in lines[1:])])
    assert faults(net) == [f"{file}:1: column 'note' appears twice"]


@pytest.mark.parametrize(
    ("change", "more"), [(lambda line: line + ",x", 1), (lambda line: line.rpartition(",")[0], -1)]
)
def test_wrong_number_of_cells(net, change, more):
    width = len(header_of(net, "structures"))
    file, count = reshape(net, "structures", lambda lines: [*lines[:-1], change(lines[-1])])
    hint = " (a comma inside a cell needs quotes; numbers take a point)" if more > 0 else ""
    assert faults(net) == [f"{file}:{count}: has {width + more} cells, the header has {width}{hint}"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_newlines_in_cells_and_blank_lines_keep_line_numbers_right(net, newline):
    add(net, "structures", *(row_of(net, "structures", "v-bridge") | {"id": f"v-{n}"} for n in "xyz"))
    rows = load(net, "structures")
    rows[1] |= {"note": f"one{newline}two{newline}three", "lat": "y"}
    rows[-1]["lat"] = "x"
    save(net, "structures", rows)
    file = net / "structures.csv"
    assert faults(net) == [f"{file}:3: lat 'y' is not a number", f"{file}:{len(rows) + 3}: lat 'x' is not a number"]
    rows[1] |= {"note": "", "lat": "41"}
    save(net, "structures", rows)
    file, count = reshape(net, "structures", lambda lines: [*lines[:2], "", *lines[2:], ""])
    assert faults(net) == [f"{file}:{count - 1}: lat 'x' is not a number"]


@pytest.mark.parametrize(
    "file", ["places.csv", "links.csv", "structures.csv", "links.geojson", "profiles.toml", "schema.csv"]
)
def test_bom_and_crlf_are_accepted(net, file):
    path = net / file
    before = Network.load(net)
    ends = (
        path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if file != "links.geojson"
        else path.read_bytes()
    )
    path.write_bytes(b"\xef\xbb\xbf" + ends)
    assert faults(net) == []
    after = Network.load(net)
    for table in ("places", "links", "structures"):
        one, two = (pd.DataFrame(getattr(each, table)) for each in (before, after))
        pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize(("column", "kind"), [("length_km", "number"), ("lanes", "integer")])
def test_number_without_unit_in_the_schema(net, column, kind):
    """And the schema is read again when it changes: in a notebook, under a running process."""
    read(net)
    rows = load(net, "schema")
    number = next(n for n, r in enumerate(rows) if r["table"] == "links" and r["column"] == column)
    assert rows[number]["type"] == kind
    rows[number]["unit"] = ""
    save(net, "schema", rows)
    message = f"number links.{column} has no unit; write one ('1' for a plain count)"
    for again in (lambda: read(net), lambda: read_schema(net / "schema.csv")):
        with pytest.raises(InputError) as caught:
            again()
        assert str(caught.value) == f"{net}/schema.csv:{number + 2}: {message}"


@pytest.mark.parametrize("text", [
    b"", b"\xff\xfe", b"table,column\n", b"table,column,type,unit,required,meaning\nplaces,id,text,,yes,key\n",
])  # fmt: skip
def test_schema_that_is_none(net, text):
    """A table that the model needs must be in the schema: one clear line, not a KeyError."""
    (net / "schema.csv").write_bytes(text)
    with pytest.raises(InputError, match=r"schema\.csv:1: "):
        Network.load(net)


def test_a_broken_header_does_not_hide_faults_elsewhere(net):
    """Header and cell faults of all tables are reported together, whatever cannot be checked beyond them."""
    save(net, "structures", load(net, "structures"), ["id", "name", "kind", "lat", "lon", "source"])
    cell = put(net, "links", status="x")
    every = faults(net)
    assert any(f.startswith(f"{net}/structures.csv:1: column 'confidence' is missing") for f in every)
    assert any(f.startswith(f"{cell}: status 'x'") for f in every)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The shipped network through `mobility export -o x.gpkg`."""
    path = tmp_path_factory.mktemp("export") / "x.gpkg"
    result = CliRunner().invoke(cli, ["export", "-o", str(path)])
    assert result.exit_code == 0, result.output
    return path


def test_geopackage_equals_the_folder(package, shipped):
    again = Network.load(package)
    assert faults(package) == []
    for table in TABLES:
        one, two = (pd.DataFrame(getattr(net, table)) for net in (again, shipped))
        pd.testing.assert_frame_equal(one, two, obj=table)
    assert again.links.crs == shipped.links.crs
    assert shapely.equals_exact(again.links.geometry.values, shipped.links.geometry.values, 0).all()
    one, two = again.under("mixed").links, shipped.under("mixed").links
    assert np.array_equal(one["time_h"], two["time_h"])
    assert one["reason"].tolist() == two["reason"].tolist()


def test_geopackage_of_a_what_if_keeps_the_tables(package, tmp_path, shipped):
    """A closure is no fact: the tables exported are those of the network."""
    path = tmp_path / "y.gpkg"
    link = shipped.links.index[0]
    assert CliRunner().invoke(cli, ["export", "-o", str(path), "-x", f"link:{link}", "-q"]).exit_code == 0
    assert Network.load(path).links["status"].tolist() == Network.load(package).links["status"].tolist()


@pytest.fixture(scope="module")
def little(hamlet, tmp_path_factory):
    """The hamlet as a GeoPackage."""
    path = tmp_path_factory.mktemp("export") / "h.gpkg"
    assert CliRunner().invoke(cli, ["--network", str(hamlet), "export", "-o", str(path)]).exit_code == 0
    return path


def rewrite(little, tmp_path, layer, change):
    path = tmp_path / "z.gpkg"
    shutil.copy(little, path)
    frame = pyogrio.read_dataframe(path, layer=layer)
    pyogrio.write_dataframe(change(frame), path, layer=layer, append=False)
    return path


def test_fault_in_the_first_row_of_a_geopackage_hides_nothing(little, tmp_path):
    """Rows of a layer count from 1: a fault there is no fault of the header."""

    def change(frame):
        frame.loc[0, "status"] = "x"
        frame.loc[3, "from"] = "qqqq"
        return frame

    path = rewrite(little, tmp_path, "links", change)
    every = faults(path)
    assert any(f.startswith(f"{path}[links]:1: status 'x'") for f in every)
    assert f"{path}[links]:4: from: unknown place 'qqqq'" in every


@pytest.mark.parametrize("shape", [
    shapely.MultiLineString([[(19, 41), (19, 42)], [(19, 42), (20, 42)]]), shapely.Point(19, 41),
    shapely.LineString(), None,
])  # fmt: skip
def test_geopackage_with_other_shapes(little, tmp_path, shape):
    """One fault at the link, never a traceback."""

    def change(frame):
        shapes = np.array(frame.geometry, dtype=object)
        shapes[4] = shape
        return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=frame.crs)

    path = rewrite(little, tmp_path, "links", change)
    assert [f for f in faults(path) if f.startswith(f"{path}[links]:5: ")] == faults(path) != []


def test_geopackage_without_links(little, tmp_path):
    path = tmp_path / "p.gpkg"
    pyogrio.write_dataframe(pyogrio.read_dataframe(little, layer="places"), path, layer="places")
    with pytest.raises(DataError, match="and 6 more"):
        Network.load(path)
    assert any(f.startswith(f"{path}[links]:1: layer is missing: it must hold") for f in faults(path))


def test_checksum_changes_with_any_table(net):
    before = checksum(net)
    assert checksum(net) == before
    for table in ("places", "sources"):
        (net / f"{table}.csv").write_bytes((net / f"{table}.csv").read_bytes() + b"\n")
        assert checksum(net) != before
        before = checksum(net)
