"""Rows as text in every format: plain values in data, one line a row for people."""

import csv
import io
import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from tabulate import tabulate

from mobility.present import tables
from mobility.vocabulary import FORMATS

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


@pytest.mark.parametrize(("fmt", "theirs"), [("table", "simple"), ("md", "github")])
@pytest.mark.parametrize("rows", [slice(0), slice(1), slice(None)])
def test_a_table_is_laid_out_as_others_do(fmt, theirs, rows):
    names = ["Đelta–Grad", "  Älfa ", ""]
    frame = pd.DataFrame({"name": names, "time_h": [1.25, None, 1234.5], "a longer heading": ["x", "", "y" * 20]})
    columns = list(frame)
    heads, cells, right = tables.cells(frame[rows], columns)
    sides = ["right" if number else "left" for number in right] if cells else None
    more = {"tablefmt": theirs, "colalign": sides, "disable_numparse": True}
    assert tables.write(fmt, frame[rows], {}, columns) == tabulate(cells, heads, **more) + "\n"


def test_a_table_is_as_wide_as_a_terminal_shows_it():
    frame = pd.DataFrame({"name": ["中文", "e\u0301"], "n": [1, 2]})
    assert (
        tables.write("table", frame, {}, ("name", "n")) == "name      n\n------  ---\n中文      1\ne\u0301         2\n"
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_rows_is_still_a_result(fmt):
    text = tables.write(fmt, FRAME.iloc[:0], {"n": 0}, COLUMNS)
    assert text.endswith("\n")
    if "json" in fmt:
        data = json.loads(text)
        assert data.get("rows", data.get("features")) == []
    else:
        assert "name" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("plain", "plain"),
        ("Đelta–Grad", "Đelta–Grad"),
        ('=cmd|"/c calc"!A1', '\'=cmd|"/c calc"!A1'),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        (" =1", "' =1"),
        ("\t=1", "' =1"),
        ("\rx", "' x"),
        ("\x00=1", "'=1"),
        ("\u202e=1", "'=1"),
        ("\ufeff@x", "'@x"),
        ("a=b", "a=b"),
        ("-5", "-5"),
        ("+3.25e-4", "+3.25e-4"),
        ("-.5", "-.5"),
        ("-inf", "'-inf"),
        ("-1_000", "'-1_000"),
        ("-١", "'-١"),
        ("-5 ", "'-5 "),
        ("a\nb\r\nc\td", "a b  c d"),
        ("x\x1b]8;;http://a\x07y\x9b1m\x7f", "x]8;;http://ay1m"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("", ""),
        ("'", "'"),
    ],
)
def test_a_cell_that_is_safe_in_a_spreadsheet(cell, safe):
    assert tables.harmless(cell) == safe
    assert tables.harmless(safe) in {safe, f"'{safe}"}  # nothing is left to take away


def test_numbers_and_truth_are_no_text():
    frame = pd.DataFrame({"n": [-1.5, None], "b": [True, False], "t": ["=1", None], "i": [-3, 4]})
    assert tables.write("csv", frame, {}, (), safe=True) == "n,b,t,i\n-1.5,true,'=1,-3\n,false,,4\n"
    assert tables.write("csv", frame, {}, ()).splitlines()[1] == "-1.5,true,=1,-3"


def test_rows_that_come_one_by_one_are_those_of_the_whole():
    frame = pd.DataFrame({"k": [1, 2], "delta_h": [0.5, 1234.5], "name": ["a\nb", "=c"], "open": [True, False]})
    for safe in (False, True):
        parts = [tables.streamed("csv", frame[i : i + 1], (), first=i == 0, safe=safe) for i in (0, 1)]
        assert "".join(parts) == tables.write("csv", frame, {}, (), safe=safe)
    parts = [tables.streamed("table", frame[i : i + 1], ("k", "delta_h", "name"), first=i == 0) for i in (0, 1)]
    assert "".join(parts).splitlines() == [
        "  k      +h  name",
        "---  ------  ------",
        "  1     0.5  a b",
        "  2  1234.5  =c",
    ]


def cell_by_cell(frame, clean):
    """The csv and the rows of a frame as they are by the letter: every cell alone."""

    def plain(value):
        value = value.item() if isinstance(value, np.generic) else value
        unknown = value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value))
        return None if unknown else value

    names = [name for name in frame.columns if name != "geometry"]
    rows = [[plain(value) for value in row] for row in frame[names].itertuples(index=False)]
    out = io.StringIO()
    words = {None: "", True: "true", False: "false"}
    shown = [[words[v] if v is None or isinstance(v, bool) else clean(v) for v in row] for row in rows]
    csv.writer(out, lineterminator="\n").writerows([names, *shown])
    return out.getvalue(), [dict(zip(names, row, strict=True)) for row in rows]


ODD = pd.DataFrame(
    {
        "number": [1.0, None, -0.0, math.inf, 1e-300],
        "short": np.array([1, 2.5, 3, math.nan, 5], dtype="float32"),
        "mixed": [True, None, "=1", pd.NA, np.int64(3)],
        "nested": [(1, 2), [], {"k": 1}, "\n,\"'", ""],
        "flag": pd.array([True, None, False, True, True], dtype="boolean"),
        "share": pd.array([1.5, None, 0.0, 2.0, 3.0], dtype="Float64"),
        "text": pd.Series(["a", None, "é\u2028", "\ud800", "d"], dtype=object),
        "word": pd.array(["a", None, "=c", "", "ß"], dtype="string"),
        "kind": pd.Categorical(["x", "y", None, "x", "x"]),
    }
)


@pytest.mark.parametrize("frame", [
    FRAME, ODD, ODD.drop(columns="nested"), ODD[["number"]], ODD.iloc[:0], FRAME[["geometry"]], pd.DataFrame(),
], ids=range(7))  # fmt: skip
def test_columns_are_written_as_cell_by_cell(frame):
    for safe, clean in ((False, lambda value: value), (True, tables.harmless)):
        text, rows = cell_by_cell(frame, clean)
        assert tables.write("csv", frame, {}, (), safe=safe) == text
    about = {"command": "links", "summary": {"links": 2, "of": [1]}}
    wanted = json.dumps({**about, "rows": rows}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    assert tables.write("json", frame, about, ()) == wanted


def test_the_shipped_links_are_written_as_cell_by_cell(mixed):
    text, rows = cell_by_cell(mixed.links, lambda value: value)
    assert tables.write("csv", mixed.links, {}, ()) == text
    wanted = json.dumps({"rows": rows}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    assert tables.write("json", mixed.links, {}, ()) == wanted
