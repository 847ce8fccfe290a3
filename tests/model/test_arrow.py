"""A GeoPackage read as typed columns is the one read as text: the same network, the same faults in the same order."""

import pytest
import shapely

from drawing import drawn
from mobility import Network
from mobility.model import arrow, files, geopackage
from mobility.model.checks import check_tables
from packages import CAMP, draw, edited, package_of

LONG = "x" * 40


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return package_of(tmp_path_factory.mktemp("package"))


def both(path, monkeypatch, trust=None):
    """Return the tables as columns and as text cells, each with what is wrong in them."""
    read = []
    for whole in (False, True):
        if whole:
            monkeypatch.setattr(geopackage, "_typed", lambda *_: None)
        schema, raw = files.read(path, trust)
        read.append((raw, check_tables(raw, schema)))
    return read


def same(path, monkeypatch, trust=None):
    (typed, faults), (text, wanted) = both(path, monkeypatch, trust)
    assert faults == wanted
    for name, table in text.items():
        for column in table.columns.keys() - {"geometry"}:
            assert typed[name].words(column).tolist() == table.words(column).tolist(), (name, column)
    return typed, faults


def test_the_shipped_network(tmp_path, monkeypatch):
    Network.load().save(tmp_path / "n.gpkg")
    typed, faults = same(tmp_path / "n.gpkg", monkeypatch)
    assert typed["links"].columns["length_km"].dtype == float
    assert len(faults) == 1


@pytest.mark.parametrize("statements", [
    ["UPDATE links SET length_km = 1"], ["UPDATE links SET length_km = -1 WHERE rowid = 2"],
    ["UPDATE links SET length_km = 1e-9", "UPDATE places SET lat = 91 WHERE rowid = 1"],
    ["UPDATE links SET length_km = NULL, name = NULL"], ["UPDATE links SET \"from\" = 'nowhere'"],
    ['UPDATE links SET "to" = "from"'], ["UPDATE links SET id = 'same'"], ["UPDATE links SET id = id || ' É '"],
    ["UPDATE links SET mode = 'air', status = ' open '"], ["UPDATE links SET lanes = 2.5"],
    ["UPDATE links SET country = 'AA-BB'"], ["UPDATE places SET country = 'BB-AA'"], ["DELETE FROM borders"],
    ["UPDATE places SET transfer = 'road-rail', transfer_source = ''"], ["UPDATE places SET draught_m = 12"],
    ["DELETE FROM links WHERE rowid > 1"], ["DELETE FROM links"], ["DELETE FROM places WHERE rowid = 2"],
    ["UPDATE places SET lat = NULL"], [draw("places", 1, shapely.Point(*CAMP))],
    [f"UPDATE links SET source = '{LONG}', note = 'Đ' || char(10) || '{LONG}'"],
    ["UPDATE links SET \"from\" = 'a', \"to\" = 'b', length_km = 5", "UPDATE places SET id = char(96 + rowid)"],
    ["UPDATE links SET note = CAST(x'ff41fe' AS TEXT)"],
    ["UPDATE links SET note = x'4142'"], ["UPDATE links SET length_km = 9e999"], ["UPDATE links SET lanes = 1e17"],
    ["ALTER TABLE links ADD COLUMN own REAL", "UPDATE links SET own = 1.5"],
    ["ALTER TABLE places RENAME COLUMN lat TO LAT", "ALTER TABLE links RENAME COLUMN length_km TO lenght_km"],
])  # fmt: skip
@pytest.mark.parametrize("trust", [None, "geometry"])
def test_what_is_wrong(package, tmp_path, monkeypatch, statements, trust):
    same(edited(package, tmp_path, *statements), monkeypatch, trust)


def test_only_what_is_as_its_column_says_is_left_to_gdal(package, tmp_path):
    for cell in ("'12abc'", "x'00'"):
        path = edited(package, tmp_path, f"UPDATE links SET length_km = {cell} WHERE rowid = 1")
        assert isinstance(geopackage.read_layer(path, "links", "links").columns["length_km"], list)
    assert not isinstance(geopackage.read_layer(package, "links", "links").columns["length_km"], list)


class Broken:
    """A stream that breaks off."""

    def __arrow_c_stream__(self, _=None):
        pa = pytest.importorskip("pyarrow")

        def batches():
            yield pa.record_batch([pa.array([1.5])], names=["a"])
            raise OSError("gone")

        return pa.RecordBatchReader.from_batches(pa.schema({"a": pa.float64()}), batches()).__arrow_c_stream__()


def test_a_stream_that_breaks_off_is_an_error():
    pytest.importorskip("pyarrow")
    with pytest.raises(OSError, match="gone"):
        arrow.columns(Broken())


@pytest.mark.parametrize("words", [
    ["a", "b", "a"] * 5, ["", "", ""], [None, "a", None, "b"], ["é", "Ж", "é", "é"], [" a ", "a", "\u00a0a", "a"],
    ["a\nb", "c", ""], ["x" * 30, "x" * 30], [f"w{n}" for n in range(99)], [f"ключ {n}" for n in range(99)], [],
    ["ab", "a\0", "a", "a\0"], ["same"] * 9, ["aaa", "aaa", "aab"], ["aa", "aaa", "aa", "a"],
])  # fmt: skip
@pytest.mark.parametrize("start", [0, 1])
def test_words_of_a_stream(words, start):
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": pa.array(words, pa.string()), "b": pa.array([1.5] * len(words), pa.float64())})
    many = pa.concat_tables([table, table.slice(start).combine_chunks()])
    wanted = [(word or "").strip() for word in [*words, *words[start:]]]
    assert arrow.columns(many)["a"].tolist() == wanted


@pytest.mark.parametrize("cells", [[[1]], [{"a": 1}], [2**60]])
def test_types_that_are_none(cells):
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(arrow.UnknownTypeError):
        arrow.columns(pa.table({"a": cells}))


def test_numbers_of_a_stream():
    pa = pytest.importorskip("pyarrow")
    found = arrow.columns(pa.table({"a": [1, None, 3], "b": [1.5, None, float("inf")]}))
    assert str(found["a"].tolist()) == "[1.0, nan, 3.0]"
    assert str(found["b"].tolist()) == "[1.5, nan, inf]"


@pytest.mark.parametrize("words", [
    ["POINT (1 2)", "POINT (3 4)"], ["LINESTRING (1 2, 3 4)", "LINESTRING (1 2, 3 4, 5 6)"], ["POINT (1 2)", None],
    ["POINT EMPTY", "POINT (1 2)"], ["LINESTRING EMPTY"], ["LINESTRING (1 2, 3 4)", "POINT (1 2)"], [],
    ["POINT Z (1 2 3)"], ["LINESTRING Z (1 2 3, 4 5 6)"], ["MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))"],
    ["POLYGON ((0 0, 1 0, 1 1, 0 0))"], [None, None],
])  # fmt: skip
@pytest.mark.parametrize("order", [0, 1])
def test_shapes_of_a_stream(words, order):
    pa = pytest.importorskip("pyarrow")
    wanted = [shapely.from_wkt(word) if word else None for word in words]
    blobs = pa.array(
        [None if shape is None else shapely.to_wkb(shape, byte_order=order) for shape in wanted], pa.binary()
    )
    assert [*map(repr, arrow.columns(pa.table({"a": blobs}))["a"])] == [*map(repr, wanted)]


def test_a_shape_that_is_none_is_an_error():
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(shapely.errors.ShapelyError):
        arrow.columns(pa.table({"a": [b"no"]}))


def test_ids_alike_are_as_ambiguous_as_names():
    net = drawn("a -road 10- b", "b -road 10- c")
    assert [str(hit) for hit in net.names.find("a--b-road", ("link",))] == ["link:a--b-road"]
