"""Networks as folders of Parquet files: as good as the tables they are made of, refused where they are not."""

import json
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from console import mobility, refused
from hamlet import found
from loading import LOAD
from mobility import Network, new, routes
from mobility.errors import DataError, InputError
from mobility.model import parquet
from mobility.vocabulary import NO_CACHE

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def folder(tmp_path):
    net = Network.load(new(tmp_path / "template"))
    net.save(tmp_path / "n.parquet")
    return tmp_path / "n.parquet"


def changed(folder, table, change):
    """Write a table of a folder anew, with what `change` makes of it and its metadata."""
    path = folder / f"{table}.parquet"
    pq.write_table(change(pq.read_table(path)), path)


def column(name, cells):
    return lambda table: table.set_column(table.schema.get_field_index(name), name, pa.array(cells))


def geo(**words):
    def change(table):
        stated = json.loads(table.schema.metadata[b"geo"])
        stated["columns"]["geometry"] |= words
        return table.replace_schema_metadata({b"geo": json.dumps(stated).encode()})

    return change


def test_the_shipped_network_comes_back_to_the_millisecond(tmp_path):
    net = Network.load()
    net.save(tmp_path / "n.parquet")
    back = Network.load(tmp_path / "n.parquet")
    for name in ("places", "links"):
        ours, theirs = getattr(net, name), getattr(back, name)
        assert ours.geometry.geom_equals_exact(theirs.geometry, 0).all()
        pd.testing.assert_frame_equal(
            pd.DataFrame(ours.drop(columns="geometry")), pd.DataFrame(theirs.drop(columns="geometry"))
        )
    pair = {"origins": ["durres"], "destinations": ["varna", "constanta"]}
    assert routes(back, **pair)["time_h"].tolist() == routes(net, **pair)["time_h"].tolist()
    assert (back.rules, back.schema) == (net.rules, net.schema)


def test_words_are_what_pandas_makes_of_them(folder):
    """Words of two kinds are compared by making one the other, each time: on a large network that takes minutes."""
    links = Network.load(folder).links
    assert {links["name"].dtype, links["closure"].dtype, links.index.dtype} == {pd.Series([""]).dtype}


def test_a_folder_that_is_changed_is_read_again(folder, monkeypatch, tmp_path):
    monkeypatch.delenv(NO_CACHE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = LOAD(folder).links["lanes"].tolist()
    changed(folder, "links", column("lanes", [9, 9, 9]))
    assert LOAD(folder).links["lanes"].tolist() == [9, 9, 9] != before


def test_other_programs_read_places_and_links(folder):
    links = gpd.read_parquet(folder / "links.parquet")
    assert links.crs == "EPSG:4326"
    assert len(links) == len(Network.load(folder).links)


def test_a_layer_in_another_system_is_read_in_degrees(folder):
    before = Network.load(folder).links.geometry
    path = folder / "links.parquet"
    gpd.read_parquet(path).to_crs(32634).to_parquet(path)
    assert Network.load(folder).links.geometry.geom_equals_exact(before, 1e-6).all()


def test_export_writes_what_network_reads(tmp_path):
    target = tmp_path / "own.parquet"
    assert mobility(f"export -o {target}").exit_code == 0
    assert mobility("routes", network=target).stdout == mobility("routes").stdout
    refused(mobility(f"export -o {target}"), "it is there already")


def test_a_column_of_somebody_s_own_is_a_notice(folder):
    changed(folder, "links", lambda t: t.append_column("bbox", pa.array([{"x": 1.0}] * len(t))))
    faults, notices = found(folder)
    assert faults == []
    assert any("unknown column 'bbox' is not read" in notice for notice in notices)


def test_whole_numbers_and_truth_are_taken(folder):
    changed(folder, "links", column("oneway", [True, False, None]))
    changed(folder, "links", column("lanes", [2, None, 4]))
    links = Network.load(folder).links
    assert links["oneway"].tolist() == [True, False, False]
    assert np.isnan(links["lanes"].iloc[1])
    assert links["lanes"].iloc[[0, 2]].tolist() == [2, 4]


@pytest.mark.parametrize(("table", "change", "words"), [
    ("links", column("length_km", ["long", "12", "8"]), "length_km 'long' is not a number"),
    ("links", column("length_km", [[1.0], [2.0], [3.0]]), "column 'length_km' holds list<"),
    ("links", column("name", [{"a": 1}] * 3), "column 'name' holds struct<"),
    ("links", column("length_km", pd.to_datetime(["2026-01-01"] * 3)), "column 'length_km' holds timestamp"),
    ("links", column("length_km", pa.nulls(3)), "length_km is missing"),
    ("links", column("length_km", [float("inf"), 8, 9]), "length_km 'inf' is not a finite number"),
    ("links", column("lanes", [2**62, 2, 2]), "lanes 4611686018427387904 is out of all measure"),
    ("links", column("id", ["a", None, "c"]), "id is missing"),
    ("links", column("geometry", [b"no", b"", None]), "its geometry cannot be read; draw it again"),
    ("links", column("geometry", ["a", "b", "c"]), "its geometry is encoded as WKB"),
    ("links", lambda t: t.drop_columns(["length_km"]), "column 'length_km' is missing"),
    ("links", lambda t: t.replace_schema_metadata({}), "its geometry states no coordinate system"),
    ("links", lambda t: t.replace_schema_metadata({b"geo": b"[1"}), "of its geometry (geo) is not GeoParquet"),
    ("links", lambda t: t.replace_schema_metadata({b"geo": b"[" * 9999}), "of its geometry (geo) is not GeoParquet"),
    ("links", geo(crs=None), "its geometry states no coordinate system (crs is null)"),
    ("links", geo(crs={"type": "x"}), "its coordinate system is none of the earth"),
    ("links", geo(crs=7), "its coordinate system is none of the earth"),
    ("links", geo(encoding="linestring"), "its geometry is encoded as linestring"),
    ("places", column("id", pa.array([b"\xff", b"b", b"c"], pa.binary())), "column 'id' holds binary"),
])  # fmt: skip
def test_tables_that_are_none(folder, table, change, words):
    changed(folder, table, change)
    faults, _ = found(folder)
    assert any(words in fault for fault in faults), faults
    refused(mobility("routes", network=folder), f"{table}.parquet")


@pytest.mark.parametrize(("damage", "words"), [
    (lambda _: b"", "cannot be read: "), (lambda data: data[: len(data) // 2], "cannot be read: "),
    (lambda data: data[:4] + b"\xff" * (len(data) - 8) + data[-4:], "cannot be read: "),
    (lambda _: b"PK\3\4" + bytes(100), "cannot be read: "), (lambda _: b"id,name\n1,2\n", "cannot be read: "),
])  # fmt: skip
def test_files_that_are_none(folder, damage, words):
    path = folder / "links.parquet"
    path.write_bytes(damage(path.read_bytes()))
    faults, _ = found(folder)
    assert [f for f in faults if f.startswith(f"{path}:1: {words}")]
    with pytest.raises(DataError):
        Network.load(folder)


@pytest.mark.parametrize("cells", [
    pa.array(np.zeros(20_000_000, np.int8)),  # a few kilobytes say 20 million rows
    pa.nulls(20_000_000, pa.string()),
])  # fmt: skip
def test_a_file_that_says_it_holds_far_more_than_its_bytes_is_not_read(folder, cells):
    path = folder / "links.parquet"
    pq.write_table(pa.table({"id": cells}), path, compression="zstd")
    assert path.stat().st_size < 1_000_000
    assert any("that is no table" in fault for fault in found(folder)[0])


def test_a_long_word_in_many_rows_is_not_made_cells(folder):
    """A megabyte, which a hundred thousand rows repeat, is written once, and would be a hundred gigabytes as cells."""
    long = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), pa.array(["x" * 1_000_000]))
    keys = pa.array([f"{number:x}" for number in np.random.default_rng(1).permutation(100_000)])
    pq.write_table(pa.table({"id": keys, "note": long}), folder / "places.parquet")
    assert any("that is no table" in fault for fault in found(folder)[0])


def test_a_bomb_is_not_let_off(folder):
    pq.write_table(pa.table({"id": ["x" * 500_000_000]}), folder / "links.parquet", compression="zstd")
    assert any("that is no table" in fault for fault in found(folder)[0])


def test_a_footer_of_a_thousand_pieces_is_not_opened(folder, monkeypatch):
    columns = pa.table({f"column{n}": [0] * 1000 for n in range(30)})
    pq.write_table(columns, folder / "places.parquet", row_group_size=1)
    assert not any("row groups" in fault for fault in found(folder)[0])
    monkeypatch.setattr(parquet, "_FOOTER", 2**20)  # 30,000 pieces, which pyarrow opens in 1.2 GB, take a minute here
    assert any("bytes: write it in fewer row groups" in fault for fault in found(folder)[0])


def test_a_folder_with_the_same_table_twice_is_refused(folder):
    (folder / "links.csv").write_text("id\n")
    with pytest.raises(InputError, match=r"holds links\.csv and links\.parquet; which one counts\?"):
        Network.load(folder)


def test_one_file_of_it_is_refused(folder):
    refused(mobility("routes", network=folder / "links.parquet"), "is one table: give the folder that holds")


def test_a_folder_without_a_table_says_which(folder):
    (folder / "places.parquet").unlink()
    assert any("places.parquet:1: file is missing: it must hold" in fault for fault in found(folder)[0])


def test_without_the_library_it_says_what_to_install(folder, monkeypatch):
    net = Network.load()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"cannot read .*: for Parquet, install pyarrow: pip install 'mobility\[parq"):
        found(folder)
    with pytest.raises(InputError, match="cannot write Parquet: "):
        parquet.encoded(net)
