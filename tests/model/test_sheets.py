"""CSV as spreadsheets write it: read where it is clear what it is, else one line that says so."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import mobility
from hamlet import found
from mobility import Network, new
from mobility.model import sheets

SAME = ("places", "links", "borders", "countries", "corridors", "sources")


@pytest.fixture
def home(tmp_path):
    return new(tmp_path / "net")


def respelt(home, table, change):
    """Change the text of a table; return its file."""
    file = home / f"{table}.csv"
    text = change(file.read_text(encoding="utf-8"))
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def semicolons(text, mark=";", *, comma=True):
    """A table as a spreadsheet of these countries writes it (no cell of the template holds a comma)."""
    rows = [line.split(",") for line in text.splitlines()]
    assert '"' not in text
    cells = [[c.replace(".", ",") if comma and c.replace(".", "").isdigit() else c for c in row] for row in rows]
    return "\r\n".join(mark.join(row) for row in cells) + "\r\n"


def heads(home):
    return {table: Network.load(home).__getattribute__(table).iloc[:, :12].to_csv(index=False) for table in SAME}


@pytest.mark.parametrize(("change", "said"), [
    (semicolons, "is separated by semicolons; read as such"),
    (lambda text: "\ufeff" + semicolons(text), "is separated by semicolons; read as such"),
    (lambda text: "sep=;\r\n" + semicolons(text), "is separated by semicolons; read as such"),
    (lambda text: '"sep=;"\n' + semicolons(text), "is separated by semicolons; read as such"),
    (lambda text: semicolons(text, comma=False), "is separated by semicolons; read as such"),
    (lambda text: semicolons(text, "\t"), "is separated by tabs; read as such"),
    (lambda text: semicolons(text, "|", comma=False), "is separated by bars; read as such"),
    (lambda text: semicolons(text, "\t").encode("utf-16"), "is UTF-16 text, separated by tabs; read as such"),
    (lambda text: codecs.BOM_UTF16_BE + semicolons(text, "\t").encode("utf-16-be"),
     "is UTF-16 text, separated by tabs; read as such"),
    (lambda text: codecs.BOM_UTF32_LE + text.encode("utf-32-le"), "is UTF-32 text; read as such"),
    (lambda text: "sep=,\r\n" + text, ""), (lambda text: text.replace("\n", "\r\n"), ""),
    (lambda text: text.replace("\n", "\r"), ""), (lambda text: text.replace("\n", ",,,\n") + ",,,,\n\n  \n", ""),
    (lambda text: "\n\n" + text, ""), (lambda text: text.replace("\n", ",\n", 2), ""),
    (lambda text: text.replace("note\n", "Note\n").replace("id,", "ID,", 1).replace("name,", " Name ,", 1), ""),
])  # fmt: skip
def test_what_is_clear_is_read_and_said(home, change, said):
    before = heads(home)
    for table in SAME:
        respelt(home, table, change)
    faults, notices = found(home)
    assert faults == []
    assert heads(home) == before
    of_places = [n.partition("places.csv:1: ")[2] for n in notices if "places.csv:" in n]
    assert [n for n in of_places if "decimal commas" not in n] == ([said] if said else [])


def test_lines_are_counted_as_an_editor_does(home):
    file = respelt(home, "places", lambda text: "sep=;\r\n" + semicolons(text).replace("42,20", "north"))
    assert found(home)[0][0] == f"{file}:4: lat 'north' is not a number"


def numbers(*cells):
    """A change of the lengths of links: a table with semicolons, as cells with a comma need no quotes there."""
    return lambda text: semicolons(
        text.replace("52.5", cells[0]).replace(",41,", f",{cells[1]},").replace(",46,", f",{cells[2]},"), comma=False
    )


@pytest.mark.parametrize(("cells", "expected"), [
    (("52;5", "41", "46"), [52.5, 41, 46]), (("52;5", "41;25", "0;5e2"), [52.5, 41.25, 50]),
    (("52;500", "41;25", "46"), [52.5, 41.25, 46]),  # one that can only be a decimal comma says what the others are
])  # fmt: skip
def test_decimal_commas_are_read_where_they_can_be_nothing_else(home, cells, expected):
    respelt(home, "links", numbers(*(c.replace(";", "\0") for c in cells)))
    respelt(home, "links", lambda text: text.replace("\0", ","))
    faults, notices = found(home)
    assert faults == []
    assert any("links.csv:1: has numbers with decimal commas; read as such" in notice for notice in notices)
    assert Network.load(home).links["length_km"].tolist() == expected


def test_degrees_have_no_thousands(home):
    respelt(home, "places", lambda text: semicolons(text.replace("42.10", "42.101").replace("19.10", "19.101")
                                                    .replace("42.20", "42.201").replace("19.60", "19.601")
                                                    .replace("42.30", "42.301").replace("20.00", "20.001")
                                                    .replace(",0.5,", ",1,")))  # fmt: skip
    assert found(home)[0] == []
    assert Network.load(home).places["lat"].tolist() == [42.101, 42.201, 42.301]


@pytest.mark.parametrize(("cell", "message"), [
    ("1,234", "length_km '1,234' is not a number: it may be 1.234 or 1234; write which"),
    ("1,234,567", "is not a number: it has thousands separators; leave them out"),
    ("1.234,5", "is not a number: it has thousands separators; leave them out"),
    ("1,234.5", "is not a number: it has thousands separators; leave them out"),
    ("1 234", "is not a number: it has thousands separators; leave them out"),
    ("1\u00a0234", "is not a number: it has thousands separators; leave them out"),
    ("1’234", "is not a number: it has thousands separators; leave them out"),
    ("52,5", "is not a number; write 52.5"),  # beside numbers with points
    ("52 %", "is not a number but a percentage; write it as a plain number"),
    ("52,5%", "is not a number but a percentage; write it as a plain number"),
    ("52 km", "is not a number; write the number alone, in km"), ("52.5km", "write the number alone, in km"),
    ("05-Feb", "is not a number but a date: a spreadsheet made it of what was typed"),
    ("05.Mai", "is not a number but a date: "), ("2026-02-05", "is not a number but a date: "),
    ("5/2/2026", "is not a number but a date: "), ("#REF!", "is not a number"), ("#####", "is not a number"),
    ("9" * 5000, "is not a finite number"), ("1e999", "is not a finite number"), ("1_000", "is not a finite number"),
    ("nan", "is not a finite number"),
])  # fmt: skip
def test_a_number_that_is_none_is_named_with_its_cell(home, cell, message):
    file = respelt(home, "links", lambda text: text.replace("52.5", f'"{cell}"').replace(",41,", ",41.5,"))
    (fault,) = found(home)[0]
    assert fault.startswith(f"{file}:2: length_km ")
    assert message in fault
    assert len(fault) < 300
    assert "Traceback" not in mobility("check", home).stdout


@pytest.mark.parametrize("cell", [
    "01-Feb", "1-Feb", "02-Jan", "1. Feb", "01.Feb", "Feb 01", "Feb-01", "1-feb", "2026-02-01", "01.02.2026",
    "1/2/2026", "2026-01-02 00:00:00", "1-фев", "1 févr.", "1-velj", "1.Mär", "1-sep",
])  # fmt: skip
def test_tracks_that_became_a_date(home, cell):
    file = respelt(home, "links", lambda text: text.replace("primary,2,", f"primary,2,{cell}".rstrip(",") + ",", 1)
                   .replace(f"{cell},,", f"{cell},", 1))  # fmt: skip
    (fault,) = [f for f in found(home)[0] if "tracks" in f]
    options = "is not one of 1, 1-2, 2 but a date: a spreadsheet made it of what was typed; format the column as text"
    assert fault.startswith(f"{file}:2: tracks {cell!r} {options}")


@pytest.mark.parametrize("cell", ["1-2", "1", "Dunav-Sava 2", "12 tonnes", "45.0", "2,5", "XI-2", "", "May", "2026"])
def test_what_is_no_date(cell):
    assert not sheets.is_date(cell)


@pytest.mark.parametrize("code", ["cp1250", "cp1252", "cp1251", "iso8859-2"])
def test_an_old_encoding_is_refused_with_what_it_may_read(home, code):
    name = "Ниш" if code == "cp1251" else "Băile Šabac" if code in {"cp1250", "iso8859-2"} else "Café"
    file = respelt(home, "places", lambda text: text.replace("Example Camp", name).encode(code))
    (fault,) = found(home)[0]
    assert fault.startswith(f"{file}:4: is not UTF-8 text (a cell reads ")
    assert fault.endswith("; save the file as UTF-8")
    if code.startswith("cp"):
        assert f"{name!r} as Windows-{code[2:]}" in fault


@pytest.mark.parametrize(("data", "message"), [
    (b"PK\x03\x04" + bytes(50), "1: is a workbook, not CSV; save it as 'CSV UTF-8' in the spreadsheet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "1: is a workbook, not CSV"),
    ("id,name\na,b\n".encode("utf-16-le"), "1: is UTF-16 text without a mark that says so"),
    (b"\xff\xfei", "1: is not UTF-16 text"), (b"", "1: is empty; the first line must name the columns"),
    (b"\n,,,\n  \n", "1: is empty; the first line must name the columns"),
    (b"sep=;\n", "1: is empty; the first line must name the columns"), (b'id,"name\nx', "is not readable as CSV"),
    (b"id,name\n" + b"x" * 200_000 + b",y\n", "2: is not readable as CSV: field larger than field limit"),
    (b"id,name\n\x01\xff\n", "2: is not UTF-8 text; save the file as UTF-8"),  # no old encoding has such signs
    (b"id,name,\na,b,c\n", "1: column 3 has no name, but a cell 'c' in line 2"),
    (b",id,name\n0,a,b\n", "1: column 1 has no name, but a cell '0' in line 2"),
    (b"id,name,ID\na,b,c\n", "1: column 'id' appears twice, as 'ID' too"),
    (b"id,name\na\n", "2: has 1 cells, the header has 2"),
    (b"id,name\na,b,45,5\n", "2: has 4 cells, the header has 2 (a comma inside a cell needs quotes"),
])  # fmt: skip
def test_files_that_are_no_table(home, data, message):
    file = respelt(home, "structures", lambda _: data)
    (fault,) = [f for f in found(home)[0] if f.startswith(f"{file}:") and "is missing" not in f]
    assert message in fault


def test_a_workbook_beside_is_no_table(home):
    (home / "links.csv").rename(home / "links.xlsx")
    assert f"{home}/links.csv:1: file is missing: save links.xlsx as CSV" in found(home)[0]


@pytest.mark.parametrize("name", ["Links.csv", "LINKS.CSV"])
def test_a_file_of_another_case_is_the_table(home, name):
    (home / "links.csv").rename(home / name)
    assert found(home)[0] == []
    assert len(Network.load(home).links) == 3


LINE = '{"features":[{"properties":{"id":"x"},"geometry":{"type":"LineString","coordinates":%s}}]}'


@pytest.mark.parametrize(("text", "words"), [
    ('{"features":' + "[" * 100_000, "1: is not GeoJSON: its brackets are nested too deep"),
    (LINE % ("[" * 900 + "]" * 900),
     "feature 1 is not a LineString of finite numbers"),
    ('{"features":[' + "9" * 5000 + "]}", "1: is not GeoJSON: a number in it has too many digits"),
    (LINE % "[[1e999,1],[1,1]]", "feature 1 is not a LineString of finite numbers"),
    (LINE % f"[[{'9' * 400},1],[1,1]]", "feature 1 is not a LineString of finite numbers"),
    ((LINE % "[[[1,1],[1,2],[2,2],[1,1]]]").replace("LineS", "S"), "feature 1 is not a LineString of finite numbers"),
    ('{"features":[],"crs":5}', "is not a GeoJSON FeatureCollection"),
    ('{"features":[],"crs":{"properties":{"name":"site grid"}}}', "its coordinate system is none of the earth"),
])  # fmt: skip
def test_lines_that_are_no_geojson(home, text, words):
    (home / "links.geojson").write_text(text, encoding="utf-8")
    faults, _ = found(home)
    assert any(words in fault for fault in faults), faults
    assert mobility("check", home).exit_code == 1
    assert mobility("routes", network=home).exit_code == 2


@given(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))
def test_a_decimal_comma_is_the_same_number(value):
    assert float(sheets.point(f"{value}".replace(".", ","))) == value


@given(st.text(max_size=30))
def test_any_cell_has_a_reason_or_is_a_number(cell):
    why = sheets.why_no_number(cell, "km")
    assert why.startswith("is not a number")
    assert "\n" not in why
