"""Whatever is wrong with an import ends in one clear line, and leaves an earlier result as it is."""

import gzip
import resource
import sys
from contextlib import contextmanager

import pytest

from extracts import VALLEY, done, refused, run
from mobility import Network

TEXT = VALLEY.read_text(encoding="utf-8")


@contextmanager
def disk_full_after(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def target(tmp_path):
    """An earlier result, which must survive."""
    target = tmp_path / "earlier.gpkg"
    target.write_text("earlier")
    yield target
    assert target.read_text() == "earlier"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.osm", TEXT[:5000].encode(), "is cut short, or no OpenStreetMap file"),
        ("a.osm", b"", "is cut short"),
        ("a.osm", b"<html><body/></html>", "its root is <html>"),
        ("a.osm", b"\x00\x01\x02", "is cut short"),
        ("a.osm", TEXT.replace('lat="41.10"', 'lat="north"').encode(), "could not convert"),
        ("a.osm", TEXT.replace(' ref="2"', "").encode(), "is cut short"),
        ("a.osm.gz", TEXT.encode(), "Not a gzipped file"),
        ("a.osm.gz", gzip.compress(TEXT.encode())[:700], "is cut short"),
        ("a.osm.bz2", TEXT.encode(), "is cut short"),
        ("a.osm", b"<osm/>", "no road, railway or ferry"),
        (
            "a.osm",
            TEXT.replace('k="highway"', 'k="was"').replace('k="rail', 'k="x').replace("route", "y").encode(),
            "no road",
        ),
        ("a.pbf", b"", "is cut short"),
        ("a.pbf", TEXT.encode(), "is cut short, or no OpenStreetMap file"),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f", "is cut short"),
        ("a.txt", b"", "an OpenStreetMap file ends in .osm,"),
    ],
)
def test_a_broken_extract(tmp_path, target, name, data, message):
    (tmp_path / name).write_bytes(data)
    refused(run("import", "osm", tmp_path / name, "-o", target), name, message)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_pbf_that_is_cut_short(valley, tmp_path, target, share):
    data = valley[".pbf"].read_bytes()
    (tmp_path / "cut.pbf").write_bytes(data[: int(share * len(data))])
    refused(run("import", "osm", tmp_path / "cut.pbf", "-o", target), "cut.pbf: is cut short")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.osm"], "there is no file nowhere.osm"),
        ([], "say what to import"),
        ([VALLEY, "--bbox", "20,40,19,41"], "write west,south,east,north in degrees"),
        ([VALLEY, "--bbox", "20,41,21,40"], "west,south,east,north"),
        ([VALLEY, "--bbox", "2000,4100,2100,4200"], "west,south,east,north"),
        ([VALLEY, "--bbox", "20,40,21"], "west,south,east,north"),
        ([VALLEY, "--bbox", "nan,40,21,41"], "west,south,east,north"),
        ([VALLEY, "--bbox", "40.8,20.4,41.4,20.8"], "no road, railway or ferry of the kinds asked for"),  # lat and lon
        ([VALLEY, "--bbox", "20,40,21,41", "--polygon", "x"], "there is no such file"),
        ([VALLEY, "--polygon", VALLEY.parent / "ra2ce"], "there is no such file"),
        ([VALLEY, "--along", "corridor:XX"], "no corridor is called 'XX'"),
        ([VALLEY, "--along", "corridor:VIII", "--buffer", "far"], "write a distance"),
        ([VALLEY, "--buffer", "0km"], "write a distance"),
        ([VALLEY, "--bbox", "20,40,21,42", "--along", "corridor:VIII"], "give one area"),
        ([VALLEY, "--roads", "motorway,street"], "no roads are called 'street'"),
        ([VALLEY, "--rails", "tram"], "no rails are called 'tram'"),
        ([VALLEY, "--roads", ""], "name at least one"),
        ([VALLEY, "-m", "air"], "'air' is not one of"),
        ([VALLEY, "--country", "Albania"], "the two letters"),
        ([VALLEY, "--snap", "nonesuch"], "no place is called 'nonesuch'"),
        ([VALLEY, "--snap", "nowhere.csv"], "nowhere.csv:1: file is missing"),
    ],
)
def test_options_that_make_no_sense(target, words, message):
    refused(run("import", "osm", *words, "-o", target), message)


@pytest.mark.parametrize("name", ["a.csv", "a", "a.json"])
def test_only_geopackages_are_written(tmp_path, name):
    refused(run("import", "osm", VALLEY, "-o", tmp_path / name), "needs -o FILE with one of the suffixes .gpkg")
    assert list(tmp_path.iterdir()) == []


def test_far_from_every_known_place_the_country_must_be_said(tmp_path, target):
    far = tmp_path / "far.osm"
    far.write_text(TEXT.replace('lat="41', 'lat="61').replace('lat="40', 'lat="60'), encoding="utf-8")
    refused(run("import", "osm", far, "-o", target), "give --country XX")
    done("import", "osm", far, "-o", tmp_path / "far.gpkg", "--country", "fi")
    net = Network.load(tmp_path / "far.gpkg")
    assert set(net.links["country"]) == set(net.countries["iso2"]) == {"FI"}
    assert net.under(transit="nato").links["active"].sum() == 0  # not known to be a member


@pytest.mark.parametrize("size", [500, 20_000])
def test_a_full_disk(target, size):
    with disk_full_after(size):
        refused(run("import", "osm", VALLEY, "-q", "-o", target), "cannot write")


def test_without_the_library_for_pbf(valley, target, monkeypatch):
    monkeypatch.setitem(sys.modules, "osmium", None)
    refused(run("import", "osm", valley[".pbf"], "-o", target), "pip install 'mobility[pbf]'")


@pytest.mark.parametrize(
    "where", ["mobility.sources.files.gather", "mobility.sources.osm.chains", "pathlib.Path.replace"]
)
def test_ctrl_c(target, monkeypatch, where):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    result = run("import", "osm", VALLEY, "-q", "-o", target)
    assert (result.exit_code, result.output.strip()) == (1, "Aborted!")


def test_no_progress_into_a_file(tmp_path):
    assert "\r" not in done("import", "osm", VALLEY, "-o", tmp_path / "v.gpkg").stderr
    assert done("import", "osm", VALLEY, "-q", "-o", tmp_path / "v.gpkg").output == ""
